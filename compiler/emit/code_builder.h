#ifndef WEND_COMPILER_EMIT_CODE_BUILDER_H_
#define WEND_COMPILER_EMIT_CODE_BUILDER_H_

// The two tools under code generation. Tables interns what instructions name (strings, constants, property
// names, regular expressions, queries, types); equal rows get one index, in the order of their first use, so
// that the same program gives the same tables. Code builds the instructions of one routine or journey body:
// registers as a stack, labels, jumps that are patched when their target is known.
//
// Nothing here fails at once: what exceeds a limit of isa.h is noted, a harmless index is given instead, and
// whoever finishes a declaration asks `overflow()` and reports. Programs with an overflow are never written.
// Threads: one.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "vm/core/program.h"

namespace wend::emit {

using Reg = uint8_t;

class Tables {
 public:
  explicit Tables(Program& program) : program_(program) {}

  StringIx string(std::string_view text);
  // The same for an instruction's String16 operand.
  uint16_t string_operand(std::string_view text);
  // Number of a property name; index into Program::properties.
  uint16_t property(std::string_view name);
  uint16_t constant(const Constant& constant);
  uint16_t text_constant(std::string_view text);
  uint16_t regex(std::string_view pattern);
  uint16_t query(const QueryRow& row);
  TypeIx type(const TypeRow& row);
  // Appends a row to one of the plain tables of Program; the limit is kMaxTableRows.
  template <typename Row>
  uint32_t add(std::vector<Row>& table, Row row, std::string_view name) {
    if (!fits(table.size(), name)) return 0;
    table.push_back(std::move(row));
    return static_cast<uint32_t>(table.size() - 1);
  }

  // What went over its limit first; `what` is empty where everything fits. Reading resets it.
  struct Overflow {
    std::string what;  // "constants"
    uint64_t found = 0;
    uint64_t limit = 0;
    bool operator==(const Overflow&) const = default;
  };
  Overflow take_overflow() { return std::exchange(overflow_, {}); }
  void note_overflow(std::string_view what, uint64_t found, uint64_t limit);

  Program& program() { return program_; }

 private:
  bool fits(size_t size, std::string_view name);

  Program& program_;
  std::unordered_map<std::string, uint32_t> strings_;
  std::unordered_map<std::string, uint16_t> properties_;
  std::unordered_map<std::string, uint16_t> regexes_;
  std::unordered_map<std::string, uint16_t> constants_;  // by tag and bytes
  std::unordered_map<std::string, uint32_t> types_;
  std::map<std::tuple<uint8_t, uint8_t, uint32_t, uint32_t>, uint16_t> queries_;
  Overflow overflow_;
};

class Code {
 public:
  explicit Code(Tables& tables) : tables_(tables) {}

  // Registers. `push` takes the next one, `pop_to` gives back it and all above. `push_many` takes consecutive
  // ones.
  Reg push() { return push_many(1); }
  Reg push_many(size_t count);
  void pop_to(Reg mark) { next_ = mark; }
  // The most that were in use at once.
  uint8_t registers_used() const { return static_cast<uint8_t>(most_); }

  // Instructions, by the form of their operands.
  void plain(Opcode op) { put(encode_abc(op, 0, 0, 0)); }
  void a(Opcode op, Reg a) { put(encode_abc(op, a, 0, 0)); }
  void ab(Opcode op, Reg a, uint8_t b) { put(encode_abc(op, a, b, 0)); }
  void abc(Opcode op, Reg a, uint8_t b, uint8_t c) { put(encode_abc(op, a, b, c)); }
  void ax(Opcode op, Reg a, uint16_t x) { put(encode_ax(op, a, x)); }
  // A 16-bit operand that stands alone.
  void x(Opcode op, uint16_t x) { put(encode_ax(op, 0, x)); }
  void load_int(Reg dst, int64_t value);
  void load_missing(Reg dst) { a(Opcode::kLoadMissing, dst); }
  // CALL and its `args`: the arguments are in `count` registers from `base`.
  void call(Reg dst, Function function, Reg base, size_t count);
  // NEW_LIST and NEW_RECORD with their `args`.
  void collect(Opcode op, Reg dst, Reg base, size_t count);

  // Jumps go forwards only: a label is used first and bound once.
  struct Label {
    std::vector<uint32_t> jumps;
  };
  void jump(Label& label) { jump_if(Opcode::kJump, 0, label); }
  void jump_if(Opcode op, Reg reg, Label& label);
  // Points the label's jumps to the next instruction. False where one of them is out of reach; that is noted
  // as an overflow, too.
  bool bind(Label& label);

  // Index of the next instruction, counted from the start of this code.
  uint32_t here() const { return static_cast<uint32_t>(code_.size()); }
  const std::vector<Instruction>& instructions() const { return code_; }

  // Puts the code at the end of the program; the answer is the program's index of its first instruction.
  uint32_t append_to_program();

  Tables& tables() { return tables_; }

 private:
  void put(Instruction instruction) { code_.push_back(instruction); }

  Tables& tables_;
  std::vector<Instruction> code_;
  size_t next_ = 0;
  size_t most_ = 0;
};

// Takes registers for a scope and gives them back at its end.
class Registers {
 public:
  Registers(Code& code, size_t count) : code_(code), base_(code.push_many(count)) {}
  ~Registers() { code_.pop_to(base_); }
  Registers(const Registers&) = delete;
  Registers& operator=(const Registers&) = delete;

  Reg base() const { return base_; }
  Reg operator[](size_t i) const { return static_cast<Reg>(base_ + i); }

 private:
  Code& code_;
  Reg base_;
};

}  // namespace wend::emit

#endif  // WEND_COMPILER_EMIT_CODE_BUILDER_H_

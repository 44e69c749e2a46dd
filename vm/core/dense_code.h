#ifndef WEND_VM_CORE_DENSE_CODE_H_
#define WEND_VM_CORE_DENSE_CODE_H_

// Opcodes renumbered without gaps, in the order of opcodes.def. Code is translated once when a program is
// loaded, so that the interpreter's table of labels has exactly one entry an opcode. Never stored.

#include <array>
#include <cstdint>

#include "vm/core/isa.h"

namespace wend {

enum class DenseOp : uint8_t {
#define WEND_OPCODE(number, enumerator, name, a, b, c, flow, doc) k##enumerator,
#include "vm/core/opcodes.def"
#undef WEND_OPCODE
};

constexpr std::array<uint8_t, 256> make_dense_table() {
  std::array<uint8_t, 256> table{};
#define WEND_OPCODE(number, enumerator, name, a, b, c, flow, doc) \
  table[number] = static_cast<uint8_t>(DenseOp::k##enumerator);
#include "vm/core/opcodes.def"
#undef WEND_OPCODE
  return table;
}

// REQUIRES: the opcode exists.
constexpr Instruction to_dense(Instruction instruction) {
  constexpr std::array<uint8_t, 256> kTable = make_dense_table();
  return (instruction & ~0xFFU) | kTable[instruction & 0xFFU];
}

}  // namespace wend

#endif  // WEND_VM_CORE_DENSE_CODE_H_

#include "compiler/emit/code_builder.h"

#include <cstring>
#include <limits>
#include <tuple>
#include <utility>

#include "vm/base/check.h"

namespace wend::emit {
namespace {

// A key that two constants share exactly where they are the same bits.
std::string constant_key(const Constant& constant) {
  std::string key(1, static_cast<char>(constant.tag));
  char bits[sizeof(int64_t)];
  std::memcpy(bits, &constant.i, sizeof bits);
  key.append(bits, sizeof bits);
  std::memcpy(bits, &constant.d, sizeof bits);
  key.append(bits, sizeof bits);
  return key += constant.bytes;
}

std::string type_key(const TypeRow& row) {
  std::string key = std::to_string(static_cast<int>(row.tag)) + ' ' + std::to_string(row.element.number) +
                    (row.open_record ? " open" : " closed");
  for (const TypeField& field : row.fields) {
    key += ' ' + std::to_string(field.name.number) + ':' + std::to_string(field.type.number) +
           (field.optional ? "?" : "");
  }
  for (StringIx value : row.values) key += " |" + std::to_string(value.number);
  return key;
}

constexpr int32_t kMaxJump16 = std::numeric_limits<int16_t>::max();
constexpr int32_t kMaxJump24 = 0x7FFFFF;

}  // namespace

bool Tables::fits(size_t size, std::string_view name) {
  if (size < kMaxTableRows) return true;
  note_overflow(name, size + 1, kMaxTableRows);
  return false;
}

void Tables::note_overflow(std::string_view what, uint64_t found, uint64_t limit) {
  if (overflow_.what.empty()) overflow_ = {std::string(what), found, limit};
}

StringIx Tables::string(std::string_view text) {
  auto [found, added] =
      strings_.try_emplace(std::string(text), static_cast<uint32_t>(program_.strings.size()));
  if (added) program_.strings.emplace_back(text);
  return StringIx{found->second};
}

uint16_t Tables::string_operand(std::string_view text) {
  uint32_t number = string(text).number;
  if (number >= kMaxTableRows) {
    note_overflow("strings", number + 1, kMaxTableRows);
    return 0;
  }
  return static_cast<uint16_t>(number);
}

uint16_t Tables::property(std::string_view name) {
  auto found = properties_.find(std::string(name));
  if (found != properties_.end()) return found->second;
  if (!fits(program_.properties.size(), "property names")) return 0;
  auto number = static_cast<uint16_t>(program_.properties.size());
  program_.properties.emplace_back(name);
  properties_.emplace(name, number);
  return number;
}

uint16_t Tables::constant(const Constant& constant) {
  std::string key = constant_key(constant);
  auto found = constants_.find(key);
  if (found != constants_.end()) return found->second;
  if (!fits(program_.constants.size(), "constants")) return 0;
  auto number = static_cast<uint16_t>(program_.constants.size());
  program_.constants.push_back(constant);
  constants_.emplace(std::move(key), number);
  return number;
}

uint16_t Tables::text_constant(std::string_view text) {
  Constant row;
  row.tag = Tag::kString;
  row.bytes = text;
  return constant(row);
}

uint16_t Tables::regex(std::string_view pattern) {
  auto found = regexes_.find(std::string(pattern));
  if (found != regexes_.end()) return found->second;
  if (!fits(program_.regexes.size(), "regular expressions")) return 0;
  auto number = static_cast<uint16_t>(program_.regexes.size());
  program_.regexes.emplace_back(pattern);
  regexes_.emplace(pattern, number);
  return number;
}

uint16_t Tables::query(const QueryRow& row) {
  auto key = std::tuple(static_cast<uint8_t>(row.word), static_cast<uint8_t>(row.scope), row.target,
                        row.link.number);
  auto found = queries_.find(key);
  if (found != queries_.end()) return found->second;
  if (!fits(program_.queries.size(), "questions about messages")) return 0;
  auto number = static_cast<uint16_t>(program_.queries.size());
  program_.queries.push_back(row);
  queries_.emplace(key, number);
  return number;
}

TypeIx Tables::type(const TypeRow& row) {
  auto [found, added] = types_.try_emplace(type_key(row), static_cast<uint32_t>(program_.types.size()));
  if (added) program_.types.push_back(row);
  return TypeIx{found->second};
}

Reg Code::push_many(size_t count) {
  if (next_ + count > kMaxRegisters) {
    tables_.note_overflow("values at once in one expression", next_ + count, kMaxRegisters);
    return 0;
  }
  auto base = static_cast<Reg>(next_);
  next_ += count;
  if (next_ > most_) most_ = next_;
  return base;
}

void Code::load_int(Reg dst, int64_t value) {
  if (value >= std::numeric_limits<int16_t>::min() && value <= std::numeric_limits<int16_t>::max()) {
    ax(Opcode::kLoadInt, dst, static_cast<uint16_t>(static_cast<int16_t>(value)));
    return;
  }
  Constant constant;
  constant.tag = Tag::kInt;
  constant.i = value;
  ax(Opcode::kLoadConst, dst, tables_.constant(constant));
}

void Code::call(Reg dst, Function function, Reg base, size_t count) {
  WEND_CHECK(count <= 255);
  abc(Opcode::kCall, dst, static_cast<uint8_t>(function), base);
  a(Opcode::kArgs, static_cast<uint8_t>(count));
}

void Code::collect(Opcode op, Reg dst, Reg base, size_t count) {
  // More elements than registers were noted as an overflow when the registers were taken.
  ab(op, dst, base);
  a(Opcode::kArgs, static_cast<uint8_t>(count));
}

void Code::jump_if(Opcode op, Reg reg, Label& label) {
  label.jumps.push_back(here());
  put(op == Opcode::kJump ? encode_x24(op, 0) : encode_ax(op, reg, 0));
}

bool Code::bind(Label& label) {
  bool in_reach = true;
  for (uint32_t at : label.jumps) {
    int64_t distance = static_cast<int64_t>(here()) - static_cast<int64_t>(at) - 1;
    Opcode op = opcode_of(code_[at]);
    if (distance > (op == Opcode::kJump ? kMaxJump24 : kMaxJump16)) {
      tables_.note_overflow("instructions in one branch", static_cast<uint64_t>(distance), kMaxJump16);
      in_reach = false;
    } else if (op == Opcode::kJump) {
      code_[at] = encode_x24(op, static_cast<int32_t>(distance));
    } else {
      code_[at] = encode_ax(op, a_of(code_[at]), static_cast<uint16_t>(distance));
    }
  }
  label.jumps.clear();
  return in_reach;
}

uint32_t Code::append_to_program() {
  std::vector<Instruction>& all = tables_.program().code;
  if (all.size() + code_.size() > kMaxInstructions) {
    tables_.note_overflow("instructions", all.size() + code_.size(), kMaxInstructions);
    return 0;
  }
  auto entry = static_cast<uint32_t>(all.size());
  all.insert(all.end(), code_.begin(), code_.end());
  return entry;
}

}  // namespace wend::emit

#ifndef WEND_VM_CORE_OPCODE_TABLE_H_
#define WEND_VM_CORE_OPCODE_TABLE_H_

// opcodes.def as data: what the verifier, the disassembler and the generated page read.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "vm/core/isa.h"

namespace wend {

enum class Operand : uint8_t {
  kNoneField,
  kDstField,
  kSrcField,
  kDstSrcField,
  kBaseField,
  kCount8Field,
  kImm8Field,
  kInt16Field,
  kJump16Field,
  kJump24Field,
  kConst16Field,
  kString16Field,
  kAttr16Field,
  kProp16Field,
  kQuery16Field,
  kRegex16Field,
  kStep16Field,
  kSend16Field,
  kWait16Field,
  kEvent16Field,
  kRun8Field,
  kFunc8Field,
  kSlot8Field,
  kHistory16Field,
  kSegment16Field,
  kScore16Field,
  kCatalog16Field,
  kRelation8Field,
  kPart8Field,
};

enum class Flow : uint8_t { kNext, kJump, kBranch, kReturn, kEffect, kWait, kEnd };

struct OpcodeRow {
  Opcode opcode;
  std::string_view name;
  std::array<Operand, 3> operands;  // A, B, C
  Flow flow;
  std::string_view doc;
};

constexpr OpcodeRow kOpcodeRows[] = {
#define WEND_OPCODE(number, enumerator, name, a, b, c, flow, doc)      \
  {Opcode::k##enumerator,                                              \
   name,                                                               \
   {Operand::k##a##Field, Operand::k##b##Field, Operand::k##c##Field}, \
   Flow::k##flow,                                                      \
   doc},
#include "vm/core/opcodes.def"
#undef WEND_OPCODE
};

// nullptr where no opcode has the number.
constexpr const OpcodeRow* find_opcode(uint8_t number) {
  for (const OpcodeRow& row : kOpcodeRows) {
    if (static_cast<uint8_t>(row.opcode) == number) return &row;
  }
  return nullptr;
}

// Bytes that the operand takes of the three behind the opcode.
constexpr int operand_bytes(Operand operand) {
  switch (operand) {
    case Operand::kNoneField:
      return 0;
    case Operand::kInt16Field:
    case Operand::kJump16Field:
    case Operand::kConst16Field:
    case Operand::kString16Field:
    case Operand::kAttr16Field:
    case Operand::kProp16Field:
    case Operand::kQuery16Field:
    case Operand::kRegex16Field:
    case Operand::kStep16Field:
    case Operand::kSend16Field:
    case Operand::kWait16Field:
    case Operand::kHistory16Field:
    case Operand::kSegment16Field:
    case Operand::kScore16Field:
    case Operand::kCatalog16Field:
    case Operand::kEvent16Field:
      return 2;
    case Operand::kJump24Field:
      return 3;
    default:
      return 1;
  }
}

// An operand of an instruction: its kind and number (sign extended for Int16 and jumps).
struct OperandValue {
  Operand kind = Operand::kNoneField;
  int32_t number = 0;
};

// The operands of an instruction, in the order of its row; kNoneField where there is none.
constexpr std::array<OperandValue, 3> operands_of(const OpcodeRow& row, Instruction instruction) {
  std::array<OperandValue, 3> values{};
  const uint8_t bytes[] = {a_of(instruction), b_of(instruction), c_of(instruction)};
  for (size_t i = 0; i < 3; ++i) {
    const Operand kind = row.operands[i];
    values[i].kind = kind;
    switch (operand_bytes(kind)) {
      case 0:
        break;
      case 1:
        values[i].number = bytes[i];
        break;
      case 2:
        values[i].number = kind == Operand::kInt16Field || kind == Operand::kJump16Field
                               ? s16_of(instruction)
                               : x16_of(instruction);
        break;
      default:
        values[i].number = s24_of(instruction);
    }
  }
  return values;
}

// True where every bit that no operand uses is 0.
constexpr bool unused_bits_are_zero(const OpcodeRow& row, Instruction instruction) {
  uint32_t used = 0xFFU;
  for (size_t i = 0; i < 3; ++i) {
    const int bytes = operand_bytes(row.operands[i]);
    if (bytes == 1) used |= 0xFF00U << (8 * i);
    if (bytes == 2) used |= 0xFFFF0000U;
    if (bytes == 3) used |= 0xFFFFFF00U;
  }
  return (instruction & ~used) == 0;
}

}  // namespace wend

#endif  // WEND_VM_CORE_OPCODE_TABLE_H_

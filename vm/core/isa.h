#ifndef WEND_VM_CORE_ISA_H_
#define WEND_VM_CORE_ISA_H_

// The contract between compiler and VM: encoding, limits, version history. Only this header, opcodes.def,
// functions.def and program.h are shared; whoever emits or reads bytecode needs nothing else.
//
// ENCODING. An instruction is 32 bits, stored little-endian.
//   bits 0-7 opcode, 8-15 A, 16-23 B, 24-31 C. A 16-bit operand stands in bits 16-31, a 24-bit one in 8-31;
//   Int16, Jump16 and Jump24 are two's complement.
//
// LIMITS. Checked by the verifier; the compiler reports what exceeds them.
//   registers of a routine or journey body: 0..249
//   constants, strings named by instructions, attributes, properties, steps, sends, waits, queries, regular
//   expressions: 65,535 rows each
//   routines that call each other (segments, filters of history queries): no circles, at most 64 deep
//   code: 16,777,215 instructions; Jump16: +32,767. Jumps go forwards only, so that straight execution always
//   ends; going back is possible only through the targets of a Wait.
//
// COMPATIBILITY. Images are durable: runs wait for months on old ones. A released version stays readable and
// runnable for ever; one golden image a version is kept in tests/unit/vm/core/golden/.
//
// VERSION HISTORY
//   1  first version

#include <cstdint>

namespace wend {

constexpr uint16_t kImageVersion = 1;
constexpr uint16_t kOldestImageVersion = 1;

constexpr uint32_t kMaxRegisters = 250;
constexpr uint32_t kMaxTableRows = 65535;
constexpr uint32_t kMaxRoutineDepth = 64;
constexpr uint32_t kMaxInstructions = 0xFFFFFF;

enum class Opcode : uint8_t {
#define WEND_OPCODE(number, enumerator, name, a, b, c, flow, doc) k##enumerator = number,
#include "vm/core/opcodes.def"
#undef WEND_OPCODE
};

enum class Function : uint8_t {
#define WEND_FUNCTION(number, enumerator, name, min_args, max_args, kind, signature, doc) k##enumerator = number,
#include "vm/core/functions.def"
#undef WEND_FUNCTION
};
enum class FunctionKind : uint8_t { kLanguage, kFilter, kBoth, kInternal };

// Fields of a run that LoadRun reads. DO NOT CHANGE THESE VALUES.
enum class RunField : uint8_t { kEnteredAt = 0, kCount = 1, kKey = 2, kPass = 3, kId = 4, kCall = 5 };

// How the clock is compared with a value, and parts of a day. DO NOT CHANGE THESE VALUES.
enum class Relation : uint8_t {
  kLess = 0,
  kLessEqual = 1,
  kGreater = 2,
  kGreaterEqual = 3,
  kEqual = 4,
  kNotEqual = 5,
};
enum class TodayPart : uint8_t { kWeekday = 0, kMonth = 1, kYear = 2 };

using Instruction = uint32_t;

constexpr Instruction encode_abc(Opcode op, uint8_t a, uint8_t b, uint8_t c) {
  return static_cast<uint32_t>(op) | static_cast<uint32_t>(a) << 8 | static_cast<uint32_t>(b) << 16 |
         static_cast<uint32_t>(c) << 24;
}
constexpr Instruction encode_ax(Opcode op, uint8_t a, uint16_t x) {
  return static_cast<uint32_t>(op) | static_cast<uint32_t>(a) << 8 | static_cast<uint32_t>(x) << 16;
}
constexpr Instruction encode_x24(Opcode op, int32_t x) {
  return static_cast<uint32_t>(op) | (static_cast<uint32_t>(x) & 0xFFFFFFU) << 8;
}
constexpr Opcode opcode_of(Instruction i) { return static_cast<Opcode>(i & 0xFFU); }
constexpr uint8_t a_of(Instruction i) { return static_cast<uint8_t>(i >> 8); }
constexpr uint8_t b_of(Instruction i) { return static_cast<uint8_t>(i >> 16); }
constexpr uint8_t c_of(Instruction i) { return static_cast<uint8_t>(i >> 24); }
constexpr uint16_t x16_of(Instruction i) { return static_cast<uint16_t>(i >> 16); }
constexpr int16_t s16_of(Instruction i) { return static_cast<int16_t>(i >> 16); }
constexpr int32_t s24_of(Instruction i) { return static_cast<int32_t>(i) >> 8; }

}  // namespace wend

#endif  // WEND_VM_CORE_ISA_H_

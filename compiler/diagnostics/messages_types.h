#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_TYPES_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_TYPES_H_

// Messages of area 03: types, and the lints 13 about expressions. Types are given as Wend writes them,
// without an article: "string", "list<string>", "number?".

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct ConditionNotBool {
  static constexpr Code kCode = Code::kConditionNotBool;
  Span at;
  std::string type;
  bool operator==(const ConditionNotBool&) const = default;
};
Diagnostic describe(const ConditionNotBool& message);

// `at` is the side that does not fit, usually a literal on the right.
struct TypeMismatchComparison {
  static constexpr Code kCode = Code::kTypeMismatchComparison;
  Span at;
  std::string type;
  Span other;
  std::string other_type;
  std::optional<Span> other_declared_at;
  std::string rewritten;  // the literal at `at` in the type of the other side; empty where it is none
  bool operator==(const TypeMismatchComparison&) const = default;
};
Diagnostic describe(const TypeMismatchComparison& message);

struct WrongArgument {
  static constexpr Code kCode = Code::kWrongArgument;
  Span at;  // the argument
  std::string function;
  std::string expected;  // with its article, as it reads: "a list", "an event", "a number or a string"
  std::string found;     // a type
  bool operator==(const WrongArgument&) const = default;
};
Diagnostic describe(const WrongArgument& message);

struct WrongArgumentCount {
  static constexpr Code kCode = Code::kWrongArgumentCount;
  Span at;  // the call
  std::string function;
  size_t found = 0;
  size_t least = 0;
  size_t most = 0;
  bool operator==(const WrongArgumentCount&) const = default;
};
Diagnostic describe(const WrongArgumentCount& message);

struct BadOperand {
  static constexpr Code kCode = Code::kBadOperand;
  Span at;         // the operand that does not fit
  std::string op;  // as written: "+", "contains"
  std::string type;
  std::string expected;  // "numbers, durations and moments"
  std::optional<Span> other;
  std::string other_type;
  bool operator==(const BadOperand&) const = default;
};
Diagnostic describe(const BadOperand& message);

struct CompareWithMissing {
  static constexpr Code kCode = Code::kCompareWithMissing;
  Span at;              // the whole comparison
  bool equal = true;    // `==`, else `!=`
  std::string operand;  // source of the side that is not `missing`
  bool operator==(const CompareWithMissing&) const = default;
};
Diagnostic describe(const CompareWithMissing& message);

struct EnumValueUnknown {
  static constexpr Code kCode = Code::kEnumValueUnknown;
  Span at;  // the string literal
  std::string value;
  std::vector<std::string> values;  // of the enum, in its order
  std::vector<std::string> near;
  bool in_comparison = true;  // else it is stored or handed over
  std::optional<Span> declared_at;
  bool operator==(const EnumValueUnknown&) const = default;
};
Diagnostic describe(const EnumValueUnknown& message);

struct WrongTypeFor {
  static constexpr Code kCode = Code::kWrongTypeFor;
  Span at;             // the value
  std::string target;  // "contact.total_spent", "the default of `plan`"
  std::string expected;
  std::string found;
  std::optional<Span> declared_at;
  bool operator==(const WrongTypeFor&) const = default;
};
Diagnostic describe(const WrongTypeFor& message);

struct BadRegex {
  static constexpr Code kCode = Code::kBadRegex;
  Span at;
  std::string reason;  // of RE2: "missing closing ]"
  bool operator==(const BadRegex&) const = default;
};
Diagnostic describe(const BadRegex& message);

struct NotIndexable {
  static constexpr Code kCode = Code::kNotIndexable;
  Span at;  // the object in front of the bracket
  std::string type;
  bool operator==(const NotIndexable&) const = default;
};
Diagnostic describe(const NotIndexable& message);

struct NoMember {
  static constexpr Code kCode = Code::kNoMember;
  Span at;  // the name behind the dot
  std::string name;
  std::string type;
  Span object;
  bool operator==(const NoMember&) const = default;
};
Diagnostic describe(const NoMember& message);

struct ConstantNotConstant {
  static constexpr Code kCode = Code::kConstantNotConstant;
  Span at;           // the part that depends on a contact or on time
  std::string name;  // of the constant
  bool operator==(const ConstantNotConstant&) const = default;
};
Diagnostic describe(const ConstantNotConstant& message);

// What a condition decides; its consequence is said in these words.
enum class ConditionPlace : uint8_t { kBranch, kEntry, kEnd, kWait, kSend, kOther };
struct ConstantCondition {
  static constexpr Code kCode = Code::kConstantCondition;
  Span at;
  bool value = false;  // missing counts as false
  ConditionPlace place = ConditionPlace::kOther;
  std::string why;  // a note: "`tier` is \"gold\" or \"silver\""; may be empty
  bool operator==(const ConstantCondition&) const = default;
};
Diagnostic describe(const ConstantCondition& message);

struct NoOrder {
  static constexpr Code kCode = Code::kNoOrder;
  Span at;  // the comparison
  std::string op;
  std::string type;
  bool operator==(const NoOrder&) const = default;
};
Diagnostic describe(const NoOrder& message);

struct MixedList {
  static constexpr Code kCode = Code::kMixedList;
  Span at;  // the first element of another type
  std::string type;
  Span first;
  std::string first_type;
  bool operator==(const MixedList&) const = default;
};
Diagnostic describe(const MixedList& message);

struct PatternNotLiteral {
  static constexpr Code kCode = Code::kPatternNotLiteral;
  Span at;  // the right side of `matches`
  bool operator==(const PatternNotLiteral&) const = default;
};
Diagnostic describe(const PatternNotLiteral& message);

struct ReadOnlyAttribute {
  static constexpr Code kCode = Code::kReadOnlyAttribute;
  Span at;  // the name behind the dot
  std::string name;
  std::string instead;  // what a program writes instead: "`tag \"..\"`"; may be empty
  bool operator==(const ReadOnlyAttribute&) const = default;
};
Diagnostic describe(const ReadOnlyAttribute& message);

struct ConstantCircle {
  static constexpr Code kCode = Code::kConstantCircle;
  Span at;           // the name that closes the circle
  std::string name;  // of the constant in whose value it stands
  bool operator==(const ConstantCircle&) const = default;
};
Diagnostic describe(const ConstantCircle& message);

// ------------------------------------------------------------------------------------------ lints

struct NotOverOptional {
  static constexpr Code kCode = Code::kNotOverOptional;
  Span at;            // the `not` or `!=` expression
  std::string value;  // source of what may be missing: "contact.country"
  Span value_at;
  bool not_equal = false;  // `!=`, else `not`
  std::optional<Span> declared_at;
  bool operator==(const NotOverOptional&) const = default;
};
Diagnostic describe(const NotOverOptional& message);

struct EventOrTrigger {
  static constexpr Code kCode = Code::kEventOrTrigger;
  Span at;                  // the word `event`
  std::string inner_event;  // the event whose `where` this is; empty in the body of a journey
  bool operator==(const EventOrTrigger&) const = default;
};
Diagnostic describe(const EventOrTrigger& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_TYPES_H_

#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_SYNTAX_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_SYNTAX_H_

// Messages of area 01: text and syntax. `at` is always the primary span.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct InvalidUtf8 {
  static constexpr Code kCode = Code::kInvalidUtf8;
  Span at;  // the first bad byte
  uint8_t byte_value = 0;
  bool operator==(const InvalidUtf8&) const = default;
};
Diagnostic describe(const InvalidUtf8& message);

struct NulByte {
  static constexpr Code kCode = Code::kNulByte;
  Span at;
  bool operator==(const NulByte&) const = default;
};
Diagnostic describe(const NulByte& message);

struct SourceTooLarge {
  static constexpr Code kCode = Code::kSourceTooLarge;
  Span at;  // the start of the file
  uint64_t size_bytes = 0;
  uint64_t limit_bytes = 0;
  bool operator==(const SourceTooLarge&) const = default;
};
Diagnostic describe(const SourceTooLarge& message);

struct NestedTooDeep {
  static constexpr Code kCode = Code::kNestedTooDeep;
  Span at;
  uint32_t limit = 0;
  bool operator==(const NestedTooDeep&) const = default;
};
Diagnostic describe(const NestedTooDeep& message);

// What the parser could not read. The texts come from the table in compiler/syntax/syntax_errors.cc.
struct SyntaxError {
  static constexpr Code kCode = Code::kSyntaxError;
  Span at;
  std::string title;  // "expected a step here, found `foo`"
  std::string label;
  std::string help;  // may be empty
  std::vector<Fix> fixes;
  std::vector<Label> secondary;
  bool operator==(const SyntaxError&) const = default;
};
Diagnostic describe(const SyntaxError& message);

struct MissingBrace {
  static constexpr Code kCode = Code::kMissingBrace;
  Span at;                      // the `{` that is not closed
  Span noticed;                 // where the block should have ended at the latest
  std::optional<Edit> closing;  // inserts the brace where the indentation says
  bool operator==(const MissingBrace&) const = default;
};
Diagnostic describe(const MissingBrace& message);

struct UnterminatedString {
  static constexpr Code kCode = Code::kUnterminatedString;
  Span at;              // what was read as the string
  bool triple = false;  // `"""`
  bool operator==(const UnterminatedString&) const = default;
};
Diagnostic describe(const UnterminatedString& message);

struct BadNumber {
  static constexpr Code kCode = Code::kBadNumber;
  Span at;
  std::string text;
  std::string corrected;  // may be empty
  bool operator==(const BadNumber&) const = default;
};
Diagnostic describe(const BadNumber& message);

struct BadCharacter {
  static constexpr Code kCode = Code::kBadCharacter;
  Span at;
  std::string text;
  std::string help;  // may be empty
  bool operator==(const BadCharacter&) const = default;
};
Diagnostic describe(const BadCharacter& message);

struct ForeignKeyword {
  static constexpr Code kCode = Code::kForeignKeyword;
  Span at;
  std::string found;  // "delay"
  std::string wend;   // "wait"; empty where the word is to be left out
  bool near = false;  // no word of another tool, but one that looks like `wend`
  bool operator==(const ForeignKeyword&) const = default;
};
Diagnostic describe(const ForeignKeyword& message);

struct BadEscape {
  static constexpr Code kCode = Code::kBadEscape;
  Span at;  // the backslash and what follows
  std::string text;
  bool operator==(const BadEscape&) const = default;
};
Diagnostic describe(const BadEscape& message);

struct LiteralOutOfRange {
  static constexpr Code kCode = Code::kLiteralOutOfRange;
  Span at;
  std::string text;
  std::string why;  // "the month goes from 01 to 12"
  bool operator==(const LiteralOutOfRange&) const = default;
};
Diagnostic describe(const LiteralOutOfRange& message);

struct NameTooLong {
  static constexpr Code kCode = Code::kNameTooLong;
  Span at;
  uint32_t length = 0;
  uint32_t limit = 0;
  bool operator==(const NameTooLong&) const = default;
};
Diagnostic describe(const NameTooLong& message);

struct BadName {
  static constexpr Code kCode = Code::kBadName;
  Span at;
  std::string name;
  std::string corrected;
  bool operator==(const BadName&) const = default;
};
Diagnostic describe(const BadName& message);

struct ReservedName {
  static constexpr Code kCode = Code::kReservedName;
  Span at;
  std::string name;
  bool operator==(const ReservedName&) const = default;
};
Diagnostic describe(const ReservedName& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_SYNTAX_H_

#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_TESTS_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_TESTS_H_

// Messages of area 07: the lines of `test` blocks. `near` comes from near_names() of suggest.h.

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct TimeGoesBack {
  static constexpr Code kCode = Code::kTimeGoesBack;
  Span at;          // the moment
  std::string now;  // the time that the test has reached, as text
  Span reached_at;  // the line that brought it there
  bool operator==(const TimeGoesBack&) const = default;
};
Diagnostic describe(const TimeGoesBack& message);

struct WhichContact {
  static constexpr Code kCode = Code::kWhichContact;
  Span at;
  std::vector<std::string> contacts;  // of the test; empty: it has none
  bool operator==(const WhichContact&) const = default;
};
Diagnostic describe(const WhichContact& message);

struct UnknownContact {
  static constexpr Code kCode = Code::kUnknownContact;
  Span at;  // the string, quotes included
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownContact&) const = default;
};
Diagnostic describe(const UnknownContact& message);

struct ValueNotFixed {
  static constexpr Code kCode = Code::kValueNotFixed;
  Span at;
  bool operator==(const ValueNotFixed&) const = default;
};
Diagnostic describe(const ValueNotFixed& message);

struct NoTimeYet {
  static constexpr Code kCode = Code::kNoTimeYet;
  Span at;
  bool is_expectation = false;  // else a line `after ..`
  bool operator==(const NoTimeYet&) const = default;
};
Diagnostic describe(const NoTimeYet& message);

struct UnknownReason {
  static constexpr Code kCode = Code::kUnknownReason;
  Span at;
  std::string name;
  std::vector<std::string> near;
  std::vector<std::string> known;
  bool of_ending = false;  // `ended because`: also no event; else `suppressed because`
  bool operator==(const UnknownReason&) const = default;
};
Diagnostic describe(const UnknownReason& message);

struct UnknownPart {
  static constexpr Code kCode = Code::kUnknownPart;
  Span at;
  std::string name;
  std::vector<std::string> near;
  std::vector<std::string> known;
  bool operator==(const UnknownPart&) const = default;
};
Diagnostic describe(const UnknownPart& message);

// A lint, of a project that has tests.
struct UntestedJourney {
  static constexpr Code kCode = Code::kUntestedJourney;
  Span at;  // its name
  std::string name;
  size_t tests = 0;  // of the project
  bool operator==(const UntestedJourney&) const = default;
};
Diagnostic describe(const UntestedJourney& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_TESTS_H_

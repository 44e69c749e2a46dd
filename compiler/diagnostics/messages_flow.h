#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_FLOW_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_FLOW_H_

// Messages of area 04: flow and time, and the lints 14 about them. Lengths are milliseconds.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

// One step of a path through a journey, as notes print it: "wait 20m (line 6)".
struct PathStep {
  std::string text;
  uint32_t line = 0;  // 1-based
  bool operator==(const PathStep&) const = default;
};
// "on cart_abandoned (line 2) -> wait 20m (line 6)": the only way in which paths are printed.
std::string path_text(const std::vector<PathStep>& path);

struct UnreachableStep {
  static constexpr Code kCode = Code::kUnreachableStep;
  Span at;
  Span ender;  // the step after which nothing goes on
  bool ender_is_exit = true;
  bool operator==(const UnreachableStep&) const = default;
};
Diagnostic describe(const UnreachableStep& message);

struct WaitOnlyTimesOut {
  static constexpr Code kCode = Code::kWaitOnlyTimesOut;
  Span at;
  Span until;
  std::string event;
  bool operator==(const WaitOnlyTimesOut&) const = default;
};
Diagnostic describe(const WaitOnlyTimesOut& message);

struct RecursionOfSteps {
  static constexpr Code kCode = Code::kRecursionOfSteps;
  Span at;                          // the `do` that closes the circle
  std::vector<std::string> circle;  // "a", "b": a does b, b does a
  bool operator==(const RecursionOfSteps&) const = default;
};
Diagnostic describe(const RecursionOfSteps& message);

struct LastsTooShort {
  static constexpr Code kCode = Code::kLastsTooShort;
  Span at;              // the clause, or the journey's name where it has none
  bool written = true;  // false: the limit is the default
  int64_t limit_ms = 0;
  int64_t needed_ms = 0;
  std::vector<PathStep> path;  // the longest
  bool operator==(const LastsTooShort&) const = default;
};
Diagnostic describe(const LastsTooShort& message);

struct MomentNeedsClock {
  static constexpr Code kCode = Code::kMomentNeedsClock;
  Span at;  // the date
  bool operator==(const MomentNeedsClock&) const = default;
};
Diagnostic describe(const MomentNeedsClock& message);

struct LocalTimeWithoutZone {
  static constexpr Code kCode = Code::kLocalTimeWithoutZone;
  Span at;
  bool operator==(const LocalTimeWithoutZone&) const = default;
};
Diagnostic describe(const LocalTimeWithoutZone& message);

struct WaitNeverElapses {
  static constexpr Code kCode = Code::kWaitNeverElapses;
  Span at;
  Span lasts;
  int64_t limit_ms = 0;
  int64_t earliest_ms = 0;     // when the wait ends on the shortest way
  int64_t longest_ms = 0;      // what the longest path of the journey takes
  std::vector<PathStep> path;  // the shortest way to the wait
  bool operator==(const WaitNeverElapses&) const = default;
};
Diagnostic describe(const WaitNeverElapses& message);

struct CorrelationOnOptional {
  static constexpr Code kCode = Code::kCorrelationOnOptional;
  Span at;               // the operand that may be absent
  std::string property;  // its source: "event.cart_id"
  std::string other;     // source of the other side: "trigger.cart_id"
  std::string event;
  std::optional<Span> declared_at;
  bool operator==(const CorrelationOnOptional&) const = default;
};
Diagnostic describe(const CorrelationOnOptional& message);

struct WhereListMixes {
  static constexpr Code kCode = Code::kWhereListMixes;
  Span at;     // an event without `where`
  Span where;  // a `where` of the same list
  bool operator==(const WhereListMixes&) const = default;
};
Diagnostic describe(const WhereListMixes& message);

struct WaitInLastAct {
  static constexpr Code kCode = Code::kWaitInLastAct;
  Span at;
  Span clause;
  bool operator==(const WaitInLastAct&) const = default;
};
Diagnostic describe(const WaitInLastAct& message);

struct DuplicateClause {
  static constexpr Code kCode = Code::kDuplicateClause;
  Span at;
  Span first;
  std::string clause;  // its first word
  bool operator==(const DuplicateClause&) const = default;
};
Diagnostic describe(const DuplicateClause& message);

struct JourneyTooLarge {
  static constexpr Code kCode = Code::kJourneyTooLarge;
  Span at;           // the journey's name
  std::string what;  // "steps", "registers"
  uint64_t found = 0;
  uint64_t limit = 0;
  bool operator==(const JourneyTooLarge&) const = default;
};
Diagnostic describe(const JourneyTooLarge& message);

struct MomentNeedsElse {
  static constexpr Code kCode = Code::kMomentNeedsElse;
  Span at;                     // the moment
  bool may_be_missing = true;  // else it may only be past
  bool operator==(const MomentNeedsElse&) const = default;
};
Diagnostic describe(const MomentNeedsElse& message);

struct LastsRequired {
  static constexpr Code kCode = Code::kLastsRequired;
  Span at;  // the wait
  std::string journey;
  bool operator==(const LastsRequired&) const = default;
};
Diagnostic describe(const LastsRequired& message);

struct MatchInexhaustive {
  static constexpr Code kCode = Code::kMatchInexhaustive;
  Span at;                           // the subject
  std::vector<std::string> missing;  // the cases as they are written; empty: there is no end of them
  Span close;                        // the closing brace
  bool operator==(const MatchInexhaustive&) const = default;
};
Diagnostic describe(const MatchInexhaustive& message);

struct CaseNeverTaken {
  static constexpr Code kCode = Code::kCaseNeverTaken;
  enum class Why : uint8_t { kTakenBefore, kNeverMissing, kAllTaken };
  Span at;
  Why why = Why::kTakenBefore;
  std::optional<Span> before;  // the same case; with kNeverMissing the subject
  bool operator==(const CaseNeverTaken&) const = default;
};
Diagnostic describe(const CaseNeverTaken& message);

struct RepeatBounds {
  static constexpr Code kCode = Code::kRepeatBounds;
  Span at;
  int64_t times = 0;
  int64_t most = 0;
  bool has_time = true;  // false: `every` has no length
  bool operator==(const RepeatBounds&) const = default;
};
Diagnostic describe(const RepeatBounds& message);

struct EmitCircle {
  static constexpr Code kCode = Code::kEmitCircle;
  Span at;                            // the `emit` or `start` that closes the circle
  std::vector<std::string> journeys;  // in the order in which they set each other off
  std::vector<PathStep> path;         // what each of them does to the next
  bool operator==(const EmitCircle&) const = default;
};
Diagnostic describe(const EmitCircle& message);

// ------------------------------------------------------------------------------------------ lints

struct MisleadingIndentation {
  static constexpr Code kCode = Code::kMisleadingIndentation;
  Span at;     // the step whose place deceives
  Span owner;  // the `if` or `else` under which it seems to stand
  bool operator==(const MisleadingIndentation&) const = default;
};
Diagnostic describe(const MisleadingIndentation& message);

struct UncorrelatedUntil {
  static constexpr Code kCode = Code::kUncorrelatedUntil;
  Span at;  // the event of the `until`
  std::string event;
  Span each;        // the key of the journey
  std::string key;  // its source
  bool operator==(const UncorrelatedUntil&) const = default;
};
Diagnostic describe(const UncorrelatedUntil& message);

struct ShadowedStdlib {
  static constexpr Code kCode = Code::kShadowedStdlib;
  Span at;  // the project's name
  std::string name;
  Span library;
  bool operator==(const ShadowedStdlib&) const = default;
};
Diagnostic describe(const ShadowedStdlib& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_FLOW_H_

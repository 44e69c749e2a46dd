#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_NAMES_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_NAMES_H_

// Messages of area 02: names, and the lints 12 about them. `at` is always the primary span; `near` comes from
// near_names() of suggest.h and holds at most three names, the best first.

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct UnknownEvent {
  static constexpr Code kCode = Code::kUnknownEvent;
  Span at;
  std::string name;
  std::vector<std::string> near;
  std::string module;  // of the only near name, where it comes from `use MODULE`; else empty
  bool operator==(const UnknownEvent&) const = default;
};
Diagnostic describe(const UnknownEvent& message);

enum class PropertyOwner : uint8_t { kEvent, kContact, kRecord, kRun, kMessage, kCatalog, kData };
struct UnknownProperty {
  static constexpr Code kCode = Code::kUnknownProperty;
  Span at;  // the name behind the dot
  std::string name;
  PropertyOwner owner = PropertyOwner::kEvent;
  std::string owner_name;  // of the event, message or catalog; empty for the others
  std::vector<std::string> near;
  std::optional<Span> declared_at;  // the owner's declaration, where the project has one
  bool operator==(const UnknownProperty&) const = default;
};
Diagnostic describe(const UnknownProperty& message);

struct UnknownName {
  static constexpr Code kCode = Code::kUnknownName;
  Span at;
  std::string name;
  std::vector<std::string> near;
  std::string as_member;  // "event.total", where a property of this name is in reach; else empty
  bool operator==(const UnknownName&) const = default;
};
Diagnostic describe(const UnknownName& message);

struct UnknownMessage {
  static constexpr Code kCode = Code::kUnknownMessage;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool label_possible = false;  // `opened NAME` may also name the label of a step
  bool operator==(const UnknownMessage&) const = default;
};
Diagnostic describe(const UnknownMessage& message);

struct UnknownJourney {
  static constexpr Code kCode = Code::kUnknownJourney;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownJourney&) const = default;
};
Diagnostic describe(const UnknownJourney& message);

struct UnknownFunction {
  static constexpr Code kCode = Code::kUnknownFunction;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownFunction&) const = default;
};
Diagnostic describe(const UnknownFunction& message);

struct DuplicateName {
  static constexpr Code kCode = Code::kDuplicateName;
  Span at;
  Span first;
  std::string kind;        // "event"
  std::string first_kind;  // differs where two kinds share one namespace (events and segments)
  std::string name;
  bool operator==(const DuplicateName&) const = default;
};
Diagnostic describe(const DuplicateName& message);

struct UnknownChannel {
  static constexpr Code kCode = Code::kUnknownChannel;
  Span at;
  std::string name;
  std::vector<std::string> near;
  std::vector<std::string> known;  // in the order in which to print them
  bool operator==(const UnknownChannel&) const = default;
};
Diagnostic describe(const UnknownChannel& message);

struct UnknownLabel {
  static constexpr Code kCode = Code::kUnknownLabel;
  Span at;
  std::string name;  // without `@`
  std::string journey;
  std::vector<std::string> near;
  bool operator==(const UnknownLabel&) const = default;
};
Diagnostic describe(const UnknownLabel& message);

struct DuplicateLabel {
  static constexpr Code kCode = Code::kDuplicateLabel;
  Span at;
  Span first;
  std::string name;  // without `@`
  bool operator==(const DuplicateLabel&) const = default;
};
Diagnostic describe(const DuplicateLabel& message);

struct UnknownType {
  static constexpr Code kCode = Code::kUnknownType;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownType&) const = default;
};
Diagnostic describe(const UnknownType& message);

struct DuplicateProperty {
  static constexpr Code kCode = Code::kDuplicateProperty;
  Span at;
  Span first;
  std::string name;
  bool operator==(const DuplicateProperty&) const = default;
};
Diagnostic describe(const DuplicateProperty& message);

struct UnknownZone {
  static constexpr Code kCode = Code::kUnknownZone;
  Span at;  // the string literal, quotes included
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownZone&) const = default;
};
Diagnostic describe(const UnknownZone& message);

struct UnknownSegment {
  static constexpr Code kCode = Code::kUnknownSegment;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool is_event = false;  // an event has this name: `for`, `enter`, `leave` take segments
  bool operator==(const UnknownSegment&) const = default;
};
Diagnostic describe(const UnknownSegment& message);

struct UnknownLint {
  static constexpr Code kCode = Code::kUnknownLint;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownLint&) const = default;
};
Diagnostic describe(const UnknownLint& message);

struct NameShadowsBuiltin {
  static constexpr Code kCode = Code::kNameShadowsBuiltin;
  Span at;
  std::string name;
  std::string kind;     // what is declared: "constant"
  std::string builtin;  // what the name already is: "a function", "the instant of the condition"
  bool operator==(const NameShadowsBuiltin&) const = default;
};
Diagnostic describe(const NameShadowsBuiltin& message);

struct UnknownModule {
  static constexpr Code kCode = Code::kUnknownModule;
  Span at;
  std::string name;
  std::vector<std::string> near;
  std::vector<std::string> known;
  bool operator==(const UnknownModule&) const = default;
};
Diagnostic describe(const UnknownModule& message);

struct UnknownPolicy {
  static constexpr Code kCode = Code::kUnknownPolicy;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownPolicy&) const = default;
};
Diagnostic describe(const UnknownPolicy& message);

struct MissingProperty {
  static constexpr Code kCode = Code::kMissingProperty;
  Span at;  // the event in the step, or the journey of `start`
  std::string event;
  std::vector<std::string> missing;  // properties without a `?`
  std::optional<Span> declared_at;
  bool operator==(const MissingProperty&) const = default;
};
Diagnostic describe(const MissingProperty& message);

struct UnknownSteps {
  static constexpr Code kCode = Code::kUnknownSteps;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool is_journey = false;  // a journey has this name: `start`, not `do`
  bool operator==(const UnknownSteps&) const = default;
};
Diagnostic describe(const UnknownSteps& message);

struct UnknownScore {
  static constexpr Code kCode = Code::kUnknownScore;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownScore&) const = default;
};
Diagnostic describe(const UnknownScore& message);

struct UnknownSplit {
  static constexpr Code kCode = Code::kUnknownSplit;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownSplit&) const = default;
};
Diagnostic describe(const UnknownSplit& message);

// A word that exists only in some places: `event` in a segment, `trigger` in a message that no event starts.
struct NotInScope {
  static constexpr Code kCode = Code::kNotInScope;
  Span at;
  std::string name;
  std::string here;  // where it stands: "a segment", "a journey that no event starts"
  std::string has;   // what one may use there instead: "`contact`, history and scores"; may be empty
  bool operator==(const NotInScope&) const = default;
};
Diagnostic describe(const NotInScope& message);

// ------------------------------------------------------------------------------------------ lints

struct UnusedDeclaration {
  static constexpr Code kCode = Code::kUnusedDeclaration;
  Span at;  // the name
  std::string kind;
  std::string name;
  bool operator==(const UnusedDeclaration&) const = default;
};
Diagnostic describe(const UnusedDeclaration& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_NAMES_H_

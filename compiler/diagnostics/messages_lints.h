#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_LINTS_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_LINTS_H_

// Messages of lints about journeys, declarations and texts. Lengths are milliseconds.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct Deprecated {
  static constexpr Code kCode = Code::kDeprecated;
  Span at;
  std::string kind;  // "event", "message", "constant"
  std::string name;
  std::string advice;  // what its documentation says behind "Deprecated"; may be empty
  Span declared_at;
  bool operator==(const Deprecated&) const = default;
};
Diagnostic describe(const Deprecated& message);

struct Naming {
  static constexpr Code kCode = Code::kNaming;
  enum class Why : uint8_t { kUnderscores, kNearlySame, kKindInName };
  Span at;
  Why why = Why::kUnderscores;
  std::string kind;
  std::string name;
  std::optional<Span> other;  // kNearlySame
  bool operator==(const Naming&) const = default;
};
Diagnostic describe(const Naming& message);

struct NoExitOnPurchase {
  static constexpr Code kCode = Code::kNoExitOnPurchase;
  Span at;           // the trigger's event
  Span send;         // the first marketing behind a wait
  std::string event;
  std::string purchase;     // the event of a purchase
  std::string correlation;  // " where event.cart_id == trigger.cart_id"; may be empty
  Span clause;              // the `on` behind which the exit is to stand
  bool operator==(const NoExitOnPurchase&) const = default;
};
Diagnostic describe(const NoExitOnPurchase& message);

struct EventMayComeBefore {
  static constexpr Code kCode = Code::kEventMayComeBefore;
  Span at;
  std::string words;  // "clicked", "clicked first"
  Span waited;        // the wait during which it may come
  bool operator==(const EventMayComeBefore&) const = default;
};
Diagnostic describe(const EventMayComeBefore& message);

struct StaleTrigger {
  static constexpr Code kCode = Code::kStaleTrigger;
  Span at;
  std::string written;    // "trigger.plan"
  std::string attribute;  // "contact.plan"
  std::optional<Span> declared_at;
  bool operator==(const StaleTrigger&) const = default;
};
Diagnostic describe(const StaleTrigger& message);

struct DstSensitiveWait {
  static constexpr Code kCode = Code::kDstSensitiveWait;
  Span at;     // the wait of whole days
  Span clock;  // the wait until a time of day
  int64_t length_ms = 0;
  std::string clock_text;  // "10:00"
  bool operator==(const DstSensitiveWait&) const = default;
};
Diagnostic describe(const DstSensitiveWait& message);

struct UnboundedReentry {
  static constexpr Code kCode = Code::kUnboundedReentry;
  Span at;    // the trigger's event
  Span send;  // that goes out at once
  std::string event;
  bool operator==(const UnboundedReentry&) const = default;
};
Diagnostic describe(const UnboundedReentry& message);

struct EventNeverSent {
  static constexpr Code kCode = Code::kEventNeverSent;
  Span at;
  std::string word;
  std::string channel;
  std::optional<Span> send;
  bool operator==(const EventNeverSent&) const = default;
};
Diagnostic describe(const EventNeverSent& message);

struct CapStarvation {
  static constexpr Code kCode = Code::kCapStarvation;
  Span at;  // the cap
  int64_t count = 0;
  int64_t window_ms = 0;
  int64_t needed = 0;         // that are sent in any case
  Span journey;               // its name
  std::optional<Span> other;  // of a second one, entered by the same event
  bool operator==(const CapStarvation&) const = default;
};
Diagnostic describe(const CapStarvation& message);

struct SmsTooLong {
  static constexpr Code kCode = Code::kSmsTooLong;
  Span at;
  int64_t segments = 1;
  std::string character;        // the first that is not in the GSM alphabet; empty: they all are
  int64_t segments_without = 1;  // with only characters of that alphabet
  std::vector<Edit> replacements;  // that bring the text back to it; empty: not known
  bool operator==(const SmsTooLong&) const = default;
};
Diagnostic describe(const SmsTooLong& message);

struct SubjectTooLong {
  static constexpr Code kCode = Code::kSubjectTooLong;
  Span at;
  int64_t characters = 0;
  int64_t most = 0;
  bool operator==(const SubjectTooLong&) const = default;
};
Diagnostic describe(const SubjectTooLong& message);

struct RawHtml {
  static constexpr Code kCode = Code::kRawHtml;
  Span at;  // the filter
  Span value_at;
  bool operator==(const RawHtml&) const = default;
};
Diagnostic describe(const RawHtml& message);

struct PersonalDataInUrl {
  static constexpr Code kCode = Code::kPersonalDataInUrl;
  Span at;
  std::string value;
  bool operator==(const PersonalDataInUrl&) const = default;
};
Diagnostic describe(const PersonalDataInUrl& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_LINTS_H_

#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_SEND_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_SEND_H_

// Messages of area 05: what is sent, consent and policies, and the lints 15 about them.

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct MessageNeeds {
  static constexpr Code kCode = Code::kMessageNeeds;
  Span at;  // the message's name
  std::string name;
  std::string channel;
  std::vector<std::string> missing;  // "subject", "body"
  bool operator==(const MessageNeeds&) const = default;
};
Diagnostic describe(const MessageNeeds& message);

struct AskedBeforeSent {
  static constexpr Code kCode = Code::kAskedBeforeSent;
  Span at;  // the engagement words: `opened cart_reminder`
  Span name_at;
  std::string word;  // "opened"
  std::string name;
  bool negated = false;         // stands behind `not`
  std::optional<Span> nearest;  // the nearest send that comes before
  std::string nearest_name;     // its message; empty where its text is inline
  bool nearest_is_only = false;
  std::optional<Span> first_sent;  // where it is sent later on; none where the journey never sends it
  bool operator==(const AskedBeforeSent&) const = default;
};
Diagnostic describe(const AskedBeforeSent& message);

struct ChannelMismatch {
  static constexpr Code kCode = Code::kChannelMismatch;
  Span at;  // the channel's word in the step
  std::string channel;
  std::string message;
  std::string message_channel;
  std::optional<Span> declared_at;
  bool operator==(const ChannelMismatch&) const = default;
};
Diagnostic describe(const ChannelMismatch& message);

struct InlineTextForChannel {
  static constexpr Code kCode = Code::kInlineTextForChannel;
  Span at;                         // the text
  std::string channel;             // empty where the step names none
  std::vector<std::string> needs;  // "subject", "body"
  bool operator==(const InlineTextForChannel&) const = default;
};
Diagnostic describe(const InlineTextForChannel& message);

struct DuplicateItem {
  static constexpr Code kCode = Code::kDuplicateItem;
  Span at;
  Span first;
  std::string item;  // "subject"
  bool operator==(const DuplicateItem&) const = default;
};
Diagnostic describe(const DuplicateItem& message);

struct ItemNotForChannel {
  static constexpr Code kCode = Code::kItemNotForChannel;
  Span at;
  std::string item;
  std::string channel;
  std::vector<std::string> items;  // what the channel has
  bool operator==(const ItemNotForChannel&) const = default;
};
Diagnostic describe(const ItemNotForChannel& message);

struct MissingData {
  static constexpr Code kCode = Code::kMissingData;
  Span at;  // the message's name in the step
  std::string message;
  std::vector<std::string> missing;  // names of `data` without a `?`
  std::optional<Span> declared_at;
  bool operator==(const MissingData&) const = default;
};
Diagnostic describe(const MissingData& message);

struct HibernatedJourney {
  static constexpr Code kCode = Code::kHibernatedJourney;
  Span at;  // the journey's name
  std::string journey;
  std::string policy;
  Span guard;
  std::optional<Span> sent_at;  // the first send that the guard speaks of
  bool operator==(const HibernatedJourney&) const = default;
};
Diagnostic describe(const HibernatedJourney& message);

struct ThrottleOfNothing {
  static constexpr Code kCode = Code::kThrottleOfNothing;
  Span at;  // the guard
  bool operator==(const ThrottleOfNothing&) const = default;
};
Diagnostic describe(const ThrottleOfNothing& message);

struct GuardNeverAsked {
  static constexpr Code kCode = Code::kGuardNeverAsked;
  Span at;  // the channel's name in the guard
  std::string channel;
  bool operator==(const GuardNeverAsked&) const = default;
};
Diagnostic describe(const GuardNeverAsked& message);

// ------------------------------------------------------------------------------------------ lints

struct CompetingJourneys {
  static constexpr Code kCode = Code::kCompetingJourneys;
  Span at;  // the trigger of the journey that comes later by name
  std::string journey;
  std::string other;
  std::string channel;
  std::optional<Span> other_at;  // the other's trigger
  bool operator==(const CompetingJourneys&) const = default;
};
Diagnostic describe(const CompetingJourneys& message);

struct NoPolicy {
  static constexpr Code kCode = Code::kNoPolicy;
  Span at;  // the first marketing send of the program
  std::string channel;
  bool sends_sms = false;  // somewhere in the program
  bool operator==(const NoPolicy&) const = default;
};
Diagnostic describe(const NoPolicy& message);

struct SmsWithoutOptIn {
  static constexpr Code kCode = Code::kSmsWithoutOptIn;
  Span at;  // the guard that lets them through, else the policy's name
  std::string policy;
  std::optional<Span> sent_at;  // the first such send
  bool operator==(const SmsWithoutOptIn&) const = default;
};
Diagnostic describe(const SmsWithoutOptIn& message);

struct SmsWithoutQuietHours {
  static constexpr Code kCode = Code::kSmsWithoutQuietHours;
  Span at;  // the policy's name
  std::string policy;
  std::optional<Span> sent_at;  // the first such send
  bool operator==(const SmsWithoutQuietHours&) const = default;
};
Diagnostic describe(const SmsWithoutQuietHours& message);

struct SuppressedFallsThrough {
  static constexpr Code kCode = Code::kSuppressedFallsThrough;
  Span at;                // `not opened`
  std::string condition;  // its source
  std::optional<Span> sent_at;
  bool needs_parentheses = false;  // stands inside an `and`
  bool operator==(const SuppressedFallsThrough&) const = default;
};
Diagnostic describe(const SuppressedFallsThrough& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_SEND_H_

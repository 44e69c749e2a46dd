// Policies: who may be sent what, and when (language, section 6).

#include "vm/engine/guards.h"

#include <algorithm>

#include "vm/base/hash.h"
#include "vm/core/attribute_block.h"
#include "vm/engine/contact_step.h"

namespace wend {
namespace {

// Spans that follow on each other are taken as one; after so many the release asks again.
constexpr int kMaxSpansInARow = 32;

bool list_has(const Value& list, std::string_view name) {
  ListCursor cursor(list);
  Value element;
  while (cursor.next(element)) {
    if (element.tag == Tag::kString && element.bytes() == name) return true;
  }
  return false;
}

bool speaks_of(const GuardRow& guard, ChannelIx channel) {
  return guard.channels.empty() ||
         std::find(guard.channels.begin(), guard.channels.end(), channel) != guard.channels.end();
}

bool counts_channel(const Program& program, const GuardRow& guard, std::string_view channel) {
  return guard.channels.empty() ||
         std::any_of(guard.channels.begin(), guard.channels.end(), [&](ChannelIx ix) {
           return program.text(program.channels[ix.index()].name) == channel;
         });
}

}  // namespace

std::string_view category_name(const Program& program, const MessageRow& message) {
  switch (message.category) {
    case CategoryKind::kMarketing:
      return "marketing";
    case CategoryKind::kTransactional:
      return "transactional";
    case CategoryKind::kNamed:
      return is_none(message.category_name) ? std::string_view() : program.text(message.category_name);
  }
  return {};
}

std::optional<Millis> quiet_until(const GuardRow& guard, const Zone& zone, Millis at_ms) {
  std::optional<Millis> until;
  const int64_t today = days_of_local(to_local_ms(zone, at_ms));
  // A shift of the zone may carry a span's edge over midnight, so the days around are asked, too.
  for (int64_t day = today - 1; day <= today + 1; ++day) {
    const bool begins = guard.weekday_mask == 0 || (guard.weekday_mask >> weekday_of_days(day) & 1) != 0;
    if (!begins) continue;
    const int64_t last_day = guard.from_ms < guard.to_ms ? day : day + 1;
    const Millis from_ms = from_local_ms(zone, day * kMillisPerDay + guard.from_ms);
    const Millis to_ms = from_local_ms(zone, last_day * kMillisPerDay + guard.to_ms);
    if (from_ms <= at_ms && at_ms < to_ms) until = std::max(until.value_or(to_ms), to_ms);
  }
  return until;
}

// The first guard that says no, in the order of the language: address, consent, hibernate, cap, quiet.
ContactStep::Verdict ContactStep::decide(const Image& image, SendIx ix, std::string_view address,
                                         const EvalContext& eval) {
  const Program& program = image.program();
  const SendRow& row = program.sends[ix.index()];
  const MessageRow& message = program.messages[row.message.index()];
  const ChannelRow& channel = program.channels[message.channel.index()];
  if (!is_none(message.to)) {  // internal: no guard but a place to go to
    return {address.empty() ? SuppressReason::kAddress : SuppressReason::kNotSuppressed, kNever};
  }
  if (!address_works(image, channel, address)) return {SuppressReason::kAddress, kNever};
  if (message.category == CategoryKind::kTransactional || !channel.reaches_person) return {};
  const JourneyRow& journey = image.journey(program.steps[row.step.index()].journey);
  const PolicyRow* policy = is_none(journey.policy) ? nullptr : &program.policies[journey.policy.index()];
  if (!consents(image, policy, message)) return {SuppressReason::kConsent, kNever};
  if (policy == nullptr) return {};
  for (const GuardRow& guard : policy->guards) {
    if (!speaks_of(guard, message.channel)) continue;
    if (guard.kind == GuardKind::kHibernate && hibernates(image, guard, eval)) {
      return {SuppressReason::kHibernate, kNever};
    }
    if (guard.kind == GuardKind::kCap && cap_is_full(image, guard, message, eval)) {
      return {SuppressReason::kCap, kNever};
    }
  }
  // Night is where the contact is, whatever zone the journey reckons in.
  return quiet(*policy, message, contact_zone_ != nullptr ? *contact_zone_ : *eval.zone);
}

bool ContactStep::address_works(const Image& image, const ChannelRow& channel,
                                std::string_view address) const {
  if (is_none(channel.address)) return true;
  if (address.empty()) return false;
  return std::none_of(
      state_.bad_addresses.begin(), state_.bad_addresses.end(), [&](const BadAddress& bad) {
        return bad.channel == image.text(channel.name) &&
               (bad.word == EngagementWord::kComplained || bad.address_hash == hash64(address));
      });
}

// The guard that names the channel counts more than one for all channels. Without any: opt_out.
bool ContactStep::consents(const Image& image, const PolicyRow* policy, const MessageRow& message) const {
  ConsentMode mode = ConsentMode::kOptOut;
  bool named = false;
  if (policy != nullptr) {
    for (const GuardRow& guard : policy->guards) {
      if (guard.kind != GuardKind::kConsent || !speaks_of(guard, message.channel)) continue;
      if (named && guard.channels.empty()) continue;
      mode = guard.consent;
      named = !guard.channels.empty();
    }
  }
  if (mode == ConsentMode::kNotAsked) return true;
  const auto list_of = [&](BuiltinAttr attribute) {
    return block_get(state_.attributes, image.attribute_numbers()[static_cast<size_t>(attribute)]);
  };
  const ChannelRow& channel = image.program().channels[message.channel.index()];
  const std::string_view name = image.text(is_none(channel.consent) ? channel.name : channel.consent);
  const std::string_view topic = image.text_or_empty(message.topic);
  const Value refused = list_of(BuiltinAttr::kRefused);
  if (list_has(refused, name) || (!topic.empty() && list_has(refused, topic))) return false;
  if (mode == ConsentMode::kOptOut) return true;
  const Value granted = list_of(BuiltinAttr::kConsent);
  return list_has(granted, name) && (topic.empty() || list_has(granted, topic));
}

bool ContactStep::hibernates(const Image& image, const GuardRow& guard, const EvalContext& eval) {
  if (!interpreter_.evaluate(guard.condition, eval).is_true()) return false;
  if (guard.count == 0) return true;
  // The silence lasts since the contact was last heard of.
  Millis silent_since_ms = state_.clock_ms - guard.window_ms;
  for (const ContactEngagement& heard : state_.engagements) {
    const bool by_contact = heard.word == EngagementWord::kOpened || heard.word == EngagementWord::kClicked ||
                            heard.word == EngagementWord::kReplied;
    if (by_contact) silent_since_ms = std::max(silent_since_ms, heard.at_ms);
  }
  const auto fell = std::count_if(state_.counted.begin(), state_.counted.end(), [&](const CountedSend& sent) {
    return sent.at_ms > silent_since_ms && counts_channel(image.program(), guard, sent.channel);
  });
  return fell >= static_cast<std::ptrdiff_t>(guard.count);
}

bool ContactStep::cap_is_full(const Image& image, const GuardRow& guard, const MessageRow& message,
                              const EvalContext& eval) {
  const Program& program = image.program();
  const std::string_view category = image.text_or_empty(guard.category);
  const std::string_view offer = image.text_or_empty(message.offer);
  if (guard.scope == CapScope::kCategory && category_name(program, message) != category) return false;
  if (guard.scope == CapScope::kOffer && offer.empty()) return false;
  if (!is_none(guard.condition) && !interpreter_.evaluate(guard.condition, eval).is_true()) return false;
  int64_t limit = guard.count;
  if (!is_none(guard.limit)) {
    const Value value = interpreter_.evaluate(guard.limit, eval);
    limit = value.tag == Tag::kInt ? value.i : 0;
  }
  const Millis after_ms = state_.clock_ms - guard.window_ms;
  const auto taken =
      std::count_if(state_.counted.begin(), state_.counted.end(), [&](const CountedSend& sent) {
        if (sent.at_ms <= after_ms) return false;
        if (guard.scope == CapScope::kCategory) return sent.category == category;
        if (guard.scope == CapScope::kOffer) return sent.offer == offer;
        return counts_channel(program, guard, sent.channel);
      });
  return taken >= limit;
}

ContactStep::Verdict ContactStep::quiet(const PolicyRow& policy, const MessageRow& message,
                                        const Zone& zone) const {
  Verdict verdict;
  Millis at_ms = state_.clock_ms;
  for (int spans = 0; spans < kMaxSpansInARow; ++spans) {
    std::optional<Millis> until;
    for (const GuardRow& guard : policy.guards) {
      if (guard.kind != GuardKind::kQuiet || !speaks_of(guard, message.channel)) continue;
      const std::optional<Millis> end = quiet_until(guard, zone, at_ms);
      if (!end.has_value()) continue;
      if (guard.drop && spans == 0) return {SuppressReason::kQuiet, kNever};
      if (!guard.drop) until = std::max(until.value_or(*end), *end);
    }
    if (!until.has_value()) break;
    at_ms = *until;
    verdict = {SuppressReason::kQuiet, at_ms};
  }
  return verdict;
}

// The longest window that a guard of this contact's journeys looks back.
Millis ContactStep::counting_window() const {
  Millis window_ms = parts_.images.current().counting_window_ms();
  for (const StoredRun& run : state_.runs) {
    window_ms = std::max(window_ms, image_of(run).counting_window_ms());
  }
  return window_ms;
}

bool ContactStep::counts_open_hours() const {
  return parts_.images.current().uses_best_hour() ||
         std::any_of(state_.runs.begin(), state_.runs.end(),
                     [&](const StoredRun& run) { return image_of(run).uses_best_hour(); });
}

void ContactStep::count_send(const Image& image, const MessageRow& message, uint64_t number) {
  const ChannelRow& channel = image.program().channels[message.channel.index()];
  if (message.category == CategoryKind::kTransactional || !channel.reaches_person) return;
  if (counting_window() == 0) return;
  if (state_.counted.size() >= kMaxCountedSends) forget_counted();
  if (state_.counted.size() >= kMaxCountedSends) {
    state_.counted.erase(state_.counted.begin());
    effects_->counters.total("forgotten_sends");
  }
  CountedSend& sent = state_.counted.emplace_back();
  sent.at_ms = state_.clock_ms;
  sent.delivery = number;
  sent.channel = image.text(channel.name);
  sent.category.assign(category_name(image.program(), message));
  sent.offer.assign(image.text_or_empty(message.offer));
}

void ContactStep::forget_counted() {
  if (state_.counted.empty()) return;
  const Millis oldest_ms = state_.clock_ms - counting_window();
  std::erase_if(state_.counted, [&](const CountedSend& sent) { return sent.at_ms <= oldest_ms; });
}

}  // namespace wend

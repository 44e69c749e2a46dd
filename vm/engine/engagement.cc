// Engagement: opens, clicks, bounces and their like. Which delivery they speak of, what they change, whom
// they wake.

#include <algorithm>
#include <array>
#include <utility>

#include "vm/base/hash.h"
#include "vm/core/attribute_block.h"
#include "vm/engine/best_hour.h"
#include "vm/engine/contact_step.h"

namespace wend {
namespace {

constexpr uint16_t bit_of(EngagementWord word) {
  return static_cast<uint16_t>(1U << static_cast<unsigned>(word));
}

struct NamedWord {
  std::string_view name;
  EngagementWord word;
};
constexpr std::array kWords = {
    NamedWord{"opened", EngagementWord::kOpened},
    NamedWord{"clicked", EngagementWord::kClicked},
    NamedWord{"delivered", EngagementWord::kDelivered},
    NamedWord{"bounced", EngagementWord::kBounced},
    NamedWord{"failed", EngagementWord::kFailed},
    NamedWord{"replied", EngagementWord::kReplied},
    NamedWord{"complained", EngagementWord::kComplained},
    // Segment's e-mail events.
    NamedWord{"Email Opened", EngagementWord::kOpened},
    NamedWord{"Email Link Clicked", EngagementWord::kClicked},
    NamedWord{"Email Delivered", EngagementWord::kDelivered},
    NamedWord{"Email Bounced", EngagementWord::kBounced},
    NamedWord{"Email Marked as Spam", EngagementWord::kComplained},
};

std::string_view text_field(std::string_view record, std::string_view name) {
  if (record.empty()) return {};
  const Value value = record_field(Value::of_record(record), name);
  return value.tag == Tag::kString ? value.bytes() : std::string_view();
}

bool true_field(std::string_view record, std::string_view name) {
  return !record.empty() && record_field(Value::of_record(record), name).is_true();
}

std::string_view link_of(std::string_view record) {
  const std::string_view link = text_field(record, "link");
  if (!link.empty()) return link;
  const std::string_view url = text_field(record, "link_url");  // Segment's "Email Link Clicked"
  return url;
}

// A bounce is hard unless it says that it is soft.
bool is_hard_bounce(EngagementWord word, std::string_view record) {
  if (word != EngagementWord::kBounced) return false;
  return text_field(record, "type") != "soft" && text_field(record, "bounce_type") != "soft";
}

}  // namespace

std::optional<EngagementWord> engagement_of_name(std::string_view wire_name) {
  for (const NamedWord& named : kWords) {
    if (named.name == wire_name) return named.word;
  }
  return std::nullopt;
}

// The delivery an engagement names: by its id, else the latest of its message and channel, else the latest.
RecentDelivery* ContactStep::delivery_of(const Arrived& event) {
  const std::string_view id = text_field(event.record, "delivery");
  std::string_view message = text_field(event.record, "message");
  std::string_view channel = text_field(event.record, "channel");
  if (channel.empty() && event.name.starts_with("Email ")) channel = "email";
  const std::optional<uint64_t> number = delivery_number(contact_, id);
  for (size_t i = state_.deliveries.size(); i-- > 0;) {
    RecentDelivery& delivery = state_.deliveries[i];
    if (!id.empty()) {
      if (number.has_value() && delivery.number == *number) return &delivery;
      continue;
    }
    const Image* image = parts_.images.find(delivery.image);
    if (image == nullptr || delivery.send.index() >= image->program().sends.size()) {
      // Its image is not loaded any more: only an engagement that names nothing can mean it.
      if (message.empty() && channel.empty()) return &delivery;
      continue;
    }
    const Program& program = image->program();
    const MessageRow& row = program.messages[program.sends[delivery.send.index()].message.index()];
    if (!message.empty() && program.text(row.name) != message) continue;
    if (!channel.empty() && program.text(program.channels[row.channel.index()].name) != channel) continue;
    return &delivery;
  }
  return nullptr;
}

void ContactStep::engage(Arrived& event) {
  const EngagementWord word = *event.word;
  const std::string_view link = link_of(event.record);
  RecentDelivery* delivery = delivery_of(event);
  const auto number = static_cast<int64_t>(delivery != nullptr ? delivery->number : 0);
  if (word == EngagementWord::kOpened && true_field(event.record, "machine") &&
      !parts_.images.current().program().settings.machine_opens_count) {
    note(TraceKind::kMachine, engagement_word_name(word), link, number);
    return;
  }
  // A click implies an open, which comes first.
  if (word == EngagementWord::kClicked &&
      (delivery == nullptr || (delivery->engaged & bit_of(EngagementWord::kOpened)) == 0)) {
    if (apply_engagement(EngagementWord::kOpened, delivery, {}, event.at_ms)) {
      dispatch_engagement(event, EngagementWord::kOpened, delivery);
      // What the open set off may have sent something and moved the list.
      const auto same =
          std::find_if(state_.deliveries.begin(), state_.deliveries.end(),
                       [&](const auto& known) { return known.number == static_cast<uint64_t>(number); });
      delivery = same != state_.deliveries.end() ? &*same : nullptr;
    }
  }
  if (!apply_engagement(word, delivery, link, event.at_ms)) return;
  give_place_back(word, delivery, event);
  spoil_address(word, delivery, event);
  dispatch_engagement(event, word, delivery);
}

// What the provider said, and of the delivery what it left out: journey, message, channel.
std::string ContactStep::engagement_record(std::string_view record, const RecentDelivery* delivery) const {
  const Image* image = delivery != nullptr ? parts_.images.find(delivery->image) : nullptr;
  if (image == nullptr || delivery->send.index() >= image->program().sends.size()) return std::string(record);
  const Program& program = image->program();
  const SendRow& send = program.sends[delivery->send.index()];
  const MessageRow& message = program.messages[send.message.index()];
  const std::pair<std::string_view, std::string_view> known[] = {
      {"journey", image->journey_name(program.steps[send.step.index()].journey)},
      {"message", program.text(message.name)},
      {"channel", program.text(program.channels[message.channel.index()].name)}};
  RecordBuilder whole;
  if (!record.empty()) {
    RecordCursor cursor(Value::of_record(record));
    std::string_view name;
    Value value;
    while (cursor.next(name, value)) {
      if (!value.missing()) whole.add(name, value);
    }
  }
  for (const auto& [name, text] : known) {
    const bool said = !record.empty() && !record_field(Value::of_record(record), name).missing();
    if (!said) whole.add(name, Value::of_string(text));
  }
  return whole.build();
}

void ContactStep::dispatch_engagement(Arrived& event, EngagementWord word, const RecentDelivery* delivery) {
  Arrived seen;
  const std::string record = engagement_record(event.record, delivery);
  const std::string name(engagement_word_name(word));
  seen.name = name;
  seen.id = event.id;
  seen.at_ms = event.at_ms;
  seen.record = record;
  seen.late = event.late;
  seen.word = word;
  dispatch(seen);
}

// Marks the delivery, its run and the contact. False where it has happened before and doesn't count again.
bool ContactStep::apply_engagement(EngagementWord word, RecentDelivery* delivery, std::string_view link,
                                   Millis at_ms) {
  const std::string_view name = engagement_word_name(word);
  if (delivery == nullptr) {
    note(TraceKind::kEngagement, name, link);
    remember_engagement(word, link, at_ms);
    count_open_hour(word, at_ms);
    return true;
  }
  std::vector<std::string>& links = delivery->links_clicked;
  const bool before = (delivery->engaged & bit_of(word)) != 0;
  const bool new_link = !link.empty() && std::find(links.begin(), links.end(), link) == links.end();
  if (before && !(word == EngagementWord::kClicked && new_link)) {
    note(TraceKind::kRepeat, name, link, static_cast<int64_t>(delivery->number));
    return false;
  }
  delivery->engaged = static_cast<uint16_t>(delivery->engaged | bit_of(word));
  const bool keeps_link = word == EngagementWord::kClicked && new_link && links.size() < kMaxLinks;
  if (keeps_link) links.emplace_back(link);
  for (StoredRun& run : state_.runs) {
    if (run.state.number != delivery->run) continue;
    for (SendStatus& send : run.state.sends) {
      if (send.delivery != delivery->number) continue;
      send.engaged = static_cast<uint16_t>(send.engaged | bit_of(word));
      if (keeps_link) send.links_clicked.emplace_back(link);
    }
  }
  remember_engagement(word, link, at_ms);
  count_open_hour(word, at_ms);
  TraceEntry& entry = note(TraceKind::kEngagement, name, link, static_cast<int64_t>(delivery->number));
  entry.run = delivery->run;
  const Image* image = parts_.images.find(delivery->image);
  if (!before && image != nullptr && delivery->send.index() < image->program().sends.size()) {
    const Program& program = image->program();
    const SendRow& send = program.sends[delivery->send.index()];
    const MessageRow& message = program.messages[send.message.index()];
    const JourneyIx journey = program.steps[send.step.index()].journey;
    entry.image = delivery->image;
    entry.journey = journey.number;
    entry.step = send.step.number;
    effects_->counters.add(CounterKind::kEngagement,
                           {image->journey_name(journey), program.text(message.name),
                            program.text(program.channels[message.channel.index()].name), name});
  }
  return true;
}

// For `at best hour`: when the contact opens what it gets.
void ContactStep::count_open_hour(EngagementWord word, Millis at_ms) {
  if (word != EngagementWord::kOpened || !counts_open_hours()) return;
  const Zone& project = parts_.images.current().loaded().project_zone();
  count_open(state_.open_hours, contact_zone_ != nullptr ? *contact_zone_ : project, at_ms);
}

// The contact keeps the latest of each kind and link.
void ContactStep::remember_engagement(EngagementWord word, std::string_view link, Millis at_ms) {
  for (ContactEngagement& known : state_.engagements) {
    if (known.word != word || known.link != link) continue;
    known.at_ms = std::max(known.at_ms, at_ms);
    return;
  }
  if (state_.engagements.size() >= kMaxEngagements) {
    const auto oldest = std::min_element(
        state_.engagements.begin(), state_.engagements.end(),
        [](const ContactEngagement& a, const ContactEngagement& b) { return a.at_ms < b.at_ms; });
    state_.engagements.erase(oldest);
  }
  ContactEngagement& fresh = state_.engagements.emplace_back();
  fresh.word = word;
  fresh.at_ms = at_ms;
  fresh.link.assign(link);
}

// What a provider refuses for good takes no place in a cap.
void ContactStep::give_place_back(EngagementWord word, const RecentDelivery* delivery, const Arrived& event) {
  const bool refused = word == EngagementWord::kFailed || is_hard_bounce(word, event.record);
  if (!refused || delivery == nullptr) return;
  std::erase_if(state_.counted, [&](const CountedSend& sent) { return sent.delivery == delivery->number; });
}

// A hard bounce spoils the address it came from, whatever the contact's address is by then; a complaint the
// channel. Of a message that nobody knows of, the address is taken to be the present one.
void ContactStep::spoil_address(EngagementWord word, const RecentDelivery* delivery, const Arrived& event) {
  if (word != EngagementWord::kComplained && !is_hard_bounce(word, event.record)) return;
  const Image* image = delivery != nullptr ? parts_.images.find(delivery->image) : nullptr;
  BadAddress bad;
  bad.word = word;
  if (image != nullptr && delivery->send.index() < image->program().sends.size()) {
    const Program& program = image->program();
    const MessageRow& message = program.messages[program.sends[delivery->send.index()].message.index()];
    bad.channel = program.text(program.channels[message.channel.index()].name);
  } else {
    image = &parts_.images.current();
    bad.channel = std::string(text_field(event.record, "channel"));
    if (bad.channel.empty() && event.name.starts_with("Email ")) bad.channel = "email";
  }
  for (const ChannelRow& channel : image->program().channels) {
    if (image->text(channel.name) != bad.channel || is_none(channel.address)) continue;
    if (delivery != nullptr) {
      bad.address_hash = delivery->address_hash;
    } else {
      const Value address = block_get(state_.attributes, image->attribute_numbers()[channel.address.index()]);
      bad.address_hash = hash64(address.tag == Tag::kString ? address.bytes() : std::string_view());
    }
    std::erase_if(state_.bad_addresses, [&](const BadAddress& old) {
      return old.channel == bad.channel && old.word == bad.word && old.address_hash == bad.address_hash;
    });
    if (state_.bad_addresses.size() >= kMaxBadAddresses)
      state_.bad_addresses.erase(state_.bad_addresses.begin());
    state_.bad_addresses.push_back(bad);
    return;
  }
}

}  // namespace wend

// Hand-over of messages and what becomes of them: sections 3 and 6.

#include <algorithm>

#include "tests/oracle/world.h"

namespace wend::oracle {
namespace {

std::string address_attribute(const std::string& channel) {
  if (channel == "email") return "email";
  if (channel == "sms") return "phone";
  if (channel == "push") return "push_token";
  return "";
}

bool has(const Value& list, const std::string& name) {
  return std::any_of(list.list.begin(), list.list.end(),
                     [&](const Value& item) { return item.is(Type::kString) && item.s == name; });
}

std::string text_property(const Event& event, const char* name) {
  const Value value = event_member(event, name);
  return value.is(Type::kString) ? value.s : "";
}

std::string channel_property(const Event& event, const std::string& wire_name) {
  const std::string channel = text_property(event, "channel");
  return channel.empty() && wire_name.starts_with("Email ") ? "email" : channel;
}

}  // namespace

std::optional<ast::EngagementWord> engagement_word(const std::string& wire_name) {
  static const std::map<std::string, ast::EngagementWord> kWords = {
      {"opened", ast::EngagementWord::kOpened},
      {"clicked", ast::EngagementWord::kClicked},
      {"delivered", ast::EngagementWord::kDelivered},
      {"bounced", ast::EngagementWord::kBounced},
      {"failed", ast::EngagementWord::kFailed},
      {"replied", ast::EngagementWord::kReplied},
      {"complained", ast::EngagementWord::kComplained},
      {"Email Opened", ast::EngagementWord::kOpened},
      {"Email Link Clicked", ast::EngagementWord::kClicked},
      {"Email Delivered", ast::EngagementWord::kDelivered},
      {"Email Bounced", ast::EngagementWord::kBounced},
      {"Email Marked as Spam", ast::EngagementWord::kComplained}};
  const auto found = kWords.find(wire_name);
  if (found == kWords.end()) return std::nullopt;
  return found->second;
}

// The guards of the built-in policy: an address that works; no refusal, where the message is not
// transactional.
std::string World::refusal(const Message& message, const std::string& address) const {
  if (message.internal) return address.empty() ? "address" : "";
  if (!address_attribute(message.channel).empty()) {
    if (address.empty()) return "address";
    for (const BadAddress& bad : contact_.bad_addresses) {
      if (bad.channel == message.channel && (bad.address.empty() || bad.address == address)) return "address";
    }
  }
  if (!program_.policies.empty()) throw Unsupported("a policy");
  if (message.transactional || message.channel == "webhook") return "";
  const Value refused = attribute(program_, contact_, "refused");
  if (has(refused, message.channel) || (!message.topic.empty() && has(refused, message.topic)))
    return "consent";
  return "";
}

void World::send(Run& run, const ast::SendStep& step) {
  const Message& message = program_.message_of(step.body);
  const ast::SendOptions& options = step.options;
  if (options.best_hour || options.has_expires) throw Unsupported("a send option");
  Env env = env_of(*run.journey, &run, nullptr);
  env.step = &step;
  env.message = &message;
  Value with;
  if (options.with != nullptr) {
    with = eval(*options.with, env);
    env.with = &with;
  }
  Delivery delivery;
  delivery.at_ms = contact_.clock_ms;
  delivery.run = run.number;
  delivery.journey = run.journey;
  delivery.message = &message;
  if (message.internal) {
    delivery.to = render(message.parts.at("to").tree, false, env);
  } else if (const std::string name = address_attribute(message.channel); !name.empty()) {
    const Value address = attribute(program_, contact_, name);
    if (address.is(Type::kString)) delivery.to = address.s;
  }
  delivery.reason = refusal(message, delivery.to);
  if (delivery.reason.empty() && options.while_condition != nullptr &&
      !holds(*options.while_condition, env)) {
    delivery.reason = "while";
  }
  delivery.handed = delivery.reason.empty();
  if (delivery.handed) {
    for (const auto& [part, content] : message.parts) {
      if (part != "to") delivery.texts[part] = render(content.tree, content.html, env);
    }
  }
  say(run, "send " + message.name +
               (delivery.handed ? " handed to " + delivery.to : " suppressed " + delivery.reason));
  run.sends.push_back({&step, contact_.deliveries.size()});
  contact_.deliveries.push_back(delivery);
  if (message.internal) return;
  const ast::EngagementWord word =
      delivery.handed ? ast::EngagementWord::kSent : ast::EngagementWord::kSuppressed;
  contact_.engagements.push_back({word, contact_.clock_ms, ""});
  Event outcome{word_name(word), "", contact_.clock_ms, of(Type::kRecord, 0)};
  outcome.properties.record = {{"message", of_string(message.name)}, {"channel", of_string(message.channel)}};
  follow_ups_.push_back(std::move(outcome));
}

// The delivery that an engagement speaks of: the latest of its message and channel, else the latest.
Delivery* World::delivery_of(const Event& event, const std::string& wire_name) {
  const std::string message = text_property(event, "message");
  const std::string channel = channel_property(event, wire_name);
  for (size_t i = contact_.deliveries.size(); i-- > 0;) {
    Delivery& delivery = contact_.deliveries[i];
    if (!delivery.handed || delivery.message->internal) continue;
    if (!message.empty() && delivery.message->name != message) continue;
    if (!channel.empty() && delivery.message->channel != channel) continue;
    return &delivery;
  }
  return nullptr;
}

void World::engage(const Event& event, ast::EngagementWord word, const std::string& wire_name, bool late) {
  std::string link = text_property(event, "link");
  if (link.empty()) link = text_property(event, "link_url");
  Delivery* delivery = delivery_of(event, wire_name);
  const bool machine = event_member(event, "machine").is_true();
  if (word == ast::EngagementWord::kOpened && machine && !program_.settings.machine_opens_count) return;
  Event seen = event;
  if (word == ast::EngagementWord::kClicked &&
      (delivery == nullptr || !delivery->engaged.contains(ast::EngagementWord::kOpened))) {
    count_engagement(ast::EngagementWord::kOpened, delivery, "", event.at_ms);
    seen.name = word_name(ast::EngagementWord::kOpened);
    handle(seen, late);
  }
  if (!count_engagement(word, delivery, link, event.at_ms)) return;
  spoil(word, delivery, event, wire_name);
  seen.name = word_name(word);
  handle(seen, late);
}

// False for a repeat: a message is opened once, a link clicked once.
bool World::count_engagement(ast::EngagementWord word, Delivery* delivery, const std::string& link,
                             Millis at_ms) {
  if (delivery != nullptr) {
    const bool before = delivery->engaged.contains(word);
    const bool new_link =
        word == ast::EngagementWord::kClicked && !link.empty() && !delivery->links.contains(link);
    if (before && !new_link) return false;
    delivery->engaged.insert(word);
    if (new_link) delivery->links.insert(link);
  }
  contact_.engagements.push_back({word, at_ms, link});
  return true;
}

// A hard bounce spoils the address that it came from, a complaint the channel.
void World::spoil(ast::EngagementWord word, const Delivery* delivery, const Event& event,
                  const std::string& wire_name) {
  if (word != ast::EngagementWord::kBounced && word != ast::EngagementWord::kComplained) return;
  const bool soft = text_property(event, "type") == "soft" || text_property(event, "bounce_type") == "soft";
  if (word == ast::EngagementWord::kBounced && soft) return;
  BadAddress bad;
  bad.channel = delivery != nullptr ? delivery->message->channel : channel_property(event, wire_name);
  const std::string name = address_attribute(bad.channel);
  if (name.empty()) return;
  if (word == ast::EngagementWord::kBounced) {
    bad.address = delivery != nullptr ? delivery->to : text_of(attribute(program_, contact_, name), utc());
    if (bad.address.empty()) return;
  }
  contact_.bad_addresses.push_back(bad);
}

}  // namespace wend::oracle

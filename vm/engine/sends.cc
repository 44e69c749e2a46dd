// Send steps: guards, rendering, the hand-over to the outbox.

#include <algorithm>
#include <utility>

#include "vm/base/hash.h"
#include "vm/core/attribute_block.h"
#include "vm/engine/contact_step.h"

namespace wend {
namespace {

std::string_view category_name(const Image& image, const MessageRow& message) {
  switch (message.category) {
    case CategoryKind::kMarketing:
      return "marketing";
    case CategoryKind::kTransactional:
      return "transactional";
    case CategoryKind::kNamed:
      return image.text_or_empty(message.category_name);
  }
  return {};
}

bool list_has(const Value& list, std::string_view name) {
  ListCursor cursor(list);
  Value element;
  while (cursor.next(element)) {
    if (element.tag == Tag::kString && element.bytes() == name) return true;
  }
  return false;
}

// Where the run stands: the send's place among its `sends`, made new where it is the first pass.
SendStatus& status_of(RunState& state, SendIx send) {
  for (size_t i = 0; i < state.sends.size(); ++i) {
    if (state.sends[i].send != send) continue;
    state.last_send = static_cast<uint32_t>(i);
    state.sends[i] = SendStatus();
    state.sends[i].send = send;
    return state.sends[i];
  }
  state.last_send = static_cast<uint32_t>(state.sends.size());
  SendStatus& status = state.sends.emplace_back();
  status.send = send;
  return status;
}

}  // namespace

void ContactStep::send(StoredRun& run, SendIx ix) {
  const Image& image = image_of(run);
  const Program& program = image.program();
  const SendRow& row = program.sends[ix.index()];
  const MessageRow& message = program.messages[row.message.index()];
  const ChannelRow& channel = program.channels[message.channel.index()];
  const StepRow& step = program.steps[row.step.index()];

  EvalContext eval = context(image, run.state.journey, &run.state, nullptr);
  std::string with_bytes;
  Value with;
  if (!is_none(row.with)) {
    encode_value(with_bytes, interpreter_.evaluate(row.with, eval));
    ByteReader reader(with_bytes);
    with = decode_value(reader);
    eval.with = &with;
  }

  Delivery delivery;
  if (!is_none(message.to)) {
    if (!interpreter_.render(message.to, eval, delivery.to)) delivery.cut = true;
  } else if (!is_none(channel.address)) {
    const Value address = block_get(state_.attributes, image.attribute_numbers()[channel.address.index()]);
    if (address.tag == Tag::kString) delivery.to = std::string(address.bytes());
  }
  SuppressReason reason = guard(image, ix, delivery.to);
  if (reason == SuppressReason::kNotSuppressed && !is_none(row.while_condition) &&
      !interpreter_.evaluate(row.while_condition, eval).is_true()) {
    reason = SuppressReason::kWhile;
  }
  const bool handed = reason == SuppressReason::kNotSuppressed;
  const uint64_t number = state_.next_delivery++;

  delivery.id = delivery_id(contact_, number);
  delivery.at_ms = state_.clock_ms;
  delivery.contact = contact_;
  delivery.journey = image.journey_name(run.state.journey);
  delivery.version = image.loaded().name();
  delivery.run = run_id(contact_, run.state.number);
  delivery.line = step.line;
  delivery.step = is_none(step.label) ? "line " + std::to_string(step.line) : "@" + image.text(step.label);
  delivery.file = image.text(step.file);
  delivery.channel = image.text(channel.name);
  delivery.message = image.text(message.name);
  delivery.inline_message = message.inline_text;
  delivery.category = std::string(category_name(image, message));
  if (handed) {
    render_all(message, eval, delivery);
  } else {
    delivery.status = DeliveryStatus::kSuppressed;
    delivery.reason = std::string(suppress_reason_name(reason));
  }

  SendStatus& status = status_of(run.state, ix);
  status.outcome = handed ? SendOutcome::kHanded : SendOutcome::kSuppressed;
  status.reason = reason;
  status.at_ms = state_.clock_ms;
  status.delivery = handed ? number : 0;
  note(run, handed ? TraceKind::kHanded : TraceKind::kSuppressed, delivery.message,
       handed ? delivery.to : delivery.reason, static_cast<int64_t>(number))
      .step = row.step.number;
  // Internal messages (`to`) reach no contact: no engagement, nothing counted as received.
  const EngagementWord word = handed ? EngagementWord::kSent : EngagementWord::kSuppressed;
  if (is_none(message.to)) {
    if (handed) {
      run.handed = true;
      std::erase_if(state_.deliveries, [&](const RecentDelivery& old) {
        return old.at_ms < state_.clock_ms - kDeliveryMemoryMs;
      });
      if (state_.deliveries.size() >= kMaxRecentDeliveries)
        state_.deliveries.erase(state_.deliveries.begin());
      state_.deliveries.push_back({number, run.image, ix, run.state.number, state_.clock_ms, 0, {}});
    }
    remember_engagement(word, {}, state_.clock_ms);
    follow_up(delivery, word);
  }
  count_delivery(delivery);
  effects_->outbox.push_back({outbox_key(std::max(state_.clock_ms, state_.arrived_ms), contact_, number),
                              encode_delivery(delivery)});
  ++effects_->deliveries;
}

// The guards of the built-in policy: an address that works, and no refusal of the channel or the topic.
SuppressReason ContactStep::guard(const Image& image, SendIx ix, std::string_view address) const {
  const Program& program = image.program();
  const MessageRow& message = program.messages[program.sends[ix.index()].message.index()];
  const ChannelRow& channel = program.channels[message.channel.index()];
  if (!is_none(message.to))
    return address.empty() ? SuppressReason::kAddress : SuppressReason::kNotSuppressed;
  if (!is_none(channel.address)) {
    if (address.empty()) return SuppressReason::kAddress;
    for (const BadAddress& bad : state_.bad_addresses) {
      if (bad.channel != image.text(channel.name)) continue;
      if (bad.word == EngagementWord::kComplained || bad.address_hash == hash64(address)) {
        return SuppressReason::kAddress;
      }
    }
  }
  if (message.category == CategoryKind::kTransactional || !channel.reaches_person) {
    return SuppressReason::kNotSuppressed;
  }
  const uint16_t refused_number = image.attribute_numbers()[static_cast<size_t>(BuiltinAttr::kRefused)];
  const Value refused = block_get(state_.attributes, refused_number);
  const std::string_view consent = is_none(channel.consent) ? std::string_view(image.text(channel.name))
                                                            : image.text_or_empty(channel.consent);
  if (list_has(refused, consent)) return SuppressReason::kConsent;
  if (!is_none(message.topic) && list_has(refused, image.text(message.topic)))
    return SuppressReason::kConsent;
  return SuppressReason::kNotSuppressed;
}

void ContactStep::render_all(const MessageRow& message, const EvalContext& eval, Delivery& delivery) {
  const auto render = [&](RoutineIx routine, std::string& out) {
    if (!is_none(routine) && !interpreter_.render(routine, eval, out)) delivery.cut = true;
  };
  render(message.subject, delivery.subject);
  render(message.preheader, delivery.preheader);
  render(message.body, delivery.body);
  render(message.html, delivery.html);
  render(message.text, delivery.text);
  render(message.from, delivery.from);
  render(message.reply_to, delivery.reply_to);
  if (delivery.cut) effects_->counters.total("cut_texts");
}

void ContactStep::count_delivery(const Delivery& d) {
  effects_->counters.add(CounterKind::kMessage,
                         {d.journey, d.message, d.channel, delivery_status_name(d.status), d.reason});
}

bool ContactStep::anybody_listens(EngagementWord word) const {
  const EventIx event{static_cast<uint32_t>(word)};
  if (parts_.images.current().listens(event)) return true;
  return std::any_of(state_.runs.begin(), state_.runs.end(), [&](const StoredRun& run) {
    return run.image != parts_.images.current().number() && image_of(run).listens(event);
  });
}

// `sent` and `suppressed` are events of the contact, too; made only where somebody listens.
void ContactStep::follow_up(const Delivery& delivery, EngagementWord word) {
  if (!anybody_listens(word)) return;
  RecordBuilder record;
  record.add("delivery", Value::of_string(delivery.id));
  record.add("journey", Value::of_string(delivery.journey));
  record.add("message", Value::of_string(delivery.message));
  record.add("channel", Value::of_string(delivery.channel));
  if (!delivery.reason.empty()) record.add("reason", Value::of_string(delivery.reason));
  follow_ups_.push_back({word, record.build()});
}

}  // namespace wend

// Send steps: rendering, the hand-over to the outbox, held messages and their release.

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "vm/base/hash.h"
#include "vm/core/attribute_block.h"
#include "vm/engine/best_hour.h"
#include "vm/engine/contact_step.h"
#include "vm/engine/guards.h"

namespace wend {
namespace {

// Where the run stands: the send's place among its `sends`, made new where it is the first pass. A `send
// first` has one place, whatever it takes.
SendStatus& status_of(const Program& program, RunState& state, SendIx send) {
  for (size_t i = 0; i < state.sends.size(); ++i) {
    if (program.first_of(state.sends[i].send) != program.first_of(send)) continue;
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

// What every line that a run puts out says of its origin; `step` is kNone where the run has come to none.
Delivery ContactStep::line_head(const StoredRun& run, StepIx step, uint64_t number) const {
  const Image& image = image_of(run);
  Delivery delivery;
  delivery.id = delivery_id(contact_, number);
  delivery.at_ms = state_.clock_ms;
  delivery.contact = contact_;
  delivery.journey = image.journey_name(run.state.journey);
  delivery.version = image.loaded().name();
  delivery.run = run_id(contact_, run.state.number);
  if (is_none(step)) return delivery;
  const StepRow& row = image.program().steps[step.index()];
  delivery.line = row.line;
  delivery.step = is_none(row.label) ? "line " + std::to_string(row.line) : "@" + image.text(row.label);
  delivery.file = image.text(row.file);
  return delivery;
}

Delivery ContactStep::delivery_head(const StoredRun& run, SendIx ix, uint64_t number) const {
  const Image& image = image_of(run);
  const Program& program = image.program();
  const SendRow& row = program.sends[ix.index()];
  const MessageRow& message = program.messages[row.message.index()];
  Delivery delivery = line_head(run, row.step, number);
  delivery.channel = image.text(program.channels[message.channel.index()].name);
  delivery.message = image.text(message.name);
  delivery.inline_message = message.inline_text;
  delivery.category = std::string(category_name(program, message));
  return delivery;
}

// The choices of a send step in the order in which they are asked: the preferred one first.
std::vector<SendIx> ContactStep::choices_of(const Image& image, SendIx first, const EvalContext& eval) {
  const Program& program = image.program();
  const SendRow& row = program.sends[first.index()];
  std::vector<SendIx> choices;
  for (uint32_t i = 0; i <= row.others; ++i) choices.push_back(SendIx{first.number + i});
  if (is_none(row.by)) return choices;
  const Value preferred = interpreter_.evaluate(row.by, eval);
  if (preferred.tag != Tag::kString) return choices;
  const auto found = std::find_if(choices.begin(), choices.end(), [&](SendIx choice) {
    const MessageRow& message = program.messages[program.sends[choice.index()].message.index()];
    return program.text(program.channels[message.channel.index()].name) == preferred.bytes();
  });
  if (found != choices.end()) std::rotate(choices.begin(), found, found + 1);
  return choices;
}

std::string ContactStep::address_of(const Image& image, const MessageRow& message, const EvalContext& eval,
                                    bool& cut) {
  std::string to;
  const ChannelRow& channel = image.program().channels[message.channel.index()];
  if (!is_none(message.to)) {
    if (!interpreter_.render(message.to, eval, to)) cut = true;
  } else if (!is_none(channel.address)) {
    const Value address = block_get(state_.attributes, image.attribute_numbers()[channel.address.index()]);
    if (address.tag == Tag::kString) to.assign(address.bytes());
  }
  return to;
}

// What the guards say of a send step: the first of its choices that may go now, else the first that may be
// held, else the one asked first, refused.
ContactStep::Choice ContactStep::choose(const Image& image, SendIx first, const EvalContext& eval) {
  const Program& program = image.program();
  std::optional<Choice> best;
  for (const SendIx ix : choices_of(image, first, eval)) {
    Choice choice{ix, {}, {}, false};
    choice.to =
        address_of(image, program.messages[program.sends[ix.index()].message.index()], eval, choice.cut);
    choice.verdict = decide(image, ix, choice.to, eval);
    if (choice.verdict.reason == SuppressReason::kNotSuppressed) return choice;
    if (!best.has_value() || (choice.verdict.held() && !best->verdict.held())) best = std::move(choice);
  }
  return std::move(*best);
}

// What the options of the step add to what the guards say: the best hour, `expires after`, `while`.
void ContactStep::apply_options(const Image& image, const SendRow& row, Millis since_ms,
                                const EvalContext& eval, Verdict& verdict) {
  const Millis now = state_.clock_ms;
  const Zone& zone = contact_zone_ != nullptr ? *contact_zone_ : image.loaded().project_zone();
  if (verdict.reason == SuppressReason::kNotSuppressed && row.best_hour_within_ms > 0) {
    const Millis best_ms = best_hour(state_.open_hours, zone, now, since_ms + row.best_hour_within_ms);
    if (best_ms > now) verdict = {SuppressReason::kBestHour, best_ms};
  }
  const bool may_go = verdict.reason == SuppressReason::kNotSuppressed;
  if ((may_go || verdict.held()) && row.expires_after_ms != kNever) {
    const Millis expires_ms = since_ms + row.expires_after_ms;
    if (since_ms < now && expires_ms <= now) verdict = {SuppressReason::kExpires, kNever};
    if (verdict.held()) verdict.release_ms = std::min(verdict.release_ms, expires_ms);
  }
  if (verdict.reason == SuppressReason::kNotSuppressed && !is_none(row.while_condition) &&
      !interpreter_.evaluate(row.while_condition, eval).is_true()) {
    verdict.reason = SuppressReason::kWhile;
  }
}

// One attempt of a send step: the first, or where `held_before` is given that of a release. False where the
// message is held, and the run with it.
bool ContactStep::send(StoredRun& run, SendIx first, uint32_t next_pc, const HeldSend* held_before) {
  const Image& image = image_of(run);
  const Program& program = image.program();
  const SendRow& row = program.sends[first.index()];
  EvalContext eval = context(image, run.state.journey, &run.state, nullptr);
  std::string with_bytes;
  Value with;
  if (!is_none(row.with)) {
    encode_value(with_bytes, interpreter_.evaluate(row.with, eval));
    ByteReader reader(with_bytes);
    with = decode_value(reader);
    eval.with = &with;
  }
  const Millis since_ms = held_before != nullptr ? held_before->since_ms : state_.clock_ms;
  Choice choice = choose(image, first, eval);
  Verdict& verdict = choice.verdict;
  apply_options(image, row, since_ms, eval, verdict);

  // All lines about a message have one id; each has a number of its own in the outbox.
  const uint64_t line_number = state_.next_delivery++;
  const uint64_t number = held_before != nullptr ? held_before->delivery : line_number;
  Delivery delivery = delivery_head(run, choice.send, number);
  delivery.to = std::move(choice.to);
  delivery.cut = choice.cut;
  const bool handed = verdict.reason == SuppressReason::kNotSuppressed;
  SendStatus& status = status_of(program, run.state, choice.send);
  status.reason = verdict.reason;
  status.at_ms = state_.clock_ms;
  if (!handed) delivery.reason = std::string(suppress_reason_name(verdict.reason));

  if (verdict.held()) {
    status.outcome = SendOutcome::kHeld;
    HeldSend held;
    if (held_before != nullptr) held = *held_before;
    held.send = choice.send;
    held.next_pc = next_pc;
    held.since_ms = since_ms;
    held.release_ms = verdict.release_ms;
    held.delivery = number;
    run.state.held = std::move(held);
    delivery.status = DeliveryStatus::kHeld;
    note(run, TraceKind::kHeld, delivery.message, delivery.reason, verdict.release_ms).step = row.step.number;
    put_line(delivery, line_number);
    return false;
  }
  status.outcome = handed ? SendOutcome::kHanded : SendOutcome::kSuppressed;
  status.delivery = handed ? number : 0;
  const MessageRow& message = program.messages[program.sends[choice.send.index()].message.index()];
  if (handed) {
    render_all(message, eval, delivery);
  } else {
    delivery.status = DeliveryStatus::kSuppressed;
  }
  note(run, handed ? TraceKind::kHanded : TraceKind::kSuppressed, delivery.message,
       handed ? delivery.to : delivery.reason, static_cast<int64_t>(number))
      .step = row.step.number;
  // Internal messages (`to`) reach no contact: no engagement, nothing counted as received.
  if (is_none(message.to)) {
    if (handed) hand_over(run, choice.send, number, delivery.to);
    const EngagementWord word = handed ? EngagementWord::kSent : EngagementWord::kSuppressed;
    remember_engagement(word, {}, state_.clock_ms);
    follow_up(delivery, word);
  }
  put_line(delivery, line_number);
  return true;
}

// What the contact keeps of a message that reaches it.
void ContactStep::hand_over(StoredRun& run, SendIx ix, uint64_t number, std::string_view address) {
  run.handed = true;
  std::erase_if(state_.deliveries, [&](const RecentDelivery& old) {
    return old.at_ms < state_.clock_ms - kDeliveryMemoryMs;
  });
  if (state_.deliveries.size() >= kMaxRecentDeliveries) state_.deliveries.erase(state_.deliveries.begin());
  state_.deliveries.push_back(
      {number, run.image, ix, run.state.number, state_.clock_ms, 0, {}, hash64(address)});
  const Image& image = image_of(run);
  const Program& program = image.program();
  count_send(image, program.messages[program.sends[ix.index()].message.index()], number);
}

void ContactStep::put_line(const Delivery& delivery, uint64_t line_number) {
  count_delivery(delivery);
  effects_->outbox.push_back({outbox_key(std::max(state_.clock_ms, state_.arrived_ms), contact_, line_number),
                              encode_delivery(delivery)});
  ++effects_->deliveries;
}

// The held message is asked everything anew; unless it is held again, the run goes on.
void ContactStep::release(StoredRun& run) {
  const HeldSend held = std::move(*run.state.held);
  run.state.held.reset();
  const Program& program = image_of(run).program();
  const SendRow& row = program.sends[held.send.index()];
  ++effects_->timers;
  note(run, TraceKind::kReleased, program.text(program.messages[row.message.index()].name), {},
       static_cast<int64_t>(held.delivery))
      .step = row.step.number;
  if (!send(run, program.first_of(held.send), held.next_pc, &held)) return;
  // A last act is ending the run already: no `until` ends it again.
  const Left left = held.ending.empty() ? resume(run, held.next_pc) : run_steps(run, held.next_pc);
  if (held.ending.empty() || left == Left::kEnded) return;
  // It was the last act of the run.
  if (run.state.held.has_value()) {
    run.state.held->ending = held.ending;
    run.state.held->ending_because = held.ending_because;
    return;
  }
  leave_wait(run);
  end_run(run, held.ending, held.ending_because);
}

// Releases of one instant go by priority, then what was held longest, then by the journey's name.
void ContactStep::release_all(Millis due_ms) {
  std::vector<size_t> due;
  for (size_t i = 0; i < state_.runs.size(); ++i) {
    const StoredRun& run = state_.runs[i];
    if (run.active() && run.state.held.has_value() && run.state.held->release_ms <= due_ms) due.push_back(i);
  }
  std::stable_sort(due.begin(), due.end(), [&](size_t left, size_t right) {
    const StoredRun& a = state_.runs[left];
    const StoredRun& b = state_.runs[right];
    const int32_t priority_a = image_of(a).journey(a.state.journey).priority;
    const int32_t priority_b = image_of(b).journey(b.state.journey).priority;
    if (priority_a != priority_b) return priority_a > priority_b;
    if (a.state.held->since_ms != b.state.held->since_ms) {
      return a.state.held->since_ms < b.state.held->since_ms;
    }
    return image_of(a).journey_name(a.state.journey) < image_of(b).journey_name(b.state.journey);
  });
  for (const size_t i : due) {
    StoredRun& run = state_.runs[i];
    if (run.active() && run.state.held.has_value()) release(run);
  }
}

// The run ends or moves on without the message that it held.
void ContactStep::cancel_held(StoredRun& run) {
  if (!run.state.held.has_value()) return;
  const HeldSend held = std::move(*run.state.held);
  run.state.held.reset();
  Delivery delivery = delivery_head(run, held.send, held.delivery);
  delivery.status = DeliveryStatus::kCancelled;
  const Program& program = image_of(run).program();
  note(run, TraceKind::kCancelled, delivery.message, {}, static_cast<int64_t>(held.delivery)).step =
      program.sends[held.send.index()].step.number;
  put_line(delivery, state_.next_delivery++);
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
  follow_ups_.push_back({word, {}, {}, record.build()});
}

}  // namespace wend

#include "vm/engine/contact_step.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "vm/base/hash.h"
#include "vm/core/attribute_block.h"

namespace wend {
namespace {

constexpr uint16_t kNoAttribute = 0xFFFF;

// Lists that the language keeps sorted and without duplicates.
bool is_set_attribute(AttrIx attribute) {
  return attribute.number >= static_cast<uint32_t>(BuiltinAttr::kTopics) &&
         attribute.number <= static_cast<uint32_t>(BuiltinAttr::kRefused);
}

std::string sorted_set(const Value& list) {
  std::vector<std::string_view> names;
  ListCursor cursor(list);
  Value element;
  while (cursor.next(element)) {
    if (element.tag == Tag::kString) names.push_back(element.bytes());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  ListBuilder sorted;
  for (const std::string_view name : names) sorted.add(Value::of_string(name));
  return sorted.build();
}

// Does the program itself declare an event of this name? Then it is no engagement, whatever the name.
bool declares(const Image& image, std::string_view name) {
  const std::optional<EventIx> ix = image.loaded().find_event(name);
  return ix.has_value() && !image.program().events[ix->index()].is_engagement;
}

}  // namespace

ContactStep::ContactStep(const EngineParts& parts) : parts_(parts), interpreter_(parts.options.limits) {}

Status ContactStep::process(std::string_view contact, std::string_view record,
                            std::span<const Input* const> inputs, Millis advance_to_ms,
                            BatchEffects& effects) {
  effects_ = &effects;
  WEND_RETURN_IF_ERROR(load(contact, record));
  for (const Input* input : inputs) {
    WEND_RETURN_IF_ERROR(handle(*input));
    decoder_.clear();
  }
  if (known_) fire_timers(advance_to_ms);
  prune();
  state_.timer_ms = next_due();
  return {};
}

Status ContactStep::load(std::string_view contact, std::string_view record) {
  contact_.assign(contact);
  trace_.clear();
  follow_ups_.clear();
  changed_ = false;
  attributes_dirty_ = false;
  known_ = !record.empty();
  if (known_) {
    WEND_RETURN_IF_ERROR(decode_record(record, contact, state_));
  } else {
    state_ = ContactState();
  }
  old_timer_ms_ = state_.timer_ms;
  for (const StoredRun& run : state_.runs) {
    const Image* image = parts_.images.find(run.image);
    if (image == nullptr || !image->run_fits(run)) {
      return Error{ErrorKind::kCorrupt,
                   "the record of contact \"" + contact_ + "\" holds a run that fits no image"};
    }
  }
  contact_zone_ = nullptr;
  const uint16_t number =
      parts_.images.current().attribute_numbers()[static_cast<size_t>(BuiltinAttr::kTimezone)];
  const Value zone = block_get(state_.attributes, number);
  if (zone.tag == Tag::kString) contact_zone_ = find_zone(zone.bytes());
  return {};
}

Status ContactStep::handle(const Input& input) {
  // What was due when the input arrived has happened by then, whether or not somebody came to it.
  if (known_) fire_timers(input.received_ms);
  const uint64_t id_hash = hash64(input.id);
  const bool is_event = input.kind == InputKind::kTrack;
  CounterSums& counters = effects_->counters;
  counters.total(is_event ? "events" : "identifies");
  if (known_ && is_duplicate(id_hash)) {
    changed_ = true;
    counters.total("duplicates");
    note(TraceKind::kDuplicate, input.event, input.id);
    return {};
  }
  const Millis received = input.received_ms;
  Millis at = input.at_ms;
  int64_t flags = 0;
  if (at > received + parts_.options.future_tolerance_ms) {
    at = received;
    flags |= kTraceClamped;
    counters.total("clamped");
  }
  if (!input.historical && at < received - parts_.options.dedupe_memory_ms) {
    // Whether it is a duplicate can't be told any more.
    counters.total("refused");
    return {};
  }
  const bool late = input.historical || at < received - parts_.images.current().program().settings.late_ms;
  if (input.historical) flags |= kTraceHistorical;
  if (late && !input.historical) {
    flags |= kTraceLate;
    counters.total("late");
  }
  changed_ = true;
  if (!known_) {
    known_ = true;
    state_.created_at_ms = at;
    state_.clock_ms = at;
    state_.arrived_ms = received;
    counters.total("contacts");
  }
  fire_timers(at);
  state_.clock_ms = std::max(state_.clock_ms, at);
  state_.arrived_ms = std::max(state_.arrived_ms, received);
  remember(id_hash, at);
  note(is_event ? TraceKind::kEvent : TraceKind::kIdentify, input.event, input.id, flags);
  Arrived event;
  event.name = input.event;
  event.id = input.id;
  event.at_ms = at;
  event.record = input.properties;
  event.late = late;
  if (is_event && !declares(parts_.images.current(), input.event))
    event.word = engagement_of_name(input.event);
  // History, attributes, scores, in this order; then whoever looks at the event. An engagement counts only where
  // it has not happened before, which engage() finds out.
  const bool counts = is_event && !event.word.has_value();
  if (counts) remember_event(event);
  if (!input.traits.empty()) WEND_RETURN_IF_ERROR(apply_traits(input.traits));
  if (counts) score_event(event);
  attributes_changed(late);
  if (is_event) {
    if (event.word.has_value()) {
      engage(event);
    } else {
      dispatch(event);
    }
  }
  drain_follow_ups();
  return {};
}

bool ContactStep::is_duplicate(uint64_t id_hash) const {
  const Millis oldest = state_.arrived_ms - parts_.options.dedupe_memory_ms;
  return std::any_of(
      state_.recent_events.rbegin(), state_.recent_events.rend(),
      [&](const RecentEvent& event) { return event.id_hash == id_hash && event.at_ms >= oldest; });
}

void ContactStep::remember(uint64_t id_hash, Millis at_ms) {
  if (at_ms < state_.arrived_ms - parts_.options.dedupe_memory_ms) return;
  if (state_.recent_events.size() >= kMaxRecentEvents) forget_old_events();
  if (state_.recent_events.size() >= kMaxRecentEvents) {
    state_.recent_events.erase(state_.recent_events.begin());
    effects_->counters.total("forgotten_event_ids");
  }
  state_.recent_events.push_back({id_hash, at_ms});
}

Millis ContactStep::next_due() const {
  Millis due = kNever;
  for (const StoredRun& run : state_.runs) {
    const RunState& state = run.state;
    if (!run.active()) continue;
    due = std::min({due, state.due_ms, state.ends_at_ms, state.wait_check_ms, state.until_check_ms});
    if (state.held.has_value()) due = std::min(due, state.held->release_ms);
  }
  for (const ContactTimer& timer : state_.timers) due = std::min(due, timer.due_ms);
  return due;
}

ContactTimer& ContactStep::timer(ContactTimerKind kind, uint16_t owner, uint32_t index) {
  const auto key = [](const ContactTimer& timer) { return std::tuple(timer.kind, timer.owner, timer.index); };
  ContactTimer fresh;
  fresh.kind = kind;
  fresh.owner = owner;
  fresh.index = index;
  const auto at =
      std::lower_bound(state_.timers.begin(), state_.timers.end(), fresh,
                       [&](const ContactTimer& a, const ContactTimer& b) { return key(a) < key(b); });
  if (at != state_.timers.end() && key(*at) == key(fresh)) return *at;
  return *state_.timers.insert(at, fresh);
}

void ContactStep::fire_timers(Millis up_to_ms) {
  for (Millis due = next_due(); due <= up_to_ms && due != kNever; due = next_due()) {
    changed_ = true;
    state_.clock_ms = std::max(state_.clock_ms, due);
    fire_at(due);
    drain_follow_ups();
    decoder_.clear();
  }
}

// At one instant: conditions of `until` and the ends of `lasts at most` first, then releases of held messages, then
// waits, each oldest run first (language, section 9). What one run sets moves the moments that others wait for
// before their turn.
void ContactStep::fire_at(Millis due_ms) {
  for (size_t i = 0; i < state_.runs.size(); ++i) {
    StoredRun& run = state_.runs[i];
    if (!run.active() || run.state.until_check_ms > due_ms) continue;
    ++effects_->timers;
    try_until_conditions(run);
  }
  for (size_t i = 0; i < state_.runs.size(); ++i) {
    StoredRun& run = state_.runs[i];
    if (!run.active() || run.state.ends_at_ms > due_ms) continue;
    ++effects_->timers;
    note(run, TraceKind::kHorizon);
    leave_wait(run);
    if (last_act(run, image_of(run).journey(run.state.journey).lasts_act_pc, "expired", {}))
      end_run(run, "expired", {});
    attributes_changed();
  }
  release_all(due_ms);
  for (size_t i = 0; i < state_.runs.size(); ++i) {
    attributes_changed();
    StoredRun& run = state_.runs[i];
    const bool is_due = run.state.due_ms <= due_ms;
    if (!run.active() || (!is_due && run.state.wait_check_ms > due_ms)) continue;
    ++effects_->timers;
    if (!is_due) {
      try_wait_condition(run, false);
      continue;
    }
    note(run, TraceKind::kWaitDue);
    const uint32_t pc = due_pc(run, image_of(run).program().waits[run.state.wait.index()]);
    leave_wait(run);
    resume(run, pc);
  }
  attributes_changed();
  fire_contact_timers(due_ms);
}

// Last of an instant: what the contact's own timers start. One that nobody owns any more rests.
void ContactStep::fire_contact_timers(Millis due_ms) {
  for (ContactTimer& timer : state_.timers) {
    if (timer.due_ms > due_ms) continue;
    ++effects_->timers;
    timer.due_ms = kNever;
  }
}

Status ContactStep::apply_traits(std::string_view record) {
  const Image& image = parts_.images.current();
  const Program& program = image.program();
  RecordCursor cursor(Value::of_record(record));
  std::string_view name;
  Value given;
  while (cursor.next(name, given)) {
    const std::optional<AttrIx> attribute = image.loaded().find_attribute(name);
    if (attribute.has_value()) {
      if (*attribute == AttrIx{static_cast<uint32_t>(BuiltinAttr::kId)} ||
          *attribute == AttrIx{static_cast<uint32_t>(BuiltinAttr::kCreatedAt)}) {
        continue;  // the engine's own
      }
      bool wrong = false;
      const Value value = decoder_.decode(program, program.attributes[attribute->index()].type, given, wrong);
      if (wrong) {
        effects_->counters.add(CounterKind::kSchema, {"contact", name});
        note(TraceKind::kViolation, "contact", name);
        if (value.missing()) continue;
      }
      set_attribute(image, *attribute, value);
      continue;
    }
    if (!program.settings.open_events) {
      effects_->counters.total("undeclared_attributes");
      continue;
    }
    const Result<uint16_t> number = parts_.attributes.number(name);
    if (!number.ok() && number.error().kind != ErrorKind::kFull) return number.error();
    if (!number.ok() || block_entries(state_.attributes).size() >= kMaxAttributes) {
      effects_->counters.total("attributes_over_limit");
      continue;
    }
    const Value old = block_get(state_.attributes, *number);
    if (old.tag == given.tag && (given.missing() || values_equal(old, given))) continue;
    BlockBuilder block(state_.attributes);
    block.put(*number, given);
    state_.attributes = block.build();
    attributes_dirty_ = true;
    std::string text;
    append_text(text, given, image.loaded().project_zone());
    note(TraceKind::kAttribute, name, text);
  }
  return {};
}

void ContactStep::set_attribute(const Image& image, AttrIx attribute, const Value& value) {
  const uint16_t number = image.attribute_numbers()[attribute.index()];
  if (number == kNoAttribute) return;
  Value kept = value;
  std::string sorted;
  if (is_set_attribute(attribute) && value.tag == Tag::kList) {
    sorted = sorted_set(value);
    kept = Value::of_list(sorted);
  }
  const Value old = block_get(state_.attributes, number);
  if (old.tag == kept.tag && (kept.missing() || values_equal(old, kept))) return;
  BlockBuilder block(state_.attributes);
  block.put(number, kept);
  std::string text;
  if (is_set_attribute(attribute) && kept.tag == Tag::kList) {
    ListCursor names(kept);
    Value name;
    while (names.next(name)) text += (text.empty() ? "" : ", ") + std::string(name.bytes());
  } else {
    append_text(text, kept, contact_zone_ != nullptr ? *contact_zone_ : image.loaded().project_zone());
  }
  if (attribute == AttrIx{static_cast<uint32_t>(BuiltinAttr::kTimezone)}) {
    contact_zone_ = kept.tag == Tag::kString ? find_zone(kept.bytes()) : nullptr;
  }
  state_.attributes = block.build();
  attributes_dirty_ = true;
  note(TraceKind::kAttribute, image.text(image.program().attributes[attribute.index()].name), text);
}

// Waits for a moment that is made of attributes follow them, and conditions are asked again.
void ContactStep::attributes_changed(bool late) {
  for (size_t rounds = 0; attributes_dirty_ && rounds < kMaxFollowUps; ++rounds) {
    attributes_dirty_ = false;
    for (size_t i = 0; i < state_.runs.size(); ++i) {
      if (state_.runs[i].active() && !ask_again(state_.runs[i], late)) move_wait(state_.runs[i]);
    }
  }
  attributes_dirty_ = false;
}

// Conversions, then the runs that are there, oldest first, then entries (language, section 9).
void ContactStep::dispatch(Arrived& event) {
  remember_event(event);
  score_event(event);
  const Image& current = parts_.images.current();
  const EventView* known = view(event, current);
  if (known == nullptr) {
    effects_->counters.total(current.program().settings.open_events ? "unheard_events" : "unknown_events");
  } else {
    for (const std::string_view property : decode(event, current).violations) {
      const std::string& name = current.text(current.program().events[known->event.index()].name);
      effects_->counters.add(CounterKind::kSchema, {name, property});
      note(TraceKind::kViolation, name, property);
    }
  }
  const bool heard = (known != nullptr && current.listens(known->event)) ||
                     std::any_of(state_.runs.begin(), state_.runs.end(), [&](const StoredRun& run) {
                       return run.image != current.number() && view(event, image_of(run)) != nullptr;
                     });
  if (!heard && !event.word.has_value()) note(TraceKind::kUnheard, event.name);
  if (!heard) {
    // No journey waits for it, yet it may have changed what conditions ask.
    for (size_t i = 0; i < state_.runs.size(); ++i) {
      if (state_.runs[i].active()) ask_again(state_.runs[i], event.late);
    }
    return attributes_changed(event.late);
  }
  convert(event);
  run_events(event);
  attributes_changed(event.late);
  enter_all(event);
  attributes_changed(event.late);
}

const ContactStep::Arrived::Decoded& ContactStep::decode(Arrived& event, const Image& image) {
  for (const auto& decoded : event.decoded) {
    if (decoded->image == &image) return *decoded;
  }
  event.decoded.push_back(std::make_unique<Arrived::Decoded>());
  Arrived::Decoded& decoded = *event.decoded.back();
  decoded.image = &image;
  decoded.known = false;
  std::optional<EventIx> ix;
  if (event.word.has_value()) {
    ix = EventIx{static_cast<uint32_t>(*event.word)};
  } else {
    ix = image.loaded().find_event(event.name);
    // "sent" and "suppressed" are the engine's own to say.
    if (ix.has_value() && image.program().events[ix->index()].is_engagement) ix.reset();
  }
  if (!ix.has_value()) return decoded;
  decoded.known = true;
  decoder_.decode_event(image.program(), image.program().events[ix->index()], event.record, decoded.values,
                        decoded.violations);
  decoded.view = {*ix, event.at_ms, event.id, decoded.values};
  return decoded;
}

const EventView* ContactStep::view(Arrived& event, const Image& image) {
  const Arrived::Decoded& decoded = decode(event, image);
  return decoded.known ? &decoded.view : nullptr;
}

void ContactStep::drain_follow_ups() {
  for (size_t i = 0; i < follow_ups_.size(); ++i) {
    if (i >= kMaxFollowUps) {
      effects_->counters.total("follow_ups_over_limit", static_cast<int64_t>(follow_ups_.size() - i));
      note(TraceKind::kFollowUpsCut);
      break;
    }
    const FollowUp follow_up = std::move(follow_ups_[i]);
    Arrived event;
    event.name = follow_up.word.has_value() ? engagement_word_name(*follow_up.word) : follow_up.name;
    event.id = follow_up.id;
    event.at_ms = state_.clock_ms;
    event.record = follow_up.record;
    event.word = follow_up.word;
    if (!event.word.has_value()) note(TraceKind::kFollows, event.name, event.id);
    dispatch(event);
  }
  follow_ups_.clear();
}

void ContactStep::forget_old_events() {
  const Millis oldest = state_.arrived_ms - parts_.options.dedupe_memory_ms;
  std::erase_if(state_.recent_events, [&](const RecentEvent& event) { return event.at_ms < oldest; });
}

void ContactStep::prune() {
  forget_old_events();
  std::erase_if(state_.runs, [&](const StoredRun& run) { return run.ended && !goal_open(run); });
  forget_counted();
  if (state_.has_open_hours() && !counts_open_hours()) state_.open_hours = {};
  prune_histories();
}

TraceEntry& ContactStep::note(TraceKind kind, std::string_view text, std::string_view more, int64_t number) {
  if (!parts_.options.trace) {
    discarded_ = TraceEntry();
    return discarded_;
  }
  TraceEntry& entry = trace_.emplace_back();
  ++state_.trace_entries;
  entry.kind = kind;
  entry.at_ms = state_.clock_ms;
  entry.text.assign(text);
  entry.more.assign(more);
  entry.number = number;
  return entry;
}

TraceEntry& ContactStep::note(const StoredRun& run, TraceKind kind, std::string_view text,
                              std::string_view more, int64_t number) {
  TraceEntry& entry = note(kind, text, more, number);
  entry.image = run.image;
  entry.journey = run.state.journey.number;
  entry.run = run.state.number;
  if (!is_none(run.state.wait)) {
    entry.step = image_of(run).program().waits[run.state.wait.index()].step.number;
  }
  return entry;
}

std::string delivery_id(std::string_view contact, uint64_t number) {
  return to_hex(hash64(contact)) + "-" + std::to_string(number);
}

std::string emitted_id(std::string_view contact, uint64_t number) {
  return to_hex(hash64(contact)) + "-e" + std::to_string(number);
}

std::string run_id(std::string_view contact, uint64_t number) {
  return to_hex(hash64(contact)) + "-r" + std::to_string(number);
}

std::optional<uint64_t> delivery_number(std::string_view contact, std::string_view id) {
  const std::string prefix = to_hex(hash64(contact)) + "-";
  if (id.size() <= prefix.size() || id.size() > prefix.size() + 19 || id.substr(0, prefix.size()) != prefix) {
    return std::nullopt;
  }
  uint64_t number = 0;
  for (const char c : id.substr(prefix.size())) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  return number;
}

}  // namespace wend

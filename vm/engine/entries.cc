// Entries into journeys and conversions of their goals.

#include <algorithm>
#include <cmath>
#include <utility>

#include "vm/base/hash.h"
#include "vm/core/attribute_block.h"
#include "vm/engine/contact_step.h"

namespace wend {
namespace {

// What of the trigger is kept with the run: the properties that its journey reads.
KeptEvent keep_trigger(const Image& image, JourneyIx journey, const EventView& event) {
  KeptEvent kept;
  kept.event = event.event;
  kept.at_ms = event.at_ms;
  kept.id.assign(event.id);
  BlockBuilder block;
  for (const uint16_t property : image.journey(journey).kept_properties) {
    const int slot = image.loaded().property_slot(event.event, property);
    if (slot >= 0) block.put(property, event.values[static_cast<size_t>(slot)]);
  }
  kept.properties = block.build();
  return kept;
}

std::string encoded(const Value& value) {
  std::string bytes;
  encode_value(bytes, value);
  return bytes;
}

// The keys that the value of `each` gives: one, or of a list each distinct present element in its order.
std::vector<std::string> keys_of(const Value& each) {
  std::vector<std::string> keys;
  if (each.missing()) return keys;
  if (each.tag != Tag::kList) {
    keys.push_back(encoded(each));
    return keys;
  }
  ListCursor cursor(each);
  Value element;
  while (cursor.next(element)) {
    if (element.missing()) continue;
    std::string key = encoded(element);
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
    if (keys.size() > kMaxRunsOfJourney) break;
  }
  return keys;
}

// Ended but for a message that its last act holds.
bool is_leaving(const StoredRun& run) {
  return run.state.held.has_value() && !run.state.held->ending.empty();
}

}  // namespace

// Looked at only until the goal's time is over and no late event can come any more, so that it doesn't matter
// when the run is taken out of the record.
bool ContactStep::goal_open(const StoredRun& run) const {
  if (run.converted) return false;
  const Image& image = image_of(run);
  const std::vector<GoalRow>& goals = image.journey(run.state.journey).goals;
  if (goals.empty()) return false;
  // An event may come late and convert all the same, as long as its duplicates would be known.
  const Millis memory_ms = std::max(image.program().settings.late_ms, parts_.options.dedupe_memory_ms);
  return state_.clock_ms <= run.state.entered_at_ms + goals[0].within_ms + memory_ms;
}

// One event converts one run of a journey: the latest that it fits and that is not converted yet.
void ContactStep::convert(Arrived& event) {
  std::vector<uint16_t> converted;
  for (size_t i = state_.runs.size(); i-- > 0;) {
    StoredRun& run = state_.runs[i];
    if (!goal_open(run)) continue;
    const Image& image = image_of(run);
    const uint16_t journey = image.journey_number(run.state.journey);
    if (std::find(converted.begin(), converted.end(), journey) != converted.end()) continue;
    const EventView* seen = view(event, image);
    const GoalRow& goal = image.journey(run.state.journey).goals[0];
    if (seen == nullptr || goal.event != seen->event) continue;
    if (event.at_ms < run.state.entered_at_ms || event.at_ms > run.state.entered_at_ms + goal.within_ms)
      continue;
    const EvalContext eval = context(image, run.state.journey, &run.state, seen);
    if (!is_none(goal.where) && !interpreter_.evaluate(goal.where, eval).is_true()) continue;
    converted.push_back(journey);
    run.converted = true;
    Value value;
    if (!is_none(goal.value)) value = interpreter_.evaluate(goal.value, eval);
    const std::string& name = image.journey_name(run.state.journey);
    effects_->counters.add(CounterKind::kJourney, {name, "converted"});
    if (run.handed) effects_->counters.add(CounterKind::kJourney, {name, "converted_after_message"});
    double worth = 0;
    if (value.tag == Tag::kNumber || value.tag == Tag::kPercent) worth = value.d;
    if (value.tag == Tag::kInt) worth = static_cast<double>(value.i);
    if (worth != 0 && std::abs(worth) < 1e15) {
      effects_->counters.add(CounterKind::kJourney, {name, "value"}, std::llround(worth * 1000));
    }
    std::string text;
    append_text(text, value, *eval.zone);
    note(run, TraceKind::kConverted, image.text(image.program().events[seen->event.index()].name), text);
  }
}

// By priority, then name; each run executes to its first wait before the next is looked at, so that
// conditions see what earlier ones changed.
void ContactStep::enter_all(Arrived& event) {
  const Image& image = parts_.images.current();
  const EventView* seen = view(event, image);
  if (seen == nullptr) return;
  const std::vector<std::string>& live = parts_.options.live_journeys;
  // What a live journey starts is live, too.
  const bool started = event.name.starts_with("start ");
  for (const EntryCandidate& candidate : image.candidates(seen->event)) {
    if (!live.empty() && !started &&
        std::find(live.begin(), live.end(), image.journey_name(candidate.journey)) == live.end()) {
      continue;
    }
    if (event.late) {
      ignored(candidate.journey, TraceIgnored::kLate, image.text(candidate.triggers.front()->text));
      continue;
    }
    try_enter(candidate, *seen);
  }
}

void ContactStep::ignored(JourneyIx journey, TraceIgnored why, std::string_view trigger_text) {
  TraceEntry& entry = note(TraceKind::kIgnored, {}, trigger_text, static_cast<int64_t>(why));
  entry.image = parts_.images.current().number();
  entry.journey = journey.number;
}

// Does any `on` of the journey take the event?
bool ContactStep::trigger_holds(const EntryCandidate& candidate, const EventView& seen) {
  const Image& image = parts_.images.current();
  const EvalContext eval = context(image, candidate.journey, nullptr, &seen);
  TraceIgnored why = TraceIgnored::kWhereFalse;
  for (const TriggerRow* trigger : candidate.triggers) {
    if (is_none(trigger->where)) return true;
    const Value holds = interpreter_.evaluate(trigger->where, eval);
    if (holds.is_true()) return true;
    if (holds.missing()) why = TraceIgnored::kWhereMissing;
  }
  ignored(candidate.journey, why, image.text(candidate.triggers.front()->text));
  return false;
}

void ContactStep::try_enter(const EntryCandidate& candidate, const EventView& seen) {
  const Image& image = parts_.images.current();
  const JourneyRow& row = image.journey(candidate.journey);
  const std::string& trigger_text = image.text(candidate.triggers.front()->text);
  if (!trigger_holds(candidate, seen)) return;
  if (!is_none(row.for_condition)) {
    const Value holds =
        interpreter_.evaluate(row.for_condition, context(image, candidate.journey, nullptr, &seen));
    if (!holds.is_true()) {
      ignored(candidate.journey, holds.missing() ? TraceIgnored::kForMissing : TraceIgnored::kForFalse,
              trigger_text);
      return;
    }
  }
  if (!group_lets_in(candidate.journey, &seen, trigger_text)) return;
  if (is_none(row.each)) {
    if (may_enter(candidate.journey, {}, trigger_text)) enter(candidate.journey, {}, seen);
    return;
  }
  const Value each = interpreter_.evaluate(row.each, context(image, candidate.journey, nullptr, &seen));
  const std::vector<std::string> keys = keys_of(each);
  if (keys.empty()) {
    effects_->counters.total("missing_keys");
    ignored(candidate.journey, TraceIgnored::kKeyMissing, trigger_text);
  }
  for (const std::string& key : keys) {
    if (may_enter(candidate.journey, key, trigger_text)) enter(candidate.journey, key, seen);
  }
}

// A contact is in one journey of a group at most: who comes with a higher priority ends the others, whoever
// comes with an equal or lower one is refused. Of those that one event starts the first is in, even if it is
// over by now.
bool ContactStep::group_lets_in(JourneyIx journey, const EventView* event, std::string_view trigger_text) {
  const Image& image = parts_.images.current();
  const JourneyRow& row = image.journey(journey);
  if (is_none(row.group)) return true;
  const auto blocks = [&](const StoredRun& run) {
    const Image& other_image = image_of(run);
    const JourneyRow& other = other_image.journey(run.state.journey);
    if (other_image.text_or_empty(other.group) != image.text(row.group)) return false;
    if (other_image.journey_number(run.state.journey) == image.journey_number(journey)) return false;
    const bool just_came = event != nullptr && !event->id.empty() && run.state.trigger.id == event->id &&
                           run.state.entered_at_ms == state_.clock_ms;
    return just_came || (run.active() && !is_leaving(run) && other.priority >= row.priority);
  };
  const auto found = std::find_if(state_.runs.begin(), state_.runs.end(), blocks);
  if (found == state_.runs.end()) return true;
  const std::string& other = image_of(*found).journey_name(found->state.journey);
  TraceEntry& entry =
      note(TraceKind::kIgnored, other, trigger_text, static_cast<int64_t>(TraceIgnored::kGroup));
  entry.image = image.number();
  entry.journey = journey.number;
  return false;
}

// The journey enters: those of its group that the contact is in end.
void ContactStep::outrank(JourneyIx journey) {
  const Image& image = parts_.images.current();
  const JourneyRow& row = image.journey(journey);
  if (is_none(row.group)) return;
  for (StoredRun& run : state_.runs) {
    const Image& other = image_of(run);
    if (!run.active() || is_leaving(run)) continue;
    if (other.text_or_empty(other.journey(run.state.journey).group) != image.text(row.group)) continue;
    if (other.journey_number(run.state.journey) == image.journey_number(journey)) continue;
    end_run(run, "outranked", image.journey_name(journey));
  }
}

JourneyHistory& ContactStep::history(uint16_t journey) {
  const auto at = std::lower_bound(
      state_.journeys.begin(), state_.journeys.end(), journey,
      [](const JourneyHistory& history, uint16_t number) { return history.journey < number; });
  if (at != state_.journeys.end() && at->journey == journey) return *at;
  JourneyHistory fresh;
  fresh.journey = journey;
  return *state_.journeys.insert(at, fresh);
}

// Re-entry (language, section 5). An active run of the same key is ended here where the journey restarts.
bool ContactStep::may_enter(JourneyIx journey, const std::string& key, std::string_view trigger_text) {
  const Image& image = parts_.images.current();
  const JourneyRow& row = image.journey(journey);
  const uint16_t number = image.journey_number(journey);
  const auto same_journey = [&](const StoredRun& run) {
    return run.active() && image_of(run).journey_number(run.state.journey) == number;
  };
  if (image.keeps_entry_keys(journey)) {
    const JourneyHistory& past = history(number);
    std::optional<Millis> last;
    if (key.empty()) {
      if (past.starts > 0) last = past.last_start_ms;
    } else {
      const uint64_t hash = hash64(key);
      for (const EntryKey& entry : past.keys) {
        if (entry.key_hash == hash) last = entry.last_start_ms;
      }
    }
    const bool once = row.enter == EnterMode::kOnce;
    if (last.has_value() && (once || state_.clock_ms - *last < row.enter_per_ms)) {
      ignored(journey, once ? TraceIgnored::kOnce : TraceIgnored::kOncePer, trigger_text);
      return false;
    }
  } else {
    for (StoredRun& run : state_.runs) {
      if (!same_journey(run) || run.state.key != key) continue;
      if (row.enter == EnterMode::kAgain) {
        ignored(journey, TraceIgnored::kAlreadyActive, trigger_text);
        return false;
      }
      end_run(run, "restarted", {});
    }
  }
  if (static_cast<size_t>(std::count_if(state_.runs.begin(), state_.runs.end(), same_journey)) >=
      kMaxRunsOfJourney) {
    effects_->counters.total("too_many_runs");
    ignored(journey, TraceIgnored::kTooMany, trigger_text);
    return false;
  }
  return true;
}

std::string ContactStep::key_text(const std::string& key) const {
  std::string text;
  if (key.empty()) return text;
  ByteReader reader(key);
  append_text(text, decode_value(reader), parts_.images.current().loaded().project_zone());
  return text;
}

// Where an `until COND` would end the run at once there is no entry.
bool ContactStep::until_holds_already(JourneyIx journey, const std::string& key, const EventView& seen) {
  const Image& image = parts_.images.current();
  if (!image.has_until_conditions(journey)) return false;
  RunState run;
  run.journey = journey;
  run.number = state_.next_run;
  run.count = history(image.journey_number(journey)).starts + 1;
  run.entered_at_ms = state_.clock_ms;
  run.key = key;
  run.trigger = keep_trigger(image, journey, seen);
  Millis check_ms = kNever;
  const UntilRow* until = until_that_holds(image, run, check_ms);
  if (until == nullptr) return false;
  ignored(journey, TraceIgnored::kUntilHolds, image.text(until->cause));
  return true;
}

void ContactStep::enter(JourneyIx journey, const std::string& key, const EventView& seen) {
  if (until_holds_already(journey, key, seen)) return;
  const Image& image = parts_.images.current();
  const JourneyRow& row = image.journey(journey);
  outrank(journey);
  JourneyHistory& past = history(image.journey_number(journey));
  ++past.starts;
  past.last_start_ms = state_.clock_ms;
  if (image.keeps_entry_keys(journey) && !key.empty()) {
    const uint64_t hash = hash64(key);
    std::erase_if(past.keys, [&](const EntryKey& entry) {
      const bool over =
          row.enter == EnterMode::kOncePer && state_.clock_ms - entry.last_start_ms >= row.enter_per_ms;
      return entry.key_hash == hash || over;
    });
    if (past.keys.size() >= kMaxEntryKeys) {
      past.keys.erase(past.keys.begin());
      effects_->counters.total("forgotten_entry_keys");
    }
    past.keys.push_back({hash, state_.clock_ms});
  }
  StoredRun run;
  run.image = image.number();
  run.state.journey = journey;
  run.state.number = state_.next_run++;
  run.state.count = past.starts;
  run.state.entered_at_ms = state_.clock_ms;
  run.state.key = key;
  run.state.trigger = keep_trigger(image, journey, seen);
  run.state.slots.resize(row.slots);
  if (row.lasts_ms > 0 && row.lasts_ms < kMaxInstant) run.state.ends_at_ms = state_.clock_ms + row.lasts_ms;
  state_.runs.push_back(std::move(run));
  StoredRun& entered = state_.runs.back();
  effects_->counters.add(CounterKind::kJourney, {image.journey_name(journey), "entered"});
  effects_->counters.add(CounterKind::kImageRuns, {std::to_string(image.number())}, 1);
  note(entered, TraceKind::kEntered, key_text(key), {}, past.starts);
  resume(entered, row.entry_pc);
}

}  // namespace wend

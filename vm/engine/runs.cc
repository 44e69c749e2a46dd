// Runs of a contact: driving the interpreter from step to step, waits, `until` and the end.

#include <algorithm>
#include <utility>

#include "vm/core/attribute_block.h"
#include "vm/engine/contact_step.h"

namespace wend {
namespace {

// The event as a run keeps it when a wait binds it with `as`: everything its row names.
KeptEvent keep_event(const Image& image, const EventView& event) {
  KeptEvent kept;
  kept.event = event.event;
  kept.at_ms = event.at_ms;
  kept.id.assign(event.id);
  BlockBuilder block;
  const EventRow& row = image.program().events[event.event.index()];
  for (size_t i = 0; i < row.properties.size(); ++i) block.put(row.properties[i].number, event.values[i]);
  kept.properties = block.build();
  return kept;
}

}  // namespace

const Image& ContactStep::image_of(const StoredRun& run) const {
  const Image* image = parts_.images.find(run.image);
  WEND_CHECK(image != nullptr);  // load() has checked it
  return *image;
}

EvalContext ContactStep::contact_context(const Image& image, const EventView* event) {
  view_.id = contact_;
  view_.created_at_ms = state_.created_at_ms;
  view_.attributes = state_.attributes;
  view_.attribute_numbers = image.attribute_numbers();
  view_.engagements = state_.engagements;
  view_.history = state_.history;
  view_.history_numbers = image.history_numbers();
  view_.property_numbers = image.property_numbers();
  view_.scores = state_.scores;
  view_.score_numbers = image.score_numbers();
  view_.own_zone = contact_zone_;
  EvalContext eval;
  eval.program = &image.loaded();
  eval.contact = &view_;
  eval.event = event;
  eval.now_ms = state_.clock_ms;
  eval.zone = contact_zone_ != nullptr ? contact_zone_ : &image.loaded().project_zone();
  return eval;
}

EvalContext ContactStep::context(const Image& image, JourneyIx journey, const RunState* run,
                                 const EventView* event) {
  EvalContext eval = contact_context(image, event);
  eval.run = run;
  const Zone* fixed = image.loaded().journey_zone(journey);
  if (fixed != nullptr) eval.zone = fixed;
  return eval;
}

void ContactStep::trace_marks(const StoredRun& run) {
  for (const TraceMark& mark : marks_) {
    const bool reached = mark.kind == TraceMark::Kind::kReached;
    int64_t way = 0;
    if (mark.kind == TraceMark::Kind::kTrue) way = 1;
    if (mark.kind == TraceMark::Kind::kMissing) way = 2;
    note(run, reached ? TraceKind::kStep : TraceKind::kBranch, {}, {}, way).step = mark.step.number;
  }
  marks_.clear();
}

// Runs on from `pc` until a wait that holds or the end; what the steps did may be what an `until` waits for.
ContactStep::Left ContactStep::resume(StoredRun& run, uint32_t pc) {
  const Left left = run_steps(run, pc);
  return left == Left::kWaiting && try_until_conditions(run) ? Left::kEnded : left;
}

// The body's own `event.x` is the trigger, so no event is given.
ContactStep::Left ContactStep::run_steps(StoredRun& run, uint32_t pc) {
  const Image& image = image_of(run);
  for (size_t effects = 0; effects < kMaxEffectsOfStep; ++effects) {
    const EvalContext eval = context(image, run.state.journey, &run.state, nullptr);
    const Effect effect = interpreter_.resume(pc, eval, parts_.options.trace ? &marks_ : nullptr);
    trace_marks(run);
    pc = effect.next_pc;
    switch (effect.kind) {
      case EffectKind::kSend:
        if (!send(run, SendIx{effect.operand}, pc)) return Left::kWaiting;
        break;
      case EffectKind::kSet:
        set_attribute(image, AttrIx{effect.operand}, effect.value);
        break;
      case EffectKind::kAddScore:
        add_score(run, ScoreIx{effect.operand}, effect.value);
        break;
      case EffectKind::kNote:
        note(run, TraceKind::kNote, image.text(StringIx{effect.operand}));
        break;
      case EffectKind::kWait: {
        const std::optional<uint32_t> on = begin_wait(run, WaitIx{effect.operand}, effect.value);
        if (!on.has_value()) return Left::kWaiting;
        pc = *on;
        break;
      }
      case EffectKind::kExit:
        end_run(run, "exit", image.text(StringIx{effect.operand}));
        return Left::kEnded;
      case EffectKind::kExitPlain:
        end_run(run, "exit", {});
        return Left::kEnded;
      case EffectKind::kFinish:
        end_run(run, "finished", {});
        return Left::kEnded;
      case EffectKind::kEndAct:
        return Left::kActDone;
      case EffectKind::kRepeat:
        run.state.passes.resize(effect.operand);
        run.state.passes.push_back(1);
        break;
      case EffectKind::kEndRepeat:
        run.state.passes.resize(effect.operand);
        break;
      default:
        profile_effect(run, effect);
        break;
    }
  }
  end_run(run, "stopped", "too many steps without a wait");
  return Left::kEnded;
}

// How a wait begins (program.h, WaitRow): where to go on at once, or nullopt when the run waits now.
std::optional<uint32_t> ContactStep::begin_wait(StoredRun& run, WaitIx ix, const Value& due) {
  const Image& image = image_of(run);
  const WaitRow& wait = image.program().waits[ix.index()];
  const Millis now = state_.clock_ms;
  const bool has_due = due.tag == Tag::kTime;
  const Millis due_ms = has_due ? due.i : 0;
  const auto on_at = [&](TraceKind kind, uint32_t pc, size_t arm = 0) {
    note(run, kind, {}, {}, static_cast<int64_t>(arm)).step = wait.step.number;
    return std::optional<uint32_t>(pc);
  };
  bool could_come = wait.arms.empty();
  for (size_t i = 0; i < wait.arms.size(); ++i) {
    const WaitArm& arm = wait.arms[i];
    if (is_none(arm.query)) {
      could_come = true;
      continue;
    }
    const EvalContext eval = context(image, run.state.journey, &run.state, nullptr);
    const Value happened = Interpreter::engagement(image.program().queries[arm.query.index()], eval);
    if (happened.is_true()) return on_at(TraceKind::kWaitAlready, arm.target_pc, i);
    if (!happened.missing()) could_come = true;
  }
  if (!could_come) return on_at(TraceKind::kWaitNever, wait.due_pc);
  if (!has_due || due_ms < now) return on_at(TraceKind::kWaitPast, wait.past_pc);
  if (wait.passes > 0 &&
      !(run.state.passes.size() > wait.repeat && run.state.passes[wait.repeat] < wait.passes))
    return wait.past_pc;
  if (due_ms == now) {
    const uint32_t pc = due_pc(run, wait);
    return wait.due_pc != wait.past_pc ? on_at(TraceKind::kWaitDue, pc) : pc;
  }
  if (!is_none(wait.condition)) {
    if (const std::optional<uint32_t> on = begin_condition(run, wait); on.has_value()) return on;
  }
  run.state.wait = ix;
  run.state.wait_since_ms = now;
  run.state.due_ms = due_ms;
  note(run, TraceKind::kWait, {}, {}, due_ms);
  return std::nullopt;
}

uint32_t ContactStep::due_pc(StoredRun& run, const WaitRow& wait) {
  if (wait.passes > 0 && run.state.passes.size() > wait.repeat) {
    run.state.passes.resize(wait.repeat + size_t{1});
    ++run.state.passes.back();
    note(run, TraceKind::kPass, {}, {}, run.state.passes.back()).step = wait.step.number;
  }
  return wait.due_pc;
}

// The run leaves where it stands: its wait, or the message that it holds.
void ContactStep::leave_wait(StoredRun& run) {
  cancel_held(run);
  run.state.wait = none_of<WaitIx>();
  run.state.wait_since_ms = 0;
  run.state.due_ms = kNever;
  run.state.wait_check_ms = kNever;
}

// An attribute has changed: a wait for a moment that is made of attributes moves with it.
void ContactStep::move_wait(StoredRun& run) {
  if (is_none(run.state.wait)) return;
  const Image& image = image_of(run);
  const WaitRow& wait = image.program().waits[run.state.wait.index()];
  if (is_none(wait.moment)) return;
  const Value moment =
      interpreter_.evaluate(wait.moment, context(image, run.state.journey, &run.state, nullptr));
  if (moment.tag == Tag::kTime && moment.i >= state_.clock_ms) {
    if (moment.i == run.state.due_ms) return;
    run.state.due_ms = moment.i;
    note(run, TraceKind::kWaitMoved, {}, {}, moment.i);
    return;
  }
  note(run, TraceKind::kWaitPast);
  leave_wait(run);
  resume(run, wait.past_pc);
}

// For each run that is active when the event arrives, oldest first: `until`, then the step it waits on.
void ContactStep::run_events(Arrived& event) {
  const size_t count = state_.runs.size();
  for (size_t i = 0; i < count; ++i) {
    StoredRun& run = state_.runs[i];
    if (!run.active()) continue;
    // Held in its last act: it has ended but for that message.
    if (run.state.held.has_value() && !run.state.held->ending.empty()) continue;
    const bool knows = view(event, image_of(run)) != nullptr;
    if (knows && try_untils(run, event)) continue;
    if (try_until_conditions(run)) continue;
    if (knows && !event.late && try_wait(run, event)) continue;
    try_wait_condition(run, event.late);
  }
}

bool ContactStep::try_untils(StoredRun& run, Arrived& event) {
  const Image& image = image_of(run);
  const EventView& seen = *view(event, image);
  for (const UntilRow& until : image.journey(run.state.journey).untils) {
    if (is_none(until.event) || until.event != seen.event) continue;
    const EvalContext eval = context(image, run.state.journey, &run.state, &seen);
    if (!is_none(until.query) &&
        !Interpreter::engagement(image.program().queries[until.query.index()], eval).is_true()) {
      continue;
    }
    if (!is_none(until.where) && !interpreter_.evaluate(until.where, eval).is_true()) continue;
    end_by_until(run, until);
    return true;
  }
  return false;
}

void ContactStep::end_by_until(StoredRun& run, const UntilRow& until) {
  const std::string_view cause = image_of(run).text_or_empty(until.cause);
  note(run, TraceKind::kUntil, cause);
  leave_wait(run);
  if (last_act(run, until.act_pc, "until", cause)) end_run(run, "until", cause);
}

bool ContactStep::try_wait(StoredRun& run, Arrived& event) {
  if (is_none(run.state.wait)) return false;
  const Image& image = image_of(run);
  const EventView& seen = *view(event, image);
  const WaitRow& wait = image.program().waits[run.state.wait.index()];
  for (size_t i = 0; i < wait.arms.size(); ++i) {
    const WaitArm& arm = wait.arms[i];
    if (arm.event != seen.event) continue;
    const EvalContext eval = context(image, run.state.journey, &run.state, &seen);
    if (!is_none(arm.query) &&
        !Interpreter::engagement(image.program().queries[arm.query.index()], eval).is_true()) {
      continue;
    }
    if (!is_none(arm.where) && !interpreter_.evaluate(arm.where, eval).is_true()) continue;
    note(run, TraceKind::kWaitEvent, image.text(image.program().events[seen.event.index()].name), {},
         static_cast<int64_t>(i));
    if (arm.slot != kNoSlot && arm.slot < run.state.slots.size())
      run.state.slots[arm.slot] = keep_event(image, seen);
    if (wait.quiet_ms > 0) {
      // It begins anew, as long as it may.
      const Millis latest = wait.limit_ms == kNever ? kNever : run.state.wait_since_ms + wait.limit_ms;
      run.state.due_ms = std::min(state_.clock_ms + wait.quiet_ms, latest);
      note(run, TraceKind::kWaitMoved, {}, {}, run.state.due_ms);
      return true;
    }
    leave_wait(run);
    resume(run, arm.target_pc);
    return true;
  }
  return false;
}

// The block of `until` or `lasts`. It cannot wait; true: the caller ends the run. False where a guard holds a
// message of it: the run ends with its release.
bool ContactStep::last_act(StoredRun& run, uint32_t act_pc, std::string_view reason,
                           std::string_view because) {
  if (act_pc == kNone || run_steps(run, act_pc) != Left::kWaiting) return true;
  if (!run.state.held.has_value()) {
    leave_wait(run);
    return true;
  }
  run.state.held->ending.assign(reason);
  run.state.held->ending_because.assign(because);
  run.state.ends_at_ms = kNever;
  run.state.until_check_ms = kNever;
  return false;
}

void ContactStep::end_run(StoredRun& run, std::string_view reason, std::string_view because) {
  if (run.ended) return;  // an `exit` in the last act has ended it
  const Image& image = image_of(run);
  const std::string& journey = image.journey_name(run.state.journey);
  note(run, TraceKind::kEnded, because, reason);
  effects_->counters.add(CounterKind::kEnded, {journey, reason, because.empty() ? reason : because});
  effects_->counters.add(CounterKind::kImageRuns, {std::to_string(run.image)}, -1);
  run.ended = true;
  // What only a running journey needs.
  leave_wait(run);
  run.state.ends_at_ms = kNever;
  run.state.until_check_ms = kNever;
  run.state.slots.clear();
  run.state.sends.clear();
  run.state.passes.clear();
  run.state.call = 0;
  run.state.last_send = kNone;
}

}  // namespace wend

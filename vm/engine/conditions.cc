// Conditions that time can change: `until COND`, `wait until COND`. Each is evaluated to its value and to the
// first instant at which time alone can change it; that instant goes into the contact's one timer. Besides
// then, they are asked at every event of the contact and whenever an attribute changed.

#include <algorithm>

#include "vm/engine/contact_step.h"

namespace wend {

// Lowers `check_ms` to the instant at which the condition has to be asked again.
bool ContactStep::holds(const EvalContext& eval, RoutineIx condition, Millis& check_ms) {
  Millis changes_ms = kNever;
  EvalContext timed = eval;
  timed.horizon_ms = &changes_ms;
  const bool is_true = interpreter_.evaluate(condition, timed).is_true();
  // No instant of the past is ever waited for: whatever a routine says, time goes on.
  if (changes_ms != kNever) check_ms = std::min(check_ms, std::max(changes_ms, state_.clock_ms + 1));
  return is_true;
}

// The first `until COND` of the journey that holds for the run; nullptr where none does.
const UntilRow* ContactStep::until_that_holds(const Image& image, const RunState& run, Millis& check_ms) {
  for (const UntilRow& until : image.journey(run.journey).untils) {
    if (!is_none(until.event)) continue;
    if (holds(context(image, run.journey, &run, nullptr), until.where, check_ms)) return &until;
  }
  return nullptr;
}

// True where the run has ended by it.
bool ContactStep::try_until_conditions(StoredRun& run) {
  // Held in its last act: it has ended but for that message.
  if (run.state.held.has_value() && !run.state.held->ending.empty()) return false;
  const Image& image = image_of(run);
  Millis check_ms = kNever;
  const UntilRow* until = until_that_holds(image, run.state, check_ms);
  run.state.until_check_ms = check_ms;
  if (until == nullptr) return false;
  run.state.until_check_ms = kNever;
  end_by_until(run, *until);
  return true;
}

// The run goes on where the condition that it waits for has become true. A late event continues nothing: then
// only the instant is set at which to ask again.
bool ContactStep::try_wait_condition(StoredRun& run, bool late) {
  if (is_none(run.state.wait)) return false;
  const Image& image = image_of(run);
  const WaitRow& wait = image.program().waits[run.state.wait.index()];
  if (is_none(wait.condition)) return false;
  Millis check_ms = kNever;
  const bool is_true =
      holds(context(image, run.state.journey, &run.state, nullptr), wait.condition, check_ms);
  run.state.wait_check_ms = check_ms;
  // At the end of its time it is too late, also where an older run made it true at that very instant.
  if (!is_true || late || run.state.due_ms <= state_.clock_ms) return false;
  note(run, TraceKind::kWaitHolds);
  leave_wait(run);
  resume(run, wait.holds_pc);
  return true;
}

// How a wait for a condition begins: where to go on at once, or nullopt where it waits now.
std::optional<uint32_t> ContactStep::begin_condition(StoredRun& run, const WaitRow& wait) {
  const Image& image = image_of(run);
  const EvalContext eval = context(image, run.state.journey, &run.state, nullptr);
  Millis check_ms = kNever;
  const auto on_at = [&](TraceKind kind, uint32_t pc) {
    note(run, kind).step = wait.step.number;
    return std::optional<uint32_t>(pc);
  };
  if (holds(eval, wait.condition, check_ms)) return on_at(TraceKind::kWaitHolds, wait.holds_pc);
  if (!is_none(wait.possible) && !interpreter_.evaluate(wait.possible, eval).is_true()) {
    return on_at(TraceKind::kWaitNever, wait.due_pc);
  }
  run.state.wait_check_ms = check_ms;
  return std::nullopt;
}

// Something of the contact has changed: `until` first, then the condition of its wait. True where the run has
// ended or gone on.
bool ContactStep::ask_again(StoredRun& run, bool late) {
  return try_until_conditions(run) || try_wait_condition(run, late);
}

}  // namespace wend

// A run from where it stands to its next wait: section 5, steps.

#include <algorithm>

#include "tests/oracle/world.h"

namespace wend::oracle {

using namespace ast;

void World::advance(Run& run) {
  while (!run.ended && !run.wait) {
    while (!run.stack.empty() && run.stack.back().next == run.stack.back().steps.size()) run.stack.pop_back();
    if (run.stack.empty()) {
      if (!run.last_act) end(run, "finished", "");
      return;
    }
    Frame& frame = run.stack.back();
    const Step& step = *frame.steps[frame.next++];
    execute(run, step);
  }
}

void World::branch(Run& run, bool has, const Block& block) {
  if (has) run.stack.push_back({block.steps, 0});
}

void World::otherwise(Run& run, const ElseBranch& other) { branch(run, other.present, other.block); }

void World::end(Run& run, const std::string& reason, const std::string& because) {
  if (run.ended) return;
  run.ended = true;
  run.wait.reset();
  run.stack.clear();
  say(run, "ended " + reason + (because.empty() ? "" : " " + because));
}

void World::last_act(Run& run, bool has, const Block& block) {
  run.wait.reset();
  run.stack.clear();
  run.last_act = true;
  branch(run, has, block);
  advance(run);
}

// Waits, or goes on at once where the time has come.
void World::wait_until(Run& run, const Step& step, Millis due_ms) {
  if (due_ms > contact_.clock_ms) run.wait = Wait{&step, due_ms};
}

void World::execute(Run& run, const Step& step) {
  Env env = env_of(*run.journey, &run, nullptr);
  env.step = &step;
  const Millis now = contact_.clock_ms;
  switch (step.kind) {
    case StepKind::kSend:
      return send(run, *step.as<SendStep>());
    case StepKind::kNote:
      return say(run, "note " + text(step.as<NoteStep>()->text->value.text));
    case StepKind::kExit: {
      const StringExpr* reason = step.as<ExitStep>()->reason;
      return end(run, "exit", reason != nullptr ? text(reason->value.text) : "");
    }
    case StepKind::kSet:
      return set_attribute(run, *step.as<SetStep>());
    case StepKind::kIf: {
      const auto& s = *step.as<IfStep>();
      if (holds(*s.condition, env)) return branch(run, true, s.then_block);
      return otherwise(run, s.else_branch);
    }
    case StepKind::kMatch: {
      const auto& s = *step.as<MatchStep>();
      const Value subject = eval(*s.subject, env);
      for (const MatchArm& arm : s.arms) {
        for (const Expr* literal : arm.values) {
          const Value value = eval(*literal, env);
          const bool same = value.missing() ? subject.missing() : !subject.missing() && equal(subject, value);
          if (same) return branch(run, true, arm.block);
        }
      }
      return otherwise(run, s.else_branch);
    }
    case StepKind::kWait: {
      const Value length = eval(*step.as<WaitStep>()->duration, env);
      if (length.is(Type::kDuration)) return wait_until(run, step, saturated_add(now, length.i));
      if (length.is(Type::kCalendar)) return wait_until(run, step, add_months_at(env.zone, now, length.i));
      return;  // missing: at once
    }
    case StepKind::kWaitCalendar: {
      const auto& s = *step.as<WaitCalendarStep>();
      if (s.has_over) throw Unsupported("over");
      const CalendarPoint& p = s.point;
      if (!p.has_weekday)
        return wait_until(run, step, next_clock(env.zone, now, p.clock_from_ms, p.clock_to_ms));
      return wait_until(run, step,
                        next_weekday(env.zone, now, p.weekday_from, p.weekday_to, p.has_clock,
                                     p.clock_from_ms, p.clock_to_ms));
    }
    case StepKind::kWaitDay: {
      const auto& s = *step.as<WaitDayStep>();
      const Local entered = local_of(env.zone, run.entered_ms);
      return wait_until(
          run, step, instant_of(env.zone, entered.day + s.day, s.has_clock ? s.clock_ms : entered.of_day_ms));
    }
    case StepKind::kWaitMoment:
      return begin_moment(run, *step.as<WaitMomentStep>());
    case StepKind::kWaitFor:
      return begin_wait_for(run, *step.as<WaitForStep>());
    case StepKind::kWaitAny:
      return begin_wait_any(run, *step.as<WaitAnyStep>());
    default:
      throw Unsupported("a step of kind " + std::to_string(static_cast<int>(step.kind)));
  }
}

// `wait for opened` goes on at once where it has happened, and takes `else` where nothing was handed over.
void World::begin_wait_for(Run& run, const WaitForStep& step) {
  if (step.engagement != nullptr) {
    Env env = env_of(*run.journey, &run, nullptr);
    env.step = &step;
    const Value happened = eval(*step.engagement, env);
    if (happened.missing()) return otherwise(run, step.else_branch);
    if (happened.is_true()) return branch(run, step.has_then, step.then_block);
  }
  run.wait = Wait{&step, contact_.clock_ms + step.up_to_ms};
}

void World::begin_wait_any(Run& run, const WaitAnyStep& step) {
  Env env = env_of(*run.journey, &run, nullptr);
  env.step = &step;
  bool may_come = false;
  for (const ast::WaitArm& arm : step.arms) {
    for (const EngagementExpr* word : arm.engagements) {
      const Value happened = word != nullptr ? eval(*word, env) : of_bool(false);
      if (happened.is_true()) return branch(run, true, arm.block);
      may_come = may_come || !happened.missing();
    }
  }
  if (!may_come) return otherwise(run, step.else_branch);
  run.wait = Wait{&step, contact_.clock_ms + step.up_to_ms};
}

Value World::moment_of(Run& run, const WaitMomentStep& step) {
  Env env = env_of(*run.journey, &run, nullptr);
  env.step = &step;
  const Value moment = eval(*step.moment, env);
  if (moment.is(Type::kTime) && !step.has_clock) return moment;
  if (!step.has_clock) return {};
  if (moment.is(Type::kDate)) return of(Type::kTime, instant_of(env.zone, moment.i, step.clock_ms));
  if (moment.is(Type::kTime)) {
    return of(Type::kTime, instant_of(env.zone, local_of(env.zone, moment.i).day, step.clock_ms));
  }
  return {};
}

void World::begin_moment(Run& run, const WaitMomentStep& step) {
  const Value moment = moment_of(run, step);
  if (moment.missing() || moment.i < contact_.clock_ms) return otherwise(run, step.else_branch);
  if (moment.i == contact_.clock_ms) return branch(run, step.has_then, step.then_block);
  run.wait = Wait{&step, moment.i};
}

// Attributes have changed: waits for a moment made of them move with it.
void World::follow_moments() {
  while (attributes_changed_) {
    attributes_changed_ = false;
    const size_t count = contact_.runs.size();
    for (size_t i = 0; i < count; ++i) {
      Run& run = contact_.runs[i];
      if (run.ended || !run.wait) continue;
      const auto* step = run.wait->step->as<WaitMomentStep>();
      if (step == nullptr) continue;
      const Value moment = moment_of(run, *step);
      if (moment.is(Type::kTime) && moment.i >= contact_.clock_ms) {
        run.wait->due_ms = moment.i;
        continue;
      }
      run.wait.reset();
      otherwise(run, step->else_branch);
      advance(run);
    }
  }
}

void World::time_is_over(Run& run) {
  const Step& step = *run.wait->step;
  run.wait.reset();
  if (const auto* wait = step.as<WaitMomentStep>()) branch(run, wait->has_then, wait->then_block);
  if (const auto* wait = step.as<WaitForStep>()) otherwise(run, wait->else_branch);
  if (const auto* any = step.as<WaitAnyStep>()) otherwise(run, any->else_branch);
  advance(run);
}

void World::set_attribute(Run& run, const SetStep& step) {
  Env env = env_of(*run.journey, &run, nullptr);
  env.step = &step;
  const std::string name = text(step.target->key.text);
  Value value = eval(*step.value, env);
  for (const Field* field : program_.attributes) {
    const bool number = field->type->kind == TypeKind::kNamed && field->type->name.text == "number";
    if (field->key.text == name && number && value.is(Type::kInt)) value = of_number(value.as_double());
  }
  Value& held = contact_.attributes[name];
  if (held.missing() == value.missing() && (value.missing() || equal(held, value))) return;
  held = value;
  attributes_changed_ = true;
  say("contact." + name + " = " + text_of(value, utc()));
}

}  // namespace wend::oracle

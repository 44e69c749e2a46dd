// Steps that move runs: `do`, `repeat`, `wait .. after last`, `emit`, `start`; and `subscribe`, whose channel
// is a name.

#include <algorithm>

#include "compiler/analysis/flow_steps.h"
#include "compiler/analysis/passes.h"
#include "compiler/analysis/steps.h"
#include "compiler/analysis/walk.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {

using namespace ast;

void StepChecker::check_do(const DoStep& step, StepState& state) {
  if (step.expansion != nullptr) {
    state = check_steps(step.expansion->block.steps, std::move(state));
    return;
  }
  // The report is made; what the steps would have sent is not known.
  const Scope scope = scope_at(state);
  for (const Expr* argument : step.arguments) ExprChecker(context_, scope).check(*argument);
  skip_unsupported(step, state);
}

// The condition is asked before every pass, so that an earlier one may have sent or bound something.
void StepChecker::check_repeat(const RepeatStep& step, StepState& state) {
  if (step.times < 1 || step.times > kMaxPasses || step.every_ms <= 0) {
    context_.sink.report(RepeatBounds{step.span, step.times, kMaxPasses, step.every_ms > 0});
  }
  StepState head = state;
  for_each_step(step.block.steps, [&](const Step& inner) {
    if (inner.kind == StepKind::kSend || inner.kind == StepKind::kSendFirst) {
      const uint32_t first = context_.info(inner).send;
      const uint32_t others = context_.program.sends[first].others;
      for (uint32_t i = 0; i <= others; ++i) head.sent.add(first + i);
    }
    const auto* steps = inner.as<DoStep>();
    head.sent.unknown = head.sent.unknown || (steps != nullptr && steps->expansion == nullptr);
  });
  ++repeats_;
  if (step.until != nullptr) {
    const Scope scope = scope_at(head);
    ExprChecker(context_, scope).check_condition(*step.until, ConditionPlace::kBranch);
  }
  StepState after = check_steps(step.block.steps, std::move(head));
  --repeats_;
  // Without `until` there is always a first pass.
  const bool none = step.until != nullptr;
  if (none) after.merge(state);
  state = std::move(after);
}

void StepChecker::check_wait_after_last(const WaitAfterLastStep& step, StepState& state) {
  const ListenInfo listen = check_listen(step.occurrence, nullptr, state);
  const StepState none_came = state;
  const uint32_t slot = bind(step.as, listen.event, state);
  state.merge(none_came);
  StepInfo& row = context_.info(step);
  row.listen = listen;
  row.slot = slot;
}

void StepChecker::check_subscribe(const SubscribeStep& step) {
  if (step.topic != nullptr) return;
  const Names& names = context_.names;
  const bool known = names.channels.contains(step.channel.text) || context_.has_unread_modules;
  if (known) return;
  context_.sink.report(UnknownChannel{step.channel.span,
                                      std::string(step.channel.text),
                                      near_names(step.channel.text, names_of(names.channels)),
                                      {"email", "sms", "push", "inapp", "webhook", "audience"}});
}

void StepChecker::check_event_record(Span at, const RecordExpr* record, uint32_t event,
                                     const StepState& state) {
  const Scope scope = scope_at(state);
  ExprChecker checker(context_, scope);
  if (record != nullptr) checker.check(*record);
  const EventInfo row = context_.program.events[event];
  const std::optional<Span> declared =
      row.decl != nullptr ? std::optional(row.decl->name.span) : std::nullopt;
  if (row.open) {
    if (record == nullptr) return;
    for (const RecordField& field : record->fields) context_.note_property(event, field.key.text);
    return;
  }
  MissingProperty missing{at, row.name, {}, declared};
  for (const PropertyInfo& property : row.properties) {
    const RecordField* given = nullptr;
    if (record != nullptr) {
      const auto same = std::find_if(record->fields.begin(), record->fields.end(),
                                     [&](const RecordField& one) { return one.key.text == property.name; });
      if (same != record->fields.end()) given = &*same;
    }
    if (given != nullptr) {
      checker.check_value_for(*given->value,
                              {"`" + property.name + "` of " + row.name, property.type, property.optional,
                               property.span.empty() ? declared : property.span});
    } else if (!property.optional) {
      missing.missing.push_back(property.name);
    }
  }
  if (record != nullptr) {
    std::vector<std::string> names;
    for (const PropertyInfo& property : row.properties) names.push_back(property.name);
    for (const RecordField& field : record->fields) {
      if (row.property(field.key.text) != nullptr) continue;
      // What a `start` gives is no event that the project could declare.
      const bool is_start = context_.program.events[event].name.starts_with("start ");
      context_.sink.report(UnknownProperty{field.key.span, std::string(field.key.text),
                                           is_start ? PropertyOwner::kRecord : PropertyOwner::kEvent,
                                           is_start ? std::string() : row.name,
                                           near_names(field.key.text, names), declared});
    }
  }
  if (!missing.missing.empty()) context_.sink.report(missing);
}

void StepChecker::check_emit(const EmitStep& step, const StepState& state) {
  const uint32_t event = context_.find_event(step.event);
  context_.info(step).event = event;
  check_event_record(step.event.span, step.properties, event, state);
}

void StepChecker::check_call(const CallStep& step, StepState& state) {
  const Scope scope = scope_at(state);
  if (step.request != nullptr) ExprChecker(context_, scope).check(*step.request);
  StepInfo row;
  const std::string name = std::string(kAnswerPrefix) + std::string(step.connector.text);
  for (uint32_t i = 0; i < context_.program.events.size(); ++i) {
    if (context_.program.events[i].name == name) row.event = i;
  }
  if (row.event == kNone) {
    EventInfo answer;
    answer.name = answer.wire_name = name;
    answer.open = true;
    row.event = static_cast<uint32_t>(context_.program.events.size());
    context_.program.events.push_back(std::move(answer));
    context_.note_property(row.event, kAnswerCall);
    context_.note_property(row.event, kAnswerOk);
  }
  StepState answered = state;
  row.slot = bind(step.as, row.event, answered);
  context_.info(step) = std::move(row);
  if (!awaits_answer(step)) return;
  check_branches(false, {}, std::move(answered), step.else_branch, state, state);
}

void StepChecker::check_start(const StartStep& step, const StepState& state) {
  const auto found = context_.names.journeys.find(step.journey.text);
  if (found == context_.names.journeys.end()) {
    if (step.with != nullptr) {
      const Scope scope = scope_at(state);
      ExprChecker(context_, scope).check(*step.with);
    }
    if (context_.has_unread_modules) return;
    context_.sink.report(UnknownJourney{step.journey.span, std::string(step.journey.text),
                                        near_names(step.journey.text, names_of(context_.names.journeys))});
    return;
  }
  const uint32_t event = context_.program.journeys[found->second].start_event;
  context_.info(step).event = event;
  check_event_record(step.journey.span, step.with, event, state);
}

namespace {

class StartCollector {
 public:
  explicit StartCollector(Context& context) : context_(context), program_(context.program) {}

  void run() {
    for (const JourneyInfo& journey : program_.journeys) {
      for_each_step_of(*journey.decl, [&](const Step& step) {
        const auto* start = step.as<StartStep>();
        if (start == nullptr) return;
        const auto found = context_.names.journeys.find(start->journey.text);
        if (found != context_.names.journeys.end()) started_.insert(found->second);
      });
    }
    for (uint32_t row = 0; row < program_.journeys.size(); ++row) {
      const JourneyDecl& decl = *program_.journeys[row].decl;
      const bool has_trigger =
          std::any_of(decl.clauses.begin(), decl.clauses.end(), [](const Clause* clause) {
            return clause->kind == ClauseKind::kOn || clause->kind == ClauseKind::kEvery;
          });
      if (!has_trigger || started_.contains(row)) add(row, has_trigger);
    }
  }

 private:
  // What a start gives stands for what a trigger would have: the properties that all triggers have.
  void add(uint32_t row, bool has_trigger) {
    EventInfo event;
    event.name = event.wire_name = "start " + std::string(program_.journeys[row].decl->name.text);
    event.open = !has_trigger || !add_properties(*program_.journeys[row].decl, event);
    if (event.open) event.properties.clear();
    program_.journeys[row].start_event = static_cast<uint32_t>(program_.events.size());
    program_.events.push_back(std::move(event));
  }

  // False where a trigger is no declared event with properties.
  bool add_properties(const JourneyDecl& decl, EventInfo& event) {
    bool first = true;
    for (const Clause* clause : decl.clauses) {
      if (clause->kind == ClauseKind::kEvery) return false;
      const auto* on = clause->as<OnClause>();
      if (on == nullptr) continue;
      for (const Trigger* trigger : on->triggers) {
        if (trigger->kind != TriggerKind::kEvent) return false;
        const auto found = context_.names.events.find(trigger->occurrence.event.text);
        if (found == context_.names.events.end() || program_.events[found->second].open) return false;
        const EventInfo& other = program_.events[found->second];
        if (first) event.properties = other.properties;
        first = false;
        std::erase_if(event.properties, [&](PropertyInfo& one) {
          const PropertyInfo* same = other.property(one.name);
          if (same == nullptr || same->type != one.type) return true;
          one.optional = one.optional || same->optional;
          return false;
        });
      }
    }
    return !first;
  }

  Context& context_;
  CheckedProgram& program_;
  std::unordered_set<uint32_t> started_;
};

}  // namespace

void collect_starts(Context& context) { StartCollector(context).run(); }

}  // namespace wend

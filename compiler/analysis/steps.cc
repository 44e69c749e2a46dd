#include "compiler/analysis/steps.h"

#include <algorithm>
#include <array>

#include "compiler/analysis/horizon.h"
#include "compiler/analysis/members.h"
#include "compiler/analysis/walk.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {

using namespace ast;

namespace {

struct Unsupported {
  StepKind kind;
  std::string_view what;
};
// Steps that are parsed and cannot run yet.
constexpr std::array<Unsupported, 1> kUnsupported = {{{StepKind::kSplit, "`split`"}}};

// How a program changes what it cannot set; empty where nothing does.
std::string_view instead_of_setting(uint32_t attribute) {
  switch (static_cast<BuiltinAttr>(attribute)) {
    case BuiltinAttr::kTopics:
    case BuiltinAttr::kConsent:
    case BuiltinAttr::kRefused:
      return "`subscribe` and `unsubscribe`";
    case BuiltinAttr::kTags:
      return "`tag` and `untag`";
    case BuiltinAttr::kAudiences:
      return "`audience add` and `audience remove`";
    default:
      return "";
  }
}

bool is_read_only(uint32_t attribute) {
  const bool settable = attribute >= static_cast<uint32_t>(BuiltinAttr::kEmail) &&
                        attribute <= static_cast<uint32_t>(BuiltinAttr::kLocale);
  return attribute < kBuiltinAttrs && !settable;
}

}  // namespace

void StepState::merge(const StepState& other) {
  if (other.ended) return;
  if (ended) {
    *this = other;
    return;
  }
  sent.merge(other.sent);
  for (BoundName& name : bound) {
    const auto same = std::find_if(other.bound.begin(), other.bound.end(),
                                   [&](const BoundName& one) { return one.name == name.name; });
    name.optional = name.optional || same == other.bound.end() || same->optional;
  }
  for (BoundName name : other.bound) {
    const bool known =
        std::any_of(bound.begin(), bound.end(), [&](const BoundName& one) { return one.name == name.name; });
    name.optional = true;
    if (!known) bound.push_back(name);
  }
}

Scope body_scope(const Context& context, uint32_t journey) {
  Scope scope;
  scope.journey = journey;
  scope.looked_at = trigger_events(context.program, journey);
  scope.event_is_trigger = true;
  scope.has_trigger = true;
  scope.has_run = true;
  scope.here = "a journey that no event starts";
  scope.has = "`contact`";
  return scope;
}

Scope arriving_scope(const Context& context, uint32_t journey, uint32_t event, std::string_view here) {
  Scope scope = body_scope(context, journey);
  scope.looked_at.clear();
  if (event != kNone) scope.looked_at.push_back(event);
  scope.event_is_trigger = false;
  scope.here = here;
  scope.has = "`event` and `contact`";
  return scope;
}

Scope StepChecker::scope_at(const StepState& state) const {
  Scope scope = body_scope(context_, journey_);
  scope.bound = state.bound;
  scope.sent = state.sent;
  scope.in_repeat = repeats_ > 0;
  return scope;
}

StepState StepChecker::check_steps(std::span<const Step* const> steps, StepState state) {
  for (const Step* step : steps) {
    // A step behind an `exit` is flow's to report; its names and types are checked all the same.
    const bool ended = state.ended;
    state.ended = false;
    check_step(*step, state);
    state.ended = state.ended || ended;
  }
  return state;
}

void StepChecker::check_step(const Step& step, StepState& state) {
  for (const Unsupported& row : kUnsupported) {
    if (row.kind != step.kind) continue;
    context_.not_yet(step.span, std::string(row.what));
    skip_unsupported(step, state);
    return;
  }
  switch (step.kind) {
    case StepKind::kSend:
      return check_send(step, step.as<SendStep>()->options, nullptr, state);
    case StepKind::kSendFirst:
      return check_send(step, step.as<SendFirstStep>()->options, step.as<SendFirstStep>()->by, state);
    case StepKind::kWait:
      return check_wait(*step.as<WaitStep>(), state);
    case StepKind::kWaitCalendar:
    case StepKind::kWaitDay:
      return context_.note_local_time(step.span, journey_);
    case StepKind::kWaitMoment:
      return check_wait_moment(*step.as<WaitMomentStep>(), state);
    case StepKind::kWaitCondition:
      return check_wait_condition(*step.as<WaitConditionStep>(), state);
    case StepKind::kWaitFor:
      return check_wait_for(*step.as<WaitForStep>(), state);
    case StepKind::kWaitAny:
      return check_wait_any(*step.as<WaitAnyStep>(), state);
    case StepKind::kIf:
      return check_if(*step.as<IfStep>(), state);
    case StepKind::kMatch:
      return check_match(*step.as<MatchStep>(), state);
    case StepKind::kSet:
      return check_set(*step.as<SetStep>(), state);
    case StepKind::kAdd:
      return check_add(*step.as<AddStep>(), state);
    case StepKind::kDo:
      return check_do(*step.as<DoStep>(), state);
    case StepKind::kRepeat:
      return check_repeat(*step.as<RepeatStep>(), state);
    case StepKind::kWaitAfterLast:
      return check_wait_after_last(*step.as<WaitAfterLastStep>(), state);
    case StepKind::kSubscribe:
      return check_subscribe(*step.as<SubscribeStep>());
    case StepKind::kEmit:
      return check_emit(*step.as<EmitStep>(), state);
    case StepKind::kStart:
      return check_start(*step.as<StartStep>(), state);
    case StepKind::kCall:
      return check_call(*step.as<CallStep>(), state);
    case StepKind::kExit:
      state.ended = true;
      return;
    default:
      return;  // notes, tags and audiences need nothing
  }
}

// What stands inside is not looked at, so nothing may be said because of what it would have done.
void StepChecker::skip_unsupported(const Step& step, StepState& state) {
  state.sent.unknown = true;
  const auto forget = [&](const Word& name) {
    if (!name.empty()) state.bound.push_back({name.text, 0, kNone, true});
  };
  const auto names_of_step = [&](const Step& inner) {
    if (const auto* wait = inner.as<WaitForStep>()) forget(wait->as);
    if (const auto* wait = inner.as<WaitAfterLastStep>()) forget(wait->as);
    if (const auto* call = inner.as<CallStep>()) forget(call->as);
    if (const auto* wait = inner.as<WaitAnyStep>()) {
      for (const ast::WaitArm& arm : wait->arms) forget(arm.as);
    }
  };
  names_of_step(step);
  for_each_block(step, [&](const Block& block) { for_each_step(block.steps, names_of_step); });
}

void StepChecker::check_branches(bool has_then, const Block& then_block, StepState then_state,
                                 const ElseBranch& else_branch, StepState else_state, StepState& state) {
  if (has_then) then_state = check_steps(then_block.steps, std::move(then_state));
  if (else_branch.present) else_state = check_steps(else_branch.block.steps, std::move(else_state));
  then_state.merge(else_state);
  state = std::move(then_state);
}

void StepChecker::check_if(const IfStep& step, StepState& state) {
  const Scope scope = scope_at(state);
  ExprChecker(context_, scope).check_condition(*step.condition, ConditionPlace::kBranch);
  check_branches(true, step.then_block, state, step.else_branch, state, state);
}

void StepChecker::check_wait(const WaitStep& step, const StepState& state) {
  const Scope scope = scope_at(state);
  ExprChecker checker(context_, scope);
  const TypeRef length = context_.type(BaseType::kDuration);
  const ExprInfo found = checker.check(*step.duration, length);
  if (found.type->is(BaseType::kCalendar)) return context_.note_local_time(step.duration->span, journey_);
  if (found.type->is(BaseType::kError) || found.type->is(BaseType::kDuration)) return;
  if (found.type->is(BaseType::kAny)) return checker.use_as(*step.duration, length);
  context_.sink.report(
      WrongTypeFor{step.duration->span, "a wait", "duration", type_syntax(found.type), std::nullopt});
}

void StepChecker::check_wait_moment(const WaitMomentStep& step, StepState& state) {
  const Scope scope = scope_at(state);
  ExprChecker checker(context_, scope);
  const TypeRef time = context_.type(BaseType::kTime);
  const TypeRef date = context_.type(BaseType::kDate);
  const ExprInfo found = checker.check(*step.moment, step.has_clock ? date : time);
  if (step.has_clock) context_.note_local_time(step.span, journey_);
  if (found.type->is(BaseType::kAny)) {
    checker.use_as(*step.moment, step.has_clock ? date : time);
  } else if (found.type->is(BaseType::kDate)) {
    if (!step.has_clock) context_.sink.report(MomentNeedsClock{step.moment->span});
  } else if (!found.type->is(BaseType::kTime) && !found.type->is(BaseType::kError)) {
    context_.sink.report(
        WrongTypeFor{step.moment->span, "`wait until`", "time", type_syntax(found.type), std::nullopt});
  }
  if (!step.else_branch.present && !found.type->is(BaseType::kError)) {
    context_.sink.report(MomentNeedsElse{step.moment->span, found.optional});
  }
  check_branches(step.has_then, step.then_block, state, step.else_branch, state, state);
}

void StepChecker::check_wait_condition(const WaitConditionStep& step, StepState& state) {
  const Scope scope = scope_at(state);
  ExprChecker(context_, scope).check_condition(*step.condition, ConditionPlace::kWait);
  check_horizon(context_, *step.condition, "`wait until`");
  check_branches(step.has_then, step.then_block, state, step.else_branch, state, state);
}

ListenInfo StepChecker::check_listen(const Occurrence& occurrence, const EngagementExpr* engagement,
                                     const StepState& state) {
  ListenInfo listen;
  if (engagement != nullptr) {
    listen.event = engagement_event(engagement_word(engagement->word));
    listen.query = resolve_query(context_, *engagement, journey_, state.sent);
    ExprInfo& row = context_.info(*engagement);
    row.type = context_.type(listen.query == kNone ? BaseType::kError : BaseType::kBool);
    row.resolution = {ResolutionKind::kQuery, listen.query, {}, RunField::kEnteredAt, {}, nullptr};
    context_.used_events.insert(listen.event);
  } else {
    listen.event = context_.find_event(occurrence.event);
  }
  listen.where = occurrence.where;
  if (listen.where != nullptr) {
    Scope scope = arriving_scope(context_, journey_, listen.event, "the `where` of a wait");
    scope.bound = state.bound;
    scope.sent = state.sent;
    ExprChecker(context_, scope).check_condition(*listen.where, ConditionPlace::kWait);
  }
  return listen;
}

uint32_t StepChecker::bind(const Word& as, uint32_t event, StepState& state) {
  if (as.empty()) return kNone;
  const uint32_t slot = context_.names.slots.at(as.text);
  JourneyInfo& journey = context_.program.journeys[journey_];
  journey.slots = std::max(journey.slots, slot + 1);
  const BoundName name{as.text, slot, event, false};
  const auto same = std::find_if(state.bound.begin(), state.bound.end(),
                                 [&](const BoundName& one) { return one.name == name.name; });
  if (same == state.bound.end()) {
    state.bound.push_back(name);
    context_.bound_at.emplace(std::pair(journey_, name.name), as.span);
  } else if (same->event == event || same->event == kNone) {
    *same = name;
  } else {
    context_.sink.report(DuplicateName{
        as.span, context_.bound_at[{journey_, name.name}], "bound event", {}, std::string(name.name)});
  }
  return slot;
}

void StepChecker::check_wait_for(const WaitForStep& step, StepState& state) {
  const ListenInfo listen = check_listen(step.occurrence, step.engagement, state);
  StepState then_state = state;
  const uint32_t slot = bind(step.as, listen.event, then_state);
  StepInfo& row = context_.info(step);
  row.listen = listen;
  row.slot = slot;
  check_branches(step.has_then, step.then_block, std::move(then_state), step.else_branch, state, state);
}

void StepChecker::check_wait_any(const WaitAnyStep& step, StepState& state) {
  std::vector<WaitArmInfo> arms;
  StepState after = state;
  if (step.else_branch.present) after = check_steps(step.else_branch.block.steps, std::move(after));
  for (const ast::WaitArm& arm : step.arms) {
    WaitArmInfo info;
    for (size_t i = 0; i < arm.occurrences.size(); ++i) {
      info.listens.push_back(check_listen(arm.occurrences[i], arm.engagements[i], state));
    }
    const bool mixed = std::any_of(info.listens.begin(), info.listens.end(),
                                   [&](const ListenInfo& one) { return one.event != info.listens[0].event; });
    if (mixed && !arm.as.empty()) context_.not_yet(arm.as.span, "`as` for different events");
    StepState came = state;
    info.slot = bind(arm.as, info.listens.empty() || mixed ? kNone : info.listens[0].event, came);
    after.merge(check_steps(arm.block.steps, std::move(came)));
    arms.push_back(std::move(info));
  }
  state = std::move(after);
  context_.info(step).arms = std::move(arms);
}

void StepChecker::check_set(const SetStep& step, const StepState& state) {
  const Scope scope = scope_at(state);
  ExprChecker checker(context_, scope);
  const auto* root = step.target->object->as<RootExpr>();
  if (root == nullptr || root->root != Root::kContact) {
    checker.check(*step.value);
    context_.sink.report(
        NotInScope{step.target->span, context_.text(step.target->span), "`set`", "`contact.ATTRIBUTE`"});
    return;
  }
  const ExprInfo target = checker.check(*step.target);
  if (target.type->is(BaseType::kError)) {
    checker.check(*step.value);
    return;
  }
  const uint32_t attribute = target.resolution.index;
  const AttributeInfo row = context_.program.attributes[attribute];
  if (is_read_only(attribute)) {
    context_.sink.report(
        ReadOnlyAttribute{step.target->key.span, row.name, std::string(instead_of_setting(attribute))});
    return;
  }
  const std::optional<Span> declared = row.span.empty() ? std::nullopt : std::optional(row.span);
  checker.check_value_for(*step.value, {"contact." + row.name, row.type, true, declared});
}

void StepChecker::check_add(const AddStep& step, const StepState& state) {
  const Scope scope = scope_at(state);
  ExprChecker checker(context_, scope);
  const auto* root = step.target->object->as<RootExpr>();
  if (root == nullptr || root->root != Root::kScore) {
    checker.check(*step.value);
    return context_.not_yet(step.span, "`add` to anything but a score");
  }
  checker.check(*step.target);
  checker.check_value_for(*step.value, {"score." + std::string(step.target->key.text),
                                        context_.type(BaseType::kNumber), true, std::nullopt});
}

void StepChecker::check_send(const Step& step, const SendOptions& options, const Expr* by, StepState& state) {
  const uint32_t first = context_.info(step).send;
  const Scope scope = scope_at(state);
  check_options(options, by, scope);
  if (options.with != nullptr) check_with_names(*options.with, first);
  const uint32_t others = context_.program.sends[first].others;
  for (uint32_t i = first; i <= first + others; ++i) {
    const SendInfo send = context_.program.sends[i];
    if (send.message != kNone) {
      check_with(*send.body, options.with, context_.program.messages[send.message], scope);
      widen_scope(context_.program.messages[send.message].scope, state);
    }
  }
  for (uint32_t i = first; i <= first + others; ++i) state.sent.add(i);
}

void StepChecker::check_options(const SendOptions& options, const Expr* by, const Scope& scope) {
  ExprChecker checker(context_, scope);
  if (options.with != nullptr) checker.check(*options.with);
  if (options.while_condition != nullptr) {
    checker.check_condition(*options.while_condition, ConditionPlace::kSend);
  }
  if (by == nullptr) return;
  const ExprInfo found = checker.check(*by, context_.type(BaseType::kString));
  if (found.type->is_text() || found.type->is(BaseType::kError)) return;
  if (found.type->is(BaseType::kAny)) return checker.use_as(*by, context_.type(BaseType::kString));
  context_.sink.report(
      WrongTypeFor{by->span, "the preferred channel", "string", type_syntax(found.type), std::nullopt});
}

// A value that none of the messages of the step declares goes nowhere.
void StepChecker::check_with_names(const RecordExpr& with, uint32_t first) {
  std::vector<std::string> names;
  const MessageInfo* declared = nullptr;
  for (uint32_t i = first; i <= first + context_.program.sends[first].others; ++i) {
    const uint32_t message = context_.program.sends[i].message;
    if (message == kNone || context_.program.messages[message].decl == nullptr) return;
    declared = &context_.program.messages[message];
    for (const WithValue& value : declared->scope.with) names.emplace_back(value.name);
  }
  if (declared == nullptr) return;
  for (const RecordField& field : with.fields) {
    if (std::find(names.begin(), names.end(), field.key.text) != names.end()) continue;
    context_.sink.report(UnknownProperty{field.key.span, std::string(field.key.text), PropertyOwner::kData,
                                         declared->name, near_names(field.key.text, names),
                                         declared->decl->name.span});
  }
}

void StepChecker::check_with(const SendBody& body, const RecordExpr* with, MessageInfo& message,
                             const Scope& scope) {
  ExprChecker checker(context_, scope);
  if (message.decl == nullptr) {
    if (with == nullptr) return;
    for (const RecordField& field : with->fields) {
      const ExprInfo& value = context_.info(*field.value);
      message.scope.with.push_back({field.key.text, value.type, value.optional});
    }
    return;
  }
  const auto given = [&](std::string_view name) -> const RecordField* {
    if (with == nullptr) return nullptr;
    for (const RecordField& field : with->fields) {
      if (field.key.text == name) return &field;
    }
    return nullptr;
  };
  MissingData missing{body.message.span, message.name, {}, message.decl->name.span};
  for (const WithValue& value : message.scope.with) {
    if (const RecordField* field = given(value.name)) {
      checker.check_value_for(*field->value, {"`" + std::string(value.name) + "` of " + message.name,
                                              value.type, value.optional, message.decl->name.span});
    } else if (!value.optional) {
      missing.missing.emplace_back(value.name);
    }
  }
  if (!missing.missing.empty()) context_.sink.report(missing);
}

// A message that several steps send may name only what all of them have.
void StepChecker::widen_scope(TemplateScope& scope, const StepState& state) {
  const bool first = scope.journeys.empty();
  if (std::find(scope.journeys.begin(), scope.journeys.end(), journey_) == scope.journeys.end()) {
    scope.journeys.push_back(journey_);
  }
  for (const uint32_t event : trigger_events(context_.program, journey_)) {
    if (std::find(scope.trigger_events.begin(), scope.trigger_events.end(), event) ==
        scope.trigger_events.end()) {
      scope.trigger_events.push_back(event);
    }
  }
  if (first) {
    scope.bound = state.bound;
    scope.in_repeat = repeats_ > 0;
    return;
  }
  scope.in_repeat = scope.in_repeat && repeats_ > 0;
  std::vector<BoundName> common;
  for (BoundName name : scope.bound) {
    for (const BoundName& other : state.bound) {
      if (other.name != name.name || other.event != name.event) continue;
      name.optional = name.optional || other.optional;
      common.push_back(name);
    }
  }
  scope.bound = std::move(common);
}

}  // namespace wend

// The clauses of journeys, then their steps.

#include <algorithm>
#include <array>
#include <map>

#include "compiler/analysis/horizon.h"
#include "compiler/analysis/members.h"
#include "compiler/analysis/passes.h"
#include "compiler/analysis/steps.h"
#include "compiler/diagnostics/suggest.h"
#include "vm/core/time_zone.h"

namespace wend {
namespace {

using namespace ast;

std::string_view clause_word(ClauseKind kind) {
  constexpr std::array<std::string_view, 15> kWords = {"on",     "every",  "for",    "enter",    "until",
                                                       "goal",   "policy", "group",  "priority", "holdout",
                                                       "active", "lasts",  "budget", "admit",    "zone"};
  return kWords[static_cast<size_t>(kind)];
}

bool may_repeat(ClauseKind kind) {
  return kind == ClauseKind::kOn || kind == ClauseKind::kEvery || kind == ClauseKind::kUntil;
}

std::string_view trigger_word(TriggerKind kind) {
  switch (kind) {
    case TriggerKind::kEnterSegment:
      return "`on enter`";
    case TriggerKind::kLeaveSegment:
      return "`on leave`";
    case TriggerKind::kSilence:
      return "`on no .. for`";
    case TriggerKind::kDate:
      return "`on date`";
    case TriggerKind::kDateOffset:
      return "`on` before or after a date";
    case TriggerKind::kMoment:
      return "`on` a moment";
    case TriggerKind::kEvent:
      break;
  }
  return "`on`";
}

bool is_unsupported(ClauseKind kind) {
  switch (kind) {
    case ClauseKind::kEvery:
    case ClauseKind::kHoldout:
    case ClauseKind::kActive:
    case ClauseKind::kAdmit:
      return true;
    default:
      return false;
  }
}

class JourneyChecker {
 public:
  JourneyChecker(Context& context, uint32_t row)
      : context_(context), row_(row), decl_(*context.program.journeys[row].decl) {}

  void run() {
    check_duplicates();
    // What clauses and steps are checked against: the trigger events, the zone, the type of the key.
    for (const Clause* clause : decl_.clauses) {
      if (const auto* on = clause->as<OnClause>()) collect_triggers(*on);
      if (const auto* zone = clause->as<ZoneClause>()) collect_zone(*zone);
      if (clause->kind == ClauseKind::kEvery) context_.unknown_triggers.insert(row_);
    }
    for (const TriggerInfo& trigger : std::vector<TriggerInfo>(journey().triggers)) check_trigger(trigger);
    for (const Clause* clause : decl_.clauses) {
      if (const auto* enter = clause->as<EnterClause>()) check_enter(*enter);
    }
    if (const auto found = context_.names.policies.find("marketing"); found != context_.names.policies.end()) {
      journey().policy = found->second;
    }
    for (const Clause* clause : decl_.clauses) check_clause(*clause);
    if (journey().policy != kNone) context_.used_policies.insert(journey().policy);
    StepChecker(context_, row_).check_steps(decl_.steps, {});
  }

 private:
  JourneyInfo& journey() { return context_.program.journeys[row_]; }
  void check_duplicates();
  void collect_triggers(const OnClause& on);
  void collect_zone(const ZoneClause& zone);
  void check_trigger(const TriggerInfo& trigger);
  void check_enter(const EnterClause& enter);
  void check_clause(const Clause& clause);
  void check_for(const ForClause& clause);
  void check_until(const UntilClause& clause);
  void check_until_condition(const UntilClause& clause, const SendState& sent);
  void check_goal(const GoalClause& clause);
  void check_last_act(const Block& block);
  void check_correlation(const Expr& where, uint32_t event);
  Scope entry_scope(std::vector<uint32_t> events, std::string_view here) const;

  Context& context_;
  uint32_t row_;
  const JourneyDecl& decl_;
};

void JourneyChecker::check_duplicates() {
  std::map<ClauseKind, Span> first;
  for (const Clause* clause : decl_.clauses) {
    if (may_repeat(clause->kind)) continue;
    const auto [seen, is_new] = first.emplace(clause->kind, clause->span);
    if (!is_new) {
      context_.sink.report(
          DuplicateClause{clause->span, seen->second, std::string(clause_word(clause->kind))});
    }
  }
}

void JourneyChecker::collect_triggers(const OnClause& on) {
  const Trigger* with_where = nullptr;
  const Trigger* without = nullptr;
  for (const Trigger* trigger : on.triggers) {
    if (trigger->kind != TriggerKind::kEvent) {
      context_.not_yet(trigger->span, std::string(trigger_word(trigger->kind)));
      context_.unknown_triggers.insert(row_);
      continue;
    }
    (trigger->occurrence.where != nullptr ? with_where : without) = trigger;
    TriggerInfo info;
    info.trigger = trigger;
    info.listen.event = context_.find_event(trigger->occurrence.event);
    info.listen.where = trigger->occurrence.where;
    journey().triggers.push_back(info);
  }
  if (with_where != nullptr && without != nullptr) {
    context_.sink.report(WhereListMixes{without->span, with_where->occurrence.where->span});
  }
}

void JourneyChecker::collect_zone(const ZoneClause& clause) {
  if (clause.zone == nullptr) return;
  const std::string zone(clause.zone->value.text);
  if (find_zone(zone) == nullptr) context_.sink.report(UnknownZone{clause.zone->span, zone, {}});
  journey().zone = zone;
}

// Where an arriving event decides whether a run begins: there is no run yet.
Scope JourneyChecker::entry_scope(std::vector<uint32_t> events, std::string_view here) const {
  Scope scope;
  scope.journey = row_;
  scope.looked_at = std::move(events);
  scope.trigger_is_looked_at = true;
  scope.has_trigger = true;
  scope.here = here;
  scope.has = scope.looked_at.empty() ? "`contact`" : "`event` and `contact`";
  return scope;
}

void JourneyChecker::check_trigger(const TriggerInfo& trigger) {
  if (trigger.listen.where == nullptr) return;
  const Scope scope = entry_scope({trigger.listen.event}, "the `where` of a trigger");
  ExprChecker(context_, scope).check_condition(*trigger.listen.where, ConditionPlace::kEntry);
}

void JourneyChecker::check_enter(const EnterClause& enter) {
  journey().enter = &enter;
  if (enter.each == nullptr) return;
  const Scope scope = entry_scope(trigger_events(context_.program, row_), "`each`");
  const ExprInfo found = ExprChecker(context_, scope).check(*enter.each);
  const TypeRef key = found.type->is(BaseType::kList) ? found.type->element : found.type;
  const bool fits = !key->is(BaseType::kRecord) && !key->is(BaseType::kList) && !key->is(BaseType::kMissing);
  if (fits) return;
  context_.sink.report(
      WrongTypeFor{enter.each->span, "the key of a run", "string", type_syntax(found.type), std::nullopt});
}

void JourneyChecker::check_clause(const Clause& clause) {
  if (is_unsupported(clause.kind)) {
    context_.not_yet(clause.span, "`" + std::string(clause_word(clause.kind)) + "`");
    return;
  }
  switch (clause.kind) {
    case ClauseKind::kFor:
      return check_for(*clause.as<ForClause>());
    case ClauseKind::kUntil:
      return check_until(*clause.as<UntilClause>());
    case ClauseKind::kGoal:
      return check_goal(*clause.as<GoalClause>());
    case ClauseKind::kGroup:
      journey().group = clause.as<GroupClause>()->name.text;
      return;
    case ClauseKind::kPriority:
      journey().priority = clause.as<PriorityClause>()->priority;
      return;
    case ClauseKind::kLasts:
      journey().lasts = clause.as<LastsClause>();
      if (journey().lasts->has_block) check_last_act(journey().lasts->block);
      return;
    case ClauseKind::kPolicy: {
      const Word& name = clause.as<PolicyClause>()->name;
      const auto found = context_.names.policies.find(name.text);
      if (found != context_.names.policies.end()) {
        journey().policy = found->second;
      } else if (!context_.has_unread_modules) {
        context_.sink.report(UnknownPolicy{name.span, std::string(name.text),
                                           near_names(name.text, names_of(context_.names.policies))});
      }
      return;
    }
    default:
      return;  // done before, or needs nothing
  }
}

void JourneyChecker::check_for(const ForClause& clause) {
  const SegmentRef& segment = clause.segment;
  if (segment.condition != nullptr) {
    const Scope scope = entry_scope({}, "`for`");
    ExprChecker(context_, scope).check_condition(*segment.condition, ConditionPlace::kEntry);
    journey().for_condition = segment.condition;
    return;
  }
  journey().for_segment = context_.find_segment(segment.name);
}

void JourneyChecker::check_until(const UntilClause& clause) {
  UntilInfo until;
  until.clause = &clause;
  until.listen.where = clause.where;
  const SendState sent = all_sends(context_, row_);
  if (const auto* word = clause.condition->as<EngagementExpr>()) {
    until.listen.event = engagement_event(engagement_word(word->word));
    until.listen.query = resolve_query(context_, *word, row_, sent);
    ExprInfo& row = context_.info(*word);
    row.type = context_.type(until.listen.query == kNone ? BaseType::kError : BaseType::kBool);
    row.resolution.kind = ResolutionKind::kQuery;
    row.resolution.index = until.listen.query;
    context_.used_events.insert(until.listen.event);
  } else if (const auto* name = clause.condition->as<NameExpr>();
             name != nullptr && !context_.names.segments.contains(name->name)) {
    until.listen.event = context_.find_event({name->name, name->span});
    ExprInfo& row = context_.info(*name);
    row.type = context_.type(BaseType::kBool);
  } else if (clause.condition->kind != ExprKind::kError) {
    return check_until_condition(clause, sent);
  }
  if (until.listen.event != kNone) {
    if (clause.where != nullptr) {
      Scope scope = arriving_scope(context_, row_, until.listen.event, "the `where` of `until`");
      scope.sent = sent;
      ExprChecker(context_, scope).check_condition(*clause.where, ConditionPlace::kEnd);
      check_correlation(*clause.where, until.listen.event);
    }
    journey().untils.push_back(until);
  }
  if (clause.has_block) check_last_act(clause.block);
}

void JourneyChecker::check_until_condition(const UntilClause& clause, const SendState& sent) {
  Scope scope = body_scope(context_, row_);
  scope.sent = sent;
  ExprChecker(context_, scope).check_condition(*clause.condition, ConditionPlace::kEnd);
  check_horizon(context_, *clause.condition, "`until`");
  UntilInfo until;
  until.clause = &clause;
  until.condition = clause.condition;
  journey().untils.push_back(until);
  if (clause.has_block) check_last_act(clause.block);
}

// A property that may be absent and is compared with the trigger's: without it the exit never fires.
void JourneyChecker::check_correlation(const Expr& where, uint32_t event) {
  const Expr& inner = *strip_parens(&where);
  const auto* binary = inner.as<BinaryExpr>();
  if (binary == nullptr) return;
  if (binary->op == BinaryOp::kAnd) {
    check_correlation(*binary->left, event);
    check_correlation(*binary->right, event);
    return;
  }
  if (binary->op != BinaryOp::kEq) return;
  const auto kind_of = [&](const Expr* side) {
    return context_.program.info(*strip_parens(side)).resolution.kind;
  };
  const auto is_arriving = [&](const Expr* side) { return kind_of(side) == ResolutionKind::kEventProperty; };
  const auto is_of_run = [&](const Expr* side) {
    return kind_of(side) == ResolutionKind::kTriggerProperty || kind_of(side) == ResolutionKind::kRun;
  };
  const Expr* arriving = is_arriving(binary->left) ? binary->left : binary->right;
  const Expr* of_run = arriving == binary->left ? binary->right : binary->left;
  if (!is_arriving(arriving) || !is_of_run(of_run)) return;
  for (const Expr* side : {arriving, of_run}) {
    const ExprInfo& row = context_.program.info(*strip_parens(side));
    if (!row.optional || row.type->is(BaseType::kAny) || row.type->is(BaseType::kError)) continue;
    CorrelationOnOptional message;
    message.at = side->span;
    message.property = context_.text(side->span);
    message.other = context_.text((side == arriving ? of_run : arriving)->span);
    message.event = context_.program.events[event].name;
    const PropertyInfo* property = context_.program.events[event].property(row.resolution.name);
    if (side == arriving && property != nullptr && !property->span.empty())
      message.declared_at = property->span;
    context_.sink.report(message);
    return;
  }
}

void JourneyChecker::check_goal(const GoalClause& clause) {
  GoalInfo goal;
  goal.clause = &clause;
  goal.listen.event = context_.find_event(clause.occurrence.event);
  goal.listen.where = clause.occurrence.where;
  if (clause.has_within) goal.within_ms = clause.within_ms;
  const Scope scope = [&] {
    Scope arriving = arriving_scope(context_, row_, goal.listen.event, "`goal`");
    arriving.sent = all_sends(context_, row_);
    return arriving;
  }();
  ExprChecker checker(context_, scope);
  if (goal.listen.where != nullptr) checker.check_condition(*goal.listen.where, ConditionPlace::kOther);
  if (clause.value != nullptr) {
    checker.check_value_for(*clause.value,
                            {"the value of a goal", context_.type(BaseType::kNumber), true, std::nullopt});
  }
  journey().goal = goal;
}

void JourneyChecker::check_last_act(const Block& block) {
  StepState state;
  state.sent = all_sends(context_, row_);
  StepChecker(context_, row_).check_steps(block.steps, std::move(state));
}

}  // namespace

void check_journeys(Context& context) {
  for (uint32_t row = 0; row < context.program.journeys.size(); ++row) JourneyChecker(context, row).run();
}

void check_constants(Context& context) {
  // In the order of the source, so that a circle is reported at the same place every time.
  for (const File& file : context.files) {
    for (const Decl* decl : file.decls) {
      const auto* constant = decl->as<ConstDecl>();
      if (constant != nullptr) check_constant_value(context, *constant);
    }
  }
  Scope scope;
  scope.has_contact = false;
  scope.here = "a default";
  scope.has = "literals";
  ExprChecker checker(context, scope);
  for (size_t i = 0; i < context.program.attributes.size(); ++i) {
    const AttributeInfo attribute = context.program.attributes[i];
    if (attribute.default_value == nullptr) continue;
    checker.check_value_for(*attribute.default_value, {"the default of `" + attribute.name + "`",
                                                       attribute.type, true, attribute.span});
  }
}

}  // namespace wend

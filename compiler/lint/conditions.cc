// Lints about what conditions ask.

#include <algorithm>

#include "compiler/analysis/steps.h"
#include "compiler/analysis/walk.h"
#include "compiler/lint/lint.h"

namespace wend {
namespace {

using namespace ast;

// Every expression that stands by itself in the clauses and steps of a journey.
template <typename Visit>
void for_each_condition(const JourneyInfo& journey, Visit&& visit) {
  const auto maybe = [&](const Expr* expr) {
    if (expr != nullptr) visit(*expr);
  };
  for (const TriggerInfo& trigger : journey.triggers) maybe(trigger.listen.where);
  maybe(journey.for_condition);
  if (journey.enter != nullptr) maybe(journey.enter->each);
  for (const UntilInfo& until : journey.untils) {
    maybe(until.listen.where);
    maybe(until.condition);
  }
  if (journey.goal) {
    maybe(journey.goal->listen.where);
    maybe(journey.goal->clause->value);
  }
  for_each_step_of(*journey.decl, [&](const Step& step) { for_each_expr(step, visit); });
}

// ------------------------------------------------------------------------------------------
// not_over_optional

// The part of `expr` that a declaration says may be missing; engagement words and `any` are exempt.
const Expr* find_optional(const Context& context, const Expr& expr) {
  const ExprInfo& info = context.program.info(expr);
  if (info.type == nullptr || !info.optional || info.type->is(BaseType::kAny)) return nullptr;
  if (expr.kind == ExprKind::kIs || expr.kind == ExprKind::kEngagement) return nullptr;
  if (expr.kind == ExprKind::kMember || expr.kind == ExprKind::kIndex) return &expr;
  if (info.resolution.kind == ResolutionKind::kHistory) return &expr;
  const Expr* found = nullptr;
  bool has_exempt = false;
  for_each_child(expr, [&](const Expr& child) {
    if (found == nullptr) found = find_optional(context, child);
    has_exempt = has_exempt || context.program.info(child).optional;
  });
  if (found != nullptr || has_exempt) return found;
  return &expr;  // missing by its own doing: a division, an average of nothing
}

std::optional<Span> declaration_of(const Context& context, uint32_t journey, const Expr& expr) {
  const Resolution& resolution = context.program.info(expr).resolution;
  if (resolution.kind == ResolutionKind::kAttribute) {
    const Span span = context.program.attributes[resolution.index].span;
    return span.empty() ? std::nullopt : std::optional(span);
  }
  if (resolution.kind != ResolutionKind::kTriggerProperty) return std::nullopt;
  for (const TriggerInfo& trigger : context.program.journeys[journey].triggers) {
    const PropertyInfo* property = context.program.events[trigger.listen.event].property(resolution.name);
    if (property != nullptr && !property->span.empty()) return property->span;
  }
  return std::nullopt;
}

void find_negations(Context& context, uint32_t journey, const Expr& expr) {
  const auto* unary = expr.as<UnaryExpr>();
  const auto* binary = expr.as<BinaryExpr>();
  const bool negation = unary != nullptr && unary->op == UnaryOp::kNot;
  const bool unequal = binary != nullptr && binary->op == BinaryOp::kNe;
  const Expr* value = nullptr;
  if (negation) value = find_optional(context, *unary->operand);
  if (unequal) {
    value = find_optional(context, *binary->left);
    if (value == nullptr) value = find_optional(context, *binary->right);
  }
  if (value != nullptr) {
    context.sink.report(NotOverOptional{expr.span, context.text(value->span), value->span, unequal,
                                        declaration_of(context, journey, *value)});
    return;  // one finding says it for what is inside
  }
  for_each_child(expr, [&](const Expr& child) { find_negations(context, journey, child); });
}

// ------------------------------------------------------------------------------------------ event_or_trigger

void report_event_words(Context& context, const Expr& expr, std::string_view inner_event) {
  for_each_expr_below(expr, [&](const Expr& one) {
    const auto* root = one.as<RootExpr>();
    if (root != nullptr && root->root == Root::kEvent) {
      context.sink.report(EventOrTrigger{one.span, std::string(inner_event)});
    }
  });
}

// Behind a wait for an event two events could be meant by the word.
void find_event_words(Context& context, std::span<const Step* const> steps, bool arrived) {
  for (const Step* step : steps) {
    const auto* wait = step->as<WaitForStep>();
    const auto* any = step->as<WaitAnyStep>();
    const bool waits = wait != nullptr || any != nullptr;
    if (arrived && !waits) {
      for_each_expr(*step, [&](const Expr& expr) { report_event_words(context, expr, {}); });
    }
    for_each_block(*step, [&](const Block& block) {
      const bool came = (wait != nullptr && &block == &wait->then_block) ||
                        (any != nullptr && &block != &any->else_branch.block);
      find_event_words(context, block.steps, arrived || came);
    });
    arrived = arrived || waits;
  }
}

const MemberExpr* event_member(const Expr& expr) {
  const auto* member = strip_parens(&expr)->as<MemberExpr>();
  if (member == nullptr) return nullptr;
  const auto* root = member->object->as<RootExpr>();
  return root != nullptr && root->root == Root::kEvent ? member : nullptr;
}

// `event.cart_id == event.cart_id` in a `where` compares an event with itself.
void find_self_comparisons(Context& context, const ListenInfo& listen) {
  if (listen.where == nullptr || listen.event == kNone) return;
  for_each_expr_below(*listen.where, [&](const Expr& expr) {
    const auto* binary = expr.as<BinaryExpr>();
    if (binary == nullptr || (binary->op != BinaryOp::kEq && binary->op != BinaryOp::kNe)) return;
    const MemberExpr* left = event_member(*binary->left);
    const MemberExpr* right = event_member(*binary->right);
    if (left == nullptr || right == nullptr || left->key.text != right->key.text) return;
    context.sink.report(EventOrTrigger{right->object->span, context.program.events[listen.event].name});
  });
}

// ------------------------------------------------------------------------------------------
// suppressed_falls_through

bool asks_suppressed(const Expr& condition) {
  bool found = false;
  for_each_expr_below(condition, [&](const Expr& expr) {
    const auto* word = expr.as<EngagementExpr>();
    found = found || (word != nullptr && word->word == ast::EngagementWord::kSuppressed);
  });
  return found;
}

std::optional<Span> send_of(const Context& context, uint32_t journey, const QueryInfo& query) {
  std::optional<Span> only;
  size_t count = 0;
  for (uint32_t i = 0; i < context.program.sends.size(); ++i) {
    const SendInfo& send = context.program.sends[i];
    if (send.journey != journey) continue;
    if (query.scope == QueryScope::kSend && i - send.place != query.target) continue;
    if (query.scope == QueryScope::kMessage && send.message != query.target) continue;
    only = send.others > 0 ? send.step->span : send.body->span;
    if (send.place == 0 || query.scope == QueryScope::kMessage) ++count;
  }
  return count == 1 ? only : std::nullopt;
}

void find_unanswered(Context& context, uint32_t journey, const Expr& expr, bool in_and) {
  const auto* unary = expr.as<UnaryExpr>();
  const auto* word = unary != nullptr && unary->op == UnaryOp::kNot
                         ? strip_parens(unary->operand)->as<EngagementExpr>()
                         : nullptr;
  if (word != nullptr) {
    const Resolution& resolution = context.program.info(*word).resolution;
    const QueryInfo& query = context.program.queries[resolution.index];
    const bool certain = word->word == ast::EngagementWord::kSent || query.scope == QueryScope::kContact;
    if (certain) return;
    context.sink.report(
        SuppressedFallsThrough{expr.span, context.text(expr.span), send_of(context, journey, query), in_and});
    return;
  }
  const auto* binary = expr.as<BinaryExpr>();
  const bool is_and = binary != nullptr && binary->op == BinaryOp::kAnd;
  for_each_child(expr, [&](const Expr& child) {
    const bool nested = is_and || (in_and && expr.kind != ExprKind::kParen);
    find_unanswered(context, journey, child, nested);
  });
}

bool speaks_of_run(const Context& context, const Expr& where) {
  bool found = false;
  for_each_expr_below(where, [&](const Expr& expr) {
    switch (context.program.info(expr).resolution.kind) {
      case ResolutionKind::kTriggerProperty:
      case ResolutionKind::kTriggerAt:
      case ResolutionKind::kTriggerId:
      case ResolutionKind::kRun:
      case ResolutionKind::kQuery:
        found = true;
        return;
      default:
        return;
    }
  });
  return found;
}

}  // namespace

void lint_not_over_optional(Context& context) {
  for (uint32_t row = 0; row < context.program.journeys.size(); ++row) {
    for_each_condition(context.program.journeys[row],
                       [&](const Expr& expr) { find_negations(context, row, expr); });
  }
}

void lint_event_or_trigger(Context& context) {
  for (const JourneyInfo& journey : context.program.journeys) {
    find_event_words(context, journey.decl->steps, false);
    for_each_last_act(*journey.decl, [&](const Block& block, const Clause& clause) {
      find_event_words(context, block.steps, clause.kind == ClauseKind::kUntil);
    });
    for (const UntilInfo& until : journey.untils) find_self_comparisons(context, until.listen);
    if (journey.goal) find_self_comparisons(context, journey.goal->listen);
    for_each_step_of(*journey.decl, [&](const Step& step) {
      const StepInfo& info = context.program.info(step);
      if (step.kind == StepKind::kWaitFor) find_self_comparisons(context, info.listen);
      for (const WaitArmInfo& arm : info.arms) {
        for (const ListenInfo& listen : arm.listens) find_self_comparisons(context, listen);
      }
    });
  }
}

void lint_suppressed_falls_through(Context& context) {
  for (uint32_t row = 0; row < context.program.journeys.size(); ++row) {
    for_each_step_of(*context.program.journeys[row].decl, [&](const Step& step) {
      const auto* branch = step.as<IfStep>();
      if (branch == nullptr || asks_suppressed(*branch->condition)) return;
      find_unanswered(context, row, *branch->condition, false);
    });
  }
}

void lint_uncorrelated_until(Context& context) {
  for (const JourneyInfo& journey : context.program.journeys) {
    if (journey.enter == nullptr || journey.enter->each == nullptr) continue;
    for (const UntilInfo& until : journey.untils) {
      // An engagement word speaks of the run's own messages, a condition of the contact.
      if (until.listen.query != kNone || until.condition != nullptr) continue;
      if (until.listen.where != nullptr && speaks_of_run(context, *until.listen.where)) continue;
      context.sink.report(
          UncorrelatedUntil{until.clause->condition->span, context.program.events[until.listen.event].name,
                            journey.enter->each->span, context.text(journey.enter->each->span)});
    }
  }
}

}  // namespace wend

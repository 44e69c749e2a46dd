#ifndef WEND_COMPILER_ANALYSIS_WALK_H_
#define WEND_COMPILER_ANALYSIS_WALK_H_

// The children of AST nodes, in the order of the source, for passes that treat most kinds alike. Every
// function calls `visit` for each direct child and goes no deeper. Threads: any.

#include "compiler/syntax/ast.h"

namespace wend {

template <typename Visit>
void for_each_child(const ast::Expr& expr, Visit&& visit) {
  using namespace ast;
  const auto maybe = [&](const Expr* child) {
    if (child != nullptr) visit(*child);
  };
  switch (expr.kind) {
    case ExprKind::kList:
      for (const Expr* item : expr.as<ListExpr>()->items) visit(*item);
      return;
    case ExprKind::kRecord:
      for (const RecordField& field : expr.as<RecordExpr>()->fields) visit(*field.value);
      return;
    case ExprKind::kMember:
      visit(*expr.as<MemberExpr>()->object);
      return;
    case ExprKind::kIndex:
      visit(*expr.as<IndexExpr>()->object);
      visit(*expr.as<IndexExpr>()->index);
      return;
    case ExprKind::kCall:
      for (const Argument& argument : expr.as<CallExpr>()->arguments) {
        visit(*argument.value);
        maybe(argument.where);
      }
      return;
    case ExprKind::kUnary:
      visit(*expr.as<UnaryExpr>()->operand);
      return;
    case ExprKind::kBinary:
      visit(*expr.as<BinaryExpr>()->left);
      visit(*expr.as<BinaryExpr>()->right);
      return;
    case ExprKind::kIs:
      visit(*expr.as<IsExpr>()->operand);
      return;
    case ExprKind::kNo:
      maybe(expr.as<NoExpr>()->occurrence.where);
      return;
    case ExprKind::kParen:
      visit(*expr.as<ParenExpr>()->inner);
      return;
    default:
      return;  // no children
  }
}

// `expr` and everything below it, parents first.
template <typename Visit>
void for_each_expr_below(const ast::Expr& expr, Visit&& visit) {
  visit(expr);
  for_each_child(expr, [&](const ast::Expr& child) { for_each_expr_below(child, visit); });
}

// The blocks of a step, `else` last; of a `do` the steps that it stands for.
template <typename Visit>
void for_each_block(const ast::Step& step, Visit&& visit) {
  using namespace ast;
  const auto branches = [&](const auto* compound) {
    if (compound->has_then) visit(compound->then_block);
    if (compound->else_branch.present) visit(compound->else_branch.block);
  };
  const auto otherwise = [&](const ElseBranch& branch) {
    if (branch.present) visit(branch.block);
  };
  switch (step.kind) {
    case StepKind::kIf:
      visit(step.as<IfStep>()->then_block);
      otherwise(step.as<IfStep>()->else_branch);
      return;
    case StepKind::kMatch:
      for (const MatchArm& arm : step.as<MatchStep>()->arms) visit(arm.block);
      otherwise(step.as<MatchStep>()->else_branch);
      return;
    case StepKind::kWaitMoment:
      branches(step.as<WaitMomentStep>());
      return;
    case StepKind::kWaitCondition:
      branches(step.as<WaitConditionStep>());
      return;
    case StepKind::kWaitFor:
      branches(step.as<WaitForStep>());
      return;
    case StepKind::kWaitAny:
      for (const ast::WaitArm& arm : step.as<WaitAnyStep>()->arms) visit(arm.block);
      otherwise(step.as<WaitAnyStep>()->else_branch);
      return;
    case StepKind::kSplit:
      for (const SplitArm& arm : step.as<SplitStep>()->arms) {
        if (arm.has_block) visit(arm.block);
      }
      return;
    case StepKind::kRepeat:
      visit(step.as<RepeatStep>()->block);
      return;
    case StepKind::kDo:
      if (const Expansion* expansion = step.as<DoStep>()->expansion) visit(expansion->block);
      return;
    case StepKind::kCall:
      otherwise(step.as<CallStep>()->else_branch);
      return;
    default:
      return;  // plain steps have none
  }
}

// Every step of `steps` and of their blocks, outer ones first.
template <typename Steps, typename Visit>
void for_each_step(const Steps& steps, Visit&& visit) {
  for (const ast::Step* step : steps) {
    visit(*step);
    for_each_block(*step, [&](const ast::Block& block) { for_each_step(block.steps, visit); });
  }
}

// The blocks that end a journey: the last acts of `until` and `lasts at most`.
template <typename Visit>
void for_each_last_act(const ast::JourneyDecl& journey, Visit&& visit) {
  for (const ast::Clause* clause : journey.clauses) {
    if (const auto* until = clause->as<ast::UntilClause>(); until != nullptr && until->has_block) {
      visit(until->block, *clause);
    }
    if (const auto* lasts = clause->as<ast::LastsClause>(); lasts != nullptr && lasts->has_block) {
      visit(lasts->block, *clause);
    }
  }
}

// Every step of a journey, those of its last acts after the others.
template <typename Visit>
void for_each_step_of(const ast::JourneyDecl& journey, Visit&& visit) {
  for_each_step(journey.steps, visit);
  for_each_last_act(journey,
                    [&](const ast::Block& block, const ast::Clause&) { for_each_step(block.steps, visit); });
}

// The expressions that stand in a step itself, not in its blocks.
template <typename Visit>
void for_each_expr(const ast::Step& step, Visit&& visit) {
  using namespace ast;
  const auto maybe = [&](const Expr* child) {
    if (child != nullptr) visit(*child);
  };
  const auto options = [&](const SendOptions& send) {
    maybe(send.with);
    maybe(send.while_condition);
  };
  switch (step.kind) {
    case StepKind::kSend:
      options(step.as<SendStep>()->options);
      return;
    case StepKind::kSendFirst:
      maybe(step.as<SendFirstStep>()->by);
      options(step.as<SendFirstStep>()->options);
      return;
    case StepKind::kWait:
      visit(*step.as<WaitStep>()->duration);
      return;
    case StepKind::kWaitAfterLast:
      maybe(step.as<WaitAfterLastStep>()->occurrence.where);
      return;
    case StepKind::kDo:
      for (const Expr* argument : step.as<DoStep>()->arguments) visit(*argument);
      return;
    case StepKind::kStart:
      maybe(step.as<StartStep>()->with);
      return;
    case StepKind::kSet:
      visit(*step.as<SetStep>()->target);
      visit(*step.as<SetStep>()->value);
      return;
    case StepKind::kAdd:
      visit(*step.as<AddStep>()->value);
      visit(*step.as<AddStep>()->target);
      return;
    case StepKind::kEmit:
      maybe(step.as<EmitStep>()->properties);
      return;
    case StepKind::kIf:
      visit(*step.as<IfStep>()->condition);
      return;
    case StepKind::kMatch:
      visit(*step.as<MatchStep>()->subject);
      return;
    case StepKind::kWaitMoment:
      visit(*step.as<WaitMomentStep>()->moment);
      return;
    case StepKind::kWaitCondition:
      visit(*step.as<WaitConditionStep>()->condition);
      return;
    case StepKind::kWaitFor:
      maybe(step.as<WaitForStep>()->engagement);
      maybe(step.as<WaitForStep>()->occurrence.where);
      return;
    case StepKind::kRepeat:
      maybe(step.as<RepeatStep>()->until);
      return;
    case StepKind::kCall:
      maybe(step.as<CallStep>()->request);
      return;
    default:
      return;
  }
}

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_WALK_H_

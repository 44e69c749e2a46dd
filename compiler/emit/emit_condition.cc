// Conditions that react to the passing of time.

#include "compiler/analysis/walk.h"
#include "compiler/emit/context.h"
#include "compiler/emit/emit_expr.h"

namespace wend::emit {
namespace {

// The engagement words in an expression that ask what became of a message of this run.
template <typename Visit>
void for_each_own_query(const CheckedProgram& checked, const ast::Expr& expr, Visit&& visit) {
  for_each_expr_below(expr, [&](const ast::Expr& one) {
    if (one.kind != ast::ExprKind::kEngagement) return;
    if (checked.queries[checked.info(one).resolution.index].scope != QueryScope::kContact) visit(one);
  });
}

bool asks_for_message(const CheckedProgram& checked, const ast::Expr& expr) {
  bool asks = false;
  for_each_own_query(checked, expr, [&](const ast::Expr&) { asks = true; });
  return asks;
}

// Code that says whether a condition may have a value while what became of the run's messages stays missing where
// it is missing now. All else may come to be anything.
class PossibleEmitter {
 public:
  PossibleEmitter(Context& context, Code& code) : context_(context), code_(code), expr_(context, code) {}

  // May `outer` be true, or with `truth` false may it be false?
  void emit(const ast::Expr& outer, bool truth, Reg dst) {
    const ast::Expr& expr = *ast::strip_parens(&outer);
    if (!asks_for_message(context_.checked, expr) || expr.kind == ast::ExprKind::kIs) {
      return code_.ab(Opcode::kLoadBool, dst, 1);
    }
    if (const auto* unary = expr.as<ast::UnaryExpr>(); unary != nullptr && unary->op == ast::UnaryOp::kNot) {
      return emit(*unary->operand, !truth, dst);
    }
    if (const auto* binary = expr.as<ast::BinaryExpr>()) {
      if (binary->op == ast::BinaryOp::kAnd) return pair(*binary, truth, truth, dst);
      if (binary->op == ast::BinaryOp::kOr) return pair(*binary, truth, !truth, dst);
      if (binary->op == ast::BinaryOp::kCoalesce) return pair(*binary, truth, false, dst);
    }
    all_present(expr, dst);
  }

 private:
  void pair(const ast::BinaryExpr& binary, bool truth, bool both, Reg dst) {
    emit(*binary.left, truth, dst);
    Registers right(code_, 1);
    emit(*binary.right, truth, right[0]);
    code_.abc(both ? Opcode::kAnd : Opcode::kOr, dst, dst, right[0]);
  }

  // An engagement word, or an expression that is missing where one of its words is.
  void all_present(const ast::Expr& expr, Reg dst) {
    code_.ab(Opcode::kLoadBool, dst, 1);
    for_each_own_query(context_.checked, expr, [&](const ast::Expr& word) {
      Registers present(code_, 1);
      expr_.value(word, present[0]);
      code_.ab(Opcode::kIsPresent, present[0], present[0]);
      code_.abc(Opcode::kAnd, dst, dst, present[0]);
    });
  }

  Context& context_;
  Code& code_;
  ExprEmitter expr_;
};

}  // namespace

RoutineIx Context::timed_routine(std::string_view name, const ast::Expr& condition) {
  return value_routine(name, [&](Code& code, Reg dst) {
    ExprEmitter expr(*this, code);
    expr.set_timed();
    expr.value(condition, dst);
  });
}

RoutineIx Context::possible_routine(std::string_view name, const ast::Expr& condition) {
  if (!asks_for_message(checked, condition)) return none_of<RoutineIx>();
  return value_routine(name,
                       [&](Code& code, Reg dst) { PossibleEmitter(*this, code).emit(condition, true, dst); });
}

}  // namespace wend::emit

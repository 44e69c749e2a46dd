#include "compiler/analysis/fold.h"

#include <cmath>

namespace wend {
namespace {

using namespace ast;

using Outcome = std::optional<Folded>;

Outcome of_number(double number) {
  if (!std::isfinite(number)) return Folded{FoldedMissing{}};
  return Folded{number};
}

Outcome fold_logic(BinaryOp op, const Outcome& left, const Outcome& right) {
  const bool is_or = op == BinaryOp::kOr;
  const auto decides = [&](const Outcome& side) {
    return side && (is_or ? side->is_true() : side->is_false());
  };
  if (decides(left) || decides(right)) return Folded{is_or};
  if (!left || !right) return std::nullopt;
  if (left->missing() || right->missing()) return Folded{FoldedMissing{}};
  return Folded{!is_or};
}

Outcome fold_comparison(BinaryOp op, const Folded& left, const Folded& right) {
  if (left.value.index() != right.value.index()) return std::nullopt;
  switch (op) {
    case BinaryOp::kEq:
      return Folded{left.value == right.value};
    case BinaryOp::kNe:
      return Folded{!(left.value == right.value)};
    default:
      break;
  }
  if (std::holds_alternative<bool>(left.value)) return std::nullopt;
  switch (op) {
    case BinaryOp::kLt:
      return Folded{left.value < right.value};
    case BinaryOp::kLe:
      return Folded{left.value <= right.value};
    case BinaryOp::kGt:
      return Folded{left.value > right.value};
    case BinaryOp::kGe:
      return Folded{left.value >= right.value};
    default:
      return std::nullopt;
  }
}

Outcome fold_arithmetic(BinaryOp op, double left, double right) {
  switch (op) {
    case BinaryOp::kAdd:
      return of_number(left + right);
    case BinaryOp::kSub:
      return of_number(left - right);
    case BinaryOp::kMul:
      return of_number(left * right);
    case BinaryOp::kDiv:
      return right == 0 ? Folded{FoldedMissing{}} : of_number(left / right);
    default:
      return std::nullopt;
  }
}

// Calendar lengths have no fixed size, so nothing is computed of them.
bool is_plain(const CheckedProgram& program, const Expr& expr) {
  const TypeRef type = program.info(expr).type;
  return type != nullptr && !type->is(BaseType::kCalendar) && !type->is(BaseType::kDate) &&
         !type->is(BaseType::kTime);
}

Outcome fold_binary(const CheckedProgram& program, const BinaryExpr& expr) {
  const Outcome left = fold(program, *expr.left);
  const Outcome right = fold(program, *expr.right);
  if (expr.op == BinaryOp::kOr || expr.op == BinaryOp::kAnd) return fold_logic(expr.op, left, right);
  if (expr.op == BinaryOp::kCoalesce) {
    if (!left) return std::nullopt;
    return left->missing() ? right : left;
  }
  if (!left || !right) return std::nullopt;
  if (left->missing() || right->missing()) return Folded{FoldedMissing{}};
  if (expr.op >= BinaryOp::kEq && expr.op <= BinaryOp::kGe) return fold_comparison(expr.op, *left, *right);
  const bool arithmetic = left->number() != nullptr && right->number() != nullptr &&
                          is_plain(program, *expr.left) && is_plain(program, *expr.right);
  return arithmetic ? fold_arithmetic(expr.op, *left->number(), *right->number()) : std::nullopt;
}

Outcome fold_unary(const CheckedProgram& program, const UnaryExpr& expr) {
  const Outcome operand = fold(program, *expr.operand);
  if (!operand || operand->missing()) return operand;
  if (expr.op == UnaryOp::kNot) return Folded{operand->is_false()};
  return operand->number() != nullptr ? of_number(-*operand->number()) : std::nullopt;
}

}  // namespace

std::optional<Folded> fold(const CheckedProgram& program, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kString:
      return Folded{std::string(expr.as<StringExpr>()->value.text)};
    case ExprKind::kInt:
      return of_number(static_cast<double>(expr.as<IntExpr>()->value));
    case ExprKind::kNumber:
      return of_number(expr.as<NumberExpr>()->value);
    case ExprKind::kDuration:
      return of_number(static_cast<double>(expr.as<DurationExpr>()->value_ms));
    case ExprKind::kCalendar:
      return of_number(static_cast<double>(expr.as<CalendarExpr>()->months));
    case ExprKind::kPercent:
      return of_number(expr.as<PercentExpr>()->percent);
    case ExprKind::kDate:
      return of_number(static_cast<double>(expr.as<DateExpr>()->days));
    case ExprKind::kClock:
      return of_number(static_cast<double>(expr.as<ClockExpr>()->of_day_ms));
    case ExprKind::kBool:
      return Folded{expr.as<BoolExpr>()->value};
    case ExprKind::kMissing:
      return Folded{FoldedMissing{}};
    case ExprKind::kParen:
      return fold(program, *expr.as<ParenExpr>()->inner);
    case ExprKind::kUnary:
      return fold_unary(program, *expr.as<UnaryExpr>());
    case ExprKind::kBinary:
      return fold_binary(program, *expr.as<BinaryExpr>());
    case ExprKind::kIs: {
      const Outcome operand = fold(program, *expr.as<IsExpr>()->operand);
      if (!operand) return std::nullopt;
      return Folded{operand->missing() != expr.as<IsExpr>()->present};
    }
    case ExprKind::kName: {
      const Resolution& resolution = program.info(expr).resolution;
      if (resolution.kind != ResolutionKind::kConst) return std::nullopt;
      return fold(program, *resolution.constant->value);
    }
    default:
      return std::nullopt;
  }
}

bool is_comparison(BinaryOp op) { return op >= BinaryOp::kEq && op <= BinaryOp::kGe; }

BinaryOp mirrored(BinaryOp op) {
  switch (op) {
    case BinaryOp::kLt:
      return BinaryOp::kGt;
    case BinaryOp::kLe:
      return BinaryOp::kGe;
    case BinaryOp::kGt:
      return BinaryOp::kLt;
    case BinaryOp::kGe:
      return BinaryOp::kLe;
    default:
      return op;
  }
}

}  // namespace wend

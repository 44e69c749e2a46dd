#include "compiler/analysis/clock_terms.h"

#include <cmath>

#include "compiler/analysis/fold.h"
#include "compiler/analysis/walk.h"

namespace wend {

using namespace ast;

namespace {

std::optional<ClockName> clock_name(const CheckedProgram& program, const Expr& expr) {
  switch (program.info(expr).resolution.kind) {
    case ResolutionKind::kNow:
      return ClockName::kNow;
    case ResolutionKind::kToday:
      return ClockName::kToday;
    case ResolutionKind::kClock:
      return ClockName::kClock;
    default:
      return std::nullopt;
  }
}

bool is_since(const CheckedProgram& program, const Expr& expr) {
  const Resolution& resolution = program.info(expr).resolution;
  return resolution.kind == ResolutionKind::kHistory &&
         program.history_uses[resolution.index].aggregate == HistoryAggregate::kSince;
}

BaseType base_of(const CheckedProgram& program, const Expr& expr) {
  const TypeRef type = program.info(*strip_parens(&expr)).used_type();
  return type != nullptr ? type->base : BaseType::kError;
}

// A length that is a whole number of days for everyone: only such can be compared with the days between dates
// as if they were dates.
bool is_whole_days(const CheckedProgram& program, const Expr& expr) {
  const std::optional<Folded> value = fold(program, expr);
  const double* length = value ? value->number() : nullptr;
  return length != nullptr && std::fmod(*length, static_cast<double>(kMillisPerDay)) == 0;
}

// Brings what stands beside the clock in `side` over to the other side. False where that has no meaning.
bool isolate(const CheckedProgram& program, const Expr& side, ClockComparison& found) {
  const Expr& expr = *strip_parens(&side);
  if (const std::optional<ClockName> name = clock_name(program, expr)) {
    found.clock = *name;
    return true;
  }
  // `since(E) > d` is `now > d + last(E).at`.
  if (is_since(program, expr)) {
    found.steps.push_back({ClockStep::Kind::kLast, &expr});
    return true;
  }
  const auto* binary = expr.as<BinaryExpr>();
  if (binary == nullptr || (binary->op != BinaryOp::kAdd && binary->op != BinaryOp::kSub)) return false;
  const bool left_flows = flows_with_time(program, *binary->left);
  const Expr& clock_side = left_flows ? *binary->left : *binary->right;
  const Expr& operand = left_flows ? *binary->right : *binary->left;
  if (flows_with_time(program, operand)) return false;
  const BaseType base = base_of(program, operand);
  const bool moment = base == BaseType::kTime || base == BaseType::kDate;
  if (!moment && base != BaseType::kDuration) return false;
  // Between two dates lie whole days, and no more than those can be asked for.
  if (base == BaseType::kDate && !(found.steps.empty() && is_whole_days(program, *found.other))) return false;
  if (binary->op == BinaryOp::kAdd) {
    found.steps.push_back({ClockStep::Kind::kMinus, &operand});
  } else if (left_flows) {
    found.steps.push_back({ClockStep::Kind::kPlus, &operand});
  } else {
    found.steps.push_back({ClockStep::Kind::kFrom, &operand});
    found.op = mirrored(found.op);
  }
  return isolate(program, clock_side, found);
}

}  // namespace

std::optional<TodayPart> part_of_today(const CheckedProgram& program, const Expr& expr) {
  const auto* call = strip_parens(&expr)->as<CallExpr>();
  if (call == nullptr || call->arguments.size() != 1) return std::nullopt;
  const Resolution& resolution = program.info(*call).resolution;
  const Expr& argument = *strip_parens(call->arguments[0].value);
  if (resolution.kind != ResolutionKind::kFunction || clock_name(program, argument) != ClockName::kToday) {
    return std::nullopt;
  }
  switch (resolution.function) {
    case Function::kWeekday:
      return TodayPart::kWeekday;
    case Function::kMonth:
      return TodayPart::kMonth;
    case Function::kYear:
      return TodayPart::kYear;
    default:
      return std::nullopt;
  }
}

bool flows_with_time(const CheckedProgram& program, const Expr& expr) {
  if (clock_name(program, expr) || is_since(program, expr)) return true;
  if (part_of_today(program, expr)) return false;
  bool flows = false;
  for_each_child(expr, [&](const Expr& child) { flows = flows || flows_with_time(program, child); });
  return flows;
}

std::optional<ClockComparison> clock_comparison(const CheckedProgram& program, const Expr& expr) {
  const auto* binary = strip_parens(&expr)->as<BinaryExpr>();
  if (binary == nullptr || !is_comparison(binary->op)) return std::nullopt;
  const bool left = flows_with_time(program, *binary->left);
  const bool right = flows_with_time(program, *binary->right);
  if (left == right) return std::nullopt;
  ClockComparison found;
  found.op = left ? binary->op : mirrored(binary->op);
  found.other = left ? binary->right : binary->left;
  if (!isolate(program, left ? *binary->left : *binary->right, found)) return std::nullopt;
  return found;
}

}  // namespace wend

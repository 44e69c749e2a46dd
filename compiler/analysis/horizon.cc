#include "compiler/analysis/horizon.h"

#include "compiler/analysis/clock_terms.h"
#include "compiler/analysis/walk.h"

namespace wend {

using namespace ast;

namespace {

// The clock in an expression: `now`, `today` or `clock`.
const Expr* find_clock(const CheckedProgram& program, const Expr& expr) {
  const ResolutionKind kind = program.info(expr).resolution.kind;
  if (expr.kind == ExprKind::kCall && kind == ResolutionKind::kHistory) return &expr;
  if (kind == ResolutionKind::kNow || kind == ResolutionKind::kToday || kind == ResolutionKind::kClock) {
    return &expr;
  }
  const Expr* found = nullptr;
  for_each_child(expr, [&](const Expr& child) {
    if (found == nullptr && flows_with_time(program, child)) found = find_clock(program, child);
  });
  return found;
}

bool is_calendar_function(const CheckedProgram& program, const Expr& expr) {
  const Resolution& resolution = program.info(expr).resolution;
  return resolution.kind == ResolutionKind::kFunction &&
         (resolution.function == Function::kWeekday || resolution.function == Function::kMonth ||
          resolution.function == Function::kYear);
}

// Does a calendar length stand beside the clock?
bool has_calendar_length(const CheckedProgram& program, const Expr& expr) {
  bool found = false;
  for_each_expr_below(expr, [&](const Expr& one) {
    const TypeRef type = program.info(one).type;
    found = found || (type != nullptr && type->is(BaseType::kCalendar));
  });
  return found;
}

class HorizonChecker {
 public:
  HorizonChecker(Context& context, std::string_view place) : context_(context), place_(place) {}

  void check_all(const Expr& condition) {
    check(condition);
    for_each_expr_below(condition, [&](const Expr& one) {
      const Resolution resolution = context_.program.info(one).resolution;
      if (resolution.kind == ResolutionKind::kHistory) check_window(resolution.index);
      if (resolution.kind == ResolutionKind::kSegment) check_segment_once(resolution.index);
    });
  }

  // Its condition is asked whenever one that names it is.
  void check_segment_once(uint32_t segment) {
    if (context_.segments_react.insert(segment).second)
      check_all(*context_.program.segments[segment].decl->condition);
  }

 private:
  using Remedy = NoInstantOfChange::Remedy;

  // A window in months reaches back differently far from day to day.
  void check_window(uint32_t use) {
    const HistoryUse& asked = context_.program.history_uses[use];
    if (asked.window == nullptr) return;
    const TypeRef type = context_.program.info(*strip_parens(asked.window)).type;
    if (type != nullptr && type->is(BaseType::kCalendar)) report(*asked.window, Remedy::kDays);
  }

  void check(const Expr& outer) {
    const Expr& expr = *strip_parens(&outer);
    const CheckedProgram& program = context_.program;
    if (program.info(expr).type == nullptr || program.info(expr).type->is(BaseType::kError)) return;
    if (!flows_with_time(program, expr) || clock_comparison(program, expr)) return;
    if (is_calendar_function(program, expr)) return report(expr, Remedy::kToday);
    const auto* binary = expr.as<BinaryExpr>();
    const bool compares = binary != nullptr && binary->op != BinaryOp::kAnd && binary->op != BinaryOp::kOr;
    if (compares) {
      if (const Expr* calendar = find_calendar_function(expr)) return report(*calendar, Remedy::kToday);
      const bool length = has_calendar_length(program, *binary->left) || has_calendar_length(program, *binary->right);
      return report(expr, length ? Remedy::kOtherSide : Remedy::kAlone);
    }
    if (program.info(expr).resolution.kind != ResolutionKind::kNothing && expr.kind == ExprKind::kName) {
      return report(expr, Remedy::kAlone);
    }
    for_each_child(expr, [&](const Expr& child) { check(child); });
  }

  const Expr* find_calendar_function(const Expr& expr) const {
    const Expr* found = nullptr;
    for_each_expr_below(expr, [&](const Expr& one) {
      const bool flows = is_calendar_function(context_.program, one) && flows_with_time(context_.program, one);
      if (found == nullptr && flows) found = &one;
    });
    return found;
  }

  void report(const Expr& at, Remedy remedy) {
    NoInstantOfChange message;
    message.at = at.span;
    message.text = context_.text(at.span);
    message.place = std::string(place_);
    message.remedy = remedy;
    const auto* call = at.as<CallExpr>();
    if (remedy == Remedy::kToday && call != nullptr) message.rewritten = std::string(call->function.text) + "(today)";
    if (const Expr* clock = find_clock(context_.program, at); clock != nullptr) {
      message.clock = context_.text(clock->span);
    }
    context_.sink.report(message);
  }

  Context& context_;
  std::string_view place_;
};

}  // namespace

void check_horizon(Context& context, const Expr& condition, std::string_view place) {
  HorizonChecker(context, place).check_all(condition);
}

void check_horizon(Context& context, uint32_t segment, std::string_view place) {
  HorizonChecker(context, place).check_segment_once(segment);
}

}  // namespace wend

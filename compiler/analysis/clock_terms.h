#ifndef WEND_COMPILER_ANALYSIS_CLOCK_TERMS_H_
#define WEND_COMPILER_ANALYSIS_CLOCK_TERMS_H_

// Comparisons with the clock, taken apart so that the clock stands alone on the left: `now - contact.x > 3d` is
// `now > 3d + contact.x`. Then the instant at which the comparison changes is known (language, section 8), and code
// generation can emit it. Internal to the compiler. Threads: any.

#include <optional>
#include <vector>

#include "compiler/analysis/checked.h"

namespace wend {

enum class ClockName : uint8_t { kNow, kToday, kClock };

// What happens to the other side, in this order.
struct ClockStep {
  enum class Kind : uint8_t {
    kPlus,   // other + operand
    kMinus,  // other - operand
    kFrom,   // operand - other
    kLast,   // other + the instant of the latest event of the operand, a `since(E)`
  };
  Kind kind = Kind::kPlus;
  const ast::Expr* operand = nullptr;
};
struct ClockComparison {
  ClockName clock = ClockName::kNow;
  ast::BinaryOp op = ast::BinaryOp::kLt;  // with the clock on the left
  const ast::Expr* other = nullptr;       // free of the clock, and so are the operands of the steps
  std::vector<ClockStep> steps;
};

// Does the value of the expression go on with time: is `now`, `today`, `clock` or `since(E)` read in it, other than as
// `weekday(today)`, `month(today)`, `year(today)`, which change only at midnights?
bool flows_with_time(const CheckedProgram& program, const ast::Expr& expr);

// The part of the day that the call reads where it is `weekday(today)`, `month(today)` or `year(today)`.
std::optional<TodayPart> part_of_today(const CheckedProgram& program, const ast::Expr& expr);

// nullopt where the expression is no comparison with the clock on one side, or the clock cannot be brought to
// stand alone: months and years have no fixed length, two clocks have no instant. REQUIRES: `expr` was checked.
std::optional<ClockComparison> clock_comparison(const CheckedProgram& program, const ast::Expr& expr);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_CLOCK_TERMS_H_

#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_BOUNDS_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_BOUNDS_H_

// Messages about what is proven of a journey over all of its runs. Lengths are milliseconds.

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/diagnostics/messages_flow.h"

namespace wend {

struct BrokenBudget {
  static constexpr Code kCode = Code::kBrokenBudget;
  Span at;  // the clause
  int64_t count = 0;
  int64_t window_ms = 0;
  int64_t most = 0;
  int64_t runs = 1;            // that have a part in it
  bool coarse = false;         // `most` is a bound only, because there are too many ways
  std::vector<Span> sends;     // of one run, in its order
  std::vector<PathStep> path;  // of that run
  bool operator==(const BrokenBudget&) const = default;
};
Diagnostic describe(const BrokenBudget& message);

struct BudgetUnproven {
  static constexpr Code kCode = Code::kBudgetUnproven;
  Span at;                    // the clause
  std::optional<Span> enter;  // where it is written
  bool per_key = false;       // each key has runs of its own
  int64_t window_ms = 0;
  bool operator==(const BudgetUnproven&) const = default;
};
Diagnostic describe(const BudgetUnproven& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_BOUNDS_H_

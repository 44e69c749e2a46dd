#ifndef WEND_COMPILER_ANALYSIS_BUDGET_H_
#define WEND_COMPILER_ANALYSIS_BUDGET_H_

// The most messages that one contact can get from a journey in any window of a given length, over all of its
// runs: what proves `budget 4 per 14d` and what `wend check --summary` says of a week.
//
// An upper bound over every way through the steps, every time at which waits can end, every time to which quiet
// hours and `at best hour` can move a message, and every instant at which runs can begin. Counted is what caps
// count: marketing that reaches the contact. A window is half open, `(now - D, now]`, as caps have it. Not
// looked at are outages and breakers (`pause`): while they hold messages, these can come closer together.
//
// Pure; threads: as CheckedProgram.

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/analysis/bounds.h"
#include "compiler/diagnostics/messages_flow.h"

namespace wend {

struct WindowBound {
  int64_t most = 0;          // saturated at kCountless
  bool coarse = false;       // too many ways to look at each: more than there can be
  int64_t runs = 1;          // runs that have a part in it
  std::vector<Span> sends;   // of the run that has the largest part: the steps that send, in its order
  std::vector<PathStep> way;  // of that run
};

// Can a bound over all runs be given? A journey that may begin at any time, or once for each key, has none.
bool has_bounded_entries(const JourneyInfo& journey);

// REQUIRES: has_bounded_entries. `channel`: only its messages; kNone: those of all channels.
WindowBound most_in_window(const Context& context, const JourneyInfo& journey, Millis window_ms, uint32_t channel);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_BUDGET_H_

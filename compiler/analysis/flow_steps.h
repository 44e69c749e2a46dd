#ifndef WEND_COMPILER_ANALYSIS_FLOW_STEPS_H_
#define WEND_COMPILER_ANALYSIS_FLOW_STEPS_H_

// Limits of steps that move runs.

#include <cstdint>
#include <string_view>

#include "compiler/syntax/ast.h"

namespace wend {

// Passes of a `repeat`.
constexpr int64_t kMaxPasses = 1000;

// How long a `call` with an `else` waits for its answer where it doesn't say.
constexpr Millis kCallAnswerMs = 30 * kMillisPerSecond;

// Does a run wait for the answer? And how long.
inline bool awaits_answer(const ast::CallStep& step) { return step.has_up_to || step.else_branch.present; }
inline Millis answer_within_ms(const ast::CallStep& step) {
  return step.has_up_to ? step.up_to_ms : kCallAnswerMs;
}
// One of the steps whose keyword is `wait`.
bool is_wait(ast::StepKind kind);
// Does a run come to rest there: a wait, or a call that awaits its answer? (A send may be held as well.)
bool waits(const ast::Step& step);
// What the answer to a call is called, an event that no sender can declare; and its properties besides what
// the answer has: which call it is of, and whether it came.
constexpr std::string_view kAnswerPrefix = "answer ";
constexpr std::string_view kAnswerCall = "wend_call";
constexpr std::string_view kAnswerOk = "wend_ok";

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_FLOW_STEPS_H_

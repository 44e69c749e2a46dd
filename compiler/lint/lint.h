#ifndef WEND_COMPILER_LINT_LINT_H_
#define WEND_COMPILER_LINT_LINT_H_

// Lints: what is allowed and seldom meant. One family a file, one function a rule; each reads the checked
// program and reports. They run only where the program has no errors, so a rule never sees an error type.
// Which of their findings are shown, and at what level, is for levels.h. Threads: as analysis.

#include "compiler/analysis/context.h"

namespace wend {

// conditions.cc
void lint_not_over_optional(Context& context);
void lint_event_or_trigger(Context& context);
void lint_suppressed_falls_through(Context& context);
void lint_uncorrelated_until(Context& context);
// layout.cc
void lint_misleading_indentation(Context& context);
// project.cc
void lint_unused_declaration(Context& context);
void lint_no_policy(Context& context);
void lint_sms(Context& context);
// journeys.cc
void lint_competing_journeys(Context& context);
void lint_shadowed_stdlib(Context& context);
// flow_lints.cc
void lint_no_exit_on_purchase(Context& context);
void lint_event_may_come_before(Context& context);
void lint_stale_trigger(Context& context);
void lint_dst_sensitive_wait(Context& context);
void lint_unbounded_reentry(Context& context);
void lint_event_never_sent(Context& context);
// caps.cc
void lint_cap_starvation(Context& context);
// declarations.cc
void lint_deprecated(Context& context);
void lint_naming(Context& context);

// tests.cc
void lint_untested_journey(Context& context);

void run_lints(Context& context);

}  // namespace wend

#endif  // WEND_COMPILER_LINT_LINT_H_

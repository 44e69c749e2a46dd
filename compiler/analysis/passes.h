#ifndef WEND_COMPILER_ANALYSIS_PASSES_H_
#define WEND_COMPILER_ANALYSIS_PASSES_H_

// The passes, in the order in which check() runs them. Each reads what the earlier ones wrote into the
// Context.

#include "compiler/analysis/context.h"

namespace wend {

// Fills settings, events, attributes, channels, declared messages, journeys (their rows, not their clauses)
// and the names; reports duplicates and declarations that cannot run yet.
void collect_symbols(Context& context);

// Gives every `do` the steps it stands for; reports unknown steps and those that contain themselves.
void expand_steps(Context& context);

// Gives a journey that something starts the event that stands for it.
void collect_starts(Context& context);

// Numbers what is sent and bound: sends, inline messages, slots. Reports unknown messages and channels.
void collect_sends(Context& context);

// Resolves the addresses of declared channels.
void check_channels(Context& context);

// Parts that a channel needs or does not have, parts that stand twice.
void check_messages(Context& context);

// Resolves the guards of policies and types their expressions.
void check_policies(Context& context);

// Types the conditions of segments, which may name each other; points and bounds of scores; shapes of catalogs.
void check_segments(Context& context);
void check_scores(Context& context);
// Types one segment unless that was done. Reports a circle at `at`, the name in another segment's condition.
void check_segment(Context& context, uint32_t segment, Span at);

// What must be remembered of events so that every history function can be answered. After all expressions were
// checked.
void plan_history(Context& context);

// Resolves the clauses and steps of every journey and types their expressions; constants and defaults, too.
void check_constants(Context& context);
void check_journeys(Context& context);

// Steps that no run reaches, waits that cannot elapse, journeys that last too short.
void check_flow(Context& context);

// Journeys whose entry implies the hibernation of their policy.
void check_hibernation(Context& context);
// Neither transactional nor internal, and a person gets it: what guards are asked about.
bool is_marketing(const Context& context, const MessageInfo& message);
// Events that journeys emit and starts of journeys that come back to where they began without a wait.
void check_emits(Context& context);

// Parameters of `steps`, rules of `migrate`.
void check_sequences(Context& context);
void check_migrations(Context& context);
// `budget`: proven over all runs, or refuted with the way that breaks it.
void check_budgets(Context& context);

// The first line of a step without its blocks, for paths in notes: "wait for clicked up to 1h".
std::string step_head(const Context& context, const ast::Step& step);

// Local time in a program without a zone: the first place only.
void check_zones(Context& context);

// The lines of `test` blocks; fills the program's test plan. Makes nothing that an image would hold.
void check_tests(Context& context);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_PASSES_H_

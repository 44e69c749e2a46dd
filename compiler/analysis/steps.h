#ifndef WEND_COMPILER_ANALYSIS_STEPS_H_
#define WEND_COMPILER_ANALYSIS_STEPS_H_

// Resolves and types the steps of one journey in the order in which a run takes them, carrying what a run can
// have sent and bound by then. Internal to compiler/analysis. One thread.

#include <span>
#include <vector>

#include "compiler/analysis/context.h"
#include "compiler/analysis/sends.h"
#include "compiler/analysis/types.h"

namespace wend {

// What is true of a run at a place between two steps.
struct StepState {
  SendState sent;
  std::vector<BoundName> bound;
  bool ended = false;  // no run comes here

  // After branches: a run came by either.
  void merge(const StepState& other);
};

class StepChecker {
 public:
  StepChecker(Context& context, uint32_t journey) : context_(context), journey_(journey) {}

  StepState check_steps(std::span<const ast::Step* const> steps, StepState state);

 private:
  void check_step(const ast::Step& step, StepState& state);
  void check_send(const ast::Step& step, const ast::SendOptions& options, const ast::Expr* by,
                  StepState& state);
  void check_options(const ast::SendOptions& options, const ast::Expr* by, const Scope& scope);
  void check_with_names(const ast::RecordExpr& with, uint32_t first);
  void check_with(const ast::SendBody& body, const ast::RecordExpr* with, MessageInfo& message,
                  const Scope& scope);
  void widen_scope(TemplateScope& scope, const StepState& state);
  void check_wait(const ast::WaitStep& step, const StepState& state);
  void check_wait_moment(const ast::WaitMomentStep& step, StepState& state);
  void check_wait_condition(const ast::WaitConditionStep& step, StepState& state);
  void check_wait_for(const ast::WaitForStep& step, StepState& state);
  void check_wait_any(const ast::WaitAnyStep& step, StepState& state);
  ListenInfo check_listen(const ast::Occurrence& occurrence, const ast::EngagementExpr* engagement,
                          const StepState& state);
  // The slot of a name from `as`, kNone where there is none; behind this the state knows the name.
  uint32_t bind(const ast::Word& as, uint32_t event, StepState& state);
  void check_if(const ast::IfStep& step, StepState& state);
  void check_match(const ast::MatchStep& step, StepState& state);
  // Goes through blocks of which a run takes one, each from `state`; with `skips` a run may take none.
  void check_arms(std::span<const ast::Block* const> blocks, bool skips, StepState& state);
  void check_set(const ast::SetStep& step, const StepState& state);
  void check_add(const ast::AddStep& step, const StepState& state);
  // flow_steps.cc
  void check_do(const ast::DoStep& step, StepState& state);
  void check_repeat(const ast::RepeatStep& step, StepState& state);
  void check_wait_after_last(const ast::WaitAfterLastStep& step, StepState& state);
  void check_subscribe(const ast::SubscribeStep& step);
  void check_emit(const ast::EmitStep& step, const StepState& state);
  void check_call(const ast::CallStep& step, StepState& state);
  void check_start(const ast::StartStep& step, const StepState& state);
  // The record that becomes the event of row `event`; `at` names the event, `record` may be null.
  void check_event_record(Span at, const ast::RecordExpr* record, uint32_t event, const StepState& state);
  // Continues with `then_block` and `else_branch` from their states; without a block the state goes on as it
  // is.
  void check_branches(bool has_then, const ast::Block& then_block, StepState then_state,
                      const ast::ElseBranch& else_branch, StepState else_state, StepState& state);
  void skip_unsupported(const ast::Step& step, StepState& state);
  Scope scope_at(const StepState& state) const;

  Context& context_;
  uint32_t journey_;
  uint32_t repeats_ = 0;  // that the step at hand stands in
};

// The scope of a condition that asks an arriving event while a run is there: `where` of until, goal and
// waits.
Scope arriving_scope(const Context& context, uint32_t journey, uint32_t event, std::string_view here);
// The scope of steps.
Scope body_scope(const Context& context, uint32_t journey);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_STEPS_H_

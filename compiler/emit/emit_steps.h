#ifndef WEND_COMPILER_EMIT_EMIT_STEPS_H_
#define WEND_COMPILER_EMIT_EMIT_STEPS_H_

// The body of a journey: its steps, then the last acts of its clauses. Internal to compiler/emit.

#include <string>
#include <vector>

#include "compiler/emit/code_builder.h"
#include "compiler/emit/context.h"
#include "compiler/emit/emit_expr.h"

namespace wend::emit {

class BodyEmitter {
 public:
  BodyEmitter(Context& context, uint32_t journey);

  // The steps of the journey, ending in Finish.
  void steps();
  // A last act; its index in the body.
  uint32_t last_act(const ast::Block& block);

  uint8_t registers_used() const { return code_.registers_used(); }
  // Appends the body to the program and points its waits there; the program's index of its first instruction.
  uint32_t append_to_program();

 private:
  void block(const ast::Block& block);
  void step(const ast::Step& step);
  void send(const ast::Step& step, const ast::SendOptions& options, const ast::Expr* by, StepIx row);
  void wait(const ast::WaitStep& step, StepIx row);
  void wait_calendar(const ast::WaitCalendarStep& step, StepIx row);
  void wait_day(const ast::WaitDayStep& step, StepIx row);
  void wait_moment(const ast::WaitMomentStep& step, StepIx row);
  void wait_condition(const ast::WaitConditionStep& step, StepIx row);
  template <typename Wait>
  void then_or_else(uint32_t wait, const Wait& step);
  void wait_for(const ast::WaitForStep& step, StepIx row);
  void wait_any(const ast::WaitAnyStep& step, StepIx row);
  WaitArm arm_of(const ast::Step& step, const ListenInfo& listen, uint32_t slot);
  // A wait that ends so long from now.
  uint32_t put_wait_up_to(Millis up_to_ms, StepIx row);
  void match(const ast::MatchStep& step);
  void set(const ast::SetStep& step);
  void add_score(const ast::AddStep& step);
  void exit(const ast::ExitStep& step);
  void branch(const ast::IfStep& step, StepIx row);
  // emit_flow.cc
  void repeat(const ast::RepeatStep& step, StepIx row);
  // Leaves for `end` where the `until` of a repeat holds.
  void leave_repeat(const ast::RepeatStep& step, StepIx row, Code::Label& end);
  void wait_after_last(const ast::WaitAfterLastStep& step, StepIx row);
  void call(const ast::CallStep& step, StepIx row);
  // Of the answer to this run's latest call: has it come as wanted (or been refused)?
  RoutineIx answer_routine(const ast::CallStep& step, bool ok);
  void profile(const ast::Step& step);
  void follow_up(const ast::RecordExpr* record, uint32_t event);
  // What a channel is called where consent is kept.
  std::string_view consent_name(std::string_view channel) const;

  // A Wait that goes on behind itself, whatever happens; `due` holds the instant.
  void wait_and_go_on(Reg due, StepIx row);
  // Puts a Wait and its row, whose targets are set later.
  uint32_t put_wait(Reg due, StepIx row);
  // `moment` on its day at `clock`, or the moment itself.
  static void moment(Context& context, Code& code, const ast::WaitMomentStep& step, Reg dst);
  StepIx mark(const ast::Step& step, StepRowKind kind);
  // As mark(), for a place in a step.
  StepIx mark_place(Span span, const ast::Word& label, StepRowKind kind, const std::string& text);
  LineColumn position(Span span);  // column in characters
  std::string routine_name(const ast::Step& step, const char* what) const;
  std::string source_line(Span span) const;
  std::string header_text(const ast::Step& step) const;

  Span counted_;  // of the step whose position was counted last; empty before the first
  LineColumn counted_at_;
  uint8_t repeats_ = 0;  // that the code at hand stands in
  Context& context_;
  uint32_t journey_;
  Code code_;
  ExprEmitter expr_;
  std::vector<uint32_t> waits_;  // rows whose targets count from the start of this body
};

}  // namespace wend::emit

#endif  // WEND_COMPILER_EMIT_EMIT_STEPS_H_

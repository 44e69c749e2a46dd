// Steps that repeat, that change the profile, and that set something off.

#include <algorithm>

#include "compiler/analysis/flow_steps.h"
#include "compiler/emit/emit_steps.h"
#include "vm/base/check.h"

namespace wend::emit {

// One wait row with a limit of passes leads back to the head; all else goes forwards (vm/core/verifier.h).
void BodyEmitter::repeat(const ast::RepeatStep& step, StepIx row) {
  const uint8_t depth = repeats_++;
  code_.ab(Opcode::kRepeat, 0, depth);
  Code::Label end;
  const uint32_t head = code_.here();
  leave_repeat(step, row, end);
  block(step.block);
  leave_repeat(step, row, end);
  uint32_t index = put_wait_up_to(step.every_ms, row);
  code_.bind(end);
  WaitRow& wait = context_.program.waits[index];
  wait.passes = static_cast<uint32_t>(step.times);
  wait.repeat = depth;
  wait.due_pc = head;
  wait.past_pc = code_.here();
  code_.ab(Opcode::kEndRepeat, 0, depth);
  --repeats_;
}

void BodyEmitter::leave_repeat(const ast::RepeatStep& step, StepIx row, Code::Label& end) {
  if (step.until == nullptr) return;
  Registers condition(code_, 1);
  expr_.value(*step.until, condition[0]);
  code_.ax(Opcode::kBranch, condition[0], static_cast<uint16_t>(row.number));
  code_.jump_if(Opcode::kJumpIfTrue, condition[0], end);
}

void BodyEmitter::wait_after_last(const ast::WaitAfterLastStep& step, StepIx row) {
  const StepInfo& info = context_.checked.info(step);
  WaitArm arm = arm_of(step, info.listen, info.slot);
  uint32_t index =
      put_wait_up_to(step.has_up_to ? std::min(step.quiet_ms, step.up_to_ms) : step.quiet_ms, row);
  WaitRow& wait = context_.program.waits[index];
  wait.quiet_ms = step.quiet_ms;
  if (step.has_up_to) wait.limit_ms = step.up_to_ms;
  wait.due_pc = wait.past_pc = arm.target_pc = code_.here();
  wait.arms.push_back(arm);
}

RoutineIx BodyEmitter::answer_routine(const ast::CallStep& step, bool ok) {
  return context_.value_routine(routine_name(step, ok ? "answer" : "refusal"), [&](Code& code, Reg dst) {
    Registers other(code, 1);
    code.ax(Opcode::kLoadEvent, dst, context_.tables.property(kAnswerCall));
    code.ab(Opcode::kLoadRun, other[0], static_cast<uint8_t>(RunField::kCall));
    code.abc(Opcode::kEqInt, dst, dst, other[0]);
    code.ax(Opcode::kLoadEvent, other[0], context_.tables.property(kAnswerOk));
    if (!ok) code.ab(Opcode::kNot, other[0], other[0]);
    code.abc(Opcode::kAnd, dst, dst, other[0]);
  });
}

void BodyEmitter::call(const ast::CallStep& step, StepIx row) {
  {
    Registers request(code_, 1);
    if (step.request != nullptr) {
      expr_.value(*step.request, request[0]);
    } else {
      code_.collect(Opcode::kNewRecord, request[0], request[0], 0);
    }
    code_.ax(Opcode::kRequest, request[0], context_.tables.string_operand(step.connector.text));
  }
  if (!awaits_answer(step)) return;
  const StepInfo& info = context_.checked.info(step);
  ListenInfo listen;
  listen.event = info.event;
  WaitArm answered = arm_of(step, listen, info.slot);
  WaitArm refused = arm_of(step, listen, kNone);
  answered.where = answer_routine(step, true);
  refused.where = answer_routine(step, false);
  uint32_t wait = put_wait_up_to(answer_within_ms(step), row);
  Code::Label end;
  answered.target_pc = code_.here();
  code_.jump(end);
  refused.target_pc = code_.here();
  context_.program.waits[wait].due_pc = context_.program.waits[wait].past_pc = code_.here();
  if (step.else_branch.present) block(step.else_branch.block);
  code_.bind(end);
  context_.program.waits[wait].arms = {answered, refused};
}

std::string_view BodyEmitter::consent_name(std::string_view channel) const {
  for (const ChannelRow& row : context_.program.channels) {
    if (context_.program.text(row.name) != channel) continue;
    return context_.program.text(is_none(row.consent) ? row.name : row.consent);
  }
  return channel;
}

void BodyEmitter::profile(const ast::Step& step) {
  auto change = [&](StepRowKind kind, Opcode op, std::string_view name) {
    mark(step, kind);
    code_.x(op, context_.tables.string_operand(name));
  };
  if (const auto* tag = step.as<ast::TagStep>()) {
    return change(StepRowKind::kTag, tag->remove ? Opcode::kUntag : Opcode::kTag, tag->tag->value.text);
  }
  if (const auto* consent = step.as<ast::SubscribeStep>()) {
    std::string_view name =
        consent->topic != nullptr ? consent->topic->value.text : consent_name(consent->channel.text);
    return change(StepRowKind::kSubscribe, consent->remove ? Opcode::kUnsubscribe : Opcode::kSubscribe, name);
  }
  const auto& audience = *step.as<ast::AudienceStep>();
  StepIx row = mark(step, StepRowKind::kAudience);
  Registers name(code_, 1);
  expr_.text(audience.audience->value.text, name[0]);
  code_.ax(audience.remove ? Opcode::kLeaveAudience : Opcode::kJoinAudience, name[0],
           static_cast<uint16_t>(row.number));
}

void BodyEmitter::follow_up(const ast::RecordExpr* record, uint32_t event) {
  Registers properties(code_, 1);
  if (record != nullptr) {
    expr_.value(*record, properties[0]);
  } else {
    code_.collect(Opcode::kNewRecord, properties[0], properties[0], 0);
  }
  code_.ax(Opcode::kEmit, properties[0], static_cast<uint16_t>(event));
}

}  // namespace wend::emit

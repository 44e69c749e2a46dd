#include <gtest/gtest.h>

#include "tests/unit/vm/core/program_builder.h"
#include "vm/core/interpreter.h"

namespace wend {
namespace {

// on cart_abandoned wait 20m if not opened send sms "..": waits, asks, sends, ends.
struct Sentence {
  ProgramBuilder b;
  JourneyIx journey;
  std::shared_ptr<const LoadedProgram> loaded;
  RunState run;
  EvalContext context;
  Interpreter interpreter;
  std::vector<TraceMark> marks;

  Sentence() {
    const EventIx cart = b.event("cart_abandoned", {"url"});
    const MessageIx sms = b.message("Your cart is waiting", ChannelIx{1}, "Your cart is waiting");
    journey = b.journey("cart");
    b.trigger(journey, cart);
    const StepIx wait_step = b.step(journey, StepRowKind::kWait, "wait 20m");
    const StepIx if_step = b.step(journey, StepRowKind::kIf, "if not opened");
    const StepIx send_step = b.step(journey, StepRowKind::kSend, "send sms");
    const uint16_t wait = b.wait_row(wait_step);
    const uint16_t send = b.send_row(send_step, sms);
    const uint16_t opened =
        b.query({EngagementWord::kOpened, QueryScope::kContact, kNone, none_of<StringIx>()});
    b.begin_body(journey, 3);
    const auto after = b.label();
    const auto end = b.label();
    b.ax(Opcode::kStep, 0, wait_step.number);
    b.abc(Opcode::kLoadNow, 0);
    b.ax(Opcode::kLoadConst, 1, b.constant(Value::of_duration(20 * kMillisPerMinute)));
    b.abc(Opcode::kAddTime, 0, 0, 1);
    b.ax(Opcode::kWait, 0, wait);
    b.wait_targets(wait, after, after);
    b.bind(after);
    b.ax(Opcode::kStep, 0, if_step.number);
    b.ax(Opcode::kEngaged, 0, opened);
    b.abc(Opcode::kNot, 0, 0);
    b.ax(Opcode::kBranch, 0, if_step.number);
    b.jump_if(Opcode::kJumpUnlessTrue, 0, end);
    b.ax(Opcode::kStep, 0, send_step.number);
    b.ax(Opcode::kSend, 0, send);
    b.bind(end);
    b.abc(Opcode::kFinish);
    loaded = b.load();
    run.journey = journey;
    run.entered_at_ms = 1000;
    context.program = loaded.get();
    context.run = &run;
    context.now_ms = 1000;
  }
};

TEST(InterpreterJourney, StepsThroughTheSentence) {
  Sentence s;
  ASSERT_NE(s.loaded, nullptr);
  const JourneyRow& row = s.loaded->program().journeys[0];
  Effect effect = s.interpreter.resume(row.entry_pc, s.context, &s.marks);
  EXPECT_EQ(effect.kind, EffectKind::kWait);
  EXPECT_EQ(effect.operand, 0U);
  EXPECT_EQ(effect.value.tag, Tag::kTime);
  EXPECT_EQ(effect.value.i, 1000 + 20 * kMillisPerMinute);
  ASSERT_EQ(s.marks.size(), 1U);
  EXPECT_EQ(s.marks[0].kind, TraceMark::Kind::kReached);

  s.marks.clear();
  effect = s.interpreter.resume(s.loaded->program().waits[0].due_pc, s.context, &s.marks);
  EXPECT_EQ(effect.kind, EffectKind::kSend);
  EXPECT_EQ(effect.operand, 0U);
  ASSERT_EQ(s.marks.size(), 3U);
  EXPECT_EQ(s.marks[1].kind, TraceMark::Kind::kTrue);
  EXPECT_EQ(s.marks[1].step, StepIx{1});
  effect = s.interpreter.resume(effect.next_pc, s.context, nullptr);
  EXPECT_EQ(effect.kind, EffectKind::kFinish);
}

TEST(InterpreterJourney, AnOpenedMessageEndsItWithoutSending) {
  Sentence s;
  ASSERT_NE(s.loaded, nullptr);
  const ContactEngagement opened{EngagementWord::kOpened, 2000, ""};
  ContactView contact;
  contact.engagements = {&opened, 1};
  s.context.contact = &contact;
  const Effect effect = s.interpreter.resume(s.loaded->program().waits[0].due_pc, s.context, &s.marks);
  EXPECT_EQ(effect.kind, EffectKind::kFinish);
  EXPECT_EQ(s.marks[1].kind, TraceMark::Kind::kFalse);
}

}  // namespace
}  // namespace wend

#include <gmock/gmock.h>

#include "tests/unit/vm/engine/test_programs.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// on ping  emit ping: what the compiler refuses ends at the limit of follow-ups.
std::string echo() {
  ProgramBuilder b;
  const EventIx ping = b.event("ping", {"n"});
  JourneyWriter j(b, "echo");
  j.on(ping);
  j.begin();
  b.abc(Opcode::kLoadEventAt, 1);
  b.ax(Opcode::kLoadConst, 0, b.constant(Value::of_string("n")));
  b.abc(Opcode::kNewRecord, 0, 0);
  b.abc(Opcode::kArgs, 2);
  b.ax(Opcode::kEmit, 0, ping.number);
  j.finish();
  return b.image();
}

TEST(FollowUps, AtMostAHundredOfAnEventAndTheTraceSaysSo) {
  Bench bench(echo());
  bench.give(Bench::event("ana", "ping", kStart));
  EXPECT_EQ(bench.journey("echo").entered, 101);
  EXPECT_EQ(bench.total("follow_ups_over_limit"), 1);
  EXPECT_EQ(bench.active("ana"), 0U);
  EXPECT_THAT(bench.why("ana"), HasSubstr("too many events followed from this one"));
  // The next event has a hundred of its own, with ids that go on.
  bench.give(Bench::event("ana", "ping", kStart + 1));
  EXPECT_EQ(bench.journey("echo").entered, 202);
  EXPECT_EQ(bench.state("ana").next_emitted, 203U);
}

// on ping  repeat 3 times every 1h { send email hello }
std::string loop(uint32_t passes, Millis every_ms, bool sends) {
  ProgramBuilder b;
  const EventIx ping = b.event("ping", {"n"});
  const MessageIx hello = b.message("hello", ChannelIx{0}, "Hello");
  JourneyWriter j(b, "loop");
  j.on(ping);
  j.begin();
  const StepIx step = b.step(j.journey, StepRowKind::kRepeat, "repeat");
  const uint16_t wait = b.wait_row(step);
  b.program.waits[wait].passes = passes;
  const auto head = b.label();
  const auto end = b.label();
  b.abc(Opcode::kRepeat, 0, 0);
  b.bind(head);
  if (sends) j.send(hello);
  b.abc(Opcode::kLoadNow, 0);
  b.ax(Opcode::kLoadConst, 1, b.constant(Value::of_duration(every_ms)));
  b.abc(Opcode::kAddTime, 0, 0, 1);
  b.ax(Opcode::kWait, 0, wait);
  b.wait_targets(wait, head, end);
  b.bind(end);
  b.abc(Opcode::kEndRepeat, 0, 0);
  j.finish();
  return b.image();
}

std::string asks() {
  ProgramBuilder b;
  const EventIx ping = b.event("ping", {"n"});
  asks_weather(
      b, ping, 30000,
      [](JourneyWriter& j) {
        j.note("yes");
        j.finish();
      },
      [](JourneyWriter& j) { j.note("no"); });
  return b.image();
}

TEST(Call, GoesOnWithTheAnswerToItsOwnCall) {
  Bench bench(asks());
  bench.give({Bench::event("ana", "ping", kStart), Bench::event("ben", "ping", kStart)});
  const std::vector<Delivery> calls = bench.deliveries();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_TRUE(calls[0].call);
  EXPECT_EQ(calls[0].channel, "weather");
  EXPECT_EQ(calls[0].body, "{\"city\":\"Oslo\"}");
  const auto answer = [](std::string_view contact, Millis at_ms, int64_t call, bool ok) {
    return Bench::event(contact, "answer weather", at_ms,
                        {{"wend_call", Value::of_int(call)}, {"wend_ok", Value::of_bool(ok)}});
  };
  bench.give(answer("ana", kStart + 1000, 99, true));  // of no call of hers
  EXPECT_EQ(bench.active("ana"), 1U);
  bench.give(answer("ana", kStart + 2000, 1, true));
  EXPECT_THAT(bench.why("ana"), HasSubstr("note: yes"));
  bench.give(answer("ben", kStart + 1000, 1, false));
  EXPECT_THAT(bench.why("ben"), HasSubstr("note: no"));
}

TEST(Call, TakesTheOtherWayWhenNoAnswerComes) {
  Bench bench(asks());
  bench.give(Bench::event("ana", "ping", kStart));
  bench.advance(kStart + 30000);
  EXPECT_THAT(bench.why("ana"), HasSubstr("note: no"));
  EXPECT_EQ(bench.active("ana"), 0U);
}

TEST(Repeat, WaitsBetweenPassesAndNotAfterTheLast) {
  Bench bench(loop(3, kHour, true));
  bench.give({Bench::identify("ana", kStart, {{"email", Value::of_string("ana@x.example")}}),
              Bench::event("ana", "ping", kStart)});
  EXPECT_EQ(bench.state("ana").runs[0].state.passes, std::vector<uint32_t>{1});
  bench.advance(kStart + kHour);
  EXPECT_EQ(bench.state("ana").runs[0].state.passes, std::vector<uint32_t>{2});
  bench.reopen();  // the count lies in the record
  bench.advance(kStart + 10 * kHour);
  EXPECT_THAT(bench.outcomes(),
              ElementsAre("0 ana email hello sent", "60 ana email hello sent", "120 ana email hello sent"));
  EXPECT_EQ(bench.active("ana"), 0U);
  EXPECT_THAT(bench.why("ana"), HasSubstr("pass 3"));
}

TEST(Repeat, ALoopThatTakesNoTimeEndsAtTheFence) {
  Bench bench(loop(60000, 0, false));
  bench.give(Bench::event("ana", "ping", kStart));
  EXPECT_EQ(bench.active("ana"), 0U);
  EXPECT_EQ(bench.journey("loop").ended["stopped"], 1);
}

}  // namespace
}  // namespace wend

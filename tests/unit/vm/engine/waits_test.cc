#include <gmock/gmock.h>

#include "tests/unit/vm/engine/test_programs.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Value kMail = Value::of_string("ana@x.example");

// on cart  send email hello  wait 20m  send email again
std::string two_mails() {
  ProgramBuilder b;
  const EventIx cart = b.event("cart", {"id"});
  const MessageIx hello = b.message("hello", ChannelIx{0}, "Hello");
  const MessageIx again = b.message("again", ChannelIx{0}, "Again");
  JourneyWriter j(b, "two");
  j.on(cart);
  j.begin();
  j.send(hello);
  j.wait(20 * kMinute);
  j.send(again);
  j.finish();
  return b.image();
}

TEST(Waits, ARunSendsWaitsAndEnds) {
  Bench bench(two_mails());
  bench.give({Bench::identify("ana", kStart, {{"email", kMail}}), Bench::event("ana", "cart", kStart)});
  EXPECT_THAT(bench.outcomes(), ElementsAre("0 ana email hello sent"));
  EXPECT_EQ(bench.active("ana"), 1U);
  EXPECT_EQ(bench.state("ana").timer_ms, kStart + 20 * kMinute);
  bench.advance(kStart + 20 * kMinute - 1);
  EXPECT_THAT(bench.outcomes(), IsEmpty());
  bench.advance(kStart + 20 * kMinute);
  EXPECT_THAT(bench.outcomes(), ElementsAre("20 ana email again sent"));
  EXPECT_EQ(bench.active("ana"), 0U);
  EXPECT_EQ(bench.state("ana").timer_ms, kNever);
  const JourneyReport report = bench.journey("two");
  EXPECT_EQ(report.entered, 1);
  EXPECT_EQ(report.waiting, 0);
  EXPECT_EQ(report.ended.at("finished"), 1);
  const auto next = bench.engine().next_timer_ms();
  ASSERT_TRUE(next.ok());
  EXPECT_FALSE(next->has_value());
}

TEST(Waits, TimersRunBeforeAnEventOfTheirInstant) {
  Bench bench(two_mails());
  // The second cart comes at the very moment the first run ends: it starts a new one.
  bench.give({Bench::identify("ana", kStart, {{"email", kMail}}), Bench::event("ana", "cart", kStart),
              Bench::event("ana", "cart", kStart + 20 * kMinute)});
  EXPECT_THAT(bench.outcomes(),
              ElementsAre("0 ana email hello sent", "20 ana email again sent", "20 ana email hello sent"));
  EXPECT_EQ(bench.journey("two").entered, 2);
}

TEST(Waits, AnEventBeforeTheLimitTakesTheBranchAndOneAtTheLimitDoesNot) {
  for (const bool in_time : {true, false}) {
    ProgramBuilder b;
    const EventIx cart = b.event("cart", {});
    const EventIx order = b.event("order", {"total"});
    const MessageIx thanks = b.message("thanks", ChannelIx{0}, "Thanks");
    const MessageIx remind = b.message("remind", ChannelIx{0}, "Still there?");
    const RoutineIx big = at_least(b, "total", 20);
    JourneyWriter j(b, "wait_for");
    j.on(cart);
    j.begin();
    const auto wait = j.wait_for(order, kHour, big);
    b.bind(wait.then);
    j.send(thanks);
    j.exit("came back");
    b.bind(wait.otherwise);
    j.send(remind);
    j.finish();
    Bench bench(b.image());
    const Millis at = kStart + kHour - (in_time ? 1 : 0);
    bench.give({Bench::identify("ana", kStart, {{"email", kMail}}), Bench::event("ana", "cart", kStart),
                Bench::event("ana", "order", kStart + kMinute, {{"total", Value::of_int(19)}}),
                Bench::event("ana", "order", at, {{"total", Value::of_int(20)}})});
    if (in_time) {
      EXPECT_THAT(bench.outcomes(), ElementsAre("59 ana email thanks sent"));
      EXPECT_EQ(bench.journey("wait_for").ended_because.at("came back"), 1);
    } else {
      EXPECT_THAT(bench.outcomes(), ElementsAre("60 ana email remind sent"));
    }
  }
}

TEST(Waits, AWaitForAnOpenEndsWithIt) {
  ProgramBuilder b;
  const EventIx cart = b.event("cart", {});
  const MessageIx hello = b.message("hello", ChannelIx{0}, "Hello");
  const QueryIx opened{b.query({EngagementWord::kOpened, QueryScope::kLastSend, kNone, none_of<StringIx>()})};
  JourneyWriter j(b, "opens");
  j.on(cart);
  j.begin();
  j.send(hello);
  const auto wait = j.wait_for(EventIx{0}, kHour, none_of<RoutineIx>(), opened);
  b.bind(wait.then);
  j.exit("opened");
  b.bind(wait.otherwise);
  j.exit("not opened");
  const std::string image = b.image();

  Bench opens(image);
  opens.give({Bench::identify("ana", kStart, {{"email", kMail}}), Bench::event("ana", "cart", kStart),
              Bench::event("ana", "Email Opened", kStart + kMinute)});
  EXPECT_EQ(opens.journey("opens").ended_because.at("opened"), 1);

  Bench never(image);
  never.give({Bench::identify("ana", kStart, {{"email", kMail}}), Bench::event("ana", "cart", kStart)});
  never.advance(kStart + kHour);
  EXPECT_EQ(never.journey("opens").ended_because.at("not opened"), 1);

  // Without an address nothing is handed over: the open can't come, so `else` is taken at once.
  Bench unknown(image);
  unknown.give(Bench::event("bo", "cart", kStart));
  EXPECT_THAT(unknown.outcomes(), ElementsAre("0 bo email hello suppressed address"));
  EXPECT_EQ(unknown.journey("opens").ended_because.at("not opened"), 1);
}

TEST(Waits, ABoundEventIsKeptWithTheRun) {
  ProgramBuilder b;
  const EventIx cart = b.event("cart", {});
  const EventIx order = b.event("order", {"sku"});
  const StringIx sku = b.string("sku");
  MessageRow message;
  message.name = b.string("thanks");
  message.channel = ChannelIx{0};
  message.body = b.text_routine("thanks", 3, [&](ProgramBuilder& p) {
    p.abc(Opcode::kLoadBound, 0, 0);
    p.ax(Opcode::kLoadConst, 1, p.constant(Value::of_string(p.program.text(sku))));
    p.abc(Opcode::kMember, 2, 0, 1);
    p.abc(Opcode::kText, 2);
  });
  b.program.messages.push_back(message);
  JourneyWriter j(b, "bound");
  j.row().slots = 1;
  j.on(cart);
  j.begin();
  const auto wait = j.wait_for(order, kHour, none_of<RoutineIx>(), none_of<QueryIx>(), 0);
  b.bind(wait.then);
  j.wait(kMinute);
  j.send(MessageIx{0});
  b.bind(wait.otherwise);
  j.finish();
  Bench bench(b.image());
  bench.give({Bench::identify("ana", kStart, {{"email", kMail}}), Bench::event("ana", "cart", kStart),
              Bench::event("ana", "order", kStart + kMinute, {{"sku", Value::of_string("s-1")}})});
  bench.reopen();
  bench.advance(kStart + 5 * kMinute);
  const std::vector<Delivery> sent = bench.deliveries();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].body, "s-1");
}

TEST(Waits, AMomentFollowsTheAttribute) {
  ProgramBuilder b;
  const EventIx start = b.event("start", {});
  const AttrIx renewal = b.attribute("renewal");
  b.program.attributes[renewal.index()].type = b.type(TypeTag::kTime);
  const auto load = [&](ProgramBuilder& p) { p.ax(Opcode::kLoadContact, 0, renewal.number); };
  const RoutineIx moment = b.value_routine("moment", 1, [&](ProgramBuilder& p) {
    load(p);
    p.abc(Opcode::kReturn, 0);
  });
  JourneyWriter j(b, "moment");
  j.on(start);
  j.begin();
  const auto wait = j.wait_moment(moment, load);
  b.bind(wait.then);
  j.exit("due");
  b.bind(wait.otherwise);
  j.exit("past");
  const std::string image = b.image();

  Bench moved(image);
  moved.give({Bench::identify("ana", kStart, {{"renewal", Value::of_time(kStart + kDay)}}),
              Bench::event("ana", "start", kStart)});
  EXPECT_EQ(moved.state("ana").timer_ms, kStart + kDay);
  moved.give(Bench::identify("ana", kStart + kHour, {{"renewal", Value::of_time(kStart + 2 * kDay)}}));
  EXPECT_EQ(moved.state("ana").timer_ms, kStart + 2 * kDay);
  moved.advance(kStart + 2 * kDay);
  EXPECT_EQ(moved.journey("moment").ended_because.at("due"), 1);

  Bench cleared(image);
  cleared.give({Bench::identify("ana", kStart, {{"renewal", Value::of_string("2026-03-09T10:00:00Z")}}),
                Bench::event("ana", "start", kStart)});
  EXPECT_EQ(cleared.active("ana"), 1U);
  cleared.give(Bench::identify("ana", kStart + kHour, {{"renewal", Value()}}));
  EXPECT_EQ(cleared.journey("moment").ended_because.at("past"), 1);
}

TEST(Waits, LastsAtMostEndsTheRunWithItsLastAct) {
  ProgramBuilder b;
  const EventIx cart = b.event("cart", {});
  const MessageIx bye = b.message("bye", ChannelIx{0}, "Bye");
  JourneyWriter j(b, "lasts");
  j.on(cart);
  j.row().lasts_ms = kDay;
  j.begin();
  j.wait(kDay);  // due at the same instant: the horizon goes first
  j.exit("waited");
  const auto act = b.label();
  b.bind(act);
  j.send(bye);
  b.abc(Opcode::kEndAct);
  b.act_at(j.journey, kNone, act);
  Bench bench(b.image());
  bench.give({Bench::identify("ana", kStart, {{"email", kMail}}), Bench::event("ana", "cart", kStart)});
  bench.advance(kStart + 2 * kDay);
  EXPECT_THAT(bench.outcomes(), ElementsAre("1440 ana email bye sent"));
  EXPECT_EQ(bench.journey("lasts").ended.at("expired"), 1);
  EXPECT_THAT(bench.why("ana"), HasSubstr("`lasts at most` is over"));
}

TEST(Waits, UntilEndsTheRunWhereverItWaits) {
  ProgramBuilder b;
  const EventIx cart = b.event("cart", {"cart_id"});
  const EventIx order = b.event("order", {"cart_id"});
  const RoutineIx same = same_property(b, "cart_id");
  const MessageIx thanks = b.message("thanks", ChannelIx{0}, "Thanks");
  JourneyWriter j(b, "until");
  j.on(cart);
  j.until(order, same);
  j.row().kept_properties = {b.property("cart_id")};
  j.begin();
  j.wait(kDay);
  j.exit("waited");
  const auto act = b.label();
  b.bind(act);
  j.send(thanks);
  b.abc(Opcode::kEndAct);
  b.act_at(j.journey, 0, act);
  Bench bench(b.image());
  bench.give({Bench::identify("ana", kStart, {{"email", kMail}}),
              Bench::event("ana", "cart", kStart, {{"cart_id", Value::of_string("c1")}}),
              Bench::event("ana", "order", kStart + kMinute, {{"cart_id", Value::of_string("c2")}}),
              Bench::event("ana", "order", kStart + 2 * kMinute)});
  EXPECT_EQ(bench.active("ana"), 1U) << "another cart's order, and one without a cart, end nothing";
  bench.give(Bench::event("ana", "order", kStart + 3 * kMinute, {{"cart_id", Value::of_string("c1")}}));
  EXPECT_EQ(bench.active("ana"), 0U);
  EXPECT_THAT(bench.outcomes(), ElementsAre("3 ana email thanks sent"));
  EXPECT_EQ(bench.journey("until").ended_because.at("order"), 1);
}

}  // namespace
}  // namespace wend

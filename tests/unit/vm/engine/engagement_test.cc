#include <gmock/gmock.h>

#include "tests/unit/vm/engine/test_programs.h"
#include "vm/engine/contact_step.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Value kMail = Value::of_string("ana@x.example");
const Value kPhone = Value::of_string("+33600000000");

Input known() { return Bench::identify("ana", kStart, {{"email", kMail}, {"phone", kPhone}}); }

// on go send email hello, send sms ping, wait 1d, send email bye
struct Two {
  ProgramBuilder b;
  EventIx go = b.event("go", {});
  MessageIx hello = b.message("hello", ChannelIx{0}, "Hello");
  MessageIx ping = b.message("ping", ChannelIx{1}, "Ping");
  MessageIx bye = b.message("bye", ChannelIx{0}, "Bye");
  JourneyWriter j{b, "two"};

  std::string image() {
    j.on(go);
    j.begin();
    j.send(hello);
    j.send(ping);
    j.wait(kDay);
    j.send(bye);
    j.finish();
    return b.image();
  }
};

TEST(Engagement, GoesToTheDeliveryItNames) {
  Two two;
  Bench bench(two.image());
  bench.give({known(), Bench::event("ana", "go", kStart)});
  const std::vector<Delivery> sent = bench.deliveries();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].id, delivery_id("ana", 1));
  EXPECT_EQ(sent[0].to, "ana@x.example");
  const auto engaged = [&](std::string_view message) {
    for (const MessageReport& report : bench.report().messages) {
      if (report.message == message) return report.engaged;
    }
    return std::map<std::string, int64_t>();
  };
  bench.give(Bench::event("ana", "opened", kStart + 1, {{"delivery", Value::of_string(sent[0].id)}}));
  EXPECT_EQ(engaged("hello")["opened"], 1);
  bench.give(Bench::event("ana", "delivered", kStart + 2, {{"message", Value::of_string("hello")}}));
  EXPECT_EQ(engaged("hello")["delivered"], 1);
  bench.give(Bench::event("ana", "Email Link Clicked", kStart + 3));
  EXPECT_EQ(engaged("hello")["clicked"], 1) << "Segment's e-mail events speak of e-mail";
  bench.give(Bench::event("ana", "replied", kStart + 4));
  EXPECT_EQ(engaged("ping")["replied"], 1) << "else it is the latest";
  bench.give(Bench::event("ana", "clicked", kStart + 5, {{"channel", Value::of_string("sms")}}));
  EXPECT_EQ(engaged("ping")["clicked"], 1);
  EXPECT_EQ(engaged("ping")["opened"], 1) << "a click implies an open";
  const ContactState state = bench.state("ana");
  ASSERT_EQ(state.deliveries.size(), 2U);
  EXPECT_EQ(state.runs[0].state.sends[0].engaged, state.deliveries[0].engaged);
}

TEST(Engagement, CountsOnceADelivery) {
  Two two;
  Bench bench(two.image());
  bench.give({known(), Bench::event("ana", "go", kStart), Bench::event("ana", "opened", kStart + 1),
              Bench::event("ana", "opened", kStart + 2)});
  EXPECT_THAT(bench.why("ana"), HasSubstr("again, not counted"));
  const EngineReport report = bench.report();
  ASSERT_EQ(report.messages.size(), 2U);
  EXPECT_EQ(report.messages[1].message, "ping");
  EXPECT_EQ(report.messages[1].engaged.at("opened"), 1);
}

TEST(Engagement, AMachinesOpenDoesNotCount) {
  Two two;
  Bench bench(two.image());
  bench.give({known(), Bench::event("ana", "go", kStart),
              Bench::event("ana", "opened", kStart + 1, {{"machine", Value::of_bool(true)}})});
  EXPECT_EQ(bench.state("ana").deliveries[1].engaged, 0);
  EXPECT_THAT(bench.why("ana"), HasSubstr("by a machine"));
}

TEST(Engagement, WithoutADeliveryItIsTheContactsOnly) {
  Two two;
  Bench bench(two.image());
  bench.give(Bench::event("ana", "opened", kStart));
  const ContactState state = bench.state("ana");
  ASSERT_EQ(state.engagements.size(), 1U);
  EXPECT_EQ(state.engagements[0].word, EngagementWord::kOpened);
  EXPECT_THAT(bench.why("ana"), HasSubstr("of no delivery that is known"));
}

TEST(Engagement, ABounceSpoilsTheAddressAndANewOneWorks) {
  Two two;
  Bench bench(two.image());
  bench.give({known(), Bench::event("ana", "go", kStart)});
  bench.give(Bench::event("ana", "Email Bounced", kStart + 1));
  bench.advance(kStart + kDay);
  EXPECT_THAT(bench.outcomes(), ElementsAre("0 ana email hello sent", "0 ana sms ping sent",
                                            "1440 ana email bye suppressed address"));
  bench.give({Bench::identify("ana", kStart + 2 * kDay, {{"email", Value::of_string("new@x.example")}}),
              Bench::event("ana", "go", kStart + 2 * kDay)});
  EXPECT_THAT(bench.outcomes(), ElementsAre("2880 ana email hello sent", "2880 ana sms ping sent"));
}

TEST(Engagement, ABounceSpoilsTheAddressThatTheMessageWentTo) {
  Two two;
  Bench bench(two.image());
  const auto address = [](Millis at, const char* text) {
    return Bench::identify("ana", at, {{"email", Value::of_string(text)}});
  };
  bench.give({known(), Bench::event("ana", "go", kStart), address(kStart + 1, "new@x.example"),
              Bench::event("ana", "Email Bounced", kStart + 2)});
  bench.advance(kStart + kDay);
  EXPECT_EQ(bench.outcomes().back(), "1440 ana email bye sent") << "by then there is another address";
  bench.give({Bench::event("ana", "Email Bounced", kStart + 2 * kDay),
              address(kStart + 2 * kDay, "ana@x.example"), Bench::event("ana", "go", kStart + 2 * kDay)});
  EXPECT_THAT(bench.outcomes(),
              ElementsAre("2880 ana email hello suppressed address", "2880 ana sms ping sent"))
      << "the older address stays spoilt when a newer one is, too";
}

TEST(Engagement, ASoftBounceSpoilsNothingAndAComplaintSpoilsTheChannel) {
  Two two;
  Bench bench(two.image());
  bench.give({known(), Bench::event("ana", "go", kStart),
              Bench::event("ana", "Email Bounced", kStart + 1, {{"type", Value::of_string("soft")}})});
  bench.advance(kStart + kDay);
  EXPECT_EQ(bench.outcomes().back(), "1440 ana email bye sent");
  bench.give({Bench::event("ana", "Email Marked as Spam", kStart + 2 * kDay),
              Bench::identify("ana", kStart + 2 * kDay, {{"email", Value::of_string("new@x.example")}}),
              Bench::event("ana", "go", kStart + 2 * kDay)});
  EXPECT_THAT(bench.outcomes(),
              ElementsAre("2880 ana email hello suppressed address", "2880 ana sms ping sent"));
}

TEST(Engagement, ARefusedChannelOrTopicSuppressesMarketingOnly) {
  Two two;
  two.b.program.messages[two.ping.index()].topic = two.b.string("news");
  two.b.program.messages[two.bye.index()].category = CategoryKind::kTransactional;
  Bench bench(two.image());
  ListBuilder refused;
  for (const char* name : {"news", "email", "news"}) refused.add(Value::of_string(name));
  const std::string bytes = refused.build();
  bench.give({known(), Bench::identify("ana", kStart + 1, {{"refused", Value::of_list(bytes)}}),
              Bench::event("ana", "go", kStart + 2)});
  bench.advance(kStart + 2 * kDay);
  EXPECT_THAT(bench.outcomes(), ElementsAre("0 ana email hello suppressed consent",
                                            "0 ana sms ping suppressed consent", "1440 ana email bye sent"));
  EXPECT_THAT(bench.why("ana"), HasSubstr("refused: email, news\n")) << "sorted, each once";
  EXPECT_THAT(bench.why("ana"), HasSubstr("suppressed because consent"));
}

TEST(Engagement, AnInternalMessagePassesNoGuardAndCountsNothing) {
  Two two;
  MessageRow& ping = two.b.program.messages[two.ping.index()];
  ping.to = two.b.text_routine("to", 0, [](ProgramBuilder& p) {
    p.ax(Opcode::kTextConst, 0, p.constant(Value::of_string("sales@x.example")));
  });
  Bench bench(two.image());
  bench.give(Bench::event("ana", "go", kStart));
  const std::vector<Delivery> sent = bench.deliveries();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].reason, "address");
  EXPECT_EQ(sent[1].to, "sales@x.example");
  EXPECT_EQ(sent[1].status, DeliveryStatus::kSent);
  EXPECT_TRUE(bench.state("ana").deliveries.empty());
}

TEST(Engagement, SentIsAnEventWhereSomebodyListensAndItsChainIsBounded) {
  ProgramBuilder b;
  const EventIx go = b.event("go", {});
  const MessageIx hello = b.message("hello", ChannelIx{0}, "Hello");
  JourneyWriter first(b, "first");
  first.on(go);
  first.begin();
  first.send(hello);
  first.finish();
  JourneyWriter echo(b, "echo");
  echo.on(EventIx{static_cast<uint32_t>(EngagementWord::kSent)});
  echo.begin();
  echo.send(hello);
  echo.finish();
  Bench bench(b.image());
  bench.give({known(), Bench::event("ana", "go", kStart)});
  EXPECT_EQ(bench.journey("echo").entered, static_cast<int64_t>(kMaxFollowUps));
  EXPECT_EQ(bench.total("follow_ups_over_limit"), 1);
  // Nobody outside can say that something was sent.
  bench.give(Bench::event("ana", "sent", kStart + 1));
  EXPECT_EQ(bench.journey("echo").entered, static_cast<int64_t>(kMaxFollowUps));
}

TEST(Engagement, IdsOfDeliveriesReadBack) {
  EXPECT_EQ(delivery_number("ana", delivery_id("ana", 42)), 42U);
  EXPECT_FALSE(delivery_number("bo", delivery_id("ana", 42)).has_value());
  EXPECT_FALSE(delivery_number("ana", delivery_id("ana", 42) + "x").has_value());
  EXPECT_FALSE(delivery_number("ana", run_id("ana", 42)).has_value());
  EXPECT_FALSE(delivery_number("ana", "").has_value());
}

}  // namespace
}  // namespace wend

// The guards of policies, each by itself and in their order.

#include <gmock/gmock.h>

#include <initializer_list>

#include "tests/unit/vm/engine/test_programs.h"
#include "vm/engine/guards.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr ChannelIx kEmailChannel{0};
constexpr ChannelIx kSmsChannel{1};
constexpr uint32_t at_clock(int hour, int minute = 0) {
  return static_cast<uint32_t>(hour * kHour + minute * kMinute);
}

GuardRow quiet_hours(uint32_t from_ms, uint32_t to_ms) {
  GuardRow guard;
  guard.kind = GuardKind::kQuiet;
  guard.from_ms = from_ms;
  guard.to_ms = to_ms;
  return guard;
}
GuardRow cap(uint32_t count, Millis window_ms) {
  GuardRow guard;
  guard.kind = GuardKind::kCap;
  guard.count = count;
  guard.window_ms = window_ms;
  return guard;
}
GuardRow consent(ConsentMode mode) {
  GuardRow guard;
  guard.consent = mode;
  return guard;
}

Value list_of(std::initializer_list<std::string_view> names, std::string& bytes) {
  ListBuilder list;
  for (const std::string_view name : names) list.add(Value::of_string(name));
  bytes = list.build();
  return Value::of_list(bytes);
}

Input known(std::string_view contact = "ana") {
  return Bench::identify(
      contact, kStart,
      {{"email", Value::of_string("a@x.example")}, {"phone", Value::of_string("+33600000000")}});
}
Input go(Millis after_ms, std::string_view name = "go") {
  return Bench::event("ana", name, kStart + after_ms);
}

// Journeys `a` on go, `b` on go_b, each: send, wait 1h, note; both end with `stop`; both under one policy.
struct World {
  ProgramBuilder b;
  EventIx go = b.event("go", {});
  EventIx go_b = b.event("go_b", {});
  EventIx stop = b.event("stop", {});
  PolicyRow policy;

  MessageIx message(std::string_view name, ChannelIx channel = kEmailChannel) {
    return b.message(name, channel, "Text");
  }
  MessageRow& row(MessageIx ix) { return b.program.messages[ix.index()]; }
  void add(GuardRow guard) {
    guard.text = b.string("guard");
    policy.guards.push_back(std::move(guard));
  }
  void journey(std::string_view name, EventIx on, MessageIx message, int32_t priority = 0,
               MessageIx last = none_of<MessageIx>()) {
    JourneyWriter j(b, name);
    j.on(on);
    j.until(stop);
    j.row().policy = PolicyIx{0};
    j.row().priority = priority;
    j.begin();
    j.send(message);
    j.wait(kHour);
    j.note("an hour after the hand-over");
    j.finish();
    if (is_none(last)) return;
    const auto act = b.label();
    b.act_at(j.journey, 0, act);
    b.bind(act);
    j.send(last);
    b.abc(Opcode::kEndAct);
  }
  std::string image() {
    policy.name = b.string("marketing");
    b.program.policies.push_back(policy);
    return b.image();
  }
};

TEST(Quiet, HoldsUntilTheEndOfTheSpanAndCountsWaitsFromTheHandOver) {
  World w;
  w.add(quiet_hours(at_clock(21), at_clock(8)));
  w.journey("a", w.go, w.message("hello"));
  Bench bench(w.image());
  bench.give({known(), go(13 * kHour)});  // 22:00
  EXPECT_EQ(bench.active("ana"), 1U);
  EXPECT_THAT(bench.why("ana"), HasSubstr("held until 2026-03-03 08:00:00 because of quiet"));
  EXPECT_THAT(bench.why("ana"), HasSubstr("holds a message in a (run 1)"));
  bench.advance(kStart + 23 * kHour - 1);
  const std::vector<Delivery> held = bench.deliveries();
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].status, DeliveryStatus::kHeld);
  EXPECT_EQ(held[0].reason, "quiet");
  EXPECT_EQ(held[0].at_ms, kStart + 13 * kHour);
  EXPECT_EQ(held[0].body, "") << "nothing is rendered before it goes";
  bench.reopen();
  bench.advance(kStart + 23 * kHour);
  const std::vector<Delivery> sent = bench.deliveries();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].status, DeliveryStatus::kSent);
  EXPECT_EQ(sent[0].at_ms, kStart + 23 * kHour);
  EXPECT_EQ(sent[0].id, held[0].id) << "one message, one id";
  EXPECT_EQ(sent[0].body, "Text");
  EXPECT_EQ(bench.active("ana"), 1U) << "the wait of an hour begins with the hand-over";
  bench.advance(kStart + 24 * kHour - 1);
  EXPECT_EQ(bench.active("ana"), 1U);
  bench.advance(kStart + 24 * kHour);
  EXPECT_EQ(bench.active("ana"), 0U);
  EXPECT_THAT(bench.why("ana"), HasSubstr("released: everything is asked anew"));
}

TEST(Quiet, AnUntilCancelsWhatIsHeld) {
  World w;
  w.add(quiet_hours(at_clock(21), at_clock(8)));
  w.journey("a", w.go, w.message("hello"));
  Bench bench(w.image());
  bench.give({known(), go(13 * kHour), go(14 * kHour, "stop")});
  bench.advance(kStart + 2 * kDay);
  EXPECT_THAT(bench.outcomes(), ElementsAre("780 ana email hello held quiet", "840 ana email hello cancelled"));
  EXPECT_EQ(bench.journey("a").ended_because["stop"], 1);
  EXPECT_EQ(bench.state("ana").timer_ms, kNever);
}

TEST(Quiet, AMessageOfALastActIsHeldToo) {
  World w;
  w.add(quiet_hours(at_clock(21), at_clock(8)));
  w.journey("a", w.go, w.message("hello"), 0, w.message("bye"));
  Bench bench(w.image());
  bench.give({known(), go(11 * kHour + 30 * kMinute), go(12 * kHour + 10 * kMinute, "stop"),
              go(13 * kHour, "stop")});
  EXPECT_EQ(bench.active("ana"), 1U);
  bench.reopen();
  bench.advance(kStart + 2 * kDay);
  EXPECT_THAT(bench.outcomes(), ElementsAre("690 ana email hello sent", "730 ana email bye held quiet",
                                            "1380 ana email bye sent"));
  EXPECT_EQ(bench.journey("a").ended_because["stop"], 1);
  EXPECT_EQ(bench.active("ana"), 0U);
}

TEST(Quiet, DropsWhereItShall) {
  World w;
  GuardRow guard = quiet_hours(at_clock(21), at_clock(8));
  guard.drop = true;
  w.add(guard);
  w.journey("a", w.go, w.message("hello"));
  Bench bench(w.image());
  bench.give({known(), go(13 * kHour)});
  EXPECT_THAT(bench.outcomes(), ElementsAre("780 ana email hello suppressed quiet"));
}

TEST(Quiet, IsTheContactsNight) {
  World w;
  w.add(quiet_hours(at_clock(21), at_clock(8)));
  w.journey("a", w.go, w.message("hello"));
  Bench bench(w.image());
  Input tokyo = Bench::identify("ana", kStart + 1, {{"timezone", Value::of_string("Asia/Tokyo")}});
  bench.give({known(), tokyo, go(4 * kHour)});  // 22:00 in Tokyo
  bench.advance(kStart + kDay);
  EXPECT_THAT(bench.outcomes(), ElementsAre("240 ana email hello held quiet", "840 ana email hello sent"));
}

TEST(Quiet, ReleasesGoByPriorityThenByTheLongestHeld) {
  World w;
  w.add(quiet_hours(at_clock(21), at_clock(8)));
  w.add(cap(2, kDay));
  std::swap(w.policy.guards[0], w.policy.guards[1]);
  w.journey("a", w.go, w.message("late"));
  w.journey("b", w.go_b, w.message("early"));
  w.journey("c", w.b.event("go_c", {}), w.message("first"), 5);
  Bench bench(w.image());
  bench.give({known(), go(13 * kHour, "go_b"), go(14 * kHour), go(15 * kHour, "go_c")});
  bench.outcomes();
  bench.advance(kStart + kDay);
  // A held message takes no place; the third finds the cap full when all are asked again.
  EXPECT_THAT(bench.outcomes(), ElementsAre("1380 ana email first sent", "1380 ana email early sent",
                                            "1380 ana email late suppressed cap"));
}

TEST(Cap, CountsOverJourneysInAWindowThatIsExactAtItsEdge) {
  World w;
  w.add(cap(1, kDay));
  w.journey("a", w.go, w.message("one"));
  w.journey("b", w.go_b, w.message("two"));
  Bench bench(w.image());
  bench.give({known(), go(0), go(kDay - 1, "go_b")});
  EXPECT_THAT(bench.outcomes(), ElementsAre("0 ana email one sent", "1439 ana email two suppressed cap"));
  bench.give(go(kDay + kHour, "go_b"));
  EXPECT_THAT(bench.outcomes(), ElementsAre("1500 ana email two sent"));
  EXPECT_EQ(bench.state("ana").counted.size(), 1U) << "kept for the window only";
  bench.give(go(2 * kDay + kHour, "go_b"));
  EXPECT_THAT(bench.outcomes(), ElementsAre("2940 ana email two sent")) << "(now - 1d, now] is half-open";
}

TEST(Cap, OfChannelsCategoriesAndOffers) {
  World w;
  GuardRow sms = cap(1, kDay);
  sms.channels = {kSmsChannel};
  GuardRow promo = cap(1, kDay);
  promo.scope = CapScope::kCategory;
  promo.category = w.b.string("promo");
  GuardRow offer = cap(1, kDay);
  offer.scope = CapScope::kOffer;
  for (const GuardRow& guard : {sms, promo, offer}) w.add(guard);
  const MessageIx text = w.message("text", kSmsChannel);
  const MessageIx promoted = w.message("promoted");
  w.row(promoted).category = CategoryKind::kNamed;
  w.row(promoted).category_name = w.b.string("promo");
  const MessageIx spring = w.message("spring");
  w.row(spring).offer = w.b.string("spring");
  const MessageIx spring_text = w.message("spring_text", kEmailChannel);
  w.row(spring_text).offer = w.b.string("spring");
  const MessageIx summer = w.message("summer");
  w.row(summer).offer = w.b.string("summer");
  const MessageIx receipt = w.message("receipt", kSmsChannel);
  w.row(receipt).category = CategoryKind::kTransactional;
  JourneyWriter j(w.b, "all");
  j.on(w.go);
  j.row().policy = PolicyIx{0};
  j.begin();
  for (const MessageIx message : {receipt, text, text, receipt, promoted, promoted, spring, spring_text, summer})
    j.send(message);
  j.finish();
  Bench bench(w.image());
  bench.give({known(), go(0)});
  EXPECT_THAT(bench.outcomes(),
              ElementsAre("0 ana sms receipt sent", "0 ana sms text sent", "0 ana sms text suppressed cap",
                          "0 ana sms receipt sent", "0 ana email promoted sent",
                          "0 ana email promoted suppressed cap", "0 ana email spring sent",
                          "0 ana email spring_text suppressed cap", "0 ana email summer sent"));
}

TEST(Cap, GivesThePlaceBackThatAProviderRefuses) {
  World w;
  w.add(cap(1, kDay));
  w.journey("a", w.go, w.message("one"));
  w.journey("b", w.go_b, w.message("two"));
  Bench bench(w.image());
  bench.give({known(), go(0)});
  const std::vector<Delivery> sent = bench.deliveries();
  ASSERT_EQ(sent.size(), 1U);
  bench.give(Bench::event("ana", "failed", kStart + 1, {{"delivery", Value::of_string(sent[0].id)}}));
  bench.give(go(kMinute, "go_b"));
  EXPECT_THAT(bench.outcomes(), ElementsAre("1 ana email two sent"));
}

TEST(Cap, TakesItsNumberAndWhomItIsForFromExpressions) {
  World w;
  const AttrIx limit = w.b.attribute("weekly");
  GuardRow guard = cap(0, kDay);
  guard.limit = w.b.value_routine("limit", 2, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadContact, 0, limit.number);
    p.abc(Opcode::kReturn, 0);
  });
  guard.condition = w.b.value_routine("for", 2, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadContact, 0, limit.number);
    p.abc(Opcode::kIsPresent, 0, 0);
    p.abc(Opcode::kReturn, 0);
  });
  w.add(guard);
  w.journey("a", w.go, w.message("one"));
  w.journey("b", w.go_b, w.message("two"));
  Bench bench(w.image());
  bench.give({known(), go(0), go(kMinute, "go_b")});
  EXPECT_THAT(bench.outcomes(), ElementsAre("0 ana email one sent", "1 ana email two sent")) << "not for her";
  bench.give(Bench::identify("ana", kStart + 2 * kHour, {{"weekly", Value::of_int(3)}}));
  bench.give({go(3 * kHour), go(3 * kHour + kMinute, "go_b")});
  EXPECT_THAT(bench.outcomes(), ElementsAre("180 ana email one sent", "181 ana email two suppressed cap"));
}

TEST(Consent, OptInAsksForChannelAndTopic) {
  World w;
  GuardRow sms = consent(ConsentMode::kOptIn);
  sms.channels = {kSmsChannel};
  w.add(consent(ConsentMode::kOptOut));
  w.add(sms);
  const MessageIx text = w.message("text", kSmsChannel);
  const MessageIx news = w.message("news", kSmsChannel);
  w.row(news).topic = w.b.string("newsletter");
  const MessageIx mail = w.message("mail");
  JourneyWriter j(w.b, "all");
  j.on(w.go);
  j.row().policy = PolicyIx{0};
  j.begin();
  for (const MessageIx message : {text, news, mail}) j.send(message);
  j.finish();
  Bench bench(w.image());
  bench.give({known(), go(0)});
  EXPECT_THAT(bench.outcomes(),
              ElementsAre("0 ana sms text suppressed consent", "0 ana sms news suppressed consent",
                          "0 ana email mail sent"));
  std::string bytes;
  bench.give(Bench::identify("ana", kStart + kMinute, {{"consent", list_of({"sms"}, bytes)}}));
  bench.give(go(kMinute + 1));
  EXPECT_THAT(bench.outcomes(), ElementsAre("1 ana sms text sent", "1 ana sms news suppressed consent",
                                            "1 ana email mail sent"));
  bench.give(Bench::identify("ana", kStart + 2 * kMinute,
                             {{"consent", list_of({"sms", "newsletter"}, bytes)}}));
  bench.give(Bench::identify("ana", kStart + 2 * kMinute + 1, {{"refused", list_of({"email"}, bytes)}}));
  bench.give(go(2 * kMinute + 2));
  EXPECT_THAT(bench.outcomes(), ElementsAre("2 ana sms text sent", "2 ana sms news sent",
                                            "2 ana email mail suppressed consent"));
}

TEST(Hibernate, CountsWhatFellIntoTheSilence) {
  World w;
  GuardRow guard;
  guard.kind = GuardKind::kHibernate;
  guard.count = 2;
  guard.window_ms = 90 * kDay;
  guard.condition = w.b.value_routine("always", 1, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadConst, 0, p.constant(Value::of_bool(true)));
    p.abc(Opcode::kReturn, 0);
  });
  w.add(guard);
  w.journey("a", w.go, w.message("one"));
  Bench bench(w.image());
  bench.give({known(), go(0), go(kDay), go(2 * kDay)});
  EXPECT_THAT(bench.outcomes(), ElementsAre("0 ana email one sent", "1440 ana email one sent",
                                            "2880 ana email one suppressed hibernate"));
  bench.give(Bench::event("ana", "opened", kStart + 3 * kDay));
  bench.give(go(4 * kDay));
  EXPECT_THAT(bench.outcomes(), ElementsAre("5760 ana email one sent")) << "heard of again";
}

TEST(Guards, AFullCapSuppressesAtOnceAlsoAtNight) {
  World w;
  w.add(cap(0, kDay));
  w.add(quiet_hours(at_clock(21), at_clock(8)));
  w.journey("a", w.go, w.message("hello"));
  Bench bench(w.image());
  bench.give({known(), go(13 * kHour)});
  EXPECT_THAT(bench.outcomes(), ElementsAre("780 ana email hello suppressed cap"));
}

TEST(Guards, RefusalsBeforeTheReleaseAreSeenByIt) {
  World w;
  w.add(consent(ConsentMode::kOptOut));
  w.add(quiet_hours(at_clock(21), at_clock(8)));
  w.journey("a", w.go, w.message("hello"));
  Bench bench(w.image());
  std::string bytes;
  bench.give({known(), go(13 * kHour),
              Bench::identify("ana", kStart + 14 * kHour, {{"refused", list_of({"email"}, bytes)}})});
  bench.advance(kStart + kDay);
  EXPECT_THAT(bench.outcomes(),
              ElementsAre("780 ana email hello held quiet", "1380 ana email hello suppressed consent"));
}

Millis instant(std::string_view text) { return parse_rfc3339(text).value_or(0); }

TEST(QuietUntil, FollowsTheClocksOfItsZone) {
  const Zone* paris = find_zone("Europe/Paris");
  ASSERT_NE(paris, nullptr);
  const GuardRow night = quiet_hours(at_clock(21), at_clock(2, 30));
  const auto end = [&](std::string_view at) {
    const std::optional<Millis> until = quiet_until(night, *paris, instant(at));
    return until.has_value() ? format_rfc3339(*until) : std::string("none");
  };
  EXPECT_EQ(end("2026-03-02T20:59:59+01:00"), "none");
  EXPECT_EQ(end("2026-03-02T21:00:00+01:00"), "2026-03-03T01:30:00Z");
  EXPECT_EQ(end("2026-03-03T02:29:59+01:00"), "2026-03-03T01:30:00Z");
  EXPECT_EQ(end("2026-03-03T02:30:00+01:00"), "none");
  // 02:30 is skipped on 2026-03-29: the first instant after the gap ends it.
  EXPECT_EQ(end("2026-03-28T22:00:00+01:00"), "2026-03-29T01:00:00Z");
  // It occurs twice on 2026-10-25: the first ends it.
  EXPECT_EQ(end("2026-10-24T22:00:00+02:00"), "2026-10-25T00:30:00Z");
  EXPECT_EQ(end("2026-10-25T02:15:00+01:00"), "none");
}

TEST(QuietUntil, BelongsToTheDayOnWhichItBegins) {
  GuardRow weekend = quiet_hours(at_clock(20), at_clock(10));
  weekend.weekday_mask = 1U << 5 | 1U << 6;  // saturday, sunday
  const auto quiet = [&](std::string_view at) {
    return quiet_until(weekend, utc_zone(), instant(at)).has_value();
  };
  EXPECT_FALSE(quiet("2026-03-06T23:00:00Z"));  // friday night
  EXPECT_FALSE(quiet("2026-03-07T05:00:00Z"));
  EXPECT_TRUE(quiet("2026-03-07T20:00:00Z"));
  EXPECT_TRUE(quiet("2026-03-09T09:59:00Z"));  // monday morning
  EXPECT_FALSE(quiet("2026-03-09T20:00:00Z"));
  GuardRow day = quiet_hours(0, 0);
  EXPECT_EQ(quiet_until(day, utc_zone(), kStart), kStart + 15 * kHour) << "equal times mean a whole day";
}

}  // namespace
}  // namespace wend

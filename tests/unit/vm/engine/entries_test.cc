#include <gmock/gmock.h>

#include "tests/unit/vm/engine/test_programs.h"
#include "vm/engine/contact_step.h"

namespace wend {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

const Value kMail = Value::of_string("ana@x.example");

Value list_of(std::string& bytes, const std::vector<std::string>& texts) {
  ListBuilder list;
  for (const std::string& text : texts) list.add(Value::of_string(text));
  bytes = list.build();
  return Value::of_list(bytes);
}

// on cart [where total >= 30] wait 1h, with the entry mode given.
std::string one_journey(EnterMode mode, Millis per_ms, bool keyed, bool with_where = false) {
  ProgramBuilder b;
  const EventIx cart = b.event("cart", {"cart_id", "total"});
  const RoutineIx where = with_where ? at_least(b, "total", 30) : none_of<RoutineIx>();
  const RoutineIx each = keyed ? property_value(b, "cart_id") : none_of<RoutineIx>();
  JourneyWriter j(b, "j");
  j.on(cart, where);
  j.row().enter = mode;
  j.row().enter_per_ms = per_ms;
  j.row().each = each;
  j.begin();
  j.wait(kHour);
  j.finish();
  return b.image();
}

Input cart(Millis at_ms, std::string_view id = "c1") {
  return Bench::event("ana", "cart", at_ms, {{"cart_id", Value::of_string(id)}});
}

TEST(Entries, AgainIgnoresATriggerWhileTheRunIsActive) {
  Bench bench(one_journey(EnterMode::kAgain, 0, false));
  bench.give({cart(kStart), cart(kStart + kMinute)});
  EXPECT_EQ(bench.journey("j").entered, 1);
  EXPECT_THAT(bench.why("ana"), HasSubstr("the contact is in it already"));
  bench.give(cart(kStart + kHour));
  EXPECT_EQ(bench.journey("j").entered, 2);
}

TEST(Entries, OnceMeansOnce) {
  Bench bench(one_journey(EnterMode::kOnce, 0, false));
  bench.give({cart(kStart), cart(kStart + 100 * kDay)});
  EXPECT_EQ(bench.journey("j").entered, 1);
}

TEST(Entries, OncePerAllowsTheNextExactlyThen) {
  Bench bench(one_journey(EnterMode::kOncePer, 7 * kDay, false));
  bench.give({cart(kStart), cart(kStart + 7 * kDay - 1)});
  EXPECT_EQ(bench.journey("j").entered, 1);
  bench.give(cart(kStart + 7 * kDay));
  EXPECT_EQ(bench.journey("j").entered, 2);
}

TEST(Entries, RestartEndsTheActiveRun) {
  Bench bench(one_journey(EnterMode::kRestart, 0, false));
  bench.give({cart(kStart), cart(kStart + kMinute)});
  const JourneyReport report = bench.journey("j");
  EXPECT_EQ(report.entered, 2);
  EXPECT_EQ(report.ended.at("restarted"), 1);
  EXPECT_EQ(report.waiting, 1);
  EXPECT_EQ(bench.state("ana").timer_ms, kStart + kMinute + kHour);
}

TEST(Entries, EachKeyIsOnItsOwn) {
  Bench bench(one_journey(EnterMode::kOncePer, kDay, true));
  bench.give({cart(kStart, "c1"), cart(kStart + 1, "c2"), cart(kStart + 2, "c1")});
  EXPECT_EQ(bench.active("ana"), 2U);
  EXPECT_EQ(bench.journey("j").entered, 2);
  // No key, no run; counted.
  bench.give(Bench::event("ana", "cart", kStart + 3));
  EXPECT_EQ(bench.journey("j").entered, 2);
  EXPECT_EQ(bench.total("missing_keys"), 1);
}

TEST(Entries, AListOfKeysStartsARunForEachDistinctElement) {
  Bench bench(one_journey(EnterMode::kAgain, 0, true));
  std::string bytes;
  bench.give(Bench::event("ana", "cart", kStart, {{"cart_id", list_of(bytes, {"a", "b", "a", "c"})}}));
  EXPECT_EQ(bench.active("ana"), 3U);
  EXPECT_THAT(bench.why("ana"), HasSubstr("entered for \"b\", run 2"));
}

TEST(Entries, AtMostAHundredRunsOfAJourney) {
  Bench bench(one_journey(EnterMode::kAgain, 0, true));
  std::vector<std::string> keys;
  for (int i = 0; i < 101; ++i) keys.push_back(std::to_string(i));
  std::string bytes;
  bench.give(Bench::event("ana", "cart", kStart, {{"cart_id", list_of(bytes, keys)}}));
  EXPECT_EQ(bench.active("ana"), kMaxRunsOfJourney);
  EXPECT_EQ(bench.total("too_many_runs"), 1);
}

TEST(Entries, WhereThatIsFalseOrMissingStartsNothing) {
  Bench bench(one_journey(EnterMode::kAgain, 0, false, true));
  bench.give({Bench::event("ana", "cart", kStart, {{"total", Value::of_number(29.5)}}),
              Bench::event("ana", "cart", kStart + 1)});
  EXPECT_EQ(bench.journey("j").entered, 0);
  EXPECT_THAT(bench.why("ana"), HasSubstr("its `where` is false (on cart)"));
  EXPECT_THAT(bench.why("ana"), HasSubstr("asks for something that is missing"));
  bench.give(Bench::event("ana", "cart", kStart + 2, {{"total", Value::of_int(30)}}));
  EXPECT_EQ(bench.journey("j").entered, 1);
}

TEST(Entries, PriorityThenNameDecideAndLaterOnesSeeWhatEarlierChanged) {
  ProgramBuilder b;
  const EventIx go = b.event("go", {});
  const AttrIx seen = b.attribute("seen");
  const RoutineIx unseen = b.value_routine("not seen", 2, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadContact, 0, seen.number);
    p.abc(Opcode::kIsMissing, 0, 0);
    p.abc(Opcode::kReturn, 0);
  });
  for (const auto& [name, priority] : {std::pair{"b_low", 0}, {"a_low", 0}, {"z_high", 5}}) {
    JourneyWriter j(b, name);
    j.on(go);
    j.row().priority = priority;
    if (std::string_view(name) == "b_low") j.row().for_condition = unseen;
    j.begin();
    if (std::string_view(name) == "a_low") j.set(seen, Value::of_string("yes"));
    j.note(name);
    j.finish();
  }
  Bench bench(b.image());
  bench.give(Bench::event("ana", "go", kStart));
  const std::string why = bench.why("ana");
  EXPECT_LT(why.find("note: z_high"), why.find("note: a_low"));
  EXPECT_EQ(bench.journey("b_low").entered, 0) << "`for` is asked after a_low has changed the contact";
  EXPECT_THAT(why, HasSubstr("its `for` is false"));
}

TEST(Entries, GoalsConvertTheLatestRunThatFits) {
  ProgramBuilder b;
  const EventIx cart_event = b.event("cart", {"cart_id"});
  const EventIx order = b.event("order", {"total"});
  const RoutineIx each = property_value(b, "cart_id");
  const RoutineIx value = property_value(b, "total");
  JourneyWriter j(b, "j");
  j.on(cart_event);
  j.row().each = each;
  j.goal(order, 3 * kDay, none_of<RoutineIx>(), value);
  j.begin();
  j.wait(kHour);
  j.finish();
  Bench bench(b.image());
  bench.give({cart(kStart, "c1"), cart(kStart + kMinute, "c2")});
  bench.advance(kStart + kDay);  // both have ended; their goals are open
  EXPECT_EQ(bench.active("ana"), 0U);
  const auto buy = [](Millis at_ms) {
    return Bench::event("ana", "order", at_ms, {{"total", Value::of_number(12.5)}});
  };
  bench.give(buy(kStart + kDay));
  EXPECT_EQ(bench.journey("j").converted, 1);
  EXPECT_DOUBLE_EQ(bench.journey("j").value, 12.5);
  const ContactState state = bench.state("ana");
  ASSERT_EQ(state.runs.size(), 1U) << "the converted run has gone";
  EXPECT_EQ(state.runs[0].state.number, 1U);
  bench.give(buy(kStart + 3 * kDay));  // the last instant of the first run counts
  EXPECT_EQ(bench.journey("j").converted, 2);
  bench.give({cart(kStart + 10 * kDay, "c3"), buy(kStart + 13 * kDay + 1)});
  EXPECT_EQ(bench.journey("j").converted, 2) << "a millisecond too late";
}

TEST(Entries, AChangedProjectTakesNewEntriesAndPinsRunsInFlight) {
  const auto image = [](std::string_view text) {
    ProgramBuilder b;
    const EventIx go = b.event("go", {"key"});
    const RoutineIx each = property_value(b, "key");
    const MessageIx hello = b.message(text, ChannelIx{0}, text);
    JourneyWriter j(b, "j");
    j.on(go);
    j.row().each = each;
    j.begin();
    j.wait(kDay);
    j.send(hello);
    j.finish();
    return b.image();
  };
  Bench bench(image("old"));
  EXPECT_TRUE(bench.opened().created);
  bench.give({Bench::identify("ana", kStart, {{"email", kMail}}),
              Bench::event("ana", "go", kStart, {{"key", Value::of_int(1)}})});
  const std::string old_name = bench.engine().program().name();
  bench.deploy(image("new"));
  EXPECT_TRUE(bench.opened().new_image);
  EXPECT_EQ(bench.opened().previous_image, old_name);
  ASSERT_EQ(bench.opened().pinned.size(), 1U);
  EXPECT_EQ(bench.opened().pinned[0].image, old_name);
  EXPECT_EQ(bench.opened().pinned[0].runs, 1);
  bench.give(Bench::event("ana", "go", kStart + kMinute, {{"key", Value::of_int(2)}}));
  bench.reopen();
  EXPECT_FALSE(bench.opened().new_image);
  EXPECT_EQ(bench.opened().runs_on_current, 1);
  bench.advance(kStart + 2 * kDay);
  EXPECT_THAT(bench.outcomes(), ElementsAre("1440 ana email old sent", "1441 ana email new sent"));
  bench.reopen();
  EXPECT_THAT(bench.opened().pinned, IsEmpty());
}

}  // namespace
}  // namespace wend

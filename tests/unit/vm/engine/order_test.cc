// Duplicates, lateness, the logical clock, attributes and schema violations.

#include <gmock/gmock.h>

#include "tests/unit/vm/engine/test_programs.h"

namespace wend {
namespace {

using testing::HasSubstr;

// on go note "hi" wait 1h until stop
std::string noted(bool open = false) {
  ProgramBuilder b;
  b.program.settings.open_events = open;
  const EventIx go = b.event("go", {});
  const EventIx stop = b.event("stop", {});
  const AttrIx plan = b.attribute("plan");
  b.program.attributes[plan.index()].type = b.type(TypeTag::kString);
  const AttrIx spent = b.attribute("spent");
  b.program.attributes[spent.index()].type = b.type(TypeTag::kNumber);
  JourneyWriter j(b, "j");
  j.on(go);
  j.until(stop);
  j.begin();
  j.note("hi");
  j.wait(kHour);
  j.finish();
  return b.image();
}

TEST(Order, DuplicatesAreDroppedBeforeAnythingElse) {
  Bench bench(noted());
  bench.give({Bench::event("ana", "go", kStart, {}, "m1"), Bench::event("ana", "stop", kStart + 1, {}, "m1"),
              Bench::event("bo", "go", kStart, {}, "m1")});
  EXPECT_EQ(bench.active("ana"), 1U);
  EXPECT_EQ(bench.active("bo"), 1U) << "ids are a contact's own";
  EXPECT_EQ(bench.total("duplicates"), 1);
  EXPECT_THAT(bench.why("ana"), HasSubstr("came again (id m1)"));
  bench.give(Bench::event("ana", "stop", kStart + 2, {}, "m2"));
  EXPECT_EQ(bench.active("ana"), 0U);
}

TEST(Order, AnIdIsForgottenAfterTheMemory) {
  Bench bench(noted());
  bench.give(Bench::event("ana", "stop", kStart, {}, "m1"));
  bench.give(Bench::event("ana", "stop", kStart + 7 * kDay, {}, "m1"));
  EXPECT_EQ(bench.total("duplicates"), 1) << "seven days later it is known";
  bench.give(Bench::event("ana", "go", kStart + 7 * kDay + 1, {}, "m2"));
  bench.give(Bench::event("ana", "stop", kStart + 7 * kDay + 2, {}, "m1"));
  EXPECT_EQ(bench.total("duplicates"), 1);
  EXPECT_EQ(bench.state("ana").recent_events.size(), 2U);
}

TEST(Order, ALateEventEndsRunsButStartsNone) {
  Bench bench(noted());
  bench.give({Bench::event("bo", "go", kStart + 10 * kDay, {}, "b"),
              Bench::event("ana", "go", kStart + 9 * kDay - 1, {}, "late")});
  EXPECT_EQ(bench.active("ana"), 0U);
  EXPECT_EQ(bench.total("late"), 1);
  EXPECT_THAT(bench.why("ana"), HasSubstr("too late to start or continue anything"));
  EXPECT_THAT(bench.why("ana"), HasSubstr("the event is too old to start anything"));
  bench.give(Bench::event("bo", "stop", kStart + 9 * kDay - 1, {}, "late stop"));
  EXPECT_EQ(bench.active("bo"), 0U);
  // Exactly a day is not late.
  bench.give(Bench::event("cy", "go", kStart + 9 * kDay, {}, "c"));
  EXPECT_EQ(bench.journey("j").entered, 2);
}

TEST(Order, AnEventOlderThanTheMemoryIsRefusedUnlessHistorical) {
  Bench bench(noted());
  bench.give(
      {Bench::event("bo", "go", kStart + 10 * kDay), Bench::event("bo", "stop", kStart + 3 * kDay - 1)});
  EXPECT_EQ(bench.total("refused"), 1);
  EXPECT_EQ(bench.active("bo"), 1U);
  Input import = Bench::event("bo", "stop", kStart);
  import.historical = true;
  import.traits = Bench::record({{ "plan", Value::of_string("paid") }});
  bench.give(import);
  EXPECT_EQ(bench.total("refused"), 1);
  EXPECT_EQ(bench.active("bo"), 0U);
  EXPECT_THAT(bench.why("bo"), HasSubstr("plan: paid"));
}

TEST(Order, TheLogicalClockNeverGoesBack) {
  Bench bench(noted());
  bench.give({Bench::event("ana", "stop", kStart + kHour), Bench::event("ana", "go", kStart)});
  const ContactState state = bench.state("ana");
  EXPECT_EQ(state.clock_ms, kStart + kHour);
  ASSERT_EQ(state.runs.size(), 1U);
  EXPECT_EQ(state.runs[0].state.entered_at_ms, kStart + kHour);
  EXPECT_EQ(state.runs[0].state.trigger.at_ms, kStart) << "an event keeps its own time";
  EXPECT_EQ(state.created_at_ms, kStart + kHour) << "the `at` of its first event";
}

TEST(Order, IdentifySetsDeclaredAttributesOnly) {
  Bench bench(noted());
  bench.give(Bench::identify("ana", kStart,
                             {{"plan", Value::of_string("free")},
                              {"spent", Value::of_int(3)},
                              {"shoe_size", Value::of_int(40)},
                              {"id", Value::of_string("x")},
                              {"created_at", Value::of_string("x")}}));
  EXPECT_EQ(bench.total("undeclared_attributes"), 1);
  EXPECT_EQ(bench.total("identifies"), 1);
  EXPECT_EQ(bench.total("events"), 0);
  const std::string why = bench.why("ana");
  EXPECT_THAT(why, HasSubstr("  plan: free\n  spent: 3\n"));
  EXPECT_EQ(why.find("shoe_size"), std::string::npos);
  // A wrong type is counted and changes nothing.
  bench.give(Bench::identify("ana", kStart + 1, {{"plan", Value::of_int(7)}}));
  EXPECT_THAT(bench.why("ana"), HasSubstr("  plan: free\n"));
  const EngineReport report = bench.report();
  ASSERT_EQ(report.schema.size(), 1U);
  EXPECT_EQ(report.schema[0].event, "contact");
  EXPECT_EQ(report.schema[0].property, "plan");
}

TEST(Order, AnOpenProgramKeepsAnyAttribute) {
  Bench bench(noted(true));
  bench.give({Bench::identify("ana", kStart, {{"shoe_size", Value::of_int(40)}}),
              Bench::event("ana", "anything", kStart)});
  EXPECT_THAT(bench.why("ana"), HasSubstr("shoe_size: 40"));
  EXPECT_EQ(bench.total("unknown_events"), 0);
  EXPECT_EQ(bench.total("unheard_events"), 1);
}

TEST(Order, UnknownEventsAndViolationsAreCounted) {
  ProgramBuilder b;
  const EventIx order = b.event("Order Completed", {"id", "total"});
  const TypeIx number = b.type(TypeTag::kNumber);
  for (PropertyRow& property : b.program.events[order.index()].properties) {
    property.optional = b.program.text(property.name) == "id";
    property.type = number;
  }
  JourneyWriter j(b, "j");
  j.on(order);
  j.begin();
  j.finish();
  Bench bench(b.image());
  bench.give({Bench::event("ana", "Order Complete", kStart), Bench::event("ana", "Order Completed", kStart),
              Bench::event("ana", "Order Completed", kStart + 1,
                           {{"id", Value::of_string("o1")}, {"total", Value::of_int(1)}})});
  EXPECT_EQ(bench.total("unknown_events"), 1);
  EXPECT_EQ(bench.total("contacts"), 1);
  const EngineReport report = bench.report();
  ASSERT_EQ(report.schema.size(), 2U);
  EXPECT_EQ(report.schema[0].property, "id") << "of a wrong type, although optional";
  EXPECT_EQ(report.schema[1].property, "total") << "absent, although required";
  EXPECT_EQ(report.schema[1].violations, 1);
  EXPECT_THAT(bench.why("ana"), HasSubstr("no journey listens for \"Order Complete\""));
}

}  // namespace
}  // namespace wend

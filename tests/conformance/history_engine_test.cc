// What a store remembers when its project changes.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/compiled.h"
#include "vm/base/clock.h"
#include "vm/core/history_cost.h"
#include "vm/engine/engine.h"
#include "vm/engine/event_json.h"
#include "vm/store/record_format.h"
#include "vm/store/store.h"
#include "vm/store/memory_store.h"

namespace wend {
namespace {

constexpr Millis kFirstHour = 1772442000000;
constexpr const char* kBoughtAndAsked = "event bought { total: number, shop: string }\nevent asked {}\n";

class HistoryOfAStore : public testing::Test {
 protected:
  // Starts an engine on the store with this program and gives it the events; the texts it sent.
  std::vector<std::string> run(const std::string& journeys, const std::vector<std::string>& events) {
    const CompileResult compiled = testing_support::compile_source(kBoughtAndAsked + journeys);
    EXPECT_TRUE(compiled.ok) << testing_support::diagnostics_text(compiled);
    EngineOptions options;
    options.durability = Durability::kUnsynced;
    const auto engine = Engine::open(*store_, clock_, compiled.image, options);
    EXPECT_TRUE(engine.ok()) << engine.error().message;
    EventJsonReader reader;
    std::vector<Input> inputs;
    for (const std::string& event : events) {
      auto input = reader.read_event(event, now_ms_);
      EXPECT_TRUE(input.ok()) << input.error().message;
      now_ms_ = std::max(now_ms_, input->at_ms);
      inputs.push_back(std::move(input).value());
    }
    EXPECT_TRUE((*engine)->process(inputs).ok());
    std::vector<std::string> sent;
    const auto entries = (*engine)->outbox().take(kNever, 1000);
    EXPECT_TRUE(entries.ok());
    for (const OutboxEntry& entry : *entries) sent.push_back(entry.delivery.body);
    EXPECT_TRUE((*engine)->outbox().finish(*entries, {}, Durability::kUnsynced).ok());
    return sent;
  }

  std::string event(const std::string& name, int hour, const std::string& properties = "{}") {
    return R"({"type":"track","event":")" + name + R"(","userId":"ana","messageId":"m)" + std::to_string(++events_) +
           R"(","timestamp":")" + format_rfc3339(kFirstHour + hour * kMillisPerHour) + R"(","properties":)" + properties +
           R"(,"context":{"traits":{"phone":"+33600000001"}}})";
  }

  ContactState record() {
    const auto bytes = store_->get(Family::kContacts, "ana");
    ContactState state;
    EXPECT_TRUE(bytes.ok() && bytes->has_value());
    EXPECT_TRUE(decode_record(**bytes, "ana", state).ok());
    return state;
  }

  std::unique_ptr<Store> store_ = make_memory_store();
  ManualClock clock_;
  Millis now_ms_ = kFirstHour;
  int events_ = 0;
};

constexpr const char* kBig = R"({"total":80,"shop":"a"})";

TEST_F(HistoryOfAStore, AChangedProjectGoesOnWithWhatIsRemembered) {
  run(R"(const dear = 50
         journey j { on asked if count(bought where event.total > dear, 5d) > 3 { note "x" } })",
      {event("bought", 0, kBig), event("bought", 1, kBig)});
  // Another layout, another constant, one more property, a longer window, another journey: the same row.
  const auto sent = run(
      R"(journey other { on asked send sms "{{ n }} {{ shop | default: "-" }}" with {
           n: count(bought where (event.total>50), 30d), shop: last(bought where event.total > 50).shop } })",
      {event("asked", 2), event("bought", 3, kBig), event("asked", 4)});
  EXPECT_EQ(sent, (std::vector<std::string>{"2 -", "3 a"}));
}

TEST_F(HistoryOfAStore, WhatNoProgramAsksForGoes) {
  run(R"(journey j { on asked if count(bought, 5d) > 3 { note "x" } })", {event("bought", 0, kBig)});
  ASSERT_EQ(record().history.size(), 1U);
  run(R"(journey j { on asked note "x" })", {event("asked", 1)});
  EXPECT_TRUE(record().history.empty());
}

TEST_F(HistoryOfAStore, ARunOnAnOldImageKeepsItsHistory) {
  run(R"(journey j { on asked wait 5h send sms "{{ n }}" with { n: count(bought, 10h) } })", {event("asked", 0)});
  run(R"(journey other { on asked note "x" })", {event("bought", 1, kBig), event("bought", 2, kBig)});
  EXPECT_EQ(record().history.size(), 1U);
  const auto sent = run(R"(journey other { on asked note "x" })", {event("asked", 6)});
  EXPECT_EQ(sent, std::vector<std::string>{"2"});
}

TEST_F(HistoryOfAStore, WindowsForgetAndTotalsDoNot) {
  const std::string program = R"(journey j { on asked send sms "{{ n }} {{ all }}" with {
    n: count(bought, 2h), all: count(bought) } })";
  run(program, {event("bought", 0, kBig), event("bought", 1, kBig)});
  EXPECT_EQ(record().history.at(0).log.size(), 2U);
  EXPECT_EQ(run(program, {event("asked", 2)}), std::vector<std::string>{"1 2"});
  EXPECT_EQ(record().history.at(0).log.size(), 1U);
}

TEST_F(HistoryOfAStore, LateAndHistoricalEventsCount) {
  const std::string program = R"(journey j { on asked send sms "{{ n }}" with { n: count(bought, 40d) } })";
  std::string imported = event("bought", -24 * 20, kBig);
  imported.insert(1, R"("historical":true,)");
  EXPECT_EQ(run(program, {event("asked", 0), event("bought", -30, kBig), imported, event("asked", 1)}),
            (std::vector<std::string>{"0", "2"}));
}

TEST(HistoryCost, IsWhatARowTakesAtWorst) {
  const CompileResult compiled = testing_support::compile_source(
      std::string(kBoughtAndAsked) + R"(journey j { on asked
        if count(bought) > 1 { note "a" }
        if sum(bought.total, 5d) > 1 { note "b" }
        if last(bought, 2).shop contains "x" { note "c" } })");
  ASSERT_TRUE(compiled.ok);
  const std::vector<HistoryCost> costs = history_costs(compiled.program);
  ASSERT_EQ(costs.size(), 1U);
  EXPECT_EQ(costs[0].what, "bought");
  EXPECT_EQ(costs[0].kept, "how many; each for 5d with total, shop; the last 2 with total, shop");
  EXPECT_GT(costs[0].most_bytes, 1000U * 1024U);
  EXPECT_LT(costs[0].most_bytes, 1100U * 1024U);
  const CompileResult small = testing_support::compile_source(
      std::string(kBoughtAndAsked) + "journey j { on asked if count(bought) > 1 { note \"a\" } }");
  EXPECT_LT(most_history_bytes(small.program), 64U);
}

}  // namespace
}  // namespace wend

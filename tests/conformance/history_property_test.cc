// Random event logs through compiler and engine against sums over the whole log: what a journey prints of the
// history must be what a list of all events gives. Late events are among them; windows are asked at random times.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/compiled.h"
#include "vm/simulate/simulator.h"

namespace wend {
namespace {

constexpr const char* kAsksHistory = R"(
event bought { total: int, shop: string }
event asked { shop: string }
journey j {
  on asked
  send sms "{{ n }} {{ n5 }} {{ sum }} {{ sum5 }} {{ big }} {{ here }} {{ shops }} {{ most | default: "-" }} {{ last | default: "-" }}" with {
    n: count(bought), n5: count(bought, 5h), sum: sum(bought.total), sum5: sum(bought.total, 5h),
    big: count(bought where event.total >= 50, 7h), here: count(bought where event.shop == trigger.shop, 9h),
    shops: distinct(bought.shop, 8h), most: max(bought.total, 6h), last: last(bought).total
  }
  if no bought for 3h { send sms "quiet" }
}
)";

constexpr Millis kLogStart = 1772442000000;

struct Bought {
  Millis at_ms;
  int64_t total;
  std::string shop;
};

struct RandomLog {
  std::vector<std::string> lines;
  std::vector<std::string> expected;  // texts of the messages
  std::vector<Bought> log;            // in the order of time, ties by arrival
};

std::string event_line(int64_t number, const std::string& event, Millis at_ms, const std::string& properties) {
  return R"({"type":"track","event":")" + event + R"(","userId":"ana","messageId":"m)" + std::to_string(number) +
         R"(","timestamp":")" + format_rfc3339(at_ms) + R"(","properties":)" + properties +
         R"(,"context":{"traits":{"phone":"+33600000001"}}})";
}

void ask_naively(RandomLog& all, Millis now_ms, const std::string& shop) {
  int64_t n5 = 0, sum = 0, sum5 = 0, big = 0, here = 0;
  std::set<std::string> shops;
  std::string most = "-";
  int64_t most_total = -1;
  for (const Bought& one : all.log) {
    const auto within = [&](int64_t hours) { return one.at_ms > now_ms - hours * kMillisPerHour; };
    sum += one.total;
    n5 += within(5) ? 1 : 0;
    sum5 += within(5) ? one.total : 0;
    big += within(7) && one.total >= 50 ? 1 : 0;
    here += within(9) && one.shop == shop ? 1 : 0;
    if (within(8)) shops.insert(one.shop);
    if (within(6)) most_total = std::max(most_total, one.total);
  }
  if (most_total >= 0) most = std::to_string(most_total);
  const std::string last = all.log.empty() ? "-" : std::to_string(all.log.back().total);
  std::string text;
  for (const int64_t number : {static_cast<int64_t>(all.log.size()), n5, sum, sum5, big, here,
                               static_cast<int64_t>(shops.size())}) {
    text += std::to_string(number) + " ";
  }
  all.expected.push_back(text + most + " " + last);
}

RandomLog make_log(unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint64_t>(n)); };
  RandomLog all;
  Millis now_ms = kLogStart;
  Millis known_ms = kLogStart;  // when the contact was first heard of
  const int64_t events = 3 + below(60);
  for (int64_t i = 0; i < events; ++i) {
    now_ms += 1 + below(5) * below(kMillisPerHour);
    const std::string shop(1, static_cast<char>('a' + below(3)));
    if (below(3) != 0) {
      const Bought one{std::max(kLogStart, below(3) == 0 ? now_ms - below(12 * kMillisPerHour) : now_ms), below(100), shop};
      if (i == 0) known_ms = one.at_ms;
      const auto behind = std::upper_bound(all.log.begin(), all.log.end(), one.at_ms,
                                           [](Millis at, const Bought& b) { return at < b.at_ms; });
      all.log.insert(behind, one);
      all.lines.push_back(event_line(i, "bought", one.at_ms,
                                 R"({"total":)" + std::to_string(one.total) + R"(,"shop":")" + shop + "\"}"));
      continue;
    }
    if (i == 0) known_ms = now_ms;
    all.lines.push_back(event_line(i, "asked", now_ms, R"({"shop":")" + shop + "\"}"));
    ask_naively(all, now_ms, shop);
    const Millis since_ms = all.log.empty() ? known_ms : all.log.back().at_ms;
    if (now_ms - since_ms >= 3 * kMillisPerHour) all.expected.push_back("quiet");
  }
  return all;
}

TEST(HistoryProperty, RandomLogsAgreeWithSumsOverTheWholeLog) {
  const CompileResult compiled = testing_support::compile_source(kAsksHistory);
  ASSERT_TRUE(compiled.ok) << testing_support::diagnostics_text(compiled);
  size_t messages = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const RandomLog all = make_log(seed);
    std::vector<std::string> sent;
    SimulationOptions options;
    options.on_delivery = [&](const Delivery& d) {
      sent.push_back(d.body);
      return Status();
    };
    options.on_bad_line = [&](uint64_t number, const Error& error) {
      ADD_FAILURE() << "seed " << seed << " event " << number << ": " << error.message;
    };
    size_t next = 0;
    const auto source = [&]() -> Result<std::optional<std::string_view>> {
      if (next == all.lines.size()) return std::optional<std::string_view>();
      return std::optional<std::string_view>(all.lines[next++]);
    };
    const auto result = simulate(compiled.image, source, options);
    ASSERT_TRUE(result.ok()) << result.error().message;
    EXPECT_EQ(sent, all.expected) << "seed " << seed;
    messages += sent.size();
  }
  EXPECT_GT(messages, 1000U);
}

}  // namespace
}  // namespace wend

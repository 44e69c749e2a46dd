// What is remembered of events against a list of all of them.
#include "vm/core/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "vm/core/attribute_block.h"

namespace wend {
namespace {

constexpr uint16_t kTotal = 3;
constexpr uint16_t kPlace = 7;

struct Happened {
  Millis at_ms;
  std::optional<int64_t> total;
  std::string place;
};

// Everything that ever came, in the order of time, ties by arrival.
class NaiveLog {
 public:
  void add(Happened one) {
    const auto behind = std::upper_bound(all_.begin(), all_.end(), one.at_ms,
                                         [](Millis at, const Happened& h) { return at < h.at_ms; });
    all_.insert(behind, std::move(one));
  }
  std::vector<Happened> within(std::optional<Millis> window_ms, Millis now_ms) const {
    std::vector<Happened> found;
    for (const Happened& one : all_) {
      if (!window_ms || (one.at_ms > now_ms - *window_ms && one.at_ms <= now_ms)) found.push_back(one);
    }
    return found;
  }

 private:
  std::vector<Happened> all_;
};

class Remembered {
 public:
  Remembered(HistoryKeeping keeping) : keeping_(std::move(keeping)) {}

  void add(const Happened& one, Millis now_ms) {
    added_ = add_to_history(history_, keeping_, one.at_ms, now_ms, [&](uint16_t property) -> Value {
      if (property == kTotal && one.total) return Value::of_int(*one.total);
      if (property == kPlace && !one.place.empty()) return Value::of_string(one.place);
      return {};
    });
  }
  HistoryAnswer ask(HistoryAggregate aggregate, std::optional<Millis> window_ms, Millis now_ms, uint32_t at_most = 0) {
    HistoryQuestion q;
    static constexpr uint16_t kOnlyTotal[] = {kTotal};
    static constexpr uint16_t kBoth[] = {kTotal, kPlace};
    static constexpr std::string_view kNames[] = {"total", "place"};
    const bool record = aggregate >= HistoryAggregate::kLast && aggregate <= HistoryAggregate::kLastList;
    q.aggregate = aggregate;
    q.properties = record ? std::span<const uint16_t>(kBoth) : std::span<const uint16_t>(kOnlyTotal);
    q.names = kNames;
    q.at_most = at_most;
    q.windowed = window_ms.has_value();
    q.window_ms = window_ms.value_or(0);
    q.now_ms = now_ms;
    q.created_at_ms = 0;
    return ask_history(&history_, q, bytes_);
  }
  const ContactHistory& history() const { return history_; }
  const HistoryAdded& added() const { return added_; }
  void prune(Millis now_ms) { prune_history(history_, keeping_, now_ms); }

 private:
  HistoryKeeping keeping_;
  ContactHistory history_;
  HistoryAdded added_;
  std::string bytes_;
};

Value sum_of(const std::vector<Happened>& found) {
  double sum = 0;
  for (const Happened& one : found) sum += static_cast<double>(one.total.value_or(0));
  return Value::of_number(sum);
}

void expect_equal(const Value& got, const Value& wanted, const char* what, unsigned seed) {
  EXPECT_EQ(got.missing(), wanted.missing()) << what << " seed " << seed;
  if (got.missing() || wanted.missing()) return;
  EXPECT_TRUE(values_equal(got, wanted)) << what << " seed " << seed;
}

TEST(History, RandomLogsAgainstAListOfEverything) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint64_t>(n)); };
    const Millis window_ms = 1 + below(2000);
    HistoryKeeping keeping;
    keeping.totals = {kTotal};
    keeping.kept = {kTotal, kPlace};
    keeping.retention_ms = window_ms;
    keeping.keeps_last = 3;
    keeping.keeps_first = true;
    Remembered remembered(keeping);
    NaiveLog naive;
    Millis now_ms = 1000;
    const int64_t events = 1 + below(120);
    for (int64_t i = 0; i < events; ++i) {
      now_ms += below(4) == 0 ? below(3000) : below(20);
      const Millis at_ms = below(3) == 0 ? std::max<Millis>(0, now_ms - below(2500)) : now_ms;
      const Happened one{at_ms, below(5) == 0 ? std::nullopt : std::optional(below(50)),
                         std::string(static_cast<size_t>(below(3)), 'x')};
      naive.add(one);
      remembered.add(one, now_ms);
      if (below(2) == 0) remembered.prune(now_ms);
      const Millis asked_ms = now_ms + below(500);
      const auto all = naive.within(std::nullopt, asked_ms);
      for (const Millis length_ms : {window_ms, window_ms / 2 + 1, Millis{1}}) {
        const auto inside = naive.within(length_ms, asked_ms);
        std::set<int64_t> values;
        for (const Happened& h : inside) {
          if (h.total) values.insert(*h.total);
        }
        const auto ask = [&](HistoryAggregate a) { return remembered.ask(a, length_ms, asked_ms); };
        const HistoryAnswer count = ask(HistoryAggregate::kCount);
        expect_equal(count.value, Value::of_int(static_cast<int64_t>(inside.size())), "count", seed);
        EXPECT_EQ(count.changes_at_ms, inside.empty() ? kNever : inside.front().at_ms + length_ms) << seed;
        expect_equal(ask(HistoryAggregate::kSum).value, sum_of(inside), "sum", seed);
        expect_equal(ask(HistoryAggregate::kDistinct).value, Value::of_int(static_cast<int64_t>(values.size())),
                     "distinct", seed);
        expect_equal(ask(HistoryAggregate::kMin).value, values.empty() ? Value() : Value::of_int(*values.begin()),
                     "min", seed);
        expect_equal(ask(HistoryAggregate::kMax).value, values.empty() ? Value() : Value::of_int(*values.rbegin()),
                     "max", seed);
      }
      expect_equal(remembered.ask(HistoryAggregate::kCount, std::nullopt, asked_ms).value,
                   Value::of_int(static_cast<int64_t>(all.size())), "total count", seed);
      expect_equal(remembered.ask(HistoryAggregate::kSum, std::nullopt, asked_ms).value, sum_of(all), "total", seed);
      expect_equal(remembered.ask(HistoryAggregate::kSince, std::nullopt, asked_ms).value,
                   Value::of_duration(asked_ms - all.back().at_ms), "since", seed);
      const auto field = [](const HistoryAnswer& answer, const char* name) { return record_field(answer.value, name); };
      const HistoryAnswer last = remembered.ask(HistoryAggregate::kLast, std::nullopt, asked_ms);
      expect_equal(field(last, "at"), Value::of_time(all.back().at_ms), "last", seed);
      expect_equal(field(last, "total"), all.back().total ? Value::of_int(*all.back().total) : Value(), "last total",
                   seed);
      const HistoryAnswer first = remembered.ask(HistoryAggregate::kFirst, std::nullopt, asked_ms);
      expect_equal(field(first, "at"), Value::of_time(all.front().at_ms), "first", seed);
      expect_equal(field(first, "place"),
                   all.front().place.empty() ? Value() : Value::of_string(all.front().place), "first place", seed);
      const HistoryAnswer three = remembered.ask(HistoryAggregate::kLastList, std::nullopt, asked_ms, 3);
      ASSERT_EQ(element_count(three.value), static_cast<int64_t>(std::min<size_t>(3, all.size()))) << seed;
      expect_equal(record_field(list_at(three.value, 0), "at"),
                   Value::of_time(all[all.size() - std::min<size_t>(3, all.size())].at_ms), "last three", seed);
      const Millis quiet_ms = 1 + below(400);
      const HistoryAnswer silent = remembered.ask(HistoryAggregate::kSilent, quiet_ms, asked_ms);
      EXPECT_EQ(silent.value.is_true(), asked_ms - all.back().at_ms >= quiet_ms) << seed;
      EXPECT_EQ(silent.changes_at_ms, silent.value.is_true() ? kNever : all.back().at_ms + quiet_ms) << seed;
    }
  }
}

TEST(History, KeepsAThousandAndSaysThatItIsALowerBound) {
  HistoryKeeping keeping;
  keeping.retention_ms = kNever;
  Remembered remembered(keeping);
  for (Millis at = 0; at < 1000; ++at) remembered.add({at, std::nullopt, ""}, at);
  EXPECT_FALSE(remembered.added().cut);
  EXPECT_FALSE(remembered.ask(HistoryAggregate::kCount, 1000, 999).lower_bound);
  remembered.add({1000, std::nullopt, ""}, 1000);
  EXPECT_TRUE(remembered.added().cut);
  EXPECT_TRUE(remembered.added().first_cut);
  remembered.add({1001, std::nullopt, ""}, 1001);
  EXPECT_TRUE(remembered.added().cut);
  EXPECT_FALSE(remembered.added().first_cut);
  const HistoryAnswer all = remembered.ask(HistoryAggregate::kCount, 5000, 1001);
  EXPECT_EQ(all.value.i, 1000);
  EXPECT_TRUE(all.lower_bound);
  EXPECT_FALSE(remembered.ask(HistoryAggregate::kCount, 1000, 1001).lower_bound);
  // The running total forgets nothing.
  EXPECT_EQ(remembered.ask(HistoryAggregate::kCount, std::nullopt, 1001).value.i, 1002);
}

TEST(History, LeavesOutWhatIsTooLong) {
  HistoryKeeping keeping;
  keeping.retention_ms = kNever;
  keeping.kept = {kTotal, kPlace};
  Remembered remembered(keeping);
  remembered.add({5, 1, std::string(2000, 'x')}, 5);
  EXPECT_TRUE(remembered.added().shortened);
  const HistoryAnswer last = remembered.ask(HistoryAggregate::kLastList, std::nullopt, 5, 1);
  EXPECT_EQ(record_field(list_at(last.value, 0), "total").i, 1);
  EXPECT_TRUE(record_field(list_at(last.value, 0), "place").missing());
}

TEST(History, AFilterIsAskedOfEachKeptEvent) {
  HistoryKeeping keeping;
  keeping.retention_ms = kNever;
  keeping.kept = {kTotal};
  Remembered remembered(keeping);
  for (const int64_t total : {5, 20, 30}) remembered.add({total, total, ""}, total);
  HistoryQuestion q;
  q.now_ms = 100;
  q.filter = [](const Occurrence& one) { return block_get(one.block, kTotal).i >= 20; };
  std::string bytes;
  EXPECT_EQ(ask_history(&remembered.history(), q, bytes).value.i, 2);
  q.aggregate = HistoryAggregate::kSilent;
  q.windowed = true;
  q.window_ms = 71;
  EXPECT_FALSE(ask_history(&remembered.history(), q, bytes).value.is_true());
  EXPECT_EQ(ask_history(&remembered.history(), q, bytes).changes_at_ms, 101);
  q.window_ms = 70;
  EXPECT_TRUE(ask_history(&remembered.history(), q, bytes).value.is_true());
  // Nobody has a history of nothing.
  q.aggregate = HistoryAggregate::kCount;
  EXPECT_EQ(ask_history(nullptr, q, bytes).value.i, 0);
}

TEST(History, ALogIsRestoredFromItsBytesOrRefused) {
  OccurrenceLog log;
  BlockBuilder block;
  block.put(kTotal, Value::of_int(9));
  log.insert(1000, {});
  log.insert(500, block.build());
  log.insert(1000, {});
  log.insert(700, {});
  OccurrenceLog again;
  ASSERT_TRUE(again.restore(log.size(), log.oldest_ms(), log.bytes()));
  EXPECT_EQ(again.latest_ms(), 1000);
  OccurrenceCursor cursor(again);
  Occurrence one;
  std::vector<Millis> times;
  while (cursor.next(one)) times.push_back(one.at_ms);
  EXPECT_EQ(times, (std::vector<Millis>{500, 700, 1000, 1000}));
  log.drop_oldest();
  EXPECT_EQ(log.oldest_ms(), 700);
  EXPECT_EQ(log.bytes().size(), 1 + 2 + 1U);
  OccurrenceLog bad;
  EXPECT_FALSE(bad.restore(2, 700, log.bytes()));
  EXPECT_FALSE(bad.restore(4, 700, log.bytes()));
  EXPECT_FALSE(bad.restore(1, 700, "\x05"));
  EXPECT_FALSE(bad.restore(1, kMinInstant - 1, std::string(1, '\0')));
}

ScoreRow score_row(double percent, Millis every_ms, double low, double high) {
  ScoreRow row;
  row.decay_percent = percent;
  row.decay_every_ms = every_ms;
  row.low = low;
  row.high = high;
  return row;
}

TEST(Score, DecaysStepwiseFromTheFirstPointsAndStaysInItsBounds) {
  const ScoreRow row = score_row(50, 100, 0, 25);
  std::vector<ContactScore> all;
  EXPECT_EQ(score_at(row, nullptr, 0), 0);
  add_points(row, all, 4, 20, 1000, 1000);
  const auto value = [&](Millis now) { return score_at(row, find_score(all, 4), now); };
  EXPECT_EQ(value(1099), 20);
  EXPECT_EQ(value(1100), 10);
  EXPECT_EQ(score_changes_at(row, find_score(all, 4), 1000), 1100);
  EXPECT_EQ(score_changes_at(row, find_score(all, 4), 1150), 1200);
  add_points(row, all, 4, 20, 1150, 1150);
  EXPECT_EQ(value(1150), 25);
  // The steps go on from the first points, not from the last.
  EXPECT_EQ(value(1199), 25);
  EXPECT_EQ(value(1200), 12.5);
  add_points(row, all, 4, -100, 1201, 1201);
  EXPECT_EQ(value(1201), 0);
  EXPECT_EQ(score_changes_at(row, find_score(all, 4), 1201), kNever);
  EXPECT_EQ(find_score(all, 5), nullptr);
}

TEST(Score, LatePointsHaveDecayedByTheStepsSinceThen) {
  const ScoreRow row = score_row(50, 100, 0, 1000);
  std::vector<ContactScore> all;
  add_points(row, all, 1, 8, 1000, 1000);
  add_points(row, all, 1, 8, 1050, 1250);  // two steps late
  EXPECT_EQ(score_at(row, find_score(all, 1), 1250), 2 + 2);
  std::vector<ContactScore> late_first;
  add_points(row, late_first, 1, 8, 1000, 1250);
  EXPECT_EQ(score_at(row, find_score(late_first, 1), 1250), 2);
  // One that lies before the first points, too.
  add_points(row, late_first, 1, 8, 950, 1250);
  EXPECT_EQ(score_at(row, find_score(late_first, 1), 1250), 2 + 1);
}

TEST(Score, DecayComesToAnEnd) {
  const ScoreRow row = score_row(1, 1, 0, 1e15);
  std::vector<ContactScore> all;
  add_points(row, all, 1, 1e15, 0, 0);
  EXPECT_EQ(score_at(row, find_score(all, 1), kMaxInstant), 0);
  const ScoreRow floor = score_row(50, 1, 10, 100);
  EXPECT_EQ(score_at(floor, nullptr, 0), 10);
  std::vector<ContactScore> some;
  add_points(floor, some, 1, 50, 0, 0);
  EXPECT_EQ(score_at(floor, find_score(some, 1), 1000), 10);
}

}  // namespace
}  // namespace wend

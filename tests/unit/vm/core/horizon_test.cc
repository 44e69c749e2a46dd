// When time alone changes a comparison with the clock: single cases, then every claim against the truth of every
// minute of two years, in zones whose clocks do all that clocks ever did.
#include "vm/core/horizon.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/vm/core/eval_fixture.h"
#include "vm/base/hash.h"

namespace wend {
namespace {

constexpr Relation kRelations[] = {Relation::kLess,         Relation::kLessEqual, Relation::kGreater,
                                   Relation::kGreaterEqual, Relation::kEqual,     Relation::kNotEqual};

bool compared(Relation relation, int64_t a, int64_t b) {
  switch (relation) {
    case Relation::kLess:
      return a < b;
    case Relation::kLessEqual:
      return a <= b;
    case Relation::kGreater:
      return a > b;
    case Relation::kGreaterEqual:
      return a >= b;
    case Relation::kEqual:
      return a == b;
    case Relation::kNotEqual:
      return a != b;
  }
  return false;
}

TEST(Horizon, NowAgainstAnInstant) {
  constexpr Millis kAt = 1'700'000'000'000;
  const auto shown = [](const TimedBool& found) {
    return std::string(found.holds ? "true" : "false") + " " +
           (found.changes_ms == kNever ? "never" : std::to_string(found.changes_ms - kAt));
  };
  EXPECT_EQ(shown(compare_now(Relation::kLess, kAt - 5, kAt)), "true 0");
  EXPECT_EQ(shown(compare_now(Relation::kLess, kAt, kAt)), "false never");
  EXPECT_EQ(shown(compare_now(Relation::kLessEqual, kAt, kAt)), "true 1");
  EXPECT_EQ(shown(compare_now(Relation::kGreater, kAt, kAt)), "false 1");
  EXPECT_EQ(shown(compare_now(Relation::kGreaterEqual, kAt - 5, kAt)), "false 0");
  EXPECT_EQ(shown(compare_now(Relation::kGreaterEqual, kAt, kAt)), "true never");
  EXPECT_EQ(shown(compare_now(Relation::kEqual, kAt - 5, kAt)), "false 0");
  EXPECT_EQ(shown(compare_now(Relation::kEqual, kAt, kAt)), "true 1");
  EXPECT_EQ(shown(compare_now(Relation::kEqual, kAt + 1, kAt)), "false never");
  EXPECT_EQ(shown(compare_now(Relation::kNotEqual, kAt, kAt)), "false 1");
}

TEST(Horizon, WhatNoRunLivesToSeeIsNever) {
  const Millis now = 1'700'000'000'000;
  EXPECT_EQ(compare_now(Relation::kLess, now, INT64_MAX).changes_ms, kNever);
  EXPECT_TRUE(compare_now(Relation::kLess, now, INT64_MAX).holds);
  EXPECT_EQ(compare_now(Relation::kLess, now, INT64_MIN).changes_ms, kNever);
  EXPECT_FALSE(compare_now(Relation::kLess, now, INT64_MIN).holds);
  EXPECT_EQ(compare_now(Relation::kLessEqual, now, kMaxInstant).changes_ms, kNever);
  EXPECT_EQ(compare_today(Relation::kLess, utc_zone(), now, INT64_MIN).changes_ms, kNever);
  EXPECT_EQ(compare_today(Relation::kGreater, utc_zone(), now, INT64_MAX).changes_ms, kNever);
  // A clock shows no 24:00, and nothing before 00:00.
  EXPECT_EQ(compare_clock(Relation::kLess, utc_zone(), now, 0).changes_ms, kNever);
  EXPECT_EQ(compare_clock(Relation::kGreaterEqual, utc_zone(), now, 0).changes_ms, kNever);
  EXPECT_EQ(compare_clock(Relation::kLess, utc_zone(), now, INT64_MAX).changes_ms, kNever);
  EXPECT_TRUE(compare_clock(Relation::kNotEqual, utc_zone(), now, INT64_MIN).holds);
}

// A date far away is found at once, however often clocks are put forward until then.
TEST(Horizon, FarDates) {
  const Zone& paris = *find_zone("Europe/Paris");
  const Millis now = 1'700'000'000'000;
  const int64_t day = days_from_civil({2400, 7, 1});
  const TimedBool found = compare_today(Relation::kGreaterEqual, paris, now, day);
  EXPECT_FALSE(found.holds);
  EXPECT_EQ(found.changes_ms, from_local_ms(paris, day * kMillisPerDay));
}

// Minutes of 2010 and 2011, with the local time of each.
class Minutes {
 public:
  explicit Minutes(const char* zone) : zone_(*find_zone(zone)) {
    for (size_t i = 0; i < kCount; ++i) local_.push_back(to_local_ms(zone_, at(i)));
  }

  static Millis at(size_t i) { return kBegin + static_cast<Millis>(i) * kMillisPerMinute; }
  const Zone& zone() const { return zone_; }
  int64_t day(size_t i) const { return days_of_local(local_[i]); }
  Millis clock(size_t i) const { return local_[i] - day(i) * kMillisPerDay; }

  // Asks `claim` for its answer at random minutes and from change to change, and looks whether `truth` of each
  // minute agrees.
  template <typename Truth, typename Claim>
  void expect_agreement(const std::string& what, const Truth& truth, const Claim& claim) const {
    std::vector<int64_t> values(kCount);
    std::vector<size_t> next(kCount, kCount);  // the first minute that differs
    int64_t* const value = values.data();
    size_t* const after = next.data();
    for (size_t i = 0; i < kCount; ++i) value[i] = truth(i);
    for (size_t i = kCount - 1; i-- > 0;) after[i] = value[i] != value[i + 1] ? i + 1 : after[i + 1];
    uint64_t random = 7;
    for (int n = 0; n < 200; ++n) agree(what, splitmix64(random) % kCount, values, next, claim);
    for (size_t i = next[0], n = 0; i < kCount && n < 400; i = next[i], ++n) {
      agree(what, i - 1, values, next, claim);
      agree(what, i, values, next, claim);
    }
  }

 private:
  static constexpr Millis kBegin = 1262304000000;  // 2010-01-01T00:00:00Z
  static constexpr size_t kCount = size_t{730} * 24 * 60;

  template <typename Claim>
  void agree(const std::string& what, size_t i, const std::vector<int64_t>& values,
             const std::vector<size_t>& next, const Claim& claim) const {
    const auto found = claim(at(i));
    EXPECT_EQ(static_cast<int64_t>(found.first), values[i]) << what << " at " << format_rfc3339(at(i));
    EXPECT_GT(found.second, at(i)) << what;
    if (next[i] < kCount) {
      EXPECT_GT(found.second, at(next[i] - 1)) << what << " at " << format_rfc3339(at(i)) << ": too early";
      EXPECT_LE(found.second, at(next[i])) << what << " at " << format_rfc3339(at(i)) << ": too late";
    } else {
      EXPECT_GT(found.second, at(kCount - 1)) << what << " at " << format_rfc3339(at(i)) << ": too early";
    }
  }

  const Zone& zone_;
  std::vector<Millis> local_;
};

class EveryMinute : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryMinute, TodayAndClockAgree) {
  const Minutes minutes(GetParam());
  const Zone& zone = minutes.zone();
  const int64_t days[] = {days_from_civil({2010, 11, 7}), days_from_civil({2011, 12, 30})};
  const Millis clocks[] = {2 * kMillisPerHour + 30 * kMillisPerMinute, kMillisPerDay - 2 * kMillisPerMinute};
  for (const Relation relation : kRelations) {
    const std::string name = std::string(GetParam()) + " relation " + std::to_string(static_cast<int>(relation));
    for (const int64_t day : days) {
      minutes.expect_agreement(
          name + " " + format_date(day), [&](size_t i) { return compared(relation, minutes.day(i), day); },
          [&](Millis at) {
            const TimedBool found = compare_today(relation, zone, at, day);
            return std::pair(found.holds, found.changes_ms);
          });
    }
    for (const Millis clock : clocks) {
      minutes.expect_agreement(
          name + " " + format_clock(clock),
          [&](size_t i) { return compared(relation, minutes.clock(i), clock); },
          [&](Millis at) {
            const TimedBool found = compare_clock(relation, zone, at, clock);
            return std::pair(found.holds, found.changes_ms);
          });
    }
  }
}

TEST_P(EveryMinute, PartsOfTodayAgree) {
  const Minutes minutes(GetParam());
  for (const TodayPart part : {TodayPart::kWeekday, TodayPart::kMonth, TodayPart::kYear}) {
    minutes.expect_agreement(
        std::string(GetParam()) + " part " + std::to_string(static_cast<int>(part)),
        [&](size_t i) -> int64_t {
          const CivilDate date = civil_from_days(minutes.day(i));
          if (part == TodayPart::kWeekday) return weekday_of_days(minutes.day(i));
          return part == TodayPart::kMonth ? date.month : date.year;
        },
        [&](Millis at) {
          const TimedPart found = today_part(part, minutes.zone(), at);
          return std::pair(found.value, found.changes_ms);
        });
  }
}

// Changes at 1:00 UTC; at 00:01, so that a day begins twice; at midnight; by half an hour; a day left out; none.
INSTANTIATE_TEST_SUITE_P(Zones, EveryMinute,
                         ::testing::Values("Europe/Paris", "America/St_Johns", "Africa/Cairo",
                                           "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia",
                                           "Asia/Kathmandu"),
                         [](const auto& param) {
                           std::string name = param.param;
                           for (char& c : name) c = c == '/' ? '_' : c;
                           return name;
                         });

class HorizonOfRoutine : public Evaluation {
 protected:
  // "true, 5": the value and the milliseconds to the horizon.
  std::string timed(const std::vector<Value>& operands, const ProgramBuilder::Code& code) {
    Millis horizon = kNever;
    context.horizon_ms = &horizon;
    const std::string value = run(operands, code);
    context.horizon_ms = nullptr;
    return value + ", " + (horizon == kNever ? "never" : std::to_string(horizon - context.now_ms));
  }
};

constexpr auto kGreaterEqualByte = static_cast<unsigned>(Relation::kGreaterEqual);

TEST_F(HorizonOfRoutine, TheEarliestOfWhatWasRead) {
  context.now_ms = 1'700'000'000'000;
  const Value soon = Value::of_time(context.now_ms + 1000);
  const Value later = Value::of_time(context.now_ms + 5000);
  const auto either = [](ProgramBuilder& p) {
    p.abc(Opcode::kCompareNow, 2, 0, kGreaterEqualByte);
    p.abc(Opcode::kCompareNow, 3, 1, kGreaterEqualByte);
    p.abc(Opcode::kOr, 7, 2, 3);
  };
  EXPECT_EQ(timed({soon, later}, either), "bool false, 1000");
  EXPECT_EQ(timed({later, soon}, either), "bool false, 1000");
  context.now_ms += 1000;
  EXPECT_EQ(timed({soon, later}, either), "bool true, 4000");
  context.now_ms += 4000;
  EXPECT_EQ(timed({soon, later}, either), "bool true, never");
}

TEST_F(HorizonOfRoutine, OtherKindsOfValuesAreMissingForEver) {
  const auto now = [](ProgramBuilder& p) { p.abc(Opcode::kCompareNow, 7, 0, kGreaterEqualByte); };
  const auto today = [](ProgramBuilder& p) { p.abc(Opcode::kCompareToday, 7, 0, kGreaterEqualByte); };
  const auto clock = [](ProgramBuilder& p) { p.abc(Opcode::kCompareClock, 7, 0, kGreaterEqualByte); };
  for (const Value& value : {Value(), whole(5), str("2026-01-01")}) {
    EXPECT_EQ(timed({value}, now), "missing, never");
    EXPECT_EQ(timed({value}, today), "missing, never");
    EXPECT_EQ(timed({value}, clock), "missing, never");
  }
}

TEST_F(HorizonOfRoutine, FollowsTheZoneInForce) {
  context.zone = find_zone("Europe/Paris");
  context.now_ms = *parse_rfc3339("2026-03-28T22:00:00Z");  // 23:00 on the eve of summer time
  const auto weekday = [](ProgramBuilder& p) { p.abc(Opcode::kTodayPart, 7, 0); };
  EXPECT_EQ(timed({}, weekday), "string saturday, " + std::to_string(kMillisPerHour));
  const auto clock = [](ProgramBuilder& p) { p.abc(Opcode::kCompareClock, 7, 0, kGreaterEqualByte); };
  // 02:30 is left out that night; until midnight it is later than that, and again from the end of the gap.
  EXPECT_EQ(timed({Value::of_clock(150 * kMillisPerMinute)}, clock), "bool true, " + std::to_string(kMillisPerHour));
  context.now_ms += 2 * kMillisPerHour;
  EXPECT_EQ(timed({Value::of_clock(150 * kMillisPerMinute)}, clock), "bool false, " + std::to_string(kMillisPerHour));
}

TEST_F(HorizonOfRoutine, NobodyHasToAsk) {
  context.now_ms = 1'700'000'000'000;
  EXPECT_EQ(run({Value::of_time(context.now_ms)},
                [](ProgramBuilder& p) { p.abc(Opcode::kCompareNow, 7, 0, kGreaterEqualByte); }),
            "bool true");
}

}  // namespace
}  // namespace wend

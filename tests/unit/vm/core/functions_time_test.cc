#include <gtest/gtest.h>

#include "tests/unit/vm/core/eval_fixture.h"
#include "vm/base/hash.h"
#include "vm/core/functions.h"

namespace wend {
namespace {

class TimeFunctions : public Evaluation {
 protected:
  static Value time(std::string_view text) { return Value::of_time(parse_rfc3339(text).value()); }
  static Value date(std::string_view text) { return Value::of_date(parse_date(text).value()); }
  // "09:00"
  static Value clock(std::string_view text) {
    return Value::of_clock(((text[0] - '0') * 10 + text[1] - '0') * kMillisPerHour +
                           ((text[3] - '0') * 10 + text[4] - '0') * kMillisPerMinute);
  }
  void in(const char* zone) { context.zone = find_zone(zone); }
  // Results as local times of the zone in force.
  std::string local(Function function, const std::vector<Value>& arguments) {
    const std::string result = call(function, arguments);
    const auto instant = parse_rfc3339(result.substr(result.find(' ') + 1));
    return instant.has_value() ? format_rfc3339_in(*context.zone, *instant) : result;
  }
  std::string next_clock(std::string_view at, std::string_view from, std::string_view to) {
    return local(Function::kNextClock, {time(at), clock(from), clock(to)});
  }
  std::string next_weekday(std::string_view at, int first, int last, const Value& from = {},
                           const Value& to = {}) {
    return local(Function::kNextWeekday, {time(at), whole(first), whole(last), from, to});
  }
};

TEST_F(TimeFunctions, PartsOfTimesAndDates) {
  in("Europe/Paris");
  EXPECT_EQ(call(Function::kWeekday, {time("2026-03-01T23:30:00Z")}), "string monday");
  EXPECT_EQ(call(Function::kWeekday, {date("2026-03-01")}), "string sunday");
  EXPECT_EQ(call(Function::kMonth, {time("2026-02-28T23:30:00Z")}), "int 3");
  EXPECT_EQ(call(Function::kYear, {time("2025-12-31T23:30:00Z")}), "int 2026");
  EXPECT_EQ(call(Function::kYear, {whole(3)}), "missing");
  EXPECT_EQ(call(Function::kDateOfTime, {time("2025-12-31T23:30:00Z")}), "date 2026-01-01");
}

TEST_F(TimeFunctions, CalendarLengths) {
  in("Europe/Paris");
  EXPECT_EQ(local(Function::kAddTimeMonths, {time("2026-01-31T09:00:00+01:00"), Value::of_calendar(1)}),
            "2026-02-28T09:00:00+01:00");
  EXPECT_EQ(local(Function::kAddTimeMonths, {time("2026-02-28T09:00:00+01:00"), Value::of_calendar(1)}),
            "2026-03-28T09:00:00+01:00");
  EXPECT_EQ(local(Function::kAddTimeMonths, {time("2026-03-15T09:00:00+01:00"), Value::of_calendar(6)}),
            "2026-09-15T09:00:00+02:00");
  EXPECT_EQ(call(Function::kAddDateMonths, {date("2028-02-29"), Value::of_calendar(12)}), "date 2029-02-28");
  EXPECT_EQ(call(Function::kAddDateDuration, {date("2026-03-28"), Value::of_duration(2 * kMillisPerDay + 5)}),
            "date 2026-03-30");
  EXPECT_EQ(call(Function::kAddDateDuration, {date("2026-03-28"), Value::of_duration(-kMillisPerDay)}),
            "date 2026-03-27");
  EXPECT_EQ(call(Function::kSubDates, {date("2026-03-30"), date("2026-03-28")}), "duration 2d");
  EXPECT_EQ(call(Function::kNegateCalendar, {Value::of_calendar(6)}), "calendar -6mo");
}

TEST_F(TimeFunctions, LocalMoments) {
  in("Europe/Paris");
  EXPECT_EQ(local(Function::kDateAt, {date("2026-07-01"), clock("09:00")}), "2026-07-01T09:00:00+02:00");
  EXPECT_EQ(local(Function::kDateAt, {date("2026-03-29"), clock("02:30")}), "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(local(Function::kDateAt, {date("2026-10-25"), clock("02:30")}), "2026-10-25T02:30:00+02:00");
  EXPECT_EQ(local(Function::kLocalTime, {whole(parse_rfc3339("2026-07-01T09:00:00Z").value())}),
            "2026-07-01T09:00:00+02:00");
  in("Pacific/Apia");
  EXPECT_EQ(local(Function::kDateAt, {date("2011-12-30"), clock("09:00")}), "2011-12-31T00:00:00+14:00");
}

TEST_F(TimeFunctions, NextClockIsAMoment) {
  in("Europe/Paris");
  EXPECT_EQ(next_clock("2026-03-02T08:00:00+01:00", "09:00", "09:00"), "2026-03-02T09:00:00+01:00");
  EXPECT_EQ(next_clock("2026-03-02T09:00:00+01:00", "09:00", "09:00"), "2026-03-02T09:00:00+01:00");
  EXPECT_EQ(next_clock("2026-03-02T09:00:00.001+01:00", "09:00", "09:00"), "2026-03-03T09:00:00+01:00");
  // Over the change to summer time: 24 local hours are 23.
  EXPECT_EQ(next_clock("2026-03-28T09:30:00+01:00", "09:00", "09:00"), "2026-03-29T09:00:00+02:00");
  // 02:30 is skipped, 02:30 comes twice.
  EXPECT_EQ(next_clock("2026-03-29T01:00:00+01:00", "02:30", "02:30"), "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(next_clock("2026-03-29T03:00:00+02:00", "02:30", "02:30"), "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(next_clock("2026-10-25T01:00:00+02:00", "02:30", "02:30"), "2026-10-25T02:30:00+02:00");
  EXPECT_EQ(next_clock("2026-10-25T02:10:00+01:00", "02:30", "02:30"), "2026-10-26T02:30:00+01:00");
  in("America/New_York");
  EXPECT_EQ(next_clock("2026-03-08T01:59:00-05:00", "02:30", "02:30"), "2026-03-08T03:00:00-04:00");
  EXPECT_EQ(next_clock("2026-11-01T00:00:00-04:00", "01:30", "01:30"), "2026-11-01T01:30:00-04:00");
  in("Australia/Lord_Howe");
  EXPECT_EQ(next_clock("2026-10-04T01:00:00+10:30", "02:15", "02:15"), "2026-10-04T02:30:00+11:00");
  EXPECT_EQ(next_clock("2026-04-05T01:00:00+11:00", "01:45", "01:45"), "2026-04-05T01:45:00+11:00");
  in("Pacific/Apia");
  EXPECT_EQ(next_clock("2011-12-29T10:00:00-10:00", "09:00", "09:00"), "2011-12-31T09:00:00+14:00");
}

TEST_F(TimeFunctions, NextClockIsASpan) {
  in("Europe/Paris");
  EXPECT_EQ(next_clock("2026-03-02T08:00:00+01:00", "09:00", "17:00"), "2026-03-02T09:00:00+01:00");
  EXPECT_EQ(next_clock("2026-03-02T12:34:56.789+01:00", "09:00", "17:00"), "2026-03-02T12:34:56.789+01:00");
  EXPECT_EQ(next_clock("2026-03-02T17:00:00+01:00", "09:00", "17:00"), "2026-03-03T09:00:00+01:00");
  // Over midnight.
  EXPECT_EQ(next_clock("2026-03-02T20:59:00+01:00", "21:00", "08:00"), "2026-03-02T21:00:00+01:00");
  EXPECT_EQ(next_clock("2026-03-03T02:00:00+01:00", "21:00", "08:00"), "2026-03-03T02:00:00+01:00");
  EXPECT_EQ(next_clock("2026-03-03T08:00:00+01:00", "21:00", "08:00"), "2026-03-03T21:00:00+01:00");
  EXPECT_EQ(next_clock("2026-03-29T04:00:00+02:00", "21:00", "08:00"), "2026-03-29T04:00:00+02:00");
  in("Pacific/Apia");
  EXPECT_EQ(next_clock("2011-12-29T22:00:00-10:00", "21:00", "08:00"), "2011-12-29T22:00:00-10:00");
  EXPECT_EQ(next_clock("2011-12-31T07:00:00+14:00", "21:00", "08:00"), "2011-12-31T07:00:00+14:00");
}

TEST_F(TimeFunctions, NextWeekday) {
  in("Europe/Paris");  // 2 March 2026 is a Monday
  const Value nine = clock("09:00");
  EXPECT_EQ(next_weekday("2026-03-02T08:00:00+01:00", 0, 0, nine), "2026-03-02T09:00:00+01:00");
  EXPECT_EQ(next_weekday("2026-03-02T09:00:00+01:00", 0, 0, nine), "2026-03-02T09:00:00+01:00");
  EXPECT_EQ(next_weekday("2026-03-02T10:00:00+01:00", 0, 0, nine), "2026-03-09T09:00:00+01:00");
  EXPECT_EQ(next_weekday("2026-03-24T10:00:00+01:00", 0, 0, nine), "2026-03-30T09:00:00+02:00");
  // Whole days.
  EXPECT_EQ(next_weekday("2026-03-02T10:00:00+01:00", 0, 0), "2026-03-02T10:00:00+01:00");
  EXPECT_EQ(next_weekday("2026-03-02T10:00:00+01:00", 2, 2), "2026-03-04T00:00:00+01:00");
  EXPECT_EQ(next_weekday("2026-03-29T12:00:00+02:00", 6, 6), "2026-03-29T12:00:00+02:00");
  // monday..thursday 09:00..17:00
  EXPECT_EQ(next_weekday("2026-03-05T16:59:59.999+01:00", 0, 3, nine, clock("17:00")),
            "2026-03-05T16:59:59.999+01:00");
  EXPECT_EQ(next_weekday("2026-03-05T17:00:00+01:00", 0, 3, nine, clock("17:00")),
            "2026-03-09T09:00:00+01:00");
  // saturday..monday runs over Sunday; a night belongs to the day it begins on.
  EXPECT_EQ(next_weekday("2026-03-03T10:00:00+01:00", 5, 0), "2026-03-07T00:00:00+01:00");
  EXPECT_EQ(next_weekday("2026-03-08T10:00:00+01:00", 5, 0), "2026-03-08T10:00:00+01:00");
  EXPECT_EQ(next_weekday("2026-03-03T02:00:00+01:00", 0, 0, clock("21:00"), clock("08:00")),
            "2026-03-03T02:00:00+01:00");
  EXPECT_EQ(next_weekday("2026-03-03T09:00:00+01:00", 0, 0, clock("21:00"), clock("08:00")),
            "2026-03-09T21:00:00+01:00");
  EXPECT_EQ(
      call(Function::kNextWeekday, {time("2026-03-03T09:00:00Z"), whole(7), whole(0), Value(), Value()}),
      "missing");
  // Apia had no Friday that week.
  in("Pacific/Apia");
  EXPECT_EQ(next_weekday("2011-12-29T10:00:00-10:00", 4, 4, nine), "2012-01-06T09:00:00+14:00");
  EXPECT_EQ(next_weekday("2011-12-29T10:00:00-10:00", 4, 5), "2011-12-31T00:00:00+14:00");
}

TEST_F(TimeFunctions, TheNextMomentOfAMomentIsItself) {
  uint64_t state = 31;
  for (const char* zone : {"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"}) {
    in(zone);
    uint64_t saturations = 0;
    ScratchMemory scratch(1000);
    const FunctionEnvironment environment{context.zone, "", &scratch, &saturations};
    for (int i = 0; i < 3000; ++i) {
      const auto start = static_cast<Millis>(1'300'000'000'000 + splitmix64(state) % 400'000'000'000);
      const Value from = Value::of_clock(static_cast<Millis>(splitmix64(state) % 96) * 15 * kMillisPerMinute);
      const Value to = Value::of_clock(static_cast<Millis>(splitmix64(state) % 96) * 15 * kMillisPerMinute);
      const Value once[] = {Value::of_time(start), from, to};
      const Value next = call_function(Function::kNextClock, once, environment);
      ASSERT_FALSE(next.missing());
      EXPECT_GE(next.i, start);
      EXPECT_LE(next.i, start + 50 * kMillisPerHour);
      const Value again[] = {next, from, to};
      EXPECT_EQ(call_function(Function::kNextClock, again, environment).i, next.i);
      // Later starts never end earlier.
      const Value later[] = {Value::of_time(start + 60'000), from, to};
      EXPECT_GE(call_function(Function::kNextClock, later, environment).i, next.i);
    }
  }
}

TEST_F(TimeFunctions, DayOfRun) {
  in("Europe/Paris");
  const Value entered = time("2026-03-27T15:30:00+01:00");
  EXPECT_EQ(local(Function::kDayOfRun, {entered, whole(3), clock("09:00")}), "2026-03-30T09:00:00+02:00");
  EXPECT_EQ(local(Function::kDayOfRun, {entered, whole(3), Value()}), "2026-03-30T15:30:00+02:00");
  EXPECT_EQ(local(Function::kDayOfRun, {entered, whole(0), clock("09:00")}), "2026-03-27T09:00:00+01:00");
  EXPECT_EQ(local(Function::kDayOfRun, {entered, whole(0), Value()}), "2026-03-27T15:30:00+01:00");
  EXPECT_EQ(local(Function::kDayOfRun, {time("2026-10-25T02:30:00+01:00"), whole(0), Value()}),
            "2026-10-25T02:30:00+01:00");
}

TEST_F(TimeFunctions, SpreadOverIsEvenAndStable) {
  uint64_t saturations = 0;
  ScratchMemory scratch(1000);
  int first_half = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string contact = "c" + std::to_string(i);
    const FunctionEnvironment environment{&utc_zone(), contact, &scratch, &saturations};
    const Value arguments[] = {Value::of_time(0), Value::of_duration(1000), whole(7)};
    const Value spread = call_function(Function::kSpreadOver, arguments, environment);
    EXPECT_GE(spread.i, 0);
    EXPECT_LT(spread.i, 1000);
    EXPECT_EQ(call_function(Function::kSpreadOver, arguments, environment).i, spread.i);
    first_half += spread.i < 500 ? 1 : 0;
  }
  EXPECT_NEAR(first_half, 1000, 100);
  EXPECT_EQ(call(Function::kSpreadOver, {Value::of_time(5), Value::of_duration(-1), whole(7)}),
            "time 1970-01-01T00:00:00.005Z");
}

TEST_F(TimeFunctions, DateFilter) {
  in("Europe/Paris");
  EXPECT_EQ(call(Function::kFilterDate, {time("2026-03-02T09:05:00Z"), str("%-d %B %Y, %H:%M")}),
            "string 2 March 2026, 10:05");
  EXPECT_EQ(call(Function::kFilterDate, {date("2026-03-02"), str("%a %d.%m.")}), "string Mon 02.03.");
  EXPECT_EQ(call(Function::kFilterDate, {str("now"), str("%Y")}), "missing");
}

}  // namespace
}  // namespace wend

#include "vm/core/time_zone.h"

#include <gtest/gtest.h>

#include "vm/base/hash.h"
#include "vm/core/posix_tz.h"

namespace wend {
namespace {

Millis utc(std::string_view text) {
  const auto instant = parse_rfc3339(text);
  EXPECT_TRUE(instant.has_value()) << text;
  return instant.value_or(0);
}
// A local date and time, written as if it were UTC.
Millis local(std::string_view text) { return utc(std::string(text) + "Z"); }

const Zone& zone(std::string_view name) {
  const Zone* found = find_zone(name);
  EXPECT_NE(found, nullptr) << name;
  return found == nullptr ? utc_zone() : *found;
}

TEST(TimeZone, FindsByName) {
  EXPECT_EQ(zone_name(zone("Europe/Paris")), "Europe/Paris");
  EXPECT_EQ(find_zone("Europe/Paris"), find_zone("Europe/Paris"));
  EXPECT_EQ(find_zone("Europe/Nowhere"), nullptr);
  EXPECT_EQ(find_zone(""), nullptr);
  EXPECT_EQ(find_zone("../../etc/passwd"), nullptr);
  EXPECT_EQ(find_zone("/etc/passwd"), nullptr);
  EXPECT_EQ(find_zone("tzdata.zi"), nullptr);
  EXPECT_EQ(find_zone(std::string(5000, 'A')), nullptr);
  EXPECT_EQ(find_zone("UTC"), &utc_zone());
  EXPECT_FALSE(time_zone_database_version().empty());
}

TEST(TimeZone, OffsetsChangeWithTheSeason) {
  const Zone& paris = zone("Europe/Paris");
  EXPECT_EQ(zone_offset_ms(paris, utc("2026-03-29T00:59:59Z")), kMillisPerHour);
  EXPECT_EQ(zone_offset_ms(paris, utc("2026-03-29T01:00:00Z")), 2 * kMillisPerHour);
  EXPECT_EQ(zone_offset_ms(zone("Australia/Lord_Howe"), utc("2026-01-01T00:00:00Z")), 11 * kMillisPerHour);
  EXPECT_EQ(zone_offset_ms(zone("Australia/Lord_Howe"), utc("2026-07-01T00:00:00Z")),
            21 * kMillisPerHour / 2);
  EXPECT_EQ(zone_offset_ms(utc_zone(), kMaxInstant), 0);
}

TEST(TimeZone, RulesHoldBehindTheLastListedYear) {
  const Zone& paris = zone("Europe/Paris");
  for (const char* year : {"2037", "2038", "2050", "2437", "2438", "2999", "9998"}) {
    EXPECT_EQ(zone_offset_ms(paris, utc(std::string(year) + "-07-01T00:00:00Z")), 2 * kMillisPerHour) << year;
    EXPECT_EQ(zone_offset_ms(paris, utc(std::string(year) + "-01-01T00:00:00Z")), kMillisPerHour) << year;
    const Millis noon = local(std::string(year) + "-07-01T12:00:00");
    EXPECT_EQ(from_local_ms(paris, noon), noon - 2 * kMillisPerHour) << year;
  }
  EXPECT_EQ(zone_offset_ms(paris, utc("2050-03-27T00:59:59Z")), kMillisPerHour);
  EXPECT_EQ(zone_offset_ms(paris, utc("2050-03-27T01:00:00Z")), 2 * kMillisPerHour);
  EXPECT_EQ(zone_offset_ms(zone("America/New_York"), utc("2040-07-01T00:00:00Z")), -4 * kMillisPerHour);
  EXPECT_EQ(zone_offset_ms(zone("Australia/Lord_Howe"), utc("2060-01-01T00:00:00Z")), 11 * kMillisPerHour);
}

struct LocalCase {
  const char* zone;
  const char* local;
  const char* utc;
};

TEST(TimeZone, SkippedAndRepeatedLocalTimes) {
  const LocalCase cases[] = {
      {"Europe/Paris", "2026-03-29T01:59:59.999", "2026-03-29T00:59:59.999Z"},
      {"Europe/Paris", "2026-03-29T02:00:00", "2026-03-29T01:00:00Z"},  // skipped
      {"Europe/Paris", "2026-03-29T02:30:00", "2026-03-29T01:00:00Z"},  // skipped
      {"Europe/Paris", "2026-03-29T03:00:00", "2026-03-29T01:00:00Z"},
      {"Europe/Paris", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"},  // the first of two
      {"Europe/Paris", "2026-10-25T03:00:00", "2026-10-25T02:00:00Z"},
      {"America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:00:00Z"},  // skipped
      {"America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00Z"},  // the first of two
      {"America/New_York", "2026-11-01T02:00:00", "2026-11-01T07:00:00Z"},
      {"Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:30:00Z"},  // half an hour is skipped
      {"Australia/Lord_Howe", "2026-10-04T02:30:00", "2026-10-03T15:30:00Z"},
      {"Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00Z"},  // the first of two
      {"Australia/Lord_Howe", "2026-04-05T02:00:00", "2026-04-04T15:30:00Z"},
      {"Pacific/Apia", "2011-12-29T23:59:59", "2011-12-30T09:59:59Z"},
      {"Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T10:00:00Z"},  // the whole day is skipped
      {"Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00Z"},
      {"Europe/Paris", "2050-03-27T02:30:00", "2050-03-27T01:00:00Z"},
      {"Europe/Paris", "2450-03-27T02:30:00", "2450-03-27T01:00:00Z"},
      {"Europe/Paris", "2050-10-30T02:30:00", "2050-10-30T00:30:00Z"},
  };
  for (const LocalCase& c : cases) {
    EXPECT_EQ(format_rfc3339(from_local_ms(zone(c.zone), local(c.local))), c.utc) << c.zone << " " << c.local;
  }
  EXPECT_FALSE(local_day_exists(zone("Pacific/Apia"), *parse_date("2011-12-30")));
  EXPECT_TRUE(local_day_exists(zone("Pacific/Apia"), *parse_date("2011-12-31")));
  EXPECT_TRUE(local_day_exists(zone("Europe/Paris"), *parse_date("2026-03-29")));
}

TEST(TimeZone, LocalTimesComeBack) {
  uint64_t state = 1;
  for (const char* name : {"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
                           "Asia/Kolkata", "Europe/Dublin", "America/St_Johns", "UTC"}) {
    const Zone& z = zone(name);
    Millis previous_local = INT64_MIN;
    Millis previous = INT64_MIN;
    for (int i = 0; i < 5000; ++i) {
      const Millis instant =
          static_cast<Millis>(splitmix64(state) % 8'000'000'000'000ULL) - 2'000'000'000'000;
      const Millis there = to_local_ms(z, instant);
      const Millis back = from_local_ms(z, there);
      // Either the instant itself, or the earlier of two instants with that local time.
      EXPECT_LE(back, instant) << name;
      EXPECT_EQ(to_local_ms(z, back), there) << name;
      // Later local times are never earlier instants.
      const Millis any_local =
          static_cast<Millis>(splitmix64(state) % 8'000'000'000'000ULL) - 2'000'000'000'000;
      const Millis at = from_local_ms(z, any_local);
      if (any_local >= previous_local) {
        EXPECT_GE(at, previous) << name;
      } else {
        EXPECT_LE(at, previous) << name;
      }
      previous_local = any_local;
      previous = at;
    }
  }
}

TEST(TimeZone, HugeInstantsAreHarmless) {
  const Zone& paris = zone("Europe/Paris");
  for (const int64_t extreme : {INT64_MIN, INT64_MIN + 1, INT64_MAX - 1, INT64_MAX}) {
    to_local_ms(paris, extreme);
    from_local_ms(paris, extreme);
    civil_from_days(extreme);
    weekday_of_days(extreme);
    add_months(extreme, extreme);
    days_of_local(extreme);
    local_day_exists(paris, extreme);
    EXPECT_FALSE(format_rfc3339(extreme).empty());
    EXPECT_FALSE(format_rfc3339_in(paris, extreme).empty());
    EXPECT_FALSE(format_date(extreme).empty());
    EXPECT_FALSE(format_clock(extreme).empty());
    EXPECT_FALSE(format_duration(extreme).empty());
    EXPECT_FALSE(format_pattern(paris, extreme, "%c %Y %j").empty());
  }
}

TEST(Calendar, DaysAndDates) {
  EXPECT_EQ(days_from_civil({1970, 1, 1}), 0);
  EXPECT_EQ(days_from_civil({2000, 3, 1}), 11017);
  for (int64_t day = -800000; day <= 3000000; day += 13)
    EXPECT_EQ(days_from_civil(civil_from_days(day)), day);
  EXPECT_EQ(weekday_of_days(0), 3);
  EXPECT_EQ(weekday_of_days(-1), 2);
  EXPECT_EQ(weekday_of_days(*parse_date("2026-03-02")), 0);
  EXPECT_TRUE(civil_exists({2028, 2, 29}));
  EXPECT_FALSE(civil_exists({2026, 2, 29}));
  EXPECT_FALSE(civil_exists({1900, 2, 29}));
  EXPECT_FALSE(civil_exists({2026, 13, 1}));
  EXPECT_FALSE(civil_exists({2026, 0, 1}));
}

TEST(Calendar, MonthsClampToTheLastDay) {
  const auto moved = [](const char* date, int64_t months) {
    return format_date(add_months(*parse_date(date), months));
  };
  EXPECT_EQ(moved("2026-01-31", 1), "2026-02-28");
  EXPECT_EQ(moved("2028-01-31", 1), "2028-02-29");
  EXPECT_EQ(moved("2026-03-31", -1), "2026-02-28");
  EXPECT_EQ(moved("2026-12-15", 1), "2027-01-15");
  EXPECT_EQ(moved("2026-01-15", -1), "2025-12-15");
  EXPECT_EQ(moved("2028-02-29", 12), "2029-02-28");
  EXPECT_EQ(moved("2026-01-15", -25), "2023-12-15");
}

TEST(TimeText, ParsesRfc3339) {
  EXPECT_EQ(utc("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(utc("2026-12-25T09:00:30.250Z") % 60000, 30250);
  EXPECT_EQ(utc("2026-12-25T09:00:30.25019Z") % 60000, 30250);
  EXPECT_EQ(utc("2026-12-25T09:00:30+01:00"), utc("2026-12-25T08:00:30Z"));
  EXPECT_EQ(utc("2026-12-25T09:00:30-05:30"), utc("2026-12-25T14:30:30Z"));
  EXPECT_EQ(utc("2026-12-25 09:00z"), utc("2026-12-25T09:00:00Z"));
  EXPECT_EQ(utc("2026-12-25t09:00Z"), utc("2026-12-25T09:00:00Z"));
  EXPECT_EQ(utc("2016-12-31T23:59:60Z"), utc("2016-12-31T23:59:59.999Z"));
  EXPECT_EQ(utc("9999-12-31T23:59:59.999Z"), kMaxInstant);
  EXPECT_EQ(utc("0001-01-01T00:00:00Z"), kMinInstant);
  for (const char* bad :
       {"", "2026", "2026-12-25", "2026-12-25T", "2026-12-25T09:00", "2026-12-25T09:00:30",
        "2026-02-29T09:00:00Z", "2026-13-01T09:00:00Z", "2026-12-25T24:00:00Z", "2026-12-25T09:60:00Z",
        "2026-12-25T09:00:61Z", "2026-12-25T09:00:30.Z", "2026-12-25T09:00:30+0100",
        "2026-12-25T09:00:30+25:00", "2026-12-25T09:00:30Zx", " 2026-12-25T09:00:30Z", "2026-12-25T9:00:30Z",
        "0000-12-25T09:00:30Z", "0001-01-01T00:00:00+01:00"}) {
    EXPECT_FALSE(parse_rfc3339(bad).has_value()) << bad;
  }
  EXPECT_FALSE(parse_rfc3339(std::string_view("2026-12-25T09:00:30Z\0", 21)).has_value());
}

TEST(TimeText, ParsesDates) {
  EXPECT_EQ(parse_date("1970-01-02"), 1);
  for (const char* bad : {"", "1970-1-2", "1970-02-30", "19700102", "1970-01-02x"})
    EXPECT_FALSE(parse_date(bad)) << bad;
}

TEST(TimeText, FormatsTimes) {
  EXPECT_EQ(format_rfc3339(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_rfc3339_in(zone("Europe/Paris"), utc("2026-03-02T09:00:00Z")),
            "2026-03-02T10:00:00+01:00");
  EXPECT_EQ(format_rfc3339_in(zone("America/St_Johns"), utc("2026-01-02T09:00:00Z")),
            "2026-01-02T05:30:00-03:30");
  EXPECT_EQ(format_rfc3339_in(utc_zone(), 0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_clock(9 * kMillisPerHour), "09:00");
  EXPECT_EQ(format_clock(9 * kMillisPerHour + 5250), "09:00:05.250");
}

TEST(TimeText, Durations) {
  EXPECT_EQ(format_duration(0), "0s");
  EXPECT_EQ(format_duration(90 * kMillisPerMinute), "1h30m");
  EXPECT_EQ(format_duration(-20 * kMillisPerMinute), "-20m");
  EXPECT_EQ(format_duration(15 * kMillisPerDay + 1), "15d1ms");
  EXPECT_EQ(parse_duration("1h30m"), 90 * kMillisPerMinute);
  EXPECT_EQ(parse_duration("2w"), 14 * kMillisPerDay);
  EXPECT_EQ(parse_duration("250ms"), 250);
  EXPECT_EQ(parse_duration("-1d"), -kMillisPerDay);
  EXPECT_EQ(parse_duration("30d"), 30 * kMillisPerDay);
  for (const char* bad :
       {"", "-", "h", "5", "5min", "1h 30m", "1.5h", "99999999999999999999s", "9000000000000000d", "6mo"}) {
    EXPECT_FALSE(parse_duration(bad).has_value()) << bad;
  }
  uint64_t state = 9;
  for (int i = 0; i < 2000; ++i) {
    const auto ms = static_cast<Millis>(splitmix64(state) >> splitmix64(state) % 60);
    ASSERT_NE(ms, INT64_MIN);
    EXPECT_EQ(parse_duration(format_duration(ms)), ms);
  }
}

TEST(TimeText, Patterns) {
  const Zone& paris = zone("Europe/Paris");
  const Millis at = utc("2026-03-02T14:05:09Z");
  EXPECT_EQ(format_pattern(paris, at, "%Y-%m-%d %H:%M:%S"), "2026-03-02 15:05:09");
  EXPECT_EQ(format_pattern(paris, at, "%A, %-d %B %Y at %I:%M %p"), "Monday, 2 March 2026 at 03:05 PM");
  EXPECT_EQ(format_pattern(paris, at, "%a %e %b %y %j %z %Z"), "Mon  2 Mar 26 061 +0100 CET");
  EXPECT_EQ(format_pattern(paris, at, "%^a %^B %0e %_m 100%% %q %"), "MON MARCH 02  3 100% %q %");
  EXPECT_EQ(format_pattern(utc_zone(), 1500, "%s %-I"), "1 12");
  EXPECT_EQ(format_pattern(utc_zone(), -1, "%s"), "-1");
}

TEST(PosixRule, ReadsWhatZoneFilesEndWith) {
  const auto paris = parse_posix_rule("CET-1CEST,M3.5.0,M10.5.0/3");
  ASSERT_TRUE(paris.has_value());
  EXPECT_EQ(format_rfc3339(to_daylight_ms(*paris, 2026)), "2026-03-29T01:00:00Z");
  EXPECT_EQ(format_rfc3339(to_standard_ms(*paris, 2026)), "2026-10-25T01:00:00Z");
  const auto lord_howe = parse_posix_rule("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
  ASSERT_TRUE(lord_howe.has_value());
  EXPECT_EQ(lord_howe->daylight_name, "+11");
  EXPECT_EQ(format_rfc3339(to_daylight_ms(*lord_howe, 2026)), "2026-10-03T15:30:00Z");
  EXPECT_EQ(format_rfc3339(to_standard_ms(*lord_howe, 2026)), "2026-04-04T15:00:00Z");
  const auto dublin = parse_posix_rule("IST-1GMT0,M10.5.0,M3.5.0/1");
  ASSERT_TRUE(dublin.has_value());
  EXPECT_EQ(dublin->daylight_offset_ms, 0);
  const auto plain = parse_posix_rule("<+13>-13");
  ASSERT_TRUE(plain.has_value());
  EXPECT_FALSE(plain->has_daylight);
  const auto days = parse_posix_rule("AAA3BBB,J60/0,300/-1");
  ASSERT_TRUE(days.has_value());
  EXPECT_EQ(format_rfc3339(to_daylight_ms(*days, 2028)), "2028-03-01T03:00:00Z");
  EXPECT_EQ(format_rfc3339(to_daylight_ms(*days, 2026)), "2026-03-01T03:00:00Z");
  EXPECT_EQ(format_rfc3339(to_standard_ms(*days, 2026)), "2026-10-28T01:00:00Z");
  for (const char* bad : {"", "CET", "-1", "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0",
                          "CET-1x", "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1"}) {
    EXPECT_FALSE(parse_posix_rule(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace wend

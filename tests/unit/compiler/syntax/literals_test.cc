#include "compiler/syntax/literals.h"

#include <gtest/gtest.h>

#include <limits>

namespace wend::literals {
namespace {

TEST(Literals, Ints) {
  EXPECT_EQ(parse_int("42").value, 42);
  EXPECT_EQ(parse_int("1_000").value, 1000);
  EXPECT_EQ(parse_int("9223372036854775807").value, std::numeric_limits<int64_t>::max());
  EXPECT_EQ(parse_int("9223372036854775807").fault, "");
  EXPECT_EQ(parse_int("9223372036854775808").value, std::numeric_limits<int64_t>::max());
  EXPECT_NE(parse_int("9223372036854775808").fault, "");
}

TEST(Literals, NumbersAndPercents) {
  EXPECT_DOUBLE_EQ(parse_number("3.14").value, 3.14);
  EXPECT_DOUBLE_EQ(parse_number("1_000.5").value, 1000.5);
  EXPECT_DOUBLE_EQ(parse_percent("45%").value, 45.0);
  EXPECT_DOUBLE_EQ(parse_percent("0.1%").value, 0.1);
  EXPECT_NE(parse_number(std::string(400, '9')).fault, "");
}

TEST(Literals, Durations) {
  EXPECT_EQ(parse_duration("90s").value, 90'000);
  EXPECT_EQ(parse_duration("1h30m").value, 90 * kMillisPerMinute);
  EXPECT_EQ(parse_duration("2w").value, 14 * kMillisPerDay);
  EXPECT_EQ(parse_duration("5ms").value, 5);
  EXPECT_NE(parse_duration("999999999999w").fault, "");
  EXPECT_NE(parse_duration("99999999999999999999d").fault, "");
}

TEST(Literals, CalendarLengths) {
  EXPECT_EQ(parse_calendar("6mo").value, 6);
  EXPECT_EQ(parse_calendar("1y6mo").value, 18);
  EXPECT_NE(parse_calendar("99999y").fault, "");
}

TEST(Literals, Clocks) {
  EXPECT_EQ(parse_clock("09:05").value, 9 * kMillisPerHour + 5 * kMillisPerMinute);
  EXPECT_EQ(parse_clock("9:05").value, parse_clock("09:05").value);
  EXPECT_EQ(parse_clock("23:59").fault, "");
  EXPECT_NE(parse_clock("24:00").fault, "");
  EXPECT_NE(parse_clock("10:60").fault, "");
}

TEST(Literals, Dates) {
  EXPECT_EQ(parse_date("1970-01-01").value, 0);
  EXPECT_EQ(parse_date("2026-12-25").value, 20812);
  EXPECT_EQ(parse_date("0001-01-01").value * kMillisPerDay, kMinInstant);
  EXPECT_EQ((parse_date("9999-12-31").value + 1) * kMillisPerDay - 1, kMaxInstant);
  EXPECT_EQ(parse_date("2024-02-29").fault, "");
  for (const char* text :
       {"2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31", "0000-01-01", "1900-02-29"}) {
    EXPECT_NE(parse_date(text).fault, "") << text;
  }
}

TEST(Literals, EveryDayFollowsTheOneBefore) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t expected = days_from_civil(1999, 12, 31);
  for (int year = 2000; year < 2101; ++year) {
    const bool leap = year % 4 == 0 && year != 2100;
    for (int month = 1; month <= 12; ++month) {
      const int days = kDays[month - 1] + (month == 2 && leap ? 1 : 0);
      for (int day = 1; day <= days; ++day) ASSERT_EQ(days_from_civil(year, month, day), ++expected);
    }
  }
}

TEST(Literals, Times) {
  const Millis day = parse_date("2026-12-25").value * kMillisPerDay;
  EXPECT_EQ(parse_time("2026-12-25 09:00").value.local_ms, day + 9 * kMillisPerHour);
  EXPECT_FALSE(parse_time("2026-12-25 09:00").value.has_offset);
  const Moment full = parse_time("2026-12-25T09:00:30.2509+01:30").value;
  EXPECT_EQ(full.local_ms, day + 9 * kMillisPerHour + 30'250);
  EXPECT_TRUE(full.has_offset);
  EXPECT_EQ(full.offset_ms, 90 * kMillisPerMinute);
  EXPECT_EQ(parse_time("2026-12-25 09:00-05:00").value.offset_ms, -5 * kMillisPerHour);
  EXPECT_TRUE(parse_time("2026-12-25 09:00Z").value.has_offset);
  for (const char* text :
       {"2026-12-32 09:00", "2026-12-25 25:00", "2026-12-25 09:00:61", "2026-12-25 09:00+19:00"}) {
    EXPECT_NE(parse_time(text).fault, "") << text;
  }
}

TEST(Literals, CorrectedLengths) {
  EXPECT_EQ(corrected_length("20min"), "20m");
  EXPECT_EQ(corrected_length("1.5h"), "1h30m");
  EXPECT_EQ(corrected_length("3days"), "3d");
  EXPECT_EQ(corrected_length("3 Days"), "3d");
  EXPECT_EQ(corrected_length("2hours30minutes"), "2h30m");
  EXPECT_EQ(corrected_length("6months"), "6mo");
  EXPECT_EQ(corrected_length("1year"), "1y");
  EXPECT_EQ(corrected_length("0.5s"), "500ms");
  for (const char* text : {"5q", "1e5", "1.5months", "1year3days", "abc"}) {
    EXPECT_EQ(corrected_length(text), std::nullopt) << text;
  }
}

TEST(Literals, StringsAndTheirMaps) {
  const DecodedString plain = decode_string("\"ab\"");
  EXPECT_EQ(plain.text, "ab");
  EXPECT_EQ(plain.map, (std::vector<uint32_t>{1, 2, 3}));
  const DecodedString escaped = decode_string(R"("a\n\"\\\t\u{1F600}z")");
  EXPECT_EQ(escaped.text, "a\n\"\\\t\xF0\x9F\x98\x80z");
  EXPECT_EQ(escaped.map, (std::vector<uint32_t>{1, 2, 4, 6, 8, 10, 10, 10, 10, 19, 20}));
  EXPECT_TRUE(escaped.bad_escapes.empty());
}

TEST(Literals, BadEscapesStayAsTheyAre) {
  const DecodedString bad = decode_string(R"("a\qb\u{110000}\u{}")");
  EXPECT_EQ(bad.text, R"(a\qb\u{110000}\u{})");
  ASSERT_EQ(bad.bad_escapes.size(), 3U);
  EXPECT_EQ(bad.bad_escapes[0].begin, 2U);
  EXPECT_EQ(bad.bad_escapes[0].end, 4U);
  EXPECT_EQ(decode_string("\"\\\xC3\xA9\"").bad_escapes[0].end, 4U);
}

TEST(Literals, TripleQuotesStripCommonIndentation) {
  EXPECT_EQ(decode_triple("\"\"\"abc\"\"\"").text, "abc");
  EXPECT_EQ(decode_triple("\"\"\"\n    a\n      b\n\n    c\n    \"\"\"").text, "a\n  b\n\nc");
  EXPECT_EQ(decode_triple("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"").text, "a\nb");
  EXPECT_EQ(decode_triple("\"\"\"first\n    second\"\"\"").text, "first\nsecond");
  EXPECT_EQ(decode_triple("\"\"\"a \"quoted\" \\n b\"\"\"").text, "a \"quoted\" \\n b");
  EXPECT_EQ(decode_triple("\"\"\"\"\"\"").text, "");
  EXPECT_EQ(decode_triple("\"\"\"\n\"\"\"").text, "");
}

TEST(Literals, TripleMapsPointIntoTheToken) {
  const std::string token = "\"\"\"\n  ab\n   c\n\"\"\"";
  const DecodedString decoded = decode_triple(token);
  EXPECT_EQ(decoded.text, "ab\n c");
  ASSERT_EQ(decoded.map.size(), decoded.text.size() + 1);
  for (size_t i = 0; i < decoded.text.size(); ++i) EXPECT_EQ(token[decoded.map[i]], decoded.text[i]) << i;
}

}  // namespace
}  // namespace wend::literals

// The hour at which a contact opens messages.

#include "vm/engine/best_hour.h"

#include <gtest/gtest.h>

#include "tests/unit/vm/engine/test_programs.h"

namespace wend {
namespace {

constexpr Millis kMidnight = kStart - 9 * kHour;  // 2026-03-02T00:00:00Z
constexpr Millis at_hour(int hours, int minutes = 0) { return kMidnight + hours * kHour + minutes * kMinute; }

OpenHours opens(std::initializer_list<int> hours) {
  OpenHours counted{};
  for (const int hour : hours) count_open(counted, utc_zone(), at_hour(hour, 59));
  return counted;
}

TEST(BestHour, IsTheHourWithTheMostOpens) {
  const OpenHours hours = opens({8, 18, 18});
  EXPECT_EQ(best_hour(hours, utc_zone(), at_hour(7, 30), at_hour(31, 30)), at_hour(18));
  EXPECT_EQ(best_hour(hours, utc_zone(), at_hour(18, 59), at_hour(42)), at_hour(18, 59)) << "it is now";
  EXPECT_EQ(best_hour(hours, utc_zone(), at_hour(19), at_hour(43)), at_hour(42)) << "tomorrow";
}

TEST(BestHour, LiesWithinTheTimeGiven) {
  const OpenHours hours = opens({8, 18, 18});
  EXPECT_EQ(best_hour(hours, utc_zone(), at_hour(7, 30), at_hour(18)), at_hour(18))
      << "the last instant included";
  EXPECT_EQ(best_hour(hours, utc_zone(), at_hour(7, 30), at_hour(18) - 1), at_hour(8)) << "the best in reach";
  EXPECT_EQ(best_hour(hours, utc_zone(), at_hour(9), at_hour(12)), at_hour(9))
      << "nothing opened in any of them";
}

TEST(BestHour, OfEqualOnesIsTheEarlier) {
  const OpenHours hours = opens({10, 12});
  EXPECT_EQ(best_hour(hours, utc_zone(), at_hour(9), at_hour(33)), at_hour(10));
  EXPECT_EQ(best_hour(hours, utc_zone(), at_hour(11), at_hour(35)), at_hour(12));
  EXPECT_EQ(best_hour(hours, utc_zone(), at_hour(12), at_hour(36)), at_hour(12))
      << "and so does the one at hand";
}

TEST(BestHour, IsOneOfTheContactsOwnDay) {
  const Zone* zone = find_zone("America/New_York");
  ASSERT_NE(zone, nullptr);
  OpenHours hours{};
  count_open(hours, *zone, at_hour(13));  // eight in the morning there
  EXPECT_EQ(hours[8], 1);
  EXPECT_EQ(best_hour(hours, *zone, at_hour(14), at_hour(38)), at_hour(37));
  // On 8 March clocks go forward: eight o'clock comes an hour earlier.
  const Millis day = 6 * kDay;
  EXPECT_EQ(best_hour(hours, *zone, at_hour(2) + day, at_hour(26) + day), at_hour(12) + day);
}

TEST(BestHour, CountsStopAtTheirLimit) {
  OpenHours hours{};
  hours[9] = 65535;
  count_open(hours, utc_zone(), at_hour(9));
  EXPECT_EQ(hours[9], 65535);
}

}  // namespace
}  // namespace wend

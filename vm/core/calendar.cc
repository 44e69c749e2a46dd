// Days and dates without zones. The two conversions are H. Hinnant's "chrono-Compatible Low-Level Date
// Algorithms".
#include <algorithm>

#include "vm/core/time_zone.h"

namespace wend {
namespace {

// Far beyond the years 1 to 9999 and far from overflow.
constexpr int64_t kMaxDays = 1'000'000'000'000;
constexpr int64_t kMaxYears = 1'000'000'000;

bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in_month(int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

int64_t days_from_civil(const CivilDate& date) {
  const int64_t shifted = std::clamp(date.year, -kMaxYears, kMaxYears) - (date.month <= 2 ? 1 : 0);
  const int64_t era = floor_div(shifted, 400);
  const int64_t year_of_era = shifted - era * 400;
  const int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilDate civil_from_days(int64_t days) {
  const int64_t shifted = std::clamp(days, -kMaxDays, kMaxDays) + 719468;
  const int64_t era = floor_div(shifted, 146097);
  const int64_t day_of_era = shifted - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  date.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

bool civil_exists(const CivilDate& date) {
  return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= days_in_month(date.year, date.month);
}

int weekday_of_days(int64_t days) {
  // 1970-01-01 was a Thursday.
  const int64_t weekday = (days % 7 + 3) % 7;
  return static_cast<int>(weekday < 0 ? weekday + 7 : weekday);
}

int64_t add_months(int64_t days, int64_t months) {
  CivilDate date = civil_from_days(days);
  const int64_t month = (date.month - 1) + std::clamp(months, -12 * kMaxYears, 12 * kMaxYears);
  date.year += floor_div(month, 12);
  date.month = static_cast<int>(month - floor_div(month, 12) * 12) + 1;
  date.day = std::min(date.day, days_in_month(date.year, date.month));
  return days_from_civil(date);
}

int64_t days_of_local(Millis local_ms) { return floor_div(local_ms, kMillisPerDay); }

}  // namespace wend

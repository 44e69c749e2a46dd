#ifndef WEND_TESTS_ORACLE_LOCAL_TIME_H_
#define WEND_TESTS_ORACLE_LOCAL_TIME_H_

// Local time straight from the time zone database through <date/tz.h>: sections 5 and 9 of the language.
// A local time that is skipped means the first instant after the gap; one that occurs twice means the first.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vm/base/clock.h"

namespace wend::oracle {

struct LocalZone {
  const void* zone = nullptr;  // date::time_zone
};

LocalZone utc();
std::optional<LocalZone> zone_named(std::string_view name);

struct Local {
  int64_t day = 0;       // since 1970-01-01
  Millis of_day_ms = 0;  // on the wall
};
Local local_of(const LocalZone& zone, Millis at_ms);
Millis instant_of(const LocalZone& zone, int64_t day, Millis of_day_ms);
Millis offset_of(const LocalZone& zone, Millis at_ms);

int weekday_of(int64_t day);  // 0 Monday
struct Civil {
  int64_t year = 0;
  int month = 1, day = 1;
};
Civil civil_of(int64_t day);
int64_t day_of(int64_t year, int month, int day);
// So many months on, clamped to the last day of the month.
int64_t add_months(int64_t day, int64_t months);
Millis add_months_at(const LocalZone& zone, Millis at_ms, int64_t months);

// `wait until 09:00..17:00`: the first moment not before `now` inside the span; from == to is that moment.
Millis next_clock(const LocalZone& zone, Millis now, Millis from_ms, Millis to_ms);
// `wait until monday..thursday [09:00[..17:00]]`.
Millis next_weekday(const LocalZone& zone, Millis now, int from_day, int to_day, bool has_clock,
                    Millis from_ms, Millis to_ms);

std::string rfc3339(const LocalZone& zone, Millis at_ms);  // "Z" at offset 0
std::string date_text(int64_t day);
std::string clock_text(Millis of_day_ms);
std::string strftime_text(const LocalZone& zone, Millis at_ms, const std::string& format);
// RFC 3339; nullopt for anything else.
std::optional<Millis> parse_instant(std::string_view text);
std::optional<int64_t> parse_day(std::string_view text);

}  // namespace wend::oracle

#endif  // WEND_TESTS_ORACLE_LOCAL_TIME_H_

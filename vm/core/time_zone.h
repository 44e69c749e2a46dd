#ifndef WEND_VM_CORE_TIME_ZONE_H_
#define WEND_VM_CORE_TIME_ZONE_H_

// Calendar arithmetic and IANA time zones over the system's time zone database. Pure apart from reading that
// database once. Safe from any thread. Zones live for the whole process.
//
// Rules (language, section 9): a local time that a DST change skips means the first instant after the gap;
// one that occurs twice means the first.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vm/base/clock.h"

namespace wend {

class Zone;  // an IANA zone

// nullptr where the database has no such zone. "UTC" always exists.
const Zone* find_zone(std::string_view name);
const Zone& utc_zone();
std::string_view zone_name(const Zone& zone);
// Version of the database ("2024a"), from the first line of tzdata.zi; "unknown" where that cannot be read.
std::string time_zone_database_version();

// Offset from UTC in force at the instant.
Millis zone_offset_ms(const Zone& zone, Millis instant_ms);
// The local date and time at the instant, as milliseconds read as if they were UTC.
Millis to_local_ms(const Zone& zone, Millis instant_ms);
// The instant of a local date and time, by the rules above.
Millis from_local_ms(const Zone& zone, Millis local_ms);
// The first instant after this one at which the zone's rules change (another offset, or only another name for
// it); kNever where they stay for ever.
Millis next_offset_change(const Zone& zone, Millis instant_ms);

struct CivilDate {
  int64_t year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
  bool operator==(const CivilDate&) const = default;
};
// Days since 1970-01-01 in the proleptic Gregorian calendar, and back (H. Hinnant, "chrono-Compatible
// Low-Level Date Algorithms").
int64_t days_from_civil(const CivilDate& date);
CivilDate civil_from_days(int64_t days);
bool civil_exists(const CivilDate& date);
// 0 Monday .. 6 Sunday.
int weekday_of_days(int64_t days);
// The same day so many months on, clamped to the last day of the month.
int64_t add_months(int64_t days, int64_t months);
// False for a local day that the zone left out (2011-12-30 in Pacific/Apia).
bool local_day_exists(const Zone& zone, int64_t days);
// Floor of local_ms / one day; what is left is the time of day.
int64_t days_of_local(Millis local_ms);

// RFC 3339: "2026-12-25T09:00:30.250Z", offsets; a blank or `t` may stand for `T`, seconds may be left out.
// Leap second :60 means :59.999.
std::optional<Millis> parse_rfc3339(std::string_view text);
// "2026-12-25".
std::optional<int64_t> parse_date(std::string_view text);
// "2026-12-25T09:00:30.250Z", milliseconds only where they are not 0.
std::string format_rfc3339(Millis instant_ms);
// The same in a zone: "2026-12-25T10:00:30+01:00", `Z` where the offset is 0. Offsets of odd seconds (before 1972) fall
// back to UTC.
std::string format_rfc3339_in(const Zone& zone, Millis instant_ms);
std::string format_date(int64_t days);
// "09:00", with seconds only where they are not 0.
std::string format_clock(Millis of_day_ms);
// The language's own form: "1h30m", "0s", "-20m". Parse accepts what the lexer accepts as DURATION.
std::string format_duration(Millis duration_ms);
std::optional<Millis> parse_duration(std::string_view text);
// strftime-like pattern (%Y %m %d %e %H %I %M %S %p %A %a %B %b %j %y %Z %z %s %%  with the flags - ^ 0), C
// locale; unknown conversions are copied.
std::string format_pattern(const Zone& zone, Millis instant_ms, std::string_view pattern);

}  // namespace wend

#endif  // WEND_VM_CORE_TIME_ZONE_H_

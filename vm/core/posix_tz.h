#ifndef WEND_VM_CORE_POSIX_TZ_H_
#define WEND_VM_CORE_POSIX_TZ_H_

// The rule with which a zone file ends ("CET-1CEST,M3.5.0,M10.5.0/3", POSIX.1 TZ with the extensions of RFC
// 8536): what holds after the last change that the file lists, for ever.

#include <optional>
#include <string>
#include <string_view>

#include "vm/base/clock.h"

namespace wend {

// When in a year a change comes, in the local time that was in force before it.
struct PosixChange {
  enum class Form { kMonthWeekday, kJulian, kZeroBased } form = Form::kMonthWeekday;
  int month = 1, week = 1, weekday = 0;  // kMonthWeekday: week 5 is the last; weekday 0 Sunday
  int day = 0;                           // kJulian: 1..365, 29 February never counted; kZeroBased: 0..365
  Millis at_ms = 2 * kMillisPerHour;     // -167 to 167 hours
};

struct PosixRule {
  std::string standard_name;
  Millis standard_offset_ms = 0;  // east of Greenwich
  bool has_daylight = false;
  std::string daylight_name;
  Millis daylight_offset_ms = 0;
  PosixChange to_daylight;
  PosixChange to_standard;
};

// Nothing for a text that is not such a rule.
std::optional<PosixRule> parse_posix_rule(std::string_view text);

// The instants of the two changes in a year. REQUIRES: rule.has_daylight.
Millis to_daylight_ms(const PosixRule& rule, int64_t year);
Millis to_standard_ms(const PosixRule& rule, int64_t year);

}  // namespace wend

#endif  // WEND_VM_CORE_POSIX_TZ_H_

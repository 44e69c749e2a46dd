#ifndef WEND_VM_CORE_HORIZON_H_
#define WEND_VM_CORE_HORIZON_H_

// When time alone changes what a condition says (language, section 8). Each comparison with the clock gives its
// value and the first instant at which it will have another one while everything else stays as it is. The
// answers follow the zone's rules: a local time that is skipped, one that comes twice, days that are left out.
//
// What is promised: between the instant asked for and `changes_ms` the value stays the same, and `changes_ms`
// is later than the instant asked for. Where a zone changes its offset again and again before the value does,
// `changes_ms` may be one of those changes: asked again then, the answer goes on from there.
//
// Pure; safe from any thread.

#include <cstdint>

#include "vm/base/clock.h"
#include "vm/core/isa.h"
#include "vm/core/time_zone.h"

namespace wend {

// A truth with the first instant at which it may be another; kNever where time alone never changes it.
struct TimedBool {
  bool holds = false;
  Millis changes_ms = kNever;
};

// `now RELATION instant_ms`.
TimedBool compare_now(Relation relation, Millis now_ms, Millis instant_ms);
// `today RELATION day`, days since 1970-01-01.
TimedBool compare_today(Relation relation, const Zone& zone, Millis now_ms, int64_t day);
// `clock RELATION of_day_ms`.
TimedBool compare_clock(Relation relation, const Zone& zone, Millis now_ms, Millis of_day_ms);

// A part of the local day as a number (0 Monday .. 6 Sunday, 1 .. 12, the year), and the first instant at which
// it is another.
struct TimedPart {
  int64_t value = 0;
  Millis changes_ms = kNever;
};
TimedPart today_part(TodayPart part, const Zone& zone, Millis now_ms);

}  // namespace wend

#endif  // WEND_VM_CORE_HORIZON_H_

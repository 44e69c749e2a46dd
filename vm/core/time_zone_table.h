#ifndef WEND_VM_CORE_TIME_ZONE_TABLE_H_
#define WEND_VM_CORE_TIME_ZONE_TABLE_H_

// Internal to the time zone files: the periods of which a zone consists.

#include <string>

#include "vm/base/clock.h"
#include "vm/core/time_zone.h"

namespace wend {

struct ZonePeriod {
  Millis begin_ms = 0;
  Millis offset_ms = 0;
  std::string name;  // "CEST"
};

// The period that holds the instant (of a later cycle of the calendar: its double, begin_ms does not count
// then).
const ZonePeriod& zone_period(const Zone& zone, Millis instant_ms);

}  // namespace wend

#endif  // WEND_VM_CORE_TIME_ZONE_TABLE_H_

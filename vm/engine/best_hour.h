#ifndef WEND_VM_ENGINE_BEST_HOUR_H_
#define WEND_VM_ENGINE_BEST_HOUR_H_

// The hour of the day at which a contact opens messages (language, section 5: `at best hour within D`). Pure
// functions; safe from any thread; nothing can fail.

#include <array>
#include <cstdint>

#include "vm/base/clock.h"
#include "vm/core/time_zone.h"

namespace wend {

// How often the contact has opened a message in each hour of its day.
using OpenHours = std::array<uint16_t, 24>;

// Counts an open at this instant. Counts stop at their limit.
void count_open(OpenHours& hours, const Zone& zone, Millis at_ms);

// The moment to send at: of the hour at hand and the hours that begin until `until_ms`, both ends included,
// the one with the most opens, the earlier of equals. `now_ms` where that is the hour at hand, or where the
// contact has opened nothing in any of them.
Millis best_hour(const OpenHours& hours, const Zone& zone, Millis now_ms, Millis until_ms);

}  // namespace wend

#endif  // WEND_VM_ENGINE_BEST_HOUR_H_

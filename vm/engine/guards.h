#ifndef WEND_VM_ENGINE_GUARDS_H_
#define WEND_VM_ENGINE_GUARDS_H_

// The parts of guards that need no contact. Pure functions; safe from any thread; nothing can fail.

#include <optional>
#include <string_view>

#include "vm/base/clock.h"
#include "vm/core/program.h"
#include "vm/core/time_zone.h"

namespace wend {

// "marketing", "transactional" or the declared name.
std::string_view category_name(const Program& program, const MessageRow& message);

// Where a quiet span of the guard covers the instant: its end, the first instant that is not quiet. Spans
// begin and end at local times of `zone`; one over midnight belongs to the day on which it begins.
std::optional<Millis> quiet_until(const GuardRow& guard, const Zone& zone, Millis at_ms);

}  // namespace wend

#endif  // WEND_VM_ENGINE_GUARDS_H_

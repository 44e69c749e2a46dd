#ifndef WEND_COMPILER_DRIVER_COVERAGE_REPORT_H_
#define WEND_COMPILER_DRIVER_COVERAGE_REPORT_H_

// What `wend test --coverage` prints. Pure functions; any thread.

#include <string>

#include "vm/simulate/coverage.h"

namespace wend {

// "coverage: 83%, 10 of 12 steps and 5 of 6 outcomes", then each journey, and below it what no test reached:
// "cart.wend:9: wait for clicked up to 1h: `clicked` never came". Of a step that was not reached itself no
// outcomes are listed.
std::string coverage_text(const Coverage& coverage);

// One object a journey and line: {"coverage":"cart_recovery","percent":75,"steps":8,"steps_reached":6,
// "outcomes":4,"outcomes_reached":3,"missed":[{"file":..,"line":..,"column":..,"step":..,"outcome":..}]};
// "outcome" is null where the step itself was not reached.
std::string coverage_json(const Coverage& coverage);

}  // namespace wend

#endif  // WEND_COMPILER_DRIVER_COVERAGE_REPORT_H_

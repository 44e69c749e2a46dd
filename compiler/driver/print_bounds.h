#ifndef WEND_COMPILER_DRIVER_PRINT_BOUNDS_H_
#define WEND_COMPILER_DRIVER_PRINT_BOUNDS_H_

// What `wend check --summary` prints. Pure; any thread.

#include <string>

#include "compiler/analysis/project_bounds.h"

namespace wend {

// A paragraph a journey, then the week over all journeys. ASCII; ends with a line end.
std::string bounds_text(const ProjectBounds& bounds);

// One object {"summary": {"journeys": [..], "week": [..]}} on one line, as one more line behind the findings.
std::string bounds_json(const ProjectBounds& bounds);

}  // namespace wend

#endif  // WEND_COMPILER_DRIVER_PRINT_BOUNDS_H_

#ifndef WEND_COMPILER_DRIVER_SUMMARY_H_
#define WEND_COMPILER_DRIVER_SUMMARY_H_

// The summary tables that `run`, `simulate` and `report` print.

#include <string>

#include "vm/trace/report.h"

namespace wend {

// Journeys (entered, waiting, ended by reason, goals), messages (by channel and status), and what was left
// out or refused. ASCII, at most 110 columns as far as names allow; ends with a line end. Empty for an empty
// report.
std::string summary_text(const EngineReport& report);

// The same as one JSON object.
std::string summary_json(const EngineReport& report);

}  // namespace wend

#endif  // WEND_COMPILER_DRIVER_SUMMARY_H_

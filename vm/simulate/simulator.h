#ifndef WEND_VM_SIMULATE_SIMULATOR_H_
#define WEND_VM_SIMULATE_SIMULATOR_H_

// Runs an image over a log of events in memory, as fast as it goes, with the engine's own code in virtual
// time. Sends nothing: what would be sent goes to a callback, in order of time.
//
// Threads: one. Failures: what the engine or the callbacks report. A line that is no valid event is counted,
// given to `on_bad_line`, and skipped.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vm/base/result.h"
#include "vm/engine/engine.h"
#include "vm/engine/event_json.h"
#include "vm/trace/report.h"

namespace wend {

struct SimulationOptions {
  std::optional<Millis> from_ms;   // events before it are left out
  std::optional<Millis> until_ms;  // stop there; default: when the last timer has fired
  size_t max_batch = 4096;
  bool trace = true;
  EventJsonLimits json_limits;
  // Whatever was decided, in order; a failure ends the simulation.
  std::function<Status(const Delivery&)> on_delivery;
  std::function<void(uint64_t line, const Error& error)> on_bad_line;
  // Asked after each batch with the lines and bytes done and the time reached; false stops, which is no
  // error.
  std::function<bool(uint64_t lines, uint64_t bytes, Millis now_ms)> on_progress;
};

struct SimulationResult {
  EngineReport report;
  EngineStats stats;
  uint64_t lines = 0;
  uint64_t bad_lines = 0;
  uint64_t left_out = 0;             // before from_ms or after until_ms
  Millis first_ms = 0, last_ms = 0;  // times of the first and last event
  std::unique_ptr<Store> store;      // what the engine left, for why_text()
};

// Gives the next line without its end; nullopt at the end of the input.
using LineSource = std::function<Result<std::optional<std::string_view>>()>;

Result<SimulationResult> simulate(std::string_view image_bytes, const LineSource& lines,
                                  const SimulationOptions& options);

}  // namespace wend

#endif  // WEND_VM_SIMULATE_SIMULATOR_H_

#ifndef WEND_VM_DELIVERY_REPLAY_H_
#define WEND_VM_DELIVERY_REPLAY_H_

// Replays a log of events through a durable engine: the clock is driven by the events, deliveries go to a
// file. How far the log has come is committed with what it did, so that a replay that was stopped, in
// whatever way, goes on where it was and leaves the same file as one that ran through.
//
// One thread. Failures: of the log, the engine and the file; kInvalidInput where the log is not the one begun
// before.

#include <cstdint>
#include <functional>
#include <optional>

#include "vm/base/result.h"
#include "vm/delivery/file_connector.h"
#include "vm/delivery/line_reader.h"
#include "vm/engine/engine.h"
#include "vm/engine/event_json.h"

namespace wend {

struct ReplayProgress {
  uint64_t bytes = 0;  // of the log that are done
  uint64_t lines = 0;
  Millis now_ms = 0;      // the replay's clock
  bool log_done = false;  // only timers are left
};

struct ReplayOptions {
  std::optional<Millis> until_ms;  // events and timers after it stay; default: the last timer has fired
  size_t batch_lines = 2048;
  EventJsonLimits json_limits;
  // A line that is no valid event; it is counted and skipped.
  std::function<void(uint64_t line, const Error& error)> on_bad_line;
  // Asked after each batch; false stops there, which is no error.
  std::function<bool(const ReplayProgress&)> on_progress;
};

struct ReplayResult {
  bool stopped = false;  // on_progress said so
  bool resumed = false;  // an earlier replay of this log was continued
  uint64_t lines = 0;    // of the log that are done, in this and earlier processes
  uint64_t refused_lines = 0;
  Millis now_ms = 0;
};

Result<ReplayResult> replay(Engine& engine, LineReader& log, FileConnector& deliveries,
                            const ReplayOptions& options);

}  // namespace wend

#endif  // WEND_VM_DELIVERY_REPLAY_H_

#ifndef WEND_VM_DELIVERY_DELIVERY_WORKER_H_
#define WEND_VM_DELIVERY_DELIVERY_WORKER_H_

// Carries what the engine decided to the outside, in live mode: takes entries from the outbox and gives each
// to the lane of its channel. A lane is a thread with one connector, so that a slow provider holds up its own
// channel only (until `max_lane_entries` of its entries wait in memory: then the others wait, too). An entry
// leaves the outbox when its connector has accepted it; what was under way in a crash or at a stop is tried
// again at the next start, with the same idempotency key.
//
// Outcomes that are no hand-over (suppressed, cancelled) and deliveries that a provider refused for good are
// lines of the deliveries file. A refusal also comes back to the engine as the event `failed` of the contact,
// which is committed before the entry leaves the outbox; where the engine does not take it any more, the
// entry stays.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "vm/base/clock.h"
#include "vm/base/result.h"
#include "vm/delivery/file_connector.h"
#include "vm/delivery/webhook_connector.h"
#include "vm/engine/engine.h"

namespace wend {

struct WebhookLane {
  WebhookOptions webhook;
  int64_t max_attempts = 8;
  Millis backoff_first_ms = 1000;
  Millis backoff_max_ms = 300'000;
};

struct DeliveryOptions {
  // By channel; "*" for all others that `file_channels` does not name. Channels without one go to the file.
  std::map<std::string, WebhookLane> webhooks;
  std::set<std::string> file_channels;
  Durability durability = Durability::kSync;
  size_t max_lane_entries = 100'000;
  Millis idle_poll_ms = 20;     // how long the outbox may look empty before it is asked again
  Millis stop_grace_ms = 3000;  // how long stop() lets an attempt go on
  std::function<void(const std::string& line)> log;  // one line for a person; any thread; may be empty
};

struct DeliveryStats {
  uint64_t filed = 0;     // lines written to the file
  uint64_t accepted = 0;  // by webhooks
  uint64_t retried = 0;
  uint64_t failed = 0;   // given up or refused
  uint64_t waiting = 0;  // in lanes now
};

class DeliveryWorker {
 public:
  // Starts the threads. `engine`, `file` and `clock` outlive the worker.
  DeliveryWorker(Engine& engine, FileConnector& file, const Clock& clock, DeliveryOptions options);
  // stop().
  ~DeliveryWorker();

  // Ends the threads after what they are at; with `drain`, then writes everything that goes to the file and
  // leaves what waits for a webhook in the outbox. health() tells whether that went well.
  void stop(bool drain);
  DeliveryStats stats() const;
  // The failure of the disk after which nothing is delivered any more, if any.
  Status health() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wend

#endif  // WEND_VM_DELIVERY_DELIVERY_WORKER_H_

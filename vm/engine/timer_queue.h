#ifndef WEND_VM_ENGINE_TIMER_QUEUE_H_
#define WEND_VM_ENGINE_TIMER_QUEUE_H_

// The timers of all contacts, on disk in order of time; this finds the due ones. A contact that waits costs
// no memory.
//
// Threads: all methods from any thread. One scan at a time serves all workers: what it finds for another
// worker waits in that worker's list, and `wake` is called for it. Failures: kIo, kCorrupt.

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/clock.h"
#include "vm/base/result.h"
#include "vm/engine/low_water.h"
#include "vm/store/store.h"

namespace wend {

// The shard of a contact, 0 to 255; a worker owns the shards that leave its number divided by the number of
// workers.
constexpr size_t kShards = 256;
size_t shard_of(std::string_view contact);
inline size_t worker_of(std::string_view contact, size_t workers) { return shard_of(contact) % workers; }

struct DueTimer {
  Millis due_ms = 0;
  std::string contact;
};

class TimerQueue {
 public:
  TimerQueue(Store& store, size_t workers);

  void set_wake(std::function<void(size_t worker)> wake) { wake_ = std::move(wake); }

  // Timers of a worker due at or before `now_ms`, earliest first, at most `limit`. Each is given out once;
  // the commit that handles it erases its key. A contact may have moved its timer meanwhile: then there is
  // nothing to do for it.
  Result<std::vector<DueTimer>> take(size_t worker, Millis now_ms, size_t limit);

  // Due time of the earliest timer not given out; kNever for none. Reads the store.
  Result<Millis> next_due();
  // Not before this a take() can find something new; kNever while none is known. Never reads the store.
  Millis next_look();

  // A timer became visible.
  void note_put(Millis due_ms, std::string_view contact);

 private:
  Status scan(Millis now_ms, size_t limit, std::vector<bool>& found);

  Store& store_;
  std::function<void(size_t)> wake_;
  std::mutex mutex_;
  // Protected by mutex_.
  LowWater low_;
  Millis next_look_ms_ = kMinInstant;
  std::vector<std::deque<DueTimer>> pending_;  // by worker
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_TIMER_QUEUE_H_

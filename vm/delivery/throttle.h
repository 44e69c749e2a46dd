#ifndef WEND_VM_DELIVERY_THROTTLE_H_
#define WEND_VM_DELIVERY_THROTTLE_H_

// The rates at which policies let messages go to providers (language, section 6: `throttle 100 per 1s`).
// Every message is given the instant at which it may go, in the order in which they ask; no window of the
// guard's length then holds more than its number. Journeys don't wait for it.
//
// Messages obey the policy that the current program gives to their journey. Internal messages (`to`) obey
// none.
//
// Threads: all methods from any thread. Nothing can fail. Instants are milliseconds of one clock that nobody
// sets back.

#include <deque>
#include <mutex>
#include <vector>

#include "vm/base/clock.h"
#include "vm/core/program.h"
#include "vm/engine/outbox.h"

namespace wend {

class Throttle {
 public:
  // `program` outlives it.
  explicit Throttle(const Program& program);

  // When the delivery may go: `now_ms`, or later. The place is taken then; whoever tries again asks again.
  Millis slot(const Delivery& delivery, Millis now_ms);

 private:
  struct Guard {
    PolicyIx policy;
    const GuardRow* row;
    std::deque<Millis> slots;  // the latest, at most row->count of them; ascending
  };
  bool speaks_of(const Guard& guard, const Delivery& delivery) const;
  PolicyIx policy_of(const Delivery& delivery) const;

  const Program& program_;
  std::mutex mutex_;
  std::vector<Guard> guards_;  // protected by mutex_
};

}  // namespace wend

#endif  // WEND_VM_DELIVERY_THROTTLE_H_

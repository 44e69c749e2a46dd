#ifndef WEND_VM_ENGINE_BATCH_PROCESSOR_H_
#define WEND_VM_ENGINE_BATCH_PROCESSOR_H_

// One batch of work for some contacts: reads their records together, applies inputs and due timers contact by
// contact, and commits everything at once. Also holds what the workers of an engine share.
//
// Threads: one processor a worker. Failures: of the store; kCorrupt naming the contact. After any failure the
// engine refuses all further work, because what was asked was neither done nor refused.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/base/result.h"
#include "vm/engine/contact_step.h"
#include "vm/engine/dictionary.h"
#include "vm/engine/engine.h"
#include "vm/engine/images.h"
#include "vm/engine/outbox.h"
#include "vm/engine/timer_queue.h"
#include "vm/store/store.h"

namespace wend {

// Figures that all workers add to.
struct SharedStats {
  std::atomic<uint64_t> inputs{0}, timers{0}, deliveries{0}, commits{0}, queued{0};
  std::atomic<int64_t> lateness_max_ms{0}, lateness_sum_ms{0}, lateness_count{0};
};

// What an engine consists of; constant after open() but for what guards itself.
struct EngineCore {
  EngineCore(Store& the_store, const Clock& the_clock, const EngineOptions& the_options);

  Store& store;
  const Clock& clock;
  const EngineOptions options;
  StoreNames names;
  Images images;
  Outbox outbox;
  TimerQueue timers;
  SharedStats stats;

  // The first failure stops everything.
  void fail(const Error& error);
  Status health() const;

 private:
  mutable std::mutex mutex_;
  std::atomic<bool> failed_{false};
  std::string failure_;  // protected by mutex_
};

class BatchProcessor {
 public:
  explicit BatchProcessor(EngineCore& core);

  // Adds work for the next run(). `input` must live until then.
  void add_input(const Input& input);
  void add_timer(const std::string& contact);
  bool empty() const { return items_.empty(); }
  size_t size() const { return items_.size(); }

  // Does the work and commits it together with `puts`. Timers due at or before `advance_to_ms` are fired for
  // the contacts added with add_timer(). Nothing to do and nothing to put is no commit.
  Status run(Millis advance_to_ms, std::span<const MetaPut> puts);

 private:
  struct Item {
    std::vector<const Input*> inputs;
    bool timer = false;
  };
  Item& item(std::string_view contact);
  Status do_work(Millis advance_to_ms, std::span<const MetaPut> puts);
  Status do_contact(size_t index, std::string_view record, Millis advance_to_ms);
  void announce();

  EngineCore& core_;
  ContactStep step_;
  std::unique_ptr<Batch> batch_;
  BatchEffects effects_;
  std::vector<std::string_view> contacts_;
  std::vector<Item> items_;
  std::unordered_map<std::string_view, size_t> index_;
  struct NewTimer {
    Millis due_ms;
    std::string_view contact;
  };
  std::vector<NewTimer> new_timers_;
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_BATCH_PROCESSOR_H_

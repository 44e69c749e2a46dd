#ifndef WEND_TESTS_UNIT_VM_SERVER_LIVE_ENGINE_H_
#define WEND_TESTS_UNIT_VM_SERVER_LIVE_ENGINE_H_

// A running engine over a store in memory that can fail, for tests of what stands around the engine.

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "tests/unit/vm/core/program_builder.h"
#include "tests/unit/vm/engine/test_programs.h"
#include "vm/engine/engine.h"
#include "vm/store/fault_store.h"
#include "vm/store/memory_store.h"

namespace wend {

// Sends on the channel `hook` for each event "go", on the channel `disk` for each event "keep". The event
// "later" waits 20 minutes, then sends on `disk`. The journey `asked` is entered by a start and sends there,
// too. The event "ask" calls the connector `weather` and ends the run with "answered" or "refused".
inline std::string live_image() {
  ProgramBuilder b;
  const EventIx go = b.event("go", {});
  const EventIx keep = b.event("keep", {});
  const EventIx later = b.event("later", {});
  const MessageIx hooked = b.message("hooked", b.channel("hook", none_of<AttrIx>()), "to the hook");
  const ChannelIx disk = b.channel("disk", none_of<AttrIx>());
  const MessageIx kept = b.message("kept", disk, "to the disk");
  const auto journey = [&](const char* name, EventIx event, MessageIx message, Millis wait_ms) {
    JourneyWriter j(b, name);
    j.on(event);
    j.begin();
    if (wait_ms > 0) j.wait(wait_ms);
    j.send(message);
    j.finish();
  };
  journey("hooks", go, hooked, 0);
  journey("keeps", keep, kept, 0);
  journey("waits", later, kept, 20 * kMinute);
  asks_weather(
      b, b.event("ask", {}), kDay, [](JourneyWriter& j) { j.exit("answered"); },
      [](JourneyWriter& j) { j.exit("refused"); });
  journey("asked", b.event("start asked", {"by"}), kept, 0);
  return b.image();
}

// Hands everything to another store; commits wait while it is held.
class GateStore : public Store {
 public:
  explicit GateStore(Store& inner) : inner_(inner) {}

  void hold() {
    const std::lock_guard<std::mutex> lock(mutex_);
    held_ = true;
  }
  void release() {
    const std::lock_guard<std::mutex> lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  // Commits that wait now.
  int waiting() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return waiting_;
  }

  std::unique_ptr<Batch> make_batch() override { return inner_.make_batch(); }
  Status commit(const Batch& batch, Durability durability) override {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      ++waiting_;
      changed_.wait(lock, [this] { return !held_; });
      --waiting_;
    }
    return inner_.commit(batch, durability);
  }
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    return inner_.get(family, key);
  }
  Result<std::vector<std::optional<std::string>>> multi_get(
      Family family, const std::vector<std::string_view>& keys) const override {
    return inner_.multi_get(family, keys);
  }
  std::unique_ptr<Iterator> iterate(Family family, std::string_view lower,
                                    std::string_view upper) const override {
    return inner_.iterate(family, lower, upper);
  }
  Status sync() override { return inner_.sync(); }

 private:
  Store& inner_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Protected by mutex_.
  bool held_ = false;
  int waiting_ = 0;
};

class LiveEngine {
 public:
  explicit LiveEngine(EngineOptions options = {})
      : store_(make_memory_store()), gate_(store_), options_(options) {
    restart();
  }
  ~LiveEngine() {
    gate_.release();
    engine_->stop();
  }

  // A new engine on what the store holds, started.
  void restart() {
    engine_.reset();
    if (store_.failed()) store_.reopen();
    auto engine = Engine::open(gate_, clock_, live_image(), options_);
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    engine_ = std::move(*engine);
    const Status started = engine_->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
  }
  // Hands in one event and returns at once.
  void give(const std::string& contact, const std::string& event, const std::string& id) {
    std::vector<Input> inputs{Bench::event(contact, event, clock_.now_ms(), {}, id)};
    const Status taken = engine_->submit(std::move(inputs), nullptr);
    ASSERT_TRUE(taken.ok()) << taken.error().message;
  }
  int64_t total(const std::string& name) {
    auto report = read_report(store_);
    return report.ok() ? report->totals[name] : -1;
  }
  // Entries of the outbox, taken or not.
  size_t waiting() const {
    size_t count = 0;
    const auto it = store_.iterate(Family::kOutbox, {}, {});
    for (it->seek({}); it->valid(); it->next()) ++count;
    return count;
  }

  Engine& engine() { return *engine_; }
  FaultStore& store() { return store_; }
  GateStore& gate() { return gate_; }
  const Clock& clock() const { return clock_; }

 private:
  FaultStore store_;
  GateStore gate_;
  SystemClock clock_;
  EngineOptions options_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace wend

#endif  // WEND_TESTS_UNIT_VM_SERVER_LIVE_ENGINE_H_

// The same inputs give the same records, traces, counters and deliveries, whatever the batches and workers
// were and wherever the engine was killed.

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>

#include "tests/unit/vm/engine/random_world.h"
#include "vm/store/fault_store.h"

namespace wend {
namespace {

void expect_same(const Outcome& a, const Outcome& b, const std::string& what) {
  EXPECT_EQ(a.deliveries, b.deliveries) << what;
  EXPECT_EQ(a.counters, b.counters) << what;
  EXPECT_EQ(a.timers, b.timers) << what;
  EXPECT_EQ(a.traces, b.traces) << what;
  EXPECT_EQ(a.records, b.records) << what;
}

TEST(Determinism, BatchesAndWorkersDoNotMatter) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<Input> inputs = random_inputs(seed, 400);
    const Outcome one = replay(inputs, 1, seed);
    EXPECT_FALSE(one.deliveries.empty());
    EXPECT_GT(one.records.size(), 5U);
    const std::string what = "seed " + std::to_string(seed);
    expect_same(one, replay(inputs, 10, seed), what + ", batches of up to 10");
    expect_same(one, replay(inputs, 10000, seed), what + ", one batch");
    expect_same(one, replay(inputs, 50, seed, 3), what + ", 3 workers");
    if (testing::Test::HasFailure()) return;
  }
}

// Replays with a position, over a store that fails at commit number `fail_at`; reopens and goes on where the
// store says. Deliveries are kept as the file connector keeps them: the number of lines that count lies in
// the same commit.
class CrashingReplay {
 public:
  CrashingReplay(const std::vector<Input>& inputs, uint64_t fail_at, Fault fault)
      : inputs_(inputs), store_(make_memory_store()) {
    if (fail_at > 0) store_.fail_commit(fail_at, fault);
    options_.max_batch = 5;
  }

  // Runs to the end, once more after the failure.
  void run() {
    if (pass()) return;
    ASSERT_TRUE(store_.failed());
    store_.reopen();
    ASSERT_TRUE(pass());
  }
  Outcome outcome() const {
    std::string lines;
    for (const std::string& line : lines_) lines += line;
    return outcome_of(store_, lines);
  }
  uint64_t commits() const { return store_.commits(); }
  bool failed() const { return failed_; }

 private:
  bool pass() {
    const ManualClock clock;
    auto engine = Engine::open(store_, clock, world_image(), options_);
    if (!engine.ok()) return give_up();
    const auto position = (*engine)->replay_position();
    const auto kept = store_.get(Family::kMeta, "test/lines");
    if (!position.ok() || !kept.ok()) return give_up();
    lines_.resize(kept->has_value() ? std::stoul(**kept) : 0);
    size_t done = position->has_value() ? (*position)->lines : 0;
    while (done < inputs_.size()) {
      const size_t size = std::min<size_t>(inputs_.size() - done, 7);
      ReplayPosition next;
      next.lines = done + size;
      if (!(*engine)->process({inputs_.data() + done, size}, &next).ok()) return give_up();
      done += size;
      if (!(*engine)->advance_to((*engine)->replay_clock_ms()).ok()) return give_up();
      if (!write_lines(**engine, (*engine)->settled_ms())) return give_up();
    }
    if (!(*engine)->advance_to(kMaxInstant).ok()) return give_up();
    return write_lines(**engine, kNever) || give_up();
  }
  bool write_lines(Engine& engine, Millis below_ms) {
    const auto entries = engine.outbox().take(below_ms, 3);
    if (!entries.ok()) return false;
    if (entries->empty()) return true;
    for (const OutboxEntry& entry : *entries) {
      lines_.emplace_back();
      append_delivery_line(lines_.back(), entry.delivery);
    }
    const MetaPut put{"test/lines", std::to_string(lines_.size())};
    return engine.outbox().finish(*entries, {&put, 1}, Durability::kSync).ok() &&
           write_lines(engine, below_ms);
  }
  bool give_up() {
    failed_ = true;
    return false;
  }

  const std::vector<Input>& inputs_;
  FaultStore store_;
  EngineOptions options_;
  std::vector<std::string> lines_;
  bool failed_ = false;
};

TEST(Determinism, AFailureAtAnyCommitChangesNothing) {
  const std::vector<Input> inputs = random_inputs(77, 150);
  CrashingReplay straight(inputs, 0, Fault::kLost);
  straight.run();
  const Outcome expected = straight.outcome();
  ASSERT_FALSE(straight.failed());
  ASSERT_GT(straight.commits(), 50U);
  for (const Fault fault : {Fault::kLost, Fault::kKept}) {
    for (uint64_t at = 1; at <= straight.commits(); ++at) {
      CrashingReplay crashing(inputs, at, fault);
      crashing.run();
      EXPECT_TRUE(crashing.failed());
      expect_same(expected, crashing.outcome(), "commit " + std::to_string(at));
      if (testing::Test::HasFailure()) return;
    }
  }
}

// A clock that any thread may read and the test moves.
class SharedClock : public Clock {
 public:
  explicit SharedClock(Millis now_ms) : now_ms_(now_ms) {}
  Millis now_ms() const override { return now_ms_; }
  void set(Millis now_ms) { now_ms_ = now_ms; }

 private:
  std::atomic<Millis> now_ms_;
};

// Submits and waits for the commit.
class Sender {
 public:
  explicit Sender(Engine& engine) : engine_(engine) {}

  void send(std::vector<Input> inputs) {
    const Status status = engine_.submit(std::move(inputs), [this](const Status& done) {
      const std::lock_guard lock(mutex_);
      EXPECT_TRUE(done.ok());
      --open_;
      changed_.notify_all();
    });
    ASSERT_TRUE(status.ok()) << status.error().message;
    const std::lock_guard lock(mutex_);
    ++open_;
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_ == 0; });
  }

 private:
  Engine& engine_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t open_ = 0;  // protected by mutex_; may be below 0 for a moment
};

Outcome live(const std::vector<Input>& inputs, size_t workers) {
  const auto store = make_memory_store();
  SharedClock clock(kStart);
  EngineOptions options;
  options.durability = Durability::kUnsynced;
  options.workers = workers;
  options.max_batch = 16;
  auto engine = Engine::open(*store, clock, world_image(), options);
  EXPECT_TRUE(engine.ok());
  EXPECT_TRUE((*engine)->start().ok());
  Sender sender(**engine);
  Millis now = kStart;
  for (size_t i = 0; i < inputs.size(); i += 20) {
    const size_t size = std::min<size_t>(inputs.size() - i, 20);
    for (size_t k = i; k < i + size; ++k) now = std::max(now, inputs[k].at_ms);
    clock.set(now);
    sender.send(std::vector<Input>(inputs.begin() + static_cast<std::ptrdiff_t>(i),
                                   inputs.begin() + static_cast<std::ptrdiff_t>(i + size)));
    sender.wait();
  }
  clock.set(now + 100 * kDay);
  for (int tries = 0; tries < 2000; ++tries) {
    const auto next = (*engine)->next_timer_ms();
    EXPECT_TRUE(next.ok());
    if (next.ok() && !next->has_value() && contents(*store, Family::kTimers).empty()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  (*engine)->stop();
  EXPECT_EQ((*engine)->stats().queued, 0U);
  std::string lines;
  drain(**engine, kNever, lines);
  return outcome_of(*store, std::move(lines));
}

TEST(Determinism, LiveWorkersGiveTheSameResult) {
  for (uint64_t seed = 5; seed <= 7; ++seed) {
    const std::vector<Input> inputs = random_inputs(seed, 300);
    const Outcome one = live(inputs, 1);
    EXPECT_FALSE(one.deliveries.empty());
    expect_same(one, live(inputs, 3), "seed " + std::to_string(seed));
  }
}

TEST(Determinism, AFullQueueRefusesAllOrNothingAndAStoppedEngineEverything) {
  const auto store = make_memory_store();
  SharedClock clock(kStart);
  EngineOptions options;
  options.queue_capacity = 3;
  auto engine = Engine::open(*store, clock, world_image(), options);
  ASSERT_TRUE(engine.ok());
  const Input visit = Bench::event("ana", "visit", kStart);
  const Status before = (*engine)->submit({visit}, nullptr);
  ASSERT_FALSE(before.ok());
  EXPECT_EQ(before.error().kind, ErrorKind::kClosed);
  ASSERT_TRUE((*engine)->start().ok());
  const Status full = (*engine)->submit({visit, visit, visit, visit}, nullptr);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().kind, ErrorKind::kFull);
  Sender sender(**engine);
  sender.send({visit});
  sender.wait();
  (*engine)->stop();
  const Status after = (*engine)->submit({visit}, nullptr);
  ASSERT_FALSE(after.ok());
  EXPECT_EQ(after.error().kind, ErrorKind::kClosed);
  EXPECT_EQ(contents(*store, Family::kContacts).size(), 1U);
}

TEST(Determinism, AFailingCommitIsToldToTheSenderAndStopsTheEngine) {
  FaultStore store(make_memory_store());
  SharedClock clock(kStart);
  auto engine = Engine::open(store, clock, world_image(), EngineOptions());
  ASSERT_TRUE(engine.ok());
  store.fail_commit(store.commits() + 1, Fault::kLost);
  ASSERT_TRUE((*engine)->start().ok());
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  Status told;
  ASSERT_TRUE((*engine)
                  ->submit({Bench::event("ana", "visit", kStart)},
                           [&](const Status& status) {
                             const std::lock_guard lock(mutex);
                             told = status;
                             done = true;
                             changed.notify_all();
                           })
                  .ok());
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return done; });
  }
  EXPECT_FALSE(told.ok());
  EXPECT_FALSE((*engine)->health().ok());
  EXPECT_FALSE((*engine)->submit({Bench::event("ana", "visit", kStart)}, nullptr).ok());
  (*engine)->stop();
}

TEST(Determinism, AnEventFarInTheFutureCountsAsHappeningOnArrival) {
  const auto store = make_memory_store();
  SharedClock clock(kStart);
  auto engine = Engine::open(*store, clock, world_image(), EngineOptions());
  ASSERT_TRUE(engine.ok());
  ASSERT_TRUE((*engine)->start().ok());
  Sender sender(**engine);
  sender.send({Bench::event("near", "visit", kStart + 10 * kMinute),
               Bench::event("far", "visit", kStart + 10 * kMinute + 1)});
  sender.wait();
  (*engine)->stop();
  const auto entered = [&](std::string_view contact) {
    ContactState state;
    const auto record = store->get(Family::kContacts, contact);
    EXPECT_TRUE(record.ok() && record->has_value() && decode_record(**record, contact, state).ok());
    return state.clock_ms;
  };
  EXPECT_EQ(entered("near"), kStart + 10 * kMinute);
  EXPECT_EQ(entered("far"), kStart);
}

}  // namespace
}  // namespace wend

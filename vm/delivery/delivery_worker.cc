#include "vm/delivery/delivery_worker.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

#include "vm/core/value.h"

namespace wend {
namespace {

constexpr size_t kEntriesPerTake = 1024;

struct Pending {
  OutboxEntry entry;
  int64_t attempts = 0;
  Millis next_ms = 0;
};
struct Later {
  bool operator()(const Pending& a, const Pending& b) const {
    return a.next_ms != b.next_ms ? a.next_ms > b.next_ms : a.entry.key > b.entry.key;
  }
};

// Tells the engine that a provider refused a delivery for good.
Input failed_event(const Delivery& delivery, const std::string& reason, Millis now_ms) {
  Input input;
  input.id = "failed-" + delivery.id;
  input.contact = delivery.contact;
  input.event = "failed";
  input.at_ms = now_ms;
  RecordBuilder properties;
  properties.add("delivery", Value::of_string(delivery.id));
  properties.add("reason", Value::of_string(reason));
  input.properties = properties.build();
  return input;
}

}  // namespace

struct DeliveryWorker::Impl {
  struct Lane {
    explicit Lane(WebhookLane lane_options) : options(std::move(lane_options)), connector(options.webhook) {}
    const WebhookLane options;
    WebhookConnector connector;
    std::mutex mutex;
    std::condition_variable changed;
    // Protected by mutex.
    std::priority_queue<Pending, std::vector<Pending>, Later> pending;
    std::thread thread;
  };

  Impl(Engine& engine_in, FileConnector& file_in, const Clock& clock_in, DeliveryOptions options_in)
      : engine(engine_in), file(file_in), clock(clock_in), options(std::move(options_in)) {
    for (const auto& [channel, lane] : options.webhooks) lanes.emplace(channel, std::make_unique<Lane>(lane));
    for (auto& [channel, lane] : lanes) lane->thread = std::thread([this, &lane = *lane] { run_lane(lane); });
    router = std::thread([this] { run_router(); });
  }

  Lane* lane_of(const std::string& channel) {
    auto found = lanes.find(channel);
    if (found == lanes.end()) found = lanes.find("*");
    return found == lanes.end() ? nullptr : found->second.get();
  }

  void say(const std::string& line) const {
    if (options.log) options.log(line);
  }

  // Remembers the first failure of the disk; false then.
  bool keep_going(const Status& status) {
    if (status.ok()) return true;
    const std::lock_guard<std::mutex> lock(health_mutex);
    if (health.ok()) {
      health = status;
      say("delivery stopped: " + status.error().message);
    }
    stopping = true;
    return false;
  }

  void run_router() {
    while (!stopping) {
      Result<std::vector<OutboxEntry>> taken = engine.outbox().take(kNever, kEntriesPerTake);
      if (!taken.ok()) {
        keep_going(taken.error());
        return;
      }
      if (taken->empty()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(options.idle_poll_ms));
        continue;
      }
      if (!route(std::move(taken).value())) return;
    }
  }

  bool route(std::vector<OutboxEntry> entries) {
    std::vector<OutboxEntry> filed;
    for (OutboxEntry& entry : entries) {
      Lane* lane = entry.delivery.status == DeliveryStatus::kSent ? lane_of(entry.delivery.channel) : nullptr;
      if (lane == nullptr) {
        filed.push_back(std::move(entry));
        continue;
      }
      std::unique_lock<std::mutex> lock(lane->mutex);
      lane->changed.wait(lock, [&] { return stopping || lane->pending.size() < options.max_lane_entries; });
      if (stopping) return false;
      lane->pending.push(Pending{std::move(entry), 0, 0});
      lane->changed.notify_all();
    }
    return filed.empty() || write_to_file(filed);
  }

  bool write_to_file(const std::vector<OutboxEntry>& entries) {
    const std::lock_guard<std::mutex> lock(file_mutex);
    if (!keep_going(file.write(entries))) return false;
    filed_count += entries.size();
    return true;
  }

  void run_lane(Lane& lane) {
    for (;;) {
      Pending next;
      {
        std::unique_lock<std::mutex> lock(lane.mutex);
        if (stopping) return;
        if (lane.pending.empty()) {
          lane.changed.wait_for(lock, std::chrono::milliseconds(200));
          continue;
        }
        const Millis wait_ms = lane.pending.top().next_ms - clock.now_ms();
        if (wait_ms > 0) {
          lane.changed.wait_for(lock, std::chrono::milliseconds(std::min<Millis>(wait_ms, 200)));
          continue;
        }
        next = lane.pending.top();
        lane.pending.pop();
        lane.changed.notify_all();
      }
      if (!attempt(lane, std::move(next))) return;
    }
  }

  // False when nothing can be delivered any more.
  bool attempt(Lane& lane, Pending pending) {
    const Delivery& delivery = pending.entry.delivery;
    const WebhookOutcome outcome = lane.connector.attempt(delivery, clock.now_ms());
    ++pending.attempts;
    if (outcome.kind == WebhookOutcome::Kind::kAccepted) {
      ++accepted_count;
      return keep_going(engine.outbox().finish({&pending.entry, 1}, {}, options.durability));
    }
    if (outcome.kind == WebhookOutcome::Kind::kRetry && pending.attempts < lane.options.max_attempts) {
      const Millis backoff = backoff_ms(delivery.id, pending.attempts, lane.options.backoff_first_ms,
                                        lane.options.backoff_max_ms);
      pending.next_ms = clock.now_ms() + std::max(backoff, outcome.retry_after_ms);
      ++retried_count;
      say("delivery " + delivery.id + " will be tried again: " + outcome.reason);
      const std::lock_guard<std::mutex> lock(lane.mutex);
      lane.pending.push(std::move(pending));
      return true;
    }
    return give_up(std::move(pending.entry), outcome.reason);
  }

  bool give_up(OutboxEntry entry, const std::string& reason) {
    say("delivery " + entry.delivery.id + " failed: " + reason);
    // The event first: its id makes a repetition after a crash harmless, a lost one could not be found again.
    const Status submitted = engine.submit({failed_event(entry.delivery, reason, clock.now_ms())}, nullptr);
    if (!submitted.ok())
      say("the refusal of " + entry.delivery.id + " was not noted: " + submitted.error().message);
    entry.delivery.status = DeliveryStatus::kFailed;
    entry.delivery.reason = reason;
    ++failed_count;
    return write_to_file({std::move(entry)});
  }

  void stop(bool drain) {
    if (stopped) return;
    stopped = true;
    stopping = true;
    for (auto& [channel, lane] : lanes) {
      const std::lock_guard<std::mutex> lock(lane->mutex);
      lane->changed.notify_all();
    }
    router.join();
    for (auto& [channel, lane] : lanes) lane->thread.join();
    if (drain && health.ok()) drain_to_file();
  }

  // After the threads have ended: what belongs into the file and is not there yet. What waits for a webhook
  // stays in the outbox for the next start.
  void drain_to_file() {
    for (;;) {
      Result<std::vector<OutboxEntry>> taken = engine.outbox().take(kNever, kEntriesPerTake);
      if (!taken.ok() || taken->empty()) return;
      std::vector<OutboxEntry> filed;
      for (OutboxEntry& entry : *taken) {
        const bool webhook =
            entry.delivery.status == DeliveryStatus::kSent && lane_of(entry.delivery.channel) != nullptr;
        if (!webhook) filed.push_back(std::move(entry));
      }
      if (!filed.empty() && !write_to_file(filed)) return;
    }
  }

  Engine& engine;
  FileConnector& file;
  const Clock& clock;
  const DeliveryOptions options;
  std::map<std::string, std::unique_ptr<Lane>> lanes;
  std::thread router;
  std::atomic<bool> stopping{false};
  bool stopped = false;
  std::mutex file_mutex;
  mutable std::mutex health_mutex;
  Status health;  // protected by health_mutex
  std::atomic<uint64_t> filed_count{0}, accepted_count{0}, retried_count{0}, failed_count{0};
};

DeliveryWorker::DeliveryWorker(Engine& engine, FileConnector& file, const Clock& clock,
                               DeliveryOptions options)
    : impl_(std::make_unique<Impl>(engine, file, clock, std::move(options))) {}

DeliveryWorker::~DeliveryWorker() { impl_->stop(false); }

void DeliveryWorker::stop(bool drain) { impl_->stop(drain); }

DeliveryStats DeliveryWorker::stats() const {
  DeliveryStats stats;
  stats.filed = impl_->filed_count;
  stats.accepted = impl_->accepted_count;
  stats.retried = impl_->retried_count;
  stats.failed = impl_->failed_count;
  for (const auto& [channel, lane] : impl_->lanes) {
    const std::lock_guard<std::mutex> lock(lane->mutex);
    stats.waiting += lane->pending.size();
  }
  return stats;
}

Status DeliveryWorker::health() const {
  const std::lock_guard<std::mutex> lock(impl_->health_mutex);
  return impl_->health;
}

}  // namespace wend

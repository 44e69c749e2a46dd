#include "vm/delivery/delivery_worker.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

#include "vm/core/value.h"
#include "vm/delivery/throttle.h"
#include "vm/engine/event_json.h"

namespace wend {
namespace {

constexpr size_t kEntriesPerTake = 1024;
// Of properties that an answer has from Wend itself.
constexpr std::string_view kOwnPrefix = "wend_";

// Waits between attempts go by a clock that nobody sets.
using SteadyClock = std::chrono::steady_clock;

struct Pending {
  OutboxEntry entry;
  int64_t attempts = 0;
  SteadyClock::time_point next;
  bool has_slot = false;       // a throttle has said when it may go, and that is `next`
  std::string failed_because;  // given up, but the engine does not know yet
};
struct Later {
  bool operator()(const Pending& a, const Pending& b) const {
    return a.next != b.next ? a.next > b.next : a.entry.key > b.entry.key;
  }
};

constexpr std::chrono::milliseconds kLook{200};  // how late a lane may notice that it shall stop

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

// The end of a call as an event of the contact: what was answered, or that it was refused. Nothing where an
// answer is no JSON object of a size that an event can have.
std::optional<Input> answer_event(const Delivery& call, const std::string* answer, Millis now_ms) {
  Input input;
  if (answer != nullptr) {
    // Read as the properties of an event, so that the same limits hold.
    EventJsonReader reader;
    const Result<Input> read = reader.read_event(
        R"({"type":"track","userId":"u","event":"e","properties":)" + *answer + "}", now_ms);
    if (!read.ok()) return std::nullopt;
    input.properties = read->properties;
  }
  RecordBuilder properties;
  if (!input.properties.empty()) {
    RecordCursor cursor(Value::of_record(input.properties));
    std::string_view name;
    Value value;
    while (cursor.next(name, value)) {
      if (!name.starts_with(kOwnPrefix)) properties.add(name, value);
    }
  }
  const std::string number = call.id.substr(call.id.rfind('-') + 1);
  properties.add("wend_call", Value::of_int(std::stoll("0" + number)));
  properties.add("wend_ok", Value::of_bool(answer != nullptr));
  input.properties = properties.build();
  input.id = "answer-" + call.id;
  input.contact = call.contact;
  input.event = "answer " + call.channel;
  input.at_ms = now_ms;
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
      : engine(engine_in),
        file(file_in),
        clock(clock_in),
        options(std::move(options_in)),
        throttle(engine_in.program().program()) {
    for (const auto& [channel, lane] : options.webhooks) lanes.emplace(channel, std::make_unique<Lane>(lane));
    for (auto& [channel, lane] : lanes) lane->thread = std::thread([this, &lane = *lane] { run_lane(lane); });
    router = std::thread([this] { run_router(); });
  }

  // Where a delivery goes; null for the file.
  Lane* lane_of(const Delivery& delivery) {
    if (delivery.status != DeliveryStatus::kSent) return nullptr;
    auto found = lanes.find(delivery.channel);
    if (found == lanes.end() && options.file_channels.count(delivery.channel) == 0) found = lanes.find("*");
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
      const auto began = SteadyClock::now();
      Result<std::vector<OutboxEntry>> taken = engine.outbox().take(kNever, kEntriesPerTake);
      if (!taken.ok()) {
        keep_going(taken.error());
        return;
      }
      if (taken->empty()) {
        // A look passes over all that waits in lanes; the more that is, the rarer the looks.
        constexpr int kRestPerLook = 4;
        const auto rest = std::max<SteadyClock::duration>(std::chrono::milliseconds(options.idle_poll_ms),
                                                          kRestPerLook * (SteadyClock::now() - began));
        std::this_thread::sleep_for(std::min<SteadyClock::duration>(rest, kLook));
        continue;
      }
      if (!route(std::move(taken).value())) return;
    }
  }

  bool route(std::vector<OutboxEntry> entries) {
    std::vector<OutboxEntry> filed;
    std::vector<std::pair<Lane*, OutboxEntry>> posted;
    for (OutboxEntry& entry : entries) {
      if (Lane* lane = lane_of(entry.delivery); lane != nullptr) {
        posted.emplace_back(lane, std::move(entry));
      } else {
        filed.push_back(std::move(entry));
      }
    }
    // The file first: it never makes anybody wait.
    if (!filed.empty() && !write_to_file(filed)) return false;
    for (auto& [lane, entry] : posted) {
      std::unique_lock<std::mutex> lock(lane->mutex);
      while (!stopping && lane->pending.size() >= options.max_lane_entries)
        lane->changed.wait_for(lock, kLook);
      if (stopping) return false;
      lane->pending.push(Pending{std::move(entry), 0, SteadyClock::now(), false, {}});
      lane->changed.notify_all();
    }
    return true;
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
          lane.changed.wait_for(lock, kLook);
          continue;
        }
        const auto wait = lane.pending.top().next - SteadyClock::now();
        if (wait > SteadyClock::duration::zero()) {
          lane.changed.wait_for(lock, std::min<SteadyClock::duration>(wait, kLook));
          continue;
        }
        next = lane.pending.top();
        lane.pending.pop();
        lane.changed.notify_all();
      }
      if (waits_for_slot(next)) {
        put_back(lane, std::move(next));
        continue;
      }
      if (!attempt(lane, std::move(next))) return;
    }
  }

  // Asks the throttles once an attempt; true where it may not go yet.
  bool waits_for_slot(Pending& pending) {
    if (pending.has_slot || !pending.failed_because.empty()) return false;
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now().time_since_epoch());
    const Millis slot_ms = throttle.slot(pending.entry.delivery, now.count());
    pending.has_slot = true;
    pending.next = SteadyClock::time_point(std::chrono::milliseconds(slot_ms));
    return slot_ms > now.count();
  }

  void put_back(Lane& lane, Pending pending, Millis wait_ms) {
    pending.next = SteadyClock::now() + std::chrono::milliseconds(wait_ms);
    pending.has_slot = false;
    put_back(lane, std::move(pending));
  }
  void put_back(Lane& lane, Pending pending) {
    const std::lock_guard<std::mutex> lock(lane.mutex);
    lane.pending.push(std::move(pending));
  }

  // False when nothing can be delivered any more.
  bool attempt(Lane& lane, Pending pending) {
    if (!pending.failed_because.empty()) return give_up(lane, std::move(pending));
    const Delivery& delivery = pending.entry.delivery;
    const WebhookOutcome outcome = lane.connector.attempt(
        delivery, clock.now_ms(), [this] { return stopping && SteadyClock::now() >= attempts_end.load(); });
    ++pending.attempts;
    if (outcome.kind == WebhookOutcome::Kind::kStopped) return false;
    if (outcome.kind == WebhookOutcome::Kind::kAccepted && delivery.call) {
      return answered(lane, std::move(pending), outcome.answer);
    }
    if (outcome.kind == WebhookOutcome::Kind::kAccepted) {
      ++accepted_count;
      return keep_going(engine.outbox().finish({&pending.entry, 1}, {}, options.durability));
    }
    if (outcome.kind == WebhookOutcome::Kind::kRetry && pending.attempts < lane.options.max_attempts) {
      const Millis backoff = backoff_ms(delivery.id, pending.attempts, lane.options.backoff_first_ms,
                                        lane.options.backoff_max_ms);
      ++retried_count;
      say("delivery " + delivery.id + " will be tried again: " + outcome.reason);
      put_back(lane, std::move(pending), std::max(backoff, outcome.retry_after_ms));
      return true;
    }
    say("delivery " + delivery.id + " failed: " + outcome.reason);
    pending.failed_because = outcome.reason;
    return give_up(lane, std::move(pending));
  }

  // The answer to a call, committed before the entry leaves the outbox; where the engine has no room for it
  // now, the call is made again.
  bool answered(Lane& lane, Pending pending, const std::string& answer) {
    std::optional<Input> event = answer_event(pending.entry.delivery, &answer, clock.now_ms());
    if (!event.has_value()) {
      say("call " + pending.entry.delivery.id + " failed: the answer is no JSON object");
      pending.failed_because = "the answer is no JSON object";
      return give_up(lane, std::move(pending));
    }
    const Status told = tell_engine(std::move(*event));
    if (!told.ok() && told.error().kind == ErrorKind::kFull) {
      put_back(lane, std::move(pending), kMillisPerSecond);
      return true;
    }
    if (!told.ok()) return false;  // the engine has stopped; the entry stays for the next start
    ++accepted_count;
    return keep_going(engine.outbox().finish({&pending.entry, 1}, {}, options.durability));
  }

  bool give_up(Lane& lane, Pending pending) {
    OutboxEntry& entry = pending.entry;
    // The event first, and committed: its id makes a repetition after a crash harmless, a lost one could not
    // be found again.
    const Millis now_ms = clock.now_ms();
    const Status told =
        tell_engine(entry.delivery.call ? *answer_event(entry.delivery, nullptr, now_ms)
                                        : failed_event(entry.delivery, pending.failed_because, now_ms));
    if (!told.ok() && told.error().kind == ErrorKind::kFull) {
      put_back(lane, std::move(pending), kMillisPerSecond);
      return true;
    }
    if (!told.ok()) return false;  // the engine has stopped; the entry stays for the next start
    entry.delivery.status = DeliveryStatus::kFailed;
    entry.delivery.reason = pending.failed_because;
    ++failed_count;
    return write_to_file({std::move(entry)});
  }

  // Submits and waits for the commit.
  Status tell_engine(Input input) {
    // Owned by both sides: the engine calls back on its own thread.
    const auto committed = std::make_shared<std::promise<Status>>();
    std::future<Status> result = committed->get_future();
    std::vector<Input> inputs;
    inputs.push_back(std::move(input));
    WEND_RETURN_IF_ERROR(engine.submit(std::move(inputs),
                                       [committed](const Status& status) { committed->set_value(status); }));
    return result.get();
  }

  void stop(bool drain) {
    if (stopped) return;
    stopped = true;
    attempts_end = SteadyClock::now() + std::chrono::milliseconds(options.stop_grace_ms);
    stopping = true;
    for (auto& [channel, lane] : lanes) {
      const std::lock_guard<std::mutex> lock(lane->mutex);
      lane->changed.notify_all();
    }
    router.join();
    for (auto& [channel, lane] : lanes) lane->thread.join();
    const bool healthy = [this] {
      const std::lock_guard<std::mutex> lock(health_mutex);
      return health.ok();
    }();
    if (drain && healthy) drain_to_file();
  }

  // After the threads have ended: what belongs into the file and is not there yet. What waits for a webhook
  // stays in the outbox for the next start.
  void drain_to_file() {
    for (;;) {
      Result<std::vector<OutboxEntry>> taken = engine.outbox().take(kNever, kEntriesPerTake);
      if (!taken.ok()) {
        keep_going(taken.error());
        return;
      }
      if (taken->empty()) return;
      std::vector<OutboxEntry> filed;
      for (OutboxEntry& entry : *taken) {
        if (lane_of(entry.delivery) == nullptr) filed.push_back(std::move(entry));
      }
      if (!filed.empty() && !write_to_file(filed)) return;
    }
  }

  Engine& engine;
  FileConnector& file;
  const Clock& clock;
  const DeliveryOptions options;
  Throttle throttle;
  std::map<std::string, std::unique_ptr<Lane>> lanes;
  std::thread router;
  std::atomic<SteadyClock::time_point> attempts_end{SteadyClock::time_point::max()};  // set before `stopping`
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

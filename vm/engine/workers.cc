#include "vm/engine/workers.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace wend {
namespace {

// The longest sleep: how late a worker notices that the machine's clock was set forward.
constexpr Millis kMaxSleepMs = 100;
// Due timers go first, but leave this share of a round to new inputs, so that neither waits for the other's
// end.
constexpr size_t kInputShare = 4;

}  // namespace

Workers::Workers(EngineCore& core) : core_(core) {
  for (size_t i = 0; i < core.options.workers; ++i) workers_.push_back(std::make_unique<Worker>());
  core_.timers.set_wake([this](size_t number) { wake(number); });
}

Workers::~Workers() {
  stop();
  core_.timers.set_wake(nullptr);
}

void Workers::start() {
  running_ = true;
  for (size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->thread = std::thread([this, i] { loop(i); });
  }
}

void Workers::stop() {
  {
    const std::lock_guard lock(submit_mutex_);
    if (!running_ || stopping_) return;
    stopping_ = true;
  }
  for (size_t i = 0; i < workers_.size(); ++i) wake(i);
  for (const auto& worker : workers_) worker->thread.join();
  running_ = false;
}

void Workers::wake(size_t number) {
  Worker& worker = *workers_[number];
  {
    const std::lock_guard lock(worker.mutex);
    worker.woken = true;
  }
  worker.wake.notify_one();
}

Status Workers::submit(std::vector<Input> inputs, Engine::Done done) {
  if (inputs.empty()) {
    if (done) done({});
    return {};
  }
  std::vector<bool> touched(workers_.size(), false);
  {
    const std::lock_guard lock(submit_mutex_);
    if (!running_ || stopping_) return Error{ErrorKind::kClosed, "the engine is not running"};
    WEND_RETURN_IF_ERROR(core_.health());
    const uint64_t queued = core_.stats.queued;
    if (queued + inputs.size() > core_.options.queue_capacity) {
      return Error{ErrorKind::kFull, "the queue is full: " + std::to_string(queued) + " events wait"};
    }
    core_.stats.queued += inputs.size();
    auto ticket = std::make_shared<Ticket>();
    ticket->done = std::move(done);
    ticket->left = inputs.size();
    const Millis now = core_.clock.now_ms();
    for (Input& input : inputs) {
      input.received_ms = now;
      const size_t number = worker_of(input.contact, workers_.size());
      Worker& worker = *workers_[number];
      const std::lock_guard worker_lock(worker.mutex);
      worker.queue.push_back({std::move(input), ticket});
      worker.woken = true;
      touched[number] = true;
    }
  }
  for (size_t i = 0; i < touched.size(); ++i) {
    if (touched[i]) workers_[i]->wake.notify_one();
  }
  return {};
}

bool Workers::wait(Worker& worker) {
  std::unique_lock lock(worker.mutex);
  if (worker.queue.empty() && !worker.woken) {
    if (stopping_) return false;
    const Millis next = core_.timers.next_look();
    const Millis now = core_.clock.now_ms();
    // After a failure nothing is due any more: what comes is only refused.
    const bool sleeps = next == kNever || !core_.health().ok();
    const Millis sleep_ms = sleeps ? kMaxSleepMs : std::clamp<Millis>(next - now, 0, kMaxSleepMs);
    if (sleep_ms > 0) {
      worker.wake.wait_for(lock, std::chrono::milliseconds(sleep_ms), [&] { return worker.woken; });
    }
  }
  worker.woken = false;
  return !(stopping_ && worker.queue.empty());
}

std::vector<Workers::Job> Workers::next_jobs(Worker& worker, size_t most) {
  std::vector<Job> jobs;
  const std::lock_guard lock(worker.mutex);
  while (!worker.queue.empty() && jobs.size() < most) {
    jobs.push_back(std::move(worker.queue.front()));
    worker.queue.pop_front();
  }
  return jobs;
}

void Workers::loop(size_t number) {
  Worker& worker = *workers_[number];
  BatchProcessor processor(core_);
  const size_t most = core_.options.max_batch;
  while (wait(worker)) {
    // One round after the other while there is work, without sleeping between.
    for (bool more = true; more;) {
      const Millis now = core_.clock.now_ms();
      std::vector<DueTimer> due;
      if (core_.health().ok()) {
        Result<std::vector<DueTimer>> taken = core_.timers.take(number, now, most);
        if (taken.ok()) {
          due = std::move(*taken);
        } else {
          core_.fail(taken.error());
        }
      }
      note_lateness(due, now);
      for (const DueTimer& timer : due) processor.add_timer(timer.contact);
      const std::vector<Job> jobs =
          next_jobs(worker, std::max(most - std::min(most, due.size()), most / kInputShare));
      for (const Job& job : jobs) processor.add_input(job.input);
      const Status status = processor.run(now, {});
      core_.stats.queued -= jobs.size();
      settle(jobs, status);
      more = !due.empty() || !jobs.empty();
    }
  }
}

void Workers::note_lateness(const std::vector<DueTimer>& due, Millis now_ms) {
  for (const DueTimer& timer : due) {
    const Millis late_ms = now_ms - timer.due_ms;
    core_.stats.lateness_sum_ms += late_ms;
    ++core_.stats.lateness_count;
    Millis most = core_.stats.lateness_max_ms;
    while (late_ms > most && !core_.stats.lateness_max_ms.compare_exchange_weak(most, late_ms)) {
    }
  }
}

// Tells the senders. A ticket is done with its last input.
void Workers::settle(const std::vector<Job>& jobs, const Status& status) {
  for (const Job& job : jobs) {
    Ticket& ticket = *job.ticket;
    bool last = false;
    {
      const std::lock_guard lock(ticket.mutex);
      if (!status.ok() && ticket.status.ok()) ticket.status = status;
      last = --ticket.left == 0;
    }
    if (last && ticket.done) ticket.done(ticket.status);
  }
}

}  // namespace wend

#ifndef WEND_VM_ENGINE_WORKERS_H_
#define WEND_VM_ENGINE_WORKERS_H_

// The threads of live mode. Each worker owns the contacts of some shards, has a queue of inputs, and works in
// rounds: due timers first, then what is queued, in one commit.
//
// Threads: submit() from any; start() and stop() from one. Failures: kFull, kClosed; see engine.h.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "vm/engine/batch_processor.h"
#include "vm/engine/engine.h"

namespace wend {

class Workers {
 public:
  explicit Workers(EngineCore& core);
  ~Workers();

  void start();
  Status submit(std::vector<Input> inputs, Engine::Done done);
  void stop();

 private:
  // One submit(): its inputs may be spread over workers.
  struct Ticket {
    Engine::Done done;
    std::mutex mutex;
    size_t left = 0;  // protected by mutex
    Status status;    // protected by mutex: the first failure
  };
  struct Job {
    Input input;
    std::shared_ptr<Ticket> ticket;
  };
  struct Worker {
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Job> queue;  // protected by mutex
    bool woken = false;     // protected by mutex: there is something to look at
    std::thread thread;
  };

  void loop(size_t number);
  // Waits for work; false when the worker shall end.
  bool wait(Worker& worker);
  std::vector<Job> next_jobs(Worker& worker, size_t most);
  void note_lateness(const std::vector<DueTimer>& due, Millis now_ms);
  void wake(size_t number);
  static void settle(const std::vector<Job>& jobs, const Status& status);

  EngineCore& core_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> running_{false};
  std::mutex submit_mutex_;  // submits enter their queues one after the other, in the order of their arrival
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_WORKERS_H_

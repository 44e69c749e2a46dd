#ifndef WEND_VM_ENGINE_ENGINE_H_
#define WEND_VM_ENGINE_ENGINE_H_

// The durable engine: takes events of contacts, runs the journeys of an image for them, and changes
// everything that an event changes (the contact's record, its timer, outbox, trace, counters) in one commit.
// After a crash it goes on exactly where the last commit left it.
//
// One engine object owns a store; it is used in one of two ways:
//
//   live     start(), then submit() from any thread; worker threads process events and due timers as the
//   clock reaches
//            them; stop().
//   driven   replay, simulation, tests: no start(); one thread calls process() with events and advance_to()
//   with the time
//            that has come. Nothing else moves the time.
//
// An event is handled at the later of its time and its contact's logical clock. Timers that are due at the
// event's time or its arrival go before it. Contacts don't depend on each other, so the result depends only
// on each contact's inputs, not on batches or the number of workers.
//
// A changed project: the image given to open() takes all new entries; runs in flight go on with the image
// they began with, which the store keeps.
//
// Threads: submit(), outbox(), report functions and settled_ms() from any thread; everything else from one.
// Failures: kIo and kClosed when the store refuses (the engine then refuses all work with kClosed until it is
// opened again), kCorrupt naming what is damaged, kNewerVersion for a store or image of a newer version.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/clock.h"
#include "vm/base/result.h"
#include "vm/core/interpreter.h"
#include "vm/core/loaded_program.h"
#include "vm/engine/assumptions.h"
#include "vm/engine/event.h"
#include "vm/engine/outbox.h"
#include "vm/store/store.h"

namespace wend {

struct EngineOptions {
  // Parameters that affect behaviour.
  Durability durability = Durability::kSync;
  Millis dedupe_memory_ms = 7 * kMillisPerDay;  // how long an event's id is remembered
  Millis future_tolerance_ms =
      10 * kMillisPerMinute;  // an event further in the future counts as happening on arrival
  bool trace = true;          // keep what `wend why` tells
  // Names of the journeys that take entries; empty: all. For tests of a few journeys of a project.
  std::vector<std::string> live_journeys;
  // What a test decides that elsewhere chance or other people decide; null: nothing. Driven mode only.
  std::shared_ptr<const Assumptions> assumptions;
  // The image given to open(), loaded already; null: open() loads it.
  std::shared_ptr<const LoadedProgram> loaded;
  InterpreterLimits limits;

  // Parameters that affect performance.
  size_t workers = 1;             // threads of live mode, 1 to 64
  size_t queue_capacity = 16384;  // events waiting, over all workers; submit() gives kFull beyond it
  size_t max_batch = 512;         // contacts' inputs and timers in one commit
};

// What open() found.
struct OpenReport {
  bool created = false;        // the store was empty
  bool new_image = false;      // the image was not the one of the last start
  std::string previous_image;  // its name where new_image and not created
  struct PinnedImage {
    std::string image;
    int64_t runs = 0;
  };
  int64_t runs_on_current = 0;
  std::vector<PinnedImage> pinned;  // older images that still have runs, oldest first
};

// How far a replay has come; committed together with what it did.
struct ReplayPosition {
  uint64_t bytes = 0;  // of the (uncompressed) input that are done
  uint64_t lines = 0;
  uint64_t refused_lines = 0;
  uint64_t head_digest = 0;  // hash64 of the input's first bytes, to notice another file
  uint64_t head_bytes = 0;   // how many

  bool operator==(const ReplayPosition&) const = default;
};

// Figures of this process, for /metrics and progress; the durable ones are in vm/trace/report.h.
struct EngineStats {
  uint64_t inputs = 0;
  uint64_t timers = 0;      // due moments processed
  uint64_t deliveries = 0;  // outcomes put into the outbox
  uint64_t commits = 0;
  uint64_t queued = 0;         // now, in all queues
  Millis lateness_max_ms = 0;  // live: of timers, processing time minus due time
  double lateness_mean_ms = 0;
};

class Engine {
 public:
  // Called once for a submit(), on a worker's thread, after the commit; must not block long.
  using Done = std::function<void(const Status&)>;

  // Checks the store, registers the image, loads the images of runs in flight. `store` and `clock` must
  // outlive the engine. Failures: as above; kInvalidInput for options out of range or an image that does not
  // load.
  static Result<std::unique_ptr<Engine>> open(Store& store, const Clock& clock, std::string_view image_bytes,
                                              const EngineOptions& options, OpenReport* report = nullptr);
  ~Engine();

  // ---- Driven: replay, simulation, tests.

  // Applies inputs in the order given and commits everything, `position` included, at once: the caller
  // chooses the size of the commit (some thousand inputs). An input's arrival is the latest `at` so far, of
  // this and earlier calls (the replay clock); its `received_ms` is not looked at.
  // REQUIRES: not
  // started.
  Status process(std::span<const Input> inputs, const ReplayPosition* position = nullptr);
  // Fires every timer due at or before `now_ms`, in commits of at most max_batch contacts, and moves the
  // replay clock there; with kMaxInstant or later until nothing waits any more, and the clock stays at the
  // last timer. `progress`, where given, is asked after each commit; false stops early, which is no error.
  // After a restart call it with replay_clock_ms() first. REQUIRES: not started.
  Status advance_to(Millis now_ms, const std::function<bool()>& progress = nullptr);
  // The due time of the earliest timer; nullopt where nothing waits. For "until the last timer has fired".
  Result<std::optional<Millis>> next_timer_ms();
  // Everything before this time is decided: entries of the outbox with ready_ms below it are final and
  // complete. Moved by advance_to(); kNever in live mode, where what is visible may be taken.
  Millis settled_ms() const;
  // The latest time of an input or advance_to(), of earlier processes too; kMinInstant where there was none.
  Millis replay_clock_ms() const;
  // Where the last committed replay stopped.
  Result<std::optional<ReplayPosition>> replay_position() const;

  // ---- Live.

  Status start();
  // Hands inputs to the workers, all or none, and stamps their arrival. `done` is called after all of them
  // are committed, with the first failure if one failed. kFull when the queues have no room; kClosed when not
  // started or stopping.
  Status submit(std::vector<Input> inputs, Done done);
  // Finishes what was submitted, then ends the workers. Timers due later stay in the store. Also done by the
  // destructor.
  void stop();

  // ---- Both.

  Outbox& outbox();
  const LoadedProgram& program() const;
  Store& store();
  EngineStats stats() const;
  // The failure after which all work is refused, if any.
  Status health() const;

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_ENGINE_H_

#include "vm/engine/engine.h"

#include <algorithm>
#include <utility>

#include "vm/base/bytes.h"
#include "vm/engine/batch_processor.h"
#include "vm/engine/workers.h"
#include "vm/store/record_format.h"

namespace wend {
namespace {

constexpr std::string_view kCurrentImageKey = "engine/current_image";
constexpr std::string_view kReplayClockKey = "engine/replay_clock";
constexpr std::string_view kReplayPositionKey = "engine/replay_position";

std::string encode_position(const ReplayPosition& position) {
  std::string out;
  put_varint(out, position.bytes);
  put_varint(out, position.lines);
  put_varint(out, position.refused_lines);
  put_u64(out, position.head_digest);
  put_varint(out, position.head_bytes);
  return out;
}

Status check_options(const EngineOptions& options) {
  const auto refuse = [](std::string message) { return Error{ErrorKind::kInvalidInput, std::move(message)}; };
  if (options.workers < 1 || options.workers > 64) return refuse("an engine has 1 to 64 workers");
  if (options.max_batch < 1 || options.queue_capacity < 1)
    return refuse("max_batch and queue_capacity begin at 1");
  if (options.dedupe_memory_ms < 0 || options.future_tolerance_ms < 0) {
    return refuse("dedupe_memory_ms and future_tolerance_ms begin at 0");
  }
  return {};
}

}  // namespace

struct Engine::Impl {
  Impl(Store& store, const Clock& clock, const EngineOptions& options)
      : core(store, clock, options), processor(core) {}

  Status load_images(std::string_view image_bytes, OpenReport& report);
  Status count_runs(OpenReport& report);
  Status load_replay_clock();

  EngineCore core;
  BatchProcessor processor;  // of driven mode
  std::unique_ptr<Workers> workers;
  Millis replay_clock_ms = kMinInstant;
  std::atomic<Millis> settled_ms{kMinInstant};
};

// Every image that the store has ever run is loaded: records refer to them by number.
Status Engine::Impl::load_images(std::string_view image_bytes, OpenReport& report) {
  WEND_RETURN_IF_ERROR(core.names.load());
  WEND_ASSIGN_OR_RETURN(const std::optional<std::string> previous,
                        core.store.get(Family::kMeta, kCurrentImageKey));
  WEND_RETURN_IF_ERROR(core.images.set_current(image_bytes, core.options.loaded));
  const auto names = static_cast<uint32_t>(core.names.images.names().size());
  for (uint32_t number = 0; number < names; ++number) WEND_RETURN_IF_ERROR(core.images.load_older(number));
  const std::string& name = core.images.current().loaded().name();
  report.created = !previous.has_value();
  report.new_image = previous != name;
  if (report.new_image) {
    report.previous_image = previous.value_or(std::string());
    const auto batch = core.store.make_batch();
    batch->put(Family::kMeta, kCurrentImageKey, name);
    WEND_RETURN_IF_ERROR(core.store.commit(*batch, Durability::kSync));
  }
  return {};
}

Status Engine::Impl::count_runs(OpenReport& report) {
  std::vector<uint32_t> with_runs;
  for (uint32_t number = 0; number < core.images.size(); ++number) {
    const std::string key = counter_key(CounterKind::kImageRuns, {std::to_string(number)});
    WEND_ASSIGN_OR_RETURN(const std::optional<std::string> value, core.store.get(Family::kCounters, key));
    const int64_t runs = value.has_value() ? decode_counter(*value).value_or(0) : 0;
    if (number == core.images.current().number()) {
      report.runs_on_current = runs;
    } else if (runs > 0) {
      with_runs.push_back(number);
      report.pinned.push_back({core.names.images.name(static_cast<uint16_t>(number)), runs});
    }
  }
  core.images.plan_history(with_runs);
  return {};
}

Status Engine::Impl::load_replay_clock() {
  WEND_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                        core.store.get(Family::kMeta, kReplayClockKey));
  if (!value.has_value()) return {};
  ByteReader reader(*value);
  replay_clock_ms = reader.svarint();
  if (!reader.ok()) return Error{ErrorKind::kCorrupt, "the store's replay clock is damaged"};
  return {};
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() { stop(); }

Result<std::unique_ptr<Engine>> Engine::open(Store& store, const Clock& clock, std::string_view image_bytes,
                                             const EngineOptions& options, OpenReport* report) {
  WEND_RETURN_IF_ERROR(check_options(options));
  auto impl = std::make_unique<Impl>(store, clock, options);
  OpenReport found;
  WEND_RETURN_IF_ERROR(impl->load_images(image_bytes, found));
  WEND_RETURN_IF_ERROR(impl->count_runs(found));
  WEND_RETURN_IF_ERROR(impl->load_replay_clock());
  if (report != nullptr) *report = std::move(found);
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

Status Engine::process(std::span<const Input> inputs, const ReplayPosition* position) {
  WEND_CHECK(impl_->workers == nullptr);
  std::vector<Input> arrived(inputs.begin(), inputs.end());
  Millis clock = impl_->replay_clock_ms;
  for (Input& input : arrived) {
    // An import tells of old times and moves no clock.
    if (!input.historical) clock = std::max(clock, input.at_ms);
    input.received_ms = std::max(clock, input.at_ms);
    impl_->processor.add_input(input);
  }
  std::vector<MetaPut> puts;
  if (clock != impl_->replay_clock_ms) {
    std::string value;
    put_svarint(value, clock);
    puts.push_back({std::string(kReplayClockKey), std::move(value)});
  }
  if (position != nullptr) puts.push_back({std::string(kReplayPositionKey), encode_position(*position)});
  WEND_RETURN_IF_ERROR(impl_->processor.run(kMinInstant, puts));
  impl_->replay_clock_ms = clock;
  return {};
}

Status Engine::advance_to(Millis now_ms, const std::function<bool()>& progress) {
  WEND_CHECK(impl_->workers == nullptr);
  const bool to_the_end = now_ms >= kMaxInstant;
  Millis reached = impl_->replay_clock_ms;
  for (;;) {
    WEND_RETURN_IF_ERROR(impl_->core.health());
    // With several workers configured the driven mode still does everything itself.
    std::vector<DueTimer> due;
    for (size_t worker = 0; worker < impl_->core.options.workers && due.empty(); ++worker) {
      WEND_ASSIGN_OR_RETURN(due, impl_->core.timers.take(worker, now_ms, impl_->core.options.max_batch));
    }
    if (due.empty()) break;
    // Up to the end, time goes on in steps: to the latest of the timers at hand.
    const Millis step_ms = to_the_end ? due.back().due_ms : now_ms;
    for (const DueTimer& timer : due) impl_->processor.add_timer(timer.contact);
    WEND_RETURN_IF_ERROR(impl_->processor.run(step_ms, {}));
    reached = std::max(reached, due.back().due_ms);
    if (progress && !progress()) return {};
  }
  if (!to_the_end) reached = std::max(reached, now_ms);
  if (reached > impl_->replay_clock_ms) {
    std::string value;
    put_svarint(value, reached);
    const MetaPut put{std::string(kReplayClockKey), std::move(value)};
    WEND_RETURN_IF_ERROR(impl_->processor.run(kMinInstant, {&put, 1}));
    impl_->replay_clock_ms = reached;
  }
  const Millis settled = to_the_end ? kNever : now_ms;
  if (settled > impl_->settled_ms) impl_->settled_ms = settled;
  return {};
}

Result<std::optional<Millis>> Engine::next_timer_ms() {
  WEND_ASSIGN_OR_RETURN(const Millis due, impl_->core.timers.next_due());
  if (due == kNever) return std::optional<Millis>();
  return std::optional<Millis>(due);
}

Millis Engine::settled_ms() const { return impl_->settled_ms; }
Millis Engine::replay_clock_ms() const { return impl_->replay_clock_ms; }

Result<std::optional<ReplayPosition>> Engine::replay_position() const {
  WEND_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                        impl_->core.store.get(Family::kMeta, kReplayPositionKey));
  if (!value.has_value()) return std::optional<ReplayPosition>();
  ByteReader reader(*value);
  ReplayPosition position;
  position.bytes = reader.varint();
  position.lines = reader.varint();
  position.refused_lines = reader.varint();
  position.head_digest = reader.u64();
  position.head_bytes = reader.varint();
  if (!reader.ok() || !reader.at_end())
    return Error{ErrorKind::kCorrupt, "the store's replay position is damaged"};
  return std::optional<ReplayPosition>(position);
}

Status Engine::start() {
  WEND_RETURN_IF_ERROR(health());
  if (impl_->workers != nullptr) return Error{ErrorKind::kInvalidInput, "the engine is started already"};
  impl_->settled_ms = kNever;
  impl_->workers = std::make_unique<Workers>(impl_->core);
  impl_->workers->start();
  return {};
}

Status Engine::submit(std::vector<Input> inputs, Done done) {
  if (impl_->workers == nullptr) return Error{ErrorKind::kClosed, "the engine is not started"};
  return impl_->workers->submit(std::move(inputs), std::move(done));
}

void Engine::stop() {
  if (impl_->workers != nullptr) impl_->workers->stop();
}

Outbox& Engine::outbox() { return impl_->core.outbox; }
const LoadedProgram& Engine::program() const { return impl_->core.images.current().loaded(); }
Store& Engine::store() { return impl_->core.store; }
Status Engine::health() const { return impl_->core.health(); }

EngineStats Engine::stats() const {
  const SharedStats& shared = impl_->core.stats;
  EngineStats stats;
  stats.inputs = shared.inputs;
  stats.timers = shared.timers;
  stats.deliveries = shared.deliveries;
  stats.commits = shared.commits;
  stats.queued = shared.queued;
  stats.lateness_max_ms = shared.lateness_max_ms;
  const int64_t count = shared.lateness_count;
  if (count > 0)
    stats.lateness_mean_ms = static_cast<double>(shared.lateness_sum_ms) / static_cast<double>(count);
  return stats;
}

}  // namespace wend

#include "vm/simulate/simulator.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "vm/store/memory_store.h"

namespace wend {
namespace {

constexpr size_t kDrainAtOnce = 4096;

class Simulation {
 public:
  Simulation(const SimulationOptions& options, Engine& engine)
      : options_(options), engine_(engine), reader_(options.json_limits) {}

  Status run(const LineSource& lines);
  // Fires what is left and hands out the rest.
  Status finish();
  void describe(SimulationResult& result) const;

 private:
  // True at the end of the input or where it is asked to stop.
  Result<bool> read_batch(const LineSource& lines);
  void take_line(std::string_view line);
  Status drain(Millis below_ms);

  const SimulationOptions& options_;
  Engine& engine_;
  EventJsonReader reader_;
  std::vector<Input> batch_;
  Millis clock_ms_ = kMinInstant;
  uint64_t lines_ = 0, bytes_ = 0, bad_lines_ = 0, left_out_ = 0;
  Millis first_ms_ = kNever, last_ms_ = kMinInstant;
  bool stopped_ = false;
};

void Simulation::take_line(std::string_view line) {
  ++lines_;
  bytes_ += line.size() + 1;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  Result<Input> input = reader_.read_event(line, clock_ms_);
  if (input.ok() && input->at_ms == kMinInstant) {
    input = Error{ErrorKind::kInvalidInput, "timestamp: is missing, and no line before tells the time"};
  }
  if (!input.ok()) {
    ++bad_lines_;
    if (options_.on_bad_line) options_.on_bad_line(lines_, input.error());
    return;
  }
  const Millis at = input->at_ms;
  if ((options_.from_ms && at < *options_.from_ms) || (options_.until_ms && at > *options_.until_ms)) {
    ++left_out_;
    return;
  }
  first_ms_ = std::min(first_ms_, at);
  last_ms_ = std::max(last_ms_, at);
  if (!input->historical) clock_ms_ = std::max(clock_ms_, at);
  batch_.push_back(std::move(*input));
}

Result<bool> Simulation::read_batch(const LineSource& lines) {
  batch_.clear();
  while (batch_.size() < options_.max_batch) {
    WEND_ASSIGN_OR_RETURN(const std::optional<std::string_view> line, lines());
    if (!line.has_value()) return true;
    take_line(*line);
  }
  return false;
}

Status Simulation::run(const LineSource& lines) {
  for (bool end = false; !end && !stopped_;) {
    WEND_ASSIGN_OR_RETURN(end, read_batch(lines));
    WEND_RETURN_IF_ERROR(engine_.process(batch_));
    if (engine_.replay_clock_ms() != kMinInstant) {
      WEND_RETURN_IF_ERROR(engine_.advance_to(engine_.replay_clock_ms()));
      WEND_RETURN_IF_ERROR(drain(engine_.settled_ms()));
    }
    if (options_.on_progress && !options_.on_progress(lines_, bytes_, engine_.replay_clock_ms()))
      stopped_ = true;
  }
  return {};
}

Status Simulation::finish() {
  if (!stopped_) {
    const auto progress = [&] {
      if (options_.on_progress && !options_.on_progress(lines_, bytes_, engine_.replay_clock_ms()))
        stopped_ = true;
      return !stopped_;
    };
    WEND_RETURN_IF_ERROR(engine_.advance_to(options_.until_ms.value_or(kMaxInstant), progress));
  }
  return drain(stopped_ ? engine_.settled_ms() : kNever);
}

Status Simulation::drain(Millis below_ms) {
  for (;;) {
    WEND_ASSIGN_OR_RETURN(const std::vector<OutboxEntry> entries,
                          engine_.outbox().take(below_ms, kDrainAtOnce));
    if (entries.empty()) return {};
    for (const OutboxEntry& entry : entries) {
      if (options_.on_delivery) WEND_RETURN_IF_ERROR(options_.on_delivery(entry.delivery));
    }
    WEND_RETURN_IF_ERROR(engine_.outbox().finish(entries, {}, Durability::kUnsynced));
  }
}

void Simulation::describe(SimulationResult& result) const {
  result.lines = lines_;
  result.bad_lines = bad_lines_;
  result.left_out = left_out_;
  result.first_ms = first_ms_ == kNever ? 0 : first_ms_;
  result.last_ms = last_ms_ == kMinInstant ? 0 : last_ms_;
}

}  // namespace

Result<SimulationResult> simulate(std::string_view image_bytes, const LineSource& lines,
                                  const SimulationOptions& options) {
  SimulationResult result;
  result.store = make_memory_store();
  const ManualClock clock;  // driven mode asks no clock
  EngineOptions engine_options;
  engine_options.durability = Durability::kUnsynced;
  engine_options.trace = options.trace;
  engine_options.max_batch = options.max_batch;
  WEND_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine,
                        Engine::open(*result.store, clock, image_bytes, engine_options));
  Simulation simulation(options, *engine);
  WEND_RETURN_IF_ERROR(simulation.run(lines));
  WEND_RETURN_IF_ERROR(simulation.finish());
  simulation.describe(result);
  result.stats = engine->stats();
  WEND_ASSIGN_OR_RETURN(result.report, read_report(*result.store));
  return result;
}

}  // namespace wend

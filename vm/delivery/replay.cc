#include "vm/delivery/replay.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace wend {
namespace {

// Enough to tell two logs apart; a log that only grew keeps its beginning.
constexpr size_t kHeadBytes = 4096;
// After the log has ended, timers fire in steps of this length, so that deliveries reach the file on the way.
constexpr Millis kTimerStepMs = kMillisPerHour;

class Replayer {
 public:
  Replayer(Engine& engine, LineReader& log, FileConnector& deliveries, const ReplayOptions& options)
      : engine_(engine),
        log_(log),
        deliveries_(deliveries),
        options_(options),
        reader_(options.json_limits) {}

  Result<ReplayResult> run() {
    WEND_RETURN_IF_ERROR(find_position());
    clock_ms_ = engine_.replay_clock_ms();
    // What the last process had not fired when it ended.
    if (clock_ms_ != kMinInstant) WEND_RETURN_IF_ERROR(engine_.advance_to(clock_ms_));
    WEND_RETURN_IF_ERROR(replay_lines());
    if (!result_.stopped) WEND_RETURN_IF_ERROR(fire_timers());
    // A replay that was stopped leaves what may still be preceded by something in the outbox.
    const Result<uint64_t> drained = deliveries_.drain(result_.stopped ? engine_.settled_ms() : kNever);
    if (!drained.ok()) return drained.error();
    result_.lines = position_.lines;
    result_.refused_lines = position_.refused_lines;
    result_.now_ms = engine_.replay_clock_ms();
    return result_;
  }

 private:
  Status find_position() {
    WEND_ASSIGN_OR_RETURN(const std::optional<ReplayPosition> before, engine_.replay_position());
    if (!before) {
      WEND_ASSIGN_OR_RETURN(const LineReader::Head head, log_.head(kHeadBytes));
      position_.head_digest = head.digest;
      position_.head_bytes = head.bytes;
      return {};
    }
    WEND_ASSIGN_OR_RETURN(const LineReader::Head head, log_.head(static_cast<size_t>(before->head_bytes)));
    if (head.digest != before->head_digest || head.bytes != before->head_bytes) {
      return Error{ErrorKind::kInvalidInput, "`" + log_.path() +
                                                 "` is not the log whose replay was begun in this data "
                                                 "folder: its beginning differs"};
    }
    position_ = *before;
    result_.resumed = true;
    return log_.skip_to(position_.bytes);
  }

  Status replay_lines() {
    bool more = true;
    while (more) {
      std::vector<Input> inputs;
      WEND_ASSIGN_OR_RETURN(more, read_batch(inputs));
      WEND_RETURN_IF_ERROR(engine_.process(inputs, &position_));
      const Millis now_ms = engine_.replay_clock_ms();
      if (now_ms != kMinInstant) WEND_RETURN_IF_ERROR(engine_.advance_to(now_ms));
      WEND_RETURN_IF_ERROR(after_commit(!more));
      if (result_.stopped) return {};
    }
    return {};
  }

  // Reads up to batch_lines lines. False when the log, or the part of it before `until_ms`, has ended.
  Result<bool> read_batch(std::vector<Input>& inputs) {
    for (size_t i = 0; i < options_.batch_lines; ++i) {
      WEND_ASSIGN_OR_RETURN(const std::optional<std::string_view> line, log_.next());
      if (!line) return false;
      if (line->find_first_not_of(" \t\r") != std::string_view::npos) {
        Result<Input> input = read_line(*line);
        if (input.ok() && options_.until_ms && input->at_ms > *options_.until_ms) return false;
        if (input.ok()) {
          if (!input->historical) clock_ms_ = std::max(clock_ms_, input->at_ms);
          inputs.push_back(std::move(input).value());
        } else {
          ++position_.refused_lines;
          if (options_.on_bad_line) options_.on_bad_line(position_.lines + 1, input.error());
        }
      }
      ++position_.lines;
      position_.bytes = log_.offset();
    }
    return true;
  }

  Result<Input> read_line(std::string_view line) {
    if (log_.line_cut()) {
      return Error{ErrorKind::kInvalidInput, "the line is longer than the limit of " +
                                                 std::to_string(options_.json_limits.max_event_bytes) +
                                                 " bytes"};
    }
    // The clock as of this line, not of the batch: where batches end must not matter.
    Result<Input> input = reader_.read_event(line, clock_ms_);
    if (input.ok() && input->at_ms == kMinInstant) {
      return Error{ErrorKind::kInvalidInput, "timestamp: is missing, and no line before tells the time"};
    }
    return input;
  }

  Status fire_timers() {
    for (;;) {
      WEND_ASSIGN_OR_RETURN(const std::optional<Millis> next, engine_.next_timer_ms());
      const bool none = !next || (options_.until_ms && *next > *options_.until_ms);
      if (none) break;
      Millis until = *next > kMaxInstant - kTimerStepMs ? kMaxInstant : *next + kTimerStepMs;
      if (options_.until_ms && until > *options_.until_ms) until = *options_.until_ms;
      WEND_RETURN_IF_ERROR(engine_.advance_to(until));
      WEND_RETURN_IF_ERROR(after_commit(true));
      if (result_.stopped) return {};
    }
    if (options_.until_ms) WEND_RETURN_IF_ERROR(engine_.advance_to(*options_.until_ms));
    return {};
  }

  Status after_commit(bool log_done) {
    const Result<uint64_t> drained = deliveries_.drain(engine_.settled_ms());
    if (!drained.ok()) return drained.error();
    if (!options_.on_progress) return {};
    const ReplayProgress progress{position_.bytes, position_.lines, engine_.replay_clock_ms(), log_done};
    if (!options_.on_progress(progress)) result_.stopped = true;
    return {};
  }

  Engine& engine_;
  LineReader& log_;
  FileConnector& deliveries_;
  const ReplayOptions& options_;
  EventJsonReader reader_;
  ReplayPosition position_;
  Millis clock_ms_ = kMinInstant;  // the replay clock after the lines read so far
  ReplayResult result_;
};

}  // namespace

Result<ReplayResult> replay(Engine& engine, LineReader& log, FileConnector& deliveries,
                            const ReplayOptions& options) {
  return Replayer(engine, log, deliveries, options).run();
}

}  // namespace wend

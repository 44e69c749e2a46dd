#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "compiler/driver/command.h"
#include "compiler/driver/interrupt.h"
#include "compiler/driver/project.h"
#include "compiler/driver/run_engine.h"
#include "compiler/driver/summary.h"
#include "vm/delivery/replay.h"
#include "vm/store/rocks_store.h"
#include "vm/trace/report.h"

namespace wend {
namespace {

struct Replayed {
  ReplayResult result;
  EngineReport report;
};

Result<ReplayResult> replay_log(const RunOptions& options, Engine& engine, FileConnector& deliveries,
                                Console& console) {
  constexpr uint64_t kMostBadLinesShown = 5;
  ReplayOptions replaying;
  if (!options.until.empty()) {
    WEND_ASSIGN_OR_RETURN(replaying.until_ms, parse_moment(options.until));
  }
  WEND_ASSIGN_OR_RETURN(const std::unique_ptr<LineReader> log,
                        LineReader::open(options.replay, replaying.json_limits.max_event_bytes + 1));
  uint64_t bad_lines = 0;
  replaying.on_bad_line = [&](uint64_t line, const Error& error) {
    if (++bad_lines > kMostBadLinesShown) return;
    console.print_error(fmt::format("warning: {}:{}: {}\n", options.replay, line, error.message));
  };
  ProgressBar bar(console, "replaying", log->size().value_or(0));
  replaying.on_progress = [&](const ReplayProgress& progress) {
    std::string note = format_rfc3339(progress.now_ms).substr(0, 10);
    if (progress.log_done) note += ", last timers";
    bar.update(progress.bytes, note, steady_ms());
    return !interrupted();
  };
  return replay(engine, *log, deliveries, replaying);
}

Result<Replayed> replay_project(const RunOptions& options, const std::string& image, Console& console) {
  RocksOptions rocks;
  rocks.path = options.data;
  WEND_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, open_rocks_store(rocks));
  // The clock of a replay is the log; this one only has to stand still.
  const ManualClock clock;
  EngineOptions engine_options;
  engine_options.durability = options.durability == "none" ? Durability::kUnsynced : Durability::kSync;
  OpenReport opened;
  WEND_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine,
                        Engine::open(*store, clock, image, engine_options, &opened));
  print_open_report(opened, console);
  const std::string out = options.out.empty() ? options.data + "/deliveries.ndjson" : options.out;
  WEND_ASSIGN_OR_RETURN(const std::unique_ptr<FileConnector> deliveries,
                        open_deliveries(out, options.data, *engine, engine_options.durability));
  WEND_ASSIGN_OR_RETURN(ReplayResult result, replay_log(options, *engine, *deliveries, console));
  WEND_RETURN_IF_ERROR(store->sync());
  WEND_ASSIGN_OR_RETURN(EngineReport report, read_report(*store));
  return Replayed{result, std::move(report)};
}

}  // namespace

Result<std::unique_ptr<FileConnector>> open_deliveries(const std::string& path, const std::string& data,
                                                       Engine& engine, Durability durability) {
  std::error_code failed;
  const std::filesystem::path relative =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path, failed), failed)
          .lexically_relative(
              std::filesystem::weakly_canonical(std::filesystem::absolute(data, failed), failed));
  const bool inside = !failed && !relative.empty() && *relative.begin() != "..";
  const std::string name = inside ? "data/" + relative.generic_string() : std::string();
  return FileConnector::open(path, engine.outbox(), engine.store(), durability, name);
}

void print_open_report(const OpenReport& report, Console& console) {
  if (report.created || !report.new_image) return;
  console.print_error("note: the project changed since the last start; new entries take the new version\n");
  for (const OpenReport::PinnedImage& pinned : report.pinned) {
    console.print_error(fmt::format("note: {} runs go on with version {}\n", pinned.runs, pinned.image));
  }
}

int run_replay(const RunOptions& options, Console& console) {
  int exit_code = kExitClean;
  const std::optional<std::string> image = compile_to_run(options.project, console, exit_code);
  if (!image) return exit_code;
  catch_interrupts();
  const Result<Replayed> replayed = replay_project(options, *image, console);
  if (!replayed.ok()) {
    console.fail(replayed.error().message);
    return exit_code_of(replayed.error());
  }
  const ReplayResult& result = replayed->result;
  console.print(options.format == "json" ? summary_json(replayed->report) : summary_text(replayed->report));
  if (options.format == "text" && result.refused_lines > 0) {
    console.print(fmt::format("  {} of {} lines were no valid events and were left out\n",
                              result.refused_lines, result.lines));
  }
  if (result.stopped) {
    console.print_error("note: stopped at " + format_rfc3339(result.now_ms) +
                        "; the same command goes on from there\n");
  }
  return kExitClean;
}

}  // namespace wend

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "compiler/driver/command.h"
#include "compiler/driver/interrupt.h"
#include "compiler/driver/project.h"
#include "compiler/driver/summary.h"
#include "vm/delivery/line_reader.h"
#include "vm/engine/delivery_line.h"
#include "vm/simulate/simulator.h"
#include "vm/trace/why.h"

namespace wend {
namespace {

struct SimulateOptions {
  std::string project;
  std::string events;
  std::string from, to;
  std::string out;
  std::string why;
  std::string format = "text";
};

// Writes deliveries as they are decided: to a file, or to standard output for "-".
class DeliveryWriter {
 public:
  Status open(const std::string& path) {
    path_ = path;
    if (path.empty()) return {};
    file_ = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
    if (file_ == nullptr) return Error{ErrorKind::kIo, "cannot write `" + path + "`"};
    return {};
  }
  ~DeliveryWriter() {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  }
  Status write(const Delivery& delivery) {
    if (file_ == nullptr) return {};
    line_.clear();
    append_delivery_line(line_, delivery);
    return check(std::fwrite(line_.data(), 1, line_.size(), file_) == line_.size());
  }
  Status finish() { return file_ == nullptr ? Status() : check(std::fflush(file_) == 0); }

 private:
  Status check(bool fine) const {
    if (fine) return {};
    return Error{ErrorKind::kIo, "cannot write `" + path_ + "`"};
  }

  std::string path_;
  std::string line_;
  std::FILE* file_ = nullptr;
};

Status set_moment(const std::string& text, std::optional<Millis>& moment) {
  if (text.empty()) return {};
  WEND_ASSIGN_OR_RETURN(moment, parse_moment(text));
  return {};
}

Result<SimulationResult> run_simulation(const SimulateOptions& options, const std::string& image,
                                        Console& console) {
  constexpr uint64_t kMostBadLinesShown = 5;
  SimulationOptions simulation;
  WEND_RETURN_IF_ERROR(set_moment(options.from, simulation.from_ms));
  WEND_RETURN_IF_ERROR(set_moment(options.to, simulation.until_ms));
  WEND_ASSIGN_OR_RETURN(const std::unique_ptr<LineReader> log,
                        LineReader::open(options.events, simulation.json_limits.max_event_bytes + 1));
  DeliveryWriter writer;
  WEND_RETURN_IF_ERROR(writer.open(options.out));
  simulation.trace = !options.why.empty();
  simulation.on_delivery = [&writer](const Delivery& delivery) { return writer.write(delivery); };
  uint64_t bad_lines = 0;
  simulation.on_bad_line = [&](uint64_t line, const Error& error) {
    if (++bad_lines > kMostBadLinesShown) return;
    console.print_error("warning: " + options.events + ":" + std::to_string(line) + ": " + error.message +
                        "\n");
  };
  ProgressBar bar(console, "simulating", log->size().value_or(0));
  simulation.on_progress = [&](uint64_t, uint64_t bytes, Millis now_ms) {
    bar.update(bytes, format_rfc3339(now_ms).substr(0, 10), steady_ms());
    return !interrupted();
  };
  Result<SimulationResult> result = simulate(
      image, [&log] { return log->next(); }, simulation);
  bar.finish();
  if (!result.ok()) return result;
  WEND_RETURN_IF_ERROR(writer.finish());
  return result;
}

int simulate_project(const SimulateOptions& options, Console& console) {
  int exit_code = kExitClean;
  const std::optional<std::string> image = compile_to_run(options.project, console, exit_code);
  if (!image) return exit_code;
  catch_interrupts();
  const Result<SimulationResult> result = run_simulation(options, *image, console);
  if (!result.ok()) {
    console.fail(result.error().message);
    return exit_code_of(result.error());
  }
  const bool text = options.format == "text";
  std::string out = text ? summary_text(result->report) : summary_json(result->report);
  if (text && result->bad_lines > 0) {
    out += "  " + std::to_string(result->bad_lines) + " of " + std::to_string(result->lines) +
           " lines were no valid events and were left out\n";
  }
  // With deliveries on standard output the summary goes beside them.
  if (options.out == "-") {
    console.print_error(out);
  } else {
    console.print(out);
  }
  if (options.why.empty()) return kExitClean;
  const Result<std::string> why = why_text(*result->store, options.why);
  if (!why.ok()) {
    console.fail(why.error().message);
    return exit_code_of(why.error());
  }
  console.print("\n" + *why);
  return kExitClean;
}

}  // namespace

void add_simulate(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<SimulateOptions>();
  app.add_option("PROJECT", options->project, "folder of the project, or one file")->required();
  app.add_option("--events", options->events, "log of events, one JSON object a line; - for stdin")
      ->required();
  app.add_option("--from", options->from, "leave out events before this time");
  app.add_option("--to", options->to, "stop at this time (default: the last timer)");
  app.add_option("--out", options->out, "write deliveries there, one a line; - for stdout");
  app.add_option("--why", options->why, "then show what happened to this contact");
  app.add_option("--format", options->format, "of the summary: text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  invocation.action = [options](Console& console) { return simulate_project(*options, console); };
}

}  // namespace wend

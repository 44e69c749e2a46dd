#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "compiler/driver/command.h"
#include "compiler/driver/project.h"
#include "compiler/driver/run_engine.h"

namespace wend {

void add_run(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<RunOptions>();
  app.add_option("PROJECT", options->project, "folder of the project, or one file")->required();
  app.add_option("--data", options->data, "folder of the state, made if missing")->capture_default_str();
  app.add_option("--config", options->config, "configuration (default: wend.json in the project)");
  auto* listen = app.add_option("--listen", options->listen, "address for HTTP, for example 127.0.0.1:8080");
  auto* replay = app.add_option("--replay", options->replay, "log of events instead of HTTP; - for stdin");
  auto* until = app.add_option("--until", options->until, "replay only up to this time");
  app.add_option("--out", options->out, "deliveries (default: deliveries.ndjson in DIR)");
  app.add_option("--durability", options->durability, "sync or none: when a commit is safe")
      ->check(CLI::IsMember({"sync", "none"}));
  app.add_option("--format", options->format, "of the summary: text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  until->needs(replay);
  listen->excludes(replay);
  invocation.action = [options](Console& console) {
    return options->replay.empty() ? run_live(*options, console) : run_replay(*options, console);
  };
}

}  // namespace wend

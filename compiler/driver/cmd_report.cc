#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "compiler/driver/command.h"
#include "compiler/driver/project.h"
#include "compiler/driver/summary.h"
#include "vm/trace/report.h"

namespace wend {

void add_report(CLI::App& app, Invocation& invocation) {
  struct ReportOptions {
    std::string data = "wend-data";
    std::string format = "text";
  };
  auto options = std::make_shared<ReportOptions>();
  app.add_option("--data", options->data, "data folder of the engine")->capture_default_str();
  app.add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  invocation.action = [options](Console& console) {
    const Result<std::unique_ptr<Store>> store = open_for_reading(options->data);
    if (!store.ok()) {
      console.fail(store.error().message);
      return exit_code_of(store.error());
    }
    const Result<EngineReport> report = read_report(**store);
    if (!report.ok()) {
      console.fail(report.error().message);
      return exit_code_of(report.error());
    }
    console.print(options->format == "json" ? summary_json(*report) : summary_text(*report));
    return kExitClean;
  };
}

}  // namespace wend

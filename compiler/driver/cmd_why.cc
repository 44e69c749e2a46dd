#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "compiler/driver/command.h"
#include "compiler/driver/project.h"
#include "vm/trace/why.h"

namespace wend {

void add_why(CLI::App& app, Invocation& invocation) {
  struct Options {
    std::string contact;
    std::string journey;
    std::string data = "wend-data";
    std::string format = "text";
    size_t last = WhyOptions().max_entries;
  };
  auto options = std::make_shared<Options>();
  app.add_option("CONTACT", options->contact, "id of the contact")->required();
  app.add_option("JOURNEY", options->journey, "only this journey");
  app.add_option("--data", options->data, "data folder of the engine")->capture_default_str();
  app.add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--last", options->last, "at most so many entries, the latest")->capture_default_str();
  invocation.action = [options](Console& console) {
    const Result<std::unique_ptr<Store>> store = open_for_reading(options->data);
    if (!store.ok()) {
      console.fail(store.error().message);
      return exit_code_of(store.error());
    }
    WhyOptions why;
    why.journey = options->journey;
    why.max_entries = options->last;
    const Result<std::string> text = options->format == "json" ? why_json(**store, options->contact, why)
                                                               : why_text(**store, options->contact, why);
    if (!text.ok()) {
      console.fail(text.error().message);
      return exit_code_of(text.error());
    }
    console.print(*text);
    return kExitClean;
  };
}

}  // namespace wend

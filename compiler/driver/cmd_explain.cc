#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/explain.h"
#include "compiler/diagnostics/suggest.h"
#include "compiler/driver/command.h"

namespace wend {
namespace {

int list_codes(Console& console) {
  for (const CatalogueRow& row : catalogue()) {
    std::string line = code_text(row.code) + "  ";
    line += std::string(row.name);
    line.append(line.size() < 40 ? 40 - line.size() : 1, ' ');
    console.print(line + std::string(row.summary) + "\n");
  }
  return kExitClean;
}

int explain(const std::string& text, Console& console) {
  const std::optional<Code> code = parse_code(text);
  if (!code) {
    console.fail("no diagnostic is called `" + text + "`; `wend explain --list` shows them all");
    return kExitUsage;
  }
  const std::optional<std::string_view> page = explain_page(*code);
  if (!page) {
    console.fail("the page of " + code_text(*code) + " is missing from this build");
    return kExitBug;
  }
  console.print(*page);
  return kExitClean;
}

}  // namespace

void add_explain(CLI::App& app, Invocation& invocation) {
  struct ExplainOptions {
    std::string code;
    bool list = false;
  };
  auto options = std::make_shared<ExplainOptions>();
  auto* code = app.add_option("CODE", options->code, "WD0201, 201 or unknown_event");
  auto* list = app.add_flag("--list", options->list, "all codes, a line each");
  code->excludes(list);
  invocation.action = [options](Console& console) {
    if (options->list) return list_codes(console);
    if (options->code.empty()) {
      console.fail("which code? for example `wend explain WD0201`, or `wend explain --list`");
      return kExitUsage;
    }
    return explain(options->code, console);
  };
}

}  // namespace wend

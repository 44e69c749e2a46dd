#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/command.h"
#include "compiler/driver/project.h"
#include "compiler/driver/test_report.h"
#include "wend/compile.h"

namespace wend {
namespace {

struct TestOptions {
  std::vector<std::string> paths;
  std::string filter;
  std::string format = "text";
};

int run_tests(const TestOptions& options, Console& console) {
  std::vector<std::unique_ptr<CompileResult>> projects;
  std::vector<TestResult> results;
  for (const std::string& path : options.paths.empty() ? std::vector<std::string>{"."} : options.paths) {
    int exit_code = kExitClean;
    std::optional<CompileResult> compiled = compile_project_to_run(path, console, exit_code);
    if (!compiled) return exit_code;
    projects.push_back(std::make_unique<CompileResult>(std::move(*compiled)));
    const CompileResult& project = *projects.back();
    for (const PlannedTest& test : project.tests.tests) {
      if (test.name.find(options.filter) == std::string::npos) continue;
      Result<TestOutcome> outcome = run_test(project.image, test);
      if (!outcome.ok()) {
        console.fail("test \"" + test.name + "\": " + outcome.error().message);
        return exit_code_of(outcome.error());
      }
      results.push_back({&test, &project.sources, std::move(*outcome)});
      if (options.format == "text") console.print(failure_text(results.back(), console.colour_out()));
      if (options.format == "json") console.print(test_json(results.back()));
    }
  }
  if (options.format == "junit") console.print(tests_junit(results));
  if (results.empty()) {
    console.fail(options.filter.empty() ? "no tests were found"
                                        : "no test has `" + options.filter + "` in its name");
    return kExitFindings;
  }
  if (options.format == "text") console.print(test_summary(results));
  const bool passed =
      std::all_of(results.begin(), results.end(), [](const auto& result) { return result.passed(); });
  return passed ? kExitClean : kExitFindings;
}

}  // namespace

void add_test(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<TestOptions>();
  app.add_option("PROJECTS", options->paths, "folders or files (default: .)");
  app.add_option("--filter", options->filter, "only tests with this text in their name");
  app.add_option("--format", options->format, "text, json (one object a test) or junit")
      ->check(CLI::IsMember({"text", "json", "junit"}))
      ->capture_default_str();
  invocation.action = [options](Console& console) { return run_tests(*options, console); };
}

}  // namespace wend

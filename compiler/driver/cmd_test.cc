#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/command.h"
#include "compiler/driver/coverage_report.h"
#include "compiler/driver/project.h"
#include "compiler/driver/test_report.h"
#include "compiler/driver/test_suggest.h"
#include "wend/compile.h"

namespace wend {
namespace {

struct TestOptions {
  std::vector<std::string> paths;
  std::string filter;
  std::string format = "text";
  bool coverage = false;
  std::optional<double> fail_under;
  bool suggest = false;
};

// Runs the tests of all projects. Reports go to the standard output, with --suggest to the error output,
// because the suggestions are a file of their own.
class TestCommand {
 public:
  TestCommand(const TestOptions& options, Console& console) : options_(options), console_(console) {}

  int run() {
    for (const std::string& path : options_.paths.empty() ? std::vector<std::string>{"."} : options_.paths) {
      const int code = run_project(path);
      if (code != kExitClean) return code;
    }
    if (options_.format == "junit") print(tests_junit(results_));
    if (results_.empty()) {
      console_.fail(options_.filter.empty() ? "no tests were found"
                                            : "no test has `" + options_.filter + "` in its name");
      return kExitFindings;
    }
    if (options_.format == "text") print(test_summary(results_));
    const bool passed =
        std::all_of(results_.begin(), results_.end(), [](const auto& result) { return result.passed(); });
    return passed && enough_ ? kExitClean : kExitFindings;
  }

 private:
  int run_project(const std::string& path);
  Status run_tests(const CompileResult& project, Coverage* coverage);
  Status suggest(const std::string& path, const CompileResult& project, const Coverage& coverage);
  void report_coverage(const Coverage& coverage);
  void print(const std::string& text) {
    if (options_.suggest) return console_.print_error(text);
    console_.print(text);
  }

  const TestOptions& options_;
  Console& console_;
  std::vector<std::unique_ptr<CompileResult>> projects_;  // results point into them
  std::vector<TestResult> results_;
  bool enough_ = true;  // coverage of every project
};

int TestCommand::run_project(const std::string& path) {
  int exit_code = kExitClean;
  CompileOptions compile;
  compile.test_paths = options_.suggest;
  std::optional<CompileResult> compiled = compile_project_to_run(path, console_, exit_code, compile);
  if (!compiled) return exit_code;
  projects_.push_back(std::make_unique<CompileResult>(std::move(*compiled)));
  const CompileResult& project = *projects_.back();
  std::optional<Coverage> coverage;
  if (options_.coverage || options_.fail_under || options_.suggest) coverage.emplace(project.program);
  Status status = run_tests(project, coverage ? &*coverage : nullptr);
  if (status.ok() && coverage) {
    if (options_.coverage || options_.fail_under) report_coverage(*coverage);
    if (options_.suggest) status = suggest(path, project, *coverage);
  }
  if (status.ok()) return kExitClean;
  console_.fail(status.error().message);
  return exit_code_of(status.error());
}

Status TestCommand::run_tests(const CompileResult& project, Coverage* coverage) {
  TestRunOptions run;
  WEND_ASSIGN_OR_RETURN(run.loaded, LoadedProgram::load(project.image));
  run.coverage = coverage;
  for (const PlannedTest& test : project.tests.tests) {
    if (test.name.find(options_.filter) == std::string::npos) continue;
    Result<TestOutcome> outcome = run_test(project.image, test, run);
    if (!outcome.ok()) {
      return Error{outcome.error().kind, "test \"" + test.name + "\": " + outcome.error().message};
    }
    results_.push_back({&test, &project.sources, std::move(*outcome)});
    if (options_.format == "text") print(failure_text(results_.back(), console_.colour_out()));
    if (options_.format == "json") print(test_json(results_.back()));
  }
  return {};
}

void TestCommand::report_coverage(const Coverage& coverage) {
  if (options_.format == "json") print(coverage_json(coverage));
  if (options_.format == "text") print(coverage_text(coverage));
  if (options_.format == "junit") console_.print_error(coverage_text(coverage));  // JUnit knows no coverage
  if (!options_.fail_under || !coverage.total().below(*options_.fail_under)) return;
  enough_ = false;
  console_.fail(fmt::format("coverage is {}%, and {}% are asked for", coverage.total().percent(),
                            *options_.fail_under));
}

Status TestCommand::suggest(const std::string& path, const CompileResult& project, const Coverage& coverage) {
  WEND_ASSIGN_OR_RETURN(const Suggestions made, suggest_tests(*disk_files(path), project, coverage));
  console_.print(made.text);
  std::string said =
      made.tests == 0 ? "nothing to suggest: no way that is not tested was found"
                      : fmt::format("{} suggested; read what they expect before you keep them",
                                    made.tests == 1 ? "1 test is" : fmt::format("{} tests are", made.tests));
  if (made.not_there > 0) said += fmt::format(". {} must be changed to get where they aim", made.not_there);
  console_.print_error("note: " + said + "\n");
  return {};
}

}  // namespace

void add_test(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<TestOptions>();
  app.add_option("PROJECTS", options->paths, "folders or files (default: .)");
  app.add_option("--filter", options->filter, "only tests with this text in their name");
  app.add_option("--format", options->format, "text, json (one object a test) or junit")
      ->check(CLI::IsMember({"text", "json", "junit"}))
      ->capture_default_str();
  app.add_flag("--coverage", options->coverage, "say which steps and outcomes no test reached");
  app.add_option("--fail-under", options->fail_under, "with coverage; exit 1 below this percentage")
      ->check(CLI::Range(0.0, 100.0));
  app.add_flag("--suggest", options->suggest, "print tests for what no test reached");
  invocation.action = [options](Console& console) { return TestCommand(*options, console).run(); };
}

}  // namespace wend

#ifndef WEND_COMPILER_DRIVER_TEST_REPORT_H_
#define WEND_COMPILER_DRIVER_TEST_REPORT_H_

// What `wend test` prints: for people, as JSON (one object a test), as JUnit XML. Pure functions; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/text/source_file.h"
#include "vm/simulate/test_plan.h"
#include "vm/simulate/test_runner.h"

namespace wend {

// A test that ran. Pointers outlive it.
struct TestResult {
  const PlannedTest* test = nullptr;
  const SourceMap* sources = nullptr;
  TestOutcome outcome;

  bool passed() const { return outcome.failures.empty(); }
};

// The failures of one test with their source lines, and the trace; empty where it passed.
std::string failure_text(const TestResult& result, bool color);
// "12 tests, 1 failed" with a line end.
std::string test_summary(const std::vector<TestResult>& results);
// {"test":..,"file":..,"line":..,"passed":..,"failures":[{"file":..,"line":..,"source":..,"expected":..,"got":..}],
// "trace":..} and a line end.
std::string test_json(const TestResult& result);
std::string tests_junit(const std::vector<TestResult>& results);

// Text as it may stand in XML; characters that XML does not have become U+FFFD.
std::string xml_text(std::string_view text);

}  // namespace wend

#endif  // WEND_COMPILER_DRIVER_TEST_REPORT_H_

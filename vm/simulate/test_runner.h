#ifndef WEND_VM_SIMULATE_TEST_RUNNER_H_
#define WEND_VM_SIMULATE_TEST_RUNNER_H_

// Runs one planned test: the engine's own code over a fresh store in memory, in virtual time. Timers between
// two lines fire one after the other; what is handed over is `delivered` at that instant unless the test lets
// the provider fail. Expectations look at everything from the start of the test up to their line.
//
// Threads: run_test may be called from any number of threads at once; it shares nothing. Failures: those of
// the engine (an image that does not load). A failing expectation is not one: it is told in the outcome.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"
#include "vm/core/loaded_program.h"
#include "vm/simulate/coverage.h"
#include "vm/simulate/test_plan.h"

namespace wend {

struct TestFailure {
  TestPlace place;
  std::string expected;  // one line
  std::string got;
};

struct TestOutcome {
  std::vector<TestFailure> failures;  // in the order of the lines; empty: passed
  // The contacts that the last failure speaks of and all that happened to them by then, as `wend why` tells
  // it.
  std::string trace;
  // Where it was asked for: expectations, each a line of the language, that hold at the end of the test.
  std::vector<std::string> observed;
};

struct TestRunOptions {
  std::shared_ptr<const LoadedProgram> loaded;  // the image, loaded already; null: it is loaded for this test
  Coverage* coverage = nullptr;                 // to add what the test reaches; not shared between threads
  bool observe = false;                         // fill TestOutcome::observed
};

// `image_bytes` must be the image that was compiled together with the plan.
Result<TestOutcome> run_test(std::string_view image_bytes, const PlannedTest& test,
                             const TestRunOptions& options = {});

}  // namespace wend

#endif  // WEND_VM_SIMULATE_TEST_RUNNER_H_

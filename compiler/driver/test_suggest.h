#ifndef WEND_COMPILER_DRIVER_TEST_SUGGEST_H_
#define WEND_COMPILER_DRIVER_TEST_SUGGEST_H_

// `wend test --suggest`: tests for what no test reaches. Each is compiled with the project and run; what
// happens in it becomes its expectations, for a person to read before they are kept. A test that does not get
// to where it should says what must still be changed.
//
// Threads: one. Failures: of the runner; kInvalidInput where not even one suggestion compiles, a bug.

#include <string>
#include <vector>

#include "vm/base/result.h"
#include "vm/simulate/coverage.h"
#include "wend/compile.h"
#include "wend/files.h"

namespace wend {

struct Suggestions {
  std::string text;      // a source file in the formatter's layout; empty: nothing to suggest
  size_t tests = 0;      // how many
  size_t not_there = 0;  // of these, how many don't reach their aim yet
};

// `project` was compiled from `files` with CompileOptions::test_paths; `coverage` is of its tests.
Result<Suggestions> suggest_tests(const FileResolver& files, const CompileResult& project,
                                  const Coverage& coverage);

}  // namespace wend

#endif  // WEND_COMPILER_DRIVER_TEST_SUGGEST_H_

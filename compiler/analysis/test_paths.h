#ifndef WEND_COMPILER_ANALYSIS_TEST_PATHS_H_
#define WEND_COMPILER_ANALYSIS_TEST_PATHS_H_

// Ways through journeys, written as tests: for each step and each outcome of a branch a `test` that leads a
// contact there, for `wend test --suggest`. Events, attributes and clicks are chosen so that the conditions on
// the way hold; a condition that cannot be turned round like that (history, arithmetic over several values) is
// left to the reader in a comment, and whether the test gets there shows when it runs.
//
// What is made parses and has no expectations yet. Pure: the same program gives the same tests. Threads: any.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/analysis/checked.h"
#include "compiler/text/source_file.h"

namespace wend {

// Named as a CoveragePoint of vm/simulate/coverage.h: an arm of a `match` by its own place.
struct TestPath {
  std::string journey;
  std::string file;
  uint32_t line = 0;    // 1-based
  uint32_t column = 0;  // 1-based, in characters
  std::string outcome;  // empty: the step itself, or an arm
  std::string title;
  std::string lines;                   // what stands between the braces, a line each
  std::vector<std::string> left_open;  // conditions that were not turned round, as written
};

// REQUIRES: a program without errors.
std::vector<TestPath> find_test_paths(const CheckedProgram& program, const SourceMap& sources);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_TEST_PATHS_H_

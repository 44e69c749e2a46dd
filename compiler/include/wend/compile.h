#ifndef WEND_COMPILE_H_
#define WEND_COMPILE_H_

// From a project's files to an image: the one entrance to the compiler for the command line, the engine's
// host, tests and other programs.
//
//   auto files = wend::disk_files("examples/shop");
//   wend::CompileResult result = wend::compile_project(*files, {});
//   if (!result.ok) ...  // result.diagnostics say why; render them with result.sources
//
// What is wrong with the project is a diagnostic, never an exception and never a failure of the call: also a
// folder without sources, an unreadable file, a missing template. The same files give the same bytes, in
// whatever order the resolver lists them and on whatever machine.
//
// Threads: compile_project may run on any number of threads at once. It reads through the resolver and
// nothing else but the time zone database.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/analysis/project_bounds.h"
#include "compiler/analysis/test_paths.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/text/source_file.h"
#include "vm/core/program.h"
#include "vm/simulate/test_plan.h"
#include "wend/files.h"

namespace wend {

struct CompileOptions {
  // False: the program is checked, templates included, and `program` and `image` stay empty (`wend check`).
  bool emit = true;
  // Lints run only where there are no errors.
  bool lints = true;
  // Also prove what runs of each journey can do at most (`wend check --summary`).
  bool bounds = false;
  // Write a test for every step and branch outcome (`wend test --suggest`).
  bool test_paths = false;
  // .wend files of a project; more are refused (`program_too_large`).
  size_t max_files = 10'000;
  // Rows of a catalog's file, and its bytes (`catalog_too_large`).
  size_t max_catalog_rows = 100'000;
  size_t max_catalog_bytes = 4 << 20;
  // Diagnostics kept for a file.
  size_t max_diagnostics_per_file = 100;
};

struct CompileResult {
  // No diagnostic of level error or bug.
  bool ok = false;
  // Sorted by file, place and code.
  std::vector<Diagnostic> diagnostics;
  // Diagnostics that were not kept because their file had too many.
  size_t dropped = 0;
  // Where the result is ok and `emit` was set. The image passed the verifier; engine and simulator load it as
  // it is.
  Program program;
  std::string image;
  // The `test` blocks, where the result is ok; its places are spans of `sources`. For the runner in vm/simulate.
  TestPlan tests;
  // Where `bounds` was set and no error was found.
  ProjectBounds bounds;
  // Where the result is ok and `test_paths` was set.
  std::vector<TestPath> test_paths;
  // All files that were read, templates and stand-ins for what could not be read included: to render
  // diagnostics.
  SourceMap sources;
};

CompileResult compile_project(const FileResolver& files, const CompileOptions& options);

}  // namespace wend

#endif  // WEND_COMPILE_H_

#ifndef WEND_COMPILER_DRIVER_PROJECT_H_
#define WEND_COMPILER_DRIVER_PROJECT_H_

// What the commands share: compiling a project with its findings printed, opening a data folder.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/driver/console.h"
#include "vm/base/clock.h"
#include "vm/base/result.h"
#include "vm/store/store.h"
#include "wend/compile.h"

namespace wend {

// Compiles the project at `path` (a folder or one file) for a command that runs it. Findings go to the error
// output as `wend check` prints them, errors and bugs always, lints only as their count. Where it cannot run,
// nullopt and `exit_code` says what to return.
std::optional<std::string> compile_to_run(const std::string& path, Console& console, int& exit_code);
// The same with everything that the compiler found.
std::optional<CompileResult> compile_project_to_run(const std::string& path, Console& console, int& exit_code,
                                                    const CompileOptions& options = {});

// "2026-03-02" (00:00 UTC), "2026-03-02 10:00" or an RFC 3339 time; the flags --until, --from, --to, --now.
Result<Millis> parse_moment(const std::string& text);

// Opens the folder's store for reading only, for commands that look at it.
Result<std::unique_ptr<Store>> open_for_reading(const std::string& data_folder);

// The exit code for an error of the engine, the disk or what was asked for.
int exit_code_of(const Error& error);

// 0 where no finding is an error, 1 for errors, 2 where there was nothing to read, 3 for a bug.
int exit_code_of_findings(const std::vector<Diagnostic>& diagnostics);

}  // namespace wend

#endif  // WEND_COMPILER_DRIVER_PROJECT_H_

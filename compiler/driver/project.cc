#include "compiler/driver/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/driver/command.h"
#include "vm/core/time_zone.h"
#include "vm/store/rocks_store.h"

namespace wend {

std::optional<std::string> compile_to_run(const std::string& path, Console& console, int& exit_code) {
  std::optional<CompileResult> result = compile_project_to_run(path, console, exit_code);
  if (!result) return std::nullopt;
  return std::move(result->image);
}

std::optional<CompileResult> compile_project_to_run(const std::string& path, Console& console, int& exit_code,
                                                    const CompileOptions& options) {
  const std::unique_ptr<FileResolver> files = disk_files(path);
  CompileResult result = compile_project(*files, options);
  std::vector<Diagnostic> serious;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.level >= Level::kError) serious.push_back(diagnostic);
  }
  const size_t others = result.diagnostics.size() - serious.size();
  if (!serious.empty()) {
    TextOptions text;
    text.color = console.colour_err();
    console.print_error(render_text(serious, result.sources, text, result.dropped));
  } else if (others > 0) {
    console.print_error(fmt::format("note: `wend check {}` has {} to say\n", path,
                                    others == 1 ? "one thing" : std::to_string(others) + " things"));
  }
  exit_code = exit_code_of_findings(result.diagnostics);
  if (!result.ok) return std::nullopt;
  return result;
}

int exit_code_of_findings(const std::vector<Diagnostic>& diagnostics) {
  int code = kExitClean;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.level == Level::kBug) return kExitBug;
    if (diagnostic.level != Level::kError) continue;
    const bool no_input = diagnostic.code == Code::kNoWendFiles || diagnostic.code == Code::kFileUnreadable;
    code = std::max(code, no_input ? kExitUsage : kExitFindings);
  }
  return code;
}

Result<Millis> parse_moment(const std::string& text) {
  if (const std::optional<int64_t> days = parse_date(text)) return *days * kMillisPerDay;
  if (const std::optional<Millis> instant = parse_rfc3339(text)) return *instant;
  if (const std::optional<Millis> instant = parse_rfc3339(text + "Z")) return *instant;
  return Error{
      ErrorKind::kInvalidInput,
      "`" + text + "` is no time; write 2026-03-02, `2026-03-02 10:00` (UTC) or 2026-03-02T10:00:00+01:00"};
}

Result<std::unique_ptr<Store>> open_for_reading(const std::string& data_folder) {
  RocksOptions options;
  options.path = data_folder;
  options.create_if_missing = false;
  options.read_only = true;
  return open_rocks_store(options);
}

int exit_code_of(const Error&) { return kExitUsage; }

}  // namespace wend

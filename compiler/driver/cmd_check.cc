#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "compiler/diagnostics/apply_fixes.h"
#include "compiler/diagnostics/render_json.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/driver/command.h"
#include "compiler/driver/print_bounds.h"
#include "compiler/driver/project.h"
#include "compiler/lint/add_allow.h"
#include "wend/compile.h"

namespace wend {
namespace {

struct CheckOptions {
  std::string path = ".";
  std::string format = "text";
  std::string deny;
  bool fix = false;
  bool unsafe = false;
  bool summary = false;
  bool add_allow = false;
  std::string reason;
};

// Where a diagnostic's file lies on disk: paths in messages are relative to the project.
std::string path_on_disk(const std::string& project, const std::string& file) {
  const bool one_file = project.size() > 5 && project.substr(project.size() - 5) == ".wend";
  if (!one_file) return project + "/" + file;
  const size_t slash = project.rfind('/');
  return slash == std::string::npos ? file : project.substr(0, slash + 1) + file;
}

Status write_texts(const CheckOptions& options, const SourceMap& sources, const FixedTexts& changed) {
  for (const auto& [file, text] : changed.texts) {
    const std::string path = path_on_disk(options.path, sources.file(file).path());
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) return Error{ErrorKind::kIo, "cannot write `" + path + "`"};
  }
  return {};
}

CompileResult check_again(const CheckOptions& options) {
  CompileOptions compile;
  compile.emit = false;
  compile.bounds = options.summary;
  return compile_project(*disk_files(options.path), compile);
}

// Applies fixes until nothing changes any more; one fix can make room for another.
Status fix_files(const CheckOptions& options, CompileResult& result, size_t& applied) {
  constexpr int kMostRounds = 10;
  const Applicability most = options.unsafe ? Applicability::kSuggested : Applicability::kSafe;
  for (int round = 0; round < kMostRounds; ++round) {
    const FixedTexts fixed = apply_fixes(result.diagnostics, result.sources, most);
    if (fixed.applied == 0) return {};
    applied += fixed.applied;
    if (Status written = write_texts(options, result.sources, fixed); !written) return written;
    result = check_again(options);
  }
  return {};
}

// Silences every lint that was found where it stands.
Status allow_findings(const CheckOptions& options, CompileResult& result, Console& console) {
  const FixedTexts allowed = add_allows(result.diagnostics, result.sources, options.reason);
  if (Status written = write_texts(options, result.sources, allowed); !written) return written;
  if (options.format == "text") {
    console.print_error(
        "allowed " + std::to_string(allowed.applied) + (allowed.applied == 1 ? " finding" : " findings") +
        (allowed.skipped == 0 ? "\n" : "; " + std::to_string(allowed.skipped) + " cannot be allowed\n"));
  }
  if (allowed.applied > 0) result = check_again(options);
  return {};
}

int check_project(const CheckOptions& options, Console& console) {
  CompileResult result = check_again(options);
  size_t applied = 0;
  if (options.fix) {
    const Status fixed = fix_files(options, result, applied);
    if (!fixed.ok()) {
      console.fail(fixed.error().message);
      return kExitUsage;
    }
    if (applied > 0 && options.format == "text") {
      console.print_error("fixed " + std::to_string(applied) + (applied == 1 ? " finding\n" : " findings\n"));
    }
  }
  if (options.add_allow) {
    const bool one_line =
        !options.reason.empty() && options.reason.find_first_of("\r\n") == std::string::npos;
    const Status allowed = one_line
                               ? allow_findings(options, result, console)
                               : Status(Error{ErrorKind::kInvalidInput,
                                              "`--add-allow` needs a reason: --reason \"TEXT\", one line"});
    if (!allowed.ok()) {
      console.fail(allowed.error().message);
      return kExitUsage;
    }
  }
  if (options.format == "json") {
    console.print(render_json(result.diagnostics, result.sources));
    if (options.summary && result.ok) console.print(bounds_json(result.bounds));
  } else {
    if (options.summary && result.ok) console.print(bounds_text(result.bounds));
    TextOptions text;
    text.color = console.colour_out();
    console.print(render_text(result.diagnostics, result.sources, text, result.dropped));
  }
  const int code = exit_code_of_findings(result.diagnostics);
  if (code != kExitClean || options.deny != "warnings") return code;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.level == Level::kWarning) return kExitFindings;
  }
  return kExitClean;
}

}  // namespace

void add_check(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<CheckOptions>();
  app.add_option("PROJECT", options->path, "folder of the project, or one file")->capture_default_str();
  app.add_option("--format", options->format, "text or json (one object a finding)")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--deny", options->deny, "`warnings`: these fail, too")->check(CLI::IsMember({"warnings"}));
  auto* fix = app.add_flag("--fix", options->fix, "apply fixes that keep the meaning");
  app.add_flag("--unsafe", options->unsafe, "with --fix: suggested fixes, too")->needs(fix);
  app.add_flag("--summary", options->summary, "print what no run of a journey exceeds");
  app.add_flag("--add-allow", options->add_allow, "write `# wend: allow ..` above each lint");
  app.add_option("--reason", options->reason, "with --add-allow: the reason to write");
  invocation.action = [options](Console& console) { return check_project(*options, console); };
}

}  // namespace wend

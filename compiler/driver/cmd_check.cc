#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "compiler/diagnostics/apply_fixes.h"
#include "compiler/diagnostics/render_json.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/driver/command.h"
#include "compiler/driver/project.h"
#include "wend/compile.h"

namespace wend {
namespace {

struct CheckOptions {
  std::string path = ".";
  std::string format = "text";
  std::string deny;
  bool fix = false;
  bool unsafe = false;
};

// Where a diagnostic's file lies on disk: paths in messages are relative to the project.
std::string path_on_disk(const std::string& project, const std::string& file) {
  const bool one_file = project.size() > 5 && project.substr(project.size() - 5) == ".wend";
  if (!one_file) return project + "/" + file;
  const size_t slash = project.rfind('/');
  return slash == std::string::npos ? file : project.substr(0, slash + 1) + file;
}

// Applies fixes until nothing changes any more; one fix can make room for another.
Status fix_files(const CheckOptions& options, CompileResult& result, size_t& applied) {
  constexpr int kMostRounds = 10;
  const Applicability most = options.unsafe ? Applicability::kSuggested : Applicability::kSafe;
  for (int round = 0; round < kMostRounds; ++round) {
    const FixedTexts fixed = apply_fixes(result.diagnostics, result.sources, most);
    if (fixed.applied == 0) return {};
    applied += fixed.applied;
    for (const auto& [file, text] : fixed.texts) {
      const std::string path = path_on_disk(options.path, result.sources.file(file).path());
      std::ofstream out(path, std::ios::binary | std::ios::trunc);
      out << text;
      if (!out.flush()) return Error{ErrorKind::kIo, "cannot write `" + path + "`"};
    }
    CompileOptions compile;
    compile.emit = false;
    result = compile_project(*disk_files(options.path), compile);
  }
  return {};
}

int check_project(const CheckOptions& options, Console& console) {
  CompileOptions compile;
  compile.emit = false;
  CompileResult result = compile_project(*disk_files(options.path), compile);
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
  if (options.format == "json") {
    console.print(render_json(result.diagnostics, result.sources));
  } else {
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
  invocation.action = [options](Console& console) { return check_project(*options, console); };
}

}  // namespace wend

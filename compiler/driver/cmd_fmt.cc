#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "compiler/diagnostics/render_text.h"
#include "compiler/driver/command.h"
#include "compiler/driver/project.h"
#include "compiler/format/format.h"
#include "compiler/format/line_diff.h"
#include "wend/files.h"

namespace wend {
namespace {

namespace fs = std::filesystem;

struct FmtOptions {
  std::vector<std::string> paths;
  bool check = false;
  bool diff = false;
  bool standard_input = false;
};

bool is_one_file(const std::string& path) { return path.size() > 5 && path.ends_with(".wend"); }

// Where a file of a project lies on disk: the resolver's paths are relative to the project.
std::string formatted_path(const std::string& project, const std::string& file) {
  if (is_one_file(project)) return project;
  return project == "." ? file : (fs::path(project) / file).string();
}

// Puts the text in the file's place in one step, with the file's permissions: a crash leaves the one or the
// other.
Status replace_file(const std::string& path, const std::string& text) {
  std::error_code fault;
  const fs::path target = fs::is_symlink(path, fault) ? fs::canonical(path, fault) : fs::path(path);
  if (fault) return Error{ErrorKind::kIo, "cannot write `" + path + "`: " + fault.message()};
  const fs::path written = target.string() + ".wend-fmt";
  {
    std::ofstream out(written, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) {
      fs::remove(written, fault);
      return Error{ErrorKind::kIo, "cannot write `" + written.string() + "`"};
    }
  }
  const fs::file_status status = fs::status(target, fault);
  if (!fault) fs::permissions(written, status.permissions(), fault);
  if (!fault) fs::rename(written, target, fault);
  if (!fault) return {};
  const std::string reason = fault.message();
  fs::remove(written, fault);
  return Error{ErrorKind::kIo, "cannot write `" + path + "`: " + reason};
}

class Formatting {
 public:
  Formatting(const FmtOptions& options, Console& console) : options_(options), console_(console) {}

  int run() {
    if (options_.standard_input) return run_standard_input();
    int code = kExitClean;
    for (const std::string& path : options_.paths) code = std::max(code, run_project(path));
    return code;
  }

 private:
  int run_standard_input() {
    std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    const std::optional<std::string> formatted = format("<stdin>", text);
    if (!formatted) return failed_;
    if (options_.check || options_.diff) return compare("<stdin>", text, *formatted);
    console_.print(*formatted);
    return kExitClean;
  }

  int run_project(const std::string& project) {
    const std::unique_ptr<FileResolver> files = disk_files(project);
    const FileList list = files->list(".wend");
    if (!list.unreadable.empty()) return refuse("cannot read `" + list.unreadable + "`: " + list.reason);
    if (list.too_many) return refuse("`" + project + "` has too many files");
    if (list.paths.empty()) return refuse("`" + project + "` has no .wend files");
    int code = kExitClean;
    for (const std::string& file : list.paths) {
      const std::string path = formatted_path(project, file);
      const FileText read = files->read(file);
      if (read.fault != FileFault::kReadable) {
        code = std::max(code, refuse("cannot read `" + path + "`: " + read.reason));
        continue;
      }
      code = std::max(code, run_file(path, read.text));
    }
    return code;
  }

  int run_file(const std::string& path, const std::string& text) {
    const std::optional<std::string> formatted = format(path, text);
    if (!formatted) return failed_;
    if (options_.check || options_.diff) return compare(path, text, *formatted);
    if (*formatted == text) return kExitClean;
    const Status written = replace_file(path, *formatted);
    if (!written.ok()) return refuse(written.error().message);
    console_.print(path + "\n");
    return kExitClean;
  }

  // nullopt where the text cannot be formatted: said, and `failed_` is the exit code.
  std::optional<std::string> format(const std::string& path, const std::string& text) {
    SourceMap sources;
    Sink sink;
    Formatted formatted = format_source(sources.add(path, text), sink);
    if (formatted.text) return std::move(formatted.text);
    if (!formatted.fault.empty()) {
      console_.fail("`" + path + "` is left as it is, because " + formatted.fault +
                    ": a bug of wend, please report it with the file");
      failed_ = kExitBug;
      return std::nullopt;
    }
    TextOptions rendering;
    rendering.color = console_.colour_err();
    const std::vector<Diagnostic> found = sink.take_sorted();
    console_.print_error(render_text(found, sources, rendering, sink.dropped()));
    failed_ = std::max(kExitFindings, exit_code_of_findings(found));
    return std::nullopt;
  }

  // `--check` names what would change, `--diff` shows it.
  int compare(const std::string& path, const std::string& before, const std::string& after) {
    if (before == after) return kExitClean;
    console_.print(options_.diff ? unified_diff(before, after, path) : path + "\n");
    return options_.check ? kExitFindings : kExitClean;
  }

  int refuse(const std::string& message) {
    console_.fail(message);
    return kExitUsage;
  }

  const FmtOptions& options_;
  Console& console_;
  int failed_ = kExitFindings;
};

}  // namespace

void add_fmt(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<FmtOptions>();
  auto* paths = app.add_option("PATHS", options->paths, "folders and files; without any, this folder");
  app.add_flag("--check", options->check, "change nothing, name what would change, exit 1");
  app.add_flag("--diff", options->diff, "change nothing, show what would change");
  app.add_flag("--stdin", options->standard_input, "read standard input, write standard output")
      ->excludes(paths);
  invocation.action = [options](Console& console) {
    if (options->paths.empty()) options->paths.emplace_back(".");
    return Formatting(*options, console).run();
  };
}

}  // namespace wend

#include "wend/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/analysis/check.h"
#include "compiler/diagnostics/messages.h"
#include "compiler/emit/emit.h"
#include "compiler/syntax/modules.h"
#include "compiler/syntax/parse.h"
#include "compiler/template/template_set.h"
#include "vm/core/image_format.h"
#include "vm/core/verifier.h"

namespace wend {
namespace {

class Compilation {
 public:
  Compilation(const FileResolver& files, const CompileOptions& options)
      : files_(files), options_(options), sink_(options.max_diagnostics_per_file) {}

  CompileResult run() {
    std::vector<ast::File> parsed = parse_files();
    if (!parsed.empty()) check_and_emit(parsed);
    result_.ok = !sink_.has_errors();
    if (!result_.ok) {
      result_.program = Program();
      result_.tests = TestPlan();
      result_.test_paths.clear();
      result_.image.clear();
    }
    result_.dropped = sink_.dropped();
    result_.diagnostics = sink_.take_sorted();
    return std::move(result_);
  }

 private:
  // A file without text that stands for a folder or a file in messages.
  Span stand_in(const std::string& path) { return {result_.sources.add(path, "").id(), 0, 0}; }

  std::vector<ast::File> parse_files() {
    FileList list = files_.list(".wend");
    std::sort(list.paths.begin(), list.paths.end());
    if (!list.unreadable.empty()) sink_.report(FileUnreadable{stand_in(list.unreadable), list.reason});
    if (list.paths.empty()) {
      if (list.unreadable.empty()) sink_.report(NoWendFiles{stand_in(files_.name()), files_.name()});
      return {};
    }
    size_t limit = std::min(options_.max_files, list.too_many ? list.paths.size() : options_.max_files);
    if (list.too_many || list.paths.size() > limit) {
      sink_.report(
          ProgramTooLarge{stand_in(files_.name()), "files", std::max(list.paths.size(), limit + 1), limit});
      return {};
    }
    std::vector<ast::File> parsed;
    uint32_t next_node = 0;
    // Reading comes first: file ids then follow the order of the paths, whatever messages add to the map.
    std::vector<const SourceFile*> read;
    for (const std::string& path : list.paths) read.push_back(read_file(path));
    SourceParser parser;
    for (const SourceFile* file : read) {
      parsed.push_back(parser.parse(*file, ParseOptions{}, next_node, sink_));
    }
    read_stdlib_modules(parsed, result_.sources, parser, next_node, sink_);
    return parsed;
  }

  const SourceFile* read_file(const std::string& path) {
    FileText text = files_.read(path);
    const SourceFile& file = result_.sources.add(path, std::move(text.text));
    if (text.fault != FileFault::kReadable) sink_.report(FileUnreadable{Span{file.id(), 0, 0}, text.reason});
    return &file;
  }

  struct Templates : AfterCheck {
    explicit Templates(Compilation& owner) : compilation(owner) {}
    void run(CheckedProgram& program, Sink& sink) override {
      set = check_templates(program, compilation.result_.sources, &compilation.files_, sink);
      const CatalogLimits limits{compilation.options_.max_catalog_rows, compilation.options_.max_catalog_bytes};
      catalogs = read_catalogs(program, compilation.result_.sources, &compilation.files_, limits, sink);
    }
    Compilation& compilation;
    TemplateSet set;
    CatalogSet catalogs;
  };

  void check_and_emit(const std::vector<ast::File>& parsed) {
    Templates templates(*this);
    CheckOptions how;
    how.lints = options_.lints;
    how.bounds = options_.bounds ? &result_.bounds : nullptr;
    CheckedProgram checked = check(parsed, result_.sources, how, sink_, &templates);
    if (!sink_.has_errors() && checked.journeys.empty()) sink_.report(EmptyProgram{Span{parsed[0].id, 0, 0}});
    if (sink_.has_errors()) return;
    result_.tests = std::move(checked.tests);
    if (options_.test_paths) result_.test_paths = find_test_paths(checked, result_.sources);
    if (!options_.emit) return;
    result_.program = emit_program(checked, templates.set, templates.catalogs, result_.sources, sink_);
    if (sink_.has_errors()) return;
    if (Status sound = verify_program(result_.program); !sound) {
      sink_.report(InternalError{Span{parsed[0].id, 0, 0}, sound.error().message});
      return;
    }
    result_.image = write_image(result_.program);
  }

  const FileResolver& files_;
  const CompileOptions& options_;
  Sink sink_;
  CompileResult result_;
};

}  // namespace

CompileResult compile_project(const FileResolver& files, const CompileOptions& options) {
  return Compilation(files, options).run();
}

}  // namespace wend

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "compiler/diagnostics/render_text.h"
#include "compiler/driver/command.h"
#include "compiler/driver/project.h"
#include "compiler/syntax/dump.h"
#include "compiler/syntax/parse.h"
#include "wend/files.h"

namespace wend {
namespace {

struct AstOptions {
  std::string path;
  bool spans = false;
  bool ids = false;
};

int show_tree(const AstOptions& options, Console& console) {
  const std::unique_ptr<FileResolver> files = disk_files(options.path);
  const FileList list = files->list(".wend");
  if (list.paths.empty()) {
    console.fail("`" + options.path + "` has no .wend files" +
                 (list.reason.empty() ? "" : ": " + list.reason));
    return kExitUsage;
  }
  SourceMap sources;
  Sink sink;
  uint32_t next_node_id = 0;
  DumpOptions dumping;
  dumping.spans = options.spans;
  dumping.ids = options.ids;
  for (const std::string& path : list.paths) {
    FileText text = files->read(path);
    if (text.fault != FileFault::kReadable) {
      console.fail("cannot read `" + path + "`: " + text.reason);
      return kExitUsage;
    }
    const ast::File file = parse(sources.add(path, std::move(text.text)), {}, next_node_id, sink);
    if (list.paths.size() > 1) console.print("# " + path + "\n");
    console.print(dump(file, dumping));
  }
  const std::vector<Diagnostic> diagnostics = sink.take_sorted();
  TextOptions rendering;
  rendering.color = console.colour_err();
  console.print_error(render_text(diagnostics, sources, rendering, sink.dropped()));
  return exit_code_of_findings(diagnostics);
}

}  // namespace

void add_ast(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<AstOptions>();
  app.add_option("PROJECT", options->path, "a file, or the folder of a project")->required();
  app.add_flag("--spans", options->spans, "byte positions of the nodes");
  app.add_flag("--ids", options->ids, "ids of the nodes");
  invocation.action = [options](Console& console) { return show_tree(*options, console); };
}

}  // namespace wend

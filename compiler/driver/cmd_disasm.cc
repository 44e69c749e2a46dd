#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "compiler/diagnostics/render_text.h"
#include "compiler/driver/command.h"
#include "compiler/driver/project.h"
#include "vm/core/disassembler.h"
#include "wend/compile.h"

namespace wend {
namespace {

struct DisasmOptions {
  std::string path;
  bool source = false;
  bool code_only = false;
};

int disassemble_project(const DisasmOptions& options, Console& console) {
  const CompileResult result = compile_project(*disk_files(options.path), {});
  if (!result.ok) {
    TextOptions text;
    text.color = console.colour_err();
    console.print_error(render_text(result.diagnostics, result.sources, text, result.dropped));
    return exit_code_of_findings(result.diagnostics);
  }
  DisassemblyOptions disassembly;
  disassembly.tables = !options.code_only;
  if (options.source) {
    disassembly.source_line = [&result](std::string_view file, uint32_t line) -> std::string_view {
      const SourceFile* source = result.sources.find(file);
      if (source == nullptr || line == 0 || line > source->line_count()) return {};
      return source->line_text(line - 1);
    };
  }
  console.print(disassemble(result.program, disassembly));
  return kExitClean;
}

}  // namespace

void add_disasm(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<DisasmOptions>();
  app.add_option("PROJECT", options->path, "folder of the project, or one file")->required();
  app.add_flag("--source", options->source, "source lines above their instructions");
  app.add_flag("--code", options->code_only, "only the code, without the tables");
  invocation.action = [options](Console& console) { return disassemble_project(*options, console); };
}

}  // namespace wend

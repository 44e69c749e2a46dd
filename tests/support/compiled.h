#ifndef WEND_TESTS_SUPPORT_COMPILED_H_
#define WEND_TESTS_SUPPORT_COMPILED_H_

// Programs from sources in memory, for tests.

#include <map>
#include <string>

#include "compiler/diagnostics/catalogue.h"
#include "wend/compile.h"

namespace wend::testing_support {

inline CompileResult compile_files(std::map<std::string, std::string> files, const CompileOptions& options = {}) {
  return compile_project(MemoryFiles(std::move(files)), options);
}
inline CompileResult compile_source(const std::string& source) { return compile_files({{"main.wend", source}}); }

// "WD0201 4:6 unknown event `x`", one line a diagnostic of at least this level.
inline std::string diagnostics_text(const CompileResult& result, Level least = Level::kError) {
  std::string text;
  for (const Diagnostic& found : result.diagnostics) {
    if (found.level < least) continue;
    const SourceFile& file = result.sources.file(found.primary.span.file);
    const LineColumn at = file.character_position(found.primary.span.begin);
    text += code_text(found.code) + " " + file.path() + ":" + std::to_string(at.line + 1) + ":" +
            std::to_string(at.column + 1) + " " + found.title + ": " + found.primary.text + "\n";
  }
  return text;
}

}  // namespace wend::testing_support

#endif  // WEND_TESTS_SUPPORT_COMPILED_H_

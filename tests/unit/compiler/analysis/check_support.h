#ifndef WEND_TESTS_UNIT_COMPILER_ANALYSIS_CHECK_SUPPORT_H_
#define WEND_TESTS_UNIT_COMPILER_ANALYSIS_CHECK_SUPPORT_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/analysis/check.h"
#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/syntax/modules.h"
#include "compiler/syntax/parse.h"
#include "compiler/text/source_file.h"

namespace wend::analysis_test {

// A checked program with everything it refers to.
struct Checked {
  std::unique_ptr<SourceMap> sources = std::make_unique<SourceMap>();
  std::vector<ast::File> files;
  CheckedProgram program;
  std::vector<Diagnostic> diagnostics;

  // "WD0201 WD0302": the codes in the order of the places.
  std::string codes() const {
    std::string text;
    for (const Diagnostic& d : diagnostics) text += (text.empty() ? "" : " ") + code_text(d.code);
    return text;
  }
  // The same of those at the level of an error.
  std::string codes_of_errors() const {
    std::string text;
    for (const Diagnostic& d : diagnostics) {
      if (d.level >= Level::kError) text += (text.empty() ? "" : " ") + code_text(d.code);
    }
    return text;
  }
  std::string rendered() const { return render_text(diagnostics, *sources); }
};

using NamedText = std::pair<std::string, std::string>;  // path, source

inline Checked check_files(const std::vector<NamedText>& texts, AfterCheck* after_check = nullptr) {
  Checked checked;
  Sink sink;
  uint32_t next_node_id = 0;
  for (const auto& [path, text] : texts) {
    checked.files.push_back(parse(checked.sources->add(path, text), {}, next_node_id, sink));
  }
  SourceParser parser;
  read_stdlib_modules(checked.files, *checked.sources, parser, next_node_id, sink);
  checked.program = check(checked.files, *checked.sources, {}, sink, after_check);
  checked.diagnostics = sink.take_sorted();
  return checked;
}

inline Checked check_text(std::string text) { return check_files({{"a.wend", std::move(text)}}); }

}  // namespace wend::analysis_test

#endif  // WEND_TESTS_UNIT_COMPILER_ANALYSIS_CHECK_SUPPORT_H_

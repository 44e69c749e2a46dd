#ifndef WEND_TESTS_UNIT_COMPILER_SYNTAX_PARSE_SUPPORT_H_
#define WEND_TESTS_UNIT_COMPILER_SYNTAX_PARSE_SUPPORT_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/dump.h"
#include "compiler/syntax/parse.h"
#include "compiler/text/source_file.h"

namespace wend::syntax_test {

// A parsed text with everything it refers to.
struct Parsed {
  std::unique_ptr<SourceFile> source;
  ast::File file;
  std::vector<Diagnostic> diagnostics;
  uint32_t next_node_id = 0;

  std::string_view text(Span span) const { return source->text().substr(span.begin, span.end - span.begin); }
  // Titles of the diagnostics, one a line.
  std::string titles() const {
    std::string out;
    for (const Diagnostic& d : diagnostics) out += d.title + "\n";
    return out;
  }
};

inline Parsed parse_text(std::string text, std::string path = "a.wend", const ParseOptions& options = {}) {
  Parsed parsed;
  parsed.source = std::make_unique<SourceFile>(FileId(0), std::move(path), std::move(text));
  Sink sink;
  parsed.file = parse(*parsed.source, options, parsed.next_node_id, sink);
  parsed.diagnostics = sink.take_sorted();
  return parsed;
}

// All *.wend below tests/conformance/parse, sorted.
std::vector<std::filesystem::path> sample_paths();
// The source of a sample: everything in front of its block of `#> ` lines, which holds the expected dump.
struct Sample {
  std::string source;
  std::string expected;
};
Sample read_sample(const std::filesystem::path& path);

}  // namespace wend::syntax_test

#endif  // WEND_TESTS_UNIT_COMPILER_SYNTAX_PARSE_SUPPORT_H_

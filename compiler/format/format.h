#ifndef WEND_COMPILER_FORMAT_FORMAT_H_
#define WEND_COMPILER_FORMAT_FORMAT_H_

// The canonical layout of a source file; docs/language/formatting.md describes it. Formatting keeps every
// token but commas that part nothing, every comment and the meaning, and formatting what was formatted
// changes nothing.
//
// Threads: any number at once, on different sinks.

#include <optional>
#include <string>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/ast.h"
#include "compiler/text/source_file.h"

namespace wend {

struct FormatOptions {
  size_t width = 100;  // columns: where a line that can be broken is broken
};

struct Formatted {
  // The text, nullopt where the file cannot be read: the reasons are in the sink. Lines end in LF, or in CRLF
  // where all lines of the file do; a byte-order mark is dropped.
  std::optional<std::string> text;
  // What was made is parsed once more and compared with the source. Not empty where it says something else, a
  // bug of the formatter, and there is no text.
  std::string fault;
};

Formatted format_source(const SourceFile& file, Sink& sink, const FormatOptions& options = {});

// The tree as text without places, clauses in the order in which the formatter prints them: equal for files
// that mean the same.
std::string dump_of_meaning(const ast::File& file);

}  // namespace wend

#endif  // WEND_COMPILER_FORMAT_FORMAT_H_

#ifndef WEND_COMPILER_DIAGNOSTICS_RENDER_JSON_H_
#define WEND_COMPILER_DIAGNOSTICS_RENDER_JSON_H_

// Diagnostics for programs: one JSON object a line for each finding, with the keys always in this order:
//
//   code, name, level, title, file, range, labels, notes, help, fixes, doc
//
// `range` is {start, end}, each {line, col, byte}: line and col count from 1, col in characters, byte from 0
// in the file on disk. A label is {file, range, text, primary}; a fix {title, applicability, edits}, an edit
// {file, start_byte, end_byte, text}. `doc` is the page in docs/. Bytes that are not UTF-8 become U+FFFD.
// Pure functions; any thread.

#include <span>
#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/text/source_file.h"

namespace wend {

// One object, without a line end. REQUIRES: every span's file is in `sources`.
std::string render_json(const Diagnostic& diagnostic, const SourceMap& sources);
// One object a line.
std::string render_json(std::span<const Diagnostic> diagnostics, const SourceMap& sources);

// "safe", "suggested", "shown"
std::string_view applicability_name(Applicability applicability);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_RENDER_JSON_H_

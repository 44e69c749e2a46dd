#ifndef WEND_COMPILER_DIAGNOSTICS_RENDER_TEXT_H_
#define WEND_COMPILER_DIAGNOSTICS_RENDER_TEXT_H_

// Diagnostics as a person reads them: the source lines with what is marked in them, labels, fixed lines,
// notes, help. Everything drawn is ASCII; the source is printed as it is, but for characters that disturb a
// terminal. The same findings give the same text, whatever found them first. Pure functions; any thread.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/text/source_file.h"

namespace wend {

struct TextOptions {
  bool color = false;             // ANSI colours; the caller knows about terminals and NO_COLOR
  std::string heading{};          // instead of level and code: "failed"; empty: these
  uint32_t max_line_width = 140;  // columns of a source line; longer ones are cut around their marks
};

// One finding, ending with a line end. REQUIRES: every span's file is in `sources`.
std::string render_text(const Diagnostic& diagnostic, const SourceMap& sources,
                        const TextOptions& options = {});

// All findings with an empty line between them, then the summary. Empty for no findings. `dropped` is what
// Sink::dropped() says.
std::string render_text(std::span<const Diagnostic> diagnostics, const SourceMap& sources,
                        const TextOptions& options = {}, size_t dropped = 0);

// "3 errors, 1 lint; 2 fixable with `wend check --fix`. More: `wend explain WD0201 WD0302`", without a line
// end. Empty for no findings.
std::string summary_line(std::span<const Diagnostic> diagnostics, size_t dropped = 0);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_RENDER_TEXT_H_

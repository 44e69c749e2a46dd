#ifndef WEND_COMPILER_DIAGNOSTICS_APPLY_FIXES_H_
#define WEND_COMPILER_DIAGNOSTICS_APPLY_FIXES_H_

// Applies the fixes of diagnostics to the texts of their files. Writes nothing. Pure function; any thread.

#include <cstddef>
#include <map>
#include <span>
#include <string>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/text/source_file.h"

namespace wend {

struct FixedTexts {
  std::map<FileId, std::string> texts;  // only files that change
  size_t applied = 0;                   // diagnostics whose fix went in
  size_t skipped = 0;  // diagnostics whose fix overlaps an earlier one; another run may apply it
};

// Of each diagnostic the first fix that is at most `most` unsafe, wholly or not at all; in the order given,
// so that earlier diagnostics win where two edits overlap. The same edit wished twice is made once. Two
// different insertions at one place overlap. Fixes that are only shown are never applied.
FixedTexts apply_fixes(std::span<const Diagnostic> diagnostics, const SourceMap& sources, Applicability most);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_APPLY_FIXES_H_

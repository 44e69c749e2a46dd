#ifndef WEND_COMPILER_DIAGNOSTICS_FIXED_LINES_H_
#define WEND_COMPILER_DIAGNOSTICS_FIXED_LINES_H_

// The lines of a file as they are after a fix, with what changed, for showing. Pure functions; any thread.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/text/source_file.h"

namespace wend {

struct FixedLine {
  enum class Kind : uint8_t { kChanged, kInserted, kDeleted } kind = Kind::kChanged;
  FileId file;
  uint32_t number = 0;  // 1-based, counted after the fix; of a deleted line, before it
  std::string text;
  std::vector<std::pair<uint32_t, uint32_t>> changed;  // bytes [first, second) of `text`
};

// In order of file and place. Edits that reach beyond the text end with it. REQUIRES: edits do not overlap.
std::vector<FixedLine> fixed_lines(const Fix& fix, const SourceMap& sources);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_FIXED_LINES_H_

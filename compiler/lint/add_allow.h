#ifndef WEND_COMPILER_LINT_ADD_ALLOW_H_
#define WEND_COMPILER_LINT_ADD_ALLOW_H_

// `wend check --add-allow`: writes a `# wend: allow NAME -- REASON` above each lint that was found, so that a
// project can begin to deny warnings today and look at the old findings later. Pure; any thread.

#include <cstddef>
#include <span>
#include <string>

#include "compiler/diagnostics/apply_fixes.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/text/source_file.h"

namespace wend {

// The changed texts, with `applied` findings silenced and `skipped` ones that no comment can silence: errors,
// what is wrong with an `allow` itself, and findings in template files. `reason` is one line and not empty.
// A comment goes above the line of the finding and above its documentation; where that line lies inside of a
// text of several lines, above the declaration.
FixedTexts add_allows(std::span<const Diagnostic> findings, const SourceMap& sources, const std::string& reason);

}  // namespace wend

#endif  // WEND_COMPILER_LINT_ADD_ALLOW_H_

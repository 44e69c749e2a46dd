#ifndef WEND_COMPILER_LINT_LEVELS_H_
#define WEND_COMPILER_LINT_LEVELS_H_

// What a project says about lints: `settings { lint NAME off|warn|error }` and, for a line or a declaration,
// `# wend: allow NAME -- REASON`. Errors of the language itself cannot be silenced. Threads: as analysis.

#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/ast.h"
#include "compiler/text/source_file.h"

namespace wend {

// `found` with the levels that the project sets and without what it allows; adds what is wrong with an
// `allow` and, where `lints_ran`, those that silence nothing.
std::vector<Diagnostic> apply_levels(const std::vector<ast::File>& files, const SourceMap& sources,
                                     std::vector<Diagnostic> found, bool lints_ran);

}  // namespace wend

#endif  // WEND_COMPILER_LINT_LEVELS_H_

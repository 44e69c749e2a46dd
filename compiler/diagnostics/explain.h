#ifndef WEND_COMPILER_DIAGNOSTICS_EXPLAIN_H_
#define WEND_COMPILER_DIAGNOSTICS_EXPLAIN_H_

// The long text about a code: what it means, an example, why, how to fix it. The pages are the files of
// docs/diagnostics, embedded when the program is built. Threads: constant data; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

// The page as Markdown; nullopt where there is none.
std::optional<std::string_view> explain_page(Code code);

// docs/diagnostics/README.md: every code with its level and its one line, made from the catalogue.
std::string explain_index();

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_EXPLAIN_H_

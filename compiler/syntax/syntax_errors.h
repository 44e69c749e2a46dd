#ifndef WEND_COMPILER_SYNTAX_SYNTAX_ERRORS_H_
#define WEND_COMPILER_SYNTAX_SYNTAX_ERRORS_H_

// The words for what the parser could not read: a table keyed by the rule, the token found and what was
// expected, and a general sentence where the table has none. Knows nothing of the parser. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/messages_syntax.h"

namespace wend::syntax {

// One place where reading stopped.
struct SyntaxFault {
  Span found_at;
  std::string_view found;  // the token's text; empty at the end of the file
  Span before_at;          // the token before, empty at the start of the file
  std::string_view before;
  bool breaks_off =
      false;  // the token found is on another line: something is missing at the end of the first
  bool found_is_step = false;           // the token found begins a step
  bool found_is_clause = false;         // .. or a clause
  std::string_view rule;                // the rule of the grammar that was being read
  std::vector<std::string_view> rules;  // the rules around it, the innermost first, `rule` included
  // In the order in which to print them: tokens as written (`{`) or in words ("a duration such as `20m`").
  std::vector<std::string> expected;
};

SyntaxError explain(const SyntaxFault& fault);

// What the parser expected, in words: token names of the grammar (`DURATION`, `'wait'`) to what people call
// them. Sets are named as one: all the words that begin a step are "a step".
std::vector<std::string> display_expected(const std::vector<std::string>& token_names);

}  // namespace wend::syntax

#endif  // WEND_COMPILER_SYNTAX_SYNTAX_ERRORS_H_

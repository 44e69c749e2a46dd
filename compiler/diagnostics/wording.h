#ifndef WEND_COMPILER_DIAGNOSTICS_WORDING_H_
#define WEND_COMPILER_DIAGNOSTICS_WORDING_H_

// The few phrases that every message is built of, so that all of them quote, count and suggest alike. For the
// messages_*.cc files. Pure functions; any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

// A Diagnostic with the code's default level, its title and its primary label.
Diagnostic start_diagnostic(Code code, std::string title, Span at, std::string label);

// `name`
std::string in_quotes(std::string_view name);
// `a`, `b` or `c`; empty for none. `last` is the word before the last one.
std::string quoted_list(const std::vector<std::string>& names, std::string_view last = "or");
// "1 argument", "3 arguments", "no arguments"
std::string count_of(size_t count, std::string_view singular);
// "an event", "a string"
std::string with_article(std::string_view noun);
// "90s", "20m", "1h30m", "3d", "2w" -> as Wend writes the length; 0 is "0s". Whole milliseconds are rounded
// down to seconds.
std::string duration_text(int64_t length_ms);

// Adds what near names offer. One name: a suggested fix that replaces `at`. Several: the same as fixes that
// are only shown, because the choice is not the machine's. None: nothing. `origin` follows the name of the
// only one, as in "did you mean `cart_abandoned`, from `use ecommerce`?".
void add_near_names(Diagnostic& diagnostic, Span at, const std::vector<std::string>& near,
                    std::string_view origin = {});

// A file that a source names and that cannot be used. `what` is what the file is for: "template", "catalog".
Diagnostic file_not_found(Code code, std::string_view what, const std::string& path, Span at,
                          const std::vector<std::string>& near);
Diagnostic file_outside_project(Code code, std::string_view what, const std::string& path, Span at);

// A fix of one edit.
Fix replace_fix(std::string title, Applicability applicability, Span at, std::string text);
// A fix of one insertion before byte `offset`.
Fix insert_fix(std::string title, Applicability applicability, FileId file, uint32_t offset,
               std::string text);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_WORDING_H_

#ifndef WEND_VM_CORE_TEXT_CASE_H_
#define WEND_VM_CORE_TEXT_CASE_H_

// Letters in lower and upper case for ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic; other characters
// and bytes that are not UTF-8 stay as they are. Independent of any locale, so that results never differ
// between machines. The result is never longer than the text.

#include <string>
#include <string_view>

namespace wend {

void append_lower(std::string& out, std::string_view text);
void append_upper(std::string& out, std::string_view text);

// & < > " ' as HTML entities.
void append_html_escaped(std::string& out, std::string_view text);

}  // namespace wend

#endif  // WEND_VM_CORE_TEXT_CASE_H_

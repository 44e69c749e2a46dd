#ifndef WEND_VM_CORE_LITERAL_TEXT_H_
#define WEND_VM_CORE_LITERAL_TEXT_H_

// Values as a program writes them, for tools that write programs. Pure; safe from any thread.

#include <string>
#include <string_view>

namespace wend {

// A text as a string literal: "She said \"{{ event.x | default: "yes" }}\"". Quotes inside `{{ }}` and
// `{% %}` need no escape there.
std::string text_literal(std::string_view text);

}  // namespace wend

#endif  // WEND_VM_CORE_LITERAL_TEXT_H_

#include "vm/core/literal_text.h"

namespace wend {

std::string text_literal(std::string_view text) {
  std::string out = "\"";
  int inside = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view pair = text.substr(i, 2);
    if (pair == "{{" || pair == "{%") ++inside;
    if ((pair == "}}" || pair == "%}") && inside > 0) --inside;
    const char c = text[i];
    if (c == '\n' || c == '\t') {
      out += c == '\n' ? "\\n" : "\\t";
      continue;
    }
    if (inside == 0 && (c == '"' || c == '\\')) out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace wend

#ifndef WEND_COMPILER_DIAGNOSTICS_EXPLAIN_PAGES_H_
#define WEND_COMPILER_DIAGNOSTICS_EXPLAIN_PAGES_H_

// The table that cmake/EmbedTexts.cmake writes. Only explain.cc reads it; everyone else calls explain_page().

#include <span>
#include <string_view>

namespace wend {

struct EmbeddedPage {
  std::string_view code;      // "WD0201"
  std::string_view markdown;  // the whole file
};

// One entry a page, by code.
std::span<const EmbeddedPage> embedded_pages();

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_EXPLAIN_PAGES_H_

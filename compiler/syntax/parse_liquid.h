#ifndef WEND_COMPILER_SYNTAX_PARSE_LIQUID_H_
#define WEND_COMPILER_SYNTAX_PARSE_LIQUID_H_

// Reads a template into its tree: the second of the two walls around ANTLR. No exception leaves it. Any bytes
// are accepted: a template file was checked for UTF-8 before, and what is not understood is reported and left
// out, one message a bracket pair. Tags that Liquid has and this version cannot run yet get
// `not_yet_supported`. Threads: any.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/liquid_ast.h"
#include "compiler/text/span.h"

namespace wend {

// Decoded template text and where its bytes came from.
struct TemplateText {
  std::string_view text;
  FileId file;
  // For each byte of `text` and its end the byte of the file; empty: they are the same, from `offset` on.
  std::span<const uint32_t> map;
  uint32_t offset = 0;

  Span span(size_t begin, size_t end) const;
};

constexpr size_t kMaxTemplateBytes = 1 << 20;
constexpr size_t kMaxTemplateDepth = 100;

// Reads templates one after the other; what it learnt of the grammar from one serves the next. One thread.
class TemplateParser {
 public:
  TemplateParser();
  ~TemplateParser();
  // As `parse_liquid` below.
  liquid::Template parse(const TemplateText& text, Sink& sink);

 private:
  struct Machine;
  liquid::Template parse_with_antlr(const TemplateText& text, Sink& sink);
  std::unique_ptr<Machine> machine_;  // made for the first text with brackets
};

// REQUIRES: `text` outlives the tree and is at most kMaxTemplateBytes long.
liquid::Template parse_liquid(const TemplateText& text, Sink& sink);

}  // namespace wend

#endif  // WEND_COMPILER_SYNTAX_PARSE_LIQUID_H_

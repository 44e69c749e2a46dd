#include "compiler/syntax/parse.h"

#include <exception>
#include <memory>
#include <utility>

#include "compiler/diagnostics/messages_syntax.h"
#include "compiler/syntax/parse_ast.h"
#include "compiler/syntax/parse_errors.h"
#include "compiler/syntax/parse_tokens.h"

namespace wend {
namespace {

// Whether the bytes are source text; reports why not.
bool check_text(const SourceFile& file, const ParseOptions& options, Sink& sink) {
  const std::optional<TextFault> fault = SourceFile::find_fault(file.text(), options.max_source_bytes);
  if (!fault) return true;
  const auto size = static_cast<uint32_t>(file.text().size());
  const uint32_t end = std::min(fault->offset + 1, size);
  const Span at = {file.id(), std::min(fault->offset, end), end};
  switch (fault->kind) {
    case TextFault::Kind::kTooLarge:
      sink.report(SourceTooLarge{{file.id(), 0, 0}, file.text().size(), options.max_source_bytes});
      break;
    case TextFault::Kind::kNulByte:
      sink.report(NulByte{at});
      break;
    case TextFault::Kind::kInvalidUtf8:
      sink.report(InvalidUtf8{at, static_cast<uint8_t>(file.text()[at.begin])});
      break;
  }
  return false;
}

// The part that may throw: limits, and whatever the runtime throws.
void parse_tokens(syntax::WendParser& parser, const SourceFile& file, const ParseOptions& options,
                  syntax::Tokens& tokens, ast::File& out, uint32_t& next_node_id, Sink& sink) {
  syntax::TokenView view(tokens);
  const auto strategy = std::make_shared<syntax::ErrorStrategy>(file, options, tokens, view, sink);
  parser.setErrorHandler(strategy);
  parser.setTokenStream(&view);  // lets go of all that belonged to the file before
  syntax::WendParser::FileContext* tree = nullptr;
  try {
    tree = parser.file();
  } catch (const syntax::TooManyErrors&) {
    out.had_syntax_errors = true;
    return;
  }
  out.had_syntax_errors = out.had_syntax_errors || strategy->had_errors();
  syntax::AstBuilder(file, options, tokens, out, next_node_id, sink).build(tree);
}

}  // namespace

struct SourceParser::Machine {
  Machine() : parser(nullptr) {
    parser.removeErrorListeners();
    parser.setBuildParseTree(false);  // the builder reads labels only
  }
  syntax::WendParser parser;
};

SourceParser::SourceParser() = default;
SourceParser::~SourceParser() = default;

ast::File SourceParser::parse(const SourceFile& file, const ParseOptions& options, uint32_t& next_node_id,
                              Sink& sink) {
  ast::File out;
  out.id = file.id();
  out.arena = std::make_unique<Arena>();
  if (!check_text(file, options, sink)) {
    out.had_syntax_errors = true;
    return out;
  }
  try {
    syntax::Tokens tokens = syntax::cut(file, options, *out.arena, sink);
    out.had_syntax_errors = tokens.errors > 0;
    out.comments = std::move(tokens.comments);
    if (options.keep_tokens) {
      for (const syntax::SourceToken& token : tokens.all) {
        if (token.end > token.begin) out.tokens.push_back({file.id(), token.begin, token.end});
      }
    }
    if (const syntax::SourceToken* token = syntax::find_too_deep(tokens, options)) {
      sink.report(
          NestedTooDeep{{file.id(), token->begin, token->end}, static_cast<uint32_t>(options.max_depth)});
      out.had_syntax_errors = true;
      return out;
    }
    if (tokens.errors >= options.max_errors) return out;
    if (machine_ == nullptr) machine_ = std::make_unique<Machine>();
    parse_tokens(machine_->parser, file, options, tokens, out, next_node_id, sink);
  } catch (...) {
    // The runtime has thrown exceptions, strings and more in its history; none of it may get out. The file
    // counts as unreadable, which is said once.
    sink.report(SyntaxError{{file.id(), 0, 0}, "the file cannot be read", "reading it failed", "", {}, {}});
    out.had_syntax_errors = true;
    out.uses.clear();
    out.decls.clear();
  }
  out.end_node = next_node_id;
  return out;
}

ast::File parse(const SourceFile& file, const ParseOptions& options, uint32_t& next_node_id, Sink& sink) {
  return SourceParser().parse(file, options, next_node_id, sink);
}

}  // namespace wend

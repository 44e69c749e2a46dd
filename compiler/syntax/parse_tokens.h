#ifndef WEND_COMPILER_SYNTAX_PARSE_TOKENS_H_
#define WEND_COMPILER_SYNTAX_PARSE_TOKENS_H_

// Internal to parse*.cc: the tokens of a file, made with the generated lexer's automaton but without its
// token objects, its strings and its code points.
//
// The lexer reads bytes, each byte of a non-ASCII character as U+007F (see grammar/WendLexer.g4), so that
// offsets are byte offsets from the start and its tables stay small.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "WendLexer.h"
#include "WendParser.h"
#include "antlr4-runtime.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/parse.h"

namespace wend::syntax {

using TokenType = size_t;
using wend_grammar::WendParser;

// The runtime's own error strategy wants a source to ask for its token factory. It has no state.
class NoSource final : public antlr4::TokenSource {
 public:
  std::unique_ptr<antlr4::Token> nextToken() override { return nullptr; }
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() override { return 0; }
  antlr4::CharStream* getInputStream() override { return nullptr; }
  std::string getSourceName() override { return {}; }
  antlr4::TokenFactory<antlr4::CommonToken>* getTokenFactory() override {
    return antlr4::CommonTokenFactory::DEFAULT.get();
  }
};
inline antlr4::TokenSource* no_source() {
  static NoSource source;
  return &source;
}

class SourceToken final : public antlr4::Token {
 public:
  TokenType type = 0;
  uint32_t begin = 0;  // bytes of the file
  uint32_t end = 0;
  uint32_t line = 0;  // of its first byte
  uint32_t index = 0;
  uint32_t docs_begin = 0;  // its documentation: Tokens::docs[docs_begin, docs_end)
  uint32_t docs_end = 0;
  bool first_on_line = false;
  std::string_view text;  // of the source, or what was meant

  std::string getText() const override { return std::string(text); }
  size_t getType() const override { return type; }
  size_t getLine() const override { return line + 1; }
  size_t getCharPositionInLine() const override { return 0; }
  size_t getChannel() const override { return 0; }
  size_t getTokenIndex() const override { return index; }
  size_t getStartIndex() const override { return begin; }
  size_t getStopIndex() const override { return end - 1; }
  antlr4::TokenSource* getTokenSource() const override { return no_source(); }
  antlr4::CharStream* getInputStream() const override { return nullptr; }
  std::string toString() const override { return std::string(text); }
};

inline const SourceToken& source_token(const antlr4::Token* token) {
  return *static_cast<const SourceToken*>(token);
}

// Room for tokens that the error strategy inserts while contexts already point into the list.
constexpr size_t kSpareTokens = 128;

// What the lexer made of a file. The last token is EOF.
struct Tokens {
  std::vector<SourceToken> all;  // with kSpareTokens to spare
  std::vector<std::string_view> docs;
  std::vector<ast::Comment> comments;
  std::set<uint32_t> faulty_lines;  // where something was reported already
  int errors = 0;
};

// Cuts the text into tokens. Reports what is no token, and mistakes that can be told from a few tokens, and
// goes on with what was meant (`&&` becomes `and`). `arena` keeps texts that are not in the source.
// Stops behind options.max_errors.
Tokens cut(const SourceFile& file, const ParseOptions& options, Arena& arena, Sink& sink);

// The token that nests deeper than options.max_depth, nullptr where none does. Everything that nests in the
// grammar is counted, so that neither the parser's nor anyone's recursion over the tree can run out of stack.
const SourceToken* find_too_deep(const Tokens& tokens, const ParseOptions& options);

// Whether a declaration begins at the token: its word and what has to follow it.
bool starts_declaration(const Tokens& tokens, size_t index);
// Whether the token is the first word of a step. Words after a dot or in front of a colon are none.
bool starts_step(const Tokens& tokens, size_t index);
bool is_clause_word(TokenType type);
bool is_declaration_word(TokenType type);
// A word of the language, reserved or not, as opposed to a sign or a literal.
bool is_word(std::string_view text);

// The parser's view of the tokens.
class TokenView final : public antlr4::TokenStream {
 public:
  explicit TokenView(Tokens& tokens) : tokens_(tokens) {}

  void consume() override {
    if (at_ + 1 < tokens_.all.size()) ++at_;
  }
  size_t LA(ssize_t i) override {
    const antlr4::Token* token = TokenView::LT(i);
    return token != nullptr ? source_token(token).type : antlr4::Token::INVALID_TYPE;
  }
  antlr4::Token* LT(ssize_t k) override {
    if (k > 0) return &tokens_.all[std::min(at_ + static_cast<size_t>(k) - 1, tokens_.all.size() - 1)];
    if (k == 0 || static_cast<size_t>(-k) > at_) return nullptr;
    return &tokens_.all[at_ - static_cast<size_t>(-k)];
  }
  antlr4::Token* get(size_t index) const override { return &tokens_.all[index]; }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = std::min(index, tokens_.all.size() - 1); }
  size_t size() override { return tokens_.all.size(); }
  std::string getSourceName() const override { return {}; }
  antlr4::TokenSource* getTokenSource() const override { return no_source(); }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

 private:
  Tokens& tokens_;
  size_t at_ = 0;
};

}  // namespace wend::syntax

#endif  // WEND_COMPILER_SYNTAX_PARSE_TOKENS_H_

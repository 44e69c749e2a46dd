#ifndef WEND_COMPILER_SYNTAX_PARSE_ERRORS_H_
#define WEND_COMPILER_SYNTAX_PARSE_ERRORS_H_

// Internal to parse*.cc: what the parser does about mistakes. One mistake, one message:
//
//   1. `sync` and `recoverInline` first try to read what was meant (a word of another tool, `=` for `==`, a
//      reserved word as a name) and go on as if it stood there.
//   2. Inside a rule that lists things (steps, declarations, lines of a test) what cannot begin one of them
//   is
//      skipped where it stands.
//   3. Else the rule fails, with it all rules up to the one listed thing it is part of; what is left of that
//      thing is skipped, brackets in balance, and reading goes on behind it.
//
// A second message on the same line, or before anything was read since the last one, is not made.

#include <exception>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/parse_tokens.h"
#include "compiler/syntax/syntax_errors.h"

namespace wend::syntax {

// Thrown through the parser when a limit of errors is passed; caught in parse.cc.
struct TooManyErrors {};

class ErrorStrategy final : public antlr4::ANTLRErrorStrategy {
 public:
  ErrorStrategy(const SourceFile& file, const ParseOptions& options, Tokens& tokens, TokenView& view,
                Sink& sink)
      : file_(file), options_(options), tokens_(tokens), view_(view), sink_(sink) {}

  void reset(antlr4::Parser*) override {}
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  void sync(antlr4::Parser* parser) override;
  bool inErrorRecoveryMode(antlr4::Parser*) override { return false; }
  void reportMatch(antlr4::Parser*) override { matched_ = true; }
  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;

  bool had_errors() const { return had_errors_; }

 private:
  using Names = std::vector<std::string>;

  Span span(const SourceToken& token) const { return {file_.id(), token.begin, token.end}; }
  const SourceToken& current() { return tokens_.all[view_.index()]; }
  // Whether a message about this token, shown on this line, should be made; notes that it was asked.
  bool worth_a_message(const SourceToken& token, uint32_t line);
  bool worth_a_message(const SourceToken& token) { return worth_a_message(token, token.line); }
  template <typename Message>
  void add(const Message& message) {
    sink_.report(message);
    if (++tokens_.errors >= options_.max_errors) throw TooManyErrors{};
  }

  // Reads the current token as what was meant, if it can be told. Changes the token's type.
  bool repair(antlr4::Parser* parser, const antlr4::misc::IntervalSet& expected);
  // Whether the token shows that the list it stands in was left open.
  bool ends_list(antlr4::Parser* parser, const SourceToken& token);
  bool repair_word(const SourceToken& token, const antlr4::misc::IntervalSet& expected);
  // `untl` for `until`: a name at a place where no name can stand, that looks like one keyword which can.
  bool repair_typo(antlr4::Parser* parser, const antlr4::misc::IntervalSet& expected);
  // `=>` for `->`
  bool repair_arrow(const antlr4::misc::IntervalSet& expected);
  void retype(size_t type, std::string_view wend);
  // `email welcome` as a step: puts a `send` in front of it.
  void insert_send(std::string_view channel);
  bool repair_reserved(const antlr4::misc::IntervalSet& expected);

  // `in_list`: the token stands where a thing of a list could begin, so that the line before it is whole.
  void report_at(antlr4::Parser* parser, const SourceToken& token, const antlr4::misc::IntervalSet& expected,
                 bool in_list);
  bool report_missing_brace(const SourceToken& token, const Names& expected, std::string_view rule);
  // Index of the `{` that has no `}`, judged by the indentation of lines.
  std::optional<size_t> unclosed_brace(size_t before) const;
  bool report_surplus_brace(const SourceToken& token);
  std::optional<Edit> closing_edit(const SourceToken& open, size_t before) const;
  uint32_t indentation(const SourceToken& token) const;

  // Moves to where something can begin again behind the token `from`. `open`: brackets open since the start
  // of what is skipped.
  enum class Stop {
    kDeclaration,  // in front of the next declaration only
    kStep,         // also in front of steps and of clauses that begin a line, and at the `}` of the block
    kLine,         // also where a line begins
  };
  struct Open {
    int braces = 0;
    int others = 0;  // ( and [
    void count(size_t type);
  };
  void skip(size_t from, Open open, Stop stop);
  void count_recovery();

  const SourceFile& file_;
  const ParseOptions& options_;
  Tokens& tokens_;
  TokenView& view_;
  Sink& sink_;
  bool matched_ = true;
  bool had_errors_ = false;
  bool brace_reported_ = false;
  bool surplus_reported_ = false;
  int recoveries_ = 0;
  std::map<const void*, int> strangers_;  // messages about what no list can hold, by the context of the list
  size_t last_reported_ = static_cast<size_t>(-1);
};

}  // namespace wend::syntax

#endif  // WEND_COMPILER_SYNTAX_PARSE_ERRORS_H_

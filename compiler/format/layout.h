#ifndef WEND_COMPILER_FORMAT_LAYOUT_H_
#define WEND_COMPILER_FORMAT_LAYOUT_H_

// Wend's layout: from the tree and the tokens of a file to a document. docs/language/formatting.md says what
// it does.
//
// Every construct is a range of tokens in which some parts (conditions, records, blocks) have a document of
// their own; what lies between them is printed token by token with the blanks of `needs_space`. So no token
// can get lost, and what the layout knows nothing of is still printed. One thread; the token list is changed
// where comments move.

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "compiler/format/doc.h"
#include "compiler/format/token_list.h"
#include "compiler/syntax/ast.h"

namespace wend::format {

constexpr size_t kStep = 2;          // columns of a level of blocks and brackets
constexpr size_t kContinuation = 4;  // of a line that goes on, unlike those of the block that may follow it

class Layout {
 public:
  Layout(TokenList& tokens, DocMaker& docs, size_t width) : tokens_(tokens), docs_(docs), width_(width) {}

  // A declaration, without the comments in front of its first token: take those first.
  DocPtr declaration(const ast::Decl& decl);

 private:
  // Tokens with a document of their own. `glued`: the document begins with the blank in front of it.
  struct Part {
    size_t first;
    size_t last;
    DocPtr doc;
    bool glued = false;
  };
  using Parts = std::vector<Part>;

  // layout_exprs.cc
  DocPtr range(size_t first, size_t last, Parts parts);
  bool needs_space(size_t before, size_t after) const;
  Part part(const ast::Expr& expr);
  void add(Parts& parts, const ast::Expr* expr);
  DocPtr expression(const ast::Expr& expr);
  DocPtr chain(const ast::BinaryExpr& expr);
  void chain_operands(const ast::Expr& expr, ast::BinaryOp op, std::vector<const ast::Expr*>& operands);
  DocPtr call(size_t open, size_t close, std::vector<Part> arguments);
  Part type(const ast::Type& type);
  Part field(const ast::Field& field);
  Part fields(size_t open, size_t close, std::span<const ast::Field* const> fields);

  // Brackets around items. How items are parted: by commas, which the last one has not; by commas on one line
  // only; by two blanks on one line; or each on its line in any case.
  enum class Parting { kCommas, kCommasOnOneLine, kBlanks, kLines };
  DocPtr brackets(size_t open, size_t close, const Parts& items, Parting parting, DocPtr open_with = nullptr);
  void remove_commas(size_t open, size_t close, const Parts& items, bool keep_between);

  // layout_steps.cc
  // A part of a step that ends in a block: `if a {..}`, `else if b {..}`, `else {..}`.
  struct Section {
    size_t first;
    size_t head_last;
    Parts parts;              // of the head
    const ast::Block* block;  // nullptr where there is none
  };
  Part step(const ast::Step& step);
  DocPtr step_document(const ast::Step& step, size_t first, size_t last);
  Parts expressions(const ast::Step& step);
  std::vector<Section> sections(const ast::Step& step, size_t first, size_t last);
  DocPtr branching(const ast::Step& step, size_t first, size_t last);
  // Open where the condition in front of it is broken.
  DocPtr block(const ast::Block& block, const Parts& head);
  DocPtr unbraced(const ast::Block& block, bool open);
  Part block_part(const ast::Block& block, const Parts& head);
  Part arm(size_t first, size_t last, Parts parts, const ast::Block* block);
  Parts arms(const ast::Step& step);
  Part send_first(const ast::SendFirstStep& step);

  // layout_decls.cc
  std::vector<const ast::Clause*> ordered_clauses(const ast::JourneyDecl& journey) const;
  DocPtr declaration_document(const ast::Decl& decl, size_t first, size_t last);
  Part clause(const ast::Clause& clause);
  void add_trigger(Parts& parts, const ast::Trigger& trigger);
  Part guard(const ast::Guard& guard);
  Part message_item(const ast::MessageItem& item);
  Part test_line(const ast::TestLine& line);
  DocPtr journey(const ast::JourneyDecl& journey, size_t first, size_t last);
  DocPtr journey_body(const ast::JourneyDecl& journey, size_t close);
  DocPtr sentence(const ast::JourneyDecl& journey, size_t first, size_t last);
  DocPtr score(const ast::ScoreDecl& score, size_t first, size_t last);
  DocPtr channel(size_t first, size_t last);
  DocPtr steps(const ast::StepsDecl& steps, size_t first, size_t last);
  // A declaration that ends in `{ items }`.
  DocPtr with_items(size_t first, size_t last, const Parts& items, Parting parting);

  // Whether the line is covered by a comment that speaks to the compiler about this line: then it stays one
  // line.
  bool is_covered(size_t first, size_t last, bool from_above) const;
  template <typename Build>
  Part item(size_t first, size_t last, bool from_above, Build&& build) {
    const bool covered = is_covered(first, last, from_above);
    const bool outer = one_line_;
    one_line_ = one_line_ || covered;
    const DocPtr doc = build();
    one_line_ = outer;
    return {first, last, covered ? docs_.flat(doc) : doc};
  }

  TokenList& tokens_;
  DocMaker& docs_;
  size_t width_;
  bool one_line_ = false;  // everything stays on the line: a sentence, or a line that a comment speaks of
  std::set<size_t> tight_before_;  // opening brackets of calls, indexes, `list<`
  std::set<size_t> tight_after_;
  std::set<size_t> operators_;  // `+` and `-` between two operands; others are signs
};

}  // namespace wend::format

#endif  // WEND_COMPILER_FORMAT_LAYOUT_H_

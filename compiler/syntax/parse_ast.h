#ifndef WEND_COMPILER_SYNTAX_PARSE_AST_H_
#define WEND_COMPILER_SYNTAX_PARSE_AST_H_

// Internal to parse*.cc: makes the tree of ast.h from the parser's contexts. It reads the labels of the
// grammar and nothing else of a context. A context whose rule failed (`exception` is set) is left out.

#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/literals.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/parse_tokens.h"

namespace wend::syntax {

using G = WendParser;

class AstBuilder {
 public:
  AstBuilder(const SourceFile& file, const ParseOptions& options, const Tokens& tokens, ast::File& out,
             uint32_t& next_node_id, Sink& sink)
      : file_(file),
        options_(options),
        tokens_(tokens),
        out_(out),
        arena_(*out.arena),
        next_node_id_(next_node_id),
        first_node_id_(next_node_id),
        sink_(sink) {}

  void build(G::FileContext* context);

 private:
  // ---- places and words
  FileId id() const { return file_.id(); }
  Span span(const antlr4::Token* token) const;
  Span span(const antlr4::ParserRuleContext* context) const;
  Span span(const antlr4::Token* from, const antlr4::Token* to) const;
  static Span join(Span a, Span b) { return {a.file, a.begin, b.end}; }
  ast::Word word(const antlr4::Token* token) const;
  ast::Word word(const antlr4::ParserRuleContext* one_token_rule) const;
  ast::Word label(const antlr4::Token* token) const;
  std::span<const std::string_view> docs(const antlr4::Token* token);
  ast::NodeId next_id() { return ast::NodeId(next_node_id_++); }
  template <typename Message>
  void report(const Message& message) {
    sink_.report(message);
    out_.had_syntax_errors = true;
  }
  void report_too_deep(Span at, int limit);  // once a file
  void report_misplaced(Span at, std::string title, std::string help);

  // A node with its header filled in.
  template <typename T>
  T* node(Span at) {
    T* made = arena_.make<T>();
    made->kind = T::kKind;
    made->id = next_id();
    made->span = at;
    return made;
  }
  template <typename T>
  static bool failed(const T* context) {
    return context == nullptr || context->exception != nullptr;
  }

  // ---- literals
  template <typename T>
  T checked(const antlr4::Token* token, const literals::Parsed<T>& parsed);
  ast::StringLiteral string_literal(const antlr4::Token* token);
  const ast::StringExpr* string_expr(const antlr4::Token* token);  // null for null
  int64_t int_of(const antlr4::Token* token);
  double number_of(const antlr4::Token* token);
  double percent_of(const antlr4::Token* token);
  Millis duration_of(const antlr4::Token* token);
  Millis clock_of(const antlr4::Token* token);
  double signed_of(G::SignedNumberContext* context);
  const ast::Expr* scalar(const antlr4::Token* token);
  const ast::Expr* length(const antlr4::Token* token);
  const ast::Expr* moment(G::MomentContext* context);

  // ---- expressions (parse_exprs.cc)
  const ast::Expr* expr(G::ExprContext* context);
  const ast::Expr* conjunction(G::ConjunctionContext* context);
  const ast::Expr* negation(G::NegationContext* context);
  const ast::Expr* comparison(G::ComparisonContext* context);
  const ast::Expr* compared(const ast::Expr* left, G::ComparisonTailContext* tail);
  const ast::Expr* coalesced(G::CoalescedContext* context);
  const ast::Expr* sum(G::SumContext* context);
  const ast::Expr* product(G::ProductContext* context);
  const ast::Expr* unary(G::UnaryContext* context);
  const ast::Expr* postfix(G::PostfixContext* context);
  const ast::Expr* primary(G::PrimaryContext* context);
  const ast::Expr* literal(G::LiteralContext* context);
  const ast::RecordExpr* record(G::RecordLiteralContext* context);  // null for null
  const ast::MemberExpr* member_path(G::MemberPathContext* context);
  const ast::Expr* call(G::CallPrimaryContext* context);
  const ast::EngagementExpr* engagement(Span at, G::EngagementWordContext* word_context, ast::Word target,
                                        const antlr4::Token* link);
  const ast::Expr* binary(ast::BinaryOp op, Span op_span, const ast::Expr* left, const ast::Expr* right);
  const ast::Expr* wrap(ast::UnaryOp op, const antlr4::Token* sign, const ast::Expr* operand);
  const ast::Expr* error_expr(Span at);
  // Keeps the height of the expression; gives back an ErrorExpr where it is too high.
  const ast::Expr* raised(const ast::Expr* made, int height);
  int height_of(const ast::Expr* made) const;
  std::vector<const ast::Expr*> exprs(const std::vector<G::ExprContext*>& contexts);

  // ---- types, fields
  std::span<const ast::Field* const> fields(G::FieldsContext* context);
  const ast::Type* type(G::TypeContext* context);

  // ---- references
  ast::Word event_ref(G::EventRefContext* context) const;
  ast::Occurrence occurrence(G::OccurrenceContext* context);
  ast::SegmentRef segment_ref(G::SegmentRefContext* context);
  std::span<const ast::Word> words(const std::vector<antlr4::Token*>& tokens);
  uint8_t weekday_mask(G::WeekdaysContext* context) const;
  int weekday(G::WeekdayContext* context) const;

  // ---- steps (parse_steps.cc)
  std::span<const ast::Step* const> steps(const std::vector<G::StepContext*>& contexts);
  const ast::Step* step(G::StepContext* context);
  ast::Block block(G::BlockContext* context);
  ast::Block branch(G::BranchContext* context);
  ast::Block single(const ast::Step* only);
  ast::ElseBranch else_branch(G::ElseBranchContext* context);
  ast::ElseBranch arrow_else(G::BranchContext* context);
  ast::Step* plain_step(G::PlainStepContext* context);
  ast::Step* plain_wait(G::PlainStepContext* context);
  ast::Step* plain_change(G::PlainStepContext* context);
  ast::Step* compound_step(G::CompoundStepContext* context);
  ast::Step* wait_until(G::WaitUntilContext* context);
  ast::Step* wait_for(G::WaitForContext* context);
  ast::Step* wait_any(G::WaitAnyContext* context);
  ast::Step* match_step(G::MatchSubjectContext* context);
  ast::Step* split_step(G::SplitArmsContext* context);
  ast::Step* repeat_step(G::RepeatStepsContext* context);
  ast::Step* call_step(G::CallConnectorContext* context);
  ast::Step* if_step(G::IfStepContext* context);
  ast::SplitArm split_arm(G::SplitArmContext* context);
  ast::SendBody send_body(G::NameContext* channel, G::SendBodyContext* context);
  ast::SendOptions send_options(const std::vector<G::SendOptionContext*>& contexts);
  const ast::Expr* match_value(G::MatchValueContext* context);
  // The event of a wait, and the engagement condition where it is one, else null.
  struct Awaited {
    ast::Occurrence occurrence;
    const ast::EngagementExpr* engagement;
  };
  Awaited awaited(G::AwaitedContext* context);

  // ---- clauses and declarations (parse_decls.cc)
  std::span<const ast::Clause* const> clauses(const std::vector<G::ClauseContext*>& contexts);
  ast::Clause* clause(G::ClauseContext* context);
  ast::Clause* entry_clause(G::ClauseContext* context);
  ast::Clause* limit_clause(G::ClauseContext* context);
  const ast::Trigger* trigger(G::TriggerContext* context);
  const ast::Decl* declaration(G::DeclContext* context);
  ast::Decl* data_declaration(G::DeclContext* context);
  ast::Decl* event_decl(G::EventDeclContext* context);
  ast::Decl* score_decl(G::ScoreDeclContext* context);
  ast::Decl* channel_decl(G::ChannelDeclContext* context);
  ast::Decl* message_decl(G::MessageDeclContext* context);
  ast::Decl* policy_decl(G::PolicyDeclContext* context);
  ast::Decl* journey_decl(G::JourneyDeclContext* context);
  ast::Decl* steps_decl(G::StepsDeclContext* context);
  ast::Decl* settings_decl(G::SettingsDeclContext* context);
  ast::Decl* migrate_decl(G::MigrateDeclContext* context);
  const ast::Guard* guard(G::GuardContext* context);
  const ast::MessageItem* message_item(G::MessageItemContext* context);
  void anonymous_journey(G::FileContext* context);

  // ---- tests (parse_tests.cc)
  ast::Decl* test_decl(G::TestDeclContext* context);
  const ast::TestLine* test_line(G::TestLineContext* context);
  void test_action(G::TestActionContext* context, ast::TestLine& line);
  void expectation(G::ExpectationContext* context, ast::TestLine& line);
  void journey_expectation(G::ExpectationContext* context, ast::TestLine& line);

  const SourceFile& file_;
  const ParseOptions& options_;
  const Tokens& tokens_;
  ast::File& out_;
  Arena& arena_;
  uint32_t& next_node_id_;
  uint32_t first_node_id_;
  Sink& sink_;
  std::vector<int> heights_;  // of expressions, by node id from first_node_id_ on
  int step_depth_ = 0;
  bool depth_reported_ = false;
};

}  // namespace wend::syntax

#endif  // WEND_COMPILER_SYNTAX_PARSE_AST_H_

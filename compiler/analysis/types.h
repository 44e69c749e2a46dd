#ifndef WEND_COMPILER_ANALYSIS_TYPES_H_
#define WEND_COMPILER_ANALYSIS_TYPES_H_

// The type of every expression and what every name in it means. A ExprChecker works for one Scope: the place
// where the expressions stand. It writes ExprInfo rows and reports what does not fit; an expression of type
// kError fits everywhere. Parts: types.cc (literals, conditions, stored values), names.cc, operators.cc,
// calls.cc. Internal to compiler/analysis. One thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/analysis/context.h"
#include "compiler/analysis/sends.h"

namespace wend {

// What can be named at a place.
struct Scope {
  uint32_t journey = kNone;
  // What `event` means: the events that may be looked at. Empty: nothing.
  std::vector<uint32_t> looked_at;
  // `event` means the trigger (in the body), so that its properties are kept with the run.
  bool event_is_trigger = false;
  // `trigger` means the event being looked at: in a trigger's own filter, in `each`.
  bool trigger_is_looked_at = false;
  // In the `where` of a history function that stands in a trigger's own filter: what `trigger` means there.
  std::vector<uint32_t> arriving;
  bool has_trigger = false;
  bool has_contact = true;
  bool has_run = false;  // run.x and engagement words
  bool in_repeat = false;  // run.pass
  std::vector<BoundName> bound;
  SendState sent;  // what this run can have sent
  // For messages about words that have no meaning here.
  std::string_view here = "this place";
  std::string_view has;
};

class ExprChecker {
 public:
  ExprChecker(Context& context, const Scope& scope) : context_(context), scope_(scope) {}

  // Types `expr` and all below it. `expected` settles what `any` is where the operators leave it open; may be
  // null.
  const ExprInfo& check(const ast::Expr& expr, TypeRef expected = nullptr);

  // A condition: true, false or missing. Reports one that is always the same.
  void check_condition(const ast::Expr& expr, ConditionPlace place);

  // A value that is stored in or handed to `target` of type `wanted`.
  struct Target {
    std::string text;  // "contact.plan", "a wait"
    TypeRef wanted = nullptr;
    bool optional = true;  // may be missing
    std::optional<Span> declared_at;
  };
  void check_value_for(const ast::Expr& expr, const Target& target);

  // A case of a `match`: `value` is a literal, `first` the first of its cases that is not `missing`, or null.
  // False after a report. REQUIRES: `subject` was checked.
  bool check_case(const ast::Expr& subject, const ast::Expr& value, const ast::Expr* first);

  // The value of a constant: nothing of a contact, an event or a moment. `name` for messages.
  void check_constant(const ast::Expr& expr, std::string_view name);

  // The program needs `expr` as `type`: sets coerce_to where `any` or an int must become it.
  void use_as(const ast::Expr& expr, TypeRef type);

 private:
  // One function a kind; each returns type and optionality, and sets the resolution where there is one.
  struct Typed {
    TypeRef type = nullptr;
    bool optional = false;
  };
  Typed type_of(const ast::Expr& expr, TypeRef expected);
  Typed type_of_list(const ast::ListExpr& expr);
  Typed type_of_record(const ast::RecordExpr& expr);
  Typed type_of_time(const ast::TimeExpr& expr);
  Typed type_of_argument(const ast::ParenExpr& expr);

  // names.cc
  Typed type_of_name(const ast::NameExpr& expr);
  Typed type_of_member(const ast::MemberExpr& expr);
  Typed type_of_root(const ast::MemberExpr& expr, ast::Root root);
  Typed type_of_contact(const ast::MemberExpr& expr);
  Typed type_of_event(const ast::MemberExpr& expr, Span word, bool trigger_word);
  Typed type_of_run(const ast::MemberExpr& expr);
  Typed type_of_value_member(const ast::MemberExpr& expr);
  Typed type_of_index(const ast::IndexExpr& expr);
  Typed type_of_catalog_row(const ast::IndexExpr& expr, uint32_t catalog);
  Typed type_of_score(const ast::MemberExpr& expr);
  Typed type_of_engagement(const ast::EngagementExpr& expr);
  Typed unknown_name(const ast::NameExpr& expr);

  // operators.cc
  Typed type_of_unary(const ast::UnaryExpr& expr, TypeRef expected);
  Typed type_of_binary(const ast::BinaryExpr& expr, TypeRef expected);
  Typed type_of_logic(const ast::BinaryExpr& expr);
  Typed type_of_equality(const ast::BinaryExpr& expr);
  Typed type_of_order(const ast::BinaryExpr& expr);
  Typed type_of_coalesce(const ast::BinaryExpr& expr, TypeRef expected);
  Typed type_of_arithmetic(const ast::BinaryExpr& expr, TypeRef expected);
  Typed type_of_sum(const ast::BinaryExpr& expr, TypeRef left, TypeRef right);
  Typed type_of_product(const ast::BinaryExpr& expr, TypeRef left, TypeRef right);
  Typed type_of_in(const ast::BinaryExpr& expr);
  Typed type_of_contains(const ast::BinaryExpr& expr);
  Typed type_of_text_test(const ast::BinaryExpr& expr);
  Typed type_of_matches(const ast::BinaryExpr& expr);
  Typed bad_operand(const ast::BinaryExpr& expr, const ast::Expr& at, std::string_view expected);
  // Makes both sides comparable; false after a report.
  bool unify(const ast::BinaryExpr& expr);
  // A text literal against an enum's values; false after a report.
  bool check_enum_literal(const ast::Expr& expr, TypeRef enumeration, bool in_comparison,
                          const std::optional<Span>& declared_at);

  // calls.cc
  Typed type_of_call(const ast::CallExpr& expr);
  Typed type_of_function(const ast::CallExpr& expr, Function function);
  Typed type_of_extreme(const ast::CallExpr& expr);
  TypeRef check_argument(const ast::CallExpr& expr, size_t index, TypeRef wanted, std::string_view expected);
  TypeRef check_moment_argument(const ast::CallExpr& expr);
  TypeRef check_list_argument(const ast::CallExpr& expr, size_t index, bool numbers);
  bool is_history_call(const ast::CallExpr& expr) const;
  bool is_value_name(std::string_view name) const;  // a constant, or bound with `as`

  // history_calls.cc
  Typed type_of_history(const ast::CallExpr& expr);
  Typed type_of_silence(const ast::NoExpr& expr);
  bool may_ask_history(const ast::Expr& expr, std::string_view what);
  void check_history_where(const ast::Expr& where, uint32_t event);
  bool read_history_event(const ast::CallExpr& expr, bool wants_property, HistoryUse& use);
  bool read_history_property(const ast::CallExpr& expr, const ast::MemberExpr& path, HistoryUse& use);
  bool read_history_limit(const ast::CallExpr& expr, HistoryUse& use);
  Typed history_result(const HistoryUse& use);
  // The row of `history_uses` that a member path reads a record of; kNone for none.
  uint32_t history_record(const ast::Expr& object) const;
  void note_history_member(uint32_t use, std::string_view member, bool is_size);

  TypeRef type(BaseType base) const { return context_.type(base); }
  Typed error() const { return {type(BaseType::kError), false}; }
  const ExprInfo& info(const ast::Expr& expr) const { return context_.program.info(expr); }
  TypeRef used(const ast::Expr& expr) const { return info(expr).used_type(); }
  // Where the attribute or property that a member path reads is declared.
  std::optional<Span> declared_at(const ast::Expr& expr) const;
  // "string", "number?": for messages.
  std::string shown(const ast::Expr& expr) const;

  Context& context_;
  const Scope& scope_;
  std::string_view constant_;  // the constant whose value is checked; empty elsewhere
};

// Types the value of a constant unless that was done.
void check_constant_value(Context& context, const ast::ConstDecl& constant);

// What `literal` would be as a literal of `type` ("30" as a number is 30); empty where it is none.
std::string rewritten_literal(const ast::Expr& literal, TypeRef type);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_TYPES_H_

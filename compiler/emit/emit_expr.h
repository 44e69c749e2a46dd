#ifndef WEND_COMPILER_EMIT_EMIT_EXPR_H_
#define WEND_COMPILER_EMIT_EMIT_EXPR_H_

// Expressions as instructions. Each function leaves its value in `dst`; what it needs beside it it takes from
// the register stack and gives back. Internal to compiler/emit.

#include <optional>
#include <string>

#include "compiler/analysis/clock_terms.h"
#include "compiler/emit/code_builder.h"
#include "compiler/emit/context.h"

namespace wend::emit {

class ExprEmitter {
 public:
  ExprEmitter(Context& context, Code& code) : context_(context), code_(code) {}

  // From here on comparisons with the clock say when time changes them, for conditions that react to it.
  void set_timed() { timed_ = true; }

  // The value of `expr` in the type that its user needs.
  void value(const ast::Expr& expr, Reg dst);

  // Pieces that templates and steps need, too.
  void constant(const Constant& constant, Reg dst);
  void text(std::string_view text, Reg dst);
  // Loads what a name stands for; not for members of values.
  void name(const Resolution& resolution, Reg dst);
  void member(std::string_view key, Reg dst);  // dst = dst.key
  void convert(TypeRef from, TypeRef to, Reg dst);
  // dst = left OP right, both already in registers, which may be overwritten.
  void compare(ast::BinaryOp op, Reg dst, TypeRef left_type, Reg left, TypeRef right_type, Reg right);

  // The value of an expression made of literals and constants, nullopt where it is none.
  std::optional<Constant> literal(const ast::Expr& expr) const;

 private:
  void raw_value(const ast::Expr& expr, Reg dst);
  void list(const ast::ListExpr& expr, Reg dst);
  void record(const ast::RecordExpr& expr, Reg dst);
  void time(const ast::TimeExpr& expr, Reg dst);
  void call(const ast::CallExpr& expr, Reg dst);
  void member_of(const ast::MemberExpr& expr, Reg dst);
  void index(const ast::IndexExpr& expr, Reg dst);
  void history(const ast::Expr& expr, Reg dst);
  void unary(const ast::UnaryExpr& expr, Reg dst);
  void binary(const ast::BinaryExpr& expr, Reg dst);
  void logic(const ast::BinaryExpr& expr, Reg dst);
  void coalesce(const ast::BinaryExpr& expr, Reg dst);
  void matches(const ast::BinaryExpr& expr, Reg dst);
  void compare_clock(const ClockComparison& comparison, Reg dst);
  void arithmetic(ast::BinaryOp op, Reg dst, TypeRef left_type, Reg left, TypeRef right_type, Reg right);
  bool arithmetic_of_moments(ast::BinaryOp op, Reg dst, BaseType left_type, Reg left, BaseType right_type,
                             Reg right);
  void arithmetic_of_lengths(ast::BinaryOp op, Reg dst, BaseType left_type, Reg left, BaseType right_type,
                             Reg right);
  void call_pair(Function function, Reg dst, Reg first, Reg second);
  void as_number(TypeRef type, Reg reg);

  const ExprInfo& info(const ast::Expr& expr) const { return context_.checked.info(expr); }
  TypeRef type(BaseType base) const { return context_.checked.type(base); }

  Context& context_;
  Code& code_;
  bool timed_ = false;
};

}  // namespace wend::emit

#endif  // WEND_COMPILER_EMIT_EMIT_EXPR_H_

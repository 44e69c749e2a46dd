#ifndef WEND_COMPILER_ANALYSIS_FOLD_H_
#define WEND_COMPILER_ANALYSIS_FOLD_H_

// The value of an expression that is the same for everyone: literals, constants, and what operators make of
// them. Serves messages about conditions that decide nothing and lengths of waits. Code generation folds by
// itself. Threads: any.

#include <compare>
#include <optional>
#include <string>
#include <variant>

#include "compiler/analysis/checked.h"

namespace wend {

struct FoldedMissing {
  auto operator<=>(const FoldedMissing&) const = default;
};
// Numbers, durations, dates, clock times are doubles: their types agree where they are compared.
struct Folded {
  std::variant<FoldedMissing, bool, double, std::string> value;

  bool missing() const { return std::holds_alternative<FoldedMissing>(value); }
  bool is_true() const { return std::holds_alternative<bool>(value) && std::get<bool>(value); }
  bool is_false() const { return std::holds_alternative<bool>(value) && !std::get<bool>(value); }
  const double* number() const { return std::get_if<double>(&value); }
};

// nullopt where the value depends on a contact, an event, a moment or what this cannot compute.
// REQUIRES: `expr` was checked.
std::optional<Folded> fold(const CheckedProgram& program, const ast::Expr& expr);

// One of == != < <= > >=.
bool is_comparison(ast::BinaryOp op);
// The comparison with its sides exchanged: `<` for `>`. Other operators as they are.
ast::BinaryOp mirrored(ast::BinaryOp op);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_FOLD_H_

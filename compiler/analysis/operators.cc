// What operators work on. An operand of type `any` becomes what the other side or the operator asks for;
// where both sides are `any` and nothing else is said, arithmetic and order mean numbers.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/analysis/types.h"
#include "compiler/diagnostics/suggest.h"
#include "vm/core/regex.h"

namespace wend {

using namespace ast;

namespace {

std::string_view op_text(BinaryOp op) {
  switch (op) {
    case BinaryOp::kOr:
      return "or";
    case BinaryOp::kAnd:
      return "and";
    case BinaryOp::kEq:
      return "==";
    case BinaryOp::kNe:
      return "!=";
    case BinaryOp::kLt:
      return "<";
    case BinaryOp::kLe:
      return "<=";
    case BinaryOp::kGt:
      return ">";
    case BinaryOp::kGe:
      return ">=";
    case BinaryOp::kIn:
      return "in";
    case BinaryOp::kContains:
      return "contains";
    case BinaryOp::kMatches:
      return "matches";
    case BinaryOp::kStartsWith:
      return "starts with";
    case BinaryOp::kEndsWith:
      return "ends with";
    case BinaryOp::kCoalesce:
      return "??";
    case BinaryOp::kAdd:
      return "+";
    case BinaryOp::kSub:
      return "-";
    case BinaryOp::kMul:
      return "*";
    case BinaryOp::kDiv:
      return "/";
  }
  return "";
}

bool has_order(TypeRef type) {
  switch (type->base) {
    case BaseType::kInt:
    case BaseType::kNumber:
    case BaseType::kString:
    case BaseType::kDuration:
    case BaseType::kCalendar:
    case BaseType::kTime:
    case BaseType::kDate:
    case BaseType::kClock:
    case BaseType::kPercent:
      return true;
    default:
      return false;
  }
}

// Types that `any` may be turned into; lists and records are compared as they are.
bool is_scalar(TypeRef type) {
  return !type->is(BaseType::kList) && !type->is(BaseType::kRecord) && !type->is(BaseType::kAny) &&
         !type->is(BaseType::kMissing) && !type->is(BaseType::kError);
}

bool comparable(TypeRef a, TypeRef b) {
  if (a == b || a->is(BaseType::kAny) || b->is(BaseType::kAny)) return true;
  if (a->is(BaseType::kError) || b->is(BaseType::kError)) return true;
  if ((a->is_numeric() && b->is_numeric()) || (a->is_text() && b->is_text())) return true;
  if (a->is(BaseType::kList) && b->is(BaseType::kList)) return comparable(a->element, b->element);
  return a->is(BaseType::kRecord) && b->is(BaseType::kRecord);
}

const StringExpr* text_literal(const Expr& expr) { return strip_parens(&expr)->as<StringExpr>(); }

bool is_error(TypeRef type) { return type->is(BaseType::kError); }

}  // namespace

ExprChecker::Typed ExprChecker::type_of_unary(const UnaryExpr& expr, TypeRef expected) {
  if (expr.op == UnaryOp::kNot) context_.negated.insert(strip_parens(expr.operand));
  const ExprInfo operand = check(*expr.operand, expected);
  if (is_error(operand.type)) return error();
  if (expr.op == UnaryOp::kNot) {
    if (operand.type->is(BaseType::kAny)) use_as(*expr.operand, type(BaseType::kBool));
    if (!used(*expr.operand)->is(BaseType::kBool) && !operand.type->is(BaseType::kMissing)) {
      context_.sink.report(ConditionNotBool{expr.operand->span, shown(*expr.operand)});
      return error();
    }
    return {type(BaseType::kBool), operand.optional};
  }
  if (operand.type->is(BaseType::kAny)) use_as(*expr.operand, type(BaseType::kNumber));
  const TypeRef found = used(*expr.operand);
  const bool fits = found->is_numeric() || found->is(BaseType::kDuration) || found->is(BaseType::kCalendar);
  if (!fits) {
    context_.sink.report(
        BadOperand{expr.operand->span, "-", shown(*expr.operand), "numbers and durations", {}, {}});
    return error();
  }
  return {found, operand.optional};
}

ExprChecker::Typed ExprChecker::type_of_binary(const BinaryExpr& expr, TypeRef expected) {
  switch (expr.op) {
    case BinaryOp::kOr:
    case BinaryOp::kAnd:
      return type_of_logic(expr);
    case BinaryOp::kEq:
    case BinaryOp::kNe:
      return type_of_equality(expr);
    case BinaryOp::kLt:
    case BinaryOp::kLe:
    case BinaryOp::kGt:
    case BinaryOp::kGe:
      return type_of_order(expr);
    case BinaryOp::kIn:
      return type_of_in(expr);
    case BinaryOp::kContains:
      return type_of_contains(expr);
    case BinaryOp::kMatches:
      return type_of_matches(expr);
    case BinaryOp::kStartsWith:
    case BinaryOp::kEndsWith:
      return type_of_text_test(expr);
    case BinaryOp::kCoalesce:
      return type_of_coalesce(expr, expected);
    case BinaryOp::kAdd:
    case BinaryOp::kSub:
    case BinaryOp::kMul:
    case BinaryOp::kDiv:
      return type_of_arithmetic(expr, expected);
  }
  return error();
}

ExprChecker::Typed ExprChecker::type_of_logic(const BinaryExpr& expr) {
  bool optional = false;
  for (const Expr* side : {expr.left, expr.right}) {
    const ExprInfo found = check(*side);
    optional = optional || found.optional;
    if (is_error(found.type) || found.type->is(BaseType::kMissing)) continue;
    if (found.type->is(BaseType::kAny)) use_as(*side, type(BaseType::kBool));
    if (!used(*side)->is(BaseType::kBool)) context_.sink.report(ConditionNotBool{side->span, shown(*side)});
  }
  return {type(BaseType::kBool), optional};
}

bool ExprChecker::check_enum_literal(const Expr& expr, TypeRef enumeration, bool in_comparison,
                                     const std::optional<Span>& declared) {
  const StringExpr* literal = text_literal(expr);
  if (literal == nullptr || !enumeration->is(BaseType::kEnum)) return true;
  const std::string value(literal->value.text);
  const std::vector<std::string>& values = enumeration->values;
  if (std::find(values.begin(), values.end(), value) != values.end()) return true;
  context_.sink.report(
      EnumValueUnknown{expr.span, value, values, near_names(value, values), in_comparison, declared});
  return false;
}

bool ExprChecker::unify(const BinaryExpr& expr) {
  const TypeRef left = info(*expr.left).type;
  const TypeRef right = info(*expr.right).type;
  if (is_error(left) || is_error(right)) return false;
  if (left->is(BaseType::kMissing) || right->is(BaseType::kMissing)) {
    const Expr& operand = left->is(BaseType::kMissing) ? *expr.right : *expr.left;
    context_.sink.report(
        CompareWithMissing{expr.span, expr.op != BinaryOp::kNe, context_.text(operand.span)});
    return false;
  }
  if (left->is(BaseType::kAny) || right->is(BaseType::kAny)) {
    const bool both = left->is(BaseType::kAny) && right->is(BaseType::kAny);
    const bool order = expr.op != BinaryOp::kEq && expr.op != BinaryOp::kNe;
    TypeRef wanted = left->is(BaseType::kAny) ? right : left;
    if (both && !order) return true;
    if (both || wanted->is(BaseType::kInt)) wanted = type(BaseType::kNumber);
    if (!is_scalar(wanted)) return true;
    use_as(*expr.left, wanted);
    use_as(*expr.right, wanted);
    return true;
  }
  if (left->is_numeric() && right->is_numeric() && left != right) {
    use_as(*expr.left, type(BaseType::kNumber));
    use_as(*expr.right, type(BaseType::kNumber));
    return true;
  }
  if (left->is_text() && right->is_text()) {
    return check_enum_literal(*expr.right, left, true, declared_at(*expr.left)) &&
           check_enum_literal(*expr.left, right, true, declared_at(*expr.right));
  }
  if (comparable(left, right)) return true;
  // Point at a literal where there is one: it is the side that is easily written otherwise.
  const bool at_left = text_literal(*expr.left) != nullptr && text_literal(*expr.right) == nullptr;
  const Expr& at = at_left ? *expr.left : *expr.right;
  const Expr& other = at_left ? *expr.right : *expr.left;
  context_.sink.report(TypeMismatchComparison{at.span, type_syntax(info(at).type), other.span,
                                              type_syntax(info(other).type), declared_at(other),
                                              rewritten_literal(at, info(other).type)});
  return false;
}

ExprChecker::Typed ExprChecker::type_of_equality(const BinaryExpr& expr) {
  const bool left = check(*expr.left).optional;
  const bool right = check(*expr.right).optional;
  if (!unify(expr)) return error();
  return {type(BaseType::kBool), left || right};
}

bool ExprChecker::check_case(const Expr& subject, const Expr& value, const Expr* first) {
  check(value);
  if (value.as<MissingExpr>() != nullptr) return true;
  BinaryExpr comparison{};
  comparison.kind = ExprKind::kBinary;
  comparison.span = value.span;
  comparison.op = BinaryOp::kEq;
  comparison.left = &subject;
  comparison.right = &value;
  if (info(subject).type->is(BaseType::kAny) && first != nullptr &&
      !comparable(used(*first), info(value).type)) {
    context_.sink.report(TypeMismatchComparison{value.span, type_syntax(info(value).type), first->span,
                                                type_syntax(info(*first).type), std::nullopt,
                                                rewritten_literal(value, info(*first).type)});
    return false;
  }
  return unify(comparison);
}

ExprChecker::Typed ExprChecker::type_of_order(const BinaryExpr& expr) {
  const bool left = check(*expr.left).optional;
  const bool right = check(*expr.right).optional;
  if (!unify(expr)) return error();
  for (const Expr* side : {expr.left, expr.right}) {
    if (has_order(used(*side)) || used(*side)->is(BaseType::kAny)) continue;
    // A value of an enum has an order only where it is compared as the text it is: that is never meant.
    context_.sink.report(NoOrder{expr.span, std::string(op_text(expr.op)), type_syntax(used(*side))});
    return error();
  }
  return {type(BaseType::kBool), left || right};
}

ExprChecker::Typed ExprChecker::type_of_coalesce(const BinaryExpr& expr, TypeRef expected) {
  const ExprInfo left = check(*expr.left, expected);
  const ExprInfo right = check(*expr.right, expected);
  if (is_error(left.type) || is_error(right.type)) return error();
  if (left.type->is(BaseType::kMissing)) return {right.type, right.optional};
  if (right.type->is(BaseType::kMissing)) return {left.type, left.optional};
  if (left.type == right.type) return {left.type, left.optional && right.optional};
  if (left.type->is(BaseType::kAny) || right.type->is(BaseType::kAny)) {
    TypeRef wanted = left.type->is(BaseType::kAny) ? right.type : left.type;
    if (wanted->is(BaseType::kInt)) wanted = type(BaseType::kNumber);
    if (!is_scalar(wanted)) return {type(BaseType::kAny), left.optional && right.optional};
    use_as(*expr.left, wanted);
    use_as(*expr.right, wanted);
    return {wanted->is(BaseType::kEnum) ? type(BaseType::kString) : wanted, left.optional && right.optional};
  }
  if (left.type->is_numeric() && right.type->is_numeric()) {
    use_as(*expr.left, type(BaseType::kNumber));
    use_as(*expr.right, type(BaseType::kNumber));
    return {type(BaseType::kNumber), left.optional && right.optional};
  }
  if (left.type->is_text() && right.type->is_text()) {
    const StringExpr* literal = text_literal(*expr.right);
    const std::vector<std::string>& values = left.type->values;
    const bool stays =
        literal != nullptr && std::find(values.begin(), values.end(), literal->value.text) != values.end();
    return {stays ? left.type : type(BaseType::kString), left.optional && right.optional};
  }
  if (comparable(left.type, right.type)) return {left.type, left.optional && right.optional};
  context_.sink.report(BadOperand{expr.right->span, "??", shown(*expr.right), "two values of one type",
                                  expr.left->span, shown(*expr.left)});
  return error();
}

ExprChecker::Typed ExprChecker::bad_operand(const BinaryExpr& expr, const Expr& at,
                                            std::string_view expected) {
  const Expr& other = &at == expr.left ? *expr.right : *expr.left;
  context_.sink.report(BadOperand{at.span, std::string(op_text(expr.op)), shown(at), std::string(expected),
                                  other.span, shown(other)});
  return error();
}

ExprChecker::Typed ExprChecker::type_of_arithmetic(const BinaryExpr& expr, TypeRef expected) {
  const ExprInfo left = check(*expr.left);
  const ExprInfo right = check(*expr.right);
  if (is_error(left.type) || is_error(right.type)) return error();
  // What `any` must be: beside a length it is a moment, unless a length is wanted; else a number.
  const auto settle = [&](const Expr& side, TypeRef other) {
    TypeRef wanted = type(BaseType::kNumber);
    const bool sum = expr.op == BinaryOp::kAdd || expr.op == BinaryOp::kSub;
    if (sum && (other->is(BaseType::kDuration) || other->is(BaseType::kCalendar))) {
      const bool length = expected != nullptr && expected->is(BaseType::kDuration);
      wanted = type(length ? BaseType::kDuration : BaseType::kTime);
      if (expected != nullptr && expected->is(BaseType::kDate)) wanted = expected;
    } else if (sum && (other->is(BaseType::kTime) || other->is(BaseType::kDate))) {
      const bool moment =
          expected != nullptr && (expected->is(BaseType::kTime) || expected->is(BaseType::kDate));
      wanted = expr.op == BinaryOp::kSub && !moment ? other : type(BaseType::kDuration);
    } else if (expr.op == BinaryOp::kAdd && other->is_text()) {
      wanted = type(BaseType::kString);
    }
    use_as(side, wanted);
  };
  if (left.type->is(BaseType::kAny)) settle(*expr.left, right.type);
  if (right.type->is(BaseType::kAny)) settle(*expr.right, used(*expr.left));
  const bool sum = expr.op == BinaryOp::kAdd || expr.op == BinaryOp::kSub;
  Typed typed = sum ? type_of_sum(expr, used(*expr.left), used(*expr.right))
                    : type_of_product(expr, used(*expr.left), used(*expr.right));
  typed.optional = typed.optional || left.optional || right.optional;
  return typed;
}

ExprChecker::Typed ExprChecker::type_of_sum(const BinaryExpr& expr, TypeRef left, TypeRef right) {
  constexpr std::string_view kExpected = "numbers, texts, durations and moments";
  const bool add = expr.op == BinaryOp::kAdd;
  const auto is_length = [](TypeRef t) { return t->is(BaseType::kDuration) || t->is(BaseType::kCalendar); };
  const auto is_moment = [](TypeRef t) { return t->is(BaseType::kTime) || t->is(BaseType::kDate); };
  if (left->is_numeric() && right->is_numeric()) {
    if (left == right) return {left, false};
    use_as(*expr.left, type(BaseType::kNumber));
    use_as(*expr.right, type(BaseType::kNumber));
    return {type(BaseType::kNumber), false};
  }
  if (left->is_text() && right->is_text() && add) return {type(BaseType::kString), false};
  if (is_length(left) && left == right) return {left, false};
  if ((is_moment(left) && is_length(right)) || (add && is_length(left) && is_moment(right))) {
    const TypeRef moment = is_moment(left) ? left : right;
    const TypeRef length = is_moment(left) ? right : left;
    // So many months after an instant is the same local time of day.
    if (moment->is(BaseType::kTime) && length->is(BaseType::kCalendar)) {
      context_.note_local_time(expr.span, scope_.journey);
    }
    return {moment, false};
  }
  if (is_moment(left) && left == right && !add) return {type(BaseType::kDuration), false};
  const bool left_fits = left->is_numeric() || is_length(left) || is_moment(left) || (left->is_text() && add);
  return bad_operand(expr, left_fits ? *expr.right : *expr.left, kExpected);
}

ExprChecker::Typed ExprChecker::type_of_product(const BinaryExpr& expr, TypeRef left, TypeRef right) {
  const bool multiply = expr.op == BinaryOp::kMul;
  const std::string_view expected = multiply ? "numbers, and a duration times a number"
                                             : "numbers, and a duration by a number or another duration";
  if (left->is_numeric() && right->is_numeric()) {
    if (multiply && left == right) return {left, false};
    use_as(*expr.left, type(BaseType::kNumber));
    use_as(*expr.right, type(BaseType::kNumber));
    if (multiply) return {type(BaseType::kNumber), false};
    // Division by zero is missing: only a literal divisor is known not to be zero.
    const Expr& divisor = *strip_parens(expr.right);
    const bool safe = (divisor.as<IntExpr>() != nullptr && divisor.as<IntExpr>()->value != 0) ||
                      (divisor.as<NumberExpr>() != nullptr && divisor.as<NumberExpr>()->value != 0);
    return {type(BaseType::kNumber), !safe};
  }
  if (left->is(BaseType::kDuration) && right->is_numeric()) {
    if (!multiply) use_as(*expr.right, type(BaseType::kNumber));
    const Expr& divisor = *strip_parens(expr.right);
    const bool safe = multiply || (divisor.as<IntExpr>() != nullptr && divisor.as<IntExpr>()->value != 0);
    return {left, !safe};
  }
  if (multiply && left->is_numeric() && right->is(BaseType::kDuration)) return {right, false};
  if (!multiply && left->is(BaseType::kDuration) && left == right) return {type(BaseType::kNumber), true};
  const bool left_fits = left->is_numeric() || left->is(BaseType::kDuration);
  return bad_operand(expr, left_fits ? *expr.right : *expr.left, expected);
}

ExprChecker::Typed ExprChecker::type_of_in(const BinaryExpr& expr) {
  const ExprInfo left = check(*expr.left);
  const ExprInfo right = check(*expr.right);
  const Typed result{type(BaseType::kBool), left.optional || right.optional};
  if (is_error(left.type) || is_error(right.type)) return error();
  if (right.type->is(BaseType::kAny)) return result;
  if (!right.type->is(BaseType::kList))
    return bad_operand(expr, *expr.right, "a value and a list that may hold it");
  const TypeRef element = right.type->element;
  if (left.type->is(BaseType::kEnum)) {
    if (const auto* list = strip_parens(expr.right)->as<ListExpr>()) {
      for (const Expr* item : list->items) {
        if (!check_enum_literal(*item, left.type, true, declared_at(*expr.left))) return error();
      }
    }
  }
  if (!check_enum_literal(*expr.left, element, true, declared_at(*expr.right))) return error();
  if (comparable(left.type, element)) return result;
  context_.sink.report(TypeMismatchComparison{expr.left->span, type_syntax(left.type), expr.right->span,
                                              type_syntax(right.type), declared_at(*expr.right),
                                              rewritten_literal(*expr.left, element)});
  return error();
}

ExprChecker::Typed ExprChecker::type_of_contains(const BinaryExpr& expr) {
  const ExprInfo left = check(*expr.left);
  const ExprInfo right = check(*expr.right);
  const Typed result{type(BaseType::kBool), left.optional || right.optional};
  if (is_error(left.type) || is_error(right.type)) return error();
  if (left.type->is(BaseType::kAny)) return result;
  if (left.type->is_text()) {
    if (right.type->is(BaseType::kAny)) use_as(*expr.right, type(BaseType::kString));
    if (!used(*expr.right)->is_text())
      return bad_operand(expr, *expr.right, "a text in a text, or an element of a list");
    return result;
  }
  if (!left.type->is(BaseType::kList))
    return bad_operand(expr, *expr.left, "a text in a text, or an element of a list");
  const TypeRef element = left.type->element;
  if (!check_enum_literal(*expr.right, element, true, declared_at(*expr.left))) return error();
  if (comparable(right.type, element)) return result;
  context_.sink.report(TypeMismatchComparison{expr.right->span, type_syntax(right.type), expr.left->span,
                                              type_syntax(left.type), declared_at(*expr.left),
                                              rewritten_literal(*expr.right, element)});
  return error();
}

ExprChecker::Typed ExprChecker::type_of_text_test(const BinaryExpr& expr) {
  const ExprInfo left = check(*expr.left);
  const ExprInfo right = check(*expr.right);
  if (is_error(left.type) || is_error(right.type)) return error();
  for (const Expr* side : {expr.left, expr.right}) {
    use_as(*side, type(BaseType::kString));
    if (!used(*side)->is_text()) return bad_operand(expr, *side, "texts");
  }
  return {type(BaseType::kBool), left.optional || right.optional};
}

ExprChecker::Typed ExprChecker::type_of_matches(const BinaryExpr& expr) {
  const ExprInfo left = check(*expr.left);
  const StringExpr* pattern = text_literal(*expr.right);
  if (pattern == nullptr) {
    context_.sink.report(PatternNotLiteral{expr.right->span});
    return error();
  }
  check(*expr.right);
  if (is_error(left.type)) return error();
  use_as(*expr.left, type(BaseType::kString));
  if (!used(*expr.left)->is_text()) return bad_operand(expr, *expr.left, "texts");
  if (const Status status = check_regex(pattern->value.text); !status.ok()) {
    context_.sink.report(BadRegex{expr.right->span, status.error().message});
    return error();
  }
  return {type(BaseType::kBool), left.optional};
}

}  // namespace wend

#include "compiler/analysis/types.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/analysis/fold.h"
#include "compiler/analysis/type_syntax.h"
#include "compiler/analysis/walk.h"
#include "compiler/diagnostics/suggest.h"
#include "vm/core/time_zone.h"

namespace wend {

using namespace ast;

const ExprInfo& ExprChecker::check(const Expr& expr, TypeRef expected) {
  const Typed typed = type_of(expr, expected);
  ExprInfo& row = context_.info(expr);
  row.type = typed.type;
  row.optional = typed.optional;
  return row;
}

ExprChecker::Typed ExprChecker::type_of(const Expr& expr, TypeRef expected) {
  switch (expr.kind) {
    case ExprKind::kError:
      return error();
    case ExprKind::kString:
      return {type(BaseType::kString), false};
    case ExprKind::kInt:
      return {type(BaseType::kInt), false};
    case ExprKind::kNumber:
      return {type(BaseType::kNumber), false};
    case ExprKind::kDuration:
      return {type(BaseType::kDuration), false};
    case ExprKind::kCalendar:
      return {type(BaseType::kCalendar), false};
    case ExprKind::kPercent:
      return {type(BaseType::kPercent), false};
    case ExprKind::kDate:
      return {type(BaseType::kDate), false};
    case ExprKind::kClock:
      return {type(BaseType::kClock), false};
    case ExprKind::kBool:
      return {type(BaseType::kBool), false};
    case ExprKind::kMissing:
      return {type(BaseType::kMissing), true};
    case ExprKind::kTime:
      return type_of_time(*expr.as<TimeExpr>());
    case ExprKind::kList:
      return type_of_list(*expr.as<ListExpr>());
    case ExprKind::kRecord:
      return type_of_record(*expr.as<RecordExpr>());
    case ExprKind::kName:
      return type_of_name(*expr.as<NameExpr>());
    case ExprKind::kRoot:
      return error();  // stands only in a MemberExpr
    case ExprKind::kMember:
      return type_of_member(*expr.as<MemberExpr>());
    case ExprKind::kIndex:
      return type_of_index(*expr.as<IndexExpr>());
    case ExprKind::kCall:
      return type_of_call(*expr.as<CallExpr>());
    case ExprKind::kEngagement:
      return type_of_engagement(*expr.as<EngagementExpr>());
    case ExprKind::kUnary:
      return type_of_unary(*expr.as<UnaryExpr>(), expected);
    case ExprKind::kBinary:
      return type_of_binary(*expr.as<BinaryExpr>(), expected);
    case ExprKind::kIs:
      check(*expr.as<IsExpr>()->operand);
      return {type(BaseType::kBool), false};
    case ExprKind::kNo:
      return type_of_silence(*expr.as<NoExpr>());
    case ExprKind::kParen: {
      if (expr.as<ParenExpr>()->parameter != nullptr) return type_of_argument(*expr.as<ParenExpr>());
      const ExprInfo& inner = check(*expr.as<ParenExpr>()->inner, expected);
      return {inner.type, inner.optional};
    }
  }
  return error();
}

ExprChecker::Typed ExprChecker::type_of_time(const TimeExpr& expr) {
  if (!expr.has_offset) context_.note_local_time(expr.span, scope_.journey);
  return {type(BaseType::kTime), false};
}

// A parameter of `steps`: what `do` gave for it, as the type that the parameter declares.
ExprChecker::Typed ExprChecker::type_of_argument(const ParenExpr& expr) {
  const Parameter& parameter = *expr.parameter;
  const TypeRef wanted = TypeReader(context_).read(*parameter.type);
  check_value_for(*expr.inner, {"the argument `" + std::string(parameter.name.text) + "`", wanted,
                                parameter.type->optional, parameter.name.span});
  const TypeRef found = info(*expr.inner).type;
  if (found->is(BaseType::kError)) return error();
  // Of `any` the argument's own type says more.
  return {wanted->is(BaseType::kAny) ? found : wanted, parameter.type->optional};
}

namespace {

// An argument may well be the same at every `do`: that it decides a condition is no mistake.
bool asks_argument(const Expr& expr) {
  bool found = false;
  for_each_expr_below(expr, [&](const Expr& one) {
    const auto* paren = one.as<ParenExpr>();
    found = found || (paren != nullptr && paren->parameter != nullptr);
  });
  return found;
}

}  // namespace

ExprChecker::Typed ExprChecker::type_of_list(const ListExpr& expr) {
  TypeRef element = nullptr;
  const Expr* first = nullptr;
  for (const Expr* item : expr.items) {
    const TypeRef found = check(*item).type;
    if (found->is(BaseType::kError)) return {context_.types().list_of(found), false};
    if (element == nullptr) {
      element = found;
      first = item;
    } else if (element->is_numeric() && found->is_numeric()) {
      if (found->is(BaseType::kNumber)) element = found;
    } else if (element != found) {
      context_.sink.report(MixedList{item->span, type_syntax(found), first->span, type_syntax(element)});
      return {context_.types().list_of(type(BaseType::kError)), false};
    }
  }
  if (element == nullptr) element = type(BaseType::kAny);
  if (element->is(BaseType::kNumber)) {
    for (const Expr* item : expr.items) use_as(*item, element);
  }
  return {context_.types().list_of(element), false};
}

ExprChecker::Typed ExprChecker::type_of_record(const RecordExpr& expr) {
  std::vector<RecordFieldInfo> fields;
  for (const RecordField& field : expr.fields) {
    const ExprInfo value = check(*field.value);
    const auto same_name = [&](const RecordField& other) { return other.key.text == field.key.text; };
    const auto first = std::find_if(expr.fields.begin(), expr.fields.end(), same_name);
    if (&*first != &field) {
      context_.sink.report(DuplicateProperty{field.key.span, first->key.span, std::string(field.key.text)});
      continue;
    }
    fields.push_back({std::string(field.key.text), value.type, value.optional});
  }
  return {context_.types().record_of(std::move(fields)), false};
}

void ExprChecker::use_as(const Expr& expr, TypeRef wanted) {
  const Expr& inner = *strip_parens(&expr);
  ExprInfo& row = context_.info(inner);
  const bool from_any =
      row.type->is(BaseType::kAny) && !wanted->is(BaseType::kAny) && !wanted->is(BaseType::kError);
  const bool widens = row.type->is(BaseType::kInt) && wanted->is(BaseType::kNumber);
  if (!from_any && !widens) return;
  // A text from an open event is any text: the values of an enum are only known to its declaration.
  row.coerce_to = wanted->is(BaseType::kEnum) ? type(BaseType::kString) : wanted;
  for (const Expr* paren = &expr; paren != &inner; paren = paren->as<ParenExpr>()->inner) {
    context_.info(*paren).type = wanted;
  }
}

void ExprChecker::check_condition(const Expr& expr, ConditionPlace place) {
  const ExprInfo found = check(expr);
  if (found.type->is(BaseType::kError)) return;
  if (found.type->is(BaseType::kAny)) {
    use_as(expr, type(BaseType::kBool));
    return;
  }
  if (!found.type->is(BaseType::kBool) && !found.type->is(BaseType::kMissing)) {
    context_.sink.report(ConditionNotBool{expr.span, shown(expr)});
    return;
  }
  const std::optional<Folded> value = fold(context_.program, expr);
  if (value && !asks_argument(expr)) {
    context_.sink.report(ConstantCondition{expr.span, value->is_true(), place, {}});
  }
}

void ExprChecker::check_value_for(const Expr& expr, const Target& target) {
  const ExprInfo found = check(expr, target.wanted);
  const TypeRef wanted = target.wanted;
  const auto mismatch = [&] {
    context_.sink.report(
        WrongTypeFor{expr.span, target.text, type_syntax(wanted), shown(expr), target.declared_at});
  };
  if (found.type->is(BaseType::kError) || wanted->is(BaseType::kError) || wanted->is(BaseType::kAny)) return;
  if (found.type->is(BaseType::kAny)) {
    use_as(expr, wanted);
    return;
  }
  if (found.type->is(BaseType::kMissing) || (found.optional && !target.optional)) {
    if (!target.optional) mismatch();
    if (found.type->is(BaseType::kMissing) || !target.optional) return;
  }
  if (found.type == wanted) return;
  if (found.type->is(BaseType::kInt) && wanted->is(BaseType::kNumber)) return use_as(expr, wanted);
  if (wanted->is(BaseType::kString) && found.type->is(BaseType::kEnum)) return;
  if (wanted->is(BaseType::kEnum) && strip_parens(&expr)->kind == ExprKind::kString) {
    check_enum_literal(expr, wanted, false, target.declared_at);
    return;
  }
  if (wanted->is(BaseType::kList) && found.type->is(BaseType::kList)) {
    const TypeRef have = found.type->element;
    const TypeRef want = wanted->element;
    const bool numbers = have->is(BaseType::kInt) && want->is(BaseType::kNumber);
    if (have->is(BaseType::kAny) || want->is(BaseType::kAny) || have->is(BaseType::kError) || numbers) return;
  }
  if (wanted->is(BaseType::kRecord) && wanted->open && found.type->is(BaseType::kRecord)) return;
  mismatch();
}

void ExprChecker::check_constant(const Expr& expr, std::string_view name) {
  constant_ = name;
  check(expr);
  constant_ = {};
}

std::optional<Span> ExprChecker::declared_at(const Expr& expr) const {
  const Expr& inner = *strip_parens(&expr);
  const Resolution& resolution = info(inner).resolution;
  if (resolution.kind == ResolutionKind::kAttribute) {
    const Span span = context_.program.attributes[resolution.index].span;
    return span.empty() ? std::nullopt : std::optional(span);
  }
  std::vector<uint32_t> events;
  if (resolution.kind == ResolutionKind::kEventProperty ||
      resolution.kind == ResolutionKind::kTriggerProperty) {
    events = scope_.looked_at;
    if (resolution.kind == ResolutionKind::kTriggerProperty && scope_.journey != kNone) {
      events.clear();
      for (const TriggerInfo& trigger : context_.program.journeys[scope_.journey].triggers) {
        events.push_back(trigger.listen.event);
      }
    }
  }
  for (const uint32_t event : events) {
    if (event == kNone) continue;
    const PropertyInfo* property = context_.program.events[event].property(resolution.name);
    if (property != nullptr && !property->span.empty()) return property->span;
  }
  return std::nullopt;
}

std::string ExprChecker::shown(const Expr& expr) const {
  const ExprInfo& row = info(expr);
  const bool mark = row.optional && !row.type->is(BaseType::kMissing) && !row.type->is(BaseType::kAny);
  return type_syntax(row.type) + (mark ? "?" : "");
}

std::string rewritten_literal(const Expr& literal, TypeRef wanted) {
  const auto* text = strip_parens(&literal)->as<StringExpr>();
  if (text == nullptr) {
    // A number where a text is wanted.
    if (const auto* number = strip_parens(&literal)->as<IntExpr>(); number != nullptr && wanted->is_text()) {
      return fmt::format("\"{}\"", number->value);
    }
    return {};
  }
  const std::string value(text->value.text);
  const bool digits = !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
  if (wanted->is_numeric()) {
    const size_t dot = value.find('.');
    const bool decimal = dot != std::string::npos && dot > 0 && dot + 1 < value.size() &&
                         value.find_first_not_of("0123456789.") == std::string::npos &&
                         value.find('.', dot + 1) == std::string::npos;
    return digits || (decimal && wanted->is(BaseType::kNumber)) ? value : std::string();
  }
  if (wanted->is(BaseType::kBool)) return value == "true" || value == "false" ? value : std::string();
  if (wanted->is(BaseType::kDate)) return parse_date(value) ? value : std::string();
  if (wanted->is(BaseType::kTime)) return parse_rfc3339(value) ? value : std::string();
  if (wanted->is(BaseType::kDuration)) return parse_duration(value) ? value : std::string();
  return {};
}

}  // namespace wend

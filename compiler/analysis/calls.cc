// Calls of the functions of functions.def, and which calls ask the history (history_calls.cc).

#include <algorithm>
#include <array>

#include "compiler/analysis/types.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {

using namespace ast;

namespace {

struct FunctionRow {
  Function function;
  std::string_view name;
  size_t least;
  size_t most;
  FunctionKind kind;
};
constexpr FunctionRow kFunctions[] = {
#define WEND_FUNCTION(number, enumerator, name, min_args, max_args, kind, signature, doc) \
  {Function::k##enumerator, name, min_args, max_args, FunctionKind::k##kind},
#include "vm/core/functions.def"
#undef WEND_FUNCTION
};

bool is_callable(const FunctionRow& row) {
  return row.kind == FunctionKind::kLanguage || row.kind == FunctionKind::kBoth;
}

const FunctionRow* find_function(std::string_view name) {
  for (const FunctionRow& row : kFunctions) {
    if (row.name == name && is_callable(row)) return &row;
  }
  return nullptr;
}

constexpr std::array<std::string_view, 5> kHistoryOnly = {"count", "distinct", "last", "first", "since"};
constexpr std::array<std::string_view, 4> kHistoryToo = {"sum", "avg", "min", "max"};

}  // namespace

// `sum(order_completed.total, 30d)` asks the history, `sum(event.prices)` a list.
bool ExprChecker::is_history_call(const CallExpr& expr) const {
  const std::string_view name = expr.function.text;
  if (std::find(kHistoryOnly.begin(), kHistoryOnly.end(), name) != kHistoryOnly.end()) return true;
  if (std::find(kHistoryToo.begin(), kHistoryToo.end(), name) == kHistoryToo.end()) return false;
  for (const Argument& argument : expr.arguments) {
    if (argument.where != nullptr) return true;
  }
  if (expr.arguments.empty()) return false;
  const Expr* first = strip_parens(expr.arguments[0].value);
  if (first->kind == ExprKind::kEngagement) return true;
  if (const auto* member = first->as<MemberExpr>()) {
    const auto* event = member->object->as<NameExpr>();
    return event != nullptr && event->name != "trigger" && !is_value_name(event->name);
  }
  // An event alone has nothing to add up, which the history says better than a list would.
  const auto* event = first->as<NameExpr>();
  return event != nullptr && !is_value_name(event->name) && context_.names.events.contains(event->name);
}

bool ExprChecker::is_value_name(std::string_view name) const {
  return context_.names.constants.contains(name) ||
         std::any_of(scope_.bound.begin(), scope_.bound.end(),
                     [&](const BoundName& one) { return one.name == name; });
}

ExprChecker::Typed ExprChecker::type_of_call(const CallExpr& expr) {
  if (is_history_call(expr)) return type_of_history(expr);
  const FunctionRow* row = find_function(expr.function.text);
  if (row == nullptr) {
    if (context_.names.sequences.contains(expr.function.text)) return error();
    std::vector<std::string_view> known;
    for (const FunctionRow& one : kFunctions) {
      if (is_callable(one)) known.push_back(one.name);
    }
    known.insert(known.end(), kHistoryOnly.begin(), kHistoryOnly.end());
    context_.sink.report(UnknownFunction{expr.function.span, std::string(expr.function.text),
                                         near_names(expr.function.text, known)});
    return error();
  }
  if (expr.arguments.size() < row->least || expr.arguments.size() > row->most) {
    context_.sink.report(
        WrongArgumentCount{expr.span, std::string(row->name), expr.arguments.size(), row->least, row->most});
    return error();
  }
  bool optional = false;
  for (const Argument& argument : expr.arguments) {
    const ExprInfo found = check(*argument.value);
    optional = optional || found.optional;
    if (argument.where != nullptr) {
      context_.sink.report(
          WrongArgument{argument.where->span, std::string(row->name), "values without a `where`", "bool"});
      return error();
    }
    if (found.type->is(BaseType::kError)) return error();
  }
  Resolution& resolution = context_.info(expr).resolution;
  resolution.kind = ResolutionKind::kFunction;
  resolution.function = row->function;
  Typed typed = type_of_function(expr, row->function);
  typed.optional = typed.optional || optional;
  return typed;
}

// The type an argument is used as, or an error type after a report.
TypeRef ExprChecker::check_argument(const CallExpr& expr, size_t index, TypeRef wanted,
                                    std::string_view expected) {
  const Expr& argument = *expr.arguments[index].value;
  use_as(argument, wanted);
  const TypeRef found = used(argument);
  const bool fits = found == wanted || (wanted->is(BaseType::kNumber) && found->is(BaseType::kInt)) ||
                    (wanted->is(BaseType::kString) && found->is_text());
  if (fits) return found;
  context_.sink.report(
      WrongArgument{argument.span, std::string(expr.function.text), std::string(expected), shown(argument)});
  return type(BaseType::kError);
}

TypeRef ExprChecker::check_moment_argument(const CallExpr& expr) {
  const Expr& argument = *expr.arguments[0].value;
  if (info(argument).type->is(BaseType::kAny)) use_as(argument, type(BaseType::kTime));
  const TypeRef found = used(argument);
  if (found->is(BaseType::kTime)) {
    context_.note_local_time(expr.span, scope_.journey);
    return found;
  }
  if (found->is(BaseType::kDate)) return found;
  context_.sink.report(
      WrongArgument{argument.span, std::string(expr.function.text), "a time or a date", shown(argument)});
  return type(BaseType::kError);
}

TypeRef ExprChecker::check_list_argument(const CallExpr& expr, size_t index, bool numbers) {
  const Expr& argument = *expr.arguments[index].value;
  const TypeRef found = info(argument).type;
  if (found->is(BaseType::kAny)) return type(BaseType::kAny);
  const bool list = found->is(BaseType::kList);
  const TypeRef element = list ? found->element : nullptr;
  const bool fits = list && (!numbers || element->is_numeric() || element->is(BaseType::kAny) ||
                             element->is(BaseType::kError));
  if (fits) return found;
  context_.sink.report(WrongArgument{argument.span, std::string(expr.function.text),
                                     numbers ? "a list of numbers" : "a list", shown(argument)});
  return type(BaseType::kError);
}

ExprChecker::Typed ExprChecker::type_of_function(const CallExpr& expr, Function function) {
  const TypeRef text = type(BaseType::kString);
  const TypeRef number = type(BaseType::kNumber);
  const TypeRef integer = type(BaseType::kInt);
  const auto failed = [](TypeRef found) { return found->is(BaseType::kError); };
  switch (function) {
    case Function::kLower:
    case Function::kUpper:
    case Function::kTrim:
      if (failed(check_argument(expr, 0, text, "a string"))) return error();
      return {text, false};
    case Function::kLength: {
      const Expr& argument = *expr.arguments[0].value;
      const TypeRef found = info(argument).type;
      if (found->is_text() || found->is(BaseType::kList) || found->is(BaseType::kAny))
        return {integer, false};
      context_.sink.report(WrongArgument{argument.span, "length", "a string or a list", shown(argument)});
      return error();
    }
    case Function::kRound:
      if (failed(check_argument(expr, 0, number, "a number"))) return error();
      if (expr.arguments.size() == 2 && failed(check_argument(expr, 1, integer, "a whole number")))
        return error();
      return {number, false};
    case Function::kFloor:
    case Function::kCeil:
      if (failed(check_argument(expr, 0, number, "a number"))) return error();
      return {integer, false};
    case Function::kAbs: {
      const Expr& argument = *expr.arguments[0].value;
      if (info(argument).type->is(BaseType::kInt)) return {integer, false};
      if (failed(check_argument(expr, 0, number, "a number"))) return error();
      return {number, false};
    }
    case Function::kMin:
    case Function::kMax:
      return type_of_extreme(expr);
    case Function::kClamp:
      for (size_t i = 0; i < 3; ++i) {
        if (failed(check_argument(expr, i, number, "a number"))) return error();
      }
      return {number, false};
    case Function::kMod:
      for (size_t i = 0; i < 2; ++i) {
        if (failed(check_argument(expr, i, integer, "a whole number"))) return error();
      }
      return {integer, true};
    case Function::kWeekday: {
      if (failed(check_moment_argument(expr))) return error();
      return {context_.types().enum_of(
                  {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}),
              false};
    }
    case Function::kMonth:
    case Function::kYear:
      if (failed(check_moment_argument(expr))) return error();
      return {integer, false};
    case Function::kHash:
      return {integer, false};
    case Function::kSum:
      if (failed(check_list_argument(expr, 0, true))) return error();
      return {number, false};
    case Function::kAvg:
      if (failed(check_list_argument(expr, 0, true))) return error();
      return {number, true};
    case Function::kAnyOf: {
      const TypeRef left = check_list_argument(expr, 0, false);
      if (failed(left)) return error();
      const TypeRef right = check_list_argument(expr, 1, false);
      if (failed(right)) return error();
      return {type(BaseType::kBool), false};
    }
    default:
      return error();  // filters and internal functions are not callable
  }
}

// `min` and `max`: of one list its elements, of several values all of one type that has an order.
ExprChecker::Typed ExprChecker::type_of_extreme(const CallExpr& expr) {
  if (expr.arguments.size() == 1) {
    const TypeRef list = check_list_argument(expr, 0, false);
    if (list->is(BaseType::kError)) return error();
    return {list->is(BaseType::kAny) ? list : list->element, true};
  }
  TypeRef common = nullptr;
  for (const Argument& argument : expr.arguments) {
    const TypeRef found = info(*argument.value).type;
    if (found->is(BaseType::kAny)) continue;
    if (common == nullptr || (common->is(BaseType::kInt) && found->is(BaseType::kNumber))) common = found;
  }
  const bool has_any =
      std::any_of(expr.arguments.begin(), expr.arguments.end(),
                  [&](const Argument& argument) { return info(*argument.value).type->is(BaseType::kAny); });
  if (common == nullptr || (has_any && common->is(BaseType::kInt))) common = type(BaseType::kNumber);
  const bool ordered = common->is_numeric() || common->is(BaseType::kString) ||
                       common->is(BaseType::kDuration) || common->is(BaseType::kTime) ||
                       common->is(BaseType::kDate) || common->is(BaseType::kClock) ||
                       common->is(BaseType::kPercent);
  if (!ordered) {
    context_.sink.report(WrongArgument{expr.arguments[0].value->span, std::string(expr.function.text),
                                       "values that have an order", shown(*expr.arguments[0].value)});
    return error();
  }
  for (size_t i = 0; i < expr.arguments.size(); ++i) {
    if (check_argument(expr, i, common, "values of one type")->is(BaseType::kError)) return error();
  }
  return {common, false};
}

}  // namespace wend

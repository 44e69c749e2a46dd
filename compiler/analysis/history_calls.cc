// Calls that ask the history: which event, which of them count, within which window.

#include <algorithm>
#include <array>

#include "compiler/analysis/fold.h"
#include "compiler/analysis/members.h"
#include "compiler/analysis/types.h"

namespace wend {

using namespace ast;

namespace {

struct HistoryFunction {
  std::string_view name;
  HistoryAggregate aggregate;
  bool of_property;
};
constexpr std::array<HistoryFunction, 9> kHistoryFunctions = {{{"count", HistoryAggregate::kCount, false},
                                                               {"sum", HistoryAggregate::kSum, true},
                                                               {"avg", HistoryAggregate::kAvg, true},
                                                               {"min", HistoryAggregate::kMin, true},
                                                               {"max", HistoryAggregate::kMax, true},
                                                               {"distinct", HistoryAggregate::kDistinct, true},
                                                               {"last", HistoryAggregate::kLast, false},
                                                               {"first", HistoryAggregate::kFirst, false},
                                                               {"since", HistoryAggregate::kSince, false}}};

const HistoryFunction& history_function(std::string_view name) {
  return *std::find_if(kHistoryFunctions.begin(), kHistoryFunctions.end(),
                       [&](const HistoryFunction& one) { return one.name == name; });
}

bool has_extremes(TypeRef type) {
  switch (type->base) {
    case BaseType::kInt:
    case BaseType::kNumber:
    case BaseType::kString:
    case BaseType::kDuration:
    case BaseType::kTime:
    case BaseType::kDate:
    case BaseType::kClock:
    case BaseType::kPercent:
    case BaseType::kAny:
      return true;
    default:
      return false;
  }
}

// One row a node, also where it is checked again.
uint32_t use_row(Context& context, const Expr& expr) {
  const Resolution& known = context.info(expr).resolution;
  if (known.kind == ResolutionKind::kHistory) {
    context.program.history_uses[known.index] = {};
    return known.index;
  }
  context.program.history_uses.emplace_back();
  return static_cast<uint32_t>(context.program.history_uses.size() - 1);
}

void resolve_as(Context& context, const Expr& expr, HistoryUse use) {
  const uint32_t row = use_row(context, expr);
  use.expr = &expr;
  context.program.history_uses[row] = std::move(use);
  Resolution& resolution = context.info(expr).resolution;
  resolution.kind = ResolutionKind::kHistory;
  resolution.index = row;
}

std::optional<Word> event_word(const Expr& expr) {
  const Expr& inner = *strip_parens(&expr);
  if (const auto* name = inner.as<NameExpr>()) return Word{name->name, name->span};
  const auto* word = inner.as<EngagementExpr>();
  if (word == nullptr || !word->target.empty() || word->link != nullptr) return std::nullopt;
  return Word{engagement_word_text(word->word), word->span};
}

}  // namespace

// A contact's history is nothing a constant or a default can hang on.
bool ExprChecker::may_ask_history(const Expr& expr, std::string_view what) {
  if (!constant_.empty()) {
    context_.sink.report(ConstantNotConstant{expr.span, std::string(constant_)});
    return false;
  }
  if (scope_.has_contact) return true;
  context_.sink.report(
      NotInScope{expr.span, std::string(what), std::string(scope_.here), std::string(scope_.has)});
  return false;
}

void ExprChecker::check_history_where(const Expr& where, uint32_t event) {
  Scope inner = scope_;
  inner.looked_at = {event};
  inner.event_is_trigger = false;
  inner.trigger_is_looked_at = false;
  inner.arriving = scope_.trigger_is_looked_at ? scope_.looked_at : scope_.arriving;
  inner.here = "the `where` of a history function";
  inner.has = "`event` and `contact`";
  ExprChecker(context_, inner).check_condition(where, ConditionPlace::kOther);
}

ExprChecker::Typed ExprChecker::type_of_history(const CallExpr& expr) {
  const std::string name(expr.function.text);
  if (!may_ask_history(expr, name)) return error();
  if (expr.arguments.empty() || expr.arguments.size() > 2) {
    context_.sink.report(WrongArgumentCount{expr.span, name, expr.arguments.size(), 1, 2});
    return error();
  }
  const HistoryFunction& function = history_function(expr.function.text);
  HistoryUse use;
  use.aggregate = function.aggregate;
  use.journey = scope_.journey;
  if (!read_history_event(expr, function.of_property, use)) return error();
  use.where = expr.arguments[0].where;
  if (use.where != nullptr) check_history_where(*use.where, use.event);
  if (expr.arguments.size() == 2 && !read_history_limit(expr, use)) return error();
  use.whole = use.aggregate >= HistoryAggregate::kLast && use.aggregate <= HistoryAggregate::kLastList;
  const Typed result = history_result(use);
  resolve_as(context_, expr, std::move(use));
  return result;
}

// `order_completed`, `order_completed.total`, `opened`, `opened.channel`.
bool ExprChecker::read_history_event(const CallExpr& expr, bool wants_property, HistoryUse& use) {
  const Expr& first = *strip_parens(expr.arguments[0].value);
  const auto* path = first.as<MemberExpr>();
  const std::optional<Word> word = event_word(path != nullptr ? *path->object : first);
  if (!word || (path != nullptr) != wants_property) {
    const bool about = first.as<EngagementExpr>() != nullptr;
    context_.sink.report(WrongArgument{
        first.span, std::string(expr.function.text),
        wants_property ? "a property of an event, as in `order_completed.total`"
        : about        ? "an event of any message; `where event.message == \"NAME\"` asks for one"
                       : "an event",
        about ? "a question about a message" : "something else"});
    return false;
  }
  use.event = context_.find_event(*word);
  return path == nullptr || read_history_property(expr, *path, use);
}

bool ExprChecker::read_history_property(const CallExpr& expr, const MemberExpr& path, HistoryUse& use) {
  use.property = path.key.text;
  TypeRef found = nullptr;
  if (path.key.text == "at" || path.key.text == "id") {
    found = type(path.key.text == "at" ? BaseType::kTime : BaseType::kString);
  } else {
    const EventProperty property = find_event_property(context_.program, {use.event}, path.key.text);
    if (property.lacking != kNone) {
      if (!context_.has_unread_modules) {
        context_.sink.report(unknown_event_property(context_.program, property, path.key.text, path.key.span));
      }
      return false;
    }
    found = property.type;
  }
  context_.info(path).type = found;
  if (found->is(BaseType::kError)) return false;
  const bool of_number = use.aggregate == HistoryAggregate::kSum || use.aggregate == HistoryAggregate::kAvg;
  const bool ordered = use.aggregate == HistoryAggregate::kMin || use.aggregate == HistoryAggregate::kMax;
  const bool at_itself = path.key.text == "at";
  const bool fits = !at_itself && (of_number ? found->is_numeric() || found->is(BaseType::kAny)
                                             : !ordered || has_extremes(found));
  if (fits) return true;
  std::string expected = of_number ? "a property that is a number" : "a property that has an order";
  if (at_itself) expected = "a property; `first(EVENT).at` and `last(EVENT).at` are the times";
  context_.sink.report(WrongArgument{path.span, std::string(expr.function.text), expected, type_syntax(found)});
  return false;
}

// The second argument: how many, or how long back.
bool ExprChecker::read_history_limit(const CallExpr& expr, HistoryUse& use) {
  const Argument& argument = expr.arguments[1];
  const std::string name(expr.function.text);
  if (argument.where != nullptr) {
    context_.sink.report(WrongArgument{argument.where->span, name, "its `where` behind the event", "a `where`"});
    return false;
  }
  if (use.aggregate == HistoryAggregate::kFirst || use.aggregate == HistoryAggregate::kSince) {
    context_.sink.report(WrongArgumentCount{expr.span, name, 2, 1, 1});
    return false;
  }
  const ExprInfo found = check(*argument.value, type(BaseType::kDuration));
  if (found.type->is(BaseType::kError)) return false;
  if (use.aggregate == HistoryAggregate::kLast) {
    const std::optional<Folded> count = fold(context_.program, *argument.value);
    const double* number = count ? count->number() : nullptr;
    const bool fits = found.type->is(BaseType::kInt) && number != nullptr && *number >= 1 && *number <= 1000;
    if (!fits) {
      context_.sink.report(WrongArgument{argument.value->span, name,
                                         "a whole number from 1 to 1,000 that is the same for everyone",
                                         shown(*argument.value)});
      return false;
    }
    use.aggregate = HistoryAggregate::kLastList;
    use.at_most = static_cast<uint32_t>(*number);
    return true;
  }
  if (found.type->is(BaseType::kAny)) use_as(*argument.value, type(BaseType::kDuration));
  const TypeRef window = used(*argument.value);
  if (window->is(BaseType::kCalendar)) context_.note_local_time(argument.value->span, scope_.journey);
  if (!window->is(BaseType::kDuration) && !window->is(BaseType::kCalendar)) {
    context_.sink.report(WrongArgument{argument.value->span, name, "a length such as `30d`", shown(*argument.value)});
    return false;
  }
  use.window = argument.value;
  return true;
}

ExprChecker::Typed ExprChecker::history_result(const HistoryUse& use) {
  const bool may_lack_window = use.window != nullptr && info(*use.window).optional;
  switch (use.aggregate) {
    case HistoryAggregate::kCount:
    case HistoryAggregate::kDistinct:
      return {type(BaseType::kInt), may_lack_window};
    case HistoryAggregate::kSum:
      return {type(BaseType::kNumber), may_lack_window};
    case HistoryAggregate::kAvg:
      return {type(BaseType::kNumber), true};
    case HistoryAggregate::kMin:
    case HistoryAggregate::kMax:
      if (use.property == "id") return {type(BaseType::kString), true};
      return {context_.program.events[use.event].property(use.property)->type, true};
    case HistoryAggregate::kLast:
    case HistoryAggregate::kFirst:
      return {bound_event_type(context_.program, use.event), true};
    case HistoryAggregate::kLastList:
      return {context_.types().list_of(bound_event_type(context_.program, use.event)), false};
    case HistoryAggregate::kSince:
      return {type(BaseType::kDuration), true};
    case HistoryAggregate::kSilent:
      break;
  }
  return {type(BaseType::kBool), false};
}

ExprChecker::Typed ExprChecker::type_of_silence(const NoExpr& expr) {
  if (!may_ask_history(expr, "`no .. for`")) return error();
  HistoryUse use;
  use.aggregate = HistoryAggregate::kSilent;
  use.journey = scope_.journey;
  use.event = context_.find_event(expr.occurrence.event);
  use.where = expr.occurrence.where;
  use.silence_ms = expr.window_ms;
  if (use.where != nullptr) check_history_where(*use.where, use.event);
  const Typed result = history_result(use);
  resolve_as(context_, expr, std::move(use));
  return result;
}

uint32_t ExprChecker::history_record(const Expr& object) const {
  const Expr* inner = strip_parens(&object);
  if (const auto* index = inner->as<IndexExpr>()) inner = strip_parens(index->object);
  if (inner->as<CallExpr>() == nullptr) return kNone;
  const Resolution& resolution = info(*inner).resolution;
  return resolution.kind == ResolutionKind::kHistory ? resolution.index : kNone;
}

// Only this member of the record is read, so only it is kept.
void ExprChecker::note_history_member(uint32_t row, std::string_view member, bool is_size) {
  HistoryUse& use = context_.program.history_uses[row];
  const bool record =
      use.aggregate >= HistoryAggregate::kLast && use.aggregate <= HistoryAggregate::kLastList;
  if (!record) return;
  use.whole = false;
  if (is_size || member == "at") return;
  if (member != "id") context_.note_property(use.event, member);
  const EventInfo& event = context_.program.events[use.event];
  if (member != "id" && event.property(member) == nullptr) return;
  if (std::find(use.members.begin(), use.members.end(), member) == use.members.end()) use.members.push_back(member);
}

}  // namespace wend

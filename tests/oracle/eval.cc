// Expressions by sections 3 and 4 of the language.

#include <re2/re2.h>

#include <algorithm>
#include <cmath>

#include "tests/oracle/state.h"

namespace wend::oracle {
namespace {

using namespace ast;

Value default_of(const Field& field, const Program& program) {
  Env env;
  env.program = &program;
  env.zone = utc();
  Value value = eval(*field.default_value, env);
  if (value.is(Type::kInt) && field.type->kind == TypeKind::kNamed && field.type->name.text == "number") {
    return of_number(value.as_double());
  }
  return value;
}

Value arithmetic(BinaryOp op, const Value& a, const Value& b, const Env& env) {
  if (a.missing() || b.missing()) return {};
  const bool add = op == BinaryOp::kAdd, sub = op == BinaryOp::kSub, mul = op == BinaryOp::kMul;
  if (a.is_number() && b.is_number()) {
    const bool ints = a.is(Type::kInt) && b.is(Type::kInt);
    if (add) return ints ? of_int(saturated_add(a.i, b.i)) : of_number(a.as_double() + b.as_double());
    if (sub) {
      if (!ints) return of_number(a.as_double() - b.as_double());
      int64_t difference = 0;
      if (!__builtin_sub_overflow(a.i, b.i, &difference)) return of_int(difference);
      return of_int(b.i < 0 ? INT64_MAX : INT64_MIN);
    }
    if (mul) return ints ? of_int(saturated_mul(a.i, b.i)) : of_number(a.as_double() * b.as_double());
    if (b.as_double() == 0) return {};
    return of_number(a.as_double() / b.as_double());
  }
  if (a.is(Type::kString) && b.is(Type::kString) && add) return of_string(a.s + b.s);
  const auto moment = [](const Value& v) { return v.is(Type::kTime) || v.is(Type::kDate); };
  const auto length = [](const Value& v) { return v.is(Type::kDuration) || v.is(Type::kCalendar); };
  if (length(a) && a.type == b.type && (add || sub)) return of(a.type, a.i + (add ? b.i : -b.i));
  if (add && length(a) && moment(b)) return arithmetic(op, b, a, env);
  if (moment(a) && length(b) && (add || sub)) {
    const int64_t by = add ? b.i : -b.i;
    if (a.is(Type::kTime)) {
      return of(Type::kTime, b.is(Type::kDuration) ? a.i + by : add_months_at(env.zone, a.i, by));
    }
    return of(Type::kDate, b.is(Type::kDuration) ? a.i + by / kMillisPerDay : add_months(a.i, by));
  }
  if (moment(a) && a.type == b.type && sub) {
    return of(Type::kDuration, a.is(Type::kTime) ? a.i - b.i : (a.i - b.i) * kMillisPerDay);
  }
  if (mul && b.is(Type::kDuration) && a.is_number()) return arithmetic(op, b, a, env);
  if (a.is(Type::kDuration) && b.is_number() && !add && !sub) {
    if (mul && b.is(Type::kInt)) return of(Type::kDuration, saturated_mul(a.i, b.i));
    const double by = b.as_double();
    if (!mul && by == 0) return {};
    return of(Type::kDuration,
              std::llround(mul ? static_cast<double>(a.i) * by : static_cast<double>(a.i) / by));
  }
  if (a.is(Type::kDuration) && b.is(Type::kDuration) && op == BinaryOp::kDiv) {
    return b.i == 0 ? Value() : of_number(static_cast<double>(a.i) / static_cast<double>(b.i));
  }
  return {};
}

bool list_contains(const Value& list, const Value& value) {
  return std::any_of(list.list.begin(), list.list.end(),
                     [&](const Value& item) { return !item.missing() && equal(item, value); });
}

Value text_test(BinaryOp op, const Value& a, const Value& b) {
  if (!a.is(Type::kString) || !b.is(Type::kString)) return {};
  switch (op) {
    case BinaryOp::kContains:
      return of_bool(a.s.find(b.s) != std::string::npos);
    case BinaryOp::kStartsWith:
      return of_bool(a.s.starts_with(b.s));
    case BinaryOp::kEndsWith:
      return of_bool(a.s.ends_with(b.s));
    default:
      return of_bool(RE2::PartialMatch(a.s, RE2(b.s)));
  }
}

Value comparison(BinaryOp op, const Value& a, const Value& b) {
  if (a.missing() || b.missing()) return {};
  switch (op) {
    case BinaryOp::kEq:
    case BinaryOp::kNe:
      if (a.type != b.type && !(a.is_number() && b.is_number())) return {};
      return of_bool(equal(a, b) == (op == BinaryOp::kEq));
    case BinaryOp::kIn:
      return b.is(Type::kList) ? of_bool(list_contains(b, a)) : Value();
    case BinaryOp::kContains:
      if (a.is(Type::kList)) return of_bool(list_contains(a, b));
      return text_test(op, a, b);
    case BinaryOp::kMatches:
    case BinaryOp::kStartsWith:
    case BinaryOp::kEndsWith:
      return text_test(op, a, b);
    default:
      break;
  }
  const std::optional<int> sign = order(a, b);
  if (!sign) return {};
  switch (op) {
    case BinaryOp::kLt:
      return of_bool(*sign < 0);
    case BinaryOp::kLe:
      return of_bool(*sign <= 0);
    case BinaryOp::kGt:
      return of_bool(*sign > 0);
    default:
      return of_bool(*sign >= 0);
  }
}

Value binary(const BinaryExpr& e, const Env& env) {
  const auto truth = [](const Value& v) { return v.is(Type::kBool) ? v : Value(); };
  if (e.op == BinaryOp::kAnd || e.op == BinaryOp::kOr) {
    // Kleene: one side may settle it whatever the other is.
    const bool settles = e.op == BinaryOp::kOr;
    const Value a = truth(eval(*e.left, env)), b = truth(eval(*e.right, env));
    if ((!a.missing() && a.is_true() == settles) || (!b.missing() && b.is_true() == settles))
      return of_bool(settles);
    return a.missing() || b.missing() ? Value() : of_bool(!settles);
  }
  const Value a = eval(*e.left, env);
  if (e.op == BinaryOp::kCoalesce) return a.missing() ? eval(*e.right, env) : a;
  const Value b = eval(*e.right, env);
  switch (e.op) {
    case BinaryOp::kAdd:
    case BinaryOp::kSub:
    case BinaryOp::kMul:
    case BinaryOp::kDiv:
      return arithmetic(e.op, a, b, env);
    default:
      return comparison(e.op, a, b);
  }
}

Value name_value(std::string_view name, const Env& env) {
  if (name == "now") return of(Type::kTime, env.now_ms);
  if (name == "today") return of(Type::kDate, local_of(env.zone, env.now_ms).day);
  if (name == "clock") return of(Type::kClock, local_of(env.zone, env.now_ms).of_day_ms);
  const auto constant = env.program->constants.find(std::string(name));
  if (constant != env.program->constants.end()) return eval(*constant->second, env);
  if (env.with != nullptr) return member(*env.with, name);
  return {};
}

Value member_of(const MemberExpr& e, const Env& env) {
  if (const auto* root = e.object->as<RootExpr>()) {
    switch (root->root) {
      case Root::kContact:
        return attribute(*env.program, *env.contact, std::string(e.key.text));
      case Root::kEvent:
        return env.event != nullptr ? event_member(*env.event, e.key.text) : Value();
      case Root::kRun:
        return env.run != nullptr ? run_member(*env.run, e.key.text) : Value();
      default:
        return {};
    }
  }
  if (const auto* name = e.object->as<NameExpr>()) {
    if (name->name == "trigger")
      return env.trigger != nullptr ? event_member(*env.trigger, e.key.text) : Value();
    if (env.run != nullptr) {
      const auto bound = env.run->names.find(std::string(name->name));
      if (bound != env.run->names.end()) return event_member(bound->second, e.key.text);
    }
  }
  return member(eval(*e.object, env), e.key.text);
}

}  // namespace

Value attribute(const Program& program, const Contact& contact, const std::string& name) {
  if (name == "id") return of_string(contact.id);
  if (name == "created_at") return of(Type::kTime, contact.created_ms);
  const auto known = contact.attributes.find(name);
  if (known != contact.attributes.end() && !known->second.missing()) return known->second;
  for (const char* list : {"topics", "tags", "audiences", "consent", "refused"}) {
    if (name == list) return of_list({});
  }
  for (const Field* field : program.attributes) {
    if (field->key.text == name && field->default_value != nullptr) return default_of(*field, program);
  }
  return {};
}

Value event_member(const Event& event, std::string_view key) {
  if (key == "at") return of(Type::kTime, event.at_ms);
  if (key == "id") return of_string(event.id);
  for (const auto& [name, value] : event.properties.record) {
    if (name == key) return value;
  }
  return {};
}

Value run_member(const Run& run, std::string_view key) {
  if (key == "entered_at") return of(Type::kTime, run.entered_ms);
  if (key == "count") return of_int(run.count);
  if (key == "key") return run.key;
  return {};
}

Value eval(const Expr& expr, const Env& env) {
  switch (expr.kind) {
    case ExprKind::kString:
      return of_string(std::string(expr.as<StringExpr>()->value.text));
    case ExprKind::kInt:
      return of_int(expr.as<IntExpr>()->value);
    case ExprKind::kNumber:
      return of_number(expr.as<NumberExpr>()->value);
    case ExprKind::kDuration:
      return of(Type::kDuration, expr.as<DurationExpr>()->value_ms);
    case ExprKind::kCalendar:
      return of(Type::kCalendar, expr.as<CalendarExpr>()->months);
    case ExprKind::kPercent: {
      Value v = of_number(expr.as<PercentExpr>()->percent);
      v.type = Type::kPercent;
      return v;
    }
    case ExprKind::kTime: {
      const auto& e = *expr.as<TimeExpr>();
      if (e.has_offset) return of(Type::kTime, e.local_ms - e.offset_ms);
      const Millis of_day = ((e.local_ms % kMillisPerDay) + kMillisPerDay) % kMillisPerDay;
      return of(Type::kTime, instant_of(env.zone, (e.local_ms - of_day) / kMillisPerDay, of_day));
    }
    case ExprKind::kDate:
      return of(Type::kDate, expr.as<DateExpr>()->days);
    case ExprKind::kClock:
      return of(Type::kClock, expr.as<ClockExpr>()->of_day_ms);
    case ExprKind::kBool:
      return of_bool(expr.as<BoolExpr>()->value);
    case ExprKind::kList: {
      std::vector<Value> items;
      for (const Expr* item : expr.as<ListExpr>()->items) items.push_back(eval(*item, env));
      return of_list(std::move(items));
    }
    case ExprKind::kRecord: {
      Value v = of(Type::kRecord, 0);
      for (const RecordField& field : expr.as<RecordExpr>()->fields) {
        v.record.emplace_back(std::string(field.key.text), eval(*field.value, env));
      }
      return v;
    }
    case ExprKind::kName:
      return name_value(expr.as<NameExpr>()->name, env);
    case ExprKind::kMember:
      return member_of(*expr.as<MemberExpr>(), env);
    case ExprKind::kIndex: {
      const auto& e = *expr.as<IndexExpr>();
      const Value index = eval(*e.index, env);
      return index.is(Type::kInt) ? element(eval(*e.object, env), index.i) : Value();
    }
    case ExprKind::kCall: {
      const auto& e = *expr.as<CallExpr>();
      std::vector<Value> arguments;
      for (const Argument& argument : e.arguments) arguments.push_back(eval(*argument.value, env));
      return call_function(std::string(e.function.text), arguments, env);
    }
    case ExprKind::kEngagement: {
      const auto& e = *expr.as<EngagementExpr>();
      std::optional<std::string> link;
      if (e.link != nullptr) link = std::string(e.link->value.text);
      return engagement(e.word, std::string(e.target.text), link, env);
    }
    case ExprKind::kUnary: {
      const auto& e = *expr.as<UnaryExpr>();
      const Value v = eval(*e.operand, env);
      if (e.op == UnaryOp::kNot) return v.is(Type::kBool) ? of_bool(v.i == 0) : Value();
      if (v.is(Type::kNumber)) return of_number(-v.d);
      if (v.is(Type::kInt)) return of_int(v.i == INT64_MIN ? INT64_MAX : -v.i);
      if (v.is(Type::kDuration) || v.is(Type::kCalendar)) return of(v.type, -v.i);
      return {};
    }
    case ExprKind::kBinary:
      return binary(*expr.as<BinaryExpr>(), env);
    case ExprKind::kIs: {
      const auto& e = *expr.as<IsExpr>();
      return of_bool(eval(*e.operand, env).missing() != e.present);
    }
    case ExprKind::kParen:
      return eval(*expr.as<ParenExpr>()->inner, env);
    default:
      return {};
  }
}

std::string word_name(ast::EngagementWord word) {
  static constexpr const char* kNames[] = {"opened",  "clicked",    "delivered",  "bounced", "failed",
                                           "replied", "complained", "suppressed", "sent"};
  return kNames[static_cast<size_t>(word)];
}

// Section 3, "Engagement words".
Value engagement(ast::EngagementWord word, const std::string& target, const std::optional<std::string>& link,
                 const Env& env) {
  if (env.run == nullptr || env.journey == nullptr) return {};
  const bool send_may_precede = env.step != nullptr && !env.run->last_act
                                    ? env.journey->after_send.contains(env.step)
                                    : env.journey->has_send;
  if (target.empty() && !send_may_precede) {
    for (const Engagement& e : env.contact->engagements) {
      if (e.word == word && e.at_ms >= env.run->entered_ms && (!link || e.link == *link))
        return of_bool(true);
    }
    return of_bool(false);
  }
  const Delivery* found = nullptr;
  for (const Sent& sent : env.run->sends) {
    const Delivery& delivery = env.contact->deliveries[sent.delivery];
    const bool meant =
        target.empty() || (env.journey->labels.contains(target) ? sent.step->label.text == target
                                                                : delivery.message->name == target);
    if (meant) found = &delivery;
  }
  if (found == nullptr) return {};
  if (word == ast::EngagementWord::kSent) return of_bool(found->handed);
  if (word == ast::EngagementWord::kSuppressed) return of_bool(!found->handed);
  if (!found->handed) return {};
  return of_bool(link ? found->links.contains(*link) : found->engaged.contains(word));
}

LocalZone zone_in_force(const Program& program, const Journey* journey, const Contact& contact) {
  if (journey != nullptr && journey->zone != nullptr && journey->zone->zone != nullptr) {
    return zone_named(journey->zone->zone->value.text).value_or(utc());
  }
  const Value own = attribute(program, contact, "timezone");
  if (own.is(Type::kString)) {
    if (const auto zone = zone_named(own.s)) return *zone;
  }
  return program.settings.zone.empty() ? utc() : zone_named(program.settings.zone).value_or(utc());
}

}  // namespace wend::oracle

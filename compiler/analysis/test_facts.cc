#include "compiler/analysis/test_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/analysis/fold.h"
#include "vm/core/literal_text.h"
#include "vm/core/time_zone.h"

namespace wend {

using namespace ast;

namespace {

constexpr Millis kSampleDay = 20514 * kMillisPerDay;  // 2026-03-02

bool is_number_like(BaseType base) {
  switch (base) {
    case BaseType::kInt:
    case BaseType::kNumber:
    case BaseType::kPercent:
    case BaseType::kDuration:
    case BaseType::kTime:
    case BaseType::kDate:
    case BaseType::kClock:
      return true;
    default:
      return false;
  }
}

// The smallest step between values that a test would write.
double unit_of(BaseType base) {
  switch (base) {
    case BaseType::kDuration:
    case BaseType::kTime:
    case BaseType::kClock:
      return static_cast<double>(kMillisPerMinute);
    default:
      return 1;
  }
}

// Does a value hold against a literal?
bool fact_holds(BinaryOp op, const Fact& value, const Fact& literal) {
  const bool texts = !is_number_like(value.base);
  switch (op) {
    case BinaryOp::kEq:
      return texts ? value.text == literal.text && value.truth == literal.truth : value.number == literal.number;
    case BinaryOp::kNe:
      return !fact_holds(BinaryOp::kEq, value, literal);
    case BinaryOp::kLt:
      return texts ? value.text < literal.text : value.number < literal.number;
    case BinaryOp::kLe:
      return texts ? value.text <= literal.text : value.number <= literal.number;
    case BinaryOp::kGt:
      return texts ? value.text > literal.text : value.number > literal.number;
    case BinaryOp::kGe:
      return texts ? value.text >= literal.text : value.number >= literal.number;
    case BinaryOp::kContains:
      return value.text.find(literal.text) != std::string::npos;
    case BinaryOp::kStartsWith:
      return value.text.starts_with(literal.text);
    case BinaryOp::kEndsWith:
      return value.text.ends_with(literal.text);
    default:
      return false;
  }
}

// Values near the literal, one of which makes the comparison come out as wanted.
std::vector<Fact> candidates_near(const Fact& literal, const TypeInfo& type) {
  std::vector<Fact> values = {literal};
  if (is_number_like(literal.base)) {
    for (const double step : {1.0, -1.0}) {
      Fact moved = literal;
      moved.number += step * unit_of(literal.base);
      values.push_back(moved);
    }
    return values;
  }
  for (const std::string& value : type.values) values.push_back({BaseType::kEnum, value, 0, false});
  if (type.is(BaseType::kEnum)) return values;
  Fact other = literal;
  other.text = "other";
  values.push_back(other);
  other.text.clear();
  values.push_back(other);
  return values;
}

std::string sample_text(std::string_view name) {
  if (name == "url" || name.ends_with("_url")) return "https://x.example/";
  if (name == "email" || name.ends_with("_email")) return "ana@x.example";
  if (name == "phone") return "+33612345678";
  if (name == "id" || name.ends_with("_id") || name == "sku") return "1";
  if (name == "timezone") return "Europe/Paris";
  return "some " + std::string(name);
}

std::string sample_record(const TypeInfo& type, const Zone& zone) {
  std::string text = "{ ";
  for (const RecordFieldInfo& field : type.fields) {
    if (field.optional) continue;
    text += (text.size() > 2 ? ", " : "") + field.name + ": " +
            fact_source(sample_fact(*field.type, field.name, zone), zone);
  }
  return text.size() > 2 ? text + " }" : "{}";
}

}  // namespace

std::string fact_source(const Fact& fact, const Zone& zone) {
  const auto whole = static_cast<int64_t>(fact.number);
  switch (fact.base) {
    case BaseType::kBool:
      return fact.truth ? "true" : "false";
    case BaseType::kInt:
      return std::to_string(whole);
    case BaseType::kNumber:
      return fmt::format("{}", fact.number);
    case BaseType::kPercent:
      return fmt::format("{}%", fact.number);
    case BaseType::kDuration:
      return format_duration(whole);
    case BaseType::kDate:
      return format_date(whole);
    case BaseType::kClock:
      return format_clock(whole);
    case BaseType::kTime:
      return format_pattern(zone, whole,
                            whole % kMillisPerMinute == 0 ? "%Y-%m-%d %H:%M" : "%Y-%m-%dT%H:%M:%S");
    case BaseType::kList:
    case BaseType::kRecord:
      return fact.text;
    default:
      return text_literal(fact.text);
  }
}

Fact sample_fact(const TypeInfo& type, std::string_view name, const Zone& zone) {
  Fact fact;
  fact.base = type.base;
  switch (type.base) {
    case BaseType::kEnum:
      if (!type.values.empty()) fact.text = type.values.front();
      break;
    case BaseType::kInt:
    case BaseType::kNumber:
    case BaseType::kPercent:
      fact.number = 10;
      break;
    case BaseType::kDuration:
      fact.number = static_cast<double>(kMillisPerDay);
      break;
    case BaseType::kTime:
      fact.number = static_cast<double>(kSampleDay);
      break;
    case BaseType::kDate:
      fact.number = static_cast<double>(kSampleDay / kMillisPerDay);
      break;
    case BaseType::kClock:
      fact.number = static_cast<double>(9 * kMillisPerHour);
      break;
    case BaseType::kList:
      fact.text = "[]";
      if (type.element != nullptr) {
        fact.text = "[" + fact_source(sample_fact(*type.element, name, zone), zone) + "]";
      }
      break;
    case BaseType::kRecord:
      fact.text = sample_record(type, zone);
      break;
    case BaseType::kBool:
      break;
    default:
      fact.base = BaseType::kString;
      fact.text = sample_text(name);
  }
  return fact;
}

std::optional<Fact> FactSolver::fixed(const Expr& expr) const {
  const Expr& inner = *strip_parens(&expr);
  Fact fact;
  switch (inner.kind) {
    case ExprKind::kString:
      fact.text = std::string(inner.as<StringExpr>()->value.text);
      return fact;
    case ExprKind::kInt:
      fact.base = BaseType::kInt;
      fact.number = static_cast<double>(inner.as<IntExpr>()->value);
      return fact;
    case ExprKind::kNumber:
      fact.base = BaseType::kNumber;
      fact.number = inner.as<NumberExpr>()->value;
      return fact;
    case ExprKind::kPercent:
      fact.base = BaseType::kPercent;
      fact.number = inner.as<PercentExpr>()->percent;
      return fact;
    case ExprKind::kDuration:
      fact.base = BaseType::kDuration;
      fact.number = static_cast<double>(inner.as<DurationExpr>()->value_ms);
      return fact;
    case ExprKind::kDate:
      fact.base = BaseType::kDate;
      fact.number = static_cast<double>(inner.as<DateExpr>()->days);
      return fact;
    case ExprKind::kClock:
      fact.base = BaseType::kClock;
      fact.number = static_cast<double>(inner.as<ClockExpr>()->of_day_ms);
      return fact;
    case ExprKind::kTime: {
      const auto& time = *inner.as<TimeExpr>();
      fact.base = BaseType::kTime;
      const Millis at = time.has_offset ? time.local_ms - time.offset_ms : from_local_ms(zone_, time.local_ms);
      fact.number = static_cast<double>(at);
      return fact;
    }
    case ExprKind::kBool:
      fact.base = BaseType::kBool;
      fact.truth = inner.as<BoolExpr>()->value;
      return fact;
    case ExprKind::kUnary: {
      const auto& unary = *inner.as<UnaryExpr>();
      std::optional<Fact> operand = fixed(*unary.operand);
      if (unary.op != UnaryOp::kNegate || !operand) return std::nullopt;
      operand->number = -operand->number;
      return operand;
    }
    case ExprKind::kName: {
      const Resolution& found = program_.info(inner).resolution;
      if (found.kind != ResolutionKind::kConst || found.constant == nullptr) return std::nullopt;
      return fixed(*found.constant->value);
    }
    default:
      return std::nullopt;
  }
}

std::optional<FactSolver::Variable> FactSolver::variable(const Expr& expr, bool event_is_trigger,
                                                         Facts& facts) const {
  const Expr& inner = *strip_parens(&expr);
  if (inner.kind != ExprKind::kMember) return std::nullopt;
  const ExprInfo& info = program_.info(inner);
  Variable found;
  found.type = info.used_type();
  found.optional = info.optional;
  switch (info.resolution.kind) {
    case ResolutionKind::kAttribute:
      found.name = program_.attributes[info.resolution.index].name;
      if (found.name == "id" || found.name == "created_at") return std::nullopt;
      found.facts = &facts.contact;
      found.place = "contact." + found.name;
      return found;
    case ResolutionKind::kEventProperty:
    case ResolutionKind::kTriggerProperty: {
      const bool trigger = info.resolution.kind == ResolutionKind::kTriggerProperty || event_is_trigger;
      found.name = std::string(info.resolution.name);
      found.facts = trigger ? &facts.trigger : &facts.arriving;
      found.place = (trigger ? "trigger." : "event.") + found.name;
      return found;
    }
    default:
      return std::nullopt;
  }
}

bool FactSolver::assign(const Variable& variable, BinaryOp op, const Fact& literal, bool wanted) const {
  const auto known = variable.facts->find(variable.name);
  if (known != variable.facts->end()) return fact_holds(op, known->second, literal) == wanted;
  Fact shaped = literal;
  if (variable.type->is(BaseType::kNumber) && shaped.base == BaseType::kInt) shaped.base = BaseType::kNumber;
  for (const Fact& value : candidates_near(shaped, *variable.type)) {
    if (fact_holds(op, value, shaped) != wanted) continue;
    variable.facts->emplace(variable.name, value);
    return true;
  }
  return false;
}

bool FactSolver::assign_list(const Variable& variable, BinaryOp op, const Fact& literal, bool wanted) const {
  if (op != BinaryOp::kContains || literal.base != BaseType::kString) return false;
  const auto known = variable.facts->find(variable.name);
  if (known != variable.facts->end()) {
    return (known->second.text.find(text_literal(literal.text)) != std::string::npos) == wanted;
  }
  variable.facts->emplace(
      variable.name, Fact{BaseType::kList, wanted ? "[" + text_literal(literal.text) + "]" : "[]", 0, false});
  return true;
}

bool FactSolver::assign_missing(const Variable& variable, Facts& facts) const {
  if (variable.facts->contains(variable.name)) return false;
  facts.missing.push_back(variable.place);
  return true;
}

bool FactSolver::same_value(const Variable& left, const Variable& right, bool wanted) const {
  const auto value_of = [&](const Variable& variable) {
    const auto known = variable.facts->find(variable.name);
    if (known != variable.facts->end()) return known->second;
    Fact sample = sample_fact(*variable.type, variable.name, zone_);
    variable.facts->emplace(variable.name, sample);
    return sample;
  };
  const bool left_known = left.facts->contains(left.name);
  const Variable& free = left_known ? right : left;
  const Fact given = value_of(left_known ? left : right);
  return assign(free, BinaryOp::kEq, given, wanted);
}

bool FactSolver::in_list(const Variable& variable, const ListExpr& list, bool wanted) const {
  std::vector<Fact> values;
  for (const Expr* item : list.items) {
    const std::optional<Fact> value = fixed(*item);
    if (!value) return false;
    values.push_back(*value);
  }
  if (values.empty()) return !wanted;
  const auto among = [&](const Fact& value) {
    return std::any_of(values.begin(), values.end(),
                       [&](const Fact& one) { return fact_holds(BinaryOp::kEq, value, one); });
  };
  const auto known = variable.facts->find(variable.name);
  if (known != variable.facts->end()) return among(known->second) == wanted;
  for (const Fact& near : values) {
    for (const Fact& value : candidates_near(near, *variable.type)) {
      if (among(value) != wanted) continue;
      variable.facts->emplace(variable.name, value);
      return true;
    }
  }
  return false;
}

bool FactSolver::solve_comparison(const BinaryExpr& comparison, bool wanted, const Task& task) const {
  const auto left = variable(*comparison.left, task.event_is_trigger, task.facts);
  const auto right = variable(*comparison.right, task.event_is_trigger, task.facts);
  if (left && right) {
    if (comparison.op != BinaryOp::kEq && comparison.op != BinaryOp::kNe) return false;
    return same_value(*left, *right, wanted == (comparison.op == BinaryOp::kEq));
  }
  if (left) {
    if (comparison.op == BinaryOp::kIn) {
      const auto* list = strip_parens(comparison.right)->as<ListExpr>();
      return list != nullptr && in_list(*left, *list, wanted);
    }
    const std::optional<Fact> literal = fixed(*comparison.right);
    if (!literal) return false;
    if (left->type->is(BaseType::kList)) return assign_list(*left, comparison.op, *literal, wanted);
    const bool textual = comparison.op == BinaryOp::kContains || comparison.op == BinaryOp::kStartsWith ||
                         comparison.op == BinaryOp::kEndsWith;
    if (!textual && !is_comparison(comparison.op)) return false;
    return assign(*left, comparison.op, *literal, wanted);
  }
  if (!right || !is_comparison(comparison.op)) return false;
  const std::optional<Fact> literal = fixed(*comparison.left);
  return literal && assign(*right, mirrored(comparison.op), *literal, wanted);
}

bool FactSolver::try_solve(const Expr& condition, bool wanted, const Task& task) const {
  const Expr& expr = *strip_parens(&condition);
  if (const std::optional<Fact> literal = fixed(expr)) return literal->truth == wanted;
  if (const auto* unary = expr.as<UnaryExpr>(); unary != nullptr && unary->op == UnaryOp::kNot) {
    return try_solve(*unary->operand, !wanted, task);
  }
  if (const auto* is = expr.as<IsExpr>()) {
    const auto subject = variable(*is->operand, task.event_is_trigger, task.facts);
    if (!subject) return false;
    if (is->present != wanted) return assign_missing(*subject, task.facts);
    if (!subject->facts->contains(subject->name)) {
      subject->facts->emplace(subject->name, sample_fact(*subject->type, subject->name, zone_));
    }
    return true;
  }
  if (expr.kind == ExprKind::kEngagement) {
    const Resolution& found = program_.info(expr).resolution;
    if (found.kind != ResolutionKind::kQuery) return false;
    task.engagements.push_back({&program_.queries[found.index], wanted});
    return true;
  }
  if (const auto* binary = expr.as<BinaryExpr>()) {
    if (binary->op != BinaryOp::kAnd && binary->op != BinaryOp::kOr) {
      return solve_comparison(*binary, wanted, task);
    }
    if (wanted == (binary->op == BinaryOp::kAnd)) {  // both sides
      return try_solve(*binary->left, wanted, task) && try_solve(*binary->right, wanted, task);
    }
    const Facts before = task.facts;
    const std::vector<WantedEngagement> engagements = task.engagements;
    if (try_solve(*binary->left, wanted, task)) return true;
    task.facts = before;
    task.engagements = engagements;
    return try_solve(*binary->right, wanted, task);
  }
  const auto subject = variable(expr, task.event_is_trigger, task.facts);
  if (!subject || !subject->type->is(BaseType::kBool)) return false;
  return assign(*subject, BinaryOp::kEq, Fact{BaseType::kBool, {}, 0, true}, wanted);
}

void FactSolver::solve(const Expr& condition, bool wanted, bool event_is_trigger, Facts& facts,
                       std::vector<WantedEngagement>& engagements, std::vector<std::string>& left_open) const {
  const Facts before = facts;
  const size_t asked = engagements.size();
  if (try_solve(condition, wanted, {event_is_trigger, facts, engagements})) return;
  facts = before;
  engagements.resize(asked);
  std::string text(sources_.text(condition.span));
  std::replace(text.begin(), text.end(), '\n', ' ');
  left_open.push_back(wanted ? text : "not (" + text + ")");
}

bool FactSolver::match(const Expr& subject, const Expr* value, const std::vector<const Expr*>& others,
                       Facts& facts) const {
  const auto matched = variable(subject, true, facts);
  if (!matched) return false;
  if (value != nullptr) {
    if (value->as<MissingExpr>() != nullptr) return assign_missing(*matched, facts);
    const std::optional<Fact> literal = fixed(*value);
    return literal && assign(*matched, BinaryOp::kEq, *literal, true);
  }
  std::vector<Fact> taken;
  for (const Expr* other : others) {
    if (const std::optional<Fact> literal = fixed(*other)) taken.push_back(*literal);
  }
  const auto is_taken = [&](const Fact& fact) {
    return std::any_of(taken.begin(), taken.end(),
                       [&](const Fact& one) { return fact_holds(BinaryOp::kEq, fact, one); });
  };
  const auto known = matched->facts->find(matched->name);
  if (known != matched->facts->end()) return !is_taken(known->second);
  for (const Fact& near : taken) {
    for (const Fact& fact : candidates_near(near, *matched->type)) {
      if (is_taken(fact)) continue;
      matched->facts->emplace(matched->name, fact);
      return true;
    }
  }
  return false;
}

}  // namespace wend

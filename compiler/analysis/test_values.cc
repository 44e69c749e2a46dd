#include "compiler/analysis/test_values.h"

#include <algorithm>

#include "compiler/diagnostics/suggest.h"

namespace wend {

using namespace ast;

namespace {
constexpr int kMaxConstants = 64;
}

TestValues::TestValues(Context& context) : context_(context), zone_(&utc_zone()) {
  scope_.here = "a test";
  scope_.has = "literals and constants";
  scope_.has_contact = false;
  if (context.program.settings.zone) {
    if (const Zone* zone = find_zone(*context.program.settings.zone)) zone_ = zone;
  }
}

Millis TestValues::instant(const Expr& moment) const {
  if (const auto* date = moment.as<DateExpr>()) return from_local_ms(*zone_, date->days * kMillisPerDay);
  const auto* time = moment.as<TimeExpr>();
  if (time == nullptr) return 0;
  return time->has_offset ? time->local_ms - time->offset_ms : from_local_ms(*zone_, time->local_ms);
}

// Structure is compared here, because a test may leave out what it does not need; the rest as everywhere.
bool TestValues::check(const Expr& expr, const ExprChecker::Target& target) {
  const Expr& inner = *strip_parens(&expr);
  const TypeInfo& wanted = *target.wanted;
  if (const auto* record = inner.as<RecordExpr>(); record != nullptr && wanted.is(BaseType::kRecord)) {
    bool fine = check_duplicates(*record);
    for (const RecordField& field : record->fields) fine = check_field(field, wanted) && fine;
    return fine;
  }
  if (const auto* list = inner.as<ListExpr>(); list != nullptr && wanted.is(BaseType::kList)) {
    bool fine = true;
    for (const Expr* item : list->items) {
      fine =
          check(*item, {"an element of " + target.text, wanted.element, false, target.declared_at}) && fine;
    }
    return fine;
  }
  const size_t before = context_.sink.all().size();
  const size_t local_times = context_.local_time_without_zone.size();
  ExprChecker(context_, scope_).check_value_for(expr, target);
  // UTC stands in for a zone here.
  context_.local_time_without_zone.resize(std::min(local_times, context_.local_time_without_zone.size()));
  return context_.sink.all().size() == before;
}

bool TestValues::check_field(const RecordField& field, const TypeInfo& record) {
  const RecordFieldInfo* known = record.field(field.key.text);
  if (known != nullptr) {
    return check(*field.value, {std::string(field.key.text), known->type, true, std::nullopt});
  }
  if (record.open) return true;
  std::vector<std::string> names;
  for (const RecordFieldInfo& one : record.fields) names.push_back(one.name);
  context_.sink.report(UnknownProperty{field.key.span,
                                       std::string(field.key.text),
                                       PropertyOwner::kRecord,
                                       {},
                                       near_names(field.key.text, names),
                                       {}});
  return false;
}

bool TestValues::check_duplicates(const RecordExpr& record) {
  bool fine = true;
  for (const RecordField& field : record.fields) {
    const auto first =
        std::find_if(record.fields.begin(), record.fields.end(),
                     [&](const RecordField& other) { return other.key.text == field.key.text; });
    if (&*first == &field) continue;
    context_.sink.report(DuplicateProperty{field.key.span, first->key.span, std::string(field.key.text)});
    fine = false;
  }
  return fine;
}

Value TestValues::keep(std::string bytes, bool is_list) {
  const std::string& kept = memory_.emplace_back(std::move(bytes));
  return is_list ? Value::of_list(kept) : Value::of_record(kept);
}

std::optional<Value> TestValues::not_fixed(const Expr& expr) {
  context_.sink.report(ValueNotFixed{expr.span});
  return std::nullopt;
}

std::optional<Value> TestValues::record_value(const RecordExpr& record) {
  RecordBuilder builder;
  std::vector<std::string_view> seen;
  for (const RecordField& field : record.fields) {
    const std::optional<Value> one = value(*field.value);
    if (!one) return std::nullopt;
    if (std::find(seen.begin(), seen.end(), field.key.text) != seen.end()) continue;
    seen.push_back(field.key.text);
    if (!one->missing()) builder.add(field.key.text, *one);
  }
  return keep(builder.build(), false);
}

std::optional<Value> TestValues::list_value(const ListExpr& list) {
  ListBuilder builder;
  for (const Expr* item : list.items) {
    const std::optional<Value> one = value(*item);
    if (!one) return std::nullopt;
    builder.add(*one);
  }
  return keep(builder.build(), true);
}

std::optional<Value> TestValues::value(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kString:
      return Value::of_string(expr.as<StringExpr>()->value.text);
    case ExprKind::kInt:
      return Value::of_int(expr.as<IntExpr>()->value);
    case ExprKind::kNumber:
      return Value::of_number(expr.as<NumberExpr>()->value);
    case ExprKind::kDuration:
      return Value::of_duration(expr.as<DurationExpr>()->value_ms);
    case ExprKind::kCalendar:
      return Value::of_calendar(expr.as<CalendarExpr>()->months);
    case ExprKind::kPercent:
      return Value::of_percent(expr.as<PercentExpr>()->percent);
    case ExprKind::kBool:
      return Value::of_bool(expr.as<BoolExpr>()->value);
    case ExprKind::kMissing:
      return Value();
    case ExprKind::kClock:
      return Value::of_clock(expr.as<ClockExpr>()->of_day_ms);
    case ExprKind::kDate:
      return Value::of_date(expr.as<DateExpr>()->days);
    case ExprKind::kTime:
      return Value::of_time(instant(expr));
    case ExprKind::kParen:
      return value(*expr.as<ParenExpr>()->inner);
    case ExprKind::kRecord:
      return record_value(*expr.as<RecordExpr>());
    case ExprKind::kList:
      return list_value(*expr.as<ListExpr>());
    case ExprKind::kUnary: {
      const auto* unary = expr.as<UnaryExpr>();
      if (unary->op != UnaryOp::kNegate) return not_fixed(expr);
      const std::optional<Value> operand = value(*unary->operand);
      if (!operand) return std::nullopt;
      if (operand->tag == Tag::kNumber) return Value::of_number(-operand->d);
      const bool whole = operand->tag == Tag::kInt || operand->tag == Tag::kDuration;
      if (!whole || operand->i == INT64_MIN) return not_fixed(expr);
      return Value::of_int_like(operand->tag, -operand->i);
    }
    case ExprKind::kName: {
      const auto constant = context_.names.constants.find(expr.as<NameExpr>()->name);
      if (constant == context_.names.constants.end() || depth_ >= kMaxConstants) return not_fixed(expr);
      context_.used_constants.insert(constant->second);
      ++depth_;
      const std::optional<Value> found = value(*constant->second->value);
      --depth_;
      return found;
    }
    case ExprKind::kError:
      return std::nullopt;
    default:
      return not_fixed(expr);
  }
}

std::string TestValues::properties(const RecordExpr* record, const EventInfo* event) {
  if (record == nullptr) return {};
  check_duplicates(*record);
  RecordBuilder builder;
  std::vector<std::string_view> seen;
  for (const RecordField& field : record->fields) {
    if (std::find(seen.begin(), seen.end(), field.key.text) != seen.end()) continue;
    seen.push_back(field.key.text);
    const std::optional<Value> given = value(*field.value);
    const bool closed = event != nullptr && !event->open && !event->word;
    if (closed) {
      const PropertyInfo* known = event->property(field.key.text);
      if (known == nullptr) {
        std::vector<std::string> names;
        for (const PropertyInfo& property : event->properties) names.push_back(property.name);
        context_.sink.report(UnknownProperty{field.key.span, std::string(field.key.text),
                                             PropertyOwner::kEvent, event->name,
                                             near_names(field.key.text, names), event->decl->name.span});
        continue;
      }
      if (given) check(*field.value, {event->name + "." + known->name, known->type, true, known->span});
    }
    if (given && !given->missing()) builder.add(field.key.text, *given);
  }
  return builder.build();
}

std::string TestValues::attributes(const RecordExpr* record, std::optional<Millis>* created_at_ms) {
  if (record == nullptr) return {};
  check_duplicates(*record);
  RecordBuilder builder;
  std::vector<std::string_view> seen;
  for (const RecordField& field : record->fields) {
    if (std::find(seen.begin(), seen.end(), field.key.text) != seen.end()) continue;
    seen.push_back(field.key.text);
    const std::optional<Value> given = value(*field.value);
    const auto row = context_.names.attributes.find(field.key.text);
    if (row == context_.names.attributes.end()) {
      if (!context_.program.open_contact && !context_.has_unread_modules) {
        context_.sink.report(UnknownProperty{field.key.span,
                                             std::string(field.key.text),
                                             PropertyOwner::kContact,
                                             {},
                                             near_names(field.key.text, context_.attribute_names()),
                                             {}});
        continue;
      }
    } else if (given) {
      const AttributeInfo& known = context_.program.attributes[row->second];
      const std::optional<Span> declared = known.span.empty() ? std::nullopt : std::optional(known.span);
      check(*field.value, {"contact." + known.name, known.type, true, declared});
    }
    if (!given) continue;
    if (field.key.text == "created_at" && created_at_ms != nullptr && given->tag == Tag::kTime) {
      *created_at_ms = given->i;
      continue;
    }
    builder.add(field.key.text, *given);  // missing clears the attribute
  }
  return builder.build();
}

}  // namespace wend

// What is remembered of a contact, and what asks for it: history, segments, scores, catalogs.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/messages.h"
#include "compiler/emit/context.h"
#include "compiler/emit/emit_expr.h"

namespace wend::emit {
namespace {

std::vector<uint16_t> property_numbers(Context& context, const std::vector<std::string_view>& names) {
  std::vector<uint16_t> numbers;
  for (const std::string_view name : names) numbers.push_back(context.tables.property(name));
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

// The properties that the answer is made of.
std::vector<uint16_t> asked_properties(Context& context, const HistoryUse& use) {
  if (use.aggregate >= HistoryAggregate::kSum && use.aggregate <= HistoryAggregate::kDistinct)
    return property_numbers(context, {use.property});
  if (use.aggregate < HistoryAggregate::kLast || use.aggregate > HistoryAggregate::kLastList) return {};
  std::vector<std::string_view> names = use.members;
  if (use.whole) {
    for (const PropertyInfo& property : context.checked.events[use.event].properties) names.push_back(property.name);
    names.push_back("id");
  }
  return property_numbers(context, names);
}

void report_overflow_at(Context& context, Span at) {
  const Tables::Overflow overflow = context.tables.take_overflow();
  if (overflow.what.empty()) return;
  context.sink.report(ProgramTooLarge{at, overflow.what, overflow.found, overflow.limit});
}

}  // namespace

HistoryQueryIx Context::history_query(uint32_t index) {
  if (const auto known = history_queries.find(index); known != history_queries.end()) return known->second;
  const HistoryUse& use = checked.history_uses[index];
  HistoryQueryRow row;
  row.history = HistoryIx{use.history};
  row.aggregate = use.aggregate;
  row.text = tables.string(one_line(sources.text(use.expr->span)));
  if (use.filter_when_asked) row.filter = expr_routine(fmt::format("{} where", program.text(row.text)), use.where);
  row.properties = asked_properties(*this, use);
  row.at_most = use.at_most;
  const HistoryQueryIx made{tables.add(program.history_queries, std::move(row), "questions to the history")};
  history_queries.emplace(index, made);
  return made;
}

void emit_histories(Context& context) {
  for (const HistoryInfo& history : context.checked.histories) {
    HistoryRow row;
    row.key = context.tables.string(history.key);
    row.event = EventIx{history.event};
    row.filter = context.expr_routine(fmt::format("history {}", history.key), history.filter);
    row.totals = property_numbers(context, history.totals);
    row.retention_ms = history.retention_ms;
    row.keeps_last = history.keeps_last;
    row.keeps_first = history.keeps_first;
    row.kept = property_numbers(context, history.kept);
    context.tables.add(context.program.histories, std::move(row), "histories");
  }
}

void emit_segments(Context& context) {
  for (const SegmentInfo& segment : context.checked.segments) {
    SegmentRow row;
    row.name = context.tables.string(segment.decl->name.text);
    row.condition =
        context.timed_routine(fmt::format("segment {}", segment.decl->name.text), *segment.decl->condition);
    context.tables.add(context.program.segments, row, "segments");
    report_overflow_at(context, segment.decl->name.span);
  }
}

void emit_scores(Context& context) {
  for (const ScoreInfo& score : context.checked.scores) {
    ScoreRow row;
    row.name = context.tables.string(score.decl->name.text);
    for (const ScoreRuleInfo& rule : score.rules) {
      const std::string_view event = context.checked.events[rule.event].name;
      row.rules.push_back(
          {EventIx{rule.event},
           context.expr_routine(fmt::format("score {} {}", score.decl->name.text, event), rule.where), rule.points});
    }
    row.decay_percent = score.decay_percent;
    row.decay_every_ms = score.decay_every_ms;
    row.low = score.low;
    row.high = score.high;
    context.tables.add(context.program.scores, std::move(row), "scores");
    report_overflow_at(context, score.decl->name.span);
  }
}

void emit_catalogs(Context& context, const CatalogSet& catalogs) {
  for (uint32_t i = 0; i < context.checked.catalogs.size(); ++i) {
    CatalogRow row;
    row.name = context.tables.string(context.checked.catalogs[i].decl->name.text);
    row.entries = catalogs.rows[i];
    context.tables.add(context.program.catalogs, std::move(row), "catalogs");
  }
}

// A window in months reaches back to the same day and local time so many months ago.
void ExprEmitter::history(const ast::Expr& expr, Reg dst) {
  const uint32_t index = info(expr).resolution.index;
  const HistoryUse& use = context_.checked.history_uses[index];
  const auto query = static_cast<uint16_t>(context_.history_query(index).number);
  if (!use.windowed()) return code_.ax(Opcode::kHistory, dst, query);
  if (use.window == nullptr) {
    Constant length;
    length.tag = Tag::kDuration;
    length.i = use.silence_ms;
    constant(length, dst);
  } else {
    value(*use.window, dst);
    if (info(*ast::strip_parens(use.window)).used_type()->is(BaseType::kCalendar)) {
      Registers moments(code_, 2);
      code_.ab(Opcode::kMove, moments[0], dst);
      code_.call(moments[1], Function::kNegateCalendar, moments[0], 1);
      code_.a(Opcode::kLoadNow, moments[0]);
      code_.call(dst, Function::kAddTimeMonths, moments[0], 2);
      code_.a(Opcode::kLoadNow, moments[0]);
      code_.abc(Opcode::kTimeBetween, dst, moments[0], dst);
    }
  }
  code_.ax(Opcode::kHistoryWithin, dst, query);
}

}  // namespace wend::emit

// The history plan: what must be remembered of events so that every history function of the program can be
// answered, and no more (language, section 7).

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "compiler/analysis/fold.h"
#include "compiler/analysis/passes.h"
#include "compiler/analysis/walk.h"

namespace wend {

using namespace ast;

namespace {

// Does the value depend on the event being looked at and nothing else? Local time depends on the zone.
bool asks_only_the_event(const CheckedProgram& program, const Expr& expr) {
  bool only = true;
  for_each_expr_below(expr, [&](const Expr& part) {
    if (part.kind == ExprKind::kNo || part.kind == ExprKind::kEngagement) only = false;
    if (const auto* time = part.as<TimeExpr>(); time != nullptr && !time->has_offset) only = false;
    const Resolution& resolution = program.info(part).resolution;
    switch (resolution.kind) {
      case ResolutionKind::kNothing:
      case ResolutionKind::kEventProperty:
      case ResolutionKind::kEventAt:
      case ResolutionKind::kEventId:
      case ResolutionKind::kMember:
      case ResolutionKind::kSize:
      case ResolutionKind::kConst:
        return;
      case ResolutionKind::kFunction:
        only = only && resolution.function != Function::kWeekday && resolution.function != Function::kMonth &&
               resolution.function != Function::kYear;
        return;
      default:
        only = false;
    }
  });
  return only;
}

std::string quoted_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// In the order of BinaryOp.
constexpr std::string_view kOperators[] = {"or", "and",     "==", "!=", "<",           "<=",        ">",  ">=", "in",
                                           "contains", "matches", "starts with", "ends with", "??", "+",  "-",  "*",
                                           "/"};

// A filter in words that are the same however it is laid out and whatever its constants are called: the store
// knows a row of history by them. REQUIRES: it asks only the event.
class FilterText {
 public:
  explicit FilterText(const CheckedProgram& program) : program_(program) {}

  std::string text(const Expr& outer) const {
    const Expr& expr = *strip_parens(&outer);
    switch (expr.kind) {
      case ExprKind::kString:
        return quoted_text(expr.as<StringExpr>()->value.text);
      case ExprKind::kInt:
        return fmt::format("{}", expr.as<IntExpr>()->value);
      case ExprKind::kNumber:
        return fmt::format("{}", expr.as<NumberExpr>()->value);
      case ExprKind::kDuration:
        return fmt::format("{}ms", expr.as<DurationExpr>()->value_ms);
      case ExprKind::kCalendar:
        return fmt::format("{}mo", expr.as<CalendarExpr>()->months);
      case ExprKind::kPercent:
        return fmt::format("{}%", expr.as<PercentExpr>()->percent);
      case ExprKind::kTime:
        return fmt::format("time {}", expr.as<TimeExpr>()->local_ms - expr.as<TimeExpr>()->offset_ms);
      case ExprKind::kDate:
        return fmt::format("date {}", expr.as<DateExpr>()->days);
      case ExprKind::kClock:
        return fmt::format("clock {}", expr.as<ClockExpr>()->of_day_ms);
      case ExprKind::kBool:
        return expr.as<BoolExpr>()->value ? "true" : "false";
      case ExprKind::kMissing:
        return "missing";
      case ExprKind::kName:
        return text(*program_.info(expr).resolution.constant->value);
      default:
        return composed(expr);
    }
  }

 private:
  std::string composed(const Expr& expr) const {
    if (const auto* list = expr.as<ListExpr>()) return "[" + joined(list->items) + "]";
    if (const auto* record = expr.as<RecordExpr>()) {
      std::string fields;
      for (const RecordField& field : record->fields)
        fields += (fields.empty() ? "" : ", ") + std::string(field.key.text) + ": " + text(*field.value);
      return "{" + fields + "}";
    }
    if (const auto* member = expr.as<MemberExpr>()) {
      const bool of_event = member->object->kind == ExprKind::kRoot;
      return (of_event ? "event" : text(*member->object)) + "." + std::string(member->key.text);
    }
    if (const auto* index = expr.as<IndexExpr>()) return text(*index->object) + "[" + text(*index->index) + "]";
    if (const auto* call = expr.as<CallExpr>()) {
      std::string arguments;
      for (const Argument& argument : call->arguments)
        arguments += (arguments.empty() ? "" : ", ") + text(*argument.value);
      return std::string(call->function.text) + "(" + arguments + ")";
    }
    if (const auto* unary = expr.as<UnaryExpr>())
      return (unary->op == UnaryOp::kNot ? "not (" : "-(") + text(*unary->operand) + ")";
    if (const auto* is = expr.as<IsExpr>())
      return "(" + text(*is->operand) + (is->present ? " is present)" : " is missing)");
    if (const auto* binary = expr.as<BinaryExpr>()) {
      return "(" + text(*binary->left) + " " + std::string(kOperators[static_cast<size_t>(binary->op)]) + " " +
             text(*binary->right) + ")";
    }
    return "?";
  }

  template <typename Items>
  std::string joined(const Items& items) const {
    std::string all;
    for (const Expr* item : items) all += (all.empty() ? "" : ", ") + text(*item);
    return all;
  }

  const CheckedProgram& program_;
};

void add_name(std::vector<std::string_view>& names, std::string_view name) {
  const auto at = std::lower_bound(names.begin(), names.end(), name);
  if (at == names.end() || *at != name) names.insert(at, name);
}

// The longest that a window can be; kNever where nothing bounds it.
class LongestWindow {
 public:
  LongestWindow(const CheckedProgram& program, uint32_t journey) : program_(program), journey_(journey) {}

  Millis of(const Expr& outer) const {
    const Expr& expr = *strip_parens(&outer);
    if (const auto* calendar = expr.as<CalendarExpr>()) return months(calendar->months);
    if (const auto* name = expr.as<NameExpr>()) {
      const Resolution& resolution = program_.info(*name).resolution;
      if (resolution.kind == ResolutionKind::kConst) return of(*resolution.constant->value);
    }
    if (const std::optional<Folded> folded = fold(program_, expr)) {
      if (folded->missing()) return 0;
      if (const double* ms = folded->number()) return whole(*ms);
    }
    if (const auto* binary = expr.as<BinaryExpr>()) return of_binary(*binary);
    if (const auto* call = expr.as<CallExpr>()) return of_call(*call);
    return kNever;
  }

 private:
  static Millis whole(double ms) {
    if (!(ms > 0)) return 0;
    return ms >= 1e15 ? kNever : static_cast<Millis>(std::ceil(ms));
  }
  static Millis months(int64_t count) {
    if (count <= 0) return 0;
    return count > 12 * 1000 ? kNever : (count * 31 + 1) * kMillisPerDay;
  }

  bool is_now(const Expr& expr) const {
    return program_.info(*strip_parens(&expr)).resolution.kind == ResolutionKind::kNow;
  }

  Millis of_binary(const BinaryExpr& binary) const {
    switch (binary.op) {
      case BinaryOp::kSub: {
        // A run does not outlast its journey.
        const Resolution& from = program_.info(*strip_parens(binary.right)).resolution;
        const bool run = from.kind == ResolutionKind::kRun && from.run_field == RunField::kEnteredAt;
        if (journey_ != kNone && run && is_now(*binary.left)) return program_.journeys[journey_].lasts_ms();
        return kNever;
      }
      case BinaryOp::kAdd: {
        const Millis left = of(*binary.left);
        const Millis right = of(*binary.right);
        return left == kNever || right == kNever || left > kMaxInstant - right ? kNever : left + right;
      }
      case BinaryOp::kCoalesce:
        return std::max(of(*binary.left), of(*binary.right));
      default:
        return kNever;
    }
  }

  Millis of_call(const CallExpr& call) const {
    const Resolution& resolution = program_.info(call).resolution;
    if (resolution.kind != ResolutionKind::kFunction) return kNever;
    const bool least = resolution.function == Function::kMin;
    if (!least && resolution.function != Function::kMax) return kNever;
    if (call.arguments.size() < 2) return kNever;
    Millis longest = of(*call.arguments[0].value);
    for (const Argument& argument : call.arguments) {
      const Millis one = of(*argument.value);
      longest = least ? std::min(longest, one) : std::max(longest, one);
    }
    return longest;
  }

  const CheckedProgram& program_;
  uint32_t journey_;
};

class HistoryPlanner {
 public:
  explicit HistoryPlanner(CheckedProgram& program) : program_(program) {}

  void run() {
    std::map<std::string, HistoryInfo> rows;
    std::vector<std::string> keys(program_.history_uses.size());
    for (size_t i = 0; i < program_.history_uses.size(); ++i) {
      HistoryUse& use = program_.history_uses[i];
      if (use.event == kNone) continue;
      use.filter_when_asked = use.where != nullptr && !asks_only_the_event(program_, *use.where);
      keys[i] = key_of(use);
      HistoryInfo& row = rows[keys[i]];
      row.key = keys[i];
      row.event = use.event;
      if (use.where != nullptr && !use.filter_when_asked) row.filter = use.where;
      add_needs(use, row);
    }
    std::map<std::string, uint32_t> numbers;
    for (auto& [key, row] : rows) {
      numbers[key] = static_cast<uint32_t>(program_.histories.size());
      program_.histories.push_back(std::move(row));
    }
    for (size_t i = 0; i < keys.size(); ++i) {
      if (!keys[i].empty()) program_.history_uses[i].history = numbers[keys[i]];
    }
  }

 private:
  std::string key_of(const HistoryUse& use) const {
    const EventInfo& event = program_.events[use.event];
    std::string key = event.word ? "engagement " + event.name : event.wire_name;
    if (use.where != nullptr && !use.filter_when_asked) key += " where " + FilterText(program_).text(*use.where);
    return key;
  }

  static void keep_for(HistoryInfo& row, Millis retention_ms) {
    row.retention_ms = std::max(row.retention_ms, retention_ms);
  }

  void keep_record(const HistoryUse& use, HistoryInfo& row) const {
    for (const std::string_view member : use.members) add_name(row.kept, member);
    if (!use.whole) return;
    for (const PropertyInfo& property : program_.events[use.event].properties) add_name(row.kept, property.name);
    add_name(row.kept, "id");
  }

  void add_needs(const HistoryUse& use, HistoryInfo& row) const {
    const Millis window_ms = use.aggregate == HistoryAggregate::kSilent ? use.silence_ms
                             : use.window != nullptr ? LongestWindow(program_, use.journey).of(*use.window)
                                                     : kNever;
    if (use.filter_when_asked) {
      for_each_expr_below(*use.where, [&](const Expr& part) {
        const Resolution& resolution = program_.info(part).resolution;
        if (resolution.kind == ResolutionKind::kEventProperty) add_name(row.kept, resolution.name);
        if (resolution.kind == ResolutionKind::kEventId) add_name(row.kept, "id");
      });
      keep_for(row, window_ms);
    }
    switch (use.aggregate) {
      case HistoryAggregate::kSum:
      case HistoryAggregate::kAvg:
      case HistoryAggregate::kMin:
      case HistoryAggregate::kMax:
        if (use.windowed() || use.filter_when_asked) {
          keep_for(row, window_ms);
          add_name(row.kept, use.property);
        } else {
          add_name(row.totals, use.property);
        }
        return;
      case HistoryAggregate::kCount:
        if (use.windowed()) keep_for(row, window_ms);
        return;
      case HistoryAggregate::kDistinct:
        keep_for(row, window_ms);
        add_name(row.kept, use.property);
        return;
      case HistoryAggregate::kLast:
        row.keeps_last = std::max(row.keeps_last, 1U);
        return keep_record(use, row);
      case HistoryAggregate::kLastList:
        row.keeps_last = std::max(row.keeps_last, use.at_most);
        return keep_record(use, row);
      case HistoryAggregate::kFirst:
        row.keeps_first = true;
        return keep_record(use, row);
      case HistoryAggregate::kSince:
      case HistoryAggregate::kSilent:
        return;  // when the last one came is always known
    }
  }

  CheckedProgram& program_;
};

// How deep segments and filters of history functions stand inside each other. Circles are cut off: they have been
// reported.
class NestingChecker {
 public:
  explicit NestingChecker(Context& context) : context_(context), program_(context.program) {}

  void run() {
    depths_.assign(program_.segments.size(), 0);
    for (uint32_t i = 0; i < program_.segments.size(); ++i) {
      if (of_segment(i, 0) < kMaxRoutineDepth) continue;
      return report(program_.segments[i].decl->name.span);
    }
    for (const HistoryUse& use : program_.history_uses) {
      if (use.where == nullptr || of_expr(*use.where, 0) < kMaxRoutineDepth) continue;
      return report(use.expr->span);
    }
  }

 private:
  void report(Span at) {
    if (context_.sink.has_errors()) return;
    context_.sink.report(
        ProgramTooLarge{at, "segments and filters inside each other", kMaxRoutineDepth + 1, kMaxRoutineDepth});
  }

  uint32_t of_segment(uint32_t row, uint32_t above) {
    if (depths_[row] != 0) return depths_[row];
    if (above > kMaxRoutineDepth) return above;
    depths_[row] = 1;  // while it is looked at: what comes back to it is a circle
    depths_[row] = 1 + of_expr(*program_.segments[row].decl->condition, above + 1);
    return depths_[row];
  }

  uint32_t of_expr(const Expr& expr, uint32_t above) {
    if (above > kMaxRoutineDepth) return above;
    uint32_t deepest = 0;
    for_each_expr_below(expr, [&](const Expr& part) {
      const Resolution& resolution = program_.info(part).resolution;
      if (resolution.kind == ResolutionKind::kSegment)
        deepest = std::max(deepest, of_segment(resolution.index, above));
      if (resolution.kind == ResolutionKind::kHistory) {
        const HistoryUse& use = program_.history_uses[resolution.index];
        if (use.where != nullptr) deepest = std::max(deepest, 1 + filters_in(*use.where));
      }
    });
    return deepest;
  }

  // Filters are walked with the expression around them, so only their own nesting is counted here.
  uint32_t filters_in(const Expr& where) const {
    uint32_t count = 0;
    for_each_expr_below(where, [&](const Expr& part) {
      if (program_.info(part).resolution.kind == ResolutionKind::kHistory) ++count;
    });
    return count;
  }

  Context& context_;
  CheckedProgram& program_;
  std::vector<uint32_t> depths_;  // by segment; 0: not known yet
};

}  // namespace

void plan_history(Context& context) {
  HistoryPlanner(context.program).run();
  NestingChecker(context).run();
}

}  // namespace wend

#include "compiler/syntax/dump.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace wend {
namespace {

constexpr std::string_view kEngagementWords[] = {"opened",  "clicked",    "delivered",  "bounced", "failed",
                                                 "replied", "complained", "suppressed", "sent"};
constexpr std::string_view kBinaryOps[] = {
    "or",       "and",     "==",          "!=",        "<",  "<=", ">", ">=", "in",
    "contains", "matches", "starts_with", "ends_with", "??", "+",  "-", "*",  "/"};
constexpr std::string_view kRoots[] = {"contact", "event", "score", "run", "message"};
constexpr std::string_view kWeekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                          "friday", "saturday", "sunday"};

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + "\"";
}

// `1d2h30m`; milliseconds as they are, so that nothing is hidden.
std::string length(Millis ms) {
  if (ms == 0) return "0s";
  std::string out = ms < 0 ? "-" : "";
  Millis rest = ms < 0 ? -ms : ms;
  struct {
    Millis size;
    const char* unit;
  } constexpr kUnits[] = {{kMillisPerDay, "d"},
                          {kMillisPerHour, "h"},
                          {kMillisPerMinute, "m"},
                          {kMillisPerSecond, "s"},
                          {1, "ms"}};
  for (const auto& unit : kUnits) {
    if (rest >= unit.size) out += fmt::format("{}{}", rest / unit.size, unit.unit);
    rest %= unit.size;
  }
  return out;
}

std::string clock(Millis ms) {
  return fmt::format("{:02}:{:02}", ms / kMillisPerHour, ms % kMillisPerHour / kMillisPerMinute);
}

std::string weekdays(unsigned mask) {
  std::string out;
  for (unsigned day = 0; day < 7; ++day) {
    if ((mask >> day & 1U) != 0) out += fmt::format("{}{}", out.empty() ? "" : ",", kWeekdays[day]);
  }
  return out;
}

class Dumper {
 public:
  explicit Dumper(const DumpOptions& options) : options_(options) {}

  std::string take() { return std::move(out_); }

  void file(const ast::File& f) {
    open("file");
    for (const ast::Word& use : f.uses) line(fmt::format("(use {})", use.text));
    for (const ast::Decl* decl : f.decls) declaration(*decl);
    close();
    out_ += '\n';
  }

  // ---- expressions: one line
  std::string expr(const ast::Expr* e) const {
    if (e == nullptr) return "-";
    const std::string mark = marks(e->id, e->span);
    switch (e->kind) {
      case ast::ExprKind::kError:
        return "(error" + mark + ")";
      case ast::ExprKind::kString:
        return quote(e->as<ast::StringExpr>()->value.text) + mark;
      case ast::ExprKind::kInt:
        return fmt::format("{}{}", e->as<ast::IntExpr>()->value, mark);
      case ast::ExprKind::kNumber:
        return fmt::format("(number {}{})", e->as<ast::NumberExpr>()->value, mark);
      case ast::ExprKind::kDuration:
        return length(e->as<ast::DurationExpr>()->value_ms) + mark;
      case ast::ExprKind::kCalendar:
        return fmt::format("{}mo{}", e->as<ast::CalendarExpr>()->months, mark);
      case ast::ExprKind::kPercent:
        return fmt::format("{}%{}", e->as<ast::PercentExpr>()->percent, mark);
      case ast::ExprKind::kTime:
        return time(*e->as<ast::TimeExpr>()) + mark;
      case ast::ExprKind::kDate:
        return fmt::format("(date {}{})", e->as<ast::DateExpr>()->days, mark);
      case ast::ExprKind::kClock:
        return fmt::format("(clock {}{})", clock(e->as<ast::ClockExpr>()->of_day_ms), mark);
      case ast::ExprKind::kBool:
        return (e->as<ast::BoolExpr>()->value ? "true" : "false") + mark;
      case ast::ExprKind::kMissing:
        return "missing" + mark;
      case ast::ExprKind::kName:
        return std::string(e->as<ast::NameExpr>()->name) + mark;
      case ast::ExprKind::kRoot:
        return std::string(kRoots[static_cast<size_t>(e->as<ast::RootExpr>()->root)]) + mark;
      default:
        return "(" + inner(*e, mark) + ")";
    }
  }

 private:
  std::string marks(ast::NodeId id, Span span) const {
    std::string out;
    if (options_.ids) out += fmt::format("#{}", id.number);
    if (options_.spans) out += fmt::format("@{}..{}", span.begin, span.end);
    return out;
  }

  static std::string time(const ast::TimeExpr& t) {
    if (!t.has_offset) return fmt::format("(time {})", t.local_ms);
    return fmt::format("(time {} offset {})", t.local_ms, length(t.offset_ms));
  }

  // Of the kinds that have parts.
  std::string inner(const ast::Expr& e, const std::string& mark) const {
    switch (e.kind) {
      case ast::ExprKind::kList: {
        std::string out = "list" + mark;
        for (const ast::Expr* item : e.as<ast::ListExpr>()->items) out += " " + expr(item);
        return out;
      }
      case ast::ExprKind::kRecord: {
        std::string out = "record" + mark;
        for (const ast::RecordField& field : e.as<ast::RecordExpr>()->fields) {
          out += fmt::format(" ({} {})", field.key.text, expr(field.value));
        }
        return out;
      }
      case ast::ExprKind::kMember: {
        const auto& member = *e.as<ast::MemberExpr>();
        const std::string argument = member.argument == nullptr ? "" : " " + expr(member.argument);
        return fmt::format(".{} {} {}{}", mark, expr(member.object), member.key.text, argument);
      }
      case ast::ExprKind::kIndex: {
        const auto& index = *e.as<ast::IndexExpr>();
        return fmt::format("at{} {} {}", mark, expr(index.object), expr(index.index));
      }
      case ast::ExprKind::kCall: {
        const auto& call = *e.as<ast::CallExpr>();
        std::string out = fmt::format("call{} {}", mark, call.function.text);
        for (const ast::Argument& argument : call.arguments) {
          out += " " + expr(argument.value);
          if (argument.where != nullptr) out += " where " + expr(argument.where);
        }
        return out;
      }
      case ast::ExprKind::kEngagement:
        return engagement(*e.as<ast::EngagementExpr>(), mark);
      case ast::ExprKind::kUnary: {
        const auto& unary = *e.as<ast::UnaryExpr>();
        return fmt::format("{}{} {}", unary.op == ast::UnaryOp::kNot ? "not" : "neg", mark,
                           expr(unary.operand));
      }
      case ast::ExprKind::kBinary: {
        const auto& binary = *e.as<ast::BinaryExpr>();
        return fmt::format("{}{} {} {}", kBinaryOps[static_cast<size_t>(binary.op)], mark, expr(binary.left),
                           expr(binary.right));
      }
      case ast::ExprKind::kIs: {
        const auto& is = *e.as<ast::IsExpr>();
        return fmt::format("is{} {} {}", mark, expr(is.operand), is.present ? "present" : "missing");
      }
      case ast::ExprKind::kNo: {
        const auto& no = *e.as<ast::NoExpr>();
        return fmt::format("no{} {} for {}", mark, occurrence(no.occurrence), length(no.window_ms));
      }
      default:
        return fmt::format("paren{} {}", mark, expr(e.as<ast::ParenExpr>()->inner));
    }
  }

  std::string engagement(const ast::EngagementExpr& e, const std::string& mark) const {
    std::string out = fmt::format("engagement{} {}", mark, kEngagementWords[static_cast<size_t>(e.word)]);
    if (!e.target.empty()) out += fmt::format(" of {}", e.target.text);
    if (e.link != nullptr) out += " on " + expr(e.link);
    return out;
  }

  std::string occurrence(const ast::Occurrence& o) const {
    return fmt::format("{}{}", o.event.text, o.where == nullptr ? "" : " where " + expr(o.where));
  }

  std::string segment(const ast::SegmentRef& s) const {
    return s.condition == nullptr ? std::string(s.name.text) : "(condition " + expr(s.condition) + ")";
  }

  // ---- lines
  void line(const std::string& text) {
    if (!out_.empty()) out_ += '\n';
    out_.append(static_cast<size_t>(depth_) * 2, ' ');
    out_ += text;
  }
  // Opens a node that has nodes inside; close() ends it on its last line.
  void open(const std::string& text) {
    line("(" + text);
    ++depth_;
  }
  void close() {
    --depth_;
    out_ += ')';
  }
  void docs(std::span<const std::string_view> texts) {
    for (const std::string_view text : texts) line("(doc " + quote(text) + ")");
  }
  static std::string named(std::string_view key, const ast::Word& word) {
    return word.empty() ? "" : fmt::format(" {} {}", key, word.text);
  }

  // ---- types
  std::string type(const ast::Type* t) const {
    std::string out;
    switch (t->kind) {
      case ast::TypeKind::kNamed:
        out = t->name.text;
        if (t->argument != nullptr) out += "<" + type(t->argument) + ">";
        break;
      case ast::TypeKind::kEnum:
        for (const ast::StringLiteral& value : t->values) out += (out.empty() ? "" : "|") + quote(value.text);
        break;
      case ast::TypeKind::kRecord:
        out = "{";
        for (const ast::Field* one : t->fields)
          out += fmt::format("{}{}", out.size() == 1 ? "" : ", ", field(one));
        out += "}";
        break;
    }
    return out + (t->optional ? "?" : "");
  }
  std::string field(const ast::Field* f) const {
    return fmt::format("{}{}: {}{}", f->key.text, marks(f->id, f->span), type(f->type),
                       f->default_value == nullptr ? "" : " = " + expr(f->default_value));
  }
  void fields(std::span<const ast::Field* const> all) {
    for (const ast::Field* one : all) line("(field " + field(one) + ")");
  }

  // ---- steps
  void block(std::string_view name, const ast::Block& b) {
    open(std::string(name) + (b.braced ? "" : " unbraced"));
    for (const ast::Step* one : b.steps) step(*one);
    close();
  }
  void otherwise(const ast::ElseBranch& b) {
    if (b.present) block("else", b.block);
  }
  std::string body(const ast::SendBody& b) const {
    return fmt::format("{}{}{}", b.channel.text, b.channel.empty() ? "" : " ",
                       b.text == nullptr ? std::string(b.message.text) : expr(b.text));
  }
  std::string send_options(const ast::SendOptions& o) const {
    std::string out;
    if (o.with != nullptr) out += " with " + expr(o.with);
    if (o.best_hour) out += " best_hour_within " + length(o.best_hour_within_ms);
    if (o.has_expires) out += " expires_after " + length(o.expires_after_ms);
    if (o.while_condition != nullptr) out += " while " + expr(o.while_condition);
    return out;
  }

  void step(const ast::Step& s) {
    open(head(s) + (s.label.empty() ? "" : fmt::format(" @{}", s.label.text)));
    docs(s.docs);
    parts(s);
    close();
  }

  // The first line of a step.
  std::string head(const ast::Step& s) const {
    const std::string mark = marks(s.id, s.span);
    if (const auto* x = s.as<ast::SendStep>())
      return "send" + mark + " " + body(x->body) + send_options(x->options);
    if (const auto* x = s.as<ast::SendFirstStep>()) {
      std::string out = "send_first" + mark;
      for (const ast::SendBody& one : x->bodies) out += " (" + body(one) + ")";
      return out + (x->by == nullptr ? "" : " by " + expr(x->by)) + send_options(x->options);
    }
    if (const auto* x = s.as<ast::DoStep>()) {
      std::string out = fmt::format("do{} {}", mark, x->sequence.text);
      for (const ast::Expr* argument : x->arguments) out += " " + expr(argument);
      return out;
    }
    if (const auto* x = s.as<ast::StartStep>()) {
      return fmt::format("start{} {}{}", mark, x->journey.text,
                         x->with == nullptr ? "" : " with " + expr(x->with));
    }
    if (const auto* x = s.as<ast::SetStep>())
      return fmt::format("set{} {} {}", mark, expr(x->target), expr(x->value));
    if (const auto* x = s.as<ast::AddStep>())
      return fmt::format("add{} {} {}", mark, expr(x->value), expr(x->target));
    if (const auto* x = s.as<ast::TagStep>())
      return (x->remove ? "untag" : "tag") + mark + " " + expr(x->tag);
    if (const auto* x = s.as<ast::SubscribeStep>()) {
      return fmt::format("{}{} {}", x->remove ? "unsubscribe" : "subscribe", mark,
                         x->topic == nullptr ? std::string(x->channel.text) : expr(x->topic));
    }
    if (const auto* x = s.as<ast::AudienceStep>()) {
      return fmt::format("audience_{}{} {}", x->remove ? "remove" : "add", mark, expr(x->audience));
    }
    if (const auto* x = s.as<ast::EmitStep>()) {
      return fmt::format("emit{} {}{}", mark, x->event.text,
                         x->properties == nullptr ? "" : " " + expr(x->properties));
    }
    if (const auto* x = s.as<ast::NoteStep>()) return "note" + mark + " " + expr(x->text);
    if (const auto* x = s.as<ast::ExitStep>())
      return "exit" + mark + (x->reason ? " " + expr(x->reason) : "");
    if (const auto* x = s.as<ast::IfStep>()) return "if" + mark + " " + expr(x->condition);
    if (const auto* x = s.as<ast::MatchStep>()) return "match" + mark + " " + expr(x->subject);
    if (const auto* x = s.as<ast::RepeatStep>()) {
      return fmt::format("repeat{}{} {} every {}{}", mark, x->up_to ? " up_to" : "", x->times,
                         length(x->every_ms), x->until == nullptr ? "" : " until " + expr(x->until));
    }
    if (const auto* x = s.as<ast::SplitStep>()) {
      return fmt::format(
          "split{} {}{}", mark, x->name.text,
          x->has_winner ? fmt::format(" winner after {} at {}%", x->winner_after, x->winner_at_percent) : "");
    }
    if (const auto* x = s.as<ast::CallStep>()) {
      return fmt::format("call{} {}{}{}{}", mark, x->connector.text,
                         x->request == nullptr ? "" : " " + expr(x->request), named("as", x->as),
                         x->has_up_to ? " up_to " + length(x->up_to_ms) : "");
    }
    return wait_head(s, mark);
  }

  std::string wait_head(const ast::Step& s, const std::string& mark) const {
    if (const auto* x = s.as<ast::WaitStep>()) return "wait" + mark + " " + expr(x->duration);
    if (const auto* x = s.as<ast::WaitCalendarStep>()) {
      const ast::CalendarPoint& p = x->point;
      std::string out = "wait_calendar" + mark;
      if (p.has_weekday) out += fmt::format(" {}", kWeekdays[p.weekday_from]);
      if (p.weekday_range) out += fmt::format("..{}", kWeekdays[p.weekday_to]);
      if (p.has_clock) out += " " + clock(p.clock_from_ms);
      if (p.clock_range) out += ".." + clock(p.clock_to_ms);
      return out + (x->has_over ? " over " + length(x->over_ms) : "");
    }
    if (const auto* x = s.as<ast::WaitDayStep>()) {
      return fmt::format("wait_day{} {}{}", mark, x->day, x->has_clock ? " at " + clock(x->clock_ms) : "");
    }
    if (const auto* x = s.as<ast::WaitAfterLastStep>()) {
      return fmt::format("wait_after_last{} {} {}{}{}", mark, length(x->quiet_ms), occurrence(x->occurrence),
                         named("as", x->as), x->has_up_to ? " up_to " + length(x->up_to_ms) : "");
    }
    if (const auto* x = s.as<ast::WaitMomentStep>()) {
      return fmt::format("wait_moment{} {}{}", mark, expr(x->moment),
                         x->has_clock ? " at " + clock(x->clock_ms) : "");
    }
    if (const auto* x = s.as<ast::WaitConditionStep>()) {
      return fmt::format("wait_condition{} {} up_to {}", mark, expr(x->condition), length(x->up_to_ms));
    }
    if (const auto* x = s.as<ast::WaitForStep>()) {
      return fmt::format("wait_for{} {}{} up_to {}", mark, awaited(x->occurrence, x->engagement),
                         named("as", x->as), length(x->up_to_ms));
    }
    const auto* any = s.as<ast::WaitAnyStep>();
    return "wait_any" + mark + " up_to " + length(any->up_to_ms);
  }

  std::string awaited(const ast::Occurrence& o, const ast::EngagementExpr* engagement_expr) const {
    if (engagement_expr == nullptr) return occurrence(o);
    return expr(engagement_expr) + (o.where == nullptr ? "" : " where " + expr(o.where));
  }

  // The blocks of a step.
  void parts(const ast::Step& s) {
    if (const auto* x = s.as<ast::IfStep>()) {
      block("then", x->then_block);
      otherwise(x->else_branch);
    } else if (const auto* match = s.as<ast::MatchStep>()) {
      for (const ast::MatchArm& arm : match->arms) {
        std::string values = "arm";
        for (const ast::Expr* value : arm.values) values += " " + expr(value);
        block(values, arm.block);
      }
      otherwise(match->else_branch);
    } else if (const auto* moment = s.as<ast::WaitMomentStep>()) {
      if (moment->has_then) block("then", moment->then_block);
      otherwise(moment->else_branch);
    } else if (const auto* condition = s.as<ast::WaitConditionStep>()) {
      if (condition->has_then) block("then", condition->then_block);
      otherwise(condition->else_branch);
    } else if (const auto* event = s.as<ast::WaitForStep>()) {
      if (event->has_then) block("then", event->then_block);
      otherwise(event->else_branch);
    } else if (const auto* any = s.as<ast::WaitAnyStep>()) {
      for (const ast::WaitArm& arm : any->arms) wait_arm(arm);
      otherwise(any->else_branch);
    } else if (const auto* split = s.as<ast::SplitStep>()) {
      for (const ast::SplitArm& arm : split->arms) split_arm(arm);
    } else if (const auto* repeat = s.as<ast::RepeatStep>()) {
      block("steps", repeat->block);
    } else if (const auto* call = s.as<ast::CallStep>()) {
      otherwise(call->else_branch);
    }
  }

  void wait_arm(const ast::WaitArm& arm) {
    std::string events = "on";
    for (size_t i = 0; i < arm.occurrences.size(); ++i) {
      events += (i == 0 ? " " : ", ") + awaited(arm.occurrences[i], arm.engagements[i]);
    }
    block(events + named("as", arm.as), arm.block);
  }

  void split_arm(const ast::SplitArm& arm) {
    std::string head = "arm";
    if (!arm.name.empty()) head += fmt::format(" {}", arm.name.text);
    if (arm.is_quota) {
      head += fmt::format(" {} per {}", arm.quota, length(arm.quota_window_ms));
    } else if (!arm.is_rest) {
      head += fmt::format(" {}%", arm.percent);
    }
    if (arm.has_block) {
      block(head, arm.block);
    } else {
      line("(" + head + ")");
    }
  }

  // ---- clauses
  void clause(const ast::Clause& c) {
    const std::string mark = marks(c.id, c.span);
    if (const auto* on = c.as<ast::OnClause>()) {
      open("on" + mark);
      docs(c.docs);
      for (const ast::Trigger* one : on->triggers) line("(" + trigger(*one) + ")");
    } else if (const auto* until = c.as<ast::UntilClause>()) {
      open(fmt::format("until{} {}{}", mark, expr(until->condition),
                       until->where == nullptr ? "" : " where " + expr(until->where)));
      docs(c.docs);
      if (until->has_block) block("steps", until->block);
    } else if (const auto* lasts = c.as<ast::LastsClause>()) {
      open(fmt::format("lasts{} {}", mark, length(lasts->at_most_ms)));
      docs(c.docs);
      if (lasts->has_block) block("steps", lasts->block);
    } else {
      open(clause_head(c, mark));
      docs(c.docs);
    }
    close();
  }

  std::string clause_head(const ast::Clause& c, const std::string& mark) const {
    if (const auto* x = c.as<ast::EveryClause>()) {
      std::string out = "every" + mark;
      switch (x->every) {
        case ast::EveryKind::kDay:
          out += " day";
          break;
        case ast::EveryKind::kWeekdays:
          out += " " + weekdays(x->weekday_mask);
          break;
        case ast::EveryKind::kMonthDay:
          out += fmt::format(" month on {}", x->month_day);
          break;
        case ast::EveryKind::kMonthLast:
          out += " month on last";
          break;
      }
      return out + " at " + clock(x->clock_ms) + (x->has_over ? " over " + length(x->over_ms) : "");
    }
    if (const auto* x = c.as<ast::ForClause>()) return "for" + mark + " " + segment(x->segment);
    if (const auto* x = c.as<ast::EnterClause>()) {
      constexpr std::string_view kModes[] = {"again", "once", "once per", "restart"};
      return fmt::format("enter{} {}{}{}", mark, kModes[static_cast<size_t>(x->mode)],
                         x->mode == ast::EnterMode::kOncePer ? " " + length(x->per_ms) : "",
                         x->each == nullptr ? "" : " each " + expr(x->each));
    }
    if (const auto* x = c.as<ast::GoalClause>()) {
      return fmt::format("goal{} {}{}{}", mark, occurrence(x->occurrence),
                         x->has_within ? " within " + length(x->within_ms) : "",
                         x->value == nullptr ? "" : " value " + expr(x->value));
    }
    if (const auto* x = c.as<ast::PolicyClause>()) return fmt::format("policy{} {}", mark, x->name.text);
    if (const auto* x = c.as<ast::GroupClause>()) return fmt::format("group{} {}", mark, x->name.text);
    if (const auto* x = c.as<ast::PriorityClause>()) return fmt::format("priority{} {}", mark, x->priority);
    if (const auto* x = c.as<ast::HoldoutClause>()) return fmt::format("holdout{} {}%", mark, x->percent);
    if (const auto* x = c.as<ast::ActiveClause>()) {
      return fmt::format("active{} from {} to {}", mark, expr(x->from), expr(x->to));
    }
    if (const auto* x = c.as<ast::BudgetClause>()) {
      return fmt::format("budget{} {} per {}", mark, x->count, length(x->window_ms));
    }
    if (const auto* x = c.as<ast::AdmitClause>()) {
      constexpr std::string_view kThen[] = {"", " then skip", " then queue"};
      return fmt::format("admit{} {} per {}{}", mark, x->count, length(x->window_ms),
                         kThen[static_cast<size_t>(x->then)]);
    }
    const auto* zone = c.as<ast::ZoneClause>();
    return "zone" + mark + " " + (zone->zone == nullptr ? "contact" : expr(zone->zone));
  }

  std::string trigger(const ast::Trigger& t) const {
    const std::string mark = marks(t.id, t.span);
    const std::string at = t.has_clock ? " at " + clock(t.clock_ms) : "";
    switch (t.kind) {
      case ast::TriggerKind::kEvent:
        return fmt::format("event{} {}", mark, occurrence(t.occurrence));
      case ast::TriggerKind::kEnterSegment:
        return fmt::format("enter{} {}", mark, segment(t.segment));
      case ast::TriggerKind::kLeaveSegment:
        return fmt::format("leave{} {}", mark, segment(t.segment));
      case ast::TriggerKind::kSilence:
        return fmt::format("no{} {} for {}", mark, occurrence(t.occurrence), length(t.silence_ms));
      case ast::TriggerKind::kDate:
        return fmt::format("date{} {}{}{}", mark, expr(t.date), t.yearly ? " yearly" : "", at);
      case ast::TriggerKind::kDateOffset:
        return fmt::format("{}{} {} {}{}", t.before ? "before" : "after", mark, expr(t.offset), expr(t.date),
                           at);
      case ast::TriggerKind::kMoment:
        return fmt::format("moment{} {}", mark, expr(t.date));
    }
    return "trigger";
  }

  // ---- declarations
  void declaration(const ast::Decl& d) {
    const std::string mark = marks(d.id, d.span);
    if (const auto* x = d.as<ast::EventDecl>()) {
      open(fmt::format("event{} {}{}{}", mark, d.name.text,
                       x->wire_name == nullptr ? "" : " = " + expr(x->wire_name),
                       x->has_fields ? "" : " open"));
      docs(d.docs);
      fields(x->fields);
    } else if (const auto* contact = d.as<ast::ContactDecl>()) {
      open("contact" + mark);
      docs(d.docs);
      fields(contact->fields);
    } else if (const auto* catalog = d.as<ast::CatalogDecl>()) {
      open(fmt::format("catalog{} {} by {} file {}", mark, d.name.text, catalog->key.text,
                       expr(catalog->file)));
      docs(d.docs);
      fields(catalog->fields);
    } else if (const auto* journey = d.as<ast::JourneyDecl>()) {
      open(fmt::format("journey{} {}{}", mark, d.name.text, journey->anonymous ? " anonymous" : ""));
      docs(d.docs);
      for (const ast::Clause* one : journey->clauses) clause(*one);
      for (const ast::Step* one : journey->steps) step(*one);
    } else if (const auto* steps = d.as<ast::StepsDecl>()) {
      open(fmt::format("steps{} {}", mark, d.name.text));
      docs(d.docs);
      for (const ast::Parameter& one : steps->parameters) {
        line(fmt::format("(parameter {}: {})", one.name.text, type(one.type)));
      }
      for (const ast::Step* one : steps->block.steps) step(*one);
    } else {
      other_declaration(d, mark);
    }
    close();
  }

  void other_declaration(const ast::Decl& d, const std::string& mark) {
    if (const auto* x = d.as<ast::SegmentDecl>()) {
      open(fmt::format("segment{} {} {}", mark, d.name.text, expr(x->condition)));
      docs(d.docs);
    } else if (const auto* constant = d.as<ast::ConstDecl>()) {
      open(fmt::format("const{} {} {}", mark, d.name.text, expr(constant->value)));
      docs(d.docs);
    } else if (const auto* score = d.as<ast::ScoreDecl>()) {
      open(fmt::format("score{} {}", mark, d.name.text));
      docs(d.docs);
      for (const ast::ScoreItem& item : score->items) score_item(item);
    } else if (const auto* channel = d.as<ast::ChannelDecl>()) {
      open(fmt::format("channel{} {}{}{}{}", mark, d.name.text,
                       channel->address == nullptr ? "" : " address " + expr(channel->address),
                       channel->consent == nullptr ? "" : " consent " + expr(channel->consent),
                       channel->has_cost ? fmt::format(" cost {}", channel->cost) : ""));
      docs(d.docs);
    } else if (const auto* message = d.as<ast::MessageDecl>()) {
      open(fmt::format("message{} {} {}", mark, d.name.text, message->channel.text));
      docs(d.docs);
      for (const ast::MessageItem* item : message->items) message_item(*item);
    } else if (const auto* policy = d.as<ast::PolicyDecl>()) {
      open(fmt::format("policy{} {}", mark, d.name.text));
      docs(d.docs);
      for (const ast::Guard* one : policy->guards) line("(" + guard(*one) + ")");
    } else if (const auto* settings = d.as<ast::SettingsDecl>()) {
      open("settings" + mark);
      docs(d.docs);
      for (const ast::Setting& one : settings->settings) line("(" + setting(one) + ")");
    } else if (const auto* migrate = d.as<ast::MigrateDecl>()) {
      open(fmt::format("migrate{} {}", mark, d.name.text));
      docs(d.docs);
      for (const ast::MigrateRule& rule : migrate->rules) {
        line(fmt::format("(@{} -> {})", rule.from.text,
                         rule.to.empty() ? "exit" : fmt::format("@{}", rule.to.text)));
      }
    } else {
      const auto* test = d.as<ast::TestDecl>();
      std::string of;
      for (const ast::Word& one : test->journeys)
        of += fmt::format("{}{}", of.empty() ? " of " : ", ", one.text);
      open("test" + mark + " " + quote(test->title.text) + of);
      docs(d.docs);
      for (const ast::TestLine* one : test->lines) line("(" + test_line(*one) + ")");
    }
  }

  void score_item(const ast::ScoreItem& item) {
    switch (item.kind) {
      case ast::ScoreItemKind::kPoints:
        line(fmt::format("({:+} {})", item.points, occurrence(item.occurrence)));
        break;
      case ast::ScoreItemKind::kDecay:
        line(fmt::format("(decay {}% every {})", item.decay_percent, length(item.decay_every_ms)));
        break;
      case ast::ScoreItemKind::kBetween:
        line(fmt::format("(between {} and {})", item.low, item.high));
        break;
    }
  }

  void message_item(const ast::MessageItem& item) {
    constexpr std::string_view kNames[] = {"subject", "body", "from",     "to",    "reply_to", "preheader",
                                           "html",    "text", "category", "topic", "offer",    "data"};
    constexpr std::string_view kCategories[] = {" marketing", " transactional", ""};
    std::string head = std::string(kNames[static_cast<size_t>(item.kind)]) + marks(item.id, item.span);
    if (item.kind == ast::MessageItemKind::kCategory) head += kCategories[static_cast<size_t>(item.category)];
    if (item.from_file) head += " file";
    if (item.text != nullptr) head += " " + expr(item.text);
    open(head);
    fields(item.fields);
    close();
  }

  std::string guard(const ast::Guard& g) const {
    constexpr std::string_view kNames[] = {"consent", "cap", "quiet", "hibernate", "pause", "throttle"};
    constexpr std::string_view kConsent[] = {"opt_in", "opt_out", "none"};
    std::string out = std::string(kNames[static_cast<size_t>(g.kind)]) + marks(g.id, g.span);
    for (const ast::Word& channel : g.channels) out += fmt::format(" {}", channel.text);
    switch (g.kind) {
      case ast::GuardKind::kConsent:
        return out + fmt::format(" {}", kConsent[static_cast<size_t>(g.consent)]);
      case ast::GuardKind::kCap:
        if (g.category != nullptr) out += " category " + expr(g.category);
        if (g.offer) out += " offer";
        out += fmt::format(" {} per {}", expr(g.limit), length(g.window_ms));
        if (!g.segment.span.empty()) out += " for " + segment(g.segment);
        return out;
      case ast::GuardKind::kQuiet:
        out += fmt::format(" {}..{}", clock(g.quiet_from_ms), clock(g.quiet_to_ms));
        if (g.weekday_mask != 0) out += " on " + weekdays(g.weekday_mask);
        return out + (g.quiet_drop ? " then drop" : "");
      case ast::GuardKind::kHibernate:
        return out + " when " + expr(g.when) + (g.count == 0 ? "" : fmt::format(" after {} sends", g.count));
      case ast::GuardKind::kPause:
        return out +
               fmt::format(" when {} > {}% of {}", g.bounces ? "bounces" : "complaints", g.percent, g.count);
      case ast::GuardKind::kThrottle:
        return out + fmt::format(" {} per {}", g.count, length(g.window_ms));
    }
    return out;
  }

  std::string setting(const ast::Setting& s) const {
    constexpr std::string_view kLevels[] = {"off", "warn", "error"};
    switch (s.kind) {
      case ast::SettingKind::kZone:
        return "zone " + expr(s.zone);
      case ast::SettingKind::kLate:
        return "late " + length(s.duration_ms);
      case ast::SettingKind::kCatchUp:
        return "catch_up " + length(s.duration_ms);
      case ast::SettingKind::kMachineOpens:
        return fmt::format("machine_opens {}", s.word.text);
      case ast::SettingKind::kLanguage:
        return fmt::format("language {}", s.number);
      case ast::SettingKind::kLint:
        return fmt::format("lint {} {}", s.word.text, kLevels[static_cast<size_t>(s.level)]);
    }
    return "setting";
  }

  // ---- tests
  std::string test_line(const ast::TestLine& t) const {
    constexpr std::string_view kNames[] = {
        "contact",        "at",    "after", "assume_split", "assume_call", "assume_holdout", "assume_paused",
        "provider_fails", "expect"};
    std::string out = std::string(kNames[static_cast<size_t>(t.kind)]) + marks(t.id, t.span);
    if (t.kind == ast::TestLineKind::kAt) out += " " + expr(t.moment);
    if (t.kind == ast::TestLineKind::kAfter) out += " " + length(t.after_ms);
    if (t.contact != nullptr) out += " " + expr(t.contact);
    if (t.nobody) out += " nobody";
    if (t.kind == ast::TestLineKind::kExpect) return out + expectation(t);
    if (t.action != ast::TestActionKind::kNone) return out + action(t);
    if (!t.name.empty()) out += fmt::format(" {}", t.name.text);
    if (t.text != nullptr) out += " " + expr(t.text);
    if (t.record != nullptr) out += " " + expr(t.record);
    if (t.times != 0) out += fmt::format(" times {}", t.times);
    return out;
  }

  std::string action(const ast::TestLine& t) const {
    constexpr std::string_view kNames[] = {"", "event", "engagement", "identify", "alias", "erase"};
    std::string out = fmt::format(" ({}", kNames[static_cast<size_t>(t.action)]);
    if (!t.event.empty()) out += fmt::format(" {}", t.event.text);
    out += named("of", t.target);
    if (t.text != nullptr) out += " " + expr(t.text);
    if (t.record != nullptr) out += " " + expr(t.record);
    return out + ")";
  }

  std::string expectation(const ast::TestLine& t) const {
    constexpr std::string_view kNames[] = {"sent",  "nothing_sent", "suppressed", "in", "waiting_at",
                                           "ended", "converted",    "compare",    "is"};
    std::string out = t.negated ? " not" : "";
    out += fmt::format(" {}", kNames[static_cast<size_t>(t.expect)]);
    if (t.expect == ast::ExpectKind::kSent) out += " " + body(t.body);
    out += named("name", t.name) + named("channel", t.channel) + named("message", t.message);
    if (t.run_key != nullptr) out += " key " + expr(t.run_key);
    if (!t.label.empty()) out += fmt::format(" @{}", t.label.text);
    if (t.times != 0) out += fmt::format(" times {}", t.times);
    if (t.moment != nullptr) out += " on " + expr(t.moment);
    if (!t.with_key.empty()) out += fmt::format(" with {} contains {}", t.with_key.text, expr(t.text));
    out += named("because", t.because);
    if (t.because_text != nullptr) out += " because " + expr(t.because_text);
    if (t.expect == ast::ExpectKind::kConverted && t.right != nullptr) out += " value " + expr(t.right);
    if (t.expect == ast::ExpectKind::kCompare) {
      out += fmt::format(" {} {} {}", expr(t.left), kBinaryOps[static_cast<size_t>(t.op)], expr(t.right));
    }
    if (t.expect == ast::ExpectKind::kIs)
      out += fmt::format(" {} {}", expr(t.left), t.present ? "present" : "missing");
    return out;
  }

  const DumpOptions& options_;
  std::string out_;
  int depth_ = 0;
};

}  // namespace

std::string dump(const ast::File& file, const DumpOptions& options) {
  Dumper dumper(options);
  dumper.file(file);
  return dumper.take();
}

std::string dump(const ast::Expr& expr, const DumpOptions& options) { return Dumper(options).expr(&expr); }

}  // namespace wend

#include "compiler/analysis/test_paths.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "compiler/analysis/test_facts.h"
#include "vm/core/functions.h"
#include "vm/core/time_zone.h"

namespace wend {

using namespace ast;

namespace {

constexpr Millis kBeginLocal = 20514 * kMillisPerDay + 10 * kMillisPerHour;  // 2026-03-02 10:00, a Monday
constexpr Millis kMomentAhead = 30 * kMillisPerDay;
constexpr std::string_view kWho = "\"ana\"";

// Something that a test does at a moment.
struct PathLine {
  Millis at_ms = 0;
  std::string action;
};

struct PathSend {
  uint32_t send = kNone;
  Millis at_ms = 0;
};

// How a contact gets somewhere.
struct Way {
  Facts facts;
  uint32_t trigger = kNone;  // event
  std::vector<std::string> before;  // lines without a time
  std::vector<PathLine> lines;
  std::vector<PathSend> sent;
  std::vector<std::string> left_open;
  Millis entered_ms = 0;
  Millis now_ms = 0;
};

// Of several ways on, the one to go on with: least left open, then the shortest.
void keep_better(std::optional<Way>& best, std::optional<Way> other) {
  if (!other) return;
  const auto cost = [](const Way& way) {
    return std::tuple(way.left_open.size(), way.lines.size() + way.before.size());
  };
  if (!best || cost(*other) < cost(*best)) best = std::move(other);
}

// All ways through one journey.
class JourneyPaths {
 public:
  JourneyPaths(const CheckedProgram& program, const SourceMap& sources, const JourneyInfo& journey,
               std::vector<TestPath>& found)
      : program_(program),
        sources_(sources),
        journey_(journey),
        project_zone_(zone_of(program.settings.zone)),
        zone_(journey.zone ? zone_of(journey.zone) : project_zone_),
        solver_(program, sources, project_zone_),
        found_(found) {}

  void run();

 private:
  static const Zone& zone_of(const std::optional<std::string>& name) {
    const Zone* zone = name ? find_zone(*name) : nullptr;
    return zone != nullptr ? *zone : utc_zone();
  }
  std::optional<Way> entry() const;
  std::optional<Way> walk(std::span<const Step* const> steps, Way way);
  std::optional<Way> step(const Step& step, Way way);
  std::optional<Way> branch(const IfStep& step, const Way& way);
  std::optional<Way> match(const MatchStep& step, const Way& way);
  std::optional<Way> wait_for(const WaitForStep& step, const Way& way);
  std::optional<Way> wait_any(const WaitAnyStep& step, const Way& way);
  std::optional<Way> wait_moment(const WaitMomentStep& step, const Way& way);
  std::optional<Way> wait_condition(const WaitConditionStep& step, const Way& way);
  std::optional<Way> otherwise(const ElseBranch& branch, Way way);
  void last_acts();

  void solve(const Expr& condition, bool wanted, bool event_is_trigger, Way& way) const;
  void engage(const WantedEngagement& wanted, Way& way) const;
  void listen(const ListenInfo& listen, Millis within_ms, Way& way) const;
  const PathSend* send_of(const QueryInfo& query, const Way& way) const;
  std::string engagement_line(const QueryInfo& query, const PathSend* sent) const;
  bool set_moment(const Expr& moment, bool has_clock, Millis clock_ms, bool in_time, Way& way) const;
  Millis calendar_point(const WaitCalendarStep& step, Millis now_ms) const;
  std::string address_of(uint32_t send) const;

  void found(Span at, std::string outcome, const Way& way);
  std::string lines_of(const Way& way) const;
  std::string record_of(const std::map<std::string, Fact>& facts) const;
  std::string event_line(uint32_t event, std::map<std::string, Fact> facts,
                         const std::vector<std::string>& missing, const std::string& prefix) const;

  const CheckedProgram& program_;
  const SourceMap& sources_;
  const JourneyInfo& journey_;
  const Zone& project_zone_;
  const Zone& zone_;
  const FactSolver solver_;
  std::vector<TestPath>& found_;
  std::map<std::tuple<uint32_t, uint32_t, std::string>, size_t> index_;  // file, begin, outcome
  std::optional<Way> first_wait_;
};

void JourneyPaths::run() {
  const std::optional<Way> begin = entry();
  if (!begin) return;
  walk(journey_.decl->steps, *begin);
  last_acts();
}

std::optional<Way> JourneyPaths::entry() const {
  for (const TriggerInfo& trigger : journey_.triggers) {
    if (trigger.listen.event == kNone || program_.events[trigger.listen.event].word) continue;
    Way way;
    way.trigger = trigger.listen.event;
    way.entered_ms = way.now_ms = from_local_ms(project_zone_, kBeginLocal);
    if (trigger.listen.where != nullptr) solve(*trigger.listen.where, true, true, way);
    if (journey_.for_condition != nullptr) solve(*journey_.for_condition, true, true, way);
    return way;
  }
  return std::nullopt;
}

std::optional<Way> JourneyPaths::walk(std::span<const Step* const> steps, Way way) {
  std::optional<Way> here = std::move(way);
  for (const Step* each : steps) {
    here = step(*each, std::move(*here));
    if (!here) return std::nullopt;
  }
  return here;
}

std::optional<Way> JourneyPaths::step(const Step& step, Way way) {
  found(step.span, {}, way);
  const auto waits = [&](Millis until_ms) {
    if (!first_wait_) first_wait_ = way;
    way.now_ms = std::max(way.now_ms, until_ms);
    return std::optional<Way>(way);
  };
  switch (step.kind) {
    case StepKind::kSend:
      way.sent.push_back({program_.info(step).send, way.now_ms});
      return way;
    case StepKind::kExit:
      return std::nullopt;
    case StepKind::kWait: {
      const auto length = solver_.fixed(*step.as<WaitStep>()->duration);
      if (!length) {
        way.left_open.emplace_back(sources_.text(step.span));
        return waits(way.now_ms + kMomentAhead);
      }
      return waits(way.now_ms + static_cast<Millis>(length->number));
    }
    case StepKind::kWaitCalendar:
      return waits(calendar_point(*step.as<WaitCalendarStep>(), way.now_ms));
    case StepKind::kWaitDay: {
      const auto& wait = *step.as<WaitDayStep>();
      const Value arguments[] = {Value::of_time(way.entered_ms), Value::of_int(wait.day),
                                 wait.has_clock ? Value::of_clock(wait.clock_ms) : Value()};
      const Value day = call_function(Function::kDayOfRun, arguments, {&zone_, {}, nullptr, nullptr});
      return waits(day.tag == Tag::kTime ? day.i : way.now_ms);
    }
    case StepKind::kIf:
      return branch(*step.as<IfStep>(), way);
    case StepKind::kMatch:
      return match(*step.as<MatchStep>(), way);
    case StepKind::kWaitFor:
      return wait_for(*step.as<WaitForStep>(), way);
    case StepKind::kWaitAny:
      return wait_any(*step.as<WaitAnyStep>(), way);
    case StepKind::kWaitMoment:
      return wait_moment(*step.as<WaitMomentStep>(), way);
    case StepKind::kWaitCondition:
      return wait_condition(*step.as<WaitConditionStep>(), way);
    case StepKind::kWaitAfterLast:
      return waits(way.now_ms + step.as<WaitAfterLastStep>()->quiet_ms);
    case StepKind::kRepeat: {
      const auto& repeat = *step.as<RepeatStep>();
      std::optional<Way> pass = walk(repeat.block.steps, way);
      if (pass) pass->now_ms += repeat.every_ms * std::max<int64_t>(0, repeat.times - 1);
      return pass;
    }
    default:
      return way;
  }
}

std::optional<Way> JourneyPaths::branch(const IfStep& step, const Way& way) {
  std::optional<Way> best;
  Way yes = way;
  solve(*step.condition, true, true, yes);
  found(step.span, "true", yes);
  keep_better(best, walk(step.then_block.steps, std::move(yes)));
  Way no = way;
  solve(*step.condition, false, true, no);
  found(step.span, "false", no);
  keep_better(best, otherwise(step.else_branch, std::move(no)));
  return best;
}

std::optional<Way> JourneyPaths::otherwise(const ElseBranch& branch, Way way) {
  return branch.present ? walk(branch.block.steps, std::move(way)) : std::optional<Way>(std::move(way));
}

std::optional<Way> JourneyPaths::match(const MatchStep& step, const Way& way) {
  std::optional<Way> best;
  std::vector<const Expr*> values;
  for (const MatchArm& arm : step.arms) values.insert(values.end(), arm.values.begin(), arm.values.end());
  const auto take = [&](const Expr* value, Span at, std::span<const Step* const> steps) {
    Way taken = way;
    const Facts before = taken.facts;
    if (!solver_.match(*step.subject, value, values, taken.facts)) {
      taken.facts = before;
      taken.left_open.push_back(std::string(sources_.text(step.subject->span)) + " is " +
                                (value != nullptr ? std::string(sources_.text(value->span)) : "none of these"));
    }
    found(at, {}, taken);
    keep_better(best, walk(steps, std::move(taken)));
  };
  for (const MatchArm& arm : step.arms) take(arm.values.front(), arm.span, arm.block.steps);
  if (step.else_branch.present) {
    take(nullptr, step.else_branch.block.span, step.else_branch.block.steps);
  }
  return best;
}

std::optional<Way> JourneyPaths::wait_for(const WaitForStep& step, const Way& way) {
  if (!first_wait_) first_wait_ = way;
  const ListenInfo& info = program_.info(step).listen;
  std::optional<Way> best;
  Way came = way;
  listen(info, step.up_to_ms, came);
  found(step.span, program_.events[info.event].name, came);
  const auto then = step.has_then ? step.then_block.steps : std::span<const Step* const>();
  keep_better(best, walk(then, std::move(came)));
  Way over = way;
  over.now_ms += step.up_to_ms;
  found(step.span, "time over", over);
  keep_better(best, otherwise(step.else_branch, std::move(over)));
  return best;
}

std::optional<Way> JourneyPaths::wait_any(const WaitAnyStep& step, const Way& way) {
  if (!first_wait_) first_wait_ = way;
  const StepInfo& info = program_.info(step);
  std::optional<Way> best;
  for (size_t i = 0; i < step.arms.size() && i < info.arms.size(); ++i) {
    std::string name;
    for (const ListenInfo& one : info.arms[i].listens) {
      const std::string& event = program_.events[one.event].name;
      if (name != event) name += (name.empty() ? "" : " or ") + event;
    }
    Way came = way;
    listen(info.arms[i].listens.front(), step.up_to_ms, came);
    found(step.span, name, came);
    keep_better(best, walk(step.arms[i].block.steps, std::move(came)));
  }
  Way over = way;
  over.now_ms += step.up_to_ms;
  found(step.span, "time over", over);
  keep_better(best, otherwise(step.else_branch, std::move(over)));
  return best;
}

std::optional<Way> JourneyPaths::wait_moment(const WaitMomentStep& step, const Way& way) {
  if (!first_wait_) first_wait_ = way;
  std::optional<Way> best;
  for (const bool in_time : {true, false}) {
    Way taken = way;
    if (!set_moment(*step.moment, step.has_clock, step.clock_ms, in_time, taken)) {
      taken.left_open.push_back(std::string(sources_.text(step.moment->span)) +
                                (in_time ? " is still to come" : " is missing or past"));
      if (in_time) taken.now_ms += kMomentAhead;
    }
    found(step.span, in_time ? "in time" : "missing or past", taken);
    if (in_time) {
      const auto then = step.has_then ? step.then_block.steps : std::span<const Step* const>();
      keep_better(best, walk(then, std::move(taken)));
    } else {
      keep_better(best, otherwise(step.else_branch, std::move(taken)));
    }
  }
  return best;
}

std::optional<Way> JourneyPaths::wait_condition(const WaitConditionStep& step, const Way& way) {
  if (!first_wait_) first_wait_ = way;
  std::optional<Way> best;
  Way yes = way;
  solve(*step.condition, true, true, yes);
  found(step.span, "true", yes);
  const auto then = step.has_then ? step.then_block.steps : std::span<const Step* const>();
  keep_better(best, walk(then, std::move(yes)));
  Way over = way;
  solve(*step.condition, false, true, over);
  over.now_ms += step.up_to_ms;
  found(step.span, "time over", over);
  keep_better(best, otherwise(step.else_branch, std::move(over)));
  return best;
}

// The blocks of `until` and `lasts at most`, from the first wait.
void JourneyPaths::last_acts() {
  if (!first_wait_) return;
  for (const UntilInfo& until : journey_.untils) {
    if (!until.clause->has_block || until.listen.event == kNone) continue;
    Way way = *first_wait_;
    listen(until.listen, 2 * kMillisPerMinute, way);
    walk(until.clause->block.steps, std::move(way));
  }
  if (journey_.lasts == nullptr || !journey_.lasts->has_block) return;
  Way way = *first_wait_;
  way.now_ms = way.entered_ms + journey_.lasts_ms();
  walk(journey_.lasts->block.steps, std::move(way));
}

// ------------------------------------------------------------------------------------------ conditions

void JourneyPaths::solve(const Expr& condition, bool wanted, bool event_is_trigger, Way& way) const {
  std::vector<WantedEngagement> engagements;
  solver_.solve(condition, wanted, event_is_trigger, way.facts, engagements, way.left_open);
  for (const WantedEngagement& one : engagements) engage(one, way);
}

// The send that a query speaks of, so far as this way has come.
const PathSend* JourneyPaths::send_of(const QueryInfo& query, const Way& way) const {
  for (auto sent = way.sent.rbegin(); sent != way.sent.rend(); ++sent) {
    if (query.scope == QueryScope::kMessage && program_.sends[sent->send].message != query.target) continue;
    if (query.scope == QueryScope::kSend && sent->send != query.target) continue;
    return &*sent;
  }
  return nullptr;
}

std::string JourneyPaths::address_of(uint32_t send) const {
  const MessageInfo& message = program_.messages[program_.sends[send].message];
  const uint32_t address = message.channel == kNone ? kNone : program_.channels[message.channel].address;
  return address == kNone ? std::string() : program_.attributes[address].name;
}

std::string JourneyPaths::engagement_line(const QueryInfo& query, const PathSend* sent) const {
  std::string line(engagement_word_name(query.word));
  if (sent != nullptr) {
    const SendInfo& send = program_.sends[sent->send];
    const MessageInfo& message = program_.messages[send.message];
    std::string target(message.decl != nullptr ? std::string_view(message.name) : send.step->label.text);
    if (target.empty() && query.link != nullptr) return {};  // a link needs a name in front
    if (!target.empty()) line += " " + target;
  }
  if (query.link != nullptr) line += " on " + std::string(sources_.text(query.link->span));
  return line;
}

void JourneyPaths::engage(const WantedEngagement& wanted, Way& way) const {
  const PathSend* sent = send_of(*wanted.query, way);
  const auto open = [&] {
    const std::string word(engagement_word_name(wanted.query->word));
    way.left_open.push_back(wanted.happened ? word : "not " + word);
  };
  if (sent == nullptr) {
    if (wanted.happened) open();
    return;
  }
  const std::string address = address_of(sent->send);
  const MessageInfo& message = program_.messages[program_.sends[sent->send].message];
  const wend::EngagementWord word = wanted.query->word;
  if (word == wend::EngagementWord::kSent || word == wend::EngagementWord::kSuppressed) {
    if (wanted.happened == (word == wend::EngagementWord::kSent)) return;
    if (address.empty()) return open();
    way.facts.missing.push_back("contact." + address);
    return;
  }
  if (word == wend::EngagementWord::kDelivered || word == wend::EngagementWord::kFailed) {
    if (wanted.happened == (word == wend::EngagementWord::kDelivered)) return;
    way.before.push_back("provider " + program_.channels[message.channel].name + " fails with \"timeout\"");
    return;
  }
  if (!wanted.happened) return;
  const Millis at_ms = sent->at_ms + kMillisPerMinute;
  const std::string line = engagement_line(*wanted.query, sent);
  if (at_ms >= way.now_ms || line.empty()) return open();
  way.lines.push_back({at_ms, line});
}

// The event of a wait comes a minute on.
void JourneyPaths::listen(const ListenInfo& listen, Millis within_ms, Way& way) const {
  const Millis at_ms = way.now_ms + std::min(kMillisPerMinute, within_ms / 2);
  if (program_.events[listen.event].word) {
    static constexpr QueryInfo kAny{};
    const QueryInfo* query = listen.query != kNone ? &program_.queries[listen.query] : &kAny;
    QueryInfo asked = *query;
    asked.word = *program_.events[listen.event].word;
    const PathSend* sent = send_of(asked, way);
    const std::string line = sent != nullptr ? engagement_line(asked, sent) : std::string();
    if (line.empty()) {
      way.left_open.push_back("`" + std::string(engagement_word_name(asked.word)) + "` comes");
    } else {
      way.lines.push_back({at_ms, line});
    }
  } else {
    way.facts.arriving.clear();
    if (listen.where != nullptr) solve(*listen.where, true, false, way);
    way.lines.push_back({at_ms, event_line(listen.event, way.facts.arriving, way.facts.missing, "event.")});
  }
  way.now_ms = at_ms;
}

// ------------------------------------------------------------------------------------------ moments

Millis JourneyPaths::calendar_point(const WaitCalendarStep& step, Millis now_ms) const {
  const CalendarPoint& point = step.point;
  const Value from = point.has_clock ? Value::of_clock(point.clock_from_ms) : Value();
  const Value to = point.has_clock ? Value::of_clock(point.clock_to_ms) : Value();
  const FunctionEnvironment environment{&zone_, {}, nullptr, nullptr};
  Value next;
  if (point.has_weekday) {
    const Value arguments[] = {Value::of_time(now_ms), Value::of_int(point.weekday_from),
                               Value::of_int(point.weekday_to), from, to};
    next = call_function(Function::kNextWeekday, arguments, environment);
  } else {
    const Value arguments[] = {Value::of_time(now_ms), from, to};
    next = call_function(Function::kNextClock, arguments, environment);
  }
  return (next.tag == Tag::kTime ? next.i : now_ms) + (step.has_over ? step.over_ms : 0);
}

// Gives the attribute or property that a moment is made of a value: `contact.renewal_date - 7d`.
bool JourneyPaths::set_moment(const Expr& moment, bool has_clock, Millis clock_ms, bool in_time, Way& way) const {
  const Expr* subject = strip_parens(&moment);
  Millis shift_ms = 0;  // of the moment against its subject
  if (const auto* binary = subject->as<BinaryExpr>()) {
    const auto length = solver_.fixed(*binary->right);
    if (!length || length->base != BaseType::kDuration) return false;
    if (binary->op != BinaryOp::kAdd && binary->op != BinaryOp::kSub) return false;
    shift_ms = static_cast<Millis>(binary->op == BinaryOp::kAdd ? length->number : -length->number);
    subject = strip_parens(binary->left);
  }
  if (subject->kind != ExprKind::kMember) return false;
  const ExprInfo& info = program_.info(*subject);
  const bool of_contact = info.resolution.kind == ResolutionKind::kAttribute;
  const bool of_trigger = info.resolution.kind == ResolutionKind::kTriggerProperty ||
                          info.resolution.kind == ResolutionKind::kEventProperty;
  if (!of_contact && !of_trigger) return false;
  std::map<std::string, Fact>& facts = of_contact ? way.facts.contact : way.facts.trigger;
  const std::string name = of_contact ? program_.attributes[info.resolution.index].name
                                      : std::string(info.resolution.name);
  if (facts.contains(name)) return false;
  const bool is_date = info.used_type()->is(BaseType::kDate);
  if (!is_date && !info.used_type()->is(BaseType::kTime)) return false;
  Millis due_ms = way.now_ms + (in_time ? kMomentAhead : -kMomentAhead);
  if (is_date || has_clock) {
    const Millis clock = has_clock ? clock_ms : 0;
    due_ms = from_local_ms(zone_, days_of_local(to_local_ms(zone_, due_ms)) * kMillisPerDay + clock);
  }
  Fact fact;
  fact.base = info.used_type()->base;
  fact.number = is_date ? static_cast<double>(days_of_local(to_local_ms(zone_, due_ms) - shift_ms))
                        : static_cast<double>(due_ms - shift_ms);
  if (!in_time && info.optional) {
    way.facts.missing.push_back((of_contact ? "contact." : "trigger.") + name);
  } else {
    facts.emplace(name, fact);
  }
  if (in_time) way.now_ms = due_ms;
  return true;
}

// ------------------------------------------------------------------------------------------ the test

void JourneyPaths::found(Span at, std::string outcome, const Way& way) {
  const auto [known, fresh] =
      index_.try_emplace({at.file.number, at.begin, outcome}, found_.size());
  if (!fresh && found_[known->second].left_open.size() <= way.left_open.size()) return;
  TestPath path;
  const SourceFile& file = sources_.file(at.file);
  const LineColumn place = file.character_position(at.begin);
  path.journey = std::string(journey_.decl->name.text);
  path.file = file.path();
  path.line = place.line + 1;
  path.column = place.column + 1;
  path.title = path.journey + ": line " + std::to_string(path.line);
  if (outcome == "true") path.title += " holds";
  if (outcome == "false") path.title += " does not hold";
  if (!outcome.empty() && outcome != "true" && outcome != "false") path.title += ", " + outcome;
  path.outcome = std::move(outcome);
  path.lines = lines_of(way);
  path.left_open = way.left_open;
  if (fresh) {
    found_.push_back(std::move(path));
  } else {
    found_[known->second] = std::move(path);
  }
}

std::string JourneyPaths::record_of(const std::map<std::string, Fact>& facts) const {
  std::string text = "{ ";
  for (const auto& [name, fact] : facts) {
    text += (text.size() > 2 ? ", " : "") + name + ": " + fact_source(fact, project_zone_);
  }
  return text.size() > 2 ? text + " }" : std::string();
}

// The event with what it must have by its declaration, besides the facts.
std::string JourneyPaths::event_line(uint32_t event, std::map<std::string, Fact> facts,
                                     const std::vector<std::string>& missing,
                                     const std::string& prefix) const {
  const EventInfo& info = program_.events[event];
  for (const PropertyInfo& property : info.properties) {
    if (property.optional || property.type->is(BaseType::kError)) continue;
    facts.emplace(property.name, sample_fact(*property.type, property.name, project_zone_));
  }
  for (const std::string& place : missing) {
    if (place.starts_with(prefix)) facts.erase(place.substr(prefix.size()));
  }
  const std::string record = record_of(facts);
  return info.name + (record.empty() ? "" : " " + record);
}

std::string JourneyPaths::lines_of(const Way& way) const {
  std::map<std::string, Fact> contact = way.facts.contact;
  for (const SendInfo& send : program_.sends) {
    if (send.message == kNone || &program_.journeys[send.journey] != &journey_) continue;
    const std::string address = address_of(static_cast<uint32_t>(&send - program_.sends.data()));
    if (!address.empty()) contact.emplace(address, sample_fact({BaseType::kString}, address, project_zone_));
  }
  for (const std::string& place : way.facts.missing) {
    if (place.starts_with("contact.")) contact.erase(place.substr(8));
  }
  const std::string record = record_of(contact);
  std::string text = "contact " + std::string(kWho) + " " + (record.empty() ? "{}" : record) + "\n";
  for (const std::string& line : way.before) text += line + "\n";
  std::vector<PathLine> lines = way.lines;
  std::stable_sort(lines.begin(), lines.end(),
                   [](const PathLine& a, const PathLine& b) { return a.at_ms < b.at_ms; });
  text += "at " + format_pattern(project_zone_, way.entered_ms, "%Y-%m-%d %H:%M") + " " +
          event_line(way.trigger, way.facts.trigger, way.facts.missing, "trigger.") + "\n";
  Millis at_ms = way.entered_ms;
  for (const PathLine& line : lines) {
    text += "after " + format_duration(line.at_ms - at_ms) + " " + line.action + "\n";
    at_ms = line.at_ms;
  }
  if (way.now_ms > at_ms) text += "after " + format_duration(way.now_ms - at_ms) + "\n";
  return text;
}

}  // namespace

std::vector<TestPath> find_test_paths(const CheckedProgram& program, const SourceMap& sources) {
  std::vector<TestPath> found;
  for (const JourneyInfo& journey : program.journeys) JourneyPaths(program, sources, journey, found).run();
  return found;
}

}  // namespace wend

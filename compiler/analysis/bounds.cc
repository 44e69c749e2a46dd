#include "compiler/analysis/bounds.h"

#include <algorithm>
#include <set>

#include "compiler/analysis/flow_steps.h"
#include "compiler/analysis/fold.h"
#include "compiler/analysis/passes.h"
#include "compiler/analysis/walk.h"

namespace wend {

using namespace ast;

namespace {

int64_t plus_counts(int64_t a, int64_t b) { return std::min(kCountless, a + b); }
int64_t times_counts(int64_t a, int64_t b) {
  if (a != 0 && b > kCountless / a) return kCountless;
  return std::min(kCountless, a * b);
}

SentMessage message_of(const Context& context, const SendBody& body) {
  SentMessage sent;
  if (body.text != nullptr) {
    const auto channel = context.names.channels.find(body.channel.text);
    if (channel == context.names.channels.end()) return sent;
    sent.channel = channel->second;
    sent.counts = context.program.channels[sent.channel].reaches_person;
    return sent;
  }
  const auto found = context.names.messages.find(body.message.text);
  if (found == context.names.messages.end()) return sent;
  const MessageInfo& message = context.program.messages[found->second];
  sent.channel = message.channel;
  sent.internal = message.decl != nullptr && item_of(*message.decl, MessageItemKind::kTo) != nullptr;
  sent.counts = is_marketing(context, message);
  return sent;
}

// What ways through some steps hand over at most.
struct SentCounts {
  std::vector<int64_t> by_channel;
  int64_t marketing = 0;

  void take_most(const SentCounts& other) {
    if (by_channel.size() < other.by_channel.size()) by_channel.resize(other.by_channel.size(), 0);
    for (size_t i = 0; i < other.by_channel.size(); ++i) {
      by_channel[i] = std::max(by_channel[i], other.by_channel[i]);
    }
    marketing = std::max(marketing, other.marketing);
  }
  void add(const SentCounts& other, int64_t times = 1) {
    if (by_channel.size() < other.by_channel.size()) by_channel.resize(other.by_channel.size(), 0);
    for (size_t i = 0; i < other.by_channel.size(); ++i) {
      by_channel[i] = plus_counts(by_channel[i], times_counts(other.by_channel[i], times));
    }
    marketing = plus_counts(marketing, times_counts(other.marketing, times));
  }
};

// All ways through a list of steps: those that come out at its end, and those that end inside.
struct Ways {
  int64_t through = 1;
  int64_t ended = 0;
  SentCounts sent_through;
  SentCounts sent_ended;
  bool waits = false;
  SentCounts sent_waiting;  // where it waits: by then at any wait inside, and at any send that is held

  static Ways none() {
    Ways ways;
    ways.through = 0;
    return ways;
  }
  // Ways of which a run takes one.
  void add_branch(const Ways& other) {
    if (other.through > 0) sent_through.take_most(other.sent_through);
    through = plus_counts(through, other.through);
    ended = plus_counts(ended, other.ended);
    sent_ended.take_most(other.sent_ended);
    sent_waiting.take_most(other.sent_waiting);
    waits = waits || other.waits;
  }
  // Ways that go on with `next`.
  void then(const Ways& next) {
    if (through == 0) return;
    const auto behind = [this](const SentCounts& part) {
      SentCounts sum = sent_through;
      sum.add(part);
      return sum;
    };
    if (next.ended > 0) sent_ended.take_most(behind(next.sent_ended));
    if (next.waits) sent_waiting.take_most(behind(next.sent_waiting));
    waits = waits || next.waits;
    ended = plus_counts(ended, times_counts(through, next.ended));
    sent_through = behind(next.sent_through);
    through = times_counts(through, next.through);
  }
};

}  // namespace

int64_t ways_without_block(const Step& step) {
  const auto two = [](const auto& wait) -> int64_t {
    if (!wait.has_then && !wait.else_branch.present) return 1;  // both are the same way
    return (wait.has_then ? 0 : 1) + (wait.else_branch.present ? 0 : 1);
  };
  switch (step.kind) {
    case StepKind::kIf:
      return step.as<IfStep>()->else_branch.present ? 0 : 1;
    case StepKind::kMatch:
      return 0;  // its cases are all there
    case StepKind::kWaitMoment:
      return two(*step.as<WaitMomentStep>());
    case StepKind::kWaitCondition:
      return two(*step.as<WaitConditionStep>());
    case StepKind::kWaitFor:
      return two(*step.as<WaitForStep>());
    case StepKind::kWaitAny:
      return step.as<WaitAnyStep>()->else_branch.present ? 0 : 1;
    case StepKind::kSplit: {
      const auto& arms = step.as<SplitStep>()->arms;
      return std::count_if(arms.begin(), arms.end(), [](const SplitArm& arm) { return !arm.has_block; });
    }
    default:
      return 1;
  }
}

const ElseBranch* else_of(const Step& step) {
  switch (step.kind) {
    case StepKind::kIf:
      return &step.as<IfStep>()->else_branch;
    case StepKind::kMatch:
      return &step.as<MatchStep>()->else_branch;
    case StepKind::kWaitMoment:
      return &step.as<WaitMomentStep>()->else_branch;
    case StepKind::kWaitCondition:
      return &step.as<WaitConditionStep>()->else_branch;
    case StepKind::kWaitFor:
      return &step.as<WaitForStep>()->else_branch;
    case StepKind::kWaitAny:
      return &step.as<WaitAnyStep>()->else_branch;
    case StepKind::kCall:
      return &step.as<CallStep>()->else_branch;
    default:
      return nullptr;
  }
}

namespace {

class WayCounter {
 public:
  explicit WayCounter(const Context& context) : context_(context) {}

  Ways count(std::span<const Step* const> steps) const {
    Ways all;
    for (const Step* step : steps) all.then(count_step(*step));
    return all;
  }

 private:
  Ways count_step(const Step& step) const;
  Ways count_send(const Step& step) const;
  Ways count_repeat(const RepeatStep& step) const;

  const Context& context_;
};

Ways WayCounter::count_send(const Step& step) const {
  Ways ways;
  ways.waits = true;  // it may be held
  ways.sent_through.by_channel.resize(context_.program.channels.size(), 0);
  for (const SentMessage& message : messages_of(context_, step)) {
    if (message.channel == kNone || message.internal) continue;
    ways.sent_through.by_channel[message.channel] = 1;  // one of them goes out
    if (message.counts) ways.sent_through.marketing = 1;
  }
  return ways;
}

// Every pass takes any of the ways; with `until` each number of passes is a way of its own.
Ways WayCounter::count_repeat(const RepeatStep& step) const {
  const Ways pass = count(step.block.steps);
  const int64_t times = std::max<int64_t>(0, step.times);
  Ways all = step.until != nullptr || times == 0 ? Ways() : Ways::none();
  int64_t ways = 1;
  for (int64_t i = 0; i < times; ++i) {
    if (i > 0) all.ended = plus_counts(all.ended, times_counts(ways, pass.ended));
    if (i == 0) all.ended = pass.ended;
    ways = times_counts(ways, pass.through);
    const bool may_stop = step.until != nullptr || i + 1 == times;
    if (may_stop) all.through = plus_counts(all.through, ways);
    const bool settled = ways == 0 || (ways == kCountless && all.through == kCountless);
    if (settled) break;
  }
  if (times == 0) return all;
  SentCounts before_last;
  if (pass.through > 0) before_last.add(pass.sent_through, times - 1);
  const auto in_last = [&](const SentCounts& part) {
    SentCounts sum = before_last;
    sum.add(part);
    return sum;
  };
  if (pass.through > 0) all.sent_through.take_most(in_last(pass.sent_through));
  if (pass.ended > 0) all.sent_ended.take_most(in_last(pass.sent_ended));
  all.waits = true;
  if (pass.waits) all.sent_waiting.take_most(in_last(pass.sent_waiting));
  if (pass.through > 0) all.sent_waiting.take_most(before_last);  // at the wait in front of the last pass
  return all;
}

Ways WayCounter::count_step(const Step& step) const {
  switch (step.kind) {
    case StepKind::kSend:
    case StepKind::kSendFirst:
      return count_send(step);
    case StepKind::kExit: {
      Ways ways = Ways::none();
      ways.ended = 1;
      return ways;
    }
    case StepKind::kRepeat:
      return count_repeat(*step.as<RepeatStep>());
    case StepKind::kDo: {
      Ways ways;
      for_each_block(step, [&](const Block& block) { ways.then(count(block.steps)); });
      return ways;
    }
    default:
      break;
  }
  Ways ways = Ways::none();
  for_each_block(step, [&](const Block& block) { ways.add_branch(count(block.steps)); });
  for (int64_t i = ways_without_block(step); i > 0; --i) ways.add_branch(Ways());
  ways.waits = ways.waits || waits(step);
  return ways;
}

// Does a value of this type take a number of bytes that is known? Tag and value as they are stored.
std::optional<int64_t> bytes_of(TypeRef type) {
  switch (type->base) {
    case BaseType::kBool:
      return 2;
    case BaseType::kNumber:
    case BaseType::kPercent:
      return 9;
    case BaseType::kEnum: {
      size_t longest = 0;
      for (const std::string& value : type->values) longest = std::max(longest, value.size());
      return static_cast<int64_t>(longest) + 3;
    }
    case BaseType::kInt:
    case BaseType::kDuration:
    case BaseType::kCalendar:
    case BaseType::kTime:
    case BaseType::kDate:
    case BaseType::kClock:
      return 11;
    default:
      return std::nullopt;
  }
}

// Parts of the record (docs/formats/record.md), each at its longest.
constexpr int64_t kRunBytes = 96;
constexpr int64_t kSendBytes = 26;
constexpr int64_t kSlotBytes = 16;
constexpr int64_t kEventIdBytes = 38;
constexpr int64_t kPropertyBytes = 6;  // its number and the place of its value
constexpr int64_t kMostRunsOfJourney = 100;

class KeepReader {
 public:
  KeepReader(const Context& context, const JourneyInfo& journey, JourneyBounds& bounds)
      : context_(context), program_(context.program), journey_(journey), bounds_(bounds) {}

  void run() {
    for (const TriggerInfo& trigger : journey_.triggers) listens(trigger.listen);
    for (const UntilInfo& until : journey_.untils) listens(until.listen);
    if (journey_.goal) listens(journey_.goal->listen);
    for (const Clause* clause : journey_.decl->clauses) read_clause(*clause);
    for_each_step_of(*journey_.decl, [&](const Step& step) { read_step(step); });
    keep_trigger();
    bounds_.events.assign(events_.begin(), events_.end());
    std::sort(bounds_.kept.begin(), bounds_.kept.end());
    std::sort(bounds_.kept_texts.begin(), bounds_.kept_texts.end());
  }

 private:
  void name(std::string_view event) {
    if (!event.empty()) events_.emplace(event);
  }
  void listens(const ListenInfo& listen) {
    if (listen.event != kNone) name(program_.events[listen.event].name);
    if (listen.where != nullptr) read_expr(*listen.where);
  }
  void read_expr(const Expr& whole) {
    for_each_expr_below(whole, [&](const Expr& expr) {
      if (const auto* word = expr.as<EngagementExpr>()) name(engagement_event_name(*word));
      if (const auto* silence = expr.as<NoExpr>()) name(silence->occurrence.event.text);
      if (const auto* named = expr.as<NameExpr>(); named != nullptr && context_.names.events.contains(named->name)) {
        name(named->name);
      }
    });
  }
  std::string_view engagement_event_name(const EngagementExpr& word) const {
    return program_.events[engagement_event(engagement_word(word.word))].name;
  }
  void read_clause(const Clause& clause) {
    if (const auto* on = clause.as<OnClause>()) {
      for (const Trigger* trigger : on->triggers) {
        name(trigger->occurrence.event.text);
        if (trigger->segment.condition != nullptr) read_expr(*trigger->segment.condition);
      }
    }
    if (const auto* whom = clause.as<ForClause>(); whom != nullptr && whom->segment.condition != nullptr) {
      read_expr(*whom->segment.condition);
    }
    if (const auto* until = clause.as<UntilClause>()) read_expr(*until->condition);
    if (const auto* goal = clause.as<GoalClause>(); goal != nullptr && goal->value != nullptr) read_expr(*goal->value);
  }
  void read_step(const Step& step) {
    for_each_expr(step, [&](const Expr& expr) { read_expr(expr); });
    const StepInfo& info = program_.info(step);
    listens(info.listen);
    for (const WaitArmInfo& arm : info.arms) {
      for (const ListenInfo& listen : arm.listens) listens(listen);
    }
    if (const auto* last = step.as<WaitAfterLastStep>()) name(last->occurrence.event.text);
    if (const auto* wait = step.as<WaitForStep>()) keep_slot(wait->as.text, info.listen);
    if (const auto* any = step.as<WaitAnyStep>()) {
      for (size_t i = 0; i < any->arms.size() && i < info.arms.size(); ++i) {
        for (const ListenInfo& listen : info.arms[i].listens) keep_slot(any->arms[i].as.text, listen);
      }
    }
    if (info.send != kNone) bounds_.run_bytes += kSendBytes;
  }
  void keep(const std::string& path, const PropertyInfo* property) {
    if (std::find(bounds_.kept.begin(), bounds_.kept.end(), path) != bounds_.kept.end()) return;
    bounds_.kept.push_back(path);
    bounds_.run_bytes += kPropertyBytes;
    const std::optional<int64_t> bytes =
        property == nullptr || property->type == nullptr ? std::nullopt : bytes_of(property->type);
    if (bytes) {
      bounds_.run_bytes += *bytes;
    } else {
      bounds_.kept_texts.push_back(path);
    }
  }
  void keep_trigger() {
    bounds_.run_bytes += kRunBytes + kEventIdBytes;
    for (const std::string_view property : journey_.kept_properties) {
      const PropertyInfo* found = nullptr;
      for (const TriggerInfo& trigger : journey_.triggers) {
        if (trigger.listen.event == kNone) continue;
        if (found == nullptr) found = program_.events[trigger.listen.event].property(property);
      }
      keep("trigger." + std::string(property), found);
    }
  }
  // Of an event named by `as` all declared properties are kept.
  void keep_slot(std::string_view as, const ListenInfo& listen) {
    if (as.empty() || listen.event == kNone) return;
    bounds_.run_bytes += kSlotBytes + kEventIdBytes;
    for (const PropertyInfo& property : program_.events[listen.event].properties) {
      keep(std::string(as) + "." + property.name, &property);
    }
  }

  const Context& context_;
  const CheckedProgram& program_;
  const JourneyInfo& journey_;
  JourneyBounds& bounds_;
  std::set<std::string> events_;
};

// One run at a time, unless it has a key or a new one may begin while an older one goes on.
int64_t most_runs(const JourneyInfo& journey, Millis longest_ms) {
  if (journey.enter == nullptr) return 1;
  if (journey.enter->each != nullptr) return kMostRunsOfJourney;
  if (journey.enter->mode != ast::EnterMode::kOncePer || journey.enter->per_ms <= 0) return 1;
  const Millis lasts_ms = std::min(longest_ms, journey.lasts_ms());
  return std::clamp<int64_t>((lasts_ms + journey.enter->per_ms - 1) / journey.enter->per_ms, 1, kMostRunsOfJourney);
}

}  // namespace

const MessageItem* item_of(const MessageDecl& decl, MessageItemKind kind) {
  for (const MessageItem* item : decl.items) {
    if (item->kind == kind) return item;
  }
  return nullptr;
}

std::vector<SentMessage> messages_of(const Context& context, const Step& step) {
  std::vector<SentMessage> sent;
  if (const auto* send = step.as<SendStep>()) sent.push_back(message_of(context, send->body));
  if (const auto* first = step.as<SendFirstStep>()) {
    for (const SendBody& body : first->bodies) sent.push_back(message_of(context, body));
  }
  return sent;
}

WaitSpan wait_span(const CheckedProgram& program, const Step& step, Millis lasts_ms) {
  constexpr Millis kClockChangeMs = kMillisPerHour;  // what a day may be shorter or longer
  switch (step.kind) {
    case StepKind::kWait: {
      const Expr& length = *strip_parens(step.as<WaitStep>()->duration);
      if (const auto* calendar = length.as<CalendarExpr>()) {
        return {calendar->months * 28 * kMillisPerDay, calendar->months * 31 * kMillisPerDay + kClockChangeMs};
      }
      const std::optional<Folded> value = fold(program, length);
      if (!value || value->number() == nullptr) return {0, lasts_ms};
      const auto fixed_ms = static_cast<Millis>(std::clamp(*value->number(), 0.0, 1e15));
      return {fixed_ms, fixed_ms};
    }
    case StepKind::kWaitCalendar: {
      const auto& wait = *step.as<WaitCalendarStep>();
      const Millis turn_ms = (wait.point.has_weekday ? 7 : 1) * kMillisPerDay + kClockChangeMs;
      return {0, turn_ms + (wait.has_over ? wait.over_ms : 0)};
    }
    case StepKind::kWaitDay: {
      const auto& wait = *step.as<WaitDayStep>();
      const Millis clock_ms = wait.has_clock ? wait.clock_ms : 0;
      const Millis day_ms = wait.day * kMillisPerDay;
      const Millis least_ms = day_ms - kMillisPerDay + clock_ms - kClockChangeMs;
      const Millis most_ms = day_ms + (wait.has_clock ? clock_ms : kMillisPerDay) + kClockChangeMs;
      return {std::max<Millis>(0, least_ms), most_ms, true};
    }
    case StepKind::kWaitAfterLast: {
      const auto& wait = *step.as<WaitAfterLastStep>();
      if (!wait.has_up_to) return {wait.quiet_ms, lasts_ms};
      return {std::min(wait.quiet_ms, wait.up_to_ms), wait.up_to_ms};
    }
    case StepKind::kWaitMoment:
      return {0, lasts_ms};
    case StepKind::kWaitCondition:
      return {0, step.as<WaitConditionStep>()->up_to_ms};
    case StepKind::kWaitFor:
      return {0, step.as<WaitForStep>()->up_to_ms};
    case StepKind::kWaitAny:
      return {0, step.as<WaitAnyStep>()->up_to_ms};
    case StepKind::kCall:
      return {0, step.as<CallStep>()->has_up_to ? step.as<CallStep>()->up_to_ms : lasts_ms};
    default:
      return {};
  }
}

JourneyBounds bounds_of(const Context& context, const JourneyInfo& journey, std::optional<Millis> longest_ms) {
  JourneyBounds bounds;
  bounds.longest_by_lasts = !longest_ms || *longest_ms > journey.lasts_ms();
  bounds.longest_ms = bounds.longest_by_lasts ? journey.lasts_ms() : *longest_ms;
  const WayCounter counter(context);
  const Ways ways = counter.count(journey.decl->steps);
  bounds.ways = plus_counts(ways.through, ways.ended);
  SentCounts most = ways.sent_ended;
  if (ways.through > 0) most.take_most(ways.sent_through);
  // A last act comes on top of what a run has sent by any of its waits.
  for_each_last_act(*journey.decl, [&](const Block& block, const Clause&) {
    if (!ways.waits) return;
    const Ways act = counter.count(block.steps);
    SentCounts last = act.sent_ended;
    if (act.through > 0) last.take_most(act.sent_through);
    SentCounts sum = ways.sent_waiting;
    sum.add(last);
    most.take_most(sum);
  });
  most.by_channel.resize(context.program.channels.size(), 0);
  bounds.most_sent = std::move(most.by_channel);
  bounds.most_marketing = most.marketing;
  KeepReader(context, journey, bounds).run();
  bounds.most_runs = most_runs(journey, bounds.longest_ms);
  return bounds;
}

}  // namespace wend

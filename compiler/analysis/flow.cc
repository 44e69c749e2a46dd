// How runs move through a journey: steps that nobody reaches, waits that cannot elapse, the longest and the
// shortest time that the steps need, with the way that needs it.

#include <algorithm>
#include <cmath>
#include <vector>

#include "compiler/analysis/flow_steps.h"
#include "compiler/analysis/fold.h"
#include "compiler/analysis/passes.h"
#include "compiler/analysis/walk.h"

namespace wend {
namespace {

using namespace ast;

constexpr Millis kMonthAtMostMs = 31 * kMillisPerDay;
constexpr Millis kMonthAtLeastMs = 28 * kMillisPerDay;
constexpr size_t kMaxHeadBytes = 60;

// A way from the entry to a place.
struct Way {
  Millis length_ms = 0;
  std::vector<PathStep> steps;
  bool ends_in_wait = false;
};

struct Extent {
  Way longest;
  Way shortest;
  bool ended = false;
};

// The first line of a step without its blocks: "wait for clicked up to 1h".
std::string head_of(const Context& context, const Step& step) {
  Span span = step.span;
  if (const auto* any = step.as<WaitAnyStep>(); any != nullptr && !any->arms.empty()) {
    span.end = any->arms[0].span.begin;
    while (span.end > span.begin && context.text({span.file, span.end - 1, span.end}) != "{") --span.end;
    if (span.end > span.begin) --span.end;
  }
  if (step.kind != StepKind::kDo) {  // its block lies elsewhere
    for_each_block(step, [&](const Block& block) { span.end = std::min(span.end, block.span.begin); });
  }
  std::string head;
  for (const char c : context.text(span)) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && (head.empty() || head.back() == ' ')) continue;
    head += blank ? ' ' : c;
  }
  while (!head.empty() && head.back() == ' ') head.pop_back();
  if (head.size() <= kMaxHeadBytes) return head;
  size_t cut = kMaxHeadBytes;
  while (cut > 0 && (static_cast<unsigned char>(head[cut]) & 0xC0U) == 0x80U) --cut;
  return head.substr(0, cut) + "..";
}

bool is_supported(const Step& step) {
  switch (step.kind) {
    case StepKind::kSend:
    case StepKind::kSendFirst:
    case StepKind::kWait:
    case StepKind::kWaitCalendar:
    case StepKind::kWaitDay:
    case StepKind::kWaitMoment:
    case StepKind::kWaitCondition:
    case StepKind::kWaitFor:
    case StepKind::kWaitAny:
    case StepKind::kIf:
    case StepKind::kMatch:
    case StepKind::kSet:
    case StepKind::kNote:
    case StepKind::kExit:
    case StepKind::kWaitAfterLast:
    case StepKind::kRepeat:
    case StepKind::kTag:
    case StepKind::kSubscribe:
    case StepKind::kAudience:
    case StepKind::kEmit:
    case StepKind::kStart:
    case StepKind::kCall:
      return true;
    case StepKind::kDo:
      return step.as<DoStep>()->expansion != nullptr;
    default:
      return false;
  }
}

// Besides the waits: what waits in it.
bool takes_time(const Step& step) { return waits(step) || step.kind == StepKind::kRepeat; }

// False for a `repeat` that was reported.
bool has_bounds(const Step& step) {
  const auto* repeat = step.as<RepeatStep>();
  return repeat == nullptr || (repeat->times >= 1 && repeat->times <= kMaxPasses && repeat->every_ms > 0);
}

class FlowChecker {
 public:
  FlowChecker(Context& context, const JourneyInfo& journey) : context_(context), journey_(journey) {}

  void run();
  // Of the longest way; nullopt where only data knows.
  std::optional<Millis> longest_ms() const {
    return bounded_ && !data_decides_ ? std::optional(longest_.length_ms) : std::nullopt;
  }

 private:
  Extent walk(std::span<const Step* const> steps, Extent extent);
  void walk_step(const Step& step, Extent& extent);
  void walk_wait(const WaitStep& step, Extent& extent);
  template <typename Wait>
  void walk_up_to(const Wait& wait, Extent& extent);
  void walk_repeat(const RepeatStep& step, Extent& extent);
  void walk_branches(bool has_then, const Block& then_block, Extent then_extent, const ElseBranch& other,
                     Extent else_extent, Extent& extent);
  void join(std::span<const Extent> ends, Extent& extent);
  void pass(const Step& step, Extent& extent, Millis at_least_ms, Millis at_most_ms);
  void finish(const Extent& extent);
  void check_last_acts();
  void check_wait_for(const WaitForStep& step);
  void data_decides(Span at);

  Context& context_;
  const JourneyInfo& journey_;
  bool bounded_ = true;    // every step's length is known
  bool reported_ = false;  // a length was reported
  bool data_decides_ = false;
  Way longest_;            // of all ways to an end
};

// The better of two ways to one place.
Way choose(const Way& a, const Way& b, bool longer) {
  return (longer ? b.length_ms > a.length_ms : b.length_ms < a.length_ms) ? b : a;
}

void FlowChecker::run() {
  for_each_step(journey_.decl->steps,
                [&](const Step& step) { bounded_ = bounded_ && is_supported(step) && has_bounds(step); });
  Extent start;
  if (!journey_.triggers.empty()) {
    const Trigger& trigger = *journey_.triggers.front().trigger;
    const Span event = trigger.occurrence.event.span;
    const std::vector<PathStep> path = {{"on " + context_.text(event), context_.line_of(event)}};
    start.longest.steps = start.shortest.steps = path;
  }
  const Extent end = walk(journey_.decl->steps, start);
  if (!end.ended) finish(end);
  check_last_acts();
  if (!bounded_ || reported_) return;
  const Millis limit_ms = journey_.lasts_ms();
  // At the limit itself the run ends before a wait that is due then: only a wait with nothing behind it fits.
  const bool too_long =
      longest_.length_ms > limit_ms || (longest_.length_ms == limit_ms && !longest_.ends_in_wait);
  if (!too_long) return;
  LastsTooShort message;
  message.written = journey_.lasts != nullptr;
  message.at = message.written ? journey_.lasts->span : journey_.decl->name.span;
  message.limit_ms = limit_ms;
  // A journey that lasts exactly as long would still cut off the last step.
  message.needed_ms = longest_.ends_in_wait ? longest_.length_ms : longest_.length_ms + 1;
  message.path = longest_.steps;
  context_.sink.report(message);
}

Extent FlowChecker::walk(std::span<const Step* const> steps, Extent extent) {
  const Step* ender = nullptr;
  for (const Step* step : steps) {
    if (extent.ended) {
      context_.sink.report(UnreachableStep{step->span, ender->span, ender->kind == StepKind::kExit});
      return extent;
    }
    walk_step(*step, extent);
    ender = step;
  }
  return extent;
}

void FlowChecker::pass(const Step& step, Extent& extent, Millis at_least_ms, Millis at_most_ms) {
  const PathStep here{head_of(context_, step), context_.line_of(step.span)};
  for (Way* way : {&extent.longest, &extent.shortest}) {
    way->steps.push_back(here);
    way->ends_in_wait = is_wait(step.kind);
  }
  extent.longest.length_ms += at_most_ms;
  extent.shortest.length_ms += at_least_ms;
}

void FlowChecker::finish(const Extent& extent) { longest_ = choose(longest_, extent.longest, true); }

void FlowChecker::data_decides(Span at) {
  data_decides_ = true;
  if (journey_.lasts != nullptr || reported_) return;
  reported_ = true;
  context_.sink.report(LastsRequired{at, std::string(journey_.decl->name.text)});
}

void FlowChecker::walk_step(const Step& step, Extent& extent) {
  switch (step.kind) {
    case StepKind::kWait:
      return walk_wait(*step.as<WaitStep>(), extent);
    case StepKind::kWaitCalendar: {
      const auto& wait = *step.as<WaitCalendarStep>();
      const Millis most =
          (wait.point.has_weekday ? 7 : 1) * kMillisPerDay + (wait.has_over ? wait.over_ms : 0);
      return pass(step, extent, 0, most);
    }
    case StepKind::kWaitDay: {
      // The day is counted from the entry, so what went before does not add to it.
      const Millis until = (step.as<WaitDayStep>()->day + 1) * kMillisPerDay;
      return pass(step, extent, 0, std::max<Millis>(0, until - extent.longest.length_ms));
    }
    case StepKind::kWaitMoment: {
      const auto& wait = *step.as<WaitMomentStep>();
      const ExprInfo& moment = context_.program.info(*wait.moment);
      const TypeRef type = moment.used_type();
      const bool is_moment = type != nullptr && (type->is(BaseType::kTime) || type->is(BaseType::kDate));
      if (is_moment) data_decides(wait.moment->span);
      Extent reached = extent;
      pass(step, reached, 0, 0);
      return walk_branches(wait.has_then, wait.then_block, reached, wait.else_branch, extent, extent);
    }
    case StepKind::kWaitFor: {
      const auto& wait = *step.as<WaitForStep>();
      check_wait_for(wait);
      return walk_up_to(wait, extent);
    }
    case StepKind::kWaitCondition:
      return walk_up_to(*step.as<WaitConditionStep>(), extent);
    case StepKind::kIf: {
      const auto& branch = *step.as<IfStep>();
      return walk_branches(true, branch.then_block, extent, branch.else_branch, extent, extent);
    }
    case StepKind::kWaitAny: {
      const auto& wait = *step.as<WaitAnyStep>();
      Extent passed = extent;
      pass(step, passed, wait.up_to_ms, wait.up_to_ms);
      if (wait.else_branch.present) passed = walk(wait.else_branch.block.steps, passed);
      std::vector<Extent> ends = {passed};
      for (const ast::WaitArm& arm : wait.arms) {
        Extent came = extent;
        pass(step, came, 0, wait.up_to_ms);
        ends.push_back(walk(arm.block.steps, came));
      }
      return join(ends, extent);
    }
    case StepKind::kMatch: {
      const auto& match = *step.as<MatchStep>();
      std::vector<Extent> ends;
      for (const MatchArm& arm : match.arms) ends.push_back(walk(arm.block.steps, extent));
      if (match.else_branch.present) ends.push_back(walk(match.else_branch.block.steps, extent));
      return join(ends, extent);
    }
    case StepKind::kWaitAfterLast: {
      // What comes again and again is held up by `up to`, else by the end of the journey alone.
      const auto& wait = *step.as<WaitAfterLastStep>();
      const Millis least = wait.has_up_to ? std::min(wait.quiet_ms, wait.up_to_ms) : wait.quiet_ms;
      return pass(step, extent, least, wait.has_up_to ? wait.up_to_ms : wait.quiet_ms);
    }
    case StepKind::kDo: {
      const auto& steps = *step.as<DoStep>();
      pass(step, extent, 0, 0);
      if (steps.expansion != nullptr) extent = walk(steps.expansion->block.steps, extent);
      return;
    }
    case StepKind::kCall: {
      const auto& call = *step.as<CallStep>();
      if (!awaits_answer(call)) return pass(step, extent, 0, 0);
      Extent answered = extent;
      pass(step, answered, 0, answer_within_ms(call));
      // A refusal comes before the time is over.
      return walk_branches(false, {}, answered, call.else_branch, answered, extent);
    }
    case StepKind::kRepeat:
      return walk_repeat(*step.as<RepeatStep>(), extent);
    case StepKind::kSend:
    case StepKind::kSendFirst:
      return pass(step, extent, 0, 0);
    case StepKind::kExit:
      finish(extent);
      extent.ended = true;
      return;
    default:
      for (Way* way : {&extent.longest, &extent.shortest}) way->ends_in_wait = false;
      return;
  }
}

// A wait for something that comes, or does not come in time.
template <typename Wait>
void FlowChecker::walk_up_to(const Wait& wait, Extent& extent) {
  Extent came = extent;
  pass(wait, came, 0, wait.up_to_ms);
  Extent passed = extent;
  pass(wait, passed, wait.up_to_ms, wait.up_to_ms);
  walk_branches(wait.has_then, wait.then_block, came, wait.else_branch, passed, extent);
}

void FlowChecker::walk_wait(const WaitStep& step, Extent& extent) {
  const Expr& length = *strip_parens(step.duration);
  const ExprInfo& info = context_.program.info(length);
  if (const auto* calendar = length.as<CalendarExpr>()) {
    return pass(step, extent, calendar->months * kMonthAtLeastMs, calendar->months * kMonthAtMostMs);
  }
  const std::optional<Folded> value = fold(context_.program, length);
  if (!value || value->number() == nullptr) {
    const bool broken = info.type == nullptr || !info.used_type()->is(BaseType::kDuration);
    if (!broken && !value) data_decides(length.span);
    return pass(step, extent, 0, 0);
  }
  const auto length_ms = static_cast<Millis>(std::max(0.0, *value->number()));
  const Way before = extent.shortest;
  pass(step, extent, length_ms, length_ms);
  const Millis earliest_ms = before.length_ms + length_ms;
  if (journey_.lasts == nullptr || reported_ || !bounded_ || earliest_ms <= journey_.lasts->at_most_ms)
    return;
  reported_ = true;
  WaitNeverElapses message;
  message.at = step.span;
  message.lasts = journey_.lasts->span;
  message.limit_ms = journey_.lasts->at_most_ms;
  message.earliest_ms = earliest_ms;
  message.longest_ms = extent.longest.length_ms;
  message.path = before.steps;
  context_.sink.report(message);
}

// The first pass, then as many again as there may be with the wait before each.
void FlowChecker::walk_repeat(const RepeatStep& step, Extent& extent) {
  const Extent before = extent;
  const bool may_pass_none = step.until != nullptr;
  pass(step, extent, 0, 0);
  const Extent entered = extent;
  extent = walk(step.block.steps, extent);
  if (extent.ended) {
    // Nobody comes to a second pass: behind it are those for whom the condition held before the first.
    if (may_pass_none) extent = entered;
    return;
  }
  const Millis others = std::clamp<int64_t>(step.times, 1, kMaxPasses) - 1;
  const auto grow = [&](Way& way, const Way& start, Millis times) {
    way.length_ms += times * (step.every_ms + way.length_ms - start.length_ms);
  };
  if (others > 0) {
    // Ways that end inside are longest in the last pass.
    Extent last = entered;
    last.longest.length_ms += others * (step.every_ms + extent.longest.length_ms - entered.longest.length_ms);
    const bool reported = reported_;
    reported_ = true;
    walk(step.block.steps, last);
    reported_ = reported;
  }
  grow(extent.longest, entered.longest, others);
  if (may_pass_none) {
    extent.shortest = choose(before.shortest, extent.shortest, false);
  } else {
    grow(extent.shortest, entered.shortest, others);
  }
}

void FlowChecker::walk_branches(bool has_then, const Block& then_block, Extent then_extent,
                                const ElseBranch& other, Extent else_extent, Extent& extent) {
  if (has_then) then_extent = walk(then_block.steps, then_extent);
  if (other.present) else_extent = walk(other.block.steps, else_extent);
  const Extent ends[] = {then_extent, else_extent};
  join(ends, extent);
}

// Where branches come together again.
void FlowChecker::join(std::span<const Extent> ends, Extent& extent) {
  bool going_on = ends.empty();
  for (const Extent& end : ends) {
    if (end.ended) continue;
    extent.longest = going_on ? choose(extent.longest, end.longest, true) : end.longest;
    extent.shortest = going_on ? choose(extent.shortest, end.shortest, false) : end.shortest;
    going_on = true;
  }
  extent.ended = !going_on;
}

// An event that ends the run as soon as it comes is never seen by a wait of the run.
void FlowChecker::check_wait_for(const WaitForStep& step) {
  const ListenInfo& listen = context_.program.info(step).listen;
  for (const UntilInfo& until : journey_.untils) {
    if (until.condition != nullptr || until.listen.event != listen.event || until.listen.where != nullptr) continue;
    if (step.engagement != nullptr) {
      const auto* word = until.clause->condition->as<EngagementExpr>();
      const bool all =
          word != nullptr && word->target.text == step.engagement->target.text && word->link == nullptr;
      if (!all) continue;
    }
    context_.sink.report(WaitOnlyTimesOut{step.occurrence.span, until.clause->condition->span,
                                          context_.program.events[listen.event].name});
    return;
  }
}

void FlowChecker::check_last_acts() {
  for_each_last_act(*journey_.decl, [&](const Block& block, const Clause& clause) {
    bool waits = false;
    for_each_step(block.steps, [&](const Step& step) {
      if (waits || !takes_time(step)) return;
      waits = true;
      Span head = clause.span;
      head.end = block.span.begin;
      while (head.end > head.begin && context_.text({head.file, head.end - 1, head.end}) == " ") --head.end;
      context_.sink.report(WaitInLastAct{step.span, head});
    });
    // Only for steps behind an `exit`; nothing in a last act takes time.
    FlowChecker act(context_, journey_);
    act.reported_ = true;
    act.walk(block.steps, {});
  });
}

}  // namespace

bool is_wait(StepKind kind) {
  switch (kind) {
    case StepKind::kWait:
    case StepKind::kWaitCalendar:
    case StepKind::kWaitDay:
    case StepKind::kWaitAfterLast:
    case StepKind::kWaitMoment:
    case StepKind::kWaitCondition:
    case StepKind::kWaitFor:
    case StepKind::kWaitAny:
      return true;
    default:
      return false;
  }
}

bool waits(const Step& step) {
  const auto* call = step.as<CallStep>();
  return is_wait(step.kind) || (call != nullptr && awaits_answer(*call));
}

void check_flow(Context& context) {
  for (JourneyInfo& journey : context.program.journeys) {
    FlowChecker checker(context, journey);
    checker.run();
    journey.longest_ms = checker.longest_ms();
  }
}

std::string step_head(const Context& context, const Step& step) { return head_of(context, step); }

void check_zones(Context& context) {
  if (context.program.settings.zone || context.local_time_without_zone.empty()) return;
  const auto before = [](const Span& a, const Span& b) {
    return std::pair(a.file.number, a.begin) < std::pair(b.file.number, b.begin);
  };
  context.sink.report(LocalTimeWithoutZone{*std::min_element(context.local_time_without_zone.begin(),
                                                             context.local_time_without_zone.end(), before)});
}

}  // namespace wend

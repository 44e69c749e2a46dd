// Lints about caps that leave no room for what journeys send in any case.

#include <algorithm>
#include <map>
#include <vector>

#include "compiler/analysis/bounds.h"
#include "compiler/analysis/fold.h"
#include "compiler/analysis/walk.h"
#include "compiler/lint/lint.h"

namespace wend {
namespace {

using namespace ast;

// A cap with a number that holds for everyone.
struct FixedCap {
  const Guard* guard = nullptr;
  std::vector<uint32_t> channels;  // empty: all
  int64_t count = 0;

  bool covers(uint32_t channel) const {
    return channels.empty() || std::find(channels.begin(), channels.end(), channel) != channels.end();
  }
};

std::vector<FixedCap> fixed_caps(const Context& context, const PolicyInfo& policy) {
  std::vector<FixedCap> caps;
  for (const GuardInfo& info : policy.guards) {
    const Guard& guard = *info.guard;
    if (guard.kind != ast::GuardKind::kCap || guard.offer || guard.category != nullptr) continue;
    if (!guard.segment.span.empty() || guard.limit == nullptr) continue;
    const std::optional<Folded> limit = fold(context.program, *guard.limit);
    if (!limit || limit->number() == nullptr) continue;
    caps.push_back({&guard, info.channels, static_cast<int64_t>(std::clamp(*limit->number(), 0.0, 1e12))});
  }
  return caps;
}

// A way through the steps: the fewest messages that it sends within the cap's window after the entry.
struct FewestWay {
  Millis latest_ms = 0;
  int64_t count = 0;
};

class FewestSends {
 public:
  FewestSends(const Context& context, const JourneyInfo& journey, const FixedCap& cap)
      : context_(context), journey_(journey), cap_(cap) {}

  // On any way; runs that `until` ends may send fewer.
  int64_t count() {
    const std::vector<FewestWay> through = walk(journey_.decl->steps, {FewestWay{}});
    for (const FewestWay& way : through) end(way);
    return fewest_.value_or(0);
  }

 private:
  void end(const FewestWay& way) { fewest_ = std::min(fewest_.value_or(way.count), way.count); }
  static void add(std::vector<FewestWay>& ways, FewestWay way) {
    for (const FewestWay& old : ways) {
      if (old.count <= way.count && old.latest_ms >= way.latest_ms) return;
    }
    std::erase_if(ways, [&](const FewestWay& old) {
      return way.count <= old.count && way.latest_ms >= old.latest_ms;
    });
    ways.push_back(way);
  }
  std::vector<FewestWay> walk(std::span<const Step* const> steps, std::vector<FewestWay> ways) {
    for (const Step* step : steps) ways = walk_step(*step, std::move(ways));
    return ways;
  }
  std::vector<FewestWay> walk_step(const Step& step, std::vector<FewestWay> ways);

  const Context& context_;
  const JourneyInfo& journey_;
  const FixedCap& cap_;
  std::optional<int64_t> fewest_;
};

std::vector<FewestWay> FewestSends::walk_step(const Step& step, std::vector<FewestWay> ways) {
  if (step.kind == StepKind::kExit) {
    for (const FewestWay& way : ways) end(way);
    return {};
  }
  const std::vector<SentMessage> messages = messages_of(context_, step);
  if (!messages.empty()) {
    // Of `send first` one goes out, and only if all are covered it is certainly one that counts.
    const bool counts = std::all_of(messages.begin(), messages.end(), [&](const SentMessage& message) {
      return message.counts && cap_.covers(message.channel);
    });
    for (FewestWay& way : ways) way.count += counts && way.latest_ms < cap_.guard->window_ms ? 1 : 0;
    return ways;
  }
  const WaitSpan span = wait_span(context_.program, step, journey_.lasts_ms());
  std::vector<FewestWay> waited;
  for (FewestWay way : ways) {
    way.latest_ms = span.from_entry ? std::max(way.latest_ms, span.most_ms) : way.latest_ms + span.most_ms;
    add(waited, way);
  }
  std::vector<FewestWay> after;
  bool has_blocks = false;
  for_each_block(step, [&](const Block& block) {
    has_blocks = true;
    for (const FewestWay& way : walk(block.steps, waited)) add(after, way);
  });
  const auto* repeat = step.as<RepeatStep>();
  const bool may_skip = repeat != nullptr ? repeat->until != nullptr : ways_without_block(step) > 0;
  if (!has_blocks || may_skip) {
    for (const FewestWay& way : waited) add(after, way);
  }
  return after;
}

// Everybody who does this enters: no `where`, no `for`, not a share of them.
std::vector<uint32_t> sure_triggers(const JourneyInfo& journey) {
  std::vector<uint32_t> events;
  if (journey.for_condition != nullptr) return events;
  for (const Clause* clause : journey.decl->clauses) {
    switch (clause->kind) {
      case ClauseKind::kFor:
      case ClauseKind::kGroup:
      case ClauseKind::kHoldout:
      case ClauseKind::kActive:
      case ClauseKind::kAdmit:
        return events;
      default:
        break;
    }
  }
  for (const TriggerInfo& trigger : journey.triggers) {
    if (trigger.listen.event != kNone && trigger.listen.where == nullptr) events.push_back(trigger.listen.event);
  }
  return events;
}

bool share_a_trigger(const JourneyInfo& a, const JourneyInfo& b) {
  const std::vector<uint32_t> of_a = sure_triggers(a);
  const std::vector<uint32_t> of_b = sure_triggers(b);
  return std::any_of(of_a.begin(), of_a.end(), [&](uint32_t event) {
    return std::find(of_b.begin(), of_b.end(), event) != of_b.end();
  });
}

void check_cap_room(Context& context, uint32_t policy, const FixedCap& cap) {
  struct Sender {
    const JourneyInfo* journey;
    int64_t fewest;
  };
  std::vector<Sender> senders;
  for (const JourneyInfo& journey : context.program.journeys) {
    if (journey.policy != policy) continue;
    const int64_t fewest = FewestSends(context, journey, cap).count();
    if (fewest > 0) senders.push_back({&journey, fewest});
  }
  CapStarvation message;
  message.at = cap.guard->span;
  message.count = cap.count;
  message.window_ms = cap.guard->window_ms;
  for (size_t i = 0; i < senders.size(); ++i) {
    const Sender& one = senders[i];
    message.journey = one.journey->decl->name.span;
    message.needed = one.fewest;
    message.other.reset();
    if (one.fewest > cap.count) return context.sink.report(message);
    for (size_t k = i + 1; k < senders.size(); ++k) {
      const Sender& two = senders[k];
      if (one.fewest + two.fewest <= cap.count || two.fewest > cap.count) continue;
      if (!share_a_trigger(*one.journey, *two.journey)) continue;
      message.other = two.journey->decl->name.span;
      message.needed = one.fewest + two.fewest;
      return context.sink.report(message);
    }
  }
}

}  // namespace

void lint_cap_starvation(Context& context) {
  for (uint32_t policy = 0; policy < context.program.policies.size(); ++policy) {
    for (const FixedCap& cap : fixed_caps(context, context.program.policies[policy])) {
      check_cap_room(context, policy, cap);
    }
  }
}

}  // namespace wend

// Lints about journeys beside each other.

#include <algorithm>
#include <string>

#include "compiler/analysis/passes.h"
#include "compiler/lint/lint.h"

namespace wend {
namespace {

// The same events start both: neither asks more of them than the other.
const TriggerInfo* common_trigger(const Context& context, const JourneyInfo& a, const JourneyInfo& b) {
  const auto asked = [&](const ast::Expr* where) {
    return where != nullptr ? context.text(where->span) : std::string();
  };
  for (const TriggerInfo& one : a.triggers) {
    for (const TriggerInfo& other : b.triggers) {
      const bool same = one.listen.event != kNone && one.listen.event == other.listen.event &&
                        asked(one.listen.where) == asked(other.listen.where);
      if (same) return &one;
    }
  }
  return nullptr;
}

bool for_others(const Context& context, const JourneyInfo& a, const JourneyInfo& b) {
  if (a.for_condition == nullptr || b.for_condition == nullptr) return a.for_condition != b.for_condition;
  return context.text(a.for_condition->span) != context.text(b.for_condition->span);
}

// A channel on which both send marketing; kNone where there is none.
uint32_t common_channel(const Context& context, uint32_t a, uint32_t b) {
  const auto sends_on = [&](uint32_t journey, uint32_t channel) {
    return std::any_of(context.program.sends.begin(), context.program.sends.end(), [&](const SendInfo& send) {
      if (send.journey != journey || send.message == kNone) return false;
      const MessageInfo& message = context.program.messages[send.message];
      return message.channel == channel && is_marketing(context, message);
    });
  };
  for (uint32_t channel = 0; channel < context.program.channels.size(); ++channel) {
    if (sends_on(a, channel) && sends_on(b, channel)) return channel;
  }
  return kNone;
}

}  // namespace

// Two journeys that one event starts and that write on one channel: the contact gets both.
void lint_competing_journeys(Context& context) {
  const std::vector<JourneyInfo>& journeys = context.program.journeys;
  for (uint32_t later = 1; later < journeys.size(); ++later) {
    for (uint32_t earlier = 0; earlier < later; ++earlier) {
      const JourneyInfo& a = journeys[later];
      const JourneyInfo& b = journeys[earlier];
      if (!a.group.empty() && a.group == b.group) continue;
      const TriggerInfo* trigger = common_trigger(context, a, b);
      const TriggerInfo* other = common_trigger(context, b, a);
      if (trigger == nullptr || for_others(context, a, b)) continue;
      const uint32_t channel = common_channel(context, later, earlier);
      if (channel == kNone) continue;
      context.sink.report(CompetingJourneys{trigger->trigger->span, std::string(a.decl->name.text),
                                            std::string(b.decl->name.text),
                                            context.program.channels[channel].name, other->trigger->span});
      break;
    }
  }
}

}  // namespace wend

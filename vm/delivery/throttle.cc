#include "vm/delivery/throttle.h"

#include <algorithm>

namespace wend {

Throttle::Throttle(const Program& program) : program_(program) {
  for (uint32_t i = 0; i < program.policies.size(); ++i) {
    for (const GuardRow& row : program.policies[i].guards) {
      if (row.kind == GuardKind::kThrottle) guards_.push_back({PolicyIx{i}, &row, {}});
    }
  }
}

PolicyIx Throttle::policy_of(const Delivery& delivery) const {
  for (const JourneyRow& journey : program_.journeys) {
    if (program_.text(journey.name) == delivery.journey) return journey.policy;
  }
  return none_of<PolicyIx>();
}

bool Throttle::speaks_of(const Guard& guard, const Delivery& delivery) const {
  const auto is_channel = [&](const ChannelRow& channel) {
    return program_.text(channel.name) == delivery.channel;
  };
  const std::vector<ChannelIx>& named = guard.row->channels;
  if (!named.empty()) {
    return std::any_of(named.begin(), named.end(),
                       [&](ChannelIx ix) { return is_channel(program_.channels[ix.index()]); });
  }
  const auto channel = std::find_if(program_.channels.begin(), program_.channels.end(), is_channel);
  return channel == program_.channels.end() || channel->reaches_person;
}

Millis Throttle::slot(const Delivery& delivery, Millis now_ms) {
  if (guards_.empty()) return now_ms;
  const PolicyIx policy = policy_of(delivery);
  const auto is_internal = [&](const MessageRow& message) {
    return !is_none(message.to) && program_.text(message.name) == delivery.message;
  };
  if (std::any_of(program_.messages.begin(), program_.messages.end(), is_internal)) return now_ms;
  const std::lock_guard lock(mutex_);
  std::vector<Guard*> asked;
  Millis at_ms = now_ms;
  for (Guard& guard : guards_) {
    if (guard.policy != policy || !speaks_of(guard, delivery)) continue;
    asked.push_back(&guard);
    if (guard.slots.empty()) continue;
    // Not before those that asked earlier, so that `slots` ascends.
    at_ms = std::max(at_ms, guard.slots.back());
    if (guard.slots.size() >= guard.row->count)
      at_ms = std::max(at_ms, guard.slots.front() + guard.row->window_ms);
  }
  for (Guard* guard : asked) {
    if (guard->slots.size() >= guard->row->count) guard->slots.pop_front();
    guard->slots.push_back(at_ms);
  }
  return at_ms;
}

}  // namespace wend

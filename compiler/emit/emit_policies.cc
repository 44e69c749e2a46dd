// Policies: their guards as rows in the order in which they are asked, their expressions as routines.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "compiler/emit/context.h"

namespace wend::emit {
namespace {

// How far back `after N sends` counts: a message that nobody has reacted to for longer says nothing any more.
constexpr Millis kSilenceMs = 90 * kMillisPerDay;

uint32_t small_count(int64_t count) {
  return static_cast<uint32_t>(std::clamp<int64_t>(count, 0, std::numeric_limits<int32_t>::max()));
}

void add_cap(Context& context, std::string_view name, const ast::Guard& guard, GuardRow& row) {
  row.kind = GuardKind::kCap;
  row.window_ms = guard.window_ms;
  if (guard.category != nullptr) {
    row.scope = CapScope::kCategory;
    row.category = context.tables.string(guard.category->value.text);
  } else if (guard.offer) {
    row.scope = CapScope::kOffer;
  }
  const auto* literal = guard.limit != nullptr ? guard.limit->as<ast::IntExpr>() : nullptr;
  if (literal != nullptr) {
    row.count = small_count(literal->value);
  } else {
    row.limit = context.expr_routine(fmt::format("policy {} cap", name), guard.limit);
  }
  row.condition = context.segment_routine(fmt::format("policy {} cap for", name), guard.segment.condition,
                                          context.segment_index(guard.segment.name.text));
}

GuardRow guard_row(Context& context, std::string_view name, const GuardInfo& info) {
  const ast::Guard& guard = *info.guard;
  GuardRow row;
  row.text = context.tables.string(one_line(context.sources.text(guard.span)));
  for (const uint32_t channel : info.channels) row.channels.push_back(ChannelIx{channel});
  switch (guard.kind) {
    case ast::GuardKind::kConsent:
      row.kind = GuardKind::kConsent;
      row.consent = guard.consent == ast::ConsentMode::kOptIn    ? ConsentMode::kOptIn
                    : guard.consent == ast::ConsentMode::kOptOut ? ConsentMode::kOptOut
                                                                 : ConsentMode::kNotAsked;
      break;
    case ast::GuardKind::kCap:
      add_cap(context, name, guard, row);
      break;
    case ast::GuardKind::kQuiet:
      row.kind = GuardKind::kQuiet;
      row.from_ms = static_cast<uint32_t>(guard.quiet_from_ms);
      row.to_ms = static_cast<uint32_t>(guard.quiet_to_ms);
      row.weekday_mask = guard.weekday_mask;
      row.drop = guard.quiet_drop;
      break;
    case ast::GuardKind::kHibernate:
      row.kind = GuardKind::kHibernate;
      row.condition = context.expr_routine(fmt::format("policy {} hibernate", name), guard.when);
      row.count = small_count(guard.count);
      if (row.count > 0) row.window_ms = kSilenceMs;
      break;
    case ast::GuardKind::kThrottle:
      row.kind = GuardKind::kThrottle;
      row.count = small_count(guard.count);
      row.window_ms = guard.window_ms;
      break;
    case ast::GuardKind::kPause:
      break;  // analysis lets none through
  }
  return row;
}

}  // namespace

void emit_policies(Context& context) {
  for (const PolicyInfo& policy : context.checked.policies) {
    PolicyRow row;
    row.name = context.tables.string(policy.decl->name.text);
    for (const GuardInfo& guard : policy.guards) {
      row.guards.push_back(guard_row(context, policy.decl->name.text, guard));
    }
    std::stable_sort(row.guards.begin(), row.guards.end(),
                     [](const GuardRow& a, const GuardRow& b) { return a.kind < b.kind; });
    context.tables.add(context.program.policies, std::move(row), "policies");
  }
}

}  // namespace wend::emit

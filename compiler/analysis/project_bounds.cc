#include "compiler/analysis/project_bounds.h"

#include <algorithm>
#include <map>

#include "compiler/analysis/bounds.h"
#include "compiler/analysis/budget.h"
#include "compiler/analysis/fold.h"
#include "compiler/analysis/walk.h"

namespace wend {

using namespace ast;

namespace {

constexpr Millis kWeekMs = 7 * kMillisPerDay;

ProvenJourney proven(const Context& context, const JourneyInfo& journey) {
  const JourneyBounds bounds = bounds_of(context, journey, journey.longest_ms);
  ProvenJourney row;
  row.name = std::string(journey.decl->name.text);
  row.longest_ms = bounds.longest_ms;
  row.longest_by_lasts = bounds.longest_by_lasts;
  row.ways = bounds.ways;
  for (size_t i = 0; i < bounds.most_sent.size(); ++i) {
    if (bounds.most_sent[i] > 0) row.sent.push_back({context.program.channels[i].name, bounds.most_sent[i]});
  }
  row.events = bounds.events;
  row.kept = bounds.kept;
  row.kept_texts = bounds.kept_texts;
  row.run_bytes = bounds.run_bytes;
  row.most_runs = bounds.most_runs;
  return row;
}

bool sends_marketing(const Context& context, const JourneyInfo& journey, uint32_t channel) {
  bool found = false;
  for_each_step_of(*journey.decl, [&](const Step& step) {
    for (const SentMessage& message : messages_of(context, step)) {
      found = found || (message.counts && (channel == kNone || message.channel == channel));
    }
  });
  return found;
}

// A bound of one channel or of all, and which journey has none.
struct Week {
  std::optional<int64_t> most = 0;
  std::string unbounded;
  bool by_caps = false;

  void add(const Week& other) {
    if (unbounded.empty()) unbounded = other.unbounded;
    by_caps = by_caps || other.by_caps;
    most = most && other.most ? std::optional(std::min(kCountless, *most + *other.most)) : std::nullopt;
  }
};

Week week_of(const Context& context, const JourneyInfo& journey, uint32_t channel) {
  Week week;
  if (!sends_marketing(context, journey, channel)) return week;
  if (has_bounded_entries(journey)) {
    week.most = most_in_window(context, journey, kWeekMs, channel).most;
  } else {
    week.most = std::nullopt;
    week.unbounded = std::string(journey.decl->name.text);
  }
  return week;
}

// What the caps of a policy let through in a week, for everybody and whatever the message offers.
std::optional<int64_t> capped_week(const Context& context, const PolicyDecl& policy, uint32_t channel) {
  std::optional<int64_t> least;
  for (const Guard* guard : policy.guards) {
    if (guard->kind != ast::GuardKind::kCap || guard->offer || guard->category != nullptr) continue;
    if (!guard->segment.span.empty() || guard->limit == nullptr || guard->window_ms <= 0) continue;
    const bool covers = guard->channels.empty() ||
                        (channel != kNone && std::any_of(guard->channels.begin(), guard->channels.end(),
                                                         [&](const Word& word) {
                                                           return word.text == context.program.channels[channel].name;
                                                         }));
    const std::optional<Folded> limit = fold(context.program, *guard->limit);
    if (!covers || !limit || limit->number() == nullptr) continue;
    const auto count = static_cast<int64_t>(std::clamp(*limit->number(), 0.0, 1e12));
    const int64_t windows = (kWeekMs + guard->window_ms - 1) / guard->window_ms;
    const int64_t most = std::min(kCountless, count * windows);
    least = least ? std::min(*least, most) : most;
  }
  return least;
}

// The policies that journeys obey, by name; "" for the built-in one.
std::map<std::string, std::vector<const JourneyInfo*>> journeys_by_policy(
    const Context& context, std::map<std::string, const PolicyDecl*>& decls) {
  for (const File& file : context.files) {
    for (const Decl* decl : file.decls) {
      if (const auto* policy = decl->as<PolicyDecl>()) decls.emplace(std::string(policy->name.text), policy);
    }
  }
  std::map<std::string, std::vector<const JourneyInfo*>> groups;
  for (const JourneyInfo& journey : context.program.journeys) {
    std::string name = decls.contains("marketing") ? "marketing" : "";
    for (const Clause* clause : journey.decl->clauses) {
      if (const auto* policy = clause->as<PolicyClause>()) name = std::string(policy->name.text);
    }
    groups[name].push_back(&journey);
  }
  return groups;
}

Week week_of_all(const Context& context, uint32_t channel) {
  std::map<std::string, const PolicyDecl*> decls;
  Week all;
  for (const auto& [name, journeys] : journeys_by_policy(context, decls)) {
    Week group;
    for (const JourneyInfo* journey : journeys) group.add(week_of(context, *journey, channel));
    const auto policy = decls.find(name);
    const std::optional<int64_t> cap =
        policy == decls.end() ? std::nullopt : capped_week(context, *policy->second, channel);
    if (cap && (!group.most || *cap < *group.most)) {
      group.most = cap;
      group.unbounded.clear();
      group.by_caps = true;
    }
    all.add(group);
  }
  return all;
}

WeekMost row_of(const Week& week, std::string channel) {
  return {std::move(channel), week.most, week.most ? std::string() : week.unbounded, week.most && week.by_caps};
}

}  // namespace

ProjectBounds project_bounds(const Context& context) {
  ProjectBounds bounds;
  Week sum;
  for (const JourneyInfo& journey : context.program.journeys) bounds.journeys.push_back(proven(context, journey));
  for (uint32_t channel = 0; channel < context.program.channels.size(); ++channel) {
    const auto& journeys = context.program.journeys;
    const bool sends = std::any_of(journeys.begin(), journeys.end(), [&](const JourneyInfo& journey) {
      return sends_marketing(context, journey, channel);
    });
    if (!sends) continue;
    const Week week = week_of_all(context, channel);
    sum.add(week);
    bounds.week.push_back(row_of(week, context.program.channels[channel].name));
  }
  if (bounds.week.size() < 2) return bounds;
  // All channels together: what their caps allow, or what each of them allows.
  const Week together = week_of_all(context, kNone);
  const bool tighter = together.most && (!sum.most || *together.most <= *sum.most);
  bounds.week.push_back(row_of(tighter ? together : sum, ""));
  return bounds;
}

}  // namespace wend

#include "compiler/analysis/budget.h"
#include "compiler/analysis/flow_steps.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/analysis/passes.h"
#include "compiler/analysis/walk.h"

namespace wend {

using namespace ast;

namespace {

constexpr size_t kMostTracks = 64;         // at one place, before they are taken together
constexpr int64_t kMostVisits = 2'000'000;  // steps looked at for one question
constexpr size_t kMostCandidates = 20'000;  // starts of runs that are tried
constexpr size_t kMostMoments = 256;        // at which a message can go out first

// A way through the steps as far as it matters for one window of time: times are counted from the entry.
struct Track {
  int64_t count = 0;
  Millis earliest_ms = 0;
  Millis latest_ms = 0;
  Millis since_first_ms = 0;   // at least so long after the first message that counts
  Millis first_latest_ms = 0;  // when that one goes out at the latest
  std::vector<Span> sends;
  std::vector<PathStep> way;

  bool dominates(const Track& other) const {
    return count >= other.count && earliest_ms <= other.earliest_ms && latest_ms >= other.latest_ms &&
           since_first_ms <= other.since_first_ms && first_latest_ms >= other.first_latest_ms;
  }
};
using Tracks = std::vector<Track>;

void add_track(Tracks& tracks, Track track) {
  for (const Track& old : tracks) {
    if (old.dominates(track)) return;
  }
  std::erase_if(tracks, [&](const Track& old) { return track.dominates(old); });
  tracks.push_back(std::move(track));
  if (tracks.size() <= kMostTracks) return;
  // One that is at least as good as each of them.
  Track all = *std::max_element(tracks.begin(), tracks.end(),
                                [](const Track& a, const Track& b) { return a.count < b.count; });
  for (const Track& one : tracks) {
    all.earliest_ms = std::min(all.earliest_ms, one.earliest_ms);
    all.latest_ms = std::max(all.latest_ms, one.latest_ms);
    all.since_first_ms = std::min(all.since_first_ms, one.since_first_ms);
    all.first_latest_ms = std::max(all.first_latest_ms, one.first_latest_ms);
  }
  tracks = {std::move(all)};
}

void add_tracks(Tracks& into, Tracks from) {
  for (Track& track : from) add_track(into, std::move(track));
}

// How long quiet hours of the policy in force can hold a message; spans that follow each other add up.
Millis longest_quiet_ms(const Context& context, const JourneyInfo& journey) {
  std::string_view name = "marketing";
  for (const Clause* clause : journey.decl->clauses) {
    if (const auto* policy = clause->as<PolicyClause>()) name = policy->name.text;
  }
  Millis sum_ms = 0;
  for (const File& file : context.files) {
    for (const Decl* decl : file.decls) {
      const auto* policy = decl->as<PolicyDecl>();
      if (policy == nullptr || policy->name.text != name) continue;
      for (const Guard* guard : policy->guards) {
        if (guard->kind != ast::GuardKind::kQuiet || guard->quiet_drop) continue;
        const Millis span_ms = guard->quiet_to_ms - guard->quiet_from_ms;
        sum_ms += (span_ms > 0 ? span_ms : span_ms + kMillisPerDay) + kMillisPerHour;  // or an hour longer, by DST
      }
    }
  }
  return sum_ms;
}

// Goes through all ways of a journey for one window.
class WindowScan {
 public:
  WindowScan(const Context& context, const JourneyInfo& journey, Millis window_ms, uint32_t channel)
      : context_(context),
        journey_(journey),
        window_ms_(window_ms),
        channel_(channel),
        quiet_ms_(longest_quiet_ms(context, journey)) {}

  // The most messages that a run sends in a window that begins so long after its entry (before it: negative).
  int64_t most_from(Millis start_ms);
  // The same for the moments at which messages can go out first, with the latest moment of all.
  const std::set<Millis>& moments() const { return moments_; }
  Millis latest_ms() const { return latest_ms_; }
  bool coarse() const { return coarse_; }
  const Track& best() const { return best_; }
  // Whether ways and the places of sends are noted.
  void keep_ways(bool keep) { keep_ways_ = keep; }

 private:
  Tracks walk(std::span<const Step* const> steps, Tracks tracks);
  Tracks walk_step(const Step& step, Tracks tracks);
  Tracks walk_send(const Step& step, const Tracks& tracks);
  Tracks walk_repeat(const RepeatStep& step, Tracks tracks);
  Tracks pass_wait(const Step& step, Tracks tracks, bool in_full);
  Track after_wait(const Track& track, const WaitSpan& span) const;
  void act_at(const Tracks& before, const Tracks& after);
  void note_step(const Step& step, Tracks& tracks) const;
  void note_best(const Track& track) {
    if (track.count > best_.count) best_ = track;
  }
  Millis capped(Millis time_ms) const { return std::min(time_ms, journey_.lasts_ms()); }

  const Context& context_;
  const JourneyInfo& journey_;
  const Millis window_ms_;
  const uint32_t channel_;
  const Millis quiet_ms_;
  Millis start_ms_ = 0;
  int64_t visits_ = 0;
  bool keep_ways_ = false;
  bool in_act_ = false;
  bool coarse_ = false;
  Track best_;
  std::set<Millis> moments_;
  Millis latest_ms_ = 0;
};

int64_t WindowScan::most_from(Millis start_ms) {
  start_ms_ = start_ms;
  best_ = {};
  Track start;
  if (keep_ways_ && !journey_.triggers.empty()) {
    const Span event = journey_.triggers.front().trigger->occurrence.event.span;
    start.way.push_back({"on " + context_.text(event), context_.line_of(event)});
  }
  walk(journey_.decl->steps, {std::move(start)});
  return best_.count;
}

Tracks WindowScan::walk(std::span<const Step* const> steps, Tracks tracks) {
  for (const Step* step : steps) {
    if (tracks.empty()) return tracks;
    if (++visits_ > kMostVisits) {
      coarse_ = true;
      return {};
    }
    tracks = walk_step(*step, std::move(tracks));
  }
  return tracks;
}

void WindowScan::note_step(const Step& step, Tracks& tracks) const {
  if (!keep_ways_) return;
  const PathStep here{step_head(context_, step), context_.line_of(step.span)};
  for (Track& track : tracks) track.way.push_back(here);
}

Track WindowScan::after_wait(const Track& track, const WaitSpan& span) const {
  Track next = track;
  if (span.from_entry) {
    next.earliest_ms = std::max(track.earliest_ms, span.least_ms);
    next.latest_ms = std::max(track.latest_ms, span.most_ms);
    if (track.count > 0) {
      next.since_first_ms = std::max(track.since_first_ms, span.least_ms - track.first_latest_ms);
    }
  } else {
    next.earliest_ms += span.least_ms;
    next.latest_ms += span.most_ms;
    if (track.count > 0) next.since_first_ms += span.least_ms;
  }
  next.earliest_ms = capped(next.earliest_ms);
  next.latest_ms = capped(next.latest_ms);
  return next;
}

// `in_full`: only runs for which nothing came in time.
Tracks WindowScan::pass_wait(const Step& step, Tracks tracks, bool in_full) {
  WaitSpan span = wait_span(context_.program, step, journey_.lasts_ms());
  if (in_full && !span.from_entry) span.least_ms = span.most_ms;
  note_step(step, tracks);
  Tracks after;
  for (const Track& track : tracks) add_track(after, after_wait(track, span));
  act_at(tracks, after);
  return after;
}

// The run may end while it waits; what its last act sends comes at any time from the start of the wait on.
void WindowScan::act_at(const Tracks& before, const Tracks& after) {
  if (in_act_) return;
  Millis latest_ms = 0;
  for (const Track& track : after) latest_ms = std::max(latest_ms, track.latest_ms);
  in_act_ = true;
  for_each_last_act(*journey_.decl, [&](const Block& block, const Clause&) {
    Tracks tracks = before;
    for (Track& track : tracks) track.latest_ms = std::max(track.latest_ms, latest_ms);
    walk(block.steps, std::move(tracks));
  });
  in_act_ = false;
}

Tracks WindowScan::walk_send(const Step& step, const Tracks& tracks) {
  const SendOptions& options =
      step.kind == StepKind::kSend ? step.as<SendStep>()->options : step.as<SendFirstStep>()->options;
  const std::vector<SentMessage> messages = messages_of(context_, step);
  const bool counts = std::any_of(messages.begin(), messages.end(), [&](const SentMessage& one) {
    return one.counts && (channel_ == kNone || one.channel == channel_);
  });
  const bool held = std::any_of(messages.begin(), messages.end(), [](const SentMessage& one) { return one.counts; });
  const Millis hold_ms = (held ? quiet_ms_ : 0) + (options.best_hour ? options.best_hour_within_ms : 0);
  Tracks after;
  for (const Track& track : tracks) {
    Track next = track;
    next.latest_ms = capped(next.latest_ms + hold_ms);
    if (!counts) {
      add_track(after, std::move(next));
      continue;
    }
    if (moments_.size() < kMostMoments) moments_.insert(next.earliest_ms);
    if (moments_.size() == kMostMoments) coarse_ = true;
    latest_ms_ = std::max(latest_ms_, next.latest_ms);
    const bool inside = next.latest_ms >= start_ms_ && next.earliest_ms < start_ms_ + window_ms_ &&
                        (next.count == 0 || next.since_first_ms < window_ms_);
    if (inside) {
      Track counted = next;
      if (counted.count == 0) {
        counted.since_first_ms = 0;
        counted.first_latest_ms = counted.latest_ms;
      }
      ++counted.count;
      if (keep_ways_) counted.sends.push_back(step.span);
      note_best(counted);
      add_track(after, std::move(counted));
    }
    // It may fall out of the window, or not be sent at all.
    if (!inside || track.count == 0) add_track(after, std::move(next));
  }
  if (hold_ms > 0) act_at(tracks, after);
  return after;
}

Tracks WindowScan::walk_repeat(const RepeatStep& step, Tracks tracks) {
  note_step(step, tracks);
  Tracks done;
  for (int64_t pass = 0; pass < step.times && !tracks.empty() && !coarse_; ++pass) {
    if (step.until != nullptr) add_tracks(done, tracks);
    if (pass > 0) {
      Tracks waited;
      for (const Track& track : tracks) add_track(waited, after_wait(track, {step.every_ms, step.every_ms}));
      act_at(tracks, waited);
      tracks = std::move(waited);
    }
    tracks = walk(step.block.steps, std::move(tracks));
  }
  add_tracks(done, std::move(tracks));
  return done;
}

Tracks WindowScan::walk_step(const Step& step, Tracks tracks) {
  switch (step.kind) {
    case StepKind::kExit:
      return {};
    case StepKind::kSend:
    case StepKind::kSendFirst:
      note_step(step, tracks);
      return walk_send(step, tracks);
    case StepKind::kRepeat:
      return walk_repeat(*step.as<RepeatStep>(), std::move(tracks));
    case StepKind::kDo:
      for_each_block(step, [&](const Block& block) { tracks = walk(block.steps, std::move(tracks)); });
      return tracks;
    default:
      break;
  }
  if (!waits(step)) {
    Tracks ends;
    bool has_blocks = false;
    for_each_block(step, [&](const Block& block) {
      has_blocks = true;
      add_tracks(ends, walk(block.steps, tracks));
    });
    if (!has_blocks || ways_without_block(step) > 0) add_tracks(ends, std::move(tracks));
    return ends;
  }
  // The last block is the one for which nothing came in time, where there is an `else`.
  const Tracks came = pass_wait(step, tracks, false);
  const ElseBranch* otherwise = else_of(step);
  Tracks ends;
  for_each_block(step, [&](const Block& block) {
    const bool is_else = otherwise != nullptr && otherwise->present && &block == &otherwise->block;
    if (!is_else) return add_tracks(ends, walk(block.steps, came));
    const bool at_once = step.kind == StepKind::kWaitMoment;
    const bool in_full = step.kind != StepKind::kCall;
    add_tracks(ends, walk(block.steps, at_once ? tracks : pass_wait(step, tracks, in_full)));
  });
  if (ways_without_block(step) > 0) add_tracks(ends, came);
  return ends;
}

}  // namespace

bool has_bounded_entries(const JourneyInfo& journey) {
  const EnterClause* enter = journey.enter;
  if (enter == nullptr || enter->each != nullptr) return false;
  return enter->mode == ast::EnterMode::kOnce || (enter->mode == ast::EnterMode::kOncePer && enter->per_ms > 0);
}

WindowBound most_in_window(const Context& context, const JourneyInfo& journey, Millis window_ms, uint32_t channel) {
  WindowScan scan(context, journey, window_ms, channel);
  // A window that holds the whole run finds every moment at which a message can go out.
  WindowScan whole(context, journey, 2 * journey.lasts_ms() + window_ms, channel);
  whole.most_from(-journey.lasts_ms());
  const Millis per_ms = journey.enter->mode == ast::EnterMode::kOncePer ? journey.enter->per_ms : 0;
  const Millis last_ms = whole.latest_ms();
  // A run contributes most where the window ends just behind one of its messages, or so much earlier or later
  // that it makes room for the run before: starts of windows, in the time of the run.
  std::set<Millis> starts;
  bool coarse = whole.coarse();
  for (const Millis moment : whole.moments()) {
    for (Millis start = moment - window_ms + 1; start <= last_ms && !coarse; start += per_ms) {
      starts.insert(start);
      coarse = starts.size() > kMostCandidates;
      if (per_ms == 0) break;
    }
  }
  WindowBound bound;
  std::map<Millis, int64_t> best_until;  // by start: the most of all runs whose window starts at or before it
  std::map<Millis, int64_t> runs_until;
  Millis best_start = 0;
  int64_t best_single = -1;
  int64_t so_far = 0;
  int64_t runs_so_far = 0;
  for (const Millis start : starts) {
    if (coarse) break;
    const int64_t single = scan.most_from(start);
    coarse = coarse || scan.coarse();
    if (single > best_single) {
      best_single = single;
      best_start = start;
    }
    int64_t sum = single;
    int64_t runs = single > 0 ? 1 : 0;
    if (per_ms > 0) {
      auto before = best_until.upper_bound(start - per_ms);
      if (before != best_until.begin()) {
        --before;
        sum += before->second;
        runs += runs_until[before->first];
      }
    }
    if (sum > so_far) {
      so_far = sum;
      runs_so_far = runs;
    }
    best_until[start] = so_far;
    runs_until[start] = runs_so_far;
  }
  bound.most = so_far;
  bound.runs = std::max<int64_t>(1, runs_so_far);
  if (coarse) {
    bound.coarse = true;
    const int64_t runs = per_ms == 0 ? 1 : (window_ms + journey.lasts_ms()) / per_ms + 1;
    bound.most = std::min(kCountless, bounds_of(context, journey, std::nullopt).most_marketing * runs);
    bound.runs = runs;
    return bound;
  }
  if (starts.empty()) return bound;
  scan.keep_ways(true);
  scan.most_from(best_start);
  bound.sends = scan.best().sends;
  bound.way = scan.best().way;
  return bound;
}

void check_budgets(Context& context) {
  for (const JourneyInfo& journey : context.program.journeys) {
    for (const Clause* clause : journey.decl->clauses) {
      const auto* budget = clause->as<BudgetClause>();
      if (budget == nullptr) continue;
      if (!has_bounded_entries(journey)) {
        BudgetUnproven message;
        message.at = budget->span;
        message.per_key = journey.enter != nullptr && journey.enter->each != nullptr;
        if (journey.enter != nullptr) message.enter = journey.enter->span;
        message.window_ms = budget->window_ms;
        context.sink.report(message);
        continue;
      }
      const WindowBound bound = most_in_window(context, journey, budget->window_ms, kNone);
      if (bound.most <= budget->count) continue;
      BrokenBudget message;
      message.at = budget->span;
      message.count = budget->count;
      message.window_ms = budget->window_ms;
      message.most = bound.most;
      message.runs = bound.runs;
      message.coarse = bound.coarse;
      message.sends = bound.sends;
      message.path = bound.way;
      context.sink.report(message);
    }
  }
}

}  // namespace wend

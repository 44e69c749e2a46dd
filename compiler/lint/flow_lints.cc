// Lints about the way of a run through its journey.

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "compiler/analysis/bounds.h"
#include "compiler/analysis/flow_steps.h"
#include "compiler/analysis/sends.h"
#include "compiler/analysis/walk.h"
#include "compiler/lint/lint.h"
#include "vm/core/time_zone.h"

namespace wend {
namespace {

using namespace ast;

// ------------------------------------------------------------------------------------------ words of names

// Is one of `words` a whole word of the name: `cart` of `cart_abandoned`?
template <size_t N>
bool has_word(std::string_view name, const std::array<std::string_view, N>& words) {
  while (!name.empty()) {
    const size_t end = std::min(name.find('_'), name.size());
    if (std::find(words.begin(), words.end(), name.substr(0, end)) != words.end()) return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

bool is_purchase(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kAlone = {"purchased", "bought", "ordered", "purchase"};
  static constexpr std::array<std::string_view, 4> kThings = {"order", "checkout", "purchase", "payment"};
  static constexpr std::array<std::string_view, 6> kDone = {"completed", "placed", "paid", "made", "succeeded",
                                                            "confirmed"};
  static constexpr std::array<std::string_view, 4> kNot = {"refunded", "failed", "cancelled", "abandoned"};
  if (has_word(name, kNot)) return false;
  return has_word(name, kAlone) || (has_word(name, kThings) && has_word(name, kDone));
}

// The start of a journey that sells what is not bought yet.
bool is_before_purchase(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kThings = {"cart", "basket", "checkout", "browse"};
  static constexpr std::array<std::string_view, 2> kLookedAt = {"product", "item"};
  static constexpr std::array<std::string_view, 3> kSeen = {"viewed", "added", "seen"};
  if (is_purchase(name)) return false;
  return has_word(name, kThings) || (has_word(name, kLookedAt) && has_word(name, kSeen));
}

bool comes_often(std::string_view name) {
  static constexpr std::array<std::string_view, 14> kOften = {
      "viewed", "visited", "opened", "clicked", "searched", "updated", "added",
      "removed", "changed", "played", "login", "session", "page", "seen"};
  return has_word(name, kOften);
}

// ------------------------------------------------------------------------------------------ no_exit_on_purchase

// Does anything in the journey look at this event?
bool looks_at(const Context& context, const JourneyInfo& journey, std::string_view event) {
  const JourneyBounds bounds = bounds_of(context, journey, journey.longest_ms);
  // A goal measures and ends nothing, so it does not count; everything else does.
  for (const UntilInfo& until : journey.untils) {
    if (until.listen.event != kNone && context.program.events[until.listen.event].name == event) return true;
  }
  if (!std::binary_search(bounds.events.begin(), bounds.events.end(), std::string(event))) return false;
  const bool only_goal = journey.goal && journey.goal->listen.event != kNone &&
                         context.program.events[journey.goal->listen.event].name == event;
  if (!only_goal) return true;
  bool found = false;
  const auto ask = [&](const Expr& whole) {
    for_each_expr_below(whole, [&](const Expr& expr) {
      const auto* silence = expr.as<NoExpr>();
      const auto* name = expr.as<NameExpr>();
      found = found || (silence != nullptr && silence->occurrence.event.text == event) ||
              (name != nullptr && name->name == event);
    });
  };
  for_each_step_of(*journey.decl, [&](const Step& step) {
    for_each_expr(step, ask);
    const StepInfo& info = context.program.info(step);
    const auto is_it = [&](const ListenInfo& listen) {
      return listen.event != kNone && context.program.events[listen.event].name == event;
    };
    found = found || is_it(info.listen);
    for (const WaitArmInfo& arm : info.arms) {
      found = found || std::any_of(arm.listens.begin(), arm.listens.end(), is_it);
    }
    const auto* last = step.as<WaitAfterLastStep>();
    found = found || (last != nullptr && last->occurrence.event.text == event);
  });
  for (const Clause* clause : journey.decl->clauses) {
    if (const auto* until = clause->as<UntilClause>()) ask(*until->condition);
    const auto* whom = clause->as<ForClause>();
    if (whom != nullptr && whom->segment.condition != nullptr) ask(*whom->segment.condition);
  }
  return found;
}

// The first step that sends marketing behind a wait, in the order of the source.
const Step* marketing_behind_wait(const Context& context, const JourneyInfo& journey) {
  const Step* found = nullptr;
  bool waited = false;
  for_each_step(journey.decl->steps, [&](const Step& step) {
    waited = waited || waits(step) || step.kind == StepKind::kRepeat;
    if (!waited || found != nullptr) return;
    const std::vector<SentMessage> messages = messages_of(context, step);
    if (std::any_of(messages.begin(), messages.end(), [](const SentMessage& one) { return one.counts; })) {
      found = &step;
    }
  });
  return found;
}

// " where event.cart_id == trigger.cart_id", by the key of the journey.
std::string correlation_of(const Context& context, const JourneyInfo& journey, const EventInfo& purchase) {
  if (journey.enter == nullptr || journey.enter->each == nullptr) return {};
  const auto* key = strip_parens(journey.enter->each)->as<MemberExpr>();
  if (key == nullptr || key->object->kind != ExprKind::kRoot) return {};
  const PropertyInfo* property = purchase.property(key->key.text);
  if (property == nullptr || property->optional || context.program.info(*key).optional) return {};
  const std::string name(key->key.text);
  return " where event." + name + " == trigger." + name;
}

void find_missing_exit(Context& context, const JourneyInfo& journey) {
  const TriggerInfo* selling = nullptr;
  for (const TriggerInfo& trigger : journey.triggers) {
    if (trigger.listen.event == kNone) continue;
    if (is_before_purchase(context.program.events[trigger.listen.event].name)) selling = &trigger;
  }
  if (selling == nullptr) return;
  const Step* send = marketing_behind_wait(context, journey);
  if (send == nullptr) return;
  const EventInfo* purchase = nullptr;
  for (const EventInfo& event : context.program.events) {
    if (event.word || !is_purchase(event.name)) continue;
    if (looks_at(context, journey, event.name)) return;
    if (purchase == nullptr) purchase = &event;
  }
  if (purchase == nullptr) return;
  NoExitOnPurchase message;
  message.at = selling->trigger->occurrence.event.span;
  message.send = send->span;
  message.event = context.program.events[selling->listen.event].name;
  message.purchase = purchase->name;
  message.correlation = correlation_of(context, journey, *purchase);
  for (const Clause* clause : journey.decl->clauses) message.clause = clause->span;
  context.sink.report(message);
}

// ------------------------------------------------------------------------------------------ event_may_come_before

// For each send that a run can have passed: the wait since then, where there was one.
struct SinceSend {
  std::map<uint32_t, std::optional<Span>> waited;
  std::vector<uint32_t> last;  // the latest of them, on any way

  void merge(const SinceSend& other) {
    for (const auto& [send, span] : other.waited) {
      auto [at, is_new] = waited.emplace(send, span);
      if (!is_new && !at->second) at->second = span;
    }
    for (const uint32_t send : other.last) {
      if (std::find(last.begin(), last.end(), send) == last.end()) last.push_back(send);
    }
  }
};

class BeforeFinder {
 public:
  explicit BeforeFinder(Context& context) : context_(context) {}

  SinceSend walk(std::span<const Step* const> steps, SinceSend state) {
    for (const Step* step : steps) state = walk_step(*step, std::move(state));
    return state;
  }

 private:
  SinceSend walk_step(const Step& step, SinceSend state);
  void check_listen(const ListenInfo& listen, Span at, const SinceSend& state);
  std::vector<uint32_t> asked(const QueryInfo& query, const SinceSend& state) const;

  Context& context_;
};

std::vector<uint32_t> BeforeFinder::asked(const QueryInfo& query, const SinceSend& state) const {
  if (query.scope == QueryScope::kLastSend) return state.last;
  std::vector<uint32_t> sends;
  for (const auto& [send, span] : state.waited) {
    const bool same = query.scope == QueryScope::kSend
                          ? send == query.target
                          : query.scope == QueryScope::kMessage &&
                                context_.program.sends[send].message == query.target;
    if (same) sends.push_back(send);
  }
  return sends;
}

void BeforeFinder::check_listen(const ListenInfo& listen, Span at, const SinceSend& state) {
  if (listen.query == kNone) return;
  for (const uint32_t send : asked(context_.program.queries[listen.query], state)) {
    const auto since = state.waited.find(send);
    if (since == state.waited.end() || !since->second) continue;
    context_.sink.report(EventMayComeBefore{at, context_.text(at), *since->second});
    return;
  }
}

// Behind a question about engagement the branches know what came before it.
bool asks_engagement(const Expr& condition) {
  bool found = false;
  for_each_expr_below(condition, [&](const Expr& expr) { found = found || expr.kind == ExprKind::kEngagement; });
  return found;
}

SinceSend BeforeFinder::walk_step(const Step& step, SinceSend state) {
  const StepInfo& info = context_.program.info(step);
  if (const auto* wait = step.as<WaitForStep>(); wait != nullptr && wait->engagement != nullptr) {
    check_listen(info.listen, wait->engagement->span, state);
  }
  if (const auto* any = step.as<WaitAnyStep>()) {
    for (size_t arm = 0; arm < info.arms.size() && arm < any->arms.size(); ++arm) {
      for (size_t i = 0; i < info.arms[arm].listens.size() && i < any->arms[arm].engagements.size(); ++i) {
        const EngagementExpr* word = any->arms[arm].engagements[i];
        if (word != nullptr) check_listen(info.arms[arm].listens[i], word->span, state);
      }
    }
  }
  if (info.send != kNone) {
    state.last.clear();
    for (uint32_t send = info.send; send <= info.send + context_.program.sends[info.send].others; ++send) {
      state.waited[send] = std::nullopt;
      state.last.push_back(send);
    }
    return state;
  }
  if (step.kind == StepKind::kExit) return {};
  const auto* branch = step.as<IfStep>();
  // Whoever waited for an opening or a click learned of both.
  const bool learns = (step.kind == StepKind::kWaitFor && info.listen.query != kNone) ||
                      (step.kind == StepKind::kWaitAny &&
                       std::any_of(info.arms.begin(), info.arms.end(), [](const WaitArmInfo& arm) {
                         return std::any_of(arm.listens.begin(), arm.listens.end(), [](const ListenInfo& listen) {
                           return listen.query != kNone;
                         });
                       }));
  SinceSend inside = state;
  const WaitSpan span = wait_span(context_.program, step, kDefaultLastsMs);
  if (waits(step) && span.most_ms > 0 && !learns) {
    Span head = step.span;
    for_each_block(step, [&](const Block& block) { head.end = std::min(head.end, block.span.begin); });
    for (auto& [send, waited] : inside.waited) {
      if (!waited) waited = head;
    }
  }
  if (branch != nullptr && asks_engagement(*branch->condition)) {
    for (auto& [send, waited] : inside.waited) waited = std::nullopt;
  }
  SinceSend after;
  bool has_blocks = false;
  for_each_block(step, [&](const Block& block) {
    has_blocks = true;
    after.merge(walk(block.steps, inside));
  });
  if (!has_blocks || ways_without_block(step) > 0) after.merge(inside);
  return after;
}

// ------------------------------------------------------------------------------------------ stale_trigger

const MemberExpr* trigger_member(const Context& context, const Expr& expr) {
  const auto* member = expr.as<MemberExpr>();
  if (member == nullptr) return nullptr;
  return context.program.info(expr).resolution.kind == ResolutionKind::kTriggerProperty ? member : nullptr;
}

void find_stale(Context& context, const Expr& whole) {
  for_each_expr_below(whole, [&](const Expr& expr) {
    const MemberExpr* member = trigger_member(context, expr);
    if (member == nullptr || member->object->kind == ExprKind::kMember) return;
    for (const AttributeInfo& attribute : context.program.attributes) {
      if (attribute.name != member->key.text || attribute.span.empty()) continue;
      context.sink.report(StaleTrigger{member->span, context.text(member->span), "contact." + attribute.name,
                                       attribute.span});
    }
  });
}

void find_stale_steps(Context& context, std::span<const Step* const> steps, bool waited) {
  for (const Step* step : steps) {
    if (waited && step->kind == StepKind::kIf) find_stale(context, *step->as<IfStep>()->condition);
    if (waited && step->kind == StepKind::kMatch) find_stale(context, *step->as<MatchStep>()->subject);
    waited = waited || waits(*step);
    for_each_block(*step, [&](const Block& block) {
      const ElseBranch* other = else_of(*step);
      const bool at_once = step->kind == StepKind::kWaitMoment && other != nullptr && &block == &other->block;
      find_stale_steps(context, block.steps, waited && !at_once);
    });
    for_each_block(*step, [&](const Block& block) {
      for_each_step(block.steps, [&](const Step& inner) { waited = waited || waits(inner); });
    });
  }
}

// ------------------------------------------------------------------------------------------ dst_sensitive_wait

// The time of day that a wait ends at by the clock on the wall; nullopt where it does not, or not exactly.
std::optional<Millis> ends_at_clock(const Step& step) {
  if (const auto* wait = step.as<WaitCalendarStep>()) {
    const bool exact = wait->point.has_clock && !wait->point.clock_range && !wait->has_over;
    return exact ? std::optional(wait->point.clock_from_ms) : std::nullopt;
  }
  if (const auto* wait = step.as<WaitDayStep>()) {
    return wait->has_clock ? std::optional(wait->clock_ms) : std::nullopt;
  }
  return std::nullopt;
}

void find_whole_days(Context& context, std::span<const Step* const> steps) {
  const Step* clock = nullptr;
  for (size_t i = 0; i < steps.size(); ++i) {
    const Step& step = *steps[i];
    const auto* wait = step.as<WaitStep>();
    const auto* length = wait != nullptr ? strip_parens(wait->duration)->as<DurationExpr>() : nullptr;
    const bool whole_days =
        length != nullptr && length->value_ms > 0 && length->value_ms % kMillisPerDay == 0;
    const bool last = i + 1 == steps.size();
    const bool corrected = !last && ends_at_clock(*steps[i + 1]).has_value();
    if (clock != nullptr && whole_days && !last && !corrected) {
      context.sink.report(DstSensitiveWait{step.span, clock->span, length->value_ms,
                                           format_clock(*ends_at_clock(*clock))});
    }
    if (ends_at_clock(step)) {
      clock = &step;
    } else {
      bool takes_time = waits(step);
      for_each_block(step, [&](const Block&) { takes_time = true; });
      if (takes_time) clock = nullptr;
    }
    for_each_block(step, [&](const Block& block) { find_whole_days(context, block.steps); });
  }
}

// ------------------------------------------------------------------------------------------ unbounded_reentry

// The least time that ways through some steps take, of those that send marketing and of the others.
struct LeastTime {
  std::optional<Millis> plain = 0;
  std::optional<Millis> sent;
  std::optional<Millis> sent_ended;

  static void least(std::optional<Millis>& a, std::optional<Millis> b) {
    if (b && (!a || *b < *a)) a = b;
  }
  static std::optional<Millis> sum(std::optional<Millis> a, std::optional<Millis> b) {
    return a && b ? std::optional(*a + *b) : std::nullopt;
  }
};

LeastTime least_time(const Context& context, std::span<const Step* const> steps, const Step*& first_send) {
  LeastTime all;
  for (const Step* step : steps) {
    LeastTime next;
    const std::vector<SentMessage> messages = messages_of(context, *step);
    const bool counts =
        std::any_of(messages.begin(), messages.end(), [](const SentMessage& one) { return one.counts; });
    const Millis waits_ms = wait_span(context.program, *step, 0).least_ms;
    bool has_blocks = false;
    if (counts) {
      next.sent = 0;
      next.plain.reset();
      if (first_send == nullptr) first_send = step;
    } else if (step->kind == StepKind::kExit) {
      next.plain.reset();
      all.sent_ended = all.sent_ended ? std::min(*all.sent_ended, all.sent.value_or(*all.sent_ended)) : all.sent;
    } else {
      LeastTime branches;
      branches.plain.reset();
      for_each_block(*step, [&](const Block& block) {
        has_blocks = true;
        const LeastTime inside = least_time(context, block.steps, first_send);
        LeastTime::least(branches.plain, inside.plain);
        LeastTime::least(branches.sent, inside.sent);
        LeastTime::least(branches.sent_ended, inside.sent_ended);
      });
      if (!has_blocks || ways_without_block(*step) > 0) LeastTime::least(branches.plain, 0);
      next = branches;
      for (std::optional<Millis>* time : {&next.plain, &next.sent, &next.sent_ended}) {
        *time = LeastTime::sum(*time, waits_ms);
      }
    }
    std::optional<Millis> before = all.plain;
    LeastTime::least(before, all.sent);
    LeastTime::least(all.sent_ended, LeastTime::sum(before, next.sent_ended));
    std::optional<Millis> sent = LeastTime::sum(all.sent, next.plain);
    LeastTime::least(sent, LeastTime::sum(before, next.sent));
    all.sent = sent;
    all.plain = LeastTime::sum(all.plain, next.plain);
  }
  return all;
}

bool has_cap(const Context& context, const JourneyInfo& journey) {
  std::string_view name = "marketing";
  for (const Clause* clause : journey.decl->clauses) {
    if (const auto* policy = clause->as<PolicyClause>()) name = policy->name.text;
  }
  for (const File& file : context.files) {
    for (const Decl* decl : file.decls) {
      const auto* policy = decl->as<PolicyDecl>();
      if (policy == nullptr || policy->name.text != name) continue;
      for (const Guard* guard : policy->guards) {
        if (guard->kind == ast::GuardKind::kCap) return true;
      }
    }
  }
  return false;
}

void find_unbounded(Context& context, const JourneyInfo& journey) {
  const ast::EnterMode mode = journey.enter == nullptr ? ast::EnterMode::kAgain : journey.enter->mode;
  if (mode != ast::EnterMode::kAgain && mode != ast::EnterMode::kRestart) return;
  const TriggerInfo* often = nullptr;
  for (const TriggerInfo& trigger : journey.triggers) {
    if (trigger.listen.event == kNone || trigger.listen.where != nullptr) continue;
    const EventInfo& event = context.program.events[trigger.listen.event];
    if (event.word || comes_often(event.name)) often = &trigger;
  }
  if (often == nullptr || has_cap(context, journey)) return;
  const Step* send = nullptr;
  const LeastTime least = least_time(context, journey.decl->steps, send);
  const bool at_once = (least.sent && *least.sent == 0) || (least.sent_ended && *least.sent_ended == 0);
  if (!at_once || send == nullptr) return;
  context.sink.report(UnboundedReentry{often->trigger->occurrence.event.span, send->span,
                                       context.program.events[often->listen.event].name});
}

// ------------------------------------------------------------------------------------------ event_never_sent

bool reports(std::string_view channel, ast::EngagementWord word) {
  using Word = ast::EngagementWord;
  if (word == Word::kSent || word == Word::kSuppressed || word == Word::kFailed || word == Word::kDelivered) {
    return true;
  }
  if (channel == "webhook" || channel == "audience") return false;
  return !(channel == "sms" && word == Word::kOpened);
}

void find_silent_channel(Context& context, uint32_t journey, ast::EngagementWord word, uint32_t query_row, Span at) {
  if (query_row == kNone) return;
  const QueryInfo& query = context.program.queries[query_row];
  if (query.scope == QueryScope::kContact) return;
  const SendInfo* asked = nullptr;
  for (uint32_t i = 0; i < context.program.sends.size(); ++i) {
    const SendInfo& send = context.program.sends[i];
    if (send.journey != journey || send.message == kNone) continue;
    if (query.scope == QueryScope::kSend && i != query.target) continue;
    if (query.scope == QueryScope::kMessage && send.message != query.target) continue;
    const uint32_t channel = context.program.messages[send.message].channel;
    if (channel == kNone || reports(context.program.channels[channel].name, word)) return;
    if (asked == nullptr) asked = &send;
  }
  if (asked == nullptr) return;
  const uint32_t channel = context.program.messages[asked->message].channel;
  context.sink.report(EventNeverSent{at, std::string(engagement_word_text(word)),
                                     context.program.channels[channel].name, asked->body->span});
}

void find_silent_channels(Context& context, uint32_t journey) {
  const JourneyInfo& row = context.program.journeys[journey];
  bool sends_otherwise = false;
  for_each_step_of(*row.decl,
                   [&](const Step& step) { sends_otherwise = sends_otherwise || step.kind == StepKind::kDo; });
  if (sends_otherwise) return;
  for_each_step_of(*row.decl, [&](const Step& step) {
    const StepInfo& info = context.program.info(step);
    if (const auto* wait = step.as<WaitForStep>(); wait != nullptr && wait->engagement != nullptr) {
      return find_silent_channel(context, journey, wait->engagement->word, info.listen.query, wait->engagement->span);
    }
    if (const auto* any = step.as<WaitAnyStep>()) {
      for (size_t arm = 0; arm < info.arms.size() && arm < any->arms.size(); ++arm) {
        for (size_t i = 0; i < info.arms[arm].listens.size() && i < any->arms[arm].engagements.size(); ++i) {
          const EngagementExpr* word = any->arms[arm].engagements[i];
          if (word == nullptr) continue;
          find_silent_channel(context, journey, word->word, info.arms[arm].listens[i].query, word->span);
        }
      }
    }
    for_each_expr(step, [&](const Expr& whole) {
      for_each_expr_below(whole, [&](const Expr& expr) {
        const auto* word = expr.as<EngagementExpr>();
        if (word == nullptr) return;
        const Resolution& resolution = context.program.info(expr).resolution;
        if (resolution.kind != ResolutionKind::kQuery) return;
        find_silent_channel(context, journey, word->word, resolution.index, word->span);
      });
    });
  });
}

}  // namespace

void lint_no_exit_on_purchase(Context& context) {
  for (const JourneyInfo& journey : context.program.journeys) find_missing_exit(context, journey);
}

void lint_event_may_come_before(Context& context) {
  for (const JourneyInfo& journey : context.program.journeys) {
    BeforeFinder(context).walk(journey.decl->steps, {});
  }
}

void lint_stale_trigger(Context& context) {
  for (const JourneyInfo& journey : context.program.journeys) {
    find_stale_steps(context, journey.decl->steps, false);
  }
}

void lint_dst_sensitive_wait(Context& context) {
  for (const JourneyInfo& journey : context.program.journeys) {
    const std::string zone = journey.zone.value_or("");
    if (zone != "UTC" && zone != "Etc/UTC") find_whole_days(context, journey.decl->steps);
  }
}

void lint_unbounded_reentry(Context& context) {
  for (const JourneyInfo& journey : context.program.journeys) find_unbounded(context, journey);
}

void lint_event_never_sent(Context& context) {
  for (uint32_t journey = 0; journey < context.program.journeys.size(); ++journey) {
    find_silent_channels(context, journey);
  }
}

}  // namespace wend

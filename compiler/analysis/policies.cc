// Policies: the channels that their guards name, and the types of their expressions.

#include <map>

#include "compiler/analysis/passes.h"
#include "compiler/analysis/types.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {
namespace {

using namespace ast;

class PolicyChecker {
 public:
  PolicyChecker(Context& context, PolicyInfo& policy) : context_(context), policy_(policy) {}

  void run() {
    for (const Guard* guard : policy_.decl->guards) check_guard(*guard);
  }

 private:
  void check_guard(const Guard& guard);
  void check_channels(GuardInfo& info);
  void check_consent(const GuardInfo& info);
  void check_cap(const Guard& guard);
  Scope scope(std::string_view here) const;

  Context& context_;
  PolicyInfo& policy_;
  std::map<uint32_t, Span> consents_;  // by channel; kNone: for every channel
};

// A guard is asked for a contact at an instant, whatever run wants to send.
Scope PolicyChecker::scope(std::string_view here) const {
  Scope scope;
  scope.here = here;
  scope.has = "`contact`";
  return scope;
}

void PolicyChecker::check_guard(const Guard& guard) {
  GuardInfo info;
  info.guard = &guard;
  check_channels(info);
  switch (guard.kind) {
    case ast::GuardKind::kConsent:
      check_consent(info);
      break;
    case ast::GuardKind::kCap:
      check_cap(guard);
      break;
    case ast::GuardKind::kQuiet:
      context_.note_local_time(guard.span, kNone);
      break;
    case ast::GuardKind::kHibernate:
      if (guard.when != nullptr) {
        const Scope at = scope("`hibernate`");
        ExprChecker(context_, at).check_condition(*guard.when, ConditionPlace::kOther);
      }
      break;
    case ast::GuardKind::kPause:
      context_.not_yet(guard.span, "`pause`");
      return;
    case ast::GuardKind::kThrottle:
      if (guard.count == 0 || guard.window_ms == 0) context_.sink.report(ThrottleOfNothing{guard.span});
      break;
  }
  policy_.guards.push_back(std::move(info));
}

void PolicyChecker::check_channels(GuardInfo& info) {
  for (const Word& word : info.guard->channels) {
    const auto found = context_.names.channels.find(word.text);
    if (found != context_.names.channels.end()) {
      info.channels.push_back(found->second);
      if (!context_.program.channels[found->second].reaches_person) {
        context_.sink.report(GuardNeverAsked{word.span, std::string(word.text)});
      }
      continue;
    }
    if (context_.has_unread_modules) continue;
    std::vector<std::string> known;
    for (const ChannelInfo& channel : context_.program.channels) known.push_back(channel.name);
    context_.sink.report(
        UnknownChannel{word.span, std::string(word.text), near_names(word.text, known), known});
  }
}

// Two answers for one channel: nobody could say which counts.
void PolicyChecker::check_consent(const GuardInfo& info) {
  std::vector<uint32_t> channels = info.channels;
  if (info.guard->channels.empty()) channels.push_back(kNone);
  for (const uint32_t channel : channels) {
    const auto [first, is_new] = consents_.emplace(channel, info.guard->span);
    if (is_new) continue;
    const std::string what =
        channel == kNone ? "consent" : "consent " + context_.program.channels[channel].name;
    context_.sink.report(DuplicateClause{info.guard->span, first->second, what});
  }
}

void PolicyChecker::check_cap(const Guard& guard) {
  if (guard.limit != nullptr) {
    const Scope at = scope("a cap");
    ExprChecker(context_, at)
        .check_value_for(*guard.limit, {"a cap", context_.type(BaseType::kInt), false, std::nullopt});
  }
  if (guard.segment.condition != nullptr) {
    const Scope at = scope("the `for` of a cap");
    ExprChecker(context_, at).check_condition(*guard.segment.condition, ConditionPlace::kOther);
  } else if (!guard.segment.span.empty()) {
    context_.find_segment(guard.segment.name);
  }
}

}  // namespace

void check_policies(Context& context) {
  for (PolicyInfo& policy : context.program.policies) PolicyChecker(context, policy).run();
}

}  // namespace wend

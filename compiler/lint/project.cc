// Lints about the project as a whole.

#include <algorithm>

#include "compiler/analysis/passes.h"
#include "compiler/lint/lint.h"

namespace wend {

using namespace ast;

void lint_unused_declaration(Context& context) {
  for (uint32_t i = 0; i < context.program.events.size(); ++i) {
    const EventInfo& event = context.program.events[i];
    if (event.decl == nullptr || context.used_events.contains(i)) continue;
    context.sink.report(UnusedDeclaration{event.decl->name.span, "event", event.name});
  }
  for (const MessageInfo& message : context.program.messages) {
    if (message.decl == nullptr || !message.scope.journeys.empty()) continue;
    context.sink.report(UnusedDeclaration{message.decl->name.span, "message", message.name});
  }
  for (uint32_t i = 0; i < context.program.policies.size(); ++i) {
    if (context.used_policies.contains(i)) continue;
    const PolicyDecl& policy = *context.program.policies[i].decl;
    context.sink.report(UnusedDeclaration{policy.name.span, "policy", std::string(policy.name.text)});
  }
  for (const auto& [name, constant] : context.names.constants) {
    if (context.used_constants.contains(constant)) continue;
    context.sink.report(UnusedDeclaration{constant->name.span, "constant", std::string(name)});
  }
  for (const auto& [name, steps] : context.names.sequences) {
    if (context.used_sequences.contains(steps)) continue;
    context.sink.report(UnusedDeclaration{steps->name.span, "steps", std::string(name)});
  }
}

namespace {

// The first marketing SMS of the journeys under a policy; nullptr where there is none.
const SendInfo* first_sms(const Context& context, uint32_t policy) {
  for (const SendInfo& send : context.program.sends) {
    if (send.message == kNone || send.journey == kNone) continue;
    const MessageInfo& message = context.program.messages[send.message];
    if (message.channel != static_cast<uint32_t>(BuiltinChannel::kSms)) continue;
    if (policy != kNone && context.program.journeys[send.journey].policy != policy) continue;
    if (is_marketing(context, message)) return &send;
  }
  return nullptr;
}

bool speaks_of_sms(const GuardInfo& guard) {
  return guard.channels.empty() ||
         std::find(guard.channels.begin(), guard.channels.end(),
                   static_cast<uint32_t>(BuiltinChannel::kSms)) != guard.channels.end();
}

}  // namespace

// Marketing by SMS needs consent, and nobody wants to be woken by it.
void lint_sms(Context& context) {
  for (uint32_t i = 0; i < context.program.policies.size(); ++i) {
    const PolicyInfo& policy = context.program.policies[i];
    const SendInfo* send = first_sms(context, i);
    if (send == nullptr) continue;
    const std::string name(policy.decl->name.text);
    const Guard* consent = nullptr;
    bool quiet = false;
    for (const GuardInfo& guard : policy.guards) {
      if (!speaks_of_sms(guard)) continue;
      if (guard.guard->kind == ast::GuardKind::kQuiet) quiet = true;
      if (guard.guard->kind != ast::GuardKind::kConsent) continue;
      if (consent == nullptr || !guard.channels.empty()) consent = guard.guard;
    }
    if (consent == nullptr || consent->consent != ast::ConsentMode::kOptIn) {
      context.sink.report(SmsWithoutOptIn{consent != nullptr ? consent->span : policy.decl->name.span, name,
                                          send->body->span});
    }
    if (!quiet) {
      context.sink.report(SmsWithoutQuietHours{policy.decl->name.span, name, send->body->span});
    }
  }
}

// A single sentence is somebody's first try: it has no policy, and nothing is wrong with that.
void lint_no_policy(Context& context) {
  if (!context.program.policies.empty()) return;
  const bool declares_messages =
      std::any_of(context.program.messages.begin(), context.program.messages.end(),
                  [](const MessageInfo& message) { return message.decl != nullptr; });
  if (context.program.journeys.size() < 2 && !declares_messages) return;
  for (const SendInfo& send : context.program.sends) {
    if (send.message == kNone) continue;
    const MessageInfo& message = context.program.messages[send.message];
    if (!is_marketing(context, message)) continue;
    context.sink.report(NoPolicy{send.body->span, context.program.channels[message.channel].name,
                                 first_sms(context, kNone) != nullptr});
    return;
  }
}

void lint_shadowed_stdlib(Context& context) {
  for (const auto& [own, library] : context.shadowed_stdlib) {
    context.sink.report(ShadowedStdlib{own, context.text(own), library});
  }
}

void run_lints(Context& context) {
  lint_shadowed_stdlib(context);
  lint_unused_declaration(context);
  lint_not_over_optional(context);
  lint_event_or_trigger(context);
  lint_misleading_indentation(context);
  lint_uncorrelated_until(context);
  lint_no_policy(context);
  lint_sms(context);
  lint_competing_journeys(context);
  lint_suppressed_falls_through(context);
  lint_no_exit_on_purchase(context);
  lint_event_may_come_before(context);
  lint_stale_trigger(context);
  lint_dst_sensitive_wait(context);
  lint_unbounded_reentry(context);
  lint_event_never_sent(context);
  lint_cap_starvation(context);
  lint_deprecated(context);
  lint_naming(context);
  lint_untested_journey(context);
}

}  // namespace wend

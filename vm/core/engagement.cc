// What has become of messages: engagement queries against a run and a contact.
#include <algorithm>

#include "vm/core/interpreter.h"

namespace wend {
namespace {

const SendStatus* latest_of_message(const RunState& run, const Program& program, MessageIx message) {
  const SendStatus* latest = nullptr;
  for (const SendStatus& status : run.sends) {
    if (program.sends[status.send.index()].message != message) continue;
    if (latest == nullptr || status.at_ms >= latest->at_ms) latest = &status;
  }
  return latest;
}

const SendStatus* find_status(const QueryRow& query, const RunState& run, const Program& program) {
  switch (query.scope) {
    case QueryScope::kLastSend:
      return run.last_send < run.sends.size() ? &run.sends[run.last_send] : nullptr;
    case QueryScope::kMessage:
      return latest_of_message(run, program, MessageIx{query.target});
    case QueryScope::kSend:
      for (const SendStatus& status : run.sends) {
        if (program.first_of(status.send).number == query.target) return &status;
      }
      return nullptr;
    case QueryScope::kContact:
      break;
  }
  return nullptr;
}

// Has a `send first` that could have taken the message taken another, or none?
bool was_not_taken(const RunState& run, const Program& program, MessageIx message) {
  return std::any_of(run.sends.begin(), run.sends.end(), [&](const SendStatus& status) {
    if (status.outcome == SendOutcome::kHeld) return false;
    const SendIx first = program.first_of(status.send);
    for (uint32_t i = 0; i <= program.sends[first.index()].others; ++i) {
      if (program.sends[first.index() + i].message == message) return true;
    }
    return false;
  });
}

Value of_status(const QueryRow& query, const SendStatus& status, const Program& program) {
  const bool handed = status.outcome == SendOutcome::kHanded;
  if (query.word == EngagementWord::kSent || query.word == EngagementWord::kSuppressed) {
    if (status.outcome == SendOutcome::kHeld) return {};
    return Value::of_bool(handed == (query.word == EngagementWord::kSent));
  }
  if (!handed) return {};
  if (!is_none(query.link)) {
    const std::string& link = program.text(query.link);
    return Value::of_bool(std::find(status.links_clicked.begin(), status.links_clicked.end(), link) !=
                          status.links_clicked.end());
  }
  return Value::of_bool((status.engaged >> static_cast<unsigned>(query.word) & 1U) != 0);
}

Value of_contact(const QueryRow& query, const EvalContext& context, const Program& program) {
  // Before an entry no run bounds the question.
  const Millis since_ms = context.run != nullptr ? context.run->entered_at_ms : kMinInstant;
  if (context.contact != nullptr) {
    for (const ContactEngagement& engagement : context.contact->engagements) {
      if (engagement.word != query.word || engagement.at_ms < since_ms) continue;
      if (is_none(query.link) || engagement.link == program.text(query.link)) return Value::of_bool(true);
    }
  }
  return Value::of_bool(false);
}

}  // namespace

Value Interpreter::engagement(const QueryRow& query, const EvalContext& context) {
  const Program& program = context.program->program();
  if (query.scope == QueryScope::kContact) return of_contact(query, context, program);
  if (context.run == nullptr) return {};
  const SendStatus* status = find_status(query, *context.run, program);
  if (status != nullptr) return of_status(query, *status, program);
  const bool asks_outcome = query.word == EngagementWord::kSent || query.word == EngagementWord::kSuppressed;
  const bool passed = asks_outcome && query.scope == QueryScope::kMessage &&
                      was_not_taken(*context.run, program, MessageIx{query.target});
  return passed ? Value::of_bool(false) : Value();
}

}  // namespace wend

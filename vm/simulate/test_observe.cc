#include "vm/simulate/test_observe.h"

#include <algorithm>
#include <optional>
#include <set>

#include "vm/core/literal_text.h"
#include "vm/core/time_zone.h"
#include "vm/simulate/test_runs.h"

namespace wend {
namespace {

// The contacts of a test, in the order of its lines.
std::vector<std::string> contacts_of(const PlannedTest& test) {
  std::vector<std::string> contacts;
  for (const TestLine& line : test.lines) {
    if (line.contact.empty() || line.kind == TestLineKind::kExpect) continue;
    if (std::find(contacts.begin(), contacts.end(), line.contact) == contacts.end()) {
      contacts.push_back(line.contact);
    }
  }
  return contacts;
}

std::string message_expectation(const Delivery& delivery, const std::string& who, const Zone& zone) {
  const std::string message =
      delivery.inline_message ? text_literal(delivery.message) : delivery.message;
  if (delivery.status == DeliveryStatus::kSent) {
    return "expect " + who + "sent " + delivery.channel + " " + message + " on " + moment_in(delivery.at_ms, zone);
  }
  // An inline message has no name to ask for.
  return "expect " + who + "suppressed " + delivery.channel +
         (delivery.inline_message ? "" : " " + delivery.message) + " because " + delivery.reason;
}

bool is_identifier(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string run_expectation(const RunStory& run, const std::string& journey, const std::string& who) {
  std::string line = "expect " + who + journey + " ended";
  if (run.reason == "exit") return run.because.empty() ? line : line + " because " + text_literal(run.because);
  if (run.reason == "until") return is_identifier(run.because) ? line + " because " + run.because : line;
  return line + " because " + run.reason;
}

Status observe_runs(const std::string& journey, const std::string& contact, const std::string& who,
                    const TestWorld& world, std::vector<std::string>& lines) {
  WEND_ASSIGN_OR_RETURN(const std::vector<RunStory> runs, read_runs(contact, journey, world));
  if (runs.empty()) return {};
  const RunStory& run = runs.back();
  if (run.ended) {
    lines.push_back(run_expectation(run, journey, who));
    return {};
  }
  bool known = false;
  WEND_ASSIGN_OR_RETURN(const ContactState state, read_state(contact, world, known));
  const Program& program = world.program.program();
  const StepRow* step = waiting_step(state, run.number, program);
  if (step != nullptr && !is_none(step->label)) {
    lines.push_back("expect " + who + journey + " waiting at @" + program.text(step->label));
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> observe(const PlannedTest& test, const TestWorld& world) {
  const std::vector<std::string> contacts = contacts_of(test);
  std::vector<std::string> lines;
  std::set<std::string> said;
  bool anything_sent = false;
  for (const Delivery& delivery : world.deliveries) {
    const bool sent = delivery.status == DeliveryStatus::kSent;
    if (!sent && delivery.status != DeliveryStatus::kSuppressed) continue;
    anything_sent = anything_sent || sent;
    const std::string who = contacts.size() > 1 ? text_literal(delivery.contact) + " " : std::string();
    std::string line = message_expectation(delivery, who, world.program.project_zone());
    if (said.insert(line).second) lines.push_back(std::move(line));
  }
  if (!anything_sent) lines.emplace_back("expect nothing sent");
  for (const std::string& contact : contacts) {
    const std::string who = contacts.size() > 1 ? text_literal(contact) + " " : std::string();
    for (const std::string& journey : test.journeys) {
      WEND_RETURN_IF_ERROR(observe_runs(journey, contact, who, world, lines));
    }
  }
  return lines;
}

}  // namespace wend

#include "compiler/diagnostics/messages_tests.h"

#include <fmt/format.h>

#include "compiler/diagnostics/wording.h"

namespace wend {

Diagnostic describe(const TimeGoesBack& m) {
  Diagnostic d = start_diagnostic(TimeGoesBack::kCode, "time goes back", m.at, "lies before the line above");
  d.secondary.push_back({m.reached_at, fmt::format("here it is {} already", m.now)});
  d.help.push_back("put the lines of a test in the order of time");
  return d;
}

Diagnostic describe(const WhichContact& m) {
  Diagnostic d = start_diagnostic(
      WhichContact::kCode, "a line that does not say whose it is", m.at,
      m.contacts.empty() ? "this test has no contact"
                         : fmt::format("this test has {}", count_of(m.contacts.size(), "contact")));
  d.help.push_back(m.contacts.empty()
                       ? "begin the test with a contact: `contact \"ana\" { email: \"ana@x.example\" }`"
                       : fmt::format("name one of them in front: {}", quoted_list(m.contacts)));
  return d;
}

Diagnostic describe(const UnknownContact& m) {
  Diagnostic d = start_diagnostic(UnknownContact::kCode, fmt::format("unknown contact {}", in_quotes(m.name)),
                                  m.at, "the test tells of no such contact");
  std::vector<std::string> near;
  for (const std::string& name : m.near) near.push_back("\"" + name + "\"");
  add_near_names(d, m.at, near);
  if (near.empty()) d.help.push_back("declare the contact in the test, or give it an event first");
  return d;
}

Diagnostic describe(const ValueNotFixed& m) {
  Diagnostic d = start_diagnostic(ValueNotFixed::kCode, "a test needs a fixed value", m.at,
                                  "is not known before something runs");
  d.help.push_back("write the value itself, or a constant of the project");
  return d;
}

Diagnostic describe(const NoTimeYet& m) {
  Diagnostic d = start_diagnostic(
      NoTimeYet::kCode, "nothing has happened yet", m.at,
      m.is_expectation ? "expects something of a test that has not begun" : "comes after nothing");
  d.help.push_back("the clock of a test starts at its first `at`: `at 2026-03-02 10:00 ..`");
  return d;
}

Diagnostic describe(const UnknownReason& m) {
  Diagnostic d = start_diagnostic(
      UnknownReason::kCode, fmt::format("unknown reason {}", in_quotes(m.name)), m.at,
      m.of_ending ? "no event and no way for a run to end" : "nothing is suppressed for such a reason");
  add_near_names(d, m.at, m.near);
  if (m.near.empty()) {
    d.help.push_back(fmt::format(
        "{} {}", m.of_ending ? "besides events and exit texts:" : "the reasons:", quoted_list(m.known)));
  }
  return d;
}

Diagnostic describe(const UnknownPart& m) {
  Diagnostic d = start_diagnostic(UnknownPart::kCode, fmt::format("messages have no part {}", in_quotes(m.name)),
                                  m.at, "no such part");
  add_near_names(d, m.at, m.near);
  if (m.near.empty()) d.help.push_back(fmt::format("the parts: {}", quoted_list(m.known)));
  return d;
}

Diagnostic describe(const UntestedJourney& m) {
  Diagnostic d = start_diagnostic(
      UntestedJourney::kCode, fmt::format("no test is about journey {}", in_quotes(m.name)), m.at,
      fmt::format("the project has {}, and none of them enters it", count_of(m.tests, "test")));
  d.help.push_back("`wend test --suggest` writes tests for what no test reaches");
  return d;
}

}  // namespace wend

// Lints about the tests of a project.

#include <algorithm>
#include <set>
#include <string>

#include "compiler/lint/lint.h"

namespace wend {
namespace {

// A test is about the journeys behind its `of`, those that it expects something of, and, where it has no
// `of`, those that its events may start.
std::set<std::string> tested_journeys(const CheckedProgram& program) {
  std::set<std::string> tested;
  for (const PlannedTest& test : program.tests.tests) {
    tested.insert(test.journeys.begin(), test.journeys.end());
    for (const auto& line : test.lines) {
      tested.insert(line.expect.journey);
      if (!test.journeys.empty() || line.kind != wend::TestLineKind::kEvent) continue;
      for (const JourneyInfo& journey : program.journeys) {
        const bool starts =
            std::any_of(journey.triggers.begin(), journey.triggers.end(), [&](const TriggerInfo& trigger) {
              return trigger.listen.event != kNone && program.events[trigger.listen.event].wire_name == line.name;
            });
        if (starts) tested.emplace(journey.decl->name.text);
      }
    }
  }
  return tested;
}

}  // namespace

// Only where there are tests: a project without any has not decided to have them.
void lint_untested_journey(Context& context) {
  const CheckedProgram& program = context.program;
  if (program.tests.tests.empty()) return;
  const std::set<std::string> tested = tested_journeys(program);
  for (const JourneyInfo& journey : program.journeys) {
    const std::string name(journey.decl->name.text);
    if (tested.contains(name)) continue;
    context.sink.report(UntestedJourney{journey.decl->name.span, name, program.tests.tests.size()});
  }
}

}  // namespace wend

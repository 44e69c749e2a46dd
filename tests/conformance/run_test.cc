// tests/conformance/run: a program, events (lines `#< TIME CONTACT EVENT PROPERTIES`; `identify` sets
// attributes) and what becomes of them in virtual time: every outcome of a send, then the timeline of every
// contact. Everyone has a phone. Lines `#file NAME` begin further files of the program.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/compiled.h"
#include "tests/support/golden.h"
#include "vm/simulate/simulator.h"
#include "vm/trace/why.h"

namespace wend {
namespace {

using testing_support::diagnostics_text;
using testing_support::Golden;

constexpr std::string_view kEventMark = "#< ";
constexpr std::string_view kRunFileMark = "#file ";

struct Scenario {
  std::vector<std::string> lines;  // as they arrive
  std::set<std::string> contacts;
};

Scenario scenario_of(const std::string& source) {
  Scenario scenario;
  std::istringstream in(source);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(kEventMark)) continue;
    std::istringstream words(line.substr(kEventMark.size()));
    std::string at, contact, event, properties;
    words >> at >> contact >> event;
    std::getline(words, properties);
    scenario.contacts.insert(contact);
    if (event == "identify") {
      scenario.lines.push_back(R"({"type":"identify","userId":")" + contact + R"(","timestamp":")" + at +
                               R"(:00Z","traits":)" + properties + "}");
      continue;
    }
    scenario.lines.push_back(R"({"type":"track","event":")" + event + R"(","userId":")" + contact +
                             R"(","timestamp":")" + at + R"(:00Z","properties":)" + properties +
                             R"(,"context":{"traits":{"phone":"+33600000001"}}})");
  }
  return scenario;
}

// The program's files: main.wend, then those that lines `#file NAME` begin.
std::map<std::string, std::string> files_of(const std::string& source) {
  std::map<std::string, std::string> files;
  std::string name = "main.wend";
  std::istringstream in(source);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kRunFileMark)) {
      name = line.substr(kRunFileMark.size());
    } else if (name == "main.wend" || !line.starts_with(kEventMark)) {
      files[name] += line + "\n";
    }
  }
  return files;
}

class Run : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Run, IsAsWritten) {
  const Golden golden = testing_support::read_golden(GetParam());
  const CompileResult compiled = testing_support::compile_files(files_of(golden.source));
  ASSERT_TRUE(compiled.ok) << diagnostics_text(compiled);
  const Scenario scenario = scenario_of(golden.source);
  std::string said;
  SimulationOptions options;
  options.on_delivery = [&](const Delivery& d) {
    said += format_rfc3339(d.at_ms) + " " + d.contact + " " + d.channel + " " +
            std::string(delivery_status_name(d.status)) + (d.reason.empty() ? "" : " " + d.reason) + ": " +
            d.body + "\n";
    return Status();
  };
  options.on_bad_line = [](uint64_t line, const Error& error) {
    ADD_FAILURE() << "event " << line << ": " << error.message;
  };
  size_t next = 0;
  const auto source = [&]() -> Result<std::optional<std::string_view>> {
    if (next == scenario.lines.size()) return std::optional<std::string_view>();
    return std::optional<std::string_view>(scenario.lines[next++]);
  };
  const auto result = simulate(compiled.image, source, options);
  ASSERT_TRUE(result.ok()) << result.error().message;
  for (const std::string& contact : scenario.contacts) {
    const auto why = why_text(*result->store, contact);
    ASSERT_TRUE(why.ok()) << why.error().message;
    said += "\n" + *why;
  }
  testing_support::expect_golden(golden, said);
}

INSTANTIATE_TEST_SUITE_P(Goldens, Run, testing::ValuesIn(testing_support::golden_paths("run")),
                         [](const auto& param) { return testing_support::golden_test_name(param.param); });

}  // namespace
}  // namespace wend

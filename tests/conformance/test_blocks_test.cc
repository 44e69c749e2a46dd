// Programs with `test` blocks and what `wend test` says about them: failures with their source lines and
// traces, then the summary. WEND_UPDATE=1 writes the answers anew.

#include <gtest/gtest.h>

#include <string>

#include "compiler/driver/coverage_report.h"
#include "compiler/driver/test_report.h"
#include "compiler/driver/test_suggest.h"
#include "tests/support/compiled.h"
#include "tests/support/golden.h"

namespace wend {
namespace {

class TestGolden : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(TestGolden, SaysWhatItSays) {
  const testing_support::Golden golden = testing_support::read_golden(GetParam());
  const CompileResult compiled =
      testing_support::compile_files({{GetParam().filename().string(), golden.source}});
  ASSERT_TRUE(compiled.ok) << testing_support::diagnostics_text(compiled);
  std::vector<TestResult> results;
  std::string found;
  for (const PlannedTest& test : compiled.tests.tests) {
    Result<TestOutcome> outcome = run_test(compiled.image, test);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    results.push_back({&test, &compiled.sources, std::move(*outcome)});
    found += failure_text(results.back(), false);
  }
  testing_support::expect_golden(golden, found + test_summary(results));
}

INSTANTIATE_TEST_SUITE_P(Tests, TestGolden, testing::ValuesIn(testing_support::golden_paths("test")),
                         [](const auto& golden) { return testing_support::golden_test_name(golden.param); });

// Programs whose tests leave something out: what coverage says of them, then the tests that are suggested.
class CoverageGolden : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(CoverageGolden, SaysWhatIsNotReached) {
  const testing_support::Golden golden = testing_support::read_golden(GetParam());
  MemoryFiles files;
  files.add(GetParam().filename().string(), golden.source);
  CompileOptions options;
  options.test_paths = true;
  const CompileResult compiled = compile_project(files, options);
  ASSERT_TRUE(compiled.ok) << testing_support::diagnostics_text(compiled);
  Coverage coverage(compiled.program);
  for (const PlannedTest& test : compiled.tests.tests) {
    const Result<TestOutcome> outcome = run_test(compiled.image, test, {nullptr, &coverage, false});
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_TRUE(outcome->failures.empty()) << test.name << ": " << outcome->failures.front().got;
  }
  const Result<Suggestions> suggested = suggest_tests(files, compiled, coverage);
  ASSERT_TRUE(suggested.ok()) << suggested.error().message;
  testing_support::expect_golden(golden, coverage_text(coverage) + "\n" + suggested->text);

  // What is suggested is part of a program that compiles, passes, and reaches what it says.
  MemoryFiles more = files;
  more.add("suggested.wend", suggested->text);
  const CompileResult again = compile_project(more, {});
  ASSERT_TRUE(again.ok) << testing_support::diagnostics_text(again);
  Coverage after(again.program);
  for (const PlannedTest& test : again.tests.tests) {
    const Result<TestOutcome> outcome = run_test(again.image, test, {nullptr, &after, false});
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_TRUE(outcome->failures.empty())
        << test.name << ": " << outcome->failures.front().expected << " / " << outcome->failures.front().got;
  }
  const auto missed = [](const Coverage& one) {
    return one.total().steps + one.total().outcomes - one.total().steps_reached - one.total().outcomes_reached;
  };
  EXPECT_LE(missed(after), suggested->not_there) << coverage_text(after);
}

INSTANTIATE_TEST_SUITE_P(Coverage, CoverageGolden,
                         testing::ValuesIn(testing_support::golden_paths("coverage")),
                         [](const auto& golden) { return testing_support::golden_test_name(golden.param); });

// Figures are rounded down, so that 100 means everything, and a limit is compared exactly.
TEST(CoverageFigures, AreRoundedDown) {
  CoverageFigures figures;
  EXPECT_EQ(figures.percent(), 100U);
  EXPECT_FALSE(figures.below(100));
  figures.steps = 200;
  figures.steps_reached = 199;
  EXPECT_EQ(figures.percent(), 99U);
  EXPECT_TRUE(figures.below(100));
  EXPECT_TRUE(figures.below(99.6));
  EXPECT_FALSE(figures.below(99.5));
}

TEST(CoverageReport, JsonHasALineForEachJourney) {
  const CompileResult compiled = testing_support::compile_source(
      "journey a { on x send sms \"Hi\" if contact.vip == true note \"vip\" }\n"
      "journey b { on y note \"b\" }\n"
      "test \"a\" of a { contact \"ana\" {} at 2026-03-02 x }");
  ASSERT_TRUE(compiled.ok) << testing_support::diagnostics_text(compiled);
  Coverage coverage(compiled.program);
  for (const PlannedTest& test : compiled.tests.tests) {
    ASSERT_TRUE(run_test(compiled.image, test, {nullptr, &coverage, false}).ok());
  }
  EXPECT_EQ(coverage_json(coverage),
            R"({"coverage":"a","percent":60,"steps":3,"steps_reached":2,"outcomes":2,"outcomes_reached":1,"missed":[)"
            R"({"file":"main.wend","line":1,"column":32,"step":"if contact.vip == true","outcome":"true"},)"
            R"({"file":"main.wend","line":1,"column":55,"step":"note \"vip\"","outcome":null}]})"
            "\n"
            R"({"coverage":"b","percent":0,"steps":1,"steps_reached":0,"outcomes":0,"outcomes_reached":0,"missed":[)"
            R"({"file":"main.wend","line":2,"column":18,"step":"note \"b\"","outcome":null}]})"
            "\n");
}

// A plan lies beside the image: with and without tests the image is the same to the byte, in an open program,
// too.
TEST(RunTests, TestsChangeNothingOfTheImage) {
  const std::string program = "on signed_up send sms \"Hello\"\n";
  const std::string tests =
      "test \"t\" { contact \"a\" { nick: 1 }  at 2026-03-02 other { x: 1 }  expect contact.y is missing }\n";
  const CompileResult bare = testing_support::compile_files({{"a.wend", program}});
  const CompileResult tested = testing_support::compile_files({{"a.wend", program}, {"b.wend", tests}});
  ASSERT_TRUE(tested.ok) << testing_support::diagnostics_text(tested);
  EXPECT_EQ(bare.image, tested.image);
  EXPECT_TRUE(bare.tests.tests.empty());
  EXPECT_EQ(tested.tests.tests.size(), 1U);
}

TEST(RunTests, PlansComeByFileAndPlaceAndOnlyWhereTheProgramIsSound) {
  const CompileResult fine = testing_support::compile_files(
      {{"b.wend", "test \"b1\" {} test \"b2\" {}"}, {"a.wend", "on x send sms \"Hi\"\ntest \"a1\" {}"}});
  ASSERT_EQ(fine.tests.tests.size(), 3U) << testing_support::diagnostics_text(fine);
  EXPECT_EQ(fine.tests.tests[0].name, "a1");
  EXPECT_EQ(fine.tests.tests[2].name, "b2");
  EXPECT_EQ(fine.tests.tests[0].line, 2U);
  EXPECT_TRUE(testing_support::compile_source("on x\nwait 1d\ntest \"t\" { expect nothing sent }")
                  .tests.tests.empty());
}

TEST(TestReport, XmlIsEscaped) {
  EXPECT_EQ(xml_text("a<b> & \"c\"\n\t\x01"), "a&lt;b&gt; &amp; &quot;c&quot;&#10;&#9;\xEF\xBF\xBD");
}

TEST(TestReport, JsonAndJunitTellWhatFailed) {
  const CompileResult compiled = testing_support::compile_source(
      "on x send sms \"<Hi>\"\n"
      "test \"a & b\" {\n  contact \"ana\" { phone: \"1\" }\n  at 2026-03-02 x\n  expect nothing sent\n}\n"
      "test \"fine\" {\n  contact \"ana\" { phone: \"1\" }\n  at 2026-03-02 x\n  expect sent sms "
      "\"<Hi>\"\n}\n");
  ASSERT_TRUE(compiled.ok) << testing_support::diagnostics_text(compiled);
  std::vector<TestResult> results;
  for (const PlannedTest& test : compiled.tests.tests) {
    Result<TestOutcome> outcome = run_test(compiled.image, test);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    results.push_back({&test, &compiled.sources, std::move(*outcome)});
  }
  const std::string json = test_json(results[0]);
  EXPECT_NE(json.find(R"("test":"a & b","file":"main.wend","line":2,"passed":false)"), std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("line":5,"source":"expect nothing sent","expected":"nothing sent")"),
            std::string::npos);
  EXPECT_NE(test_json(results[1]).find(R"("passed":true,"failures":[]})"), std::string::npos);
  const std::string xml = tests_junit(results);
  EXPECT_NE(xml.find(R"(<testsuites tests="2" failures="1">)"), std::string::npos) << xml;
  EXPECT_NE(xml.find(R"(<testcase name="a &amp; b" classname="main.wend")"), std::string::npos);
  EXPECT_NE(xml.find("&quot;&lt;Hi&gt;&quot;"), std::string::npos);
  EXPECT_EQ(xml.find("<Hi>"), std::string::npos);
  EXPECT_EQ(test_summary(results), "2 tests, 1 failed\n");
}

}  // namespace
}  // namespace wend

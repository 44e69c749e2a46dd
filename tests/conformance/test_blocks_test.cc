// Programs with `test` blocks and what `wend test` says about them: failures with their source lines and
// traces, then the summary. WEND_UPDATE=1 writes the answers anew.

#include <gtest/gtest.h>

#include <string>

#include "compiler/driver/test_report.h"
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

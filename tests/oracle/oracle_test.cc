// The engine against the oracle on everything that the repository runs already.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/diagnostics/catalogue.h"
#include "tests/oracle/compare.h"
#include "tests/support/compiled.h"
#include "tests/support/golden.h"

namespace wend::oracle {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void expect_agreement(const FileResolver& files, const std::vector<std::string>& log) {
  const CompileResult compiled = compile_project(files, {});
  ASSERT_TRUE(compiled.ok) << testing_support::diagnostics_text(compiled);
  const wend::Program& image = compiled.program;
  if (!image.histories.empty() || !image.segments.empty() || !image.scores.empty() || !image.catalogs.empty()) {
    GTEST_SKIP() << "the oracle does not know history, segments, scores and catalogs";
  }
  std::string why;
  const std::unique_ptr<Program> program = Program::load(files, why);
  if (program == nullptr) GTEST_SKIP() << why;
  std::string failure;
  const Outcome engine = run_engine(compiled, log, failure);
  ASSERT_EQ(failure, "");
  ASSERT_FALSE(engine.empty());
  try {
    EXPECT_EQ(side_by_side(engine, run_oracle(*program, log)), "");
  } catch (const Unsupported& unsupported) {
    GTEST_SKIP() << "the oracle does not know " << unsupported.what();
  }
}

// A golden's `#< TIME CONTACT EVENT PROPERTIES`.
std::vector<std::string> golden_log(const std::string& source) {
  std::vector<std::string> log;
  for (const std::string& line : lines_of(source)) {
    if (!line.starts_with("#< ")) continue;
    std::istringstream words(line.substr(3));
    std::string at, contact, event, properties;
    words >> at >> contact >> event;
    std::getline(words, properties);
    if (event == "identify") {
      log.push_back(R"({"type":"identify","userId":")" + contact + R"(","timestamp":")" + at +
                    R"(:00Z","traits":)" + properties + "}");
      continue;
    }
    log.push_back(R"({"type":"track","event":")" + event + R"(","userId":")" + contact +
                  R"(","timestamp":")" + at + R"(:00Z","properties":)" + properties +
                  R"(,"context":{"traits":{"phone":"+33600000001"}}})");
  }
  return log;
}

class OracleGolden : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(OracleGolden, Agrees) {
  const testing_support::Golden golden = testing_support::read_golden(GetParam());
  if (golden.source.find("#file ") != std::string::npos) GTEST_SKIP() << "the oracle reads one file";
  expect_agreement(MemoryFiles({{"main.wend", golden.source}}), golden_log(golden.source));
}

INSTANTIATE_TEST_SUITE_P(Runs, OracleGolden, testing::ValuesIn(testing_support::golden_paths("run")),
                         [](const auto& param) { return testing_support::golden_test_name(param.param); });

const std::string kRoot = WEND_SOURCE_DIR;

TEST(OracleExamples, OneSentence) {
  const auto files = disk_files(kRoot + "/examples/one-sentence");
  expect_agreement(*files,
                   lines_of(testing_support::read_whole(kRoot + "/examples/one-sentence/events.ndjson")));
}

TEST(OracleExamples, OnlineRetail) {
  const auto files = disk_files(kRoot + "/tests/e2e/online_retail/project");
  expect_agreement(*files,
                   lines_of(testing_support::read_whole(kRoot + "/tests/e2e/online_retail/small.ndjson")));
}

}  // namespace
}  // namespace wend::oracle

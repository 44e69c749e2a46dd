// Programs and what the compiler says about them. A golden is a source text, then the findings as lines that
// begin with `#> `; lines `#file PATH` begin further files of the same program. WEND_UPDATE=1 writes the
// findings anew.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/diagnostics/apply_fixes.h"
#include "compiler/diagnostics/catalogue.h"
#include "tests/unit/compiler/analysis/check_support.h"

namespace wend {
namespace {

namespace fs = std::filesystem;
using analysis_test::Checked;
using analysis_test::NamedText;

const fs::path kFolder = fs::path(WEND_SOURCE_DIR) / "tests/conformance/check";
constexpr std::string_view kExpectedMark = "#> ";
constexpr std::string_view kFileMark = "#file ";

struct Golden {
  std::string source;  // everything in front of the findings
  std::string expected;
  std::vector<NamedText> files;
};

Golden read_golden(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  Golden golden;
  golden.files.push_back({path.filename().string(), ""});
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kExpectedMark) || line == "#>") {
      golden.expected += line.substr(std::min(line.size(), kExpectedMark.size())) + "\n";
      continue;
    }
    golden.source += line + "\n";
    if (line.starts_with(kFileMark)) {
      golden.files.push_back({line.substr(kFileMark.size()), ""});
    } else {
      golden.files.back().second += line + "\n";
    }
  }
  return golden;
}

void write_golden(const fs::path& path, const std::string& source, const std::string& found) {
  std::ofstream out(path, std::ios::binary);
  out << source;
  std::istringstream lines(found);
  for (std::string line; std::getline(lines, line);) out << (line.empty() ? "#>" : "#> " + line) << "\n";
}

std::string name_of(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

std::vector<fs::path> goldens() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".wend") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

class CheckGolden : public testing::TestWithParam<fs::path> {};

TEST_P(CheckGolden, FindsWhatItSays) {
  const Golden golden = read_golden(GetParam());
  const std::string found = analysis_test::check_files(golden.files).rendered();
  if (std::getenv("WEND_UPDATE") != nullptr) {
    write_golden(GetParam(), golden.source, found);
    return;
  }
  EXPECT_EQ(golden.expected, found) << "WEND_UPDATE=1 writes " << GetParam().filename() << " anew";
}

// A golden is named after what it shows: `WD0201_..` raises that code, `clean_..` raises no error.
TEST_P(CheckGolden, RaisesTheCodeOfItsName) {
  const std::string name = GetParam().filename().string();
  const Checked checked = analysis_test::check_files(read_golden(GetParam()).files);
  if (name.starts_with("clean_")) {
    for (const Diagnostic& d : checked.diagnostics) EXPECT_LT(d.level, Level::kError) << d.title;
    return;
  }
  const std::string wanted = name.substr(0, 6);
  EXPECT_NE(checked.codes().find(wanted), std::string::npos) << checked.codes();
}

// After each fix the text parses, and the finding is gone from there.
TEST_P(CheckGolden, FixesDoWhatTheySay) {
  const Golden golden = read_golden(GetParam());
  const Checked before = analysis_test::check_files(golden.files);
  for (const Diagnostic& finding : before.diagnostics) {
    for (const Fix& fix : finding.fixes) {
      if (fix.applicability == Applicability::kShown) continue;
      Diagnostic one = finding;
      one.fixes = {fix};
      const FixedTexts fixed = apply_fixes(std::span(&one, 1), *before.sources, Applicability::kSuggested);
      ASSERT_EQ(fixed.texts.size(), 1U);
      std::vector<NamedText> texts = golden.files;
      for (NamedText& text : texts) {
        for (const auto& [file, source] : fixed.texts) {
          if (before.sources->file(file).path() == text.first) text.second = source;
        }
      }
      const Checked after = analysis_test::check_files(texts);
      for (const ast::File& file : after.files) EXPECT_FALSE(file.had_syntax_errors) << fix.title;
      const auto same_place = [&](const Diagnostic& d) {
        return d.code == finding.code && d.primary.span.file == finding.primary.span.file &&
               d.primary.span.begin == finding.primary.span.begin && d.title == finding.title;
      };
      EXPECT_TRUE(std::none_of(after.diagnostics.begin(), after.diagnostics.end(), same_place)) << fix.title;
    }
  }
}

// Codes of the areas of analysis that nothing raises before the construct they speak of can run.
const std::set<Code> kNotRaisedYet = {Code::kUnknownModule, Code::kUnknownSteps, Code::kUnknownSplit,
                                      Code::kRecursionOfSteps};
// Raised by code generation and by the command line: limits, folders, files.
const std::set<Code> kElsewhere = {Code::kJourneyTooLarge, Code::kProgramTooLarge, Code::kNoWendFiles,
                                   Code::kFileUnreadable,  Code::kConfigError,     Code::kInternalError};

TEST(CheckGoldens, EveryCodeOfAnalysisHasOne) {
  std::set<std::string> named;
  for (const fs::path& path : goldens()) named.insert(path.filename().string().substr(0, 6));
  for (const CatalogueRow& row : catalogue()) {
    const int number = static_cast<int>(row.code);
    const int area = number / 100 % 10;
    const bool ours = (area >= 2 && area <= 5) || area == 7 || area == 9;
    if (!ours || kNotRaisedYet.contains(row.code) || kElsewhere.contains(row.code)) continue;
    EXPECT_TRUE(named.contains(code_text(row.code))) << code_text(row.code) << " " << row.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, CheckGolden, testing::ValuesIn(goldens()), name_of);

}  // namespace
}  // namespace wend

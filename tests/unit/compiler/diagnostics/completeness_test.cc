// Every code of the catalogue has what a code needs: a struct with its `describe`, a page with examples, a
// line in the list of released codes.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/explain.h"
#include "compiler/diagnostics/messages.h"
#include "tests/support/page_examples.h"

namespace wend {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = WEND_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool updating() { return std::getenv("WEND_UPDATE") != nullptr; }

// "UnknownEvent", the name of the row's enumerator without its `k`.
std::vector<std::pair<Code, std::string>> enumerators() {
  return {
#define WEND_DIAGNOSTIC(number, enumerator, name, level, fixable, since, summary) \
  {Code::k##enumerator, #enumerator},
#include "compiler/diagnostics/catalogue.def"
#undef WEND_DIAGNOSTIC
  };
}

// Codes whose fault lies outside what a fence of Wend can hold: bytes that are no text, a folder, a limit of
// megabytes, another file.
const std::set<Code> kNoFence = {Code::kInvalidUtf8,     Code::kNulByte,
                                 Code::kSourceTooLarge,  Code::kNestedTooDeep,
                                 Code::kNoWendFiles,     Code::kFileUnreadable,
                                 Code::kProgramTooLarge, Code::kConfigError,
                                 Code::kJourneyTooLarge, Code::kTemplateFileOutsideProject,
                                 Code::kInternalError,   Code::kCatalogFileOutsideProject,
                                 Code::kBadCatalogRow,   Code::kCatalogTooLarge};

TEST(Completeness, EveryCodeHasAStructAndItsDescription) {
  std::string headers;
  for (const auto& entry : fs::directory_iterator(kRoot / "compiler/diagnostics")) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("messages_") && name.ends_with(".h")) {
      headers += read(entry.path());
      EXPECT_NE(read(kRoot / "compiler/diagnostics/messages.h").find(name), std::string::npos) << name;
    }
  }
  for (const auto& [code, enumerator] : enumerators()) {
    EXPECT_NE(headers.find("struct " + enumerator + " {"), std::string::npos) << enumerator;
    EXPECT_NE(headers.find("kCode = Code::k" + enumerator + ";"), std::string::npos) << enumerator;
    EXPECT_NE(headers.find("Diagnostic describe(const " + enumerator + "& "), std::string::npos)
        << enumerator;
  }
}

TEST(Completeness, EveryCodeHasAPageAfterTheTemplate) {
  for (const CatalogueRow& row : catalogue()) {
    const auto page = explain_page(row.code);
    ASSERT_TRUE(page) << code_text(row.code) << ": write docs/diagnostics/" << code_text(row.code) << ".md";
    const std::string heading = "# " + code_text(row.code) + " " + std::string(row.name) + "\n\n" +
                                std::string(level_name(row.level)) + ", since " + std::string(row.since) +
                                (row.fixable ? ", fixable\n" : "\n");
    EXPECT_TRUE(page->starts_with(heading)) << "the page should begin with\n" << heading;
    for (const std::string_view section :
         {"## What it means", "## Example", "## Why", "## How to fix", "## Related"}) {
      EXPECT_NE(page->find(section), std::string_view::npos) << code_text(row.code) << " " << section;
    }
    if (is_lint(row.code)) {
      EXPECT_NE(page->find("## When it is right to allow it"), std::string_view::npos) << code_text(row.code);
      EXPECT_NE(page->find("# wend: allow " + std::string(row.name) + " -- "), std::string_view::npos)
          << code_text(row.code);
    }
  }
}

TEST(Completeness, EveryPageHasAFailingAndACleanExample) {
  for (const CatalogueRow& row : catalogue()) {
    const std::string page(explain_page(row.code).value_or(""));
    const auto examples = testing_support::parse_page_examples(row.code, page);
    size_t clean = 0;
    size_t failing = 0;
    for (const auto& example : examples) {
      EXPECT_FALSE(example.source.empty()) << code_text(row.code);
      clean += example.clean ? 1 : 0;
      failing += !example.clean && example.raises == row.code ? 1 : 0;
    }
    size_t fences = 0;
    for (size_t at = page.find("```wend "); at != std::string::npos; at = page.find("```wend ", at + 1))
      ++fences;
    EXPECT_EQ(fences, examples.size()) << code_text(row.code) << ": a fence with words that mean nothing";
    if (kNoFence.contains(row.code)) continue;
    EXPECT_GE(failing, 1U) << code_text(row.code);
    EXPECT_GE(clean, 1U) << code_text(row.code);
  }
}

TEST(Completeness, EveryPageBelongsToACodeAndItsLinksLeadSomewhere) {
  for (const auto& entry : fs::directory_iterator(kRoot / "docs/diagnostics")) {
    const std::string name = entry.path().filename().string();
    if (name == "README.md") continue;
    EXPECT_TRUE(parse_code(entry.path().stem().string())) << name;
    const std::string page = read(entry.path());
    for (size_t at = page.find("](WD"); at != std::string::npos; at = page.find("](WD", at + 1)) {
      const std::string link = page.substr(at + 2, page.find(')', at) - at - 2);
      EXPECT_TRUE(fs::exists(kRoot / "docs/diagnostics" / link)) << name << " links to " << link;
    }
  }
}

TEST(Completeness, TheIndexIsUpToDate) {
  const fs::path path = kRoot / "docs/diagnostics/README.md";
  if (updating()) std::ofstream(path, std::ios::binary) << explain_index();
  EXPECT_EQ(read(path), explain_index()) << "run the tests of the compiler with WEND_UPDATE=1";
}

// Codes appear in the logs and settings of users: a number that was released keeps its meaning for ever.
TEST(Completeness, NoReleasedCodeDisappears) {
  const fs::path path = kRoot / "tests/unit/compiler/diagnostics/released_codes.txt";
  std::set<std::string> now;
  for (const CatalogueRow& row : catalogue()) now.insert(code_text(row.code) + " " + std::string(row.name));
  std::set<std::string> released;
  std::istringstream lines(read(path));
  for (std::string line; std::getline(lines, line);) released.insert(line);
  for (const std::string& line : released) EXPECT_TRUE(now.contains(line)) << line << " was released";
  if (updating()) {
    released.insert(now.begin(), now.end());
    std::ofstream out(path, std::ios::binary);
    for (const std::string& line : released) out << line << "\n";
  }
  for (const std::string& line : now) {
    EXPECT_TRUE(released.contains(line)) << line << ": run the tests of the compiler with WEND_UPDATE=1";
  }
}

TEST(PageExamples, AreReadFromFencesThatSayWhatTheyDo) {
  const auto examples = testing_support::parse_page_examples(
      Code::kUnknownEvent,
      "# t\n```wend fails WD0201\non a\n```\n```wend\nshown\n```\n```wend clean\non b\nexit\n```\n```wend "
      "fails x\n```\n");
  ASSERT_EQ(examples.size(), 2U);
  EXPECT_EQ(examples[0].raises, Code::kUnknownEvent);
  EXPECT_EQ(examples[0].source, "on a\n");
  EXPECT_EQ(examples[0].line, 2U);
  EXPECT_TRUE(examples[1].clean);
  EXPECT_EQ(examples[1].source, "on b\nexit\n");
}

TEST(PageExamples, AreComparedWithWhatACompilerFinds) {
  const testing_support::PageExample fails{Code::kUnknownEvent, false, Code::kUnknownEvent, 3, "x"};
  const testing_support::PageExample clean{Code::kUnknownEvent, true, Code{0}, 9, "x"};
  const Diagnostic event = describe(UnknownEvent{{FileId(0), 0, 1}, "x", {}, ""});
  const Diagnostic label = describe(UnknownLabel{{FileId(0), 0, 1}, "x", "", {}});
  const Diagnostic lint = describe(NoPolicy{{FileId(0), 0, 1}, "sms"});
  using Found = std::vector<Diagnostic>;
  const auto finds = [](Found found) { return [found](const std::string&) { return found; }; };
  EXPECT_EQ(examine_page_example(fails, finds({event, lint})), "");
  EXPECT_NE(examine_page_example(fails, finds({})), "");
  EXPECT_NE(examine_page_example(fails, finds({event, label})), "");
  EXPECT_EQ(examine_page_example(clean, finds({lint})), "");
  EXPECT_NE(examine_page_example(clean, finds({event})), "");
  EXPECT_NE(examine_page_example(clean, finds({label})), "");
}

}  // namespace
}  // namespace wend

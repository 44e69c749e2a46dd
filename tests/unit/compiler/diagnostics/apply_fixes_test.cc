#include "compiler/diagnostics/apply_fixes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/diagnostics/messages.h"
#include "compiler/diagnostics/wording.h"

namespace wend {
namespace {

Diagnostic with_fix(Applicability applicability, std::vector<Edit> edits) {
  Diagnostic d = start_diagnostic(Code::kUnknownName, "t", edits.front().span, "");
  d.fixes.push_back({"fix", applicability, std::move(edits)});
  return d;
}

Edit edit(uint32_t begin, uint32_t end, std::string text, uint32_t file = 0) {
  return {{FileId(file), begin, end}, std::move(text)};
}

class ApplyFixes : public testing::Test {
 protected:
  ApplyFixes() {
    sources_.add("a.wend", "0123456789");
    sources_.add("b.wend", "abc");
  }
  SourceMap sources_;
};

TEST_F(ApplyFixes, ChangesOnlyWhatIsAllowed) {
  const std::vector<Diagnostic> found = {with_fix(Applicability::kSafe, {edit(1, 2, "one")}),
                                         with_fix(Applicability::kSuggested, {edit(3, 4, "three")}),
                                         with_fix(Applicability::kShown, {edit(5, 6, "five")})};
  const FixedTexts safe = apply_fixes(found, sources_, Applicability::kSafe);
  EXPECT_EQ(safe.texts, (std::map<FileId, std::string>{{FileId(0), "0one23456789"}}));
  EXPECT_EQ(safe.applied, 1U);
  EXPECT_EQ(safe.skipped, 0U);
  EXPECT_EQ(apply_fixes(found, sources_, Applicability::kSuggested).texts.at(FileId(0)), "0one2three456789");
  EXPECT_EQ(apply_fixes(found, sources_, Applicability::kShown).texts.at(FileId(0)), "0one2three456789");
}

TEST_F(ApplyFixes, AFixGoesInWhollyOrNotAtAll) {
  const std::vector<Diagnostic> found = {
      with_fix(Applicability::kSafe, {edit(2, 5, "x")}),
      with_fix(Applicability::kSafe, {edit(0, 1, "y"), edit(4, 6, "z"), edit(0, 1, "w", 1)})};
  const FixedTexts fixed = apply_fixes(found, sources_, Applicability::kSafe);
  EXPECT_EQ(fixed.texts, (std::map<FileId, std::string>{{FileId(0), "01x56789"}}));
  EXPECT_EQ(fixed.applied, 1U);
  EXPECT_EQ(fixed.skipped, 1U);
}

TEST_F(ApplyFixes, TheSameEditTwiceIsMadeOnce) {
  const std::vector<Diagnostic> found = {
      with_fix(Applicability::kSafe, {edit(3, 3, "x")}),
      with_fix(Applicability::kSafe, {edit(3, 3, "x"), edit(10, 10, "end")})};
  const FixedTexts fixed = apply_fixes(found, sources_, Applicability::kSafe);
  EXPECT_EQ(fixed.texts.at(FileId(0)), "012x3456789end");
  EXPECT_EQ(fixed.applied, 2U);
}

TEST_F(ApplyFixes, TwoInsertionsAtOnePlaceOverlapAndNeighboursDoNot) {
  const std::vector<Diagnostic> insertions = {with_fix(Applicability::kSafe, {edit(3, 3, "x")}),
                                              with_fix(Applicability::kSafe, {edit(3, 3, "y")})};
  EXPECT_EQ(apply_fixes(insertions, sources_, Applicability::kSafe).skipped, 1U);
  const std::vector<Diagnostic> neighbours = {with_fix(Applicability::kSafe, {edit(3, 4, "x")}),
                                              with_fix(Applicability::kSafe, {edit(4, 5, "y")}),
                                              with_fix(Applicability::kSafe, {edit(5, 5, "z")})};
  EXPECT_EQ(apply_fixes(neighbours, sources_, Applicability::kSafe).texts.at(FileId(0)), "012xyz56789");
}

TEST_F(ApplyFixes, FixesThatCannotBeAreSkipped) {
  const std::vector<Diagnostic> found = {with_fix(Applicability::kSafe, {edit(8, 40, "x")}),
                                         with_fix(Applicability::kSafe, {edit(0, 3, "x"), edit(2, 4, "y")})};
  const FixedTexts fixed = apply_fixes(found, sources_, Applicability::kSafe);
  EXPECT_TRUE(fixed.texts.empty());
  EXPECT_EQ(fixed.skipped, 2U);
}

}  // namespace
}  // namespace wend

#include "compiler/format/line_diff.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace wend {
namespace {

TEST(LineDiff, SaysNothingOfEqualTexts) { EXPECT_EQ(unified_diff("a\nb\n", "a\nb\n", "x.wend"), ""); }

TEST(LineDiff, ShowsChangesWithTheirSurroundings) {
  EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "x.wend"),
            "--- x.wend\n+++ x.wend\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  EXPECT_EQ(unified_diff("", "a\n", "x"), "--- x\n+++ x\n@@ -0,0 +1 @@\n+a\n");
  EXPECT_EQ(unified_diff("a\n", "", "x"), "--- x\n+++ x\n@@ -1 +0,0 @@\n-a\n");
}

TEST(LineDiff, MarksAMissingLineEnd) {
  EXPECT_EQ(unified_diff("a", "a\n", "x"),
            "--- x\n+++ x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(LineDiff, PartsChangesThatAreFarFromEachOther) {
  std::string before;
  std::string after;
  for (int i = 0; i < 40; ++i) {
    before += std::to_string(i) + "\n";
    after += (i == 5 || i == 30 ? "new" : std::to_string(i)) + "\n";
  }
  const std::string diff = unified_diff(before, after, "x");
  EXPECT_NE(diff.find("@@ -3,7 +3,7 @@"), std::string::npos) << diff;
  EXPECT_NE(diff.find("@@ -28,7 +28,7 @@"), std::string::npos) << diff;
}

// What `patch` does, for texts whose lines all end.
std::string patched(const std::string& before, const std::string& diff) {
  std::vector<std::string> lines;
  std::istringstream in(before);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::string out;
  size_t at = 0;
  std::istringstream edits(diff);
  for (std::string edit; std::getline(edits, edit);) {
    if (edit.starts_with("---") || edit.starts_with("+++")) continue;
    if (edit.starts_with("@@")) {
      const std::string range = edit.substr(4, edit.find(' ', 4) - 4);
      const size_t start = std::stoul(range);
      const bool empty = range.ends_with(",0");
      while (at < (empty ? start : start - 1)) out += lines[at++] + "\n";
      continue;
    }
    if (edit[0] == '+') {
      out += edit.substr(1) + "\n";
      continue;
    }
    EXPECT_EQ(edit.substr(1), lines.at(at));
    if (edit[0] == ' ') out += lines[at] + "\n";
    ++at;
  }
  while (at < lines.size()) out += lines[at++] + "\n";
  return out;
}

TEST(LineDiff, MakesTheSecondTextOfTheFirst) {
  std::mt19937 random(7);
  const auto text = [&] {
    std::string made;
    for (size_t i = random() % 30; i > 0; --i)
      made += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
    return made;
  };
  for (int round = 0; round < 500; ++round) {
    const std::string before = text();
    const std::string after = text();
    ASSERT_EQ(patched(before, unified_diff(before, after, "x")), after) << before << "----\n" << after;
  }
}

}  // namespace
}  // namespace wend

// Whatever is done to a program, analysis ends, and says a handful of things near the damage.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/unit/compiler/analysis/check_support.h"

namespace wend {
namespace {

std::string read_source(const char* name) {
  std::ifstream in(std::filesystem::path(WEND_SOURCE_DIR) / "tests/conformance/check" / name,
                   std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return text.substr(0, text.find("\n#> "));
}

// Words, numbers, strings and signs, as byte ranges.
std::vector<std::pair<size_t, size_t>> tokens_of(const std::string& text) {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  std::vector<std::pair<size_t, size_t>> tokens;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    if (std::isspace(static_cast<unsigned char>(text[i])) != 0) {
      ++i;
      continue;
    }
    if (is_word(text[i])) {
      while (i < text.size() && is_word(text[i])) ++i;
    } else if (text[i] == '"') {
      ++i;
      while (i < text.size() && text[i] != '"') ++i;
      i = std::min(i + 1, text.size());
    } else {
      ++i;
    }
    tokens.push_back({begin, i});
  }
  return tokens;
}

class Damage : public testing::TestWithParam<const char*> {};

constexpr size_t kMostFindings = 12;

TEST_P(Damage, AMissingTokenGivesAHandfulOfFindings) {
  const std::string source = read_source(GetParam());
  ASSERT_FALSE(source.empty());
  for (const auto& [begin, end] : tokens_of(source)) {
    const std::string damaged = source.substr(0, begin) + source.substr(end);
    const analysis_test::Checked checked = analysis_test::check_text(damaged);
    EXPECT_LE(checked.diagnostics.size(), kMostFindings)
        << "without " << source.substr(begin, end - begin) << " at " << begin << "\n"
        << checked.rendered();
  }
}

TEST_P(Damage, SwappedNeighboursGiveAHandfulOfFindings) {
  const std::string source = read_source(GetParam());
  const auto tokens = tokens_of(source);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    const auto [a, a_end] = tokens[i];
    const auto [b, b_end] = tokens[i + 1];
    const std::string damaged = source.substr(0, a) + source.substr(b, b_end - b) +
                                source.substr(a_end, b - a_end) + source.substr(a, a_end - a) +
                                source.substr(b_end);
    const analysis_test::Checked checked = analysis_test::check_text(damaged);
    EXPECT_LE(checked.diagnostics.size(), kMostFindings) << "at " << a << "\n" << checked.rendered();
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, Damage,
                         testing::Values("clean_team.wend", "clean_expressions.wend", "clean_open.wend"));

}  // namespace
}  // namespace wend

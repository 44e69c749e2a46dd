// Whatever is done to a program, the check ends, and says a handful of things, the first near the damage. The
// damages are: a token deleted, doubled, swapped with its neighbour. Of each file a fixed sample is taken, spread
// evenly; WEND_DAMAGE=all takes every one.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/unit/compiler/analysis/check_support.h"

namespace wend {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostFindings = 5;
constexpr uint32_t kFarthestLines = 2;
constexpr size_t kSampledTokens = 25;

std::string read_source(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return text.substr(0, text.find("\n#> "));
}

// Words, numbers, strings and signs, as byte ranges; comments are none.
std::vector<std::pair<size_t, size_t>> tokens_of(const std::string& text) {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  std::vector<std::pair<size_t, size_t>> tokens;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    if (std::isspace(static_cast<unsigned char>(text[i])) != 0) {
      ++i;
      continue;
    }
    if (text[i] == '#') {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if (is_word(text[i])) {
      while (i < text.size() && is_word(text[i])) ++i;
    } else if (text.compare(i, 3, "\"\"\"") == 0) {
      i = std::min(text.find("\"\"\"", i + 3), text.size() - 3) + 3;
    } else if (text[i] == '"') {
      int liquid = 0;
      ++i;
      while (i < text.size() && (liquid > 0 || text[i] != '"')) {
        if (text.compare(i, 2, "{{") == 0) ++liquid;
        if (text.compare(i, 2, "}}") == 0) --liquid;
        ++i;
      }
      i = std::min(i + 1, text.size());
    } else {
      ++i;
    }
    tokens.push_back({begin, i});
  }
  return tokens;
}

// Programs of one file that have nothing wrong.
std::vector<fs::path> sound_programs() {
  const fs::path root = WEND_SOURCE_DIR;
  std::vector<fs::path> paths;
  for (const char* folder : {"tests/conformance/check", "tests/conformance/disasm", "tests/conformance/run",
                             "tests/conformance/fmt", "examples"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".wend") continue;
      const bool is_error = entry.path().filename().string().starts_with("WD");
      if (is_error || !analysis_test::check_text(read_source(entry.path())).codes_of_errors().empty()) continue;
      paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

uint32_t lines_before(const std::string& text, size_t offset) {
  return static_cast<uint32_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size())), '\n'));
}

// Lines from the damage to the nearest place that the finding shows.
uint32_t lines_away(const std::string& text, const Diagnostic& found, uint32_t first, uint32_t last) {
  const auto away = [&](const Span& span) {
    const uint32_t line = lines_before(text, span.begin);
    return line < first ? first - line : line > last ? line - last : 0;
  };
  uint32_t nearest = away(found.primary.span);
  for (const Label& label : found.secondary) nearest = std::min(nearest, away(label.span));
  for (const Fix& fix : found.fixes) {
    for (const Edit& edit : fix.edits) nearest = std::min(nearest, away(edit.span));
  }
  return nearest;
}

class Damage : public testing::TestWithParam<fs::path> {
 protected:
  void check(const std::string& damaged, const std::string& what, uint32_t first, uint32_t last) {
    const analysis_test::Checked checked = analysis_test::check_text(damaged);
    std::vector<const Diagnostic*> errors;
    for (const Diagnostic& found : checked.diagnostics) {
      if (found.level >= Level::kError) errors.push_back(&found);
    }
    EXPECT_LE(errors.size(), kMostFindings) << what << "\n" << checked.rendered();
    // A name that lost its declaration is missed where it is used; what cannot be read is said where it stands.
    const bool unreadable = !errors.empty() && static_cast<int>(errors.front()->code) < 200;
    if (!unreadable) return;
    EXPECT_LE(lines_away(damaged, *errors.front(), first, last), kFarthestLines) << what << "\n" << checked.rendered();
  }
};

TEST_P(Damage, IsAnsweredShortlyAndNearby) {
  const std::string source = read_source(GetParam());
  const auto tokens = tokens_of(source);
  const char* wish = std::getenv("WEND_DAMAGE");
  const bool all = wish != nullptr && std::string(wish) == "all";
  const size_t stride = all ? 1 : std::max<size_t>(1, tokens.size() / kSampledTokens);
  for (size_t i = 0; i < tokens.size(); i += stride) {
    const auto [begin, end] = tokens[i];
    const std::string word = source.substr(begin, end - begin);
    const uint32_t line = lines_before(source, begin);
    const uint32_t last = lines_before(source, end);
    const std::string place = " `" + word + "` on line " + std::to_string(line + 1);
    check(source.substr(0, begin) + source.substr(end), "without" + place, line, last);
    check(source.substr(0, end) + " " + word + source.substr(end), "doubled" + place, line, last);
    if (i + 1 == tokens.size()) continue;
    const auto [next, next_end] = tokens[i + 1];
    check(source.substr(0, begin) + source.substr(next, next_end - next) + source.substr(end, next - end) + word +
              source.substr(next_end),
          "swapped" + place, line, lines_before(source, next_end));
  }
}

std::string damage_name(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.parent_path().filename().string() + "_" + info.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Programs, Damage, testing::ValuesIn(sound_programs()), damage_name);

}  // namespace
}  // namespace wend

// The samples of tests/conformance/parse: a source and, behind it in `#> ` lines, the tree it has to give.
// WEND_UPDATE=1 writes the trees anew.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "parse_support.h"

namespace wend::syntax_test {
namespace {

constexpr std::string_view kMark = "#>";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool updating() {
  const char* update = std::getenv("WEND_UPDATE");
  return update != nullptr && std::string_view(update) == "1";
}

void write_expected(const std::filesystem::path& path, const std::string& source,
                    const std::string& expected) {
  std::ofstream out(path, std::ios::binary);
  out << source;
  std::istringstream lines(expected);
  for (std::string line; std::getline(lines, line);)
    out << kMark << (line.empty() ? "" : " ") << line << '\n';
}

class ParseSample : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ParseSample, GivesTheTreeThatIsWrittenBelowIt) {
  const Sample sample = read_sample(GetParam());
  const Parsed parsed = parse_text(sample.source, GetParam().filename().string());
  EXPECT_EQ(parsed.titles(), "");
  EXPECT_FALSE(parsed.file.had_syntax_errors);
  const std::string tree = dump(parsed.file);
  if (updating()) write_expected(GetParam(), sample.source, tree);
  EXPECT_EQ(tree, updating() ? tree : sample.expected);
}

std::string name_of(const testing::TestParamInfo<std::filesystem::path>& info) {
  return info.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(All, ParseSample, testing::ValuesIn(sample_paths()), name_of);

}  // namespace

std::vector<std::filesystem::path> sample_paths() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(WEND_SOURCE_DIR) /
                                                               "tests/conformance/parse")) {
    if (entry.path().extension() == ".wend") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Sample read_sample(const std::filesystem::path& path) {
  Sample sample;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kMark)) {
      sample.source += line + "\n";
      continue;
    }
    line.erase(0, kMark.size());
    if (!line.empty() && line.front() == ' ') line.erase(0, 1);
    sample.expected += line + "\n";
  }
  return sample;
}

}  // namespace wend::syntax_test

#ifndef WEND_TESTS_SUPPORT_GOLDEN_H_
#define WEND_TESTS_SUPPORT_GOLDEN_H_

// Golden files of tests/conformance: a source, then what is expected of it, every line behind `#> `. Run the tests with
// WEND_UPDATE=1 to write what is found instead of comparing; read the difference before committing it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace wend::testing_support {

struct Golden {
  std::filesystem::path path;
  std::string source;    // everything before the first `#> ` line
  std::string expected;  // without the `#> `
};

inline std::string read_whole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline Golden read_golden(const std::filesystem::path& path) {
  Golden golden{path, {}, {}};
  const std::string text = read_whole(path);
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.starts_with("#>")) {
      golden.expected += std::string(line.substr(std::min<size_t>(line.size(), 3))) + "\n";
    } else if (golden.expected.empty()) {
      golden.source += std::string(line) + "\n";
    }
    at = end + 1;
  }
  return golden;
}

// Every file of tests/conformance/FOLDER with this ending, sorted.
inline std::vector<std::filesystem::path> golden_paths(const std::string& folder, const std::string& ending = ".wend") {
  std::vector<std::filesystem::path> paths;
  const auto root = std::filesystem::path(WEND_SOURCE_DIR) / "tests/conformance" / folder;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.path().extension() == ending) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Compares `found` (lines ended by \n) with what the file expects, or writes it there.
inline void expect_golden(const Golden& golden, const std::string& found) {
  const char* update = std::getenv("WEND_UPDATE");
  if (update == nullptr) {
    EXPECT_EQ(golden.expected, found) << golden.path << ": run with WEND_UPDATE=1 to rewrite it";
    return;
  }
  std::ofstream out(golden.path, std::ios::binary);
  out << golden.source;
  size_t at = 0;
  while (at < found.size()) {
    const size_t end = std::min(found.find('\n', at), found.size());
    const std::string line = found.substr(at, end - at);
    out << (line.empty() ? "#>" : "#> " + line) << "\n";
    at = end + 1;
  }
}

// A name for a parameterised test: the file's, with what gtest does not like replaced.
inline std::string golden_test_name(const std::filesystem::path& path) {
  std::string name = path.stem().string();
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

}  // namespace wend::testing_support

#endif  // WEND_TESTS_SUPPORT_GOLDEN_H_

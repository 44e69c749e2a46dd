#ifndef WEND_TESTS_UNIT_VM_CORE_GOLDEN_FILE_H_
#define WEND_TESTS_UNIT_VM_CORE_GOLDEN_FILE_H_

// Compares what a test made with a file of the repository. With WEND_UPDATE=1 in the environment the file is
// rewritten instead.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace wend {

inline bool updating_goldens() {
  const char* update = std::getenv("WEND_UPDATE");
  return update != nullptr && std::string(update) == "1";
}

inline std::string read_repository_file(const std::string& path) {
  std::ifstream file(std::string(WEND_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path << " can't be read; WEND_UPDATE=1 makes it";
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

inline void expect_golden(const std::string& path, const std::string& actual) {
  if (updating_goldens()) {
    std::ofstream(std::string(WEND_SOURCE_DIR) + "/" + path, std::ios::binary) << actual;
  }
  EXPECT_EQ(read_repository_file(path), actual) << path << " differs; WEND_UPDATE=1 rewrites it";
}

}  // namespace wend

#endif  // WEND_TESTS_UNIT_VM_CORE_GOLDEN_FILE_H_

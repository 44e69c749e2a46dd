#ifndef WEND_TESTS_UNIT_VM_STORE_TEMP_FOLDER_H_
#define WEND_TESTS_UNIT_VM_STORE_TEMP_FOLDER_H_

// A folder of its own for one test, gone with the object.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace wend {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::path(testing::TempDir()) / "wend_store_XXXXXX").string();
    const char* made = ::mkdtemp(pattern.data());
    EXPECT_NE(made, nullptr);
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace wend

#endif  // WEND_TESTS_UNIT_VM_STORE_TEMP_FOLDER_H_

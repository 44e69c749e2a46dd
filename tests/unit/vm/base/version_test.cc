#include "vm/base/version.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace wend {
namespace {

TEST(Version, IsTheOneOfTheBuild) {
  std::ifstream file(std::string(WEND_SOURCE_DIR) + "/CMakeLists.txt");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find("project(wend VERSION " + std::string(kWendVersion) + " "), std::string::npos);
}

}  // namespace
}  // namespace wend

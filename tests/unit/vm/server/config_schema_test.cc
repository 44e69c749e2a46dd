#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "vm/server/config.h"

namespace wend {
namespace {

// docs/wend.schema.json is committed for editors; it comes from the same table as the reader.
TEST(ConfigSchema, IsCommittedAsTheReaderHasIt) {
  std::ifstream in(std::string(WEND_SOURCE_DIR) + "/docs/wend.schema.json", std::ios::binary);
  std::stringstream committed;
  committed << in.rdbuf();
  EXPECT_EQ(committed.str(), config_schema());
}

}  // namespace
}  // namespace wend

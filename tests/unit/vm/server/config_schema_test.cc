#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "vm/server/config.h"

namespace wend {
namespace {

// docs/wend.schema.json is committed for editors; it comes from the same table as the reader.
TEST(ConfigSchema, IsCommittedAsTheReaderHasIt) {
  const std::string path = std::string(WEND_SOURCE_DIR) + "/docs/wend.schema.json";
  if (std::getenv("WEND_UPDATE") != nullptr) std::ofstream(path, std::ios::binary) << config_schema();
  std::ifstream in(path, std::ios::binary);
  std::stringstream committed;
  committed << in.rdbuf();
  EXPECT_EQ(committed.str(), config_schema()) << "WEND_UPDATE=1 writes it anew";
}

}  // namespace
}  // namespace wend

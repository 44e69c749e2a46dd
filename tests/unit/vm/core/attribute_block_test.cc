#include "vm/core/attribute_block.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "vm/base/hash.h"

namespace wend {
namespace {

TEST(AttributeBlock, LayoutIsTheDocumentedOne) {
  BlockBuilder builder;
  builder.put(5, Value::of_string("FR"));
  builder.put(2, Value::of_int(1));
  EXPECT_EQ(builder.build(), std::string("\x02\x00\x02\x02\x00\x05\x00\x02\x00\x06\x00\x02\x02\x04\x02"
                                         "FR",
                                         17));
  EXPECT_EQ(BlockBuilder().build(), "");
}

TEST(AttributeBlock, PutReplacesAndMissingRemoves) {
  BlockBuilder builder;
  builder.put(1, Value::of_int(1));
  builder.put(2, Value::of_int(2));
  builder.put(1, Value::of_string("one"));
  builder.put(2, {});
  builder.put(3, {});
  builder.put(0xFFFF, Value::of_int(4));
  const std::string block = builder.build();
  EXPECT_TRUE(block_valid(block));
  EXPECT_EQ(block_get(block, 1).bytes(), "one");
  EXPECT_TRUE(block_get(block, 2).missing());
  EXPECT_TRUE(block_get(block, 0xFFFF).missing());
  EXPECT_EQ(block_entries(block).size(), 1U);
  EXPECT_TRUE(block_get("", 1).missing());
}

TEST(AttributeBlock, HoldsWhatAMapHolds) {
  uint64_t state = 3;
  for (int round = 0; round < 300; ++round) {
    std::map<uint16_t, int64_t> model;
    BlockBuilder builder;
    for (uint64_t i = 0; i < splitmix64(state) % 60; ++i) {
      const auto number = static_cast<uint16_t>(splitmix64(state) % 100);
      const auto payload = static_cast<int64_t>(splitmix64(state));
      model[number] = payload;
      builder.put(number, Value::of_int(payload));
    }
    const std::string block = BlockBuilder(builder.build()).build();
    EXPECT_TRUE(block_valid(block));
    for (uint16_t number = 0; number < 101; ++number) {
      const auto found = model.find(number);
      const Value value = block_get(block, number);
      EXPECT_EQ(value.missing(), found == model.end());
      if (found != model.end()) {
        EXPECT_EQ(value.i, found->second);
      }
    }
  }
}

TEST(AttributeBlock, GrowsToWideOffsets) {
  BlockBuilder builder;
  const std::string text(5000, 'x');
  for (uint16_t n = 0; n < 20; ++n) builder.put(n, Value::of_string(text));
  const std::string block = builder.build();
  EXPECT_EQ(block[2], 4);
  EXPECT_TRUE(block_valid(block));
  for (uint16_t n = 0; n < 20; ++n) EXPECT_EQ(block_get(block, n).bytes(), text);
}

TEST(AttributeBlock, DamagedBytesNeverCrash) {
  BlockBuilder builder;
  builder.put(1, Value::of_string("a"));
  builder.put(7, Value::of_number(2.5));
  builder.put(9, Value::of_bool(true));
  const std::string good = builder.build();
  for (size_t at = 0; at < good.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      auto bytes = std::make_unique<char[]>(good.size());
      std::copy(good.begin(), good.end(), bytes.get());
      bytes[at] = static_cast<char>(byte);
      const std::string_view block(bytes.get(), good.size());
      block_valid(block);
      block_entries(block);
      for (uint16_t n = 0; n < 12; ++n) block_get(block, n);
    }
  }
  for (size_t n = 1; n < good.size(); ++n)
    EXPECT_FALSE(block_valid(std::string_view(good).substr(0, n))) << n;
}

TEST(AttributeBlock, RandomBytesNeverCrash) {
  uint64_t state = 5;
  for (int i = 0; i < 20000; ++i) {
    std::vector<char> bytes(splitmix64(state) % 48);
    for (char& c : bytes) c = static_cast<char>(splitmix64(state) % 8);
    const std::string_view block(bytes.data(), bytes.size());
    block_valid(block);
    BlockBuilder builder(block);
    EXPECT_TRUE(block_valid(builder.build()) || !block_valid(block));
    for (uint16_t n = 0; n < 8; ++n) block_get(block, n);
  }
}

}  // namespace
}  // namespace wend

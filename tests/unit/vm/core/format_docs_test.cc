// The worked examples of docs/formats are the bytes that are written.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "tests/unit/vm/core/golden_file.h"
#include "vm/core/attribute_block.h"
#include "vm/core/image_format.h"
#include "vm/core/value.h"

namespace wend {
namespace {

// The bytes of the indented block behind `<!-- example: name -->`.
std::string example(const std::string& page, const std::string& name) {
  std::istringstream lines(read_repository_file(page));
  std::string line;
  while (std::getline(lines, line) && line != "<!-- example: " + name + " -->") {
  }
  std::string bytes;
  while (std::getline(lines, line) && line.starts_with("    ")) {
    std::istringstream digits(line);
    std::string pair;
    while (digits >> pair) bytes.push_back(static_cast<char>(std::stoi(pair, nullptr, 16)));
  }
  EXPECT_FALSE(bytes.empty()) << name;
  return bytes;
}

std::string hex(const std::string& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    out += i % 32 == 0 ? (i == 0 ? "    " : "\n    ") : " ";
    out += kDigits[static_cast<uint8_t>(bytes[i]) >> 4];
    out += kDigits[static_cast<uint8_t>(bytes[i]) & 15];
  }
  return out;
}

std::string encoded(const Value& value) {
  std::string out;
  encode_value(out, value);
  return out;
}

TEST(FormatDocs, Values) {
  ListBuilder list;
  list.add(Value::of_int(1));
  list.add(Value::of_string("FR"));
  const std::string elements = list.build();
  EXPECT_EQ(hex(example("docs/formats/values.md", "list")), hex(encoded(Value::of_list(elements))));
  RecordBuilder record;
  record.add("total", Value::of_number(2.5));
  record.add("paid", Value::of_bool(true));
  const std::string fields = record.build();
  EXPECT_EQ(hex(example("docs/formats/values.md", "record")), hex(encoded(Value::of_record(fields))));
  BlockBuilder block;
  block.put(2, Value::of_int(1));
  block.put(5, Value::of_string("FR"));
  EXPECT_EQ(hex(example("docs/formats/values.md", "block")), hex(block.build()));
}

TEST(FormatDocs, Image) {
  Program program;
  program.strings = {"a"};
  Constant one;
  one.tag = Tag::kInt;
  one.i = 1;
  program.constants = {one};
  EXPECT_EQ(hex(example("docs/formats/image.md", "image")), hex(write_image(program)));
}

}  // namespace
}  // namespace wend

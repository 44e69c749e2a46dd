#include "compiler/diagnostics/catalogue.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace wend {
namespace {

TEST(Catalogue, RowsAreSortedUniqueAndSpeak) {
  std::set<std::string_view> names;
  uint16_t previous = 0;
  for (const CatalogueRow& row : catalogue()) {
    const auto number = static_cast<uint16_t>(row.code);
    EXPECT_GT(number, previous);
    previous = number;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string_view::npos);
    EXPECT_FALSE(row.summary.empty()) << row.name;
    EXPECT_NE(row.summary.back(), '.') << row.name;
    EXPECT_EQ(row.summary.find("illegal"), std::string_view::npos) << row.name;
    const uint16_t area = number / 100;
    EXPECT_TRUE((area >= 1 && area <= 9) || (area >= 10 && area <= 19)) << row.name;
  }
}

TEST(Catalogue, CodesHaveTextAndAreFoundByIt) {
  EXPECT_EQ(code_text(Code::kUnknownEvent), "WD0201");
  EXPECT_EQ(code_name(Code::kUnknownEvent), "unknown_event");
  EXPECT_EQ(level_name(default_level(Code::kNoPolicy)), "warning");
  EXPECT_TRUE(is_lint(Code::kNoPolicy));
  EXPECT_FALSE(is_lint(Code::kUnknownEvent));
  for (const std::string_view text : {"WD0201", "wd0201", "WD201", "201", "0201", "unknown_event"}) {
    EXPECT_EQ(parse_code(text), Code::kUnknownEvent) << text;
  }
  for (const std::string_view text :
       {"", "WD", "WD9999", "WD0201x", "x201", "-201", "70201", "Unknown_Event"}) {
    EXPECT_EQ(parse_code(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace wend

#include "compiler/diagnostics/suggest.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace wend {
namespace {

using Names = std::vector<std::string>;

TEST(NearNames, FindsMisspeltNames) {
  const Names events = {"cart_abandoned", "order_completed", "cart_updated", "page_viewed"};
  EXPECT_EQ(near_names("cart_abandonned", events), Names{"cart_abandoned"});
  EXPECT_EQ(near_names("cart_abadnoned", events), Names{"cart_abandoned"});
  EXPECT_EQ(near_names("order_complete", events), Names{"order_completed"});
}

TEST(NearNames, SaysNothingRatherThanSomethingSilly) {
  EXPECT_EQ(near_names("parsed", Names{"sent", "opened", "clicked"}), Names{});
  EXPECT_EQ(near_names("ab", Names{"ac", "a", "abc"}), Names{});
  EXPECT_EQ(near_names("", Names{"a"}), Names{});
  EXPECT_EQ(near_names("same", Names{"same"}), Names{});
}

TEST(NearNames, EqualButForCaseComesFirst) {
  EXPECT_EQ(near_names("First_Name", Names{"first_mame", "first_name"}), (Names{"first_name", "first_mame"}));
  EXPECT_EQ(near_names("ID", Names{"id"}), Names{"id"});
}

TEST(NearNames, AtMostThreeInOneOrder) {
  const Names candidates = {"nameb", "namea", "named", "namec", "namea"};
  EXPECT_EQ(near_names("names", candidates), (Names{"namea", "nameb", "namec"}));
}

TEST(EditDistance, CountsASwapOnce) {
  EXPECT_EQ(edit_distance("wiat", "wait", 3), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting", 5), 3U);
  EXPECT_EQ(edit_distance("", "abc", 5), 3U);
  EXPECT_EQ(edit_distance("abcdef", "ghijkl", 2), 3U);
}

// The limit only cuts off: below it the distance is that without a limit, above it one more than the limit.
TEST(EditDistance, TheLimitOnlyCutsOff) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string a(random() % 8, 'a');
    std::string b(random() % 8, 'a');
    for (char& c : a) c = static_cast<char>('a' + random() % 3);
    for (char& c : b) c = static_cast<char>('a' + random() % 3);
    const size_t full = edit_distance(a, b, 100);
    EXPECT_EQ(full, edit_distance(b, a, 100));
    for (size_t limit = 0; limit < 6; ++limit) {
      EXPECT_EQ(edit_distance(a, b, limit), std::min(full, limit + 1)) << a << " " << b << " " << limit;
    }
  }
}

TEST(ForeignWord, KnowsWordsOfOtherTools) {
  EXPECT_EQ(foreign_word("delay"), "wait");
  EXPECT_EQ(foreign_word("opt-in"), "opt_in");
  EXPECT_EQ(foreign_word("NULL"), "missing");
  EXPECT_EQ(foreign_word("wait"), std::nullopt);
}

}  // namespace
}  // namespace wend

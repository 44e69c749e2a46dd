#include <gtest/gtest.h>

#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/messages.h"

namespace wend {
namespace {

UnknownEvent unknown_at(uint32_t file, uint32_t begin) {
  return {{FileId(file), begin, begin + 3}, "foo", {}, ""};
}

TEST(Sink, SortsByFileThenPlaceThenCodeAndDropsEqualOnes) {
  Sink sink;
  sink.report(unknown_at(1, 5));
  sink.report(unknown_at(0, 9));
  sink.report(DuplicateLabel{{FileId(0), 9, 12}, {FileId(0), 1, 4}, "a"});
  sink.report(unknown_at(0, 9));
  sink.report(unknown_at(0, 2));
  const auto found = sink.take_sorted();
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].primary.span.begin, 2U);
  EXPECT_EQ(found[1].code, Code::kUnknownEvent);
  EXPECT_EQ(found[2].code, Code::kDuplicateLabel);
  EXPECT_EQ(found[3].primary.span.file, FileId(1));
}

TEST(Sink, KeepsAtMostSoManyAFileAndCountsTheRest) {
  Sink sink(3);
  for (uint32_t i = 0; i < 10; ++i) sink.report(unknown_at(0, i));
  sink.report(unknown_at(1, 0));
  EXPECT_EQ(sink.all().size(), 4U);
  EXPECT_EQ(sink.dropped(), 7U);
  EXPECT_TRUE(sink.has_errors());
}

TEST(Sink, ADroppedErrorIsStillAnError) {
  Sink sink(0);
  sink.report(unknown_at(0, 0));
  EXPECT_TRUE(sink.has_errors());
  EXPECT_EQ(sink.all().size(), 0U);
}

TEST(Sink, ASwitchedOffFindingIsNone) {
  Sink sink;
  Diagnostic diagnostic = describe(unknown_at(0, 0));
  diagnostic.level = Level::kOff;
  sink.add(diagnostic);
  EXPECT_FALSE(sink.has_errors());
  EXPECT_EQ(sink.all().size(), 0U);
}

TEST(UnknownEventMessage, SaysWhereTheNearNameComesFrom) {
  const Diagnostic d =
      describe(UnknownEvent{{FileId(0), 3, 18}, "cart_abandonned", {"cart_abandoned"}, "ecommerce"});
  EXPECT_EQ(d.title, "unknown event `cart_abandonned`");
  EXPECT_EQ(d.level, Level::kError);
  ASSERT_EQ(d.fixes.size(), 1U);
  EXPECT_EQ(d.fixes[0].title, "did you mean `cart_abandoned`, from `use ecommerce`?");
  EXPECT_EQ(d.fixes[0].applicability, Applicability::kSuggested);
  EXPECT_EQ(d.fixes[0].edits[0].text, "cart_abandoned");
}

}  // namespace
}  // namespace wend

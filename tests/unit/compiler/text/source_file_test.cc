#include "compiler/text/source_file.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "compiler/text/utf8.h"

namespace wend {
namespace {

SourceFile file_of(std::string text) { return SourceFile(FileId(0), "a.wend", std::move(text)); }

TEST(SourceFile, AnEmptyFileHasOneEmptyLine) {
  const SourceFile file = file_of("");
  EXPECT_EQ(file.line_count(), 1U);
  EXPECT_EQ(file.line_text(0), "");
  EXPECT_EQ(file.character_position(0), (LineColumn{0, 0}));
  EXPECT_EQ(file.character_position(7), (LineColumn{0, 0}));
  EXPECT_EQ(file.offset_of_utf16({3, 3}), 0U);
}

TEST(SourceFile, LinesEndWithLfOrCrlf) {
  const SourceFile file = file_of("on a\r\nwait 1d\n\r\nexit");
  ASSERT_EQ(file.line_count(), 4U);
  EXPECT_EQ(file.line_text(0), "on a");
  EXPECT_EQ(file.line_text(1), "wait 1d");
  EXPECT_EQ(file.line_text(2), "");
  EXPECT_EQ(file.line_text(3), "exit");
  EXPECT_EQ(file.line_start(1), 6U);
  // CR and LF are both the end of their line.
  EXPECT_EQ(file.byte_position(4), (LineColumn{0, 4}));
  EXPECT_EQ(file.byte_position(5), (LineColumn{0, 4}));
}

TEST(SourceFile, ALoneCarriageReturnEndsNoLine) {
  const SourceFile file = file_of("a\rb\r");
  EXPECT_EQ(file.line_count(), 1U);
  EXPECT_EQ(file.line_text(0), "a\rb\r");
}

TEST(SourceFile, AByteOrderMarkIsNoColumn) {
  const SourceFile file = file_of("\xEF\xBB\xBFon a\nexit");
  EXPECT_EQ(file.bom_size(), 3U);
  EXPECT_EQ(file.line_text(0), "on a");
  EXPECT_EQ(file.line_start(0), 3U);
  EXPECT_EQ(file.character_position(0), (LineColumn{0, 0}));
  EXPECT_EQ(file.character_position(6), (LineColumn{0, 3}));
  EXPECT_EQ(file.offset_of_utf16({0, 3}), 6U);
  EXPECT_EQ(file.text().substr(0, 3), "\xEF\xBB\xBF");
}

TEST(SourceFile, CountsBytesCharactersAndUtf16Units) {
  const SourceFile file = file_of("é😀x");
  EXPECT_EQ(file.byte_position(6), (LineColumn{0, 6}));
  EXPECT_EQ(file.character_position(6), (LineColumn{0, 2}));
  EXPECT_EQ(file.utf16_position(6), (LineColumn{0, 3}));
  EXPECT_EQ(file.offset_of_utf16({0, 3}), 6U);
  // Inside the emoji: its first byte, seen from either side.
  EXPECT_EQ(file.character_position(4), (LineColumn{0, 1}));
  EXPECT_EQ(file.offset_of_utf16({0, 2}), 2U);
  EXPECT_EQ(file.offset_of_utf16({0, 99}), 7U);
}

TEST(SourceFile, FindsTheFirstFault) {
  EXPECT_FALSE(SourceFile::find_fault("on é 😀\r\n", 100));
  const auto nul = SourceFile::find_fault(std::string_view("ab\0\xFF", 4), 100);
  ASSERT_TRUE(nul);
  EXPECT_EQ(nul->kind, TextFault::Kind::kNulByte);
  EXPECT_EQ(nul->offset, 2U);
  const auto large = SourceFile::find_fault("abcdef", 5);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->kind, TextFault::Kind::kTooLarge);
  EXPECT_EQ(large->offset, 5U);
  const std::vector<std::string> bad = {"\xFF",         "\x80",         "\xC0\xAF",         "\xE0\x80\x80",
                                        "\xED\xA0\x80", "\xF5\x80\x80", "\xF4\x90\x80\x80", "\xE2\x82"};
  for (const std::string& bytes : bad) {
    const auto fault = SourceFile::find_fault("ab" + bytes, 100);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->kind, TextFault::Kind::kInvalidUtf8);
    EXPECT_EQ(fault->offset, 2U);
  }
}

// Random texts of all kinds of characters and line ends: what the functions say must agree with each other
// and with counting by hand.
TEST(SourceFile, PositionsAgreeOnRandomTexts) {
  const std::vector<std::string> pieces = {"a",
                                           " ",
                                           "\t",
                                           "é",
                                           "е\u0301",
                                           "漢",
                                           "😀",
                                           "👩‍🚀",
                                           "\n",
                                           "\r\n",
                                           "\r",
                                           "\xFF",
                                           "\x80\x80\x80\x80\x80",
                                           "\xF0\x9F"};
  std::mt19937 random(20260302);
  for (int round = 0; round < 500; ++round) {
    std::string text = round % 5 == 0 ? "\xEF\xBB\xBF" : "";
    const size_t count = random() % 40;
    for (size_t i = 0; i < count; ++i) text += pieces[random() % pieces.size()];
    const SourceFile file = file_of(text);
    uint32_t line = 0;
    uint32_t characters = 0;
    uint32_t units = 0;
    for (size_t at = file.bom_size(); at < text.size();) {
      const Utf8Character character = decode_utf8(text, at);
      const auto offset = static_cast<uint32_t>(at);
      const bool end = text[at] == '\n' || text.compare(at, 2, "\r\n") == 0;
      EXPECT_EQ(file.byte_position(offset).line, line);
      EXPECT_EQ(file.character_position(offset), (LineColumn{line, characters}));
      EXPECT_EQ(file.utf16_position(offset), (LineColumn{line, units}));
      if (!end) {
        EXPECT_EQ(file.offset_of_utf16({line, units}), offset);
      }
      at += character.size;
      if (text[at - 1] == '\n') {
        ++line, characters = 0, units = 0;
      } else if (!end) {
        ++characters, units += character.code_point > 0xFFFF ? 2 : 1;
      }
    }
    EXPECT_EQ(file.line_count(), line + 1);
    EXPECT_EQ(file.byte_position(static_cast<uint32_t>(text.size())).line, line);
  }
}

TEST(SourceMap, FilesKeepTheirPlace) {
  SourceMap map;
  const SourceFile& first = map.add("a.wend", "on a");
  for (int i = 0; i < 100; ++i) map.add("b" + std::to_string(i) + ".wend", "exit");
  EXPECT_EQ(&first, &map.file(FileId(0)));
  EXPECT_EQ(map.size(), 101U);
  EXPECT_EQ(map.find("b7.wend")->id(), FileId(8));
  EXPECT_EQ(map.find("c.wend"), nullptr);
  EXPECT_EQ(map.text({FileId(0), 3, 4}), "a");
  EXPECT_EQ(map.text({FileId(0), 3, 400}), "a");
  EXPECT_EQ(map.text({FileId(0), 40, 400}), "");
}

TEST(Utf8, WidthsOfATerminal) {
  EXPECT_EQ(display_width('a'), 1U);
  EXPECT_EQ(display_width(0xE9), 1U);
  EXPECT_EQ(display_width(0x301), 0U);
  EXPECT_EQ(display_width(0x6F22), 2U);
  EXPECT_EQ(display_width(0x1F600), 2U);
  EXPECT_EQ(display_width(0x200D), 0U);
}

}  // namespace
}  // namespace wend

// Lines of files and pipes, from anywhere.

#include "vm/delivery/line_reader.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>
#include <vector>

#include "tests/unit/vm/store/temp_folder.h"
#include "vm/base/hash.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LineReaderTest : public testing::Test {
 protected:
  std::unique_ptr<LineReader> open(const std::string& text, size_t max_line_bytes = 4 << 20) {
    std::ofstream(path_, std::ios::binary) << text;
    auto reader = LineReader::open(path_, max_line_bytes);
    EXPECT_TRUE(reader.ok());
    return std::move(*reader);
  }
  // The lines from here on; a cut one ends in "~".
  static std::vector<std::string> lines(LineReader& reader) {
    std::vector<std::string> all;
    for (;;) {
      const auto line = reader.next();
      EXPECT_TRUE(line.ok());
      if (!line.ok() || !line->has_value()) return all;
      all.push_back(std::string(**line) + (reader.line_cut() ? "~" : ""));
    }
  }

  TempFolder folder_;
  const std::string path_ = folder_.file("log");
};

TEST_F(LineReaderTest, EndsOfLines) {
  EXPECT_THAT(lines(*open("")), IsEmpty());
  EXPECT_THAT(lines(*open("\n")), ElementsAre(""));
  EXPECT_THAT(lines(*open("a\nb\n")), ElementsAre("a", "b"));
  EXPECT_THAT(lines(*open("a\r\n\r\nb\r\n")), ElementsAre("a", "", "b"));
  EXPECT_THAT(lines(*open("a\nno end")), ElementsAre("a", "no end"));
  EXPECT_THAT(lines(*open("a\rb\n\r")), ElementsAre("a\rb", ""));
  EXPECT_THAT(lines(*open(std::string("a\0b\nc", 5))), ElementsAre(std::string("a\0b", 3), "c"));
}

TEST_F(LineReaderTest, LongLinesAreCutAndTheNextIsWhole) {
  EXPECT_THAT(lines(*open("12345\n123456\n1234567\n12345\r\n123456\r\nx", 5)),
              ElementsAre("12345", "12345~", "12345~", "12345", "12345~", "x"));
  // Longer than what is read at once.
  const std::string text = "a\n" + std::string(3'000'000, 'x') + "\nb\n" + std::string(900'000, 'y');
  const auto reader = open(text, 10);
  EXPECT_THAT(lines(*reader), ElementsAre("a", "xxxxxxxxxx~", "b", "yyyyyyyyyy~"));
  EXPECT_EQ(reader->offset(), text.size());
  const auto whole = lines(*open(text));
  ASSERT_EQ(whole.size(), 4U);
  EXPECT_EQ(whole[1], std::string(3'000'000, 'x'));
}

TEST_F(LineReaderTest, OffsetsCountTheEndsOfLines) {
  const auto reader = open("ab\r\nc\n\nde");
  EXPECT_EQ(reader->size(), 9U);
  std::vector<uint64_t> offsets;
  while (reader->next()->has_value()) offsets.push_back(reader->offset());
  EXPECT_THAT(offsets, ElementsAre(4U, 6U, 7U, 9U));
}

TEST_F(LineReaderTest, GoesOnAtEveryOffsetOfALine) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "line " + std::to_string(i) + (i % 3 == 0 ? "\r\n" : "\n");
  const auto all = lines(*open(text));
  for (const size_t from : {size_t{0}, size_t{1}, size_t{59'999}, size_t{30'000}, size_t{123}}) {
    const auto first = open(text);
    for (size_t i = 0; i < from; ++i) ASSERT_TRUE(first->next().ok());
    const auto second = open(text);
    // The head is read before, as a replay does.
    EXPECT_EQ(second->head(100)->digest, hash64(text.substr(0, 100)));
    ASSERT_TRUE(second->skip_to(first->offset()).ok());
    EXPECT_EQ(second->offset(), first->offset());
    EXPECT_EQ(lines(*second),
              std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(from), all.end()));
  }
  const auto end = open(text);
  ASSERT_TRUE(end->skip_to(text.size()).ok());
  EXPECT_THAT(lines(*end), IsEmpty());
  const Status beyond = open(text)->skip_to(text.size() + 1);
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(beyond.error().message, HasSubstr("were read from it before"));
}

TEST_F(LineReaderTest, TheHeadOfAShortFile) {
  const auto reader = open("ab\nc");
  const auto head = reader->head(4096);
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->bytes, 4U);
  EXPECT_EQ(head->digest, hash64("ab\nc"));
  EXPECT_THAT(lines(*reader), ElementsAre("ab", "c")) << "looking takes nothing away";
}

TEST_F(LineReaderTest, ReadsAPipe) {
  const std::string pipe = folder_.file("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] {
    std::ofstream out(pipe, std::ios::binary);
    out << "first\n" << std::flush << "second\nthird";
  });
  const auto reader = LineReader::open(pipe);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->size(), std::nullopt);
  ASSERT_TRUE((*reader)->skip_to(6).ok());
  EXPECT_THAT(lines(**reader), ElementsAre("second", "third"));
  writer.join();
  EXPECT_FALSE((*reader)->skip_to(100).ok());
}

TEST_F(LineReaderTest, SaysWhatItCannotRead) {
  EXPECT_EQ(LineReader::open(folder_.file("none")).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(LineReader::open(folder_.path()).error().message,
            "`" + folder_.path() + "` is a folder, not a file");
}

}  // namespace
}  // namespace wend

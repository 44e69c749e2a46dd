#ifndef WEND_COMPILER_TEXT_SOURCE_FILE_H_
#define WEND_COMPILER_TEXT_SOURCE_FILE_H_

// Source text and the only place that converts between bytes, code points, UTF-16 units and lines.
// Threads: immutable after construction; safe to read from any thread.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/text/span.h"

namespace wend {

// 0-based line; column in the unit that the function names, 0-based.
struct LineColumn {
  uint32_t line = 0;
  uint32_t column = 0;
  bool operator==(const LineColumn&) const = default;
};

// Why bytes are not source text: the offset of the first bad byte.
struct TextFault {
  enum class Kind { kInvalidUtf8, kNulByte, kTooLarge } kind;
  uint32_t offset = 0;
};

class SourceFile {
 public:
  // `path` is what messages show: relative, with forward slashes. `text` is kept as given, byte-order mark
  // and CRLF included, so that byte offsets are those of the file on disk.
  SourceFile(FileId id, std::string path, std::string text);

  FileId id() const { return id_; }
  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }
  // Bytes to skip at the start: 3 where the text begins with a byte-order mark, else 0.
  uint32_t bom_size() const { return bom_size_; }

  uint32_t line_count() const { return static_cast<uint32_t>(line_starts_.size()); }
  // The line without its LF or CRLF. REQUIRES: line < line_count().
  std::string_view line_text(uint32_t line) const;
  // Byte offset where the line begins.
  uint32_t line_start(uint32_t line) const { return line_starts_[line]; }

  // Offsets past the end mean the end; an offset inside a code point means its first byte.
  LineColumn byte_position(uint32_t offset) const;        // column in bytes
  LineColumn character_position(uint32_t offset) const;   // column in code points
  LineColumn utf16_position(uint32_t offset) const;       // column in UTF-16 units
  // Columns past the end of a line mean its end; lines past the end mean the end of the text.
  uint32_t offset_of_utf16(LineColumn position) const;

  // The first fault of the bytes as source text, nullopt where there is none.
  static std::optional<TextFault> find_fault(std::string_view text, uint32_t max_bytes);

 private:
  FileId id_;
  std::string path_;
  std::string text_;
  uint32_t bom_size_ = 0;
  std::vector<uint32_t> line_starts_;
};

// All files of a program; FileId is the index. Files are only added.
class SourceMap {
 public:
  const SourceFile& add(std::string path, std::string text);
  const SourceFile& file(FileId id) const { return files_[id.index()]; }
  size_t size() const { return files_.size(); }
  // nullptr where no file has this path.
  const SourceFile* find(std::string_view path) const;
  std::string_view text(Span span) const;

 private:
  std::deque<SourceFile> files_;  // a deque: references stay valid while files are added
};

}  // namespace wend

#endif  // WEND_COMPILER_TEXT_SOURCE_FILE_H_

#include "compiler/text/source_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "compiler/text/utf8.h"
#include "vm/base/check.h"

namespace wend {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr uint32_t kMaxContinuationBytes = 3;

// The first byte of the character that holds `offset`. A continuation byte that belongs to none stands alone.
uint32_t start_of_character(std::string_view text, uint32_t lower, uint32_t offset) {
  if (offset >= text.size() || !is_utf8_continuation(text[offset])) return offset;
  for (uint32_t back = 1; back <= kMaxContinuationBytes && back <= offset - lower; ++back) {
    const uint32_t begin = offset - back;
    if (is_utf8_continuation(text[begin])) continue;
    return decode_utf8(text, begin).size > back ? begin : offset;
  }
  return offset;
}

}  // namespace

SourceFile::SourceFile(FileId id, std::string path, std::string text)
    : id_(id), path_(std::move(path)), text_(std::move(text)) {
  if (std::string_view(text_).starts_with(kByteOrderMark)) bom_size_ = kByteOrderMark.size();
  // The first line begins behind the byte-order mark: no editor counts it as a column.
  line_starts_.push_back(bom_size_);
  for (size_t at = 0; at < text_.size();) {
    const void* found = std::memchr(text_.data() + at, '\n', text_.size() - at);
    if (found == nullptr) break;
    at = static_cast<size_t>(static_cast<const char*>(found) - text_.data()) + 1;
    line_starts_.push_back(static_cast<uint32_t>(at));
  }
}

std::string_view SourceFile::line_text(uint32_t line) const {
  WEND_CHECK(line < line_count());
  const size_t begin = line_starts_[line];
  size_t end = line + 1 < line_count() ? line_starts_[line + 1] - 1 : text_.size();
  if (line + 1 < line_count() && end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

LineColumn SourceFile::byte_position(uint32_t offset) const {
  const auto size = static_cast<uint32_t>(text_.size());
  offset = std::clamp(offset, bom_size_, size);
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<uint32_t>(after - line_starts_.begin()) - 1;
  offset = start_of_character(text_, line_starts_[line], offset);
  // An offset on CR or LF is the end of its line.
  const auto length = static_cast<uint32_t>(line_text(line).size());
  return {line, std::min(offset - line_starts_[line], length)};
}

LineColumn SourceFile::character_position(uint32_t offset) const {
  const LineColumn bytes = byte_position(offset);
  return {bytes.line, count_characters(line_text(bytes.line).substr(0, bytes.column))};
}

LineColumn SourceFile::utf16_position(uint32_t offset) const {
  const LineColumn bytes = byte_position(offset);
  return {bytes.line, count_utf16_units(line_text(bytes.line).substr(0, bytes.column))};
}

uint32_t SourceFile::offset_of_utf16(LineColumn position) const {
  if (position.line >= line_count()) return static_cast<uint32_t>(text_.size());
  const std::string_view line = line_text(position.line);
  size_t at = 0;
  uint32_t units = 0;
  while (at < line.size()) {
    const Utf8Character character = decode_utf8(line, at);
    units += character.code_point > 0xFFFF ? 2 : 1;
    if (units > position.column) break;
    at += character.size;
  }
  return line_starts_[position.line] + static_cast<uint32_t>(at);
}

std::optional<TextFault> SourceFile::find_fault(std::string_view text, uint32_t max_bytes) {
  if (text.size() > max_bytes) return TextFault{TextFault::Kind::kTooLarge, max_bytes};
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\0') return TextFault{TextFault::Kind::kNulByte, static_cast<uint32_t>(at)};
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const Utf8Character character = decode_utf8(text, at);
    if (!character.valid) return TextFault{TextFault::Kind::kInvalidUtf8, static_cast<uint32_t>(at)};
    at += character.size;
  }
  return std::nullopt;
}

const SourceFile& SourceMap::add(std::string path, std::string text) {
  const FileId id{static_cast<uint32_t>(files_.size())};
  return files_.emplace_back(id, std::move(path), std::move(text));
}

const SourceFile* SourceMap::find(std::string_view path) const {
  for (const SourceFile& file : files_) {
    if (file.path() == path) return &file;
  }
  return nullptr;
}

std::string_view SourceMap::text(Span span) const {
  const std::string_view all = file(span.file).text();
  const size_t begin = std::min<size_t>(span.begin, all.size());
  const size_t end = std::clamp<size_t>(span.end, begin, all.size());
  return all.substr(begin, end - begin);
}

}  // namespace wend

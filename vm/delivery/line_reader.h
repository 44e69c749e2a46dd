#ifndef WEND_VM_DELIVERY_LINE_READER_H_
#define WEND_VM_DELIVERY_LINE_READER_H_

// Reads a file line by line, from any byte offset, with a bound on the length of a line. One thread.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vm/base/result.h"

namespace wend {

class LineReader {
 public:
  // "-" is standard input. Failures: kNotFound, kIo; a folder is kInvalidInput.
  static Result<std::unique_ptr<LineReader>> open(const std::string& path, size_t max_line_bytes = 4 << 20);
  ~LineReader();

  // The hash64 of the first `bytes` bytes and how many there were (fewer where the input is shorter). Before
  // the first line only.
  struct Head {
    uint64_t digest = 0;
    uint64_t bytes = 0;
  };
  Result<Head> head(size_t bytes);

  // Goes on at this byte; standard input is read up to there. kInvalidInput where the input is shorter.
  Status skip_to(uint64_t offset);

  // The next line without its LF or CRLF, valid until the next call; nullopt at the end. A line over the
  // limit is cut to its first `max_line_bytes` bytes and `line_cut()` is true; the rest of it is skipped. The
  // last line needs no end.
  Result<std::optional<std::string_view>> next();
  bool line_cut() const { return line_cut_; }

  // Bytes consumed, the ends of lines included.
  uint64_t offset() const { return offset_; }
  // Size of the file; nullopt where it is none (a pipe).
  std::optional<uint64_t> size() const { return size_; }
  const std::string& path() const { return path_; }

 private:
  LineReader() = default;
  bool fill();
  std::string_view take_line(size_t length);
  Error read_error() const;

  std::string path_;
  std::FILE* file_ = nullptr;
  size_t max_line_bytes_ = 0;
  std::optional<uint64_t> size_;
  std::string buffer_;
  size_t at_ = 0;  // next unread byte of buffer_
  uint64_t offset_ = 0;
  bool line_cut_ = false;
  int failure_ = 0;  // errno of a read that failed
};

}  // namespace wend

#endif  // WEND_VM_DELIVERY_LINE_READER_H_

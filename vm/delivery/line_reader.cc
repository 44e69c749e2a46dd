#include "vm/delivery/line_reader.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "vm/base/hash.h"

namespace wend {
namespace {

constexpr size_t kReadBytes = 256 * 1024;

}  // namespace

Result<std::unique_ptr<LineReader>> LineReader::open(const std::string& path, size_t max_line_bytes) {
  std::unique_ptr<LineReader> reader(new LineReader());
  reader->path_ = path;
  reader->max_line_bytes_ = max_line_bytes;
  if (path == "-") {
    reader->file_ = stdin;
    return reader;
  }
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    const ErrorKind kind = errno == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo;
    return Error{kind, "cannot read `" + path + "`: " + std::strerror(errno)};
  }
  if (S_ISDIR(info.st_mode)) return Error{ErrorKind::kInvalidInput, "`" + path + "` is a folder, not a file"};
  reader->file_ = std::fopen(path.c_str(), "rb");
  if (reader->file_ == nullptr) {
    return Error{ErrorKind::kIo, "cannot read `" + path + "`: " + std::strerror(errno)};
  }
  if (S_ISREG(info.st_mode)) reader->size_ = static_cast<uint64_t>(info.st_size);
  return reader;
}

LineReader::~LineReader() {
  if (file_ != nullptr && file_ != stdin) std::fclose(file_);
}

bool LineReader::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const size_t had = buffer_.size();
  buffer_.resize(had + kReadBytes);
  errno = 0;
  const size_t got = std::fread(buffer_.data() + had, 1, kReadBytes, file_);
  if (got == 0 && std::ferror(file_) != 0) failure_ = errno != 0 ? errno : EIO;
  buffer_.resize(had + got);
  return got > 0;
}

Error LineReader::read_error() const {
  return Error{ErrorKind::kIo, "cannot read `" + path_ + "`: " + std::strerror(failure_)};
}

Result<LineReader::Head> LineReader::head(size_t bytes) {
  while (buffer_.size() - at_ < bytes && fill()) {
  }
  if (failure_ != 0) return read_error();
  const std::string_view first = std::string_view(buffer_).substr(at_, bytes);
  return Head{hash64(first), first.size()};
}

Status LineReader::skip_to(uint64_t offset) {
  const auto too_short = [&](uint64_t bytes) {
    return Error{ErrorKind::kInvalidInput, "`" + path_ + "` has " + std::to_string(bytes) + " bytes, but " +
                                               std::to_string(offset) + " were read from it before"};
  };
  const uint64_t buffered = buffer_.size() - at_;
  if (size_ && offset > *size_) return too_short(*size_);
  if (size_ && offset > offset_ + buffered) {
    if (fseeko(file_, static_cast<off_t>(offset), SEEK_SET) != 0) {
      failure_ = errno;
      return read_error();
    }
    buffer_.clear();
    at_ = 0;
    offset_ = offset;
    return {};
  }
  while (offset_ < offset) {
    if (at_ == buffer_.size() && !fill()) {
      if (failure_ != 0) return read_error();
      return too_short(offset_);
    }
    const uint64_t step = std::min<uint64_t>(offset - offset_, buffer_.size() - at_);
    at_ += static_cast<size_t>(step);
    offset_ += step;
  }
  return {};
}

// The line that begins at at_, without its end.
std::string_view LineReader::take_line(size_t length) {
  std::string_view line(buffer_.data() + at_, length);
  if (!line_cut_ && !line.empty() && line.back() == '\r') line.remove_suffix(1);
  line_cut_ = line_cut_ || line.size() > max_line_bytes_;
  return line.substr(0, max_line_bytes_);
}

Result<std::optional<std::string_view>> LineReader::next() {
  line_cut_ = false;
  size_t searched = 0;
  for (;;) {
    const char* begin = buffer_.data() + at_;
    const size_t available = buffer_.size() - at_;
    const void* found =
        available > searched ? std::memchr(begin + searched, '\n', available - searched) : nullptr;
    if (found != nullptr) {
      const auto length = static_cast<size_t>(static_cast<const char*>(found) - begin);
      const std::string_view line = take_line(length);
      at_ += length + 1;
      offset_ += length + 1;
      return std::optional<std::string_view>(line);
    }
    if (available > max_line_bytes_ + kReadBytes) {
      // Keeps the beginning for the caller and lets the rest of the line go by.
      line_cut_ = true;
      const size_t dropped = available - max_line_bytes_;
      buffer_.erase(at_ + max_line_bytes_, dropped);
      offset_ += dropped;
      searched = max_line_bytes_;
    } else {
      searched = available;
    }
    if (fill()) continue;
    if (failure_ != 0) return read_error();
    const size_t rest = buffer_.size() - at_;
    if (rest == 0) return std::optional<std::string_view>();
    const std::string_view line = take_line(rest);
    at_ += rest;
    offset_ += rest;
    return std::optional<std::string_view>(line);
  }
}

}  // namespace wend

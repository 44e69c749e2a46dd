#include "vm/delivery/file_connector.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "vm/base/bytes.h"
#include "vm/base/hash.h"
#include "vm/engine/delivery_line.h"

namespace wend {
namespace {

constexpr size_t kEntriesPerCommit = 4096;
constexpr size_t kTailBytes = 1024;

Error io_error(const std::string& path, const char* what) {
  return Error{ErrorKind::kIo, std::string("cannot ") + what + " `" + path + "`: " + std::strerror(errno)};
}

// The last bytes of a text.
std::string_view tail_of(std::string_view text) {
  return text.substr(text.size() - std::min(text.size(), kTailBytes));
}

// A name in a folder is durable when the folder is.
Status sync_folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return io_error(folder, "open");
  const int failed = fsync(fd);
  const Error error = io_error(folder, "sync");
  ::close(fd);
  if (failed != 0) return error;
  return {};
}

}  // namespace

Result<std::unique_ptr<FileConnector>> FileConnector::open(const std::string& path, Outbox& outbox,
                                                           Store& store, Durability durability,
                                                           const std::string& name) {
  std::unique_ptr<FileConnector> connector(new FileConnector(outbox, durability));
  connector->path_ = path;
  connector->fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (connector->fd_ < 0) return io_error(path, "write");
  if (flock(connector->fd_, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorKind::kLocked, "another process writes `" + path + "`"};
  }
  // Only now that the file exists: of a relative path to none, the canonical form would be relative, too.
  std::error_code ignored;
  const std::filesystem::path canonical = std::filesystem::canonical(path, ignored);
  connector->meta_key_ = "file/" + (!name.empty() ? name : ignored ? path : canonical.generic_string());
  WEND_ASSIGN_OR_RETURN(const std::optional<std::string> remembered,
                        store.get(Family::kMeta, connector->meta_key_));
  WEND_RETURN_IF_ERROR(connector->recall(remembered.value_or(std::string())));
  // The note comes before the first byte, so that a file begun here is known after a crash.
  const MetaPut put{connector->meta_key_, connector->note_after({})};
  WEND_RETURN_IF_ERROR(outbox.finish({}, {&put, 1}, durability));
  if (durability == Durability::kSync) WEND_RETURN_IF_ERROR(sync_folder_of(path));
  return connector;
}

// Compares the file with what the store remembers of it, and cuts off what the store does not know. The note:
// u64 bytes in the file, u64 hash64 of the tail, u32 bytes of the tail; none for a file that is new.
Status FileConnector::recall(const std::string& note) {
  struct stat info {};
  if (fstat(fd_, &info) != 0) return io_error(path_, "look at");
  if (!S_ISREG(info.st_mode)) return Error{ErrorKind::kInvalidInput, "`" + path_ + "` is no regular file"};
  const auto size = static_cast<uint64_t>(info.st_size);
  if (note.empty()) {
    if (size == 0) return {};
    return Error{ErrorKind::kInvalidInput, "`" + path_ +
                                               "` exists and was not written from this data folder; move it "
                                               "away or name another file"};
  }
  ByteReader reader(note);
  offset_ = reader.u64();
  const uint64_t digest = reader.u64();
  const uint32_t tail_bytes = reader.u32();
  if (!reader.ok() || !reader.at_end() || tail_bytes > kTailBytes || tail_bytes > offset_) {
    return Error{ErrorKind::kCorrupt, "the store's note on `" + path_ + "` is damaged"};
  }
  const auto refuse = [&](const std::string& what) {
    return Error{ErrorKind::kInvalidInput,
                 "`" + path_ + "` " + what + ": it was replaced or cut; put it back or name another file"};
  };
  if (size < offset_) {
    return refuse("has " + std::to_string(size) + " bytes, but " + std::to_string(offset_) +
                  " were written to it before");
  }
  tail_.resize(tail_bytes);
  size_t read = 0;
  while (read < tail_.size()) {
    const ssize_t n =
        pread(fd_, tail_.data() + read, tail_.size() - read, static_cast<off_t>(offset_ - tail_bytes + read));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return io_error(path_, "read");
    read += static_cast<size_t>(n);
  }
  if (hash64(tail_) != digest) return refuse("does not hold what was written to it before");
  if (size > offset_ && ftruncate(fd_, static_cast<off_t>(offset_)) != 0) return io_error(path_, "cut");
  return {};
}

// What the store will know of the file when `lines` are in it.
std::string FileConnector::note_after(std::string_view lines) const {
  const std::string joined = lines.size() >= kTailBytes ? std::string() : tail_ + std::string(lines);
  const std::string_view tail = tail_of(lines.size() >= kTailBytes ? lines : joined);
  std::string note;
  put_u64(note, offset_ + lines.size());
  put_u64(note, hash64(tail));
  put_u32(note, static_cast<uint32_t>(tail.size()));
  return note;
}

FileConnector::~FileConnector() {
  if (fd_ >= 0) ::close(fd_);
}

Status FileConnector::append(std::string_view bytes) {
  uint64_t at = offset_;
  while (!bytes.empty()) {
    const ssize_t n = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return io_error(path_, "write");
    bytes.remove_prefix(static_cast<size_t>(n));
    at += static_cast<uint64_t>(n);
  }
  if (durability_ == Durability::kSync && fdatasync(fd_) != 0) return io_error(path_, "sync");
  return {};
}

Status FileConnector::write(std::span<const OutboxEntry> entries) {
  std::string lines;
  for (const OutboxEntry& entry : entries) append_delivery_line(lines, entry.delivery);
  const MetaPut put{meta_key_, note_after(lines)};
  if (Status appended = append(lines); !appended.ok()) {
    // Half a batch must not stay behind a shorter second attempt. Where this fails, too, the next start cuts.
    [[maybe_unused]] const int cut = ftruncate(fd_, static_cast<off_t>(offset_));
    outbox_.release(entries);
    return appended;
  }
  if (Status finished = outbox_.finish(entries, {&put, 1}, durability_); !finished.ok()) {
    // The bytes stay: a commit that failed may turn out to be on the disk at the next start, which cuts them
    // otherwise.
    outbox_.release(entries);
    return finished;
  }
  offset_ += lines.size();
  tail_ = lines.size() >= kTailBytes ? std::string(tail_of(lines)) : std::string(tail_of(tail_ + lines));
  written_ += entries.size();
  return {};
}

Result<uint64_t> FileConnector::drain(Millis below_ms) {
  uint64_t drained = 0;
  for (;;) {
    WEND_ASSIGN_OR_RETURN(const std::vector<OutboxEntry> entries, outbox_.take(below_ms, kEntriesPerCommit));
    if (entries.empty()) return drained;
    WEND_RETURN_IF_ERROR(write(entries));
    drained += entries.size();
  }
}

}  // namespace wend

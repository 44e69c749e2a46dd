#include "vm/delivery/file_connector.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "vm/base/bytes.h"
#include "vm/engine/delivery_line.h"

namespace wend {
namespace {

constexpr size_t kEntriesPerCommit = 4096;

Error io_error(const std::string& path, const char* what) {
  return Error{ErrorKind::kIo, std::string("cannot ") + what + " `" + path + "`: " + std::strerror(errno)};
}

}  // namespace

Result<std::unique_ptr<FileConnector>> FileConnector::open(const std::string& path, Outbox& outbox,
                                                           Store& store, Durability durability) {
  std::unique_ptr<FileConnector> connector(new FileConnector(outbox, durability));
  connector->path_ = path;
  connector->fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (connector->fd_ < 0) return io_error(path, "write");
  // Only now that the file exists: of a relative path to none, the canonical form would be relative, too.
  std::error_code ignored;
  const std::filesystem::path canonical = std::filesystem::canonical(path, ignored);
  connector->meta_key_ = "file/" + (ignored ? path : canonical.generic_string());
  struct stat info {};
  if (fstat(connector->fd_, &info) != 0) return io_error(path, "look at");
  if (!S_ISREG(info.st_mode)) return Error{ErrorKind::kInvalidInput, "`" + path + "` is no regular file"};
  const auto size = static_cast<uint64_t>(info.st_size);

  WEND_ASSIGN_OR_RETURN(const std::optional<std::string> remembered,
                        store.get(Family::kMeta, connector->meta_key_));
  if (remembered) {
    ByteReader reader(*remembered);
    connector->offset_ = reader.u64();
    if (!reader.ok()) return Error{ErrorKind::kCorrupt, "the store's note on `" + path + "` is damaged"};
    if (size < connector->offset_) {
      return Error{ErrorKind::kInvalidInput, "`" + path + "` has " + std::to_string(size) + " bytes, but " +
                                                 std::to_string(connector->offset_) +
                                                 " were written to it before: it was replaced or cut"};
    }
    if (ftruncate(connector->fd_, static_cast<off_t>(connector->offset_)) != 0) return io_error(path, "cut");
  } else if (size > 0) {
    return Error{
        ErrorKind::kInvalidInput,
        "`" + path + "` exists and was not written from this data folder; move it away or name another file"};
  }
  // The note comes before the first byte, so that a file begun here is known after a crash.
  std::string note;
  put_u64(note, connector->offset_);
  const MetaPut put{connector->meta_key_, note};
  WEND_RETURN_IF_ERROR(outbox.finish({}, {&put, 1}, durability));
  return connector;
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
  std::string note;
  put_u64(note, offset_ + lines.size());
  const MetaPut put{meta_key_, note};
  Status done = append(lines);
  if (done.ok()) done = outbox_.finish(entries, {&put, 1}, durability_);
  if (!done.ok()) {
    outbox_.release(entries);
    return done;
  }
  offset_ += lines.size();
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

#ifndef WEND_VM_DELIVERY_FILE_CONNECTOR_H_
#define WEND_VM_DELIVERY_FILE_CONNECTOR_H_

// Writes deliveries to a file, one JSON object a line, each exactly once: the store remembers up to which
// byte the file holds what left the outbox, in the same commit, and whatever stands behind that byte after a
// crash is cut off before anything is written again. The store also remembers how the part before that byte
// ends, so that no file of somebody else is ever cut.
//
// One thread at a time. Failures: kIo when the file cannot be written (nothing leaves the outbox then),
// kInvalidInput when the file is not the one that the store remembers, kLocked when another process writes
// it.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "vm/base/result.h"
#include "vm/engine/outbox.h"
#include "vm/store/store.h"

namespace wend {

class FileConnector {
 public:
  // Opens or creates `path`. A file that exists, is not empty and was not written from this store is refused.
  // The store knows the file as `name`; without one by its full path, so that a file that moves together with
  // its store should be given one. `outbox` and `store` belong to the same engine and outlive the connector.
  // With kSync the file is fsynced before entries leave the outbox.
  static Result<std::unique_ptr<FileConnector>> open(const std::string& path, Outbox& outbox, Store& store,
                                                     Durability durability, const std::string& name = "");
  ~FileConnector();

  // Writes all entries ready before `below_ms`, in order. Returns how many.
  Result<uint64_t> drain(Millis below_ms);

  // Writes entries that were taken from the outbox and finishes them; after a failure they are released.
  Status write(std::span<const OutboxEntry> entries);

  uint64_t written() const { return written_; }

 private:
  FileConnector(Outbox& outbox, Durability durability) : outbox_(outbox), durability_(durability) {}
  Status recall(const std::string& note);
  Status append(std::string_view bytes);
  std::string note_after(std::string_view lines) const;

  Outbox& outbox_;
  Durability durability_;
  std::string path_;
  std::string meta_key_;
  int fd_ = -1;
  uint64_t offset_ = 0;
  std::string tail_;  // the last bytes before offset_, at most kTailBytes
  uint64_t written_ = 0;
};

}  // namespace wend

#endif  // WEND_VM_DELIVERY_FILE_CONNECTOR_H_

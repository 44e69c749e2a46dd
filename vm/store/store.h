#ifndef WEND_VM_STORE_STORE_H_
#define WEND_VM_STORE_STORE_H_

// The durable store behind the engine: ordered byte keys in families, changed only by atomic batches.
// Implementations: RocksDB (`rocks_store.h`), memory (`memory_store.h`), and one that fails on purpose
// (`fault_store.h`, tests).
//
// Threads: all methods of Store may be called from any thread. A Batch and an Iterator belong to one thread.
// Failures: ErrorKind::kIo when the disk refuses, kCorrupt when stored bytes are damaged. After a failed
// commit nothing of the batch is visible; a RocksDB store then refuses every further commit with kClosed,
// because what the disk kept is not known until it is opened again.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"

namespace wend {

// DO NOT CHANGE THESE VALUES: they name column families on disk (see docs/formats/store.md).
enum class Family : uint8_t {
  kContacts = 0,
  kTimers = 1,
  kOutbox = 2,
  kDeliveries = 3,
  kTrace = 4,
  kEvents = 5,
  kImages = 6,
  kCounters = 7,
  kMeta = 8,
};
constexpr size_t kFamilyCount = 9;

// When a commit returns, what has happened to the write-ahead log.
enum class Durability {
  kSync,      // written and fsynced (group commit with whoever commits at the same time)
  kUnsynced,  // handed to the operating system; survives a crash of the process, not of the machine
};

// Changes that become visible together. Reusable after clear(); keeps its memory.
class Batch {
 public:
  virtual ~Batch() = default;
  // A later operation of the same batch on the same key wins. REQUIRES in Family::kCounters: a value of the
  // size of a counter (encode_counter() of store_format.h makes one).
  virtual void put(Family family, std::string_view key, std::string_view value) = 0;
  // Erasing a key that does not exist is not an error.
  virtual void erase(Family family, std::string_view key) = 0;
  // Adds `delta` to a counter (little-endian int64; absent counts as 0; wraps). Only for Family::kCounters.
  virtual void add(std::string_view key, int64_t delta) = 0;
  virtual void clear() = 0;
  // Number of operations since clear().
  virtual size_t size() const = 0;
};

// Walks keys in ascending byte order over a snapshot taken when it was made. A new one stands at its first
// key. It must not outlive its store.
class Iterator {
 public:
  virtual ~Iterator() = default;
  // Moves to the first key >= `key` within the bounds, forward or backward.
  virtual void seek(std::string_view key) = 0;
  virtual void next() = 0;
  // False at the end and after an error; ask status() which.
  virtual bool valid() const = 0;
  // REQUIRES: valid(). The views live until the next call of seek() or next().
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  virtual Status status() const = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Makes an empty batch for commit() of this same store.
  virtual std::unique_ptr<Batch> make_batch() = 0;

  // Applies the batch atomically. The batch is not cleared. A batch without operations succeeds.
  virtual Status commit(const Batch& batch, Durability durability) = 0;

  // The value, or nullopt when the key does not exist (which is not an error).
  virtual Result<std::optional<std::string>> get(Family family, std::string_view key) const = 0;

  // Reads many keys at once, in the order given; cheaper than get() in a loop.
  virtual Result<std::vector<std::optional<std::string>>> multi_get(
      Family family, const std::vector<std::string_view>& keys) const = 0;

  // An iterator over [lower, upper); an empty `upper` means to the end. The bounds are copied. Giving the
  // tightest lower bound matters for queues: keys deleted before it are never looked at.
  virtual std::unique_ptr<Iterator> iterate(Family family, std::string_view lower,
                                            std::string_view upper) const = 0;

  // Makes everything committed so far durable, whatever durability it was committed with.
  virtual Status sync() = 0;
};

// Decodes the value of a counter; nullopt for a wrong size.
std::optional<int64_t> decode_counter(std::string_view value);
// The name of a family as RocksDB and messages show it: "contacts", "timers", ...
std::string_view family_name(Family family);

}  // namespace wend

#endif  // WEND_VM_STORE_STORE_H_

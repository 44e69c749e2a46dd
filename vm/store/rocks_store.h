#ifndef WEND_VM_STORE_ROCKS_STORE_H_
#define WEND_VM_STORE_ROCKS_STORE_H_

// The durable Store: a folder managed by RocksDB, one column family for each Family.
//
// Threads: as store.h says. Commits with Durability::kSync from several threads share an fsync.
// Failures of commits and reads: as store.h says; after the first failed commit or sync the store refuses
// every further one with kClosed until it is opened again.

#include <cstdint>
#include <memory>
#include <string>

#include "vm/base/result.h"
#include "vm/store/store.h"

namespace wend {

struct RocksOptions {
  // Parameters that affect behaviour.

  // The folder. REQUIRED. Nothing else should live in it, but foreign files are left alone.
  std::string path;

  // Make the folder, its parents and an empty store when there is none. Otherwise a missing store is
  // ErrorKind::kNotFound. Default: true.
  bool create_if_missing = true;

  // Look, but change nothing, not even the log of RocksDB: commit() and sync() answer kClosed. Takes no lock,
  // so it works on a backup or on the store of a running engine, which then is seen as it was when opened.
  // Default: false.
  bool read_only = false;

  // Parameters that affect performance. Sizes are bytes.

  // Memory for changes not yet in sorted files, over all families together. More means fewer, larger files
  // and a longer replay of the log when opening after a crash (the log is kept at twice this at most).
  // Default: 48 MiB. Below 8 MiB compaction eats what is saved.
  uint64_t write_buffer_bytes = 48ULL << 20;

  // Memory for blocks read from files, their indexes and filters, over all families together. 10 million
  // contacts have filters and indexes of some 20 MiB. Default: 48 MiB.
  uint64_t block_cache_bytes = 48ULL << 20;

  // Files that RocksDB keeps open. A store of 10 million contacts has some hundred. Default: 256.
  int max_open_files = 256;

  // Threads of RocksDB that flush and compact, at least 1. Default: 2.
  int background_threads = 2;
};

// Opens the store in `options.path`. Every message names the folder. Failures:
//   kNotFound      there is no store and create_if_missing or read_only says not to make one
//   kLocked        another process, or another Store of this one, has it open
//   kNewerVersion  its format is newer than kStoreFormat; nothing was changed
//   kCorrupt       files are missing or damaged, or it is no store of Wend
//   kIo            the operating system refused: permission, a file where the folder should be, a full disk
//   kInvalidInput  an option makes no sense
// A last commit that a power cut tore apart is not a failure: it was never acknowledged and is dropped.
Result<std::unique_ptr<Store>> open_rocks_store(const RocksOptions& options);

}  // namespace wend

#endif  // WEND_VM_STORE_ROCKS_STORE_H_

#include "vm/store/rocks_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <utility>

#include "vm/base/check.h"
#include "vm/base/version.h"
#include "vm/store/store_format.h"

namespace wend {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMiB = size_t{1} << 20;

rocksdb::Slice to_slice(std::string_view view) { return {view.data(), view.size()}; }
std::string_view to_view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// The error for a failed operation on the store in `path`.
Error to_error(const rocksdb::Status& status, std::string_view path) {
  const bool damaged = status.IsCorruption() || status.IsMergeInProgress();
  return {damaged ? ErrorKind::kCorrupt : ErrorKind::kIo,
          fmt::format("store {}: {}", path, status.ToString())};
}

// DO NOT CHANGE what this computes, nor its name, which RocksDB records: see docs/formats/store.md.
class CounterMerge : public rocksdb::AssociativeMergeOperator {
 public:
  bool Merge(const rocksdb::Slice& /*key*/, const rocksdb::Slice* existing_value, const rocksdb::Slice& value,
             std::string* new_value, rocksdb::Logger* /*logger*/) const override {
    std::optional<std::string_view> existing;
    if (existing_value != nullptr) existing = to_view(*existing_value);
    return merge_counter(existing, to_view(value), new_value);
  }
  const char* Name() const override { return "wend.counter.1"; }
};

// Keeps RocksDB from writing its own log into a folder that is only looked at.
class SilentLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

// ---------------------------------------------------------------------------------------------------------
// Options

rocksdb::DBOptions database_options(const RocksOptions& options) {
  rocksdb::DBOptions db;
  db.create_if_missing = options.create_if_missing && !options.read_only;
  db.create_missing_column_families = !options.read_only;
  db.max_open_files = options.max_open_files;
  db.max_background_jobs = std::max(options.background_threads, 1);

  // One budget over all families: the family with the oldest changes is flushed when it is used up, so an
  // idle family costs no memory and holds back no log.
  db.db_write_buffer_size = options.write_buffer_bytes;
  // A family that hardly changes (images, meta) would keep every log alive since its last flush.
  db.max_total_wal_size = 2 * options.write_buffer_bytes;

  // Every commit hands its bytes to the operating system at once (no manual_wal_flush), because kUnsynced
  // promises to survive a crash of the process. Threads that commit at the same time are one group: RocksDB
  // writes and fsyncs the log once for all of them. The pipelined mode would let the next group start before
  // this one is visible; then a failed fsync could leave a later batch applied without an earlier one.
  db.manual_wal_flush = false;
  db.enable_pipelined_write = false;
  // The torn tail after a power cut belongs to commits that nobody was told about: drop it and go on. The
  // stricter modes would refuse to open then.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Writes of tables go to the disk steadily rather than in one burst that a commit's fsync has to wait for.
  db.bytes_per_sync = kMiB;

  // A log for whoever analyses the disk; small, and no thread that wakes up to write statistics.
  db.max_log_file_size = 4 * kMiB;
  db.keep_log_file_num = 4;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  if (options.read_only) db.info_log = std::make_shared<SilentLogger>();
  return db;
}

// What each family is used for decides its options; the numbers were chosen with tests/bench.
class FamilyOptions {
 public:
  explicit FamilyOptions(const RocksOptions& options)
      : cache_(rocksdb::NewLRUCache(options.block_cache_bytes)),
        buffer_bytes_(options.write_buffer_bytes),
        merge_(std::make_shared<CounterMerge>()) {}

  rocksdb::ColumnFamilyOptions of(Family family) const {
    switch (family) {
      case Family::kContacts:
        return contacts();
      case Family::kTimers:
      case Family::kOutbox:
        return queue();
      case Family::kDeliveries:
        return lookup();
      case Family::kTrace:
      case Family::kEvents:
        return journal();
      case Family::kImages:
      case Family::kMeta:
        return base(buffer_bytes_ / 16, table());
      case Family::kCounters:
        return counters();
    }
    WEND_CHECK(false);
  }

 private:
  // Indexes and filters live in the cache, so that its size bounds the memory of a store of any size.
  rocksdb::BlockBasedTableOptions table() const {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache_;
    table.block_size = 8 << 10;
    table.format_version = 5;
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    return table;
  }

  static rocksdb::ColumnFamilyOptions base(size_t buffer_bytes,
                                           const rocksdb::BlockBasedTableOptions& table) {
    rocksdb::ColumnFamilyOptions family;
    family.write_buffer_size = std::max(buffer_bytes, kMiB);
    family.compression = rocksdb::kNoCompression;
    family.level_compaction_dynamic_level_bytes = true;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return family;
  }

  // Read by exact key, in no order, once for every event; half of the keys of a busy day are new. The filter
  // saves the search of files for a contact that is not in them, the hash index the search within a block.
  // Small blocks, because one record is wanted of each. LZ4 on the lower levels, which hold nine tenths:
  // records of one shape compress to some 70 %, and unpacking costs less than the read it saves.
  rocksdb::ColumnFamilyOptions contacts() const {
    rocksdb::BlockBasedTableOptions blocks = table();
    blocks.block_size = 4 << 10;
    blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    blocks.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    blocks.data_block_hash_table_util_ratio = 0.75;
    rocksdb::ColumnFamilyOptions family = base(buffer_bytes_ / 3, blocks);
    family.memtable_whole_key_filtering = true;
    family.memtable_prefix_bloom_size_ratio = 0.02;
    compress_lower_levels(&family);
    return family;
  }

  // Timers and outbox: entries are put, read in order of the key and deleted soon after. Small buffers, so
  // that what was put and deleted meanwhile never reaches a file; no compression for what lives that short.
  // Readers start from a low-water mark (the lower bound of iterate()), and files full of deletions
  // are compacted early, so that a reader that has lost its mark walks over few of them.
  rocksdb::ColumnFamilyOptions queue() const {
    rocksdb::ColumnFamilyOptions family = base(buffer_bytes_ / 4, table());
    compact_deletions(&family);
    return family;
  }

  // Deliveries: looked up by key when a provider reports an open or a click, mostly once; expire.
  rocksdb::ColumnFamilyOptions lookup() const {
    rocksdb::BlockBasedTableOptions blocks = table();
    blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    rocksdb::ColumnFamilyOptions family = base(buffer_bytes_ / 6, blocks);
    compress_lower_levels(&family);
    compact_deletions(&family);
    return family;
  }

  // Trace and events: written all the time, read rarely and in ranges, deleted in ranges when they expire.
  // Large blocks compress better and keep the indexes small. Compressed from the first level on, because most
  // of it is never read again.
  rocksdb::ColumnFamilyOptions journal() const {
    rocksdb::BlockBasedTableOptions blocks = table();
    blocks.block_size = 32 << 10;
    rocksdb::ColumnFamilyOptions family = base(buffer_bytes_ / 6, blocks);
    family.compression = rocksdb::kLZ4Compression;
    compact_deletions(&family);
    return family;
  }

  // A few thousand keys, changed by every batch. Additions are folded in the buffer after a few, so that
  // reading a busy counter never has to add up thousands.
  rocksdb::ColumnFamilyOptions counters() const {
    rocksdb::ColumnFamilyOptions family = base(buffer_bytes_ / 16, table());
    family.merge_operator = merge_;
    family.max_successive_merges = 16;
    return family;
  }

  // The levels that are rewritten often stay as they are, because packing them again and again costs CPU.
  static void compress_lower_levels(rocksdb::ColumnFamilyOptions* family) {
    family->compression = rocksdb::kLZ4Compression;
    family->compression_per_level.assign(static_cast<size_t>(family->num_levels), rocksdb::kLZ4Compression);
    family->compression_per_level[0] = rocksdb::kNoCompression;
  }

  // Half of 4,096 neighbours deleted, or a third of a file: worth rewriting.
  static void compact_deletions(rocksdb::ColumnFamilyOptions* family) {
    family->table_properties_collector_factories.push_back(
        rocksdb::NewCompactOnDeletionCollectorFactory(4096, 2048, 0.33));
  }

  std::shared_ptr<rocksdb::Cache> cache_;
  size_t buffer_bytes_;
  std::shared_ptr<CounterMerge> merge_;
};

// ---------------------------------------------------------------------------------------------------------
// The store

using Handles = std::vector<rocksdb::ColumnFamilyHandle*>;

class RocksBatch : public Batch {
 public:
  explicit RocksBatch(const Handles& families) : families_(families) {}

  void put(Family family, std::string_view key, std::string_view value) override {
    WEND_CHECK(family != Family::kCounters || decode_counter(value).has_value());
    added(batch_.Put(handle(family), to_slice(key), to_slice(value)));
  }
  void erase(Family family, std::string_view key) override {
    added(batch_.Delete(handle(family), to_slice(key)));
  }
  void add(std::string_view key, int64_t delta) override {
    added(batch_.Merge(handle(Family::kCounters), to_slice(key), to_slice(encode_counter(delta))));
  }
  void clear() override { batch_.Clear(); }
  size_t size() const override { return batch_.Count(); }

  // RocksDB takes the batch as mutable, to write sequence numbers into it, and leaves the operations alone.
  rocksdb::WriteBatch* raw() const { return &batch_; }

 private:
  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    const auto index = static_cast<size_t>(family);
    WEND_CHECK(index < families_.size());
    return families_[index];
  }
  // Fails only beyond 4 GiB in a key, a value or the batch, which is nobody's input.
  static void added(const rocksdb::Status& status) { WEND_CHECK(status.ok()); }

  const Handles& families_;
  mutable rocksdb::WriteBatch batch_;
};

class RocksIterator : public Iterator {
 public:
  RocksIterator(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, const std::string& path,
                std::string_view lower, std::string_view upper)
      : path_(path), lower_(lower), upper_(upper), lower_slice_(lower_), upper_slice_(upper_) {
    rocksdb::ReadOptions read;
    read.iterate_lower_bound = &lower_slice_;
    if (!upper_.empty()) read.iterate_upper_bound = &upper_slice_;
    // A walk over a family must not push the hot contacts out of the cache.
    read.fill_cache = false;
    iterator_.reset(db->NewIterator(read, family));
    iterator_->Seek(lower_slice_);
  }
  RocksIterator(const RocksIterator&) = delete;
  RocksIterator& operator=(const RocksIterator&) = delete;

  void seek(std::string_view key) override {
    iterator_->Seek(to_slice(std::max<std::string_view>(key, lower_)));
  }
  void next() override {
    WEND_CHECK(iterator_->Valid());
    iterator_->Next();
  }
  bool valid() const override { return iterator_->Valid(); }
  std::string_view key() const override {
    WEND_CHECK(iterator_->Valid());
    return to_view(iterator_->key());
  }
  std::string_view value() const override {
    WEND_CHECK(iterator_->Valid());
    return to_view(iterator_->value());
  }
  Status status() const override {
    const rocksdb::Status status = iterator_->status();
    if (status.ok()) return {};
    return to_error(status, path_);
  }

 private:
  const std::string& path_;
  // RocksDB keeps pointers to the slices, which point to the strings.
  const std::string lower_;
  const std::string upper_;
  const rocksdb::Slice lower_slice_;
  const rocksdb::Slice upper_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

class RocksStore : public Store {
 public:
  // `handles`: the families in order of their numbers, then the family that RocksDB itself demands.
  RocksStore(std::string path, bool read_only, std::unique_ptr<rocksdb::DB> db, Handles handles)
      : path_(std::move(path)), read_only_(read_only), db_(std::move(db)), handles_(std::move(handles)) {
    WEND_CHECK(handles_.size() == kFamilyCount + 1);
  }

  ~RocksStore() override {
    // After a proper end even what was committed with kUnsynced is on the disk. Nobody is left to be told of
    // a failure, and nobody was promised anything.
    if (!read_only_ && !closed_.load()) db_->SyncWAL().PermitUncheckedError();
    for (rocksdb::ColumnFamilyHandle* handle : handles_) {
      db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }
    db_->Close().PermitUncheckedError();
  }
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  std::unique_ptr<Batch> make_batch() override { return std::make_unique<RocksBatch>(handles_); }

  Status commit(const Batch& batch, Durability durability) override {
    const auto* mine = dynamic_cast<const RocksBatch*>(&batch);
    WEND_CHECK(mine != nullptr);
    WEND_RETURN_IF_ERROR(check_open());
    rocksdb::WriteOptions write;
    write.sync = durability == Durability::kSync;
    return checked(db_->Write(write, mine->raw()));
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    std::string value;
    const rocksdb::Status status = db_->Get({}, handle(family), to_slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return to_error(status, path_);
    return std::optional<std::string>(std::move(value));
  }

  Result<std::vector<std::optional<std::string>>> multi_get(
      Family family, const std::vector<std::string_view>& keys) const override {
    std::vector<rocksdb::Slice> slices;
    slices.reserve(keys.size());
    for (const std::string_view key : keys) slices.push_back(to_slice(key));
    std::vector<rocksdb::PinnableSlice> found(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    db_->MultiGet({}, handle(family), keys.size(), slices.data(), found.data(), statuses.data());

    std::vector<std::optional<std::string>> values(keys.size());
    for (size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].ok()) {
        values[i].emplace(found[i].data(), found[i].size());
      } else if (!statuses[i].IsNotFound()) {
        return to_error(statuses[i], path_);
      }
    }
    return values;
  }

  std::unique_ptr<Iterator> iterate(Family family, std::string_view lower,
                                    std::string_view upper) const override {
    return std::make_unique<RocksIterator>(db_.get(), handle(family), path_, lower, upper);
  }

  Status sync() override {
    WEND_RETURN_IF_ERROR(check_open());
    return checked(db_->SyncWAL());
  }

 private:
  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    const auto index = static_cast<size_t>(family);
    WEND_CHECK(index < kFamilyCount);
    return handles_[index];
  }

  Status check_open() const {
    if (read_only_) return Error{ErrorKind::kClosed, fmt::format("store {} is open for reading only", path_)};
    if (!closed_.load()) return {};
    const std::lock_guard lock(failure_mutex_);
    return Error{ErrorKind::kClosed,
                 fmt::format("store {} takes no more changes after a failure ({})", path_, failure_)};
  }

  // The error of a write, after which no other is tried: what the disk has kept is known after reopening
  // only.
  Status checked(const rocksdb::Status& status) {
    if (status.ok()) return {};
    Error error = to_error(status, path_);
    const std::lock_guard lock(failure_mutex_);
    if (failure_.empty()) failure_ = status.ToString();
    closed_.store(true);
    return error;
  }

  // Constant after construction.
  const std::string path_;
  const bool read_only_;
  const std::unique_ptr<rocksdb::DB> db_;
  const Handles handles_;

  std::atomic<bool> closed_{false};  // set once, after failure_
  mutable std::mutex failure_mutex_;
  std::string failure_;  // protected by failure_mutex_
};

// ---------------------------------------------------------------------------------------------------------
// Opening

// The process that holds RocksDB's lock, or 0 when the system does not tell. REQUIRES: this process does not
// hold it, because closing any descriptor of the file would drop the lock.
pid_t lock_holder(const std::string& path) {
  const int file = ::open((path + "/LOCK").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool known = ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0;
  ::close(file);
  return known ? lock.l_pid : 0;
}

Error open_error(const rocksdb::Status& status, const std::string& path) {
  // RocksDB has no code for a lock that is taken. These texts are its own, and tests hold them.
  const std::string text = status.ToString();
  if (text.find("lock hold by current process") != std::string::npos) {
    return {ErrorKind::kLocked, fmt::format("store {} is already open in this process", path)};
  }
  if (text.find("While lock file") != std::string::npos) {
    const pid_t holder = lock_holder(path);
    const std::string who = holder > 0 ? fmt::format(" (process {})", holder) : std::string();
    return {ErrorKind::kLocked, fmt::format("store {} is in use by another wend process{}", path, who)};
  }
  if (status.IsCorruption() || status.IsInvalidArgument()) {
    return {ErrorKind::kCorrupt, fmt::format("store {} is damaged or no store of wend: {}", path, text)};
  }
  return {ErrorKind::kIo, fmt::format("can't open store {}: {}", path, text)};
}

Error newer_error(const StoreFormat& format, const std::string& path) {
  return {
      ErrorKind::kNewerVersion,
      fmt::format("store {} has format {}, made by wend {}; this is wend {}, which reads up to format {}: "
                  "use a wend that is at least as new as the store",
                  path, format.format, format.created_by, kWendVersion, kStoreFormat)};
}

// What stands in the folder before RocksDB touches it.
enum class Folder { kMissing, kNoStore, kStore };

bool is_data_file(const fs::path& name) {
  const std::string extension = name.extension().string();
  const std::string stem = name.stem().string();
  const bool numbered = !stem.empty() && stem.find_first_not_of("0123456789") == std::string::npos;
  return numbered && (extension == ".sst" || extension == ".log");
}

Result<Folder> look_at_folder(const std::string& path) {
  std::error_code failure;
  const fs::file_status status = fs::status(path, failure);
  if (status.type() == fs::file_type::not_found) return Folder::kMissing;
  if (failure) return Error{ErrorKind::kIo, fmt::format("can't open store {}: {}", path, failure.message())};
  if (status.type() != fs::file_type::directory) {
    return Error{ErrorKind::kIo, fmt::format("can't open store {}: it is a file, not a folder", path)};
  }
  fs::directory_iterator entry(path, failure);
  bool has_current = false;
  bool has_data = false;
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    has_current = has_current || entry->path().filename() == "CURRENT";
    has_data = has_data || is_data_file(entry->path().filename());
  }
  if (failure) return Error{ErrorKind::kIo, fmt::format("can't read folder {}: {}", path, failure.message())};
  if (has_current) return Folder::kStore;
  // RocksDB would make a new store here and delete the tables and logs of the old one.
  if (has_data) {
    return Error{ErrorKind::kCorrupt,
                 fmt::format("store {} is damaged: it has tables or logs, but the file CURRENT is missing; "
                             "nothing was changed",
                             path)};
  }
  return Folder::kNoStore;
}

Status prepare_folder(const RocksOptions& options) {
  if (options.path.empty()) return Error{ErrorKind::kInvalidInput, "no folder given for the store"};
  WEND_ASSIGN_OR_RETURN(const Folder folder, look_at_folder(options.path));
  if (folder == Folder::kStore) return {};
  if (options.read_only || !options.create_if_missing) {
    return Error{ErrorKind::kNotFound, fmt::format("there is no store in {}", options.path)};
  }
  std::error_code failure;
  fs::create_directories(options.path, failure);
  if (failure) {
    return Error{ErrorKind::kIo, fmt::format("can't make folder {}: {}", options.path, failure.message())};
  }
  return {};
}

// Opens the families `descriptors` for reading, changes nothing.
rocksdb::Status open_for_reading(const rocksdb::DBOptions& db_options, const std::string& path,
                                 const std::vector<rocksdb::ColumnFamilyDescriptor>& descriptors,
                                 Handles* handles, std::unique_ptr<rocksdb::DB>* db) {
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(db_options, path, descriptors, handles, &opened);
  db->reset(opened);
  return status;
}

// A newer store is refused before RocksDB replays its log, makes families or compacts with our merge
// operator. Whatever else is wrong is left for the opening proper to say.
Status refuse_newer(const RocksOptions& options) {
  RocksOptions look = options;
  look.read_only = true;
  const FamilyOptions family_options(look);
  const std::string meta(family_name(Family::kMeta));
  const std::vector<rocksdb::ColumnFamilyDescriptor> descriptors = {{rocksdb::kDefaultColumnFamilyName, {}},
                                                                    {meta, family_options.of(Family::kMeta)}};
  Handles handles;
  std::unique_ptr<rocksdb::DB> db;
  if (!open_for_reading(database_options(look), options.path, descriptors, &handles, &db).ok()) return {};
  std::string bytes;
  const rocksdb::Status read = db->Get({}, handles[1], to_slice(kStoreFormatKey), &bytes);
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  if (!read.ok()) return {};
  const std::optional<StoreFormat> format = decode_store_format(bytes);
  if (format && format->format > kStoreFormat) return newer_error(*format, options.path);
  return {};
}

// Checks the format of an opened store; a store without one is new and gets it.
Status check_format(Store* store, const RocksOptions& options, bool is_new) {
  WEND_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, store->get(Family::kMeta, kStoreFormatKey));
  if (bytes) {
    const std::optional<StoreFormat> format = decode_store_format(*bytes);
    if (!format || format->format == 0) {
      return Error{ErrorKind::kCorrupt,
                   fmt::format("store {} is damaged: its format record can't be read", options.path)};
    }
    if (format->format > kStoreFormat) return newer_error(*format, options.path);
    return {};
  }
  if (!is_new) {
    return Error{
        ErrorKind::kCorrupt,
        fmt::format("store {} is damaged or no store of wend: it has no format record", options.path)};
  }
  const std::unique_ptr<Batch> batch = store->make_batch();
  batch->put(Family::kMeta, kStoreFormatKey, encode_store_format({kStoreFormat, std::string(kWendVersion)}));
  return store->commit(*batch, Durability::kSync);
}

bool holds_anything(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family) {
  const std::unique_ptr<rocksdb::Iterator> iterator(db->NewIterator({}, family));
  iterator->SeekToFirst();
  return iterator->Valid();
}

// True when no family holds anything: a store whose making was cut short before its format was written.
Result<bool> is_empty(const Store& store) {
  for (size_t i = 0; i < kFamilyCount; ++i) {
    const std::unique_ptr<Iterator> iterator = store.iterate(static_cast<Family>(i), {}, {});
    if (iterator->valid()) return false;
    WEND_RETURN_IF_ERROR(iterator->status());
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocks_store(const RocksOptions& options) {
  WEND_RETURN_IF_ERROR(prepare_folder(options));
  WEND_RETURN_IF_ERROR(refuse_newer(options));

  const FamilyOptions family_options(options);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (size_t i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    descriptors.emplace_back(std::string(family_name(family)), family_options.of(family));
  }
  rocksdb::ColumnFamilyOptions unused;  // RocksDB demands a family of this name; nothing is ever in it
  unused.write_buffer_size = kMiB;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, unused);

  Handles handles;
  std::unique_ptr<rocksdb::DB> db;
  const rocksdb::DBOptions db_options = database_options(options);
  if (options.read_only) {
    const rocksdb::Status status = open_for_reading(db_options, options.path, descriptors, &handles, &db);
    if (!status.ok()) return open_error(status, options.path);
  } else {
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status =
        rocksdb::DB::Open(db_options, options.path, descriptors, &handles, &opened);
    if (!status.ok()) return open_error(status, options.path);
    db.reset(opened);
  }
  const bool foreign = holds_anything(db.get(), handles.back());
  std::unique_ptr<Store> store =
      std::make_unique<RocksStore>(options.path, options.read_only, std::move(db), std::move(handles));
  if (foreign) {
    return Error{ErrorKind::kCorrupt,
                 fmt::format("{} holds a database of another program, no store of wend", options.path)};
  }
  WEND_ASSIGN_OR_RETURN(const bool is_new, is_empty(*store));
  WEND_RETURN_IF_ERROR(check_format(store.get(), options, is_new && !options.read_only));
  return store;
}

}  // namespace wend

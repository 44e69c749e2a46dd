// The peer that Wend is measured against: a bare program that does just the RocksDB operations of workload
// W1, with no language, no JSON, no network, and one thread.
//
// W1: N contacts in scattered key order each send `cart_abandoned`, and a durable timer waits; every second
// one sends `opened` before it; at expiry the state is looked at, and an SMS goes into the durable outbox for
// those who did not open. Operations, a batch of contacts at a time, each batch one atomic write:
//
//   abandon  MultiGet the contacts; put state (about 120 B), put timer
//   open     every second contact: MultiGet, put state
//   expire   scan due timers from a low-water mark, MultiGet; put state, delete timer, put outbox (about 150
//   B)
//            unless opened
//
// Afterwards every contact is accounted for exactly once, or the program says what is wrong and exits with 1.
// Families and options are like those of vm/store/rocks_store.cc, so that the ratio tells what the product
// adds.

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vm/base/bytes.h"
#include "vm/base/clock.h"
#include "vm/base/hash.h"

namespace wend {
namespace {

namespace fs = std::filesystem;
using rocksdb::Slice;

constexpr uint64_t kMostContacts = 1'000'000'000;
constexpr uint64_t kLargestBatch = 1'000'000;

struct Settings {
  uint64_t contacts = 200'000;
  uint64_t batch = 512;
  bool sync = true;
  bool json = false;
  bool keep = false;
  std::string dir;
};

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kWriteBufferBytes = 48 * kMiB;
constexpr size_t kBlockCacheBytes = 48 * kMiB;
constexpr Millis kStart = 1'700'000'000'000;
constexpr Millis kWait = 2 * kMillisPerDay;

void must(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}
void must(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

// ---------------------------------------------------------------------------------------------------------
// Records

enum class Stage : uint8_t { kWaiting = 1, kOpened = 2, kSent = 3, kDone = 4 };
constexpr size_t kStageOffset = 0;
constexpr size_t kStateBytes = 120;
constexpr size_t kSmsBytes = 150;

// Keys come in an order that has nothing to do with their bytes, as contacts of a shop do.
std::string contact_key(uint64_t i) {
  uint64_t state = i;
  return "c" + to_hex(splitmix64(state));
}

// Fills up to `size` with bytes that differ between contacts and compress about as records do: half of them.
void pad(std::string* record, size_t size, uint64_t seed) {
  for (bool varied = true; record->size() < size; varied = !varied) {
    if (varied) {
      put_u64(*record, splitmix64(seed));
    } else {
      record->append("cart_rec");
    }
  }
  record->resize(size);
}

std::string new_state(uint64_t i, Millis now_ms) {
  std::string state;
  put_u8(state, static_cast<uint8_t>(Stage::kWaiting));
  put_u64(state, static_cast<uint64_t>(now_ms));
  put_u64(state, i);
  pad(&state, kStateBytes, i);
  return state;
}

Stage stage_of(std::string_view state) { return static_cast<Stage>(state[kStageOffset]); }
void set_stage(std::string* state, Stage stage) { (*state)[kStageOffset] = static_cast<char>(stage); }

std::string timer_key(Millis due_ms, std::string_view contact) {
  std::string key;
  put_u64_be(key, static_cast<uint64_t>(due_ms));
  put_u8(key, static_cast<uint8_t>(hash64(contact) & 0xFF));
  key.append(contact);
  put_u32(key, 1);  // the run
  return key;
}
constexpr size_t kTimerContactOffset = 9;
constexpr size_t kTimerTailBytes = 4;

Slice contact_of_timer(const Slice& key) {
  return {key.data() + kTimerContactOffset, key.size() - kTimerContactOffset - kTimerTailBytes};
}

std::string outbox_key(Millis now_ms, std::string_view contact) {
  std::string key;
  put_u64_be(key, static_cast<uint64_t>(now_ms));
  key.append(contact);
  return key;
}

std::string sms(std::string_view contact) {
  std::string record;
  put_u8(record, 1);
  put_bytes(record, contact);
  record.append("+33600000000 You left something in your cart. It is still there for you: ");
  pad(&record, kSmsBytes, hash64(contact));
  return record;
}

// ---------------------------------------------------------------------------------------------------------
// The database

class Database {
 public:
  explicit Database(const std::string& path) {
    rocksdb::DBOptions db;
    db.create_if_missing = true;
    db.create_missing_column_families = true;
    db.db_write_buffer_size = kWriteBufferBytes;
    db.max_total_wal_size = 2 * kWriteBufferBytes;
    db.max_background_jobs = 2;
    db.max_open_files = 256;
    db.bytes_per_sync = kMiB;
    db.stats_dump_period_sec = 0;
    db.stats_persist_period_sec = 0;
    const auto cache = rocksdb::NewLRUCache(kBlockCacheBytes);
    const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
        {rocksdb::kDefaultColumnFamilyName, {}},
        {"contacts", contact_options(cache)},
        {"timers", queue_options(cache)},
        {"outbox", queue_options(cache)},
    };
    rocksdb::DB* opened = nullptr;
    must(rocksdb::DB::Open(db, path, families, &handles_, &opened));
    db_.reset(opened);
  }
  ~Database() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) {
      db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }
    db_->Close().PermitUncheckedError();
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB* operator->() const { return db_.get(); }
  rocksdb::ColumnFamilyHandle* contacts() const { return handles_[1]; }
  rocksdb::ColumnFamilyHandle* timers() const { return handles_[2]; }
  rocksdb::ColumnFamilyHandle* outbox() const { return handles_[3]; }

 private:
  static rocksdb::BlockBasedTableOptions table(const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.block_size = 8 << 10;
    table.format_version = 5;
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    return table;
  }
  static rocksdb::ColumnFamilyOptions contact_options(const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions blocks = table(cache);
    blocks.block_size = 4 << 10;
    blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    blocks.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    rocksdb::ColumnFamilyOptions family;
    family.write_buffer_size = kWriteBufferBytes / 3;
    family.memtable_whole_key_filtering = true;
    family.memtable_prefix_bloom_size_ratio = 0.02;
    family.level_compaction_dynamic_level_bytes = true;
    family.compression = rocksdb::kLZ4Compression;
    family.compression_per_level.assign(static_cast<size_t>(family.num_levels), rocksdb::kLZ4Compression);
    family.compression_per_level[0] = rocksdb::kNoCompression;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
    return family;
  }
  static rocksdb::ColumnFamilyOptions queue_options(const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::ColumnFamilyOptions family;
    family.write_buffer_size = kWriteBufferBytes / 4;
    family.compression = rocksdb::kNoCompression;
    family.level_compaction_dynamic_level_bytes = true;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table(cache)));
    return family;
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

// ---------------------------------------------------------------------------------------------------------
// The workload

class Workload {
 public:
  Workload(const Settings& settings, const Database& db) : settings_(settings), db_(db) {
    write_.sync = settings.sync;
  }

  void abandon() {
    for (uint64_t from = 0; from < settings_.contacts; from += settings_.batch) {
      const uint64_t to = std::min(from + settings_.batch, settings_.contacts);
      inputs_.clear();
      for (uint64_t i = from; i < to; ++i) inputs_.push_back({contact_key(i), i, {}});
      read_contacts();
      for (size_t k = 0; k < inputs_.size(); ++k) {
        const auto& [key, i, timer] = inputs_[k];
        must(statuses_[k].IsNotFound(), "a contact is there before it came");
        must(batch_.Put(db_.contacts(), key, new_state(i, arrival_ms(i))));
      }
      for (uint64_t i = from; i < to; ++i) {
        must(batch_.Put(db_.timers(), timer_key(arrival_ms(i) + kWait, contact_key(i)), Slice()));
      }
      commit();
    }
  }

  void open() {
    for (uint64_t from = 0; from < settings_.contacts; from += 2 * settings_.batch) {
      inputs_.clear();
      const uint64_t to = std::min(from + 2 * settings_.batch, settings_.contacts);
      for (uint64_t i = from; i < to; i += 2) inputs_.push_back({contact_key(i), i, {}});
      read_contacts();
      for (size_t k = 0; k < inputs_.size(); ++k) {
        std::string state = state_of(k);
        must(stage_of(state) == Stage::kWaiting, "a contact that opens is not waiting");
        set_stage(&state, Stage::kOpened);
        must(batch_.Put(db_.contacts(), inputs_[k].key, state));
      }
      commit();
    }
  }

  void expire() {
    const Millis now_ms = expiry_ms();
    std::string low_water;
    do {
      take_due(now_ms, low_water);
      if (inputs_.empty()) return;
      low_water = inputs_.back().timer;
      for (const Input& input : inputs_) must(batch_.Delete(db_.timers(), input.timer));
      read_contacts();
      for (size_t k = 0; k < inputs_.size(); ++k) {
        const std::string& key = inputs_[k].key;
        std::string state = state_of(k);
        const bool opened = stage_of(state) == Stage::kOpened;
        set_stage(&state, opened ? Stage::kDone : Stage::kSent);
        must(batch_.Put(db_.contacts(), key, state));
        if (!opened) must(batch_.Put(db_.outbox(), outbox_key(now_ms, key), sms(key)));
      }
      commit();
    } while (inputs_.size() == settings_.batch);
  }

  // Counts everything anew, outside of what is measured.
  void verify() const {
    const std::unique_ptr<rocksdb::Iterator> timer(db_->NewIterator({}, db_.timers()));
    timer->SeekToFirst();
    must(timer->status());
    must(!timer->Valid(), "a timer is left");

    const std::unique_ptr<rocksdb::Iterator> message(db_->NewIterator({}, db_.outbox()));
    uint64_t messages = 0;
    for (message->SeekToFirst(); message->Valid(); message->Next()) ++messages;
    must(message->status());
    must(messages == settings_.contacts / 2, fmt::format("{} messages in the outbox", messages));

    const std::unique_ptr<rocksdb::Iterator> contact(db_->NewIterator({}, db_.contacts()));
    uint64_t contacts = 0;
    for (contact->SeekToFirst(); contact->Valid(); contact->Next()) ++contacts;
    must(contact->status());
    must(contacts == settings_.contacts, fmt::format("{} contacts", contacts));

    const Millis now_ms = expiry_ms();
    for (uint64_t i = 0; i < settings_.contacts; ++i) {
      const std::string key = contact_key(i);
      std::string state;
      std::string sent;
      must(db_->Get({}, db_.contacts(), key, &state));
      must(stage_of(state) == (i % 2 == 0 ? Stage::kDone : Stage::kSent), "a contact is in the wrong stage");
      if (i % 2 == 0) continue;
      must(db_->Get({}, db_.outbox(), outbox_key(now_ms, key), &sent));
      must(sent == sms(key), "a message is damaged");
    }
  }

 private:
  // One contact of the batch; `number` in abandon and open, `timer` in expire.
  struct Input {
    std::string key;
    uint64_t number;
    std::string timer;
  };

  static Millis arrival_ms(uint64_t i) { return kStart + static_cast<Millis>(i); }
  Millis expiry_ms() const { return arrival_ms(settings_.contacts) + kWait; }

  // Up to a batch of timers behind `low_water`, in order of time, into inputs_.
  void take_due(Millis now_ms, const std::string& low_water) {
    inputs_.clear();
    std::string upper;
    put_u64_be(upper, static_cast<uint64_t>(now_ms) + 1);
    const Slice lower_slice(low_water);
    const Slice upper_slice(upper);
    rocksdb::ReadOptions read;
    read.iterate_lower_bound = &lower_slice;
    read.iterate_upper_bound = &upper_slice;
    const std::unique_ptr<rocksdb::Iterator> timer(db_->NewIterator(read, db_.timers()));
    for (timer->Seek(lower_slice); timer->Valid() && inputs_.size() < settings_.batch; timer->Next()) {
      inputs_.push_back({contact_of_timer(timer->key()).ToString(), 0, timer->key().ToString()});
    }
    must(timer->status());
  }

  // Sorts the batch by contact and reads its records: neighbours share the search in RocksDB's buffers, for
  // reading and for writing.
  void read_contacts() {
    std::sort(inputs_.begin(), inputs_.end(), [](const Input& a, const Input& b) { return a.key < b.key; });
    const size_t count = inputs_.size();
    slices_.clear();
    for (const Input& input : inputs_) slices_.emplace_back(input.key);
    values_.clear();
    values_.resize(count);
    statuses_.assign(count, {});
    db_->MultiGet({}, db_.contacts(), count, slices_.data(), values_.data(), statuses_.data(),
                  /*sorted_input=*/true);
  }

  std::string state_of(size_t k) const {
    must(statuses_[k]);
    return values_[k].ToString();
  }

  void commit() {
    must(db_->Write(write_, &batch_));
    batch_.Clear();
    values_.clear();
  }

  const Settings& settings_;
  const Database& db_;
  rocksdb::WriteOptions write_;
  rocksdb::WriteBatch batch_;
  std::vector<Input> inputs_;
  std::vector<Slice> slices_;
  std::vector<rocksdb::PinnableSlice> values_;
  std::vector<rocksdb::Status> statuses_;
};

// ---------------------------------------------------------------------------------------------------------
// Measuring

// Both of the whole process, RocksDB's threads included.
double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}
uint64_t peak_rss_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}
double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// What the files occupy, in blocks of the disk.
uint64_t disk_bytes(const std::string& folder) {
  uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    struct stat info {};
    if (::stat(entry.path().c_str(), &info) == 0) bytes += static_cast<uint64_t>(info.st_blocks) * 512;
  }
  return bytes;
}

struct Phase {
  std::string name;
  uint64_t contacts;
  double seconds = 0;
  double cpu_seconds = 0;
};

struct Report {
  std::vector<Phase> phases;
  uint64_t peak_rss_bytes = 0;
  uint64_t disk_bytes = 0;
  double seconds = 0;
  double cpu_seconds = 0;
};

Report measure(const Settings& settings, const std::string& folder) {
  Report report;
  {
    const Database db(folder);
    Workload workload(settings, db);
    const std::array<std::pair<Phase, void (Workload::*)()>, 3> steps = {{
        {{"abandon", settings.contacts}, &Workload::abandon},
        {{"open", (settings.contacts + 1) / 2}, &Workload::open},
        {{"expire", settings.contacts}, &Workload::expire},
    }};
    for (const auto& [step, run] : steps) {
      Phase phase = step;
      const double cpu = cpu_seconds();
      const double wall = wall_seconds();
      (workload.*run)();
      phase.seconds = wall_seconds() - wall;
      phase.cpu_seconds = cpu_seconds() - cpu;
      report.seconds += phase.seconds;
      report.cpu_seconds += phase.cpu_seconds;
      report.phases.push_back(phase);
    }
    report.peak_rss_bytes = peak_rss_bytes();
    workload.verify();
  }
  // After closing, which gives back what RocksDB has reserved for its log.
  report.disk_bytes = disk_bytes(folder);
  return report;
}

void print_json(const Settings& settings, const Report& report) {
  const auto contacts = static_cast<double>(settings.contacts);
  nlohmann::ordered_json json = {
      {"bench", "bare_rocks"},
      {"workload", "W1"},
      {"contacts", settings.contacts},
      {"batch", settings.batch},
      {"sync", settings.sync},
      {"seconds", report.seconds},
      {"contacts_per_second", contacts / report.seconds},
      {"cpu_us_per_contact", report.cpu_seconds * 1e6 / contacts},
      {"peak_rss_bytes", report.peak_rss_bytes},
      {"disk_bytes", report.disk_bytes},
      {"verified", true},
  };
  for (const Phase& phase : report.phases) {
    json["phases"].push_back({{"name", phase.name},
                              {"contacts", phase.contacts},
                              {"seconds", phase.seconds},
                              {"cpu_seconds", phase.cpu_seconds}});
  }
  fmt::print("{}\n", json.dump());
}

void print_table(const Settings& settings, const Report& report) {
  const auto row = [](std::string_view name, uint64_t contacts, double seconds, double cpu) {
    const auto count = static_cast<double>(contacts);
    fmt::print("{:<10} {:>10} {:>9.3f} {:>12.0f} {:>12.2f}\n", name, contacts, seconds, count / seconds,
               cpu * 1e6 / count);
  };
  fmt::print("W1 on bare RocksDB, {} contacts a batch, {}\n\n", settings.batch,
             settings.sync ? "log fsynced every batch" : "no fsync");
  fmt::print("{:<10} {:>10} {:>9} {:>12} {:>12}\n", "phase", "contacts", "seconds", "contacts/s",
             "CPU us each");
  for (const Phase& phase : report.phases) row(phase.name, phase.contacts, phase.seconds, phase.cpu_seconds);
  row("whole", settings.contacts, report.seconds, report.cpu_seconds);
  fmt::print("\npeak memory {:.1f} MiB, on disk {:.1f} MiB; every contact accounted for exactly once\n",
             static_cast<double>(report.peak_rss_bytes) / static_cast<double>(kMiB),
             static_cast<double>(report.disk_bytes) / static_cast<double>(kMiB));
}

// A new folder for the run, below --dir or the system's temporary folder.
std::string make_folder(const Settings& settings) {
  const fs::path base = settings.dir.empty() ? fs::temp_directory_path() : fs::path(settings.dir);
  fs::create_directories(base);
  std::string pattern = (base / "bench_bare_rocks_XXXXXX").string();
  must(::mkdtemp(pattern.data()) != nullptr, "can't make a folder in " + base.string());
  return pattern;
}

int run(const Settings& settings) {
  const std::string folder = make_folder(settings);
  int exit_code = 0;
  try {
    const Report report = measure(settings, folder);
    if (settings.json) {
      print_json(settings, report);
    } else {
      print_table(settings, report);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_bare_rocks: {}\n", error.what());
    exit_code = 1;
  }
  if (settings.keep) {
    fmt::print(stderr, "data kept in {}\n", folder);
  } else {
    fs::remove_all(folder);
  }
  return exit_code;
}

}  // namespace
}  // namespace wend

int main(int argc, char** argv) {
  wend::Settings settings;
  CLI::App app("Workload W1 on bare RocksDB.\nExample: bench_bare_rocks --contacts 1000000 --json");
  app.add_option("--contacts", settings.contacts, "Number of contacts")
      ->capture_default_str()
      ->check(CLI::Range(uint64_t{1}, wend::kMostContacts));
  app.add_option("--batch", settings.batch, "Contacts in a batch")
      ->capture_default_str()
      ->check(CLI::Range(uint64_t{1}, wend::kLargestBatch));
  app.add_flag("--sync,!--no-sync", settings.sync, "Fsync the log after every batch (default) or never");
  app.add_option("--dir", settings.dir, "Folder for the data (default: the temporary folder)");
  app.add_flag("--json", settings.json, "Print one JSON object instead of a table");
  app.add_flag("--keep", settings.keep, "Keep the data");
  CLI11_PARSE(app, argc, argv);
  try {
    return wend::run(settings);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_bare_rocks: {}\n", error.what());
    return 2;
  }
}

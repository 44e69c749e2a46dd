// What only a store on a disk can promise: reopening, crashes, locks, damage, a disk that refuses.
#include "vm/store/rocks_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/unit/vm/store/temp_folder.h"
#include "vm/store/store_format.h"

namespace wend {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Result<std::unique_ptr<Store>> try_open(const std::string& path, bool read_only = false,
                                        bool create_if_missing = true) {
  RocksOptions options;
  options.path = path;
  options.read_only = read_only;
  options.create_if_missing = create_if_missing;
  return open_rocks_store(options);
}

std::unique_ptr<Store> open(const std::string& path, bool read_only = false) {
  auto store = try_open(path, read_only);
  EXPECT_TRUE(store.ok()) << store.error().message;
  return std::move(store).value();
}

Status put(Store& store, std::string_view key, std::string_view value,
           Durability durability = Durability::kSync) {
  const auto batch = store.make_batch();
  batch->put(Family::kContacts, key, value);
  batch->add("commits", 1);
  return store.commit(*batch, durability);
}

std::optional<std::string> get(const Store& store, std::string_view key) {
  auto value = store.get(Family::kContacts, key);
  EXPECT_TRUE(value.ok());
  return std::move(value).value();
}

void expect_refused(const std::string& path, ErrorKind kind, const std::string& reason) {
  const auto store = try_open(path);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().kind, kind) << store.error().message;
  EXPECT_THAT(store.error().message, HasSubstr(path));
  EXPECT_THAT(store.error().message, HasSubstr(reason));
}

// Runs `work` in a child process; gives its pid. Call it before the test opens a store itself: RocksDB's
// threads are not inherited, and what they should do in the child (flush, compact) would never be done.
pid_t in_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  EXPECT_GT(child, 0);
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

void overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// The largest file in `folder` with this extension.
std::string largest_file(const std::string& folder, const std::string& extension) {
  std::string largest;
  uintmax_t size = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == extension && entry.file_size() >= size) {
      largest = entry.path().string();
      size = entry.file_size();
    }
  }
  EXPECT_FALSE(largest.empty());
  return largest;
}

class RocksStoreTest : public testing::Test {
 protected:
  TempFolder folder_;
  const std::string path_ = folder_.file("data");
};

TEST_F(RocksStoreTest, KeepsEverythingOverAReopening) {
  {
    const auto store = open(path_);
    ASSERT_TRUE(put(*store, "a", "1").ok());
    ASSERT_TRUE(put(*store, "b", "2", Durability::kUnsynced).ok());
  }
  for (int round = 0; round < 3; ++round) {
    const auto store = open(path_);
    EXPECT_EQ(get(*store, "a"), "1");
    EXPECT_EQ(get(*store, "b"), "2");
    EXPECT_EQ(*store->get(Family::kCounters, "commits"), encode_counter(2));
  }
}

TEST_F(RocksStoreTest, MakesParentFolders) {
  const std::string deep = folder_.file("one/two/three");
  ASSERT_TRUE(put(*open(deep), "a", "1").ok());
  EXPECT_EQ(get(*open(deep), "a"), "1");
}

TEST_F(RocksStoreTest, LeavesForeignFilesAlone) {
  fs::create_directories(path_);
  overwrite(path_ + "/notes.txt", "mine");
  ASSERT_TRUE(put(*open(path_), "a", "1").ok());
  EXPECT_EQ(get(*open(path_), "a"), "1");
  EXPECT_EQ(fs::file_size(path_ + "/notes.txt"), 4U);
}

class KilledStoreTest : public testing::TestWithParam<Durability> {
 protected:
  TempFolder folder_;
  const std::string path_ = folder_.file("data");
};

INSTANTIATE_TEST_SUITE_P(Each, KilledStoreTest, testing::Values(Durability::kSync, Durability::kUnsynced),
                         [](const auto& durability) -> std::string {
                           return durability.param == Durability::kSync ? "Sync" : "Unsynced";
                         });

// A child commits one number after the other and tells each through a pipe after the commit; then it is
// killed. Every number that was told must be there, and nothing but a prefix of the numbers.
TEST_P(KilledStoreTest, KeepsWhatWasAcknowledged) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = in_child([&] {
    const auto store = open(path_);
    for (uint32_t i = 0;; ++i) {
      const std::string key(reinterpret_cast<const char*>(&i), sizeof i);
      if (!put(*store, key, "v", GetParam()).ok()) ::_exit(1);
      if (::write(ends[1], &i, sizeof i) != sizeof i) ::_exit(1);
    }
  });
  ::close(ends[1]);
  uint32_t told = 0;
  uint32_t number = 0;
  while (told < 500 && ::read(ends[0], &number, sizeof number) == sizeof number) ++told;
  EXPECT_EQ(told, 500U);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  EXPECT_TRUE(WIFSIGNALED(wait_for(child)));
  while (::read(ends[0], &number, sizeof number) == sizeof number) ++told;
  ::close(ends[0]);

  const auto store = open(path_);
  uint32_t kept = 0;
  for (const auto it = store->iterate(Family::kContacts, {}, {}); it->valid(); it->next()) ++kept;
  EXPECT_GE(kept, told);
  EXPECT_LE(kept, told + 1);
  EXPECT_EQ(*store->get(Family::kCounters, "commits"), encode_counter(kept));
  for (uint32_t i = 0; i < kept; ++i) {
    ASSERT_EQ(get(*store, std::string_view(reinterpret_cast<const char*>(&i), sizeof i)), "v") << i;
  }
}

TEST_F(RocksStoreTest, DropsATornTailAndKeepsWhatIsBeforeIt) {
  {
    // Killed, because a proper end could write tables and leave no log to tear.
    const pid_t child = in_child([&] {
      const auto store = open(path_);
      for (int i = 0; i < 50; ++i) {
        if (!put(*store, "key" + std::to_string(i), std::string(100, 'v')).ok()) ::_exit(1);
      }
      ::kill(::getpid(), SIGKILL);
    });
    ASSERT_TRUE(WIFSIGNALED(wait_for(child)));
  }
  const std::string log = largest_file(path_, ".log");
  fs::resize_file(log, fs::file_size(log) - 40);
  const auto store = open(path_);
  EXPECT_EQ(get(*store, "key48"), std::string(100, 'v'));
  EXPECT_EQ(get(*store, "key49"), std::nullopt);
  EXPECT_EQ(*store->get(Family::kCounters, "commits"), encode_counter(49));
}

TEST_F(RocksStoreTest, RefusesAFolderLockedByAnotherProcess) {
  int ready[2];
  int finish[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(finish), 0);
  const pid_t child = in_child([&] {
    ::close(finish[1]);
    const auto store = open(path_);
    char byte = '!';
    if (!put(*store, "a", "1").ok() || ::write(ready[1], &byte, 1) != 1) ::_exit(1);
    if (::read(finish[0], &byte, 1) != 0) ::_exit(1);
  });
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  expect_refused(path_, ErrorKind::kLocked, "is in use by another wend process");
  expect_refused(path_, ErrorKind::kLocked, std::to_string(child));
  EXPECT_EQ(get(*open(path_, /*read_only=*/true), "a"), "1");
  ::close(finish[1]);
  EXPECT_EQ(wait_for(child), 0);
  EXPECT_EQ(get(*open(path_), "a"), "1");
  for (const int end : {ready[0], ready[1], finish[0]}) ::close(end);
}

TEST_F(RocksStoreTest, RefusesAFolderOpenInThisProcess) {
  const auto store = open(path_);
  expect_refused(path_, ErrorKind::kLocked, "already open in this process");
  EXPECT_TRUE(put(*store, "a", "1").ok());
}

TEST_F(RocksStoreTest, RefusesANewerFormatWithoutTouchingIt) {
  {
    const auto store = open(path_);
    const auto batch = store->make_batch();
    batch->put(Family::kMeta, kStoreFormatKey, encode_store_format({kStoreFormat + 1, "9.8.7"}));
    ASSERT_TRUE(store->commit(*batch, Durability::kSync).ok());
  }
  const auto listing = [&] {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  };
  const auto before = listing();
  expect_refused(path_, ErrorKind::kNewerVersion, "has format 2, made by wend 9.8.7");
  EXPECT_EQ(listing(), before);
  const auto read_only = try_open(path_, /*read_only=*/true);
  ASSERT_FALSE(read_only.ok());
  EXPECT_EQ(read_only.error().kind, ErrorKind::kNewerVersion);
}

TEST_F(RocksStoreTest, RefusesADamagedFormatRecord) {
  {
    const auto store = open(path_);
    const auto batch = store->make_batch();
    batch->put(Family::kMeta, kStoreFormatKey, "?");
    ASSERT_TRUE(store->commit(*batch, Durability::kSync).ok());
  }
  expect_refused(path_, ErrorKind::kCorrupt, "format record");
}

TEST_F(RocksStoreTest, RefusesAStoreWithDataButWithoutAFormat) {
  {
    const auto store = open(path_);
    const auto batch = store->make_batch();
    batch->erase(Family::kMeta, kStoreFormatKey);
    batch->put(Family::kContacts, "a", "1");
    ASSERT_TRUE(store->commit(*batch, Durability::kSync).ok());
  }
  expect_refused(path_, ErrorKind::kCorrupt, "no format record");
}

TEST_F(RocksStoreTest, RefusesGarbageInTheFolder) {
  fs::create_directories(path_);
  overwrite(path_ + "/CURRENT", "this is not the name of a manifest\n");
  expect_refused(path_, ErrorKind::kCorrupt, "damaged or no store");
  overwrite(path_ + "/CURRENT", "MANIFEST-000004\n");
  overwrite(path_ + "/MANIFEST-000004", std::string(5000, 'x'));
  expect_refused(path_, ErrorKind::kCorrupt, "damaged or no store");
}

TEST_F(RocksStoreTest, RefusesAStoreWithoutItsCurrentFile) {
  ASSERT_TRUE(put(*open(path_), "a", "1").ok());
  fs::rename(path_ + "/CURRENT", folder_.file("saved"));
  expect_refused(path_, ErrorKind::kCorrupt, "CURRENT is missing");
  fs::rename(folder_.file("saved"), path_ + "/CURRENT");
  EXPECT_EQ(get(*open(path_), "a"), "1");
}

TEST_F(RocksStoreTest, ReportsADamagedTable) {
  {
    RocksOptions options;
    options.path = path_;
    options.write_buffer_bytes = 1 << 20;
    auto store = open_rocks_store(options);
    ASSERT_TRUE(store.ok());
    for (int i = 0; i < 400; ++i) {
      std::string value(10'000, '\0');
      for (size_t j = 0; j < value.size(); ++j)
        value[j] = static_cast<char>((j * j + static_cast<size_t>(i)) >> 3);
      ASSERT_TRUE(put(**store, "key" + std::to_string(1000 + i), value, Durability::kUnsynced).ok());
    }
  }
  const std::string table = largest_file(path_, ".sst");
  {
    std::fstream file(table, std::ios::binary | std::ios::in | std::ios::out);
    for (std::streamoff at = 1000; at + 4096 < static_cast<std::streamoff>(fs::file_size(table)) * 3 / 4;
         at += 2000) {
      file.seekp(at);
      file.write("damage", 6);
    }
  }
  const auto store = try_open(path_);
  if (!store.ok()) {
    EXPECT_EQ(store.error().kind, ErrorKind::kCorrupt) << store.error().message;
    return;
  }
  const auto iterator = (*store)->iterate(Family::kContacts, {}, {});
  while (iterator->valid()) iterator->next();
  ASSERT_FALSE(iterator->status().ok());
  EXPECT_EQ(iterator->status().error().kind, ErrorKind::kCorrupt);
  EXPECT_THAT(iterator->status().error().message, HasSubstr(path_));
}

TEST_F(RocksStoreTest, RefusesAFileInPlaceOfTheFolder) {
  overwrite(path_, "a file");
  expect_refused(path_, ErrorKind::kIo, "it is a file, not a folder");
  expect_refused(path_ + "/below", ErrorKind::kIo, "");
  EXPECT_EQ(fs::file_size(path_), 6U);
}

TEST_F(RocksStoreTest, RefusesAParentThatIsReadOnly) {
  fs::create_directories(folder_.file("parent"));
  fs::permissions(folder_.file("parent"), fs::perms::owner_read | fs::perms::owner_exec |
                                              fs::perms::others_read | fs::perms::others_exec);
  fs::permissions(folder_.path(), fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
  const pid_t child = in_child([&] {
    // Root may write anywhere, so become nobody.
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
    const auto store = try_open(folder_.file("parent/data"));
    const bool refused = !store.ok() && store.error().kind == ErrorKind::kIo &&
                         store.error().message.find(folder_.file("parent/data")) != std::string::npos;
    ::_exit(refused ? 0 : 1);
  });
  EXPECT_EQ(wait_for(child), 0);
  fs::permissions(folder_.file("parent"), fs::perms::owner_all);
}

TEST_F(RocksStoreTest, RefusesToMakeAStoreWhenToldNotTo) {
  const auto no_create = try_open(path_, /*read_only=*/false, /*create_if_missing=*/false);
  ASSERT_FALSE(no_create.ok());
  EXPECT_EQ(no_create.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(no_create.error().message, HasSubstr(path_));
  const auto read_only = try_open(path_, /*read_only=*/true);
  ASSERT_FALSE(read_only.ok());
  EXPECT_EQ(read_only.error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(fs::exists(path_));
  EXPECT_EQ(try_open("").error().kind, ErrorKind::kInvalidInput);
}

TEST_F(RocksStoreTest, ReadOnlyRefusesCommits) {
  ASSERT_TRUE(put(*open(path_), "a", "1").ok());
  const auto store = open(path_, /*read_only=*/true);
  EXPECT_EQ(get(*store, "a"), "1");
  const Status status = put(*store, "b", "2");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kClosed);
  EXPECT_EQ(store->sync().error().kind, ErrorKind::kClosed);
  EXPECT_EQ(get(*store, "b"), std::nullopt);
}

// A limit on the size of files makes the log's write fail as a full disk does.
TEST_F(RocksStoreTest, RefusesWorkAfterAFailedCommit) {
  const pid_t child = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const auto store = open(path_);
    if (!put(*store, "before", "1").ok()) ::_exit(1);
    const rlimit limit{1 << 20, 1 << 20};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(2);
    uint32_t good = 0;
    Status status;
    for (; status.ok() && good < 1000; good += status.ok() ? 1 : 0) {
      status = put(*store, "key" + std::to_string(good), std::string(10'000, 'v'));
    }
    if (status.ok() || status.error().kind != ErrorKind::kIo) ::_exit(3);
    if (status.error().message.find(path_) == std::string::npos) ::_exit(4);
    if (get(*store, "key" + std::to_string(good)).has_value()) ::_exit(5);
    if (!get(*store, "key" + std::to_string(good - 1)).has_value()) ::_exit(6);
    const Status next = put(*store, "small", "v");
    if (next.ok() || next.error().kind != ErrorKind::kClosed) ::_exit(7);
    if (store->sync().ok() || store->sync().error().kind != ErrorKind::kClosed) ::_exit(8);
    if (get(*store, "small").has_value()) ::_exit(9);
    overwrite(folder_.file("good"), std::to_string(good));
  });
  ASSERT_EQ(wait_for(child), 0);
  uint32_t good = 0;
  std::ifstream(folder_.file("good")) >> good;
  ASSERT_GT(good, 0U);
  const auto store = open(path_);
  EXPECT_EQ(get(*store, "before"), "1");
  for (uint32_t i = 0; i < good; ++i) {
    ASSERT_EQ(get(*store, "key" + std::to_string(i)), std::string(10'000, 'v')) << i;
  }
  EXPECT_TRUE(put(*store, "after", "1").ok());
}

// More than the write buffers hold, so that files, compaction and the read of merged counters take part.
TEST_F(RocksStoreTest, StaysRightOverFlushesAndCompactions) {
  RocksOptions options;
  options.path = path_;
  options.write_buffer_bytes = 1 << 20;
  options.block_cache_bytes = 1 << 20;
  constexpr int kKeys = 20'000;
  {
    auto store = open_rocks_store(options);
    ASSERT_TRUE(store.ok());
    for (int round = 0; round < 2; ++round) {
      for (int i = 0; i < kKeys; i += 100) {
        const auto batch = (*store)->make_batch();
        for (int j = i; j < i + 100; ++j) {
          const std::string key = std::to_string(j * 7919 % kKeys);
          batch->put(Family::kContacts, key, std::string(100, static_cast<char>('a' + round)) + key);
          batch->add("n" + std::to_string(j % 10), round == 0 ? 3 : -1);
          if (round == 0) batch->put(Family::kTimers, key, key);
          if (round == 1) batch->erase(Family::kTimers, key);
        }
        ASSERT_TRUE((*store)->commit(*batch, Durability::kUnsynced).ok());
      }
    }
  }
  auto store = open_rocks_store(options);
  ASSERT_TRUE(store.ok());
  for (int i = 0; i < kKeys; i += 37) {
    const std::string key = std::to_string(i);
    ASSERT_EQ(get(**store, key), std::string(100, 'b') + key);
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(*(*store)->get(Family::kCounters, "n" + std::to_string(i)), encode_counter(2 * kKeys / 10));
  }
  EXPECT_FALSE((*store)->iterate(Family::kTimers, {}, {})->valid());
}

}  // namespace
}  // namespace wend

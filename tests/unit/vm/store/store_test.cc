// The promises of store.h, kept by every implementation.
#include "vm/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <thread>

#include "tests/unit/vm/store/temp_folder.h"
#include "vm/store/fault_store.h"
#include "vm/store/memory_store.h"
#include "vm/store/rocks_store.h"
#include "vm/store/store_format.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs read_all(const Store& store, Family family, std::string_view lower = {}, std::string_view upper = {}) {
  Pairs pairs;
  const auto iterator = store.iterate(family, lower, upper);
  for (; iterator->valid(); iterator->next()) pairs.emplace_back(iterator->key(), iterator->value());
  EXPECT_TRUE(iterator->status().ok());
  return pairs;
}

std::unique_ptr<Store> open_rocks(const std::string& path) {
  RocksOptions options;
  options.path = path;
  auto store = open_rocks_store(options);
  EXPECT_TRUE(store.ok()) << store.error().message;
  return std::move(store).value();
}

enum class Kind { kMemory, kRocks, kFault };

class StoreTest : public testing::TestWithParam<Kind> {
 protected:
  StoreTest() {
    switch (GetParam()) {
      case Kind::kMemory:
        store_ = make_memory_store();
        break;
      case Kind::kRocks:
        store_ = open_rocks(folder_.file("data"));
        break;
      case Kind::kFault:
        store_ = std::make_unique<FaultStore>(make_memory_store());
        break;
    }
  }

  void commit(const std::function<void(Batch&)>& fill, Durability durability = Durability::kUnsynced) {
    const auto batch = store_->make_batch();
    fill(*batch);
    const Status status = store_->commit(*batch, durability);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }
  void put(Family family, std::string_view key, std::string_view value) {
    commit([&](Batch& batch) { batch.put(family, key, value); });
  }
  std::optional<std::string> get(Family family, std::string_view key) {
    auto value = store_->get(family, key);
    EXPECT_TRUE(value.ok());
    return std::move(value).value();
  }
  std::optional<int64_t> counter(std::string_view key) {
    const auto value = get(Family::kCounters, key);
    if (!value) return std::nullopt;
    return decode_counter(*value);
  }

  TempFolder folder_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Every, StoreTest, testing::Values(Kind::kMemory, Kind::kRocks, Kind::kFault),
                         [](const auto& kind) -> std::string {
                           if (kind.param == Kind::kMemory) return "Memory";
                           return kind.param == Kind::kRocks ? "Rocks" : "Fault";
                         });

TEST_P(StoreTest, HoldsWhatWasPutInEachFamilyApart) {
  for (size_t i = 0; i < kFamilyCount; ++i) {
    if (static_cast<Family>(i) == Family::kCounters) continue;
    put(static_cast<Family>(i), "key", family_name(static_cast<Family>(i)));
  }
  for (size_t i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    if (family == Family::kCounters) continue;
    EXPECT_EQ(get(family, "key"), std::string(family_name(family)));
  }
  EXPECT_EQ(get(Family::kCounters, "key"), std::nullopt);
  EXPECT_EQ(get(Family::kContacts, "other"), std::nullopt);
}

TEST_P(StoreTest, KeepsAnyBytesInKeysAndValues) {
  const std::string odd("\0\xff\n\0", 4);
  std::string long_value(3 << 20, 'x');
  long_value.back() = '\0';
  put(Family::kContacts, odd, odd);
  put(Family::kContacts, "empty", "");
  put(Family::kContacts, "", "the empty key");
  put(Family::kContacts, "long", long_value);
  EXPECT_EQ(get(Family::kContacts, odd), odd);
  EXPECT_EQ(get(Family::kContacts, "empty"), "");
  EXPECT_EQ(get(Family::kContacts, ""), "the empty key");
  EXPECT_EQ(get(Family::kContacts, "long"), long_value);
  EXPECT_THAT(read_all(*store_, Family::kContacts, "", "e"),
              ElementsAre(Pair("", "the empty key"), Pair(odd, odd)));
}

TEST_P(StoreTest, ABatchIsInvisibleUntilItsCommit) {
  const auto batch = store_->make_batch();
  batch->put(Family::kContacts, "a", "1");
  batch->put(Family::kTimers, "t", "2");
  EXPECT_EQ(get(Family::kContacts, "a"), std::nullopt);
  ASSERT_TRUE(store_->commit(*batch, Durability::kSync).ok());
  EXPECT_EQ(get(Family::kContacts, "a"), "1");
  EXPECT_EQ(get(Family::kTimers, "t"), "2");
}

TEST_P(StoreTest, TheLaterOperationOfABatchWins) {
  commit([](Batch& batch) {
    batch.put(Family::kContacts, "a", "1");
    batch.put(Family::kContacts, "a", "2");
    batch.put(Family::kContacts, "b", "1");
    batch.erase(Family::kContacts, "b");
    batch.erase(Family::kContacts, "c");
    batch.put(Family::kContacts, "c", "1");
  });
  EXPECT_THAT(read_all(*store_, Family::kContacts), ElementsAre(Pair("a", "2"), Pair("c", "1")));
}

TEST_P(StoreTest, ABatchIsCommittedAgainAndReusedAfterClear) {
  const auto batch = store_->make_batch();
  EXPECT_EQ(batch->size(), 0U);
  EXPECT_TRUE(store_->commit(*batch, Durability::kSync).ok());
  batch->add("n", 2);
  batch->put(Family::kContacts, "a", "1");
  EXPECT_EQ(batch->size(), 2U);
  ASSERT_TRUE(store_->commit(*batch, Durability::kUnsynced).ok());
  EXPECT_EQ(batch->size(), 2U);
  ASSERT_TRUE(store_->commit(*batch, Durability::kUnsynced).ok());
  EXPECT_EQ(counter("n"), 4);
  batch->clear();
  EXPECT_EQ(batch->size(), 0U);
  batch->erase(Family::kContacts, "a");
  ASSERT_TRUE(store_->commit(*batch, Durability::kUnsynced).ok());
  EXPECT_EQ(counter("n"), 4);
  EXPECT_EQ(get(Family::kContacts, "a"), std::nullopt);
}

TEST_P(StoreTest, ErasesAndErasingTheAbsentIsNoError) {
  put(Family::kOutbox, "a", "1");
  commit([](Batch& batch) {
    batch.erase(Family::kOutbox, "a");
    batch.erase(Family::kOutbox, "never there");
  });
  EXPECT_EQ(get(Family::kOutbox, "a"), std::nullopt);
  commit([](Batch& batch) { batch.erase(Family::kOutbox, "a"); });
  EXPECT_THAT(read_all(*store_, Family::kOutbox), IsEmpty());
}

TEST_P(StoreTest, CountersAddSubtractAndWrap) {
  EXPECT_EQ(counter("n"), std::nullopt);
  commit([](Batch& batch) { batch.add("n", 5); });
  EXPECT_EQ(counter("n"), 5);
  commit([](Batch& batch) {
    batch.add("n", -7);
    batch.add("n", 1);
    batch.add("zero", 0);
  });
  EXPECT_EQ(counter("n"), -1);
  EXPECT_EQ(counter("zero"), 0);
  commit([](Batch& batch) { batch.add("max", std::numeric_limits<int64_t>::max()); });
  commit([](Batch& batch) { batch.add("max", 1); });
  EXPECT_EQ(counter("max"), std::numeric_limits<int64_t>::min());
  commit([](Batch& batch) { batch.add("max", -1); });
  EXPECT_EQ(counter("max"), std::numeric_limits<int64_t>::max());
}

TEST_P(StoreTest, CountersCanBeSetErasedAndIterated) {
  commit([](Batch& batch) {
    batch.put(Family::kCounters, "n", encode_counter(100));
    batch.add("n", 11);
    batch.add("gone", 3);
    batch.erase(Family::kCounters, "gone");
    batch.add("gone", 4);
  });
  EXPECT_THAT(read_all(*store_, Family::kCounters),
              ElementsAre(Pair("gone", encode_counter(4)), Pair("n", encode_counter(111))));
}

TEST_P(StoreTest, CountsManyAdditionsOfOneKey) {
  for (int i = 0; i < 200; ++i) {
    commit([](Batch& batch) {
      for (int j = 0; j < 50; ++j) batch.add("busy", 1);
    });
  }
  EXPECT_EQ(counter("busy"), 10'000);
}

TEST_P(StoreTest, MultiGetAnswersInTheOrderAsked) {
  for (char c = 'a'; c <= 'e'; ++c) put(Family::kContacts, std::string(1, c), std::string(3, c));
  const auto values = store_->multi_get(Family::kContacts, {"d", "nope", "a", "d", "e", ""});
  ASSERT_TRUE(values.ok());
  EXPECT_THAT(*values, ElementsAre("ddd", std::nullopt, "aaa", "ddd", "eee", std::nullopt));
  const auto none = store_->multi_get(Family::kContacts, {});
  ASSERT_TRUE(none.ok());
  EXPECT_THAT(*none, IsEmpty());
}

TEST_P(StoreTest, IteratesWithinBoundsInByteOrder) {
  commit([](Batch& batch) {
    for (const std::string_view key : {"b", "a", "\xff", "ab", "c", "B"})
      batch.put(Family::kTimers, key, "v");
    batch.put(Family::kOutbox, "aa", "of another family");
  });
  const auto keys = [&](std::string_view lower, std::string_view upper) {
    std::vector<std::string> found;
    for (const auto& [key, value] : read_all(*store_, Family::kTimers, lower, upper)) found.push_back(key);
    return found;
  };
  EXPECT_THAT(keys("", ""), ElementsAre("B", "a", "ab", "b", "c", "\xff"));
  EXPECT_THAT(keys("a", "b"), ElementsAre("a", "ab"));
  EXPECT_THAT(keys("aa", ""), ElementsAre("ab", "b", "c", "\xff"));
  EXPECT_THAT(keys("", "ab"), ElementsAre("B", "a"));
  EXPECT_THAT(keys("b", "b"), IsEmpty());
  EXPECT_THAT(keys("d", "e"), IsEmpty());
  EXPECT_THAT(keys("\xff\xff", ""), IsEmpty());
}

TEST_P(StoreTest, SeeksWithinBoundsInBothDirections) {
  for (char c = 'a'; c <= 'g'; ++c) put(Family::kTimers, std::string(1, c), "v");
  const auto iterator = store_->iterate(Family::kTimers, "b", "f");
  ASSERT_TRUE(iterator->valid());
  EXPECT_EQ(iterator->key(), "b");
  iterator->seek("d");
  ASSERT_TRUE(iterator->valid());
  EXPECT_EQ(iterator->key(), "d");
  iterator->seek("cc");
  ASSERT_TRUE(iterator->valid());
  EXPECT_EQ(iterator->key(), "d");
  iterator->seek("a");
  ASSERT_TRUE(iterator->valid());
  EXPECT_EQ(iterator->key(), "b");
  iterator->seek("e");
  ASSERT_TRUE(iterator->valid());
  iterator->next();
  EXPECT_FALSE(iterator->valid());
  iterator->seek("f");
  EXPECT_FALSE(iterator->valid());
  iterator->seek("c");
  ASSERT_TRUE(iterator->valid());
  EXPECT_EQ(iterator->key(), "c");
  EXPECT_TRUE(iterator->status().ok());
}

TEST_P(StoreTest, AnIteratorSeesTheMomentItWasMade) {
  for (char c = 'a'; c <= 'd'; ++c) put(Family::kContacts, std::string(1, c), "old");
  const auto before = store_->iterate(Family::kContacts, "", "");
  commit([](Batch& batch) {
    batch.put(Family::kContacts, "a", "new");
    batch.erase(Family::kContacts, "b");
    batch.put(Family::kContacts, "bb", "new");
    batch.erase(Family::kContacts, "d");
  });
  const auto after = store_->iterate(Family::kContacts, "", "");
  put(Family::kContacts, "a", "newer");
  put(Family::kContacts, "d", "back");
  const auto rest = [](Iterator& iterator) {
    Pairs pairs;
    for (; iterator.valid(); iterator.next()) pairs.emplace_back(iterator.key(), iterator.value());
    return pairs;
  };
  EXPECT_THAT(rest(*before),
              ElementsAre(Pair("a", "old"), Pair("b", "old"), Pair("c", "old"), Pair("d", "old")));
  EXPECT_THAT(rest(*after), ElementsAre(Pair("a", "new"), Pair("bb", "new"), Pair("c", "old")));
  EXPECT_THAT(read_all(*store_, Family::kContacts),
              ElementsAre(Pair("a", "newer"), Pair("bb", "new"), Pair("c", "old"), Pair("d", "back")));
}

TEST_P(StoreTest, ViewsOfAnIteratorOutliveAnOverwrite) {
  put(Family::kContacts, "a", "a value long enough to lie outside a short string");
  const auto iterator = store_->iterate(Family::kContacts, "", "");
  ASSERT_TRUE(iterator->valid());
  const std::string_view key = iterator->key();
  const std::string_view value = iterator->value();
  for (int i = 0; i < 100; ++i) put(Family::kContacts, "a", std::string(100, 'x'));
  commit([](Batch& batch) { batch.erase(Family::kContacts, "a"); });
  EXPECT_EQ(key, "a");
  EXPECT_EQ(value, "a value long enough to lie outside a short string");
}

TEST_P(StoreTest, ForgetsOldVersionsWithTheLastIterator) {
  put(Family::kContacts, "a", "1");
  put(Family::kContacts, "b", "1");
  auto first = store_->iterate(Family::kContacts, "", "");
  commit([](Batch& batch) {
    batch.erase(Family::kContacts, "a");
    batch.put(Family::kContacts, "b", "2");
  });
  auto second = store_->iterate(Family::kContacts, "", "");
  commit([](Batch& batch) {
    batch.put(Family::kContacts, "a", "3");
    batch.erase(Family::kContacts, "a");
    batch.erase(Family::kContacts, "b");
    batch.put(Family::kContacts, "b", "4");
  });
  first.reset();
  ASSERT_TRUE(second->valid());
  EXPECT_EQ(second->value(), "2");
  second.reset();
  EXPECT_THAT(read_all(*store_, Family::kContacts), ElementsAre(Pair("b", "4")));
  put(Family::kContacts, "a", "5");
  EXPECT_THAT(read_all(*store_, Family::kContacts), ElementsAre(Pair("a", "5"), Pair("b", "4")));
}

TEST_P(StoreTest, SyncSucceeds) {
  EXPECT_TRUE(store_->sync().ok());
  put(Family::kContacts, "a", "1");
  EXPECT_TRUE(store_->sync().ok());
}

TEST_P(StoreTest, SaysItsFormat) {
  const auto bytes = get(Family::kMeta, kStoreFormatKey);
  ASSERT_TRUE(bytes.has_value());
  const auto format = decode_store_format(*bytes);
  ASSERT_TRUE(format.has_value());
  EXPECT_EQ(format->format, kStoreFormat);
}

// Two keys are always changed together; a reader that ever sees them differ has seen half a commit.
TEST_P(StoreTest, ReadersNeverSeeHalfACommit) {
  constexpr int kCommits = 300;
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  std::atomic<int> seen{0};
  put(Family::kContacts, "a", "0");
  put(Family::kContacts, "z", "0");
  std::thread reader([&] {
    while (!done.load() || seen.load() == 0) {
      const Pairs pairs = read_all(*store_, Family::kContacts);
      if (pairs.size() != 2 || pairs[0].second != pairs[1].second) ++torn;
      ++seen;
    }
  });
  std::thread adder([&] {
    for (int i = 0; i < kCommits; ++i) commit([](Batch& batch) { batch.add("n", 1); }, Durability::kSync);
  });
  for (int i = 1; i <= kCommits; ++i) {
    const std::string value = std::to_string(i);
    commit([&](Batch& batch) {
      batch.put(Family::kContacts, "a", value);
      batch.add("n", 1);
      batch.put(Family::kContacts, "z", value);
    });
  }
  adder.join();
  done.store(true);
  reader.join();
  EXPECT_EQ(torn.load(), 0);
  EXPECT_EQ(counter("n"), 2 * kCommits);
}

// Random operations on memory and RocksDB side by side; every read must agree, and RocksDB is closed and
// opened again on the way.
class Differential : public testing::TestWithParam<uint32_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, Differential, testing::Range(1U, 7U));

std::string random_key(std::mt19937& random) {
  std::string key(random() % 3, '\0');
  for (char& c : key) c = "\0ab\xff"[random() % 4];
  return key;
}

void fill_alike(std::mt19937& random, Batch* first, Batch* second) {
  for (size_t n = random() % 12; n > 0; --n) {
    const auto family = static_cast<Family>(random() % kFamilyCount);
    const std::string key = family == Family::kMeta ? "m" + random_key(random) : random_key(random);
    const auto number = static_cast<int64_t>((uint64_t{random()} << 32) | random());
    const bool counts = family == Family::kCounters;
    const auto choice = static_cast<uint32_t>(random() % 10);
    for (Batch* batch : {first, second}) {
      if (choice < 3) {
        batch->erase(family, key);
      } else if (counts && choice < 9) {
        batch->add(key, number);
      } else {
        batch->put(family, key, counts ? encode_counter(number) : std::string(size_t{choice} * 9, 'v') + key);
      }
    }
  }
}

TEST_P(Differential, MemoryAndRocksAgree) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  std::mt19937 random(GetParam());
  const TempFolder folder;
  const auto memory = make_memory_store();
  std::unique_ptr<Store> rocks = open_rocks(folder.file("data"));
  std::unique_ptr<Iterator> old_memory;
  std::unique_ptr<Iterator> old_rocks;
  for (int round = 0; round < 400; ++round) {
    const auto first = memory->make_batch();
    const auto second = rocks->make_batch();
    fill_alike(random, first.get(), second.get());
    ASSERT_TRUE(memory->commit(*first, Durability::kUnsynced).ok());
    ASSERT_TRUE(rocks->commit(*second, Durability::kUnsynced).ok());

    const auto family = static_cast<Family>(random() % kFamilyCount);
    const std::string lower = random_key(random);
    const std::string upper = random() % 2 == 0 ? std::string() : random_key(random);
    ASSERT_EQ(read_all(*memory, family, lower, upper), read_all(*rocks, family, lower, upper));
    std::vector<std::string> keys;
    for (int i = 0; i < 6; ++i) keys.push_back(random_key(random));
    const std::vector<std::string_view> views(keys.begin(), keys.end());
    ASSERT_EQ(*memory->multi_get(family, views), *rocks->multi_get(family, views));
    ASSERT_EQ(*memory->get(family, lower), *rocks->get(family, lower));

    if (old_memory != nullptr) {
      old_memory->seek(lower);
      old_rocks->seek(lower);
      for (; old_memory->valid(); old_memory->next(), old_rocks->next()) {
        ASSERT_TRUE(old_rocks->valid());
        ASSERT_EQ(old_memory->key(), old_rocks->key());
        ASSERT_EQ(old_memory->value(), old_rocks->value());
      }
      ASSERT_FALSE(old_rocks->valid());
    }
    if (random() % 8 == 0) {
      old_memory = memory->iterate(family, lower, upper);
      old_rocks = rocks->iterate(family, lower, upper);
    } else if (random() % 8 == 0) {
      old_memory.reset();
      old_rocks.reset();
    }
    if (random() % 100 == 0) {
      old_memory.reset();
      old_rocks.reset();
      rocks.reset();
      rocks = open_rocks(folder.file("data"));
    }
  }
  for (size_t i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    EXPECT_EQ(read_all(*memory, family), read_all(*rocks, family)) << family_name(family);
  }
}

TEST(StoreNames, AreFrozen) {
  std::vector<std::string> names;
  for (size_t i = 0; i < kFamilyCount; ++i) names.emplace_back(family_name(static_cast<Family>(i)));
  EXPECT_THAT(names, ElementsAre("contacts", "timers", "outbox", "deliveries", "trace", "events", "images",
                                 "counters", "meta"));
}

TEST(StoreFormatRecord, HasTheBytesOfItsDocument) {
  EXPECT_EQ(encode_store_format({1, "0.1.0"}), std::string("\x01\0\0\0\x05"
                                                           "0.1.0",
                                                           10));
  EXPECT_EQ(encode_counter(5), std::string("\x05\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(encode_counter(-2), "\xfe\xff\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(decode_counter("\xfe\xff\xff\xff\xff\xff\xff\xff"), -2);
  EXPECT_EQ(decode_counter(""), std::nullopt);
  EXPECT_EQ(decode_counter("1234567"), std::nullopt);
  EXPECT_EQ(decode_counter("123456789"), std::nullopt);
  EXPECT_EQ(decode_store_format(encode_store_format({7, "9.9"}) + "more"), (StoreFormat{7, "9.9"}));
  EXPECT_EQ(decode_store_format(""), std::nullopt);
  EXPECT_EQ(decode_store_format(std::string("\x01\0\0\0\x05"
                                            "0.1",
                                            8)),
            std::nullopt);
}

TEST(MergeCounter, RefusesWrongSizes) {
  std::string merged = "untouched";
  EXPECT_FALSE(merge_counter("short", encode_counter(1), &merged));
  EXPECT_FALSE(merge_counter(encode_counter(1), "short", &merged));
  EXPECT_EQ(merged, "untouched");
  EXPECT_TRUE(merge_counter(std::nullopt, encode_counter(-3), &merged));
  EXPECT_EQ(merged, encode_counter(-3));
}

TEST(FaultStoreTest, LosesOrKeepsTheFailingCommitAndRefusesWork) {
  for (const Fault fault : {Fault::kLost, Fault::kKept}) {
    FaultStore store(make_memory_store());
    store.fail_commit(2, fault);
    const auto commit = [&](std::string_view key) {
      const auto batch = store.make_batch();
      batch->put(Family::kContacts, key, "v");
      batch->add("n", 1);
      return store.commit(*batch, Durability::kSync);
    };
    EXPECT_TRUE(commit("1").ok());
    EXPECT_FALSE(store.failed());
    const Status failure = commit("2");
    ASSERT_FALSE(failure.ok());
    EXPECT_EQ(failure.error().kind, ErrorKind::kIo);
    EXPECT_TRUE(store.failed());
    EXPECT_EQ(read_all(store, Family::kContacts).size(), 1U);
    const Status refused = commit("3");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::kClosed);
    ASSERT_FALSE(store.sync().ok());
    EXPECT_EQ(store.sync().error().kind, ErrorKind::kClosed);
    EXPECT_EQ(store.commits(), 2U);

    store.reopen();
    EXPECT_FALSE(store.failed());
    const size_t kept = fault == Fault::kKept ? 1 : 0;
    EXPECT_EQ(read_all(store, Family::kContacts).size(), 1 + kept);
    EXPECT_TRUE(commit("4").ok());
    EXPECT_EQ(read_all(store, Family::kContacts).size(), 2 + kept);
    EXPECT_EQ(store.commits(), 3U);
    EXPECT_EQ(*store.get(Family::kCounters, "n"), encode_counter(2 + static_cast<int64_t>(kept)));
  }
}

}  // namespace
}  // namespace wend

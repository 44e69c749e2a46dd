#include "vm/engine/outbox.h"

#include <gmock/gmock.h>

#include <limits>

#include "vm/base/hash.h"
#include "vm/engine/delivery_line.h"
#include "vm/engine/dictionary.h"
#include "vm/engine/timer_queue.h"
#include "vm/store/fault_store.h"
#include "vm/store/memory_store.h"
#include "vm/store/record_format.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Millis kNow = 1772442000000;

Delivery delivery(std::string_view contact, uint64_t number) {
  Delivery d;
  d.id = std::string(contact) + "-" + std::to_string(number);
  d.at_ms = kNow;
  d.contact = std::string(contact);
  d.channel = "sms";
  d.message = "ping";
  d.body = "Ping";
  d.line = 3;
  return d;
}

class OutboxTest : public testing::Test {
 protected:
  void put(Millis ready_ms, std::string_view contact, uint64_t number) {
    const std::string key = outbox_key(ready_ms, contact, number);
    const auto batch = store_.make_batch();
    batch->put(Family::kOutbox, key, encode_delivery(delivery(contact, number)));
    ASSERT_TRUE(store_.commit(*batch, Durability::kUnsynced).ok());
    outbox_.note_put(key);
  }
  std::vector<OutboxEntry> take(Millis below_ms, size_t limit = 100) {
    auto entries = outbox_.take(below_ms, limit);
    EXPECT_TRUE(entries.ok());
    return entries.ok() ? *entries : std::vector<OutboxEntry>();
  }
  static std::vector<std::string> ids(const std::vector<OutboxEntry>& entries) {
    std::vector<std::string> ids;
    for (const OutboxEntry& entry : entries) ids.push_back(entry.delivery.id);
    return ids;
  }

  FaultStore store_{make_memory_store()};
  Outbox outbox_{store_};
};

TEST_F(OutboxTest, GivesEntriesInOrderOnceBelowTheBound) {
  put(20, "a", 1);
  put(10, "b", 2);
  put(10, "b", 1);
  put(10, "a", 9);
  EXPECT_THAT(ids(take(10)), IsEmpty());
  EXPECT_THAT(ids(take(20, 2)), ElementsAre("a-9", "b-1"));
  EXPECT_THAT(ids(take(20)), ElementsAre("b-2"));
  EXPECT_THAT(ids(take(kNever)), ElementsAre("a-1"));
  EXPECT_THAT(ids(take(kNever)), IsEmpty());
}

TEST_F(OutboxTest, AnEntryThatComesLaterButLiesEarlierIsFound) {
  put(20, "a", 1);
  const auto first = take(kNever);
  ASSERT_TRUE(outbox_.finish(first, {}, Durability::kUnsynced).ok());
  EXPECT_THAT(ids(take(kNever)), IsEmpty());
  put(10, "z", 1);
  put(20, "a", 2);
  EXPECT_THAT(ids(take(kNever)), ElementsAre("z-1", "a-2"));
}

TEST_F(OutboxTest, ReleasedEntriesComeAgainAndUnfinishedOnesAfterARestart) {
  put(10, "a", 1);
  put(11, "b", 1);
  auto entries = take(kNever);
  outbox_.release({entries.data(), 1});
  EXPECT_THAT(ids(take(kNever)), ElementsAre("a-1"));
  Outbox again(store_);
  const auto after = again.take(kNever, 100);
  ASSERT_TRUE(after.ok());
  EXPECT_THAT(ids(*after), ElementsAre("a-1", "b-1"));
}

TEST_F(OutboxTest, FinishErasesAndRemembersInOneCommit) {
  put(10, "a", 1);
  const auto entries = take(kNever);
  const MetaPut put_offset{"file/offset", "12"};
  store_.fail_commit(store_.commits() + 1, Fault::kLost);
  EXPECT_FALSE(outbox_.finish(entries, {&put_offset, 1}, Durability::kSync).ok());
  store_.reopen();
  EXPECT_FALSE(store_.get(Family::kMeta, "file/offset")->has_value());
  EXPECT_TRUE(store_.get(Family::kOutbox, entries[0].key)->has_value());
  ASSERT_TRUE(outbox_.finish(entries, {&put_offset, 1}, Durability::kSync).ok());
  EXPECT_EQ(**store_.get(Family::kMeta, "file/offset"), "12");
  EXPECT_FALSE(store_.get(Family::kOutbox, entries[0].key)->has_value());
}

TEST_F(OutboxTest, DamagedEntriesAreSaidToBe) {
  const std::string good = encode_delivery(delivery("ana", 1));
  ASSERT_TRUE(decode_delivery(good).ok());
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_delivery(std::string_view(good).substr(0, size)).ok()) << size;
  }
  std::string newer = good;
  newer[0] = 2;
  EXPECT_EQ(decode_delivery(newer).error().kind, ErrorKind::kNewerVersion);
  const auto batch = store_.make_batch();
  batch->put(Family::kOutbox, outbox_key(1, "ana", 1), "\x01");
  ASSERT_TRUE(store_.commit(*batch, Durability::kUnsynced).ok());
  const auto entries = outbox_.take(kNever, 10);
  ASSERT_FALSE(entries.ok());
  EXPECT_EQ(entries.error().kind, ErrorKind::kCorrupt);
}

TEST(OutboxKey, SortsByTimeContactAndNumber) {
  const std::vector<std::string> keys = {outbox_key(-5, "b", 9), outbox_key(1, "a", 2),
                                         outbox_key(1, "a", 10), outbox_key(1, "ab", 1),
                                         outbox_key(2, "a", 1)};
  for (size_t i = 1; i < keys.size(); ++i) EXPECT_LT(keys[i - 1], keys[i]);
  Millis ready = 0;
  std::string_view contact;
  uint64_t number = 0;
  ASSERT_TRUE(parse_outbox_key(keys[0], ready, contact, number));
  EXPECT_EQ(ready, -5);
  EXPECT_EQ(contact, "b");
  EXPECT_EQ(number, 9U);
  EXPECT_FALSE(parse_outbox_key("short", ready, contact, number));
}

TEST(DeliveryLine, HasItsKeysInOrder) {
  Delivery d = delivery("ana", 1);
  d.journey = "cart";
  d.version = "0123";
  d.run = "x-r1";
  d.step = "@first";
  d.to = "+331";
  std::string line;
  append_delivery_line(line, d);
  EXPECT_EQ(
      line,
      R"({"delivery":"ana-1","at":"2026-03-02T09:00:00Z","contact":"ana","journey":"cart","version":"0123",)"
      R"("run":"x-r1","step":"@first","line":3,"channel":"sms","message":"ping","variant":null,)"
      R"("status":"sent","reason":null,"to":"+331","subject":null,"body":"Ping"})"
      "\n");
  d.status = DeliveryStatus::kSuppressed;
  d.reason = "consent";
  d.html = "<p>\xFF</p>";
  d.from = "shop@x.example";
  d.cut = true;
  line.clear();
  append_delivery_line(line, d);
  EXPECT_THAT(line, testing::HasSubstr(R"("status":"suppressed","reason":"consent")"));
  EXPECT_THAT(line, testing::EndsWith(
                        "\"body\":\"Ping\",\"html\":\"<p>\xEF\xBF\xBD</p>\",\"from\":\"shop@x.example\","
                        "\"cut\":true}\n"));
}

TEST(Dictionary, NumbersStayForEver) {
  FaultStore store(make_memory_store());
  {
    Dictionary names(store, "attribute", 3);
    ASSERT_TRUE(names.load().ok());
    EXPECT_EQ(*names.number("email"), 0);
    EXPECT_EQ(*names.number("a/b"), 1);
    EXPECT_EQ(*names.number("email"), 0);
    store.fail_commit(store.commits() + 1, Fault::kLost);
    EXPECT_FALSE(names.number("lost").ok());
    EXPECT_FALSE(names.find("lost").has_value());
    store.reopen();
  }
  Dictionary again(store, "attribute", 3);
  ASSERT_TRUE(again.load().ok());
  EXPECT_EQ(*again.number("plan"), 2);
  EXPECT_EQ(again.name(1), "a/b");
  EXPECT_EQ(again.name(9), "");
  const auto full = again.number("one more");
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().kind, ErrorKind::kFull);
  Dictionary other(store, "attributes", 3);
  ASSERT_TRUE(other.load().ok());
  EXPECT_THAT(other.names(), IsEmpty());
  const auto batch = store.make_batch();
  batch->put(Family::kMeta, "attribute/twice", std::string("\x01\0", 2));
  ASSERT_TRUE(store.commit(*batch, Durability::kUnsynced).ok());
  EXPECT_EQ(again.load().error().kind, ErrorKind::kCorrupt);
}

TEST(TimerQueue, GivesEachDueTimerOnceToTheWorkerOfItsContact) {
  const auto store = make_memory_store();
  TimerQueue queue(*store, 2);
  std::vector<size_t> woken;
  queue.set_wake([&](size_t worker) { woken.push_back(worker); });
  const auto put = [&](Millis due_ms, const std::string& contact) {
    const auto batch = store->make_batch();
    batch->put(Family::kTimers, timer_key(due_ms, contact), {});
    ASSERT_TRUE(store->commit(*batch, Durability::kUnsynced).ok());
    queue.note_put(due_ms, contact);
  };
  size_t of_first = 0;
  for (int i = 0; i < 50; ++i) {
    const std::string contact = "c" + std::to_string(i);
    put(100 + i, contact);
    if (worker_of(contact, 2) == 0 && 100 + i <= 120) ++of_first;
  }
  ASSERT_GT(of_first, 2U);
  const auto contacts = [&](size_t worker, Millis now_ms, size_t limit) {
    const auto due = queue.take(worker, now_ms, limit);
    EXPECT_TRUE(due.ok());
    for (const DueTimer& timer : *due) {
      EXPECT_EQ(worker_of(timer.contact, 2), worker);
      EXPECT_LE(timer.due_ms, now_ms);
    }
    return due->size();
  };
  EXPECT_EQ(contacts(0, 99, 10), 0U);
  EXPECT_EQ(contacts(0, 120, 1000), of_first);
  EXPECT_THAT(woken, ElementsAre(1));
  EXPECT_EQ(contacts(0, 120, 1000), 0U);
  EXPECT_EQ(contacts(1, 120, 1000), 21 - of_first);
  EXPECT_EQ(queue.next_look(), 121);
  // One that is set for a time gone by is found, too.
  put(5, "c0");
  EXPECT_EQ(contacts(worker_of("c0", 2), 120, 1000) + contacts(1 - worker_of("c0", 2), 120, 1000), 22U)
      << "the keys of those given out are still there, so the scan from below gives them again";
}

}  // namespace
}  // namespace wend

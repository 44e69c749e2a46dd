#include "vm/store/record_format.h"

#include <gmock/gmock.h>

#include "vm/base/hash.h"
#include "vm/core/attribute_block.h"

namespace wend {
namespace {

using testing::HasSubstr;

constexpr Millis kNow = 1772442000000;

ContactState full_state() {
  ContactState s;
  s.created_at_ms = kNow - 1000;
  s.clock_ms = kNow;
  s.arrived_ms = kNow + 5;
  s.next_run = 4;
  s.next_delivery = 7;
  s.next_emitted = 12;
  s.trace_entries = 300;
  s.timer_ms = kNow + kMillisPerHour;
  BlockBuilder block;
  block.put(2, Value::of_string("ana@x.example"));
  s.attributes = block.build();

  StoredRun run;
  run.image = 1;
  run.state.journey = JourneyIx{2};
  run.state.number = 3;
  run.state.count = 2;
  run.state.entered_at_ms = kNow - 10;
  run.state.key = "key";
  run.state.trigger = {EventIx{9}, kNow - 11, "m1", "block"};
  run.state.slots.resize(2);
  run.state.slots[1] = KeptEvent{EventIx{10}, kNow - 5, "m2", ""};
  SendStatus send;
  send.send = SendIx{1};
  send.outcome = SendOutcome::kSuppressed;
  send.reason = SuppressReason::kWhile;
  send.at_ms = kNow - 3;
  run.state.sends.push_back(send);
  send = SendStatus();
  send.send = SendIx{0};
  send.engaged = 3;
  send.at_ms = kNow - 2;
  send.delivery = 6;
  send.links_clicked = {"shop", ""};
  run.state.sends.push_back(send);
  run.state.last_send = 1;
  run.state.passes = {3, 1};
  run.state.call = 6;
  run.state.wait = WaitIx{4};
  run.state.wait_since_ms = kNow - 1;
  run.state.due_ms = kNow + kMillisPerHour;
  run.state.ends_at_ms = kNow + 90 * kMillisPerDay;
  run.handed = true;
  s.runs.push_back(run);
  StoredRun ended;
  ended.ended = true;
  ended.converted = true;
  ended.state.number = 1;
  ended.state.trigger.at_ms = kNow;
  s.runs.push_back(ended);

  s.recent_events = {{hash64("m1"), kNow - 11}, {hash64("m2"), kNow}};
  s.journeys = {{2, 2, kNow - 10, {{hash64("key"), kNow - 10}}}, {5, 1, kNow, {}}};
  s.engagements = {{EngagementWord::kClicked, kNow - 1, "shop"}};
  s.deliveries = {{6, 1, SendIx{0}, 3, kNow - 2, 3, {"shop"}, 99}};
  s.bad_addresses = {{"sms", EngagementWord::kComplained, 17}};
  s.timers = {{ContactTimerKind::kDate, 2, 0, kNow + kMillisPerDay, kNoMark},
              {ContactTimerKind::kDate, 2, 1, kNow + kMillisPerDay, 20600},
              {ContactTimerKind::kSchedule, 65535, 7, kNever, -1}};
  s.open_hours[0] = 3;
  s.open_hours[23] = 65535;
  s.counted = {{kNow - 2, 6, "email", "marketing", "spring"}};
  StoredRun& holding = s.runs.emplace_back(s.runs.front());
  holding.state.wait = none_of<WaitIx>();
  holding.state.due_ms = kNever;
  holding.state.held = HeldSend{SendIx{1}, 12, kNow - 5, kNow + 5, 4, "until", "order_completed"};
  ContactHistory& bought = history_for(s.history, 4);
  bought.count = 1003;
  bought.first_ms = kNow - 5000;
  bought.last_ms = kNow - 100;
  bought.cut_ms = kNow - 4000;
  bought.first = s.attributes;
  bought.totals.push_back({2, 7, 12.5, "", std::string("\x02\x04", 2)});
  bought.log.insert(kNow - 100, s.attributes);
  bought.log.insert(kNow - 200, {});
  history_for(s.history, 1).count = 1;
  s.scores = {{2, 12.5, kNow - 77}, {9, -3, kNow}};
  return s;
}

TEST(RecordFormat, OpensByHourReadBack) {
  ContactState read;
  ASSERT_TRUE(decode_record(encode_record(full_state()), "ana", read).ok());
  EXPECT_EQ(read.open_hours, full_state().open_hours);
  EXPECT_TRUE(read.has_open_hours());
  EXPECT_FALSE(ContactState().has_open_hours());
}

TEST(RecordFormat, TimersOfTheContactReadBack) {
  ContactState read;
  ASSERT_TRUE(decode_record(encode_record(full_state()), "ana", read).ok());
  ASSERT_EQ(read.timers.size(), 3U);
  EXPECT_EQ(read.timers[0].due_ms, kNow + kMillisPerDay);
  EXPECT_EQ(read.timers[0].mark, kNoMark);
  EXPECT_EQ(read.timers[1].mark, 20600);
  EXPECT_EQ(read.timers[2].kind, ContactTimerKind::kSchedule);
  EXPECT_EQ(read.timers[2].owner, 65535);
  EXPECT_EQ(read.timers[2].index, 7U);
  EXPECT_EQ(read.timers[2].due_ms, kNever);
  EXPECT_EQ(read.timers[2].mark, -1);
}

TEST(RecordFormat, PartsThatNobodyKnowsAreDamage) {
  std::string bytes = encode_record(ContactState());
  bytes[1] = '\xFF';  // a varint of two bytes: bits that no part has
  bytes.insert(2, "\x7F");
  ContactState read;
  const Status status = decode_record(bytes, "ana", read);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kCorrupt);
}

TEST(RecordFormat, WhatIsWrittenReadsBack) {
  for (const ContactState& state : {ContactState(), full_state()}) {
    const std::string bytes = encode_record(state);
    ContactState read;
    const Status status = decode_record(bytes, "ana", read);
    ASSERT_TRUE(status.ok()) << status.error().message;
    // Encoding is injective, so equal bytes mean equal states.
    EXPECT_EQ(encode_record(read), bytes);
    EXPECT_EQ(read.runs.size(), state.runs.size());
    EXPECT_EQ(read.timer_ms, state.timer_ms);
  }
  ContactState read;
  ASSERT_TRUE(decode_record(encode_record(full_state()), "ana", read).ok());
  const RunState& run = read.runs[0].state;
  EXPECT_EQ(run.trigger.id, "m1");
  EXPECT_FALSE(run.slots[0].has_value());
  EXPECT_EQ(run.slots[1]->id, "m2");
  EXPECT_EQ(run.sends[0].reason, SuppressReason::kWhile);
  EXPECT_EQ(run.sends[1].links_clicked, (std::vector<std::string>{"shop", ""}));
  EXPECT_EQ(run.due_ms, kNow + kMillisPerHour);
  EXPECT_EQ(run.passes, (std::vector<uint32_t>{3, 1}));
  EXPECT_EQ(read.next_emitted, 12U);
  EXPECT_EQ(run.call, 6U);
  EXPECT_TRUE(is_none(read.runs[1].state.wait));
  EXPECT_EQ(read.runs[1].state.due_ms, kNever);
  EXPECT_TRUE(read.runs[1].ended && read.runs[1].converted);
  EXPECT_EQ(read.journeys[0].keys[0].key_hash, hash64("key"));
  EXPECT_EQ(read.bad_addresses[0].word, EngagementWord::kComplained);
  ASSERT_EQ(read.counted.size(), 1U);
  EXPECT_EQ(read.counted[0].offer, "spring");
  EXPECT_EQ(read.counted[0].at_ms, kNow - 2);
  ASSERT_TRUE(read.runs[2].state.held.has_value());
  EXPECT_EQ(read.runs[2].state.held->release_ms, kNow + 5);
  EXPECT_EQ(read.runs[2].state.held->ending_because, "order_completed");
  const ContactHistory* bought = find_history(read.history, 4);
  ASSERT_NE(bought, nullptr);
  EXPECT_EQ(bought->count, 1003);
  EXPECT_EQ(bought->cut_ms, kNow - 4000);
  EXPECT_EQ(bought->totals[0].sum, 12.5);
  EXPECT_EQ(bought->log.oldest_ms(), kNow - 200);
  EXPECT_EQ(bought->log.latest_ms(), kNow - 100);
  EXPECT_EQ(find_history(read.history, 1)->cut_ms, kNever);
  EXPECT_EQ(find_score(read.scores, 9)->value, -3);
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text.push_back(kDigits[static_cast<uint8_t>(c) >> 4]);
    text.push_back(kDigits[static_cast<uint8_t>(c) & 15U]);
  }
  return text;
}

// The example of docs/formats/record.md. A change here means a new version with a reader for this one.
TEST(RecordFormat, VersionOneKeepsItsBytes) {
  ContactState s;
  s.created_at_ms = kNow;
  s.clock_ms = kNow;
  s.arrived_ms = kNow;
  s.next_run = 2;
  s.trace_entries = 4;
  s.timer_ms = kNow + 20 * kMillisPerMinute;
  s.recent_events = {{0x1122334455667788U, kNow}};
  s.journeys = {{0, 1, kNow, {}}};
  StoredRun run;
  run.state.number = 1;
  run.state.entered_at_ms = kNow;
  run.state.trigger = {EventIx{9}, kNow, "m1", ""};
  run.state.wait = WaitIx{0};
  run.state.wait_since_ms = kNow;
  run.state.due_ms = kNow + 20 * kMillisPerMinute;
  run.state.ends_at_ms = kNow + 90 * kMillisPerDay;
  s.runs = {run};
  EXPECT_EQ(hex(encode_record(s)),
            "011d80eab4dc9567000002010480be9201017000000101000900026d3100000080be920180e0e2f73901887766554433"
            "22110001"
            "00010000");
  ASSERT_LE(encode_record(s).size(), 64U);
}

TEST(RecordFormat, RefusesNewerAndDamagedRecordsAndNamesTheContact) {
  std::string bytes = encode_record(full_state());
  ContactState read;
  bytes[0] = static_cast<char>(kRecordVersion + 1);
  Status status = decode_record(bytes, "ana", read);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kNewerVersion);
  EXPECT_THAT(status.error().message, HasSubstr("\"ana\""));
  bytes[0] = 0;
  EXPECT_EQ(decode_record(bytes, "ana", read).error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(decode_record({}, "ana", read).error().kind, ErrorKind::kCorrupt);
  bytes[0] = static_cast<char>(kRecordVersion);
  EXPECT_TRUE(decode_record(bytes, "ana", read).ok());
  for (size_t size = 1; size < bytes.size(); ++size) {
    status = decode_record(std::string_view(bytes).substr(0, size), "ana", read);
    ASSERT_FALSE(status.ok()) << size;
    EXPECT_EQ(status.error().kind, ErrorKind::kCorrupt);
    EXPECT_THAT(status.error().message, HasSubstr("\"ana\""));
  }
  EXPECT_FALSE(decode_record(bytes + "x", "ana", read).ok());
}

TEST(RecordFormat, RandomDamageIsNeverAccident) {
  const std::string good = encode_record(full_state());
  uint64_t state = 3;
  size_t refused = 0;
  for (int i = 0; i < 50000; ++i) {
    std::string bad = good;
    const uint64_t changes = 1 + splitmix64(state) % 4;
    for (uint64_t k = 0; k < changes; ++k) {
      bad[splitmix64(state) % bad.size()] = static_cast<char>(splitmix64(state));
    }
    ContactState read;
    const Status status = decode_record(bad, "ana", read);
    if (!status.ok()) {
      ++refused;
      continue;
    }
    // What is accepted is a state like any other.
    const std::string again = encode_record(read);
    ContactState twice;
    ASSERT_TRUE(decode_record(again, "ana", twice).ok());
  }
  EXPECT_GT(refused, 1000U);
}

TEST(RecordFormat, TimerKeysSortByTimeThenContact) {
  const std::vector<std::string> keys = {timer_key(kMinInstant, "z"), timer_key(-1, "z"), timer_key(0, "a"),
                                         timer_key(0, "b"), timer_key(kNow, "a")};
  for (size_t i = 1; i < keys.size(); ++i) EXPECT_LT(keys[i - 1], keys[i]);
  Millis due = 0;
  std::string_view contact;
  ASSERT_TRUE(parse_timer_key(keys[1], due, contact));
  EXPECT_EQ(due, -1);
  EXPECT_EQ(contact, "z");
  EXPECT_FALSE(parse_timer_key("1234567", due, contact));
  EXPECT_FALSE(parse_timer_key("12345678", due, contact));
}

}  // namespace
}  // namespace wend

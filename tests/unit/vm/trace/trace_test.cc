#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/unit/vm/engine/test_programs.h"
#include "vm/base/hash.h"
#include "vm/engine/counters.h"
#include "vm/trace/trace_text.h"

namespace wend {
namespace {

using testing::HasSubstr;

// on cart_abandoned wait 20m if not opened send sms "Your cart is waiting"
std::string sentence() {
  ProgramBuilder b;
  const EventIx cart = b.event("cart_abandoned", {});
  const MessageIx sms = b.message("Your cart is waiting", ChannelIx{1}, "Your cart is waiting");
  const uint16_t opened =
      b.query({EngagementWord::kOpened, QueryScope::kContact, kNone, none_of<StringIx>()});
  JourneyWriter j(b, "cart");
  j.on(cart);
  j.begin();
  j.wait(20 * kMinute);
  const StepIx step = b.step(j.journey, StepRowKind::kIf, "if not opened");
  b.program.steps[step.index()].label = b.string("asked");
  const auto end = b.label();
  b.ax(Opcode::kStep, 0, step.number);
  b.ax(Opcode::kEngaged, 0, opened);
  b.abc(Opcode::kNot, 0, 0);
  b.ax(Opcode::kBranch, 0, step.number);
  b.jump_if(Opcode::kJumpUnlessTrue, 0, end);
  j.send(sms);
  b.bind(end);
  j.finish();
  return b.image();
}

TEST(Why, TellsTheStoryInTheContactsZone) {
  Bench bench(sentence());
  bench.give(
      {Bench::identify("ana", kStart,
                       {{"phone", Value::of_string("+331")}, {"timezone", Value::of_string("Europe/Paris")}}),
       Bench::event("ana", "cart_abandoned", kStart, {}, "m1")});
  EXPECT_THAT(bench.why("ana"),
              HasSubstr("waits in cart (run 1) at line 1: wait, until 2026-03-02 10:20:00"));
  bench.advance(kStart + kHour);
  EXPECT_EQ(
      bench.why("ana"),
      "contact ana, known since 2026-03-02 10:00:00 (times in Europe/Paris)\n"
      "  phone: +331\n"
      "  timezone: Europe/Paris\n"
      "\n"
      "2026-03-02 10:00:00  identified\n"
      "                     contact.phone = +331\n"
      "                     contact.timezone = Europe/Paris\n"
      "                     \"cart_abandoned\" came\n"
      "                     cart  entered, run 1\n"
      "                     cart  line 1: wait -> until 2026-03-02 10:20:00\n"
      "2026-03-02 10:20:00  cart  line 1: wait -> over\n"
      "                     cart  line 2: if not opened -> yes\n"
      "                     cart  line 3: send -> handed over to +331, delivery 1\n"
      "                     cart  ended: finished\n");
}

TEST(Why, JsonHoldsTheSame) {
  Bench bench(sentence());
  bench.give(Bench::event("bo", "cart_abandoned", kStart, {}, "m1"));
  bench.advance(kStart + 20 * kMinute);
  const auto text = why_json(bench.store(), "bo");
  ASSERT_TRUE(text.ok());
  const nlohmann::json json = nlohmann::json::parse(*text);
  EXPECT_EQ(json["contact"], "bo");
  EXPECT_EQ(json["created_at"], "2026-03-02T09:00:00Z");
  const nlohmann::json& trace = json["trace"];
  ASSERT_EQ(trace.size(), 10U);
  EXPECT_EQ(trace[0]["kind"], "event");
  EXPECT_EQ(trace[8]["kind"], "suppressed");
  EXPECT_EQ(trace[8]["line"], 3);
  EXPECT_EQ(trace[8]["file"], "test.wend");
  EXPECT_EQ(trace[8]["journey"], "cart");
  EXPECT_THAT(trace[8]["text"].get<std::string>(), HasSubstr("suppressed because address"));
}

TEST(Why, LimitsFiltersAndUnknownContacts) {
  Bench bench(sentence());
  bench.give(Bench::event("bo", "cart_abandoned", kStart));
  bench.advance(kStart + kDay);
  WhyOptions options;
  options.max_entries = 2;
  const auto some = why_text(bench.store(), "bo", options);
  ASSERT_TRUE(some.ok());
  EXPECT_THAT(*some, HasSubstr("(8 older entries are left out)"));
  options = WhyOptions();
  options.journey = "another";
  const auto other = why_text(bench.store(), "bo", options);
  ASSERT_TRUE(other.ok());
  EXPECT_THAT(*other, HasSubstr("\"cart_abandoned\" came"));
  EXPECT_EQ(other->find("cart: "), std::string::npos);
  const auto nobody = why_text(bench.store(), "b");
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().kind, ErrorKind::kNotFound);
}

TEST(TraceFormat, ReadsBackAndRefusesDamage) {
  std::vector<TraceEntry> entries(3);
  entries[0].at_ms = kStart;
  entries[0].text = "cart";
  entries[1] = {TraceKind::kWait, kStart, 1, 2, 3, 4, -5, "text", "more"};
  entries[2] = {TraceKind::kNote, kStart - 7, kNone, kNone, 0, kNone, 0, std::string(600, 'x'), ""};
  const std::string bytes = encode_trace(entries);
  std::vector<TraceEntry> read;
  ASSERT_TRUE(decode_trace(bytes, read).ok());
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0], entries[0]);
  EXPECT_EQ(read[1], entries[1]);
  EXPECT_EQ(read[2].text.size(), kMaxTraceTextBytes);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_trace(std::string_view(bytes).substr(0, size), read).ok()) << size;
  }
  std::string newer = bytes;
  newer[0] = 2;
  EXPECT_EQ(decode_trace(newer, read).error().kind, ErrorKind::kNewerVersion);
  uint64_t state = 5;
  for (int i = 0; i < 20000; ++i) {
    std::string bad = bytes;
    bad[splitmix64(state) % bad.size()] = static_cast<char>(splitmix64(state));
    read.clear();
    if (!decode_trace(bad, read).ok()) continue;
    // Whatever it says, it can be told.
    for (const TraceEntry& entry : read) EXPECT_FALSE(trace_sentence(entry, {}, utc_zone()).empty());
  }
}

TEST(Report, SumsMessagesByChannel) {
  Bench bench(sentence());
  bench.give({Bench::identify("ana", kStart, {{"phone", Value::of_string("+331")}}),
              Bench::event("ana", "cart_abandoned", kStart), Bench::event("bo", "cart_abandoned", kStart)});
  bench.advance(kStart + kDay);
  const EngineReport report = bench.report();
  auto channels = report.by_channel();
  EXPECT_EQ(channels["sms"]["sent"], 1);
  EXPECT_EQ(channels["sms"]["suppressed"], 1);
  ASSERT_EQ(report.messages.size(), 1U);
  EXPECT_EQ(report.messages[0].by_reason.at("address"), 1);
  EXPECT_EQ(report.messages[0].by_reason.size(), 1U);
  EXPECT_EQ(report.totals.at("contacts"), 2);
  EXPECT_EQ(report.totals.at("timers"), 2);
}

TEST(Report, CounterKeysReadBackAndLongNamesAreCut) {
  const std::string long_name = std::string(kMaxCounterPartBytes - 1, 'x') + "\xC3\xA9";
  const std::string key = counter_key(CounterKind::kMessage, {"j", long_name, "", "sent"});
  CounterKind kind{};
  std::vector<std::string_view> parts;
  ASSERT_TRUE(parse_counter_key(key, kind, parts));
  EXPECT_EQ(kind, CounterKind::kMessage);
  ASSERT_EQ(parts.size(), 4U);
  EXPECT_EQ(parts[1], std::string(kMaxCounterPartBytes - 1, 'x')) << "never in the middle of a character";
  EXPECT_FALSE(parse_counter_key("", kind, parts));
  EXPECT_FALSE(parse_counter_key("m\x09", kind, parts));
}

}  // namespace
}  // namespace wend

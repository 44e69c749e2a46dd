// Opening, damage, limits and positions of an engine.

#include <gmock/gmock.h>

#include "tests/unit/vm/engine/random_world.h"
#include "vm/base/bytes.h"

namespace wend {
namespace {

using testing::HasSubstr;

Result<std::unique_ptr<Engine>> open(Store& store, std::string_view image,
                                     const EngineOptions& options = {}) {
  static const ManualClock clock;
  return Engine::open(store, clock, image, options);
}

TEST(EngineOpen, RefusesWhatItCanNotRun) {
  const auto store = make_memory_store();
  const auto garbage = open(*store, "garbage");
  ASSERT_FALSE(garbage.ok());
  EXPECT_EQ(garbage.error().kind, ErrorKind::kCorrupt);
  EXPECT_TRUE(contents(*store, Family::kImages).empty())
      << "the store never holds an image that does not load";
  for (const size_t workers : {0U, 65U}) {
    EngineOptions options;
    options.workers = workers;
    const auto engine = open(*store, world_image(), options);
    ASSERT_FALSE(engine.ok());
    EXPECT_EQ(engine.error().kind, ErrorKind::kInvalidInput);
  }
}

TEST(EngineOpen, RefusesAStoreThatLostAnImage) {
  const auto store = make_memory_store();
  ASSERT_TRUE(open(*store, world_image()).ok());
  const std::string name = contents(*store, Family::kImages).begin()->first;
  ProgramBuilder other;
  const auto batch = store->make_batch();
  batch->erase(Family::kImages, name);
  ASSERT_TRUE(store->commit(*batch, Durability::kUnsynced).ok());
  const auto lost = open(*store, other.image());
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().kind, ErrorKind::kCorrupt);
  EXPECT_THAT(lost.error().message, HasSubstr(name));
  batch->clear();
  batch->put(Family::kImages, name, other.image());
  ASSERT_TRUE(store->commit(*batch, Durability::kUnsynced).ok());
  EXPECT_THAT(open(*store, other.image()).error().message, HasSubstr("damaged"));
}

TEST(EngineProcess, StopsAtADamagedRecordAndNamesTheContact) {
  Bench bench(world_image());
  bench.give(Bench::event("ana", "visit", kStart));
  const auto batch = bench.store().make_batch();
  batch->put(Family::kContacts, "ana", "\x01\xFF");
  ASSERT_TRUE(bench.store().commit(*batch, Durability::kUnsynced).ok());
  const Input input = Bench::event("ana", "visit", kStart + 1);
  const Status damaged = bench.engine().process({&input, 1});
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().kind, ErrorKind::kCorrupt);
  EXPECT_THAT(damaged.error().message, HasSubstr("\"ana\""));
  const Input other = Bench::event("bo", "visit", kStart + 1);
  EXPECT_EQ(bench.engine().process({&other, 1}).error().kind, ErrorKind::kClosed);
  EXPECT_FALSE(bench.engine().health().ok());
}

// Rows of a run that its image does not have would be read outside their tables.
TEST(EngineProcess, RefusesARunThatFitsNoImage) {
  const auto refused = [](const std::function<void(StoredRun&)>& damage) {
    Bench bench(world_image());
    bench.give(Bench::event("ana", "visit", kStart));
    ContactState state = bench.state("ana");
    damage(state.runs.at(0));
    const auto batch = bench.store().make_batch();
    batch->put(Family::kContacts, "ana", encode_record(state));
    EXPECT_TRUE(bench.store().commit(*batch, Durability::kUnsynced).ok());
    const Input input = Bench::event("ana", "visit", kStart + 1);
    const Status status = bench.engine().process({&input, 1});
    return !status.ok() && status.error().kind == ErrorKind::kCorrupt;
  };
  EXPECT_FALSE(refused([](StoredRun&) {}));
  EXPECT_TRUE(refused([](StoredRun& run) { run.image = 7; }));
  EXPECT_TRUE(refused([](StoredRun& run) { run.state.journey = JourneyIx{9}; }));
  EXPECT_TRUE(refused([](StoredRun& run) { run.state.journey = JourneyIx{0}; }))
      << "the wait is another journey's";
  EXPECT_TRUE(refused([](StoredRun& run) { run.state.wait = WaitIx{99}; }));
  EXPECT_TRUE(refused([](StoredRun& run) { run.state.wait = none_of<WaitIx>(); }));
  EXPECT_TRUE(refused([](StoredRun& run) { run.state.trigger.event = EventIx{500}; }));
  EXPECT_TRUE(refused([](StoredRun& run) { run.state.slots.resize(1); }));
  EXPECT_TRUE(refused([](StoredRun& run) {
    run.state.sends.resize(1);
    run.state.sends[0].send = SendIx{50};
  }));
}

TEST(EngineProcess, RandomDamageOfRecordsStopsOrPassesButNeverCrashes) {
  Bench bench(world_image());
  for (const Input& input : random_inputs(3, 200)) bench.give(input);
  const auto records = contents(bench.store(), Family::kContacts);
  uint64_t state = 11;
  size_t stopped = 0;
  for (int i = 0; i < 400; ++i) {
    bench.reopen();
    auto record = records.begin();
    std::advance(record, static_cast<std::ptrdiff_t>(splitmix64(state) % records.size()));
    std::string bad = record->second;
    bad[splitmix64(state) % bad.size()] = static_cast<char>(splitmix64(state));
    const auto batch = bench.store().make_batch();
    batch->put(Family::kContacts, record->first, bad);
    ASSERT_TRUE(bench.store().commit(*batch, Durability::kUnsynced).ok());
    const std::vector<Input> inputs = {Bench::event(record->first, "visit", kStart + 40 * kDay),
                                       Bench::event(record->first, "clicked", kStart + 41 * kDay)};
    if (!bench.engine().process(inputs).ok()) ++stopped;
    batch->clear();
    batch->put(Family::kContacts, record->first, record->second);
    ASSERT_TRUE(bench.store().commit(*batch, Durability::kUnsynced).ok());
  }
  EXPECT_GT(stopped, 20U);
}

TEST(EngineProcess, LongTextsAreCutAndCounted) {
  ProgramBuilder b;
  const EventIx go = b.event("go", {});
  const MessageIx hello = b.message("hello", ChannelIx{0}, "0123456789");
  JourneyWriter j(b, "j");
  j.on(go);
  j.begin();
  j.send(hello);
  j.finish();
  EngineOptions options;
  options.limits.max_text_bytes = 4;
  Bench bench(b.image(), options);
  bench.give({Bench::identify("ana", kStart, {{"email", Value::of_string("a@x.example")}}),
              Bench::event("ana", "go", kStart)});
  const std::vector<Delivery> sent = bench.deliveries();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].body, "0123");
  EXPECT_TRUE(sent[0].cut);
  EXPECT_EQ(bench.total("cut_texts"), 1);
}

TEST(EngineProcess, PositionAndClockAreThereAfterARestart) {
  Bench bench(world_image());
  EXPECT_FALSE((*bench.engine().replay_position()).has_value());
  EXPECT_EQ(bench.engine().replay_clock_ms(), kMinInstant);
  const ReplayPosition position{1000, 20, 3, 0xABCDEF0123456789U, 512};
  const Input input = Bench::event("ana", "visit", kStart);
  ASSERT_TRUE(bench.engine().process({&input, 1}, &position).ok());
  // Lines that hold no event move the position, too.
  ReplayPosition further = position;
  further.lines = 21;
  ASSERT_TRUE(bench.engine().process({}, &further).ok());
  bench.reopen();
  const auto read = bench.engine().replay_position();
  ASSERT_TRUE(read.ok() && read->has_value());
  EXPECT_EQ(**read, further);
  EXPECT_EQ(bench.engine().replay_clock_ms(), kStart);
  EXPECT_EQ(bench.engine().settled_ms(), kMinInstant);
  bench.advance(kStart + kDay);
  EXPECT_EQ(bench.engine().settled_ms(), kStart + kDay);
  bench.reopen();
  EXPECT_EQ(bench.engine().replay_clock_ms(), kStart + kDay);
  bench.advance(kMaxInstant);
  EXPECT_EQ(bench.engine().settled_ms(), kNever);
  EXPECT_EQ(bench.engine().replay_clock_ms(), kStart + kDay) << "time stays where something happened last";
}

TEST(EngineProcess, WithoutATraceNothingIsTraced) {
  EngineOptions options;
  options.trace = false;
  Bench bench(world_image(), options);
  bench.give(Bench::event("ana", "visit", kStart));
  EXPECT_TRUE(contents(bench.store(), Family::kTrace).empty());
  EXPECT_EQ(bench.active("ana"), 1U);
  EXPECT_EQ(bench.state("ana").trace_entries, 0U);
}

}  // namespace
}  // namespace wend

// A replay leaves one file, however often it is stopped or fails on the way.

#include "vm/delivery/replay.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "tests/unit/vm/engine/random_world.h"
#include "tests/unit/vm/store/temp_folder.h"
#include "vm/core/time_zone.h"
#include "vm/store/fault_store.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string line_of(const Input& input) {
  if (input.kind == InputKind::kIdentify) {
    return R"({"type":"identify","messageId":")" + input.id + R"(","userId":")" + input.contact +
           R"(","timestamp":")" + format_rfc3339(input.at_ms) + R"(","traits":{"email":"a@x.example"}})" +
           "\n";
  }
  return R"({"type":"track","messageId":")" + input.id + R"(","userId":")" + input.contact +
         R"(","event":")" + input.event + R"(","timestamp":")" + format_rfc3339(input.at_ms) +
         R"(","properties":{"cart_id":"k1","total":80}})" + "\n";
}

std::string random_log(uint64_t seed, size_t count) {
  std::string log;
  for (const Input& input : random_inputs(seed, count)) {
    if (input.historical) continue;
    log += line_of(input);
  }
  return log;
}

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// One data folder: a store that can fail, a log and a file of deliveries.
class World {
 public:
  explicit World(const std::string& log) { write_log(log); }

  void write_log(const std::string& log) { std::ofstream(log_, std::ios::binary) << log; }
  Result<ReplayResult> run(ReplayOptions options = {}) {
    options.on_bad_line = [this](uint64_t line, const Error& error) {
      bad_.push_back(std::to_string(line) + ": " + error.message);
    };
    EngineOptions engine_options;
    engine_options.max_batch = 20;
    const ManualClock clock;
    WEND_ASSIGN_OR_RETURN(const auto engine, Engine::open(store_, clock, world_image(), engine_options));
    WEND_ASSIGN_OR_RETURN(const auto file,
                          FileConnector::open(out_, engine->outbox(), store_, Durability::kSync));
    WEND_ASSIGN_OR_RETURN(const auto log, LineReader::open(log_, max_line_bytes));
    return replay(*engine, *log, *file, options);
  }
  std::string deliveries() const { return file_text(out_); }
  FaultStore& store() { return store_; }
  const std::vector<std::string>& bad() const { return bad_; }

  size_t max_line_bytes = 4 << 20;

 private:
  TempFolder folder_;
  const std::string log_ = folder_.file("log"), out_ = folder_.file("out");
  FaultStore store_{make_memory_store()};
  std::vector<std::string> bad_;
};

ReplayOptions batches_of(size_t lines) {
  ReplayOptions options;
  options.batch_lines = lines;
  return options;
}

std::string straight(const std::string& log) {
  World world(log);
  const auto result = world.run();
  EXPECT_TRUE(result.ok());
  EXPECT_FALSE(result->resumed);
  EXPECT_FALSE(result->stopped);
  return world.deliveries();
}

TEST(Replay, BatchesDoNotMatter) {
  const std::string log = random_log(5, 600);
  const std::string expected = straight(log);
  EXPECT_GT(std::count(expected.begin(), expected.end(), '\n'), 50);
  for (const size_t lines : {1, 7, 100}) {
    World world(log);
    ASSERT_TRUE(world.run(batches_of(lines)).ok());
    EXPECT_EQ(world.deliveries(), expected) << lines;
  }
}

TEST(Replay, WritesWhileTheLogIsRead) {
  World world(random_log(5, 600));
  ReplayOptions options = batches_of(50);
  bool wrote_before_the_end = false;
  options.on_progress = [&](const ReplayProgress& progress) {
    if (!progress.log_done && !world.deliveries().empty()) wrote_before_the_end = true;
    return true;
  };
  ASSERT_TRUE(world.run(options).ok());
  EXPECT_TRUE(wrote_before_the_end);
}

TEST(Replay, AStopAtAnyPointChangesNothing) {
  const std::string log = random_log(6, 150);
  const std::string expected = straight(log);
  World world(log);
  int starts = 0;
  for (bool stopped = true; stopped; ++starts) {
    ASSERT_LT(starts, 10'000);
    ReplayOptions options = batches_of(5);
    int batches = 0;
    options.on_progress = [&](const ReplayProgress&) { return ++batches < 2 + starts % 3; };
    const auto result = world.run(options);
    ASSERT_TRUE(result.ok()) << result.error().message;
    EXPECT_EQ(result->resumed, starts > 0);
    stopped = result->stopped;
  }
  EXPECT_GT(starts, 10);
  EXPECT_EQ(world.deliveries(), expected);
}

TEST(Replay, AFailureAtAnyCommitChangesNothing) {
  const std::string log = random_log(7, 120);
  const std::string expected = straight(log);
  World counting(log);
  ASSERT_TRUE(counting.run(batches_of(10)).ok());
  const uint64_t commits = counting.store().commits();
  ASSERT_GT(commits, 40U);
  for (const Fault fault : {Fault::kLost, Fault::kKept}) {
    for (uint64_t at = 1; at <= commits; ++at) {
      World world(log);
      world.store().fail_commit(at, fault);
      ASSERT_FALSE(world.run(batches_of(10)).ok()) << at;
      world.store().reopen();
      const auto again = world.run(batches_of(10));
      ASSERT_TRUE(again.ok()) << at << ": " << again.error().message;
      ASSERT_EQ(world.deliveries(), expected) << "commit " << at;
    }
  }
}

TEST(Replay, UntilStopsTheClockAndAnotherGoesOn) {
  const std::string log = random_log(8, 300);
  const std::string expected = straight(log);
  World world(log);
  ReplayOptions options;
  options.until_ms = kStart + 2 * kDay;
  const auto first = world.run(options);
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->stopped);
  EXPECT_EQ(first->now_ms, *options.until_ms);
  const std::string part = world.deliveries();
  EXPECT_FALSE(part.empty());
  EXPECT_LT(part.size(), expected.size());
  EXPECT_EQ(expected.substr(0, part.size()), part);
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.deliveries(), expected);
}

TEST(Replay, BadLinesAreCountedAndNamed) {
  const std::string good = line_of(Bench::event("ana", "visit", kStart));
  World world("\n" + std::string("  \r\n") + R"({"type":"track","userId":"ana","event":"visit"})" + "\n" +
              good + "{\n" + good + R"({"type":"track","userId":"ana","event":"visit"})" + "\n" +
              std::string(5000, 'x') + "\n{\"half\":");
  world.max_line_bytes = 1000;
  ReplayOptions options;
  options.json_limits.max_event_bytes = 999;
  const auto result = world.run(options);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->lines, 9U);
  EXPECT_EQ(result->refused_lines, 4U);
  EXPECT_THAT(world.bad(),
              ElementsAre("3: timestamp: is missing, and no line before tells the time", HasSubstr("5: "),
                          "8: the line is longer than the limit of 999 bytes", HasSubstr("9: ")));
  const auto again = world.run();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->refused_lines, 4U) << "kept with the position";
}

TEST(Replay, AnEventWithoutTimeHappensAtTheLineBefore) {
  std::string log;
  for (int i = 0; i < 20; ++i) {
    const std::string contact = "c" + std::to_string(i);
    log += line_of(Bench::event(contact, "visit", kStart + i * kHour));
    log += R"({"type":"track","messageId":"x","userId":")" + contact +
           R"(","event":"cart","properties":{"total":50}})"
           "\n";
    log += line_of(Bench::identify(contact, kStart + i * kHour, {}));
  }
  const std::string expected = straight(log);
  EXPECT_FALSE(expected.empty());
  for (const size_t lines : {1, 2, 7}) {
    World world(log);
    ASSERT_TRUE(world.run(batches_of(lines)).ok());
    EXPECT_EQ(world.deliveries(), expected) << lines;
  }
}

TEST(Replay, AnotherLogIsRefusedAndALongerOneGoesOn) {
  const std::string log = random_log(9, 100);
  World world(log);
  ASSERT_TRUE(world.run().ok());
  world.write_log(random_log(10, 100));
  const auto other = world.run();
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(other.error().message, HasSubstr("its beginning differs"));
  world.write_log(log.substr(0, log.size() / 2));
  const auto cut = world.run();
  ASSERT_FALSE(cut.ok());
  EXPECT_THAT(cut.error().message, HasSubstr("were read from it before"));
  world.write_log(log + line_of(Bench::event("new", "visit", kStart + 300 * kDay)));
  const auto longer = world.run();
  ASSERT_TRUE(longer.ok()) << longer.error().message;
  EXPECT_TRUE(longer->resumed);
  // Its last timer, rounded up to the step in which timers are fired.
  EXPECT_GE(longer->now_ms, kStart + 300 * kDay + 3 * kHour);
  EXPECT_LE(longer->now_ms, kStart + 300 * kDay + 4 * kHour);
}

TEST(Replay, AnEmptyLog) {
  World world("");
  const auto result = world.run();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->lines, 0U);
  EXPECT_EQ(world.deliveries(), "");
}

}  // namespace
}  // namespace wend

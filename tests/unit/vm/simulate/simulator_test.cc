#include "vm/simulate/simulator.h"

#include <gmock/gmock.h>

#include "tests/unit/vm/engine/test_programs.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// on go send email hello wait 1h send email again
std::string program() {
  ProgramBuilder b;
  const EventIx go = b.event("go", {});
  const MessageIx hello = b.message("hello", ChannelIx{0}, "Hello");
  JourneyWriter j(b, "j");
  j.on(go);
  j.begin();
  j.send(hello);
  j.wait(kHour);
  j.send(hello);
  j.finish();
  return b.image();
}

struct Log {
  std::vector<std::string> lines;
  SimulationOptions options;
  std::vector<std::string> sent;
  std::vector<std::string> bad;

  SimulationResult go() {
    options.on_delivery = [this](const Delivery& d) {
      sent.push_back(format_rfc3339(d.at_ms).substr(11, 5) + " " + d.contact);
      return Status();
    };
    options.on_bad_line = [this](uint64_t line, const Error& error) {
      bad.push_back(std::to_string(line) + ": " + error.message);
    };
    size_t next = 0;
    auto result = simulate(
        program(),
        [&]() -> Result<std::optional<std::string_view>> {
          if (next == lines.size()) return std::optional<std::string_view>();
          return std::optional<std::string_view>(lines[next++]);
        },
        options);
    EXPECT_TRUE(result.ok()) << result.error().message;
    return result.ok() ? std::move(*result) : SimulationResult();
  }
};

std::string line(std::string_view contact, std::string_view clock, std::string_view rest = "") {
  return R"({"type":"track","event":"go","userId":")" + std::string(contact) +
         R"(","timestamp":"2026-03-02T)" + std::string(clock) +
         R"(:00Z","context":{"traits":{"email":"x@x.example"}})" + std::string(rest) + "}";
}

TEST(Simulator, RunsALogToItsLastTimerInOrderOfTime) {
  for (const size_t batch : {1U, 2U, 100U}) {
    Log run;
    run.options.max_batch = batch;
    run.lines = {line("b", "09:00"), "",
                 line("a", "09:00"), "{",
                 line("c", "09:30"), R"({"type":"track","userId":"d"})"};
    const SimulationResult result = run.go();
    EXPECT_THAT(run.sent, ElementsAre("09:00 a", "09:00 b", "09:30 c", "10:00 a", "10:00 b", "10:30 c"));
    ASSERT_EQ(run.bad.size(), 2U);
    EXPECT_THAT(run.bad[0], HasSubstr("4: not valid JSON"));
    EXPECT_THAT(run.bad[1], HasSubstr("6: event: is missing"));
    EXPECT_EQ(result.lines, 6U);
    EXPECT_EQ(result.bad_lines, 2U);
    EXPECT_EQ(result.last_ms - result.first_ms, 30 * kMinute);
    ASSERT_EQ(result.report.journeys.size(), 1U);
    EXPECT_EQ(result.report.journeys[0].ended.at("finished"), 3);
    const auto why = why_text(*result.store, "a");
    ASSERT_TRUE(why.ok());
    EXPECT_THAT(*why, HasSubstr("ended: finished"));
  }
}

TEST(Simulator, KeepsToItsSpanOfTime) {
  Log run;
  run.options.from_ms = kStart;
  run.options.until_ms = kStart + kHour;
  run.lines = {line("a", "08:59"), line("b", "09:00"), line("c", "09:10"), line("d", "10:01")};
  const SimulationResult result = run.go();
  EXPECT_EQ(result.left_out, 2U);
  EXPECT_THAT(run.sent, ElementsAre("09:00 b", "09:10 c", "10:00 b"));
  EXPECT_EQ(result.report.journeys[0].waiting, 1);
}

TEST(Simulator, StopsWhenAskedAndReportsFailures) {
  Log run;
  run.options.max_batch = 1;
  run.options.on_progress = [](uint64_t lines, uint64_t, Millis) { return lines < 2; };
  run.lines = {line("a", "09:00"), line("b", "09:01"), line("c", "09:02")};
  EXPECT_EQ(run.go().lines, 2U);

  SimulationOptions options;
  options.on_delivery = [](const Delivery&) -> Status { return Error{ErrorKind::kIo, "the disk is full"}; };
  bool given = false;
  const std::string one = line("a", "09:00");
  const auto failed = simulate(
      program(),
      [&]() -> Result<std::optional<std::string_view>> {
        if (given) return std::optional<std::string_view>();
        given = true;
        return std::optional<std::string_view>(one);
      },
      options);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message, "the disk is full");
  EXPECT_FALSE(
      simulate("no image", [] { return Result<std::optional<std::string_view>>(std::nullopt); }, {}).ok());
}

TEST(Simulator, ALineWithoutTimeTakesTheLastOne) {
  Log run;
  const std::string timeless =
      R"({"type":"track","event":"go","userId":"a","context":{"traits":{"email":"x"}}})";
  run.lines = {timeless, line("b", "09:00"), timeless};
  run.go();
  ASSERT_EQ(run.bad.size(), 1U);
  EXPECT_THAT(run.bad[0], HasSubstr("timestamp: is missing"));
  EXPECT_THAT(run.sent, ElementsAre("09:00 a", "09:00 b", "10:00 a", "10:00 b"));
}

}  // namespace
}  // namespace wend

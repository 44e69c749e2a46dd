// Conditions that react to time, against a simulation that looks at every minute: random programs run once with
// their events alone, and once with an event a minute that changes nothing but makes every condition be asked.
// Where a horizon came too late, the second run would act earlier.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/compiled.h"
#include "vm/base/hash.h"
#include "vm/core/time_zone.h"
#include "vm/simulate/simulator.h"

namespace wend {
namespace {

constexpr Millis kFirstMinute = 1774569600000;  // 2026-03-27T00:00:00Z; summer time begins in the night to the 29th
constexpr int kMinutes = 4 * 24 * 60;
constexpr uint64_t kPrograms = 12;

class TimedProgram {
 public:
  explicit TimedProgram(uint64_t seed) : random_(seed) {}

  std::string source() {
    std::string text = R"(settings { zone "Europe/Paris" lint no_policy off }
event begun { due: time?, day: date? }
event changed { plan: string?, seen: time? }
event tick {}
contact { plan: string?  seen: time? }
journey changes { on changed  set contact.plan = event.plan  set contact.seen = event.seen }
)";
    for (int journey = 0; journey < 4; ++journey) {
      const std::string name = std::to_string(journey);
      text += "journey j" + name + " {\n  on begun\n  enter restart\n  lasts at most 10d\n  until " +
              condition(2) + " { send sms \"ended " + name + "\" }\n";
      for (int step = 0; step < 2; ++step) {
        const std::string place = name + "." + std::to_string(step);
        text += "  wait until " + condition(2) + " up to " + std::to_string(1 + below(60)) +
                "h { send sms \"then " + place + "\" } else send sms \"else " + place + "\"\n";
      }
      text += "}\n";
    }
    return text;
  }

  // Events of three contacts, in order of time, one line each.
  std::vector<std::pair<Millis, std::string>> events() {
    std::vector<std::pair<Millis, std::string>> lines;
    for (int minute = 0; minute < kMinutes; minute += 1 + below(240)) {
      const Millis at = kFirstMinute + minute * kMillisPerMinute;
      const bool begun = below(3) == 0;
      const std::string properties =
          begun ? R"("due":")" + format_rfc3339(near(at)) + R"(","day":"2026-03-)" + std::to_string(26 + below(6)) + "\""
                : R"("plan":")" + std::string(below(2) == 0 ? "pro" : "free") + R"(","seen":")" +
                      format_rfc3339(near(at)) + "\"";
      lines.push_back({at, line(at, "c" + std::to_string(below(3)), begun ? "begun" : "changed", properties)});
    }
    return lines;
  }

  static std::string line(Millis at, const std::string& contact, const std::string& event,
                          const std::string& properties) {
    static const char* const kZones[] = {"", "America/St_Johns", "Australia/Lord_Howe"};
    return R"({"type":"track","event":")" + event + R"(","userId":")" + contact + R"(","timestamp":")" +
           format_rfc3339(at) + R"(","properties":{)" + properties +
           R"(},"context":{"traits":{"phone":"+33600000001","timezone":")" + kZones[contact[1] - '0'] + R"("}}})";
  }

 private:
  int below(uint64_t n) { return static_cast<int>(splitmix64(random_) % n); }
  Millis near(Millis at) { return at + (below(3000) - 1000) * kMillisPerMinute; }
  std::string pick(std::vector<std::string> texts) { return texts[static_cast<size_t>(below(texts.size()))]; }
  std::string relation() { return pick({" < ", " <= ", " > ", " >= ", " == ", " != "}); }
  std::string clock() {
    const int hour = below(24);
    return (hour < 10 ? "0" : "") + std::to_string(hour) + pick({":00", ":30", ":15"});
  }
  std::string length() { return std::to_string(1 + below(40)) + pick({"h", "h30m"}); }

  std::string leaf() {
    switch (below(9)) {
      case 0:
        return "clock" + relation() + clock();
      case 1:
        return clock() + relation() + "clock";
      case 2:
        return "today" + relation() + "2026-03-" + std::to_string(27 + below(4));
      case 3:
        return "trigger.day - today" + relation() + std::to_string(below(3)) + "d";
      case 4:
        return "now" + relation() + "trigger.at + " + length();
      case 5:
        return "trigger.due - now" + relation() + length();
      case 6:
        return "now - contact.seen" + relation() + length();
      case 7:
        return "weekday(today)" + pick({" == ", " != "}) + pick({"\"friday\"", "\"saturday\"", "\"sunday\""});
      default:
        return "contact.plan" + pick({" == ", " != "}) + "\"pro\"";
    }
  }
  std::string condition(int depth) {
    if (depth == 0 || below(4) == 0) return leaf();
    if (below(5) == 0) return "not (" + condition(depth - 1) + ")";
    return "(" + condition(depth - 1) + ")" + pick({" and ", " or "}) + "(" + condition(depth - 1) + ")";
  }

  uint64_t random_;
};

// What was sent, a line each.
std::string outcome_of_lines(const std::string& image, const std::vector<std::string>& lines) {
  std::string said;
  SimulationOptions options;
  options.trace = false;
  options.on_delivery = [&](const Delivery& d) {
    said += format_rfc3339(d.at_ms) + " " + d.contact + " " + d.body + "\n";
    return Status();
  };
  options.on_bad_line = [](uint64_t line, const Error& error) {
    ADD_FAILURE() << "event " << line << ": " << error.message;
  };
  size_t next = 0;
  const auto source = [&]() -> Result<std::optional<std::string_view>> {
    if (next == lines.size()) return std::optional<std::string_view>();
    return std::optional<std::string_view>(lines[next++]);
  };
  const auto result = simulate(image, source, options);
  EXPECT_TRUE(result.ok()) << result.error().message;
  return said;
}

TEST(EveryMinute, FindsNothingThatAHorizonMissed) {
  size_t sent = 0;
  for (uint64_t seed = 1; seed <= kPrograms; ++seed) {
    TimedProgram program(seed);
    const std::string source = program.source();
    const CompileResult compiled = testing_support::compile_source(source);
    // Two halves of a random condition may be the same for everyone.
    ASSERT_TRUE(compiled.ok) << source << testing_support::diagnostics_text(compiled);
    const auto events = program.events();
    std::vector<std::string> lines, with_ticks;
    size_t next = 0;
    for (int minute = 0; minute < kMinutes; ++minute) {
      const Millis at = kFirstMinute + minute * kMillisPerMinute;
      for (; next < events.size() && events[next].first <= at; ++next) {
        lines.push_back(events[next].second);
        with_ticks.push_back(events[next].second);
      }
      for (const char* contact : {"c0", "c1", "c2"}) {
        const bool known = std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
          return line.find(std::string("\"userId\":\"") + contact) != std::string::npos;
        });
        if (known) with_ticks.push_back(TimedProgram::line(at, contact, "tick", ""));
      }
    }
    const std::string alone = outcome_of_lines(compiled.image, lines);
    EXPECT_EQ(alone, outcome_of_lines(compiled.image, with_ticks)) << "seed " << seed << "\n" << source;
    sent += static_cast<size_t>(std::count(alone.begin(), alone.end(), '\n'));
  }
  EXPECT_GT(sent, kPrograms * 10) << "the programs do nothing";
}

}  // namespace
}  // namespace wend

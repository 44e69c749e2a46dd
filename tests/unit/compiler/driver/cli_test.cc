// The command line as a whole, run in this process with files in place of the terminal.

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/driver/command.h"

namespace wend {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

std::string contents(std::FILE* file) {
  std::string text;
  std::rewind(file);
  char buffer[4096];
  for (size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, n);
  return text;
}

Outcome run(std::vector<std::string> arguments) {
  std::FILE* out = std::tmpfile();
  std::FILE* err = std::tmpfile();
  std::vector<const char*> argv = {"wend"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  Console console(out, err);
  testing::internal::CaptureStdout();  // CLI11 prints help to the real standard output
  Outcome outcome;
  outcome.code = run_command_line(static_cast<int>(argv.size()), argv.data(), console);
  outcome.out = testing::internal::GetCapturedStdout() + contents(out);
  outcome.err = contents(err);
  std::fclose(out);
  std::fclose(err);
  return outcome;
}

std::vector<std::string> command_names() {
  return {
#define WEND_COMMAND(function, name, summary, example) name,
#include "compiler/driver/commands.def"
#undef WEND_COMMAND
  };
}

class CliTest : public testing::Test {
 protected:
  CliTest() {
    folder_ = fs::path(testing::TempDir()) / ("wend-cli-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~CliTest() override { fs::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  fs::path folder_;
};

constexpr char kSentence[] = "on cart_abandoned wait 20m if not opened send sms \"Your cart is waiting: {{ event.url }}\"\n";

TEST_F(CliTest, EveryHelpFitsEightyColumnsAndHasAnExample) {
  std::vector<std::vector<std::string>> calls = {{"--help"}};
  for (const std::string& name : command_names()) calls.push_back({name, "--help"});
  for (const auto& call : calls) {
    const Outcome outcome = run(call);
    EXPECT_EQ(outcome.code, kExitClean);
    if (call.size() > 1) {
      EXPECT_NE(outcome.out.find("Example:\n  wend " + call[0]), std::string::npos) << outcome.out;
    }
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << call[0] << ": " << line;
  }
}

TEST_F(CliTest, UnknownCommandsAndFlagsAreUsageErrorsWithTheWayOn) {
  const Outcome near = run({"chekc"});
  EXPECT_EQ(near.code, kExitUsage);
  EXPECT_EQ(near.err, "error: `chekc` is no command of wend; did you mean `wend check`?\n");
  const Outcome far = run({"frobnicate"});
  EXPECT_EQ(far.code, kExitUsage);
  EXPECT_EQ(far.err, "error: `frobnicate` is no command of wend; `wend --help` lists them\n");
  const Outcome flag = run({"check", "--colour"});
  EXPECT_EQ(flag.code, kExitUsage);
  EXPECT_NE(flag.err.find("--colour"), std::string::npos);
  EXPECT_NE(flag.err.find("`wend check --help`"), std::string::npos);
}

TEST_F(CliTest, CheckSaysNothingOfACleanFileAndNamesThePlaceOfAMistake) {
  const Outcome clean = run({"check", write("clean.wend", kSentence)});
  EXPECT_EQ(clean.code, kExitClean);
  EXPECT_EQ(clean.out, "");
  const Outcome wrong = run({"check", write("wrong.wend", "on cart_abandoned wait 20min send sms \"x\"\n")});
  EXPECT_EQ(wrong.code, kExitFindings);
  EXPECT_NE(wrong.out.find("error[WD0113]"), std::string::npos) << wrong.out;
  EXPECT_NE(wrong.out.find("wrong.wend:1:24"), std::string::npos) << wrong.out;
}

TEST_F(CliTest, FixRepairsTheFileOnDisk) {
  const std::string path = write("fix.wend", "on cart_abandoned wait 20min send sms \"x\"\n");
  const Outcome fixed = run({"check", path, "--fix"});
  EXPECT_EQ(fixed.code, kExitClean) << fixed.out;
  EXPECT_EQ(fixed.err, "fixed 1 finding\n");
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(line, "on cart_abandoned wait 20m send sms \"x\"");
}

TEST_F(CliTest, NothingToReadIsAUsageError) {
  EXPECT_EQ(run({"check", at("nowhere")}).code, kExitUsage);
  EXPECT_EQ(run({"check", folder_.string()}).code, kExitUsage);
  EXPECT_EQ(run({"disasm", at("nowhere")}).code, kExitUsage);
  EXPECT_EQ(run({"ast", at("nowhere")}).code, kExitUsage);
  EXPECT_EQ(run({"why", "ana", "--data", at("nowhere")}).code, kExitUsage);
  EXPECT_EQ(run({"report", "--data", at("nowhere")}).code, kExitUsage);
  EXPECT_EQ(run({"explain", "WD9999"}).code, kExitUsage);
}

constexpr char kWelcome[] = R"(settings { lint no_policy off }
event signed_up { plan: string, seats: int }
message hello: email {
  subject "Hello"
  body """
    Hello {{ contact.first_name }}, https://x.example/?m={{ contact.email }}
    """
}
contact { first_name: string? }
## The first days.
journey welcome {
  on signed_up where event.seats > 1
  enter once per 14d
  lasts at most 30d
  send email hello
  wait for clicked up to 2d { exit "came" }
  else if suppressed or not opened { send sms "Hello, {{ trigger.plan }}" }
  wait 3d
  send sms "Hello again"
}
journey open_end { on signed_up wait 1d send push "Hi" }
)";

TEST_F(CliTest, SummarySaysWhatIsProven) {
  const std::string project = write("welcome.wend", kWelcome);
  const Outcome text = run({"check", project, "--summary"});
  EXPECT_EQ(text.code, kExitClean) << text.err;
  for (const char* line : {"welcome\n  takes         5d at most\n  ways          3\n",
                           "  sends at most 1 email, 2 sms a run\n", "  reads         clicked, opened, signed_up, suppressed\n",
                           "and what trigger.plan hold\n", "in any 7 days:\n  email         1 at most\n",
                           "  push          no bound: `open_end` may begin any number of times\n",
                           "  all channels  no bound: `open_end`"}) {
    EXPECT_NE(text.out.find(line), std::string::npos) << line << "\n" << text.out;
  }
  const Outcome json = run({"check", project, "--summary", "--format", "json"});
  const std::string last = json.out.substr(json.out.rfind("{\"summary\""));
  EXPECT_NE(last.find("\"journey\":\"welcome\",\"longest_ms\":432000000"), std::string::npos) << last;
  EXPECT_NE(last.find("{\"channel\":\"sms\",\"most\":2,"), std::string::npos) << last;
  // What has errors is not proven.
  EXPECT_EQ(run({"check", write("bad.wend", "on a wait 1x"), "--summary"}).out.find("ways"), std::string::npos);
}

TEST_F(CliTest, AddAllowSilencesWhatIsFound) {
  const std::string project = write("welcome.wend", kWelcome);
  EXPECT_EQ(run({"check", project, "--deny", "warnings"}).code, kExitFindings);
  EXPECT_EQ(run({"check", project, "--add-allow"}).code, kExitUsage);
  const Outcome allowed = run({"check", project, "--add-allow", "--reason", "to be looked at", "--deny", "warnings"});
  EXPECT_EQ(allowed.code, kExitClean) << allowed.out << allowed.err;
  EXPECT_EQ(allowed.err.rfind("allowed ", 0), 0U) << allowed.err;
  std::ifstream in(project);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  // They lie inside of a text of several lines, so the comments stand above its declaration.
  EXPECT_NE(text.find("seats: int }\n# wend: allow missing_fallback -- to be looked at\n"
                      "# wend: allow personal_data_in_url -- to be looked at\nmessage hello"),
            std::string::npos)
      << text;
}

TEST_F(CliTest, ExplainKnowsCodesByNumberAndName) {
  const Outcome by_number = run({"explain", "201"});
  EXPECT_EQ(by_number.code, kExitClean);
  EXPECT_EQ(by_number.out.rfind("# WD0201 unknown_event", 0), 0U);
  EXPECT_EQ(run({"explain", "unknown_event"}).out, by_number.out);
  EXPECT_NE(run({"explain", "--list"}).out.find("WD0201  unknown_event"), std::string::npos);
}

TEST_F(CliTest, ANewProjectIsCleanAndRuns) {
  const Outcome made = run({"new", at("shop")});
  ASSERT_EQ(made.code, kExitClean) << made.err;
  const Outcome checked = run({"check", at("shop")});
  EXPECT_EQ(checked.code, kExitClean) << checked.out;
  EXPECT_EQ(checked.out.find("error"), std::string::npos) << checked.out;
  const Outcome simulated = run({"simulate", at("shop"), "--events", at("shop/sample.ndjson"), "--out", at("out.ndjson")});
  EXPECT_EQ(simulated.code, kExitClean) << simulated.err;
  std::ifstream in(at("out.ndjson"));
  std::stringstream lines;
  lines << in.rdbuf();
  EXPECT_NE(lines.str().find("\"to\":\"bo@shop.example\""), std::string::npos) << lines.str();
  EXPECT_EQ(lines.str().find("ana@shop.example"), std::string::npos) << lines.str();
  EXPECT_EQ(run({"new", at("shop")}).code, kExitUsage);
  EXPECT_EQ(run({"new", at("-bad")}).code, kExitUsage);
}

TEST_F(CliTest, ReplayIsDurableAndIdempotent) {
  const std::string project = write("cart.wend", kSentence);
  const std::string log = write("events.ndjson",
                                R"({"type":"identify","messageId":"i","userId":"ana","timestamp":"2026-03-02T09:00:00Z","traits":{"phone":"+33600000001"}}
{"type":"track","messageId":"c","userId":"ana","event":"cart_abandoned","timestamp":"2026-03-02T09:05:00Z","properties":{"url":"https://x.example/1"}}
not json
)");
  const std::vector<std::string> command = {"run", project, "--data", at("data"), "--replay", log, "--out", at("out.ndjson")};
  const Outcome first = run(command);
  ASSERT_EQ(first.code, kExitClean) << first.err;
  EXPECT_NE(first.err.find("events.ndjson:3: "), std::string::npos) << first.err;
  EXPECT_NE(first.out.find("1 of 3 lines were no valid events"), std::string::npos) << first.out;
  const auto size = fs::file_size(at("out.ndjson"));
  EXPECT_GT(size, 100U);
  const Outcome again = run(command);
  EXPECT_EQ(again.code, kExitClean) << again.err;
  EXPECT_EQ(fs::file_size(at("out.ndjson")), size);
  const Outcome why = run({"why", "ana", "--data", at("data")});
  EXPECT_EQ(why.code, kExitClean) << why.err;
  EXPECT_NE(why.out.find("+33600000001"), std::string::npos) << why.out;
  EXPECT_EQ(run({"why", "nobody", "--data", at("data")}).code, kExitUsage);
  const Outcome json = run({"report", "--data", at("data"), "--format", "json"});
  EXPECT_NE(json.out.find("\"entered\": 1"), std::string::npos) << json.out;
}

TEST_F(CliTest, DisasmShowsTheSourceAboveItsInstructions) {
  const Outcome shown = run({"disasm", write("cart.wend", kSentence), "--source"});
  EXPECT_EQ(shown.code, kExitClean) << shown.err;
  EXPECT_NE(shown.out.find("on cart_abandoned wait 20m if not opened"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("engaged"), std::string::npos) << shown.out;
}

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

constexpr char kUgly[] = "journey j{on e\nsend sms \"x\"}\n";
constexpr char kPretty[] = "journey j {\n  on e\n\n  send sms \"x\"\n}\n";

TEST_F(CliTest, FmtRewritesFilesAndNamesThem) {
  const std::string ugly = write("ugly.wend", kUgly);
  write("pretty.wend", kPretty);
  fs::permissions(ugly, fs::perms::owner_read | fs::perms::owner_write);
  const Outcome first = run({"fmt", folder_.string()});
  EXPECT_EQ(first.code, kExitClean) << first.err;
  EXPECT_EQ(first.out, ugly + "\n");
  EXPECT_EQ(text_of(ugly), kPretty);
  EXPECT_EQ(fs::status(ugly).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 2);
  const Outcome second = run({"fmt", folder_.string(), ugly});
  EXPECT_EQ(second.code, kExitClean);
  EXPECT_EQ(second.out, "");
}

TEST_F(CliTest, FmtCheckAndDiffChangeNothing) {
  const std::string ugly = write("ugly.wend", kUgly);
  const Outcome check = run({"fmt", "--check", ugly});
  EXPECT_EQ(check.code, kExitFindings);
  EXPECT_EQ(check.out, ugly + "\n");
  const Outcome diff = run({"fmt", "--diff", ugly});
  EXPECT_EQ(diff.code, kExitClean);
  EXPECT_EQ(diff.out, "--- " + ugly + "\n+++ " + ugly +
                          "\n@@ -1,2 +1,5 @@\n-journey j{on e\n-send sms \"x\"}\n+journey j {\n+  on e\n+\n+  send sms "
                          "\"x\"\n+}\n");
  EXPECT_EQ(text_of(ugly), kUgly);
  EXPECT_EQ(run({"fmt", "--check", write("pretty.wend", kPretty)}).code, kExitClean);
}

TEST_F(CliTest, FmtLeavesWhatItCannotRead) {
  const std::string broken = write("broken.wend", "journey j { on e\n");
  const std::string ugly = write("ugly.wend", kUgly);
  const Outcome outcome = run({"fmt", folder_.string()});
  EXPECT_EQ(outcome.code, kExitFindings);
  EXPECT_NE(outcome.err.find("WD01"), std::string::npos) << outcome.err;
  EXPECT_EQ(text_of(broken), "journey j { on e\n");
  EXPECT_EQ(text_of(ugly), kPretty);
  EXPECT_EQ(run({"fmt", at("nowhere")}).code, kExitUsage);
}

TEST_F(CliTest, FmtReadsStandardInput) {
  std::istringstream in(kUgly);
  std::streambuf* const console = std::cin.rdbuf(in.rdbuf());
  const Outcome outcome = run({"fmt", "--stdin"});
  std::cin.rdbuf(console);
  EXPECT_EQ(outcome.code, kExitClean);
  EXPECT_EQ(outcome.out, kPretty);
  EXPECT_EQ(run({"fmt", "--stdin", "x.wend"}).code, kExitUsage);
}

}  // namespace
}  // namespace wend

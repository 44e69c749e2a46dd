#include "compiler/diagnostics/render_text.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "compiler/diagnostics/messages.h"
#include "compiler/diagnostics/wording.h"

namespace wend {
namespace {

// The `nth` place (from 1) where `words` stand in the file.
Span span_of(const SourceFile& file, std::string_view words, int nth = 1) {
  size_t at = file.text().find(words);
  while (--nth > 0 && at != std::string_view::npos) at = file.text().find(words, at + 1);
  if (at == std::string_view::npos) throw std::invalid_argument(std::string(words));
  return {file.id(), static_cast<uint32_t>(at), static_cast<uint32_t>(at + words.size())};
}

constexpr std::string_view kTypos = R"(use ecommerce

journey cart_recovery {
  on cart_abandonned where event.total >= 30
}
)";

TEST(RenderText, UnknownEvent) {
  SourceMap sources;
  const SourceFile& file = sources.add("journeys/cart.wend", std::string(kTypos));
  const UnknownEvent message{
      span_of(file, "cart_abandonned"), "cart_abandonned", {"cart_abandoned"}, "ecommerce"};
  EXPECT_EQ(render_text(describe(message), sources), R"(error[WD0201]: unknown event `cart_abandonned`
  --> journeys/cart.wend:4:6
   |
 4 |   on cart_abandonned where event.total >= 30
   |      ^^^^^^^^^^^^^^^ no event has this name
   |
help: did you mean `cart_abandoned`, from `use ecommerce`?
 4 |   on cart_abandoned where event.total >= 30
   |      ~~~~~~~~~~~~~~
note: names are checked because this project declares events; a new one needs `event NAME { ... }`
)");
}

TEST(RenderText, TwoFilesAndTwoLabelsOnALine) {
  SourceMap sources;
  const SourceFile& file = sources.add("journeys/cart.wend", R"(use ecommerce

journey cart_recovery {
  on cart_abandoned where event.total >= "30"
}
)");
  const SourceFile& library =
      sources.add("stdlib/ecommerce.wend", std::string(13, '\n') + "  total:    number\n");
  const TypeMismatchComparison message{span_of(file, "\"30\""),
                                       "string",
                                       span_of(file, "event.total"),
                                       "number",
                                       span_of(library, "total:    number"),
                                       "30"};
  EXPECT_EQ(render_text(describe(message), sources), R"(error[WD0302]: cannot compare a number with a string
  --> journeys/cart.wend:4:42
   |
 4 |   on cart_abandoned where event.total >= "30"
   |                           -----------    ^^^^ string
   |                           |
   |                           number
  ::: stdlib/ecommerce.wend:14:3
14 |   total:    number
   |   ---------------- declared here
   |
help: write the number without quotes
 4 |   on cart_abandoned where event.total >= 30
   |                                          ~~
)");
}

TEST(RenderText, NeighbouringLinesAndHelp) {
  SourceMap sources;
  const SourceFile& file =
      sources.add("journeys/cart.wend", std::string(10, '\n') +
                                            "    exit \"came back\"\n"
                                            "    send sms \"Still thinking it over?\"\n");
  const UnreachableStep message{span_of(file, "send sms \"Still thinking it over?\""),
                                span_of(file, "exit \"came back\""), true};
  EXPECT_EQ(render_text(describe(message), sources), R"(error[WD0401]: this step can never run
  --> journeys/cart.wend:12:5
   |
11 |     exit "came back"
   |     ---------------- every run that gets here ends
12 |     send sms "Still thinking it over?"
   |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unreachable
   |
help: put the step above the `exit`, or delete it
)");
}

TEST(RenderText, LeftOutLines) {
  SourceMap sources;
  const SourceFile& file = sources.add("journeys/cart.wend", R"(journey cart_recovery {
  on cart_abandoned
  enter once per 7d

  send email welcome
  wait 1d

  if not opened cart_reminder {
    wait 1d

  send email cart_reminder
  }
}
)");
  const AskedBeforeSent message{span_of(file, "opened cart_reminder"),
                                span_of(file, "cart_reminder"),
                                "opened",
                                "cart_reminder",
                                true,
                                span_of(file, "send email welcome"),
                                "welcome",
                                true,
                                span_of(file, "send email cart_reminder")};
  EXPECT_EQ(render_text(describe(message), sources),
            R"(error[WD0502]: `opened cart_reminder` is asked before any path has sent `cart_reminder`
  --> journeys/cart.wend:8:10
   |
 5 |   send email welcome
   |   ------------------ the only message sent by then
...
 8 |   if not opened cart_reminder {
   |          ^^^^^^^^^^^^^^^^^^^^ always false here, so the branch below is taken by everyone
...
11 |   send email cart_reminder
   |   ------------------------ first sent here
   |
help: to ask about the message that was sent
 8 |   if not opened welcome {
   |                 ~~~~~~~
)");
}

TEST(RenderText, AnInsertedLineInAnotherFileAndANote) {
  SourceMap sources;
  const SourceFile& file =
      sources.add("journeys/cart.wend",
                  std::string(8, '\n') + "    send sms \"Your cart is waiting: {{ trigger.url }}\"\n");
  const SourceFile& policies = sources.add("policies.wend", "policy marketing {\n  consent opt_out\n}\n");
  Diagnostic d = start_diagnostic(Code::kNoPolicy, "marketing SMS to contacts who never agreed to texts",
                                  span_of(file, "send sms"), "category marketing, under policy `marketing`");
  d.level = Level::kError;
  d.secondary.push_back(
      {span_of(policies, "consent opt_out"), "lets through everyone who has not unsubscribed"});
  d.fixes.push_back(insert_fix("require opt-in for this channel", Applicability::kSuggested, policies.id(),
                               span_of(policies, "consent opt_out").end, "\n  consent sms opt_in"));
  d.notes.push_back("an error by default");
  EXPECT_EQ(render_text(d, sources), R"(error[WD1501]: marketing SMS to contacts who never agreed to texts
  --> journeys/cart.wend:9:5
   |
 9 |     send sms "Your cart is waiting: {{ trigger.url }}"
   |     ^^^^^^^^ category marketing, under policy `marketing`
  ::: policies.wend:2:3
 2 |   consent opt_out
   |   --------------- lets through everyone who has not unsubscribed
   |
help: require opt-in for this channel
 2 |   consent opt_out
 3 +   consent sms opt_in
note: an error by default
)");
}

TEST(RenderText, APathInANote) {
  SourceMap sources;
  const SourceFile& file = sources.add(
      "journeys/winback.wend", "journey winback {\n  on a\n  lasts at most 2d\n\n\n\n\n\n  wait 3d\n}\n");
  const WaitNeverElapses message{span_of(file, "wait 3d"),
                                 span_of(file, "lasts at most 2d"),
                                 2 * 86'400'000,
                                 3 * 86'400'000 + 20 * 60'000,
                                 3 * 86'400'000 + 20 * 60'000,
                                 {{"on cart_abandoned", 2}, {"wait 20m", 6}, {"send email", 7}}};
  EXPECT_EQ(render_text(describe(message), sources), R"(error[WD0407]: this wait can never elapse
  --> journeys/winback.wend:9:3
   |
 3 |   lasts at most 2d
   |   ---------------- ends every run 2d after it began
...
 9 |   wait 3d
   |   ^^^^^^^ ends 3d20m after entry at the earliest
   |
note: shortest way here: on cart_abandoned (line 2) -> wait 20m (line 6) -> send email (line 7)
help: `lasts at most 4d` covers every path of this journey (the longest takes 3d20m)
)");
}

// A diagnostic over `text` with one primary label and any secondary ones, without anything behind the source.
struct Words {
  std::string words;
  std::string label;
};
std::string rendered(const std::string& text, const Words& primary, const std::vector<Words>& secondary = {},
                     uint32_t max_width = 140) {
  SourceMap sources;
  const SourceFile& file = sources.add("a.wend", text);
  Diagnostic d = start_diagnostic(Code::kUnknownName, "t", span_of(file, primary.words), primary.label);
  for (const Words& one : secondary) d.secondary.push_back({span_of(file, one.words), one.label});
  std::string result = render_text(d, sources, {.color = false, .max_line_width = max_width});
  return result.substr(result.find('\n') + 1);
}

TEST(RenderText, ThreeLabelsHangFromRightToLeft) {
  EXPECT_EQ(rendered("aa bbb cc", {"bbb", "two"}, {{"aa", "one"}, {"cc", "three"}}), R"(  --> a.wend:1:4
   |
 1 | aa bbb cc
   | -- ^^^ -- three
   | |  |
   | |  two
   | one
)");
}

TEST(RenderText, ALabelInsideAnother) {
  EXPECT_EQ(rendered("if a == missing", {"a == missing", "never true"}, {{"a", "may be missing"}}),
            R"(  --> a.wend:1:4
   |
 1 | if a == missing
   |    ^^^^^^^^^^^^
   |    |
   |    may be missing
   |    never true
)");
}

TEST(RenderText, TabsAreExpanded) {
  EXPECT_EQ(rendered("\tab\tcd", {"cd", "here"}), R"(  --> a.wend:1:5
   |
 1 |     ab  cd
   |         ^^ here
)");
}

TEST(RenderText, WideAndCombiningCharactersKeepTheirColumns) {
  EXPECT_EQ(rendered("note \"漢字 e\u0301 😀\" x", {"x", "here"}),
            "  --> a.wend:1:16\n"
            "   |\n"
            " 1 | note \"漢字 e\u0301 😀\" x\n"
            "   |                  ^ here\n");
}

TEST(RenderText, ControlCharactersDoNotReachTheTerminal) {
  EXPECT_EQ(rendered("a \x1b[31m b \u202Ec \xFF d", {"d", "\x1b[31m"}), R"(  --> a.wend:1:16
   |
 1 | a ?[31m b ?c ? d
   |                ^ ?[31m
)");
}

TEST(RenderText, ALongLineIsCutAroundItsMark) {
  const std::string text = std::string(300, 'a') + " here " + std::string(300, 'b');
  EXPECT_EQ(rendered(text, {"here", "this"}, {}, 60),
            "  --> a.wend:1:302\n"
            "   |\n"
            " 1 | ...aaaaaaaaaaaaaaaaaaaaaaa here bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...\n"
            "   |                            ^^^^ this\n");
}

TEST(RenderText, AMarkLongerThanTheWindowEndsWithIt) {
  const std::string text = "x " + std::string(300, 'b');
  EXPECT_EQ(rendered(text, {std::string(300, 'b'), "long"}, {}, 20),
            "  --> a.wend:1:3\n"
            "   |\n"
            " 1 | x bbbbbbbbbbbbbbbbbb...\n"
            "   |   ^^^^^^^^^^^^^^^^^^ long\n");
}

TEST(RenderText, AMegabyteInOneLineIsShownInPart) {
  const std::string text = std::string(1'000'000, '{') + "here" + std::string(1'000'000, '}');
  const std::string shown = rendered(text, {"here", "this"});
  EXPECT_LT(shown.size(), 700U);
  EXPECT_NE(shown.find("{here}"), std::string::npos);
  EXPECT_NE(shown.find("^^^^ this"), std::string::npos);
}

TEST(RenderText, ASpanOverSeveralLinesIsMarkedOnItsFirst) {
  EXPECT_EQ(rendered("if a {\n  exit\n}\nwait 1d", {"{\n  exit\n}", "block"}), R"(  --> a.wend:1:6
   |
 1 | if a {
   |      ^ block
)");
}

TEST(RenderText, TheEndOfALineAndOfTheFile) {
  SourceMap sources;
  const SourceFile& file = sources.add("a.wend", "wait");
  const Diagnostic d = start_diagnostic(Code::kUnknownName, "t", {file.id(), 4, 4}, "a duration is missing");
  EXPECT_EQ(render_text(d, sources), R"(error[WD0203]: t
  --> a.wend:1:5
   |
 1 | wait
   |     ^ a duration is missing
)");
}

TEST(RenderText, CrlfAndByteOrderMark) {
  EXPECT_EQ(rendered("\xEF\xBB\xBFon x\r\nwait 1d\r\n", {"x", "one"}, {{"1d", "two"}}), R"(  --> a.wend:1:4
   |
 1 | on x
   |    ^ one
 2 | wait 1d
   |      -- two
)");
}

TEST(RenderText, ASingleLineBetweenIsShown) {
  EXPECT_EQ(rendered("a\nb\nc\n", {"a", "one"}, {{"c", "two"}}), R"(  --> a.wend:1:1
   |
 1 | a
   | ^ one
 2 | b
 3 | c
   | - two
)");
}

TEST(RenderText, AFolderHasNoSourceLine) {
  SourceMap sources;
  const SourceFile& folder = sources.add("shop", "");
  EXPECT_EQ(render_text(describe(NoWendFiles{{folder.id(), 0, 0}, "shop"}), sources),
            R"(error[WD0902]: no .wend files in `shop`
  --> shop
   = neither here nor in the folders below
help: `wend new NAME` makes a project to start from
)");
}

TEST(RenderText, SeveralEditsOfOneFix) {
  SourceMap sources;
  const SourceFile& file = sources.add("a.wend", "if opened {\n  exit\n}\n");
  Diagnostic d = start_diagnostic(Code::kUnknownName, "t", span_of(file, "opened"), "x");
  d.fixes.push_back({"both",
                     Applicability::kSafe,
                     {{span_of(file, "opened"), "not opened"}, {span_of(file, "  exit\n"), ""}}});
  const std::string text = render_text(d, sources);
  EXPECT_EQ(text.substr(text.find("help")), R"(help: both
 1 | if not opened {
   |    ~~~
 2 -   exit
)");
}

TEST(RenderText, ADeletedLineAndAFileThatNoLabelShows) {
  SourceMap sources;
  const SourceFile& file = sources.add("a.wend", "exit\n");
  const SourceFile& other = sources.add("settings.wend", "settings {\n  lint no_policy off\n  late 1d\n}\n");
  Diagnostic d = start_diagnostic(Code::kUnknownName, "t", span_of(file, "exit"), "x");
  d.fixes.push_back(
      replace_fix("drop the setting", Applicability::kShown, span_of(other, "  lint no_policy off\n"), ""));
  d.fixes.push_back(insert_fix("add a line", Applicability::kShown, other.id(),
                               span_of(other, "  late").begin, "  zone \"UTC\"\n"));
  const std::string text = render_text(d, sources);
  EXPECT_EQ(text.substr(text.find("help")), R"(help: drop the setting
  ::: settings.wend:2
 2 -   lint no_policy off
help: add a line
  ::: settings.wend:3
 3 +   zone "UTC"
 4 |   late 1d
)");
}

TEST(RenderText, ColoursAreAnOption) {
  SourceMap sources;
  const SourceFile& file = sources.add("journeys/cart.wend", std::string(kTypos));
  const Diagnostic d = describe(UnknownEvent{span_of(file, "cart_abandonned"), "cart_abandonned", {}, ""});
  const std::string colored = render_text(d, sources, {.color = true});
  EXPECT_NE(colored.find("\x1b[1;31merror[WD0201]\x1b[0m"), std::string::npos);
  std::string plain;
  for (size_t at = 0; at < colored.size(); ++at) {
    if (colored[at] == '\x1b') {
      at = colored.find('m', at);
    } else {
      plain += colored[at];
    }
  }
  EXPECT_EQ(plain, render_text(d, sources));
}

TEST(RenderText, ManyFindingsEndWithASummary) {
  SourceMap sources;
  const SourceFile& file = sources.add("a.wend", "a b c d");
  const std::vector<Diagnostic> found = {
      describe(UnknownEvent{span_of(file, "a"), "a", {"x"}, ""}),
      describe(CompareWithMissing{span_of(file, "b"), true, "b"}),
      describe(NotOverOptional{span_of(file, "c"), "c", span_of(file, "c"), false, {}}),
  };
  const std::string text = render_text(found, sources);
  EXPECT_NE(text.find("\n\nerror[WD0306]"), std::string::npos);
  EXPECT_TRUE(
      text.ends_with("\n\n2 errors, 1 lint; 1 fixable with `wend check --fix`, 2 with `--fix --unsafe`. "
                     "More: `wend explain WD0201 WD0306 WD1301`\n"));
  EXPECT_EQ(
      summary_line(std::span(found).first(1), 12),
      "1 error, 12 more not shown; 1 fixable with `wend check --fix --unsafe`. More: `wend explain WD0201`");
  EXPECT_EQ(render_text(std::span<const Diagnostic>(), sources), "");
}

}  // namespace
}  // namespace wend

// Each mistake that has words of its own: the code, where it is shown, what it says, and what the fix makes.

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/syntax/syntax_errors.h"
#include "parse_support.h"

namespace wend::syntax_test {
namespace {

struct Mistake {
  std::string source;
  Code code;
  std::string at;     // the text under the primary span
  std::string title;  // a part of it
  std::string fixed;  // the source after the first fix; empty where there is none
};

std::string apply(std::string source, const Fix& fix) {
  std::vector<Edit> edits = fix.edits;
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.span.begin > b.span.begin; });
  for (const Edit& edit : edits) source.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.text);
  return source;
}

class SyntaxMistake : public testing::TestWithParam<Mistake> {};

TEST_P(SyntaxMistake, HasOneMessageInOurWords) {
  const Mistake& mistake = GetParam();
  const Parsed parsed = parse_text(mistake.source);
  ASSERT_EQ(parsed.diagnostics.size(), 1U) << mistake.source << "\n" << parsed.titles();
  const Diagnostic& d = parsed.diagnostics[0];
  EXPECT_EQ(d.code, mistake.code) << mistake.source;
  EXPECT_EQ(parsed.text(d.primary.span), mistake.at) << mistake.source;
  EXPECT_NE(d.title.find(mistake.title), std::string::npos) << d.title;
  for (const char* foreign : {"mismatched", "extraneous", "no viable", "token recognition", "missing '"}) {
    EXPECT_EQ(d.title.find(foreign), std::string::npos) << d.title;
  }
  if (mistake.fixed.empty()) return;
  ASSERT_FALSE(d.fixes.empty()) << mistake.source;
  const std::string fixed = apply(mistake.source, d.fixes[0]);
  EXPECT_EQ(fixed, mistake.fixed);
  EXPECT_EQ(parse_text(fixed).titles(), "") << fixed;
}

std::string in_journey(const std::string& steps) {
  return "journey a {\n  on x\n  " + steps + "\n  exit\n}\n";
}

Mistake foreign(const std::string& wrong, const std::string& at, const std::string& right) {
  return {in_journey(wrong), Code::kForeignKeyword, at, "in Wend", in_journey(right)};
}
Mistake bad_length(const std::string& wrong, const std::string& right) {
  return {in_journey("wait " + wrong), Code::kBadNumber, wrong, "is not a number or a length",
          in_journey("wait " + right)};
}

INSTANTIATE_TEST_SUITE_P(
    WordsOfOtherTools, SyntaxMistake,
    testing::Values(
        foreign("delay 3d", "delay", "wait 3d"), foreign("sleep 3d", "sleep", "wait 3d"),
        foreign("pause for 3d", "pause for", "wait 3d"), foreign("wait for 3d", "wait for", "wait 3d"),
        foreign("delay until monday 09:00", "delay", "wait until monday 09:00"),
        foreign("email welcome", "email", "send email welcome"),
        foreign("mail welcome", "mail", "send email welcome"),
        foreign("sms \"hi\"", "sms", "send sms \"hi\""), foreign("stop", "stop", "exit"),
        foreign("end", "end", "exit"),
        foreign("if a { exit } elsif b { exit }", "elsif", "if a { exit } else if b { exit }"),
        foreign("if a { exit } elseif b { exit }", "elseif", "if a { exit } else if b { exit }"),
        foreign("if a && b exit", "&&", "if a and b exit"), foreign("if a || b exit", "||", "if a or b exit"),
        foreign("if !a exit", "!", "if not a exit"), foreign("if a <> 3 exit", "<>", "if a != 3 exit"),
        foreign("if a === 3 exit", "===", "if a == 3 exit"), foreign("if a = 3 exit", "=", "if a == 3 exit"),
        foreign("if contact.a = 3 and b { exit }", "=", "if contact.a == 3 and b { exit }"),
        foreign("send sms 'hello'", "'hello'", "send sms \"hello\""),
        foreign("send sms \xE2\x80\x9Chello\xE2\x80\x9D", "\xE2\x80\x9Chello\xE2\x80\x9D",
                "send sms \"hello\""),
        foreign("note \"a\" // why", "//", "note \"a\" # why"),
        Mistake{"journey a { when x exit }", Code::kForeignKeyword, "when", "`when` is written `on`",
                "journey a { on x exit }"},
        Mistake{"journey a { trigger x exit }", Code::kForeignKeyword, "trigger", "`trigger` is written `on`",
                "journey a { on x exit }"},
        Mistake{"when x exit", Code::kForeignKeyword, "when", "`when` is written `on`", "on x exit"},
        Mistake{"on x if a then exit", Code::kForeignKeyword, "then", "Wend has no `then` here",
                "on x if a  exit"},
        Mistake{"policy a { consent sms opt-in }", Code::kForeignKeyword, "opt-in", "`opt_in`",
                "policy a { consent sms opt_in }"},
        Mistake{"policy a { consent opt-out }", Code::kForeignKeyword, "opt-out", "`opt_out`",
                "policy a { consent opt_out }"}));

Mistake near_word(const std::string& wrong, const std::string& at, const std::string& right) {
  return {wrong, Code::kForeignKeyword, at, "has no meaning here", right};
}

INSTANTIATE_TEST_SUITE_P(
    NearWords, SyntaxMistake,
    testing::Values(
        near_word("journey a { on x untl y exit }", "untl", "journey a { on x until y exit }"),
        near_word("journey a { whne x exit }", "whne", "journey a { on x exit }"),
        near_word(in_journey("snd email welcome"), "snd", in_journey("send email welcome")),
        near_word(in_journey("waitt 3d"), "waitt", in_journey("wait 3d")),
        near_word("jurney a { on x exit }", "jurney", "journey a { on x exit }"),
        near_word("message m: email { subjct \"a\" body \"b\" }", "subjct",
                  "message m: email { subject \"a\" body \"b\" }"),
        foreign("match a { \"b\" => exit else -> exit }", "=>", "match a { \"b\" -> exit else -> exit }")));

INSTANTIATE_TEST_SUITE_P(Lengths, SyntaxMistake,
                         testing::Values(bad_length("20min", "20m"), bad_length("1h 30m", "1h30m"),
                                         bad_length("1.5h", "1h30m"), bad_length("3days", "3d"),
                                         bad_length("3 days", "3d"), bad_length("6months", "6mo"),
                                         Mistake{in_journey("wait 5q"), Code::kBadNumber, "5q",
                                                 "is not a number or a length", ""}));

INSTANTIATE_TEST_SUITE_P(
    BracesAndQuotes, SyntaxMistake,
    testing::Values(
        Mistake{"journey a {\n  on x\n  if b {\n    exit\n  wait 3d\n}\nevent c\n", Code::kMissingBrace, "{",
                "a `}` is missing", "journey a {\n  on x\n  if b {\n    exit\n  }\n  wait 3d\n}\nevent c\n"},
        Mistake{"journey a {\n  on x\n  exit\n\nevent c\n", Code::kMissingBrace, "{", "a `}` is missing",
                "journey a {\n  on x\n  exit\n}\n\nevent c\n"},
        Mistake{"journey a {\n  on x\n  exit\n", Code::kMissingBrace, "{", "a `}` is missing",
                "journey a {\n  on x\n  exit\n}\n"},
        Mistake{"event a {\n  b: string\njourney c { on x }\n", Code::kMissingBrace, "{", "a `}` is missing",
                "event a {\n  b: string\n}\njourney c { on x }\n"},
        Mistake{"journey a {\n  on x\n  if b { exit } }\n  exit\n}\n", Code::kSyntaxError, "}",
                "a `}` too many", ""},
        Mistake{"journey a { on x }\n}\n", Code::kSyntaxError, "}", "closes nothing", ""},
        Mistake{"journey a\n  on x\n  exit\n}\nevent b\n", Code::kSyntaxError, "a", "expected `{` here", ""},
        Mistake{in_journey("send sms \"hello"), Code::kUnterminatedString, "\"hello",
                "a string is not closed", in_journey("send sms \"hello\"")},
        Mistake{in_journey("if b { send sms \"hello }"), Code::kUnterminatedString, "\"hello",
                "a string is not closed", in_journey("if b { send sms \"hello\" }")},
        Mistake{in_journey("send sms \"\"\"hello\n    you"), Code::kUnterminatedString,
                "\"\"\"hello\n    you", "a text in triple quotes is not closed",
                in_journey("send sms \"\"\"hello\n    you\"\"\"")}));

INSTANTIATE_TEST_SUITE_P(
    Names, SyntaxMistake,
    testing::Values(Mistake{"journey event { on x }", Code::kReservedName, "event",
                            "`event` is a word of the language", ""},
                    Mistake{"const segment = 3", Code::kReservedName, "segment",
                            "`segment` is a word of the language", ""},
                    Mistake{"event and", Code::kReservedName, "and", "`and` is a word of the language", ""},
                    Mistake{"journey CartRecovery { on x }", Code::kBadName, "CartRecovery", "is not a name",
                            "journey cart_recovery { on x }"},
                    Mistake{in_journey("Send email a"), Code::kBadName, "Send", "is not a name",
                            in_journey("send email a")},
                    Mistake{"event " + std::string(65, 'a'), Code::kNameTooLong, std::string(65, 'a'),
                            "at most 64", ""}));

INSTANTIATE_TEST_SUITE_P(
    Values, SyntaxMistake,
    testing::Values(
        Mistake{"const a = 99999999999999999999", Code::kLiteralOutOfRange, "99999999999999999999",
                "out of range", ""},
        Mistake{"const a = 25:00", Code::kLiteralOutOfRange, "25:00", "out of range", ""},
        Mistake{"const a = 2026-02-30", Code::kLiteralOutOfRange, "2026-02-30", "out of range", ""},
        Mistake{"const a = \"b\\q\"", Code::kBadEscape, "\\q", "no escape", ""},
        Mistake{"const a = 3;", Code::kBadCharacter, ";", "has no meaning here", ""},
        Mistake{"const a = \xE2\x82\xAC", Code::kBadCharacter, "\xE2\x82\xAC", "has no meaning here", ""}));

INSTANTIATE_TEST_SUITE_P(
    Places, SyntaxMistake,
    testing::Values(
        Mistake{in_journey("send"), Code::kSyntaxError, "send", "expected a name or a string", ""},
        Mistake{in_journey("wait for b"), Code::kSyntaxError, "b", "a wait for an event needs a limit", ""},
        Mistake{in_journey("foo bar"), Code::kSyntaxError, "foo", "expected a step, a clause or `}`", ""},
        Mistake{in_journey("if a if b exit"), Code::kSyntaxError, "if",
                "an `if` inside of an `if` needs braces", ""},
        Mistake{in_journey("match b { \"a\": exit }"), Code::kSyntaxError, ":", "an arm is written with `->`",
                ""},
        Mistake{in_journey("send email a with { b = 3 }"), Code::kSyntaxError, "=",
                "a value in a record is written with `:`", ""},
        Mistake{"journey a {\n  on x\n  exit\n  goal b\n}\n", Code::kSyntaxError, "goal",
                "clauses stand in front of all steps", ""},
        Mistake{"send email a\n", Code::kSyntaxError, "send", "no journey is open here", ""},
        Mistake{"message b { subject \"a\" }\n", Code::kSyntaxError, "{", "a message needs its channel", ""},
        Mistake{"event a { b string }\n", Code::kSyntaxError, "string", "expected `:`", ""},
        Mistake{"const a = count(b, 3d\nconst c = 4\n", Code::kSyntaxError, "3d", "expected `)` or `,`", ""},
        Mistake{"const a = 1 == 2 == 3\n", Code::kSyntaxError, "==", "comparisons do not chain", ""},
        Mistake{"on x wait until contact.a over 2h", Code::kSyntaxError, "2h", "`over` spreads a wait", ""},
        Mistake{"on x send a expires after 1d expires after 2d", Code::kSyntaxError, "expires after 2d",
                "stands twice", ""}));

TEST(SyntaxErrors, MistakesOnDifferentLinesAreAllSaid) {
  const Parsed parsed =
      parse_text("journey a {\n  on x\n  foo\n  wait for b\n  exit\n}\nconst = 3\nevent and\n");
  EXPECT_EQ(parsed.diagnostics.size(), 4U) << parsed.titles();
}

TEST(SyntaxErrors, ExpectationsAreNamedAsPeopleCallThem) {
  using syntax::display_expected;
  EXPECT_EQ(display_expected({"DURATION", "'('"}),
            (std::vector<std::string>{"a duration such as `20m`", "`(`"}));
  EXPECT_EQ(display_expected({"ID", "'goal'", "'first'"}), (std::vector<std::string>{"a name"}));
  EXPECT_EQ(display_expected({"'}'", "'send'", "'exit'", "'note'", "LABEL"}),
            (std::vector<std::string>{"a step", "`}`"}));
  EXPECT_EQ(display_expected({"'monday'", "'friday'", "CLOCK"}),
            (std::vector<std::string>{"a weekday", "a clock time such as `09:00`"}));
  EXPECT_EQ(display_expected({"EOF"}), (std::vector<std::string>{"the end of the file"}));
}

}  // namespace
}  // namespace wend::syntax_test

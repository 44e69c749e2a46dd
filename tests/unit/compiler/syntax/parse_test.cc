#include "compiler/syntax/parse.h"

#include <gtest/gtest.h>

#include <set>

#include "parse_support.h"

namespace wend::syntax_test {
namespace {

const ast::JourneyDecl& journey(const Parsed& parsed) {
  for (const ast::Decl* decl : parsed.file.decls) {
    if (const auto* found = decl->as<ast::JourneyDecl>()) return *found;
  }
  throw std::runtime_error("no journey: " + parsed.titles());
}

TEST(Parse, AnEmptyFileIsAnEmptyProgram) {
  for (const char* text : {"", "\n", "# only a comment", "\xEF\xBB\xBF"}) {
    const Parsed parsed = parse_text(text);
    EXPECT_EQ(parsed.titles(), "") << text;
    EXPECT_TRUE(parsed.file.decls.empty());
  }
}

TEST(Parse, TheAnonymousJourneyIsNamedAfterItsFile) {
  const auto name = [](const char* path) {
    return std::string(journey(parse_text("on x exit", path)).name.text);
  };
  EXPECT_EQ(name("cart.wend"), "cart");
  EXPECT_EQ(name("journeys/Cart-Recovery 2.wend"), "cart_recovery_2");
  EXPECT_EQ(name("a/2nd.wend"), "_2nd");
  EXPECT_EQ(name("--.wend"), "journey_of_file");
  EXPECT_TRUE(journey(parse_text("on x exit")).anonymous);
  EXPECT_FALSE(journey(parse_text("journey a { on x }")).anonymous);
}

TEST(Parse, SpansAreBytesOfTheFile) {
  const std::string text =
      "\xEF\xBB\xBF# \xC3\xA9t\xC3\xA9\r\non caf\r\n  @first send sms \"\xE2\x82\xAC {{ a }}\" # "
      "\xF0\x9F\x98\x80\r\nwait 3d\r\n";
  const Parsed parsed = parse_text(text);
  ASSERT_EQ(parsed.titles(), "");
  const ast::JourneyDecl& j = journey(parsed);
  EXPECT_EQ(parsed.text(j.clauses[0]->span), "on caf");
  EXPECT_EQ(parsed.text(j.steps[0]->span), "@first send sms \"\xE2\x82\xAC {{ a }}\"");
  EXPECT_EQ(j.steps[0]->label.text, "first");
  EXPECT_EQ(parsed.text(j.steps[0]->label.span), "@first");
  EXPECT_EQ(parsed.text(j.steps[1]->span), "wait 3d");
  const auto* body = j.steps[0]->as<ast::SendStep>()->body.text;
  EXPECT_EQ(body->value.text, "\xE2\x82\xAC {{ a }}");
  EXPECT_EQ(text[body->value.map[0]], '\xE2');
  EXPECT_EQ(body->value.map.size(), body->value.text.size() + 1);
  EXPECT_EQ(text[body->value.map.back()], '"');
}

TEST(Parse, CommentsAreKeptWithTheirPlaces) {
  const Parsed parsed = parse_text("# one\n## two\nevent a # three\n  ## four  \r\nevent b");
  ASSERT_EQ(parsed.file.comments.size(), 4U);
  EXPECT_EQ(parsed.text(parsed.file.comments[0].span), "# one");
  EXPECT_FALSE(parsed.file.comments[0].documentation);
  EXPECT_TRUE(parsed.file.comments[0].own_line);
  EXPECT_TRUE(parsed.file.comments[1].documentation);
  EXPECT_EQ(parsed.text(parsed.file.comments[2].span), "# three");
  EXPECT_FALSE(parsed.file.comments[2].own_line);
  EXPECT_EQ(parsed.text(parsed.file.comments[3].span), "## four");
}

TEST(Parse, DocumentationStandsDirectlyAbove) {
  const Parsed parsed = parse_text("## a\n##  b\nevent one\n## lost\n\nevent two\r\n## kept\r\nevent three");
  ASSERT_EQ(parsed.file.decls.size(), 3U);
  ASSERT_EQ(parsed.file.decls[0]->docs.size(), 2U);
  EXPECT_EQ(parsed.file.decls[0]->docs[0], "a");
  EXPECT_EQ(parsed.file.decls[0]->docs[1], " b");
  EXPECT_TRUE(parsed.file.decls[1]->docs.empty());
  ASSERT_EQ(parsed.file.decls[2]->docs.size(), 1U);
  EXPECT_EQ(parsed.file.decls[2]->docs[0], "kept");
}

TEST(Parse, LineEndsDoNotChangeTheTree) {
  for (const auto& path : sample_paths()) {
    const std::string unix_text = read_sample(path).source;
    std::string windows_text;
    for (const char c : unix_text) windows_text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_EQ(dump(parse_text(unix_text).file), dump(parse_text(windows_text).file)) << path;
    EXPECT_EQ(dump(parse_text(unix_text).file), dump(parse_text("\xEF\xBB\xBF" + unix_text).file)) << path;
  }
}

TEST(Parse, NodesAreNumberedWithoutGapsOverFiles) {
  uint32_t next = 0;
  Sink sink;
  const SourceFile one(FileId(0), "a.wend", "on x if a and b { exit }");
  const SourceFile two(FileId(1), "b.wend", "event c { d: string }");
  const ast::File first = parse(one, {}, next, sink);
  const uint32_t between = next;
  const ast::File second = parse(two, {}, next, sink);
  DumpOptions options;
  options.ids = true;
  std::set<std::string> ids;
  const std::string text = dump(first, options) + dump(second, options);
  for (size_t at = text.find('#'); at != std::string::npos; at = text.find('#', at + 1)) {
    ids.insert(text.substr(at, text.find_first_not_of("0123456789", at + 1) - at));
  }
  EXPECT_GT(between, 5U);
  EXPECT_EQ(second.decls[0]->id.number, between);
  // The condition's names, the type and its field print no id of their own in the short form.
  EXPECT_LE(ids.size(), next);
  EXPECT_GE(ids.size() + 3, next);
}

TEST(Parse, EveryWordOfTheLanguageIsAKeyAndAMember) {
  for (const char* word :
       {"and",   "or",      "journey", "if",      "else",    "on",    "opened",   "monday",
        "true",  "missing", "do",      "because", "contact", "event", "use",      "yearly",
        "value", "between", "error",   "file",    "date",    "skip",  "catch_up", "converted",
        "for",   "no",      "is",      "exit",    "settings"}) {
    const std::string text =
        std::string("const a = { ") + word + ": event." + word + " }  event e { " + word + ": any }";
    EXPECT_EQ(parse_text(text).titles(), "") << word;
  }
}

TEST(Parse, WordsThatAreNotReservedAreNames) {
  for (const char* word : {"goal",  "active", "offer", "date",  "control", "rest", "first", "file",
                           "error", "text",   "data",  "every", "at",      "to",   "with",  "up",
                           "as",    "day",    "month", "skip",  "then",    "on",   "for"}) {
    const std::string text =
        std::string("event ") + word + "  journey " + word + " { on " + word + " send " + word + " }";
    EXPECT_EQ(parse_text(text).titles(), "") << word;
  }
}

TEST(Parse, WaitUntilIsAMomentAConditionOrAClock) {
  const Parsed parsed = parse_text(
      "on x wait until 09:00 wait until contact.d at 09:00 wait until contact.d wait until opened up to 1d");
  const ast::JourneyDecl& j = journey(parsed);
  ASSERT_EQ(j.steps.size(), 4U);
  EXPECT_NE(j.steps[0]->as<ast::WaitCalendarStep>(), nullptr);
  EXPECT_NE(j.steps[1]->as<ast::WaitMomentStep>(), nullptr);
  EXPECT_FALSE(j.steps[2]->as<ast::WaitMomentStep>()->else_branch.present);
  EXPECT_NE(j.steps[3]->as<ast::WaitConditionStep>(), nullptr);
}

TEST(Parse, ABrokenStepIsLeftOutAndTheRestIsKept) {
  const Parsed parsed = parse_text("journey a {\n on x\n send email a\n send (\n wait 3d\n}\nevent b");
  EXPECT_EQ(parsed.diagnostics.size(), 1U);
  EXPECT_TRUE(parsed.file.had_syntax_errors);
  EXPECT_EQ(journey(parsed).steps.size(), 2U);
  EXPECT_EQ(parsed.file.decls.size(), 2U);
}

TEST(Parse, TextThatIsNoText) {
  EXPECT_EQ(parse_text("event a\n\xFF").diagnostics.at(0).code, Code::kInvalidUtf8);
  EXPECT_EQ(parse_text("event a\n\xFF").diagnostics.at(0).primary.span.begin, 8U);
  EXPECT_EQ(parse_text(std::string("event a\0b", 9)).diagnostics.at(0).code, Code::kNulByte);
  ParseOptions options;
  options.max_source_bytes = 10;
  EXPECT_EQ(parse_text("event abcdefgh", "a.wend", options).diagnostics.at(0).code, Code::kSourceTooLarge);
}

}  // namespace
}  // namespace wend::syntax_test

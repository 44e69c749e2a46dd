// Templates against what is declared: names, filters, types, fallbacks.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/compiled.h"

namespace wend {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing_support::compile_files;
using testing_support::diagnostics_text;

constexpr const char* kDeclarations = R"(
event order { total: number, count: int, tier: "gold" | "silver", code: string?, paid: bool?,
              items: list<{ sku: string, price: number }>, at_door: time? }
contact { first_name: string?  plan: string = "free" }
journey j { on order send sms slip }
)";

// What is found in a template, `{{ .. }}` or whole, of a message that every `order` sends.
std::string found(const std::string& text, Level least = Level::kError) {
  return diagnostics_text(compile_files({{"a.wend", kDeclarations}, {"m.wend", "message slip: sms { body file \"t.txt\" }"},
                                         {"t.txt", text}}),
                          least);
}

TEST(CheckTemplate, DeclaredNamesAreFine) {
  EXPECT_EQ(found("{{ contact.plan }} {{ trigger.total }} {{ event.items.size }} {{ trigger.items[0].sku }}"), "");
  EXPECT_EQ(found("{{ trigger.items.price | sum | round: 2 }} {{ trigger.at | date: '%d' }} {{ run.count }}"), "");
}

TEST(CheckTemplate, UnknownNamesGetSuggestions) {
  EXPECT_THAT(found("{{ contcat.plan }}"), StartsWith("WD0603 t.txt:1:4"));
  EXPECT_THAT(found("a\nb {{ trigger.totl }}"), StartsWith("WD0202 t.txt:2:14"));
  EXPECT_THAT(found("{{ contact.plan | upercase }}"), StartsWith("WD0604 t.txt:1:19"));
  EXPECT_THAT(found("{{ trigger.items[0].sk }}"), StartsWith("WD0202 t.txt:1:21"));
}

TEST(CheckTemplate, FiltersSayWhatTheyWant) {
  EXPECT_THAT(found("{{ trigger.total | upcase }}"), StartsWith("WD0608 t.txt:1:20"));
  EXPECT_THAT(found("{{ contact.plan | plus: 1 }}"), HasSubstr("WD0608"));
  EXPECT_THAT(found("{{ trigger.total | plus }}"), HasSubstr("takes one argument"));
  EXPECT_THAT(found("{{ contact.plan | upcase: 1 }}"), HasSubstr("takes no argument"));
  EXPECT_THAT(found("{{ contact.plan | truncate: 'x' }}"), HasSubstr("a whole number is wanted"));
  EXPECT_THAT(found("{{ trigger.total | round: 2 | upcase }}"), HasSubstr("WD0608"));
  EXPECT_EQ(found("{{ trigger.total | round: 2 | plus: 1 }} {{ trigger.tier | capitalize }}"), "");
}

TEST(CheckTemplate, RawStandsAtTheEnd) {
  EXPECT_EQ(found("{{ contact.plan | upcase | raw }}"), "");
  EXPECT_THAT(found("{{ contact.plan | raw | upcase }}"), HasSubstr("stands at the end"));
  EXPECT_THAT(found("{{ contact.plan | raw: 1 }}"), HasSubstr("takes no argument"));
}

// What is found in the parts of an e-mail.
std::string found_in_email(const std::string& items) {
  return diagnostics_text(
      compile_files({{"a.wend", "event order { text: string, email: string, note: string }\n"
                                "contact { first_name: string = \"you\" }\njourney j { on order send email m }"},
                     {"m.wend", "message m: email {\n" + items + "\n}"}}),
      Level::kNote);
}

TEST(LintTexts, RawPrintsDataIntoHtml) {
  EXPECT_THAT(found_in_email("subject \"{{ trigger.text | raw }}\" body \"{{ trigger.text | raw }}\""),
              HasSubstr("WD1620 m.wend:2:"));
  EXPECT_THAT(found_in_email("subject \"a\" body \"{{ 'x' | raw }}\""), Not(HasSubstr("WD1620")));
}

TEST(LintTexts, PersonalDataInLinks) {
  const auto body = [](const std::string& text) { return found_in_email("subject \"a\" body \"\"\"" + text + "\"\"\""); };
  EXPECT_THAT(body("<a href=\"https://x.example/?m={{ trigger.email }}\">"), HasSubstr("WD1621"));
  EXPECT_THAT(body("<a href=\"https://x.example/{% if trigger.note %}{{ contact.first_name }}{% endif %}\">"),
              HasSubstr("WD1621"));
  EXPECT_THAT(body("https://x.example/?c={{ contact.id }} {{ contact.first_name }}"), Not(HasSubstr("WD1621")));
  EXPECT_THAT(body("<a href=\"https://x.example/\">{{ contact.first_name }}</a>"), Not(HasSubstr("WD1621")));
}

TEST(LintTexts, SubjectsFitInboxes) {
  EXPECT_THAT(found_in_email("subject \"" + std::string(79, 'a') + "\" body \"b\""), HasSubstr("79 characters"));
  EXPECT_THAT(found_in_email("subject \"" + std::string(78, 'a') + "{{ trigger.text }}\" body \"b\""),
              Not(HasSubstr("WD1623")));
  // The longest branch counts.
  EXPECT_THAT(found_in_email("subject \"" + std::string(70, 'a') +
                             "{% if trigger.note == 'x' %}123456789{% else %}1{% endif %}\" body \"b\""),
              HasSubstr("79 characters"));
}

TEST(LintTexts, TextMessagesAreCountedInParts) {
  const auto sms = [](const std::string& text) {
    return diagnostics_text(compile_files({{"a.wend", "journey j { on order send sms \"" + text + "\" }"}}), Level::kNote);
  };
  EXPECT_THAT(sms(std::string(3 * 153, 'a')), Not(HasSubstr("WD1622")));
  EXPECT_THAT(sms(std::string(3 * 153 + 1, 'a')), HasSubstr("4 parts"));
  EXPECT_THAT(sms(std::string(70, 'a') + "\u2019"), HasSubstr("2 parts instead of 1"));
  EXPECT_THAT(sms(std::string(69, 'a') + "\u2019"), Not(HasSubstr("WD1622")));
  // Two places of the extension table, and two code units.
  EXPECT_THAT(sms(std::string(3 * 153 - 1, 'a') + "\u20AC"), HasSubstr("4 parts"));
  EXPECT_THAT(sms(std::string(69, 'a') + "\U0001F600"), HasSubstr("2 parts instead of 1"));
}

TEST(LintTexts, LookalikesAreReplaced) {
  const CompileResult result = compile_files(
      {{"a.wend", "journey j { on order send sms \"a\\n\u2019b\u2026 " + std::string(70, 'c') + "\" }"}});
  for (const Diagnostic& one : result.diagnostics) {
    if (one.code != Code::kSmsTooLong) continue;
    ASSERT_EQ(one.fixes.size(), 1U);
    ASSERT_EQ(one.fixes[0].edits.size(), 2U);
    EXPECT_EQ(result.sources.text(one.fixes[0].edits[0].span), "\u2019");
    EXPECT_EQ(one.fixes[0].edits[1].text, "...");
    return;
  }
  FAIL() << diagnostics_text(result, Level::kNote);
}

TEST(CheckTemplate, ComparisonsFitTogether) {
  EXPECT_EQ(found("{% if trigger.total > 30 and contact.plan == 'free' or trigger.paid %}x{% endif %}"), "");
  EXPECT_EQ(found("{% if trigger.code == nil or trigger.items != empty or trigger.code == blank %}x{% endif %}"), "");
  EXPECT_THAT(found("{% if trigger.total == '30' %}x{% endif %}"), HasSubstr("WD0302"));
  EXPECT_THAT(found("{% if trigger.tier == 'bronze' %}x{% endif %}"), HasSubstr("bronze"));
  EXPECT_THAT(found("{% if trigger.total contains 3 %}x{% endif %}"), HasSubstr("contains"));
  EXPECT_THAT(found("{% if trigger.code > nil %}x{% endif %}"), HasSubstr("WD0602"));
}

TEST(CheckTemplate, AnOptionalPrintedWithoutDefaultIsALint) {
  EXPECT_THAT(found("Hi {{ contact.first_name }}", Level::kWarning), HasSubstr("WD1601 t.txt:1:7"));
  EXPECT_THAT(found("Hi {{ contact.first_name | upcase }}", Level::kWarning), HasSubstr("WD1601"));
  EXPECT_THAT(found("Hi {{ contact.first_name | default: 'you' }}", Level::kWarning), Not(HasSubstr("WD1601")));
  EXPECT_THAT(found("{{ contact.plan }}", Level::kWarning), Not(HasSubstr("WD1601")));
  EXPECT_THAT(found("{% if contact.first_name %}{{ contact.first_name }}{% endif %}", Level::kWarning),
              Not(HasSubstr("WD1601")));
  EXPECT_THAT(found("{% if contact.plan or contact.first_name %}{{ contact.first_name }}{% endif %}", Level::kWarning),
              HasSubstr("WD1601"));
  EXPECT_THAT(found("{% if contact.first_name %}{% else %}{{ contact.first_name }}{% endif %}", Level::kWarning),
              HasSubstr("WD1601"));
}

TEST(CheckTemplate, OnlyHtmlAndLaterTagsAreLater) {
  EXPECT_THAT(found("{{ unsubscribe_url }}"), StartsWith("WD0901 t.txt:1:4"));
  EXPECT_THAT(found("{% for i in trigger.items %}{% endfor %}"), StartsWith("WD0901 t.txt:1:4"));
}

TEST(CheckTemplate, InlineTemplatesPointIntoTheSource) {
  const auto result = compile_files({{"a.wend", "event order { total: number }\n"
                                                "journey j { on order send sms \"a\\n\\u{41} {{ trigger.totl }}\" }\n"}});
  EXPECT_THAT(diagnostics_text(result), StartsWith("WD0202 a.wend:2:"));
  const Diagnostic& first = result.diagnostics[0];
  EXPECT_EQ(result.sources.text(first.primary.span), "totl");
}

}  // namespace
}  // namespace wend

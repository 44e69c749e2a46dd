// Templates against what is declared: names, filters, types, fallbacks.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/compiled.h"

namespace wend {
namespace {

using testing::HasSubstr;
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

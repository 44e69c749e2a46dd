// One finding of every message, compared with messages.golden: a change of wording is seen as a change of
// that file. WEND_UPDATE=1 writes it anew.

#include "compiler/diagnostics/messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "compiler/diagnostics/apply_fixes.h"
#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/render_text.h"

namespace wend {
namespace {

// The samples point into this text by the order of its words.
constexpr std::string_view kText = "alpha beta gamma delta\n\nepsilon zeta\n";
const Span kAlpha{FileId(0), 0, 5};
const Span kBeta{FileId(0), 6, 10};
const Span kGamma{FileId(0), 11, 16};
const Span kEpsilon{FileId(0), 24, 31};
const std::vector<PathStep> kPath = {{"on cart_abandoned", 2}, {"wait 60d", 4}, {"wait 60d", 6}};
constexpr int64_t kDay = 86'400'000;

std::vector<Diagnostic> name_samples() {
  return {
      describe(UnknownEvent{kAlpha, "alpha", {"alfa"}, "ecommerce"}),
      describe(UnknownProperty{kAlpha, "alpha", PropertyOwner::kEvent, "signed_up", {}, kEpsilon}),
      describe(UnknownProperty{kAlpha, "alpha", PropertyOwner::kContact, "", {"alfa"}, {}}),
      describe(UnknownProperty{kAlpha, "alpha", PropertyOwner::kContact, "", {}, {}}),
      describe(UnknownProperty{kAlpha, "alpha", PropertyOwner::kRun, "", {}, {}}),
      describe(UnknownProperty{kAlpha, "alpha", PropertyOwner::kRecord, "", {}, {}}),
      describe(UnknownProperty{kAlpha, "alpha", PropertyOwner::kMessage, "", {}, {}}),
      describe(UnknownProperty{kAlpha, "alpha", PropertyOwner::kCatalog, "products", {}, {}}),
      describe(UnknownProperty{kAlpha, "alpha", PropertyOwner::kData, "welcome", {}, {}}),
      describe(UnknownName{kAlpha, "alpha", {"alfa", "alpine"}, ""}),
      describe(UnknownName{kAlpha, "alpha", {}, "event.alpha"}),
      describe(UnknownName{kAlpha, "alpha", {}, ""}),
      describe(UnknownMessage{kAlpha, "alpha", {}, true}),
      describe(UnknownJourney{kAlpha, "alpha", {"alfa"}}),
      describe(UnknownFunction{kAlpha, "alpha", {}}),
      describe(DuplicateName{kBeta, kAlpha, "event", "event", "alpha"}),
      describe(DuplicateName{kBeta, kAlpha, "segment", "event", "alpha"}),
      describe(UnknownChannel{kAlpha, "alpha", {}, {"email", "sms", "push"}}),
      describe(UnknownLabel{kAlpha, "alpha", "cart", {"alfa"}}),
      describe(DuplicateLabel{kBeta, kAlpha, "alpha"}),
      describe(UnknownType{kAlpha, "alpha", {}}),
      describe(DuplicateProperty{kBeta, kAlpha, "alpha"}),
      describe(UnknownZone{kAlpha, "Europe/Pari", {"Europe/Paris"}}),
      describe(UnknownSegment{kAlpha, "alpha", {}, false}),
      describe(UnknownSegment{kAlpha, "alpha", {}, true}),
      describe(UnknownLint{kAlpha, "no_polcy", {"no_policy"}}),
      describe(NameShadowsBuiltin{kAlpha, "now", "constant", "the present instant"}),
      describe(UnknownModule{kAlpha, "alpha", {}, {"ecommerce", "rfm"}}),
      describe(UnknownPolicy{kAlpha, "alpha", {}}),
      describe(UnknownSteps{kAlpha, "alpha", {}, true}),
      describe(UnknownScore{kAlpha, "alpha", {}}),
      describe(UnknownSplit{kAlpha, "alpha", {"alfa"}}),
      describe(NotInScope{kAlpha, "event", "a segment", "`contact`, history and scores"}),
      describe(SegmentCircle{kBeta, "alpha", kAlpha}),
      describe(BadScore{kAlpha, "alpha", "a decay needs a length above nothing"}),
      describe(CatalogFileMissing{kAlpha, "alpha.ndjson", {"alfa.ndjson"}}),
      describe(CatalogFileOutsideProject{kAlpha, "../alpha.ndjson"}),
      describe(BadCatalogRow{kAlpha, "alpha", "`beta` is missing", kBeta}),
      describe(CatalogTooLarge{kAlpha, "alpha", "rows", 100000}),
      describe(UnusedDeclaration{kAlpha, "constant", "alpha"}),
  };
}

std::vector<Diagnostic> type_samples() {
  return {
      describe(ConditionNotBool{kAlpha, "number"}),
      describe(ConditionNotBool{kAlpha, "string?"}),
      describe(TypeMismatchComparison{kBeta, "string", kAlpha, "number", kEpsilon, "30"}),
      describe(TypeMismatchComparison{kBeta, "int", kAlpha, "string", {}, "\"30\""}),
      describe(WrongArgument{kAlpha, "lower", "a string", "number"}),
      describe(WrongArgumentCount{kAlpha, "round", 3, 1, 1}),
      describe(WrongArgumentCount{kAlpha, "count", 0, 1, 2}),
      describe(BadOperand{kAlpha, "+", "string", "numbers, durations and moments", kBeta, "int"}),
      describe(CompareWithMissing{kAlpha, true, "event.url"}),
      describe(CompareWithMissing{kAlpha, false, "event.url"}),
      describe(EnumValueUnknown{kAlpha, "glod", {"silver", "gold"}, {"gold"}, true, kEpsilon}),
      describe(EnumValueUnknown{kAlpha, "glod", {"silver", "gold"}, {}, false, {}}),
      describe(WrongTypeFor{kAlpha, "`contact.total_spent`", "number", "string", kEpsilon}),
      describe(BadRegex{kAlpha, "missing closing ]"}),
      describe(NotIndexable{kAlpha, "string"}),
      describe(NoMember{kBeta, "amount", "number", kAlpha}),
      describe(ConstantNotConstant{kAlpha, "big"}),
      describe(ConstantCondition{kAlpha, true, ConditionPlace::kBranch, ""}),
      describe(ConstantCondition{kAlpha, false, ConditionPlace::kEntry, "`tier` is \"gold\" or \"silver\""}),
      describe(ConstantCondition{kAlpha, true, ConditionPlace::kEnd, ""}),
      describe(ConstantCondition{kAlpha, false, ConditionPlace::kWait, ""}),
      describe(ConstantCondition{kAlpha, false, ConditionPlace::kSend, ""}),
      describe(NoOrder{kAlpha, "<", "bool"}),
      describe(MixedList{kBeta, "int", kAlpha, "string"}),
      describe(PatternNotLiteral{kAlpha}),
      describe(ReadOnlyAttribute{kAlpha, "tags", "`tag` and `untag`"}),
      describe(ReadOnlyAttribute{kAlpha, "id", ""}),
      describe(ConstantCircle{kAlpha, "big"}),
      describe(NotOverOptional{kAlpha, "contact.country", kBeta, true, kEpsilon}),
      describe(EventOrTrigger{kAlpha, ""}),
      describe(EventOrTrigger{kAlpha, "order_completed"}),
  };
}

std::vector<Diagnostic> flow_samples() {
  return {
      describe(UnreachableStep{kEpsilon, kAlpha, true}),
      describe(UnreachableStep{kEpsilon, kAlpha, false}),
      describe(WaitOnlyTimesOut{kEpsilon, kAlpha, "order_completed"}),
      describe(RecursionOfSteps{kAlpha, {"alpha", "beta"}}),
      describe(LastsTooShort{kAlpha, true, 100 * kDay, 120 * kDay, kPath}),
      describe(LastsTooShort{kAlpha, false, 90 * kDay, 120 * kDay + 60'000, kPath}),
      describe(MomentNeedsClock{kAlpha}),
      describe(LocalTimeWithoutZone{kAlpha}),
      describe(WaitNeverElapses{kEpsilon, kAlpha, 2 * kDay, 3 * kDay, 3 * kDay, kPath}),
      describe(
          CorrelationOnOptional{kAlpha, "event.cart_id", "trigger.cart_id", "order_completed", kEpsilon}),
      describe(WhereListMixes{kAlpha, kBeta}),
      describe(WaitInLastAct{kEpsilon, kAlpha}),
      describe(DuplicateClause{kBeta, kAlpha, "lasts"}),
      describe(JourneyTooLarge{kAlpha, "steps", 70'000, 65'535}),
      describe(MomentNeedsElse{kAlpha, true}),
      describe(MomentNeedsElse{kAlpha, false}),
      describe(LastsRequired{kAlpha, "renewal"}),
      describe(MatchInexhaustive{kAlpha, {"\"gold\"", "missing"}, kEpsilon}),
      describe(MatchInexhaustive{kAlpha, {}, kEpsilon}),
      describe(CaseNeverTaken{kBeta, CaseNeverTaken::Why::kTakenBefore, kAlpha}),
      describe(CaseNeverTaken{kBeta, CaseNeverTaken::Why::kNeverMissing, kAlpha}),
      describe(CaseNeverTaken{kBeta, CaseNeverTaken::Why::kAllTaken, {}}),
      describe(NoInstantOfChange{kAlpha, "clock", "clock", "`until`", NoInstantOfChange::Remedy::kAlone, ""}),
      describe(NoInstantOfChange{kAlpha, "now", "now", "`until`", NoInstantOfChange::Remedy::kAlone, ""}),
      describe(NoInstantOfChange{kAlpha, "today - 6mo", "today", "`until`",
                                 NoInstantOfChange::Remedy::kOtherSide, ""}),
      describe(NoInstantOfChange{kAlpha, "6mo", "", "`until`", NoInstantOfChange::Remedy::kDays, ""}),
      describe(NoInstantOfChange{kAlpha, "hash(since(alpha))", "since(alpha)", "`until`",
                                 NoInstantOfChange::Remedy::kAlone, ""}),
      describe(NoInstantOfChange{kAlpha, "month(now)", "now", "`wait until`",
                                 NoInstantOfChange::Remedy::kToday, "month(today)"}),
      describe(ShadowedStdlib{kAlpha, "order_completed", kEpsilon}),
      describe(RepeatBounds{kAlpha, 0, 1000, true}),
      describe(RepeatBounds{kAlpha, 5000, 1000, true}),
      describe(RepeatBounds{kAlpha, 3, 1000, false}),
      describe(EmitCircle{kEpsilon, {"alpha", "beta"}, {{"emit ping", 3}, {"start alpha", 7}}}),
      describe(EmitCircle{kEpsilon, {"alpha"}, {{"emit ping", 3}}}),
      describe(MissingProperty{kAlpha, "cart_abandoned", {"cart_id", "total"}, kEpsilon}),
      describe(MissingProperty{kAlpha, "start welcome", {"plan"}, {}}),
      describe(MisleadingIndentation{kEpsilon, kAlpha}),
      describe(UncorrelatedUntil{kEpsilon, "order_completed", kAlpha, "event.cart_id"}),
  };
}

std::vector<Diagnostic> send_and_template_samples() {
  return {
      describe(MessageNeeds{kAlpha, "welcome", "email", {"subject", "body"}}),
      describe(AskedBeforeSent{kAlpha, kBeta, "opened", "reminder", true, kGamma, "welcome", true, kEpsilon}),
      describe(AskedBeforeSent{kAlpha, kBeta, "clicked", "reminder", false, {}, "", false, {}}),
      describe(ChannelMismatch{kAlpha, "sms", "welcome", "email", kEpsilon}),
      describe(InlineTextForChannel{kAlpha, "email", {"subject", "body"}}),
      describe(InlineTextForChannel{kAlpha, "", {}}),
      describe(DuplicateItem{kBeta, kAlpha, "subject"}),
      describe(ItemNotForChannel{kAlpha, "subject", "sms", {"body", "data"}}),
      describe(MissingData{kAlpha, "coupon", {"code", "until"}, kEpsilon}),
      describe(HibernatedJourney{kAlpha, "winback", "marketing", kBeta, kEpsilon}),
      describe(ThrottleOfNothing{kAlpha}),
      describe(GuardNeverAsked{kAlpha, "webhook"}),
      describe(CompetingJourneys{kAlpha, "welcome", "trial", "email", kBeta}),
      describe(NoPolicy{kAlpha, "sms"}),
      describe(SmsWithoutOptIn{kAlpha, "marketing", kBeta}),
      describe(SmsWithoutOptIn{kAlpha, "marketing", {}}),
      describe(SmsWithoutQuietHours{kAlpha, "marketing", kBeta}),
      describe(SuppressedFallsThrough{kAlpha, "not opened", kEpsilon, false}),
      describe(SuppressedFallsThrough{kAlpha, "not opened", {}, true}),
      describe(TemplateFileMissing{kAlpha, "a.html", {"b.html"}}),
      describe(TemplateSyntax{kAlpha, "a `}}` is missing", kBeta}),
      describe(UnknownTemplateName{kAlpha, "plan", {}, {"contact", "event"}, "event.plan"}),
      describe(UnknownTemplateName{kAlpha, "contakt", {"contact"}, {"contact", "event"}, ""}),
      describe(UnknownFilter{kAlpha, "upcas", {"upcase"}}),
      describe(FilterArgument{kAlpha, "truncate", "a number is wanted"}),
      describe(TemplateFileOutsideProject{kAlpha, "../a.html"}),
      describe(UnknownTag{kAlpha, "fore", {"for"}}),
      describe(FilterWrongType{kBeta, "plus", "a number", "string", kAlpha}),
      describe(MissingFallback{kAlpha, "contact.first_name", 5, kEpsilon}),
      describe(NotYetSupported{kAlpha, "`split`"}),
      describe(NoWendFiles{kAlpha, "shop"}),
      describe(FileUnreadable{kAlpha, "permission denied"}),
      describe(EmptyProgram{kAlpha}),
      describe(ProgramTooLarge{kAlpha, "files", 100'001, 100'000}),
      describe(DuplicateSetting{kBeta, kAlpha, "zone"}),
      describe(BadSetting{kAlpha, "machine_opens", "neither `count` nor `ignore`",
                          "`machine_opens ignore` is the default"}),
      describe(UnusedAllow{kAlpha, "event_or_trigger"}),
      describe(BadAllow{kAlpha, "without a reason"}),
      describe(ConfigError{kAlpha, "unknown key `listn`", "did you mean `listen`?"}),
      describe(InternalError{kAlpha, "routine 3: register 7 of 5"}),
  };
}

std::vector<Diagnostic> test_samples() {
  return {
      describe(TimeGoesBack{kBeta, "2026-03-02 10:00", kAlpha}),
      describe(WhichContact{kAlpha, {}}),
      describe(WhichContact{kAlpha, {"ana", "bo"}}),
      describe(UnknownContact{kAlpha, "anna", {"ana"}}),
      describe(UnknownContact{kAlpha, "zoe", {}}),
      describe(ValueNotFixed{kAlpha}),
      describe(NoTimeYet{kAlpha, true}),
      describe(NoTimeYet{kAlpha, false}),
      describe(UnknownReason{kAlpha, "adress", {"address"}, {"address", "cap"}, false}),
      describe(UnknownReason{kAlpha, "tired", {}, {"finished", "expired"}, true}),
      describe(UnknownPart{kAlpha, "bodi", {"body"}, {"subject", "body"}}),
      describe(UnknownPart{kAlpha, "head", {}, {"subject", "body"}}),
      describe(UntestedJourney{kAlpha, "welcome", 2}),
  };
}

std::vector<Diagnostic> bound_and_lint_samples() {
  return {
      describe(BrokenBudget{kAlpha, 2, 7 * kDay, 3, 1, false, {kBeta, kGamma, kBeta}, kPath}),
      describe(BrokenBudget{kAlpha, 2, 7 * kDay, 900, 300, true, {}, {}}),
      describe(BudgetUnproven{kAlpha, {}, false, 7 * kDay}),
      describe(BudgetUnproven{kAlpha, kBeta, true, 7 * kDay}),
      describe(Deprecated{kAlpha, "event", "alpha", "use `beta`", kEpsilon}),
      describe(Deprecated{kAlpha, "constant", "alpha", "", kEpsilon}),
      describe(Naming{kAlpha, Naming::Why::kUnderscores, "event", "alpha_", {}}),
      describe(Naming{kAlpha, Naming::Why::kNearlySame, "event", "al_pha", kEpsilon}),
      describe(Naming{kAlpha, Naming::Why::kKindInName, "event", "alpha_event", {}}),
      describe(NoExitOnPurchase{kAlpha, kEpsilon, "cart_abandoned", "order_completed",
                                " where event.cart_id == trigger.cart_id", kGamma}),
      describe(EventMayComeBefore{kEpsilon, "clicked", kAlpha}),
      describe(StaleTrigger{kEpsilon, "trigger.plan", "contact.plan", kAlpha}),
      describe(DstSensitiveWait{kEpsilon, kAlpha, kDay, "10:00"}),
      describe(DstSensitiveWait{kEpsilon, kAlpha, 2 * kDay, "10:00"}),
      describe(UnboundedReentry{kAlpha, kEpsilon, "page_viewed"}),
      describe(EventNeverSent{kEpsilon, "opened", "sms", kAlpha}),
      describe(EventNeverSent{kEpsilon, "clicked", "webhook", {}}),
      describe(CapStarvation{kAlpha, 2, 7 * kDay, 3, kBeta, {}}),
      describe(CapStarvation{kAlpha, 2, 7 * kDay, 3, kBeta, kEpsilon}),
      describe(SmsTooLong{kAlpha, 4, "", 4, {}}),
      describe(SmsTooLong{kAlpha, 2, "\u2019", 1, {{kBeta, "'"}}}),
      describe(SmsTooLong{kAlpha, 2, "\u20AC", 1, {}}),
      describe(SubjectTooLong{kAlpha, 96, 78}),
      describe(RawHtml{kBeta, kAlpha}),
      describe(PersonalDataInUrl{kAlpha, "contact.email"}),
  };
}

std::vector<Diagnostic> samples() {
  std::vector<Diagnostic> all;
  for (auto part :
       {name_samples(), type_samples(), flow_samples(), send_and_template_samples(), test_samples(),
        bound_and_lint_samples()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

TEST(Messages, ReadAsTheirGoldenFileSays) {
  SourceMap sources;
  sources.add("a.wend", std::string(kText));
  std::string text;
  for (const Diagnostic& diagnostic : samples()) text += render_text(diagnostic, sources) + "\n";
  const std::filesystem::path path =
      std::filesystem::path(WEND_SOURCE_DIR) / "tests/unit/compiler/diagnostics/messages.golden";
  if (std::getenv("WEND_UPDATE") != nullptr) std::ofstream(path, std::ios::binary) << text;
  std::ifstream in(path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text)
      << "WEND_UPDATE=1 writes the file anew";
}

// Plain, lower case, no final stop; the title and the primary label both say something alone.
TEST(Messages, KeepTheHouseStyle) {
  for (const Diagnostic& diagnostic : samples()) {
    std::vector<std::string> texts = {diagnostic.title, diagnostic.primary.text};
    for (const Label& label : diagnostic.secondary) texts.push_back(label.text);
    texts.insert(texts.end(), diagnostic.notes.begin(), diagnostic.notes.end());
    texts.insert(texts.end(), diagnostic.help.begin(), diagnostic.help.end());
    for (const Fix& fix : diagnostic.fixes) texts.push_back(fix.title);
    for (const std::string& text : texts) {
      ASSERT_FALSE(text.empty()) << code_text(diagnostic.code);
      EXPECT_NE(text.back(), '.') << text;
      EXPECT_EQ(text.find("illegal"), std::string::npos) << text;
      const bool names_a_format = text.starts_with("RE2") || text.starts_with("SMS");
      EXPECT_TRUE(std::isupper(static_cast<unsigned char>(text.front())) == 0 || names_a_format) << text;
    }
  }
}

TEST(Messages, ARowSaysFixableWhereAFixCanBeApplied) {
  std::set<Code> sampled;
  std::set<Code> fixable;
  for (const Diagnostic& diagnostic : samples()) {
    sampled.insert(diagnostic.code);
    if (!diagnostic.fixes.empty()) fixable.insert(diagnostic.code);
  }
  for (const CatalogueRow& row : catalogue()) {
    if (!sampled.contains(row.code)) continue;
    if (fixable.contains(row.code)) {
      EXPECT_TRUE(row.fixable) << code_text(row.code);
    }
  }
  for (const CatalogueRow& row : catalogue()) {
    const bool syntax = static_cast<uint16_t>(row.code) < 200;  // these have tests of their own
    EXPECT_TRUE(syntax || sampled.contains(row.code))
        << code_text(row.code) << ": add a sample to messages_test.cc";
  }
}

TEST(Messages, EveryFixCanBeApplied) {
  SourceMap sources;
  sources.add("a.wend", std::string(kText));
  for (const Diagnostic& diagnostic : samples()) {
    for (const Fix& fix : diagnostic.fixes) {
      Diagnostic one = diagnostic;
      one.fixes = {fix};
      one.fixes[0].applicability = Applicability::kSafe;
      const FixedTexts fixed = apply_fixes(std::span(&one, 1), sources, Applicability::kSafe);
      EXPECT_EQ(fixed.applied, 1U) << code_text(diagnostic.code);
      EXPECT_EQ(fixed.texts.size(), 1U) << code_text(diagnostic.code);
    }
  }
}

}  // namespace
}  // namespace wend

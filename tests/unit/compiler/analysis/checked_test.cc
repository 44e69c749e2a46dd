// What analysis tells code generation.

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/analysis/template_scope.h"
#include "compiler/analysis/walk.h"
#include "compiler/diagnostics/messages.h"
#include "tests/unit/compiler/analysis/check_support.h"

namespace wend {
namespace {

using analysis_test::check_text;
using analysis_test::Checked;

const char kShop[] = R"(
event cart { id_of: string, total: number, count: int, items: list<{ sku: string }>, note: string? }
event order { id_of: string, total: number }
contact { plan: "free" | "pro"  seats: int?  spent: number = 0 }
)";

// The expressions of a program whose source is `text`, in the order in which they are met.
std::vector<const ast::Expr*> find(const Checked& checked, std::string_view text) {
  std::vector<const ast::Expr*> found;
  const auto look = [&](const ast::Expr& root) {
    for_each_expr_below(root, [&](const ast::Expr& expr) {
      if (checked.sources->text(expr.span) == text) found.push_back(&expr);
    });
  };
  for (const JourneyInfo& journey : checked.program.journeys) {
    for (const TriggerInfo& trigger : journey.triggers) {
      if (trigger.listen.where != nullptr) look(*trigger.listen.where);
    }
    if (journey.enter != nullptr && journey.enter->each != nullptr) look(*journey.enter->each);
    for (const UntilInfo& until : journey.untils) {
      look(*until.clause->condition);
      if (until.listen.where != nullptr) look(*until.listen.where);
    }
    for_each_step_of(*journey.decl, [&](const ast::Step& step) { for_each_expr(step, look); });
  }
  return found;
}

const ExprInfo& info(const Checked& checked, std::string_view text) {
  const auto found = find(checked, text);
  EXPECT_FALSE(found.empty()) << text;
  return checked.program.info(*found.front());
}

TEST(Checked, BuiltInRowsComeFirst) {
  const Checked checked = check_text("on a send sms \"x\"");
  EXPECT_EQ(checked.codes(), "");
  ASSERT_GE(checked.program.events.size(), kEngagementWords);
  EXPECT_EQ(checked.program.events[0].name, "opened");
  EXPECT_EQ(checked.program.events[static_cast<size_t>(EngagementWord::kSent)].name, "sent");
  ASSERT_EQ(checked.program.attributes.size(), kBuiltinAttrs);
  EXPECT_EQ(checked.program.attributes[static_cast<size_t>(BuiltinAttr::kRefused)].name, "refused");
  EXPECT_EQ(checked.program.channels[static_cast<size_t>(BuiltinChannel::kSms)].address,
            static_cast<uint32_t>(BuiltinAttr::kPhone));
  EXPECT_TRUE(checked.program.open_events);
}

TEST(Checked, AnyIsWhatItsUseAsksFor) {
  const Checked checked = check_text(
      "journey j { on a where event.n >= 3 and event.s == \"x\" and event.b and event.t < now lasts at most "
      "9d "
      "wait (event.d) if event.p == event.q and event.m ?? 1 > 0 exit }");
  EXPECT_EQ(checked.codes(), "");
  EXPECT_EQ(info(checked, "event.n").type->base, BaseType::kAny);
  EXPECT_EQ(info(checked, "event.n").used_type()->base, BaseType::kNumber);
  EXPECT_EQ(info(checked, "3").used_type()->base, BaseType::kNumber);
  EXPECT_EQ(info(checked, "event.s").used_type()->base, BaseType::kString);
  EXPECT_EQ(info(checked, "event.b").used_type()->base, BaseType::kBool);
  EXPECT_EQ(info(checked, "event.t").used_type()->base, BaseType::kTime);
  EXPECT_EQ(info(checked, "event.d").used_type()->base, BaseType::kDuration);
  EXPECT_EQ(info(checked, "event.p").coerce_to, nullptr);
  EXPECT_EQ(info(checked, "event.m").used_type()->base, BaseType::kNumber);
  // Read properties of an open event are listed.
  const auto& events = checked.program.events;
  EXPECT_NE(events.back().property("n"), nullptr);
  EXPECT_EQ(events.back().property("zzz"), nullptr);
}

TEST(Checked, IntsWidenWhereNumbersAreWanted) {
  const Checked checked =
      check_text(std::string(kShop) + "journey j { on cart where (event.count) > event.total / 2 exit }");
  EXPECT_EQ(checked.program.info(*find(checked, "event.count").front()).coerce_to->base, BaseType::kNumber);
  EXPECT_EQ(info(checked, "(event.count)").type->base, BaseType::kNumber);
  EXPECT_EQ(info(checked, "2").coerce_to->base, BaseType::kNumber);
  EXPECT_FALSE(info(checked, "event.total / 2").optional);
}

TEST(Checked, NamesMeanTheEventTheTriggerOrTheBoundOne) {
  const Checked checked = check_text(std::string(kShop) + R"(
journey j {
  on cart where event.total > 3 and trigger.count > 1
  enter each event.id_of
  until order where event.id_of == trigger.id_of
  if event.note is present { note "x" }
  wait for order as order up to 1d { if order.total > trigger.total exit }
  if run.key == "x" and order.at > trigger.at exit
})");
  EXPECT_EQ(checked.codes(), "");
  EXPECT_EQ(info(checked, "event.total").resolution.kind, ResolutionKind::kEventProperty);
  EXPECT_EQ(info(checked, "trigger.count").resolution.kind, ResolutionKind::kEventProperty);
  EXPECT_EQ(info(checked, "trigger.id_of").resolution.kind, ResolutionKind::kTriggerProperty);
  EXPECT_EQ(info(checked, "event.note").resolution.kind, ResolutionKind::kTriggerProperty);
  EXPECT_EQ(info(checked, "order.total").resolution.kind, ResolutionKind::kMember);
  EXPECT_EQ(info(checked, "run.key").type->base, BaseType::kString);
  const JourneyInfo& journey = checked.program.journeys[0];
  EXPECT_EQ(journey.slots, 1U);
  EXPECT_EQ(journey.kept_properties, (std::vector<std::string_view>{"id_of", "note", "total"}));
  // The name stands for the event only where it came, and may be missing behind the wait.
  const auto bound = find(checked, "order");
  ASSERT_GE(bound.size(), 3U);
  EXPECT_EQ(checked.program.info(*bound[1]).resolution.kind, ResolutionKind::kBound);
  EXPECT_TRUE(info(checked, "order.at").optional);
}

TEST(Checked, SeveralTriggersMustAllHaveAProperty) {
  const Checked fine =
      check_text(std::string(kShop) + "journey j { on cart on order if trigger.total > 3 exit }");
  EXPECT_EQ(fine.codes(), "");
  const Checked lacking =
      check_text(std::string(kShop) + "journey j { on cart on order if trigger.count > 3 exit }");
  ASSERT_EQ(lacking.codes(), "WD0202");
  EXPECT_NE(lacking.diagnostics[0].title.find("`order`"), std::string::npos);
}

TEST(Checked, AnEngagementWordAsksWhatCanPrecedeIt) {
  const Checked checked = check_text(R"(
journey j {
  on a
  if opened { send greeting }
  if clicked { note "x" }
  @second send sms "y"
  if delivered second and replied greeting and not bounced { note "z" }
  wait for complained up to 1d
}
message greeting: sms { body "x" }
)");
  const auto& queries = checked.program.queries;
  const auto query = [&](std::string_view text) { return queries[info(checked, text).resolution.index]; };
  EXPECT_EQ(query("opened").scope, QueryScope::kContact);
  EXPECT_FALSE(info(checked, "opened").optional);
  EXPECT_EQ(query("clicked").scope, QueryScope::kLastSend);
  EXPECT_TRUE(info(checked, "clicked").optional);
  EXPECT_EQ(query("delivered second").scope, QueryScope::kSend);
  EXPECT_EQ(checked.program.sends[query("delivered second").target].step->label.text, "second");
  EXPECT_EQ(query("replied greeting").scope, QueryScope::kMessage);
  EXPECT_EQ(checked.program.messages[query("replied greeting").target].name, "greeting");
  EXPECT_EQ(query("complained").scope, QueryScope::kLastSend);
}

TEST(Checked, RowsStandInAnOrderThatFilesCannotChange) {
  const analysis_test::NamedText a{"a.wend", "journey zeta { on a send sms \"one\" send beta }\n"};
  const analysis_test::NamedText b{"b.wend",
                                   "message beta: sms { body \"b\" }\nmessage alpha: sms { body \"a\" }\n"
                                   "journey eta { on a send alpha }\n"};
  for (const auto& files : {std::vector{a, b}, std::vector{b, a}}) {
    const Checked checked = analysis_test::check_files(files);
    ASSERT_EQ(checked.program.journeys.size(), 2U);
    EXPECT_EQ(checked.program.journeys[0].decl->name.text, "eta");
    ASSERT_EQ(checked.program.messages.size(), 3U);
    EXPECT_EQ(checked.program.messages[0].name, "alpha");
    EXPECT_EQ(checked.program.messages[1].name, "beta");
    EXPECT_EQ(checked.program.messages[2].name, "one");
  }
}

// ------------------------------------------------------------------------------------------ templates

struct Path {
  std::vector<PathPart> parts;
  explicit Path(std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
      PathPart part;
      part.is_index = word[0] == '0';
      if (!part.is_index) part.word = word;
      parts.push_back(part);
    }
  }
};

TEST(TemplateScope, HasWhatEveryStepThatSendsItHas) {
  Checked checked = check_text(std::string(kShop) + R"(
message both: sms { body "x" data { code: string, until: date? } }
journey one { on cart wait for order as order up to 1d { send both with { code: "a" } } }
journey two { on order send both with { code: "b" } }
)");
  const uint32_t both = 0;
  ASSERT_EQ(checked.program.messages[both].name, "both");
  const TemplateScope scope = checked.program.messages[both].scope;
  EXPECT_EQ(scope.journeys.size(), 2U);
  EXPECT_TRUE(scope.bound.empty());
  Sink sink;
  const auto resolve = [&](const Path& path) {
    return resolve_path(checked.program, scope, path.parts, sink);
  };
  EXPECT_EQ(resolve(Path{"trigger", "total"}).root.kind, ResolutionKind::kTriggerProperty);
  EXPECT_EQ(resolve(Path{"code"}).root.kind, ResolutionKind::kWith);
  EXPECT_TRUE(resolve(Path{"until"}).optional);
  EXPECT_EQ(resolve(Path{"contact", "plan"}).type->base, BaseType::kEnum);
  EXPECT_EQ(resolve(Path{"contact", "plan", "size"}).accesses.at(0).kind, PathAccessKind::kSize);
  EXPECT_EQ(resolve(Path{"run", "entered_at"}).type->base, BaseType::kTime);
  EXPECT_EQ(resolve(Path{"message", "name"}).root.kind, ResolutionKind::kMessageName);
  EXPECT_EQ(resolve(Path{"unsubscribe_url"}).root.kind, ResolutionKind::kUnsubscribeUrl);
  EXPECT_TRUE(sink.all().empty());
  for (const JourneyInfo& journey : checked.program.journeys) {
    EXPECT_EQ(journey.kept_properties, (std::vector<std::string_view>{"total"}));
  }
  resolve(Path{"trigger", "items"});  // only one of the two triggers has it
  resolve(Path{"order", "total"});    // bound on one of the two ways
  resolve(Path{"contact", "pland"});
  resolve(Path{"contact"});
  ASSERT_EQ(sink.all().size(), 4U);
  EXPECT_EQ(sink.all()[0].code, Code::kUnknownProperty);
  EXPECT_EQ(sink.all()[1].code, Code::kUnknownTemplateName);
  EXPECT_EQ(sink.all()[2].code, Code::kUnknownProperty);
  EXPECT_EQ(sink.all()[3].code, Code::kNotInScope);
}

TEST(TemplateScope, FollowsListsAndBoundEvents) {
  Checked checked = check_text(std::string(kShop) +
                               "journey one { on cart wait for order as order up to 1d { send sms \"x\" } }");
  const TemplateScope scope = checked.program.messages[0].scope;
  Sink sink;
  const auto resolve = [&](const Path& path) {
    return resolve_path(checked.program, scope, path.parts, sink);
  };
  const PathInfo sku = resolve(Path{"trigger", "items", "0", "sku"});
  EXPECT_EQ(sku.type->base, BaseType::kString);
  EXPECT_TRUE(sku.optional);
  ASSERT_EQ(sku.accesses.size(), 2U);
  EXPECT_EQ(sku.accesses[0].kind, PathAccessKind::kIndex);
  const PathInfo skus = resolve(Path{"trigger", "items", "sku"});
  EXPECT_EQ(skus.type->base, BaseType::kList);
  const PathInfo total = resolve(Path{"order", "total"});
  EXPECT_EQ(total.root.kind, ResolutionKind::kBound);
  EXPECT_EQ(total.accesses.at(0).name, "total");
  EXPECT_TRUE(sink.all().empty());
  const PathInfo item = resolve_members(checked.program, skus.type, false, Path{"0"}.parts, sink);
  EXPECT_EQ(item.type->base, BaseType::kString);
}

// ------------------------------------------------------------------------------------------ types

TEST(TypeTable, EqualTypesAreEqualPointers) {
  TypeTable types;
  const TypeRef text = types.base(BaseType::kString);
  EXPECT_EQ(types.list_of(text), types.list_of(text));
  EXPECT_NE(types.list_of(text), types.list_of(types.base(BaseType::kInt)));
  EXPECT_EQ(types.record_of({{"a", text, false}}), types.record_of({{"a", text, false}}));
  EXPECT_NE(types.record_of({{"a", text, false}}), types.record_of({{"a", text, true}}));
  EXPECT_EQ(types.enum_of({"a", "b"}), types.enum_of({"a", "b"}));
  EXPECT_EQ(type_syntax(types.list_of(types.enum_of({"a", "b"}))), "list<\"a\" | \"b\">");
  EXPECT_EQ(type_syntax(types.record_of({{"a", text, true}, {"b", text, false}, {"c", text, false}})),
            "{ a: string?, b: string, .. }");
}

// ------------------------------------------------------------------------------------------ levels

struct ReportAFallback : AfterCheck {
  void run(CheckedProgram&, Sink& sink) override {
    sink.report(MissingFallback{{FileId(0), at, at + 1}, "contact.first_name", at + 1, {}});
  }
  uint32_t at = 0;
};

TEST(Levels, HoldForWhatTemplatesFindToo) {
  const std::string source =
      "# wend: allow missing_fallback -- everyone has one\non a send sms \"{{ contact.x }}\"\n";
  ReportAFallback fallback;
  fallback.at = static_cast<uint32_t>(source.find("contact.x"));
  EXPECT_EQ(analysis_test::check_files({{"a.wend", source}}, &fallback).codes(), "");
  EXPECT_EQ(check_text(source).codes(), "WD1901");
}

TEST(Levels, AnErrorOfTheLanguageCannotBeSilenced) {
  EXPECT_EQ(check_text("# wend: allow unknown_message -- really\njourney j { on a send b }").codes(),
            "WD0215 WD0204");
}

TEST(Levels, LintsWaitUntilTheProgramIsRight) {
  EXPECT_EQ(check_text("const c = 3\njourney j { on a send sms \"x\" }").codes(), "WD1201");
  EXPECT_EQ(check_text("const c = 3\njourney j { on a send b }").codes(), "WD0204");
  EXPECT_EQ(check_text("# wend: allow no_policy -- none\njourney j { on a send b }").codes(), "WD0204");
}

}  // namespace
}  // namespace wend

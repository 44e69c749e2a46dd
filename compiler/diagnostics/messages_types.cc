#include "compiler/diagnostics/messages_types.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/diagnostics/wording.h"

namespace wend {
namespace {

// "a string", "an optional number", "a list<string>" with the article of how it reads aloud.
std::string a(std::string_view type) {
  if (type.empty()) return "a value";
  if (type == "missing" || type == "any") return in_quotes(type);
  if (type.front() == '"') return fmt::format("one of {}", type);
  if (type.front() == '{') return fmt::format("a record {}", type);
  if (type.back() == '?') return fmt::format("an optional {}", type.substr(0, type.size() - 1));
  return with_article(type);
}

// What a list holds; other types as they are.
std::string_view element_of(std::string_view type) {
  constexpr std::string_view kList = "list<";
  if (!type.starts_with(kList)) return type;
  return type.substr(kList.size(), type.size() - kList.size() - 1);
}

std::string how_to_ask(std::string_view type) {
  if (type.starts_with("string")) return "compare it, as in `== \"gold\"`, or ask `is present`";
  if (type.starts_with("int") || type.starts_with("number"))
    return "compare it, as in `> 0`, or ask `is present`";
  if (type.starts_with("list")) return "ask `contains` or `.size > 0`";
  if (type.starts_with("duration")) return "compare it, as in `> 7d`";
  return "compare it with something, or ask `is present`";
}

std::string consequence(ConditionPlace place, bool value) {
  switch (place) {
    case ConditionPlace::kBranch:
      return value ? "always true: everyone takes this branch" : "always false: nobody takes this branch";
    case ConditionPlace::kEntry:
      return value ? "always true: it lets everyone in" : "always false: nobody ever enters";
    case ConditionPlace::kEnd:
      return value ? "always true: every run would end at once" : "always false: it never ends a run";
    case ConditionPlace::kWait:
      return value ? "always true: nobody waits here" : "always false: everyone waits until the limit";
    case ConditionPlace::kSend:
      return value ? "always true: it holds nothing back" : "always false: this is never sent";
    case ConditionPlace::kOther:
      break;
  }
  return value ? "always true" : "always false";
}

}  // namespace

Diagnostic describe(const ConditionNotBool& m) {
  Diagnostic d = start_diagnostic(ConditionNotBool::kCode, fmt::format("{} is no condition", a(m.type)), m.at,
                                  fmt::format("{}, neither true nor false", a(m.type)));
  d.help.push_back(how_to_ask(m.type));
  return d;
}

Diagnostic describe(const TypeMismatchComparison& m) {
  Diagnostic d =
      start_diagnostic(TypeMismatchComparison::kCode,
                       fmt::format("cannot compare {} with {}", a(m.other_type), a(m.type)), m.at, m.type);
  d.secondary.push_back({m.other, m.other_type});
  if (m.other_declared_at) d.secondary.push_back({*m.other_declared_at, "declared here"});
  if (!m.rewritten.empty()) {
    std::string title = m.type == "string" ? fmt::format("write the {} without quotes", m.other_type)
                                           : fmt::format("write it as {}", a(element_of(m.other_type)));
    d.fixes.push_back(replace_fix(std::move(title), Applicability::kSuggested, m.at, m.rewritten));
  }
  return d;
}

Diagnostic describe(const WrongArgument& m) {
  return start_diagnostic(WrongArgument::kCode, fmt::format("`{}` takes {} here", m.function, m.expected),
                          m.at, a(m.found));
}

Diagnostic describe(const WrongArgumentCount& m) {
  std::string takes = count_of(m.least, "argument");
  if (m.most == m.least + 1) takes = fmt::format("{} or {} arguments", m.least, m.most);
  if (m.most > m.least + 1) takes = fmt::format("{} to {} arguments", m.least, m.most);
  return start_diagnostic(WrongArgumentCount::kCode, fmt::format("`{}` takes {}", m.function, takes), m.at,
                          fmt::format("{} given", count_of(m.found, "argument")));
}

Diagnostic describe(const BadOperand& m) {
  Diagnostic d = start_diagnostic(BadOperand::kCode, fmt::format("`{}` does not work on {}", m.op, a(m.type)),
                                  m.at, a(m.type));
  if (m.other) d.secondary.push_back({*m.other, a(m.other_type)});
  if (!m.expected.empty()) d.notes.push_back(fmt::format("`{}` is for {}", m.op, m.expected));
  if (m.op == "+" && m.type.starts_with("string")) {
    d.help.push_back("texts are put together in a template: \"{{ event.a }} {{ event.b }}\"");
  }
  return d;
}

Diagnostic describe(const CompareWithMissing& m) {
  Diagnostic d = start_diagnostic(CompareWithMissing::kCode,
                                  fmt::format("`{} missing` is never true", m.equal ? "==" : "!="), m.at,
                                  "comparing with `missing` gives missing, which counts as false");
  std::string text = fmt::format("{} {}", m.operand, m.equal ? "is missing" : "is present");
  d.fixes.push_back(replace_fix("ask whether it is there", Applicability::kSafe, m.at, std::move(text)));
  return d;
}

Diagnostic describe(const EnumValueUnknown& m) {
  Diagnostic d = start_diagnostic(
      EnumValueUnknown::kCode, fmt::format("\"{}\" is none of the possible values", m.value), m.at,
      m.in_comparison ? "equal to none of them, so this is always false" : "not in the list");
  if (m.declared_at) d.secondary.push_back({*m.declared_at, "declared here"});
  std::vector<std::string> literals;
  for (const std::string& name : m.near) literals.push_back(fmt::format("\"{}\"", name));
  add_near_names(d, m.at, literals);
  std::string list;
  for (const std::string& value : m.values) list += fmt::format("{}\"{}\"", list.empty() ? "" : " | ", value);
  if (!list.empty()) d.notes.push_back(fmt::format("the values are {}", list));
  return d;
}

Diagnostic describe(const WrongTypeFor& m) {
  Diagnostic d = start_diagnostic(WrongTypeFor::kCode, fmt::format("{} cannot take {}", m.target, a(m.found)),
                                  m.at, fmt::format("{}; {} is wanted", a(m.found), a(m.expected)));
  if (m.declared_at) d.secondary.push_back({*m.declared_at, fmt::format("declared as {} here", m.expected)});
  return d;
}

Diagnostic describe(const BadRegex& m) {
  Diagnostic d = start_diagnostic(BadRegex::kCode, "this pattern cannot be read", m.at, m.reason);
  d.notes.push_back("patterns are RE2: no look-around and no back-references, so that none can hang a run");
  return d;
}

Diagnostic describe(const NotIndexable& m) {
  Diagnostic d = start_diagnostic(NotIndexable::kCode, fmt::format("{} has no elements to pick", a(m.type)),
                                  m.at, fmt::format("{}, not a list or a catalog", a(m.type)));
  if (m.type.starts_with("{")) d.help.push_back("a record's field is read with a dot: `item.sku`");
  return d;
}

Diagnostic describe(const NoMember& m) {
  Diagnostic d =
      start_diagnostic(NoMember::kCode, fmt::format("{} has no property {}", a(m.type), in_quotes(m.name)), m.at,
                       "no such property");
  d.secondary.push_back({m.object, a(m.type)});
  return d;
}

Diagnostic describe(const ConstantNotConstant& m) {
  Diagnostic d =
      start_diagnostic(ConstantNotConstant::kCode, fmt::format("constant {} is not constant", in_quotes(m.name)),
                       m.at, "known only for a contact, at some moment");
  d.help.push_back(fmt::format("a condition over a contact is a segment: `segment {} = ...`", m.name));
  return d;
}

Diagnostic describe(const ConstantCondition& m) {
  Diagnostic d = start_diagnostic(ConstantCondition::kCode,
                                  fmt::format("this condition is always {}", m.value ? "true" : "false"),
                                  m.at, consequence(m.place, m.value));
  if (!m.why.empty()) d.notes.push_back(m.why);
  return d;
}

Diagnostic describe(const NoOrder& m) {
  Diagnostic d = start_diagnostic(NoOrder::kCode, fmt::format("{} is neither smaller nor larger", a(m.type)),
                                  m.at, fmt::format("`{}` needs an order", m.op));
  d.notes.push_back("numbers, strings, durations, moments, dates and clock times have an order");
  d.help.push_back("compare with `==` or `!=`");
  return d;
}

Diagnostic describe(const MixedList& m) {
  Diagnostic d =
      start_diagnostic(MixedList::kCode, "the elements of this list have different types", m.at, a(m.type));
  d.secondary.push_back({m.first, a(m.first_type)});
  return d;
}

Diagnostic describe(const PatternNotLiteral& m) {
  Diagnostic d = start_diagnostic(PatternNotLiteral::kCode, "`matches` takes a pattern written in quotes",
                                  m.at, "known only when the program runs");
  d.help.push_back("to look for a text from data, use `contains`");
  return d;
}

Diagnostic describe(const ReadOnlyAttribute& m) {
  Diagnostic d =
      start_diagnostic(ReadOnlyAttribute::kCode, fmt::format("{} cannot be set", in_quotes("contact." + m.name)),
                       m.at, "kept by Wend itself");
  if (!m.instead.empty()) d.help.push_back(fmt::format("it changes by {}", m.instead));
  return d;
}

Diagnostic describe(const ConstantCircle& m) {
  Diagnostic d =
      start_diagnostic(ConstantCircle::kCode, fmt::format("constant {} needs itself", in_quotes(m.name)), m.at,
                       fmt::format("its value depends on {}", in_quotes(m.name)));
  d.help.push_back("give one constant of the circle a value of its own");
  return d;
}

Diagnostic describe(const NotOverOptional& m) {
  Diagnostic d =
      start_diagnostic(NotOverOptional::kCode,
                       fmt::format("`{}` over a value that may be missing", m.not_equal ? "!=" : "not"), m.at,
                       "where the value is missing this is false, too: those contacts are left out");
  const bool same = m.value_at == m.at;
  if (!same) d.secondary.push_back({m.value_at, "may be missing"});
  if (m.declared_at) d.secondary.push_back({*m.declared_at, "declared optional here"});
  d.help.push_back(fmt::format("say what a missing one means: `{} ?? VALUE`, or add `or {} is missing`",
                               m.value, m.value));
  return d;
}

Diagnostic describe(const EventOrTrigger& m) {
  Diagnostic d =
      start_diagnostic(EventOrTrigger::kCode, "`event` could be read as either of two events", m.at,
                       m.inner_event.empty() ? "the event that started the run"
                                             : fmt::format("the arriving {}", in_quotes(m.inner_event)));
  if (m.inner_event.empty()) {
    d.fixes.push_back(replace_fix("say which one is meant", Applicability::kSafe, m.at, "trigger"));
  } else {
    d.fixes.push_back(
        replace_fix("if the event that started the run is meant", Applicability::kShown, m.at, "trigger"));
  }
  return d;
}

}  // namespace wend

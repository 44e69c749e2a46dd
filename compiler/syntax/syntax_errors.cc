#include "compiler/syntax/syntax_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace wend::syntax {
namespace {

// An empty field matches everything. The first row that matches is taken.
struct Row {
  std::string_view rule;      // the rule or one around it
  std::string_view found;     // the token
  std::string_view before;    // the token in front of it
  std::string_view expected;  // one of what was expected
  std::string_view title;     // empty: the general sentence
  std::string_view help;
};

constexpr Row kTable[] = {
    {"", "=", "", "a comparison", "`=` sets a value; a comparison is written `==`", ""},
    {"", "then", "", "`{`", "Wend has no `then` here", "write the step right behind the condition"},
    {"file", "}", "", "", "this `}` closes nothing", "delete it, or look for a `}` too many above"},
    {"waitArm", "{", "", "`->`", "an arm needs `->` in front of its steps",
     "as in `on order_completed -> { ... }`"},
    {"matchArm", "{", "", "`->`", "an arm needs `->` in front of its steps", "as in `\"gold\" -> { ... }`"},
    {"matchArm", ":", "", "`->`", "an arm is written with `->`", "as in `\"gold\" -> send email a`"},
    {"matchArm", "=>", "", "", "an arm is written with `->`", "as in `\"gold\" -> send email a`"},
    {"waitFor", "", "", "`up`", "a wait for an event needs a limit",
     "as in `wait for order_completed up to 3d`"},
    {"compoundStep", "", "", "`up`", "a wait for an event needs a limit",
     "as in `wait for order_completed up to 3d`"},
    {"callArgument", "", "", "`)`", "", "close the `(` of the function"},
    {"", "+", "", "", "`+` needs a value on both sides", ""},
    {"", "*", "", "", "`*` needs a value on both sides", ""},
    {"", "/", "", "", "`/` needs a value on both sides", ""},
    {"", "and", "", "", "`and` needs a condition on both sides", ""},
    {"", "or", "", "", "`or` needs a condition on both sides", ""},
    {"", "==", "", "", "`==` needs a value on both sides, and comparisons do not chain", ""},
    {"expectation", "", "", "`ended`", "",
     "as in `expect NAME ended`, `expect NAME waiting at @label`, `expect contact.plan == \"paid\"`"},
    {"expectation", "", "expect", "", "",
     "as in `expect sent email welcome`, `expect nothing sent`, `expect in vip`"},
    {"branch", "if", "", "`{`", "an `if` inside of an `if` needs braces", "write `{ if ... }`"},
    {"branch", "wait", "", "`{`", "this wait needs braces here", "write `{ wait ... }`"},
    {"branch", "", "", "`{`", "", "a branch is one step or steps in braces: `if opened { ... }`"},
    {"moment", "", "", "", "", "a moment is written `2026-12-25 09:00`"},
    {"type", "", ":", "", "",
     "types are bool, int, number, string, duration, time, date, clock, list<T>, { key: T } and \"a\" | "
     "\"b\""},
    {"field", "", "", "`:`", "", "a property is written `key: type`"},
    {"recordItem", "=", "", "`:`", "a value in a record is written with `:`", "as in `{ total: 30 }`"},
    {"recordItem", "", "", "`:`", "", "a record is written `{ key: value }`"},
    {"eventDecl", "", "", "`}`", "", "a property is written `key: type`"},
    {"messageDecl", "", "", "`:`", "a message needs its channel", "as in `message welcome: email { ... }`"},
    {"messageItem", "", "", "a string such as `\"text\"`", "",
     "a text is written `\"...\"`, or `file \"NAME\"` where it stands in a file"},
    {"constDecl", "", "", "`=`", "", "as in `const free_shipping = 50`"},
    {"segmentDecl", "", "", "`=`", "", "as in `segment vip = count(order_completed, 365d) >= 5`"},
    {"plainStep", "", "send", "", "",
     "`send` takes a declared message or a text: `send email welcome`, `send sms \"...\"`"},
    {"plainStep", "", "wait", "", "",
     "`wait 20m`, `wait until 09:00`, `wait for EVENT up to 3d`, `wait (EXPRESSION)`"},
    {"step", "", "wait", "", "",
     "`wait 20m`, `wait until 09:00`, `wait for EVENT up to 3d`, `wait (EXPRESSION)`"},
    {"clause", "", "lasts", "`at`", "", "as in `lasts at most 30d`"},
};

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::any_of(list.begin(), list.end(),
                     [item](const std::string& one) { return one.starts_with(item); });
}

bool matches(const Row& row, const SyntaxFault& fault) {
  if (!row.rule.empty() && std::find(fault.rules.begin(), fault.rules.end(), row.rule) == fault.rules.end()) {
    return false;
  }
  if (row.rule == "file" && fault.rule != "file") return false;
  if (!row.found.empty() && row.found != fault.found) return false;
  if (!row.before.empty() && row.before != fault.before) return false;
  return row.expected.empty() || contains(fault.expected, row.expected);
}

std::string found_text(const SyntaxFault& fault) {
  if (fault.found.empty()) return "the end of the file";
  constexpr size_t kLongest = 32;
  std::string text(fault.found.substr(0, fault.found.find('\n')));
  if (text.size() > kLongest || text.size() < fault.found.size()) {
    size_t cut = std::min(text.size(), kLongest);
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    text = text.substr(0, cut) + "..";
  }
  return fmt::format("`{}`", text);
}

std::string list_text(const std::vector<std::string>& items) {
  constexpr size_t kMost = 4;
  std::string text;
  const size_t count = std::min(items.size(), kMost);
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) text += i + 1 == count && items.size() <= kMost ? " or " : ", ";
    text += items[i];
  }
  return text;
}

// A set of token names with one name in words. Where `sign` is in the set, all of `members` are taken out of
// it and named once.
struct Group {
  std::vector<std::string_view> signs;  // all of them have to be there
  std::string_view words;               // empty: not worth a word
  std::vector<std::string_view> members;
};

const std::vector<Group>& groups() {
  static const std::vector<std::string_view> kStepWords = {
      "'send'", "'wait'", "'if'",   "'match'", "'split'",     "'repeat'",      "'start'",
      "'set'",  "'add'",  "'tag'",  "'untag'", "'subscribe'", "'unsubscribe'", "'audience'",
      "'call'", "'emit'", "'note'", "'do'",    "'exit'",      "LABEL"};
  static const std::vector<std::string_view> kValueWords = {
      "STRING",       "TRIPLE",    "INT",         "NUMBER",    "DURATION", "CALENDAR",  "PERCENT",
      "TIME",         "DATE",      "CLOCK",       "'true'",    "'false'",  "'missing'", "'('",
      "'['",          "'{'",       "'contact'",   "'event'",   "'score'",  "'run'",     "'message'",
      "'opened'",     "'clicked'", "'delivered'", "'bounced'", "'failed'", "'replied'", "'complained'",
      "'suppressed'", "'sent'",    "'not'",       "'no'",      "'-'",      "ID"};
  static const std::vector<std::string_view> kReserved = {
      "'and'",     "'or'",      "'not'",     "'in'",     "'is'",       "'missing'", "'contains'",
      "'starts'",  "'ends'",    "'matches'", "'where'",  "'until'",    "'while'",   "'value'",
      "'between'", "'enter'",   "'exit'",    "'yearly'", "'no'",       "'true'",    "'false'",
      "'contact'", "'event'",   "'score'",   "'run'",    "'message'",  "'use'",     "'segment'",
      "'const'",   "'catalog'", "'channel'", "'policy'", "'journey'",  "'steps'",   "'settings'",
      "'migrate'", "'test'",    "'because'", "'nobody'", "'identify'", "'alias'",   "'erase'"};
  static const std::vector<Group> kGroups = [] {
    std::vector<std::string_view> key = kReserved;
    key.insert(key.end(), kStepWords.begin(), kStepWords.end());
    key.insert(key.end(), {"ID", "'opened'", "'clicked'", "'delivered'", "'bounced'", "'failed'", "'replied'",
                           "'complained'", "'suppressed'", "'sent'", "'monday'", "'tuesday'", "'wednesday'",
                           "'thursday'", "'friday'", "'saturday'", "'sunday'"});
    return std::vector<Group>{
        {{"ID", "'and'", "'journey'"}, "a name", key},
        {{"'send'", "'exit'", "'note'"}, "a step", kStepWords},
        {{"'journey'", "'test'"},
         "a declaration",
         {"'use'", "'event'", "'contact'", "'segment'", "'score'", "'const'", "'catalog'", "'channel'",
          "'message'", "'policy'", "'journey'", "'steps'", "'settings'", "'migrate'", "'test'"}},
        {{"'goal'", "'lasts'", "'enter'"},
         "a clause",
         {"'on'", "'every'", "'for'", "'enter'", "'until'", "'goal'", "'policy'", "'group'", "'priority'",
          "'holdout'", "'active'", "'lasts'", "'budget'", "'admit'", "'zone'"}},
        {{"INT", "'true'", "STRING", "'('"}, "a value", kValueWords},
        {{"ID"}, "a name", {"ID"}},
        {{"'opened'", "'clicked'", "'sent'"},
         "a word such as `opened`",
         {"'opened'", "'clicked'", "'delivered'", "'bounced'", "'failed'", "'replied'", "'complained'",
          "'suppressed'", "'sent'"}},
        {{"'monday'", "'friday'"},
         "a weekday",
         {"'monday'", "'tuesday'", "'wednesday'", "'thursday'", "'friday'", "'saturday'", "'sunday'"}},
        {{"'=='", "'<'"},
         "a comparison",
         {"'=='", "'!='", "'<'", "'<='", "'>'", "'>='", "'in'", "'is'", "'contains'", "'matches'", "'starts'",
          "'ends'"}},
        {{"'+'", "'*'"}, "", {"'+'", "'-'", "'*'", "'/'", "'?\?'", "'and'", "'or'", "'.'", "'['"}},
        {{"'*'"}, "", {"'*'", "'/'", "'?\?'", "'and'", "'or'", "'.'", "'['"}},
        {{"'and'", "'or'"}, "", {"'and'", "'or'"}},
        {{"STRING", "TRIPLE"}, "a string such as `\"text\"`", {"STRING", "TRIPLE"}},
        {{"DURATION", "CALENDAR"}, "a length such as `20m`", {"DURATION", "CALENDAR"}},
        {{"TIME", "DATE"}, "a moment such as `2026-12-25 09:00`", {"TIME", "DATE"}},
        {{"INT", "NUMBER"}, "a number", {"INT", "NUMBER"}},
    };
  }();
  return kGroups;
}

// Words that mean something only elsewhere; where a name is possible they are names.
bool is_soft(std::string_view name, const std::set<std::string, std::less<>>& names) {
  return names.contains("ID") && name.size() > 3 && name[0] == '\'' && name[1] >= 'a' && name[1] <= 'z';
}

std::string display(std::string_view name) {
  static const std::pair<std::string_view, std::string_view> kClasses[] = {
      {"STRING", "a string such as `\"text\"`"},
      {"TRIPLE", "a text in triple quotes"},
      {"INT", "a whole number"},
      {"NUMBER", "a number"},
      {"DURATION", "a duration such as `20m`"},
      {"CALENDAR", "a length such as `6mo`"},
      {"PERCENT", "a share such as `45%`"},
      {"TIME", "a moment such as `2026-12-25 09:00`"},
      {"DATE", "a date such as `2026-12-25`"},
      {"CLOCK", "a clock time such as `09:00`"},
      {"LABEL", "a label such as `@first`"},
      {"ID", "a name"},
      {"EOF", "the end of the file"},
  };
  for (const auto& [symbol, words] : kClasses) {
    if (symbol == name) return std::string(words);
  }
  if (name.size() > 2 && name.front() == '\'') return fmt::format("`{}`", name.substr(1, name.size() - 2));
  return std::string(name);
}

}  // namespace

std::vector<std::string> display_expected(const std::vector<std::string>& token_names) {
  std::set<std::string, std::less<>> left(token_names.begin(), token_names.end());
  const bool names_possible = left.contains("ID");
  std::vector<std::string> shown;
  for (const Group& group : groups()) {
    const bool all = std::all_of(group.signs.begin(), group.signs.end(),
                                 [&left](std::string_view sign) { return left.contains(sign); });
    if (!all) continue;
    const bool name = group.words == "a name" || group.words == "a value";
    for (const std::string_view member : group.members) {
      if (const auto found = left.find(member); found != left.end()) left.erase(found);
    }
    if (name && names_possible) {
      std::set<std::string, std::less<>> with_id = {"ID"};
      std::erase_if(left, [&with_id](const std::string& one) { return is_soft(one, with_id); });
    }
    if (!group.words.empty() && !contains(shown, group.words)) shown.emplace_back(group.words);
  }
  // In the order given; closing signs last, because they are the least likely to be what was meant.
  for (const std::string& name : token_names) {
    if (left.contains(name) && name != "'}'" && name != "EOF") shown.push_back(display(name));
  }
  for (const char* name : {"'}'", "EOF"}) {
    if (left.contains(name)) shown.push_back(display(name));
  }
  return shown;
}

SyntaxError explain(const SyntaxFault& fault) {
  SyntaxError error;
  // A line that breaks off is at fault at its end, not where the next line begins.
  error.at = fault.breaks_off ? fault.before_at : fault.found_at;
  const std::string expected = list_text(fault.expected);
  for (const Row& row : kTable) {
    if (!matches(row, fault)) continue;
    error.title = row.title;
    error.help = row.help;
    break;
  }
  if (error.title.empty()) {
    error.title = expected.empty() ? fmt::format("{} has no meaning here", found_text(fault))
                                   : fmt::format("expected {} here, found {}", expected, found_text(fault));
  }
  error.label = fault.breaks_off   ? "something has to follow this"
                : expected.empty() ? "not expected here"
                                   : fmt::format("expected {}", expected);
  if (fault.found_is_step && fault.rule == "file") {
    error.title = fmt::format("{} is a step, and no journey is open here", found_text(fault));
    error.label = "outside of every journey";
    error.help = fault.before == "}" ? "look for a `}` too many above"
                                     : "a file that is one journey begins with its trigger: `on EVENT`";
  } else if (fault.found_is_clause && (fault.rule == "journeyDecl" || fault.rule == "file") &&
             contains(fault.expected, "a step")) {
    error.title =
        fmt::format("{} begins a clause, and clauses stand in front of all steps", found_text(fault));
    error.label = "behind a step";
    error.help = "move it up";
  }
  return error;
}

}  // namespace wend::syntax

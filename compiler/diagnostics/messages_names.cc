#include "compiler/diagnostics/messages_names.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/diagnostics/wording.h"

namespace wend {
namespace {

// The shape of most of this area: a name that nothing declares.
Diagnostic unknown(Code code, std::string_view kind, std::string_view name, Span at, std::string label,
                   const std::vector<std::string>& near) {
  Diagnostic d =
      start_diagnostic(code, fmt::format("unknown {} {}", kind, in_quotes(name)), at, std::move(label));
  add_near_names(d, at, near);
  return d;
}

// "journeys", "policies".
std::string plural_kind(std::string_view kind) {
  return kind.ends_with('y') && !kind.ends_with("ey") ? std::string(kind.substr(0, kind.size() - 1)) + "ies"
                                                      : std::string(kind) + "s";
}

std::string owner_text(PropertyOwner owner, std::string_view name) {
  switch (owner) {
    case PropertyOwner::kEvent:
      return fmt::format("event {}", in_quotes(name));
    case PropertyOwner::kContact:
      return "the contact";
    case PropertyOwner::kRecord:
      return "this record";
    case PropertyOwner::kRun:
      return "`run`";
    case PropertyOwner::kMessage:
      return name.empty() ? "`message`" : fmt::format("message {}", in_quotes(name));
    case PropertyOwner::kCatalog:
      return fmt::format("catalog {}", in_quotes(name));
    case PropertyOwner::kData:
      return fmt::format("the data of message {}", in_quotes(name));
  }
  return "this value";
}

std::string declare_help(const UnknownProperty& m) {
  switch (m.owner) {
    case PropertyOwner::kEvent:
      return fmt::format("to add it, write `{}: TYPE?` into `event {} {{ .. }}`", m.name, m.owner_name);
    case PropertyOwner::kContact:
      return fmt::format("to add it, write `contact {{ {}: TYPE? }}`", m.name);
    case PropertyOwner::kCatalog:
      return fmt::format("to add it, write `{}: TYPE?` into `catalog {} ..`", m.name, m.owner_name);
    case PropertyOwner::kData:
      return fmt::format("to add it, write `data {{ {}: TYPE }}` into message {}", m.name,
                         in_quotes(m.owner_name));
    default:
      return {};
  }
}

}  // namespace

Diagnostic describe(const UnknownEvent& m) {
  Diagnostic d = start_diagnostic(UnknownEvent::kCode, fmt::format("unknown event {}", in_quotes(m.name)),
                                  m.at, "no event has this name");
  add_near_names(d, m.at, m.near, m.module.empty() ? "" : fmt::format("from `use {}`", m.module));
  d.notes.push_back(
      "names are checked because this project declares events; a new one needs `event NAME { ... }`");
  return d;
}

Diagnostic describe(const UnknownProperty& m) {
  const std::string owner = owner_text(m.owner, m.owner_name);
  Diagnostic d = start_diagnostic(
      UnknownProperty::kCode, fmt::format("unknown property {} of {}", in_quotes(m.name), owner), m.at,
      fmt::format("{} has no such property, so this would always be missing", owner));
  if (m.declared_at) d.secondary.push_back({*m.declared_at, "declared here without it"});
  add_near_names(d, m.at, m.near);
  if (std::string help = declare_help(m); m.near.empty() && !help.empty()) d.help.push_back(std::move(help));
  return d;
}

Diagnostic describe(const UnknownName& m) {
  Diagnostic d = start_diagnostic(UnknownName::kCode, fmt::format("unknown name {}", in_quotes(m.name)), m.at,
                                  "no constant, segment or `as` name is called so");
  if (!m.as_member.empty()) {
    d.fixes.push_back(replace_fix(fmt::format("to read the property, write {}", in_quotes(m.as_member)),
                                  Applicability::kSuggested, m.at, m.as_member));
    return d;
  }
  add_near_names(d, m.at, m.near);
  if (m.near.empty()) d.help.push_back(fmt::format("a text needs quotes: `\"{}\"`", m.name));
  return d;
}

Diagnostic describe(const UnknownMessage& m) {
  Diagnostic d = unknown(
      UnknownMessage::kCode, "message", m.name, m.at,
      m.label_possible ? "no message and no step label has this name" : "no message has this name", m.near);
  if (m.near.empty())
    d.help.push_back(fmt::format("to declare it, write `message {}: CHANNEL {{ ... }}`", m.name));
  return d;
}

Diagnostic describe(const UnknownJourney& m) {
  return unknown(UnknownJourney::kCode, "journey", m.name, m.at, "no journey has this name", m.near);
}

Diagnostic describe(const UnknownFunction& m) {
  return unknown(UnknownFunction::kCode, "function", m.name, m.at, "no function has this name", m.near);
}

Diagnostic describe(const DuplicateName& m) {
  const bool same_kind = m.first_kind.empty() || m.first_kind == m.kind;
  Diagnostic d =
      start_diagnostic(DuplicateName::kCode,
                       same_kind ? fmt::format("two {} are called {}", plural_kind(m.kind), in_quotes(m.name))
                                 : fmt::format("{} and {} are both called {}", with_article(m.first_kind),
                                               with_article(m.kind), in_quotes(m.name)),
                       m.at, "declared again here");
  d.secondary.push_back({m.first, "first declared here"});
  if (!same_kind) {
    d.notes.push_back(
        fmt::format("{} and {} share one set of names", plural_kind(m.first_kind), plural_kind(m.kind)));
  }
  d.help.push_back("rename one of the two, or delete it");
  return d;
}

Diagnostic describe(const UnknownChannel& m) {
  Diagnostic d = unknown(UnknownChannel::kCode, "channel", m.name, m.at, "no channel has this name", m.near);
  if (!m.known.empty()) d.notes.push_back(fmt::format("this project has {}", quoted_list(m.known, "and")));
  if (m.near.empty()) {
    d.help.push_back(
        fmt::format("to declare it, write `channel {} {{ address contact.ATTRIBUTE }}`", m.name));
  }
  return d;
}

Diagnostic describe(const UnknownLabel& m) {
  return unknown(UnknownLabel::kCode, "label", m.name, m.at,
                 fmt::format("no step of {} is labelled `@{}`",
                             m.journey.empty() ? "this journey" : in_quotes(m.journey), m.name),
                 m.near);
}

Diagnostic describe(const DuplicateLabel& m) {
  Diagnostic d = start_diagnostic(DuplicateLabel::kCode, fmt::format("two steps are labelled `@{}`", m.name),
                                  m.at, "used again here");
  d.secondary.push_back({m.first, "first used here"});
  d.notes.push_back("a deployment finds the step where a contact waits by its label");
  d.help.push_back("give one of the two steps another label");
  return d;
}

Diagnostic describe(const UnknownType& m) {
  Diagnostic d = unknown(UnknownType::kCode, "type", m.name, m.at, "no type has this name", m.near);
  d.notes.push_back(
      "types are bool, int, number, string, duration, time, date, clock, list<T>, { key: T } and \"a\" | "
      "\"b\"");
  return d;
}

Diagnostic describe(const DuplicateProperty& m) {
  Diagnostic d =
      start_diagnostic(DuplicateProperty::kCode, fmt::format("property {} stands twice", in_quotes(m.name)),
                       m.at, "written again here");
  d.secondary.push_back({m.first, "first written here"});
  d.help.push_back("delete one of the two");
  return d;
}

Diagnostic describe(const UnknownZone& m) {
  Diagnostic d = start_diagnostic(UnknownZone::kCode, fmt::format("unknown time zone \"{}\"", m.name), m.at,
                                  "not in the time zone database");
  std::vector<std::string> literals;
  for (const std::string& name : m.near) literals.push_back(fmt::format("\"{}\"", name));
  add_near_names(d, m.at, literals);
  d.notes.push_back("zones have names such as \"Europe/Paris\", so that summer time is known");
  return d;
}

Diagnostic describe(const UnknownSegment& m) {
  Diagnostic d =
      unknown(UnknownSegment::kCode, "segment", m.name, m.at,
              m.is_event ? "this is an event; a segment is wanted here" : "no segment has this name", m.near);
  if (m.is_event) {
    d.help.push_back(fmt::format("to enter when the event arrives, write `on {}`", m.name));
  } else if (m.near.empty()) {
    d.help.push_back(fmt::format("to declare it, write `segment {} = CONDITION`", m.name));
  }
  return d;
}

Diagnostic describe(const UnknownLint& m) {
  return unknown(UnknownLint::kCode, "lint", m.name, m.at,
                 "no lint has this name, so this line changes nothing", m.near);
}

Diagnostic describe(const NameShadowsBuiltin& m) {
  Diagnostic d =
      start_diagnostic(NameShadowsBuiltin::kCode, fmt::format("{} cannot be declared", in_quotes(m.name)),
                       m.at, fmt::format("{} would hide {}", with_article(m.kind), m.builtin));
  d.help.push_back("choose another name");
  return d;
}

Diagnostic describe(const UnknownModule& m) {
  Diagnostic d = unknown(UnknownModule::kCode, "module", m.name, m.at,
                         "the standard library has no such module", m.near);
  if (!m.known.empty()) d.notes.push_back(fmt::format("modules are {}", quoted_list(m.known, "and")));
  d.help.push_back("files of the project need no `use`: every .wend file below its folder belongs to it");
  return d;
}

Diagnostic describe(const UnknownPolicy& m) {
  Diagnostic d = unknown(UnknownPolicy::kCode, "policy", m.name, m.at, "no policy has this name", m.near);
  if (m.near.empty()) d.help.push_back(fmt::format("to declare it, write `policy {} {{ ... }}`", m.name));
  return d;
}

Diagnostic describe(const MissingProperty& m) {
  const bool start = m.event.starts_with("start ");
  Diagnostic d =
      start_diagnostic(MissingProperty::kCode,
                       start ? "a journey is started without what it reads" : "an event lacks properties",
                       m.at, fmt::format("no value for {}", quoted_list(m.missing, "and")));
  if (m.declared_at) d.secondary.push_back({*m.declared_at, "declared here"});
  std::string values;
  for (const std::string& name : m.missing) {
    values += fmt::format("{}{}: ...", values.empty() ? "" : ", ", name);
  }
  if (start) d.notes.push_back("the events that start this journey else all have them");
  d.help.push_back(start ? fmt::format("write `{} with {{ {} }}`", m.event, values)
                         : fmt::format("write `emit {} {{ {} }}`", m.event, values));
  return d;
}

Diagnostic describe(const UnknownSteps& m) {
  Diagnostic d = unknown(UnknownSteps::kCode, "sequence of steps", m.name, m.at,
                         m.is_journey ? "this is a journey; `do` expands a `steps` declaration"
                                      : "no `steps` declaration has this name",
                         m.near);
  if (m.is_journey) {
    d.help.push_back(fmt::format("to enter the journey, write `start {}`", m.name));
  } else if (m.near.empty()) {
    d.help.push_back(fmt::format("to declare it, write `steps {}() {{ ... }}`", m.name));
  }
  return d;
}

Diagnostic describe(const UnknownScore& m) {
  Diagnostic d = unknown(UnknownScore::kCode, "score", m.name, m.at, "no score has this name", m.near);
  if (m.near.empty()) d.help.push_back(fmt::format("to declare it, write `score {} {{ +1 EVENT }}`", m.name));
  return d;
}

Diagnostic describe(const UnknownSplit& m) {
  return unknown(UnknownSplit::kCode, "split", m.name, m.at, "no split of this journey has this name",
                 m.near);
}

Diagnostic describe(const NotInScope& m) {
  Diagnostic d = start_diagnostic(NotInScope::kCode, fmt::format("{} has no meaning here", in_quotes(m.name)),
                                  m.at, fmt::format("{} has no {}", m.here, in_quotes(m.name)));
  if (!m.has.empty()) d.help.push_back(fmt::format("use {} here", m.has));
  return d;
}

Diagnostic describe(const UnusedDeclaration& m) {
  Diagnostic d = start_diagnostic(UnusedDeclaration::kCode,
                                  fmt::format("{} {} is never used", m.kind, in_quotes(m.name)), m.at,
                                  "nothing in this project speaks of it");
  d.help.push_back("delete it, or use it");
  return d;
}

}  // namespace wend

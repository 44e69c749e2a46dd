#include "compiler/diagnostics/messages_flow.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/diagnostics/wording.h"

namespace wend {

std::string path_text(const std::vector<PathStep>& path) {
  std::string text;
  for (const PathStep& step : path) {
    if (!text.empty()) text += " -> ";
    text += fmt::format("{} (line {})", step.text, step.line);
  }
  return text;
}

namespace {

constexpr int64_t kDayMs = 86'400'000;

// The shortest whole number of days that covers a length.
std::string covering_days(int64_t length_ms) { return fmt::format("{}d", (length_ms + kDayMs - 1) / kDayMs); }

}  // namespace

Diagnostic describe(const UnreachableStep& m) {
  Diagnostic d = start_diagnostic(UnreachableStep::kCode, "this step can never run", m.at, "unreachable");
  d.secondary.push_back({m.ender, "every run that gets here ends"});
  d.help.push_back(m.ender_is_exit ? "put the step above the `exit`, or delete it"
                                   : "let one of the branches above go on, or delete the step");
  return d;
}

Diagnostic describe(const WaitOnlyTimesOut& m) {
  Diagnostic d = start_diagnostic(WaitOnlyTimesOut::kCode, "this wait can only time out", m.at,
                                  fmt::format("no run is left when {} arrives", in_quotes(m.event)));
  d.secondary.push_back({m.until, fmt::format("ends every run at {}", in_quotes(m.event))});
  d.help.push_back("act on the event in the last act of `until`, or take the `until` away");
  return d;
}

Diagnostic describe(const RecursionOfSteps& m) {
  const std::string first = m.circle.empty() ? "" : m.circle.front();
  Diagnostic d = start_diagnostic(RecursionOfSteps::kCode, "steps that contain themselves", m.at,
                                  fmt::format("expands {} inside itself, without end", in_quotes(first)));
  std::string circle;
  for (const std::string& name : m.circle) circle += fmt::format("{} -> ", name);
  d.notes.push_back(fmt::format("the circle: {}{}", circle, first));
  d.help.push_back("to do something several times, use `repeat`");
  return d;
}

Diagnostic describe(const LastsTooShort& m) {
  const std::string limit = duration_text(m.limit_ms);
  Diagnostic d = start_diagnostic(
      LastsTooShort::kCode, "the steps need longer than the journey lasts", m.at,
      m.written ? fmt::format("ends every run {} after it began", limit)
                : fmt::format("has no `lasts at most`, so every run ends {} after it began", limit));
  d.notes.push_back(
      fmt::format("longest way: {}; it takes {}", path_text(m.path), duration_text(m.needed_ms)));
  d.help.push_back(
      fmt::format("`lasts at most {}` covers every path of this journey", covering_days(m.needed_ms)));
  return d;
}

Diagnostic describe(const MomentNeedsClock& m) {
  Diagnostic d = start_diagnostic(MomentNeedsClock::kCode, "a date is no moment without a time of day", m.at,
                                  "on that day, but when?");
  d.fixes.push_back(
      insert_fix("say the time of day", Applicability::kShown, m.at.file, m.at.end, " at 09:00"));
  return d;
}

Diagnostic describe(const LocalTimeWithoutZone& m) {
  Diagnostic d = start_diagnostic(LocalTimeWithoutZone::kCode, "local time without a time zone", m.at,
                                  "contacts without a zone of their own have no such time");
  d.help.push_back("say the project's zone: `settings { zone \"Europe/Paris\" }`");
  return d;
}

Diagnostic describe(const WaitNeverElapses& m) {
  Diagnostic d =
      start_diagnostic(WaitNeverElapses::kCode, "this wait can never elapse", m.at,
                       fmt::format("ends {} after entry at the earliest", duration_text(m.earliest_ms)));
  d.secondary.push_back(
      {m.lasts, fmt::format("ends every run {} after it began", duration_text(m.limit_ms))});
  if (!m.path.empty()) d.notes.push_back(fmt::format("shortest way here: {}", path_text(m.path)));
  d.help.push_back(fmt::format("`lasts at most {}` covers every path of this journey (the longest takes {})",
                               covering_days(m.longest_ms), duration_text(m.longest_ms)));
  return d;
}

Diagnostic describe(const CorrelationOnOptional& m) {
  Diagnostic d = start_diagnostic(
      CorrelationOnOptional::kCode, "an exit that depends on a property that may be absent", m.at,
      fmt::format("where {} comes without it, the run goes on as if nothing had come", in_quotes(m.event)));
  if (m.declared_at) d.secondary.push_back({*m.declared_at, "declared optional here"});
  d.fixes.push_back(replace_fix("let an event without it count", Applicability::kSuggested, m.at,
                                fmt::format("({} ?? {})", m.property, m.other)));
  return d;
}

Diagnostic describe(const WhereListMixes& m) {
  Diagnostic d = start_diagnostic(WhereListMixes::kCode, "a list of events of which only some have a `where`",
                                  m.at, "without a `where`: is every one meant, or the one behind the list?");
  d.secondary.push_back({m.where, "asks only the event directly before it"});
  d.help.push_back("give every event its `where`, or write separate clauses");
  return d;
}

Diagnostic describe(const WaitInLastAct& m) {
  Diagnostic d =
      start_diagnostic(WaitInLastAct::kCode, "a last act cannot wait", m.at, "the run is over here");
  d.secondary.push_back({m.clause, "ends the run; its block is done at once"});
  d.help.push_back("to do something later, let the block `start` another journey");
  return d;
}

Diagnostic describe(const DuplicateClause& m) {
  Diagnostic d =
      start_diagnostic(DuplicateClause::kCode, fmt::format("the clause {} stands twice", in_quotes(m.clause)),
                       m.at, "written again here");
  d.secondary.push_back({m.first, "first written here"});
  d.help.push_back("keep one of the two");
  return d;
}

Diagnostic describe(const JourneyTooLarge& m) {
  Diagnostic d = start_diagnostic(JourneyTooLarge::kCode, "this journey is too large", m.at,
                                  fmt::format("{} {}; at most {} are possible", m.found, m.what, m.limit));
  d.help.push_back("let it `start` a second journey that holds a part of its steps");
  return d;
}

Diagnostic describe(const MomentNeedsElse& m) {
  Diagnostic d =
      start_diagnostic(MomentNeedsElse::kCode, "a wait until a moment from data needs an `else`", m.at,
                       m.may_be_missing ? "may be missing or past: what then?" : "may be past: what then?");
  d.help.push_back("say what happens then, as in `else exit \"too late\"`");
  return d;
}

Diagnostic describe(const LastsRequired& m) {
  Diagnostic d =
      start_diagnostic(LastsRequired::kCode, "a wait on a moment from data needs a `lasts at most`", m.at,
                       "only the data knows how long this takes");
  d.help.push_back(fmt::format("say how long a run of {} may take at most, as in `lasts at most 365d`",
                               m.journey.empty() ? "this journey" : in_quotes(m.journey)));
  return d;
}

Diagnostic describe(const MatchInexhaustive& m) {
  const bool open = m.missing.empty();
  std::string label = "has values that no case takes";
  std::string insertion = "else -> {} ";
  if (!open) {
    std::string values = quoted_list(m.missing);  // they bring quotes of their own
    std::erase(values, '`');
    label = fmt::format("may be {}, which no case takes", values);
    insertion = fmt::format("{} -> {{}} ", fmt::join(m.missing, ", "));
  }
  Diagnostic d =
      start_diagnostic(MatchInexhaustive::kCode, "a `match` without a case for every value", m.at, label);
  d.fixes.push_back(insert_fix(open ? "say what happens with every other value" : "say what happens then",
                               Applicability::kSuggested, m.close.file, m.close.begin, insertion));
  return d;
}

Diagnostic describe(const CaseNeverTaken& m) {
  using Why = CaseNeverTaken::Why;
  std::string label = "the same case again";
  if (m.why == Why::kNeverMissing) label = "the value is never missing";
  if (m.why == Why::kAllTaken) label = "every value is taken above";
  Diagnostic d = start_diagnostic(CaseNeverTaken::kCode, "a case that can never be taken", m.at, label);
  if (m.before)
    d.secondary.push_back({*m.before, m.why == Why::kNeverMissing ? "always there" : "taken here"});
  d.help.push_back("delete the case");
  return d;
}

Diagnostic describe(const RepeatBounds& m) {
  if (!m.has_time) {
    Diagnostic d = start_diagnostic(RepeatBounds::kCode, "a `repeat` without time between its passes", m.at,
                                    "every pass would follow the one before at once");
    d.help.push_back("say how long to wait between two passes: `repeat 3 times every 1d`");
    return d;
  }
  Diagnostic d = start_diagnostic(
      RepeatBounds::kCode, "a `repeat` has one pass at least, and an end", m.at,
      m.times < 1 ? "nobody goes through these steps"
                  : fmt::format("{} passes are more than the {} that a `repeat` can have", m.times, m.most));
  d.help.push_back(m.times < 1 ? "delete the steps, or say how many times"
                               : "a journey that goes on for so long is better begun anew: `every ..`");
  return d;
}

Diagnostic describe(const EmitCircle& m) {
  const std::string first = m.journeys.empty() ? "" : m.journeys.front();
  Diagnostic d = start_diagnostic(
      EmitCircle::kCode, "journeys set each other off without end", m.at,
      m.journeys.size() == 1 ? fmt::format("enters {} again, at the same instant", in_quotes(first))
                             : fmt::format("comes back to {} at the same instant", in_quotes(first)));
  std::string circle;
  for (size_t i = 0; i < m.journeys.size() && i < m.path.size(); ++i) {
    circle += fmt::format("{} does `{}` (line {}) -> ", m.journeys[i], m.path[i].text, m.path[i].line);
  }
  d.notes.push_back(fmt::format("the circle: {}{}", circle, first));
  d.help.push_back("put a wait on the way, or let one of the journeys `enter once per ..`");
  return d;
}

Diagnostic describe(const MisleadingIndentation& m) {
  Diagnostic d =
      start_diagnostic(MisleadingIndentation::kCode, "this step is not where its indentation puts it", m.at,
                       "runs for everyone, not only in the branch above");
  d.secondary.push_back({m.owner, "takes one step without braces"});
  d.help.push_back("put braces around the branch, or move the step to the left");
  return d;
}

Diagnostic describe(const UncorrelatedUntil& m) {
  Diagnostic d = start_diagnostic(UncorrelatedUntil::kCode, "one event ends the runs of every key", m.at,
                                  fmt::format("any {} ends them all", in_quotes(m.event)));
  d.secondary.push_back({m.each, "a contact has one run for each of these"});
  d.help.push_back(fmt::format("say which run it ends: `until {} where PROPERTY == run.key`", m.event));
  return d;
}

Diagnostic describe(const ShadowedStdlib& m) {
  Diagnostic d =
      start_diagnostic(ShadowedStdlib::kCode, "this takes the place of the standard library's", m.at,
                       fmt::format("{} means this one everywhere, in the library, too", in_quotes(m.name)));
  d.secondary.push_back({m.library, "replaced"});
  return d;
}

}  // namespace wend

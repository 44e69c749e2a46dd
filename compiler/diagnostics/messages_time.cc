#include "compiler/diagnostics/messages_time.h"

#include <fmt/format.h>

#include "compiler/diagnostics/wording.h"

namespace wend {

Diagnostic describe(const NoInstantOfChange& m) {
  using Remedy = NoInstantOfChange::Remedy;
  const std::string label =
      m.remedy == Remedy::kDays
          ? "reaches back differently far every day; no instant can be set at which to ask again"
          : fmt::format("goes on with {}; no instant can be set at which to ask it again", in_quotes(m.clock));
  Diagnostic d = start_diagnostic(NoInstantOfChange::kCode,
                                  "it cannot be known when time changes this condition", m.at, label);
  d.notes.push_back(fmt::format("{} reacts to the passing of time, and asks only when something can have changed",
                                m.place));
  if (m.remedy == Remedy::kToday) {
    d.fixes.push_back(replace_fix("ask the day, which changes at midnight", Applicability::kSuggested, m.at,
                                  m.rewritten));
  } else if (m.remedy == Remedy::kDays) {
    d.help.push_back("write the window in days, as in `180d`");
  } else if (m.clock.starts_with("since")) {
    d.help.push_back(fmt::format("compare {} alone with a length, as in `{} > 30d`", in_quotes(m.clock), m.clock));
  } else if (m.remedy == Remedy::kOtherSide) {
    d.help.push_back(fmt::format(
        "months and years belong to the other side, as in `{0} > contact.{1} + 6mo`", m.clock,
        m.clock == "now" ? "last_seen" : "start_date"));
  } else if (m.clock == "clock") {
    d.help.push_back("compare `clock` alone with a time of day, as in `clock >= 09:00`");
  } else {
    d.help.push_back(fmt::format(
        "compare `{0}` alone with a value that does not depend on it, as in `{0} >= contact.{1} - 7d`", m.clock,
        m.clock == "now" ? "renewal_at" : "renewal_date"));
  }
  return d;
}

}  // namespace wend

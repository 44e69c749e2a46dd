#include "compiler/diagnostics/messages_bounds.h"

#include <fmt/format.h>

#include "compiler/diagnostics/wording.h"

namespace wend {

Diagnostic describe(const BrokenBudget& m) {
  const std::string window = duration_text(m.window_ms);
  Diagnostic d = start_diagnostic(
      BrokenBudget::kCode, "a contact can get more messages than the budget promises", m.at,
      fmt::format("promises {} in any {}, and there can be {}{}", m.count, window, m.coarse ? "up to " : "", m.most));
  // One label a step: a step in a loop sends more than once.
  for (size_t i = 0; i < m.sends.size(); ++i) {
    bool again = false;
    for (size_t before = 0; before < i; ++before) again = again || m.sends[before] == m.sends[i];
    if (!again) d.secondary.push_back({m.sends[i], "counts"});
  }
  if (!m.path.empty()) d.notes.push_back(fmt::format("the way that sends most: {}", path_text(m.path)));
  if (m.runs > 1) d.notes.push_back(fmt::format("{} runs have a part in it: a contact may enter again", m.runs));
  if (m.coarse) d.notes.push_back("there are too many ways to look at each; the bound may be too high");
  d.help.push_back(
      fmt::format("`budget {} per {}` is what the steps keep; to keep the promise, send less, wait longer or let a "
                  "contact enter less often",
                  m.most, window));
  return d;
}

Diagnostic describe(const BudgetUnproven& m) {
  Diagnostic d = start_diagnostic(
      BudgetUnproven::kCode, "a budget of a journey that a contact may enter any number of times", m.at,
      m.per_key ? "each key has runs of its own, and there is no end of keys"
                : "every entry sends anew, and nothing says how often a contact enters");
  if (m.enter) d.secondary.push_back({*m.enter, m.per_key ? "one run for each of these" : "lets a contact in again"});
  d.help.push_back(m.per_key
                       ? "leave `each` out, or let a `cap` of the policy keep the promise"
                       : fmt::format("say how often: `enter once per {}`", duration_text(m.window_ms)));
  return d;
}

}  // namespace wend

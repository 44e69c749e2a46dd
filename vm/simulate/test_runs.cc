#include "vm/simulate/test_runs.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "vm/trace/trace_format.h"

namespace wend {

std::string moment_in(Millis at_ms, const Zone& zone) {
  const bool whole_minute = at_ms % kMillisPerMinute == 0;
  return format_pattern(zone, at_ms, whole_minute ? "%Y-%m-%d %H:%M" : "%Y-%m-%d %H:%M:%S");
}

Result<std::vector<RunStory>> read_runs(std::string_view contact, const std::string& journey,
                                        const TestWorld& world) {
  std::vector<TraceEntry> entries;
  const std::string lower = trace_key(contact, 0);
  std::string upper(contact);
  upper.push_back('\1');
  const auto it = world.store.iterate(Family::kTrace, lower, upper);
  for (it->seek(lower); it->valid(); it->next()) WEND_RETURN_IF_ERROR(decode_trace(it->value(), entries));
  WEND_RETURN_IF_ERROR(it->status());
  const Program& program = world.program.program();
  std::vector<RunStory> runs;
  for (const TraceEntry& entry : entries) {
    if (entry.run == 0 || entry.journey >= program.journeys.size()) continue;
    if (program.text(program.journeys[entry.journey].name) != journey) continue;
    if (entry.kind == TraceKind::kEntered) {
      RunStory& run = runs.emplace_back();
      run.number = entry.run;
      run.entered_ms = entry.at_ms;
      run.key = entry.text;
      continue;
    }
    const auto run =
        std::find_if(runs.begin(), runs.end(), [&](const auto& r) { return r.number == entry.run; });
    if (run == runs.end()) continue;
    if (entry.kind == TraceKind::kEnded) {
      run->ended = true;
      run->ended_ms = entry.at_ms;
      run->because = entry.text;
      run->reason = entry.more;
    } else if (entry.kind == TraceKind::kConverted) {
      run->converted = true;
      run->value = entry.more;
    }
  }
  return runs;
}

Result<ContactState> read_state(std::string_view contact, const TestWorld& world, bool& known) {
  ContactState state;
  WEND_ASSIGN_OR_RETURN(const std::optional<std::string> record, world.store.get(Family::kContacts, contact));
  known = record.has_value();
  if (known) WEND_RETURN_IF_ERROR(decode_record(*record, contact, state));
  return state;
}

// Where an active run waits: its step; null where it waits nowhere.
const StepRow* waiting_step(const ContactState& state, uint64_t run_number, const Program& program) {
  for (const StoredRun& run : state.runs) {
    if (run.state.number != run_number || !run.active() || is_none(run.state.wait)) continue;
    return &program.steps[program.waits[run.state.wait.index()].step.index()];
  }
  return nullptr;
}

std::string ending_text(const RunStory& run, const Zone& zone) {
  std::string text = "ended at " + moment_in(run.ended_ms, zone) + ": ";
  return text + (run.because.empty() ? run.reason : run.reason + " (" + run.because + ")");
}

}  // namespace wend

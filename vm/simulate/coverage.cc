#include "vm/simulate/coverage.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace wend {
namespace {

// A case of a `match` is a way on of the step before it.
bool is_arm(const StepRow& row) { return row.kind == StepRowKind::kCase; }

// The ways on from a wait, by where they lead: name and what to say of one that was never taken. Empty where
// all lead to the same place.
struct WaitWay {
  uint32_t pc = 0;
  std::string name;
  std::string missed;
};

std::string arm_event(const Program& program, const WaitArm& arm) {
  return program.text(program.events[arm.event.index()].name);
}

std::vector<WaitWay> ways_of(const Program& program, const WaitRow& wait) {
  std::vector<WaitWay> ways;
  const auto way_to = [&](uint32_t pc) {
    return std::find_if(ways.begin(), ways.end(), [&](const WaitWay& way) { return way.pc == pc; });
  };
  for (const WaitArm& arm : wait.arms) {
    const std::string event = arm_event(program, arm);
    const auto known = way_to(arm.target_pc);
    if (known == ways.end()) {
      ways.push_back({arm.target_pc, event, "`" + event + "` never came"});
    } else if (known->name != event) {
      known->name += " or " + event;
      known->missed = "`" + known->name + "` never came";
    }
  }
  if (way_to(wait.due_pc) == ways.end()) {
    const bool moment = wait.arms.empty();
    ways.push_back({wait.due_pc, moment ? "in time" : "time over",
                    moment ? "the moment never came" : "the time never ran out"});
  }
  if (way_to(wait.past_pc) == ways.end()) {
    ways.push_back({wait.past_pc, "missing or past", "never missing or past"});
  }
  if (ways.size() < 2) ways.clear();
  return ways;
}

}  // namespace

uint32_t CoverageFigures::percent() const {
  const uint64_t all = uint64_t{steps} + outcomes;
  if (all == 0) return 100;
  return static_cast<uint32_t>(100 * (uint64_t{steps_reached} + outcomes_reached) / all);
}

bool CoverageFigures::below(double percent) const {
  const double all = static_cast<double>(steps) + outcomes;
  const double reached = static_cast<double>(steps_reached) + outcomes_reached;
  return all > 0 && 100 * reached < percent * all;
}

Coverage::Coverage(const Program& program) : program_(&program), wait_of_step_(program.steps.size(), kNone) {
  for (uint32_t i = 0; i < program.waits.size(); ++i) wait_of_step_[program.waits[i].step.index()] = i;
  for (uint32_t i = 0; i < program.steps.size(); ++i) {
    const StepRow& row = program.steps[i];
    if (is_arm(row)) {
      collect(row, program.text(row.text), "never taken");
    } else {
      collect(row, {}, "never reached");
      collect_outcomes(StepIx{i}, row);
    }
  }
  // By journey and place; the order of rows is that of the source but for last acts.
  std::stable_sort(points_.begin(), points_.end(), [](const CoveragePoint& a, const CoveragePoint& b) {
    return std::tie(a.journey, a.file, a.line, a.column) < std::tie(b.journey, b.file, b.line, b.column);
  });
  for (size_t i = 0; i < points_.size(); ++i) {
    const CoveragePoint& point = points_[i];
    index_[{point.journey, point.file, point.line, point.column, point.outcome}] = i;
  }
}

Coverage::Key Coverage::key_of(const StepRow& row, std::string outcome) const {
  const JourneyRow& journey = program_->journeys[row.journey.index()];
  return {program_->text(journey.name), program_->text(row.file), row.line, row.column, std::move(outcome)};
}

void Coverage::collect(const StepRow& row, std::string outcome, std::string missed) {
  const Key key = key_of(row, outcome);
  if (!index_.emplace(key, points_.size()).second) return;
  CoveragePoint& point = points_.emplace_back();
  point.journey = std::get<0>(key);
  point.file = std::get<1>(key);
  point.line = row.line;
  point.column = row.column;
  point.text = program_->text(row.text);
  point.outcome = std::move(outcome);
  point.missed = std::move(missed);
}

void Coverage::collect_outcomes(StepIx step, const StepRow& row) {
  if (row.kind == StepRowKind::kIf) {
    collect(row, "true", "never true");
    collect(row, "false", "never false");
  }
  const uint32_t wait = wait_of_step_[step.index()];
  if (wait == kNone) return;
  for (WaitWay& way : ways_of(*program_, program_->waits[wait])) {
    collect(row, std::move(way.name), std::move(way.missed));
  }
}

Status Coverage::add(const Store& store) {
  const auto it = store.iterate(Family::kTrace, {}, {});
  std::vector<TraceEntry> entries;
  for (it->seek({}); it->valid(); it->next()) {
    entries.clear();
    WEND_RETURN_IF_ERROR(decode_trace(it->value(), entries));
    for (const TraceEntry& entry : entries) {
      if (entry.step >= program_->steps.size()) continue;
      switch (entry.kind) {
        case TraceKind::kStep: {
          const StepRow& row = program_->steps[entry.step];
          reach(entry.step, is_arm(row) ? program_->text(row.text) : std::string());
          break;
        }
        case TraceKind::kBranch:
          reach(entry.step, entry.number == 1 ? "true" : "false");
          break;
        case TraceKind::kWaitEvent:
        case TraceKind::kWaitAlready:
        case TraceKind::kWaitDue:
        case TraceKind::kWaitNever:
        case TraceKind::kWaitPast:
          reach_wait(entry);
          break;
        default:
          break;
      }
    }
  }
  return it->status();
}

void Coverage::reach(uint32_t step, const std::string& outcome) {
  const auto found = index_.find(key_of(program_->steps[step], outcome));
  if (found != index_.end()) points_[found->second].reached = true;
}

void Coverage::reach_wait(const TraceEntry& entry) {
  const uint32_t index = wait_of_step_[entry.step];
  if (index == kNone) return;
  const WaitRow& wait = program_->waits[index];
  uint32_t pc = wait.due_pc;
  if (entry.kind == TraceKind::kWaitPast) pc = wait.past_pc;
  if (entry.kind == TraceKind::kWaitEvent || entry.kind == TraceKind::kWaitAlready) {
    if (entry.number < 0 || static_cast<size_t>(entry.number) >= wait.arms.size()) return;
    pc = wait.arms[static_cast<size_t>(entry.number)].target_pc;
  }
  for (const WaitWay& way : ways_of(*program_, wait)) {
    if (way.pc == pc) reach(entry.step, way.name);
  }
}

std::vector<CoverageFigures> Coverage::journeys() const {
  std::vector<CoverageFigures> figures;
  for (const JourneyRow& journey : program_->journeys) {
    figures.emplace_back().journey = program_->text(journey.name);
  }
  std::sort(figures.begin(), figures.end(),
            [](const auto& a, const auto& b) { return a.journey < b.journey; });
  for (const CoveragePoint& point : points_) {
    const auto journey =
        std::lower_bound(figures.begin(), figures.end(), point.journey,
                         [](const CoverageFigures& f, const std::string& name) { return f.journey < name; });
    const uint32_t one = point.reached ? 1 : 0;
    if (point.outcome.empty()) {
      ++journey->steps;
      journey->steps_reached += one;
    } else {
      ++journey->outcomes;
      journey->outcomes_reached += one;
    }
  }
  return figures;
}

CoverageFigures Coverage::total() const {
  CoverageFigures sum;
  for (const CoverageFigures& journey : journeys()) {
    sum.steps += journey.steps;
    sum.steps_reached += journey.steps_reached;
    sum.outcomes += journey.outcomes;
    sum.outcomes_reached += journey.outcomes_reached;
  }
  return sum;
}

}  // namespace wend

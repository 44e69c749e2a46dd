#ifndef WEND_VM_SIMULATE_COVERAGE_H_
#define WEND_VM_SIMULATE_COVERAGE_H_

// Which steps of a program's journeys, and which outcomes of their branches, a number of tests has reached.
// What happened is read from the trace that the tests' contacts leave behind, so that a test under coverage
// runs exactly as without it.
//
// An outcome is a way on that differs from the others: of an `if` that it holds and that it doesn't, an arm
// of a `match` or a split, of a wait each event that leads elsewhere, the time that runs out, and a moment
// that is missing or past. A step that has only one way on has no outcomes. A step that stands in several
// places of a journey's code, because a sequence was expanded more than once, is one step.
//
// Threads: one object belongs to one thread. Failures: none but those of the store that is read.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "vm/base/result.h"
#include "vm/core/program.h"
#include "vm/store/store.h"
#include "vm/trace/trace_format.h"

namespace wend {

// A step, or with an outcome one of its ways on.
struct CoveragePoint {
  std::string journey;
  std::string file;
  uint32_t line = 0;    // 1-based
  uint32_t column = 0;  // 1-based, in characters
  std::string text;     // the step as written, cut short
  std::string outcome;  // empty: the step itself; "true", "false", "order_completed", "in time", ..
  std::string missed;   // what to say where it was not reached: "never false", "`clicked` never came"
  bool reached = false;
};

struct CoverageFigures {
  std::string journey;  // empty: all of them
  uint32_t steps = 0, steps_reached = 0;
  uint32_t outcomes = 0, outcomes_reached = 0;

  // Of steps and outcomes together, rounded down: 100 is everything. A journey without steps has 100.
  uint32_t percent() const;
  bool below(double percent) const;
};

class Coverage {
 public:
  // `program` must outlive the object.
  explicit Coverage(const Program& program);

  // Adds what the trace of every contact in the store tells. The store's only image must be the program.
  Status add(const Store& store);

  // By journey, then by file and place, outcomes behind their step.
  const std::vector<CoveragePoint>& points() const { return points_; }
  // One for each journey, by name.
  std::vector<CoverageFigures> journeys() const;
  CoverageFigures total() const;

 private:
  using Key = std::tuple<std::string, std::string, uint32_t, uint32_t, std::string>;
  void collect(const StepRow& row, std::string outcome, std::string missed);
  void collect_outcomes(StepIx step, const StepRow& row);
  void collect_wait(const WaitRow& wait);
  Key key_of(const StepRow& row, std::string outcome) const;
  void reach(uint32_t step, const std::string& outcome);
  void reach_wait(const TraceEntry& entry);

  const Program* program_;
  std::vector<CoveragePoint> points_;
  std::map<Key, size_t> index_;
  std::vector<uint32_t> wait_of_step_;  // WaitIx by StepIx; kNone: not a wait
};

}  // namespace wend

#endif  // WEND_VM_SIMULATE_COVERAGE_H_

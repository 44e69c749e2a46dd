#ifndef WEND_VM_SIMULATE_TEST_RUNS_H_
#define WEND_VM_SIMULATE_TEST_RUNS_H_

// What became of the runs of a contact in a test, read from its record and its trace. Internal to vm/simulate.
// Pure but for reading the store. Failures: of the store.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"
#include "vm/core/loaded_program.h"
#include "vm/core/time_zone.h"
#include "vm/simulate/test_expect.h"
#include "vm/store/record_format.h"
#include "vm/store/store.h"

namespace wend {

// One run of a journey as the trace tells it.
struct RunStory {
  uint64_t number = 0;
  Millis entered_ms = 0;
  std::string key;
  bool ended = false;
  Millis ended_ms = 0;
  std::string reason, because;
  bool converted = false;
  std::string value;
};

// The runs of a journey, in the order in which they began.
Result<std::vector<RunStory>> read_runs(std::string_view contact, const std::string& journey,
                                        const TestWorld& world);
// The record; `known` says whether there is one.
Result<ContactState> read_state(std::string_view contact, const TestWorld& world, bool& known);
// Where an active run waits: its step; null where it waits nowhere.
const StepRow* waiting_step(const ContactState& state, uint64_t run_number, const Program& program);
// "ended at 2026-03-02 10:20: until (order_completed)".
std::string ending_text(const RunStory& run, const Zone& zone);
// "2026-03-02 10:20", with seconds where it has some.
std::string moment_in(Millis at_ms, const Zone& zone);

}  // namespace wend

#endif  // WEND_VM_SIMULATE_TEST_RUNS_H_

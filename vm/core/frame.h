#ifndef WEND_VM_CORE_FRAME_H_
#define WEND_VM_CORE_FRAME_H_

// What the parts of the interpreter share: a call of its loop, and what such a call can ask of the contact's
// history, scores and segments. Internal to the VM. Threads: those of the Interpreter.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "vm/core/interpreter.h"
#include "vm/core/scratch.h"

namespace wend {

// Everything a call of the loop works on besides its registers.
struct Frame {
  const EvalContext& context;
  const LoadedProgram& program;
  const Zone& zone;
  ScratchMemory& memory;
  std::string& bytes;
  ListBuilder& list;
  RecordBuilder& record;
  uint64_t& saturations;
  std::vector<std::unique_ptr<Value[]>>& levels;
  uint64_t& lower_bounds;
  uint32_t depth = 0;
  std::vector<TraceMark>* marks = nullptr;
  std::string* out = nullptr;
  size_t max_out_bytes = 0;  // size that `out` may reach
  bool cut = false;
  uint64_t refusals_before = 0;
  Value result{};
  Effect* effect = nullptr;  // of a body
  uint32_t step = kNone;     // that the body has come to

  // Limits that this call ran into.
  uint64_t limit_hits() const { return memory.refusals() - refusals_before + (cut ? 1 : 0); }
};

// Notes when time alone changes what was just read.
inline void lower_horizon(const EvalContext& context, Millis changes_ms) {
  if (context.horizon_ms != nullptr) *context.horizon_ms = std::min(*context.horizon_ms, changes_ms);
}

// The value of a routine that another one calls. Its registers are its own; scratch memory is shared.
Value call_routine(Frame& f, RoutineIx routine, const EvalContext& context);

// Is the contact in the segment? Never missing.
Value segment(Frame& f, SegmentIx ix);
// The contact's score, decayed to now.
Value score(const Frame& f, ScoreIx ix);
// The answer of the history to a query; `window_ms` is null where it asks about all that is remembered.
Value ask(Frame& f, HistoryQueryIx ix, const Millis* window_ms);

}  // namespace wend

#endif  // WEND_VM_CORE_FRAME_H_

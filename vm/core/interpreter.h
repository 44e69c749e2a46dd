#ifndef WEND_VM_CORE_INTERPRETER_H_
#define WEND_VM_CORE_INTERPRETER_H_

// Runs verified bytecode. Pure: what it may see comes in with an EvalContext, what should happen goes out as
// an Effect, and the same input gives the same output. One Interpreter a thread; it keeps its memory from
// call to call.
//
// The engine drives a journey like this: resume() at the entry, handle the effect it returns (hand a message
// over, set an attribute, note a line), resume() at effect.next_pc, and so on, until a wait that holds or the
// end of the run.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"
#include "vm/core/history.h"
#include "vm/core/loaded_program.h"
#include "vm/core/run_state.h"
#include "vm/core/value.h"

namespace wend {

// A contact as conditions see it. Views; the caller owns everything.
struct ContactView {
  std::string_view id;
  Millis created_at_ms = 0;
  std::string_view attributes;                  // attribute block by the store's attribute numbers
  std::span<const uint16_t> attribute_numbers;  // store's number by AttrIx; 0xFFFF: the store knows none
  std::span<const ContactEngagement> engagements;
  // What is remembered of its events and its scores, ascending by the store's numbers; and these numbers by
  // HistoryIx, by the image's number of a property, by ScoreIx. A number that is not there means the index
  // itself.
  std::span<const ContactHistory> history;
  std::span<const uint16_t> history_numbers;
  std::span<const uint16_t> property_numbers;
  std::span<const ContactScore> scores;
  std::span<const uint16_t> score_numbers;
  // The contact's own zone, in which segments are asked; nullptr: the project's.
  const Zone* own_zone = nullptr;
};

// An event being looked at. `values` has one value a property of the event's row, in its order.
struct EventView {
  EventIx event;
  Millis at_ms = 0;
  std::string_view id;
  std::span<const Value> values;
};

struct EvalContext {
  const LoadedProgram* program = nullptr;
  const ContactView* contact = nullptr;
  const EventView* event = nullptr;  // may be null: LoadEvent then gives the trigger's property
  const RunState* run =
      nullptr;  // may be null (before an entry): LoadTrigger then gives the event's property
  // In the filter of a history query: the event that the expression around it looks at. LoadTrigger gives it
  // where there is no run.
  const EventView* arriving = nullptr;
  const Value* with = nullptr;  // record for LoadWith; may be null
  Millis now_ms = 0;
  const Zone* zone = nullptr;  // zone in force
  // Where it is not null, it is lowered to the first instant after now_ms at which time alone can change what
  // was read (horizon.h). Set it to kNever before.
  Millis* horizon_ms = nullptr;
};

enum class EffectKind : uint8_t {
  kSend,
  kWait,
  kSet,
  kNote,
  kExit,
  kExitPlain,
  kFinish,
  kEndAct,
  kRepeat,
  kEndRepeat,
  kTag,
  kUntag,
  kSubscribe,
  kUnsubscribe,
  kJoinAudience,
  kLeaveAudience,
  kEmit,
  kRequest,
  kAddScore,
};
struct Effect {
  EffectKind kind = EffectKind::kFinish;
  // SendIx, WaitIx, AttrIx, EventIx, ScoreIx, StepIx (audiences) or StringIx of the instruction; of repeats
  // how many loops this one lies in.
  uint32_t operand = 0;
  // kWait: due instant (a time, or missing); kSet: the new value; kAddScore: points; audiences: the name;
  // kEmit, kRequest: a record. Valid until the next call.
  Value value;
  uint32_t next_pc = 0;
  uint32_t step = kNone;  // StepIx of the last step that began before it, in the same call
};

// One line of what happened between two effects, for the trace.
struct TraceMark {
  StepIx step;
  enum class Kind : uint8_t { kReached, kTrue, kFalse, kMissing } kind = Kind::kReached;
};

struct InterpreterLimits {
  size_t max_text_bytes =
      1 << 20;  // of one rendered template; what is over is cut at a character and counted
  size_t max_scratch_bytes =
      4 << 20;  // lists, records and texts made while one routine runs; over it: missing
};

class Interpreter {
 public:
  explicit Interpreter(InterpreterLimits limits = {});
  ~Interpreter();

  // The value of a routine of kind kValue. Valid until the next call of this interpreter.
  Value evaluate(RoutineIx routine, const EvalContext& context);

  // The text of a routine of kind kTemplate, appended to `out`. False where it was cut at the limit.
  bool render(RoutineIx routine, const EvalContext& context, std::string& out);

  // Runs the body of a journey from `pc` to its next effect. REQUIRES: context.run; `pc` is the entry, an
  // effect's next_pc, an act_pc or a wait's target of that journey. Appends to `marks` where it is not null.
  Effect resume(uint32_t pc, const EvalContext& context, std::vector<TraceMark>* marks);

  // The value of an engagement query as the Engaged instruction gives it.
  static Value engagement(const QueryRow& query, const EvalContext& context);

  // Arithmetic that saturated or scratch and text limits that were hit since the interpreter was made.
  uint64_t saturations() const { return saturations_; }
  uint64_t limit_hits() const { return limit_hits_; }
  // Answers of the history that are lower bounds, because events beyond the limit are forgotten.
  uint64_t lower_bounds() const { return lower_bounds_; }

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
  InterpreterLimits limits_;
  uint64_t saturations_ = 0;
  uint64_t limit_hits_ = 0;
  uint64_t lower_bounds_ = 0;
};

// How a value prints in a template or trace: strings as they are, numbers in the shortest form that reads
// back, times as RFC 3339 in the zone, lists' elements one after the other, missing as nothing.
void append_text(std::string& out, const Value& value, const Zone& zone);

}  // namespace wend

#endif  // WEND_VM_CORE_INTERPRETER_H_

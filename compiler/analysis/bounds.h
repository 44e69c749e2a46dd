#ifndef WEND_COMPILER_ANALYSIS_BOUNDS_H_
#define WEND_COMPILER_ANALYSIS_BOUNDS_H_

// What can be proven of every run of a journey from its steps alone: how many ways lead through it, how many
// messages of a channel any way hands over at most, which events it reads, what it keeps of them. Upper bounds:
// no run exceeds them, whatever its conditions say; a run may stay below. Conditions are not looked at, so a
// way counts although no contact may ever fulfil all that it asks.
//
// Pure; threads: as CheckedProgram. Fails never.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/context.h"
#include "vm/base/clock.h"

namespace wend {

// Ways and messages are counted up to here; this many means "this many or more".
constexpr int64_t kCountless = 1'000'000'000'000;

// The part of a declared message; nullptr where it has none.
const ast::MessageItem* item_of(const ast::MessageDecl& decl, ast::MessageItemKind kind);

// Branches of a step that hold no steps: a run that takes one goes on below. Of plain steps 1.
int64_t ways_without_block(const ast::Step& step);
// nullptr where steps of this kind have none.
const ast::ElseBranch* else_of(const ast::Step& step);

// A message of a send step, or of one of the channels of a `send first`.
struct SentMessage {
  uint32_t channel = kNone;  // in channels; kNone after a report
  bool internal = false;     // declared with `to`: a person of the company gets it, or nobody
  bool counts = false;       // for caps and budgets: marketing that reaches the contact
};
std::vector<SentMessage> messages_of(const Context& context, const ast::Step& step);

// Least and most time that a wait takes by itself, where its step says so. `from_entry`: both are counted from
// the entry instead, and the wait is over at once where that has passed. Steps that don't wait take none.
struct WaitSpan {
  Millis least_ms = 0;
  Millis most_ms = 0;
  bool from_entry = false;
};
// `lasts_ms` bounds what only data knows.
WaitSpan wait_span(const CheckedProgram& program, const ast::Step& step, Millis lasts_ms);

struct JourneyBounds {
  // The longest way; where only data knows, what `lasts at most` allows.
  Millis longest_ms = 0;
  bool longest_by_lasts = false;
  int64_t ways = 1;                     // saturated at kCountless
  std::vector<int64_t> most_sent;       // by channel, internal messages left out; saturated
  int64_t most_marketing = 0;           // of all channels together, as caps count
  std::vector<std::string> events;      // that it reads, by name, sorted
  std::vector<std::string> kept;        // "trigger.url", "seen.sku": kept with a run, sorted
  std::vector<std::string> kept_texts;  // those of `kept` whose size the program does not bound
  int64_t run_bytes = 0;                // of one run in the contact's record, without kept texts and keys
  int64_t most_runs = 1;                // at one time for one contact
};

// `longest_ms`: what the flow pass found; nullopt where data decides.
JourneyBounds bounds_of(const Context& context, const JourneyInfo& journey, std::optional<Millis> longest_ms);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_BOUNDS_H_

#ifndef WEND_VM_TRACE_TRACE_TEXT_H_
#define WEND_VM_TRACE_TRACE_TEXT_H_

// Entries of a trace as sentences for people. Pure; safe from any thread. Entries that refer to what an image
// does not have are told without it.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vm/core/loaded_program.h"
#include "vm/trace/trace_format.h"

namespace wend {

using TraceImages = std::map<uint32_t, std::shared_ptr<const LoadedProgram>>;  // by number

// "event", "entered", ..: the kind's name in JSON. Stable.
std::string_view trace_kind_name(TraceKind kind);

// The journey's name; empty where the entry belongs to none.
std::string trace_journey(const TraceEntry& entry, const TraceImages& images);

struct StepPlace {
  std::string name;  // "@label", or "line 12"
  std::string file;
  uint32_t line = 0;
  std::string source;
};
std::optional<StepPlace> trace_step(const TraceEntry& entry, const TraceImages& images);

// "line 12, wait 20m", "@first (line 9), send email hello".
std::string step_text(const Program& program, StepIx step);

// What happened, without time and journey.
std::string trace_sentence(const TraceEntry& entry, const TraceImages& images, const Zone& zone);

}  // namespace wend

#endif  // WEND_VM_TRACE_TRACE_TEXT_H_

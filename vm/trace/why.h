#ifndef WEND_VM_TRACE_WHY_H_
#define WEND_VM_TRACE_WHY_H_

// The timeline of one contact: what came, what every journey did with it and why, what was handed over. Reads
// the contact's record, its trace and the images the trace refers to; works on a store that an engine is
// using.
//
// Failures: kNotFound when the store knows nothing of the contact, kCorrupt, kIo.

#include <string>
#include <string_view>

#include "vm/base/result.h"
#include "vm/store/store.h"

namespace wend {

struct WhyOptions {
  std::string journey;        // only this one; empty: all
  size_t max_entries = 1000;  // the latest so many; a line says how many older ones are left out
};

// For people: one line an entry, times in the contact's zone, the source text of steps.
Result<std::string> why_text(const Store& store, std::string_view contact, const WhyOptions& options = {});
// The same as one JSON object: {"contact":..,"zone":..,"attributes":{..},"active_runs":[..],"trace":[..]}.
Result<std::string> why_json(const Store& store, std::string_view contact, const WhyOptions& options = {});

}  // namespace wend

#endif  // WEND_VM_TRACE_WHY_H_

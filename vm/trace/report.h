#ifndef WEND_VM_TRACE_REPORT_H_
#define WEND_VM_TRACE_REPORT_H_

// The durable counters of a store as a struct: for the summary table of `run` and `simulate` and for
// /metrics. Journeys and messages come in order of name. Failures: kIo, kCorrupt.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "vm/base/result.h"
#include "vm/store/store.h"

namespace wend {

struct JourneyReport {
  std::string journey;
  int64_t entered = 0;
  int64_t waiting = 0;  // runs that are active now
  int64_t converted = 0;
  int64_t converted_after_message = 0;  // of these, after the run had handed something over
  double value = 0;                     // of conversions, to three decimals each
  // By reason: "finished", "until", "exit", "expired", "restarted", "outranked".
  std::map<std::string, int64_t> ended;
  // The same with what ended them: the event of an `until`, the text of an `exit`; the reason where there is
  // none.
  std::map<std::string, int64_t> ended_because;
};

struct MessageReport {
  std::string journey;
  std::string message;
  std::string channel;
  std::map<std::string, int64_t> by_status;  // "sent", "suppressed", ..
  std::map<std::string, int64_t> by_reason;  // of suppressed ones: "address", "consent"
  std::map<std::string, int64_t> engaged;    // "opened", "clicked", ..: each delivery once
};

struct SchemaReport {
  std::string event;  // "contact" for attributes
  std::string property;
  int64_t violations = 0;
};

struct EngineReport {
  std::vector<JourneyReport> journeys;
  std::vector<MessageReport> messages;
  std::vector<SchemaReport> schema;
  // Of the engine as a whole, by name: "contacts", "events", "identifies", "duplicates", "late", "refused",
  // "clamped", "unknown_events", "timers", "missing_keys", "too_many_runs", "cut_texts", ..
  std::map<std::string, int64_t> totals;

  // Messages summed over journeys: by channel, then status.
  std::map<std::string, std::map<std::string, int64_t>> by_channel() const;
};

Result<EngineReport> read_report(const Store& store);

}  // namespace wend

#endif  // WEND_VM_TRACE_REPORT_H_

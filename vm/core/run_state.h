#ifndef WEND_VM_CORE_RUN_STATE_H_
#define WEND_VM_CORE_RUN_STATE_H_

// The state of one run as the interpreter reads it and the engine keeps it. Plain data; the stored form is
// vm/store/record_format.h.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vm/base/clock.h"
#include "vm/core/program.h"

namespace wend {

// An event kept with a run: its trigger, or bound with `as`.
struct KeptEvent {
  EventIx event = none_of<EventIx>();
  Millis at_ms = 0;
  std::string id;
  std::string properties;  // attribute block by property number, only what the program reads
};

// DO NOT CHANGE THESE VALUES: they are stored.
enum class SendOutcome : uint8_t {
  kHanded = 0,      // in the outbox or beyond
  kSuppressed = 1,  // a guard said no
  kHeld = 2,        // waits for a release; the run waits with it
};
// The first guard that said no; the names are those of the language. DO NOT CHANGE THESE VALUES.
enum class SuppressReason : uint8_t {
  kNotSuppressed = 0,
  kAddress = 1,
  kConsent = 2,
  kHibernate = 3,
  kCap = 4,
  kQuiet = 5,
  kPaused = 6,
  kExpires = 7,
  kWhile = 8,
  kBestHour = 11,  // held only: nothing is suppressed because of it
};
std::string_view suppress_reason_name(SuppressReason reason);

// What became of the latest pass of a send step.
struct SendStatus {
  SendIx send;
  SendOutcome outcome = SendOutcome::kHanded;
  SuppressReason reason = SuppressReason::kNotSuppressed;
  uint16_t engaged = 0;   // bit a EngagementWord: has happened
  Millis at_ms = 0;       // hand-over or refusal
  uint64_t delivery = 0;  // number of the delivery, unique in the contact; 0 where none
  std::vector<std::string> links_clicked;
};

// A message that waits for its release, and its run with it. Everything is decided anew then.
struct HeldSend {
  SendIx send;
  uint32_t next_pc = 0;  // where the run goes on after the send step
  Millis since_ms = 0;   // when the step was reached
  Millis release_ms = 0;
  uint64_t delivery = 0;  // number of the delivery: the outcome has the same id as its `held` lines
  // Held in a last act: how the run ends afterwards ("until", "expired") and because of what. Empty elsewhere.
  std::string ending;
  std::string ending_because;
};

struct RunState {
  JourneyIx journey;
  uint64_t number = 0;  // unique in the contact, ascending
  int64_t count = 1;    // how many runs of this journey the contact has had, this one included
  Millis entered_at_ms = 0;
  std::string key;  // encoded value of `each`; empty where there is none
  KeptEvent trigger;
  std::vector<std::optional<KeptEvent>> slots;  // events named with `as`
  std::vector<SendStatus> sends;                // by first pass; one entry a send row
  uint32_t last_send = kNone;                   // index into `sends` of the last step reached
  // Passes of the loops that the run is in, this one included, outer loops first.
  std::vector<uint32_t> passes;
  uint64_t call = 0;  // number of the delivery that was its latest `call`; 0: none
  // Where it waits.
  WaitIx wait = none_of<WaitIx>();
  Millis wait_since_ms = 0;
  Millis due_ms = kNever;      // of the wait
  Millis ends_at_ms = kNever;  // `lasts at most`
  std::optional<HeldSend> held;  // then it does not wait at a wait
  // When time alone may change the condition it waits for, and those of its `until`.
  Millis wait_check_ms = kNever;
  Millis until_check_ms = kNever;
};

// Engagement of a contact with any message: the latest of each kind (and link), for conditions where no send
// can precede. `word` kSent and kSuppressed are kept too.
struct ContactEngagement {
  EngagementWord word = EngagementWord::kOpened;
  Millis at_ms = 0;
  std::string link;  // empty: none named
};

}  // namespace wend

#endif  // WEND_VM_CORE_RUN_STATE_H_

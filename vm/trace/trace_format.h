#ifndef WEND_VM_TRACE_TRACE_FORMAT_H_
#define WEND_VM_TRACE_TRACE_FORMAT_H_

// The trace of a contact as it is stored: what happened, in order, so compactly that every event can afford
// it. A value of Family::kTrace holds the entries that one commit added; its key is the contact, a zero byte
// and the number of its first entry, big-endian (docs/formats/record.md). Pure; safe from any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/clock.h"
#include "vm/base/result.h"
#include "vm/core/program.h"

namespace wend {

// DO NOT CHANGE THESE VALUES: they are stored. After each: what `text`, `more` and `number` hold.
enum class TraceKind : uint8_t {
  kEvent = 1,          // name; id; TraceEventFlag bits
  kDuplicate = 2,      // name; id
  kIdentify = 3,       // -; id; TraceEventFlag bits
  kUnheard = 4,        // name of an event that no journey of the program listens for
  kIgnored = 5,        // an entry refused: -; trigger text; TraceIgnored
  kEntered = 6,        // key as text; -; count of runs of this journey
  kStep = 7,           // -
  kBranch = 8,         // -; -; 0 false, 1 true, 2 missing
  kWait = 9,           // -; -; due instant
  kWaitEvent = 10,     // the event that ended the wait; -; number of the arm that took it
  kWaitDue = 11,       // -
  kWaitPast = 12,      // went on at once: the moment was missing or past
  kWaitAlready = 13,   // the event had happened: -; -; number of the arm
  kWaitNever = 14,     // went on at once: nothing was handed over, the event can't come
  kWaitMoved = 15,     // the moment changed with the attributes: -; -; new due instant
  kHanded = 16,        // message; address; delivery number
  kSuppressed = 17,    // message; reason; delivery number of the outcome line
  kAttribute = 18,     // name; value as text (empty: cleared)
  kNote = 19,          // text
  kEngagement = 20,    // word; link; delivery number (0: none known)
  kRepeat = 21,        // an engagement that happened before: word; link; delivery number
  kMachine = 22,       // an open by a machine: word; link; delivery number
  kConverted = 23,     // event; value as text
  kUntil = 24,         // the cause of an `until` that holds
  kHorizon = 25,       // `lasts at most` is over
  kEnded = 26,         // because (event, exit text); reason
  kViolation = 27,     // event; property
  kFollowUpsCut = 28,  // more than the limit of follow-up events
  kHeld = 29,          // message; reason; instant of the release
  kReleased = 30,      // message; -; delivery number
  kCancelled = 31,     // message; -; delivery number
  kHistoryCut = 33,    // content of a history row that forgets its oldest events from now on
  kScore = 34,         // name; new value as text
  kWaitHolds = 40,     // the condition of a wait is true
  kFollows = 44,       // an event that a journey emitted, or a start: name; id
  kPass = 45,          // -; -; number of the pass of a `repeat` that begins
  kAudience = 46,      // audience; "add" or "remove"; delivery number
  kCall = 47,          // connector; the request as JSON; delivery number
};

enum TraceEventFlag : int64_t { kTraceLate = 1, kTraceHistorical = 2, kTraceClamped = 4 };

// Why an event started nothing. DO NOT CHANGE THESE VALUES.
enum class TraceIgnored : uint8_t {
  kWhereFalse = 1,
  kWhereMissing = 2,
  kForFalse = 3,
  kForMissing = 4,
  kKeyMissing = 5,
  kAlreadyActive = 6,
  kOnce = 7,     // has been in it before
  kOncePer = 8,  // has been in it within the time
  kTooMany = 9,  // too many runs
  kLate = 10,    // the event is too old to start anything
  kGroup = 11,   // the contact is in a journey of the same group; `text` is its name
  kUntilHolds = 40,  // the condition of its `until` holds already
};

struct TraceEntry {
  TraceKind kind = TraceKind::kEvent;
  Millis at_ms = 0;
  uint32_t image = kNone;    // number of the image that `journey` and `step` belong to
  uint32_t journey = kNone;  // row
  uint64_t run = 0;          // number of the run; 0: none
  uint32_t step = kNone;     // row
  int64_t number = 0;
  std::string text;
  std::string more;

  bool operator==(const TraceEntry&) const = default;
};

constexpr size_t kMaxTraceTextBytes = 512;  // longer texts are cut

std::string trace_key(std::string_view contact, uint64_t first_entry);
std::string encode_trace(const std::vector<TraceEntry>& entries);
// Appends to `entries`. kCorrupt, kNewerVersion.
Status decode_trace(std::string_view bytes, std::vector<TraceEntry>& entries);

}  // namespace wend

#endif  // WEND_VM_TRACE_TRACE_FORMAT_H_

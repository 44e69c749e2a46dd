#ifndef WEND_VM_STORE_RECORD_FORMAT_H_
#define WEND_VM_STORE_RECORD_FORMAT_H_

// The record of one contact, all that the engine knows of it, and the keys of timers. The bytes are frozen a
// version (docs/formats/record.md): an older version is read for ever, a newer one refused.
//
// Pure functions and plain data; safe from any thread.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/clock.h"
#include "vm/base/result.h"
#include "vm/core/history.h"
#include "vm/core/run_state.h"

namespace wend {

// VERSION HISTORY
//   1  first version
constexpr uint8_t kRecordVersion = 1;

// A run with what the engine keeps beside its state. Ended runs stay while their goal can still be reached.
struct StoredRun {
  uint32_t image = 0;  // number of the image it runs on, see meta keys "image/.."
  RunState state;
  bool ended = false;
  bool converted = false;
  bool handed = false;  // it has handed a message over

  bool active() const { return !ended; }
};

// An input that was handled, so that its duplicates are known.
struct RecentEvent {
  uint64_t id_hash = 0;
  Millis at_ms = 0;
};

// Starts of a journey, by the store's number of its name. Keys are kept where the journey enters once (per).
struct EntryKey {
  uint64_t key_hash = 0;
  Millis last_start_ms = 0;
};
struct JourneyHistory {
  uint16_t journey = 0;
  int64_t starts = 0;
  Millis last_start_ms = 0;
  std::vector<EntryKey> keys;
};

// A message handed over not long ago: engagement events find it here.
struct RecentDelivery {
  uint64_t number = 0;
  uint32_t image = 0;
  SendIx send;
  uint64_t run = 0;
  Millis at_ms = 0;
  uint16_t engaged = 0;  // bit a EngagementWord: has happened
  std::vector<std::string> links_clicked;
  uint64_t address_hash = 0;  // hash64 of the address that it went to: what a hard bounce spoils
};

// An address that must not be used on a channel any more: a hard bounce (of that address) or a complaint.
struct BadAddress {
  std::string channel;
  EngagementWord word = EngagementWord::kBounced;
  uint64_t address_hash = 0;
};

// A message handed over that caps may count: neither internal nor transactional, on a channel that reaches a
// person. Kept for the longest window of a cap.
struct CountedSend {
  Millis at_ms = 0;
  uint64_t delivery = 0;
  std::string channel;
  std::string category;  // "marketing" or the declared name
  std::string offer;     // empty: none
};

// What a timer of a contact is for. DO NOT CHANGE THESE VALUES.
enum class ContactTimerKind : uint8_t {
  kDate = 37,      // `on date ..`: mark is the day (or the instant) that last started a run
  kSchedule = 38,  // `every ..` and `on` a moment: mark is the local day that last started a run
};

// A moment that the contact waits for outside of its runs: a date of a trigger, the next instant at which a
// condition can change by time alone. Runs know their own moments; the contact's one timer is the earliest of
// all.
constexpr int64_t kNoMark = INT64_MIN;
struct ContactTimer {
  ContactTimerKind kind = ContactTimerKind::kDate;
  uint16_t owner = 0;      // the store's number of the name of whose it is: the journey's
  uint32_t index = 0;      // which of its owner's: the row of the trigger
  Millis due_ms = kNever;  // kNever: it only remembers
  int64_t mark = kNoMark;  // what the kind remembers of its last time
};

struct ContactState {
  Millis created_at_ms = 0;
  Millis clock_ms = 0;    // logical clock, never goes back
  Millis arrived_ms = 0;  // latest arrival of an input
  uint64_t next_run = 1;
  uint64_t next_delivery = 1;
  uint64_t next_emitted = 1;  // number of the next event that the contact's journeys emit
  uint64_t trace_entries = 0;
  Millis timer_ms = kNever;                // where its key stands in Family::kTimers
  std::string attributes;                  // attribute block by the store's attribute numbers
  std::vector<StoredRun> runs;             // oldest first
  std::vector<RecentEvent> recent_events;  // in order of arrival
  std::vector<JourneyHistory> journeys;    // ascending by journey
  std::vector<ContactEngagement> engagements;
  std::vector<RecentDelivery> deliveries;  // in the order of their hand-over
  std::vector<BadAddress> bad_addresses;
  std::vector<CountedSend> counted;  // oldest first
  // Opens by hour of the contact's day, where some journey sends at the best hour.
  std::array<uint16_t, 24> open_hours{};
  std::vector<ContactTimer> timers;  // ascending by kind, owner, index
  std::vector<ContactHistory> history;  // ascending by the store's number of the row's content
  std::vector<ContactScore> scores;     // ascending by the store's number of the score's name

  bool has_open_hours() const {
    return std::any_of(open_hours.begin(), open_hours.end(), [](uint16_t opens) { return opens != 0; });
  }
};

std::string encode_record(const ContactState& state);
// Replaces `state`. Failures name the contact: kNewerVersion, kCorrupt.
Status decode_record(std::string_view bytes, std::string_view contact, ContactState& state);

// Keys of Family::kTimers: the due time so that it sorts, then the contact. The value is empty.
std::string timer_key(Millis due_ms, std::string_view contact);
// False for bytes that are no such key.
bool parse_timer_key(std::string_view key, Millis& due_ms, std::string_view& contact);

// An instant as 8 bytes that sort like it, for keys.
void put_instant_be(std::string& out, Millis at_ms);
Millis instant_from_be(uint64_t big_endian);

}  // namespace wend

#endif  // WEND_VM_STORE_RECORD_FORMAT_H_

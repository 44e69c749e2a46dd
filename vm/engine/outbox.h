#ifndef WEND_VM_ENGINE_OUTBOX_H_
#define WEND_VM_ENGINE_OUTBOX_H_

// The outbox: what the engine has decided and committed and the outside has not yet been told. An entry is
// one outcome of a send step: a message handed over, or one that a guard suppressed (which connectors to a
// provider skip and the file connector writes down). Entries leave when finish() says so, in one commit with
// whatever the connector must remember.
//
// Order: by `ready_ms`, contact, number. `ready_ms` is the logical time of the hand-over, or the arrival of
// the event that caused it where that event came late; it never lies before a time that replay has completely
// processed. Draining everything below Engine::settled_ms() therefore gives the same sequence whatever the
// batches were.
//
// Threads: all methods from any thread. Failures: kIo, kCorrupt, kClosed as store.h.

#include <cstdint>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vm/base/clock.h"
#include "vm/base/result.h"
#include "vm/engine/low_water.h"
#include "vm/store/store.h"

namespace wend {

// DO NOT CHANGE THESE VALUES: they are stored.
enum class DeliveryStatus : uint8_t {
  kSent = 0,
  kHeld = 1,
  kSuppressed = 2,
  kExpired = 3,
  kCancelled = 4,
  kFailed = 5
};
// "sent", "held", "suppressed", "expired", "cancelled", "failed".
std::string_view delivery_status_name(DeliveryStatus status);

// One outcome of a send step, with everything a connector needs.
struct Delivery {
  std::string id;    // idempotency key: unique in the store, the same after a crash; [0-9a-f-]+
  Millis at_ms = 0;  // logical time of the hand-over or the refusal
  std::string contact;
  std::string journey;
  std::string version;  // name of the image that decided
  std::string run;      // id of the run
  std::string step;     // "@label", or "line 12" where the step has none
  uint32_t line = 0;
  std::string file;  // source file of the step
  std::string channel;
  std::string message;  // its name; of an inline message its template text
  bool inline_message = false;
  std::string variant;  // empty: none
  DeliveryStatus status = DeliveryStatus::kSent;
  std::string reason;    // of a refusal; empty: none
  std::string category;  // "marketing", "transactional" or the declared name
  std::string to;        // address; empty where there is none
  std::string from, reply_to, subject, preheader;
  std::string body;  // of a one-text channel, or the message's `body`
  std::string html, text;
  bool cut = false;  // a text was over the limit and was cut
  // A `call`: `channel` is the connector, `body` the request as JSON, and the answer is an event of the contact.
  bool call = false;
};

struct OutboxEntry {
  std::string key;  // in Family::kOutbox
  Millis ready_ms = 0;
  Delivery delivery;
};

// A change of Family::kMeta that goes into the same commit. Keys begin with the owner's name: "file/offset".
struct MetaPut {
  std::string key;
  std::string value;
};

class Outbox {
 public:
  explicit Outbox(Store& store);

  // The next entries with ready_ms < `below_ms` that are not taken yet, in order, at most `limit`. Taken
  // entries are given out once, until release() or a restart.
  Result<std::vector<OutboxEntry>> take(Millis below_ms, size_t limit);

  // Erases the entries and puts `puts` in one commit. After a failure nothing has changed.
  Status finish(std::span<const OutboxEntry> entries, std::span<const MetaPut> puts, Durability durability);

  // Gives entries back, to be taken again: a provider that was out of reach.
  void release(std::span<const OutboxEntry> entries);

  // For the engine: an entry with this key became visible.
  void note_put(std::string_view key);

 private:
  Store& store_;
  std::mutex mutex_;
  // Protected by mutex_.
  std::set<std::string, std::less<>> taken_;
  LowWater low_;
};

// (ready, contact, number) as it sorts, and back; false for bytes that are no such key.
std::string outbox_key(Millis ready_ms, std::string_view contact, uint64_t number);
bool parse_outbox_key(std::string_view key, Millis& ready_ms, std::string_view& contact, uint64_t& number);

// The stored form (docs/formats/record.md). decode fails with kCorrupt, or kNewerVersion.
std::string encode_delivery(const Delivery& delivery);
Result<Delivery> decode_delivery(std::string_view bytes);

}  // namespace wend

#endif  // WEND_VM_ENGINE_OUTBOX_H_

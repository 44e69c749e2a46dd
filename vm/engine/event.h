#ifndef WEND_VM_ENGINE_EVENT_H_
#define WEND_VM_ENGINE_EVENT_H_

// What comes into the engine: one event or one identification of one contact, already checked and decoded
// from whatever it arrived as (event_json.h reads Segment's JSON). Plain data that owns its bytes.

#include <cstdint>
#include <string>

#include "vm/base/clock.h"

namespace wend {

enum class InputKind : uint8_t {
  kTrack = 0,     // an event
  kIdentify = 1,  // attributes of the contact, no event
};

struct Input {
  InputKind kind = InputKind::kTrack;
  std::string id;       // 1 to 255 bytes; two inputs of a contact with one id are the same input
  std::string contact;  // 1 to 255 bytes, no NUL
  std::string event;    // the name on the wire, "Order Completed"; empty for kIdentify
  Millis at_ms = 0;     // when it happened
  // When it arrived; the engine sets it itself: the clock in live mode, the replay clock in driven mode.
  Millis received_ms = 0;
  // Encoded records (what Value::of_record takes), keys each once; empty where there is none. JSON text is
  // string, a whole number int, any other number number; null is
  // left out of records, but stays in the fields of `traits` itself, where it clears the attribute.
  std::string properties;
  std::string traits;       // of an identify; of an event its `context.traits`
  bool historical = false;  // imported: updates what is known, starts and continues nothing
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_EVENT_H_

#ifndef WEND_VM_ENGINE_DELIVERY_LINE_H_
#define WEND_VM_ENGINE_DELIVERY_LINE_H_

// A delivery as one line of NDJSON, as `simulate`, replay and the file connector write it. Keys stand in a
// fixed order:
//
//   {"delivery":"..","at":"2026-03-02T10:20:00Z","contact":"c42","journey":"cart_recovery","version":"..",
//    "run":"..","step":"@reminder","line":12,"channel":"email","message":"cart_reminder","variant":null,
//    "status":"sent","reason":null,"to":"..","subject":"..","body":".."}
//
// After `body` come `preheader`, `html`, `text`, `from`, `reply_to` and `cut` where they are given. Bytes
// that are no UTF-8 are written as U+FFFD.

#include <string>

#include "vm/engine/outbox.h"

namespace wend {

// Appends the line with its end "\n".
void append_delivery_line(std::string& out, const Delivery& delivery);

}  // namespace wend

#endif  // WEND_VM_ENGINE_DELIVERY_LINE_H_

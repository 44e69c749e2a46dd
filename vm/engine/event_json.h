#ifndef WEND_VM_ENGINE_EVENT_JSON_H_
#define WEND_VM_ENGINE_EVENT_JSON_H_

// Reads events in the form of the Segment spec: `track` and `identify`, `page` and `screen` (which become the
// events "page" and "screen" with the page's name as the property `name`), one JSON object at a time or many
// in the `batch` of a request. `group` and `alias` are refused with a reason.
//
//   {"type":"track","messageId":"m1","userId":"c42","event":"Order
//   Completed","timestamp":"2026-03-02T10:00:00Z",
//    "properties":{"total":80}}
//
// The contact is `userId`, else `anonymousId` (a string, or a whole number, which is taken as its digits).
// The time is `timestamp`, else `originalTimestamp`, else `sentAt`, else the arrival. The id is `messageId`;
// where it is missing it is derived from a hash of the object without its blanks, so that sending the same
// bytes twice is sending it once. `context.traits` of an event are attributes of the contact.
// `context.historical` or a top-level `historical` of true marks an import.
//
// JSON: UTF-8, checked whole. A key that stands twice counts once, the last one. Whole numbers of 64 bits
// stay exact; larger ones are refused. Null is the same as not given, but in traits it clears the attribute.
//
// Threads: a reader belongs to one thread; it keeps its memory from call to call.
// Failures: kInvalidInput with the field, the byte offset where there is one, and what is wrong.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"
#include "vm/engine/event.h"

namespace wend {

struct EventJsonLimits {
  size_t max_event_bytes = 512 * 1024;      // of one object
  size_t max_body_bytes = 4 * 1024 * 1024;  // of a request with a batch
  size_t max_batch_events = 10000;
  size_t max_depth = 64;        // of nested objects and arrays
  size_t max_id_bytes = 255;    // of messageId, userId, anonymousId
  size_t max_name_bytes = 255;  // of an event, a property, a trait
};

// What a request to an endpoint may hold; the endpoint's name stands for a missing `type`.
enum class EventEndpoint { kAny, kTrack, kIdentify, kPage, kScreen, kBatch };

class EventJsonReader {
 public:
  explicit EventJsonReader(EventJsonLimits limits = {});
  ~EventJsonReader();

  // One object: a line of NDJSON. `received_ms` stands in where the object tells no time.
  Result<Input> read_event(std::string_view json, Millis received_ms,
                           EventEndpoint endpoint = EventEndpoint::kAny);

  // The body of a request: for kBatch (and for kAny where it has a `batch`) an object with the array `batch`,
  // else one object. All of it or nothing: one bad event refuses the body and is named by its index
  // ("batch[3].userId: ..").
  Result<std::vector<Input>> read_body(std::string_view json, Millis received_ms, EventEndpoint endpoint);

  const EventJsonLimits& limits() const { return limits_; }

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  EventJsonLimits limits_;
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_EVENT_JSON_H_

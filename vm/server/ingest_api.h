#ifndef WEND_VM_SERVER_INGEST_API_H_
#define WEND_VM_SERVER_INGEST_API_H_

// POST /v1/track, /v1/identify, /v1/page, /v1/screen, /v1/batch: events in the form of the Segment spec. And
// POST /v1/journeys/NAME/start for journeys without a trigger and those that a `start` names: a track without
// `event`, whose properties are what `with` gives. An
// answer of 200 means that everything in the request is committed, with the durability that is configured;
// any other answer may be repeated as it is, because the ids of events tell a repetition.
//
//   401 no or an unknown write key        413 more events than the queue can ever take
//   400 not a valid event; says which     415 neither JSON nor uncompressed
//   429 the queue is full; Retry-After    503 the engine takes nothing, or could not commit

#include <string>
#include <string_view>
#include <vector>

#include "vm/engine/engine.h"
#include "vm/engine/event_json.h"
#include "vm/server/router.h"

namespace wend {

struct IngestOptions {
  std::vector<std::string> write_keys;  // empty: none is asked for
  EventJsonLimits json;
  size_t queue_capacity = 0;  // of the engine: a request with more events never fits; 0: not known
};

// Adds the routes. `engine` and `clock` outlive the router.
void add_ingest_api(Router& router, Engine& engine, const Clock& clock, const IngestOptions& options);

// The user name of an `Authorization: Basic ..` header; empty where it is none.
std::string basic_auth_user(std::string_view authorization);

// Equal in a time that does not depend on where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace wend

#endif  // WEND_VM_SERVER_INGEST_API_H_

#ifndef WEND_VM_SERVER_METRICS_API_H_
#define WEND_VM_SERVER_METRICS_API_H_

// GET /metrics in Prometheus' text format 0.0.4, GET /healthz (does the process answer), GET /readyz (does it
// take events). Threads: any.

#include <string>

#include "vm/delivery/delivery_worker.h"
#include "vm/engine/engine.h"
#include "vm/server/http_server.h"
#include "vm/server/router.h"

namespace wend {

// What the routes look at; all outlive the router. `server` is set once it has started.
struct Observed {
  Engine* engine = nullptr;
  const DeliveryWorker* delivery = nullptr;
  const Router* router = nullptr;
  const HttpServer* server = nullptr;  // may be null
};

void add_observation_api(Router& router, const Observed& observed);

// The text of /metrics.
std::string metrics_text(const Observed& observed);

}  // namespace wend

#endif  // WEND_VM_SERVER_METRICS_API_H_

#ifndef WEND_VM_SERVER_METRICS_API_H_
#define WEND_VM_SERVER_METRICS_API_H_

// GET /metrics in Prometheus' text format 0.0.4, GET /healthz (does the process answer), GET /readyz (does it
// take events). A scrape reads the durable counters from a snapshot of the store, some for each journey and
// message, and holds up nobody. Threads: any.

#include <atomic>
#include <string>

#include "vm/delivery/delivery_worker.h"
#include "vm/engine/engine.h"
#include "vm/server/http_server.h"
#include "vm/server/router.h"

namespace wend {

// What the routes look at; all outlive the router.
struct Observed {
  Engine* engine = nullptr;
  const DeliveryWorker* delivery = nullptr;
  const Router* router = nullptr;
  // Holds null until the server has started: it starts after the routes are added. May itself be null.
  const std::atomic<const HttpServer*>* server = nullptr;
};

void add_observation_api(Router& router, const Observed& observed);

// The text of /metrics.
std::string metrics_text(const Observed& observed);

}  // namespace wend

#endif  // WEND_VM_SERVER_METRICS_API_H_

#include "vm/server/metrics_api.h"

#include <fmt/format.h>

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>

#include "vm/base/version.h"
#include "vm/server/problem.h"
#include "vm/trace/report.h"

namespace wend {
namespace {

// Collects families of metrics: HELP and TYPE once, then the samples.
class Exposition {
 public:
  using Labels = std::initializer_list<std::pair<const char*, std::string_view>>;

  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <typename Number>
  void sample(Labels labels, Number value) {
    text_ += name_;
    bool first = true;
    for (const auto& [label, text] : labels) {
      text_ += fmt::format("{}{}=\"{}\"", first ? "{" : ",", label, escaped(text));
      first = false;
    }
    text_ += first ? "" : "}";
    text_ += fmt::format(" {}\n", value);
  }
  template <typename Number>
  void one(std::string_view name, std::string_view type, std::string_view help, Number value) {
    family(name, type, help);
    sample({}, value);
  }
  std::string take() { return std::move(text_); }

 private:
  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == '\\')
        out += "\\\\";
      else if (c == '"')
        out += "\\\"";
      else if (c == '\n')
        out += "\\n";
      else
        out += c;
    }
    return out;
  }

  std::string name_;
  std::string text_;
};

void add_process(Exposition& out, const Observed& observed) {
  const EngineStats stats = observed.engine->stats();
  out.family("wend_build_info", "gauge", "Version of wend and of the project that runs.");
  out.sample({{"version", kWendVersion}, {"image", observed.engine->program().name()}}, 1);
  out.one("wend_inputs_total", "counter", "Events and identifications processed by this process.",
          stats.inputs);
  out.one("wend_timers_total", "counter", "Due moments processed by this process.", stats.timers);
  out.one("wend_outcomes_total", "counter", "Outcomes of send steps put into the outbox by this process.",
          stats.deliveries);
  out.one("wend_commits_total", "counter", "Commits to the store by this process.", stats.commits);
  out.one("wend_queue_inputs", "gauge", "Events waiting to be processed.", stats.queued);
  out.one("wend_timer_lateness_seconds_max", "gauge",
          "Longest time by which a timer was late in this process.",
          static_cast<double>(stats.lateness_max_ms) / 1000);
  out.one("wend_timer_lateness_seconds_mean", "gauge", "Mean time by which timers were late in this process.",
          stats.lateness_mean_ms / 1000);
  if (observed.delivery != nullptr) {
    const DeliveryStats delivery = observed.delivery->stats();
    out.family("wend_delivery_total", "counter", "Deliveries by what became of them, by this process.");
    out.sample({{"result", "filed"}}, delivery.filed);
    out.sample({{"result", "accepted"}}, delivery.accepted);
    out.sample({{"result", "retried"}}, delivery.retried);
    out.sample({{"result", "failed"}}, delivery.failed);
    out.one("wend_delivery_waiting", "gauge", "Deliveries waiting for a webhook.", delivery.waiting);
  }
  const HttpServer* server = observed.server != nullptr ? observed.server->load() : nullptr;
  if (server != nullptr) {
    out.one("wend_http_connections", "gauge", "Open connections.", server->connections());
  }
  out.family("wend_http_requests_total", "counter", "Requests answered, by route and status.");
  for (const auto& [key, count] : observed.router->counts()) {
    out.sample({{"route", key.first}, {"code", std::to_string(key.second)}}, count);
  }
}

void add_journeys(Exposition& out, const EngineReport& report) {
  out.family("wend_journey_entered_total", "counter", "Runs begun.");
  for (const JourneyReport& row : report.journeys) out.sample({{"journey", row.journey}}, row.entered);
  out.family("wend_journey_waiting", "gauge", "Runs that are active now.");
  for (const JourneyReport& row : report.journeys) out.sample({{"journey", row.journey}}, row.waiting);
  out.family("wend_journey_ended_total", "counter", "Runs ended, by reason.");
  for (const JourneyReport& row : report.journeys) {
    for (const auto& [reason, count] : row.ended)
      out.sample({{"journey", row.journey}, {"reason", reason}}, count);
  }
  out.family("wend_journey_converted_total", "counter", "Runs that reached their goal.");
  for (const JourneyReport& row : report.journeys) out.sample({{"journey", row.journey}}, row.converted);
}

void add_messages(Exposition& out, const EngineReport& report) {
  out.family("wend_messages_total", "counter", "Outcomes of send steps, by status.");
  for (const MessageReport& row : report.messages) {
    for (const auto& [status, count] : row.by_status) {
      out.sample(
          {{"journey", row.journey}, {"message", row.message}, {"channel", row.channel}, {"status", status}},
          count);
    }
  }
  out.family("wend_messages_suppressed_total", "counter", "Suppressed messages, by the guard that said no.");
  for (const MessageReport& row : report.messages) {
    for (const auto& [reason, count] : row.by_reason) {
      out.sample(
          {{"journey", row.journey}, {"message", row.message}, {"channel", row.channel}, {"reason", reason}},
          count);
    }
  }
  out.family("wend_engagement_total", "counter", "Messages opened, clicked and so on, each once.");
  for (const MessageReport& row : report.messages) {
    for (const auto& [word, count] : row.engaged) {
      out.sample(
          {{"journey", row.journey}, {"message", row.message}, {"channel", row.channel}, {"word", word}},
          count);
    }
  }
}

void add_durable(Exposition& out, const EngineReport& report) {
  add_journeys(out, report);
  add_messages(out, report);
  out.family("wend_store_total", "counter", "Durable totals of the data folder.");
  for (const auto& [name, count] : report.totals) out.sample({{"what", name}}, count);
  out.family("wend_schema_violations_total", "counter",
             "Values that were absent or not of the declared type.");
  for (const SchemaReport& row : report.schema) {
    out.sample({{"event", row.event}, {"property", row.property}}, row.violations);
  }
}

ServerResponse plain(int status, std::string body) {
  ServerResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

}  // namespace

std::string metrics_text(const Observed& observed) {
  Exposition out;
  add_process(out, observed);
  const Result<EngineReport> report = read_report(observed.engine->store());
  if (report.ok()) add_durable(out, *report);
  out.one("wend_report_ok", "gauge", "1 where the durable counters could be read.", report.ok() ? 1 : 0);
  return out.take();
}

void add_observation_api(Router& router, const Observed& observed) {
  const auto shared = std::make_shared<const Observed>(observed);
  router.add("GET", "/healthz",
             [](const ServerRequest&, const Respond& respond) { respond(plain(200, "ok\n")); });
  router.add("GET", "/readyz", [shared](const ServerRequest&, const Respond& respond) {
    Status health = shared->engine->health();
    if (health.ok() && shared->delivery != nullptr) health = shared->delivery->health();
    if (health.ok()) return respond(plain(200, "ready\n"));
    respond(problem(503, "not taking events", "a failure stopped the engine; its log says which"));
  });
  router.add("GET", "/metrics", [shared](const ServerRequest&, const Respond& respond) {
    ServerResponse response = plain(200, metrics_text(*shared));
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    respond(std::move(response));
  });
}

}  // namespace wend

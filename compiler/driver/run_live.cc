#include <fmt/format.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "compiler/driver/command.h"
#include "compiler/driver/interrupt.h"
#include "compiler/driver/project.h"
#include "compiler/driver/run_engine.h"
#include "compiler/driver/summary.h"
#include "vm/core/time_zone.h"
#include "vm/delivery/delivery_worker.h"
#include "vm/server/config.h"
#include "vm/server/http_server.h"
#include "vm/server/ingest_api.h"
#include "vm/server/metrics_api.h"
#include "vm/server/router.h"
#include "vm/store/rocks_store.h"
#include "vm/trace/report.h"

namespace wend {
namespace {

// One line a message, with its time, from any thread.
class Log {
 public:
  Log(Console& console, const Clock& clock) : console_(console), clock_(clock) {}
  void line(const std::string& text) { print(format_rfc3339(clock_.now_ms()) + " " + text + "\n"); }
  // As it is.
  void print(const std::string& text) {
    const std::lock_guard<std::mutex> lock(mutex_);
    console_.print_error(text);
    console_.flush();
  }

 private:
  std::mutex mutex_;
  Console& console_;
  const Clock& clock_;
};

DeliveryOptions delivery_options(const ServerConfig& config, Durability durability, Log& log) {
  DeliveryOptions options;
  options.durability = durability;
  options.log = [&log](const std::string& line) { log.line(line); };
  for (const auto& [channel, connector] : config.connectors) {
    if (connector.kind == ConnectorKind::kFile) options.file_channels.insert(channel);
    if (connector.kind != ConnectorKind::kWebhook) continue;
    WebhookLane lane;
    lane.webhook = {connector.url, connector.secret, connector.timeout_ms, connector.allow_private,
                    connector.headers};
    lane.max_attempts = connector.max_attempts;
    lane.backoff_first_ms = connector.backoff_first_ms;
    lane.backoff_max_ms = connector.backoff_max_ms;
    options.webhooks.emplace(channel, std::move(lane));
  }
  return options;
}

// --out, else the path of a configured file connector, else deliveries.ndjson in the data folder.
Result<std::string> deliveries_path(const RunOptions& options, const ServerConfig& config) {
  if (!options.out.empty()) return options.out;
  std::string path;
  for (const auto& [channel, connector] : config.connectors) {
    if (connector.kind != ConnectorKind::kFile || connector.path.empty()) continue;
    if (!path.empty() && path != connector.path) {
      return Error{ErrorKind::kInvalidInput,
                   "all file connectors write to one file: `" + path + "` or `" + connector.path + "`?"};
    }
    path = connector.path;
  }
  if (path.empty()) path = "deliveries.ndjson";
  return path.front() == '/' ? path : options.data + "/" + path;
}

EngineOptions engine_options(const ServerConfig& config, Durability durability) {
  EngineOptions options;
  options.durability = durability;
  options.workers = static_cast<size_t>(config.workers);
  options.queue_capacity = static_cast<size_t>(config.queue_capacity);
  options.dedupe_memory_ms = config.dedupe_memory_ms;
  options.trace = config.trace;
  return options;
}

IngestOptions ingest_options(const ServerConfig& config) {
  IngestOptions options;
  options.write_keys = config.write_keys;
  options.queue_capacity = static_cast<size_t>(config.queue_capacity);
  options.json.max_body_bytes = static_cast<size_t>(config.limits.max_body_bytes);
  options.json.max_event_bytes = static_cast<size_t>(config.limits.max_event_bytes);
  options.json.max_batch_events = static_cast<size_t>(config.limits.max_batch_events);
  return options;
}

HttpServerOptions http_options(const ServerConfig& config, const ListenAddress& address) {
  HttpServerOptions options;
  options.host = address.host;
  options.port = address.port;
  options.max_connections = static_cast<size_t>(config.limits.max_connections);
  options.max_header_bytes = static_cast<uint32_t>(config.limits.max_header_bytes);
  options.max_body_bytes = static_cast<uint64_t>(config.limits.max_body_bytes);
  options.read_timeout_ms = config.limits.read_timeout_ms;
  return options;
}

// Serves until a signal comes or the engine or the delivery can go on no more.
Status serve(const ServerConfig& config, const ListenAddress& address, Engine& engine,
             DeliveryWorker& delivery, const Clock& clock, Log& log) {
  Router router;
  std::atomic<const HttpServer*> started{nullptr};
  add_ingest_api(router, engine, clock, ingest_options(config));
  add_observation_api(router, {&engine, &delivery, &router, &started});
  WEND_ASSIGN_OR_RETURN(
      const std::unique_ptr<HttpServer> server,
      HttpServer::start(http_options(config, address), [&router](ServerRequest request, Respond respond) {
        router.handle(std::move(request), std::move(respond));
      }));
  started = server.get();
  const bool v6 = address.host.find(':') != std::string::npos;
  log.print(fmt::format("listening on http://{}:{}\n", v6 ? "[" + address.host + "]" : address.host,
                        server->port()));
  Status health;
  while (!interrupted() && health.ok()) {
    constexpr int kLookEveryMs = 200;
    wait_for_interrupt(kLookEveryMs);
    health = engine.health();
    if (health.ok()) health = delivery.health();
  }
  // Nothing new comes in; what was taken is finished and answered. Deliveries end after that, so that what
  // these last events sent still reaches the file.
  server->stop();
  engine.stop();
  return health;
}

Result<EngineReport> run_engine(const RunOptions& options, const ServerConfig& config,
                                const std::string& image, Console& console) {
  WEND_ASSIGN_OR_RETURN(const ListenAddress address,
                        parse_listen_address(options.listen.empty() ? config.listen : options.listen));
  if (!address.loopback && config.write_keys.empty()) {
    return Error{
        ErrorKind::kInvalidInput,
        "listening beyond this machine needs `write_keys` in the configuration, so that not everybody can "
        "send events"};
  }
  const std::string durability_name = options.durability.empty() ? config.durability : options.durability;
  const Durability durability = durability_name == "none" ? Durability::kUnsynced : Durability::kSync;
  RocksOptions rocks;
  rocks.path = options.data;
  WEND_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, open_rocks_store(rocks));
  const SystemClock clock;
  OpenReport opened;
  WEND_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine,
                        Engine::open(*store, clock, image, engine_options(config, durability), &opened));
  print_open_report(opened, console);
  WEND_ASSIGN_OR_RETURN(const std::string path, deliveries_path(options, config));
  WEND_ASSIGN_OR_RETURN(const std::unique_ptr<FileConnector> file,
                        open_deliveries(path, options.data, *engine, durability));
  WEND_RETURN_IF_ERROR(engine->start());
  Log log(console, clock);
  DeliveryWorker delivery(*engine, *file, clock, delivery_options(config, durability, log));
  const Status served = serve(config, address, *engine, delivery, clock, log);
  engine->stop();
  delivery.stop(/*drain=*/served.ok());
  WEND_RETURN_IF_ERROR(served);
  WEND_RETURN_IF_ERROR(delivery.health());
  WEND_RETURN_IF_ERROR(store->sync());
  return read_report(*store);
}

}  // namespace

Result<ServerConfig> load_config(const std::string& config_path, const std::string& project) {
  std::string path = config_path;
  if (path.empty()) {
    path = project + "/wend.json";
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return ServerConfig();
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    return Error{ErrorKind::kIo, "cannot read the configuration `" + path + "`: " + std::strerror(errno)};
  return parse_config(text.str(), path, process_environment());
}

int run_live(const RunOptions& options, Console& console) {
  const Result<ServerConfig> config = load_config(options.config, options.project);
  if (!config.ok()) {
    console.fail(config.error().message);
    return exit_code_of(config.error());
  }
  int exit_code = kExitClean;
  const std::optional<std::string> image = compile_to_run(options.project, console, exit_code);
  if (!image) return exit_code;
  catch_interrupts();
  // A receiver that hangs up in the middle of a TLS record is an error of that request, not the end of us.
  std::signal(SIGPIPE, SIG_IGN);
  const Result<EngineReport> report = run_engine(options, *config, *image, console);
  if (!report.ok()) {
    console.fail(report.error().message);
    return exit_code_of(report.error());
  }
  console.print(options.format == "json" ? summary_json(*report) : summary_text(*report));
  return kExitClean;
}

}  // namespace wend

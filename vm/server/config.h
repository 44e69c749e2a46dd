#ifndef WEND_VM_SERVER_CONFIG_H_
#define WEND_VM_SERVER_CONFIG_H_

// The configuration of an engine, wend.json: JSON with comments, `${NAME}` in strings replaced from the
// environment. Unknown keys, wrong types and values out of range are errors that name the key. Every key has
// a default; flags of the command line override what stands here. docs/wend.schema.json is generated from the
// same table as the reader.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/clock.h"
#include "vm/base/result.h"

namespace wend {

enum class ConnectorKind : uint8_t { kFile, kWebhook };

struct ConnectorConfig {
  ConnectorKind kind = ConnectorKind::kFile;
  std::string path;                // file: relative to the data folder
  std::string url;                 // webhook
  std::string secret;              // webhook: signs requests; empty: unsigned
  Millis timeout_ms = 10'000;      // webhook: of one attempt
  int64_t max_attempts = 8;        // webhook: then the delivery has failed
  Millis backoff_first_ms = 1000;  // webhook: doubled after each attempt
  Millis backoff_max_ms = 300'000;
  bool allow_private = false;  // webhook: may the host be in a private network
  std::map<std::string, std::string> headers;
};

struct ServerConfig {
  std::string listen = "127.0.0.1:8080";
  std::vector<std::string> write_keys;  // empty: none is asked for, which only a loopback address may do
  std::string durability = "sync";
  int64_t workers = 1;
  int64_t queue_capacity = 16384;
  Millis dedupe_memory_ms = 7 * kMillisPerDay;
  bool trace = true;
  struct Limits {
    int64_t max_body_bytes = 4 << 20;
    int64_t max_event_bytes = 512 << 10;
    int64_t max_batch_events = 10'000;
    int64_t max_connections = 1024;
    int64_t max_header_bytes = 16 << 10;
    Millis read_timeout_ms = 10'000;
  } limits;
  std::map<std::string, ConnectorConfig> connectors;  // by channel; "*" for the others
};

// Looks up an environment variable; nullopt where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// Reads a configuration. `name` is what messages call it. kInvalidInput: "wend.json: /limits/max_body_bytes:
// ...".
Result<ServerConfig> parse_config(std::string_view text, const std::string& name,
                                  const Environment& environment);

// The JSON Schema (2020-12) of wend.json, as committed in docs/wend.schema.json.
std::string config_schema();

// "127.0.0.1:8080", "[::1]:0". kInvalidInput where it is no such address.
struct ListenAddress {
  std::string host;
  uint16_t port = 0;
  bool loopback = false;
};
Result<ListenAddress> parse_listen_address(const std::string& text);

}  // namespace wend

#endif  // WEND_VM_SERVER_CONFIG_H_

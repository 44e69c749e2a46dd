#include "vm/server/config.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "vm/core/time_zone.h"

namespace wend {
namespace {

using Json = nlohmann::ordered_json;

enum class Kind { kString, kBool, kInt, kDuration, kStrings, kHeaders };

// One key of an object of the configuration. The reader and the schema both come from rows of this kind.
template <typename Target>
struct Key {
  const char* name;
  Kind kind;
  const char* doc;
  std::vector<std::string> allowed;  // of a string; empty: any
  int64_t low, high;                 // of a number, or of a duration in milliseconds
  std::string Target::*text = nullptr;
  bool Target::*flag = nullptr;
  int64_t Target::*number = nullptr;
  std::vector<std::string> Target::*strings = nullptr;
  std::map<std::string, std::string> Target::*headers = nullptr;
};

template <typename T>
Key<T> text_key(const char* name, const char* doc, std::string T::*field,
                std::vector<std::string> allowed = {}) {
  Key<T> key{name, Kind::kString, doc, std::move(allowed), 0, 0};
  key.text = field;
  return key;
}
template <typename T>
Key<T> flag_key(const char* name, const char* doc, bool T::*field) {
  Key<T> key{name, Kind::kBool, doc, {}, 0, 0};
  key.flag = field;
  return key;
}
template <typename T>
Key<T> number_key(const char* name, const char* doc, int64_t T::*field, int64_t low, int64_t high) {
  Key<T> key{name, Kind::kInt, doc, {}, low, high};
  key.number = field;
  return key;
}
template <typename T>
Key<T> duration_key(const char* name, const char* doc, Millis T::*field, Millis low, Millis high) {
  Key<T> key{name, Kind::kDuration, doc, {}, low, high};
  key.number = field;
  return key;
}

std::vector<Key<ServerConfig>> server_keys() {
  using C = ServerConfig;
  Key<C> write_keys{"write_keys", Kind::kStrings, "keys that senders of events show as user name", {}, 0, 0};
  write_keys.strings = &C::write_keys;
  return {
      text_key("listen", "address and port for HTTP", &C::listen),
      write_keys,
      text_key("durability", "sync: an answer means the disk has it; none: the operating system has it",
               &C::durability, {"sync", "none"}),
      number_key("workers", "threads that process events", &C::workers, 1, 64),
      number_key("queue_capacity", "events that may wait; beyond it senders get 429", &C::queue_capacity, 1,
                 10'000'000),
      duration_key("dedupe_memory", "how long the id of an event is remembered", &C::dedupe_memory_ms, 0,
                   365 * kMillisPerDay),
      flag_key("trace", "keep what `wend why` tells", &C::trace),
  };
}

std::vector<Key<ServerConfig::Limits>> limit_keys() {
  using L = ServerConfig::Limits;
  return {
      number_key("max_body_bytes", "of a request", &L::max_body_bytes, 1024, 1 << 30),
      number_key("max_event_bytes", "of one event", &L::max_event_bytes, 1024, 1 << 30),
      number_key("max_batch_events", "events in one request", &L::max_batch_events, 1, 1'000'000),
      number_key("max_connections", "open at once", &L::max_connections, 1, 100'000),
      number_key("max_header_bytes", "of a request", &L::max_header_bytes, 1024, 1 << 20),
      duration_key("read_timeout", "for a request to arrive, and between two", &L::read_timeout_ms, 10,
                   kMillisPerHour),
  };
}

std::vector<Key<ConnectorConfig>> connector_keys(ConnectorKind kind) {
  using C = ConnectorConfig;
  if (kind == ConnectorKind::kFile) return {text_key("path", "file, relative to the data folder", &C::path)};
  Key<C> headers{"headers", Kind::kHeaders, "added to every request", {}, 0, 0};
  headers.headers = &C::headers;
  return {
      text_key("url", "where deliveries are posted", &C::url),
      text_key("secret", "signs requests (header Wend-Signature)", &C::secret),
      duration_key("timeout", "of one attempt", &C::timeout_ms, 10, 10 * kMillisPerMinute),
      number_key("max_attempts", "then the delivery has failed", &C::max_attempts, 1, 1000),
      duration_key("backoff_first", "after the first attempt; doubled after each", &C::backoff_first_ms, 1,
                   kMillisPerDay),
      duration_key("backoff_max", "the longest time between attempts", &C::backoff_max_ms, 1,
                   7 * kMillisPerDay),
      flag_key("allow_private", "may the host be in a private network", &C::allow_private),
      headers,
  };
}

Error wrong(const std::string& where, const std::string& what) {
  return Error{ErrorKind::kInvalidInput, where + ": " + what};
}

// How many characters must be put in, taken out, changed or swapped with the next to make one of the other.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::vector<size_t> next(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

// "no such key; did you mean `x`?", or the whole list where nothing is near.
std::string unknown_key(const std::string& name, const std::vector<std::string>& known) {
  const std::string* nearest = nullptr;
  size_t least = std::min<size_t>(3, name.size() / 3 + 1) + 1;  // further away it is another word
  for (const std::string& candidate : known) {
    const size_t distance = edit_distance(name, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = &candidate;
  }
  if (nearest != nullptr) return "no such key; did you mean `" + *nearest + "`?";
  std::string all;
  for (const std::string& candidate : known) all += (all.empty() ? "" : ", ") + candidate;
  return "no such key; there are: " + all;
}

// A duration in its largest whole unit: "90s", "7d".
std::string duration_text(Millis ms) {
  struct Unit {
    Millis length;
    const char* name;
  };
  static constexpr std::array kUnits = {Unit{kMillisPerDay, "d"}, Unit{kMillisPerHour, "h"},
                                        Unit{kMillisPerMinute, "m"}, Unit{kMillisPerSecond, "s"}};
  for (const Unit& unit : kUnits) {
    if (ms != 0 && ms % unit.length == 0) return std::to_string(ms / unit.length) + unit.name;
  }
  return std::to_string(ms) + "ms";
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<uint8_t>(c) < 32 || c == 127; });
}

// The name of a header field: a token (RFC 9110, 5.6.2).
bool header_name(std::string_view name) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    const char lower = static_cast<char>(c | 32);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

// Header fields that a webhook request has by itself.
bool header_taken(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kTaken = {
      "content-type", "content-length", "transfer-encoding", "host",
      "connection",   "expect",         "idempotency-key",   "wend-signature"};
  std::string lower(name);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return std::find(kTaken.begin(), kTaken.end(), lower) != kTaken.end();
}

// http:// or https:// and a host.
bool web_url(const std::string& url) {
  if (url.rfind("http://", 0) != 0 && url.rfind("https://", 0) != 0) return false;
  const size_t host = url.find("://") + 3;
  return host < url.size() && url[host] != '/' && url.find(' ') == std::string::npos && !has_control(url);
}

// Puts the environment's values for `${NAME}`.
Result<std::string> expand(const std::string& text, const std::string& where,
                           const Environment& environment) {
  std::string out;
  size_t at = 0;
  for (;;) {
    const size_t open = text.find("${", at);
    out += text.substr(at, open == std::string::npos ? open : open - at);
    if (open == std::string::npos) return out;
    const size_t close = text.find('}', open);
    if (close == std::string::npos) return wrong(where, "`${` is not closed");
    const std::string name = text.substr(open + 2, close - open - 2);
    const std::optional<std::string> value = environment(name);
    if (!value) return wrong(where, "the environment variable `" + name + "` is not set");
    out += *value;
    at = close + 1;
  }
}

const char* type_name(const Json& value) {
  if (value.is_string()) return "a string";
  if (value.is_boolean()) return "true or false";
  if (value.is_number()) return "a number";
  if (value.is_array()) return "a list";
  if (value.is_object()) return "an object";
  return "null";
}

class Reader {
 public:
  Reader(std::string name, const Environment& environment)
      : name_(std::move(name)), environment_(environment) {}

  Result<ServerConfig> read(const Json& json) {
    ServerConfig config;
    if (!json.is_object()) return wrong(name_, std::string("expected an object, found ") + type_name(json));
    WEND_RETURN_IF_ERROR(read_object(json, "", server_keys(), {"$schema", "limits", "connectors"}, config));
    for (size_t i = 0; i < config.write_keys.size(); ++i) {
      if (config.write_keys[i].find(':') == std::string::npos && !has_control(config.write_keys[i])) continue;
      return wrong(at("/write_keys/" + std::to_string(i)),
                   "cannot have `:`, a line end or another control character, because senders show it as a "
                   "user name");
    }
    if (const auto limits = json.find("limits"); limits != json.end()) {
      WEND_RETURN_IF_ERROR(read_object(*limits, "/limits", limit_keys(), {}, config.limits));
    }
    if (const auto connectors = json.find("connectors"); connectors != json.end()) {
      if (!connectors->is_object()) return bad_type("/connectors", "an object", *connectors);
      for (const auto& [channel, value] : connectors->items()) {
        if (channel.empty()) return wrong(at("/connectors/"), "a channel has a name; `*` is for all others");
        WEND_ASSIGN_OR_RETURN(config.connectors[channel], read_connector(value, "/connectors/" + channel));
      }
    }
    return config;
  }

 private:
  std::string at(const std::string& pointer) const { return name_ + ": " + pointer; }
  Error bad_type(const std::string& pointer, const std::string& expected, const Json& found) const {
    return wrong(at(pointer), "expected " + expected + ", found " + type_name(found));
  }

  Result<ConnectorConfig> read_connector(const Json& json, const std::string& pointer) {
    if (!json.is_object()) return bad_type(pointer, "an object", json);
    const auto type = json.find("type");
    if (type == json.end()) return wrong(at(pointer), "`type` is missing: \"file\" or \"webhook\"");
    if (*type != "file" && *type != "webhook") {
      return wrong(at(pointer + "/type"), "must be \"file\" or \"webhook\"");
    }
    ConnectorConfig connector;
    connector.kind = *type == "file" ? ConnectorKind::kFile : ConnectorKind::kWebhook;
    WEND_RETURN_IF_ERROR(read_object(json, pointer, connector_keys(connector.kind), {"type"}, connector));
    if (connector.kind == ConnectorKind::kWebhook && !web_url(connector.url)) {
      return wrong(at(pointer + "/url"), "a webhook needs a URL that begins with http:// or https://");
    }
    // An empty environment variable must not switch signatures off unnoticed.
    if (json.contains("secret") && connector.secret.empty()) {
      return wrong(at(pointer + "/secret"), "must not be empty; leave it out to send unsigned");
    }
    return connector;
  }

  template <typename Target>
  Status read_object(const Json& json, const std::string& pointer, const std::vector<Key<Target>>& keys,
                     const std::set<std::string>& others, Target& target) {
    if (!json.is_object()) return bad_type(pointer, "an object", json);
    for (const auto& item : json.items()) {
      const std::string& name = item.key();
      const Json& value = item.value();
      const auto key =
          std::find_if(keys.begin(), keys.end(), [&](const Key<Target>& k) { return name == k.name; });
      if (key != keys.end()) {
        WEND_RETURN_IF_ERROR(read_value(value, pointer + "/" + name, *key, target));
      } else if (others.count(name) == 0) {
        std::vector<std::string> known;
        for (const Key<Target>& k : keys) known.emplace_back(k.name);
        for (const std::string& other : others) {
          if (other != "$schema") known.push_back(other);
        }
        return wrong(at(pointer + "/" + name), unknown_key(name, known));
      }
    }
    return {};
  }

  template <typename Target>
  Status read_value(const Json& value, const std::string& pointer, const Key<Target>& key, Target& target) {
    switch (key.kind) {
      case Kind::kString:
        return read_text(value, pointer, key.allowed, target.*(key.text));
      case Kind::kBool:
        if (!value.is_boolean()) return bad_type(pointer, "true or false", value);
        target.*(key.flag) = value.get<bool>();
        return {};
      case Kind::kInt:
        if (!value.is_number_integer()) return bad_type(pointer, "a whole number", value);
        return in_range(value, pointer, key.low, key.high, target.*(key.number));
      case Kind::kDuration: {
        if (!value.is_string()) return bad_type(pointer, "a duration such as \"10s\"", value);
        const std::optional<Millis> duration = parse_duration(value.get<std::string>());
        if (!duration) return wrong(at(pointer), "expected a duration such as \"10s\", \"5m\" or \"7d\"");
        if (*duration < key.low || *duration > key.high) {
          return wrong(at(pointer),
                       fmt::format("must be from {} to {}", duration_text(key.low), duration_text(key.high)));
        }
        target.*(key.number) = *duration;
        return {};
      }
      case Kind::kStrings:
        if (!value.is_array()) return bad_type(pointer, "a list of strings", value);
        for (size_t i = 0; i < value.size(); ++i) {
          std::string text;
          WEND_RETURN_IF_ERROR(read_text(value[i], pointer + "/" + std::to_string(i), {}, text));
          if (text.empty()) return wrong(at(pointer + "/" + std::to_string(i)), "must not be empty");
          (target.*(key.strings)).push_back(text);
        }
        return {};
      case Kind::kHeaders:
        if (!value.is_object()) return bad_type(pointer, "an object of strings", value);
        return read_headers(value, pointer, target.*(key.headers));
    }
    return {};
  }

  Status read_headers(const Json& json, const std::string& pointer,
                      std::map<std::string, std::string>& headers) {
    for (const auto& [name, value] : json.items()) {
      const std::string header = pointer + "/" + name;
      if (!header_name(name)) return wrong(at(header), "is no name of a header");
      if (header_taken(name)) return wrong(at(header), "this header is set by wend itself");
      std::string text;
      WEND_RETURN_IF_ERROR(read_text(value, header, {}, text));
      if (has_control(text)) {
        return wrong(at(header), "a header cannot have a line end or another control character");
      }
      headers[name] = std::move(text);
    }
    return {};
  }

  Status read_text(const Json& value, const std::string& pointer, const std::vector<std::string>& allowed,
                   std::string& out) {
    if (!value.is_string()) return bad_type(pointer, "a string", value);
    WEND_ASSIGN_OR_RETURN(out, expand(value.get<std::string>(), at(pointer), environment_));
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), out) != allowed.end()) return {};
    std::string choices;
    for (const std::string& choice : allowed) choices += (choices.empty() ? "\"" : " or \"") + choice + "\"";
    return wrong(at(pointer), "must be " + choices);
  }

  Status in_range(const Json& value, const std::string& pointer, int64_t low, int64_t high,
                  int64_t& out) const {
    const bool beyond = value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX;
    if (beyond || value.get<int64_t>() < low || value.get<int64_t>() > high) {
      return wrong(at(pointer), fmt::format("must be from {} to {}", low, high));
    }
    out = value.get<int64_t>();
    return {};
  }

  std::string name_;
  const Environment& environment_;
};

template <typename Target>
Json schema_of(const std::vector<Key<Target>>& keys) {
  const auto owned = std::make_unique<const Target>();
  const Target& defaults = *owned;
  Json properties = Json::object();
  for (const Key<Target>& key : keys) {
    Json row;
    row["description"] = key.doc;
    switch (key.kind) {
      case Kind::kString:
        row["type"] = "string";
        if (!key.allowed.empty()) row["enum"] = key.allowed;
        if (!(defaults.*(key.text)).empty()) row["default"] = defaults.*(key.text);
        break;
      case Kind::kBool:
        row["type"] = "boolean";
        row["default"] = defaults.*(key.flag);
        break;
      case Kind::kInt:
        row["type"] = "integer";
        row["minimum"] = key.low;
        row["maximum"] = key.high;
        row["default"] = defaults.*(key.number);
        break;
      case Kind::kDuration:
        row["type"] = "string";
        row["pattern"] = "^([0-9]+(ms|s|m|h|d|w))+$";
        row["default"] = duration_text(defaults.*(key.number));
        break;
      case Kind::kStrings:
        row["type"] = "array";
        row["items"] = {{"type", "string"}, {"minLength", 1}};
        break;
      case Kind::kHeaders:
        row["type"] = "object";
        row["additionalProperties"] = {{"type", "string"}};
        break;
    }
    properties[key.name] = row;
  }
  return properties;
}

Json connector_schema(ConnectorKind kind, const char* type) {
  Json properties = schema_of(connector_keys(kind));
  properties["type"] = {{"const", type}};
  Json required = Json::array({"type"});
  if (kind == ConnectorKind::kWebhook) required.push_back("url");
  return {{"type", "object"},
          {"properties", properties},
          {"required", required},
          {"additionalProperties", false}};
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Result<ServerConfig> parse_config(std::string_view text, const std::string& name,
                                  const Environment& environment) {
  Json json;
  try {
    json = Json::parse(text, nullptr, true, /*ignore_comments=*/true);
  } catch (const Json::parse_error& error) {
    // The library's own text quotes what stands there, which may be a secret.
    const size_t at = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    return wrong(fmt::format("{}:{}", name, line), "this is not JSON");
  } catch (const Json::exception&) {
    return wrong(name, "a number is too large");
  }
  return Reader(name, environment).read(json);
}

std::string config_schema() {
  Json schema;
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "wend.json";
  schema["description"] = "Configuration of a Wend engine";
  schema["type"] = "object";
  Json properties = schema_of(server_keys());
  properties["$schema"] = {{"type", "string"}};
  properties["limits"] = {
      {"type", "object"}, {"properties", schema_of(limit_keys())}, {"additionalProperties", false}};
  properties["connectors"] = {
      {"description", "by channel; * for all others"},
      {"type", "object"},
      {"additionalProperties",
       {{"oneOf", Json::array({connector_schema(ConnectorKind::kFile, "file"),
                               connector_schema(ConnectorKind::kWebhook, "webhook")})}}}};
  schema["properties"] = properties;
  schema["additionalProperties"] = false;
  return schema.dump(2) + "\n";
}

Result<ListenAddress> parse_listen_address(const std::string& text) {
  const size_t colon = text.rfind(':');
  const auto bad = [&text] {
    return Error{ErrorKind::kInvalidInput, "`" + text +
                                               "` is no address to listen on; write HOST:PORT, for example "
                                               "127.0.0.1:8080 or [::1]:8080"};
  };
  if (colon == std::string::npos || colon == 0) return bad();
  ListenAddress address;
  address.host = text.substr(0, colon);
  const std::string port = text.substr(colon + 1);
  if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos)
    return bad();
  const long number = std::strtol(port.c_str(), nullptr, 10);
  if (number > 65535) return bad();
  address.port = static_cast<uint16_t>(number);
  if (address.host.front() == '[') {
    if (address.host.size() < 3 || address.host.back() != ']') return bad();
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string::npos) {
    return bad();
  }
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, address.host.c_str(), &v4) == 1) {
    address.loopback = ntohl(v4.s_addr) >> 24U == 127;
  } else if (inet_pton(AF_INET6, address.host.c_str(), &v6) == 1) {
    address.loopback = IN6_IS_ADDR_LOOPBACK(&v6);
  } else if (address.host == "localhost") {
    address.loopback = true;
  } else {
    return bad();
  }
  return address;
}

}  // namespace wend

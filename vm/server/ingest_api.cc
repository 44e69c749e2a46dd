#include "vm/server/ingest_api.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "vm/server/problem.h"

namespace wend {
namespace {

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// Segment's libraries say application/json, text/plain (to avoid a preflight request in browsers) or nothing.
bool json_content_type(std::string content_type) {
  content_type = lower_case(content_type.substr(0, content_type.find(';')));
  while (!content_type.empty() && content_type.back() == ' ') content_type.pop_back();
  return content_type.empty() || content_type == "application/json" || content_type == "text/plain";
}

bool key_known(const std::vector<std::string>& keys, const std::string& shown) {
  bool known = false;
  for (const std::string& key : keys) known = equal_in_constant_time(key, shown) || known;
  return known;
}

ServerResponse answer_to(const Status& status, size_t accepted) {
  if (status.ok()) {
    ServerResponse response;
    response.body = "{\"accepted\":" + std::to_string(accepted) + "}\n";
    return response;
  }
  if (status.error().kind == ErrorKind::kFull) {
    ServerResponse response = problem(429, "queue full", "nothing of this request was taken; send it again");
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }
  // What exactly failed names files of this machine: that is for its log, not for senders.
  return problem(503, "not taking events", "the events could not be stored; send them again later");
}

// The object with one more member, which counts where the object has it already. What is no object stays as
// it is, for the reader to refuse.
std::string with_member(std::string body, std::string_view name, std::string_view value) {
  const size_t open = body.find_first_not_of(" \t\r\n");
  const size_t close = body.find_last_of('}');
  if (open == std::string::npos || body[open] != '{' || close == std::string::npos) return body;
  const bool empty = body.find_first_not_of(" \t\r\n", open + 1) == close;
  body.insert(close,
              std::string(empty ? "" : ",") + "\"" + std::string(name) + "\":\"" + std::string(value) + "\"");
  return body;
}

// Readers of events keep their memory from call to call and belong to one thread at a time.
class ReaderPool {
 public:
  explicit ReaderPool(const EventJsonLimits& limits) : limits_(limits) {}
  Result<std::vector<Input>> read_body(std::string_view json, Millis received_ms, EventEndpoint endpoint) {
    std::unique_ptr<EventJsonReader> reader;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!idle_.empty()) {
        reader = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (reader == nullptr) reader = std::make_unique<EventJsonReader>(limits_);
    Result<std::vector<Input>> inputs = reader->read_body(json, received_ms, endpoint);
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(std::move(reader));
    return inputs;
  }

 private:
  const EventJsonLimits limits_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<EventJsonReader>> idle_;  // protected by mutex_; at most one a server thread
};

class IngestApi {
 public:
  IngestApi(Engine& engine, const Clock& clock, const IngestOptions& options)
      : engine_(engine), clock_(clock), options_(options), readers_(options.json) {}

  // As an event of that name, whatever the body says.
  void handle_start(const std::string& event, ServerRequest request, const Respond& respond) {
    request.body = with_member(std::move(request.body), "event", event);
    handle(EventEndpoint::kTrack, request, respond);
  }

  void handle(EventEndpoint endpoint, const ServerRequest& request, const Respond& respond) {
    if (!options_.write_keys.empty() &&
        !key_known(options_.write_keys, basic_auth_user(request.authorization))) {
      ServerResponse response =
          problem(401, "unknown write key", "send the write key as user name of basic auth");
      response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"wend\"");
      return respond(std::move(response));
    }
    if (!json_content_type(request.content_type)) {
      return respond(problem(415, "not JSON", "the content type must be application/json"));
    }
    if (!request.content_encoding.empty() && lower_case(request.content_encoding) != "identity") {
      return respond(problem(415, "compressed", "send the body without Content-Encoding"));
    }
    Result<std::vector<Input>> inputs = readers_.read_body(request.body, clock_.now_ms(), endpoint);
    if (!inputs.ok()) return respond(problem(400, "not a valid event", inputs.error().message));
    const size_t count = inputs->size();
    if (options_.queue_capacity > 0 && count > options_.queue_capacity) {
      const std::string most = std::to_string(options_.queue_capacity);
      return respond(problem(413, "too many events", "the queue takes at most " + most + " events at once"));
    }
    // submit() calls back only where it took the inputs.
    const Status submitted =
        engine_.submit(std::move(inputs).value(),
                       [respond, count](const Status& committed) { respond(answer_to(committed, count)); });
    if (!submitted.ok()) respond(answer_to(submitted, 0));
  }

 private:
  Engine& engine_;
  const Clock& clock_;
  const IngestOptions options_;
  ReaderPool readers_;
};

}  // namespace

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  // Hashes have one length, so that the comparison tells nothing about the length of the secret either.
  unsigned char digest_a[EVP_MAX_MD_SIZE];
  unsigned char digest_b[EVP_MAX_MD_SIZE];
  unsigned int size_a = 0;
  unsigned int size_b = 0;
  if (EVP_Digest(a.data(), a.size(), digest_a, &size_a, EVP_sha256(), nullptr) != 1) return false;
  if (EVP_Digest(b.data(), b.size(), digest_b, &size_b, EVP_sha256(), nullptr) != 1) return false;
  return size_a == size_b && CRYPTO_memcmp(digest_a, digest_b, size_a) == 0;
}

std::string basic_auth_user(std::string_view authorization) {
  constexpr size_t kMaxEncoded = 4096;
  constexpr std::string_view kScheme = "basic ";
  if (authorization.size() <= kScheme.size() || authorization.size() > kMaxEncoded) return {};
  for (size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (lower != kScheme[i]) return {};
  }
  std::string encoded(authorization.substr(kScheme.size()));
  while (encoded.size() % 4 != 0) encoded += '=';
  std::string decoded(encoded.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                                   reinterpret_cast<const unsigned char*>(encoded.data()),
                                   static_cast<int>(encoded.size()));
  if (size < 0) return {};
  decoded.resize(static_cast<size_t>(size));
  while (!decoded.empty() && decoded.back() == '\0') decoded.pop_back();  // what the padding stood for
  return decoded.substr(0, decoded.find(':'));
}

void add_ingest_api(Router& router, Engine& engine, const Clock& clock, const IngestOptions& options) {
  const auto api = std::make_shared<IngestApi>(engine, clock, options);
  const auto add = [&](const char* path, EventEndpoint endpoint) {
    router.add("POST", path, [api, endpoint](ServerRequest request, Respond respond) {
      api->handle(endpoint, request, respond);
    });
  };
  add("/v1/track", EventEndpoint::kTrack);
  add("/v1/identify", EventEndpoint::kIdentify);
  add("/v1/page", EventEndpoint::kPage);
  add("/v1/screen", EventEndpoint::kScreen);
  add("/v1/batch", EventEndpoint::kBatch);
  // Journeys that a `start` may enter have an event that stands for it.
  const Program& program = engine.program().program();
  for (const JourneyRow& journey : program.journeys) {
    const std::string& name = program.text(journey.name);
    const std::string event = "start " + name;
    const bool startable =
        std::any_of(journey.triggers.begin(), journey.triggers.end(), [&](const TriggerRow& trigger) {
          return program.text(program.events[trigger.event.index()].wire_name) == event;
        });
    if (!startable) continue;
    router.add("POST", "/v1/journeys/" + name + "/start",
               [api, event](ServerRequest request, Respond respond) {
                 api->handle_start(event, std::move(request), respond);
               });
  }
}

}  // namespace wend

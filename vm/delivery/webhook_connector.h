#ifndef WEND_VM_DELIVERY_WEBHOOK_CONNECTOR_H_
#define WEND_VM_DELIVERY_WEBHOOK_CONNECTOR_H_

// Posts a delivery to a URL as JSON: the line that the file connector would write, or of a `call` its
// request. Receivers tell repeated attempts by the header Idempotency-Key, and that they come from us by
// Wend-Signature: "t=SECONDS,v1=HEX" where HEX is HMAC-SHA256(secret, "SECONDS." + body).
//
// One thread a connector.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "vm/base/clock.h"
#include "vm/delivery/http_client.h"
#include "vm/engine/outbox.h"

namespace wend {

struct WebhookOptions {
  std::string url;
  std::string secret;  // empty: unsigned
  Millis timeout_ms = 10'000;
  bool allow_private = false;
  std::map<std::string, std::string> headers;
};

struct WebhookOutcome {
  enum class Kind : uint8_t {
    kAccepted,  // a 2xx answer
    kRetry,     // no answer, 408, 425, 429 or 5xx: later perhaps
    kRefused,   // any other answer, or a host that must not be called: repeating would not help
    kStopped,   // cancelled: whether it came through is not known
  } kind = Kind::kAccepted;
  // "429 from https://x.example". Only scheme and host of the URL: a path may be a secret, too.
  std::string reason;
  Millis retry_after_ms = 0;  // what the receiver asked for; 0: nothing
  std::string answer;         // body of an accepted one, as far as HttpResponse keeps it
};

class WebhookConnector {
 public:
  explicit WebhookConnector(WebhookOptions options) : options_(std::move(options)) {}

  // One attempt; blocks at most the time-out, less where `cancelled` says so. `now_ms` dates the signature.
  WebhookOutcome attempt(const Delivery& delivery, Millis now_ms, std::function<bool()> cancelled = nullptr);

 private:
  WebhookOptions options_;
  HttpClient client_;
};

// The value of Wend-Signature.
std::string webhook_signature(const std::string& secret, Millis now_ms, const std::string& body);

// Wait after attempt number `attempt` (1 the first): first * 2^(attempt - 1), at most `max`, of which the
// second half is scaled by hash(delivery, attempt), so that deliveries that failed together don't return
// together.
Millis backoff_ms(const std::string& delivery, int64_t attempt, Millis first_ms, Millis max_ms);

}  // namespace wend

#endif  // WEND_VM_DELIVERY_WEBHOOK_CONNECTOR_H_

#include "vm/delivery/webhook_connector.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <utility>

#include "vm/base/hash.h"
#include "vm/engine/delivery_line.h"

namespace wend {
namespace {

// Scheme, host and port of a URL, for messages.
std::string shown_url(const std::string& url) {
  const size_t scheme = url.find("://");
  const size_t host = scheme == std::string::npos ? 0 : scheme + 3;
  std::string authority = url.substr(host, url.find_first_of("/?#", host) - host);
  authority.erase(0, authority.rfind('@') + 1);  // npos + 1 is 0
  return url.substr(0, host) + authority;
}

}  // namespace

std::string webhook_signature(const std::string& secret, Millis now_ms, const std::string& body) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const std::string seconds = std::to_string(now_ms / kMillisPerSecond);
  const std::string text = seconds + "." + body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  std::string signature = "t=" + seconds + ",v1=";
  for (unsigned int i = 0; i < size; ++i) {
    signature += kDigits[digest[i] >> 4U];
    signature += kDigits[digest[i] & 15U];
  }
  return signature;
}

Millis backoff_ms(const std::string& delivery, int64_t attempt, Millis first_ms, Millis max_ms) {
  Millis wait = first_ms;
  for (int64_t i = 1; i < attempt && wait < max_ms; ++i) wait *= 2;
  wait = std::min(wait, max_ms);
  const uint64_t share = hash64(delivery, static_cast<uint64_t>(attempt)) % 1000;
  return wait / 2 + wait / 2 * static_cast<Millis>(share) / 1000;
}

WebhookOutcome WebhookConnector::attempt(const Delivery& delivery, Millis now_ms,
                                         std::function<bool()> cancelled) {
  HttpRequest request;
  request.url = options_.url;
  request.timeout_ms = options_.timeout_ms;
  request.allow_private = options_.allow_private;
  request.cancelled = std::move(cancelled);
  if (delivery.call) {
    request.body = delivery.body;
  } else {
    append_delivery_line(request.body, delivery);
    request.body.pop_back();  // the line's end
  }
  request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", delivery.id}};
  if (!options_.secret.empty()) {
    request.headers.emplace_back("Wend-Signature", webhook_signature(options_.secret, now_ms, request.body));
  }
  for (const auto& header : options_.headers) request.headers.push_back(header);

  const Result<HttpResponse> response = client_.post(request);
  WebhookOutcome outcome;
  if (!response.ok()) {
    const ErrorKind kind = response.error().kind;
    outcome.kind = kind == ErrorKind::kInvalidInput ? WebhookOutcome::Kind::kRefused
                   : kind == ErrorKind::kClosed     ? WebhookOutcome::Kind::kStopped
                                                    : WebhookOutcome::Kind::kRetry;
    outcome.reason = shown_url(options_.url) + ": " + response.error().message;
    return outcome;
  }
  const int status = response->status;
  if (status >= 200 && status < 300) {
    outcome.answer = response->body;
    return outcome;
  }
  const bool later = status == 408 || status == 425 || status == 429 || status >= 500;
  outcome.kind = later ? WebhookOutcome::Kind::kRetry : WebhookOutcome::Kind::kRefused;
  outcome.reason = std::to_string(status) + " from " + shown_url(options_.url);
  outcome.retry_after_ms = response->retry_after_ms.value_or(0);
  return outcome;
}

}  // namespace wend

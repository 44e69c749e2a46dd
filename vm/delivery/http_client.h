#ifndef WEND_VM_DELIVERY_HTTP_CLIENT_H_
#define WEND_VM_DELIVERY_HTTP_CLIENT_H_

// Outgoing HTTP over libcurl. Connections are kept and reused; redirects are not followed, certificates are
// checked, only http and https are spoken, and a host in a private or local network is refused unless the
// request allows it, so that configuration from elsewhere cannot reach inside. Proxies of the environment are
// not used. One thread a client.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vm/base/clock.h"
#include "vm/base/result.h"

namespace wend {

struct HttpRequest {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // without line ends
  std::string body;                                          // posted
  Millis timeout_ms = 10'000;
  bool allow_private = false;
  std::function<bool()> cancelled;  // asked about once a second; true ends the attempt with kClosed
};

struct HttpResponse {
  int status = 0;
  std::optional<Millis> retry_after_ms;  // of a Retry-After header in seconds
  std::string body;                      // at most 64 KiB of it; what is beyond is not read
};

class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // POSTs and waits for the answer, whatever its status. kIo when there is none: no connection, a time-out, a
  // broken answer; kInvalidInput when the host is in a private network and may not be; kClosed when
  // cancelled.
  Result<HttpResponse> post(const HttpRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wend

#endif  // WEND_VM_DELIVERY_HTTP_CLIENT_H_

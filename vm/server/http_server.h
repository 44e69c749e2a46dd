#ifndef WEND_VM_SERVER_HTTP_SERVER_H_
#define WEND_VM_SERVER_HTTP_SERVER_H_

// HTTP/1.1 over Boost.Beast: keep-alive and pipelining, limits on everything a sender can choose, answers
// that may come later and from another thread. What is answered is the handler's affair.
//
// Threads: the handler is called on the server's own threads, several at once, never after stop(). `Respond`
// may be called from any thread and at any time; only the first call counts, and where the connection or the
// server is gone by then nothing happens. A Respond that is destroyed uncalled answers 500.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vm/base/clock.h"
#include "vm/base/result.h"

namespace wend {

struct ServerRequest {
  std::string method;  // "POST"
  std::string path;    // without the query
  std::string query;   // without the `?`
  // Header fields as sent; empty where there is none.
  std::string content_type;
  std::string content_encoding;
  std::string authorization;
  std::string body;
};

struct ServerResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

using Respond = std::function<void(ServerResponse)>;
using RequestHandler = std::function<void(ServerRequest, Respond)>;

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  // 0: the system chooses one
  int threads = 2;
  size_t max_connections = 1024;         // one more is answered with 503 and closed
  uint32_t max_header_bytes = 16 << 10;  // larger: 431
  uint64_t max_body_bytes = 4 << 20;     // larger: 413
  Millis read_timeout_ms = 10'000;  // for a whole request to arrive; an idle connection is closed after it
  Millis stop_timeout_ms = 5'000;   // how long stop() waits for answers under way
};

class HttpServer {
 public:
  // Binds, listens and starts the threads. kIo when the address cannot be had, which the message names.
  static Result<std::unique_ptr<HttpServer>> start(const HttpServerOptions& options, RequestHandler handler);
  ~HttpServer();

  // The port it listens on.
  uint16_t port() const;
  // Accepts no more, closes idle connections, lets requests that have arrived be answered, closes. Also done
  // by the destructor.
  void stop();
  uint64_t connections() const;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wend

#endif  // WEND_VM_SERVER_HTTP_SERVER_H_

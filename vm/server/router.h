#ifndef WEND_VM_SERVER_ROUTER_H_
#define WEND_VM_SERVER_ROUTER_H_

// Finds the handler of a path, and answers 404 and 405 itself. Counts answers by route and status for
// /metrics. Threads: add() before the server starts; afterwards everything from any thread.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "vm/server/http_server.h"

namespace wend {

class Router {
 public:
  // `method` is GET (which also answers HEAD) or POST; `path` is matched whole.
  void add(const std::string& method, const std::string& path, RequestHandler handler);
  void handle(ServerRequest request, Respond respond);

  // (route, status) -> answers. Paths that no route has are counted under "other".
  std::map<std::pair<std::string, int>, uint64_t> counts() const;

 private:
  struct Route {
    std::string method;
    std::string path;
    RequestHandler handler;
  };
  Respond counted(const std::string& route, Respond respond);

  std::vector<Route> routes_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, uint64_t> counts_;  // protected by mutex_
};

}  // namespace wend

#endif  // WEND_VM_SERVER_ROUTER_H_

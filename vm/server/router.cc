#include "vm/server/router.h"

#include "vm/server/problem.h"

namespace wend {

void Router::add(const std::string& method, const std::string& path, RequestHandler handler) {
  routes_.push_back(Route{method, path, std::move(handler)});
}

Respond Router::counted(const std::string& route, Respond respond) {
  return [this, route, respond = std::move(respond)](ServerResponse response) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ++counts_[{route, response.status}];
    }
    respond(std::move(response));
  };
}

void Router::handle(ServerRequest request, Respond respond) {
  std::string allowed;
  for (const Route& route : routes_) {
    if (route.path != request.path) continue;
    const bool matches =
        request.method == route.method || (request.method == "HEAD" && route.method == "GET");
    if (matches) return route.handler(std::move(request), counted(route.path, std::move(respond)));
    allowed +=
        (allowed.empty() ? "" : ", ") + (route.method == "GET" ? std::string("GET, HEAD") : route.method);
  }
  if (allowed.empty()) {
    return counted("other",
                   std::move(respond))(problem(404, "no such resource", "there is nothing at this path"));
  }
  ServerResponse response = problem(405, "method not allowed", "this path answers " + allowed);
  response.headers.emplace_back("Allow", allowed);
  counted(request.path, std::move(respond))(std::move(response));
}

std::map<std::pair<std::string, int>, uint64_t> Router::counts() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return counts_;
}

}  // namespace wend

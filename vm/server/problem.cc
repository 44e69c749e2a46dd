#include "vm/server/problem.h"

#include <nlohmann/json.hpp>

namespace wend {

ServerResponse problem(int status, std::string_view title, std::string_view detail) {
  nlohmann::ordered_json body;
  body["title"] = title;
  body["status"] = status;
  body["detail"] = detail;
  ServerResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  return response;
}

}  // namespace wend

#ifndef WEND_VM_SERVER_PROBLEM_H_
#define WEND_VM_SERVER_PROBLEM_H_

#include <string>
#include <string_view>

#include "vm/server/http_server.h"

namespace wend {

// An answer of type application/problem+json (RFC 9457): `title` is the same for all problems of a kind,
// `detail` says what it is this time. Bytes that are no UTF-8 are replaced.
ServerResponse problem(int status, std::string_view title, std::string_view detail);

}  // namespace wend

#endif  // WEND_VM_SERVER_PROBLEM_H_

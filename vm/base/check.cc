#include "vm/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace wend::internal {

void check_failed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "wend: bug: %s:%d: %s does not hold; please report this\n", file, line, condition);
  std::abort();
}

}  // namespace wend::internal

#include "vm/core/verifier.h"

#include "vm/core/verify_code.h"
#include "vm/core/verify_tables.h"

namespace wend {

Status verify_program(const Program& program) {
  // The code's check relies on the tables: regions, sizes, which journey a step belongs to.
  WEND_RETURN_IF_ERROR(verify_tables(program));
  return verify_code(program);
}

}  // namespace wend

#ifndef WEND_VM_CORE_VERIFY_CODE_H_
#define WEND_VM_CORE_VERIFY_CODE_H_

#include "vm/base/result.h"
#include "vm/core/program.h"

namespace wend {

// The second half of verify_program: every instruction, and every place in code that rows refer to. REQUIRES:
// verify_tables() passed.
Status verify_code(const Program& program);

}  // namespace wend

#endif  // WEND_VM_CORE_VERIFY_CODE_H_

#ifndef WEND_VM_CORE_VERIFY_TABLES_H_
#define WEND_VM_CORE_VERIFY_TABLES_H_

#include "vm/base/result.h"
#include "vm/core/program.h"

namespace wend {

// The first half of verify_program: every row of every table by itself and in what it refers to, code aside.
Status verify_tables(const Program& program);

}  // namespace wend

#endif  // WEND_VM_CORE_VERIFY_TABLES_H_

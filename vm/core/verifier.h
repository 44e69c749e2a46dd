#ifndef WEND_VM_CORE_VERIFIER_H_
#define WEND_VM_CORE_VERIFIER_H_

// Proves before a program runs that it cannot leave its bounds: every index of every row in range, every operand of
// every instruction as opcodes.def says, jumps forwards and onto instructions of the same routine or journey body
// (never onto an `args`), every path of a routine ending in its kind of return, every path of a body ending in an End
// instruction or a Wait, registers below the declared number, wait targets inside the body of the wait's journey,
// so that every cycle passes a wait.

#include "vm/base/result.h"
#include "vm/core/program.h"

namespace wend {

// kCorrupt with a sentence that names the first row or instruction that is wrong.
Status verify_program(const Program& program);

}  // namespace wend

#endif  // WEND_VM_CORE_VERIFIER_H_

#ifndef WEND_VM_CORE_DISASSEMBLER_H_
#define WEND_VM_CORE_DISASSEMBLER_H_

// A program as text: stable, made to be compared in tests and read by people.

#include <functional>
#include <string>
#include <string_view>

#include "vm/core/program.h"

namespace wend {

struct DisassemblyOptions {
  bool tables = true;  // events, attributes, messages, journeys before the code
  bool code = true;
  // Gives the text of a line (1-based) of a file, to be printed above its instructions; may be empty.
  std::function<std::string_view(std::string_view file, uint32_t line)> source_line;
};

std::string disassemble(const Program& program, const DisassemblyOptions& options);

}  // namespace wend

#endif  // WEND_VM_CORE_DISASSEMBLER_H_

#ifndef WEND_VM_CORE_DISASSEMBLE_TABLES_H_
#define WEND_VM_CORE_DISASSEMBLE_TABLES_H_

// Internal to the disassembler: tables as text. All of it bears programs that were not verified; what is out
// of range prints as `?`.

#include <string>

#include "vm/core/program.h"

namespace wend {

void append_tables(std::string& out, const Program& program);

std::string text_or_mark(const Program& program, StringIx ix);
std::string message_name(const Program& program, MessageIx ix);
// As source would write it: "FR" in quotes, 20m, [1, 2].
std::string constant_text(const Constant& constant);
std::string query_text(const Program& program, const QueryRow& query);

}  // namespace wend

#endif  // WEND_VM_CORE_DISASSEMBLE_TABLES_H_

#ifndef WEND_VM_CORE_HISTORY_COST_H_
#define WEND_VM_CORE_HISTORY_COST_H_

// What the history of a program costs: for each row what is kept of a contact, in words, and the bytes that it
// takes at worst in the contact's record. Pure; any thread.

#include <cstdint>
#include <string>
#include <vector>

#include "vm/core/program.h"

namespace wend {

struct HistoryCost {
  std::string what;         // content of the row: "order_completed where (event.total > 30)"
  std::string kept;         // "total; 365d of times with total; the last 3"
  uint64_t most_bytes = 0;  // of one contact
};
// By row of Program::histories. The program needs no verification, but its indices must be in range.
std::vector<HistoryCost> history_costs(const Program& program);

// Of one contact with all rows and scores of the program at worst.
uint64_t most_history_bytes(const Program& program);

}  // namespace wend

#endif  // WEND_VM_CORE_HISTORY_COST_H_

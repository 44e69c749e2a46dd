#ifndef WEND_VM_STORE_MEMORY_STORE_H_
#define WEND_VM_STORE_MEMORY_STORE_H_

// A Store in memory: simulation and tests. It keeps every promise of store.h but durability, and shows the
// same keys as a RocksDB store after the same commits, byte for byte (its meta family has the same format
// record, too).
//
// Threads: as store.h says; one readers-writer lock over everything.
// Failures: none; commits and reads always succeed.
// Memory: while an iterator lives, values overwritten or erased since it was made are kept; they go when the
// last iterator goes. Iterators must not outlive the store.

#include <memory>

#include "vm/store/store.h"

namespace wend {

std::unique_ptr<Store> make_memory_store();

}  // namespace wend

#endif  // WEND_VM_STORE_MEMORY_STORE_H_

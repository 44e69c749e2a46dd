#ifndef WEND_VM_CORE_ATTRIBUTE_BLOCK_H_
#define WEND_VM_CORE_ATTRIBUTE_BLOCK_H_

// A sorted map from small numbers to encoded values, read in place: the attributes of a contact (numbers are
// the store's attribute numbers) and the properties of a kept event (numbers are the image's property
// numbers). The layout is frozen (docs/formats/values.md):
//
//   u16 count | u8 offset width (2 or 4) | count x u16 number, ascending | count x end offset of the value,
//   relative to the first value | the encoded values, one after the other
//
// An empty block is zero bytes. 0xFFFF is not a number: it stands for an attribute that a store does not know.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vm/core/value.h"

namespace wend {

// Looks up one number; missing where it is absent or the block is malformed. Never reads outside `block`.
Value block_get(std::string_view block, uint16_t number);

// True where the block is well formed throughout: counts, order, offsets, and every value.
bool block_valid(std::string_view block);

// Collects numbers and values and writes a block. Putting a number twice keeps the last; a missing value
// removes the number; 0xFFFF is ignored. All values together must stay below 4 GiB.
class BlockBuilder {
 public:
  BlockBuilder() = default;
  // Starts from what `block` holds.
  explicit BlockBuilder(std::string_view block);
  void put(uint16_t number, const Value& value);
  std::string build() const;

 private:
  std::vector<std::pair<uint16_t, std::string>> entries_;  // sorted; encoded values
};

// All entries in ascending order of number; malformed blocks give what could be read.
std::vector<std::pair<uint16_t, Value>> block_entries(std::string_view block);

}  // namespace wend

#endif  // WEND_VM_CORE_ATTRIBUTE_BLOCK_H_

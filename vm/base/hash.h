#ifndef WEND_VM_BASE_HASH_H_
#define WEND_VM_BASE_HASH_H_

// Hashes whose results are stored or shown (shards, splits, image names) and therefore never change.

#include <cstdint>
#include <string>
#include <string_view>

namespace wend {

// 64-bit hash of bytes: FNV-1a followed by the finaliser of splitmix64, so that all bits are usable.
// FNV: Fowler, Noll, Vo, http://www.isthe.com/chongo/tech/comp/fnv/; finaliser: Steele, Lea, Flood 2014.
uint64_t hash64(std::string_view bytes, uint64_t seed = 0);

// CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected, initial and final complement), of images and records.
uint32_t crc32c(std::string_view bytes);

// The 16 lower-case hexadecimal digits of `value`.
std::string to_hex(uint64_t value);

// SplitMix64 (Steele, Lea, Flood 2014): the next value of a generator whose whole state is `state`.
uint64_t splitmix64(uint64_t& state);

}  // namespace wend

#endif  // WEND_VM_BASE_HASH_H_

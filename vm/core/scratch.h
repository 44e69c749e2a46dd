#ifndef WEND_VM_CORE_SCRATCH_H_
#define WEND_VM_CORE_SCRATCH_H_

// Memory for texts, lists and records that are made while a routine runs. It comes in chunks that never move,
// so views into it hold until reset(). One thread.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "vm/core/value.h"

namespace wend {

class ScratchMemory {
 public:
  explicit ScratchMemory(size_t max_bytes) : max_bytes_(max_bytes) {}

  // Forgets everything; keeps one chunk for what comes next.
  void reset() {
    if (taken_ == 0) return;
    if (chunks_.size() > 1) chunks_.resize(1);
    used_ = 0;
    taken_ = 0;
  }

  // nullptr where the limit would be exceeded; counted.
  char* take(size_t bytes) {
    if (bytes > max_bytes_ - taken_) {
      ++refusals_;
      return nullptr;
    }
    taken_ += bytes;
    if (chunks_.empty() || chunks_.back().size - used_ < bytes) add_chunk(bytes);
    char* p = chunks_.back().bytes.get() + used_;
    used_ += bytes;
    return p;
  }

  // Values that hold a copy; missing where the limit would be exceeded.
  Value keep(Tag tag, std::string_view bytes) { return keep_two(tag, bytes, {}); }
  Value keep_string(std::string_view text) { return keep(Tag::kString, text); }
  Value keep_two(Tag tag, std::string_view first, std::string_view second) {
    char* p = take(first.size() + second.size());
    if (p == nullptr) return {};
    if (!first.empty()) std::memcpy(p, first.data(), first.size());
    if (!second.empty()) std::memcpy(p + first.size(), second.data(), second.size());
    return Value::of_view(tag, {p, first.size() + second.size()});
  }

  size_t max_bytes() const { return max_bytes_; }
  // For callers that see before making something that it would not fit.
  void refuse() { ++refusals_; }
  uint64_t refusals() const { return refusals_; }

 private:
  static constexpr size_t kChunkBytes = 16 << 10;
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };

  void add_chunk(size_t at_least) {
    const size_t size = at_least > kChunkBytes ? at_least : kChunkBytes;
    chunks_.push_back({std::make_unique<char[]>(size), size});
    used_ = 0;
  }

  size_t max_bytes_;
  size_t taken_ = 0;  // since reset
  size_t used_ = 0;   // of the last chunk
  uint64_t refusals_ = 0;
  std::vector<Chunk> chunks_;
};

}  // namespace wend

#endif  // WEND_VM_CORE_SCRATCH_H_

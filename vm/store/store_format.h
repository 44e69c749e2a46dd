#ifndef WEND_VM_STORE_STORE_FORMAT_H_
#define WEND_VM_STORE_STORE_FORMAT_H_

// What a store says about itself, and the arithmetic of counters: the bytes described in
// docs/formats/store.md. Pure functions, safe from any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wend {

// Version of the layout of the whole store: families, keys, records, merge operator. Version history:
//   1  the first.
constexpr uint32_t kStoreFormat = 1;

// The key in Family::kMeta under which every store holds its StoreFormat. Written when the store is created;
// nobody else may write it.
constexpr std::string_view kStoreFormatKey = "format";

struct StoreFormat {
  uint32_t format = kStoreFormat;
  std::string created_by;  // the version of Wend that made the store, e.g. "0.1.0"

  bool operator==(const StoreFormat&) const = default;
};

std::string encode_store_format(const StoreFormat& format);
// Nullopt when the bytes are damaged. Bytes after those known are accepted, so that a newer version can be
// named in the message that refuses it.
std::optional<StoreFormat> decode_store_format(std::string_view bytes);

std::string encode_counter(int64_t value);

// The merge operator of Family::kCounters: sets `merged` to `existing` + `delta` (no `existing`
// counts as 0), wrapping around. False, and `merged` unchanged, when either has a wrong size.
bool merge_counter(std::optional<std::string_view> existing, std::string_view delta, std::string* merged);

}  // namespace wend

#endif  // WEND_VM_STORE_STORE_FORMAT_H_

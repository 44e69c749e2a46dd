#include "vm/store/store.h"

#include <array>

#include "vm/base/bytes.h"
#include "vm/base/check.h"
#include "vm/store/store_format.h"

namespace wend {
namespace {

constexpr size_t kCounterBytes = sizeof(int64_t);

constexpr std::array<std::string_view, kFamilyCount> kFamilyNames = {
    "contacts", "timers", "outbox", "deliveries", "trace", "events", "images", "counters", "meta",
};

}  // namespace

std::optional<int64_t> decode_counter(std::string_view value) {
  if (value.size() != kCounterBytes) return std::nullopt;
  return static_cast<int64_t>(ByteReader(value).u64());
}

std::string_view family_name(Family family) {
  const auto index = static_cast<size_t>(family);
  WEND_CHECK(index < kFamilyNames.size());
  return kFamilyNames[index];
}

std::string encode_counter(int64_t value) {
  std::string bytes;
  put_u64(bytes, static_cast<uint64_t>(value));
  return bytes;
}

bool merge_counter(std::optional<std::string_view> existing, std::string_view delta, std::string* merged) {
  const std::optional<int64_t> old_value = existing ? decode_counter(*existing) : int64_t{0};
  const std::optional<int64_t> added = decode_counter(delta);
  if (!old_value || !added) return false;
  // Unsigned, because signed overflow is undefined and a counter wraps.
  const uint64_t sum = static_cast<uint64_t>(*old_value) + static_cast<uint64_t>(*added);
  merged->clear();
  put_u64(*merged, sum);
  return true;
}

std::string encode_store_format(const StoreFormat& format) {
  std::string bytes;
  put_u32(bytes, format.format);
  put_bytes(bytes, format.created_by);
  return bytes;
}

std::optional<StoreFormat> decode_store_format(std::string_view bytes) {
  ByteReader reader(bytes);
  StoreFormat format;
  format.format = reader.u32();
  format.created_by = std::string(reader.bytes());
  if (!reader.ok()) return std::nullopt;
  return format;
}

}  // namespace wend

#include "vm/core/attribute_block.h"

#include <algorithm>
#include <bit>

#include "vm/base/check.h"

namespace wend {
namespace {

constexpr size_t kHeaderBytes = 3;
constexpr uint16_t kNoNumber = 0xFFFF;  // stands for "no such attribute" and is never stored

uint16_t load_u16(const char* p) {
  return static_cast<uint16_t>(static_cast<uint8_t>(p[0]) | static_cast<uint16_t>(static_cast<uint8_t>(p[1]))
                                                                << 8);
}
uint32_t load_u32(const char* p) { return load_u16(p) | static_cast<uint32_t>(load_u16(p + 2)) << 16; }

// The parts of a block whose header fits its bytes.
struct Layout {
  size_t count = 0;
  size_t width = 0;
  const char* numbers = nullptr;
  const char* offsets = nullptr;
  const char* values = nullptr;
  size_t values_bytes = 0;

  uint16_t number(size_t i) const { return load_u16(numbers + 2 * i); }
  size_t end(size_t i) const { return width == 2 ? load_u16(offsets + 2 * i) : load_u32(offsets + 4 * i); }
  size_t begin(size_t i) const { return i == 0 ? 0 : end(i - 1); }
  // The bytes of value `i`; empty where the offsets are malformed.
  std::string_view value(size_t i) const {
    const size_t from = begin(i);
    const size_t to = end(i);
    if (from > to || to > values_bytes) return {};
    return {values + from, to - from};
  }
};

inline bool read_layout(std::string_view block, Layout& layout) {
  if (block.size() < kHeaderBytes) return false;
  layout.count = load_u16(block.data());
  layout.width = static_cast<uint8_t>(block[2]);
  if (layout.width != 2 && layout.width != 4) return false;
  const size_t header = kHeaderBytes + layout.count * (2 + layout.width);
  if (block.size() < header) return false;
  layout.numbers = block.data() + kHeaderBytes;
  layout.offsets = layout.numbers + 2 * layout.count;
  layout.values = block.data() + header;
  layout.values_bytes = block.size() - header;
  return true;
}

// The two kinds that conditions read most, without the detour over a reader.
Value decode_whole(std::string_view bytes) {
  if (bytes.size() == 9 && bytes[0] == static_cast<char>(Tag::kNumber)) {
    const uint64_t bits = load_u32(bytes.data() + 1) | uint64_t{load_u32(bytes.data() + 5)} << 32;
    return Value::of_number(std::bit_cast<double>(bits));
  }
  if (bytes.size() >= 2 && bytes[0] == static_cast<char>(Tag::kString) && bytes[1] >= 0) {
    const auto length = static_cast<size_t>(bytes[1]);
    return length <= bytes.size() - 2 ? Value::of_string({bytes.data() + 2, length}) : Value();
  }
  ByteReader reader(bytes);
  return decode_value(reader);
}

}  // namespace

Value block_get(std::string_view block, uint16_t number) {
  Layout layout;
  if (!read_layout(block, layout)) return {};
  // Without branches: which way each comparison goes is not to be guessed.
  size_t low = 0;
  size_t left = layout.count;
  while (left > 1) {
    const size_t half = left / 2;
    low = layout.number(low + half) <= number ? low + half : low;
    left -= half;
  }
  if (left == 0 || layout.number(low) != number) return {};
  return decode_whole(layout.value(low));
}

bool block_valid(std::string_view block) {
  if (block.empty()) return true;
  Layout layout;
  if (!read_layout(block, layout) || layout.count == 0) return false;
  for (size_t i = 0; i < layout.count; ++i) {
    if (i > 0 && layout.number(i) <= layout.number(i - 1)) return false;
    ByteReader reader(layout.value(i));
    const Value value = decode_value(reader);
    if (!reader.ok() || !reader.at_end() || value.missing() || !value_well_formed(value)) return false;
  }
  return layout.number(layout.count - 1) != kNoNumber && layout.end(layout.count - 1) == layout.values_bytes;
}

BlockBuilder::BlockBuilder(std::string_view block) {
  for (const auto& [number, value] : block_entries(block)) put(number, value);
}

void BlockBuilder::put(uint16_t number, const Value& value) {
  if (number == kNoNumber) return;
  const auto before = [](const auto& entry, uint16_t n) { return entry.first < n; };
  auto at = std::lower_bound(entries_.begin(), entries_.end(), number, before);
  const bool found = at != entries_.end() && at->first == number;
  if (value.missing()) {
    if (found) entries_.erase(at);
    return;
  }
  std::string encoded;
  encode_value(encoded, value);
  if (found) {
    at->second = std::move(encoded);
  } else {
    entries_.emplace(at, number, std::move(encoded));
  }
}

std::string BlockBuilder::build() const {
  std::string out;
  if (entries_.empty()) return out;
  size_t values_bytes = 0;
  for (const auto& [number, encoded] : entries_) values_bytes += encoded.size();
  WEND_CHECK(values_bytes <= UINT32_MAX);
  const bool wide = values_bytes > UINT16_MAX;
  out.reserve(kHeaderBytes + entries_.size() * (wide ? 6 : 4) + values_bytes);
  put_u16(out, static_cast<uint16_t>(entries_.size()));
  put_u8(out, wide ? 4 : 2);
  for (const auto& [number, encoded] : entries_) put_u16(out, number);
  size_t end = 0;
  for (const auto& [number, encoded] : entries_) {
    end += encoded.size();
    if (wide) {
      put_u32(out, static_cast<uint32_t>(end));
    } else {
      put_u16(out, static_cast<uint16_t>(end));
    }
  }
  for (const auto& [number, encoded] : entries_) out.append(encoded);
  return out;
}

std::vector<std::pair<uint16_t, Value>> block_entries(std::string_view block) {
  std::vector<std::pair<uint16_t, Value>> entries;
  Layout layout;
  if (!read_layout(block, layout)) return entries;
  for (size_t i = 0; i < layout.count; ++i) {
    ByteReader reader(layout.value(i));
    const Value value = decode_value(reader);
    if (!value.missing()) entries.emplace_back(layout.number(i), value);
  }
  return entries;
}

}  // namespace wend

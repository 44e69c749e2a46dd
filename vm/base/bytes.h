#ifndef WEND_VM_BASE_BYTES_H_
#define WEND_VM_BASE_BYTES_H_

// Writing and reading the byte layouts that Wend stores: little-endian fixed integers, LEB128 varints, zigzag
// for signed numbers, big-endian where keys must sort. ByteReader never reads past its end: after the first
// short or malformed read ok() is false and every further read gives zero or empty.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace wend {

inline void put_u8(std::string& out, uint8_t v) { out.push_back(static_cast<char>(v)); }

template <typename Unsigned>
void put_fixed_le(std::string& out, Unsigned v) {
  for (size_t i = 0; i < sizeof(Unsigned); ++i) out.push_back(static_cast<char>((v >> (8 * i)) & 0xFF));
}
inline void put_u16(std::string& out, uint16_t v) {
  put_u8(out, static_cast<uint8_t>(v & 0xFF));
  put_u8(out, static_cast<uint8_t>(v >> 8));
}
inline void put_u32(std::string& out, uint32_t v) { put_fixed_le(out, v); }
inline void put_u64(std::string& out, uint64_t v) { put_fixed_le(out, v); }
inline void put_f64(std::string& out, double v) { put_fixed_le(out, std::bit_cast<uint64_t>(v)); }

inline void put_u64_be(std::string& out, uint64_t v) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>((v >> shift) & 0xFF));
}

inline void put_varint(std::string& out, uint64_t v) {
  while (v >= 0x80) {
    out.push_back(static_cast<char>(v | 0x80));
    v >>= 7;
  }
  out.push_back(static_cast<char>(v));
}

constexpr uint64_t zigzag(int64_t v) {
  return (static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63);
}
constexpr int64_t unzigzag(uint64_t v) { return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1); }
inline void put_svarint(std::string& out, int64_t v) { put_varint(out, zigzag(v)); }

// A varint length, then the bytes.
inline void put_bytes(std::string& out, std::string_view bytes) {
  put_varint(out, bytes.size());
  out.append(bytes);
}

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : p_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  // Marks the bytes as malformed: what was read has a form that its kind does not allow.
  void fail() { ok_ = false; }
  bool at_end() const { return p_ == end_; }
  size_t remaining() const { return static_cast<size_t>(end_ - p_); }
  const char* position() const { return p_; }

  uint8_t u8() { return need(1) ? static_cast<uint8_t>(*p_++) : uint8_t{0}; }
  uint16_t u16() { return static_cast<uint16_t>(fixed_le(2)); }
  uint32_t u32() { return static_cast<uint32_t>(fixed_le(4)); }
  uint64_t u64() { return fixed_le(8); }
  double f64() { return std::bit_cast<double>(fixed_le(8)); }

  uint64_t u64_be() {
    if (!need(8)) return 0;
    uint64_t v = 0;
    for (int i = 0; i < 8; ++i) v = (v << 8) | static_cast<uint8_t>(*p_++);
    return v;
  }

  uint64_t varint() {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (!need(1)) return 0;
      const auto byte = static_cast<uint8_t>(*p_++);
      v |= static_cast<uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return v;
    }
    ok_ = false;
    return 0;
  }
  int64_t svarint() { return unzigzag(varint()); }

  // `n` bytes, viewing the underlying buffer.
  std::string_view raw(size_t n) {
    if (!need(n)) return {};
    const std::string_view view(p_, n);
    p_ += n;
    return view;
  }
  // A varint length, then that many bytes.
  std::string_view bytes() {
    const uint64_t n = varint();
    if (!ok_ || n > remaining()) {
      ok_ = false;
      return {};
    }
    return raw(static_cast<size_t>(n));
  }

 private:
  bool need(size_t n) {
    if (ok_ && remaining() >= n) return true;
    ok_ = false;
    return false;
  }
  uint64_t fixed_le(size_t n) {
    if (!need(n)) return 0;
    uint64_t v = 0;
    for (size_t i = 0; i < n; ++i) v |= static_cast<uint64_t>(static_cast<uint8_t>(p_[i])) << (8 * i);
    p_ += n;
    return v;
  }

  const char* p_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace wend

#endif  // WEND_VM_BASE_BYTES_H_

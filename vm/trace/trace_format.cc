#include "vm/trace/trace_format.h"

#include "vm/base/bytes.h"

namespace wend {
namespace {

constexpr uint8_t kTraceVersion = 1;

enum Field : uint8_t {
  kHasImage = 1,
  kHasRun = 2,
  kHasStep = 4,
  kHasNumber = 8,
  kHasText = 16,
  kHasMore = 32
};

std::string_view cut(std::string_view text) {
  if (text.size() <= kMaxTraceTextBytes) return text;
  size_t end = kMaxTraceTextBytes;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

std::string trace_key(std::string_view contact, uint64_t first_entry) {
  std::string key(contact);
  key.push_back('\0');
  put_u64_be(key, first_entry);
  return key;
}

std::string encode_trace(const std::vector<TraceEntry>& entries) {
  std::string out;
  put_u8(out, kTraceVersion);
  put_varint(out, entries.size());
  uint64_t last_at = 0;
  for (const TraceEntry& e : entries) {
    uint8_t fields = 0;
    const auto has = [&](bool present, Field field) {
      if (present) fields = static_cast<uint8_t>(fields | field);
    };
    has(e.image != kNone, kHasImage);
    has(e.run != 0, kHasRun);
    has(e.step != kNone, kHasStep);
    has(e.number != 0, kHasNumber);
    has(!e.text.empty(), kHasText);
    has(!e.more.empty(), kHasMore);
    put_u8(out, static_cast<uint8_t>(e.kind));
    put_u8(out, fields);
    put_svarint(out, static_cast<int64_t>(static_cast<uint64_t>(e.at_ms) - last_at));
    last_at = static_cast<uint64_t>(e.at_ms);
    if ((fields & kHasImage) != 0) {
      put_varint(out, e.image);
      put_varint(out, e.journey);
    }
    if ((fields & kHasRun) != 0) put_varint(out, e.run);
    if ((fields & kHasStep) != 0) put_varint(out, e.step);
    if ((fields & kHasNumber) != 0) put_svarint(out, e.number);
    if ((fields & kHasText) != 0) put_bytes(out, cut(e.text));
    if ((fields & kHasMore) != 0) put_bytes(out, cut(e.more));
  }
  return out;
}

Status decode_trace(std::string_view bytes, std::vector<TraceEntry>& entries) {
  ByteReader in(bytes);
  const uint8_t version = in.u8();
  if (version > kTraceVersion) {
    return Error{ErrorKind::kNewerVersion, "a trace was written by a newer version of Wend"};
  }
  const uint64_t count = in.varint();
  uint64_t last_at = 0;
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    TraceEntry e;
    e.kind = static_cast<TraceKind>(in.u8());
    const uint8_t fields = in.u8();
    last_at += static_cast<uint64_t>(in.svarint());
    e.at_ms = static_cast<Millis>(last_at);
    if ((fields & kHasImage) != 0) {
      e.image = static_cast<uint32_t>(in.varint());
      e.journey = static_cast<uint32_t>(in.varint());
    }
    if ((fields & kHasRun) != 0) e.run = in.varint();
    if ((fields & kHasStep) != 0) e.step = static_cast<uint32_t>(in.varint());
    if ((fields & kHasNumber) != 0) e.number = in.svarint();
    if ((fields & kHasText) != 0) e.text = std::string(in.bytes());
    if ((fields & kHasMore) != 0) e.more = std::string(in.bytes());
    if (in.ok()) entries.push_back(std::move(e));
  }
  if (version == 0 || !in.ok() || !in.at_end()) {
    return Error{ErrorKind::kCorrupt, "a trace in the store is damaged"};
  }
  return {};
}

}  // namespace wend

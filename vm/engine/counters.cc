#include "vm/engine/counters.h"

#include "vm/base/bytes.h"

namespace wend {

std::string_view cut_text(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::string counter_key(CounterKind kind, std::initializer_list<std::string_view> parts) {
  std::string key(1, static_cast<char>(kind));
  for (const std::string_view part : parts) put_bytes(key, cut_text(part, kMaxCounterPartBytes));
  return key;
}

bool parse_counter_key(std::string_view key, CounterKind& kind, std::vector<std::string_view>& parts) {
  parts.clear();
  if (key.empty()) return false;
  kind = static_cast<CounterKind>(key[0]);
  ByteReader reader(key.substr(1));
  while (reader.ok() && !reader.at_end()) parts.push_back(reader.bytes());
  return reader.ok();
}

void CounterSums::add(CounterKind kind, std::initializer_list<std::string_view> parts, int64_t delta) {
  sums_[counter_key(kind, parts)] += delta;
}

void CounterSums::write(Batch& batch) const {
  for (const auto& [key, delta] : sums_) {
    if (delta != 0) batch.add(key, delta);
  }
}

}  // namespace wend

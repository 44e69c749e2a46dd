#ifndef WEND_VM_ENGINE_COUNTERS_H_
#define WEND_VM_ENGINE_COUNTERS_H_

// The durable counters: keys of Family::kCounters and a collector that sums what one batch adds. A key is a
// kind byte, then its parts, each with its length (docs/formats/record.md). Pure; one thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/store/store.h"

namespace wend {

// DO NOT CHANGE THESE VALUES: they are the first byte of keys.
enum class CounterKind : char {
  kTotal = 't',       // name
  kJourney = 'j',     // journey, what: "entered", "converted", "value" (thousandths)
  kEnded = 'e',       // journey, reason, because
  kMessage = 'm',     // journey, message, channel, status, reason
  kEngagement = 'g',  // journey, message, channel, word
  kSchema = 's',      // event ("contact" for attributes), property
  kImageRuns = 'r',   // image number in decimal: runs in flight on it
};

// Parts longer than this are cut at a character: an inline message is named by its text.
constexpr size_t kMaxCounterPartBytes = 160;

std::string counter_key(CounterKind kind, std::initializer_list<std::string_view> parts);
// False for bytes that are no such key.
bool parse_counter_key(std::string_view key, CounterKind& kind, std::vector<std::string_view>& parts);

class CounterSums {
 public:
  void add(CounterKind kind, std::initializer_list<std::string_view> parts, int64_t delta = 1);
  void total(std::string_view name, int64_t delta = 1) { add(CounterKind::kTotal, {name}, delta); }
  void write(Batch& batch) const;
  void clear() { sums_.clear(); }
  bool empty() const { return sums_.empty(); }

 private:
  std::unordered_map<std::string, int64_t> sums_;
};

// At most `most` bytes of `text`, ending at a character of UTF-8.
std::string_view cut_text(std::string_view text, size_t most);

}  // namespace wend

#endif  // WEND_VM_ENGINE_COUNTERS_H_

#include "vm/core/history_cost.h"

#include <algorithm>

#include "vm/core/history.h"
#include "vm/core/time_zone.h"

namespace wend {
namespace {

// Number, flags, count, first and last instant, length of the log, its count and its first instant.
constexpr uint64_t kRowBytes = 3 + 1 + 10 + 8 + 8 + 4 + 3 + 8;
// The time since the event before: 7 bytes of a varint reach over 500 years.
constexpr uint64_t kTimeBytes = 7;
// Number, count, sum; the smallest and the largest value with their lengths.
constexpr uint64_t kTotalBytes = 3 + 10 + 8 + 2;
constexpr uint64_t kScoreBytes = 3 + 8 + 8;

// Bytes of a value of the type at most, its tag included; texts, lists and records up to what an event may keep.
uint64_t value_bytes(const Program& program, TypeIx type) {
  switch (program.types[type.index()].tag) {
    case TypeTag::kBool:
      return 2;
    case TypeTag::kNumber:
    case TypeTag::kPercent:
      return 9;
    case TypeTag::kInt:
    case TypeTag::kDuration:
    case TypeTag::kTime:
    case TypeTag::kDate:
    case TypeTag::kClock:
    case TypeTag::kCalendar:
      return 11;
    case TypeTag::kEnum: {
      uint64_t most = 0;
      for (const StringIx value : program.types[type.index()].values)
        most = std::max<uint64_t>(most, program.text(value).size());
      return most + 3;
    }
    default:
      return kMaxOccurrenceBytes;
  }
}

uint64_t property_bytes(const Program& program, const EventRow& event, uint16_t number) {
  for (const PropertyRow& property : event.properties) {
    if (property.number == number) return value_bytes(program, property.type);
  }
  return kMaxOccurrenceBytes;  // the event's id is a text
}

// The kept properties of one event: a block.
uint64_t block_bytes(const Program& program, const HistoryRow& row) {
  if (row.kept.empty()) return 0;
  uint64_t bytes = 0;
  for (const uint16_t property : row.kept)
    bytes += property_bytes(program, program.events[row.event.index()], property) + 4;
  return std::min<uint64_t>(bytes, kMaxOccurrenceBytes) + 5;  // its head and its length
}

std::string names(const Program& program, const std::vector<uint16_t>& properties) {
  std::string all;
  for (const uint16_t property : properties) all += (all.empty() ? "" : ", ") + program.properties[property];
  return all;
}

std::string kept_in_words(const Program& program, const HistoryRow& row) {
  std::string words = row.totals.empty() ? "how many" : "how many and totals of " + names(program, row.totals);
  const std::string with = row.kept.empty() ? "" : " with " + names(program, row.kept);
  if (row.retention_ms == kNever) {
    words += "; each, for ever" + with;
  } else if (row.retention_ms > 0) {
    words += "; each for " + format_duration(row.retention_ms) + with;
  }
  if (row.keeps_last > 0) words += "; the last " + std::to_string(row.keeps_last) + with;
  if (row.keeps_first) words += "; the first" + with;
  return words;
}

}  // namespace

std::vector<HistoryCost> history_costs(const Program& program) {
  std::vector<HistoryCost> costs;
  for (const HistoryRow& row : program.histories) {
    HistoryCost cost;
    cost.what = program.text(row.key);
    cost.kept = kept_in_words(program, row);
    const uint64_t block = block_bytes(program, row);
    cost.most_bytes = kRowBytes;
    const EventRow& event = program.events[row.event.index()];
    for (const uint16_t property : row.totals)
      cost.most_bytes += kTotalBytes + 2 * property_bytes(program, event, property);
    if (row.keeps_first) cost.most_bytes += block + 2;
    const uint64_t events = row.retention_ms > 0 ? kMaxOccurrences : row.keeps_last;
    cost.most_bytes += events * (kTimeBytes + block);
    costs.push_back(std::move(cost));
  }
  return costs;
}

uint64_t most_history_bytes(const Program& program) {
  uint64_t bytes = program.scores.size() * kScoreBytes;
  for (const HistoryCost& cost : history_costs(program)) bytes += cost.most_bytes;
  return bytes;
}

}  // namespace wend

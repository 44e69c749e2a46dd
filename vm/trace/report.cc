#include "vm/trace/report.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "vm/engine/counters.h"

namespace wend {
namespace {

constexpr double kThousandths = 1000.0;

class Collector {
 public:
  bool add(std::string_view key, int64_t value) {
    CounterKind kind{};
    if (!parse_counter_key(key, kind, parts_)) return false;
    switch (kind) {
      case CounterKind::kTotal:
        if (parts_.size() != 1) return false;
        report_.totals[part(0)] = value;
        return true;
      case CounterKind::kJourney:
        return parts_.size() == 2 && add_journey(value);
      case CounterKind::kEnded: {
        if (parts_.size() != 3) return false;
        JourneyReport& journey = journeys_[part(0)];
        journey.ended[part(1)] += value;
        journey.ended_because[part(2)] += value;
        return true;
      }
      case CounterKind::kMessage:
        if (parts_.size() != 5) return false;
        message().by_status[part(3)] += value;
        // Why a message is held is not its outcome yet.
        if (!parts_[4].empty() && parts_[3] != "held") message().by_reason[part(4)] += value;
        return true;
      case CounterKind::kEngagement:
        if (parts_.size() != 4) return false;
        message().engaged[part(3)] += value;
        return true;
      case CounterKind::kSchema:
        if (parts_.size() != 2) return false;
        report_.schema.push_back({part(0), part(1), value});
        return true;
      case CounterKind::kImageRuns:
        return true;
    }
    return true;  // of a newer version: not for this report
  }

  EngineReport take() {
    for (auto& [name, journey] : journeys_) {
      journey.journey = name;
      journey.waiting = journey.entered;
      for (const auto& [reason, count] : journey.ended) journey.waiting -= count;
      report_.journeys.push_back(std::move(journey));
    }
    for (auto& [key, message] : messages_) report_.messages.push_back(std::move(message));
    return std::move(report_);
  }

 private:
  std::string part(size_t i) const { return std::string(parts_[i]); }

  bool add_journey(int64_t value) {
    JourneyReport& journey = journeys_[part(0)];
    if (parts_[1] == "entered") journey.entered = value;
    if (parts_[1] == "converted") journey.converted = value;
    if (parts_[1] == "converted_after_message") journey.converted_after_message = value;
    if (parts_[1] == "value") journey.value = static_cast<double>(value) / kThousandths;
    return true;
  }

  MessageReport& message() {
    MessageReport& found = messages_[{part(0), part(1), part(2)}];
    found.journey = part(0);
    found.message = part(1);
    found.channel = part(2);
    return found;
  }

  EngineReport report_;
  std::map<std::string, JourneyReport> journeys_;
  std::map<std::array<std::string, 3>, MessageReport> messages_;
  std::vector<std::string_view> parts_;
};

}  // namespace

std::map<std::string, std::map<std::string, int64_t>> EngineReport::by_channel() const {
  std::map<std::string, std::map<std::string, int64_t>> channels;
  for (const MessageReport& message : messages) {
    for (const auto& [status, count] : message.by_status) channels[message.channel][status] += count;
  }
  return channels;
}

Result<EngineReport> read_report(const Store& store) {
  Collector collector;
  const auto it = store.iterate(Family::kCounters, {}, {});
  for (it->seek({}); it->valid(); it->next()) {
    const std::optional<int64_t> value = decode_counter(it->value());
    if (!value.has_value() || !collector.add(it->key(), *value)) {
      return Error{ErrorKind::kCorrupt, "a counter in the store is damaged"};
    }
  }
  WEND_RETURN_IF_ERROR(it->status());
  return collector.take();
}

}  // namespace wend

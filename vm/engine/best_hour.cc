#include "vm/engine/best_hour.h"

#include <limits>

namespace wend {
namespace {

size_t hour_of(const Zone& zone, Millis at_ms) {
  const Millis local_ms = to_local_ms(zone, at_ms);
  return static_cast<size_t>((local_ms - days_of_local(local_ms) * kMillisPerDay) / kMillisPerHour);
}

}  // namespace

void count_open(OpenHours& hours, const Zone& zone, Millis at_ms) {
  uint16_t& opens = hours[hour_of(zone, at_ms)];
  if (opens < std::numeric_limits<uint16_t>::max()) ++opens;
}

Millis best_hour(const OpenHours& hours, const Zone& zone, Millis now_ms, Millis until_ms) {
  const int64_t today = days_of_local(to_local_ms(zone, now_ms));
  const auto hour_now = static_cast<int64_t>(hour_of(zone, now_ms));
  uint16_t most = hours[static_cast<size_t>(hour_now)];
  Millis best_ms = now_ms;
  // After a day every hour has come up once; one more, because a change of clocks may leave one out.
  for (int64_t ahead = 1; ahead <= 48; ++ahead) {
    const int64_t hour = (hour_now + ahead) % 24;
    const int64_t day = today + (hour_now + ahead) / 24;
    const Millis begins_ms = from_local_ms(zone, day * kMillisPerDay + hour * kMillisPerHour);
    if (begins_ms > until_ms) break;
    if (begins_ms <= now_ms || hours[static_cast<size_t>(hour)] <= most) continue;
    most = hours[static_cast<size_t>(hour)];
    best_ms = begins_ms;
  }
  return best_ms;
}

}  // namespace wend

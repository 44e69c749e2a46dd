#include "vm/core/horizon.h"

#include <algorithm>

#include "vm/core/functions.h"

namespace wend {
namespace {

// No zone was ever further from UTC than 15h14m.
constexpr Millis kFurthestLocalMs = 16 * kMillisPerHour;
// Offset changes that a search passes before it says "ask again then".
constexpr int kMaxOffsetChanges = 64;
// Local times before and behind all that can occur.
constexpr Millis kBeforeAll = kMinInstant - 4 * kMillisPerDay;
constexpr Millis kBehindAll = kMaxInstant + 4 * kMillisPerDay;

// Values from `begin` to before `end`.
struct LocalRegion {
  Millis begin;
  Millis end;
  bool has(Millis value) const { return begin <= value && value < end; }
};

// Where `value RELATION [from, to)` holds; for kNotEqual where it does not.
LocalRegion region_of(Relation relation, Millis from, Millis to) {
  switch (relation) {
    case Relation::kLess:
      return {kBeforeAll, from};
    case Relation::kLessEqual:
      return {kBeforeAll, to};
    case Relation::kGreater:
      return {to, kBehindAll};
    case Relation::kGreaterEqual:
      return {from, kBehindAll};
    case Relation::kEqual:
    case Relation::kNotEqual:
      break;
  }
  return {from, to};
}

// An instant that no run comes to is never.
Millis within_time(Millis instant_ms) { return instant_ms > kMaxInstant ? kNever : instant_ms; }

TimedBool answer(Relation relation, bool inside, Millis changes_ms) {
  return {inside != (relation == Relation::kNotEqual), within_time(changes_ms)};
}

// The first instant after `now_ms` at which the local date and time enters or leaves the region.
Millis next_crossing(const Zone& zone, Millis now_ms, const LocalRegion& region) {
  const bool inside = region.has(to_local_ms(zone, now_ms));
  Millis at = now_ms;
  for (int changes = 0; changes < kMaxOffsetChanges; ++changes) {
    // Local time comes over an edge only near it, so that what lies before is passed at once.
    const Millis edge = at < region.begin + kFurthestLocalMs ? region.begin : region.end;
    if (at >= edge + kFurthestLocalMs) return kNever;
    at = std::max(at, edge - kFurthestLocalMs);
    const Millis offset = zone_offset_ms(zone, at);
    const Millis period_end = next_offset_change(zone, at);
    const Millis local = at + offset;
    const Millis next_edge = local < region.begin ? region.begin : region.end;
    if (local < next_edge && next_edge - offset < period_end) return next_edge - offset;
    if (period_end == kNever) return kNever;
    at = period_end;
    if (region.has(to_local_ms(zone, at)) != inside) return at;
  }
  return at;
}

// The same for a region of the day that comes every day. REQUIRES: neither empty nor the whole day.
Millis next_daily_crossing(const Zone& zone, Millis now_ms, const LocalRegion& region) {
  const auto of_day = [](Millis local) { return local - days_of_local(local) * kMillisPerDay; };
  const bool inside = region.has(of_day(to_local_ms(zone, now_ms)));
  Millis at = now_ms;
  for (int changes = 0; changes < kMaxOffsetChanges; ++changes) {
    const Millis offset = zone_offset_ms(zone, at);
    const Millis period_end = next_offset_change(zone, at);
    const Millis clock = of_day(at + offset);
    Millis next_edge = region.end;
    if (!inside) next_edge = clock < region.begin ? region.begin : region.begin + kMillisPerDay;
    const Millis crossing = at + (next_edge - clock);
    if (crossing < period_end) return crossing;
    at = period_end;
    if (region.has(of_day(to_local_ms(zone, at))) != inside) return at;
  }
  return at;
}

int64_t part_of(TodayPart part, int64_t day) {
  switch (part) {
    case TodayPart::kWeekday:
      return weekday_of_days(day);
    case TodayPart::kMonth:
      return civil_from_days(day).month;
    case TodayPart::kYear:
      break;
  }
  return civil_from_days(day).year;
}

// The local days around `day` of which the part is the same.
LocalRegion same_part(TodayPart part, int64_t day) {
  CivilDate date = civil_from_days(day);
  int64_t first = day;
  int64_t next = day + 1;
  if (part != TodayPart::kWeekday) {
    if (part == TodayPart::kYear) date.month = 1;
    date.day = 1;
    first = days_from_civil(date);
    next = add_months(first, part == TodayPart::kYear ? 12 : 1);
  }
  return {first * kMillisPerDay, next * kMillisPerDay};
}

}  // namespace

TimedBool compare_now(Relation relation, Millis now_ms, Millis instant_ms) {
  const Millis instant = std::clamp(instant_ms, kBeforeAll + 1, kBehindAll - 2);
  const LocalRegion region = region_of(relation, instant, instant + 1);
  Millis changes = kNever;
  if (now_ms < region.end) changes = region.end;
  if (now_ms < region.begin) changes = region.begin;
  return answer(relation, region.has(now_ms), changes);
}

TimedBool compare_today(Relation relation, const Zone& zone, Millis now_ms, int64_t day) {
  const Millis begin = clamp_day(day) * kMillisPerDay;
  const LocalRegion region = region_of(relation, begin, begin + kMillisPerDay);
  const Millis now = clamp_instant(now_ms);
  return answer(relation, region.has(to_local_ms(zone, now)), next_crossing(zone, now, region));
}

TimedBool compare_clock(Relation relation, const Zone& zone, Millis now_ms, Millis of_day_ms) {
  const Millis of_day = std::clamp(of_day_ms, Millis{-1}, kMillisPerDay);
  LocalRegion region = region_of(relation, of_day, of_day + 1);
  region.begin = std::clamp(region.begin, Millis{0}, kMillisPerDay);
  region.end = std::clamp(region.end, Millis{0}, kMillisPerDay);
  const Millis now = clamp_instant(now_ms);
  const Millis local = to_local_ms(zone, now);
  const bool inside = region.has(local - days_of_local(local) * kMillisPerDay);
  const bool always = region.begin >= region.end || region.end - region.begin == kMillisPerDay;
  return answer(relation, inside, always ? kNever : next_daily_crossing(zone, now, region));
}

TimedPart today_part(TodayPart part, const Zone& zone, Millis now_ms) {
  const Millis now = clamp_instant(now_ms);
  const int64_t day = days_of_local(to_local_ms(zone, now));
  return {part_of(part, day), within_time(next_crossing(zone, now, same_part(part, day)))};
}

}  // namespace wend

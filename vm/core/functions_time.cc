// Functions on times, dates and clocks. They work on the local time of the zone in force, by the rules of
// time_zone.h.
//
// A moment of a day (its clock 09:00) is one instant: the first of two, the end of a gap. A span of a day
// reaches from the moment of its beginning to the moment of its end. Days that the zone left out have
// neither.
#include <algorithm>

#include "vm/base/hash.h"
#include "vm/core/functions.h"

namespace wend {

std::string_view weekday_name(int weekday) {
  static constexpr std::string_view kNames[] = {"monday", "tuesday",  "wednesday", "thursday",
                                                "friday", "saturday", "sunday"};
  return kNames[weekday];
}

namespace functions {
namespace {

Millis clamp_clock(Millis of_day_ms) { return std::clamp(of_day_ms, Millis{0}, kMillisPerDay); }

Millis moment(const Zone& zone, int64_t day, Millis of_day_ms) {
  return clamp_instant(from_local_ms(zone, day * kMillisPerDay + of_day_ms));
}

int64_t local_day(const Zone& zone, Millis instant_ms) {
  return days_of_local(to_local_ms(zone, clamp_instant(instant_ms)));
}

int64_t day_after(const Zone& zone, int64_t day) {
  // No zone ever left out two days in a row.
  return local_day_exists(zone, day + 1) ? day + 1 : day + 2;
}

// The clocks [from, to) of one day; from == to is that moment alone; from > to reaches into the next day.
struct ClockSpan {
  Millis from = 0;
  Millis to = kMillisPerDay;
};

struct InstantSpan {
  Millis begin;
  Millis end;  // exclusive; begin == end for a moment
  // The first instant of the span that is not before `at`; false where there is none.
  bool first_from(Millis at, Millis& result) const {
    if (at <= begin) {
      result = begin;
      return true;
    }
    result = at;
    return at < end;
  }
};

InstantSpan span_of_day(const Zone& zone, int64_t day, const ClockSpan& clocks) {
  const Millis begin = moment(zone, day, clocks.from);
  if (clocks.from == clocks.to) return {begin, begin};
  if (clocks.to == kMillisPerDay) return {begin, moment(zone, day_after(zone, day), 0)};
  return {begin, moment(zone, clocks.from < clocks.to ? day : day_after(zone, day), clocks.to)};
}

// The first instant not before `at` in the clocks of a weekday of [first, last], which may run over Sunday.
Value next_in_week(const Zone& zone, Millis at, int first, int last, const ClockSpan& clocks) {
  at = clamp_instant(at);
  const int64_t today = local_day(zone, at);
  // From the day before, whose span may reach over midnight, to two weeks on; one day may be left out.
  for (int64_t day = today - 2; day <= today + 15; ++day) {
    const int weekday = weekday_of_days(day);
    const bool wanted =
        first <= last ? weekday >= first && weekday <= last : weekday >= first || weekday <= last;
    Millis result = 0;
    if (wanted && local_day_exists(zone, day) && span_of_day(zone, day, clocks).first_from(at, result)) {
      return Value::of_time(result);
    }
  }
  return {};
}

Value next_clock(const Zone& zone, std::span<const Value> a) {
  if (a[0].tag != Tag::kTime || a[1].tag != Tag::kClock || a[2].tag != Tag::kClock) return {};
  return next_in_week(zone, a[0].i, 0, 6, {clamp_clock(a[1].i), clamp_clock(a[2].i)});
}

Value next_weekday(const Zone& zone, std::span<const Value> a) {
  if (a[0].tag != Tag::kTime || a[1].tag != Tag::kInt || a[2].tag != Tag::kInt) return {};
  if (a[1].i < 0 || a[1].i > 6 || a[2].i < 0 || a[2].i > 6) return {};
  ClockSpan clocks;
  if (a[3].tag == Tag::kClock) {
    clocks.from = clamp_clock(a[3].i);
    clocks.to = a[4].tag == Tag::kClock ? clamp_clock(a[4].i) : clocks.from;
  }
  return next_in_week(zone, a[0].i, static_cast<int>(a[1].i), static_cast<int>(a[2].i), clocks);
}

Value day_of_run(const Zone& zone, std::span<const Value> a) {
  if (a[0].tag != Tag::kTime || a[1].tag != Tag::kInt) return {};
  const Millis entered = clamp_instant(a[0].i);
  const int64_t entry_day = local_day(zone, entered);
  const int64_t day = clamp_day(entry_day + std::clamp<int64_t>(a[1].i, -4'000'000, 4'000'000));
  if (a[2].tag == Tag::kClock) return Value::of_time(moment(zone, day, clamp_clock(a[2].i)));
  if (day == entry_day) return Value::of_time(entered);
  return Value::of_time(moment(zone, day, to_local_ms(zone, entered) - entry_day * kMillisPerDay));
}

Value add_time_months(const Zone& zone, const Value& time, const Value& length) {
  if (time.tag != Tag::kTime || length.tag != Tag::kCalendar) return {};
  const Millis local = to_local_ms(zone, clamp_instant(time.i));
  const int64_t day = days_of_local(local);
  if (length.i == 0) return Value::of_time(clamp_instant(time.i));
  return Value::of_time(moment(zone, clamp_day(add_months(day, length.i)), local - day * kMillisPerDay));
}

Value spread_over(const Value& time, const Value& length, const Value& salt,
                  const FunctionEnvironment& environment) {
  if (time.tag != Tag::kTime || length.tag != Tag::kDuration || salt.tag != Tag::kInt) return {};
  if (length.i <= 0) return Value::of_time(clamp_instant(time.i));
  const uint64_t draw = hash64(environment.contact_id, static_cast<uint64_t>(salt.i)) >> 11;
  const double share = static_cast<double>(draw) * 0x1.0p-53;
  // The share is below 1, yet its product with a huge length may round up to the length.
  const double longest = static_cast<double>(std::min(length.i, kMaxInstant));
  const auto later = std::min(static_cast<Millis>(share * longest), length.i - 1);
  return Value::of_time(add_to_instant(time.i, later, *environment.saturations));
}

// The local day of a time, or a date itself.
bool day_of(const Zone& zone, const Value& value, int64_t& day) {
  if (value.tag == Tag::kTime) {
    day = local_day(zone, value.i);
    return true;
  }
  day = clamp_day(value.i);
  return value.tag == Tag::kDate;
}

}  // namespace

Value call_time(Function function, std::span<const Value> a, const FunctionEnvironment& environment) {
  const Zone& zone = *environment.zone;
  int64_t day = 0;
  switch (function) {
    case Function::kWeekday:
      return day_of(zone, a[0], day) ? Value::of_string(weekday_name(weekday_of_days(day))) : Value();
    case Function::kMonth:
      return day_of(zone, a[0], day) ? Value::of_int(civil_from_days(day).month) : Value();
    case Function::kYear:
      return day_of(zone, a[0], day) ? Value::of_int(civil_from_days(day).year) : Value();
    case Function::kAddTimeMonths:
      return add_time_months(zone, a[0], a[1]);
    case Function::kAddDateMonths:
      if (a[0].tag != Tag::kDate || a[1].tag != Tag::kCalendar) return {};
      return Value::of_date(clamp_day(add_months(clamp_day(a[0].i), a[1].i)));
    case Function::kAddDateDuration:
      if (a[0].tag != Tag::kDate || a[1].tag != Tag::kDuration) return {};
      return Value::of_date(clamp_day(clamp_day(a[0].i) + a[1].i / kMillisPerDay));
    case Function::kDateAt:
      if (a[0].tag != Tag::kDate || a[1].tag != Tag::kClock) return {};
      return Value::of_time(moment(zone, clamp_day(a[0].i), clamp_clock(a[1].i)));
    case Function::kDateOfTime:
      return a[0].tag == Tag::kTime ? Value::of_date(local_day(zone, a[0].i)) : Value();
    case Function::kNextClock:
      return next_clock(zone, a);
    case Function::kNextWeekday:
      return next_weekday(zone, a);
    case Function::kDayOfRun:
      return day_of_run(zone, a);
    case Function::kSpreadOver:
      return spread_over(a[0], a[1], a[2], environment);
    case Function::kLocalTime:
      return a[0].tag == Tag::kInt ? Value::of_time(clamp_instant(from_local_ms(zone, a[0].i))) : Value();
    case Function::kSubDates:
      if (a[0].tag != Tag::kDate || a[1].tag != Tag::kDate) return {};
      return Value::of_duration((clamp_day(a[0].i) - clamp_day(a[1].i)) * kMillisPerDay);
    case Function::kNegateCalendar:
      if (a[0].tag != Tag::kCalendar) return {};
      return Value::of_calendar(saturating_sub(0, a[0].i, *environment.saturations));
    default:
      return {};
  }
}

}  // namespace functions
}  // namespace wend

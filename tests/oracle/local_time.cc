#include "tests/oracle/local_time.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

namespace wend::oracle {
namespace {

using Instant = date::sys_time<std::chrono::milliseconds>;
using WallTime = date::local_time<std::chrono::milliseconds>;

const date::time_zone& zone_of(const LocalZone& zone) {
  return *static_cast<const date::time_zone*>(zone.zone);
}

Millis ms_of(Instant instant) { return instant.time_since_epoch().count(); }

// Is the wall's day one that the zone has? Some zones left a day out when they crossed the date line.
bool day_exists(const LocalZone& zone, int64_t day) {
  return local_of(zone, instant_of(zone, day, 0)).day == day;
}

struct Span {
  Millis begin = 0, end = 0;  // half-open; begin == end is one moment
};

Millis first_in(const Span& span, Millis now) { return std::max(now, span.begin); }
bool still_ahead(const Span& span, Millis now) {
  return span.begin == span.end ? span.begin >= now : span.end > now;
}

}  // namespace

LocalZone utc() { return {date::locate_zone("UTC")}; }

std::optional<LocalZone> zone_named(std::string_view name) {
  try {
    return LocalZone{date::locate_zone(std::string(name))};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

Millis offset_of(const LocalZone& zone, Millis at_ms) {
  const auto info = zone_of(zone).get_info(Instant(std::chrono::milliseconds(at_ms)));
  return std::chrono::duration_cast<std::chrono::milliseconds>(info.offset).count();
}

Local local_of(const LocalZone& zone, Millis at_ms) {
  const Millis wall = at_ms + offset_of(zone, at_ms);
  Local local;
  local.of_day_ms = ((wall % kMillisPerDay) + kMillisPerDay) % kMillisPerDay;
  local.day = (wall - local.of_day_ms) / kMillisPerDay;
  return local;
}

Millis instant_of(const LocalZone& zone, int64_t day, Millis of_day_ms) {
  const WallTime wall{std::chrono::milliseconds(day * kMillisPerDay + of_day_ms)};
  const auto info = zone_of(zone).get_info(wall);
  if (info.result == date::local_info::nonexistent) {
    return ms_of(std::chrono::time_point_cast<std::chrono::milliseconds>(info.first.end));
  }
  const auto offset = std::chrono::duration_cast<std::chrono::milliseconds>(info.first.offset).count();
  return wall.time_since_epoch().count() - offset;
}

int weekday_of(int64_t day) { return static_cast<int>((((day + 3) % 7) + 7) % 7); }

Civil civil_of(int64_t day) {
  const date::year_month_day ymd{date::sys_days{date::days{day}}};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

int64_t day_of(int64_t year, int month, int day) {
  const date::year_month_day ymd{date::year{static_cast<int>(year)},
                                 date::month{static_cast<unsigned>(month)},
                                 date::day{static_cast<unsigned>(day)}};
  return date::sys_days{ymd}.time_since_epoch().count();
}

int64_t add_months(int64_t day, int64_t months) {
  const Civil civil = civil_of(day);
  const int64_t count = civil.year * 12 + (civil.month - 1) + months;
  const int64_t year = count >= 0 ? count / 12 : -((-count + 11) / 12);
  const int month = static_cast<int>(count - year * 12) + 1;
  const date::year_month_day_last last{date::year{static_cast<int>(year)},
                                       date::month_day_last{date::month{static_cast<unsigned>(month)}}};
  return day_of(year, month, std::min(civil.day, static_cast<int>(static_cast<unsigned>(last.day()))));
}

Millis add_months_at(const LocalZone& zone, Millis at_ms, int64_t months) {
  const Local local = local_of(zone, at_ms);
  return instant_of(zone, add_months(local.day, months), local.of_day_ms);
}

Millis next_clock(const LocalZone& zone, Millis now, Millis from_ms, Millis to_ms) {
  const int64_t today = local_of(zone, now).day;
  Millis best = kNever;
  for (int64_t day = today - 2; day <= today + 3; ++day) {
    if (!day_exists(zone, day)) continue;
    Span span{instant_of(zone, day, from_ms), 0};
    span.end = instant_of(zone, from_ms > to_ms ? day + 1 : day, to_ms);
    if (from_ms == to_ms) span.end = span.begin;
    if (still_ahead(span, now)) best = std::min(best, first_in(span, now));
  }
  return best;
}

Millis next_weekday(const LocalZone& zone, Millis now, int from_day, int to_day, bool has_clock,
                    Millis from_ms, Millis to_ms) {
  const int64_t today = local_of(zone, now).day;
  Millis best = kNever;
  for (int64_t day = today - 2; day <= today + 16; ++day) {
    const int weekday = weekday_of(day);
    const bool in = from_day <= to_day ? weekday >= from_day && weekday <= to_day
                                       : weekday >= from_day || weekday <= to_day;
    if (!in || !day_exists(zone, day)) continue;
    Span span;
    if (has_clock) {
      span.begin = instant_of(zone, day, from_ms);
      span.end = from_ms == to_ms ? span.begin : instant_of(zone, from_ms > to_ms ? day + 1 : day, to_ms);
    } else {
      span = {instant_of(zone, day, 0), instant_of(zone, day + 1, 0)};
    }
    if (still_ahead(span, now)) best = std::min(best, first_in(span, now));
  }
  return best;
}

std::string date_text(int64_t day) {
  const Civil civil = civil_of(day);
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

std::string clock_text(Millis of_day_ms) {
  const Millis minutes = of_day_ms / kMillisPerMinute;
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::string rfc3339(const LocalZone& zone, Millis at_ms) {
  const Local local = local_of(zone, at_ms);
  const Millis seconds = local.of_day_ms / 1000;
  std::string text = date_text(local.day) +
                     fmt::format("T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (local.of_day_ms % 1000 != 0) text += fmt::format(".{:03}", local.of_day_ms % 1000);
  const Millis offset = offset_of(zone, at_ms) / kMillisPerMinute;
  if (offset == 0) return text + "Z";
  const Millis size = offset < 0 ? -offset : offset;
  return text + fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', size / 60, size % 60);
}

std::string strftime_text(const LocalZone& zone, Millis at_ms, const std::string& format) {
  const Local local = local_of(zone, at_ms);
  const WallTime wall{std::chrono::milliseconds(local.day * kMillisPerDay + local.of_day_ms)};
  return date::format(format, std::chrono::time_point_cast<std::chrono::seconds>(wall));
}

std::optional<int64_t> parse_day(std::string_view text) {
  const std::string copy(text);
  int year = 0, month = 0, day = 0, used = 0;
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3) return std::nullopt;
  if (used != 10 || copy.size() != 10) return std::nullopt;
  const date::year_month_day ymd{date::year{year}, date::month{static_cast<unsigned>(month)},
                                 date::day{static_cast<unsigned>(day)}};
  if (!ymd.ok()) return std::nullopt;
  return day_of(year, month, day);
}

std::optional<Millis> parse_instant(std::string_view text) {
  std::istringstream in{std::string(text)};
  Instant instant;
  const bool zulu = text.ends_with("Z") || text.ends_with("z");
  in >> date::parse(zulu ? "%FT%TZ" : "%FT%T%Ez", instant);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return ms_of(instant);
}

}  // namespace wend::oracle

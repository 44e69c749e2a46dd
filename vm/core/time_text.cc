// Times, dates and durations as text, and back.
#include <algorithm>
#include <array>
#include <limits>

#include "vm/core/time_zone.h"
#include "vm/core/time_zone_table.h"

namespace wend {
namespace {

constexpr int64_t kFirstDay = kMinInstant / kMillisPerDay;
constexpr int64_t kLastDay = kMaxInstant / kMillisPerDay;

// `width` digits of a number that is not negative, padded with `pad` ('\0': not padded).
void append_padded(std::string& out, int64_t number, size_t width, char pad = '0') {
  const std::string digits = std::to_string(number);
  if (pad != '\0' && digits.size() < width) out.append(width - digits.size(), pad);
  out.append(digits);
}

void append_date(std::string& out, int64_t days) {
  const CivilDate date = civil_from_days(std::clamp(days, kFirstDay, kLastDay));
  append_padded(out, date.year, 4);
  out.push_back('-');
  append_padded(out, date.month, 2);
  out.push_back('-');
  append_padded(out, date.day, 2);
}

void append_time_of_day(std::string& out, Millis of_day_ms, bool always_seconds) {
  append_padded(out, of_day_ms / kMillisPerHour, 2);
  out.push_back(':');
  append_padded(out, of_day_ms / kMillisPerMinute % 60, 2);
  const Millis rest = of_day_ms % kMillisPerMinute;
  if (!always_seconds && rest == 0) return;
  out.push_back(':');
  append_padded(out, rest / kMillisPerSecond, 2);
  if (rest % kMillisPerSecond == 0) return;
  out.push_back('.');
  append_padded(out, rest % kMillisPerSecond, 3);
}

void append_offset(std::string& out, Millis offset_ms, bool colon) {
  out.push_back(offset_ms < 0 ? '-' : '+');
  const Millis size = offset_ms < 0 ? -offset_ms : offset_ms;
  append_padded(out, size / kMillisPerHour, 2);
  if (colon) out.push_back(':');
  append_padded(out, size / kMillisPerMinute % 60, 2);
}

class TextReader {
 public:
  explicit TextReader(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }
  bool accept(char c) {
    if (peek() != c || done()) return false;
    ++at_;
    return true;
  }
  bool digits(size_t count, int& out) {
    out = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!is_digit(peek())) return false;
      out = out * 10 + (text_[at_++] - '0');
    }
    return true;
  }
  // Digits of a fraction of a second, as milliseconds; further digits are dropped.
  bool fraction(int& ms) {
    ms = 0;
    int unit = 100;
    if (!is_digit(peek())) return false;
    while (is_digit(peek())) {
      ms += unit * (text_[at_++] - '0');
      unit /= 10;
    }
    return true;
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

bool read_date(TextReader& reader, int64_t& days) {
  int year = 0;
  CivilDate date;
  if (!reader.digits(4, year) || !reader.accept('-') || !reader.digits(2, date.month) ||
      !reader.accept('-') || !reader.digits(2, date.day)) {
    return false;
  }
  date.year = year;
  if (year == 0 || !civil_exists(date)) return false;
  days = days_from_civil(date);
  return true;
}

bool read_time_of_day(TextReader& reader, Millis& of_day_ms) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int ms = 0;
  if (!reader.digits(2, hour) || !reader.accept(':') || !reader.digits(2, minute)) return false;
  if (reader.accept(':')) {
    if (!reader.digits(2, second)) return false;
    if (reader.accept('.') && !reader.fraction(ms)) return false;
  }
  if (hour > 23 || minute > 59 || second > 60) return false;
  if (second == 60) {
    second = 59;
    ms = 999;
  }
  of_day_ms = hour * kMillisPerHour + minute * kMillisPerMinute + second * kMillisPerSecond + ms;
  return true;
}

bool read_offset(TextReader& reader, Millis& offset_ms) {
  offset_ms = 0;
  if (reader.accept('Z') || reader.accept('z')) return true;
  const bool west = reader.accept('-');
  if (!west && !reader.accept('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!reader.digits(2, hours) || !reader.accept(':') || !reader.digits(2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  offset_ms = hours * kMillisPerHour + minutes * kMillisPerMinute;
  if (west) offset_ms = -offset_ms;
  return true;
}

struct DurationUnit {
  std::string_view name;
  Millis ms;
};
constexpr std::array<DurationUnit, 6> kDurationUnits = {{{"ms", 1},
                                                         {"w", 7 * kMillisPerDay},
                                                         {"d", kMillisPerDay},
                                                         {"h", kMillisPerHour},
                                                         {"m", kMillisPerMinute},
                                                         {"s", kMillisPerSecond}}};

constexpr const char* kWeekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                     "Friday", "Saturday", "Sunday"};
constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                   "July",    "August",   "September", "October", "November", "December"};

// One moment as format_pattern's conversions see it.
struct PatternTime {
  Millis instant_ms;
  Millis offset_ms;
  const std::string* zone_name;
  int64_t days;
  Millis of_day_ms;
  CivilDate date;
};

// How a number of a conversion is padded: its own way unless a flag says otherwise.
char padding(char flag, char own) {
  switch (flag) {
    case '-':
      return '\0';
    case '^':
    case '\0':
      return own;
    case '_':
      return ' ';
    default:
      return '0';
  }
}

bool append_conversion(std::string& out, char conversion, char flag, const PatternTime& t) {
  const auto number = [&](int64_t n, size_t width, char own) {
    append_padded(out, n, width, padding(flag, own));
  };
  const int64_t hour = t.of_day_ms / kMillisPerHour;
  switch (conversion) {
    case 'Y':
      number(t.date.year, 4, '0');
      return true;
    case 'y':
      number(t.date.year % 100, 2, '0');
      return true;
    case 'm':
      number(t.date.month, 2, '0');
      return true;
    case 'd':
      number(t.date.day, 2, '0');
      return true;
    case 'e':
      number(t.date.day, 2, ' ');
      return true;
    case 'H':
      number(hour, 2, '0');
      return true;
    case 'I':
      number((hour + 11) % 12 + 1, 2, '0');
      return true;
    case 'M':
      number(t.of_day_ms / kMillisPerMinute % 60, 2, '0');
      return true;
    case 'S':
      number(t.of_day_ms / kMillisPerSecond % 60, 2, '0');
      return true;
    case 'j':
      number(t.days - days_from_civil({t.date.year, 1, 1}) + 1, 3, '0');
      return true;
    case 's':
      out.append(std::to_string(t.instant_ms / 1000 - (t.instant_ms % 1000 < 0 ? 1 : 0)));
      return true;
    case 'p':
      out.append(hour < 12 ? "AM" : "PM");
      return true;
    case 'A':
      out.append(kWeekdays[weekday_of_days(t.days)]);
      return true;
    case 'a':
      out.append(kWeekdays[weekday_of_days(t.days)], 3);
      return true;
    case 'B':
      out.append(kMonths[t.date.month - 1]);
      return true;
    case 'b':
      out.append(kMonths[t.date.month - 1], 3);
      return true;
    case 'Z':
      out.append(*t.zone_name);
      return true;
    case 'z':
      append_offset(out, t.offset_ms, false);
      return true;
    case '%':
      out.push_back('%');
      return true;
    default:
      return false;
  }
}

void upper_case_from(std::string& out, size_t start) {
  for (size_t i = start; i < out.size(); ++i) {
    if (out[i] >= 'a' && out[i] <= 'z') out[i] = static_cast<char>(out[i] - 'a' + 'A');
  }
}

}  // namespace

bool local_day_exists(const Zone& zone, int64_t days) {
  const Millis start = std::clamp(days, kFirstDay - 1, kLastDay) * kMillisPerDay;
  return from_local_ms(zone, start) < from_local_ms(zone, start + kMillisPerDay);
}

std::optional<Millis> parse_rfc3339(std::string_view text) {
  TextReader reader(text);
  int64_t days = 0;
  Millis of_day_ms = 0;
  Millis offset_ms = 0;
  if (!read_date(reader, days)) return std::nullopt;
  if (!reader.accept('T') && !reader.accept('t') && !reader.accept(' ')) return std::nullopt;
  if (!read_time_of_day(reader, of_day_ms) || !read_offset(reader, offset_ms) || !reader.done())
    return std::nullopt;
  const Millis instant_ms = days * kMillisPerDay + of_day_ms - offset_ms;
  if (instant_ms < kMinInstant || instant_ms > kMaxInstant) return std::nullopt;
  return instant_ms;
}

std::optional<int64_t> parse_date(std::string_view text) {
  TextReader reader(text);
  int64_t days = 0;
  if (!read_date(reader, days) || !reader.done()) return std::nullopt;
  return days;
}

std::string format_rfc3339(Millis instant_ms) {
  instant_ms = std::clamp(instant_ms, kMinInstant, kMaxInstant);
  const int64_t days = days_of_local(instant_ms);
  std::string out;
  append_date(out, days);
  out.push_back('T');
  append_time_of_day(out, instant_ms - days * kMillisPerDay, true);
  out.push_back('Z');
  return out;
}

std::string format_rfc3339_in(const Zone& zone, Millis instant_ms) {
  instant_ms = std::clamp(instant_ms, kMinInstant, kMaxInstant);
  const Millis offset_ms = zone_offset_ms(zone, instant_ms);
  const Millis local_ms = instant_ms + offset_ms;
  if (offset_ms == 0 || offset_ms % kMillisPerMinute != 0 || local_ms < kMinInstant ||
      local_ms > kMaxInstant) {
    return format_rfc3339(instant_ms);
  }
  std::string out = format_rfc3339(local_ms);
  out.pop_back();
  append_offset(out, offset_ms, true);
  return out;
}

std::string format_date(int64_t days) {
  std::string out;
  append_date(out, days);
  return out;
}

std::string format_clock(Millis of_day_ms) {
  std::string out;
  append_time_of_day(out, std::clamp(of_day_ms, Millis{0}, kMillisPerDay), false);
  return out;
}

std::string format_duration(Millis duration_ms) {
  if (duration_ms == 0) return "0s";
  std::string out;
  // The size as an unsigned number, because the smallest duration has no positive counterpart.
  auto left = static_cast<uint64_t>(duration_ms);
  if (duration_ms < 0) {
    out.push_back('-');
    left = ~left + 1;
  }
  static constexpr std::array<DurationUnit, 5> kUnits = {{{"d", kMillisPerDay},
                                                          {"h", kMillisPerHour},
                                                          {"m", kMillisPerMinute},
                                                          {"s", kMillisPerSecond},
                                                          {"ms", 1}}};
  for (const DurationUnit& unit : kUnits) {
    const uint64_t count = left / static_cast<uint64_t>(unit.ms);
    left %= static_cast<uint64_t>(unit.ms);
    if (count != 0) out.append(std::to_string(count)).append(unit.name);
  }
  return out;
}

std::optional<Millis> parse_duration(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  Millis total = 0;
  while (!text.empty()) {
    Millis count = 0;
    size_t digits = 0;
    while (digits < text.size() && TextReader::is_digit(text[digits])) {
      if (__builtin_mul_overflow(count, 10, &count) ||
          __builtin_add_overflow(count, text[digits] - '0', &count)) {
        return std::nullopt;
      }
      ++digits;
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    const auto unit = std::find_if(kDurationUnits.begin(), kDurationUnits.end(), [&](const DurationUnit& u) {
      return text.substr(0, u.name.size()) == u.name;
    });
    if (unit == kDurationUnits.end()) return std::nullopt;
    text.remove_prefix(unit->name.size());
    Millis part = 0;
    if (__builtin_mul_overflow(count, unit->ms, &part) || __builtin_add_overflow(total, part, &total)) {
      return std::nullopt;
    }
  }
  return negative ? -total : total;
}

std::string format_pattern(const Zone& zone, Millis instant_ms, std::string_view pattern) {
  instant_ms = std::clamp(instant_ms, kMinInstant, kMaxInstant);
  const ZonePeriod& period = zone_period(zone, instant_ms);
  PatternTime t{instant_ms, period.offset_ms, &period.name, 0, 0, {}};
  const Millis local_ms = std::clamp(instant_ms + period.offset_ms, kMinInstant, kMaxInstant);
  t.days = days_of_local(local_ms);
  t.of_day_ms = local_ms - t.days * kMillisPerDay;
  t.date = civil_from_days(t.days);
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      out.push_back(pattern[i]);
      continue;
    }
    size_t next = i + 1;
    char flag = '\0';
    if (next < pattern.size() && std::string_view("-^0_").find(pattern[next]) != std::string_view::npos) {
      flag = pattern[next++];
    }
    const size_t start = out.size();
    if (next < pattern.size() && append_conversion(out, pattern[next], flag, t)) {
      if (flag == '^') upper_case_from(out, start);
      i = next;
    } else {
      out.push_back('%');
    }
  }
  return out;
}

}  // namespace wend

#include "compiler/syntax/literals.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace wend::literals {
namespace {

constexpr int64_t kMaxInt = std::numeric_limits<int64_t>::max();
constexpr Millis kMaxLength = kMaxInstant - kMinInstant;
constexpr int64_t kMaxMonths = 12 * 9999;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// a * b + c, nullopt on overflow; all arguments are non-negative.
std::optional<int64_t> multiply_add(int64_t a, int64_t b, int64_t c) {
  int64_t product = 0;
  int64_t sum = 0;
  if (__builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(product, c, &sum)) return std::nullopt;
  return sum;
}

// Reads digits from the front of `text`, saturating.
int64_t take_digits(std::string_view& text) {
  int64_t value = 0;
  while (!text.empty() && is_digit(text.front())) {
    value = multiply_add(value, 10, text.front() - '0').value_or(kMaxInt);
    text.remove_prefix(1);
  }
  return value;
}

std::string_view take_letters(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && is_letter(text[n])) ++n;
  const std::string_view letters = text.substr(0, n);
  text.remove_prefix(n);
  return letters;
}

std::string without_underscores(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != '_') plain += c;
  }
  return plain;
}

Millis unit_ms(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s") return kMillisPerSecond;
  if (unit == "m") return kMillisPerMinute;
  if (unit == "h") return kMillisPerHour;
  if (unit == "d") return kMillisPerDay;
  if (unit == "w") return 7 * kMillisPerDay;
  return 0;
}

bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in_month(int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

int two_digits(std::string_view text, size_t at) {
  if (at + 1 >= text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return 0;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

struct UnitWord {
  std::string_view word;
  std::string_view unit;
};
constexpr UnitWord kUnitWords[] = {
    {"ms", "ms"},     {"msec", "ms"},   {"milliseconds", "ms"},
    {"s", "s"},       {"sec", "s"},     {"secs", "s"},
    {"second", "s"},  {"seconds", "s"}, {"m", "m"},
    {"min", "m"},     {"mins", "m"},    {"minute", "m"},
    {"minutes", "m"}, {"h", "h"},       {"hr", "h"},
    {"hrs", "h"},     {"hour", "h"},    {"hours", "h"},
    {"d", "d"},       {"day", "d"},     {"days", "d"},
    {"w", "w"},       {"wk", "w"},      {"week", "w"},
    {"weeks", "w"},   {"mo", "mo"},     {"mon", "mo"},
    {"month", "mo"},  {"months", "mo"}, {"y", "y"},
    {"yr", "y"},      {"yrs", "y"},     {"year", "y"},
    {"years", "y"},
};

std::string_view unit_of_word(std::string_view word) {
  std::string lower;
  for (const char c : word) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const UnitWord& entry : kUnitWords) {
    if (entry.word == lower) return entry.unit;
  }
  return {};
}

// Milliseconds as Wend writes them: `1h30m`.
std::string length_text(Millis length_ms) {
  if (length_ms == 0) return "0s";
  struct {
    Millis size;
    const char* unit;
  } constexpr kUnits[] = {{kMillisPerDay, "d"},
                          {kMillisPerHour, "h"},
                          {kMillisPerMinute, "m"},
                          {kMillisPerSecond, "s"},
                          {1, "ms"}};
  std::string text;
  for (const auto& unit : kUnits) {
    if (length_ms >= unit.size) text += fmt::format("{}{}", length_ms / unit.size, unit.unit);
    length_ms %= unit.size;
  }
  return text;
}

void append_utf8(uint32_t point, std::string& out) {
  const auto add = [&out](uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xC0 | point >> 6);
    add(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    add(0xE0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3F));
    add(0x80 | (point & 0x3F));
  } else {
    add(0xF0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3F));
    add(0x80 | (point >> 6 & 0x3F));
    add(0x80 | (point & 0x3F));
  }
}

// `text` begins behind `\u`. The bytes of `{...}` and the code point; nullopt where it is not one.
struct UnicodeEscape {
  uint32_t point;
  size_t size;
};
std::optional<UnicodeEscape> read_unicode_escape(std::string_view text) {
  const size_t close = text.find('}');
  if (text.empty() || text.front() != '{' || close == std::string_view::npos || close < 2 || close > 7) {
    return std::nullopt;
  }
  uint32_t point = 0;
  const char* end = text.data() + close;
  const auto [stop, error] = std::from_chars(text.data() + 1, end, point, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  if (point == 0 || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return std::nullopt;
  return UnicodeEscape{point, close + 1};
}

}  // namespace

Parsed<int64_t> parse_int(std::string_view text) {
  int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) continue;
    const std::optional<int64_t> next = multiply_add(value, 10, c - '0');
    if (!next) return {kMaxInt, fmt::format("the largest int is {}", kMaxInt)};
    value = *next;
  }
  return {value, {}};
}

Parsed<double> parse_number(std::string_view text) {
  const std::string plain = without_underscores(text);
  double value = 0;
  const auto [stop, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error == std::errc::result_out_of_range) {
    return {std::numeric_limits<double>::max(), "larger than the largest number"};
  }
  return {value, {}};
}

Parsed<double> parse_percent(std::string_view text) {
  if (!text.empty() && text.back() == '%') text.remove_suffix(1);
  return parse_number(text);
}

Parsed<Millis> parse_duration(std::string_view text) {
  Millis total = 0;
  while (!text.empty()) {
    const int64_t count = take_digits(text);
    const std::string_view unit = take_letters(text);
    const std::optional<int64_t> sum = multiply_add(count, unit_ms(unit), total);
    if (!sum || *sum > kMaxLength) return {kMaxLength, "longer than the calendar has years"};
    if (unit.empty()) break;
    total = *sum;
  }
  return {total, {}};
}

Parsed<int64_t> parse_calendar(std::string_view text) {
  int64_t months = 0;
  while (!text.empty()) {
    const int64_t count = take_digits(text);
    const std::string_view unit = take_letters(text);
    const std::optional<int64_t> sum = multiply_add(count, unit == "y" ? 12 : 1, months);
    if (!sum || *sum > kMaxMonths) return {kMaxMonths, "longer than the calendar has years"};
    if (unit.empty()) break;
    months = *sum;
  }
  return {months, {}};
}

Parsed<Millis> parse_clock(std::string_view text) {
  const size_t colon = text.find(':');
  std::string_view hours = text.substr(0, colon);
  const int64_t hour = take_digits(hours);
  const int minute = colon == std::string_view::npos ? 0 : two_digits(text, colon + 1);
  if (hour > 23) return {kMillisPerDay - kMillisPerMinute, "the hours of a day go from 00 to 23"};
  if (minute > 59) return {hour * kMillisPerHour, "the minutes of an hour go from 00 to 59"};
  return {hour * kMillisPerHour + minute * kMillisPerMinute, {}};
}

int64_t days_from_civil(int64_t year, int month, int day) {
  // Years that begin in March: the leap day is the last of its year.
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

Parsed<int64_t> parse_date(std::string_view text) {
  std::string_view years = text.substr(0, 4);
  const int64_t year = take_digits(years);
  const int month = two_digits(text, 5);
  const int day = two_digits(text, 8);
  if (year < 1) return {days_from_civil(1, 1, 1), "years go from 0001 to 9999"};
  if (month < 1 || month > 12) return {days_from_civil(year, 1, 1), "the months go from 01 to 12"};
  const int last = days_in_month(year, month);
  if (day < 1 || day > last) {
    return {days_from_civil(year, month, day < 1 ? 1 : last), fmt::format("this month has {} days", last)};
  }
  return {days_from_civil(year, month, day), {}};
}

Parsed<Moment> parse_time(std::string_view text) {
  Parsed<Moment> result;
  const Parsed<int64_t> date = parse_date(text.substr(0, 10));
  result.fault = date.fault;
  text.remove_prefix(std::min<size_t>(10, text.size()));
  while (!text.empty() && (text.front() == ' ' || text.front() == 'T')) text.remove_prefix(1);
  const size_t colon = text.find(':');
  const size_t clock_size = colon == std::string_view::npos ? text.size() : std::min(colon + 3, text.size());
  const Parsed<Millis> clock = parse_clock(text.substr(0, clock_size));
  if (result.fault.empty()) result.fault = clock.fault;
  result.value.local_ms = date.value * kMillisPerDay + clock.value;
  text.remove_prefix(clock_size);

  if (!text.empty() && text.front() == ':') {
    const int second = two_digits(text, 1);
    if (second > 59 && result.fault.empty()) result.fault = "the seconds of a minute go from 00 to 59";
    result.value.local_ms += std::min(second, 59) * kMillisPerSecond;
    text.remove_prefix(std::min<size_t>(3, text.size()));
  }
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    // Three digits count, more are finer than Wend's time.
    for (Millis weight = 100; !text.empty() && is_digit(text.front()); weight /= 10) {
      result.value.local_ms += (text.front() - '0') * weight;
      text.remove_prefix(1);
    }
  }
  if (text.empty()) return result;
  result.value.has_offset = true;
  if (text.front() == 'Z') return result;
  const Millis sign = text.front() == '-' ? -1 : 1;
  const int hours = two_digits(text, 1);
  const int minutes = two_digits(text, 4);
  if ((hours > 18 || minutes > 59) && result.fault.empty()) result.fault = "offsets go from -18:00 to +18:00";
  result.value.offset_ms =
      sign * (std::min(hours, 18) * kMillisPerHour + std::min(minutes, 59) * kMillisPerMinute);
  return result;
}

std::optional<std::string> corrected_length(std::string_view text) {
  Millis fixed_ms = 0;
  std::string calendar;
  while (!text.empty()) {
    size_t digits = 0;
    while (digits < text.size() && (is_digit(text[digits]) || text[digits] == '.' || text[digits] == '_'))
      ++digits;
    if (digits == 0) return std::nullopt;
    const std::string_view number = text.substr(0, digits);
    text.remove_prefix(digits);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    const std::string_view unit = unit_of_word(take_letters(text));
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (unit.empty()) return std::nullopt;
    const double count = parse_number(number).value;
    if (unit == "mo" || unit == "y") {
      if (count != static_cast<double>(static_cast<int64_t>(count)) || count > 9999) return std::nullopt;
      calendar += fmt::format("{}{}", static_cast<int64_t>(count), unit);
      continue;
    }
    const double length = count * static_cast<double>(unit_ms(unit));
    if (length > 1e14) return std::nullopt;
    fixed_ms += static_cast<Millis>(length + 0.5);
  }
  if (!calendar.empty()) return fixed_ms == 0 ? std::optional(calendar) : std::nullopt;
  return length_text(fixed_ms);
}

bool is_unit_word(std::string_view text) { return text.size() > 2 && !unit_of_word(text).empty(); }

DecodedString decode_string(std::string_view token) {
  DecodedString result;
  if (token.size() < 2) return result;
  const size_t end = token.size() - 1;
  result.text.reserve(token.size());
  result.map.reserve(token.size());
  const auto add = [&result](char c, size_t from) {
    result.text += c;
    result.map.push_back(static_cast<uint32_t>(from));
  };
  for (size_t i = 1; i < end;) {
    if (token[i] != '\\' || i + 1 >= end) {
      add(token[i], i);
      ++i;
      continue;
    }
    const char escape = token[i + 1];
    if (escape == 'n' || escape == 't' || escape == '"' || escape == '\\') {
      add(escape == 'n' ? '\n' : escape == 't' ? '\t' : escape, i);
      i += 2;
      continue;
    }
    if (escape == 'u') {
      if (const auto unicode = read_unicode_escape(token.substr(i + 2, end - i - 2))) {
        append_utf8(unicode->point, result.text);
        result.map.resize(result.text.size(), static_cast<uint32_t>(i));
        i += 2 + unicode->size;
        continue;
      }
    }
    // The whole code point belongs to the fault.
    size_t stop = i + 2;
    while (stop < end && (static_cast<unsigned char>(token[stop]) & 0xC0) == 0x80) ++stop;
    result.bad_escapes.push_back({static_cast<uint32_t>(i), static_cast<uint32_t>(stop)});
    for (; i < stop; ++i) add(token[i], i);
  }
  result.map.push_back(static_cast<uint32_t>(end));
  return result;
}

DecodedString decode_triple(std::string_view token) {
  DecodedString result;
  if (token.size() < 6) return result;
  const size_t end = token.size() - 3;
  struct Line {
    size_t begin;
    size_t end;  // without its line end
    bool blank;
  };
  std::vector<Line> lines;
  for (size_t begin = 3;;) {
    size_t stop = begin;
    bool blank = true;
    for (; stop < end && token[stop] != '\n'; ++stop) {
      blank = blank && (token[stop] == ' ' || token[stop] == '\t' || token[stop] == '\r');
    }
    const bool last = stop >= end;
    size_t text_end = stop;
    if (!last && text_end > begin && token[text_end - 1] == '\r') --text_end;
    lines.push_back({begin, text_end, blank});
    if (last) break;
    begin = stop + 1;
  }
  const bool opens_line = lines.size() > 1 && lines.front().blank;
  const bool closes_line = lines.size() > 1 && lines.back().blank;
  const size_t first = opens_line ? 1 : 0;
  const size_t count = lines.size() - (closes_line && lines.size() > first ? 1 : 0);

  // The text behind the opening quotes has no indentation of its own.
  size_t indent = std::string_view::npos;
  for (size_t i = std::max<size_t>(first, 1); i < count; ++i) {
    if (lines[i].blank) continue;
    size_t n = 0;
    while (token[lines[i].begin + n] == ' ' || token[lines[i].begin + n] == '\t') ++n;
    indent = std::min(indent, n);
  }
  if (indent == std::string_view::npos) indent = 0;

  for (size_t i = first; i < count; ++i) {
    const Line& line = lines[i];
    size_t from = line.begin;
    if (i > 0) from = std::min(line.end, line.begin + indent);
    if (line.blank && lines.size() > 1) from = line.end;
    for (size_t at = from; at < line.end; ++at) {
      result.text += token[at];
      result.map.push_back(static_cast<uint32_t>(at));
    }
    if (i + 1 < count) {
      result.text += '\n';
      result.map.push_back(static_cast<uint32_t>(line.end));
    }
  }
  result.map.push_back(static_cast<uint32_t>(end));
  return result;
}

}  // namespace wend::literals

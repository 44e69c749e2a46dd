#include "vm/core/posix_tz.h"

#include "vm/core/time_zone.h"

namespace wend {
namespace {

class RuleParser {
 public:
  explicit RuleParser(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  bool accept(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // "CET" or "<+1030>".
  bool name(std::string& out) {
    const bool quoted = accept('<');
    while (!done() && (quoted ? text_[at_] != '>' : is_letter(text_[at_]))) out.push_back(text_[at_++]);
    return !out.empty() && (!quoted || accept('>'));
  }

  bool number(int& out, int max) {
    const size_t start = at_;
    out = 0;
    while (!done() && text_[at_] >= '0' && text_[at_] <= '9' && out <= max)
      out = out * 10 + (text_[at_++] - '0');
    return at_ > start && out <= max;
  }

  // [+-]h[:m[:s]]
  bool time(Millis& out) {
    const bool negative = accept('-');
    if (!negative) accept('+');
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    if (!number(hours, 167)) return false;
    if (accept(':') && !number(minutes, 59)) return false;
    if (minutes >= 0 && accept(':') && !number(seconds, 59)) return false;
    out = hours * kMillisPerHour + minutes * kMillisPerMinute + seconds * kMillisPerSecond;
    if (negative) out = -out;
    return true;
  }

  bool change(PosixChange& out) {
    if (accept('M')) {
      out.form = PosixChange::Form::kMonthWeekday;
      if (!number(out.month, 12) || !accept('.') || !number(out.week, 5) || !accept('.')) return false;
      if (!number(out.weekday, 6) || out.month == 0 || out.week == 0) return false;
    } else if (accept('J')) {
      out.form = PosixChange::Form::kJulian;
      if (!number(out.day, 365) || out.day == 0) return false;
    } else {
      out.form = PosixChange::Form::kZeroBased;
      if (!number(out.day, 365)) return false;
    }
    return !accept('/') || time(out.at_ms);
  }

 private:
  static bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

  std::string_view text_;
  size_t at_ = 0;
};

int64_t change_day(const PosixChange& change, int64_t year) {
  const int64_t new_year = days_from_civil({year, 1, 1});
  switch (change.form) {
    case PosixChange::Form::kMonthWeekday: {
      const int64_t first = days_from_civil({year, change.month, 1});
      const int wanted = (change.weekday + 6) % 7;  // 0 Monday, as weekday_of_days counts
      int64_t day = first + (wanted - weekday_of_days(first) + 7) % 7 + 7 * (change.week - 1);
      while (civil_from_days(day).month != change.month) day -= 7;
      return day;
    }
    case PosixChange::Form::kJulian: {
      const bool after_february = change.day >= 60 && civil_exists({year, 2, 29});
      return new_year + change.day - 1 + (after_february ? 1 : 0);
    }
    case PosixChange::Form::kZeroBased:
      break;
  }
  return new_year + change.day;
}

}  // namespace

std::optional<PosixRule> parse_posix_rule(std::string_view text) {
  RuleParser parser(text);
  PosixRule rule;
  Millis west = 0;
  if (!parser.name(rule.standard_name) || !parser.time(west)) return std::nullopt;
  rule.standard_offset_ms = -west;
  if (parser.done()) return rule;
  rule.has_daylight = true;
  if (!parser.name(rule.daylight_name)) return std::nullopt;
  rule.daylight_offset_ms = rule.standard_offset_ms + kMillisPerHour;
  if (!parser.accept(',')) {
    if (!parser.time(west)) return std::nullopt;
    rule.daylight_offset_ms = -west;
    if (!parser.accept(',')) return std::nullopt;
  }
  if (!parser.change(rule.to_daylight) || !parser.accept(',') || !parser.change(rule.to_standard)) {
    return std::nullopt;
  }
  if (!parser.done()) return std::nullopt;
  return rule;
}

Millis to_daylight_ms(const PosixRule& rule, int64_t year) {
  return change_day(rule.to_daylight, year) * kMillisPerDay + rule.to_daylight.at_ms -
         rule.standard_offset_ms;
}

Millis to_standard_ms(const PosixRule& rule, int64_t year) {
  return change_day(rule.to_standard, year) * kMillisPerDay + rule.to_standard.at_ms -
         rule.daylight_offset_ms;
}

}  // namespace wend

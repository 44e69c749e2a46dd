#ifndef WEND_COMPILER_SYNTAX_LITERALS_H_
#define WEND_COMPILER_SYNTAX_LITERALS_H_

// What literals mean: from the text of a token to its value. Pure functions over the texts that the lexer's
// rules let through; anything else is a fault of the caller, but never a crash. Any thread.
//
// A value out of range comes back clamped, with the reason in words; the caller reports it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/clock.h"

namespace wend::literals {

template <typename T>
struct Parsed {
  T value{};
  std::string fault;  // empty where the value is exactly what was written
};

// `42`, `1_000`; saturates at the largest int.
Parsed<int64_t> parse_int(std::string_view text);
// `3.14`, `1_000.5`, also without a point.
Parsed<double> parse_number(std::string_view text);
// `45%` is 45.0.
Parsed<double> parse_percent(std::string_view text);
// `1h30m` in ms; at most the span from year 1 to year 9999.
Parsed<Millis> parse_duration(std::string_view text);
// `1y6mo` in months.
Parsed<int64_t> parse_calendar(std::string_view text);
// `09:00` in ms of the day.
Parsed<Millis> parse_clock(std::string_view text);
// `2026-12-25` in days since 1970-01-01.
Parsed<int64_t> parse_date(std::string_view text);
struct Moment {
  Millis local_ms = 0;
  bool has_offset = false;
  Millis offset_ms = 0;
};
// `2026-12-25 09:00`, `2026-12-25T09:00:30.250+01:00`.
Parsed<Moment> parse_time(std::string_view text);

// Days since 1970-01-01 of a day of the Gregorian calendar.
int64_t days_from_civil(int64_t year, int month, int day);

// What someone meant by digits and letters that are no literal: `20min` is `20m`, `1.5h` is `1h30m`,
// `3days` is `3d`. nullopt where that cannot be told.
std::optional<std::string> corrected_length(std::string_view text);
// The text is the name of a unit: "minutes", "days".
bool is_unit_word(std::string_view text);

// A decoded string. `map[i]` is the offset in the token of the byte that text[i] came from; one entry more
// than the text has bytes.
struct DecodedString {
  std::string text;
  std::vector<uint32_t> map;
  struct Fault {
    uint32_t begin = 0;  // offsets in the token
    uint32_t end = 0;
  };
  std::vector<Fault> bad_escapes;
};
// The token with its quotes. Escapes: \n \t \" \\ \u{...}; an unknown one stays as written.
DecodedString decode_string(std::string_view token);
// The token with its triple quotes. No escapes. A line end right after the opening quotes and the last line,
// where it is blank, are left out; the indentation that all other lines share is stripped; CRLF becomes LF.
DecodedString decode_triple(std::string_view token);

}  // namespace wend::literals

#endif  // WEND_COMPILER_SYNTAX_LITERALS_H_

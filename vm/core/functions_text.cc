// Functions and filters that make text.
#include <string>

#include "vm/core/functions.h"
#include "vm/core/interpreter.h"
#include "vm/core/text_case.h"

namespace wend::functions {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// The first `count` characters.
std::string_view first_characters(std::string_view text, int64_t count) {
  size_t at = 0;
  while (at < text.size()) {
    const bool starts_character = (static_cast<uint8_t>(text[at]) & 0xC0U) != 0x80U;
    if (starts_character && count-- <= 0) break;
    ++at;
  }
  return text.substr(0, at);
}

// "caffè" cut to 4 with "..." is "c...". An ending that alone is too long still stands, as in Liquid.
Value truncate(std::string_view text, std::span<const Value> a, ScratchMemory& scratch) {
  int64_t most = 50;
  std::string_view ending = "...";
  if (a.size() > 1) {
    if (a[1].tag != Tag::kInt) return {};
    most = a[1].i > 0 ? a[1].i : 0;
  }
  if (a.size() > 2) {
    if (a[2].tag != Tag::kString) return {};
    ending = a[2].bytes();
  }
  const Value whole = Value::of_string(text);
  if (element_count(whole) <= most) return whole;
  const int64_t kept = most - element_count(Value::of_string(ending));
  return scratch.keep_two(Tag::kString, first_characters(text, kept > 0 ? kept : 0), ending);
}

std::string url_encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    const auto byte = static_cast<uint8_t>(c);
    if (plain) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      out.push_back('%');
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
  return out;
}

Value join(std::span<const Value> a, const FunctionEnvironment& environment) {
  if (a[0].tag != Tag::kList) return {};
  std::string_view between = " ";
  if (a.size() > 1) {
    if (a[1].tag != Tag::kString) return {};
    between = a[1].bytes();
  }
  std::string out;
  ListCursor cursor(a[0]);
  Value element;
  bool first = true;
  while (cursor.next(element)) {
    if (!first) out.append(between);
    first = false;
    append_text(out, element, *environment.zone);
    if (out.size() > environment.scratch->max_bytes()) break;
  }
  return environment.scratch->keep_string(out);
}

Value by_pattern(const Value& value, const Value& pattern, const FunctionEnvironment& environment) {
  if (pattern.tag != Tag::kString) return {};
  if (value.tag == Tag::kTime) {
    return environment.scratch->keep_string(format_pattern(*environment.zone, value.i, pattern.bytes()));
  }
  if (value.tag != Tag::kDate) return {};
  const Millis midnight = clamp_day(value.i) * kMillisPerDay;
  return environment.scratch->keep_string(format_pattern(utc_zone(), midnight, pattern.bytes()));
}

// Filters take the text of any single value, as templates print it; lists, records and missing are unusable.
bool text_for_filter(const Value& value, const FunctionEnvironment& environment, std::string& made,
                     std::string_view& text) {
  switch (value.tag) {
    case Tag::kMissing:
    case Tag::kList:
    case Tag::kRecord:
      return false;
    case Tag::kString:
      text = value.bytes();
      return true;
    default:
      append_text(made, value, *environment.zone);
      text = made;
      return true;
  }
}

Value text_filter(Function function, std::span<const Value> a, const FunctionEnvironment& environment) {
  std::string made;
  std::string_view text;
  if (!text_for_filter(a[0], environment, made, text)) return {};
  ScratchMemory& scratch = *environment.scratch;
  // What `made` holds must move to memory that stays.
  if (!made.empty()) {
    const Value kept = scratch.keep_string(made);
    if (kept.missing()) return {};
    text = kept.bytes();
  }
  std::string out;
  switch (function) {
    case Function::kFilterUpcase:
      append_upper(out, text);
      break;
    case Function::kFilterDowncase:
      append_lower(out, text);
      break;
    case Function::kFilterCapitalize: {
      const std::string_view head = first_characters(text, 1);
      append_upper(out, head);
      append_lower(out, text.substr(head.size()));
      break;
    }
    case Function::kFilterStrip:
      return Value::of_string(trimmed(text));
    case Function::kFilterTruncate:
      return truncate(text, a, scratch);
    case Function::kFilterUrlEncode:
      out = url_encoded(text);
      break;
    default:
      append_html_escaped(out, text);
      break;
  }
  return scratch.keep_string(out);
}

}  // namespace

Value call_text(Function function, std::span<const Value> a, const FunctionEnvironment& environment) {
  std::string out;
  switch (function) {
    case Function::kLower:
    case Function::kUpper:
      if (a[0].tag != Tag::kString) return {};
      if (function == Function::kLower) {
        append_lower(out, a[0].bytes());
      } else {
        append_upper(out, a[0].bytes());
      }
      return environment.scratch->keep_string(out);
    case Function::kTrim:
      return a[0].tag == Tag::kString ? Value::of_string(trimmed(a[0].bytes())) : Value();
    case Function::kFilterJoin:
      return join(a, environment);
    case Function::kFilterDate:
      return by_pattern(a[0], a[1], environment);
    default:
      return text_filter(function, a, environment);
  }
}

}  // namespace wend::functions

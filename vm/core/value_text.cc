// How values print in templates and traces.
#include <charconv>
#include <cmath>

#include "vm/core/interpreter.h"

namespace wend {
namespace {

void append_number(std::string& out, double number) {
  if (number == 0) {
    out.push_back('0');  // -0 is 0
    return;
  }
  // Plain digits for the sizes that people write, exponents beyond; both in the shortest form that reads
  // back.
  const double size = std::fabs(number);
  const auto format = size >= 1e-6 && size < 1e21 ? std::chars_format::fixed : std::chars_format::scientific;
  char buffer[400];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), number, format);
  if (error == std::errc()) out.append(buffer, static_cast<size_t>(end - buffer));
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out.append("\\n");
    } else if (byte < 0x20) {
      out.append("\\u00");
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_scalar(std::string& out, const Value& value, const Zone& zone) {
  switch (value.tag) {
    case Tag::kBool:
      out.append(value.i != 0 ? "true" : "false");
      return;
    case Tag::kInt:
      out.append(std::to_string(value.i));
      return;
    case Tag::kNumber:
      append_number(out, value.d);
      return;
    case Tag::kString:
      out.append(value.bytes());
      return;
    case Tag::kDuration:
      out.append(format_duration(value.i));
      return;
    case Tag::kCalendar:
      out.append(value.i != 0 && value.i % 12 == 0 ? std::to_string(value.i / 12) + "y"
                                                   : std::to_string(value.i) + "mo");
      return;
    case Tag::kTime:
      out.append(format_rfc3339_in(zone, value.i));
      return;
    case Tag::kDate:
      out.append(format_date(value.i));
      return;
    case Tag::kClock:
      out.append(format_clock(value.i));
      return;
    case Tag::kPercent:
      append_number(out, value.d);
      out.push_back('%');
      return;
    default:
      return;
  }
}

void append_json(std::string& out, const Value& value, const Zone& zone, int depth) {
  if (depth == 0) return;
  Value element;
  const char* separator = "";
  switch (value.tag) {
    case Tag::kMissing:
      out.append("null");
      return;
    case Tag::kBool:
    case Tag::kInt:
    case Tag::kNumber:
      append_scalar(out, value, zone);
      return;
    case Tag::kList: {
      out.push_back('[');
      ListCursor cursor(value);
      while (cursor.next(element)) {
        out.append(separator);
        append_json(out, element, zone, depth - 1);
        separator = ",";
      }
      out.push_back(']');
      return;
    }
    case Tag::kRecord: {
      out.push_back('{');
      RecordCursor cursor(value);
      std::string_view key;
      while (cursor.next(key, element)) {
        out.append(separator);
        append_json_string(out, key);
        out.push_back(':');
        append_json(out, element, zone, depth - 1);
        separator = ",";
      }
      out.push_back('}');
      return;
    }
    default: {
      std::string text;
      append_scalar(text, value, zone);
      append_json_string(out, text);
    }
  }
}

void append_at_depth(std::string& out, const Value& value, const Zone& zone, int depth) {
  if (depth == 0) return;
  if (value.tag == Tag::kRecord) {
    append_json(out, value, zone, depth);
  } else if (value.tag == Tag::kList) {
    ListCursor cursor(value);
    Value element;
    while (cursor.next(element)) append_at_depth(out, element, zone, depth - 1);
  } else {
    append_scalar(out, value, zone);
  }
}

}  // namespace

void append_text(std::string& out, const Value& value, const Zone& zone) {
  append_at_depth(out, value, zone, kMaxValueDepth);
}

}  // namespace wend

#include "tests/oracle/value.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace wend::oracle {

Value of(Type type, int64_t i) {
  Value v;
  v.type = type;
  v.i = i;
  return v;
}
Value of_bool(bool b) { return of(Type::kBool, b ? 1 : 0); }
Value of_int(int64_t n) { return of(Type::kInt, n); }
Value of_number(double d) {
  Value v;
  if (!std::isfinite(d)) return v;
  v.type = Type::kNumber;
  v.d = d;
  return v;
}
Value of_string(std::string s) {
  Value v;
  v.type = Type::kString;
  v.s = std::move(s);
  return v;
}
Value of_list(std::vector<Value> items) {
  Value v;
  v.type = Type::kList;
  v.list = std::move(items);
  return v;
}

bool equal(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) {
    if (a.is(Type::kInt) && b.is(Type::kInt)) return a.i == b.i;
    return a.as_double() == b.as_double();
  }
  if (a.type != b.type) return false;
  switch (a.type) {
    case Type::kMissing:
      return true;
    case Type::kString:
      return a.s == b.s;
    case Type::kPercent:
      return a.d == b.d;
    case Type::kList:
      if (a.list.size() != b.list.size()) return false;
      for (size_t k = 0; k < a.list.size(); ++k) {
        if (!equal(a.list[k], b.list[k])) return false;
      }
      return true;
    case Type::kRecord:
      if (a.record.size() != b.record.size()) return false;
      for (const auto& [key, value] : a.record) {
        if (!equal(value, member(b, key))) return false;
      }
      return true;
    default:
      return a.i == b.i;
  }
}

std::optional<int> order(const Value& a, const Value& b) {
  const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : (y < x ? 1 : 0); };
  if (a.is_number() && b.is_number()) {
    if (a.is(Type::kInt) && b.is(Type::kInt)) return sign(a.i, b.i);
    return sign(a.as_double(), b.as_double());
  }
  if (a.type != b.type) return std::nullopt;
  switch (a.type) {
    case Type::kString:
      return sign(a.s, b.s);
    case Type::kPercent:
      return sign(a.d, b.d);
    case Type::kDuration:
    case Type::kCalendar:
    case Type::kTime:
    case Type::kDate:
    case Type::kClock:
      return sign(a.i, b.i);
    default:
      return std::nullopt;
  }
}

int64_t characters(std::string_view text) {
  int64_t count = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
  }
  return count;
}

Value member(const Value& value, std::string_view key) {
  if (value.is(Type::kRecord)) {
    for (const auto& [name, field] : value.record) {
      if (name == key) return field;
    }
    return key == "size" ? of_int(static_cast<int64_t>(value.record.size())) : Value();
  }
  if (key == "size") {
    if (value.is(Type::kList)) return of_int(static_cast<int64_t>(value.list.size()));
    if (value.is(Type::kString)) return of_int(characters(value.s));
  }
  if (!value.is(Type::kList)) return {};
  std::vector<Value> items;
  for (const Value& item : value.list) items.push_back(member(item, key));
  return of_list(std::move(items));
}

Value element(const Value& list, int64_t index) {
  if (!list.is(Type::kList)) return {};
  const auto size = static_cast<int64_t>(list.list.size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return {};
  return list.list[static_cast<size_t>(index)];
}

int64_t saturated_add(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}

int64_t saturated_mul(int64_t a, int64_t b) {
  int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a < 0) != (b < 0) ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}

namespace {

std::string number_text(double d) {
  if (d == 0) return "0";
  const double size = std::fabs(d);
  char buffer[400];
  const auto format = size >= 1e-6 && size < 1e21 ? std::chars_format::fixed : std::chars_format::scientific;
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), d, format);
  return error == std::errc() ? std::string(buffer, end) : std::string();
}

std::string duration_text(int64_t ms) {
  std::string text = ms < 0 ? "-" : "";
  int64_t left = ms < 0 ? -ms : ms;
  const std::pair<const char*, int64_t> units[] = {{"d", kMillisPerDay},
                                                   {"h", kMillisPerHour},
                                                   {"m", kMillisPerMinute},
                                                   {"s", kMillisPerSecond},
                                                   {"ms", 1}};
  for (const auto& [name, size] : units) {
    if (left / size == 0) continue;
    text += std::to_string(left / size) + name;
    left %= size;
  }
  return text.empty() || text == "-" ? "0s" : text;
}

}  // namespace

std::string text_of(const Value& value, const LocalZone& zone) {
  switch (value.type) {
    case Type::kMissing:
      return "";
    case Type::kBool:
      return value.i != 0 ? "true" : "false";
    case Type::kInt:
      return std::to_string(value.i);
    case Type::kNumber:
      return number_text(value.d);
    case Type::kString:
      return value.s;
    case Type::kDuration:
      return duration_text(value.i);
    case Type::kCalendar:
      return value.i != 0 && value.i % 12 == 0 ? std::to_string(value.i / 12) + "y"
                                               : std::to_string(value.i) + "mo";
    case Type::kTime:
      return rfc3339(zone, value.i);
    case Type::kDate:
      return date_text(value.i);
    case Type::kClock:
      return clock_text(value.i);
    case Type::kPercent:
      return number_text(value.d) + "%";
    case Type::kList: {
      std::string text;  // as Liquid does: one after the other
      for (const Value& item : value.list) text += text_of(item, zone);
      return text;
    }
    case Type::kRecord: {
      std::string text = "{";
      for (const auto& [key, field] : value.record) {
        if (text.size() > 1) text += ",";
        text += "\"" + key + "\":" +
                (field.missing()           ? "null"
                 : field.is(Type::kString) ? "\"" + field.s + "\""
                                           : text_of(field, zone));
      }
      return text + "}";
    }
  }
  return "";
}

}  // namespace wend::oracle

#ifndef WEND_VM_CORE_VALUE_OPS_H_
#define WEND_VM_CORE_VALUE_OPS_H_

// What the operators of the language make of two values; what they have no use for gives missing. Internal to
// the VM, and inline because the interpreter's loop lives on them. Pure functions; any thread.

#include <cstdint>
#include <initializer_list>

#include "vm/core/value.h"

namespace wend {

constexpr uint32_t mask_of(std::initializer_list<Tag> tags) {
  uint32_t mask = 0;
  for (const Tag tag : tags) mask |= 1U << static_cast<uint32_t>(tag);
  return mask;
}
constexpr uint32_t kIntLike =
    mask_of({Tag::kBool, Tag::kInt, Tag::kDuration, Tag::kCalendar, Tag::kTime, Tag::kDate, Tag::kClock});
constexpr uint32_t kLengths = mask_of({Tag::kInt, Tag::kDuration, Tag::kCalendar});
inline bool has_tag(const Value& value, uint32_t mask) {
  return (mask >> static_cast<uint32_t>(value.tag) & 1U) != 0;
}

// Both as doubles where both are numbers; whole numbers widen.
[[gnu::always_inline]] inline bool numbers(const Value& b, const Value& c, double& x, double& y) {
  if (b.tag == Tag::kNumber && c.tag == Tag::kNumber) [[likely]] {
    x = b.d;
    y = c.d;
    return true;
  }
  if ((b.tag != Tag::kNumber && b.tag != Tag::kInt) || (c.tag != Tag::kNumber && c.tag != Tag::kInt))
    return false;
  x = b.tag == Tag::kInt ? static_cast<double>(b.i) : b.d;
  y = c.tag == Tag::kInt ? static_cast<double>(c.i) : c.d;
  return true;
}
// The same for comparisons, which two percents have, too.
[[gnu::always_inline]] inline bool comparable_numbers(const Value& b, const Value& c, double& x, double& y) {
  if (numbers(b, c, x, y)) [[likely]]
    return true;
  x = b.d;
  y = c.d;
  return b.tag == Tag::kPercent && c.tag == Tag::kPercent;
}
inline bool comparable_ints(const Value& b, const Value& c) { return b.tag == c.tag && has_tag(b, kIntLike); }
inline bool both(const Value& b, const Value& c, Tag tag) { return b.tag == tag && c.tag == tag; }
inline bool is_false(const Value& value) { return value.tag == Tag::kBool && value.i == 0; }

inline Value kleene_and(const Value& b, const Value& c) {
  if (is_false(b) || is_false(c)) return Value::of_bool(false);
  return b.is_true() && c.is_true() ? Value::of_bool(true) : Value();
}
inline Value kleene_or(const Value& b, const Value& c) {
  if (b.is_true() || c.is_true()) return Value::of_bool(true);
  return is_false(b) && is_false(c) ? Value::of_bool(false) : Value();
}

inline Value mul_int(const Value& b, const Value& c, uint64_t& saturations) {
  const bool b_is_count = b.tag == Tag::kInt;
  const Value& length = b_is_count ? c : b;
  if ((!b_is_count && c.tag != Tag::kInt) || !has_tag(length, kLengths)) return {};
  return Value::of_int_like(length.tag, saturating_mul(b.i, c.i, saturations));
}

inline Value scale_duration(const Value& b, const Value& c, bool divide, uint64_t& saturations) {
  if (b.tag != Tag::kDuration || (c.tag != Tag::kNumber && c.tag != Tag::kInt)) return {};
  const double factor = c.tag == Tag::kInt ? static_cast<double>(c.i) : c.d;
  if (divide && factor == 0) return {};
  const Value exact =
      Value::of_number(divide ? static_cast<double>(b.i) / factor : static_cast<double>(b.i) * factor);
  return exact.missing() ? Value() : Value::of_duration(saturating_round(exact.d, saturations));
}

inline Value as_type(const Value& value, Tag tag) {
  if (value.tag == tag) return value;
  if (value.tag == Tag::kInt && tag == Tag::kNumber) return Value::of_number(static_cast<double>(value.i));
  if (value.tag != Tag::kString) return {};
  std::optional<int64_t> parsed;
  switch (tag) {
    case Tag::kTime:
      parsed = parse_rfc3339(value.bytes());
      break;
    case Tag::kDate:
      parsed = parse_date(value.bytes());
      break;
    case Tag::kDuration:
      parsed = parse_duration(value.bytes());
      break;
    default:
      break;
  }
  return parsed.has_value() ? Value::of_int_like(tag, *parsed) : Value();
}

inline Value is_element(const Value& element, const Value& list) {
  if (element.missing() || list.tag != Tag::kList) return {};
  ListCursor cursor(list);
  Value candidate;
  while (cursor.next(candidate)) {
    if (values_equal(candidate, element)) return Value::of_bool(true);
  }
  return Value::of_bool(false);
}

inline Value contains(const Value& whole, const Value& part) {
  if (whole.tag == Tag::kList) return is_element(part, whole);
  if (!both(whole, part, Tag::kString)) return {};
  return Value::of_bool(whole.bytes().find(part.bytes()) != std::string_view::npos);
}

}  // namespace wend

#endif  // WEND_VM_CORE_VALUE_OPS_H_

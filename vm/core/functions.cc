// The table of functions, those on numbers, lists and any value, and the dispatch to the others.
#include "vm/core/functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vm/base/hash.h"

namespace wend {
namespace {

constexpr FunctionRow kRows[] = {
#define WEND_FUNCTION(number, enumerator, name, min_args, max_args, kind, signature, doc) \
  {Function::k##enumerator, name, min_args, max_args, FunctionKind::k##kind, signature, doc},
#include "vm/core/functions.def"
#undef WEND_FUNCTION
};

// Position in kRows by number, or -1.
constexpr std::array<int16_t, 256> make_row_index() {
  std::array<int16_t, 256> index{};
  for (int16_t& position : index) position = -1;
  int16_t position = 0;
  for (const FunctionRow& row : kRows) index[static_cast<size_t>(row.function)] = position++;
  return index;
}
constexpr std::array<int16_t, 256> kRowIndex = make_row_index();

bool is_numeric(const Value& value) { return value.tag == Tag::kInt || value.tag == Tag::kNumber; }
double as_number(const Value& value) {
  return value.tag == Tag::kInt ? static_cast<double>(value.i) : value.d;
}
bool is_ordered(Tag tag) { return tag != Tag::kMissing && tag != Tag::kList && tag != Tag::kRecord; }

// Negative, zero, positive; nothing where the two have no order.
std::optional<int> compare(const Value& a, const Value& b) {
  const auto order = [](auto x, auto y) { return x < y ? -1 : (y < x ? 1 : 0); };
  if (a.tag != b.tag) {
    if (!is_numeric(a) || !is_numeric(b)) return std::nullopt;
    return order(as_number(a), as_number(b));
  }
  if (!is_ordered(a.tag)) return std::nullopt;
  if (a.tag == Tag::kString) return order(a.bytes(), b.bytes());
  if (a.tag == Tag::kNumber || a.tag == Tag::kPercent) return order(a.d, b.d);
  return order(a.i, b.i);
}

Value widened(const Value& value, bool to_number) {
  return to_number && value.tag == Tag::kInt ? Value::of_number(static_cast<double>(value.i)) : value;
}

// The smallest (sign -1) or largest (sign 1) so far; a mixture of int and number gives a number.
struct Extreme {
  int sign;
  Value best;
  bool unusable = false;
  bool any_number = false;

  void add(const Value& value) {
    any_number = any_number || value.tag == Tag::kNumber;
    if (best.missing()) {
      best = value;
      unusable = unusable || !is_ordered(value.tag);
      return;
    }
    const std::optional<int> order = compare(value, best);
    if (!order.has_value()) {
      unusable = true;
    } else if (*order * sign > 0) {
      best = value;
    }
  }
  Value result() const { return unusable ? Value() : widened(best, any_number); }
};

Value extreme(std::span<const Value> arguments, int sign) {
  Extreme extreme{sign, {}};
  if (arguments.size() == 1 && arguments[0].tag == Tag::kList) {
    ListCursor cursor(arguments[0]);
    Value element;
    while (cursor.next(element)) {
      if (!element.missing()) extreme.add(element);
    }
    return extreme.result();
  }
  for (const Value& argument : arguments) {
    if (argument.missing()) return {};
    extreme.add(argument);
  }
  return extreme.result();
}

Value clamp_between(const Value& value, const Value& low, const Value& high) {
  const std::optional<int> span = compare(low, high);
  const std::optional<int> below = compare(value, low);
  const std::optional<int> above = compare(value, high);
  if (!span || !below || !above || *span > 0) return {};
  const bool number = value.tag == Tag::kNumber || low.tag == Tag::kNumber || high.tag == Tag::kNumber;
  return widened(*below < 0 ? low : (*above > 0 ? high : value), number);
}

Value round_to(std::span<const Value> arguments) {
  const Value& value = arguments[0];
  if (!is_numeric(value)) return {};
  int64_t decimals = 0;
  if (arguments.size() > 1) {
    if (arguments[1].tag != Tag::kInt) return {};
    decimals = std::clamp<int64_t>(arguments[1].i, -18, 18);
  }
  if (value.tag == Tag::kInt && decimals >= 0) return value;
  const double scale = std::pow(10.0, static_cast<double>(decimals < 0 ? -decimals : decimals));
  const double number = as_number(value);
  const double scaled = decimals < 0 ? number / scale : number * scale;
  // So large that it has no decimals.
  if (!std::isfinite(scaled)) return Value::of_number(number);
  return Value::of_number(decimals < 0 ? std::round(scaled) * scale : std::round(scaled) / scale);
}

Value absolute(const Value& value, uint64_t& saturations) {
  if (value.tag == Tag::kNumber) return Value::of_number(std::fabs(value.d));
  if (value.tag != Tag::kInt && value.tag != Tag::kDuration) return {};
  return Value::of_int_like(value.tag, value.i < 0 ? saturating_sub(0, value.i, saturations) : value.i);
}

Value modulo(const Value& a, const Value& b) {
  if (a.tag != Tag::kInt || b.tag != Tag::kInt || b.i == 0) return {};
  if (b.i == -1) return Value::of_int(0);  // INT64_MIN % -1 would overflow
  const int64_t rest = a.i % b.i;
  return Value::of_int(rest != 0 && (rest < 0) != (b.i < 0) ? rest + b.i : rest);
}

Value sum(const Value& list, uint64_t& saturations, int64_t& numbers) {
  numbers = 0;
  if (list.tag != Tag::kList) return {};
  int64_t whole = 0;
  double total = 0;
  bool any_number = false;
  ListCursor cursor(list);
  Value element;
  while (cursor.next(element)) {
    if (!is_numeric(element)) continue;
    ++numbers;
    total += as_number(element);
    if (element.tag == Tag::kInt) {
      whole = any_number ? 0 : saturating_add(whole, element.i, saturations);
    } else {
      any_number = true;
    }
  }
  return any_number ? Value::of_number(total) : Value::of_int(whole);
}

Value average(const Value& list, uint64_t& saturations) {
  int64_t numbers = 0;
  const Value total = sum(list, saturations, numbers);
  if (total.missing() || numbers == 0) return {};
  return Value::of_number(as_number(total) / static_cast<double>(numbers));
}

Value stable_hash(Value value) {
  if (value.missing()) return {};
  if ((value.tag == Tag::kNumber || value.tag == Tag::kPercent) && value.d == 0) value.d = 0;  // -0.0 is 0
  std::string encoded;
  encode_value(encoded, value);
  return Value::of_int(static_cast<int64_t>(hash64(encoded) >> 11));
}

// Equal values have equal keys; the reverse need not hold.
uint64_t equality_key(const Value& value) {
  switch (value.tag) {
    case Tag::kInt:
    case Tag::kNumber:
    case Tag::kPercent: {
      const double number = value.tag == Tag::kInt ? static_cast<double>(value.i) : value.d;
      return hash64({}, std::bit_cast<uint64_t>(number == 0 ? 0.0 : number));
    }
    case Tag::kString:
      return hash64(value.bytes());
    case Tag::kList:
    case Tag::kRecord:
      return hash64({}, static_cast<uint64_t>(element_count(value)));
    default:
      return hash64({}, static_cast<uint64_t>(value.i) ^ static_cast<uint64_t>(value.tag) << 56);
  }
}

Value any_of(const Value& a, const Value& b) {
  if (a.tag != Tag::kList || b.tag != Tag::kList) return {};
  const bool swapped = element_count(a) < element_count(b);
  const Value& larger = swapped ? b : a;
  std::vector<std::pair<uint64_t, Value>> wanted;
  ListCursor small(swapped ? a : b);
  Value element;
  while (small.next(element)) {
    if (!element.missing()) wanted.emplace_back(equality_key(element), element);
  }
  const auto by_key = [](const auto& x, const auto& y) { return x.first < y.first; };
  std::sort(wanted.begin(), wanted.end(), by_key);
  ListCursor large(larger);
  while (large.next(element)) {
    if (element.missing()) continue;
    const std::pair<uint64_t, Value> probe(equality_key(element), element);
    const auto [from, to] = std::equal_range(wanted.begin(), wanted.end(), probe, by_key);
    for (auto candidate = from; candidate != to; ++candidate) {
      if (values_equal(candidate->second, element)) return Value::of_bool(true);
    }
  }
  return Value::of_bool(false);
}

Value to_whole(double number, uint64_t& saturations) {
  return Value::of_int(saturating_round(number, saturations));
}

// `plus`, `minus`, `times`, `divided_by`: whole numbers stay whole.
Value filter_arithmetic(Function function, const Value& a, const Value& b, uint64_t& saturations) {
  if (!is_numeric(a) || !is_numeric(b)) return {};
  const bool whole = a.tag == Tag::kInt && b.tag == Tag::kInt;
  switch (function) {
    case Function::kFilterPlus:
      return whole ? Value::of_int(saturating_add(a.i, b.i, saturations))
                   : Value::of_number(as_number(a) + as_number(b));
    case Function::kFilterMinus:
      return whole ? Value::of_int(saturating_sub(a.i, b.i, saturations))
                   : Value::of_number(as_number(a) - as_number(b));
    case Function::kFilterTimes:
      return whole ? Value::of_int(saturating_mul(a.i, b.i, saturations))
                   : Value::of_number(as_number(a) * as_number(b));
    default:
      break;
  }
  if (as_number(b) == 0) return {};
  if (!whole) return Value::of_number(as_number(a) / as_number(b));
  if (b.i == -1) return Value::of_int(saturating_sub(0, a.i, saturations));
  const int64_t quotient = a.i / b.i;
  return Value::of_int(a.i % b.i != 0 && (a.i < 0) != (b.i < 0) ? quotient - 1 : quotient);
}

bool empty_for_default(const Value& value) {
  switch (value.tag) {
    case Tag::kMissing:
      return true;
    case Tag::kBool:
      return value.i == 0;
    case Tag::kString:
      return value.size == 0;
    case Tag::kList:
    case Tag::kRecord:
      return element_count(value) == 0;
    default:
      return false;
  }
}

}  // namespace

std::span<const FunctionRow> function_rows() { return kRows; }

const FunctionRow* find_function(uint8_t number) {
  return kRowIndex[number] < 0 ? nullptr : &kRows[kRowIndex[number]];
}

const FunctionRow* find_language_function(std::string_view name) {
  for (const FunctionRow& row : kRows) {
    const bool callable = row.kind == FunctionKind::kLanguage || row.kind == FunctionKind::kBoth;
    if (callable && row.name == name) return &row;
  }
  return nullptr;
}

const FunctionRow* find_filter(std::string_view name) {
  for (const FunctionRow& row : kRows) {
    const bool filter = row.kind == FunctionKind::kFilter || row.kind == FunctionKind::kBoth;
    if (filter && row.name == name) return &row;
  }
  return nullptr;
}

Millis clamp_instant(Millis instant_ms) { return std::clamp(instant_ms, kMinInstant, kMaxInstant); }

int64_t clamp_day(int64_t days) {
  return std::clamp(days, kMinInstant / kMillisPerDay, kMaxInstant / kMillisPerDay);
}

int64_t saturating_add(int64_t a, int64_t b, uint64_t& saturations) {
  int64_t result = 0;
  if (!__builtin_add_overflow(a, b, &result)) return result;
  ++saturations;
  return a < 0 ? INT64_MIN : INT64_MAX;
}

int64_t saturating_sub(int64_t a, int64_t b, uint64_t& saturations) {
  int64_t result = 0;
  if (!__builtin_sub_overflow(a, b, &result)) return result;
  ++saturations;
  return a < 0 ? INT64_MIN : INT64_MAX;
}

int64_t saturating_mul(int64_t a, int64_t b, uint64_t& saturations) {
  int64_t result = 0;
  if (!__builtin_mul_overflow(a, b, &result)) return result;
  ++saturations;
  return (a < 0) != (b < 0) ? INT64_MIN : INT64_MAX;
}

int64_t saturating_round(double number, uint64_t& saturations) {
  const double rounded = std::round(number);
  // 2^63 is the first double that does not fit; -2^63 fits.
  if (rounded >= 9223372036854775808.0) {
    ++saturations;
    return INT64_MAX;
  }
  if (rounded < -9223372036854775808.0) {
    ++saturations;
    return INT64_MIN;
  }
  return static_cast<int64_t>(rounded);
}

Millis add_to_instant(Millis instant_ms, Millis duration_ms, uint64_t& saturations) {
  uint64_t overflows = 0;
  const Millis exact = saturating_add(clamp_instant(instant_ms), duration_ms, overflows);
  const Millis result = clamp_instant(exact);
  if (result != exact) ++saturations;
  return result;
}

Value call_function(Function function, std::span<const Value> arguments,
                    const FunctionEnvironment& environment) {
  const Value& first = arguments[0];
  uint64_t& saturations = *environment.saturations;
  int64_t numbers = 0;
  switch (function) {
    case Function::kLength:
      return first.tag == Tag::kString || first.tag == Tag::kList ? Value::of_int(element_count(first))
                                                                  : Value();
    case Function::kFilterSize:
      return first.tag == Tag::kString || first.tag == Tag::kList || first.tag == Tag::kRecord
                 ? Value::of_int(element_count(first))
                 : Value();
    case Function::kRound:
      return round_to(arguments);
    case Function::kFloor:
      if (first.tag == Tag::kInt) return first;
      return first.tag == Tag::kNumber ? to_whole(std::floor(first.d), saturations) : Value();
    case Function::kCeil:
      if (first.tag == Tag::kInt) return first;
      return first.tag == Tag::kNumber ? to_whole(std::ceil(first.d), saturations) : Value();
    case Function::kAbs:
      return absolute(first, saturations);
    case Function::kMin:
      return extreme(arguments, -1);
    case Function::kMax:
      return extreme(arguments, 1);
    case Function::kClamp:
      return clamp_between(first, arguments[1], arguments[2]);
    case Function::kMod:
      return modulo(first, arguments[1]);
    case Function::kHash:
      return stable_hash(first);
    case Function::kSum:
      return sum(first, saturations, numbers);
    case Function::kAvg:
      return average(first, saturations);
    case Function::kAnyOf:
      return any_of(first, arguments[1]);
    case Function::kFilterDefault:
      return !empty_for_default(first) ? first : (arguments.size() > 1 ? arguments[1] : Value());
    case Function::kFilterFirst:
      return list_at(first, 0);
    case Function::kFilterLast:
      return list_at(first, -1);
    case Function::kFilterPlus:
    case Function::kFilterMinus:
    case Function::kFilterTimes:
    case Function::kFilterDividedBy:
      return filter_arithmetic(function, first, arguments[1], saturations);
    case Function::kWeekday:
    case Function::kMonth:
    case Function::kYear:
    case Function::kAddTimeMonths:
    case Function::kAddDateMonths:
    case Function::kAddDateDuration:
    case Function::kDateAt:
    case Function::kDateOfTime:
    case Function::kNextClock:
    case Function::kNextWeekday:
    case Function::kDayOfRun:
    case Function::kSpreadOver:
    case Function::kLocalTime:
    case Function::kSubDates:
    case Function::kNegateCalendar:
      return functions::call_time(function, arguments, environment);
    case Function::kLower:
    case Function::kUpper:
    case Function::kTrim:
    case Function::kFilterUpcase:
    case Function::kFilterDowncase:
    case Function::kFilterCapitalize:
    case Function::kFilterStrip:
    case Function::kFilterJoin:
    case Function::kFilterDate:
    case Function::kFilterTruncate:
    case Function::kFilterUrlEncode:
    case Function::kFilterEscape:
      return functions::call_text(function, arguments, environment);
  }
  return {};
}

}  // namespace wend

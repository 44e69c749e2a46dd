#ifndef WEND_TESTS_ORACLE_VALUE_H_
#define WEND_TESTS_ORACLE_VALUE_H_

// Values as the oracle holds them: one fat struct that owns everything. Nothing is clever here, so that what
// it does can be held against sections 2 and 4 of the language by reading.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/oracle/local_time.h"

namespace wend::oracle {

enum class Type : uint8_t {
  kMissing,
  kBool,
  kInt,
  kNumber,
  kString,
  kDuration,
  kCalendar,
  kTime,
  kDate,
  kClock,
  kPercent,
  kList,
  kRecord,
};

struct Value {
  Type type = Type::kMissing;
  int64_t i = 0;  // bool, int, duration (ms), calendar (months), time (ms), date (days), clock (ms)
  double d = 0;   // number, percent
  std::string s;
  std::vector<Value> list;
  std::vector<std::pair<std::string, Value>> record;

  bool missing() const { return type == Type::kMissing; }
  bool is(Type t) const { return type == t; }
  bool is_true() const { return type == Type::kBool && i != 0; }
  bool is_number() const { return type == Type::kInt || type == Type::kNumber; }
  double as_double() const { return type == Type::kInt ? static_cast<double>(i) : d; }
};

Value of_bool(bool b);
Value of_int(int64_t n);
Value of_number(double d);  // NaN and infinities are missing
Value of_string(std::string s);
Value of(Type type, int64_t i);
Value of_list(std::vector<Value> items);

// `==` of two present values.
bool equal(const Value& a, const Value& b);
// -1, 0, 1; nullopt where the two have no order.
std::optional<int> order(const Value& a, const Value& b);
// As templates and notes print it; missing prints nothing.
std::string text_of(const Value& value, const LocalZone& zone);
// The field of a record, missing where there is none; of a list the list of its elements' fields; `size`.
Value member(const Value& value, std::string_view key);
Value element(const Value& list, int64_t index);
// Characters of a UTF-8 text.
int64_t characters(std::string_view text);

int64_t saturated_add(int64_t a, int64_t b);
int64_t saturated_mul(int64_t a, int64_t b);

}  // namespace wend::oracle

#endif  // WEND_TESTS_ORACLE_VALUE_H_

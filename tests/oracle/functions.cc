// The functions of section 3: pure and total. Letters are told apart in ASCII only.

#include <algorithm>
#include <cmath>

#include "tests/oracle/state.h"

namespace wend::oracle {
namespace {

using Arguments = std::vector<Value>;

Value trimmed(const std::string& s) {
  const auto blank = [](char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
  };
  size_t begin = 0, end = s.size();
  while (begin < end && blank(s[begin])) ++begin;
  while (end > begin && blank(s[end - 1])) --end;
  return of_string(s.substr(begin, end - begin));
}

Value cased(std::string s, bool upper) {
  for (char& c : s) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return of_string(std::move(s));
}

Value whole(double d) {
  if (!std::isfinite(d)) return {};
  if (d >= 9223372036854775807.0) return of_int(INT64_MAX);
  if (d <= -9223372036854775808.0) return of_int(INT64_MIN);
  return of_int(static_cast<int64_t>(d));
}

Value rounded(const Value& v, int64_t places) {
  if (v.is(Type::kInt) && places >= 0) return v;
  const double scale = std::pow(10.0, static_cast<double>(places));
  return of_number(std::round(v.as_double() * scale) / scale);
}

// The smallest (-1) or largest (1).
Value extreme(const Arguments& from, int wanted) {
  Value best;
  for (const Value& v : from) {
    if (best.missing()) {
      best = v;
      continue;
    }
    const std::optional<int> sign = order(v, best);
    if (!sign) return {};
    if (*sign == wanted) best = v;
  }
  return best;
}

Value of_day(const std::string& name, const Value& v, const Env& env) {
  int64_t day = 0;
  if (v.is(Type::kDate)) {
    day = v.i;
  } else if (v.is(Type::kTime)) {
    day = local_of(env.zone, v.i).day;
  } else {
    return {};
  }
  static constexpr const char* kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                          "friday", "saturday", "sunday"};
  if (name == "weekday") return of_string(kDays[weekday_of(day)]);
  return of_int(name == "month" ? civil_of(day).month : civil_of(day).year);
}

Value over_list(const std::string& name, const Value& list) {
  double sum = 0;
  int64_t whole_sum = 0, count = 0;
  bool ints = true;
  for (const Value& v : list.list) {
    if (!v.is_number()) continue;
    sum += v.as_double();
    if (v.is(Type::kInt)) whole_sum = saturated_add(whole_sum, v.i);
    ints = ints && v.is(Type::kInt);
    ++count;
  }
  if (name == "sum") return ints ? of_int(whole_sum) : of_number(sum);
  return count == 0 ? Value() : of_number(sum / static_cast<double>(count));
}

}  // namespace

Value call_function(const std::string& name, const Arguments& a, const Env& env) {
  if (a.empty()) return {};
  const Value& x = a[0];
  if (std::any_of(a.begin(), a.end(), [](const Value& v) { return v.missing(); })) return {};
  if (name == "trim") return x.is(Type::kString) ? trimmed(x.s) : Value();
  if (name == "lower" || name == "upper") return x.is(Type::kString) ? cased(x.s, name == "upper") : Value();
  if (name == "length") return member(x, "size");
  if (name == "weekday" || name == "month" || name == "year") return of_day(name, x, env);
  if (name == "sum" || name == "avg") return x.is(Type::kList) ? over_list(name, x) : Value();
  if (name == "min" || name == "max") {
    const int wanted = name == "min" ? -1 : 1;
    if (a.size() > 1 || !x.is(Type::kList)) return extreme(a, wanted);
    Arguments present;
    for (const Value& v : x.list) {
      if (!v.missing()) present.push_back(v);
    }
    return extreme(present, wanted);
  }
  if (name == "any_of") {
    if (a.size() != 2 || !x.is(Type::kList) || !a[1].is(Type::kList)) return {};
    for (const Value& v : x.list) {
      for (const Value& w : a[1].list) {
        if (!v.missing() && equal(v, w)) return of_bool(true);
      }
    }
    return of_bool(false);
  }
  if (!x.is_number()) return {};
  if (name == "round") return rounded(x, a.size() > 1 ? a[1].i : 0);
  if (name == "floor") return x.is(Type::kInt) ? x : whole(std::floor(x.d));
  if (name == "ceil") return x.is(Type::kInt) ? x : whole(std::ceil(x.d));
  if (name == "abs") {
    if (x.is(Type::kNumber)) return of_number(std::fabs(x.d));
    return of_int(x.i == INT64_MIN ? INT64_MAX : std::abs(x.i));
  }
  if (name == "clamp" && a.size() == 3) return extreme({extreme({x, a[1]}, 1), a[2]}, -1);
  if (name == "mod" && a.size() == 2 && x.is(Type::kInt) && a[1].is(Type::kInt)) {
    const int64_t by = a[1].i;
    if (by == 0) return {};
    if (by == -1) return of_int(0);
    const int64_t rest = x.i % by;
    return of_int(rest != 0 && (rest < 0) != (by < 0) ? rest + by : rest);
  }
  return {};
}

}  // namespace wend::oracle

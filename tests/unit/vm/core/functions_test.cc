#include "vm/core/functions.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/vm/core/eval_fixture.h"

namespace wend {
namespace {

using Functions = Evaluation;

TEST_F(Functions, Letters) {
  EXPECT_EQ(call(Function::kLower, {str("ÀÉ ŁÓDŹ ΑΣ ΆΈ ЖЁ É×ß Ÿ İ")}), "string àé łódź ασ άέ жё é×ß ÿ i");
  EXPECT_EQ(call(Function::kUpper, {str("àé łódź ας άέώ жё ÿ÷ß ıſ 漢x")}),
            "string ÀÉ ŁÓDŹ ΑΣ ΆΈΏ ЖЁ Ÿ÷ß IS 漢X");
  EXPECT_EQ(call(Function::kLower, {str("A\xFF\xC3")}), "string a\xFF\xC3");
  EXPECT_EQ(call(Function::kTrim, {str(" \t a b\n")}), "string a b");
  EXPECT_EQ(call(Function::kTrim, {str("  ")}), "string ");
  EXPECT_EQ(call(Function::kLength, {str("né")}), "int 2");
  EXPECT_EQ(call(Function::kLength, {list({whole(1), whole(2)})}), "int 2");
  EXPECT_EQ(call(Function::kLength, {whole(5)}), "missing");
  EXPECT_EQ(call(Function::kLower, {whole(5)}), "missing");
}

TEST_F(Functions, Rounding) {
  EXPECT_EQ(call(Function::kRound, {num(2.5)}), "number 3");
  EXPECT_EQ(call(Function::kRound, {num(-2.5)}), "number -3");
  EXPECT_EQ(call(Function::kRound, {num(2.344), whole(2)}), "number 2.34");
  EXPECT_EQ(call(Function::kRound, {num(1234), whole(-2)}), "number 1200");
  EXPECT_EQ(call(Function::kRound, {whole(7)}), "int 7");
  EXPECT_EQ(call(Function::kRound, {num(1e300), whole(18)}), "number 1e+300");
  EXPECT_EQ(call(Function::kRound, {num(2.5), str("x")}), "missing");
  EXPECT_EQ(call(Function::kFloor, {num(-2.5)}), "int -3");
  EXPECT_EQ(call(Function::kCeil, {num(2.1)}), "int 3");
  EXPECT_EQ(call(Function::kAbs, {num(-2.5)}), "number 2.5");
  EXPECT_EQ(interpreter->saturations(), 0U);
  EXPECT_EQ(call(Function::kFloor, {num(1e30)}), "int 9223372036854775807");
  EXPECT_EQ(call(Function::kCeil, {num(-1e30)}), "int -9223372036854775808");
  EXPECT_EQ(call(Function::kAbs, {whole(INT64_MIN)}), "int 9223372036854775807");
  EXPECT_EQ(interpreter->saturations(), 3U);
}

TEST_F(Functions, SmallestAndLargest) {
  EXPECT_EQ(call(Function::kMin, {whole(3), whole(1), whole(2)}), "int 1");
  EXPECT_EQ(call(Function::kMax, {whole(3), num(1.5)}), "number 3");
  EXPECT_EQ(call(Function::kMax, {str("a"), str("b")}), "string b");
  EXPECT_EQ(call(Function::kMin, {list({whole(3), num(0.5)})}), "number 0.5");
  EXPECT_EQ(call(Function::kMin, {list({})}), "missing");
  EXPECT_EQ(call(Function::kMin, {whole(1), Value()}), "missing");
  EXPECT_EQ(call(Function::kMin, {whole(1), str("a")}), "missing");
  EXPECT_EQ(call(Function::kMin, {record({})}), "missing");
  EXPECT_EQ(call(Function::kMax, {Value::of_duration(1), Value::of_duration(2)}), "duration 2ms");
  EXPECT_EQ(call(Function::kClamp, {whole(5), whole(1), whole(3)}), "int 3");
  EXPECT_EQ(call(Function::kClamp, {num(0.5), whole(1), whole(3)}), "number 1");
  EXPECT_EQ(call(Function::kClamp, {whole(2), whole(3), whole(1)}), "missing");
  EXPECT_EQ(call(Function::kClamp, {whole(2), Value(), whole(1)}), "missing");
}

TEST_F(Functions, ModuloTakesTheSignOfTheDivisor) {
  EXPECT_EQ(call(Function::kMod, {whole(7), whole(3)}), "int 1");
  EXPECT_EQ(call(Function::kMod, {whole(-7), whole(3)}), "int 2");
  EXPECT_EQ(call(Function::kMod, {whole(7), whole(-3)}), "int -2");
  EXPECT_EQ(call(Function::kMod, {whole(7), whole(0)}), "missing");
  EXPECT_EQ(call(Function::kMod, {whole(INT64_MIN), whole(-1)}), "int 0");
}

TEST_F(Functions, HashIsStable) {
  // DO NOT CHANGE: splits and spreads of running journeys depend on it.
  EXPECT_EQ(call(Function::kHash, {str("ana")}), call(Function::kHash, {str("ana")}));
  EXPECT_NE(call(Function::kHash, {str("ana")}), call(Function::kHash, {str("anb")}));
  EXPECT_EQ(call(Function::kHash, {num(-0.0)}), call(Function::kHash, {num(0.0)}));
  EXPECT_EQ(call(Function::kHash, {whole(42)}), "int 908646946999647");
  EXPECT_EQ(call(Function::kHash, {Value()}), "missing");
}

TEST_F(Functions, SumsOfLists) {
  EXPECT_EQ(call(Function::kSum, {list({whole(1), whole(2)})}), "int 3");
  EXPECT_EQ(call(Function::kSum, {list({whole(1), num(2.5), str("x"), Value()})}), "number 3.5");
  EXPECT_EQ(call(Function::kSum, {list({})}), "int 0");
  EXPECT_EQ(call(Function::kSum, {list({num(1e308), num(1e308)})}), "missing");
  EXPECT_EQ(call(Function::kAvg, {list({whole(1), whole(2), str("x")})}), "number 1.5");
  EXPECT_EQ(call(Function::kAvg, {list({})}), "missing");
  EXPECT_EQ(call(Function::kSum, {whole(1)}), "missing");
}

TEST_F(Functions, AnyOf) {
  EXPECT_EQ(call(Function::kAnyOf, {list({whole(1), whole(2)}), list({num(2)})}), "bool true");
  EXPECT_EQ(call(Function::kAnyOf, {list({whole(1)}), list({whole(2), str("1")})}), "bool false");
  EXPECT_EQ(call(Function::kAnyOf, {list({}), list({whole(2)})}), "bool false");
  EXPECT_EQ(call(Function::kAnyOf, {whole(1), list({whole(2)})}), "missing");
  std::vector<Value> many;
  std::vector<Value> others;
  for (int i = 0; i < 20000; ++i) {
    many.push_back(whole(i));
    others.push_back(whole(-1 - i));
  }
  EXPECT_EQ(call(Function::kAnyOf, {list(many), list(others)}), "bool false");
  others.push_back(num(19999));
  EXPECT_EQ(call(Function::kAnyOf, {list(many), list(others)}), "bool true");
}

TEST_F(Functions, DefaultTakesOverForEmptyThings) {
  for (const Value& empty : {Value(), Value::of_bool(false), str(""), list({}), record({})}) {
    EXPECT_EQ(call(Function::kFilterDefault, {empty, str("x")}), "string x");
    EXPECT_EQ(call(Function::kFilterDefault, {empty}), "missing");
  }
  EXPECT_EQ(call(Function::kFilterDefault, {whole(0), str("x")}), "int 0");
  EXPECT_EQ(call(Function::kFilterDefault, {str("a"), str("x")}), "string a");
}

TEST_F(Functions, TextFilters) {
  EXPECT_EQ(call(Function::kFilterUpcase, {str("é")}), "string É");
  EXPECT_EQ(call(Function::kFilterUpcase, {Value::of_bool(true)}), "string TRUE");
  EXPECT_EQ(call(Function::kFilterDowncase, {str("É")}), "string é");
  EXPECT_EQ(call(Function::kFilterCapitalize, {str("éTÉ x")}), "string Été x");
  EXPECT_EQ(call(Function::kFilterCapitalize, {str("")}), "string ");
  EXPECT_EQ(call(Function::kFilterStrip, {str(" a ")}), "string a");
  EXPECT_EQ(call(Function::kFilterStrip, {whole(12)}), "string 12");
  EXPECT_EQ(call(Function::kFilterUrlEncode, {str("a b&é/~")}), "string a+b%26%C3%A9%2F~");
  EXPECT_EQ(call(Function::kFilterEscape, {str("<a href=\"x\">'&</a>")}),
            "string &lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt;");
  EXPECT_EQ(call(Function::kFilterUpcase, {list({str("a")})}), "missing");
}

TEST_F(Functions, Truncate) {
  EXPECT_EQ(call(Function::kFilterTruncate, {str("Ground control"), whole(9)}), "string Ground...");
  EXPECT_EQ(call(Function::kFilterTruncate, {str("Ground"), whole(6)}), "string Ground");
  EXPECT_EQ(call(Function::kFilterTruncate, {str("ééééé"), whole(3), str("…")}), "string éé…");
  EXPECT_EQ(call(Function::kFilterTruncate, {str("Ground"), whole(2)}), "string ...");
  EXPECT_EQ(call(Function::kFilterTruncate, {str("Ground"), whole(-5), str("")}), "string ");
  EXPECT_EQ(call(Function::kFilterTruncate, {str(std::string(60, 'x'))}),
            "string " + std::string(47, 'x') + "...");
  EXPECT_EQ(call(Function::kFilterTruncate, {whole(123456), whole(4)}), "string 1...");
  EXPECT_EQ(call(Function::kFilterTruncate, {str("a"), str("b")}), "missing");
}

TEST_F(Functions, ListFilters) {
  const Value abc = list({str("a"), whole(2), str("c")});
  EXPECT_EQ(call(Function::kFilterFirst, {abc}), "string a");
  EXPECT_EQ(call(Function::kFilterLast, {abc}), "string c");
  EXPECT_EQ(call(Function::kFilterFirst, {list({})}), "missing");
  EXPECT_EQ(call(Function::kFilterSize, {abc}), "int 3");
  EXPECT_EQ(call(Function::kFilterSize, {str("ab")}), "int 2");
  EXPECT_EQ(call(Function::kFilterJoin, {abc}), "string a 2 c");
  EXPECT_EQ(call(Function::kFilterJoin, {abc, str(", ")}), "string a, 2, c");
  EXPECT_EQ(call(Function::kFilterJoin, {list({})}), "string ");
  EXPECT_EQ(call(Function::kFilterJoin, {str("a")}), "missing");
}

TEST_F(Functions, ArithmeticFilters) {
  EXPECT_EQ(call(Function::kFilterPlus, {whole(1), whole(2)}), "int 3");
  EXPECT_EQ(call(Function::kFilterPlus, {whole(1), num(2.5)}), "number 3.5");
  EXPECT_EQ(call(Function::kFilterMinus, {whole(1), whole(2)}), "int -1");
  EXPECT_EQ(call(Function::kFilterTimes, {num(1.5), whole(2)}), "number 3");
  EXPECT_EQ(call(Function::kFilterDividedBy, {whole(7), whole(2)}), "int 3");
  EXPECT_EQ(call(Function::kFilterDividedBy, {whole(-7), whole(2)}), "int -4");
  EXPECT_EQ(call(Function::kFilterDividedBy, {num(7), whole(2)}), "number 3.5");
  EXPECT_EQ(call(Function::kFilterDividedBy, {whole(7), whole(0)}), "missing");
  EXPECT_EQ(call(Function::kFilterDividedBy, {num(7), num(0)}), "missing");
  EXPECT_EQ(call(Function::kFilterDividedBy, {whole(INT64_MIN), whole(-1)}), "int 9223372036854775807");
  EXPECT_EQ(call(Function::kFilterPlus, {str("1"), whole(2)}), "missing");
}

TEST_F(Functions, TablesAgreeWithThemselves) {
  std::set<std::string_view> names[2];
  for (const FunctionRow& row : function_rows()) {
    EXPECT_EQ(find_function(static_cast<uint8_t>(row.function)), &row);
    EXPECT_LE(row.min_args, row.max_args);
    EXPECT_GE(row.min_args, 1);
    if (row.kind == FunctionKind::kInternal) {
      EXPECT_EQ(find_language_function(row.name), nullptr);
      EXPECT_EQ(find_filter(row.name), nullptr);
    }
    if (row.kind == FunctionKind::kLanguage || row.kind == FunctionKind::kBoth) {
      EXPECT_EQ(find_language_function(row.name), &row);
      EXPECT_TRUE(names[0].insert(row.name).second) << row.name;
    }
    if (row.kind == FunctionKind::kFilter || row.kind == FunctionKind::kBoth) {
      EXPECT_EQ(find_filter(row.name), &row);
      EXPECT_TRUE(names[1].insert(row.name).second) << row.name;
    }
  }
  EXPECT_EQ(find_function(0), nullptr);
  EXPECT_EQ(find_language_function("upcase"), nullptr);
}

// Every function on every tag in every place: a value, and missing for a missing first argument except
// `default`.
TEST_F(Functions, AreTotal) {
  const Value samples[] = {Value(),
                           Value::of_bool(true),
                           whole(INT64_MIN),
                           num(-1e308),
                           str("%Y \xFF"),
                           Value::of_duration(INT64_MAX),
                           Value::of_calendar(INT64_MIN),
                           Value::of_time(INT64_MAX),
                           Value::of_date(INT64_MIN),
                           Value::of_clock(INT64_MAX),
                           Value::of_percent(5),
                           list({whole(1), str("a"), Value()}),
                           record({{"a", whole(1)}})};
  for (const FunctionRow& row : function_rows()) {
    for (uint8_t count = row.min_args; count <= std::min<uint8_t>(row.max_args, 5); ++count) {
      for (size_t shift = 0; shift < std::size(samples); ++shift) {
        for (const Value& first : samples) {
          std::vector<Value> arguments = {first};
          for (size_t i = 1; i < count; ++i)
            arguments.push_back(samples[(shift + i * i) % std::size(samples)]);
          const std::string result = call(row.function, arguments);
          if (first.missing() && row.function != Function::kFilterDefault) {
            EXPECT_EQ(result, "missing") << row.name;
          }
        }
        if (count == 1) break;
      }
    }
  }
}

}  // namespace
}  // namespace wend

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/vm/core/eval_fixture.h"
#include "vm/core/opcode_table.h"

namespace wend {
namespace {

using Ops = Evaluation;
constexpr int64_t kMaxInt = INT64_MAX;
constexpr int64_t kMinInt = INT64_MIN;

Value duration(Millis ms) { return Value::of_duration(ms); }
Value yes() { return Value::of_bool(true); }
Value no() { return Value::of_bool(false); }

TEST_F(Ops, Loads) {
  EXPECT_EQ(run({str("a")}, [](ProgramBuilder& p) { p.abc(Opcode::kMove, 7, 0); }), "string a");
  EXPECT_EQ(run({}, [](ProgramBuilder& p) { p.ax(Opcode::kLoadInt, 7, 0xFFFE); }), "int -2");
  EXPECT_EQ(run({}, [](ProgramBuilder& p) { p.abc(Opcode::kLoadBool, 7, 1); }), "bool true");
  EXPECT_EQ(run({}, [](ProgramBuilder& p) { p.abc(Opcode::kLoadBool, 7, 0); }), "bool false");
  EXPECT_EQ(run({}, [](ProgramBuilder& p) { p.abc(Opcode::kLoadMissing, 7); }), "missing");
}

TEST_F(Ops, RegistersBeginMissing) {
  EXPECT_EQ(run({whole(1)},
                [](ProgramBuilder& p) {
                  p.abc(Opcode::kMove, 9, 0);
                  p.abc(Opcode::kMove, 7, 9);
                }),
            "int 1");
  EXPECT_EQ(run({}, [](ProgramBuilder& p) { p.abc(Opcode::kMove, 7, 9); }), "missing");
}

TEST_F(Ops, IntArithmetic) {
  EXPECT_EQ(op(Opcode::kAddInt, {whole(2), whole(3)}), "int 5");
  EXPECT_EQ(op(Opcode::kSubInt, {whole(2), whole(3)}), "int -1");
  EXPECT_EQ(op(Opcode::kMulInt, {whole(2), whole(3)}), "int 6");
  EXPECT_EQ(op(Opcode::kNegInt, {whole(2)}), "int -2");
  EXPECT_EQ(op(Opcode::kAddInt, {duration(60000), duration(60000)}), "duration 2m");
  EXPECT_EQ(op(Opcode::kSubInt, {duration(60000), duration(90000)}), "duration -30s");
  EXPECT_EQ(op(Opcode::kMulInt, {whole(30), duration(kMillisPerDay)}), "duration 30d");
  EXPECT_EQ(op(Opcode::kMulInt, {duration(kMillisPerDay), whole(-2)}), "duration -2d");
  EXPECT_EQ(op(Opcode::kMulInt, {Value::of_calendar(6), whole(2)}), "calendar 1y");
  EXPECT_EQ(op(Opcode::kMulInt, {duration(5), duration(5)}), "missing");
  EXPECT_EQ(op(Opcode::kNegInt, {Value::of_calendar(5)}), "calendar -5mo");
  EXPECT_EQ(interpreter->saturations(), 0U);
}

TEST_F(Ops, IntArithmeticSaturatesAndCounts) {
  EXPECT_EQ(op(Opcode::kAddInt, {whole(kMaxInt), whole(1)}), "int 9223372036854775807");
  EXPECT_EQ(op(Opcode::kAddInt, {whole(kMinInt), whole(-1)}), "int -9223372036854775808");
  EXPECT_EQ(op(Opcode::kSubInt, {whole(kMinInt), whole(1)}), "int -9223372036854775808");
  EXPECT_EQ(op(Opcode::kSubInt, {whole(0), whole(kMinInt)}), "int 9223372036854775807");
  EXPECT_EQ(op(Opcode::kMulInt, {whole(kMaxInt), whole(-2)}), "int -9223372036854775808");
  EXPECT_EQ(op(Opcode::kMulInt, {whole(kMinInt), whole(-1)}), "int 9223372036854775807");
  EXPECT_EQ(op(Opcode::kNegInt, {whole(kMinInt)}), "int 9223372036854775807");
  EXPECT_EQ(interpreter->saturations(), 7U);
  op(Opcode::kScaleDuration, {duration(kMaxInt), num(2)});
  EXPECT_EQ(interpreter->saturations(), 8U);
}

TEST_F(Ops, NumberArithmetic) {
  EXPECT_EQ(op(Opcode::kAddNumber, {num(2.5), num(3)}), "number 5.5");
  EXPECT_EQ(op(Opcode::kSubNumber, {num(2.5), num(3)}), "number -0.5");
  EXPECT_EQ(op(Opcode::kMulNumber, {num(2.5), whole(2)}), "number 5");
  EXPECT_EQ(op(Opcode::kDivNumber, {num(1), num(4)}), "number 0.25");
  EXPECT_EQ(op(Opcode::kNegNumber, {num(1)}), "number -1");
  EXPECT_EQ(op(Opcode::kDivNumber, {num(1), num(0)}), "missing");
  EXPECT_EQ(op(Opcode::kDivNumber, {num(0), num(0)}), "missing");
  EXPECT_EQ(op(Opcode::kMulNumber, {num(1e308), num(10)}), "missing");
  EXPECT_EQ(op(Opcode::kAddNumber, {num(1e308), num(1e308)}), "missing");
  EXPECT_EQ(op(Opcode::kIntToNumber, {whole(3)}), "number 3");
  EXPECT_EQ(op(Opcode::kIntToNumber, {str("3")}), "missing");
}

TEST_F(Ops, DurationsAndTimes) {
  EXPECT_EQ(op(Opcode::kScaleDuration, {duration(1000), num(1.5)}), "duration 1s500ms");
  EXPECT_EQ(op(Opcode::kScaleDuration, {duration(3), num(0.5)}), "duration 2ms");
  EXPECT_EQ(op(Opcode::kDivDuration, {duration(1000), num(4)}), "duration 250ms");
  EXPECT_EQ(op(Opcode::kDivDuration, {duration(1000), num(0)}), "missing");
  EXPECT_EQ(op(Opcode::kDivDurations, {duration(1000), duration(4000)}), "number 0.25");
  EXPECT_EQ(op(Opcode::kDivDurations, {duration(1000), duration(0)}), "missing");
  EXPECT_EQ(op(Opcode::kAddTime, {Value::of_time(0), duration(1000)}), "time 1970-01-01T00:00:01Z");
  EXPECT_EQ(op(Opcode::kSubTime, {Value::of_time(0), duration(1000)}), "time 1969-12-31T23:59:59Z");
  EXPECT_EQ(op(Opcode::kTimeBetween, {Value::of_time(5000), Value::of_time(2000)}), "duration 3s");
  EXPECT_EQ(interpreter->saturations(), 0U);
  EXPECT_EQ(op(Opcode::kAddTime, {Value::of_time(0), duration(kMaxInt)}), "time 9999-12-31T23:59:59.999Z");
  EXPECT_EQ(op(Opcode::kSubTime, {Value::of_time(0), duration(kMaxInt)}), "time 0001-01-01T00:00:00Z");
  EXPECT_EQ(op(Opcode::kSubTime, {Value::of_time(0), duration(kMinInt)}), "time 9999-12-31T23:59:59.999Z");
  EXPECT_EQ(op(Opcode::kTimeBetween, {Value::of_time(kMaxInt), Value::of_time(kMinInt)}),
            shown(duration(kMaxInt)));
  EXPECT_EQ(interpreter->saturations(), 4U);
}

TEST_F(Ops, AsTypeCoercesOnlyWhatTheLanguageDoes) {
  const auto as = [&](const Value& value, Tag tag) {
    return run({value}, [&](ProgramBuilder& p) { p.abc(Opcode::kAsType, 7, 0, static_cast<unsigned>(tag)); });
  };
  EXPECT_EQ(as(whole(3), Tag::kNumber), "number 3");
  EXPECT_EQ(as(num(3), Tag::kInt), "missing");
  EXPECT_EQ(as(str("3"), Tag::kInt), "missing");
  EXPECT_EQ(as(str("x"), Tag::kString), "string x");
  EXPECT_EQ(as(str("2026-03-02T10:00:00+01:00"), Tag::kTime), "time 2026-03-02T09:00:00Z");
  EXPECT_EQ(as(str("2026-03-02"), Tag::kTime), "missing");
  EXPECT_EQ(as(str("2026-03-02"), Tag::kDate), "date 2026-03-02");
  EXPECT_EQ(as(str("30d"), Tag::kDuration), "duration 30d");
  EXPECT_EQ(as(str("soon"), Tag::kDuration), "missing");
  EXPECT_EQ(as(whole(1), Tag::kBool), "missing");
}

TEST_F(Ops, Comparisons) {
  EXPECT_EQ(op(Opcode::kEqInt, {whole(1), whole(1)}), "bool true");
  EXPECT_EQ(op(Opcode::kLtInt, {whole(1), whole(1)}), "bool false");
  EXPECT_EQ(op(Opcode::kLeInt, {whole(1), whole(1)}), "bool true");
  EXPECT_EQ(op(Opcode::kLtInt, {Value::of_date(1), Value::of_date(2)}), "bool true");
  EXPECT_EQ(op(Opcode::kEqInt, {yes(), yes()}), "bool true");
  EXPECT_EQ(op(Opcode::kEqInt, {whole(1), duration(1)}), "missing");
  EXPECT_EQ(op(Opcode::kEqInt, {str("a"), str("a")}), "missing");
  EXPECT_EQ(op(Opcode::kEqNumber, {num(1), whole(1)}), "bool true");
  EXPECT_EQ(op(Opcode::kLtNumber, {num(1), num(1.5)}), "bool true");
  EXPECT_EQ(op(Opcode::kLeNumber, {num(2), num(1.5)}), "bool false");
  EXPECT_EQ(op(Opcode::kLeNumber, {Value::of_percent(5), Value::of_percent(5)}), "bool true");
  EXPECT_EQ(op(Opcode::kLeNumber, {Value::of_percent(5), num(5)}), "missing");
  EXPECT_EQ(op(Opcode::kEqString, {str("FR"), str("FR")}), "bool true");
  EXPECT_EQ(op(Opcode::kEqString, {str("FR"), str("F")}), "bool false");
  EXPECT_EQ(op(Opcode::kLtString, {str("a"), str("ab")}), "bool true");
  EXPECT_EQ(op(Opcode::kLeString, {str("\xC3\xA9"), str("z")}), "bool false");
  EXPECT_EQ(op(Opcode::kEqAny, {whole(1), num(1)}), "bool true");
  EXPECT_EQ(op(Opcode::kEqAny, {whole(1), str("1")}), "bool false");
}

TEST_F(Ops, KleeneTables) {
  const Value values[] = {no(), yes(), Value()};
  const char* and_table[3][3] = {{"bool false", "bool false", "bool false"},
                                 {"bool false", "bool true", "missing"},
                                 {"bool false", "missing", "missing"}};
  const char* or_table[3][3] = {{"bool false", "bool true", "missing"},
                                {"bool true", "bool true", "bool true"},
                                {"missing", "bool true", "missing"}};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      EXPECT_EQ(op(Opcode::kAnd, {values[i], values[j]}), and_table[i][j]) << i << j;
      EXPECT_EQ(op(Opcode::kOr, {values[i], values[j]}), or_table[i][j]) << i << j;
    }
  }
  EXPECT_EQ(op(Opcode::kNot, {yes()}), "bool false");
  EXPECT_EQ(op(Opcode::kNot, {no()}), "bool true");
  EXPECT_EQ(op(Opcode::kNot, {Value()}), "missing");
  EXPECT_EQ(op(Opcode::kNot, {whole(0)}), "missing");
}

TEST_F(Ops, Presence) {
  EXPECT_EQ(op(Opcode::kIsMissing, {Value()}), "bool true");
  EXPECT_EQ(op(Opcode::kIsMissing, {no()}), "bool false");
  EXPECT_EQ(op(Opcode::kIsPresent, {Value()}), "bool false");
  EXPECT_EQ(op(Opcode::kIsPresent, {no()}), "bool true");
}

TEST_F(Ops, TextsAndLists) {
  EXPECT_EQ(op(Opcode::kConcat, {str("ab"), str("cd")}), "string abcd");
  EXPECT_EQ(op(Opcode::kConcat, {str("ab"), whole(1)}), "missing");
  EXPECT_EQ(op(Opcode::kIn, {whole(2), list({whole(1), num(2)})}), "bool true");
  EXPECT_EQ(op(Opcode::kIn, {whole(3), list({whole(1), num(2)})}), "bool false");
  EXPECT_EQ(op(Opcode::kContains, {list({str("a")}), str("a")}), "bool true");
  EXPECT_EQ(op(Opcode::kContains, {str("haystack"), str("st")}), "bool true");
  EXPECT_EQ(op(Opcode::kContains, {str("haystack"), str("needle")}), "bool false");
  EXPECT_EQ(op(Opcode::kContains, {whole(1), str("needle")}), "missing");
  EXPECT_EQ(op(Opcode::kStartsWith, {str("abc"), str("ab")}), "bool true");
  EXPECT_EQ(op(Opcode::kStartsWith, {str("a"), str("ab")}), "bool false");
  EXPECT_EQ(op(Opcode::kEndsWith, {str("abc"), str("bc")}), "bool true");
  EXPECT_EQ(op(Opcode::kEndsWith, {str("abc"), str("ab")}), "bool false");
  EXPECT_EQ(op(Opcode::kIndex, {list({str("a"), str("b")}), whole(-1)}), "string b");
  EXPECT_EQ(op(Opcode::kIndex, {list({str("a"), str("b")}), whole(2)}), "missing");
  EXPECT_EQ(op(Opcode::kSize, {list({str("a"), str("b")})}), "int 2");
  EXPECT_EQ(op(Opcode::kSize, {str("na\xC3\xAFve")}), "int 5");
  EXPECT_EQ(op(Opcode::kSize, {record({{"a", yes()}})}), "int 1");
  EXPECT_EQ(op(Opcode::kSize, {whole(5)}), "missing");
}

TEST_F(Ops, MembersMapOverLists) {
  const Value item = record({{"sku", str("s1")}, {"price", num(2)}});
  const Value other = record({{"price", num(3)}});
  EXPECT_EQ(op(Opcode::kMember, {item, str("sku")}), "string s1");
  EXPECT_EQ(op(Opcode::kMember, {item, str("nothing")}), "missing");
  EXPECT_EQ(op(Opcode::kMember, {list({item, other, whole(1)}), str("price")}), "list 23");
  EXPECT_EQ(op(Opcode::kMember, {list({item, other}), str("sku")}), "list s1");
  EXPECT_EQ(op(Opcode::kMember, {str("text"), str("sku")}), "missing");
}

TEST_F(Ops, MakesListsAndRecords) {
  EXPECT_EQ(run({whole(1), str("b")},
                [](ProgramBuilder& p) {
                  p.abc(Opcode::kNewList, 7, 0);
                  p.abc(Opcode::kArgs, 2);
                }),
            "list 1b");
  EXPECT_EQ(run({str("k"), whole(1), str("l"), str("\"x\"")},
                [](ProgramBuilder& p) {
                  p.abc(Opcode::kNewRecord, 7, 0);
                  p.abc(Opcode::kArgs, 4);
                }),
            "record {\"k\":1,\"l\":\"\\\"x\\\"\"}");
  EXPECT_EQ(run({},
                [](ProgramBuilder& p) {
                  p.abc(Opcode::kNewList, 7, 0);
                  p.abc(Opcode::kArgs, 0);
                  p.abc(Opcode::kSize, 7, 7);
                }),
            "int 0");
}

TEST_F(Ops, Jumps) {
  const auto jumps = [&](Opcode opcode, const Value& condition) {
    return run({condition}, [&](ProgramBuilder& p) {
             const auto there = p.label();
             p.ax(Opcode::kLoadInt, 7, 1);
             p.jump_if(opcode, 0, there);
             p.ax(Opcode::kLoadInt, 7, 0);
             p.bind(there);
             p.finish();
           }) == "int 1";
  };
  EXPECT_TRUE(jumps(Opcode::kJumpIfTrue, yes()));
  EXPECT_FALSE(jumps(Opcode::kJumpIfTrue, no()));
  EXPECT_FALSE(jumps(Opcode::kJumpIfTrue, Value()));
  EXPECT_FALSE(jumps(Opcode::kJumpUnlessTrue, yes()));
  EXPECT_TRUE(jumps(Opcode::kJumpUnlessTrue, no()));
  EXPECT_TRUE(jumps(Opcode::kJumpUnlessTrue, Value()));
  EXPECT_FALSE(jumps(Opcode::kJumpIfFalse, yes()));
  EXPECT_TRUE(jumps(Opcode::kJumpIfFalse, no()));
  EXPECT_FALSE(jumps(Opcode::kJumpIfFalse, Value()));
  EXPECT_TRUE(jumps(Opcode::kJumpIfPresent, no()));
  EXPECT_FALSE(jumps(Opcode::kJumpIfPresent, Value()));
  EXPECT_EQ(run({},
                [](ProgramBuilder& p) {
                  const auto there = p.label();
                  p.ax(Opcode::kLoadInt, 7, 1);
                  p.jump(there);
                  p.ax(Opcode::kLoadInt, 7, 0);
                  p.bind(there);
                  p.finish();
                }),
            "int 1");
}

// Every instruction that only computes, on every pair of tags: the result is a value, and where an operand is
// missing it is missing unless the row says otherwise.
TEST_F(Ops, EveryOperationBearsEveryTag) {
  const Value samples[] = {Value(),
                           yes(),
                           whole(7),
                           num(2.5),
                           str("text"),
                           duration(1000),
                           Value::of_calendar(2),
                           Value::of_time(1000),
                           Value::of_date(3),
                           Value::of_clock(4),
                           Value::of_percent(5),
                           list({whole(1)}),
                           record({{"text", whole(1)}})};
  const std::set<Opcode> never_missing = {Opcode::kIsMissing, Opcode::kIsPresent, Opcode::kAnd, Opcode::kOr};
  int operations = 0;
  for (const OpcodeRow& row : kOpcodeRows) {
    if (row.operands[0] != Operand::kDstField || row.operands[1] != Operand::kSrcField) continue;
    const bool binary = row.operands[2] == Operand::kSrcField;
    const unsigned third = row.opcode == Opcode::kAsType ? static_cast<unsigned>(Tag::kNumber) : 0;
    ++operations;
    for (const Value& a : samples) {
      for (const Value& b : samples) {
        const std::string result =
            run({a, b}, [&](ProgramBuilder& p) { p.abc(row.opcode, 7, 0, binary ? 1 : third); });
        const bool missing_operand = a.missing() || (binary && b.missing());
        if (missing_operand && !never_missing.contains(row.opcode)) {
          EXPECT_EQ(result, "missing") << row.name;
        }
        if (!binary) break;
      }
    }
  }
  EXPECT_GE(operations, 40);
}

struct Patterns : Evaluation {
  void prepare(ProgramBuilder& b) override { b.regex("^a+b"); }
};
TEST_F(Patterns, Matches) {
  const auto matches = [&](const Value& value) {
    return run({value}, [](ProgramBuilder& p) {
      p.ax(Opcode::kMatches, 0, 0);
      p.abc(Opcode::kMove, 7, 0);
    });
  };
  EXPECT_EQ(matches(str("aabc")), "bool true");
  EXPECT_EQ(matches(str("caab")), "bool false");
  EXPECT_EQ(matches(whole(1)), "missing");
  EXPECT_EQ(matches(Value()), "missing");
}

TEST_F(Ops, ScratchMemoryIsLimitedAndCounted) {
  const std::string kilobyte(1000, 'x');
  interpreter = std::make_unique<Interpreter>(InterpreterLimits{1000, 4000});
  const auto doubled = [&](int times) {
    return run({str(kilobyte)}, [&](ProgramBuilder& p) {
      p.abc(Opcode::kMove, 7, 0);
      for (int i = 0; i < times; ++i) p.abc(Opcode::kConcat, 7, 7, 0);
      p.abc(Opcode::kSize, 7, 7);
    });
  };
  EXPECT_EQ(doubled(1), "int 2000");
  EXPECT_EQ(interpreter->limit_hits(), 0U);
  EXPECT_EQ(doubled(2), "missing");
  EXPECT_EQ(interpreter->limit_hits(), 1U);
  EXPECT_EQ(doubled(1), "int 2000");
}

}  // namespace
}  // namespace wend

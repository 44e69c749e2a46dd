#include "compiler/emit/code_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace wend::emit {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct CodeBuilder : testing::Test {
  Program program;
  Tables tables{program};
  Code code{tables};
};

TEST_F(CodeBuilder, EqualRowsGetOneIndex) {
  EXPECT_EQ(tables.string("a"), tables.string("a"));
  EXPECT_NE(tables.string("a"), tables.string("b"));
  EXPECT_EQ(tables.property("total"), 0);
  EXPECT_EQ(tables.property("url"), 1);
  EXPECT_EQ(tables.property("total"), 0);
  EXPECT_THAT(program.properties, ElementsAre("total", "url"));
  QueryRow opened;
  QueryRow clicked;
  clicked.word = EngagementWord::kClicked;
  EXPECT_EQ(tables.query(opened), tables.query(QueryRow{}));
  EXPECT_NE(tables.query(opened), tables.query(clicked));
}

TEST_F(CodeBuilder, ConstantsDifferByTagAndBits) {
  Constant one_int;
  one_int.tag = Tag::kInt;
  one_int.i = 1;
  Constant one_ms = one_int;
  one_ms.tag = Tag::kDuration;
  Constant minus_zero;
  minus_zero.tag = Tag::kNumber;
  minus_zero.d = -0.0;
  Constant zero = minus_zero;
  zero.d = 0.0;
  EXPECT_NE(tables.constant(one_int), tables.constant(one_ms));
  EXPECT_NE(tables.constant(zero), tables.constant(minus_zero));
  EXPECT_EQ(tables.constant(zero), tables.constant(zero));
  EXPECT_EQ(tables.text_constant("x"), tables.text_constant("x"));
}

TEST_F(CodeBuilder, RegistersAreAStack) {
  Reg a = code.push();
  {
    Registers three(code, 3);
    EXPECT_EQ(three[0], a + 1);
    EXPECT_EQ(three[2], a + 3);
  }
  EXPECT_EQ(code.push(), a + 1);
  EXPECT_EQ(code.registers_used(), 4);
}

TEST_F(CodeBuilder, TooManyRegistersAreNoted) {
  code.push_many(kMaxRegisters);
  EXPECT_EQ(tables.take_overflow().what, "");
  code.push();
  EXPECT_EQ(tables.take_overflow(), (Tables::Overflow{"values at once in one expression", 251, 250}));
  EXPECT_EQ(tables.take_overflow().what, "");
}

TEST_F(CodeBuilder, JumpsArePatchedToWhereTheLabelIsBound) {
  Code::Label end;
  code.jump_if(Opcode::kJumpUnlessTrue, 7, end);
  code.jump(end);
  code.load_missing(0);
  EXPECT_TRUE(code.bind(end));
  code.a(Opcode::kReturn, 0);
  EXPECT_EQ(code.instructions()[0], encode_ax(Opcode::kJumpUnlessTrue, 7, 2));
  EXPECT_EQ(code.instructions()[1], encode_x24(Opcode::kJump, 1));
}

TEST_F(CodeBuilder, AJumpOutOfReachIsNoted) {
  Code::Label near;
  Code::Label far;
  code.jump_if(Opcode::kJumpIfTrue, 0, far);
  code.jump_if(Opcode::kJumpIfTrue, 0, near);
  for (int i = 0; i < 32767; ++i) code.load_missing(0);
  EXPECT_TRUE(code.bind(near));
  EXPECT_FALSE(code.bind(far));
  EXPECT_EQ(tables.take_overflow(), (Tables::Overflow{"instructions in one branch", 32768, 32767}));
}

TEST_F(CodeBuilder, SmallNumbersNeedNoConstant) {
  code.load_int(1, -32768);
  code.load_int(1, 32768);
  EXPECT_EQ(code.instructions()[0], encode_ax(Opcode::kLoadInt, 1, 0x8000));
  EXPECT_EQ(opcode_of(code.instructions()[1]), Opcode::kLoadConst);
  ASSERT_THAT(program.constants, SizeIs(1));
  EXPECT_EQ(program.constants[0].i, 32768);
}

TEST_F(CodeBuilder, CallsCarryTheirArgs) {
  code.call(2, Function::kLower, 3, 1);
  code.collect(Opcode::kNewList, 2, 3, 4);
  EXPECT_EQ(code.instructions()[0], encode_abc(Opcode::kCall, 2, 1, 3));
  EXPECT_EQ(code.instructions()[1], encode_abc(Opcode::kArgs, 1, 0, 0));
  EXPECT_EQ(code.instructions()[3], encode_abc(Opcode::kArgs, 4, 0, 0));
}

TEST_F(CodeBuilder, TablesThatAreFullAreNoted) {
  for (uint32_t i = 0; i < kMaxTableRows; ++i) tables.property(std::to_string(i));
  EXPECT_EQ(tables.take_overflow().what, "");
  EXPECT_EQ(tables.property("one more"), 0);
  EXPECT_EQ(tables.take_overflow().what, "property names");
  EXPECT_THAT(program.properties, SizeIs(kMaxTableRows));
}

TEST_F(CodeBuilder, CodeIsAppendedBehindWhatIsThere) {
  code.plain(Opcode::kFinish);
  EXPECT_EQ(code.append_to_program(), 0U);
  EXPECT_EQ(code.append_to_program(), 1U);
  EXPECT_THAT(program.code, SizeIs(2));
}

}  // namespace
}  // namespace wend::emit

#include "vm/core/verifier.h"

#include <gtest/gtest.h>

#include "tests/unit/vm/core/sample_program.h"

namespace wend {
namespace {

constexpr StringIx kFar{9999};  // no such string

struct Wrong {
  const char* what;  // in the message
  std::function<void(Program&)> damage;
};

void expect_refused(const std::vector<Wrong>& cases) {
  for (const Wrong& wrong : cases) {
    ProgramBuilder b = make_sample_program();
    wrong.damage(b.program);
    const Status status = verify_program(b.program);
    ASSERT_FALSE(status.ok()) << wrong.what;
    EXPECT_EQ(status.error().kind, ErrorKind::kCorrupt);
    EXPECT_NE(status.error().message.find(wrong.what), std::string::npos) << status.error().message;
  }
}

Instruction abc(Opcode op, int a = 0, int b = 0, int c = 0) {
  return encode_abc(op, static_cast<uint8_t>(a), static_cast<uint8_t>(b), static_cast<uint8_t>(c));
}
Instruction ax(Opcode op, int a, int x) {
  return encode_ax(op, static_cast<uint8_t>(a), static_cast<uint16_t>(x));
}

TEST(Verifier, AcceptsTheSample) {
  ProgramBuilder b = make_sample_program();
  const Status status = verify_program(b.program);
  EXPECT_TRUE(status.ok()) << status.error().message;
}

TEST(Verifier, RefusesWrongRows) {
  expect_refused({
      {"settings 0: a text", [](Program& p) { p.settings.zone = kFar; }},
      {"settings 0: a length", [](Program& p) { p.settings.late_ms = -1; }},
      {"settings 0: the language", [](Program& p) { p.settings.language = 2; }},
      {"constant 0: its tag", [](Program& p) { p.constants[0].tag = static_cast<Tag>(13); }},
      {"constant 0: its encoding",
       [](Program& p) {
         p.constants[0].tag = Tag::kList;
         p.constants[0].bytes = "\x05";
       }},
      {"constant 0: its number", [](Program& p) { p.constants[0].d = 1.0 / 0.0; }},
      {"constant 0: it is neither",
       [](Program& p) {
         p.constants[0].tag = Tag::kBool;
         p.constants[0].i = 2;
       }},
      {"type 1: a name", [](Program& p) { p.types[1].values[0] = kFar; }},
      {"type 1: its tag", [](Program& p) { p.types[1].tag = static_cast<TypeTag>(13); }},
      {"type 3: a field's type", [](Program& p) { p.types[3].fields[0].type = TypeIx{99}; }},
      {"type 3: it holds itself", [](Program& p) { p.types[3].fields[0].type = TypeIx{4}; }},
      {"type 4: a list has no element", [](Program& p) { p.types[4].element = none_of<TypeIx>(); }},
      {"type 4: an element type", [](Program& p) { p.types[4].element = TypeIx{99}; }},
      {"event 0: the engagement events", [](Program& p) { p.events.resize(8); }},
      {"event 1: engagement events are out of order",
       [](Program& p) { p.events[1].word = EngagementWord::kSent; }},
      {"event 2: engagement events come first", [](Program& p) { p.events[2].is_engagement = false; }},
      {"event 9: engagement events come first", [](Program& p) { p.events[9].is_engagement = true; }},
      {"event 9: a name", [](Program& p) { p.events[9].wire_name = kFar; }},
      {"event 9: a property's type", [](Program& p) { p.events[9].properties[0].type = TypeIx{99}; }},
      {"event 9: a property's number", [](Program& p) { p.events[9].properties[2].number = 99; }},
      {"event 9: properties are out", [](Program& p) { p.events[9].properties[1].number = 0; }},
      {"attribute 0: the built-in", [](Program& p) { p.attributes.resize(11); }},
      {"attribute 12: its default", [](Program& p) { p.attributes[12].default_const = 99; }},
      {"attribute 12: its type", [](Program& p) { p.attributes[12].type = none_of<TypeIx>(); }},
      {"channel 0: its address", [](Program& p) { p.channels[0].address = AttrIx{99}; }},
      {"message 0: its channel", [](Program& p) { p.messages[0].channel = none_of<ChannelIx>(); }},
      {"message 0: a routine is of the wrong kind", [](Program& p) { p.messages[0].html = RoutineIx{0}; }},
      {"message 0: a routine is out", [](Program& p) { p.messages[0].to = RoutineIx{99}; }},
      {"message 0: its category", [](Program& p) { p.messages[0].category = CategoryKind::kNamed; }},
      {"routine 0: its entry", [](Program& p) { p.routines[0].entry = 9999; }},
      {"routine 0: it has too many registers", [](Program& p) { p.routines[0].registers = 251; }},
      {"step 0: its journey", [](Program& p) { p.steps[0].journey = JourneyIx{1}; }},
      {"step 0: a name", [](Program& p) { p.steps[0].file = none_of<StringIx>(); }},
      {"send 0: its step", [](Program& p) { p.sends[0].step = StepIx{99}; }},
      {"send 0: its message", [](Program& p) { p.sends[0].message = none_of<MessageIx>(); }},
      {"send 0: a routine is of the wrong", [](Program& p) { p.sends[0].with = RoutineIx{4}; }},
      {"send 0: its best hour", [](Program& p) { p.sends[0].best_hour_within_ms = -1; }},
      {"send 0: what it chooses from is out", [](Program& p) { p.sends[0].place = 1; }},
      {"send 1: what it chooses from is out", [](Program& p) { p.sends[1].others = 1; }},
      {"send 1: nothing chooses from it", [](Program& p) { p.sends[1].place = 1; }},
      {"send 0: its choices are out of order", [](Program& p) { p.sends[0].others = 1; }},
      {"send 1: it belongs to another step",
       [](Program& p) {
         p.sends[0].others = 1;
         p.sends[1].place = 1;
       }},
      {"send 0: a routine is of the wrong", [](Program& p) { p.sends[0].by = RoutineIx{4}; }},
      {"send 0: it expires", [](Program& p) { p.sends[0].expires_after_ms = -1; }},
      {"query 0: its send", [](Program& p) { p.queries[0].target = 2; }},
      {"query 1: its message",
       [](Program& p) {
         p.queries[1].scope = QueryScope::kMessage;
         p.queries[1].target = kNone;
       }},
      {"wait 1: an arm's event", [](Program& p) { p.waits[1].arms[0].event = none_of<EventIx>(); }},
      {"wait 1: an arm's query", [](Program& p) { p.waits[1].arms[0].query = QueryIx{99}; }},
      {"wait 1: an arm's slot", [](Program& p) { p.waits[1].arms[0].slot = 1; }},
      {"wait 1: a routine is of the wrong", [](Program& p) { p.waits[1].moment = RoutineIx{4}; }},
      {"wait 1: its step", [](Program& p) { p.waits[1].step = none_of<StepIx>(); }},
      {"policy 0: a name", [](Program& p) { p.policies[0].name = none_of<StringIx>(); }},
      {"policy 0: a guard's channel", [](Program& p) { p.policies[0].guards[0].channels = {ChannelIx{99}}; }},
      {"policy 0: a throttle lets nothing through",
       [](Program& p) { p.policies[0].guards.back().kind = GuardKind::kThrottle; }},
      {"policy 0: a guard's window", [](Program& p) { p.policies[0].guards[0].window_ms = -1; }},
      {"policy 0: a cap's category", [](Program& p) { p.policies[0].guards[0].scope = CapScope::kCategory; }},
      {"policy 0: a routine is of the wrong",
       [](Program& p) { p.policies[0].guards[0].limit = RoutineIx{4}; }},
      {"policy 0: a routine is out", [](Program& p) { p.policies[0].guards[0].condition = RoutineIx{99}; }},
      {"policy 0: a time of day",
       [](Program& p) { p.policies[0].guards[1].to_ms = static_cast<uint32_t>(kMillisPerDay); }},
      {"policy 0: a weekday", [](Program& p) { p.policies[0].guards[1].weekday_mask = 128; }},
      {"policy 0: guards are out of order",
       [](Program& p) { std::swap(p.policies[0].guards[0], p.policies[0].guards[1]); }},
      {"journey 0: a text", [](Program& p) { p.journeys[0].group = StringIx{9999}; }},
      {"journey 0: its policy", [](Program& p) { p.journeys[0].policy = PolicyIx{1}; }},
      {"journey 0: its entry", [](Program& p) { p.journeys[0].entry_pc = 9999; }},
      {"journey 0: a trigger's event", [](Program& p) { p.journeys[0].triggers[0].event = EventIx{99}; }},
      {"journey 0: an until's event", [](Program& p) { p.journeys[0].untils[0].event = EventIx{99}; }},
      {"journey 0: a name", [](Program& p) { p.journeys[0].untils[0].cause = none_of<StringIx>(); }},
      {"journey 0: it has more than one goal", [](Program& p) { p.journeys[0].goals.resize(2); }},
      {"journey 0: a goal's time", [](Program& p) { p.journeys[0].goals[0].within_ms = -1; }},
      {"journey 0: a length", [](Program& p) { p.journeys[0].lasts_ms = -1; }},
      {"journey 0: its fixed zone", [](Program& p) { p.journeys[0].zone_name = none_of<StringIx>(); }},
      {"journey 0: a kept property is out",
       [](Program& p) {
         p.journeys[0].kept_properties = {0, 99};
       }},
      {"journey 0: kept properties are out",
       [](Program& p) {
         p.journeys[0].kept_properties = {1, 1};
       }},
  });
}

// Instruction numbers as in golden/sample.disasm.
TEST(Verifier, RefusesWrongInstructions) {
  expect_refused({
      {"instruction 1 of routine 0: there is no such opcode", [](Program& p) { p.code[1] = 0; }},
      {"instruction 1 of routine 0: there is no such opcode", [](Program& p) { p.code[1] = 255; }},
      {"instruction 1 of routine 0: unused bits",
       [](Program& p) { p.code[1] = abc(Opcode::kMove, 0, 1, 1); }},
      {"instruction 1 of routine 0: a register", [](Program& p) { p.code[1] = abc(Opcode::kMove, 3, 0); }},
      {"instruction 1 of routine 0: a register", [](Program& p) { p.code[1] = abc(Opcode::kMove, 0, 3); }},
      {"instruction 1 of routine 0: a constant",
       [](Program& p) { p.code[1] = ax(Opcode::kLoadConst, 0, 99); }},
      {"instruction 1 of routine 0: a string", [](Program& p) { p.code[1] = ax(Opcode::kLoadWith, 0, 999); }},
      {"instruction 1 of routine 0: an attribute",
       [](Program& p) { p.code[1] = ax(Opcode::kLoadContact, 0, 13); }},
      {"instruction 1 of routine 0: a property",
       [](Program& p) { p.code[1] = ax(Opcode::kLoadEvent, 0, 3); }},
      {"instruction 1 of routine 0: a query", [](Program& p) { p.code[1] = ax(Opcode::kEngaged, 0, 2); }},
      {"instruction 1 of routine 0: a regular", [](Program& p) { p.code[1] = ax(Opcode::kMatches, 0, 1); }},
      {"instruction 1 of routine 0: a field", [](Program& p) { p.code[1] = abc(Opcode::kLoadRun, 0, 6); }},
      {"instruction 1 of routine 0: a slot", [](Program& p) { p.code[1] = abc(Opcode::kLoadBound, 0, 1); }},
      {"instruction 1 of routine 0: a bool", [](Program& p) { p.code[1] = abc(Opcode::kLoadBool, 0, 2); }},
      {"instruction 1 of routine 0: there is no such tag",
       [](Program& p) { p.code[1] = abc(Opcode::kAsType, 0, 0, 13); }},
      {"instruction 1 of routine 0: it jumps backwards",
       [](Program& p) { p.code[1] = encode_x24(Opcode::kJump, -1); }},
      {"instruction 1 of routine 0: it jumps backwards",
       [](Program& p) { p.code[1] = ax(Opcode::kJumpIfTrue, 0, 0xFFFF); }},
      {"instruction 1 of routine 0: it jumps out",
       [](Program& p) { p.code[1] = encode_x24(Opcode::kJump, 2); }},
      {"instruction 10 of routine 3: it jumps onto",
       [](Program& p) { p.code[10] = ax(Opcode::kJumpIfTrue, 0, 1); }},
      {"instruction 3 of routine 0: the code runs out",
       [](Program& p) { p.code[3] = abc(Opcode::kMove, 0, 1); }},
      {"instruction 3 of routine 0: `end_text` has no place",
       [](Program& p) { p.code[3] = abc(Opcode::kEndText); }},
      {"instruction 1 of routine 0: `text` has no place",
       [](Program& p) { p.code[1] = abc(Opcode::kText, 0); }},
      {"instruction 1 of routine 0: `step` has no place",
       [](Program& p) { p.code[1] = ax(Opcode::kStep, 0, 0); }},
      {"instruction 1 of routine 0: `set` has no place",
       [](Program& p) { p.code[1] = ax(Opcode::kSet, 0, 12); }},
      {"instruction 3 of routine 0: `finish` has no place",
       [](Program& p) { p.code[3] = abc(Opcode::kFinish); }},
      {"instruction 23 of routine 5: `return` has no place",
       [](Program& p) { p.code[23] = abc(Opcode::kReturn); }},
      {"instruction 22 of routine 5: the constant",
       [](Program& p) { p.code[22] = ax(Opcode::kTextConst, 0, 0); }},
      {"instruction 11 of routine 3: an `args` must follow",
       [](Program& p) { p.code[12] = abc(Opcode::kMove, 0, 0); }},
      {"instruction 1 of routine 0: an `args` stands alone",
       [](Program& p) { p.code[1] = abc(Opcode::kArgs, 0); }},
      {"instruction 11 of routine 3: the number of arguments",
       [](Program& p) { p.code[12] = abc(Opcode::kArgs, 2); }},
      {"instruction 11 of routine 3: an argument's register",
       [](Program& p) { p.code[11] = abc(Opcode::kCall, 0, static_cast<int>(Function::kUpper), 2); }},
      {"instruction 11 of routine 3: there is no such function",
       [](Program& p) { p.code[11] = abc(Opcode::kCall, 0, 0, 0); }},
      {"instruction 11 of routine 3: a key has no value",
       [](Program& p) { p.code[11] = abc(Opcode::kNewRecord, 0, 0); }},
      {"instruction 26 of journey 0: a step", [](Program& p) { p.code[26] = ax(Opcode::kStep, 0, 5); }},
      {"instruction 32 of journey 0: a send", [](Program& p) { p.code[32] = ax(Opcode::kSend, 0, 2); }},
      {"instruction 30 of journey 0: a wait", [](Program& p) { p.code[30] = ax(Opcode::kWait, 0, 2); }},
      {"instruction 49 of journey 0: the attribute can't",
       [](Program& p) { p.code[49] = ax(Opcode::kSet, 0, 1); }},
      {"instruction 46 of journey 0: `return` has no place",
       [](Program& p) { p.code[46] = abc(Opcode::kReturn); }},
      {"instruction 50 of journey 0: the code runs out",
       [](Program& p) { p.code[50] = ax(Opcode::kNote, 0, 0); }},
      {"instruction 30 of journey 0: it leads backwards and counts",
       [](Program& p) { p.waits[0].due_pc = 26; }},
      {"instruction 30 of journey 0: the way past it", [](Program& p) { p.waits[0].past_pc = 30; }},
      {"instruction 37 of journey 0: an event leads backwards",
       [](Program& p) { p.waits[1].arms[0].target_pc = 30; }},
      {"instruction 30 of journey 0: it does not lead to the head",
       [](Program& p) {
         p.waits[0].due_pc = 26;
         p.waits[0].passes = 3;
       }},
      {"instruction 26 of journey 0: a loop begins at the wrong depth",
       [](Program& p) { p.code[26] = abc(Opcode::kRepeat, 0, 1); }},
      {"instruction 26 of journey 0: no such loop is open",
       [](Program& p) { p.code[26] = abc(Opcode::kEndRepeat, 0, 0); }},
      {"instruction 50 of journey 0: a loop is not closed",
       [](Program& p) { p.code[26] = abc(Opcode::kRepeat, 0, 0); }},
      {"instruction 26 of journey 0: the event can't be emitted",
       [](Program& p) { p.code[26] = ax(Opcode::kEmit, 0, 3); }},
      {"instruction 26 of journey 0: an event is out",
       [](Program& p) { p.code[26] = ax(Opcode::kEmit, 0, 99); }},
      {"wait 0: a length", [](Program& p) { p.waits[0].quiet_ms = -1; }},
      {"wait 0: it goes on at instruction 25", [](Program& p) { p.waits[0].due_pc = 25; }},
      {"wait 0: it goes on at instruction 51", [](Program& p) { p.waits[0].past_pc = 51; }},
      {"wait 1: it goes on at instruction 3", [](Program& p) { p.waits[1].arms[0].target_pc = 3; }},
      {"journey 0: it goes on at instruction 12", [](Program& p) { p.journeys[0].untils[0].act_pc = 12; }},
      {"instruction 30 of journey 0: a last act waits", [](Program& p) { p.journeys[0].lasts_act_pc = 26; }},
      {"instruction 8: two routines", [](Program& p) { p.routines[1].entry = 8; }},
      {"instruction 0: it belongs to no", [](Program& p) { p.routines[0].entry = 1; }},
  });
}

TEST(Verifier, RefusesAStepOfAnotherJourney) {
  ProgramBuilder b = make_sample_program();
  const JourneyIx other = b.journey("other");
  b.begin_body(other, 0);
  b.ax(Opcode::kStep, 0, 0);
  b.abc(Opcode::kFinish);
  const Status status = verify_program(b.finish());
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("the step belongs to another journey"), std::string::npos);
}

TEST(Verifier, RefusesTypesThatNestWithoutEnd) {
  ProgramBuilder b;
  // Every type holds the one before twice: without memory of what was seen this takes 2^60 steps.
  for (uint32_t i = 0; i < 200; ++i) {
    TypeRow row;
    row.tag = TypeTag::kRecord;
    const TypeIx inner{static_cast<uint32_t>(b.program.types.size() - 1)};
    row.fields = {{b.string("a"), inner, false}, {b.string("b"), inner, false}};
    b.program.types.push_back(row);
    EXPECT_EQ(verify_program(b.program).ok(), i < 63) << i;
  }
}

TEST(Verifier, RefusesTablesThatInstructionsCantName) {
  ProgramBuilder b;
  b.program.constants.resize(kMaxTableRows + 1);
  EXPECT_FALSE(verify_program(b.program).ok());
  ProgramBuilder wide;
  wide.program.properties.resize(kMaxTableRows);
  wide.program.events.resize(9);
  while (wide.program.events.size() < 300) wide.event("e", {});
  EXPECT_FALSE(verify_program(wide.program).ok());
}

TEST(LoadedProgram, RefusesWhatCantBePrepared) {
  ProgramBuilder regex = make_sample_program();
  regex.program.regexes[0] = "(";
  auto loaded = LoadedProgram::load(regex.image());
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().kind, ErrorKind::kCorrupt);
  ProgramBuilder zone = make_sample_program();
  zone.row(JourneyIx{0}).zone_name = zone.string("Europe/Nowhere");
  loaded = LoadedProgram::load(zone.image());
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(
      loaded.error().message,
      "this machine's time zone database has no zone `Europe/Nowhere`, which journey cart_recovery names");
}

TEST(LoadedProgram, FindsByName) {
  ProgramBuilder b = make_sample_program();
  b.event("opened", {});
  const auto loaded = b.load();
  ASSERT_NE(loaded, nullptr);
  EXPECT_EQ(loaded->find_event("Cart Abandoned"), EventIx{9});
  EXPECT_EQ(loaded->find_event("cart_abandoned"), std::nullopt);
  EXPECT_EQ(loaded->find_event("opened"), EventIx{11});
  EXPECT_EQ(loaded->find_event("clicked"), EventIx{1});
  EXPECT_EQ(loaded->find_attribute("total_spent"), AttrIx{12});
  EXPECT_EQ(loaded->find_attribute("nothing"), std::nullopt);
  EXPECT_EQ(loaded->property_slot(EventIx{9}, 1), 1);
  EXPECT_EQ(loaded->property_slot(EventIx{10}, 2), -1);
  EXPECT_EQ(loaded->attribute_default(AttrIx{12}).d, 0);
  EXPECT_TRUE(loaded->attribute_default(AttrIx{2}).missing());
  EXPECT_EQ(loaded->attribute_default(AttrIx{static_cast<uint32_t>(BuiltinAttr::kTags)}).tag, Tag::kList);
}

}  // namespace
}  // namespace wend

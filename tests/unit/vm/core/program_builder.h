#ifndef WEND_TESTS_UNIT_VM_CORE_PROGRAM_BUILDER_H_
#define WEND_TESTS_UNIT_VM_CORE_PROGRAM_BUILDER_H_

// Builds small Programs by hand, for tests that need one without a compiler. It interns strings and
// constants, supplies the engagement events, the built-in attributes and the built-in channels, and lays out
// code.
//
//   ProgramBuilder b;
//   const EventIx order = b.event("order_completed", {"total"});
//   const RoutineIx big = b.value_routine("total >= 20", 3, [&](ProgramBuilder& p) {
//     p.ax(Opcode::kLoadEvent, 0, p.property("total"));
//     p.ax(Opcode::kLoadConst, 1, p.constant(Value::of_number(20)));
//     p.abc(Opcode::kLeNumber, 2, 1, 0);
//     p.abc(Opcode::kReturn, 2);
//   });
//   auto program = b.load();

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vm/core/image_format.h"
#include "vm/core/loaded_program.h"
#include "vm/core/program.h"

namespace wend {

class ProgramBuilder {
 public:
  using Code = std::function<void(ProgramBuilder&)>;
  // A place in code that jumps and rows may name before it is known.
  struct Label {
    size_t number;
  };

  Program program;

  ProgramBuilder() {
    program.compiler_version = "test";
    program.types.push_back({});  // `any`, type 0
    static constexpr const char* kWords[] = {"opened",  "clicked",    "delivered",  "bounced", "failed",
                                             "replied", "complained", "suppressed", "sent"};
    for (size_t i = 0; i < kEngagementWords; ++i) {
      EventRow row;
      row.name = row.wire_name = string(kWords[i]);
      row.is_engagement = true;
      row.word = static_cast<EngagementWord>(i);
      program.events.push_back(row);
    }
    for (const char* name : {"id", "created_at", "email", "phone", "push_token", "timezone", "locale",
                             "topics", "tags", "audiences", "consent", "refused"}) {
      attribute(name);
    }
    channel("email", AttrIx{2});
    channel("sms", AttrIx{3});
  }

  // --- tables; what is asked for twice is made once ---

  StringIx string(std::string_view text) {
    const auto [at, made] =
        strings_.try_emplace(std::string(text), static_cast<uint32_t>(program.strings.size()));
    if (made) program.strings.emplace_back(text);
    return StringIx{at->second};
  }
  uint16_t constant(const Value& value) {
    std::string encoded;
    encode_value(encoded, value);
    const auto [at, made] = constants_.try_emplace(encoded, static_cast<uint32_t>(program.constants.size()));
    if (made) {
      Constant row;
      row.tag = value.tag;
      if (value.tag == Tag::kString || value.tag == Tag::kList || value.tag == Tag::kRecord) {
        row.bytes = std::string(value.bytes());
      } else if (value.tag == Tag::kNumber || value.tag == Tag::kPercent) {
        row.d = value.d;
      } else {
        row.i = value.i;
      }
      program.constants.push_back(row);
    }
    return static_cast<uint16_t>(at->second);
  }
  uint16_t property(std::string_view name) {
    const auto [at, made] =
        properties_.try_emplace(std::string(name), static_cast<uint16_t>(program.properties.size()));
    if (made) program.properties.emplace_back(name);
    return at->second;
  }
  uint16_t regex(std::string_view pattern) {
    program.regexes.emplace_back(pattern);
    return static_cast<uint16_t>(program.regexes.size() - 1);
  }
  TypeIx type(TypeTag tag) {
    TypeRow row;
    row.tag = tag;
    if (tag == TypeTag::kList) row.element = TypeIx{0};
    program.types.push_back(row);
    return TypeIx{static_cast<uint32_t>(program.types.size() - 1)};
  }
  EventIx event(std::string_view name, const std::vector<std::string>& properties) {
    EventRow row;
    row.name = row.wire_name = string(name);
    std::map<uint16_t, std::string> sorted;
    for (const std::string& p : properties) sorted[property(p)] = p;
    for (const auto& [number, p] : sorted) row.properties.push_back({string(p), number, TypeIx{0}, true});
    program.events.push_back(row);
    return EventIx{static_cast<uint32_t>(program.events.size() - 1)};
  }
  AttrIx attribute(std::string_view name, uint32_t default_const = kNone) {
    program.attributes.push_back({string(name), TypeIx{0}, true, default_const});
    return AttrIx{static_cast<uint32_t>(program.attributes.size() - 1)};
  }
  ChannelIx channel(std::string_view name, AttrIx address) {
    ChannelRow row;
    row.name = string(name);
    row.address = address;
    program.channels.push_back(row);
    return ChannelIx{static_cast<uint32_t>(program.channels.size() - 1)};
  }
  // A message whose body is a constant text.
  MessageIx message(std::string_view name, ChannelIx channel, std::string_view body) {
    MessageRow row;
    row.name = string(name);
    row.channel = channel;
    row.body = text_routine(
        name, 0, [&](ProgramBuilder& b) { b.ax(Opcode::kTextConst, 0, b.constant(Value::of_string(body))); });
    program.messages.push_back(row);
    return MessageIx{static_cast<uint32_t>(program.messages.size() - 1)};
  }
  StepIx step(JourneyIx journey, StepRowKind kind, std::string_view text) {
    StepRow row;
    row.journey = journey;
    row.kind = kind;
    row.file = string("test.wend");
    row.line = static_cast<uint32_t>(program.steps.size()) + 1;
    row.column = 1;
    row.text = string(text);
    program.steps.push_back(row);
    return StepIx{static_cast<uint32_t>(program.steps.size() - 1)};
  }
  uint16_t send_row(StepIx step, MessageIx message) {
    SendRow row;
    row.step = step;
    row.message = message;
    program.sends.push_back(row);
    return static_cast<uint16_t>(program.sends.size() - 1);
  }
  // Its targets are set with `wait_targets`.
  uint16_t wait_row(StepIx step) {
    WaitRow row;
    row.step = step;
    program.waits.push_back(row);
    return static_cast<uint16_t>(program.waits.size() - 1);
  }
  uint16_t query(const QueryRow& row) {
    program.queries.push_back(row);
    return static_cast<uint16_t>(program.queries.size() - 1);
  }

  // --- code ---

  void abc(Opcode op, unsigned a = 0, unsigned b = 0, unsigned c = 0) {
    emit(encode_abc(op, static_cast<uint8_t>(a), static_cast<uint8_t>(b), static_cast<uint8_t>(c)));
  }
  void ax(Opcode op, unsigned a, uint32_t x) {
    emit(encode_ax(op, static_cast<uint8_t>(a), static_cast<uint16_t>(x)));
  }
  void x24(Opcode op, int32_t x) { emit(encode_x24(op, x)); }
  void emit(Instruction instruction) { program.code.push_back(instruction); }
  void call(Function function, unsigned dst, unsigned base, unsigned count) {
    abc(Opcode::kCall, dst, static_cast<unsigned>(function), base);
    abc(Opcode::kArgs, count);
  }
  // The index of the next instruction.
  uint32_t pc() const { return static_cast<uint32_t>(program.code.size()); }

  Label label() {
    labels_.push_back(kNone);
    return {labels_.size() - 1};
  }
  void bind(Label label) { labels_[label.number] = pc(); }
  void jump(Label target) {
    fixups_.push_back([at = pc(), target](ProgramBuilder& b) {
      b.program.code[at] = encode_x24(Opcode::kJump, static_cast<int32_t>(b.place(target) - at - 1));
    });
    x24(Opcode::kJump, 0);
  }
  void jump_if(Opcode op, unsigned reg, Label target) {
    fixups_.push_back([at = pc(), target, op, reg](ProgramBuilder& b) {
      b.program.code[at] =
          encode_ax(op, static_cast<uint8_t>(reg), static_cast<uint16_t>(b.place(target) - at - 1));
    });
    ax(op, reg, 0);
  }
  void wait_targets(uint16_t wait, Label due, Label past) {
    fixups_.push_back([wait, due, past](ProgramBuilder& b) {
      b.program.waits[wait].due_pc = b.place(due);
      b.program.waits[wait].past_pc = b.place(past);
    });
  }
  void wait_arm(uint16_t wait, EventIx event, Label target, RoutineIx where = none_of<RoutineIx>(),
                QueryIx query = none_of<QueryIx>(), uint8_t slot = kNoSlot) {
    program.waits[wait].arms.push_back({event, where, query, slot, 0});
    const size_t arm = program.waits[wait].arms.size() - 1;
    fixups_.push_back([wait, arm, target](ProgramBuilder& b) {
      b.program.waits[wait].arms[arm].target_pc = b.place(target);
    });
  }

  // Routines. `code` of a text needs no `end_text`; that of a value must return.
  RoutineIx value_routine(std::string_view name, unsigned registers, const Code& code) {
    return routine(name, registers, RoutineKind::kValue, code);
  }
  RoutineIx text_routine(std::string_view name, unsigned registers, const Code& code) {
    return routine(name, registers, RoutineKind::kTemplate, code);
  }

  // A journey's row. Its body is written between begin_body() and the next routine, begin_body() or load();
  // code that needs routines must make them before.
  JourneyIx journey(std::string_view name) {
    JourneyRow row;
    row.name = string(name);
    row.lasts_ms = 90 * kMillisPerDay;
    program.journeys.push_back(row);
    return JourneyIx{static_cast<uint32_t>(program.journeys.size() - 1)};
  }
  JourneyRow& row(JourneyIx journey) { return program.journeys[journey.index()]; }
  void begin_body(JourneyIx journey, unsigned registers) {
    row(journey).entry_pc = pc();
    row(journey).registers = static_cast<uint8_t>(registers);
  }
  void trigger(JourneyIx journey, EventIx event, RoutineIx where = none_of<RoutineIx>()) {
    row(journey).triggers.push_back(
        {event, where, string("on " + program.text(program.events[event.index()].name))});
  }
  // Sets `act_pc` of an until, or `lasts_act_pc` for until == kNone.
  void act_at(JourneyIx journey, uint32_t until, Label label) {
    fixups_.push_back([journey, until, label](ProgramBuilder& b) {
      JourneyRow& row = b.row(journey);
      (until == kNone ? row.lasts_act_pc : row.untils[until].act_pc) = b.place(label);
    });
  }

  // --- results ---

  // Fills in what labels stand for.
  const Program& finish() {
    for (const auto& fixup : fixups_) fixup(*this);
    fixups_.clear();
    return program;
  }
  std::string image() { return write_image(finish()); }
  // Fails the test where the program is refused.
  std::shared_ptr<const LoadedProgram> load() {
    auto loaded = LoadedProgram::load(image());
    if (!loaded.ok()) {
      ADD_FAILURE() << loaded.error().message;
      return nullptr;
    }
    return *loaded;
  }

 private:
  RoutineIx routine(std::string_view name, unsigned registers, RoutineKind kind, const Code& code) {
    RoutineRow row;
    row.entry = pc();
    row.registers = static_cast<uint8_t>(registers);
    row.kind = kind;
    row.name = string(name);
    code(*this);
    if (kind == RoutineKind::kTemplate) abc(Opcode::kEndText);
    program.routines.push_back(row);
    return RoutineIx{static_cast<uint32_t>(program.routines.size() - 1)};
  }
  uint32_t place(Label label) const {
    EXPECT_NE(labels_[label.number], kNone) << "label " << label.number << " was never bound";
    return labels_[label.number];
  }

  std::map<std::string, uint32_t> strings_;
  std::map<std::string, uint32_t> constants_;
  std::map<std::string, uint16_t> properties_;
  std::vector<uint32_t> labels_;
  std::vector<std::function<void(ProgramBuilder&)>> fixups_;
};

}  // namespace wend

#endif  // WEND_TESTS_UNIT_VM_CORE_PROGRAM_BUILDER_H_

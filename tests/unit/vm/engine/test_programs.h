#ifndef WEND_TESTS_UNIT_VM_ENGINE_TEST_PROGRAMS_H_
#define WEND_TESTS_UNIT_VM_ENGINE_TEST_PROGRAMS_H_

// Programs built by hand for the engine's tests, and a driver that feeds them.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/unit/vm/core/program_builder.h"
#include "vm/engine/delivery_line.h"
#include "vm/engine/engine.h"
#include "vm/store/memory_store.h"
#include "vm/store/record_format.h"
#include "vm/trace/report.h"
#include "vm/trace/trace_format.h"
#include "vm/trace/why.h"

namespace wend {

constexpr Millis kStart = 1772442000000;  // 2026-03-02T09:00:00Z
constexpr Millis kMinute = kMillisPerMinute;
constexpr Millis kHour = kMillisPerHour;
constexpr Millis kDay = kMillisPerDay;

// Writes bodies of journeys step by step.
class JourneyWriter {
 public:
  JourneyWriter(ProgramBuilder& builder, std::string_view name) : b(builder), journey(b.journey(name)) {}

  ProgramBuilder& b;
  const JourneyIx journey;

  JourneyRow& row() { return b.row(journey); }
  void on(EventIx event, RoutineIx where = none_of<RoutineIx>()) { b.trigger(journey, event, where); }
  void until(EventIx event, RoutineIx where = none_of<RoutineIx>(), QueryIx query = none_of<QueryIx>()) {
    UntilRow until;
    until.event = event;
    until.where = where;
    until.query = query;
    until.cause = b.program.events[event.index()].name;
    row().untils.push_back(until);
  }
  void goal(EventIx event, Millis within_ms, RoutineIx where = none_of<RoutineIx>(),
            RoutineIx value = none_of<RoutineIx>()) {
    row().goals.push_back({event, where, value, within_ms});
  }
  void begin() { b.begin_body(journey, 8); }
  uint16_t send(MessageIx message) {
    const StepIx step = b.step(journey, StepRowKind::kSend, "send");
    const uint16_t send = b.send_row(step, message);
    b.ax(Opcode::kStep, 0, step.number);
    b.ax(Opcode::kSend, 0, send);
    return send;
  }
  void wait(Millis length_ms) {
    const uint16_t wait = wait_until_now_plus(length_ms, "wait");
    const auto after = b.label();
    b.wait_targets(wait, after, after);
    b.bind(after);
  }
  // wait for EVENT up to D { then } else {}: the code of both branches follows by the labels.
  struct WaitFor {
    ProgramBuilder::Label then, otherwise;
  };
  WaitFor wait_for(EventIx event, Millis up_to_ms, RoutineIx where = none_of<RoutineIx>(),
                   QueryIx query = none_of<QueryIx>(), uint8_t slot = kNoSlot) {
    const uint16_t wait = wait_until_now_plus(up_to_ms, "wait for");
    const WaitFor labels{b.label(), b.label()};
    b.wait_targets(wait, labels.otherwise, labels.otherwise);
    b.wait_arm(wait, event, labels.then, where, query, slot);
    return labels;
  }
  // wait until MOMENT { due } else { past }
  WaitFor wait_moment(RoutineIx moment, const ProgramBuilder::Code& load_into_0) {
    const StepIx step = b.step(journey, StepRowKind::kWaitMoment, "wait until moment");
    const uint16_t wait = b.wait_row(step);
    b.program.waits[wait].moment = moment;
    b.ax(Opcode::kStep, 0, step.number);
    load_into_0(b);
    b.ax(Opcode::kWait, 0, wait);
    const WaitFor labels{b.label(), b.label()};
    b.wait_targets(wait, labels.then, labels.otherwise);
    return labels;
  }
  void note(std::string_view text) { b.ax(Opcode::kNote, 0, b.string(text).number); }
  void exit(std::string_view reason) { b.ax(Opcode::kExit, 0, b.string(reason).number); }
  void finish() { b.abc(Opcode::kFinish); }
  void set(AttrIx attribute, const Value& value) {
    b.ax(Opcode::kLoadConst, 0, b.constant(value));
    b.ax(Opcode::kSet, 0, attribute.number);
  }

 private:
  uint16_t wait_until_now_plus(Millis length_ms, std::string_view text) {
    const StepIx step = b.step(journey, StepRowKind::kWait, text);
    const uint16_t wait = b.wait_row(step);
    b.ax(Opcode::kStep, 0, step.number);
    b.abc(Opcode::kLoadNow, 0);
    b.ax(Opcode::kLoadConst, 1, b.constant(Value::of_duration(length_ms)));
    b.abc(Opcode::kAddTime, 0, 0, 1);
    b.ax(Opcode::kWait, 0, wait);
    return wait;
  }
};

// on EVENT call weather { city: "Oslo" } up to D: `yes` ends the run where an answer came, `no` else.
inline void asks_weather(ProgramBuilder& b, EventIx event, Millis up_to_ms,
                         const std::function<void(JourneyWriter&)>& yes,
                         const std::function<void(JourneyWriter&)>& no) {
  const EventIx answer = b.event("answer weather", {"wend_call", "wend_ok", "sky"});
  const auto is = [&](bool ok) {
    return b.value_routine(ok ? "answered" : "refused", 2, [&](ProgramBuilder& p) {
      p.ax(Opcode::kLoadEvent, 0, p.property("wend_call"));
      p.abc(Opcode::kLoadRun, 1, static_cast<unsigned>(RunField::kCall));
      p.abc(Opcode::kEqInt, 0, 0, 1);
      p.ax(Opcode::kLoadEvent, 1, p.property("wend_ok"));
      if (!ok) p.abc(Opcode::kNot, 1, 1);
      p.abc(Opcode::kAnd, 0, 0, 1);
      p.abc(Opcode::kReturn, 0);
    });
  };
  const RoutineIx answered = is(true);
  const RoutineIx refused = is(false);
  JourneyWriter j(b, "asks");
  j.on(event);
  j.begin();
  b.ax(Opcode::kLoadConst, 0, b.constant(Value::of_string("city")));
  b.ax(Opcode::kLoadConst, 1, b.constant(Value::of_string("Oslo")));
  b.abc(Opcode::kNewRecord, 0, 0);
  b.abc(Opcode::kArgs, 2);
  b.ax(Opcode::kRequest, 0, b.string("weather").number);
  const auto ways = j.wait_for(answer, up_to_ms, answered);
  b.wait_arm(static_cast<uint16_t>(b.program.waits.size() - 1), answer, ways.otherwise, refused);
  b.bind(ways.then);
  yes(j);
  b.bind(ways.otherwise);
  no(j);
  j.finish();
}

// `event.PROPERTY >= least`.
inline RoutineIx at_least(ProgramBuilder& b, std::string_view property, double least) {
  return b.value_routine("at least", 4, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadEvent, 0, p.property(property));
    p.abc(Opcode::kAsType, 0, 0, static_cast<unsigned>(Tag::kNumber));
    p.ax(Opcode::kLoadConst, 1, p.constant(Value::of_number(least)));
    p.abc(Opcode::kLeNumber, 2, 1, 0);
    p.abc(Opcode::kReturn, 2);
  });
}
// `event.PROPERTY`.
inline RoutineIx property_value(ProgramBuilder& b, std::string_view property) {
  return b.value_routine("value", 2, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadEvent, 0, p.property(property));
    p.abc(Opcode::kReturn, 0);
  });
}
// `event.PROPERTY == trigger.PROPERTY`.
inline RoutineIx same_property(ProgramBuilder& b, std::string_view property) {
  return b.value_routine("same", 4, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadEvent, 0, p.property(property));
    p.ax(Opcode::kLoadTrigger, 1, p.property(property));
    p.abc(Opcode::kEqAny, 2, 0, 1);
    p.abc(Opcode::kReturn, 2);
  });
}

// One engine over a store in memory, fed by hand.
class Bench {
 public:
  explicit Bench(std::string image, EngineOptions options = {})
      : store_(make_memory_store()), image_(std::move(image)), options_(options) {
    options_.durability = Durability::kUnsynced;
    reopen();
  }

  // Starts anew on what the store holds.
  void reopen() {
    engine_.reset();
    auto engine = Engine::open(*store_, clock_, image_, options_, &report_);
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    engine_ = std::move(*engine);
  }
  void deploy(std::string image) {
    image_ = std::move(image);
    reopen();
  }

  static Input event(std::string_view contact, std::string_view name, Millis at_ms,
                     const std::vector<std::pair<std::string, Value>>& properties = {},
                     std::string_view id = {}) {
    Input input;
    input.contact = std::string(contact);
    input.event = std::string(name);
    input.at_ms = at_ms;
    input.id = id.empty() ? std::string(name) + std::to_string(at_ms) : std::string(id);
    input.properties = record(properties);
    return input;
  }
  static Input identify(std::string_view contact, Millis at_ms,
                        const std::vector<std::pair<std::string, Value>>& traits) {
    Input input;
    input.kind = InputKind::kIdentify;
    input.contact = std::string(contact);
    input.at_ms = at_ms;
    input.id = "identify" + std::to_string(at_ms);
    input.traits = record(traits);
    return input;
  }
  static std::string record(const std::vector<std::pair<std::string, Value>>& fields) {
    if (fields.empty()) return {};
    RecordBuilder builder;
    for (const auto& [name, value] : fields) builder.add(name, value);
    return builder.build();
  }

  void give(const std::vector<Input>& inputs) {
    const Status status = engine_->process(inputs);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }
  void give(const Input& input) { give(std::vector<Input>{input}); }
  void advance(Millis now_ms) {
    const Status status = engine_->advance_to(now_ms);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }

  // All outcomes so far, taken out, as "minutes since the start channel message status reason".
  std::vector<std::string> outcomes() {
    std::vector<std::string> lines;
    for (const Delivery& d : deliveries()) {
      std::string line = std::to_string((d.at_ms - kStart) / kMinute) + " " + d.contact + " " + d.channel +
                         " " + d.message + " " + std::string(delivery_status_name(d.status));
      if (!d.reason.empty()) line += " " + d.reason;
      lines.push_back(std::move(line));
    }
    return lines;
  }
  std::vector<Delivery> deliveries() {
    std::vector<Delivery> all;
    auto entries = engine_->outbox().take(kNever, 100000);
    EXPECT_TRUE(entries.ok());
    if (!entries.ok()) return all;
    for (const OutboxEntry& entry : *entries) all.push_back(entry.delivery);
    EXPECT_TRUE(engine_->outbox().finish(*entries, {}, Durability::kUnsynced).ok());
    return all;
  }
  ContactState state(std::string_view contact) {
    ContactState state;
    const auto record = store_->get(Family::kContacts, contact);
    EXPECT_TRUE(record.ok() && record->has_value()) << "no contact " << contact;
    if (record.ok() && record->has_value()) {
      const Status status = decode_record(**record, contact, state);
      EXPECT_TRUE(status.ok());
    }
    return state;
  }
  size_t active(std::string_view contact) {
    const ContactState found = state(contact);
    return static_cast<size_t>(std::count_if(found.runs.begin(), found.runs.end(),
                                             [](const StoredRun& run) { return run.active(); }));
  }
  EngineReport report() {
    auto report = read_report(*store_);
    EXPECT_TRUE(report.ok());
    return report.ok() ? *report : EngineReport();
  }
  JourneyReport journey(std::string_view name) {
    for (JourneyReport& found : report().journeys) {
      if (found.journey == name) return found;
    }
    return {};
  }
  int64_t total(const std::string& name) { return report().totals[name]; }
  std::string why(std::string_view contact) {
    const auto text = why_text(*store_, contact);
    EXPECT_TRUE(text.ok()) << text.error().message;
    return text.ok() ? *text : std::string();
  }

  Engine& engine() { return *engine_; }
  Store& store() { return *store_; }
  const OpenReport& opened() const { return report_; }

 private:
  std::unique_ptr<Store> store_;
  std::string image_;
  EngineOptions options_;
  ManualClock clock_;
  OpenReport report_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace wend

#endif  // WEND_TESTS_UNIT_VM_ENGINE_TEST_PROGRAMS_H_

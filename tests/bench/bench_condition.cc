// A condition through the VM's public call, on an encoded contact record and an event as the engine holds it:
//
//   contact.total_spent > 100 and event.amount >= 20 and contact.country == "FR"
//
// The code is assembled as the compiler does it: `and` jumps to the end where its left side is false.
// Contacts are taken in turn, so that the outcome differs from call to call.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "vm/base/hash.h"
#include "vm/core/attribute_block.h"
#include "vm/core/image_format.h"
#include "vm/core/interpreter.h"
#include "vm/core/loaded_program.h"

namespace wend {
namespace {

constexpr size_t kContacts = 256;  // a power of two

StringIx add_string(Program& p, const char* text) {
  p.strings.emplace_back(text);
  return StringIx{static_cast<uint32_t>(p.strings.size() - 1)};
}

uint16_t add_constant(Program& p, Constant constant) {
  p.constants.push_back(std::move(constant));
  return static_cast<uint16_t>(p.constants.size() - 1);
}

void add_tables(Program& p) {
  p.types.push_back({});
  for (size_t i = 0; i < kEngagementWords; ++i) {
    EventRow row;
    row.name = row.wire_name = add_string(p, "word");
    row.is_engagement = true;
    row.word = static_cast<EngagementWord>(i);
    p.events.push_back(row);
  }
  EventRow order;
  order.name = order.wire_name = add_string(p, "order_completed");
  p.properties = {"order_id", "amount", "currency"};
  for (uint16_t i = 0; i < 3; ++i) {
    order.properties.push_back({add_string(p, p.properties[i].c_str()), i, TypeIx{0}, true});
  }
  p.events.push_back(order);
  for (size_t i = 0; i < kBuiltinAttrs + 2; ++i)
    p.attributes.push_back({add_string(p, "attribute"), TypeIx{0}, true});
}

Program make_program() {
  Program p;
  add_tables(p);
  constexpr uint16_t kTotalSpent = kBuiltinAttrs;
  constexpr uint16_t kCountry = kBuiltinAttrs + 1;
  const uint16_t hundred = add_constant(p, {Tag::kNumber, 0, 100, ""});
  const uint16_t twenty = add_constant(p, {Tag::kNumber, 0, 20, ""});
  const uint16_t france = add_constant(p, {Tag::kString, 0, 0, "FR"});
  p.code = {encode_ax(Opcode::kLoadContact, 0, kTotalSpent),
            encode_ax(Opcode::kLoadConst, 1, hundred),
            encode_abc(Opcode::kLtNumber, 0, 1, 0),
            encode_ax(Opcode::kJumpIfFalse, 0, 9),
            encode_ax(Opcode::kLoadEvent, 1, 1),
            encode_ax(Opcode::kLoadConst, 2, twenty),
            encode_abc(Opcode::kLeNumber, 1, 2, 1),
            encode_abc(Opcode::kAnd, 0, 0, 1),
            encode_ax(Opcode::kJumpIfFalse, 0, 4),
            encode_ax(Opcode::kLoadContact, 1, kCountry),
            encode_ax(Opcode::kLoadConst, 2, france),
            encode_abc(Opcode::kEqString, 1, 1, 2),
            encode_abc(Opcode::kAnd, 0, 0, 1),
            encode_abc(Opcode::kReturn, 0, 0, 0)};
  p.routines.push_back({0, 3, RoutineKind::kValue, StringIx{0}});
  return p;
}

// `percent_true` of 100 contacts pass all three comparisons; the others fail at one of them, in turn.
struct Workload {
  std::shared_ptr<const LoadedProgram> program;
  std::vector<std::string> blocks;
  std::vector<ContactView> contacts;
  std::vector<std::array<Value, 3>> values;
  std::vector<EventView> events;
  std::array<uint16_t, kBuiltinAttrs + 2> numbers{};
};

std::unique_ptr<Workload> make_workload(uint64_t percent_true) {
  auto w = std::make_unique<Workload>();
  auto loaded = LoadedProgram::load(write_image(make_program()));
  WEND_CHECK(loaded.ok());
  w->program = *loaded;
  for (size_t i = 0; i < w->numbers.size(); ++i) w->numbers[i] = static_cast<uint16_t>(3 + 2 * i);
  w->blocks.resize(kContacts);
  w->values.resize(kContacts);
  uint64_t state = 1;
  for (size_t i = 0; i < kContacts; ++i) {
    const uint64_t draw = splitmix64(state);
    const uint64_t fails = draw % 100 < percent_true ? 3 : (draw >> 32) % 3;
    BlockBuilder block;
    for (const size_t a : {2U, 3U, 6U, 7U, 10U})
      block.put(w->numbers[a], Value::of_string("something@shop.example"));
    block.put(w->numbers[kBuiltinAttrs], Value::of_number(fails == 0 ? 20 : 250));
    block.put(w->numbers[kBuiltinAttrs + 1], Value::of_string(fails == 2 ? "DE" : "FR"));
    w->blocks[i] = block.build();
    ContactView contact;
    contact.id = "c42";
    contact.attributes = w->blocks[i];
    contact.attribute_numbers = w->numbers;
    w->contacts.push_back(contact);
    w->values[i] = {Value::of_string("o1"), Value::of_number(fails == 1 ? 5 : 40), Value::of_string("EUR")};
    EventView event;
    event.event = EventIx{kEngagementWords};
    event.values = w->values[i];
    w->events.push_back(event);
  }
  return w;
}

void evaluate_condition(benchmark::State& state) {
  const auto w = make_workload(static_cast<uint64_t>(state.range(0)));
  Interpreter interpreter;
  EvalContext context;
  context.program = w->program.get();
  context.zone = &utc_zone();
  size_t i = 0;
  uint64_t passed = 0;
  for (auto _ : state) {
    context.contact = &w->contacts[i];
    context.event = &w->events[i];
    passed += interpreter.evaluate(RoutineIx{0}, context).is_true() ? 1 : 0;
    i = (i + 1) % kContacts;
  }
  benchmark::DoNotOptimize(passed);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(evaluate_condition)->ArgName("percent_true")->Arg(100)->Arg(50)->Arg(0);

}  // namespace
}  // namespace wend

BENCHMARK_MAIN();

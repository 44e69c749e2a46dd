#ifndef WEND_TESTS_UNIT_VM_ENGINE_RANDOM_WORLD_H_
#define WEND_TESTS_UNIT_VM_ENGINE_RANDOM_WORLD_H_

// A program that uses most of what the engine does, random inputs for it, and what can be compared after a
// run.

#include <map>
#include <string>
#include <vector>

#include "tests/unit/vm/engine/test_programs.h"
#include "vm/base/hash.h"
#include "vm/trace/trace_text.h"

namespace wend {

// Two journeys: one keyed with until, goal, waits and engagement; one that restarts and sets an attribute.
inline std::string world_image() {
  ProgramBuilder b;
  const EventIx cart = b.event("cart", {"cart_id", "total"});
  const EventIx order = b.event("order", {"cart_id", "total"});
  const EventIx visit = b.event("visit", {"page"});
  const AttrIx visits = b.attribute("visited");
  const MessageIx hello = b.message("hello", ChannelIx{0}, "Hello");
  const MessageIx ping = b.message("ping", ChannelIx{1}, "Ping");
  const MessageIx bye = b.message("bye", ChannelIx{0}, "Bye");
  const RoutineIx big = at_least(b, "total", 30);
  const RoutineIx each = property_value(b, "cart_id");
  const RoutineIx value = property_value(b, "total");
  const RoutineIx same = same_property(b, "cart_id");
  const QueryIx clicked{
      b.query({EngagementWord::kClicked, QueryScope::kLastSend, kNone, none_of<StringIx>()})};
  const uint16_t opened =
      b.query({EngagementWord::kOpened, QueryScope::kLastSend, kNone, none_of<StringIx>()});

  JourneyWriter recovery(b, "recovery");
  recovery.on(cart, big);
  recovery.row().enter = EnterMode::kOncePer;
  recovery.row().enter_per_ms = 3 * kDay;
  recovery.row().each = each;
  recovery.row().kept_properties = {b.property("cart_id")};
  recovery.row().lasts_ms = 2 * kDay;
  recovery.until(order, same);
  recovery.goal(order, 3 * kDay, none_of<RoutineIx>(), value);
  recovery.begin();
  recovery.wait(20 * kMinute);
  recovery.send(hello);
  const auto wait = recovery.wait_for(EventIx{static_cast<uint32_t>(EngagementWord::kClicked)}, 5 * kHour,
                                      none_of<RoutineIx>(), clicked);
  b.bind(wait.then);
  recovery.exit("came back");
  b.bind(wait.otherwise);
  const auto end = b.label();
  b.ax(Opcode::kEngaged, 0, opened);
  b.jump_if(Opcode::kJumpIfTrue, 0, end);
  recovery.send(ping);
  b.bind(end);
  recovery.wait(10 * kDay);  // longer than the run lasts
  recovery.finish();
  const auto act = b.label();
  b.bind(act);
  recovery.send(bye);
  b.abc(Opcode::kEndAct);
  b.act_at(recovery.journey, kNone, act);

  JourneyWriter browse(b, "browse");
  browse.on(visit);
  browse.row().enter = EnterMode::kRestart;
  browse.row().priority = 1;
  browse.begin();
  browse.set(visits, Value::of_string("yes"));
  browse.wait(3 * kHour);
  browse.send(ping);
  browse.finish();
  return b.image();
}

// Inputs of a log: mostly in order of time, some late, some twice, some for a contact nobody knows.
inline std::vector<Input> random_inputs(uint64_t seed, size_t count) {
  uint64_t state = seed;
  const auto below = [&](uint64_t n) { return static_cast<int64_t>(splitmix64(state) % n); };
  std::vector<Input> inputs;
  Millis now = kStart;
  for (size_t i = 0; i < count; ++i) {
    now +=
        below(4) == 0 ? below(2 * static_cast<uint64_t>(kHour)) : below(5 * static_cast<uint64_t>(kMinute));
    Millis at = now;
    if (below(12) == 0) at -= below(30 * static_cast<uint64_t>(kHour));
    if (below(60) == 0) at -= 9 * kDay;
    const std::string contact = "c" + std::to_string(below(12));
    const std::string cart = "k" + std::to_string(below(3));
    Input input;
    switch (below(8)) {
      case 0:
        input = Bench::identify(contact, at,
                                {{"email", Value::of_string("mail@x.example")},
                                 {"phone", below(2) == 0 ? Value() : Value::of_string("+331")}});
        break;
      case 1:
      case 2:
        input = Bench::event(contact, "cart", at,
                             {{"cart_id", Value::of_string(cart)}, {"total", Value::of_int(below(90))}});
        break;
      case 3:
        input = Bench::event(contact, "order", at,
                             {{"cart_id", Value::of_string(cart)}, {"total", Value::of_number(9.5)}});
        break;
      case 4:
        input = Bench::event(contact, "visit", at);
        break;
      case 5:
        input = Bench::event(contact, "opened", at);
        break;
      case 6:
        input = Bench::event(contact, "clicked", at, {{"link", Value::of_string("shop")}});
        break;
      default:
        input = Bench::event(contact, below(3) == 0 ? "Email Bounced" : "nobody listens", at,
                             {{"type", Value::of_string("soft")}});
        break;
    }
    input.id = "m" + std::to_string(i);
    input.historical = below(50) == 0;
    inputs.push_back(input);
    if (below(15) == 0) inputs.push_back(input);  // sent twice
  }
  return inputs;
}

// All that a store holds for people and for later: records, timers, counters, traces (entries, however they
// were committed), and the deliveries taken from the outbox.
struct Outcome {
  std::map<std::string, std::string> records, timers, counters;
  std::map<std::string, std::string> traces;  // a line an entry
  std::string deliveries;

  bool operator==(const Outcome&) const = default;
};

inline std::map<std::string, std::string> contents(const Store& store, Family family) {
  std::map<std::string, std::string> all;
  const auto it = store.iterate(family, {}, {});
  for (it->seek({}); it->valid(); it->next()) all.emplace(it->key(), it->value());
  return all;
}

inline std::string trace_line(const TraceEntry& e) {
  std::string line = std::to_string(e.at_ms - kStart) + " " + std::string(trace_kind_name(e.kind));
  for (const uint64_t n : {uint64_t{e.image}, uint64_t{e.journey}, e.run, uint64_t{e.step}}) {
    line += " " + (n == kNone ? "-" : std::to_string(n));
  }
  return line + " " + std::to_string(e.number) + " " + e.text + " " + e.more + "\n";
}

inline Outcome outcome_of(const Store& store, std::string deliveries) {
  Outcome outcome;
  outcome.records = contents(store, Family::kContacts);
  outcome.timers = contents(store, Family::kTimers);
  outcome.counters = contents(store, Family::kCounters);
  for (const auto& [key, value] : contents(store, Family::kTrace)) {
    std::vector<TraceEntry> entries;
    EXPECT_TRUE(decode_trace(value, entries).ok());
    std::string& lines = outcome.traces[key.substr(0, key.find('\0'))];
    for (const TraceEntry& e : entries) lines += trace_line(e);
  }
  outcome.deliveries = std::move(deliveries);
  return outcome;
}

// Takes what is settled, as the file connector does.
inline void drain(Engine& engine, Millis below_ms, std::string& lines) {
  const auto entries = engine.outbox().take(below_ms, 1000000);
  ASSERT_TRUE(entries.ok());
  for (const OutboxEntry& entry : *entries) append_delivery_line(lines, entry.delivery);
  ASSERT_TRUE(engine.outbox().finish(*entries, {}, Durability::kUnsynced).ok());
}

// Replays the inputs in batches of random size and drains after each.
inline Outcome replay(const std::vector<Input>& inputs, size_t most, uint64_t seed, size_t workers = 1) {
  const auto store = make_memory_store();
  const ManualClock clock;
  EngineOptions options;
  options.durability = Durability::kUnsynced;
  options.workers = workers;
  options.max_batch = 1 + most / 3;
  auto engine = Engine::open(*store, clock, world_image(), options);
  EXPECT_TRUE(engine.ok());
  std::string lines;
  for (size_t done = 0; done < inputs.size();) {
    const size_t size = std::min<size_t>(inputs.size() - done, 1 + splitmix64(seed) % most);
    EXPECT_TRUE((*engine)->process({inputs.data() + done, size}).ok());
    done += size;
    if (splitmix64(seed) % 3 == 0) continue;  // timers may be late
    EXPECT_TRUE((*engine)->advance_to((*engine)->replay_clock_ms()).ok());
    drain(**engine, (*engine)->settled_ms(), lines);
  }
  EXPECT_TRUE((*engine)->advance_to(kMaxInstant).ok());
  drain(**engine, kNever, lines);
  return outcome_of(*store, std::move(lines));
}

}  // namespace wend

#endif  // WEND_TESTS_UNIT_VM_ENGINE_RANDOM_WORLD_H_

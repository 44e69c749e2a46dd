#include "vm/simulate/test_runner.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "vm/core/value.h"
#include "vm/engine/engine.h"
#include "vm/simulate/test_expect.h"
#include "vm/simulate/test_observe.h"
#include "vm/store/memory_store.h"
#include "vm/trace/why.h"

namespace wend {
namespace {

constexpr size_t kTakeAtOnce = 1024;

class Runner {
 public:
  Runner(const PlannedTest& test, Store& store, Engine& engine, const TestRunOptions& options)
      : test_(test), store_(store), engine_(engine), options_(options) {}

  Result<TestOutcome> run() {
    for (const TestLine& line : test_.lines) WEND_RETURN_IF_ERROR(run_line(line));
    if (options_.coverage != nullptr) WEND_RETURN_IF_ERROR(options_.coverage->add(store_));
    if (options_.observe) {
      const TestWorld world{store_, engine_.program(), deliveries_};
      WEND_ASSIGN_OR_RETURN(outcome_.observed, observe(test_, world));
    }
    return std::move(outcome_);
  }

 private:
  struct Provider {
    std::string error;
    int64_t times_left = 0;  // negative: for ever
  };

  Status run_line(const TestLine& line);
  Status give(Input input);
  Status engage(const TestLine& line);
  Status expect(const TestLine& line);
  // Fires what is due up to and at `at_ms`, one instant after the other.
  Status advance(Millis at_ms);
  // Takes what was decided and tells the engine what became of it.
  Status settle();
  Status answer(const Delivery& delivery);
  bool is_internal(const Delivery& delivery) const;
  Status fail(const TestLine& line, std::string expected, std::string got);

  const PlannedTest& test_;
  Store& store_;
  Engine& engine_;
  const TestRunOptions& options_;
  std::vector<Delivery> deliveries_;
  std::set<std::string> refused_;  // ids of deliveries that the provider refused
  std::map<std::string, Provider, std::less<>> providers_;
  std::set<std::string> contacts_;
  uint64_t inputs_ = 0;
  TestOutcome outcome_;
};

Status Runner::run_line(const TestLine& line) {
  if (line.kind == TestLineKind::kExpect) return expect(line);
  if (line.kind == TestLineKind::kProviderFails) {
    providers_[line.name] = {line.text, line.times > 0 ? line.times : -1};
    return {};
  }
  WEND_RETURN_IF_ERROR(advance(line.at_ms));
  if (line.kind == TestLineKind::kTime) return {};
  if (line.kind == TestLineKind::kEngagement) return engage(line);
  Input input;
  input.contact = line.contact;
  input.at_ms = line.at_ms;
  if (line.kind == TestLineKind::kEvent) {
    input.event = line.name;
    input.properties = line.record;
  } else {
    input.kind = InputKind::kIdentify;
    input.traits = line.record;
  }
  return give(std::move(input));
}

Status Runner::give(Input input) {
  input.id = "test-" + std::to_string(++inputs_);
  contacts_.insert(input.contact);
  WEND_RETURN_IF_ERROR(engine_.process({&input, 1}));
  return settle();
}

Status Runner::advance(Millis at_ms) {
  for (;;) {
    WEND_ASSIGN_OR_RETURN(const std::optional<Millis> next, engine_.next_timer_ms());
    if (!next.has_value() || *next > at_ms) break;
    WEND_RETURN_IF_ERROR(engine_.advance_to(*next));
    WEND_RETURN_IF_ERROR(settle());
  }
  return engine_.advance_to(at_ms);
}

Status Runner::settle() {
  for (;;) {
    WEND_ASSIGN_OR_RETURN(const std::vector<OutboxEntry> entries, engine_.outbox().take(kNever, kTakeAtOnce));
    if (entries.empty()) return {};
    WEND_RETURN_IF_ERROR(engine_.outbox().finish(entries, {}, Durability::kUnsynced));
    for (const OutboxEntry& entry : entries) {
      deliveries_.push_back(entry.delivery);
      if (entry.delivery.status == DeliveryStatus::kSent) WEND_RETURN_IF_ERROR(answer(entry.delivery));
    }
  }
}

// The provider's word about what it was given: at once, so that it is the same in every run.
Status Runner::answer(const Delivery& delivery) {
  if (is_internal(delivery)) return {};
  RecordBuilder record;
  record.add("delivery", Value::of_string(delivery.id));
  record.add("message", Value::of_string(delivery.message));
  record.add("channel", Value::of_string(delivery.channel));
  record.add("journey", Value::of_string(delivery.journey));
  Input input;
  input.contact = delivery.contact;
  input.at_ms = delivery.at_ms;
  input.event = "delivered";
  const auto provider = providers_.find(delivery.channel);
  if (provider != providers_.end() && provider->second.times_left != 0) {
    if (provider->second.times_left > 0) --provider->second.times_left;
    input.event = "failed";
    record.add("reason", Value::of_string(provider->second.error));
    refused_.insert(delivery.id);
  }
  input.properties = record.build();
  input.id = "test-" + std::to_string(++inputs_);
  return engine_.process({&input, 1});
}

bool Runner::is_internal(const Delivery& delivery) const {
  const Program& program = engine_.program().program();
  return std::any_of(program.messages.begin(), program.messages.end(), [&](const MessageRow& row) {
    return !is_none(row.to) && program.text(row.name) == delivery.message;
  });
}

// The contact does something with the latest such message that it received.
Status Runner::engage(const TestLine& line) {
  const auto meant = [&](const Delivery& delivery) {
    return delivery.contact == line.contact && delivery.status == DeliveryStatus::kSent &&
           !refused_.contains(delivery.id) && !is_internal(delivery) &&
           (line.target.empty() || delivery.message == line.target || delivery.step == "@" + line.target);
  };
  const auto latest = std::find_if(deliveries_.rbegin(), deliveries_.rend(), meant);
  if (latest == deliveries_.rend()) {
    const std::string what = line.target.empty() ? "a message" : line.target;
    return fail(
        line, what + " with " + line.contact + ", so that it can be " + line.name,
        line.contact + " has received " + (line.target.empty() ? "nothing" : "no such message") + " by then");
  }
  RecordBuilder record;
  record.add("delivery", Value::of_string(latest->id));
  record.add("message", Value::of_string(latest->message));
  record.add("channel", Value::of_string(latest->channel));
  record.add("journey", Value::of_string(latest->journey));
  if (!line.text.empty()) record.add("link", Value::of_string(line.text));
  Input input;
  input.contact = line.contact;
  input.at_ms = line.at_ms;
  input.event = line.name;
  input.properties = record.build();
  return give(std::move(input));
}

Status Runner::expect(const TestLine& line) {
  const TestWorld world{store_, engine_.program(), deliveries_};
  WEND_ASSIGN_OR_RETURN(Verdict verdict, judge(line.expect, line.contact, world));
  if (verdict.holds) return {};
  return fail(line, std::move(verdict.expected), std::move(verdict.got));
}

Status Runner::fail(const TestLine& line, std::string expected, std::string got) {
  outcome_.failures.push_back({line.place, std::move(expected), std::move(got)});
  outcome_.trace.clear();
  for (const std::string& contact : contacts_) {
    if (!line.contact.empty() && contact != line.contact) continue;
    WEND_ASSIGN_OR_RETURN(const std::string story, why_text(store_, contact));
    if (!outcome_.trace.empty()) outcome_.trace += "\n";
    outcome_.trace += story;
  }
  return {};
}

}  // namespace

Result<TestOutcome> run_test(std::string_view image_bytes, const PlannedTest& test,
                             const TestRunOptions& run_options) {
  const std::unique_ptr<Store> store = make_memory_store();
  const ManualClock clock;  // driven mode asks no clock
  EngineOptions options;
  options.durability = Durability::kUnsynced;
  options.live_journeys = test.journeys;
  options.assumptions = std::make_shared<const Assumptions>(test.assumptions);
  options.loaded = run_options.loaded;
  WEND_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine,
                        Engine::open(*store, clock, image_bytes, options));
  return Runner(test, *store, *engine, run_options).run();
}

}  // namespace wend

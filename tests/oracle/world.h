#ifndef WEND_TESTS_ORACLE_WORLD_H_
#define WEND_TESTS_ORACLE_WORLD_H_

// One contact through its whole log, by the plainest reading of sections 5 to 9 of the language: what comes
// next is looked for among everything that the contact has, each time anew.

#include <deque>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/oracle/input.h"
#include "tests/oracle/state.h"

namespace wend::oracle {

// A construct that the oracle does not know.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Ways to be wrong on purpose, for the test that a disagreement is found.
enum class Sabotage { kNone, kIgnoreUntil };

class World {
 public:
  World(const Program& program, std::string contact, Sabotage sabotage);

  void take(const Input& input);
  // All that is left to come.
  void finish() { fire_until(kMaxInstant); }

  const std::vector<std::string>& timeline() const { return timeline_; }
  const std::deque<Delivery>& deliveries() const { return contact_.deliveries; }

 private:
  // world.cc: order of events and timers, entries, conversions
  void take_traits(const Input& input);
  void fire_until(Millis up_to_ms);
  void fire_at(Millis due_ms);
  void drain();
  void handle(const Event& event, bool late);
  void convert(const Event& event);
  void enter_all(const Event& event);
  void enter(const Journey& journey, const Value& key, const Event& event);
  bool may_enter(const Journey& journey, const Value& key);
  bool try_until(Run& run, const Event& event);
  bool try_wait(Run& run, const Event& event);

  // steps.cc: a run from where it stands to its next wait
  void advance(Run& run);
  void execute(Run& run, const ast::Step& step);
  void begin_wait_for(Run& run, const ast::WaitForStep& step);
  void begin_wait_any(Run& run, const ast::WaitAnyStep& step);
  void begin_moment(Run& run, const ast::WaitMomentStep& step);
  Value moment_of(Run& run, const ast::WaitMomentStep& step);
  void set_attribute(Run& run, const ast::SetStep& step);
  void follow_moments();
  void wait_until(Run& run, const ast::Step& step, Millis due_ms);
  void time_is_over(Run& run);
  void branch(Run& run, bool has, const ast::Block& block);
  void otherwise(Run& run, const ast::ElseBranch& branch);
  void end(Run& run, const std::string& reason, const std::string& because);
  void last_act(Run& run, bool has, const ast::Block& block);

  // sends.cc: hand-over, engagement
  void send(Run& run, const ast::SendStep& step);
  std::string refusal(const Message& message, const std::string& address) const;
  void engage(const Event& event, ast::EngagementWord word, const std::string& wire_name, bool late);
  Delivery* delivery_of(const Event& event, const std::string& wire_name);
  bool count_engagement(ast::EngagementWord word, Delivery* delivery, const std::string& link, Millis at_ms);
  void spoil(ast::EngagementWord word, const Delivery* delivery, const Event& event,
             const std::string& wire_name);

  Env env_of(const Journey& journey, const Run* run, const Event* event) const;
  void say(const std::string& line);
  void say(const Run& run, const std::string& line);

  const Program& program_;
  const Sabotage sabotage_;
  Contact contact_;
  bool known_ = false;
  std::set<std::string> ids_;
  std::map<std::string, int64_t> starts_;  // of each journey
  std::deque<Event> follow_ups_;
  bool attributes_changed_ = false;
  std::vector<std::string> timeline_;
};

// The engagement word that an event's name on the wire stands for.
std::optional<ast::EngagementWord> engagement_word(const std::string& wire_name);

}  // namespace wend::oracle

#endif  // WEND_TESTS_ORACLE_WORLD_H_

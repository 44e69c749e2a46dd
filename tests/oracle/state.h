#ifndef WEND_TESTS_ORACLE_STATE_H_
#define WEND_TESTS_ORACLE_STATE_H_

// What the oracle knows of one contact: everything that ever happened. Nothing is forgotten and nothing is
// derived ahead of its use.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tests/oracle/program.h"
#include "tests/oracle/value.h"

namespace wend::oracle {

// An event, decoded by its declaration.
struct Event {
  std::string name;
  std::string id;
  Millis at_ms = 0;
  Value properties;  // a record
};

struct Delivery {
  Millis at_ms = 0;
  uint64_t run = 0;
  const Journey* journey = nullptr;
  const Message* message = nullptr;
  bool handed = false;
  std::string reason;  // where not handed over
  std::string to;
  std::map<std::string, std::string> texts;  // "subject", "body", ..
  std::set<ast::EngagementWord> engaged;
  std::set<std::string> links;
};

// What a send step of a run came to.
struct Sent {
  const ast::Step* step = nullptr;
  size_t delivery = 0;  // index into Contact::deliveries
};

struct Frame {
  std::span<const ast::Step* const> steps;
  size_t next = 0;
};

struct Wait {
  const ast::Step* step = nullptr;
  Millis due_ms = kNever;
};

struct Run {
  uint64_t number = 0;
  const Journey* journey = nullptr;
  Event trigger;
  Millis entered_ms = 0;
  Millis ends_ms = kNever;
  Value key;
  int64_t count = 0;
  bool ended = false;
  bool converted = false;
  bool last_act = false;  // in the block of `until` or `lasts`
  std::vector<Frame> stack;
  std::optional<Wait> wait;
  std::vector<Sent> sends;
  std::map<std::string, Event> names;  // of `as`
};

// An engagement of the contact with any message, or an outcome of a send.
struct Engagement {
  ast::EngagementWord word;
  Millis at_ms = 0;
  std::string link;
};

struct BadAddress {
  std::string channel;
  std::string address;  // empty: the whole channel
};

struct Contact {
  std::string id;
  Millis created_ms = 0;
  Millis clock_ms = kMinInstant;
  std::map<std::string, Value> attributes;  // as set; defaults come from the declaration
  std::deque<Run> runs;                     // all, in order of entry
  std::deque<Delivery> deliveries;          // all, in order
  std::vector<Engagement> engagements;
  std::vector<BadAddress> bad_addresses;
};

// What an expression may look at.
struct Env {
  const Program* program = nullptr;
  const Contact* contact = nullptr;
  const Journey* journey = nullptr;  // may be null
  const Run* run = nullptr;          // null: before an entry
  const Event* event = nullptr;      // `event`
  const Event* trigger = nullptr;    // `trigger`
  const ast::Step* step = nullptr;   // the step that asks; null: a clause
  const Value* with = nullptr;       // data given with a send
  const Message* message = nullptr;  // while its templates are rendered
  Millis now_ms = 0;
  LocalZone zone;
};

Value attribute(const Program& program, const Contact& contact, const std::string& name);
Value eval(const ast::Expr& expr, const Env& env);
inline bool holds(const ast::Expr& expr, const Env& env) { return eval(expr, env).is_true(); }
Value call_function(const std::string& name, const std::vector<Value>& arguments, const Env& env);
std::string render(const liquid::Template& tree, bool html, const Env& env);
Value engagement(ast::EngagementWord word, const std::string& target, const std::optional<std::string>& link,
                 const Env& env);
Value event_member(const Event& event, std::string_view key);
Value run_member(const Run& run, std::string_view key);
// The zone in force for a journey and a contact; without a journey the contact's.
LocalZone zone_in_force(const Program& program, const Journey* journey, const Contact& contact);
std::string word_name(ast::EngagementWord word);

}  // namespace wend::oracle

#endif  // WEND_TESTS_ORACLE_STATE_H_

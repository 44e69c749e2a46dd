#include "tests/oracle/world.h"

#include <algorithm>

namespace wend::oracle {
namespace {

// As a timeline shows it: the elements of a list apart.
std::string listed(const Value& value) {
  if (value.type != Type::kList) return text_of(value, utc());
  std::string text;
  for (const Value& item : value.list) text += (text.empty() ? "" : ", ") + text_of(item, utc());
  return text;
}

constexpr Millis kDedupeMemoryMs = 7 * kMillisPerDay;
constexpr Millis kDefaultLastsMs = 90 * kMillisPerDay;
constexpr Millis kDefaultWithinMs = 7 * kMillisPerDay;
constexpr size_t kMostFollowUps = 100;
constexpr int kMostRuns = 100;

bool same_key(const Value& a, const Value& b) {
  return a.missing() || b.missing() ? a.missing() && b.missing() : equal(a, b);
}

}  // namespace

World::World(const Program& program, std::string contact, Sabotage sabotage)
    : program_(program), sabotage_(sabotage) {
  contact_.id = std::move(contact);
}

void World::say(const std::string& line) {
  timeline_.push_back(rfc3339(utc(), contact_.clock_ms) + "  " + line);
}
void World::say(const Run& run, const std::string& line) {
  say(run.journey->name + " #" + std::to_string(run.number) + " " + line);
}

Env World::env_of(const Journey& journey, const Run* run, const Event* event) const {
  Env env;
  env.program = &program_;
  env.contact = &contact_;
  env.journey = &journey;
  env.run = run;
  env.trigger = run != nullptr ? &run->trigger : event;
  env.event = event != nullptr ? event : env.trigger;
  env.now_ms = contact_.clock_ms;
  env.zone = zone_in_force(program_, &journey, contact_);
  return env;
}

// Section 9: what is due at an event's time or when it arrives goes first; duplicates and what is too old to
// tell are dropped; an event is handled at the later of its time and the contact's clock.
void World::take(const Input& input) {
  if (known_) fire_until(input.received_ms);
  if (ids_.contains(input.id)) return;
  if (!input.historical && input.at_ms < input.received_ms - kDedupeMemoryMs) return;
  const bool late = input.historical || input.at_ms < input.received_ms - program_.settings.late_ms;
  if (!known_) {
    known_ = true;
    contact_.created_ms = input.at_ms;
    contact_.clock_ms = input.at_ms;
  }
  fire_until(input.at_ms);
  contact_.clock_ms = std::max(contact_.clock_ms, input.at_ms);
  ids_.insert(input.id);
  take_traits(input);
  follow_moments();
  if (input.is_event) {
    const EventType* type = program_.event_by_wire(input.wire_name);
    const auto word = engagement_word(input.wire_name);
    Event event{input.wire_name, input.id, input.at_ms, decode_properties(program_, type, input.properties)};
    if (type != nullptr) event.name = type->name;
    if (type == nullptr && word) {
      engage(event, *word, input.wire_name, late);
    } else if (type != nullptr || program_.open) {
      handle(event, late);
    }
  }
  drain();
}

void World::take_traits(const Input& input) {
  if (!input.traits.is_object()) return;
  for (const auto& [name, trait] : input.traits.items()) {
    if (!is_attribute(program_, name)) continue;
    const Value value = decode_attribute(program_, name, trait);
    if (value.missing() && !trait.is_null()) continue;  // of the wrong type: as if it were not there
    Value& held = contact_.attributes[name];
    if (held.missing() == value.missing() && (value.missing() || equal(held, value))) continue;
    held = value;
    attributes_changed_ = true;
    say("contact." + name + " = " + listed(value));
  }
}

void World::fire_until(Millis up_to_ms) {
  for (;;) {
    Millis due = kNever;
    for (const Run& run : contact_.runs) {
      if (run.ended) continue;
      due = std::min(due, run.ends_ms);
      if (run.wait) due = std::min(due, run.wait->due_ms);
    }
    if (due == kNever || due > up_to_ms) return;
    contact_.clock_ms = std::max(contact_.clock_ms, due);
    fire_at(due);
    drain();
  }
}

// At one instant: ends of runs, then waits, each oldest run first.
void World::fire_at(Millis due_ms) {
  for (size_t i = 0; i < contact_.runs.size(); ++i) {
    Run& run = contact_.runs[i];
    if (run.ended || run.ends_ms > due_ms) continue;
    const ast::LastsClause* lasts = run.journey->lasts;
    if (lasts != nullptr) last_act(run, lasts->has_block, lasts->block);
    end(run, "expired", "");
    follow_moments();
  }
  for (size_t i = 0; i < contact_.runs.size(); ++i) {
    Run& run = contact_.runs[i];
    if (run.ended || !run.wait || run.wait->due_ms > due_ms) continue;
    time_is_over(run);
    follow_moments();
  }
}

void World::drain() {
  for (size_t done = 0; !follow_ups_.empty(); ++done) {
    const Event event = follow_ups_.front();
    follow_ups_.pop_front();
    if (done < kMostFollowUps) handle(event, false);
  }
}

// Conversions; then for each run, oldest first, `until` and the step it waits on; then entries.
void World::handle(const Event& event, bool late) {
  convert(event);
  const size_t count = contact_.runs.size();
  for (size_t i = 0; i < count; ++i) {
    Run& run = contact_.runs[i];
    if (run.ended) continue;
    if (!try_until(run, event) && !late) try_wait(run, event);
  }
  follow_moments();
  if (!late) enter_all(event);
  follow_moments();
}

// One event converts one run of a journey: the latest that it fits.
void World::convert(const Event& event) {
  std::set<const Journey*> done;
  for (size_t i = contact_.runs.size(); i-- > 0;) {
    Run& run = contact_.runs[i];
    const ast::GoalClause* goal = run.journey->goal;
    if (run.converted || goal == nullptr || goal->occurrence.event.text != event.name) continue;
    const Millis within = goal->has_within ? goal->within_ms : kDefaultWithinMs;
    if (event.at_ms < run.entered_ms || event.at_ms > run.entered_ms + within) continue;
    const Env env = env_of(*run.journey, &run, &event);
    if (goal->occurrence.where != nullptr && !holds(*goal->occurrence.where, env)) continue;
    if (!done.insert(run.journey).second) continue;
    run.converted = true;
    const Value value = goal->value != nullptr ? eval(*goal->value, env) : Value();
    say(run, "converted by " + event.name + " " + text_of(value, env.zone));
  }
}

bool World::try_until(Run& run, const Event& event) {
  if (sabotage_ == Sabotage::kIgnoreUntil) return false;
  for (const ast::UntilClause* until : run.journey->untils) {
    const ast::Expr& condition = *ast::strip_parens(until->condition);
    const Env env = env_of(*run.journey, &run, &event);
    if (const auto* word = condition.as<ast::EngagementExpr>()) {
      if (word_name(word->word) != event.name || !holds(*word, env)) continue;
    } else if (const auto* name = condition.as<ast::NameExpr>()) {
      if (program_.segments.contains(text(name->name))) throw Unsupported("until a segment");
      if (name->name != event.name) continue;
    } else {
      throw Unsupported("until a condition");
    }
    if (until->where != nullptr && !holds(*until->where, env)) continue;
    last_act(run, until->has_block, until->block);
    end(run, "until", event.name);
    return true;
  }
  return false;
}

bool World::try_wait(Run& run, const Event& event) {
  if (!run.wait) return false;
  Env env = env_of(*run.journey, &run, &event);
  env.step = run.wait->step;
  const auto fits = [&](const ast::Occurrence& occurrence, const ast::EngagementExpr* word) {
    if (occurrence.event.text != event.name) return false;
    if (word != nullptr && !holds(*word, env)) return false;
    return occurrence.where == nullptr || holds(*occurrence.where, env);
  };
  const auto go_on = [&](const ast::Word& as, bool has, const ast::Block& block) {
    if (!as.empty()) run.names[text(as.text)] = event;
    run.wait.reset();
    branch(run, has, block);
    advance(run);
  };
  if (const auto* wait = run.wait->step->as<ast::WaitForStep>()) {
    if (!fits(wait->occurrence, wait->engagement)) return false;
    go_on(wait->as, wait->has_then, wait->then_block);
    return true;
  }
  if (const auto* any = run.wait->step->as<ast::WaitAnyStep>()) {
    for (const ast::WaitArm& arm : any->arms) {
      for (size_t k = 0; k < arm.occurrences.size(); ++k) {
        if (!fits(arm.occurrences[k], arm.engagements[k])) continue;
        go_on(arm.as, true, arm.block);
        return true;
      }
    }
  }
  return false;
}

void World::enter_all(const Event& event) {
  for (const Journey& journey : program_.journeys) {
    const Env env = env_of(journey, nullptr, &event);
    bool wanted = false;
    for (const ast::Trigger* trigger : journey.triggers) {
      if (trigger->kind != ast::TriggerKind::kEvent) throw Unsupported("a trigger that is no event");
      const ast::Occurrence& on = trigger->occurrence;
      wanted = wanted || (on.event.text == event.name && (on.where == nullptr || holds(*on.where, env)));
    }
    if (!journey.every.empty()) throw Unsupported("every");
    if (!wanted) continue;
    if (journey.has_unknown_clause) throw Unsupported("a clause");
    if (journey.for_clause != nullptr) {
      if (journey.for_clause->segment.condition == nullptr) throw Unsupported("for a segment");
      if (!holds(*journey.for_clause->segment.condition, env)) continue;
    }
    std::vector<Value> keys = {Value()};
    if (journey.enter != nullptr && journey.enter->each != nullptr) {
      const Value each = eval(*journey.enter->each, env);
      keys.clear();
      for (const Value& key : each.is(Type::kList) ? each.list : std::vector<Value>{each}) {
        const bool again =
            std::any_of(keys.begin(), keys.end(), [&](const Value& seen) { return same_key(seen, key); });
        if (!key.missing() && !again) keys.push_back(key);
      }
    }
    for (const Value& key : keys) {
      if (may_enter(journey, key)) enter(journey, key, event);
    }
  }
}

bool World::may_enter(const Journey& journey, const Value& key) {
  const ast::EnterMode mode = journey.enter != nullptr ? journey.enter->mode : ast::EnterMode::kAgain;
  int active = 0;
  for (Run& run : contact_.runs) {
    if (run.journey != &journey) continue;
    if (!run.ended) ++active;
    if (!same_key(run.key, key)) continue;
    if (mode == ast::EnterMode::kOnce) return false;
    if (mode == ast::EnterMode::kOncePer && contact_.clock_ms - run.entered_ms < journey.enter->per_ms)
      return false;
    if (run.ended) continue;
    if (mode == ast::EnterMode::kAgain) return false;
    if (mode == ast::EnterMode::kRestart) {
      end(run, "restarted", "");
      --active;
    }
  }
  return active < kMostRuns;
}

void World::enter(const Journey& journey, const Value& key, const Event& event) {
  Run& run = contact_.runs.emplace_back();
  run.number = contact_.runs.size();
  run.journey = &journey;
  run.trigger = event;
  run.entered_ms = contact_.clock_ms;
  run.ends_ms = run.entered_ms + (journey.lasts != nullptr ? journey.lasts->at_most_ms : kDefaultLastsMs);
  run.key = key;
  run.count = ++starts_[journey.name];
  run.stack.push_back({journey.decl->steps, 0});
  say(run, "entered " + text_of(key, zone_in_force(program_, nullptr, contact_)));
  advance(run);
}

}  // namespace wend::oracle

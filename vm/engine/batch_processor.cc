#include "vm/engine/batch_processor.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace wend {
EngineCore::EngineCore(Store& the_store, const Clock& the_clock, const EngineOptions& the_options)
    : store(the_store),
      clock(the_clock),
      options(the_options),
      names(store),
      images(store, names),
      outbox(store),
      timers(store, options.workers) {}

void EngineCore::fail(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!failed_) failure_ = error.message;
  failed_ = true;
}

Status EngineCore::health() const {
  if (!failed_) return {};
  const std::lock_guard lock(mutex_);
  return Error{ErrorKind::kClosed, "the engine has stopped after a failure: " + failure_};
}

BatchProcessor::BatchProcessor(EngineCore& core)
    : core_(core),
      step_(EngineParts{core.images, core.names.attributes, core.options}),
      batch_(core.store.make_batch()) {}

BatchProcessor::Item& BatchProcessor::item(std::string_view contact) {
  const auto [it, added] = index_.try_emplace(contact, items_.size());
  if (added) {
    contacts_.push_back(contact);
    items_.emplace_back();
  }
  return items_[it->second];
}

void BatchProcessor::add_input(const Input& input) { item(input.contact).inputs.push_back(&input); }

void BatchProcessor::add_timer(const std::string& contact) { item(contact).timer = true; }

Status BatchProcessor::run(Millis advance_to_ms, std::span<const MetaPut> puts) {
  Status status = core_.health();
  if (status.ok()) {
    status = do_work(advance_to_ms, puts);
    if (!status.ok()) core_.fail(status.error());
  }
  batch_->clear();
  effects_.clear();
  contacts_.clear();
  items_.clear();
  index_.clear();
  new_timers_.clear();
  return status;
}

Status BatchProcessor::do_work(Millis advance_to_ms, std::span<const MetaPut> puts) {
  uint64_t inputs = 0;
  if (!contacts_.empty()) {
    WEND_ASSIGN_OR_RETURN(const std::vector<std::optional<std::string>> records,
                          core_.store.multi_get(Family::kContacts, contacts_));
    for (size_t i = 0; i < contacts_.size(); ++i) {
      const std::string_view record =
          records[i].has_value() ? std::string_view(*records[i]) : std::string_view();
      WEND_RETURN_IF_ERROR(do_contact(i, record, advance_to_ms));
      inputs += items_[i].inputs.size();
    }
  }
  for (const BatchEffects::Entry& entry : effects_.outbox)
    batch_->put(Family::kOutbox, entry.key, entry.value);
  if (effects_.timers > 0) effects_.counters.total("timers", static_cast<int64_t>(effects_.timers));
  effects_.counters.write(*batch_);
  for (const MetaPut& put : puts) batch_->put(Family::kMeta, put.key, put.value);
  if (batch_->size() == 0) return {};
  WEND_RETURN_IF_ERROR(core_.store.commit(*batch_, core_.options.durability));
  core_.stats.inputs += inputs;
  announce();
  return {};
}

Status BatchProcessor::do_contact(size_t index, std::string_view record, Millis advance_to_ms) {
  const std::string_view contact = contacts_[index];
  const Item& work = items_[index];
  WEND_RETURN_IF_ERROR(
      step_.process(contact, record, work.inputs, work.timer ? advance_to_ms : kMinInstant, effects_));
  const ContactState& state = step_.state();
  const bool timer_moved = step_.old_timer_ms() != state.timer_ms;
  if (!step_.changed() && !timer_moved) return {};
  batch_->put(Family::kContacts, contact, encode_record(state));
  if (timer_moved) {
    if (step_.old_timer_ms() != kNever) {
      batch_->erase(Family::kTimers, timer_key(step_.old_timer_ms(), contact));
    }
    if (state.timer_ms != kNever) {
      batch_->put(Family::kTimers, timer_key(state.timer_ms, contact), {});
      new_timers_.push_back({state.timer_ms, contact});
    }
  }
  if (!step_.trace().empty()) {
    batch_->put(Family::kTrace, trace_key(contact, step_.first_trace_entry()), encode_trace(step_.trace()));
  }
  return {};
}

// What became visible with the commit.
void BatchProcessor::announce() {
  for (const NewTimer& timer : new_timers_) core_.timers.note_put(timer.due_ms, timer.contact);
  if (!effects_.outbox.empty()) {
    const auto first = std::min_element(effects_.outbox.begin(), effects_.outbox.end(),
                                        [](const auto& a, const auto& b) { return a.key < b.key; });
    core_.outbox.note_put(first->key);
  }
  core_.stats.timers += effects_.timers;
  core_.stats.deliveries += effects_.deliveries;
  ++core_.stats.commits;
}

}  // namespace wend

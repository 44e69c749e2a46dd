#include "vm/engine/images.h"

#include <algorithm>
#include <utility>

#include "vm/core/image_format.h"

namespace wend {

Image::Image(uint32_t number, std::shared_ptr<const LoadedProgram> program, StoreNumbers numbers)
    : number_(number), program_(std::move(program)), numbers_(std::move(numbers)) {
  index_events();
  for (const SendRow& send : this->program().sends) {
    uses_best_hour_ = uses_best_hour_ || send.best_hour_within_ms > 0;
  }
  for (const PolicyRow& policy : this->program().policies) {
    for (const GuardRow& guard : policy.guards) {
      if (guard.kind == GuardKind::kThrottle) continue;  // counts hand-overs to providers, and not here
      counting_window_ms_ = std::max(counting_window_ms_, guard.window_ms);
    }
  }
}

void Image::index_events() {
  const Program& p = program();
  candidates_.resize(p.events.size());
  listens_.resize(p.events.size(), false);
  std::vector<uint32_t> order(p.journeys.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    if (p.journeys[a].priority != p.journeys[b].priority)
      return p.journeys[a].priority > p.journeys[b].priority;
    return p.text(p.journeys[a].name) < p.text(p.journeys[b].name);
  });
  for (const uint32_t i : order) {
    const JourneyRow& row = p.journeys[i];
    for (const TriggerRow& trigger : row.triggers) {
      std::vector<EntryCandidate>& list = candidates_[trigger.event.index()];
      if (list.empty() || list.back().journey != JourneyIx{i}) list.push_back({JourneyIx{i}, {}});
      list.back().triggers.push_back(&trigger);
      listens_[trigger.event.index()] = true;
    }
    for (const UntilRow& until : row.untils) {
      if (!is_none(until.event)) listens_[until.event.index()] = true;
    }
    for (const GoalRow& goal : row.goals) listens_[goal.event.index()] = true;
  }
  for (const WaitRow& wait : p.waits) {
    for (const WaitArm& arm : wait.arms) listens_[arm.event.index()] = true;
  }
  for (const HistoryRow& row : p.histories) listens_[row.event.index()] = true;
  for (const ScoreRow& score : p.scores) {
    for (const ScoreRule& rule : score.rules) listens_[rule.event.index()] = true;
  }
  listen_for_conditions();
}

// `sent` and `suppressed` are events only where somebody listens; a condition that asks about any message of the
// contact does.
void Image::listen_for_conditions() {
  const Program& p = program();
  const bool waits = std::any_of(p.waits.begin(), p.waits.end(),
                                 [](const WaitRow& wait) { return !is_none(wait.condition); });
  bool ends = false;
  for (uint32_t i = 0; i < p.journeys.size(); ++i) ends = ends || has_until_conditions(JourneyIx{i});
  if (!waits && !ends) return;
  for (const QueryRow& query : p.queries) {
    if (query.scope == QueryScope::kContact) listens_[static_cast<size_t>(query.word)] = true;
  }
}

bool Image::run_fits(const StoredRun& run) const {
  const Program& p = program();
  const RunState& s = run.state;
  if (s.journey.index() >= p.journeys.size()) return false;
  if (s.trigger.event.index() >= p.events.size()) return false;
  if (!run.ended && s.slots.size() != journey(s.journey).slots) return false;
  for (const std::optional<KeptEvent>& slot : s.slots) {
    if (slot.has_value() && slot->event.index() >= p.events.size()) return false;
  }
  for (const SendStatus& send : s.sends) {
    if (send.send.index() >= p.sends.size()) return false;
  }
  if (s.held.has_value()) {
    const HeldSend& held = *s.held;
    if (run.ended || !is_none(s.wait) || held.send.index() >= p.sends.size()) return false;
    if (p.steps[p.sends[held.send.index()].step.index()].journey != s.journey) return false;
    if (held.next_pc == 0 || held.next_pc >= p.code.size()) return false;
    const Instruction before = p.code[held.next_pc - 1];
    return opcode_of(before) == Opcode::kSend && x16_of(before) == p.first_of(held.send).number;
  }
  if (is_none(s.wait)) return run.ended;
  if (s.wait.index() >= p.waits.size()) return false;
  return p.steps[p.waits[s.wait.index()].step.index()].journey == s.journey;
}

Images::Images(Store& store, StoreNames& names) : store_(store), names_(names) {}

Result<std::unique_ptr<Image>> Images::prepare(uint32_t number, std::shared_ptr<const LoadedProgram> loaded) {
  const Program& p = loaded->program();
  StoreNumbers numbers;
  const auto add = [](Dictionary& names, const std::string& name, std::vector<uint16_t>& to) -> Status {
    WEND_ASSIGN_OR_RETURN(const uint16_t given, names.number(name));
    to.push_back(given);
    return {};
  };
  for (const AttributeRow& row : p.attributes) {
    WEND_RETURN_IF_ERROR(add(names_.attributes, p.text(row.name), numbers.attributes));
  }
  for (const JourneyRow& row : p.journeys) {
    WEND_RETURN_IF_ERROR(add(names_.journeys, p.text(row.name), numbers.journeys));
  }
  for (const HistoryRow& row : p.histories) {
    WEND_RETURN_IF_ERROR(add(names_.histories, p.text(row.key), numbers.histories));
  }
  // Only history names properties by the store's numbers.
  if (!p.histories.empty()) {
    for (const std::string& name : p.properties) {
      WEND_RETURN_IF_ERROR(add(names_.properties, name, numbers.properties));
    }
  }
  for (const ScoreRow& row : p.scores) {
    WEND_RETURN_IF_ERROR(add(names_.scores, p.text(row.name), numbers.scores));
  }
  return std::make_unique<Image>(number, std::move(loaded), std::move(numbers));
}

Status Images::set_current(std::string_view image_bytes, std::shared_ptr<const LoadedProgram> loaded) {
  // Loaded before it is stored, so that the store never holds an image that does not load.
  if (loaded == nullptr) {
    WEND_ASSIGN_OR_RETURN(loaded, LoadedProgram::load(image_bytes));
  }
  const std::string name = loaded->name();
  WEND_ASSIGN_OR_RETURN(const std::optional<std::string> stored, store_.get(Family::kImages, name));
  if (!stored.has_value()) {
    const auto batch = store_.make_batch();
    batch->put(Family::kImages, name, image_bytes);
    WEND_RETURN_IF_ERROR(store_.commit(*batch, Durability::kSync));
  }
  WEND_ASSIGN_OR_RETURN(const uint16_t number, names_.images.number(name));
  WEND_ASSIGN_OR_RETURN(std::unique_ptr<Image> image, prepare(number, std::move(loaded)));
  if (by_number_.size() <= number) by_number_.resize(number + size_t{1});
  by_number_[number] = std::move(image);
  current_ = by_number_[number].get();
  return {};
}

void Images::plan_history(const std::vector<uint32_t>& older) {
  std::vector<const Image*> wanted = {current_};
  for (const uint32_t number : older) {
    const Image* image = find(number);
    if (image != nullptr && image != current_) wanted.push_back(image);
  }
  history_ = HistoryPlan::unite(wanted);
}

Status Images::load_older(uint32_t number) {
  if (find(number) != nullptr) return {};
  const std::string name =
      number <= 0xFFFF ? names_.images.name(static_cast<uint16_t>(number)) : std::string();
  if (name.empty()) {
    return Error{ErrorKind::kCorrupt,
                 "runs refer to image number " + std::to_string(number) + ", which the store does not know"};
  }
  WEND_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, store_.get(Family::kImages, name));
  if (!bytes.has_value()) {
    return Error{ErrorKind::kCorrupt, "image " + name + ", which runs refer to, is missing from the store"};
  }
  if (image_name(*bytes) != name)
    return Error{ErrorKind::kCorrupt, "image " + name + " in the store is damaged"};
  WEND_ASSIGN_OR_RETURN(std::shared_ptr<const LoadedProgram> loaded, LoadedProgram::load(*bytes));
  WEND_ASSIGN_OR_RETURN(std::unique_ptr<Image> image, prepare(number, std::move(loaded)));
  if (by_number_.size() <= number) by_number_.resize(number + size_t{1});
  by_number_[number] = std::move(image);
  return {};
}

}  // namespace wend

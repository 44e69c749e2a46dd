#ifndef WEND_VM_ENGINE_IMAGES_H_
#define WEND_VM_ENGINE_IMAGES_H_

// The images an engine runs: the current one, which takes new entries, and older ones that still have runs.
// Prepares for each what the engine looks up per event. Immutable after loading; safe from any thread.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"
#include "vm/core/loaded_program.h"
#include "vm/engine/dictionary.h"
#include "vm/engine/history_plan.h"
#include "vm/store/record_format.h"

namespace wend {

// A trigger of the current image, found by its event.
struct EntryCandidate {
  JourneyIx journey;
  std::vector<const TriggerRow*> triggers;  // those that name the event
};

// The store's numbers of what a program names, by the program's own.
struct StoreNumbers {
  std::vector<uint16_t> attributes, journeys, histories, properties, scores;
};

class Image {
 public:
  Image(uint32_t number, std::shared_ptr<const LoadedProgram> program, StoreNumbers numbers);

  uint32_t number() const { return number_; }
  const LoadedProgram& loaded() const { return *program_; }
  const Program& program() const { return program_->program(); }
  // The store's numbers by AttrIx, JourneyIx, HistoryIx, number of a property, ScoreIx.
  const std::vector<uint16_t>& attribute_numbers() const { return numbers_.attributes; }
  uint16_t journey_number(JourneyIx journey) const { return numbers_.journeys[journey.index()]; }
  const std::vector<uint16_t>& history_numbers() const { return numbers_.histories; }
  const std::vector<uint16_t>& property_numbers() const { return numbers_.properties; }
  const std::vector<uint16_t>& score_numbers() const { return numbers_.scores; }
  const JourneyRow& journey(JourneyIx ix) const { return program().journeys[ix.index()]; }
  const std::string& text(StringIx ix) const { return program().text(ix); }
  // "" for none.
  std::string_view text_or_empty(StringIx ix) const { return is_none(ix) ? std::string_view() : text(ix); }
  const std::string& journey_name(JourneyIx ix) const { return text(journey(ix).name); }

  // Journeys that the event may start, by priority, then name.
  const std::vector<EntryCandidate>& candidates(EventIx event) const { return candidates_[event.index()]; }
  // Does any trigger, until, goal, wait, history or score listen for the event?
  bool listens(EventIx event) const { return listens_[event.index()]; }
  // Has it an `until COND`?
  bool has_until_conditions(JourneyIx ix) const {
    const std::vector<UntilRow>& untils = journey(ix).untils;
    return std::any_of(untils.begin(), untils.end(),
                       [](const UntilRow& until) { return is_none(until.event); });
  }
  bool keeps_entry_keys(JourneyIx ix) const {
    const EnterMode mode = journey(ix).enter;
    return mode == EnterMode::kOnce || mode == EnterMode::kOncePer;
  }

  // The longest window over which a guard of a policy counts what was handed over; 0: none counts.
  Millis counting_window_ms() const { return counting_window_ms_; }

  // Does any step send at the best hour, so that opens are counted by hour?
  bool uses_best_hour() const { return uses_best_hour_; }

  // Does a run from a record fit this image? A run that does not would read outside its tables.
  bool run_fits(const StoredRun& run) const;

 private:
  void index_events();
  void listen_for_conditions();

  uint32_t number_;
  std::shared_ptr<const LoadedProgram> program_;
  StoreNumbers numbers_;
  std::vector<std::vector<EntryCandidate>> candidates_;  // by EventIx
  std::vector<bool> listens_;
  Millis counting_window_ms_ = 0;
  bool uses_best_hour_ = false;
};

class Images {
 public:
  Images(Store& store, StoreNames& names);

  // Stores and loads the image that takes new entries; `loaded` saves loading it where the caller has done it.
  Status set_current(std::string_view image_bytes, std::shared_ptr<const LoadedProgram> loaded = nullptr);
  // Loads an older image of the store by its number. Not an error where it is loaded already.
  Status load_older(uint32_t number);

  // Settles what is remembered of events: what the current image asks for, and the older ones of these numbers.
  // Before the first event; again after images were loaded.
  void plan_history(const std::vector<uint32_t>& older);
  const HistoryPlan& history() const { return history_; }

  const Image& current() const { return *current_; }
  // nullptr where it is not loaded.
  const Image* find(uint32_t number) const {
    return number < by_number_.size() ? by_number_[number].get() : nullptr;
  }
  size_t size() const { return by_number_.size(); }

 private:
  Result<std::unique_ptr<Image>> prepare(uint32_t number, std::shared_ptr<const LoadedProgram> loaded);

  Store& store_;
  StoreNames& names_;
  HistoryPlan history_;
  std::vector<std::unique_ptr<Image>> by_number_;
  const Image* current_ = nullptr;
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_IMAGES_H_

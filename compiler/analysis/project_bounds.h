#ifndef WEND_COMPILER_ANALYSIS_PROJECT_BOUNDS_H_
#define WEND_COMPILER_ANALYSIS_PROJECT_BOUNDS_H_

// What is proven of a program, as data for `wend check --summary`: each journey by itself, and what its policies
// let through over all journeys together. See bounds.h and budget.h for what the numbers mean.
// Threads: values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vm/base/clock.h"

namespace wend {

struct ChannelMost {
  std::string channel;
  int64_t most = 0;
};

struct ProvenJourney {
  std::string name;
  Millis longest_ms = 0;
  bool longest_by_lasts = false;  // only `lasts at most` bounds it
  int64_t ways = 1;
  std::vector<ChannelMost> sent;        // channels on which some way sends, in the order of the channels
  std::vector<std::string> events;      // by name
  std::vector<std::string> kept;        // "trigger.url"
  std::vector<std::string> kept_texts;  // of these the ones without a bound of their own
  int64_t run_bytes = 0;
  int64_t most_runs = 1;  // at one time for one contact
};

// The most marketing messages that one contact gets in any 7 days.
struct WeekMost {
  std::string channel;  // empty: over all channels
  std::optional<int64_t> most;
  std::string unbounded;  // the first journey that may begin any number of times, where there is no bound
  bool by_caps = false;   // a cap is what bounds it
};

struct ProjectBounds {
  std::vector<ProvenJourney> journeys;  // by name
  std::vector<WeekMost> week;           // by channel as above, all channels last; empty where nothing is sent
};

class Context;
// REQUIRES: the program was checked and has no errors.
ProjectBounds project_bounds(const Context& context);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_PROJECT_BOUNDS_H_

#ifndef WEND_VM_ENGINE_HISTORY_PLAN_H_
#define WEND_VM_ENGINE_HISTORY_PLAN_H_

// What the engine remembers of events: the rows of the current image and of older ones that still have runs,
// united by the store's numbers of their contents. Immutable after it was made; safe from any thread.

#include <cstdint>
#include <string_view>
#include <vector>

#include "vm/core/history.h"
#include "vm/core/program.h"

namespace wend {

class Image;

// A row of history, as one of the images knows it.
struct HistoryNeed {
  // Where a kept or summed property comes from: some image's number of it.
  struct Source {
    uint16_t number = 0;  // the store's
    const Image* image = nullptr;
    uint16_t property = 0;
    bool is_event_id = false;
  };
  uint16_t number = 0;           // the store's, of the content
  const Image* image = nullptr;  // whose filter is asked
  HistoryIx row;
  HistoryKeeping keeping;
  std::vector<Source> sources;  // ascending by number
};

class HistoryPlan {
 public:
  // The first image's rows go before those of the others. The images must outlive the plan.
  static HistoryPlan unite(const std::vector<const Image*>& images);

  // Images whose rows listen for events.
  struct OfImage {
    const Image* image = nullptr;
    std::vector<std::vector<uint32_t>> needs;  // by EventIx: indices into `needs()`
  };
  const std::vector<OfImage>& images() const { return images_; }
  const std::vector<HistoryNeed>& needs() const { return needs_; }
  // nullptr where no image wants the row any more.
  const HistoryNeed* find(uint16_t number) const;

 private:
  std::vector<HistoryNeed> needs_;  // ascending by number
  std::vector<OfImage> images_;
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_HISTORY_PLAN_H_

#ifndef WEND_VM_ENGINE_LOW_WATER_H_
#define WEND_VM_ENGINE_LOW_WATER_H_

// Where the scan of a queue in the store begins. A queue kept as "seek to the first key, delete it" gets
// slower with every deleted key, because a scan walks over their remains; this remembers the lowest key that
// may exist.
//
// Use: start = begin_scan(); scan from start; end_scan(first key that stays). Whoever commits a new key calls
// lower(key) after the commit: either the scan has seen the key or its begin is lowered. Not synchronised.

#include <string>
#include <string_view>

namespace wend {

class LowWater {
 public:
  // Takes the place to scan from; until end_scan() only keys given to lower() count.
  std::string begin_scan() {
    std::string start = std::move(low_);
    low_.clear();
    unknown_ = true;
    return start;
  }
  // `first` is the lowest key that the scan leaves behind, or where it stopped looking.
  void end_scan(std::string_view first) { lower(first); }
  void lower(std::string_view key) {
    if (!unknown_ && low_ <= key) return;
    low_.assign(key);
    unknown_ = false;
  }

 private:
  std::string low_;       // empty at the start: from the first key
  bool unknown_ = false;  // no key is known: everything was taken by a scan
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_LOW_WATER_H_

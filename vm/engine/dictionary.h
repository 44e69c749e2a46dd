#ifndef WEND_VM_ENGINE_DICTIONARY_H_
#define WEND_VM_ENGINE_DICTIONARY_H_

// Names that records refer to by a small number: attributes, journeys, images. A number once given is never
// changed or reused. Kept in Family::kMeta under "<kind>/<name>" with the number as two bytes, little-endian.
//
// Threads: all methods from any thread. A new number is committed before anybody sees it.
// Failures: kFull when the numbers are used up, kCorrupt, kIo.

#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"
#include "vm/store/store.h"

namespace wend {

class Dictionary {
 public:
  // `kind` is "attribute", "journey" or "image"; `most` is how many names there may be.
  Dictionary(Store& store, std::string kind, size_t most);

  // Reads what the store has. Once, before anything else.
  Status load();
  // The number of a name, given now where it is new.
  Result<uint16_t> number(std::string_view name);
  std::optional<uint16_t> find(std::string_view name) const;
  // The name of a number; empty where there is none.
  std::string name(uint16_t number) const;
  // All names, by number.
  std::vector<std::string> names() const;

 private:
  Store& store_;
  const std::string kind_;
  const size_t most_;
  mutable std::shared_mutex mutex_;
  // Protected by mutex_.
  std::map<std::string, uint16_t, std::less<>> numbers_;
  std::vector<std::string> names_;
};

// The names of a store. Kinds "attribute", "journey", "image", "history" (contents of history rows), "property"
// (of events, as history keeps them) and "score".
struct StoreNames {
  explicit StoreNames(Store& store);
  Status load();

  Dictionary attributes, journeys, images, histories, properties, scores;
};

// Reads all names of a kind from a store that an engine may be using; by number.
Result<std::vector<std::string>> read_dictionary(const Store& store, std::string_view kind);

}  // namespace wend

#endif  // WEND_VM_ENGINE_DICTIONARY_H_

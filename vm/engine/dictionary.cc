#include "vm/engine/dictionary.h"

#include <mutex>
#include <utility>

#include "vm/base/bytes.h"

namespace wend {
namespace {

constexpr size_t kMaxAttributeNames = 4096;
constexpr size_t kMaxNames = 65535;  // of every other kind

}  // namespace

Result<std::vector<std::string>> read_dictionary(const Store& store, std::string_view kind) {
  const std::string prefix = std::string(kind) + "/";
  std::string upper = prefix;
  upper.back() = '/' + 1;
  std::vector<std::string> names;
  std::vector<bool> seen;
  const auto it = store.iterate(Family::kMeta, prefix, upper);
  for (it->seek(prefix); it->valid(); it->next()) {
    ByteReader reader(it->value());
    const uint16_t number = reader.u16();
    const std::string_view name = it->key().substr(prefix.size());
    if (!reader.ok() || !reader.at_end() || (number < names.size() && seen[number])) {
      return Error{ErrorKind::kCorrupt, "the store's number of the " + std::string(kind) + " \"" +
                                            std::string(name) + "\" is damaged"};
    }
    if (number >= names.size()) {
      names.resize(number + size_t{1});
      seen.resize(number + size_t{1});
    }
    names[number] = std::string(name);
    seen[number] = true;
  }
  WEND_RETURN_IF_ERROR(it->status());
  for (size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i]) {
      return Error{ErrorKind::kCorrupt,
                   "the store has lost the name of " + std::string(kind) + " number " + std::to_string(i)};
    }
  }
  return names;
}

StoreNames::StoreNames(Store& store)
    : attributes(store, "attribute", kMaxAttributeNames),
      journeys(store, "journey", kMaxNames),
      images(store, "image", kMaxNames),
      histories(store, "history", kMaxNames),
      properties(store, "property", kMaxNames),
      scores(store, "score", kMaxNames) {}

Status StoreNames::load() {
  for (Dictionary* names : {&attributes, &journeys, &images, &histories, &properties, &scores}) {
    WEND_RETURN_IF_ERROR(names->load());
  }
  return {};
}

Dictionary::Dictionary(Store& store, std::string kind, size_t most)
    : store_(store), kind_(std::move(kind)), most_(most) {}

Status Dictionary::load() {
  WEND_ASSIGN_OR_RETURN(std::vector<std::string> names, read_dictionary(store_, kind_));
  const std::unique_lock lock(mutex_);
  names_ = std::move(names);
  numbers_.clear();
  for (size_t i = 0; i < names_.size(); ++i) numbers_.emplace(names_[i], static_cast<uint16_t>(i));
  return {};
}

Result<uint16_t> Dictionary::number(std::string_view name) {
  if (const std::optional<uint16_t> known = find(name)) return *known;
  const std::unique_lock lock(mutex_);
  if (const auto it = numbers_.find(name); it != numbers_.end()) return it->second;
  if (names_.size() >= most_) {
    return Error{ErrorKind::kFull,
                 "there are more than " + std::to_string(most_) + " names of the kind " + kind_};
  }
  const auto number = static_cast<uint16_t>(names_.size());
  std::string value;
  put_u16(value, number);
  const auto batch = store_.make_batch();
  batch->put(Family::kMeta, kind_ + "/" + std::string(name), value);
  WEND_RETURN_IF_ERROR(store_.commit(*batch, Durability::kSync));
  names_.emplace_back(name);
  numbers_.emplace(names_.back(), number);
  return number;
}

std::optional<uint16_t> Dictionary::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto it = numbers_.find(name);
  if (it == numbers_.end()) return std::nullopt;
  return it->second;
}

std::string Dictionary::name(uint16_t number) const {
  const std::shared_lock lock(mutex_);
  return number < names_.size() ? names_[number] : std::string();
}

std::vector<std::string> Dictionary::names() const {
  const std::shared_lock lock(mutex_);
  return names_;
}

}  // namespace wend

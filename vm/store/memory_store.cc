#include "vm/store/memory_store.h"

#include <array>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "vm/base/check.h"
#include "vm/base/version.h"
#include "vm/store/store_format.h"

namespace wend {
namespace {

enum class OpKind : uint8_t { kPut, kErase, kAdd };

// One operation; key and value lie in the arena of its batch, one after the other.
struct Op {
  OpKind kind;
  Family family;
  size_t offset;
  size_t key_size;
  size_t value_size;
};

class MemoryBatch : public Batch {
 public:
  void put(Family family, std::string_view key, std::string_view value) override {
    WEND_CHECK(family != Family::kCounters || decode_counter(value).has_value());
    push(OpKind::kPut, family, key, value);
  }
  void erase(Family family, std::string_view key) override { push(OpKind::kErase, family, key, {}); }
  void add(std::string_view key, int64_t delta) override {
    push(OpKind::kAdd, Family::kCounters, key, encode_counter(delta));
  }
  void clear() override {
    ops_.clear();
    arena_.clear();
  }
  size_t size() const override { return ops_.size(); }

  const std::vector<Op>& ops() const { return ops_; }
  std::string_view key(const Op& op) const { return std::string_view(arena_).substr(op.offset, op.key_size); }
  std::string_view value(const Op& op) const {
    return std::string_view(arena_).substr(op.offset + op.key_size, op.value_size);
  }

 private:
  void push(OpKind kind, Family family, std::string_view key, std::string_view value) {
    ops_.push_back({kind, family, arena_.size(), key.size(), value.size()});
    arena_.append(key).append(value);
  }

  std::vector<Op> ops_;
  std::string arena_;
};

// What a key held from commit `sequence` on; no value means erased.
struct Version {
  uint64_t sequence;
  std::optional<std::string> value;
};

// Versions in ascending order of sequence, never empty. More than one, or an erased last one, only while an
// iterator lives that may have to see the older ones.
using Versions = std::vector<Version>;
using Table = std::map<std::string, Versions, std::less<>>;

// The value that a reader of `sequence` sees, or null.
const std::string* visible(const Versions& versions, uint64_t sequence) {
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->sequence <= sequence) return version->value ? &*version->value : nullptr;
  }
  return nullptr;
}

class MemoryStore;

class MemoryIterator : public Iterator {
 public:
  MemoryIterator(const MemoryStore& store, const Table& table, uint64_t sequence, std::string_view lower,
                 std::string_view upper)
      : store_(store), table_(table), sequence_(sequence), lower_(lower), upper_(upper) {}
  ~MemoryIterator() override;
  MemoryIterator(const MemoryIterator&) = delete;
  MemoryIterator& operator=(const MemoryIterator&) = delete;

  void seek(std::string_view key) override;
  void next() override;
  bool valid() const override { return valid_; }
  std::string_view key() const override {
    WEND_CHECK(valid_);
    return at_->first;
  }
  std::string_view value() const override {
    WEND_CHECK(valid_);
    return value_;
  }
  Status status() const override { return {}; }

 private:
  // Goes on from at_ to the first key in bounds that is visible. REQUIRES: the store's lock.
  void settle();

  const MemoryStore& store_;
  const Table& table_;
  const uint64_t sequence_;
  const std::string lower_;
  const std::string upper_;
  // Stays valid while others commit: no key is removed from a table as long as an iterator lives.
  Table::const_iterator at_;
  std::string value_;  // a copy, because the versions of a key may move when it is overwritten
  bool valid_ = false;
};

class MemoryStore : public Store {
 public:
  MemoryStore() {
    const StoreFormat format{kStoreFormat, std::string(kWendVersion)};
    set(Family::kMeta, kStoreFormatKey, encode_store_format(format));
  }
  ~MemoryStore() override { WEND_CHECK(live_iterators_ == 0); }
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  std::unique_ptr<Batch> make_batch() override { return std::make_unique<MemoryBatch>(); }

  Status commit(const Batch& batch, Durability /*durability*/) override {
    const auto* mine = dynamic_cast<const MemoryBatch*>(&batch);
    WEND_CHECK(mine != nullptr);
    const std::unique_lock lock(mutex_);
    ++sequence_;
    for (const Op& op : mine->ops()) {
      switch (op.kind) {
        case OpKind::kPut:
          set(op.family, mine->key(op), mine->value(op));
          break;
        case OpKind::kErase:
          set(op.family, mine->key(op), std::nullopt);
          break;
        case OpKind::kAdd:
          add(mine->key(op), mine->value(op));
          break;
      }
    }
    return {};
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    const std::shared_lock lock(mutex_);
    return find(family, key);
  }

  Result<std::vector<std::optional<std::string>>> multi_get(
      Family family, const std::vector<std::string_view>& keys) const override {
    std::vector<std::optional<std::string>> values;
    values.reserve(keys.size());
    const std::shared_lock lock(mutex_);
    for (const std::string_view key : keys) values.push_back(find(family, key));
    return values;
  }

  std::unique_ptr<Iterator> iterate(Family family, std::string_view lower,
                                    std::string_view upper) const override {
    std::unique_ptr<MemoryIterator> iterator;
    {
      const std::unique_lock lock(mutex_);
      ++live_iterators_;
      iterator = std::make_unique<MemoryIterator>(*this, table(family), sequence_, lower, upper);
    }
    iterator->seek(lower);
    return iterator;
  }

  Status sync() override { return {}; }

 private:
  friend class MemoryIterator;

  Table& table(Family family) const {
    const auto index = static_cast<size_t>(family);
    WEND_CHECK(index < tables_.size());
    return tables_[index];
  }

  std::optional<std::string> find(Family family, std::string_view key) const {
    const Table& keys = table(family);
    const auto found = keys.find(key);
    if (found == keys.end()) return std::nullopt;
    const std::string* value = visible(found->second, sequence_);
    return value != nullptr ? std::optional<std::string>(*value) : std::nullopt;
  }

  void set(Family family, std::string_view key, std::optional<std::string_view> value) {
    Table& keys = table(family);
    auto found = keys.lower_bound(key);
    const bool exists = found != keys.end() && found->first == key;
    if (!exists) {
      if (!value) return;
      found = keys.emplace_hint(found, std::string(key), Versions{});
    } else if (live_iterators_ == 0) {
      if (!value) {
        keys.erase(found);
      } else {
        Version& only = found->second.front();
        only.sequence = sequence_;
        only.value->assign(*value);
      }
      return;
    } else {
      superseded_.emplace_back(family, found);
    }
    found->second.push_back(
        {sequence_, value ? std::optional<std::string>(std::in_place, *value) : std::nullopt});
  }

  void add(std::string_view key, std::string_view delta) {
    const std::optional<std::string> existing = find(Family::kCounters, key);
    std::string merged;
    WEND_CHECK(merge_counter(existing, delta, &merged));
    set(Family::kCounters, key, merged);
  }

  // Called by the destructor of an iterator; the last one takes the superseded versions with it.
  void release() const {
    const std::unique_lock lock(mutex_);
    if (--live_iterators_ > 0) return;
    for (const auto& [family, at] : superseded_) {
      Versions& versions = at->second;
      if (versions.size() > 1) versions.erase(versions.begin(), versions.end() - 1);
    }
    // In a second round, because a key that was overwritten twice stands twice in the list.
    std::vector<std::pair<Family, Table::iterator>> erased;
    for (const auto& [family, at] : superseded_) {
      if (at->second.empty() || at->second.front().value) continue;
      at->second.clear();
      erased.emplace_back(family, at);
    }
    for (const auto& [family, at] : erased) table(family).erase(at);
    superseded_.clear();
  }

  mutable std::shared_mutex mutex_;

  // All below is protected by mutex_. It is mutable because making and dropping iterators, which do not
  // change what the store holds, change what it must remember.
  mutable std::array<Table, kFamilyCount> tables_;
  mutable size_t live_iterators_ = 0;
  // Keys that have, or had, more than one version or an erased last one.
  mutable std::vector<std::pair<Family, Table::iterator>> superseded_;
  uint64_t sequence_ = 0;
};

MemoryIterator::~MemoryIterator() { store_.release(); }

void MemoryIterator::settle() {
  for (valid_ = false; at_ != table_.end(); ++at_) {
    if (!upper_.empty() && at_->first >= upper_) return;
    if (const std::string* value = visible(at_->second, sequence_)) {
      value_ = *value;
      valid_ = true;
      return;
    }
  }
}

void MemoryIterator::seek(std::string_view key) {
  const std::shared_lock lock(store_.mutex_);
  at_ = table_.lower_bound(key < std::string_view(lower_) ? std::string_view(lower_) : key);
  settle();
}

void MemoryIterator::next() {
  WEND_CHECK(valid_);
  const std::shared_lock lock(store_.mutex_);
  ++at_;
  settle();
}

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace wend

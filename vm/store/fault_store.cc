#include "vm/store/fault_store.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "vm/base/check.h"

namespace wend {
namespace {

// Remembers its operations, because a batch of another store can't be copied.
class FaultBatch : public Batch {
 public:
  void put(Family family, std::string_view key, std::string_view value) override {
    WEND_CHECK(family != Family::kCounters || decode_counter(value).has_value());
    ops_.push_back(
        [family, k = std::string(key), v = std::string(value)](Batch* to) { to->put(family, k, v); });
  }
  void erase(Family family, std::string_view key) override {
    ops_.push_back([family, k = std::string(key)](Batch* to) { to->erase(family, k); });
  }
  void add(std::string_view key, int64_t delta) override {
    ops_.push_back([k = std::string(key), delta](Batch* to) { to->add(k, delta); });
  }
  void clear() override { ops_.clear(); }
  size_t size() const override { return ops_.size(); }

  void replay(Batch* to) const {
    for (const auto& op : ops_) op(to);
  }

 private:
  std::vector<std::function<void(Batch*)>> ops_;
};

Error refused() { return {ErrorKind::kClosed, "the store takes no more changes after a failure"}; }

}  // namespace

FaultStore::FaultStore(std::unique_ptr<Store> inner) : inner_(std::move(inner)) {
  WEND_CHECK(inner_ != nullptr);
}
FaultStore::~FaultStore() = default;

void FaultStore::fail_commit(uint64_t n, Fault fault) {
  const std::lock_guard lock(mutex_);
  WEND_CHECK(n > commits_);
  plan_ = Plan{n, fault};
}

uint64_t FaultStore::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

bool FaultStore::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

void FaultStore::reopen() {
  const std::lock_guard lock(mutex_);
  if (kept_ != nullptr) WEND_CHECK(inner_->commit(*kept_, Durability::kSync).ok());
  kept_.reset();
  failed_ = false;
}

std::unique_ptr<Batch> FaultStore::make_batch() { return std::make_unique<FaultBatch>(); }

Status FaultStore::commit(const Batch& batch, Durability durability) {
  const auto* mine = dynamic_cast<const FaultBatch*>(&batch);
  WEND_CHECK(mine != nullptr);
  std::unique_ptr<Batch> translated = inner_->make_batch();
  mine->replay(translated.get());

  const std::lock_guard lock(mutex_);
  if (failed_) return refused();
  ++commits_;
  if (!plan_ || plan_->n != commits_) {
    Status status = inner_->commit(*translated, durability);
    failed_ = !status.ok();
    return status;
  }
  failed_ = true;
  if (plan_->fault == Fault::kKept) kept_ = std::move(translated);
  return Error{ErrorKind::kIo,
               plan_->fault == Fault::kKept ? "fsync failed on purpose" : "write failed on purpose"};
}

Result<std::optional<std::string>> FaultStore::get(Family family, std::string_view key) const {
  return inner_->get(family, key);
}

Result<std::vector<std::optional<std::string>>> FaultStore::multi_get(
    Family family, const std::vector<std::string_view>& keys) const {
  return inner_->multi_get(family, keys);
}

std::unique_ptr<Iterator> FaultStore::iterate(Family family, std::string_view lower,
                                              std::string_view upper) const {
  return inner_->iterate(family, lower, upper);
}

Status FaultStore::sync() {
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return refused();
  }
  return inner_->sync();
}

}  // namespace wend

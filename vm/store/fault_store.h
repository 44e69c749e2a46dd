#ifndef WEND_VM_STORE_FAULT_STORE_H_
#define WEND_VM_STORE_FAULT_STORE_H_

// A Store that fails on purpose, for tests of what stands on a store: it hands everything to another one and
// breaks at a commit that the test has chosen. After a failure it behaves as store.h promises: nothing of
// the batch is visible, and every further commit and sync gets kClosed, until the store is "opened again"
// with reopen().
//
// Threads: as store.h says; fail_commit() and reopen() while nobody else uses it.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "vm/store/store.h"

namespace wend {

enum class Fault {
  kLost,  // the write failed: after reopening nothing of the batch is there
  kKept,  // the fsync failed after the write: after reopening all of the batch is there, although its sender
          // was told that it failed
};

class FaultStore : public Store {
 public:
  explicit FaultStore(std::unique_ptr<Store> inner);
  ~FaultStore() override;

  // Lets commit number `n` fail, counting every commit since construction from 1. REQUIRES: n > commits().
  void fail_commit(uint64_t n, Fault fault);
  // The number of commits tried so far, the failing one included, those refused with kClosed not.
  uint64_t commits() const;
  // True after the failure, until reopen().
  bool failed() const;
  // What opening the folder again would do: a batch of Fault::kKept becomes visible, commits work again.
  void reopen();

  std::unique_ptr<Batch> make_batch() override;
  Status commit(const Batch& batch, Durability durability) override;
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override;
  Result<std::vector<std::optional<std::string>>> multi_get(
      Family family, const std::vector<std::string_view>& keys) const override;
  std::unique_ptr<Iterator> iterate(Family family, std::string_view lower,
                                    std::string_view upper) const override;
  Status sync() override;

 private:
  struct Plan {
    uint64_t n;
    Fault fault;
  };

  const std::unique_ptr<Store> inner_;

  mutable std::mutex mutex_;
  // All below is protected by mutex_.
  std::optional<Plan> plan_;
  uint64_t commits_ = 0;
  bool failed_ = false;
  std::unique_ptr<Batch> kept_;  // a batch of inner_ that becomes visible with reopen()
};

}  // namespace wend

#endif  // WEND_VM_STORE_FAULT_STORE_H_

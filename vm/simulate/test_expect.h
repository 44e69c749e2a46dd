#ifndef WEND_VM_SIMULATE_TEST_EXPECT_H_
#define WEND_VM_SIMULATE_TEST_EXPECT_H_

// Looks whether an expectation of a test holds, and says in words what was expected and what was. Internal to
// vm/simulate. Pure but for reading the store. Failures: of the store.

#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"
#include "vm/core/loaded_program.h"
#include "vm/engine/outbox.h"
#include "vm/simulate/test_plan.h"
#include "vm/store/store.h"

namespace wend {

// What is there to look at.
struct TestWorld {
  const Store& store;
  const LoadedProgram& program;
  const std::vector<Delivery>& deliveries;  // so far, in order
};

struct Verdict {
  bool holds = false;
  std::string expected;
  std::string got;
};

// `contact` is empty for every contact, which only expectations about messages allow.
Result<Verdict> judge(const TestExpectation& expect, std::string_view contact, const TestWorld& world);

// "cart_reminder", or "Your cart .." in quotes for an inline message.
std::string message_text(const Delivery& delivery);

}  // namespace wend

#endif  // WEND_VM_SIMULATE_TEST_EXPECT_H_

#ifndef WEND_VM_SIMULATE_TEST_OBSERVE_H_
#define WEND_VM_SIMULATE_TEST_OBSERVE_H_

// Says what happened in a test as expectations of the language, which therefore hold: "expect sent email
// cart_reminder on 2026-03-02 10:20". Internal to vm/simulate. Failures: of the store.

#include <string>
#include <vector>

#include "vm/base/result.h"
#include "vm/simulate/test_expect.h"
#include "vm/simulate/test_plan.h"

namespace wend {

// One expectation a line, without a line end: messages in their order, then the runs of the test's journeys.
Result<std::vector<std::string>> observe(const PlannedTest& test, const TestWorld& world);

}  // namespace wend

#endif  // WEND_VM_SIMULATE_TEST_OBSERVE_H_

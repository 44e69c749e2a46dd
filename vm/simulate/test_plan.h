#ifndef WEND_VM_SIMULATE_TEST_PLAN_H_
#define WEND_VM_SIMULATE_TEST_PLAN_H_

// The `test` blocks of a project as the compiler hands them to the runner: plain data, every name resolved,
// every moment computed, every literal an encoded value. A plan goes beside an image, never into it, so that
// tests change nothing of what runs in production. Instants are milliseconds since 1970-01-01T00:00:00Z.

#include <cstdint>
#include <string>
#include <vector>

#include "vm/base/clock.h"
#include "vm/engine/assumptions.h"

namespace wend {

// Bytes [begin, end) of a file, in the numbering of the compilation that made the plan.
struct TestPlace {
  uint32_t file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

enum class TestExpectKind : uint8_t {
  kSent,  // also `not sent`
  kNothingSent,
  kSuppressed,
  kWaitingAt,
  kEnded,
  kConverted,  // also `not converted`
  kCompare,
  kIs,
};

enum class TestCompare : uint8_t { kEq, kNe, kLt, kLe, kGt, kGe, kContains };

// What a line `expect ..` says. Empty texts: not asked for.
struct TestExpectation {
  TestExpectKind kind = TestExpectKind::kNothingSent;
  bool negated = false;
  std::string journey;
  bool has_key = false;
  std::string key;  // J["key"], as text
  std::string channel;
  std::string message;      // of an inline one its template text
  int64_t times = 0;        // 0: at least once
  bool has_moment = false;  // sent within [from_ms, to_ms)
  Millis from_ms = 0;
  Millis to_ms = 0;
  std::string part;  // "subject", "body", ..
  std::string contains;
  std::string reason;  // of `because`: of a refusal, or an event or a way to end
  bool has_exit_text = false;
  std::string exit_text;
  std::string label;  // without `@`
  std::string attribute;
  std::vector<std::string> fields;  // contact.ATTRIBUTE.FIELD.FIELD
  TestCompare compare = TestCompare::kEq;
  bool present = false;  // kIs
  bool has_value = false;
  std::string value;  // encoded (value.h): to compare with, or the conversion's
};

enum class TestLineKind : uint8_t {
  kContact,        // the contact exists from the first `at`; `record`: attributes
  kTime,           // only time passes
  kEvent,          // `name` on the wire, `record`: properties
  kEngagement,     // `name`: the word; `target`, `text`: the link
  kIdentify,       // `record`: attributes
  kProviderFails,  // `name`: channel; `text`: error; `times`, 0: always
  kExpect,
};

struct TestLine {
  TestLineKind kind = TestLineKind::kTime;
  TestPlace place;
  Millis at_ms = 0;     // of an expectation and `provider`: nothing
  std::string contact;  // empty: of an expectation, every contact
  std::string name;
  std::string target;  // message, or label without `@`; empty: the latest of all
  std::string text;
  int64_t times = 0;
  std::string record;  // encoded fields (what Value::of_record takes)
  TestExpectation expect;
};

struct PlannedTest {
  std::string name;
  std::string file;  // path in the project
  uint32_t line = 0;
  std::vector<std::string> journeys;  // that take entries; empty: all
  Assumptions assumptions;            // of all its lines, from the start
  // Contacts first, in the order in which they came to be, then the other lines in order.
  std::vector<TestLine> lines;
};

struct TestPlan {
  std::vector<PlannedTest> tests;  // by file and place
};

}  // namespace wend

#endif  // WEND_VM_SIMULATE_TEST_PLAN_H_

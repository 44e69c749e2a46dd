#ifndef WEND_TESTS_ORACLE_RANDOM_EXPR_H_
#define WEND_TESTS_ORACLE_RANDOM_EXPR_H_

// Random expressions of a wanted type, and the vocabulary that random programs and random logs share.

#include <string>
#include <vector>

#include "tests/oracle/random.h"

namespace wend::oracle {

enum class Kind { kBool, kInt, kNumber, kString, kTier, kTime, kDate, kDuration, kTexts };

// Every event has these properties.
struct Vocabulary {
  static constexpr const char* kFields =
      "key: string, n: int, amount: number, tier: \"a\" | \"b\" | \"c\", flag: bool?, at_door: time?, due: "
      "date?, "
      "hold: duration?, word: string?, skus: list<string>, items: list<{ sku: string, q: int }>";
  static constexpr const char* kAttributes =
      "first_name: string?  level: int = 0  worth: number = 1.5  vip: bool?  plan: \"free\" | \"pro\" | "
      "\"team\" = "
      "\"free\"  renewal: date?  meeting: time?";
};
const std::vector<std::string>& event_names();

// Where an expression stands: what it may name.
struct Scope {
  bool arriving = false;            // `event` is the arriving one, `trigger` another
  bool entry = false;               // before there is a run
  bool no_event = false;            // nothing is known of any event: `for`, journeys that engagement starts
  bool step = false;                // engagement words may be asked
  std::vector<std::string> names;   // bound by `as`
  std::vector<std::string> labels;  // sent on the way here
  std::vector<std::string> messages;
};

std::string random_expr(Random& random, const Scope& scope, Kind kind, int depth);

}  // namespace wend::oracle

#endif  // WEND_TESTS_ORACLE_RANDOM_EXPR_H_

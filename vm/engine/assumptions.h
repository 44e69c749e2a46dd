#ifndef WEND_VM_ENGINE_ASSUMPTIONS_H_
#define WEND_VM_ENGINE_ASSUMPTIONS_H_

// What a test takes as given (language, section 11: `assume ..`): decisions that are drawn, made by somebody
// else or answered by another system when journeys run for real. An engine that is handed assumptions holds
// nobody out whom they don't name, lets every split whose arm they don't name draw, and answers no call that
// they don't answer. Plain data; immutable while an engine uses it.

#include <functional>
#include <map>
#include <set>
#include <string>

namespace wend {

struct Assumptions {
  std::map<std::string, std::string, std::less<>> splits;  // arm by split
  std::set<std::string, std::less<>> holdouts;             // journeys whose contacts are held out
  std::set<std::string, std::less<>> paused;               // channels that a circuit breaker has paused
  // The answer by connector: an encoded record (what Value::of_record takes).
  std::map<std::string, std::string, std::less<>> calls;

  bool operator==(const Assumptions&) const = default;
};

}  // namespace wend

#endif  // WEND_VM_ENGINE_ASSUMPTIONS_H_

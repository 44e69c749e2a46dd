#ifndef WEND_TESTS_ORACLE_TRIAL_H_
#define WEND_TESTS_ORACLE_TRIAL_H_

// One random program with one random log, judged; and made smaller while engine and oracle still disagree.

#include <string>
#include <vector>

#include "tests/oracle/compare.h"
#include "tests/oracle/random.h"

namespace wend::oracle {

struct Trial {
  Piece program;
  std::vector<std::string> log;
};

Trial trial_of(uint64_t seed);

enum class Verdict { kRefused, kAgree, kDisagree };
struct Judgement {
  Verdict verdict = Verdict::kRefused;
  std::string refusal;     // the compiler's first error
  std::string difference;  // side by side
  size_t lines = 0;        // that the engine said
};

// Judges trials; a program that it has just seen is not compiled anew.
class Judge {
 public:
  explicit Judge(Sabotage sabotage = Sabotage::kNone) : sabotage_(sabotage) {}
  Judgement judge(const Trial& trial);

 private:
  Sabotage sabotage_;
  std::string source_;
  CompileResult compiled_;
  std::unique_ptr<Program> program_;
};

// Takes out events and pieces of the program as long as the two still disagree.
Trial shrink(Trial trial, Sabotage sabotage = Sabotage::kNone);

// Program, log and both results, for a person.
std::string report(uint64_t seed, const Trial& trial, Sabotage sabotage = Sabotage::kNone);

}  // namespace wend::oracle

#endif  // WEND_TESTS_ORACLE_TRIAL_H_

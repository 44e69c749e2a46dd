// Random programs times random logs. WEND_ORACLE_PAIRS says how many (2,000), WEND_ORACLE_SEED where the
// seeds begin (1): pair k has seed first + k.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "tests/oracle/trial.h"

namespace wend::oracle {
namespace {

constexpr uint64_t kPairs = 2000;
constexpr int kMostFailures = 4;  // shown; each is made small first, which takes time

uint64_t from_environment(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

TEST(OracleRandom, EngineAndOracleAgree) {
  const uint64_t first = from_environment("WEND_ORACLE_SEED", 1);
  const uint64_t pairs = from_environment("WEND_ORACLE_PAIRS", kPairs);
  const bool show_refusals = std::getenv("WEND_ORACLE_REFUSALS") != nullptr;
  uint64_t agreed = 0, refused = 0, lines = 0;
  int failures = 0;
  std::map<std::string, int> refusals;
  for (uint64_t seed = first; seed < first + pairs && failures < kMostFailures; ++seed) {
    const Trial trial = trial_of(seed);
    const Judgement judgement = Judge().judge(trial);
    lines += judgement.lines;
    if (judgement.verdict == Verdict::kRefused) {
      ++refused;
      const std::string first_line = judgement.refusal.substr(0, judgement.refusal.find('\n'));
      if (show_refusals) ++refusals[first_line.substr(0, 7) + first_line.substr(first_line.find(' ', 8) + 1)];
    }
    if (judgement.verdict == Verdict::kAgree) ++agreed;
    if (judgement.verdict != Verdict::kDisagree) continue;
    ++failures;
    ADD_FAILURE() << report(seed, shrink(trial));
  }
  std::printf("seeds from %llu: %llu pairs agree in %llu lines, %llu programs were refused\n",
              static_cast<unsigned long long>(first), static_cast<unsigned long long>(agreed),
              static_cast<unsigned long long>(lines), static_cast<unsigned long long>(refused));
  for (const auto& [what, count] : refusals) std::printf("%6d %s\n", count, what.c_str());
  if (pairs >= 100) {
    EXPECT_GT(agreed, pairs / 2) << "most programs should be valid";
  }
}

// The machinery must find an oracle that is wrong on purpose, and make the case small.
TEST(OracleRandom, CanaryIsFound) {
  for (uint64_t seed = 1; seed < 1000; ++seed) {
    const Trial trial = trial_of(seed);
    if (Judge(Sabotage::kIgnoreUntil).judge(trial).verdict != Verdict::kDisagree) continue;
    const Trial small = shrink(trial, Sabotage::kIgnoreUntil);
    EXPECT_EQ(Judge(Sabotage::kIgnoreUntil).judge(small).verdict, Verdict::kDisagree);
    EXPECT_LE(small.log.size(), 4U) << report(seed, small, Sabotage::kIgnoreUntil);
    EXPECT_NE(source_of(small.program).find("until"), std::string::npos);
    return;
  }
  FAIL() << "an oracle that ignores `until` agreed a thousand times";
}

}  // namespace
}  // namespace wend::oracle

#ifndef WEND_TESTS_ORACLE_RANDOM_H_
#define WEND_TESTS_ORACLE_RANDOM_H_

// A small generator with the same numbers on every machine (SplitMix64: Steele, Lea, Flood 2014), and
// programs as trees of text of which parts can be taken out.

#include <cstdint>
#include <string>
#include <vector>

namespace wend::oracle {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  // 0 .. n - 1.
  size_t below(size_t n) { return static_cast<size_t>(next() % n); }
  int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<size_t>(high - low + 1)));
  }
  bool chance(int percent) { return below(100) < static_cast<size_t>(percent); }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  uint64_t state_;
};

// `head`, what is inside, `tail`. A piece that may go is tried without when a failure is made smaller.
struct Piece {
  std::string head;
  std::vector<Piece> inner;
  std::string tail;
  bool may_go = true;
};
std::string source_of(const Piece& piece);

// A program of the language, valid more often than not.
Piece random_program(Random& random);
// A log for it: JSON lines in order of arrival.
std::vector<std::string> random_log(Random& random);

}  // namespace wend::oracle

#endif  // WEND_TESTS_ORACLE_RANDOM_H_

#include "tests/oracle/trial.h"

#include "compiler/diagnostics/catalogue.h"
#include "tests/support/compiled.h"

namespace wend::oracle {
namespace {

constexpr int kMostJudgements = 600;

class Shrinker {
 public:
  Shrinker(Trial trial, Sabotage sabotage) : best_(std::move(trial)), judge_(sabotage) {}

  Trial run() {
    for (bool smaller = true; smaller && judgements_ < kMostJudgements;) {
      smaller = drop_events();
      smaller = drop_pieces(best_.program) || smaller;
    }
    return best_;
  }

 private:
  bool still_differs() {
    ++judgements_;
    return judgements_ <= kMostJudgements && judge_.judge(best_).verdict == Verdict::kDisagree;
  }

  bool drop_events() {
    bool smaller = false;
    for (size_t size = std::max<size_t>(best_.log.size() / 2, 1); size > 0; size /= 2) {
      for (size_t at = 0; at < best_.log.size();) {
        const std::vector<std::string> before = best_.log;
        const size_t end = std::min(at + size, before.size());
        best_.log.erase(best_.log.begin() + static_cast<ptrdiff_t>(at),
                        best_.log.begin() + static_cast<ptrdiff_t>(end));
        if (still_differs()) {
          smaller = true;
          continue;
        }
        best_.log = before;
        at = end;
      }
    }
    return smaller;
  }

  // Takes pieces out of `piece`, a part of best_.program; or puts what is inside one in its place.
  bool drop_pieces(Piece& piece) {
    bool smaller = false;
    for (size_t k = 0; k < piece.inner.size();) {
      const std::vector<Piece> before = piece.inner;
      if (piece.inner[k].may_go) {
        piece.inner.erase(piece.inner.begin() + static_cast<ptrdiff_t>(k));
        if (still_differs()) {
          smaller = true;
          continue;
        }
        piece.inner = before;
        if (!before[k].inner.empty()) {
          const auto place = piece.inner.begin() + static_cast<ptrdiff_t>(k);
          const auto after = piece.inner.erase(place);
          piece.inner.insert(after, before[k].inner.begin(), before[k].inner.end());
          if (still_differs()) {
            smaller = true;
            continue;
          }
          piece.inner = before;
        }
      }
      smaller = drop_pieces(piece.inner[k]) || smaller;
      ++k;
    }
    return smaller;
  }

  Trial best_;
  Judge judge_;
  int judgements_ = 0;
};

// Takes out the smallest piece that covers the byte of the source and may go; false where there is none.
bool take_out(Piece& piece, size_t byte) {
  size_t begin = piece.head.size();
  for (size_t k = 0; k < piece.inner.size(); ++k) {
    const size_t end = begin + source_of(piece.inner[k]).size();
    if (byte >= begin && byte < end) {
      if (take_out(piece.inner[k], byte - begin)) return true;
      if (!piece.inner[k].may_go) return false;
      piece.inner.erase(piece.inner.begin() + static_cast<ptrdiff_t>(k));
      return true;
    }
    begin = end;
  }
  return false;
}

CompileResult compiled(const Trial& trial) {
  CompileOptions options;
  options.lints = false;
  return testing_support::compile_files({{"main.wend", source_of(trial.program)}}, options);
}

// Takes out what the compiler refuses, one error after the other.
void repair(Trial& trial) {
  constexpr int kMostRepairs = 40;
  for (int k = 0; k < kMostRepairs; ++k) {
    const CompileResult result = compiled(trial);
    if (result.ok) return;
    // The last error first: what stands before it keeps its place.
    bool taken = false;
    for (size_t d = result.diagnostics.size(); d-- > 0;) {
      const Diagnostic& found = result.diagnostics[d];
      if (found.level >= Level::kError) taken = take_out(trial.program, found.primary.span.begin) || taken;
    }
    if (!taken) return;
  }
}

}  // namespace

Trial trial_of(uint64_t seed) {
  Random random(seed);
  Trial trial;
  trial.program = random_program(random);
  trial.log = random_log(random);
  repair(trial);
  return trial;
}

Judgement Judge::judge(const Trial& trial) {
  Judgement judgement;
  const std::string source = source_of(trial.program);
  if (source != source_) {
    source_ = source;
    compiled_ = compiled(trial);
    program_.reset();
    std::string why;
    if (compiled_.ok) program_ = Program::load(MemoryFiles({{"main.wend", source}}), why);
  }
  if (program_ == nullptr) {
    judgement.refusal = testing_support::diagnostics_text(compiled_);
    return judgement;
  }
  std::string failure;
  const Outcome engine = run_engine(compiled_, trial.log, failure);
  for (const auto& [contact, lines] : engine) judgement.lines += lines.size();
  judgement.difference = side_by_side(engine, run_oracle(*program_, trial.log, sabotage_));
  if (!failure.empty()) judgement.difference += "the engine failed: " + failure + "\n";
  judgement.verdict = judgement.difference.empty() ? Verdict::kAgree : Verdict::kDisagree;
  return judgement;
}

Trial shrink(Trial trial, Sabotage sabotage) { return Shrinker(std::move(trial), sabotage).run(); }

std::string report(uint64_t seed, const Trial& trial, Sabotage sabotage) {
  std::string text = "seed " + std::to_string(seed) + " (WEND_ORACLE_SEED=" + std::to_string(seed) +
                     " WEND_ORACLE_PAIRS=1 reproduces it)\n--- program\n" + source_of(trial.program) +
                     "--- log\n";
  for (const std::string& line : trial.log) text += line + "\n";
  return text + "--- results\n" + Judge(sabotage).judge(trial).difference;
}

}  // namespace wend::oracle

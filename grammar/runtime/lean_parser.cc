#include "grammar/runtime/lean_parser.h"

namespace wend::syntax {

using antlr4::dfa::DFAState;

namespace {
constexpr size_t kMostRows = 16'000;  // fit into next_; no more is learnt then
}

Predictor::Predictor(antlr4::Parser* recognizer, const antlr4::atn::ATN& automaton,
                     std::vector<antlr4::dfa::DFA>& decisions, antlr4::atn::PredictionContextCache& contexts)
    : ParserATNSimulator(recognizer, automaton, decisions, contexts),
      width_(automaton.maxTokenType + 1),
      starts_(decisions.size(), 0),
      next_(width_, 0) {  // no row has the number 0
  setPredictionMode(antlr4::atn::PredictionMode::SLL);
}

size_t Predictor::adaptivePredict(antlr4::TokenStream* input, size_t decision,
                                  antlr4::ParserRuleContext* outer) {
  if (getPredictionMode() != antlr4::atn::PredictionMode::SLL) {
    return ParserATNSimulator::adaptivePredict(input, decision, outer);
  }
  size_t row = starts_[decision];
  for (ssize_t ahead = 1; row != 0; ++ahead) {
    const int16_t next = next_[slot(row, input->LA(ahead))];
    if (next < 0) return static_cast<size_t>(-next);
    row = static_cast<size_t>(next);
  }
  const size_t alternative = ParserATNSimulator::adaptivePredict(input, decision, outer);
  learn(input, decision);
  return alternative;
}

// Follows the states that the prediction just passed. Where it came out by anything but them (an error that
// the alternatives before it allow), their path breaks off and is asked for again the next time.
void Predictor::learn(antlr4::TokenStream* input, size_t decision) {
  const antlr4::dfa::DFA& dfa = decisionToDFA[decision];
  if (dfa.isPrecedenceDfa()) return;
  _stateLock.readLock();
  const DFAState* state = dfa.s0;
  _stateLock.readUnlock();
  if (state == nullptr) return;
  size_t row = starts_[decision] = row_of(state);
  for (ssize_t ahead = 1;; ++ahead) {
    const size_t type = input->LA(ahead);
    _edgeLock.readLock();
    const auto edge = state->edges.find(type);
    const DFAState* target = edge == state->edges.end() ? nullptr : edge->second;
    _edgeLock.readUnlock();
    if (target == nullptr || target == ERROR.get() || !target->predicates.empty()) return;
    if (target->isAcceptState) {
      next_[slot(row, type)] = static_cast<int16_t>(-static_cast<int>(target->prediction));
      return;
    }
    if (rows_.size() >= kMostRows) return;
    const uint16_t next = row_of(target);
    next_[slot(row, type)] = static_cast<int16_t>(next);
    row = next;
    state = target;
  }
}

uint16_t Predictor::row_of(const DFAState* state) {
  const auto [at, added] = rows_.emplace(state, static_cast<uint16_t>(rows_.size() + 1));
  if (added) next_.resize(next_.size() + width_, 0);
  return at->second;
}

}  // namespace wend::syntax

#ifndef WEND_GRAMMAR_RUNTIME_LEAN_PARSER_H_
#define WEND_GRAMMAR_RUNTIME_LEAN_PARSER_H_

// The base class of the generated parsers, between them and ANTLR's own: the same behaviour at a fraction of
// the cost for grammars without predicates and left recursion and parsers without listeners.
// cmake/AntlrGrammar.cmake puts it there. Members hide ANTLR's where generated code names them.
// Threads: a parser belongs to one thread; any number of parsers may work at once.

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "antlr4-runtime.h"
#include "compiler/syntax/arena.h"

namespace wend::syntax {

// Predicts by SLL, unless told otherwise, and keeps what ANTLR found out in flat tables: its own are maps
// behind locks.
class Predictor final : public antlr4::atn::ParserATNSimulator {
 public:
  Predictor(antlr4::Parser* recognizer, const antlr4::atn::ATN& automaton,
            std::vector<antlr4::dfa::DFA>& decisions, antlr4::atn::PredictionContextCache& contexts);

  size_t adaptivePredict(antlr4::TokenStream* input, size_t decision,
                         antlr4::ParserRuleContext* outer) override;

 private:
  size_t slot(size_t row, size_t type) const {
    return row * width_ + (type == antlr4::Token::EOF ? 0 : type);
  }
  void learn(antlr4::TokenStream* input, size_t decision);
  uint16_t row_of(const antlr4::dfa::DFAState* state);

  size_t width_;                  // token types, EOF as 0
  std::vector<uint16_t> starts_;  // [decision]: its first row; 0: not known yet
  std::vector<int16_t> next_;     // positive: the next row; negative: the alternative; 0: not known yet
  std::unordered_map<const antlr4::dfa::DFAState*, uint16_t> rows_;
};

// The contexts of one parse, side by side in memory.
class ContextPool {
 public:
  ContextPool() = default;
  ~ContextPool() { reset(); }
  ContextPool(const ContextPool&) = delete;
  ContextPool& operator=(const ContextPool&) = delete;

  template <typename T, typename... Args>
  T* createInstance(Args&&... args) {
    T* made = new (arena_.allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
    all_.push_back(made);
    return made;
  }
  void reset() {
    for (antlr4::ParserRuleContext* context : all_) context->~ParserRuleContext();
    all_.clear();
    arena_.clear();
  }

 private:
  Arena arena_;
  std::vector<antlr4::ParserRuleContext*> all_;
};

class LeanParser : public antlr4::Parser {
 public:
  explicit LeanParser(antlr4::TokenStream* input) : Parser(input) {}

  // The interpreter is the one that the generated constructor made.
  template <typename T>
  T* getInterpreter() const {
    return static_cast<T*>(_interpreter);
  }

  void reset() override {
    Parser::reset();
    _tracker.reset();
    setState(antlr4::atn::ATNState::INVALID_STATE_NUMBER);
  }
  void enterRule(antlr4::ParserRuleContext* context, size_t state, size_t) override {
    setState(state);
    _ctx = context;
    _ctx->start = _input->LT(1);
    if (_buildParseTrees) addContextToParseTree();
  }
  void enterOuterAlt(antlr4::ParserRuleContext* context, size_t alternative) override {
    if (_buildParseTrees) {
      Parser::enterOuterAlt(context, alternative);
    } else {
      _ctx = context;
    }
  }
  void exitRule() {
    _ctx->stop = _input->LT(_matchedEOF ? 1 : -1);
    setState(_ctx->invokingState);
    _ctx = static_cast<antlr4::ParserRuleContext*>(_ctx->parent);
  }
  antlr4::Token* match(size_t type) override {
    antlr4::Token* token = _input->LT(1);
    if (_buildParseTrees || token->getType() != type || type == antlr4::Token::EOF)
      return Parser::match(type);
    _errHandler->reportMatch(this);
    _input->consume();
    return token;
  }
  antlr4::Token* consume() override {
    if (_buildParseTrees) return Parser::consume();
    antlr4::Token* token = _input->LT(1);
    if (token->getType() != antlr4::Token::EOF) _input->consume();
    return token;
  }

 protected:
  template <typename Action>
  class OnExit {
   public:
    explicit OnExit(Action action) : action_(std::move(action)) {}
    ~OnExit() { action_(); }
    OnExit(const OnExit&) = delete;
    OnExit& operator=(const OnExit&) = delete;

   private:
    Action action_;
  };
  template <typename Action>
  static OnExit<Action> finally(Action action) {
    return OnExit<Action>(std::move(action));
  }

  ContextPool _tracker;  // NOLINT: the name that generated code uses
};

}  // namespace wend::syntax

#endif  // WEND_GRAMMAR_RUNTIME_LEAN_PARSER_H_

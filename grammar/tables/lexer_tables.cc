// Writes the automata of both lexers as tables, at build time:
//
//   wend_lexer_tables OUT.cc
//
// ANTLR finds a lexer's states while it reads, behind locks, and would find them anew in every process. Here
// all of them are found at once: the states of each mode that any sequence of the 128 characters leads to.
// compiler/syntax/lexer_table.h says what the tables mean. The build fails where a lexer uses what the tables
// cannot say: predicates, `more`, modes inside modes.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "LiquidLexer.h"
#include "WendLexer.h"
#include "antlr4-runtime.h"

namespace {

using antlr4::atn::LexerActionType;
using antlr4::dfa::DFAState;

constexpr size_t kCharacters = 128;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "wend_lexer_tables: %s\n", why.c_str());
  std::exit(1);
}

struct State {
  std::array<uint16_t, kCharacters> next{};  // 0: no token goes on
  size_t type = 0;                           // 0: no token ends
  size_t next_mode = 0;
  bool skipped = false;
};

class Explorer final : private antlr4::atn::LexerATNSimulator {
 public:
  explicit Explorer(antlr4::Lexer& lexer)
      : LexerATNSimulator(&lexer, lexer.getATN(),
                          lexer.getInterpreter<antlr4::atn::LexerATNSimulator>()->_decisionToDFA,
                          lexer.getInterpreter<antlr4::atn::LexerATNSimulator>()->getSharedContextCache()) {}

  void run() {
    for (size_t mode = 0; mode < atn.modeToStartState.size(); ++mode) explore_mode(mode);
  }

  std::vector<State> states = {State{}};  // the first is the dead one
  std::vector<uint16_t> starts;           // of each mode

 private:
  void explore_mode(size_t mode) {
    _mode = mode;
    std::map<DFAState*, uint16_t> numbers;
    std::vector<DFAState*> found;
    const auto number_of = [&](DFAState* state) {
      const auto [at, added] = numbers.emplace(state, static_cast<uint16_t>(states.size()));
      if (added) {
        if (states.size() == UINT16_MAX) fail("too many states");
        found.push_back(state);
        states.push_back(accepted(*state, mode));
      }
      return at->second;
    };
    const uint16_t first = static_cast<uint16_t>(states.size());
    DFAState* start = addDFAState(computeStartState(&nothing_, atn.modeToStartState[mode]).release());
    starts.push_back(number_of(start));
    for (size_t i = 0; i < found.size(); ++i) {
      for (size_t c = 0; c < kCharacters; ++c) {
        DFAState* target = computeTargetState(&nothing_, found[i], c);
        if (target == ERROR.get()) continue;
        const uint16_t number = number_of(target);
        states[first + i].next[c] = number;
      }
    }
  }

  State accepted(const DFAState& found, size_t mode) const {
    State state;
    state.next_mode = mode;
    if (found.configs->hasSemanticContext) fail("a rule has a predicate");
    if (!found.isAcceptState) return state;
    state.type = found.prediction;
    if (found.lexerActionExecutor == nullptr) return state;
    for (const auto& action : found.lexerActionExecutor->getLexerActions()) {
      switch (action->getActionType()) {
        case LexerActionType::CHANNEL:
          break;  // read off the type
        case LexerActionType::TYPE:
          state.type = static_cast<size_t>(static_cast<antlr4::atn::LexerTypeAction&>(*action).getType());
          break;
        case LexerActionType::SKIP:
          state.skipped = true;
          break;
        case LexerActionType::PUSH_MODE:
          if (mode != 0) fail("a mode inside a mode");
          state.next_mode =
              static_cast<size_t>(static_cast<antlr4::atn::LexerPushModeAction&>(*action).getMode());
          break;
        case LexerActionType::POP_MODE:
          state.next_mode = 0;
          break;
        default:
          fail("a rule has an action that tables cannot say");
      }
    }
    return state;
  }

  antlr4::ANTLRInputStream nothing_;
};

// Characters that no state tells apart share a class.
std::vector<size_t> classes_of(const std::vector<State>& states, std::array<size_t, kCharacters>& class_of) {
  std::map<std::vector<uint16_t>, size_t> columns;
  std::vector<size_t> samples;
  for (size_t c = 0; c < kCharacters; ++c) {
    std::vector<uint16_t> column;
    for (const State& state : states) column.push_back(state.next[c]);
    const auto [at, added] = columns.emplace(std::move(column), samples.size());
    if (added) samples.push_back(c);
    class_of[c] = at->second;
  }
  return samples;
}

void write_table(std::ofstream& out, const std::string& name, antlr4::Lexer& lexer) {
  Explorer explorer(lexer);
  explorer.run();
  std::array<size_t, kCharacters> class_of{};
  const std::vector<size_t> samples = classes_of(explorer.states, class_of);
  out << "constexpr uint8_t k" << name << "Classes[256] = {";
  for (size_t byte = 0; byte < 256; ++byte) out << class_of[byte < kCharacters ? byte : 0x7F] << ",";
  out << "};\nconstexpr uint16_t k" << name << "Next[] = {\n";
  for (const State& state : explorer.states) {
    for (size_t sample : samples) out << state.next[sample] << ",";
    out << "\n";
  }
  out << "};\nconstexpr LexerTable::Accept k" << name << "Accepts[] = {\n";
  for (const State& state : explorer.states) {
    out << "{" << state.type << "," << state.next_mode << "," << (state.skipped ? "true" : "false") << "},\n";
  }
  out << "};\nconstexpr uint16_t k" << name << "Starts[] = {";
  for (uint16_t start : explorer.starts) out << start << ",";
  out << "};\n";
}

void write_definition(std::ofstream& out, const std::string& name) {
  out << "constinit const LexerTable k" << name << "Table = {k" << name << "Classes, k" << name << "Next, k"
      << name << "Accepts, k" << name << "Starts, sizeof k" << name << "Next / sizeof(uint16_t) / (sizeof k"
      << name << "Accepts / sizeof(LexerTable::Accept))};\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) fail("usage: wend_lexer_tables OUT.cc");
  std::ofstream out(argv[1], std::ios::binary);
  antlr4::ANTLRInputStream nothing("");
  wend_grammar::WendLexer wend(&nothing);
  wend_liquid_grammar::LiquidLexer liquid(&nothing);
  out << "// Generated from the lexers of grammar/ by grammar/tables/lexer_tables.cc.\n"
      << "#include \"compiler/syntax/lexer_table.h\"\n\nnamespace wend::syntax {\nnamespace {\n";
  write_table(out, "WendLexer", wend);
  write_table(out, "LiquidLexer", liquid);
  out << "}  // namespace\n\n";
  write_definition(out, "WendLexer");
  write_definition(out, "LiquidLexer");
  out << "}  // namespace wend::syntax\n";
  if (!out.flush()) fail(std::string("cannot write ") + argv[1]);
}

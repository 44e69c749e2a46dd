// Shows that the grammar has no ambiguity and that SLL prediction suffices.
//
//   wend_ambiguity_fuzz [COUNT [SEED [RULE[,RULE..] [MAX_TOKENS]]]]
//
// Walks at random through the parser's own transition network (so that it can never fall behind the grammar),
// writes down the sentence it walked, and parses that with exact ambiguity detection. It fails on an
// ambiguity, on a decision that needs more than SLL, and on a sentence of the grammar that does not parse:
// each with the shortest witness found. A canary, a sentence outside the grammar, shows first that complaints
// arrive.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "WendLexer.h"
#include "WendParser.h"
#include "antlr4-runtime.h"

namespace {

using antlr4::atn::ATNState;
using antlr4::atn::RuleTransition;
using antlr4::atn::Transition;
using wend_grammar::WendLexer;
using wend_grammar::WendParser;

constexpr int kUnreachable = 1 << 20;
constexpr int kMaxRuleDepth = 40;
constexpr size_t kMaxSentence = 200;

const RuleTransition* as_rule(const Transition* transition) {
  return transition->getSerializationType() == Transition::RULE
             ? static_cast<const RuleTransition*>(transition)
             : nullptr;
}

class Walker {
 public:
  Walker(const antlr4::atn::ATN& atn, const antlr4::dfa::Vocabulary& vocabulary, uint64_t seed)
      : atn_(atn), vocabulary_(vocabulary), random_(seed), distance_(atn.states.size(), kUnreachable) {
    measure_distances();
  }

  // A sentence of the rule. After about `budget` tokens it takes the shortest way out.
  std::vector<std::string> sentence(size_t rule, size_t budget) {
    std::vector<std::string> tokens;
    walk(atn_.ruleToStartState[rule], atn_.ruleToStopState[rule], budget, 0, tokens);
    return tokens;
  }

  size_t below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }

 private:
  static int capped_sum(int a, int b) { return std::min(kUnreachable, a + b); }

  // Tokens to the end of the rule over this transition, at least.
  int distance(const Transition* transition) const {
    if (const RuleTransition* rule = as_rule(transition)) {
      return capped_sum(distance_[rule->target->stateNumber], distance_[rule->followState->stateNumber]);
    }
    return capped_sum(transition->isEpsilon() ? 0 : 1, distance_[transition->target->stateNumber]);
  }

  void measure_distances() {
    for (const ATNState* stop : atn_.ruleToStopState) distance_[stop->stateNumber] = 0;
    for (bool changed = true; changed;) {
      changed = false;
      for (ATNState* state : atn_.states) {
        if (state == nullptr || state->getStateType() == ATNState::RULE_STOP) continue;
        int best = kUnreachable;
        for (const Transition* transition : state->transitions) best = std::min(best, distance(transition));
        if (best < distance_[state->stateNumber]) {
          distance_[state->stateNumber] = best;
          changed = true;
        }
      }
    }
  }

  const Transition* choose(const ATNState* state, bool hurry) {
    const auto& transitions = state->transitions;
    if (transitions.size() == 1) return transitions[0];
    if (!hurry) return transitions[below(transitions.size())];
    return *std::min_element(
        transitions.begin(), transitions.end(),
        [this](const Transition* a, const Transition* b) { return distance(a) < distance(b); });
  }

  void walk(const ATNState* state, const ATNState* stop, size_t budget, int depth,
            std::vector<std::string>& out) {
    while (state != stop) {
      const Transition* transition = choose(state, out.size() >= budget || depth > kMaxRuleDepth);
      if (const RuleTransition* rule = as_rule(transition)) {
        const size_t index = static_cast<const antlr4::atn::RuleStartState*>(rule->target)->ruleIndex;
        walk(rule->target, atn_.ruleToStopState[index], budget, depth + 1, out);
        state = rule->followState;
        continue;
      }
      if (!transition->isEpsilon()) {
        const std::vector<ssize_t> labels = transition->label().toList();
        const ssize_t type = labels[below(labels.size())];
        if (type != -1) out.push_back(text_of(static_cast<size_t>(type)));
      }
      state = transition->target;
    }
  }

  std::string text_of(size_t type) {
    static const std::map<std::string, std::vector<std::string>> kSamples = {
        {"ID", {"a", "b"}},       {"STRING", {"\"s\""}}, {"TRIPLE", {"\"\"\"t\"\"\""}},
        {"DATE", {"2026-01-01"}}, {"CLOCK", {"09:00"}},  {"TIME", {"2026-01-01 10:00+01:00"}},
        {"CALENDAR", {"6mo"}},    {"DURATION", {"3d"}},  {"PERCENT", {"50%"}},
        {"NUMBER", {"1.5"}},      {"INT", {"7"}},        {"LABEL", {"@x"}},
    };
    const auto sample = kSamples.find(vocabulary_.getSymbolicName(type));
    if (sample != kSamples.end()) return sample->second[below(sample->second.size())];
    const std::string literal = vocabulary_.getLiteralName(type);
    if (literal.size() < 3) {
      std::fprintf(stderr, "no sample text for token %s\n", vocabulary_.getSymbolicName(type).c_str());
      std::exit(2);
    }
    return literal.substr(1, literal.size() - 2);
  }

  const antlr4::atn::ATN& atn_;
  const antlr4::dfa::Vocabulary& vocabulary_;
  std::mt19937_64 random_;
  std::vector<int> distance_;
};

// What one parse complained about: a key to group by and the words it happened at.
class Complaints : public antlr4::BaseErrorListener {
 public:
  std::map<std::string, std::string> found;

  void syntaxError(antlr4::Recognizer*, antlr4::Token* token, size_t, size_t, const std::string& message,
                   std::exception_ptr) override {
    found.emplace("a sentence that does not parse", (token ? token->getText() : "") + ": " + message);
  }
  void reportAmbiguity(antlr4::Parser* parser, const antlr4::dfa::DFA& dfa, size_t begin, size_t end, bool,
                       const antlrcpp::BitSet& alternatives, antlr4::atn::ATNConfigSet*) override {
    add("an ambiguity", parser, dfa, begin, end, alternatives);
  }
  void reportAttemptingFullContext(antlr4::Parser* parser, const antlr4::dfa::DFA& dfa, size_t begin,
                                   size_t end, const antlrcpp::BitSet& alternatives,
                                   antlr4::atn::ATNConfigSet*) override {
    add("more than SLL needed", parser, dfa, begin, end, alternatives);
  }

 private:
  void add(const std::string& what, antlr4::Parser* parser, const antlr4::dfa::DFA& dfa, size_t begin,
           size_t end, antlrcpp::BitSet alternatives) {
    const std::string rule = parser->getRuleNames()[dfa.atnStartState->ruleIndex];
    found.emplace(what + " in rule " + rule + ", decision " + std::to_string(dfa.decision) + " " +
                      alternatives.toString(),
                  parser->getTokenStream()->getText(antlr4::misc::Interval(begin, end)));
  }
};

using StartRule = antlr4::ParserRuleContext* (*)(WendParser&);
const std::map<std::string, StartRule>& start_rules() {
  static const std::map<std::string, StartRule> kRules = {
      {"file", [](WendParser& p) -> antlr4::ParserRuleContext* { return p.file(); }},
      {"journeyDecl", [](WendParser& p) -> antlr4::ParserRuleContext* { return p.journeyDecl(); }},
      {"block", [](WendParser& p) -> antlr4::ParserRuleContext* { return p.block(); }},
      {"expr", [](WendParser& p) -> antlr4::ParserRuleContext* { return p.expr(); }},
      {"testDecl", [](WendParser& p) -> antlr4::ParserRuleContext* { return p.testDecl(); }},
      {"policyDecl", [](WendParser& p) -> antlr4::ParserRuleContext* { return p.policyDecl(); }},
      {"decl", [](WendParser& p) -> antlr4::ParserRuleContext* { return p.decl(); }},
  };
  return kRules;
}

Complaints parse(const std::string& sentence, StartRule rule) {
  antlr4::ANTLRInputStream input(sentence);
  WendLexer lexer(&input);
  lexer.removeErrorListeners();
  antlr4::CommonTokenStream tokens(&lexer);
  WendParser parser(&tokens);
  parser.removeErrorListeners();
  parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(
      antlr4::atn::PredictionMode::LL_EXACT_AMBIG_DETECTION);
  Complaints complaints;
  parser.addErrorListener(&complaints);
  rule(parser);
  if (complaints.found.empty() && tokens.LA(1) != antlr4::Token::EOF) {
    complaints.found.emplace("a sentence that is not read to its end", tokens.LT(1)->getText());
  }
  return complaints;
}

// A sentence outside the grammar has to be complained about, else the listener is not connected.
bool canary() { return !parse("journey { }", start_rules().at("journeyDecl")).found.empty(); }

struct Witness {
  size_t count = 0;
  std::string sentence;
  std::string place;
};

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts(1);
  for (const char c : list) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

int main(int argc, char** argv) {
  const size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const std::vector<std::string> starts =
      split(argc > 3 ? argv[3] : "file,journeyDecl,block,expr,testDecl,policyDecl,decl");
  const size_t max_tokens = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 40;
  if (!canary()) {
    std::fprintf(stderr, "the canary was not reported: the fuzzer is broken\n");
    return 2;
  }

  antlr4::ANTLRInputStream nothing("");
  WendLexer lexer(&nothing);
  antlr4::CommonTokenStream no_tokens(&lexer);
  WendParser parser(&no_tokens);
  Walker walker(parser.getATN(), parser.getVocabulary(), seed);
  const std::vector<std::string>& rules = parser.getRuleNames();

  std::map<std::string, Witness> found;
  size_t parsed = 0;
  for (size_t i = 0; i < count; ++i) {
    const std::string& start = starts[i % starts.size()];
    const auto start_rule = start_rules().find(start);
    if (start_rule == start_rules().end()) {
      std::fprintf(stderr, "no start rule `%s`\n", start.c_str());
      return 2;
    }
    const size_t index = static_cast<size_t>(std::find(rules.begin(), rules.end(), start) - rules.begin());
    const std::vector<std::string> tokens = walker.sentence(index, 5 + walker.below(max_tokens));
    if (tokens.size() > kMaxSentence) continue;
    std::string sentence;
    for (const std::string& token : tokens) sentence += sentence.empty() ? token : " " + token;
    ++parsed;
    for (const auto& [what, place] : parse(sentence, start_rule->second).found) {
      Witness& witness = found[what];
      if (witness.count++ == 0 || sentence.size() < witness.sentence.size()) {
        witness.sentence = sentence;
        witness.place = place;
      }
    }
  }
  std::printf("%zu sentences, %zu parsed, seed %llu, %zu findings\n", count, parsed,
              static_cast<unsigned long long>(seed), found.size());
  for (const auto& [what, witness] : found) {
    std::printf("  %zu times: %s\n    at `%s`\n    in `%s`\n", witness.count, what.c_str(),
                witness.place.c_str(), witness.sentence.c_str());
  }
  return found.empty() && parsed > 0 ? 0 : 1;
}

#include "compiler/syntax/parse_errors.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/diagnostics/messages_syntax.h"
#include "compiler/diagnostics/suggest.h"

namespace wend::syntax {
namespace {

using antlr4::misc::IntervalSet;

enum class Item { kNone, kStep, kDeclaration, kLine };

// The rules for one thing of a list: a failure ends with them.
Item item_of(size_t rule) {
  switch (rule) {
    case WendParser::RuleStep:
      return Item::kStep;
    case WendParser::RuleDecl:
      return Item::kDeclaration;
    case WendParser::RuleClause:
    case WendParser::RuleUseDecl:
    case WendParser::RuleTestLine:
    case WendParser::RuleMessageItem:
    case WendParser::RuleSetting:
    case WendParser::RuleGuard:
    case WendParser::RuleScoreItem:
    case WendParser::RuleChannelItem:
    case WendParser::RuleMatchArm:
    case WendParser::RuleWaitArm:
    case WendParser::RuleSplitArm:
    case WendParser::RuleMigrateRule:
    case WendParser::RuleFile:
      return Item::kLine;
    default:
      return Item::kNone;
  }
}

// Rules whose loops list things: what cannot begin one is skipped inside the loop.
bool lists_items(size_t rule) {
  switch (rule) {
    case WendParser::RuleFile:
    case WendParser::RuleJourneyDecl:
    case WendParser::RuleBlock:
    case WendParser::RuleMessageDecl:
    case WendParser::RulePolicyDecl:
    case WendParser::RuleSettingsDecl:
    case WendParser::RuleTestDecl:
    case WendParser::RuleScoreDecl:
    case WendParser::RuleChannelDecl:
    case WendParser::RuleMigrateDecl:
      return true;
    default:
      return false;
  }
}

bool is_loop(const antlr4::atn::ATNState& state) {
  switch (const_cast<antlr4::atn::ATNState&>(state).getStateType()) {
    case antlr4::atn::ATNState::STAR_LOOP_ENTRY:
    case antlr4::atn::ATNState::STAR_LOOP_BACK:
    case antlr4::atn::ATNState::PLUS_LOOP_BACK:
      return true;
    default:
      return false;
  }
}

bool has(const IntervalSet& set, size_t type) { return set.contains(static_cast<ssize_t>(type)); }

// What words of other tools are, where a step or a clause is expected.
struct Meant {
  size_t type;
  std::string_view wend;
};
const Meant* step_word(std::string_view word) {
  static const std::unordered_map<std::string_view, Meant> kWords = {
      {"delay", {WendParser::WAIT, "wait"}},      {"sleep", {WendParser::WAIT, "wait"}},
      {"pause", {WendParser::WAIT, "wait"}},      {"email", {WendParser::SEND, "send email"}},
      {"mail", {WendParser::SEND, "send email"}}, {"sms", {WendParser::SEND, "send sms"}},
      {"push", {WendParser::SEND, "send push"}},  {"end", {WendParser::EXIT, "exit"}},
      {"stop", {WendParser::EXIT, "exit"}},       {"finish", {WendParser::EXIT, "exit"}},
      {"return", {WendParser::EXIT, "exit"}},     {"switch", {WendParser::MATCH, "match"}},
      {"loop", {WendParser::REPEAT, "repeat"}},   {"log", {WendParser::NOTE, "note"}},
      {"goto", {WendParser::START, "start"}},     {"update", {WendParser::SET, "set"}},
  };
  const auto found = kWords.find(word);
  return found == kWords.end() ? nullptr : &found->second;
}
const Meant* clause_word(std::string_view word) {
  static const std::unordered_map<std::string_view, Meant> kWords = {
      {"when", {WendParser::ON, "on"}},
      {"trigger", {WendParser::ON, "on"}},
      {"whenever", {WendParser::ON, "on"}},
      {"stop_if", {WendParser::UNTIL, "until"}},
  };
  const auto found = kWords.find(word);
  return found == kWords.end() ? nullptr : &found->second;
}

// The tokens that could have come, at the place where a prediction over several tokens ran out.
IntervalSet next_of(const antlr4::atn::ATNConfigSet& configs) {
  IntervalSet expected;
  for (const auto& config : configs.configs) {
    for (const antlr4::atn::Transition* transition : config->state->transitions) {
      if (!transition->isEpsilon()) expected.addAll(transition->label());
    }
  }
  return expected;
}

}  // namespace

// ------------------------------------------------------------------------------------------ meaning what was
// meant

bool ErrorStrategy::worth_a_message(const SourceToken& token, uint32_t line) {
  had_errors_ = true;
  const bool first = last_reported_ != token.index && matched_ && !tokens_.faulty_lines.contains(line);
  last_reported_ = token.index;
  matched_ = false;
  tokens_.faulty_lines.insert(line);
  return first;
}

void ErrorStrategy::retype(size_t type, std::string_view wend) {
  SourceToken& token = tokens_.all[view_.index()];
  if (worth_a_message(token)) add(ForeignKeyword{span(token), std::string(token.text), std::string(wend)});
  token.type = type;
  matched_ = true;
}

void ErrorStrategy::insert_send(std::string_view channel) {
  const size_t at = view_.index();
  SourceToken& word = tokens_.all[at];
  if (worth_a_message(word)) {
    add(ForeignKeyword{span(word), std::string(word.text), "send " + std::string(channel)});
  }
  matched_ = true;
  if (tokens_.all.size() == tokens_.all.capacity()) {
    word.type = WendParser::SEND;
    return;
  }
  word.text = channel;
  SourceToken send = word;
  send.type = WendParser::SEND;
  word.first_on_line = false;
  // Contexts point to the tokens up to this one only, and the list has room: no pointer changes its meaning.
  tokens_.all.insert(tokens_.all.begin() + static_cast<ptrdiff_t>(at), send);
  for (size_t i = at + 1; i < tokens_.all.size(); ++i) ++tokens_.all[i].index;
}

bool ErrorStrategy::repair_word(const SourceToken& token, const IntervalSet& expected) {
  if (has(expected, WendParser::ON) && has(expected, WendParser::GOAL)) {
    if (const Meant* meant = clause_word(token.text)) {
      retype(meant->type, meant->wend);
      return true;
    }
  }
  if (has(expected, WendParser::SEND) && has(expected, WendParser::EXIT)) {
    if (const Meant* meant = step_word(token.text)) {
      constexpr std::string_view kSend = "send ";
      if (meant->wend.starts_with(kSend)) {
        insert_send(meant->wend.substr(kSend.size()));
      } else {
        retype(meant->type, meant->wend);
      }
      return true;
    }
  }
  return false;
}

bool ErrorStrategy::repair_typo(antlr4::Parser* parser, const IntervalSet& expected) {
  SourceToken& token = tokens_.all[view_.index()];
  if (token.type != WendParser::ID || has(expected, WendParser::ID)) return false;
  const antlr4::dfa::Vocabulary& vocabulary = parser->getVocabulary();
  std::map<std::string, size_t> keywords;
  for (const antlr4::misc::Interval& interval : expected.getIntervals()) {
    for (ssize_t type = std::max<ssize_t>(1, interval.a); type <= interval.b; ++type) {
      const std::string literal = vocabulary.getLiteralName(static_cast<size_t>(type));
      if (literal.size() > 4 && is_word(std::string_view(literal).substr(1, literal.size() - 2))) {
        keywords.emplace(literal.substr(1, literal.size() - 2), static_cast<size_t>(type));
      }
    }
  }
  // Words of three letters are near to too much.
  constexpr size_t kShort = 3;
  std::vector<std::string> names;
  for (const auto& [name, type] : keywords) {
    if (name.size() > kShort || token.text.size() > kShort) names.push_back(name);
  }
  // `whne` is `when`, which is `on`.
  const bool on_name =
      tokens_.all[std::min<size_t>(token.index + 1, tokens_.all.size() - 1)].type == WendParser::ID;
  if (has(expected, WendParser::ON) && on_name) names.emplace_back("when");
  const std::vector<std::string> near = near_names(token.text, names);
  const bool certain = near.size() == 1 || (near.size() > 1 && edit_distance(token.text, near[0], 3) <
                                                                   edit_distance(token.text, near[1], 3));
  if (!certain) return false;
  const std::string meant = near[0] == "when" ? "on" : near[0];
  if (worth_a_message(token)) {
    ForeignKeyword message{span(token), std::string(token.text), meant};
    message.near = true;
    add(message);
  }
  token.type = near[0] == "when" ? static_cast<size_t>(WendParser::ON) : keywords.at(meant);
  matched_ = true;
  return true;
}

bool ErrorStrategy::repair_arrow(const IntervalSet& expected) {
  SourceToken& token = tokens_.all[view_.index()];
  if (token.type != WendParser::ASSIGN || !has(expected, WendParser::ARROW)) return false;
  if (token.index + 1 >= tokens_.all.size()) return false;
  SourceToken& next = tokens_.all[token.index + 1];
  if (next.type != WendParser::GT || next.begin != token.end) return false;
  if (worth_a_message(token)) add(ForeignKeyword{{file_.id(), token.begin, next.end}, "=>", "->"});
  view_.consume();
  next.type = WendParser::ARROW;
  matched_ = true;
  return true;
}

bool ErrorStrategy::repair_reserved(const IntervalSet& expected) {
  SourceToken& token = tokens_.all[view_.index()];
  // On a line of its own it is more likely the next step or declaration.
  if (!has(expected, WendParser::ID) || token.first_on_line || !is_word(token.text)) return false;
  if (starts_declaration(tokens_, token.index)) return false;
  if (worth_a_message(token)) add(ReservedName{span(token), std::string(token.text)});
  token.type = WendParser::ID;
  matched_ = true;
  return true;
}

bool ErrorStrategy::repair(antlr4::Parser* parser, const IntervalSet& expected) {
  const SourceToken& token = current();
  if (token.type == WendParser::ASSIGN && has(expected, WendParser::EQ)) {
    retype(WendParser::EQ, "==");
    return true;
  }
  if (token.type == WendParser::THEN && parser->getContext()->getRuleIndex() == WendParser::RuleBranch) {
    if (worth_a_message(token)) add(ForeignKeyword{span(token), "then", ""});
    view_.consume();
    matched_ = true;
    return true;
  }
  return repair_arrow(expected) || repair_word(token, expected) || repair_typo(parser, expected);
}

antlr4::Token* ErrorStrategy::recoverInline(antlr4::Parser* parser) {
  const IntervalSet expected = parser->getExpectedTokens();
  const size_t rule = parser->getContext()->getRuleIndex();
  const bool name = rule == WendParser::RuleName || rule == WendParser::RuleTarget;
  if (name ? repair_reserved(expected) : repair(parser, expected)) {
    antlr4::Token* token = view_.LT(1);
    if (name || has(expected, source_token(token).type)) {
      view_.consume();
      return token;
    }
  }
  // A forgotten `{`: what follows is read as if it stood there, so that its `}` closes the right block.
  if (expected.size() == 1 && has(expected, WendParser::LB) && current().type != antlr4::Token::EOF) {
    report_at(parser, current(), expected, false);
    matched_ = true;
    return view_.LT(-1);
  }
  throw antlr4::InputMismatchException(parser);
}

void ErrorStrategy::sync(antlr4::Parser* parser) {
  const antlr4::atn::ATN& atn = parser->getATN();
  antlr4::atn::ATNState* state = atn.states[parser->getState()];
  const IntervalSet& next = atn.nextTokens(state);
  const size_t rule = parser->getContext()->getRuleIndex();
  if (has(next, current().type)) return;
  if (next.contains(static_cast<ssize_t>(antlr4::Token::EPSILON))) {
    // The rule may end here, so nothing is wrong yet, but `=` for `==` is known now or never.
    if (rule == WendParser::RuleComparison && current().type == WendParser::ASSIGN) repair(parser, next);
    return;
  }
  if (repair(parser, next)) return;
  if (!is_loop(*state) || !lists_items(rule)) throw antlr4::InputMismatchException(parser);
  while (!has(next, current().type)) {
    const SourceToken& token = current();
    if (token.type == antlr4::Token::EOF) throw antlr4::InputMismatchException(parser);
    if (ends_list(parser, token)) throw antlr4::InputMismatchException(parser);
    if (rule != WendParser::RuleFile || !report_surplus_brace(token)) {
      constexpr int kMostStrangers = 2;
      if (++strangers_[parser->getContext()] > kMostStrangers) matched_ = false;
      report_at(parser, token, next, true);
    }
    count_recovery();
    const bool clauses_too = has(next, WendParser::GOAL) && has(next, WendParser::ON);
    const bool declarations_only = rule == WendParser::RuleFile && !clauses_too;
    const bool steps =
        rule == WendParser::RuleBlock || rule == WendParser::RuleJourneyDecl || rule == WendParser::RuleFile;
    skip(token.index, {}, declarations_only ? Stop::kDeclaration : steps ? Stop::kStep : Stop::kLine);
    if (view_.index() == token.index) view_.consume();
    if (repair(parser, next)) return;
  }
}

bool ErrorStrategy::ends_list(antlr4::Parser* parser, const SourceToken& token) {
  const size_t rule = parser->getContext()->getRuleIndex();
  if (rule != WendParser::RuleFile && starts_declaration(tokens_, token.index)) return true;
  // The next clause where the last act of a clause was left open.
  if (rule != WendParser::RuleBlock || !token.first_on_line || !is_clause_word(token.type)) return false;
  const auto* parent = static_cast<const antlr4::RuleContext*>(parser->getContext()->parent);
  return parent != nullptr && parent->getRuleIndex() == WendParser::RuleClause;
}

// ------------------------------------------------------------------------------------------ going on

void ErrorStrategy::count_recovery() {
  if (++recoveries_ > options_.max_recoveries) throw TooManyErrors{};
}

void ErrorStrategy::recover(antlr4::Parser* parser, std::exception_ptr error) {
  const antlr4::ParserRuleContext* context = parser->getContext();
  const Item item = item_of(context->getRuleIndex());
  if (item == Item::kNone) std::rethrow_exception(error);
  count_recovery();
  const size_t start = source_token(context->start).index;
  const size_t from = std::max(last_reported_ < tokens_.all.size() ? last_reported_ : start, view_.index());
  Open open;
  for (size_t i = start; i < from; ++i) open.count(tokens_.all[i].type);
  const Stop stop = item == Item::kDeclaration ? Stop::kDeclaration
                    : item == Item::kStep      ? Stop::kStep
                                               : Stop::kLine;
  skip(std::max(from, start + 1), open, stop);
  if (context->getRuleIndex() == WendParser::RuleFile) view_.seek(tokens_.all.size() - 1);
}

void ErrorStrategy::Open::count(size_t type) {
  switch (type) {
    case WendParser::LB:
      ++braces;
      break;
    case WendParser::RB:
      if (braces > 0) --braces;
      others = 0;
      break;
    case WendParser::LP:
    case WendParser::LS:
      ++others;
      break;
    case WendParser::RP:
    case WendParser::RS:
      if (others > 0) --others;
      break;
    default:
      break;
  }
}

void ErrorStrategy::skip(size_t from, Open open, Stop stop) {
  size_t i = from;
  for (; i + 1 < tokens_.all.size(); ++i) {
    const SourceToken& token = tokens_.all[i];
    const bool at_margin = token.begin == file_.line_start(token.line);
    // A `(` without its `)` reaches no further than its line.
    const bool outside = open.braces == 0 && (open.others == 0 || token.first_on_line);
    // At the margin the word of a declaration will do, whatever is wrong behind it.
    const bool declares = (starts_declaration(tokens_, i) && (outside || at_margin)) ||
                          (outside && at_margin && is_declaration_word(token.type));
    // Where something certainly begins, the next mistake is a new one.
    const bool begins = stop != Stop::kDeclaration && outside &&
                        (starts_step(tokens_, i) || (token.first_on_line && is_clause_word(token.type)));
    if (declares || begins) {
      matched_ = true;
      break;
    }
    if (stop != Stop::kDeclaration && open.braces == 0 && token.type == WendParser::RB) break;
    if (stop == Stop::kLine && outside && token.first_on_line) break;
    open.count(token.type);
  }
  view_.seek(i);
}

// ------------------------------------------------------------------------------------------ saying it

void ErrorStrategy::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  const SourceToken& token = source_token(error.getOffendingToken());
  if (token.index == last_reported_) {
    had_errors_ = true;
    return;
  }
  if (const auto* blind = dynamic_cast<const antlr4::NoViableAltException*>(&error)) {
    const bool ahead = blind->getDeadEndConfigs() != nullptr && blind->getStartToken() != &token;
    report_at(parser, token, ahead ? next_of(*blind->getDeadEndConfigs()) : parser->getExpectedTokens(),
              false);
    return;
  }
  report_at(parser, token, error.getExpectedTokens(), false);
}

void ErrorStrategy::report_at(antlr4::Parser* parser, const SourceToken& token, const IntervalSet& expected,
                              bool in_list) {
  const bool reserved = !token.first_on_line && has(expected, WendParser::ID) && is_word(token.text) &&
                        !has(expected, token.type) && !starts_declaration(tokens_, token.index);
  const std::string_view rule_name = parser->getRuleNames()[parser->getContext()->getRuleIndex()];
  const SourceToken* before = token.index == 0 ? nullptr : &tokens_.all[token.index - 1];
  const bool at_end = token.type == antlr4::Token::EOF;
  const bool breaks_off = before != nullptr && (token.first_on_line || at_end) && !in_list;
  if (!worth_a_message(token, breaks_off ? before->line : token.line)) return;
  Names names;
  const antlr4::dfa::Vocabulary& vocabulary = parser->getVocabulary();
  for (const antlr4::misc::Interval& interval : expected.getIntervals()) {
    for (ssize_t type = interval.a; type <= interval.b; ++type) {
      if (type == -1) {
        names.emplace_back("EOF");
        continue;
      }
      if (type <= 0) continue;
      const std::string literal = vocabulary.getLiteralName(static_cast<size_t>(type));
      names.push_back(literal.empty() ? vocabulary.getSymbolicName(static_cast<size_t>(type)) : literal);
    }
  }
  const std::vector<std::string>& rule_names = parser->getRuleNames();
  SyntaxFault fault;
  for (const antlr4::RuleContext* context = parser->getContext(); context != nullptr;
       context = static_cast<const antlr4::RuleContext*>(context->parent)) {
    fault.rules.push_back(rule_names[context->getRuleIndex()]);
  }
  fault.rule = rule_name;
  if (report_missing_brace(token, names, fault.rule)) return;
  if (reserved) {
    add(ReservedName{span(token), std::string(token.text)});
    return;
  }
  fault.found_at = span(token);
  fault.found = at_end ? std::string_view() : token.text;
  fault.found_is_step = starts_step(tokens_, token.index);
  fault.found_is_clause = is_clause_word(token.type);
  if (before != nullptr) {
    fault.before_at = span(*before);
    fault.before = before->text;
  }
  fault.breaks_off = breaks_off;
  fault.expected = display_expected(names);
  add(explain(fault));
}

// ------------------------------------------------------------------------------------------ braces

uint32_t ErrorStrategy::indentation(const SourceToken& token) const {
  const std::string_view line = file_.line_text(token.line);
  const size_t at = line.find_first_not_of(" \t");
  return static_cast<uint32_t>(at == std::string_view::npos ? line.size() : at);
}

std::optional<size_t> ErrorStrategy::unclosed_brace(size_t before) const {
  std::vector<size_t> open;
  std::optional<size_t> suspect;
  for (size_t i = 0; i < before; ++i) {
    const SourceToken& token = tokens_.all[i];
    if (token.type == WendParser::LB) open.push_back(i);
    if (token.type != WendParser::RB || open.empty()) continue;
    const SourceToken& brace = tokens_.all[open.back()];
    open.pop_back();
    // A `}` that stands further left than the line of its `{` closes a block further out.
    if (token.first_on_line && token.line != brace.line && indentation(token) < indentation(brace)) {
      suspect = brace.index;
    }
    if (open.empty() && !suspect) suspect.reset();
  }
  if (open.empty()) return std::nullopt;
  return suspect && *suspect > open.front() ? suspect : std::optional(open.back());
}

std::optional<Edit> ErrorStrategy::closing_edit(const SourceToken& open, size_t before) const {
  // Behind the last token of the lines that are indented deeper than the line of the brace.
  size_t last = open.index;
  for (size_t i = open.index + 1; i < before; ++i) {
    const SourceToken& token = tokens_.all[i];
    if (token.first_on_line && indentation(token) <= indentation(open)) break;
    last = i;
  }
  const SourceToken& token = tokens_.all[last];
  const std::string text = token.line == open.line ? " }" : "\n" + std::string(indentation(open), ' ') + "}";
  return Edit{{file_.id(), token.end, token.end}, text};
}

bool ErrorStrategy::report_missing_brace(const SourceToken& token, const Names& expected,
                                         std::string_view rule) {
  const bool wanted = std::find(expected.begin(), expected.end(), "'}'") != expected.end();
  const bool next_clause = rule == "block" && token.first_on_line && is_clause_word(token.type);
  const bool at_end =
      token.type == antlr4::Token::EOF || next_clause || starts_declaration(tokens_, token.index);
  // `event a { x: string` and then `journey b {`: the word was read as a key.
  const bool as_key = (rule == "field" || rule == "recordItem") && token.index > 0 &&
                      tokens_.all[token.index - 1].first_on_line &&
                      starts_declaration(tokens_, token.index - 1);
  if (!(wanted && at_end) && !as_key) return false;
  const size_t before = as_key ? token.index - 1 : token.index;
  const std::optional<size_t> brace = unclosed_brace(before);
  if (!brace) return false;
  if (brace_reported_) return true;
  brace_reported_ = true;
  const SourceToken& open = tokens_.all[*brace];
  add(MissingBrace{span(open), span(tokens_.all[before]), closing_edit(open, before)});
  return true;
}

bool ErrorStrategy::report_surplus_brace(const SourceToken& token) {
  const bool inside =
      token.type == WendParser::RB || starts_step(tokens_, token.index) || is_clause_word(token.type);
  if (!inside) return false;
  if (surplus_reported_) {
    worth_a_message(token);
    return true;
  }
  std::vector<size_t> open;
  for (size_t i = 0; i < token.index; ++i) {
    const SourceToken& brace = tokens_.all[i];
    if (brace.type == WendParser::LB) open.push_back(i);
    if (brace.type != WendParser::RB || open.empty()) continue;
    const SourceToken& opening = tokens_.all[open.back()];
    open.pop_back();
    // It stands on a line that is indented deeper than the line of the `{` it closes.
    if (brace.line == opening.line || indentation(brace) <= indentation(opening)) continue;
    surplus_reported_ = true;
    if (!worth_a_message(token)) return true;
    tokens_.faulty_lines.insert(brace.line);
    SyntaxError error;
    error.at = span(brace);
    error.title = "a `}` too many, or a `{` too few";
    error.label = "going by the indentation, this closes too much";
    error.secondary = {{span(opening), "it closes this block"},
                       {span(token), "so this stands outside of it"}};
    add(error);
    return true;
  }
  return false;
}

}  // namespace wend::syntax

// Shows that the tables of compiler/syntax/lexer_table.h cut text as the generated lexers do.
//
//   wend_lexer_fuzz [COUNT [SEED]]
//
// Cuts COUNT random texts with each lexer, by the table and by ANTLR, and fails on the first that comes out
// differently. Texts are put together from pieces that begin, end and damage tokens of every kind.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "LiquidLexer.h"
#include "WendLexer.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/lexer_table.h"

namespace {

struct Cut {
  size_t type;
  size_t begin;
  size_t end;
  bool operator==(const Cut&) const = default;
};

constexpr std::string_view kPieces[] = {"\"",       "\"\"\"",     "\\",   "{{",        "}}",
                                        "{%",       "%}",         "-",    "{",         "}",
                                        "'",        "\n",         " ",    "\r\n",      "\t",
                                        "#",        "##",         "//",   "1",         "20",
                                        "2026",     "-03-02",     "T",    "10:00",     ":",
                                        "Z",        ".",          "..",   "%",         "mo",
                                        "ms",       "m",          "y",    "3d",        "_",
                                        "@",        "a",          "abc",  "Abc",       "journey",
                                        "journeys", "wait",       "for",  "opt_in",    "start",
                                        "starts",   "=",          "==",   "===",       "!",
                                        "!=",       "<",          "<>",   "<=",        "->",
                                        "?",        "??",         "|",    "||",        "&&",
                                        "+",        "*",          "/",    ",",         "(",
                                        "[",        "]",          ")",    "raw",       "endraw",
                                        "comment",  "endcomment", "if",   "endif",     "elsif",
                                        "contains", "nil",        "true", "\xC3\xA9",  "\x01",
                                        "\x7F",     ";",          "$",    "{% raw %}", "{%- comment -%}",
                                        "{{ x",     "empty",      "1.5"};

std::string random_text(std::mt19937_64& random) {
  std::string text;
  for (uint64_t pieces = 1 + random() % 24; pieces > 0; --pieces) {
    text += kPieces[random() % std::size(kPieces)];
  }
  return text;
}

std::vector<Cut> cut_by_table(const wend::syntax::LexerTable& table, std::string_view text) {
  std::vector<Cut> cuts;
  size_t mode = 0;
  for (size_t at = 0; at < text.size();) {
    const wend::syntax::LexerMatch match = wend::syntax::match_token(table, text, at, mode);
    if (!match.accept.skipped) cuts.push_back({match.accept.type, at, match.end});
    if (match.accept.type == 0) break;
    mode = match.accept.next_mode;
    at = match.end;
  }
  return cuts;
}

template <typename Lexer>
std::vector<Cut> cut_by_antlr(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '\x7F';
  }
  antlr4::ANTLRInputStream input(text);
  Lexer lexer(&input);
  lexer.removeErrorListeners();
  std::vector<Cut> cuts;
  for (auto token = lexer.nextToken(); token->getType() != antlr4::Token::EOF; token = lexer.nextToken()) {
    cuts.push_back({token->getType(), token->getStartIndex(), token->getStopIndex() + 1});
  }
  return cuts;
}

bool same(const char* lexer, const std::string& text, const std::vector<Cut>& table,
          const std::vector<Cut>& antlr) {
  if (table == antlr) return true;
  std::printf("%s cuts this text differently:\n%s\n", lexer, text.c_str());
  for (size_t i = 0; i < std::max(table.size(), antlr.size()); ++i) {
    const Cut none = {0, 0, 0};
    const Cut& a = i < table.size() ? table[i] : none;
    const Cut& b = i < antlr.size() ? antlr[i] : none;
    std::printf("  table %zu [%zu, %zu)  antlr %zu [%zu, %zu)\n", a.type, a.begin, a.end, b.type, b.begin,
                b.end);
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  std::mt19937_64 random(seed);
  size_t tokens = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const std::string text = random_text(random);
    const std::vector<Cut> wend = cut_by_table(wend::syntax::kWendLexerTable, text);
    const std::vector<Cut> liquid = cut_by_table(wend::syntax::kLiquidLexerTable, text);
    tokens += wend.size() + liquid.size();
    if (!same("WendLexer", text, wend, cut_by_antlr<wend_grammar::WendLexer>(text))) return 1;
    if (!same("LiquidLexer", text, liquid, cut_by_antlr<wend_liquid_grammar::LiquidLexer>(text))) return 1;
  }
  std::printf("%zu texts, %zu tokens, seed %zu: tables and lexers agree\n", static_cast<size_t>(count),
              tokens, static_cast<size_t>(seed));
}

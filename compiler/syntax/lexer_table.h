#ifndef WEND_COMPILER_SYNTAX_LEXER_TABLE_H_
#define WEND_COMPILER_SYNTAX_LEXER_TABLE_H_

// The automata of grammar/*Lexer.g4 as tables, made at build time by grammar/tables/lexer_tables.cc: a byte
// costs one look into `class_of` and one into `next`. The longest match wins, between equally long ones the
// rule that stands first, as in ANTLR; every byte of a non-ASCII character counts as U+007F.
// Threads: constants.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wend::syntax {

struct LexerTable {
  struct Accept {
    uint16_t type;  // of the token that ends in this state; 0: none does
    uint8_t next_mode;
    bool skipped;
  };
  const uint8_t* class_of;  // of each byte
  const uint16_t* next;     // [state * class_count + class]; 0: no token goes on
  const Accept* accepts;    // [state]
  const uint16_t* starts;   // [mode]: where a token begins
  size_t class_count;
};

extern const LexerTable kWendLexerTable;
extern const LexerTable kLiquidLexerTable;

struct LexerMatch {
  LexerTable::Accept accept;
  size_t end;  // byte behind the token
};

// The token that begins at the byte `begin`; type 0 and `begin` where none does.
// REQUIRES: begin < text.size().
inline LexerMatch match_token(const LexerTable& table, std::string_view text, size_t begin, size_t mode = 0) {
  LexerMatch match = {{0, 0, false}, begin};
  uint16_t state = table.starts[mode];
  for (size_t at = begin; at < text.size();) {
    state = table.next[state * table.class_count + table.class_of[static_cast<unsigned char>(text[at])]];
    if (state == 0) break;
    ++at;
    if (table.accepts[state].type != 0) match = {table.accepts[state], at};
  }
  return match;
}

}  // namespace wend::syntax

#endif  // WEND_COMPILER_SYNTAX_LEXER_TABLE_H_

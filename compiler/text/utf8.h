#ifndef WEND_COMPILER_TEXT_UTF8_H_
#define WEND_COMPILER_TEXT_UTF8_H_

// UTF-8 one character at a time, total over any bytes: what is not valid UTF-8 is a character of one byte
// that says so. Also how many columns of a terminal a character takes. Pure functions; any thread.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wend {

struct Utf8Character {
  uint32_t code_point = 0xFFFD;  // U+FFFD where the bytes are not valid
  uint32_t size = 1;             // bytes taken, at least 1
  bool valid = false;
};

// The character that begins at `text[at]`. Overlong forms, surrogates and code points above U+10FFFF are not
// valid. REQUIRES: at < text.size().
Utf8Character decode_utf8(std::string_view text, size_t at);

inline bool is_utf8_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

uint32_t count_characters(std::string_view text);
uint32_t count_utf16_units(std::string_view text);

// Columns in a terminal with a fixed pitch: 0 for combining marks and joiners, 2 for East Asian wide
// characters and emoji, 1 for the rest. Tabs and line ends are the caller's affair.
uint32_t display_width(uint32_t code_point);

}  // namespace wend

#endif  // WEND_COMPILER_TEXT_UTF8_H_

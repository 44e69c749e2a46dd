#ifndef WEND_COMPILER_DIAGNOSTICS_LINE_LAYOUT_H_
#define WEND_COMPILER_DIAGNOSTICS_LINE_LAYOUT_H_

// Draws one source line with marks and labels under it, in columns of a terminal: tabs are expanded, wide and
// combining characters take the room they take on the screen, a very long line is cut to a window around its
// marks. Pure functions; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wend {

// What a piece of output is; a renderer with colours gives each its own.
enum class Style : uint8_t { kPlain, kFrame, kLevel, kTitle, kSecondary, kChanged };

struct Piece {
  Style style = Style::kPlain;
  std::string text;
};
using Row = std::vector<Piece>;

// Bytes [begin, end) of the line; an empty mark is drawn one column wide.
struct Mark {
  uint32_t begin = 0;
  uint32_t end = 0;
  char sign = '^';
  Style style = Style::kLevel;
  bool anchor = false;  // must stay in sight where the line is cut
  std::string text;     // may be empty
};

struct LineLayout {
  std::string source;      // without trailing blanks
  std::vector<Row> below;  // the marks, then labels that did not fit beside them
};

// Lines are cut to at most `max_width` columns.
LineLayout lay_out_line(std::string_view line, std::vector<Mark> marks, uint32_t max_width);

// `text` without what would disturb a terminal: control characters, direction overrides and bytes that are
// not UTF-8 become `?`.
std::string printable(std::string_view text);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_LINE_LAYOUT_H_

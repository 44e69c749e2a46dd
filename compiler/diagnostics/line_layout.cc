#include "compiler/diagnostics/line_layout.h"

#include <algorithm>
#include <utility>

#include "compiler/text/utf8.h"

namespace wend {
namespace {

constexpr uint32_t kTabWidth = 4;
// Columns kept in front of the first mark where a line is cut.
constexpr uint32_t kLeadWidth = 24;
// More bytes than this are not looked at on either side of the marks.
constexpr uint32_t kMaxLineBytes = 4096;
constexpr std::string_view kCut = "...";

// Characters that change the direction of what follows would show another text than the compiler reads.
bool disturbs_terminal(const Utf8Character& character) {
  const uint32_t c = character.code_point;
  return !character.valid || c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

// One character of the line as it is drawn.
struct Cell {
  uint32_t byte = 0;    // where it begins in the line
  uint32_t column = 0;  // where it begins on the screen
  uint32_t width = 1;
  std::string text;
};

std::vector<Cell> cells_of(std::string_view line) {
  std::vector<Cell> cells;
  cells.reserve(line.size());
  uint32_t column = 0;
  for (size_t at = 0; at < line.size();) {
    const Utf8Character character = decode_utf8(line, at);
    Cell cell{static_cast<uint32_t>(at), column, 1, {}};
    if (line[at] == '\t') {
      cell.width = kTabWidth - column % kTabWidth;
      cell.text.assign(cell.width, ' ');
    } else if (disturbs_terminal(character)) {
      cell.text = "?";
    } else {
      cell.width = display_width(character.code_point);
      cell.text = line.substr(at, character.size);
    }
    column += cell.width;
    at += character.size;
    cells.push_back(std::move(cell));
  }
  return cells;
}

uint32_t end_column(const std::vector<Cell>& cells) {
  return cells.empty() ? 0 : cells.back().column + cells.back().width;
}

// The column of a byte: of the character that holds it, or past the end.
uint32_t column_of(const std::vector<Cell>& cells, uint32_t byte, uint32_t line_size) {
  if (byte >= line_size || cells.empty()) return end_column(cells) + (byte > line_size ? 1 : 0);
  const auto after = std::upper_bound(cells.begin(), cells.end(), byte,
                                      [](uint32_t value, const Cell& cell) { return value < cell.byte; });
  return after == cells.begin() ? 0 : std::prev(after)->column;
}

// A mark in columns of the screen.
struct Underline {
  uint32_t begin = 0;
  uint32_t end = 0;
  const Mark* mark = nullptr;
};

class Canvas {
 public:
  void put(uint32_t column, char sign, Style style) {
    if (column >= signs_.size()) signs_.resize(column + 1, {' ', Style::kPlain});
    signs_[column] = {sign, style};
  }
  Row row(const std::string& tail, uint32_t tail_column, Style tail_style) {
    while (tail_column > signs_.size()) signs_.push_back({' ', Style::kPlain});
    Row row;
    for (const auto& [sign, style] : signs_) {
      if (row.empty() || row.back().style != style) row.push_back({style, {}});
      row.back().text += sign;
    }
    if (!tail.empty()) row.push_back({tail_style, tail});
    return row;
  }

 private:
  std::vector<std::pair<char, Style>> signs_;
};

// Labels whose text does not fit beside the marks hang below them, the rightmost first.
void hang_labels(const std::vector<Underline>& hanging, std::vector<Row>& rows) {
  for (size_t done = 0; done < hanging.size(); ++done) {
    const size_t current = hanging.size() - 1 - done;
    if (done == 0) {
      Canvas bars;
      for (const Underline& one : hanging) bars.put(one.begin, '|', one.mark->style);
      rows.push_back(bars.row({}, 0, Style::kPlain));
    }
    Canvas canvas;
    for (size_t i = 0; i < current; ++i) {
      if (hanging[i].begin < hanging[current].begin)
        canvas.put(hanging[i].begin, '|', hanging[i].mark->style);
    }
    rows.push_back(canvas.row(printable(hanging[current].mark->text), hanging[current].begin,
                              hanging[current].mark->style));
  }
}

std::vector<Row> draw_marks(std::vector<Underline> underlines) {
  std::vector<Row> rows;
  if (underlines.empty()) return rows;
  std::stable_sort(underlines.begin(), underlines.end(),
                   [](const Underline& a, const Underline& b) { return a.begin < b.begin; });
  Canvas canvas;
  uint32_t right_end = 0;
  // Anchors are drawn last, so that a secondary mark never hides the primary one.
  for (const bool anchors : {false, true}) {
    for (const Underline& one : underlines) {
      right_end = std::max(right_end, one.end);
      if (one.mark->anchor != anchors) continue;
      for (uint32_t column = one.begin; column < one.end; ++column)
        canvas.put(column, one.mark->sign, one.mark->style);
    }
  }
  std::vector<Underline> hanging;
  for (const Underline& one : underlines) {
    if (!one.mark->text.empty()) hanging.push_back(one);
  }
  // The rightmost label stands beside its mark if no other mark reaches further.
  if (!hanging.empty() && hanging.back().end == right_end &&
      hanging.back().begin == underlines.back().begin) {
    const Underline beside = hanging.back();
    hanging.pop_back();
    rows.push_back(canvas.row(printable(beside.mark->text), beside.end + 1, beside.mark->style));
  } else {
    rows.push_back(canvas.row({}, 0, Style::kPlain));
  }
  hang_labels(hanging, rows);
  return rows;
}

// Cuts away what is far from the marks before anything is measured: a line can be megabytes long.
std::string_view cut_bytes(std::string_view line, std::vector<Mark>& marks, bool& cut_left, bool& cut_right) {
  if (line.size() <= kMaxLineBytes) return line;
  const auto anchor = std::find_if(marks.begin(), marks.end(), [](const Mark& mark) { return mark.anchor; });
  const uint32_t middle = anchor != marks.end() ? anchor->begin : marks.empty() ? 0 : marks.front().begin;
  size_t begin = middle > kMaxLineBytes / 2 ? middle - kMaxLineBytes / 2 : 0;
  while (begin > 0 && begin < line.size() && is_utf8_continuation(line[begin])) ++begin;
  size_t end = std::min<size_t>(line.size(), begin + kMaxLineBytes);
  while (end < line.size() && is_utf8_continuation(line[end])) ++end;
  cut_left = begin > 0;
  cut_right = end < line.size();
  for (Mark& mark : marks) {
    const auto shift = [&](uint32_t at) {
      return static_cast<uint32_t>(std::clamp<size_t>(at, begin, end) - begin);
    };
    mark.begin = shift(mark.begin);
    mark.end = shift(mark.end);
  }
  return line.substr(begin, end - begin);
}

}  // namespace

LineLayout lay_out_line(std::string_view line, std::vector<Mark> marks, uint32_t max_width) {
  bool cut_left = false;
  bool cut_right = false;
  line = cut_bytes(line, marks, cut_left, cut_right);
  const std::vector<Cell> cells = cells_of(line);
  const auto size = static_cast<uint32_t>(line.size());
  std::vector<Underline> underlines;
  uint32_t first = end_column(cells);
  for (const Mark& mark : marks) {
    const uint32_t begin = column_of(cells, mark.begin, size);
    const uint32_t end = std::max(begin + 1, column_of(cells, mark.end, size));
    underlines.push_back({begin, end, &mark});
    if (mark.anchor || marks.size() == 1) first = std::min(first, begin);
  }
  if (first == end_column(cells)) {
    for (const Underline& one : underlines) first = std::min(first, one.begin);
  }

  uint32_t left = 0;
  uint32_t right = end_column(cells);
  if (right > max_width || cut_left || cut_right) {
    if (right > max_width && first > kLeadWidth) left = std::min(first - kLeadWidth, right - max_width);
    right = std::min(right, left + max_width);
  }
  cut_left = cut_left || left > 0;
  cut_right = cut_right || right < end_column(cells);

  LineLayout layout;
  if (cut_left) layout.source = kCut;
  const auto indent = static_cast<uint32_t>(layout.source.size());
  uint32_t begin_shown = right;
  for (const Cell& cell : cells) {
    if (cell.column < left || cell.column + cell.width > right) continue;
    begin_shown = std::min(begin_shown, cell.column);
    layout.source += cell.text;
  }
  if (cut_right) layout.source += kCut;
  layout.source.erase(layout.source.find_last_not_of(' ') + 1);

  std::vector<Underline> shown;
  for (Underline one : underlines) {
    if (cells.empty() || (one.begin >= begin_shown && one.begin <= right) || !(cut_left || cut_right)) {
      if (cut_right) one.end = std::clamp(one.end, one.begin + 1, std::max(right, one.begin + 1));
      const uint32_t shift = cut_left ? begin_shown : 0;
      shown.push_back({one.begin - shift + indent, one.end - shift + indent, one.mark});
    }
  }
  layout.below = draw_marks(std::move(shown));
  return layout;
}

std::string printable(std::string_view text) {
  std::string shown;
  for (size_t at = 0; at < text.size();) {
    const Utf8Character character = decode_utf8(text, at);
    if (disturbs_terminal(character)) {
      shown += '?';
    } else {
      shown += text.substr(at, character.size);
    }
    at += character.size;
  }
  return shown;
}

}  // namespace wend

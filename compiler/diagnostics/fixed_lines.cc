#include "compiler/diagnostics/fixed_lines.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <tuple>

#include "compiler/text/utf8.h"

namespace wend {
namespace {

// 1 for what names and numbers are made of, 2 for operators, 0 for the rest and past the ends.
int kind_at(std::string_view text, size_t at) {
  constexpr std::string_view kOperators = "=<>!&|?-";
  if (at >= text.size()) return 0;
  const auto c = static_cast<unsigned char>(text[at]);
  if (c == '_' || c >= 0x80 || std::isalnum(c) != 0) return 1;
  return kOperators.find(text[at]) != std::string_view::npos ? 2 : 0;
}

// An edit without the text that it leaves as it was, so that only what changes is marked.
Edit without_common_text(Edit edit, std::string_view old_text) {
  size_t front = 0;
  const size_t shorter = std::min(old_text.size(), edit.text.size());
  while (front < shorter && old_text[front] == edit.text[front]) ++front;
  while (front > 0 && ((front < old_text.size() && is_utf8_continuation(old_text[front])) ||
                       (front < edit.text.size() && is_utf8_continuation(edit.text[front])))) {
    --front;
  }
  size_t back = 0;
  while (back < shorter - front &&
         old_text[old_text.size() - 1 - back] == edit.text[edit.text.size() - 1 - back])
    ++back;
  while (back > 0 && is_utf8_continuation(edit.text[edit.text.size() - back])) --back;
  // Inside a word or an operator the whole of it is marked: two letters of a name tell nobody anything.
  const int front_kind = std::max(kind_at(old_text, front), kind_at(edit.text, front));
  while (front > 0 && front_kind != 0 && kind_at(edit.text, front - 1) == front_kind) --front;
  const int back_kind = std::max(kind_at(old_text, old_text.size() - back - 1),
                                 kind_at(edit.text, edit.text.size() - back - 1));
  while (back > 0 && back_kind != 0 && kind_at(edit.text, edit.text.size() - back) == back_kind) --back;
  edit.span.begin += static_cast<uint32_t>(front);
  edit.span.end -= static_cast<uint32_t>(back);
  edit.text = edit.text.substr(front, edit.text.size() - front - back);
  return edit;
}

// Edits that touch the same lines, and the lines that they touch.
struct Region {
  uint32_t first_line = 0;
  uint32_t last_line = 0;
  bool deleted = false;  // one edit takes all of these lines away
  std::vector<Edit> edits;
};

bool deletes_whole_lines(const Edit& edit, const SourceFile& file) {
  if (!edit.text.empty() || edit.span.empty()) return false;
  const LineColumn begin = file.byte_position(edit.span.begin);
  const LineColumn end = file.byte_position(edit.span.end);
  const bool to_end_of_line = end.column == 0 ? end.line > begin.line : edit.span.end == file.text().size();
  return begin.column == 0 && to_end_of_line;
}

std::vector<Region> regions_of(const std::vector<Edit>& edits, const SourceFile& file) {
  std::vector<Region> regions;
  for (const Edit& edit : edits) {
    const uint32_t first = file.byte_position(edit.span.begin).line;
    const LineColumn end = file.byte_position(edit.span.end);
    const bool deleted = deletes_whole_lines(edit, file);
    const uint32_t last = deleted && end.column == 0 ? end.line - 1 : end.line;
    if (!regions.empty() && first <= regions.back().last_line) {
      regions.back().last_line = std::max(regions.back().last_line, last);
      regions.back().deleted = false;
      regions.back().edits.push_back(edit);
    } else {
      regions.push_back({first, last, deleted, {edit}});
    }
  }
  return regions;
}

// A region's text after its edits, line by line, with a flag for every byte that came new.
class RegionText {
 public:
  void add(std::string_view text, bool is_new) {
    for (const char c : text) {
      if (c == '\n') {
        break_is_new_.push_back(is_new);
        lines_.emplace_back();
        flags_.emplace_back();
      } else if (c != '\r') {
        lines_.back() += c;
        flags_.back().push_back(is_new);
      }
    }
  }

  size_t size() const { return lines_.size(); }
  // A line is inserted where all of it is new and one of the two line ends around it is.
  bool inserted(size_t i) const {
    const bool all_new =
        !lines_[i].empty() && std::find(flags_[i].begin(), flags_[i].end(), false) == flags_[i].end();
    const bool before = i > 0 && break_is_new_[i - 1];
    const bool after = i < break_is_new_.size() && break_is_new_[i];
    return all_new && (before || after);
  }
  FixedLine line(size_t i) const {
    FixedLine line;
    line.text = lines_[i];
    if (inserted(i)) {
      line.kind = FixedLine::Kind::kInserted;
      return line;
    }
    const std::vector<bool>& flags = flags_[i];
    for (uint32_t at = 0; at < flags.size(); ++at) {
      if (!flags[at]) continue;
      // Blanks around new words need no mark; those between them join it below.
      if (line.text[at] == ' ' && !wraps_words(flags, line.text, at)) continue;
      if (!line.changed.empty() && line.changed.back().second == at) {
        line.changed.back().second = at + 1;
      } else {
        line.changed.emplace_back(at, at + 1);
      }
    }
    return line;
  }

 private:
  // Whether new text that is no blank stands on both sides of a new blank.
  static bool wraps_words(const std::vector<bool>& flags, std::string_view text, size_t at) {
    size_t before = at;
    while (before > 0 && flags[before] && text[before] == ' ') --before;
    size_t after = at;
    while (after + 1 < text.size() && flags[after] && text[after] == ' ') ++after;
    return flags[before] && text[before] != ' ' && flags[after] && text[after] != ' ';
  }

  std::vector<std::string> lines_ = {""};
  std::vector<std::vector<bool>> flags_ = {{}};
  std::vector<bool> break_is_new_;  // of the line end behind line i
};

// Shows one region and returns by how many lines the file grows in it.
int64_t add_region(const Region& region, const SourceFile& file, int64_t shift, std::vector<FixedLine>& out) {
  const size_t old_count = region.last_line - region.first_line + 1;
  if (region.deleted) {
    for (uint32_t line = region.first_line; line <= region.last_line; ++line) {
      out.push_back({FixedLine::Kind::kDeleted, file.id(), line + 1, std::string(file.line_text(line)), {}});
    }
    return -static_cast<int64_t>(old_count);
  }
  const std::string_view all = file.text();
  const uint32_t begin = file.line_start(region.first_line);
  const auto end =
      static_cast<uint32_t>(file.line_start(region.last_line) + file.line_text(region.last_line).size());
  RegionText text;
  uint32_t at = begin;
  for (const Edit& edit : region.edits) {
    if (edit.span.begin > at) text.add(all.substr(at, edit.span.begin - at), false);
    text.add(edit.text, true);
    at = std::max(at, edit.span.end);
  }
  if (at < end) text.add(all.substr(at, end - at), false);

  for (size_t i = 0; i < text.size(); ++i) {
    FixedLine line = text.line(i);
    line.file = file.id();
    line.number = static_cast<uint32_t>(static_cast<int64_t>(region.first_line + i) + 1 + shift);
    out.push_back(std::move(line));
  }
  return static_cast<int64_t>(text.size()) - static_cast<int64_t>(old_count);
}

}  // namespace

std::vector<FixedLine> fixed_lines(const Fix& fix, const SourceMap& sources) {
  std::vector<Edit> edits = fix.edits;
  for (Edit& edit : edits) {
    const auto size = static_cast<uint32_t>(sources.file(edit.span.file).text().size());
    edit.span.end = std::min(edit.span.end, size);
    edit.span.begin = std::min(edit.span.begin, edit.span.end);
    edit = without_common_text(std::move(edit), sources.text(edit.span));
  }
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return std::tuple(a.span.file, a.span.begin, a.span.end) <
           std::tuple(b.span.file, b.span.begin, b.span.end);
  });
  std::vector<FixedLine> lines;
  for (size_t first = 0; first < edits.size();) {
    size_t last = first;
    while (last < edits.size() && edits[last].span.file == edits[first].span.file) ++last;
    const SourceFile& file = sources.file(edits[first].span.file);
    int64_t shift = 0;
    for (const Region& region : regions_of(
             {edits.begin() + static_cast<long>(first), edits.begin() + static_cast<long>(last)}, file)) {
      shift += add_region(region, file, shift, lines);
    }
    first = last;
  }
  return lines;
}

}  // namespace wend

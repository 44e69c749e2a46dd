#include "compiler/format/line_diff.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace wend {
namespace {

constexpr std::ptrdiff_t kMostEdits = 2000;
constexpr size_t kContext = 3;

// Each with its line end; the last one may have none.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

struct Edit {
  char sign;  // ' ', '-' or '+'
  std::string_view line;
};

using Lines = std::vector<std::string_view>;

std::vector<Edit> replace_all(const Lines& before, const Lines& after) {
  std::vector<Edit> edits;
  for (const std::string_view line : before) edits.push_back({'-', line});
  for (const std::string_view line : after) edits.push_back({'+', line});
  return edits;
}

// reached[d][k + d]: how far into `before` d edits get on the diagonal k = before - after.
std::optional<std::vector<std::vector<std::ptrdiff_t>>> search(const Lines& before, const Lines& after) {
  const auto n = static_cast<std::ptrdiff_t>(before.size());
  const auto m = static_cast<std::ptrdiff_t>(after.size());
  std::vector<std::vector<std::ptrdiff_t>> reached;
  for (std::ptrdiff_t d = 0; d <= std::min(n + m, kMostEdits); ++d) {
    reached.emplace_back(static_cast<size_t>(2 * d + 1), 0);
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      const auto previous = [&](std::ptrdiff_t at) {
        return reached[static_cast<size_t>(d - 1)][static_cast<size_t>(at + d - 1)];
      };
      std::ptrdiff_t x = 0;
      if (d > 0) {
        const bool down = k == -d || (k != d && previous(k - 1) < previous(k + 1));
        x = down ? previous(k + 1) : previous(k - 1) + 1;
      }
      while (x < n && x - k < m && x - k >= 0 &&
             before[static_cast<size_t>(x)] == after[static_cast<size_t>(x - k)]) {
        ++x;
      }
      reached.back()[static_cast<size_t>(k + d)] = x;
      if (x >= n && x - k >= m) return reached;
    }
  }
  return std::nullopt;
}

std::vector<Edit> edit_script(const Lines& before, const Lines& after) {
  const auto reached = search(before, after);
  if (!reached) return replace_all(before, after);
  std::vector<Edit> edits;
  auto x = static_cast<std::ptrdiff_t>(before.size());
  auto y = static_cast<std::ptrdiff_t>(after.size());
  for (auto d = static_cast<std::ptrdiff_t>(reached->size()) - 1; d >= 0; --d) {
    const std::ptrdiff_t k = x - y;
    std::ptrdiff_t from_x = 0;
    bool down = false;
    if (d > 0) {
      const auto previous = [&](std::ptrdiff_t at) {
        return (*reached)[static_cast<size_t>(d - 1)][static_cast<size_t>(at + d - 1)];
      };
      down = k == -d || (k != d && previous(k - 1) < previous(k + 1));
      from_x = previous(down ? k + 1 : k - 1);
    }
    const std::ptrdiff_t snake_x = d == 0 ? 0 : (down ? from_x : from_x + 1);
    while (x > snake_x) {
      --x;
      --y;
      edits.push_back({' ', before[static_cast<size_t>(x)]});
    }
    if (d == 0) break;
    if (down) {
      --y;
      edits.push_back({'+', after[static_cast<size_t>(y)]});
    } else {
      --x;
      edits.push_back({'-', before[static_cast<size_t>(x)]});
    }
  }
  std::reverse(edits.begin(), edits.end());
  return edits;
}

std::string range_text(size_t start, size_t count) {
  if (count == 0) return std::to_string(start) + ",0";
  return std::to_string(start + 1) + (count == 1 ? "" : "," + std::to_string(count));
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, const std::string& path) {
  if (before == after) return {};
  const std::vector<Edit> edits = edit_script(lines_of(before), lines_of(after));
  std::string out = "--- " + path + "\n+++ " + path + "\n";
  size_t old_line = 0;
  size_t new_line = 0;
  for (size_t i = 0; i < edits.size();) {
    if (edits[i].sign == ' ') {
      ++i, ++old_line, ++new_line;
      continue;
    }
    // A hunk: from some lines in front of this change to some behind the last change that is near.
    const size_t begin = i - std::min(kContext, i);
    size_t end = i;
    for (size_t at = i, equal = 0; at < edits.size() && equal <= 2 * kContext; ++at) {
      equal = edits[at].sign == ' ' ? equal + 1 : 0;
      if (equal == 0) end = at + 1;
    }
    end = std::min(end + kContext, edits.size());
    size_t old_count = 0;
    size_t new_count = 0;
    std::string body;
    for (size_t at = begin; at < end; ++at) {
      old_count += edits[at].sign != '+';
      new_count += edits[at].sign != '-';
      body += edits[at].sign;
      body += edits[at].line;
      if (!edits[at].line.ends_with('\n')) body += "\n\\ No newline at end of file\n";
    }
    const size_t lead = i - begin;
    out += "@@ -" + range_text(old_line - lead, old_count) + " +" + range_text(new_line - lead, new_count) +
           " @@\n" + body;
    old_line += old_count - lead;
    new_line += new_count - lead;
    i = end;
  }
  return out;
}

}  // namespace wend

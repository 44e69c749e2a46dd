#include "compiler/diagnostics/suggest.h"

#include <algorithm>
#include <tuple>

namespace wend {
namespace {

constexpr size_t kMaxSuggestions = 3;

struct ForeignWord {
  std::string_view foreign;
  std::string_view wend;
};

// Words that people bring along from other tools. Sorted; lower case.
constexpr ForeignWord kForeignWords[] = {
    {"!", "not"},
    {"&&", "and"},
    {"===", "=="},
    {"<>", "!="},
    {"ab_test", "split"},
    {"abtest", "split"},
    {"branch", "if"},
    {"campaign", "journey"},
    {"case", "match"},
    {"condition", "if"},
    {"customer", "contact"},
    {"delay", "wait"},
    {"elif", "else if"},
    {"elseif", "else if"},
    {"elsif", "else if"},
    {"experiment", "split"},
    {"flow", "journey"},
    {"function", "steps"},
    {"goto", "start"},
    {"loop", "repeat"},
    {"mail", "email"},
    {"nil", "missing"},
    {"none", "missing"},
    {"null", "missing"},
    {"opt-in", "opt_in"},
    {"opt-out", "opt_out"},
    {"optin", "opt_in"},
    {"optout", "opt_out"},
    {"pause", "wait"},
    {"person", "contact"},
    {"profile", "contact"},
    {"return", "exit"},
    {"sleep", "wait"},
    {"stop", "exit"},
    {"switch", "match"},
    {"text", "sms"},
    {"trigger_on", "on"},
    {"undefined", "missing"},
    {"unless", "if not"},
    {"user", "contact"},
    {"when", "on"},
    {"workflow", "journey"},
    {"||", "or"},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

template <typename Text>
std::vector<std::string> near_names_of(std::string_view name, const std::vector<Text>& candidates) {
  struct Ranked {
    size_t distance;
    std::string_view name;
    bool operator<(const Ranked& other) const {
      return std::tie(distance, name) < std::tie(other.distance, other.name);
    }
  };
  const size_t limit = name.size() <= 2 ? 0 : std::max<size_t>(1, name.size() / 3);
  std::vector<Ranked> ranked;
  for (const std::string_view candidate : candidates) {
    if (candidate == name) continue;
    const size_t distance = equal_ignoring_case(name, candidate) ? 0 : edit_distance(name, candidate, limit);
    if (distance <= limit) ranked.push_back({distance, candidate});
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> names;
  for (const Ranked& one : ranked) {
    if (names.size() == kMaxSuggestions) break;
    // Far names only spoil a near one.
    if (one.distance > ranked.front().distance + 1) break;
    if (names.empty() || names.back() != one.name) names.emplace_back(one.name);
  }
  return names;
}

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
  const size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) return limit + 1;
  // Rows of the usual table: the one before the last is needed for swaps of neighbours.
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    size_t smallest = row[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t cost = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
      const bool swapped =
          i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
      smallest = std::min(smallest, row[j]);
    }
    if (smallest > limit) return limit + 1;
    std::swap(before, last);
    std::swap(last, row);
  }
  return std::min(last[b.size()], limit + 1);
}

std::vector<std::string> near_names(std::string_view name, const std::vector<std::string>& candidates) {
  return near_names_of(name, candidates);
}

std::vector<std::string> near_names(std::string_view name, const std::vector<std::string_view>& candidates) {
  return near_names_of(name, candidates);
}

std::optional<std::string_view> foreign_word(std::string_view word) {
  for (const ForeignWord& entry : kForeignWords) {
    if (equal_ignoring_case(entry.foreign, word)) return entry.wend;
  }
  return std::nullopt;
}

}  // namespace wend

#ifndef WEND_COMPILER_DIAGNOSTICS_SUGGEST_H_
#define WEND_COMPILER_DIAGNOSTICS_SUGGEST_H_

// Near names for "did you mean". A name is near where it is equal but for upper and lower case, or where its
// Damerau-Levenshtein distance is at most max(1, length / 3): saying nothing is better than something silly.
// Pure functions; any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wend {

// Edits (insert, delete, replace, swap of two neighbours) from `a` to `b`, counted in bytes without regard to
// the case of ASCII letters; `limit + 1` as soon as it is known to be more than `limit`.
size_t edit_distance(std::string_view a, std::string_view b, size_t limit);

// At most three names: those equal but for case first, then by distance, then by alphabet. Names of one or
// two characters are near only where equal but for case.
std::vector<std::string> near_names(std::string_view name, const std::vector<std::string>& candidates);
std::vector<std::string> near_names(std::string_view name, const std::vector<std::string_view>& candidates);

// The word of Wend for a word of another tool or language: "delay" is "wait", "opt-in" is "opt_in". nullopt
// where the table has none.
std::optional<std::string_view> foreign_word(std::string_view word);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_SUGGEST_H_

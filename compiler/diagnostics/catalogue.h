#ifndef WEND_COMPILER_DIAGNOSTICS_CATALOGUE_H_
#define WEND_COMPILER_DIAGNOSTICS_CATALOGUE_H_

// What catalogue.def says about a code, as data. Threads: constant tables; any thread.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct CatalogueRow {
  Code code;
  std::string_view name;     // snake_case; used in `allow`, `settings` and addresses
  Level level;               // the default
  bool fixable;              // some findings of this code carry a fix
  std::string_view since;    // the first version that has it
  std::string_view summary;  // one line
};

// Every row, sorted by number.
std::span<const CatalogueRow> catalogue();

// nullptr where the catalogue has no such row.
const CatalogueRow* find_row(Code code);
// By number ("WD0201", "wd201", "201") or by name ("unknown_event"); nullopt where nothing matches.
std::optional<Code> parse_code(std::string_view text);

// "WD0201"
std::string code_text(Code code);
// "unknown_event". REQUIRES: the code is in the catalogue; so for the other two.
std::string_view code_name(Code code);
Level default_level(Code code);
// Codes from 1000 are lints: `allow` and `settings` speak of these.
inline bool is_lint(Code code) { return static_cast<uint16_t>(code) >= 1000; }

// "error", "warning", "note", "bug", "off"
std::string_view level_name(Level level);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_CATALOGUE_H_

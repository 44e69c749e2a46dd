#include "compiler/diagnostics/explain.h"

#include <fmt/format.h>

#include <array>

#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/explain_pages.h"

namespace wend {
namespace {

struct Area {
  uint16_t number;
  std::string_view title;
};

constexpr std::array<Area, 9> kAreas = {{{1, "Text and syntax"},
                                         {2, "Names"},
                                         {3, "Types"},
                                         {4, "Flow and time"},
                                         {5, "Messages, consent, policies"},
                                         {6, "Templates"},
                                         {7, "Tests"},
                                         {8, "Versions and deployment"},
                                         {9, "Project and configuration"}}};

// The rows of one hundred, as a table; empty where it has none.
std::string area_table(uint16_t hundred, std::string_view title) {
  std::string rows;
  for (const CatalogueRow& row : catalogue()) {
    if (static_cast<uint16_t>(row.code) / 100 != hundred) continue;
    const std::string code = code_text(row.code);
    rows += fmt::format("| [{}]({}.md) | `{}` | {} | {} | {} |\n", code, code, row.name,
                        level_name(row.level), row.fixable ? "yes" : "", row.summary);
  }
  if (rows.empty()) return {};
  return fmt::format("\n## {}\n\n| code | name | level | fix | |\n|---|---|---|---|---|\n{}", title, rows);
}

}  // namespace

std::optional<std::string_view> explain_page(Code code) {
  const std::string wanted = code_text(code);
  for (const EmbeddedPage& page : embedded_pages()) {
    if (page.code == wanted) return page.markdown;
  }
  return std::nullopt;
}

std::string explain_index() {
  std::string text =
      "# Diagnostics\n\n"
      "Everything that `wend check` can report. `wend explain WD0201` prints a page, and so does\n"
      "`wend explain unknown_event`. The level is the default; that of a lint can be changed with\n"
      "`settings { lint NAME off|warn|error }`. \"fix\" says that some findings come with a fix.\n\n"
      "This file is made from `compiler/diagnostics/catalogue.def`; `WEND_UPDATE=1` with the tests of the "
      "compiler\n"
      "writes it anew.\n";
  for (const Area& area : kAreas) text += area_table(area.number, area.title);
  for (const Area& area : kAreas) {
    text += area_table(static_cast<uint16_t>(area.number + 10), fmt::format("Lints: {}", area.title));
  }
  return text;
}

}  // namespace wend

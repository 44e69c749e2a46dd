#include "compiler/diagnostics/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "vm/base/check.h"

namespace wend {
namespace {

constexpr CatalogueRow kRows[] = {
#define WEND_DIAGNOSTIC(number, enumerator, name, level, fixable, since, summary) \
  {Code::k##enumerator, #name, Level::k##level, fixable, since, summary},
#include "compiler/diagnostics/catalogue.def"
#undef WEND_DIAGNOSTIC
};

constexpr bool rows_ascend() {
  for (size_t i = 1; i < std::size(kRows); ++i) {
    if (kRows[i - 1].code >= kRows[i].code) return false;
  }
  return true;
}
static_assert(rows_ascend(), "rows of catalogue.def are not sorted, or a number is used twice");

}  // namespace

std::span<const CatalogueRow> catalogue() { return kRows; }

const CatalogueRow* find_row(Code code) {
  const auto* row = std::lower_bound(std::begin(kRows), std::end(kRows), code,
                                     [](const CatalogueRow& a, Code b) { return a.code < b; });
  return row != std::end(kRows) && row->code == code ? row : nullptr;
}

std::optional<Code> parse_code(std::string_view text) {
  for (const CatalogueRow& row : kRows) {
    if (row.name == text) return row.code;
  }
  if (text.size() > 2 && (text[0] == 'W' || text[0] == 'w') && (text[1] == 'D' || text[1] == 'd')) {
    text.remove_prefix(2);
  }
  uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const CatalogueRow* row = find_row(static_cast<Code>(number));
  if (row == nullptr) return std::nullopt;
  return row->code;
}

std::string code_text(Code code) { return fmt::format("WD{:04}", static_cast<uint16_t>(code)); }

std::string_view code_name(Code code) {
  const CatalogueRow* row = find_row(code);
  WEND_CHECK(row != nullptr);
  return row->name;
}

Level default_level(Code code) {
  const CatalogueRow* row = find_row(code);
  WEND_CHECK(row != nullptr);
  return row->level;
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kOff:
      return "off";
    case Level::kNote:
      return "note";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
    case Level::kBug:
      return "bug";
  }
  return "bug";
}

}  // namespace wend

#include "compiler/diagnostics/wording.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "compiler/diagnostics/catalogue.h"

namespace wend {

Diagnostic start_diagnostic(Code code, std::string title, Span at, std::string label) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.level = default_level(code);
  diagnostic.title = std::move(title);
  diagnostic.primary = {at, std::move(label)};
  return diagnostic;
}

std::string in_quotes(std::string_view name) { return fmt::format("`{}`", name); }

std::string quoted_list(const std::vector<std::string>& names, std::string_view last) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? fmt::format(" {} ", last) : ", ";
    text += in_quotes(names[i]);
  }
  return text;
}

std::string count_of(size_t count, std::string_view singular) {
  if (count == 0) return fmt::format("no {}s", singular);
  return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

std::string with_article(std::string_view noun) {
  constexpr std::string_view kVowels = "aeiou";
  const bool vowel = !noun.empty() && kVowels.find(noun.front()) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", noun);
}

std::string duration_text(int64_t length_ms) {
  struct Unit {
    int64_t seconds;
    char letter;
  };
  constexpr std::array<Unit, 4> kUnits = {{{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
  int64_t seconds = length_ms / 1000;
  if (seconds == 0) return "0s";
  std::string text = seconds < 0 ? "-" : "";
  for (const Unit& unit : kUnits) {
    const int64_t count = seconds / unit.seconds;
    if (count == 0) continue;
    text += fmt::format("{}{}", count < 0 ? -count : count, unit.letter);
    seconds -= count * unit.seconds;
  }
  return text;
}

void add_near_names(Diagnostic& diagnostic, Span at, const std::vector<std::string>& near,
                    std::string_view origin) {
  if (near.size() == 1) {
    std::string title =
        fmt::format("did you mean {}{}{}?", in_quotes(near[0]), origin.empty() ? "" : ", ", origin);
    diagnostic.fixes.push_back(replace_fix(std::move(title), Applicability::kSuggested, at, near[0]));
    return;
  }
  for (size_t i = 0; i < near.size(); ++i) {
    std::string title = fmt::format("{} {}?", i == 0 ? "did you mean" : "or", in_quotes(near[i]));
    diagnostic.fixes.push_back(replace_fix(std::move(title), Applicability::kShown, at, near[i]));
  }
}

Diagnostic file_not_found(Code code, std::string_view what, const std::string& path, Span at,
                          const std::vector<std::string>& near) {
  Diagnostic d =
      start_diagnostic(code, fmt::format("{} file \"{}\" cannot be read", what, path), at, "no such file");
  std::vector<std::string> literals;
  for (const std::string& name : near) literals.push_back(fmt::format("\"{}\"", name));
  add_near_names(d, at, literals);
  d.notes.push_back("the name is relative to the folder of the source file");
  return d;
}

Diagnostic file_outside_project(Code code, std::string_view what, const std::string& path, Span at) {
  Diagnostic d = start_diagnostic(code, fmt::format("{} file \"{}\" lies outside the project", what, path),
                                  at, "would be lost when the project is copied or deployed");
  d.help.push_back("move the file into the project's folder");
  return d;
}

Fix replace_fix(std::string title, Applicability applicability, Span at, std::string text) {
  return {std::move(title), applicability, {{at, std::move(text)}}};
}

Fix insert_fix(std::string title, Applicability applicability, FileId file, uint32_t offset,
               std::string text) {
  return {std::move(title), applicability, {{Span{file, offset, offset}, std::move(text)}}};
}

}  // namespace wend

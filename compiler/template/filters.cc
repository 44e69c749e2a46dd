#include "compiler/template/filters.h"

#include "compiler/diagnostics/wording.h"

namespace wend {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Cuts `text` at the separator; calls `use` for each part.
template <typename Use>
void for_each_part(std::string_view text, char separator, Use use) {
  while (true) {
    size_t at = text.find(separator);
    use(trimmed(text.substr(0, at)));
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + 1);
  }
}

bool accepts_word(std::string_view word, TypeRef type) {
  switch (type->base) {
    case BaseType::kError:
    case BaseType::kAny:
    case BaseType::kMissing:
      return true;
    case BaseType::kInt:
      return word == "int" || word == "number" || word == "any";
    case BaseType::kNumber:
      return word == "number" || word == "any";
    case BaseType::kString:
    case BaseType::kEnum:
      return word == "string" || word == "any";
    case BaseType::kTime:
      return word == "time" || word == "any";
    case BaseType::kDate:
      return word == "date" || word == "any";
    case BaseType::kList:
      if (word == "list<number>") {
        BaseType element = type->element->base;
        return element == BaseType::kAny || element == BaseType::kError || type->element->is_numeric();
      }
      return word == "list" || word == "any";
    default:
      return word == "any";
  }
}

}  // namespace

std::vector<std::string> filter_names() {
  std::vector<std::string> names;
  for (const FunctionRow& row : function_rows()) {
    if (find_filter(row.name) == &row) names.emplace_back(row.name);
  }
  names.emplace_back("raw");
  return names;
}

std::string_view filter_argument(const FunctionRow& filter, size_t index) {
  std::string_view inside = filter.signature.substr(1, filter.signature.rfind(") ->") - 1);
  std::string_view found = "any";
  size_t at = 0;
  for_each_part(inside, ',', [&](std::string_view part) {
    if (at++ == index) found = part;
  });
  return found;
}

std::string_view filter_result(const FunctionRow& filter) {
  return trimmed(filter.signature.substr(filter.signature.rfind("->") + 2));
}

bool filter_accepts(std::string_view words, TypeRef type) {
  bool accepted = false;
  for_each_part(words, '|', [&](std::string_view word) { accepted = accepted || accepts_word(word, type); });
  return accepted;
}

std::string filter_wants(std::string_view words) {
  std::string text;
  for_each_part(words, '|', [&](std::string_view word) {
    if (!text.empty()) text += " or ";
    if (word == "int") word = "whole number";
    text += word == "list<number>" ? "a list of numbers" : with_article(word);
  });
  return text;
}

}  // namespace wend

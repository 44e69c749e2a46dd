#ifndef WEND_COMPILER_TEMPLATE_FILTERS_H_
#define WEND_COMPILER_TEMPLATE_FILTERS_H_

// The filters of templates as functions.def has them. Pure; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/analysis/checked.h"
#include "vm/core/isa.h"

namespace wend {

struct FilterRow {
  Function function{};
  std::string_view name;
  size_t min_arguments = 0;  // the piped value counts as the first
  size_t max_arguments = 0;
  std::string_view signature;  // "(string, int) -> string"
};

// nullptr where no filter has this name.
const FilterRow* find_filter(std::string_view name);
// In the order of functions.def, and `raw`, which only the compiler knows.
std::vector<std::string> filter_names();

// The words of the signature's argument, "number" or "string | list"; "any" beyond the last one.
std::string_view filter_argument(const FilterRow& filter, size_t index);
std::string_view filter_result(const FilterRow& filter);
// May a value of this type stand where the signature has `words`? `any` and errors always may.
bool filter_accepts(std::string_view words, TypeRef type);
// "a number", "a string or a list"
std::string filter_wants(std::string_view words);

}  // namespace wend

#endif  // WEND_COMPILER_TEMPLATE_FILTERS_H_

#ifndef WEND_COMPILER_TEMPLATE_FILTERS_H_
#define WEND_COMPILER_TEMPLATE_FILTERS_H_

// What the signatures in functions.def say about the filters of templates. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/analysis/checked.h"
#include "vm/core/functions.h"

namespace wend {

// In the order of functions.def, and `raw`, which only the compiler knows.
std::vector<std::string> filter_names();

// The words of the signature's argument, "number" or "string | list"; "any" beyond the last one.
std::string_view filter_argument(const FunctionRow& filter, size_t index);
std::string_view filter_result(const FunctionRow& filter);
// May a value of this type stand where the signature has `words`? `any` and errors always may.
bool filter_accepts(std::string_view words, TypeRef type);
// "a number", "a string or a list"
std::string filter_wants(std::string_view words);

}  // namespace wend

#endif  // WEND_COMPILER_TEMPLATE_FILTERS_H_

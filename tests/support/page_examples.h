#ifndef WEND_TESTS_SUPPORT_PAGE_EXAMPLES_H_
#define WEND_TESTS_SUPPORT_PAGE_EXAMPLES_H_

// The examples of the pages in docs/diagnostics. A fence says after its backticks what its text must do:
//
//   ```wend fails WD0201     raises that code and, where it is an error, no other error
//   ```wend clean            raises no error, and not the code of its page
//   ```wend                  is only shown
//
// A test hands each example to a compiler and compares; this header only reads the pages.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/explain.h"

namespace wend::testing_support {

struct PageExample {
  Code page;
  bool clean = false;     // else it must raise `raises`
  Code raises = Code{0};  // only where !clean
  size_t line = 0;        // of the fence in the page, 1-based
  std::string source;
};

// All examples of one page that say what they do. A fence with an unknown code is left out here and found by
// the completeness test, which compares the number of fences.
inline std::vector<PageExample> parse_page_examples(Code page, std::string_view markdown) {
  std::vector<PageExample> examples;
  PageExample* open = nullptr;
  bool in_fence = false;
  size_t number = 0;
  while (!markdown.empty()) {
    const size_t end = std::min(markdown.find('\n'), markdown.size());
    const std::string_view line = markdown.substr(0, end);
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    ++number;
    if (line.starts_with("```")) {
      in_fence = !in_fence;
      open = nullptr;
      if (!in_fence) continue;
      const std::string_view words = line.substr(3);
      if (words == "wend clean") {
        examples.push_back({page, true, Code{0}, number, {}});
        open = &examples.back();
      } else if (words.starts_with("wend fails ")) {
        const auto code = parse_code(words.substr(11));
        if (!code) continue;
        examples.push_back({page, false, *code, number, {}});
        open = &examples.back();
      }
      continue;
    }
    if (open != nullptr) open->source += std::string(line) + "\n";
  }
  return examples;
}

// Compiles one source text as a project of its own and returns what was found.
using CheckFunction = std::function<std::vector<Diagnostic>(const std::string& source)>;

// What is wrong with the example, as a sentence; empty where it does what its page says.
inline std::string examine_page_example(const PageExample& example, const CheckFunction& check) {
  const std::vector<Diagnostic> found = check(example.source);
  const std::string place = code_text(example.page) + ".md, line " + std::to_string(example.line);
  const auto raised = [&](Code code) {
    return std::any_of(found.begin(), found.end(), [code](const Diagnostic& d) { return d.code == code; });
  };
  const Code wanted = example.clean ? example.page : example.raises;
  if (example.clean && raised(wanted)) return place + ": the clean example raises " + code_text(wanted);
  if (!example.clean && !raised(wanted)) return place + ": the example does not raise " + code_text(wanted);
  for (const Diagnostic& d : found) {
    const bool expected = !example.clean && d.code == wanted;
    if (d.level >= Level::kError && !expected) {
      return place + ": the example raises " + code_text(d.code) + ", " + d.title;
    }
  }
  return {};
}

}  // namespace wend::testing_support

#endif  // WEND_TESTS_SUPPORT_PAGE_EXAMPLES_H_

// The examples of docs/diagnostics do what their pages say, as far as analysis decides it.

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/explain.h"
#include "tests/support/page_examples.h"
#include "tests/unit/compiler/analysis/check_support.h"

namespace wend {
namespace {

using Diagnostics = std::vector<Diagnostic>;

// Areas whose examples the other parts of the compiler raise: templates, versions.
bool is_elsewhere(Code code) {
  const int area = static_cast<int>(code) / 100 % 10;
  return area == 6 || area == 8;
}

// Nothing more is said about a program that uses what cannot run yet.
bool is_not_judged(const Diagnostics& found, Code page) {
  return page != Code::kNotYetSupported && std::any_of(found.begin(), found.end(), [](const Diagnostic& d) {
           return d.code == Code::kNotYetSupported;
         });
}

TEST(PageExamples, DoWhatTheirPagesSay) {
  size_t examined = 0;
  for (const CatalogueRow& row : catalogue()) {
    if (is_elsewhere(row.code)) continue;
    const std::string page(explain_page(row.code).value_or(""));
    for (const auto& example : testing_support::parse_page_examples(row.code, page)) {
      const Diagnostics found = analysis_test::check_text(example.source).diagnostics;
      if (is_not_judged(found, row.code)) continue;
      EXPECT_EQ(examine_page_example(example, [&](const std::string&) { return found; }), "");
      ++examined;
    }
  }
  EXPECT_GT(examined, 100U);
}

}  // namespace
}  // namespace wend

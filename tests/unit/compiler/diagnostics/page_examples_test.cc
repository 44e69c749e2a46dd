// The examples of the pages are Wend: the parser reads all of them, but for those that are about its own
// messages, and these raise exactly the code of their page. The tests of the command line run the whole
// compiler over them.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/explain.h"
#include "compiler/syntax/parse.h"
#include "tests/support/page_examples.h"

namespace wend {
namespace {

std::vector<Diagnostic> parse_findings(const std::string& source) {
  SourceMap sources;
  const SourceFile& file = sources.add("example.wend", source);
  Sink sink;
  uint32_t next_node_id = 0;
  const ast::File parsed = parse(file, ParseOptions(), next_node_id, sink);
  return sink.take_sorted();
}

bool is_about_syntax(Code code) { return static_cast<uint16_t>(code) < 200; }

TEST(PageExamplesAndParser, EveryExampleIsReadAsItsPageSays) {
  size_t examples = 0;
  for (const CatalogueRow& row : catalogue()) {
    const auto page = explain_page(row.code);
    ASSERT_TRUE(page) << code_text(row.code);
    for (auto example : testing_support::parse_page_examples(row.code, *page)) {
      ++examples;
      // What later passes find is not asked here: to the parser such an example has to be clean.
      if (!example.clean && !is_about_syntax(example.raises)) example.clean = true;
      EXPECT_EQ(testing_support::examine_page_example(example, parse_findings), "") << example.source;
    }
  }
  EXPECT_GT(examples, 150U);
}

}  // namespace
}  // namespace wend

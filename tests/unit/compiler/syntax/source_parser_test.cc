#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/syntax/parse_liquid.h"
#include "tests/unit/compiler/syntax/parse_support.h"

namespace wend {
namespace {

using syntax_test::parse_text;
using syntax_test::Parsed;

// Whole and broken texts in turn: what one leaves behind must not be seen by the next.
std::vector<std::string> texts() {
  std::vector<std::string> texts = {"journey j {",         "",    "((((", "event e { a: int }",
                                    std::string(500, '('), "\xFF"};
  for (const auto& path : syntax_test::sample_paths()) {
    const std::string source = syntax_test::read_sample(path).source;
    texts.push_back(source);
    texts.push_back(source.substr(0, source.size() / 2));
    texts.push_back(source.substr(source.size() / 3));
  }
  return texts;
}

TEST(SourceParser, ReadsAFileAsIfItWereTheFirst) {
  SourceParser parser;
  for (int round = 0; round < 2; ++round) {
    for (const std::string& text : texts()) {
      ParseOptions options;
      options.max_errors = round == 0 ? 2 : 100;  // the first round gives up in the middle of files
      const Parsed fresh = parse_text(text, "a.wend", options);
      uint32_t next_node_id = 0;
      Sink sink;
      const ast::File file = parser.parse(*fresh.source, options, next_node_id, sink);
      EXPECT_EQ(dump(file, {true, true}), dump(fresh.file, {true, true}));
      EXPECT_EQ(sink.take_sorted(), fresh.diagnostics);
      EXPECT_EQ(next_node_id, fresh.next_node_id);
    }
  }
}

TEST(TemplateParser, ReadsATemplateAsIfItWereTheFirst) {
  TemplateParser parser;
  for (const char* text :
       {"{{ a.b | upcase }}", "{% if a %}x", "{{ a | }}", "{{ a b }}", "{% if a == 1 %}{{ a }}{% endif %}",
        "plain", "{{ a | default: }}", "{{ a.b | upcase }}"}) {
    Sink one;
    Sink two;
    const liquid::Template reused = parser.parse({text, FileId{0}, {}, 0}, one);
    const liquid::Template fresh = parse_liquid({text, FileId{0}, {}, 0}, two);
    EXPECT_EQ(one.take_sorted(), two.take_sorted()) << text;
    ASSERT_EQ(reused.nodes.size(), fresh.nodes.size()) << text;
    for (size_t i = 0; i < fresh.nodes.size(); ++i)
      EXPECT_EQ(reused.nodes[i].span, fresh.nodes[i].span) << text;
  }
}

}  // namespace
}  // namespace wend

#include "compiler/syntax/parse_liquid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "compiler/diagnostics/messages.h"

namespace wend {
namespace {

using liquid::NodeKind;
using liquid::ValueKind;
using testing::SizeIs;

class ParseLiquid : public testing::Test {
 protected:
  const liquid::Template& parse(std::string text) {
    text_ = std::move(text);
    sink_ = Sink();
    tree_ = parse_liquid({text_, FileId{3}, {}, 0}, sink_);
    return tree_;
  }
  // The one problem of the template, with the text it points to.
  std::pair<std::string, std::string> problem(std::string text) {
    parse(std::move(text));
    if (sink_.all().size() != 1) return {std::to_string(sink_.all().size()) + " problems", ""};
    const Diagnostic& found = sink_.all()[0];
    EXPECT_EQ(found.primary.span.file, FileId{3});
    return {found.primary.text,
            text_.substr(found.primary.span.begin, found.primary.span.end - found.primary.span.begin)};
  }
  void expect_no_problem() { EXPECT_THAT(sink_.all(), SizeIs(0)); }

  std::string text_;
  Sink sink_;
  liquid::Template tree_;
};

TEST_F(ParseLiquid, TextAlone) {
  ASSERT_THAT(parse("100% off { today } ü").nodes, SizeIs(1));
  EXPECT_EQ(tree_.nodes[0].text, "100% off { today } ü");
  EXPECT_THAT(parse("").nodes, SizeIs(0));
}

TEST_F(ParseLiquid, OutputWithPathFiltersAndArguments) {
  parse("Hé {{ contact.first_name | default: \"Hello\" | truncate: 10, '..' }}!");
  expect_no_problem();
  ASSERT_THAT(tree_.nodes, SizeIs(3));
  EXPECT_EQ(tree_.nodes[0].text, "Hé ");
  EXPECT_EQ(tree_.nodes[2].text, "!");
  const liquid::Pipeline& pipeline = tree_.nodes[1].pipeline;
  EXPECT_EQ(pipeline.value.text, "contact.first_name");
  ASSERT_THAT(pipeline.value.parts, SizeIs(2));
  EXPECT_EQ(pipeline.value.parts[1].word, "first_name");
  EXPECT_EQ(text_.substr(pipeline.value.parts[1].span.begin, 10), "first_name");
  ASSERT_THAT(pipeline.filters, SizeIs(2));
  EXPECT_EQ(pipeline.filters[0].name, "default");
  EXPECT_EQ(pipeline.filters[0].arguments[0].text, "Hello");
  ASSERT_THAT(pipeline.filters[1].arguments, SizeIs(2));
  EXPECT_EQ(pipeline.filters[1].arguments[0].integer, 10);
  EXPECT_EQ(pipeline.filters[1].arguments[1].text, "..");
}

TEST_F(ParseLiquid, IndicesAndKeysThatAreWords) {
  parse("{{ trigger.items[0].if[-1][\"the name\"] }}");
  expect_no_problem();
  const std::vector<liquid::PathPart>& parts = tree_.nodes[0].pipeline.value.parts;
  ASSERT_THAT(parts, SizeIs(6));
  EXPECT_TRUE(parts[2].is_index);
  EXPECT_EQ(parts[2].index, 0);
  EXPECT_EQ(parts[3].word, "if");
  EXPECT_EQ(parts[4].index, -1);
  EXPECT_EQ(parts[5].word, "the name");
  EXPECT_FALSE(parts[5].is_index);
}

TEST_F(ParseLiquid, PositionsFollowTheMapOfALiteral) {
  // As if one escaped character of two bytes stood at the start: byte i of the text is byte 11 + i of the file.
  std::string text = "\"{{ a.b | nope";
  std::vector<uint32_t> map = {10};
  for (uint32_t i = 1; i <= text.size() + 3; ++i) map.push_back(11 + i);
  text += " }}";
  Sink sink;
  liquid::Template tree = parse_liquid({text, FileId{1}, map, 0}, sink);
  ASSERT_THAT(tree.nodes, SizeIs(2));
  EXPECT_EQ(tree.nodes[1].pipeline.value.span, (Span{FileId{1}, 15, 18}));
}

TEST_F(ParseLiquid, BranchesAndConditions) {
  parse("{% if a.x == 1 and a.y contains \"z\" or a.t %}A{% elsif a.u >= 1.5 %}B{% else %}C{% endif %}"
        "{% unless a.v %}D{% endunless %}");
  expect_no_problem();
  ASSERT_THAT(tree_.nodes, SizeIs(2));
  const std::vector<liquid::Branch>& branches = tree_.nodes[0].branches;
  ASSERT_THAT(branches, SizeIs(3));
  ASSERT_THAT(branches[0].condition->terms, SizeIs(3));
  EXPECT_THAT(branches[0].condition->and_after, testing::ElementsAre(true, false));
  EXPECT_EQ(branches[0].condition->terms[1].comparison, liquid::Comparison::kContains);
  EXPECT_EQ(branches[1].condition->terms[0].right.number, 1.5);
  EXPECT_FALSE(branches[2].condition.has_value());
  EXPECT_EQ(branches[2].body[0].text, "C");
  EXPECT_TRUE(tree_.nodes[1].branches[0].negated);
}

TEST_F(ParseLiquid, DashesTakeWhiteSpace) {
  parse("a \n {{- b.c -}}  d {%- if b.e -%} f {%- endif %} g");
  expect_no_problem();
  ASSERT_THAT(tree_.nodes, SizeIs(5));
  EXPECT_EQ(tree_.nodes[0].text, "a");
  EXPECT_EQ(tree_.nodes[2].text, "d");
  EXPECT_EQ(tree_.nodes[3].branches[0].body[0].text, "f");
  EXPECT_EQ(tree_.nodes[4].text, " g");
}

TEST_F(ParseLiquid, CommentsVanishAndRawStays) {
  parse("a{% comment %} {{ not read {% if %} {% endcomment %}b{% raw %}{{ as it is }}{% endraw %}");
  expect_no_problem();
  ASSERT_THAT(tree_.nodes, SizeIs(3));
  EXPECT_EQ(tree_.nodes[1].text, "b");
  EXPECT_EQ(tree_.nodes[2].text, "{{ as it is }}");
}

TEST_F(ParseLiquid, SaysWhatIsWrongOnceAndWhere) {
  using P = std::pair<std::string, std::string>;
  EXPECT_EQ(problem("Hi {{ contact.name, bye"), (P{"a `}}` is missing", "{{"}));
  EXPECT_EQ(problem("{{ a.b }} {% if a.c "), (P{"a `%}` is missing", "{%"}));
  EXPECT_EQ(problem("{{ a.b {{ a.c }}"), (P{"a `}}` is missing", "{{"}));
  EXPECT_EQ(problem("{% if a.c %}yes"), (P{"an `{% endif %}` is missing", "{% if"}));
  EXPECT_EQ(problem("yes{% endif %}"), (P{"no `{% if %}` is open here", "endif"}));
  EXPECT_EQ(problem("{% unless a.c %}yes{% endif %}"), (P{"the open tag is `{% unless %}`", "endif"}));
  EXPECT_EQ(problem("{% raw %}yes"), (P{"an `{% endraw %}` is missing", "{% raw"}));
  EXPECT_EQ(problem("{{ }}"), (P{"a name is expected here, as in `{{ contact.first_name }}`", "}}"}));
  EXPECT_EQ(problem("{{ a.b | }}"), (P{"a filter's name is expected here", "}}"}));
  EXPECT_EQ(problem("{{ a. }}"), (P{"a property's name is expected here", "}}"}));
  EXPECT_EQ(problem("{{ a.b c }}"), (P{"`c` is not expected here", "c"}));
  EXPECT_EQ(problem("{{ a.b | default: \"x }}").first, "this quote is not closed");
  EXPECT_EQ(problem("{% if a.b = 1 %}x{% endif %}").first, "a comparison is written `==`");
  EXPECT_EQ(problem("{% if a.b %}x{% else if a.c %}y{% endif %}").first, "written `elsif` in templates");
}

TEST_F(ParseLiquid, TwoBracketsTwoMessages) {
  parse("{{ a. }} text {{ | x | }} text {{ a.b }}");
  EXPECT_THAT(sink_.all(), SizeIs(2));
}

TEST_F(ParseLiquid, TagsOfLiquidThatComeLater) {
  parse("{% for item in trigger.items %}{{ item.sku }}{% endfor %}");
  ASSERT_THAT(sink_.all(), SizeIs(1));
  EXPECT_EQ(sink_.all()[0].code, Code::kNotYetSupported);
  parse("{% fi contact.x %}");
  ASSERT_THAT(sink_.all(), SizeIs(1));
  EXPECT_EQ(sink_.all()[0].code, Code::kUnknownTag);
}

TEST_F(ParseLiquid, DeepNestingIsReported) {
  std::string text;
  for (size_t i = 0; i <= kMaxTemplateDepth; ++i) text += "{% if a.b %}";
  for (size_t i = 0; i <= kMaxTemplateDepth; ++i) text += "{% endif %}";
  EXPECT_EQ(problem(text).first, "nested deeper than 100 tags");
}

TEST_F(ParseLiquid, AnyBytesAreSurvived) {
  uint32_t state = 12345;
  const std::string pieces[] = {"{{", "}}", "{%", "%}", "if ", "endif", "a.b", " | ", "\"", "é", "-", "[", "0", "]", "\x80"};
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 30; ++i) {
      state = state * 1664525 + 1013904223;
      text += pieces[(state >> 16) % std::size(pieces)];
    }
    parse(text);
    for (const Diagnostic& found : sink_.all()) {
      EXPECT_LE(found.primary.span.begin, found.primary.span.end);
      EXPECT_LE(found.primary.span.end, text.size());
    }
  }
}

}  // namespace
}  // namespace wend

#include "compiler/diagnostics/render_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compiler/diagnostics/messages.h"

namespace wend {
namespace {

TEST(RenderJson, OneObjectWithEveryKeyInOrder) {
  SourceMap sources;
  const SourceFile& file = sources.add("a.wend", "é\non cart\n");
  const Span at{file.id(), 6, 10};
  EXPECT_EQ(
      render_json(describe(UnknownEvent{at, "cart", {"card"}, ""}), sources),
      R"({"code":"WD0201","name":"unknown_event","level":"error","title":"unknown event `cart`","file":"a.wend",)"
      R"("range":{"start":{"line":2,"col":4,"byte":6},"end":{"line":2,"col":8,"byte":10}},)"
      R"("labels":[{"file":"a.wend","range":{"start":{"line":2,"col":4,"byte":6},"end":{"line":2,"col":8,"byte":10}},)"
      R"("text":"no event has this name","primary":true}],)"
      R"("notes":["names are checked because this project declares events; a new one needs `event NAME { ... }`"],)"
      R"("help":[],"fixes":[{"title":"did you mean `card`?","applicability":"suggested",)"
      R"("edits":[{"file":"a.wend","start_byte":6,"end_byte":10,"text":"card"}]}],)"
      R"("doc":"docs/diagnostics/WD0201.md"})");
}

TEST(RenderJson, SecondaryLabelsAndCharactersNotBytes) {
  SourceMap sources;
  const SourceFile& file = sources.add("a.wend", "é é x");
  const SourceFile& other = sources.add("b.wend", "y");
  const DuplicateName message{{file.id(), 6, 7}, {other.id(), 0, 1}, "event", "event", "x"};
  const auto json = nlohmann::json::parse(render_json(describe(message), sources));
  EXPECT_EQ(json["range"]["start"]["col"], 5);
  EXPECT_EQ(json["range"]["start"]["byte"], 6);
  ASSERT_EQ(json["labels"].size(), 2U);
  EXPECT_EQ(json["labels"][1]["file"], "b.wend");
  EXPECT_EQ(json["labels"][1]["primary"], false);
}

TEST(RenderJson, OneLineAFindingAndAnyBytes) {
  SourceMap sources;
  const SourceFile& file = sources.add("a.wend", "x\xFF");
  const std::vector<Diagnostic> found(3, describe(BadRegex{{file.id(), 0, 1}, "bad \xFF\n"}));
  const std::string text = render_json(found, sources);
  size_t lines = 0;
  for (size_t at = 0; at < text.size(); ++lines) {
    const size_t end = text.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_EQ(nlohmann::json::parse(text.substr(at, end - at))["code"], "WD0309");
    at = end + 1;
  }
  EXPECT_EQ(lines, 3U);
}

}  // namespace
}  // namespace wend

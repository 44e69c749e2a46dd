// Renderers are total: any bytes, any spans, any edits give a text without control characters, and the same
// again.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "compiler/diagnostics/apply_fixes.h"
#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/render_json.h"
#include "compiler/diagnostics/render_text.h"

namespace wend {
namespace {

class RandomFindings {
 public:
  explicit RandomFindings(uint32_t seed) : random_(seed) {}

  uint32_t below(uint32_t limit) { return limit == 0 ? 0 : static_cast<uint32_t>(random_() % limit); }

  std::string text(uint32_t most) {
    static const std::vector<std::string> kPieces = {"a",        "wait ",  "\t",   "é",
                                                     "e\u0301",  "漢字",   "😀",    "\n",
                                                     "\r\n",     "\r",     "\xFF", "\x80\x80\x80",
                                                     "\x1b[31m", "\u202E", "\n\n", std::string(200, 'x')};
    std::string result;
    for (uint32_t i = below(most); i > 0; --i)
      result += kPieces[below(static_cast<uint32_t>(kPieces.size()))];
    return result;
  }

  Span span(const SourceMap& sources) {
    const FileId file{below(static_cast<uint32_t>(sources.size()))};
    const auto size = static_cast<uint32_t>(sources.file(file).text().size());
    const uint32_t begin = below(size + 2);
    const uint32_t length = below(3) == 0 ? below(size + 2) : below(12);
    return {file, begin, begin + length};
  }

  Diagnostic diagnostic(const SourceMap& sources) {
    const auto rows = catalogue();
    Diagnostic d;
    d.code = rows[below(static_cast<uint32_t>(rows.size()))].code;
    d.level = static_cast<Level>(1 + below(4));
    d.title = text(4);
    d.primary = {span(sources), text(4)};
    for (uint32_t i = below(4); i > 0; --i) d.secondary.push_back({span(sources), text(4)});
    for (uint32_t i = below(3); i > 0; --i) d.notes.push_back(text(4));
    for (uint32_t i = below(3); i > 0; --i) {
      Fix fix{text(3), static_cast<Applicability>(below(3)), {}};
      for (uint32_t k = 1 + below(3); k > 0; --k) fix.edits.push_back({span(sources), text(6)});
      d.fixes.push_back(std::move(fix));
    }
    return d;
  }

 private:
  std::mt19937 random_;
};

TEST(RenderRandom, AnythingIsRenderedTheSameTwice) {
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    RandomFindings make(seed);
    SourceMap sources;
    sources.add("a.wend", make.text(40));
    sources.add("b.wend", make.text(40));
    sources.add("folder", "");
    const std::vector<Diagnostic> found = {make.diagnostic(sources), make.diagnostic(sources)};
    const TextOptions options{.color = false, .max_line_width = 20 + make.below(120)};
    const std::string text = render_text(found, sources, options);
    EXPECT_EQ(text, render_text(found, sources, options)) << seed;
    for (size_t at = 0; at < text.size(); ++at) {
      const auto c = static_cast<unsigned char>(text[at]);
      ASSERT_TRUE(c == '\n' || (c >= 0x20 && c != 0x7F)) << "seed " << seed << ": control character in\n"
                                                         << text;
      ASSERT_FALSE(c == '\n' && at > 0 && text[at - 1] == ' ')
          << "seed " << seed << ": blank at a line's end in\n"
          << text;
    }
    for (const Diagnostic& d : found) {
      EXPECT_TRUE(nlohmann::json::accept(render_json(d, sources))) << seed;
    }
    const FixedTexts fixed = apply_fixes(found, sources, Applicability::kSuggested);
    EXPECT_LE(fixed.applied + fixed.skipped, found.size());
  }
}

}  // namespace
}  // namespace wend

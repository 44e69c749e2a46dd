// Everything written in Wend in this repository goes through the whole compiler: nothing may stop it, what compiles must
// be sound, and compiling again must give the same bytes. Then the same sources with one piece taken out.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/diagnostics/explain.h"
#include "tests/support/compiled.h"
#include "tests/support/golden.h"
#include "tests/support/page_examples.h"
#include "vm/core/image_format.h"
#include "vm/core/verifier.h"

namespace wend {
namespace {

namespace fs = std::filesystem;
using testing_support::compile_source;
using testing_support::diagnostics_text;

const fs::path kRoot = WEND_SOURCE_DIR;

// Goldens and the examples of the pages, each a program of one file.
std::vector<std::pair<std::string, std::string>> all_sources() {
  std::vector<std::pair<std::string, std::string>> sources;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "tests/conformance")) {
    if (entry.path().extension() != ".wend") continue;
    sources.emplace_back(entry.path().lexically_relative(kRoot).string(), testing_support::read_golden(entry.path()).source);
  }
  for (const CatalogueRow& row : catalogue()) {
    const std::string page(explain_page(row.code).value_or(""));
    for (const auto& example : testing_support::parse_page_examples(row.code, page)) {
      sources.emplace_back(code_text(row.code) + ".md:" + std::to_string(example.line), example.source);
    }
  }
  std::sort(sources.begin(), sources.end());
  return sources;
}

// Empty where all is well.
std::string unsound(const CompileResult& result) {
  for (const Diagnostic& found : result.diagnostics) {
    if (found.level == Level::kBug) return diagnostics_text(result, Level::kBug);
    const SourceFile& file = result.sources.file(found.primary.span.file);
    if (found.primary.span.end > file.text().size() || found.primary.span.begin > found.primary.span.end) {
      return "a span outside its file: " + found.title;
    }
  }
  if (!result.ok) return result.image.empty() ? "" : "an image in spite of errors";
  const Status sound = verify_program(result.program);
  if (!sound.ok()) return sound.error().message;
  const Result<Program> read = read_image(result.image);
  if (!read.ok()) return read.error().message;
  return write_image(*read) == result.image ? "" : "the image changes when it is read and written";
}

TEST(CompileAll, EverySourceIsSoundAndDeterministic) {
  const auto sources = all_sources();
  EXPECT_GT(sources.size(), 100U);
  size_t compiled = 0;
  for (const auto& [name, source] : sources) {
    const CompileResult result = compile_source(source);
    EXPECT_EQ(unsound(result), "") << name;
    EXPECT_EQ(compile_source(source).image, result.image) << name;
    compiled += result.ok ? 1 : 0;
  }
  EXPECT_GT(compiled, 40U);
}

TEST(CompileAll, ExampleProjectsCompile) {
  for (const auto& entry : fs::directory_iterator(kRoot / "examples")) {
    if (!entry.is_directory()) continue;
    const CompileResult result = compile_project(*disk_files(entry.path().string()), {});
    EXPECT_TRUE(result.ok) << entry.path() << "\n" << diagnostics_text(result);
    EXPECT_EQ(unsound(result), "") << entry.path();
  }
}

// Words, strings and marks of a text, roughly.
std::vector<std::pair<size_t, size_t>> pieces(const std::string& text) {
  std::vector<std::pair<size_t, size_t>> found;
  for (size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    size_t end = at + 1;
    if (std::isalnum(c) != 0 || c == '_') {
      while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) ++end;
    }
    if (std::isspace(c) == 0 && c < 0x80) found.emplace_back(at, end);
    at = end;
  }
  return found;
}

TEST(CompileAll, OnePieceTakenOutNeverStopsTheCompiler) {
  for (const char* folder : {"disasm", "template"}) {
    for (const fs::path& path : testing_support::golden_paths(folder)) {
      const std::string source = testing_support::read_golden(path).source;
      const auto all = pieces(source);
      for (size_t i = 0; i < all.size(); i += 3) {  // every third keeps the test short
        std::string damaged = source;
        damaged.erase(all[i].first, all[i].second - all[i].first);
        const CompileResult result = compile_source(damaged);
        ASSERT_EQ(unsound(result), "") << path << " without byte " << all[i].first << "\n" << damaged;
      }
    }
  }
}

}  // namespace
}  // namespace wend

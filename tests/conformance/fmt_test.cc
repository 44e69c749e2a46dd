// tests/conformance/fmt: a source and its layout. Then laws of formatting, for everything written in Wend in
// this repository, as it stands and with its blanks and comments thrown about: nothing is lost, nothing
// changes its meaning or its code, and formatting again changes nothing.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <random>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diagnostics/explain.h"
#include "compiler/format/format.h"
#include "compiler/syntax/parse.h"
#include "tests/support/compiled.h"
#include "tests/support/golden.h"
#include "tests/support/page_examples.h"
#include "vm/core/disassembler.h"
#include "vm/core/image_format.h"

namespace wend {
namespace {

namespace fs = std::filesystem;
using testing_support::compile_source;
using testing_support::Golden;

const fs::path kRoot = WEND_SOURCE_DIR;

std::optional<std::string> formatted(const std::string& source) {
  const SourceFile file(FileId(0), "main.wend", source);
  Sink sink;
  Formatted made = format_source(file, sink);
  EXPECT_EQ(made.fault, "") << source;
  return std::move(made.text);
}

class Fmt : public testing::TestWithParam<fs::path> {};

TEST_P(Fmt, IsAsWritten) {
  const Golden golden = testing_support::read_golden(GetParam());
  const std::optional<std::string> text = formatted(golden.source);
  ASSERT_TRUE(text);
  testing_support::expect_golden(golden, *text);
}

INSTANTIATE_TEST_SUITE_P(Goldens, Fmt, testing::ValuesIn(testing_support::golden_paths("fmt")),
                         [](const auto& param) { return testing_support::golden_test_name(param.param); });

struct Source {
  std::string name;
  std::string text;
};

// The blocks of a page that are fenced as whole programs.
void add_fences(const fs::path& page, std::vector<Source>& sources) {
  const std::string text = testing_support::read_whole(page);
  size_t at = 0;
  while ((at = text.find("```wend", at)) != std::string::npos) {
    const size_t begin = text.find('\n', at) + 1;
    const size_t end = text.find("\n```", begin);
    if (begin == 0 || end == std::string::npos) return;
    const std::string fence = text.substr(at, begin - at - 1);
    std::string source = text.substr(begin, end + 1 - begin);
    if (fence.ends_with(" steps")) source = "journey j {\n on e\n" + source + "}\n";
    if (fence.ends_with(" clauses")) source = "journey j {\n" + source + "exit\n}\n";
    sources.push_back({page.filename().string() + " byte " + std::to_string(begin), source});
    at = end + 4;
  }
}

const std::vector<Source>& all_sources() {
  static const std::vector<Source> kSources = [] {
    std::vector<Source> sources;
    for (const char* folder : {"tests/conformance", "examples", "docs"}) {
      for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
        const std::string name = entry.path().lexically_relative(kRoot).string();
        if (entry.path().extension() == ".wend") {
          const Golden golden = testing_support::read_golden(entry.path());
          sources.push_back({name, golden.source});
          if (std::string(folder) == "tests/conformance" && name.find("/fmt/") != std::string::npos) {
            sources.push_back({name + " formatted", golden.expected});
          }
        }
        if (entry.path().extension() == ".md") add_fences(entry.path(), sources);
      }
    }
    std::sort(sources.begin(), sources.end(),
              [](const Source& a, const Source& b) { return a.name < b.name; });
    return sources;
  }();
  return kSources;
}

struct Parsed {
  bool readable = false;
  std::string meaning;
  std::vector<std::string> comments;
};

Parsed read(const std::string& text) {
  const SourceFile file(FileId(0), "main.wend", text);
  Sink sink;
  uint32_t next_node_id = 0;
  const ast::File tree = parse(file, {}, next_node_id, sink);
  Parsed parsed{!tree.had_syntax_errors, dump_of_meaning(tree), {}};
  for (const ast::Comment& comment : tree.comments) {
    parsed.comments.push_back(text.substr(comment.span.begin, comment.span.end - comment.span.begin));
  }
  std::sort(parsed.comments.begin(), parsed.comments.end());
  return parsed;
}

// Empty where the laws hold for a text that can be read.
std::string broken_law(const std::string& source) {
  const Parsed before = read(source);
  const std::optional<std::string> once = formatted(source);
  if (!before.readable) return once ? "a text with syntax errors is formatted" : "";
  if (!once) return "a readable text is refused";
  const Parsed after = read(*once);
  if (!after.readable) return "the layout cannot be read:\n" + *once;
  if (before.meaning != after.meaning) return "the meaning has changed:\n" + *once;
  if (before.comments != after.comments) return "the comments have changed:\n" + *once;
  if (!once->empty() && !once->ends_with('\n')) return "no new line at the end";
  if (once->find(" \n") != std::string::npos && source.find(" \n") == std::string::npos)
    return "blanks at an end:\n" + *once;
  const std::optional<std::string> twice = formatted(*once);
  if (!twice || *twice != *once) return "not stable:\n" + *once + "----\n" + twice.value_or("refused");
  return {};
}

TEST(FormatLaws, HoldForEverySource) {
  ASSERT_GT(all_sources().size(), 150U);
  size_t readable = 0;
  for (const Source& source : all_sources()) {
    EXPECT_EQ(broken_law(source.text), "") << source.name;
    readable += read(source.text).readable ? 1 : 0;
  }
  EXPECT_GT(readable * 10, all_sources().size() * 7);
}

TEST(FormatLaws, ExamplesAreFormatted) {
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "examples")) {
    if (entry.path().extension() != ".wend") continue;
    const std::string text = testing_support::read_whole(entry.path());
    EXPECT_EQ(formatted(text), text) << entry.path() << ": run `wend fmt examples`";
  }
}

// Takes out what depends on the layout: where steps stand, also in the names of routines.
std::string without_lines(const std::string& text) {
  static const std::regex kLine(" line [0-9]+ ");
  return std::regex_replace(text, kLine, " ");
}

struct PlainCode {
  std::string listing;
  size_t strings;
  std::string image;
};

PlainCode code_without_places(CompileResult& result) {
  Program& program = result.program;
  for (StepRow& row : program.steps) {
    row.line = 1;
    row.column = 1;
    program.strings[row.text.index()] = "";
  }
  for (std::string& text : program.strings) text = without_lines(text);
  return {without_lines(disassemble(program, {})), program.strings.size(), write_image(program)};
}

// Codes of the findings. Layout has its own lint, which formatting answers.
std::vector<Code> codes(const CompileResult& result) {
  std::vector<Code> found;
  for (const Diagnostic& one : result.diagnostics) {
    if (one.code != Code::kMisleadingIndentation) found.push_back(one.code);
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(FormatLaws, ProgramsAndFindingsStayTheSame) {
  size_t compiled = 0;
  size_t same_strings = 0;
  for (const Source& source : all_sources()) {
    if (!read(source.text).readable) continue;
    const std::optional<std::string> text = formatted(source.text);
    ASSERT_TRUE(text) << source.name;
    CompileResult before = compile_source(source.text);
    CompileResult after = compile_source(*text);
    EXPECT_EQ(codes(before), codes(after)) << source.name << "\n" << *text;
    if (!before.ok || !after.ok) continue;
    ++compiled;
    const PlainCode code_before = code_without_places(before);
    const PlainCode code_after = code_without_places(after);
    EXPECT_EQ(code_before.listing, code_after.listing) << source.name << "\n" << *text;
    // Two routines of one line have one name, of two lines two: then the tables of strings differ, and the
    // images.
    if (code_before.strings != code_after.strings) continue;
    ++same_strings;
    EXPECT_TRUE(code_before.image == code_after.image) << source.name << "\n" << *text;
  }
  EXPECT_GT(compiled, 60U);
  EXPECT_GT(same_strings * 10, compiled * 9);
}

// The tokens of a text, between which anything may stand that is blank.
std::vector<std::string> tokens_of(const std::string& text) {
  const SourceFile file(FileId(0), "main.wend", text);
  Sink sink;
  uint32_t next_node_id = 0;
  ParseOptions options;
  options.keep_tokens = true;
  std::vector<std::string> tokens;
  for (const Span& span : parse(file, options, next_node_id, sink).tokens) {
    tokens.push_back(text.substr(span.begin, span.end - span.begin));
  }
  return tokens;
}

// `comments`: a tenth of the gaps get one.
std::string thrown_about(const std::vector<std::string>& tokens, bool comments, std::mt19937& random) {
  static const std::vector<std::string> kBlanks = {" ",  " ",  " ",  " ",      " ",     "  ",
                                                   "\t", "\n", "\n", "\n    ", "\n\n\n"};
  static const std::vector<std::string> kComments = {" # c\n",  "\n# c\n",          "\n## d\n",
                                                     " ## d\n", "\n# c\n\n# d\n\n", " #\n"};
  std::string out;
  for (const std::string& token : tokens) {
    if (comments && random() % 10 == 0) {
      out += kComments[random() % kComments.size()];
    } else {
      out += kBlanks[random() % kBlanks.size()];
    }
    out += token;
  }
  return out + "\n";
}

TEST(FormatLaws, HoldWhereverBlanksAndCommentsStand) {
  constexpr unsigned kSeed = 20260311;
  std::mt19937 random(kSeed);
  size_t tried = 0;
  size_t readable = 0;
  for (const Source& source : all_sources()) {
    if (!read(source.text).readable) continue;
    const std::vector<std::string> tokens = tokens_of(source.text);
    for (int round = 0; round < 6; ++round) {
      const std::string text = thrown_about(tokens, round % 2 == 1, random);
      ++tried;
      readable += read(text).readable ? 1 : 0;
      ASSERT_EQ(broken_law(text), "") << source.name << ", round " << round << ", seed " << kSeed << "\n"
                                      << text;
    }
  }
  EXPECT_GT(readable * 10, tried * 9);
}

TEST(Format, KeepsLineEndsAndDropsTheByteOrderMark) {
  EXPECT_EQ(formatted("\xEF\xBB\xBF"
                      "const a = 1\r\nconst b = 2"),
            "const a = 1\r\nconst b = 2\r\n");
  EXPECT_EQ(formatted("const a = 1\r\nconst b = 2\nconst c = 3\n"),
            "const a = 1\nconst b = 2\nconst c = 3\n");
  EXPECT_EQ(formatted(""), "");
  EXPECT_EQ(formatted("\n\n  # only this  \n\n"), "# only this\n");
}

TEST(Format, RefusesWhatCannotBeRead) {
  EXPECT_EQ(formatted("journey x {"), std::nullopt);
  EXPECT_EQ(formatted(std::string("const a = 1\0", 12)), std::nullopt);
}

}  // namespace
}  // namespace wend

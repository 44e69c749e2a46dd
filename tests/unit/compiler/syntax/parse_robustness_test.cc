// Damages every sample token by token: delete it, double it, swap it with the next one. Whatever comes out,
// the parser must neither crash nor answer one mistake with many messages nor point far from it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "parse_support.h"

namespace wend::syntax_test {
namespace {

constexpr size_t kMostDiagnostics = 5;
constexpr int kFarthestLine = 2;

struct Piece {
  size_t begin;
  size_t end;
};

// Words, strings and signs of a source; coarser than the lexer, on purpose not the lexer.
std::vector<Piece> pieces(const std::string& text) {
  std::vector<Piece> out;
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '@';
  };
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    if (std::isspace(static_cast<unsigned char>(text[i])) != 0) {
      ++i;
      continue;
    }
    if (text[i] == '#') {
      end = std::min(text.find('\n', i), text.size());
      i = end;
      continue;
    }
    if (text.compare(i, 3, "\"\"\"") == 0) {
      end = text.find("\"\"\"", i + 3) + 3;
    } else if (text[i] == '"') {
      int liquid = 0;
      while (end < text.size() && (liquid > 0 || text[end] != '"')) {
        if (text.compare(end, 2, "{{") == 0) ++liquid;
        if (text.compare(end, 2, "}}") == 0) --liquid;
        ++end;
      }
      ++end;
    } else if (is_word(text[i])) {
      while (end < text.size() && is_word(text[end])) ++end;
    }
    out.push_back({i, end});
    i = end;
  }
  return out;
}

int line_of(const std::string& text, size_t offset) {
  return static_cast<int>(
      std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(std::min(offset, text.size())), '\n'));
}

struct Lines {
  int first;
  int last;
};

// Lines from the damage to the nearest place that the diagnostic shows.
int distance(const std::string& text, const Diagnostic& diagnostic, Lines damage) {
  const auto to = [&](size_t offset) {
    const int line = line_of(text, offset);
    return line < damage.first ? damage.first - line : std::max(0, line - damage.last);
  };
  int nearest = to(diagnostic.primary.span.begin);
  for (const Label& label : diagnostic.secondary) nearest = std::min(nearest, to(label.span.begin));
  for (const Fix& fix : diagnostic.fixes) {
    for (const Edit& edit : fix.edits) nearest = std::min(nearest, to(edit.span.begin));
  }
  return nearest;
}

struct Tally {
  size_t damages = 0;
  size_t noticed = 0;
  size_t diagnostics = 0;
};

void check(const std::string& text, Lines damage, const std::string& what, Tally& tally) {
  const Parsed parsed = parse_text(text);
  ++tally.damages;
  tally.diagnostics += parsed.diagnostics.size();
  EXPECT_EQ(parsed.file.had_syntax_errors, !parsed.diagnostics.empty()) << what;
  if (parsed.diagnostics.empty()) return;
  ++tally.noticed;
  EXPECT_LE(parsed.diagnostics.size(), kMostDiagnostics) << what << "\n" << parsed.titles();
  const int nearest = distance(text, parsed.diagnostics.front(), damage);
  EXPECT_LE(nearest, kFarthestLine) << what << "\n" << parsed.titles();
}

class DamagedSample : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(DamagedSample, IsAnsweredShortlyAndNearby) {
  const std::string text = read_sample(GetParam()).source;
  const std::vector<Piece> all = pieces(text);
  Tally tally;
  for (size_t i = 0; i < all.size(); ++i) {
    const Piece piece = all[i];
    const std::string word = text.substr(piece.begin, piece.end - piece.begin);
    const Lines line = {line_of(text, piece.begin), line_of(text, piece.end)};
    const std::string place = " `" + word + "` on line " + std::to_string(line.first + 1);
    check(std::string(text).erase(piece.begin, piece.end - piece.begin), line, "deleted" + place, tally);
    check(std::string(text).insert(piece.end, " " + word), line, "doubled" + place, tally);
    if (i + 1 == all.size()) continue;
    const Piece next = all[i + 1];
    const std::string between = text.substr(piece.end, next.begin - piece.end);
    const std::string swapped = text.substr(0, piece.begin) + text.substr(next.begin, next.end - next.begin) +
                                between + word + text.substr(next.end);
    check(swapped, {line.first, line_of(text, next.end)}, "swapped" + place, tally);
  }
  RecordProperty("damages", static_cast<int>(tally.damages));
  // A parser that takes everything would pass the checks above.
  EXPECT_GT(tally.noticed * 3, tally.damages);
  EXPECT_LT(static_cast<double>(tally.diagnostics), 1.6 * static_cast<double>(tally.noticed));
}

std::string name_of(const testing::TestParamInfo<std::filesystem::path>& info) {
  return info.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(All, DamagedSample, testing::ValuesIn(sample_paths()), name_of);

TEST(ParseRobustness, EveryPrefixOfASampleIsRead) {
  for (const auto& path : sample_paths()) {
    const std::string text = read_sample(path).source;
    for (size_t size = 0; size < text.size(); size += 3) {
      EXPECT_LE(parse_text(text.substr(0, size)).diagnostics.size(), kMostDiagnostics)
          << path << " to " << size;
    }
  }
}

std::string repeated(std::string_view part, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += part;
  return out;
}

TEST(ParseRobustness, DeepNestingIsOneDiagnostic) {
  const ParseOptions options;
  const size_t most = options.max_source_bytes;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"journey a { on x ", "{ "},
      {"journey a { on x ", "if a { "},
      {"const a = ", "("},
      {"const a = ", "["},
      {"const a = ", "{a:"},
      {"const a = ", "f("},
      {"const a = ", "no a where "},
      {"const a = ", "not "},
      {"const a = ", "-"},
      {"const a = 1", "+1"},
      {"const a = 1", "??1"},
      {"const a = b", " or b"},
      {"const a = b", ".c"},
      {"const a = b", "[0]"},
      {"event a { b: ", "list<"},
      {"event a { b: ", "{ b: "},
      {"journey a { on x if b exit", " else if b exit"},
      {"steps a() ", "{ wait up to 1d { on x -> "},
  };
  for (const auto& [head, part] : cases) {
    const Parsed parsed = parse_text(head + repeated(part, (most - head.size()) / part.size() / 4));
    EXPECT_GE(parsed.diagnostics.size(), 1U) << part;
    EXPECT_LE(parsed.diagnostics.size(), 2U) << part << "\n" << parsed.titles();
  }
}

TEST(ParseRobustness, TwoMegabytesOfBracesAreOneDiagnostic) {
  ParseOptions options;
  EXPECT_EQ(parse_text(repeated("{", 2U << 20U)).titles(),
            "the file has 2097152 bytes, more than the 1048576 that are read\n");
  options.max_source_bytes = 4U << 20U;
  EXPECT_EQ(parse_text(repeated("{", 2U << 20U), "a.wend", options).titles(), "nested more than 200 deep\n");
}

TEST(ParseRobustness, NestingUpToTheLimitIsRead) {
  const auto nested = [](size_t depth) {
    return "journey a { on x " + repeated("if y { ", depth - 1) + "exit" + repeated(" }", depth);
  };
  EXPECT_EQ(parse_text(nested(200)).titles(), "");
  EXPECT_EQ(parse_text(nested(201)).titles(), "nested more than 200 deep\n");
}

TEST(ParseRobustness, ReportsAtMostSoManyErrors) {
  ParseOptions options;
  options.max_errors = 10;
  const Parsed parsed = parse_text(repeated("const = 3\n", 1000), "a.wend", options);
  EXPECT_EQ(parsed.diagnostics.size(), 10U);
  EXPECT_TRUE(parsed.file.had_syntax_errors);
  EXPECT_EQ(parse_text(repeated("const a = $\n", 1000)).diagnostics.size(), 100U);
}

TEST(ParseRobustness, NoiseIsReadToo) {
  uint64_t state = 7;
  const auto next = [&state] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return state >> 33U;
  };
  constexpr std::string_view kWords[] = {
      "journey", "a",  "{",     "}",     "on",    "send", "\"x\"", "wait", "3d", "if",     "else",   "(",
      ")",       "->", "until", "event", ":",     ",",    "=",     "==",   "\n", "test",   "policy", "\"",
      "'",       "@a", "09:00", "#",     "split", "[",    "]",     ".",    "or", "message"};
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 120; ++i) {
      text += kWords[next() % std::size(kWords)];
      text += ' ';
    }
    EXPECT_LE(parse_text(text).diagnostics.size(), 100U);
  }
}

}  // namespace
}  // namespace wend::syntax_test

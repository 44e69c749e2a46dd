// Reads the repository and fails on what review would otherwise have to catch every time: includes against the layers,
// third-party headers outside their wall, clocks and randomness in pure layers, files that grew into two ideas, long
// lines, marks of unfinished work.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wend {
namespace {

namespace fs = std::filesystem;

struct SourceText {
  std::string path;  // relative to the repository
  std::vector<std::string> lines;
};

const fs::path kRoot = WEND_SOURCE_DIR;

bool has_suffix(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}
bool has_prefix(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// Own C++ files below the product folders.
const std::vector<SourceText>& sources() {
  static const std::vector<SourceText> all = [] {
    std::vector<SourceText> found;
    for (const char* folder : {"vm", "compiler", "tests"}) {
      for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
        const std::string path = fs::relative(entry.path(), kRoot).generic_string();
        if (!entry.is_regular_file() || !(has_suffix(path, ".cc") || has_suffix(path, ".h") || has_suffix(path, ".def")))
          continue;
        SourceText text{path, {}};
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);) text.lines.push_back(line);
        found.push_back(std::move(text));
      }
    }
    return found;
  }();
  return all;
}

// What a #include line names, or empty.
std::string included(const std::string& line) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::smatch match;
  return std::regex_search(line, match, kInclude) ? match[1].str() : std::string();
}

void expect_no_line(const std::function<bool(const SourceText&)>& applies, const std::function<bool(const std::string&)>& wrong,
                    const char* why) {
  for (const SourceText& file : sources()) {
    if (!applies(file)) continue;
    for (size_t i = 0; i < file.lines.size(); ++i)
      EXPECT_FALSE(wrong(file.lines[i])) << file.path << ":" << i + 1 << ": " << why << "\n  " << file.lines[i];
  }
}

bool in_tests(const SourceText& file) { return has_prefix(file.path, "tests/"); }

TEST(Tidy, FindsTheSources) { EXPECT_GT(sources().size(), 40U); }

TEST(Tidy, LayersOnlyIncludeDownwards) {
  // Folder -> folders of the repository it may include from, besides itself.
  const std::map<std::string, std::vector<std::string>> allowed = {
      {"vm/base/", {}},
      {"vm/core/", {"vm/base/"}},
      {"vm/store/", {"vm/base/", "vm/core/"}},
      {"vm/engine/", {"vm/base/", "vm/core/", "vm/store/", "vm/trace/"}},
      {"vm/trace/", {"vm/base/", "vm/core/", "vm/store/", "vm/engine/"}},
      {"vm/simulate/", {"vm/base/", "vm/core/", "vm/store/", "vm/engine/", "vm/trace/"}},
      {"vm/delivery/", {"vm/base/", "vm/core/", "vm/store/", "vm/engine/", "vm/trace/"}},
      {"vm/server/", {"vm/base/", "vm/core/", "vm/store/", "vm/engine/", "vm/trace/", "vm/delivery/"}},
      {"compiler/text/", {"vm/base/"}},
      {"compiler/diagnostics/", {"vm/base/", "compiler/text/"}},
      {"compiler/syntax/", {"vm/base/", "vm/core/", "compiler/text/", "compiler/diagnostics/"}},
  };
  for (const SourceText& file : sources()) {
    for (const auto& [folder, may] : allowed) {
      if (!has_prefix(file.path, folder)) continue;
      for (const std::string& line : file.lines) {
        const std::string name = included(line);
        if (!has_prefix(name, "vm/") && !has_prefix(name, "compiler/")) continue;
        bool fine = has_prefix(name, folder);
        for (const std::string& other : may) fine = fine || has_prefix(name, other);
        EXPECT_TRUE(fine) << file.path << " includes " << name << ", which its layer may not see";
      }
    }
    if (has_prefix(file.path, "vm/")) {
      for (const std::string& line : file.lines) {
        EXPECT_FALSE(has_prefix(included(line), "compiler/")) << file.path << " includes the compiler";
      }
    }
  }
}

TEST(Tidy, ThirdPartyHeadersStayBehindTheirWall) {
  const std::vector<std::pair<const char*, std::vector<std::string>>> walls = {
      {"antlr4", {"compiler/syntax/parse"}},
      {"rocksdb/", {"vm/store/rocks_store.cc"}},
      {"re2/", {"vm/core/regex.cc"}},
      {"date/", {"vm/core/time_zone.cc"}},
      {"boost/", {"vm/server/http_server.cc"}},
      {"simdjson", {"vm/engine/event_json.cc"}},
      {"curl/", {"vm/delivery/http_client.cc"}},
  };
  for (const SourceText& file : sources()) {
    if (in_tests(file)) continue;
    for (const std::string& line : file.lines) {
      const std::string name = included(line);
      for (const auto& [prefix, places] : walls) {
        if (!has_prefix(name, prefix)) continue;
        bool fine = false;
        for (const std::string& place : places) fine = fine || has_prefix(file.path, place);
        EXPECT_TRUE(fine) << file.path << " includes " << name << "; it belongs behind " << places[0];
      }
      if (has_prefix(name, "fmt/") || has_prefix(name, "nlohmann/") || has_prefix(name, "CLI/")) {
        EXPECT_FALSE(has_suffix(file.path, ".h")) << file.path << " includes " << name << " in a header";
      }
    }
  }
}

TEST(Tidy, PureLayersKnowNoClockNoRandomnessNoFiles) {
  static const std::regex kImpure(
      R"(system_clock::now|steady_clock::now|std::rand\b|random_device|std::ifstream|std::ofstream|fopen\()");
  expect_no_line(
      [](const SourceText& file) {
        const bool pure = has_prefix(file.path, "vm/core/") || has_prefix(file.path, "compiler/syntax/") ||
                          has_prefix(file.path, "compiler/analysis/") || has_prefix(file.path, "compiler/lint/") ||
                          has_prefix(file.path, "compiler/emit/") || has_prefix(file.path, "compiler/template/") ||
                          has_prefix(file.path, "compiler/diagnostics/");
        return pure && file.path != "vm/core/time_zone.cc";  // reads the system's time zone database
      },
      [](const std::string& line) { return std::regex_search(line, kImpure); },
      "clocks, files and randomness are passed in");
}

TEST(Tidy, NoMarksOfUnfinishedWork) {
  // Spelled in parts so that this file does not match itself.
  static const std::regex kMarks(std::string("\\b(TO") + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b");
  expect_no_line([](const SourceText&) { return true; },
                 [](const std::string& line) { return std::regex_search(line, kMarks); },
                 "finish it, or write an issue");
}

TEST(Tidy, FilesHaveOneSubject) {
  // These are tables, or the one loop; they may be longer.
  const std::vector<std::string> longer = {"vm/core/interpreter.cc", "compiler/diagnostics/catalogue.def",
                                           "compiler/syntax/ast.h", "compiler/syntax/dump.cc"};
  for (const SourceText& file : sources()) {
    bool may = in_tests(file);
    for (const std::string& name : longer) may = may || file.path == name;
    if (!may) {
      EXPECT_LE(file.lines.size(), 700U) << file.path << " wants to be two files";
    }
  }
}

TEST(Tidy, LinesFitAndAreClean) {
  for (const SourceText& file : sources()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      // Tables, tests, and the files that `wend new` writes, whose lines are data.
      const bool may_be_long =
          has_suffix(file.path, ".def") || in_tests(file) || file.path == "compiler/driver/cmd_new_project.cc";
      size_t characters = 0;
      for (const char c : line) characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
      if (!may_be_long) {
        EXPECT_LE(characters, 120U) << file.path << ":" << i + 1 << " is too long";
      }
      EXPECT_EQ(line.find('\t'), std::string::npos) << file.path << ":" << i + 1 << " has a tab";
      const bool trailing = !line.empty() && (line.back() == ' ' || line.back() == '\r');
      if (!in_tests(file)) {
        EXPECT_FALSE(trailing) << file.path << ":" << i + 1 << " has trailing white space";
      }
    }
  }
}

TEST(Tidy, HeadersHaveGuardsNamedByTheirPath) {
  for (const SourceText& file : sources()) {
    if (!has_suffix(file.path, ".h")) continue;
    std::string guard = "WEND_";
    for (const char c : file.path) {
      guard += (c == '/' || c == '.') ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    guard += "_";
    std::string short_guard = guard;  // include/ folders of public headers are not part of the name people type
    for (const char* part : {"VM_INCLUDE_WEND_", "COMPILER_INCLUDE_WEND_"}) {
      const size_t at = short_guard.find(part);
      if (at != std::string::npos) short_guard.erase(at, std::string(part).size());
    }
    bool found = false;
    for (const std::string& line : file.lines)
      found = found || line == "#ifndef " + guard || line == "#ifndef " + short_guard || line == "#pragma once";
    EXPECT_TRUE(found) << file.path << " lacks the guard " << short_guard;
  }
}

}  // namespace
}  // namespace wend

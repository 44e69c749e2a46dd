// Every code of the catalogue can be raised: by the failing example of its page, or by what a page cannot hold. A
// code that nothing raises is a promise that nothing keeps.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "compiler/diagnostics/explain.h"
#include "tests/support/compiled.h"
#include "tests/support/page_examples.h"

namespace wend {
namespace {

using testing_support::compile_files;
using testing_support::compile_source;

bool has_code(const CompileResult& result, Code code) {
  return std::any_of(result.diagnostics.begin(), result.diagnostics.end(),
                     [code](const Diagnostic& found) { return found.code == code; });
}

// A project that lists a file and cannot read it.
class UnreadableFiles : public MemoryFiles {
 public:
  UnreadableFiles() { add("a.wend", ""); }
  FileText read(const std::string&) const override { return {FileFault::kUnreadable, "", "Permission denied"}; }
};

CompileResult compile_at_most(size_t files) {
  CompileOptions options;
  options.max_files = files;
  return compile_files({{"a.wend", "on a exit"}, {"b.wend", "on b exit"}}, options);
}

std::string many(const std::string& text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

// What lies outside of a source text that a page can show.
const std::map<Code, std::function<CompileResult()>>& special_cases() {
  static const std::map<Code, std::function<CompileResult()>> kCases = {
      {Code::kInvalidUtf8, [] { return compile_source("on a note \"\xFF\""); }},
      {Code::kNulByte, [] { return compile_source(std::string("on a \0 exit", 11)); }},
      {Code::kSourceTooLarge, [] { return compile_source(many("# filler filler filler filler\n", 40'000)); }},
      {Code::kNestedTooDeep, [] { return compile_source("on a if " + many("(", 300) + "true" + many(")", 300) + " exit"); }},
      {Code::kNoWendFiles, [] { return compile_files({}); }},
      {Code::kFileUnreadable, [] { return compile_project(UnreadableFiles(), {}); }},
      {Code::kProgramTooLarge, [] { return compile_at_most(1); }},
      {Code::kTemplateFileOutsideProject,
       [] { return compile_source("on a send m message m: sms { body file \"../m.txt\" }"); }},
  };
  return kCases;
}

// compile_test.cc makes a journey of the size; the configuration is read by `wend run` alone; and a program that
// makes the compiler fail its own verifier is a bug to be mended, not to be kept.
const std::set<Code> kRaisedElsewhere = {Code::kJourneyTooLarge, Code::kConfigError, Code::kInternalError};

TEST(EveryCode, IsRaisedBySomething) {
  for (const CatalogueRow& row : catalogue()) {
    if (kRaisedElsewhere.contains(row.code)) continue;
    SCOPED_TRACE(code_text(row.code) + " " + std::string(row.name));
    if (const auto found = special_cases().find(row.code); found != special_cases().end()) {
      EXPECT_TRUE(has_code(found->second(), row.code));
      continue;
    }
    bool raised = false;
    bool judged = false;
    for (const auto& example : testing_support::parse_page_examples(row.code, explain_page(row.code).value_or(""))) {
      if (example.clean || example.raises != row.code) continue;
      const CompileResult result = compile_source(example.source);
      // As long as a construct does not run, nothing more is said about its programs.
      const bool later = row.code != Code::kNotYetSupported && has_code(result, Code::kNotYetSupported);
      judged = judged || !later;
      raised = raised || has_code(result, row.code);
    }
    EXPECT_TRUE(raised || !judged) << "its page has no example that raises it";
  }
}

}  // namespace
}  // namespace wend

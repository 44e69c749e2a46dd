#include "compiler/driver/test_suggest.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "compiler/format/format.h"
#include "vm/core/literal_text.h"
#include "vm/simulate/test_runner.h"

namespace wend {
namespace {

constexpr const char* kSuggestedFile = "suggested.wend";
constexpr int kMostAttempts = 8;

// The project with one more file.
class WithSuggestions : public FileResolver {
 public:
  WithSuggestions(const FileResolver& files, std::string path, std::string text)
      : files_(files), path_(std::move(path)), text_(std::move(text)) {}

  FileList list(const std::string& extension) const override {
    FileList list = files_.list(extension);
    list.paths.push_back(path_);
    std::sort(list.paths.begin(), list.paths.end());
    return list;
  }
  FileText read(const std::string& path) const override {
    if (path != path_) return files_.read(path);
    FileText text;
    text.text = text_;
    return text;
  }
  std::string name() const override { return files_.name(); }

 private:
  const FileResolver& files_;
  const std::string path_;
  const std::string text_;
};

struct Candidate {
  const TestPath* path = nullptr;
  std::vector<std::string> comments;
  std::vector<std::string> expectations;
};

std::string source_of(const Candidate& candidate) {
  const TestPath& path = *candidate.path;
  std::string text = "test " + text_literal(path.title) + " of " + path.journey + " {\n";
  for (const std::string& comment : candidate.comments) text += "  # " + comment + "\n";
  text += path.lines;
  for (const std::string& line : candidate.expectations) text += line + "\n";
  return text + "}\n";
}

// The point that a path aims at; an arm is known by its place alone. Null: there is none.
const CoveragePoint* aim_of(const TestPath& path, const Coverage& coverage) {
  const CoveragePoint* arm = nullptr;
  for (const CoveragePoint& point : coverage.points()) {
    if (point.journey != path.journey || point.file != path.file || point.line != path.line ||
        point.column != path.column) {
      continue;
    }
    if (point.outcome == path.outcome) return &point;
    if (path.outcome.empty()) arm = &point;
  }
  return arm;
}

class Suggester {
 public:
  Suggester(const FileResolver& files, const CompileResult& project, const Coverage& coverage)
      : files_(files), project_(project), reached_(coverage) {}

  Result<Suggestions> run();

 private:
  Result<CompileResult> compile(std::vector<Candidate>& candidates) const;
  Status try_out(Candidate& candidate, const CompileResult& compiled, const PlannedTest& test,
                 const std::shared_ptr<const LoadedProgram>& loaded);
  std::string file_name() const;

  const FileResolver& files_;
  const CompileResult& project_;
  Coverage reached_;
  std::vector<Candidate> kept_;
  size_t not_there_ = 0;
};

// A name that no file of the project has.
std::string Suggester::file_name() const {
  std::string name = kSuggestedFile;
  const std::vector<std::string> taken = files_.list(".wend").paths;
  while (std::find(taken.begin(), taken.end(), name) != taken.end()) name.insert(0, "_");
  return name;
}

// Leaves out what does not compile: values that cannot be written, declarations that were not understood.
Result<CompileResult> Suggester::compile(std::vector<Candidate>& candidates) const {
  const std::string name = file_name();
  for (int attempt = 0; attempt < kMostAttempts && !candidates.empty(); ++attempt) {
    std::string text;
    std::vector<size_t> ends;
    for (const Candidate& candidate : candidates) {
      text += source_of(candidate);
      ends.push_back(text.size());
    }
    CompileOptions options;
    options.lints = false;
    CompileResult compiled = compile_project(WithSuggestions(files_, name, text), options);
    if (compiled.ok) return compiled;
    std::vector<bool> bad(candidates.size(), false);
    for (const Diagnostic& one : compiled.diagnostics) {
      if (compiled.sources.file(one.primary.span.file).path() != name) continue;
      const auto end = std::upper_bound(ends.begin(), ends.end(), one.primary.span.begin);
      if (end != ends.end()) bad[static_cast<size_t>(end - ends.begin())] = true;
    }
    size_t i = 0;
    if (std::erase_if(candidates, [&](const Candidate&) { return bad[i++]; }) == 0) candidates.pop_back();
  }
  return Error{ErrorKind::kInvalidInput, "no test could be made for what is not reached"};
}

Status Suggester::try_out(Candidate& candidate, const CompileResult& compiled, const PlannedTest& test,
                          const std::shared_ptr<const LoadedProgram>& loaded) {
  const CoveragePoint* aim = aim_of(*candidate.path, reached_);
  if (aim == nullptr || aim->reached) return {};
  Coverage after = reached_;
  WEND_ASSIGN_OR_RETURN(const TestOutcome outcome, run_test(compiled.image, test, {loaded, &after, true}));
  const bool there = aim_of(*candidate.path, after)->reached;
  if (!there) {
    ++not_there_;
    candidate.comments.push_back("does not get there yet: change it so that this holds");
    for (const std::string& condition : candidate.path->left_open) candidate.comments.push_back("  " + condition);
  }
  if (outcome.failures.empty()) candidate.expectations = outcome.observed;
  kept_.push_back(std::move(candidate));
  if (there) reached_ = std::move(after);
  return {};
}

Result<Suggestions> Suggester::run() {
  std::vector<Candidate> candidates;
  for (const TestPath& path : project_.test_paths) {
    const CoveragePoint* aim = aim_of(path, reached_);
    if (aim != nullptr && !aim->reached) candidates.push_back({&path, {}, {}});
  }
  if (candidates.empty()) return Suggestions();
  WEND_ASSIGN_OR_RETURN(const CompileResult compiled, compile(candidates));
  WEND_ASSIGN_OR_RETURN(const std::shared_ptr<const LoadedProgram> loaded,
                        LoadedProgram::load(compiled.image));
  // The plan's tests of the new file are the candidates in their order.
  const std::string name = file_name();
  size_t next = 0;
  for (const PlannedTest& test : compiled.tests.tests) {
    if (test.file != name || next >= candidates.size()) continue;
    WEND_RETURN_IF_ERROR(try_out(candidates[next++], compiled, test, loaded));
  }
  Suggestions suggestions;
  suggestions.tests = kept_.size();
  suggestions.not_there = not_there_;
  std::string text;
  for (const Candidate& candidate : kept_) text += (text.empty() ? "" : "\n") + source_of(candidate);
  SourceMap sources;
  Sink sink;
  const Formatted formatted = format_source(sources.add(name, text), sink);
  suggestions.text = formatted.text.value_or(text);
  return suggestions;
}

}  // namespace

Result<Suggestions> suggest_tests(const FileResolver& files, const CompileResult& project,
                                  const Coverage& coverage) {
  return Suggester(files, project, coverage).run();
}

}  // namespace wend

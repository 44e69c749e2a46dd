#include "compiler/analysis/check.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "compiler/analysis/passes.h"
#include "compiler/analysis/project_bounds.h"
#include "compiler/diagnostics/catalogue.h"
#include "compiler/lint/levels.h"
#include "compiler/lint/lint.h"

namespace wend {

namespace {

std::pair<uint32_t, uint32_t> line_of_finding(const SourceMap& sources, const Diagnostic& finding) {
  const Span at = finding.primary.span;
  return {at.file.number, sources.file(at.file).byte_position(at.begin).line};
}

// What was read there was guessed: what analysis makes of it says nothing about the program.
std::set<std::pair<uint32_t, uint32_t>> lines_of_syntax_errors(const SourceMap& sources, const Sink& sink) {
  std::set<std::pair<uint32_t, uint32_t>> lines;
  for (const Diagnostic& finding : sink.all()) {
    const bool syntax = static_cast<uint16_t>(finding.code) < 200;
    if (syntax && finding.level >= Level::kError) lines.insert(line_of_finding(sources, finding));
  }
  return lines;
}

// Has the parser left something out that may have been a declaration? A literal that is wrong stands where it stood.
bool may_lack_declarations(const Sink& sink) {
  const std::vector<Diagnostic>& all = sink.all();
  return std::any_of(all.begin(), all.end(), [](const Diagnostic& finding) {
    const bool literal = finding.code == Code::kBadNumber || finding.code == Code::kBadEscape ||
                         finding.code == Code::kLiteralOutOfRange;
    return static_cast<uint16_t>(finding.code) < 200 && finding.level >= Level::kError && !literal;
  });
}

// Names that nothing declares. Beside a declaration that could not be read they say nothing about the program.
bool is_unknown_name(Code code) {
  switch (code) {
    case Code::kUnknownEvent:
    case Code::kUnknownProperty:
    case Code::kUnknownName:
    case Code::kUnknownMessage:
    case Code::kUnknownJourney:
    case Code::kUnknownChannel:
    case Code::kUnknownLabel:
    case Code::kUnknownSegment:
    case Code::kUnknownPolicy:
    case Code::kUnknownSteps:
    case Code::kUnknownScore:
    case Code::kUnknownSplit:
      return true;
    default:
      return false;
  }
}

}  // namespace

CheckedProgram check(const std::vector<ast::File>& files, const SourceMap& sources,
                     const CheckOptions& options, Sink& sink, AfterCheck* after_check) {
  const bool syntax_errors =
      std::any_of(files.begin(), files.end(), [](const ast::File& file) { return file.had_syntax_errors; });
  CheckedProgram program;
  // Levels are set at the end, so the findings are held here until then.
  Sink found(std::numeric_limits<size_t>::max());
  Context context(files, sources, program, found);
  collect_symbols(context);
  check_constants(context);
  check_channels(context);
  expand_steps(context);
  check_sequences(context);
  collect_starts(context);
  check_messages(context);
  check_segments(context);
  check_scores(context);
  collect_sends(context);
  check_policies(context);
  check_journeys(context);
  check_tests(context);
  check_hibernation(context);
  check_migrations(context);
  check_zones(context);
  check_flow(context);
  check_emits(context);
  check_budgets(context);
  if (!found.has_errors()) plan_history(context);
  if (program.journeys.empty() && !files.empty() && !syntax_errors) {
    found.report(EmptyProgram{{files.front().id, 0, 0}});
  }
  if (after_check != nullptr) after_check->run(program, found);
  if (options.bounds != nullptr && !found.has_errors()) *options.bounds = project_bounds(context);
  const bool lints_run = options.lints && !syntax_errors && !found.has_errors();
  if (lints_run) run_lints(context);
  // What the library could do better is not the project's to mend.
  const auto in_library = [&](const Diagnostic& one) {
    return std::any_of(files.begin(), files.end(), [&](const ast::File& file) {
      return file.library && file.id == one.primary.span.file;
    });
  };
  const std::set<std::pair<uint32_t, uint32_t>> unreadable = lines_of_syntax_errors(sources, sink);
  const bool may_lack = may_lack_declarations(sink);
  for (Diagnostic& one : apply_levels(files, sources, found.take_sorted(), lints_run)) {
    if (unreadable.contains(line_of_finding(sources, one))) continue;
    if (may_lack && is_unknown_name(one.code)) continue;
    if (!is_lint(one.code) || !in_library(one)) sink.add(std::move(one));
  }
  return program;
}

}  // namespace wend

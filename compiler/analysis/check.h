#ifndef WEND_COMPILER_ANALYSIS_CHECK_H_
#define WEND_COMPILER_ANALYSIS_CHECK_H_

// The passes over a parsed program, in order: symbols (who declares what), types and steps (every name
// resolved, every expression typed), sends (which message can have been sent where), flow (what can never
// run, how long a run can take), lints, and last the levels that `settings` and `# wend: allow` set. What
// they find goes into the sink; what they know into the result. Pure: reads nothing but its arguments and the
// time zone database. Threads: any; the sink is the caller's.

#include <vector>

#include "compiler/analysis/checked.h"
#include "compiler/analysis/project_bounds.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/ast.h"
#include "compiler/text/source_file.h"

namespace wend {

struct CheckOptions {
  // Lints run only where the program has no errors that the parser or the passes above reported.
  bool lints = true;
  // Where it is not null and the program has no errors: what is proven of it.
  ProjectBounds* bounds = nullptr;
};

// The files of one program in the order of their FileId. Node ids are dense over all of them. The program may
// be used for code generation where the sink has no errors afterwards. REQUIRES: the files outlive the
// result.
//
// Templates are checked by whoever compiles them: `after_check` (may be null) runs after the passes and
// before levels are set, so that their findings obey `settings` and `allow` as well.
struct AfterCheck {
  virtual ~AfterCheck() = default;
  virtual void run(CheckedProgram& program, Sink& sink) = 0;
};
CheckedProgram check(const std::vector<ast::File>& files, const SourceMap& sources,
                     const CheckOptions& options, Sink& sink, AfterCheck* after_check = nullptr);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_CHECK_H_

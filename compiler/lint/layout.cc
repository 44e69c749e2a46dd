// Layout means nothing to the parser, so a layout that says something else than the program is an error.

#include <algorithm>
#include <optional>
#include <span>

#include "compiler/analysis/walk.h"
#include "compiler/lint/lint.h"

namespace wend {
namespace {

using namespace ast;

// The last branch of a step where it stands without braces, and the words in front of it: `if opened`,
// `else`.
struct OpenBranch {
  const Block* block = nullptr;
  Span owner;
};

std::optional<OpenBranch> last_open_branch(const Context& context, const Step& step) {
  const Block* last = nullptr;
  const Block* before = nullptr;
  for_each_block(step, [&](const Block& block) {
    before = last;
    last = &block;
  });
  if (last == nullptr || last->braced || last->steps.empty()) return std::nullopt;
  // `else if`: its own branches count.
  if (before != nullptr && last->steps.size() == 1 && last->steps[0]->kind == StepKind::kIf) {
    return last_open_branch(context, *last->steps[0]);
  }
  Span owner{step.span.file, before != nullptr ? before->span.end : step.span.begin, last->span.begin};
  const std::string text = context.text(owner);
  const size_t first = text.find_first_not_of(" \t\r\n");
  const size_t end = text.find_last_not_of(" \t\r\n");
  if (first == std::string::npos) return std::nullopt;
  owner.end = owner.begin + static_cast<uint32_t>(end) + 1;
  owner.begin += static_cast<uint32_t>(first);
  return OpenBranch{last, owner};
}

class LayoutReader {
 public:
  explicit LayoutReader(Context& context) : context_(context) {}

  void read(std::span<const Step* const> steps) {
    for (size_t i = 0; i + 1 < steps.size(); ++i) {
      const std::optional<OpenBranch> branch = last_open_branch(context_, *steps[i]);
      if (branch && deceives(*steps[i], *branch, *steps[i + 1])) {
        context_.sink.report(MisleadingIndentation{steps[i + 1]->span, branch->owner});
      }
    }
    for (const Step* step : steps) {
      for_each_block(*step, [&](const Block& block) { read(block.steps); });
    }
  }

 private:
  uint32_t line_of(Span span) const {
    return context_.sources.file(span.file).byte_position(span.begin).line;
  }
  uint32_t indentation(Span span) const {
    const std::string_view line = context_.sources.file(span.file).line_text(line_of(span));
    return static_cast<uint32_t>(std::min(line.find_first_not_of(" \t"), line.size()));
  }
  // `next` looks as if it belonged to the branch: it stands on its line, or further right than the step
  // before it.
  bool deceives(const Step& step, const OpenBranch& branch, const Step& next) const {
    const uint32_t branch_end =
        context_.sources.file(step.span.file).byte_position(branch.block->span.end).line;
    if (line_of(next.span) == branch_end) return true;
    return indentation(next.span) > indentation(step.span);
  }

  Context& context_;
};

}  // namespace

void lint_misleading_indentation(Context& context) {
  LayoutReader reader(context);
  for (const JourneyInfo& journey : context.program.journeys) {
    reader.read(journey.decl->steps);
    for_each_last_act(*journey.decl, [&](const Block& block, const Clause&) { reader.read(block.steps); });
  }
}

}  // namespace wend

// Segments and scores.

#include <algorithm>

#include "compiler/analysis/passes.h"
#include "compiler/analysis/types.h"

namespace wend {

using namespace ast;

namespace {

// A condition that asks a contact and nothing that happens.
Scope contact_scope() {
  Scope scope;
  scope.here = "a segment";
  scope.has = "`contact`, history, scores and other segments";
  return scope;
}

class ScoreChecker {
 public:
  ScoreChecker(Context& context, uint32_t row) : context_(context), row_(row) {}

  void run() {
    const ScoreDecl& decl = *context_.program.scores[row_].decl;
    const ScoreItem* decay = nullptr;
    const ScoreItem* bounds = nullptr;
    for (const ScoreItem& item : decl.items) {
      switch (item.kind) {
        case ScoreItemKind::kPoints:
          points(item);
          break;
        case ScoreItemKind::kDecay:
          if (twice(decay, item, "decay")) break;
          decays(item);
          break;
        case ScoreItemKind::kBetween:
          if (twice(bounds, item, "between")) break;
          between(item);
          break;
      }
    }
  }

 private:
  ScoreInfo& score() { return context_.program.scores[row_]; }

  bool twice(const ScoreItem*& first, const ScoreItem& item, std::string_view word) {
    if (first != nullptr) {
      context_.sink.report(DuplicateClause{item.span, first->span, std::string(word)});
      return true;
    }
    first = &item;
    return false;
  }

  void points(const ScoreItem& item) {
    ScoreRuleInfo rule;
    rule.event = context_.find_event(item.occurrence.event);
    rule.where = item.occurrence.where;
    rule.points = item.points;
    score().rules.push_back(rule);
    if (rule.where == nullptr) return;
    Scope scope = contact_scope();
    scope.looked_at = {rule.event};
    scope.here = "the `where` of a score";
    scope.has = "`event` and `contact`";
    ExprChecker(context_, scope).check_condition(*rule.where, ConditionPlace::kOther);
  }

  void decays(const ScoreItem& item) {
    const bool is_share = item.decay_percent > 0 && item.decay_percent <= 100;
    if (!is_share || item.decay_every_ms <= 0) {
      context_.sink.report(BadScore{item.span, std::string(score().decl->name.text),
                                    is_share ? "a decay needs a length above nothing"
                                             : "a decay takes more than 0% and at most 100%"});
      return;
    }
    score().decay_percent = item.decay_percent;
    score().decay_every_ms = item.decay_every_ms;
  }

  void between(const ScoreItem& item) {
    if (item.low > item.high) {
      context_.sink.report(BadScore{item.span, std::string(score().decl->name.text),
                                    "the lower bound is above the upper one: no value lies between them"});
      return;
    }
    score().low = std::max(item.low, -kMostPoints);
    score().high = std::min(item.high, kMostPoints);
  }

  Context& context_;
  uint32_t row_;
};

}  // namespace

void check_segment(Context& context, uint32_t segment, Span at) {
  ConstantState& state = context.segment_states[segment];
  const SegmentDecl& decl = *context.program.segments[segment].decl;
  if (state == ConstantState::kOpen) {
    context.sink.report(SegmentCircle{at, std::string(decl.name.text), decl.name.span});
    state = ConstantState::kChecked;  // one report a circle
  }
  if (state != ConstantState::kUnseen) return;
  if (context.open_segments >= kMaxRoutineDepth) {
    if (!context.sink.has_errors()) {
      context.sink.report(ProgramTooLarge{at, "segments and filters inside each other", kMaxRoutineDepth + 1,
                                          kMaxRoutineDepth});
    }
    return;
  }
  state = ConstantState::kOpen;
  ++context.open_segments;
  const Scope scope = contact_scope();
  ExprChecker(context, scope).check_condition(*decl.condition, ConditionPlace::kOther);
  --context.open_segments;
  context.segment_states[segment] = ConstantState::kChecked;
}

void check_segments(Context& context) {
  // In the order of the source, so that a circle is reported at the same place every time.
  for (const File& file : context.files) {
    for (const Decl* decl : file.decls) {
      const auto* segment = decl->as<SegmentDecl>();
      if (segment == nullptr) continue;
      const uint32_t row = context.names.segment_rows.at(segment->name.text);
      if (context.program.segments[row].decl == segment) check_segment(context, row, segment->name.span);
    }
  }
}

void check_scores(Context& context) {
  for (uint32_t row = 0; row < context.program.scores.size(); ++row) ScoreChecker(context, row).run();
}

}  // namespace wend

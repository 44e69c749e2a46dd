// Journeys that set each other off: one emits an event or starts a journey, which does the same, and no wait
// lies on the whole way. Such a circle would only end at the limit of follow-ups.

#include <algorithm>
#include <map>

#include "compiler/analysis/flow_steps.h"
#include "compiler/analysis/fold.h"
#include "compiler/analysis/passes.h"
#include "compiler/analysis/walk.h"

namespace wend {
namespace {

using namespace ast;

// What a journey sets off without a wait after its entry.
struct Edge {
  uint32_t target;
  const Step* step;
};

class EmitChecker {
 public:
  explicit EmitChecker(Context& context) : context_(context), program_(context.program) {}

  void run() {
    edges_.resize(program_.journeys.size());
    states_.resize(program_.journeys.size());
    for (uint32_t row = 0; row < program_.journeys.size(); ++row) {
      if (enters_once(row)) continue;
      for (const TriggerInfo& trigger : program_.journeys[row].triggers) {
        enters_[trigger.listen.event].push_back(row);
      }
      if (const uint32_t start = program_.journeys[row].start_event; start != kNone) {
        enters_[start].push_back(row);
      }
    }
    for (row_ = 0; row_ < program_.journeys.size(); ++row_) {
      walk(program_.journeys[row_].decl->steps);
    }
    for (uint32_t row = 0; row < program_.journeys.size(); ++row) find_circle(row);
  }

 private:
  enum class State : uint8_t { kUnseen, kOpen, kDone };

  // Whoever enters a journey once does not come back to it.
  bool enters_once(uint32_t row) const {
    const EnterClause* enter = program_.journeys[row].enter;
    return enter != nullptr &&
           (enter->mode == ast::EnterMode::kOnce || enter->mode == ast::EnterMode::kOncePer);
  }

  // Follows the steps that a run comes to at the instant of its entry. False where none comes out at the end.
  bool walk(std::span<const Step* const> steps) {
    return std::all_of(steps.begin(), steps.end(), [&](const Step* step) { return walk_step(*step); });
  }

  bool walk_step(const Step& step) {
    switch (step.kind) {
      case StepKind::kEmit:
      case StepKind::kStart: {
        const auto entered = enters_.find(program_.info(step).event);
        if (entered == enters_.end()) return true;
        for (const uint32_t target : entered->second) edges_[row_].push_back({target, &step});
        return true;
      }
      case StepKind::kExit:
        return false;
      case StepKind::kWait: {
        const std::optional<Folded> length = fold(program_, *step.as<WaitStep>()->duration);
        return !length || length->number() == nullptr || *length->number() <= 0;
      }
      case StepKind::kCall:
        if (awaits_answer(*step.as<CallStep>())) return false;
        return true;
      case StepKind::kWaitAfterLast:
      case StepKind::kWaitCalendar:
      case StepKind::kWaitDay:
        return false;
      case StepKind::kWaitMoment: {
        // Only who is too late goes on at once.
        const auto& wait = *step.as<WaitMomentStep>();
        return wait.else_branch.present && walk(wait.else_branch.block.steps);
      }
      case StepKind::kWaitAny: {
        const auto& wait = *step.as<WaitAnyStep>();
        const bool asks = std::any_of(wait.arms.begin(), wait.arms.end(), [](const ast::WaitArm& arm) {
          return std::any_of(arm.engagements.begin(), arm.engagements.end(),
                             [](const EngagementExpr* one) { return one != nullptr; });
        });
        if (!asks) return false;
        break;
      }
      case StepKind::kRepeat:
        return walk(step.as<RepeatStep>()->block.steps);
      case StepKind::kDo: {
        const Expansion* expansion = step.as<DoStep>()->expansion;
        return expansion == nullptr || walk(expansion->block.steps);
      }
      case StepKind::kWaitFor:
        // An engagement may have happened before, or can't any more: then the run goes on at once.
        if (step.as<WaitForStep>()->engagement == nullptr) return false;
        break;
      default:
        break;
    }
    bool through = step.kind != StepKind::kIf || !step.as<IfStep>()->else_branch.present;
    for_each_block(step, [&](const Block& block) { through = walk(block.steps) || through; });
    return through || (step.kind != StepKind::kIf && step.kind != StepKind::kMatch);
  }

  void find_circle(uint32_t row) {
    if (states_[row] != State::kUnseen) return;
    states_[row] = State::kOpen;
    for (const Edge& edge : edges_[row]) {
      path_.push_back({row, edge.step});
      if (states_[edge.target] == State::kOpen) {
        report(edge.target);
      } else {
        find_circle(edge.target);
      }
      path_.pop_back();
    }
    states_[row] = State::kDone;
  }

  void report(uint32_t target) {
    EmitCircle message;
    message.at = path_.back().second->span;
    auto from =
        std::find_if(path_.begin(), path_.end(), [&](const auto& one) { return one.first == target; });
    for (; from != path_.end(); ++from) {
      message.journeys.emplace_back(program_.journeys[from->first].decl->name.text);
      std::string text = context_.text(from->second->span);
      if (const size_t brace = text.find('{'); brace != std::string::npos) text.resize(brace);
      if (const size_t with = text.find(" with"); with != std::string::npos) text.resize(with);
      while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
      message.path.push_back({text, context_.line_of(from->second->span)});
    }
    context_.sink.report(message);
  }

  Context& context_;
  const CheckedProgram& program_;
  uint32_t row_ = 0;
  std::map<uint32_t, std::vector<uint32_t>> enters_;  // journeys that an event enters
  std::vector<std::vector<Edge>> edges_;
  std::vector<State> states_;
  std::vector<std::pair<uint32_t, const Step*>> path_;
};

}  // namespace

void check_emits(Context& context) { EmitChecker(context).run(); }

}  // namespace wend

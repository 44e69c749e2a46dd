// `match`: its cases against the type of its subject, and whether they are all.

#include <algorithm>
#include <map>

#include "compiler/analysis/steps.h"

namespace wend {

using namespace ast;

namespace {

// A case as it is compared with others: 1 and 1.0 are the same one.
std::string key_of(const Expr& value) {
  if (const auto* text = value.as<StringExpr>()) return "s" + std::string(text->value.text);
  if (const auto* number = value.as<IntExpr>())
    return "n" + std::to_string(static_cast<double>(number->value));
  if (const auto* number = value.as<NumberExpr>()) return "n" + std::to_string(number->value);
  if (const auto* truth = value.as<BoolExpr>()) return truth->value ? "true" : "false";
  if (const auto* negated = value.as<UnaryExpr>()) return "-" + key_of(*negated->operand);
  return "missing";
}

struct Case {
  std::string key;
  std::string written;
};

// All values of a type that has few of them; empty for the others.
std::vector<Case> cases_of(TypeRef type, bool optional) {
  std::vector<Case> cases;
  if (type->is(BaseType::kEnum)) {
    for (const std::string& value : type->values) cases.push_back({"s" + value, "\"" + value + "\""});
  } else if (type->is(BaseType::kBool)) {
    cases = {{"true", "true"}, {"false", "false"}};
  }
  if (!cases.empty() && optional) cases.push_back({"missing", "missing"});
  return cases;
}

}  // namespace

void StepChecker::check_match(const MatchStep& step, StepState& state) {
  const Scope scope = scope_at(state);
  ExprChecker checker(context_, scope);
  const bool optional = checker.check(*step.subject).optional;
  bool sound = !context_.info(*step.subject).type->is(BaseType::kError);
  std::map<std::string, Span> taken;
  const Expr* first = nullptr;
  for (const MatchArm& arm : step.arms) {
    for (const Expr* value : arm.values) {
      const bool is_missing = value->as<MissingExpr>() != nullptr;
      sound = checker.check_case(*step.subject, *value, first) && sound;
      if (first == nullptr && !is_missing) first = value;
      if (!sound) continue;
      const auto [before, fresh] = taken.emplace(key_of(*value), value->span);
      using Why = CaseNeverTaken::Why;
      if (!fresh) context_.sink.report(CaseNeverTaken{value->span, Why::kTakenBefore, before->second});
      if (fresh && is_missing && !optional)
        context_.sink.report(CaseNeverTaken{value->span, Why::kNeverMissing, step.subject->span});
    }
  }
  const std::vector<Case> all = cases_of(context_.program.info(*step.subject).used_type(), optional);
  std::vector<std::string> missing;
  for (const Case& one : all) {
    if (!taken.contains(one.key)) missing.push_back(one.written);
  }
  const bool complete = !all.empty() && missing.empty();
  if (sound && complete && step.else_branch.present) {
    context_.sink.report(
        CaseNeverTaken{step.else_branch.block.span, CaseNeverTaken::Why::kAllTaken, std::nullopt});
  }
  if (sound && !complete && !step.else_branch.present) {
    Span close = step.span;
    close.begin = close.end - 1;
    context_.sink.report(MatchInexhaustive{step.subject->span, missing, close});
  }
  std::vector<const Block*> blocks;
  for (const MatchArm& arm : step.arms) blocks.push_back(&arm.block);
  if (step.else_branch.present) blocks.push_back(&step.else_branch.block);
  check_arms(blocks, !sound, state);
}

void StepChecker::check_arms(std::span<const Block* const> blocks, bool skips, StepState& state) {
  if (blocks.empty()) return;
  const StepState before = state;
  state = check_steps(blocks[0]->steps, before);
  for (const Block* block : blocks.subspan(1)) state.merge(check_steps(block->steps, before));
  if (skips) state.merge(before);
}

}  // namespace wend

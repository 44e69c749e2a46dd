// `do NAME(..)`: every one gets a copy of the steps it stands for, so that all later passes see a journey
// without `do`. In the copy, parameters are the arguments in brackets, and labels are those of this `do`
// only.

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "compiler/analysis/passes.h"
#include "compiler/analysis/walk.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {
namespace {

using namespace ast;

// Steps that the `do`s of one journey may stand for, all together.
constexpr size_t kMaxExpandedSteps = 20000;

// Copies steps with new node ids.
class StepCloner {
 public:
  StepCloner(Arena& arena, uint32_t& next_node, const StepsDecl& decl, std::span<const Expr* const> arguments,
             std::string_view prefix)
      : arena_(arena), next_node_(next_node), prefix_(prefix) {
    for (size_t i = 0; i < decl.parameters.size() && i < arguments.size(); ++i) {
      given_.emplace(decl.parameters[i].name.text, Given{&decl.parameters[i], arguments[i]});
    }
    for_each_step(decl.block.steps, [&](const Step& step) {
      if (!step.label.empty()) labels_.insert(step.label.text);
    });
  }

  Block block(const Block& source) {
    Block made = source;
    std::vector<const Step*> steps;
    for (const Step* one : source.steps) steps.push_back(step(*one));
    made.steps = arena_.copy(steps);
    return made;
  }

 private:
  struct Given {
    const Parameter* parameter;
    const Expr* argument;
  };

  template <typename Node>
  Node* copy(const Node& source) {
    Node* made = arena_.make<Node>();
    *made = source;
    made->id = NodeId{next_node_++};
    return made;
  }

  // Null stays null.
  const Expr* expr(const Expr* source);
  template <typename Node>
  const Node* same(const Node* source) {
    return static_cast<const Node*>(expr(source));
  }
  const Expr* argument(const Given& given, Span span);
  const Expr* composed(const Expr& source);
  Occurrence occurrence(Occurrence source) {
    source.where = expr(source.where);
    return source;
  }
  ElseBranch otherwise(ElseBranch source) {
    if (source.present) source.block = block(source.block);
    return source;
  }
  std::string_view label(std::string_view name) {
    return arena_.copy(std::string_view(std::string(prefix_) + "." + std::string(name)));
  }
  SendBody body(SendBody source) {
    source.text = same(source.text);
    return source;
  }
  SendOptions options(SendOptions source) {
    source.with = same(source.with);
    source.while_condition = expr(source.while_condition);
    return source;
  }
  void give_parameters(std::span<const SendBody> bodies, SendOptions& options);
  const Step* step(const Step& source);
  Step* plain(const Step& source);
  Step* compound(const Step& source);

  Arena& arena_;
  uint32_t& next_node_;
  std::string_view prefix_;
  std::unordered_map<std::string_view, Given> given_;
  std::unordered_set<std::string_view> labels_;
};

// The caller's expression: names in it are the caller's, not parameters of these steps.
const Expr* StepCloner::argument(const Given& given, Span span) {
  std::unordered_map<std::string_view, Given> kept;
  std::unordered_set<std::string_view> labels;
  kept.swap(given_);
  labels.swap(labels_);
  auto* made = arena_.make<ParenExpr>();
  made->kind = ExprKind::kParen;
  made->id = NodeId{next_node_++};
  made->span = span;
  made->inner = expr(given.argument);
  made->parameter = given.parameter;
  kept.swap(given_);
  labels.swap(labels_);
  return made;
}

const Expr* StepCloner::expr(const Expr* source) {
  if (source == nullptr) return nullptr;
  switch (source->kind) {
    case ExprKind::kName: {
      const auto given = given_.find(source->as<NameExpr>()->name);
      return given != given_.end() ? argument(given->second, source->span) : copy(*source->as<NameExpr>());
    }
    case ExprKind::kEngagement: {
      auto* made = copy(*source->as<EngagementExpr>());
      if (labels_.contains(made->target.text)) made->target.text = label(made->target.text);
      made->link = same(made->link);
      return made;
    }
    case ExprKind::kError:
      return copy(*source->as<ErrorExpr>());
    case ExprKind::kString:
      return copy(*source->as<StringExpr>());
    case ExprKind::kInt:
      return copy(*source->as<IntExpr>());
    case ExprKind::kNumber:
      return copy(*source->as<NumberExpr>());
    case ExprKind::kDuration:
      return copy(*source->as<DurationExpr>());
    case ExprKind::kCalendar:
      return copy(*source->as<CalendarExpr>());
    case ExprKind::kPercent:
      return copy(*source->as<PercentExpr>());
    case ExprKind::kTime:
      return copy(*source->as<TimeExpr>());
    case ExprKind::kDate:
      return copy(*source->as<DateExpr>());
    case ExprKind::kClock:
      return copy(*source->as<ClockExpr>());
    case ExprKind::kBool:
      return copy(*source->as<BoolExpr>());
    case ExprKind::kMissing:
      return copy(*source->as<MissingExpr>());
    case ExprKind::kRoot:
      return copy(*source->as<RootExpr>());
    default:
      return composed(*source);
  }
}

const Expr* StepCloner::composed(const Expr& source) {
  switch (source.kind) {
    case ExprKind::kList: {
      auto* made = copy(*source.as<ListExpr>());
      std::vector<const Expr*> items;
      for (const Expr* item : made->items) items.push_back(expr(item));
      made->items = arena_.copy(items);
      return made;
    }
    case ExprKind::kRecord: {
      auto* made = copy(*source.as<RecordExpr>());
      std::vector<RecordField> fields;
      for (const RecordField& field : made->fields) fields.push_back({field.key, expr(field.value)});
      made->fields = arena_.copy(fields);
      return made;
    }
    case ExprKind::kMember: {
      auto* made = copy(*source.as<MemberExpr>());
      made->object = expr(made->object);
      made->argument = same(made->argument);
      return made;
    }
    case ExprKind::kIndex: {
      auto* made = copy(*source.as<IndexExpr>());
      made->object = expr(made->object);
      made->index = expr(made->index);
      return made;
    }
    case ExprKind::kCall: {
      auto* made = copy(*source.as<CallExpr>());
      std::vector<Argument> arguments;
      for (const Argument& one : made->arguments) arguments.push_back({expr(one.value), expr(one.where)});
      made->arguments = arena_.copy(arguments);
      return made;
    }
    case ExprKind::kUnary: {
      auto* made = copy(*source.as<UnaryExpr>());
      made->operand = expr(made->operand);
      return made;
    }
    case ExprKind::kBinary: {
      auto* made = copy(*source.as<BinaryExpr>());
      made->left = expr(made->left);
      made->right = expr(made->right);
      return made;
    }
    case ExprKind::kIs: {
      auto* made = copy(*source.as<IsExpr>());
      made->operand = expr(made->operand);
      return made;
    }
    case ExprKind::kNo: {
      auto* made = copy(*source.as<NoExpr>());
      made->occurrence = occurrence(made->occurrence);
      return made;
    }
    default: {
      auto* made = copy(*source.as<ParenExpr>());
      made->inner = expr(made->inner);
      return made;
    }
  }
}

// The text of an inline message names parameters as it names what `with` gives.
void StepCloner::give_parameters(std::span<const SendBody> bodies, SendOptions& options) {
  std::vector<RecordField> fields;
  if (options.with != nullptr) fields.assign(options.with->fields.begin(), options.with->fields.end());
  const size_t written = fields.size();
  std::vector<const Given*> used;
  for (const auto& [name, given] : given_) {
    const bool given_already = std::any_of(fields.begin(), fields.end(),
                                           [&](const RecordField& field) { return field.key.text == name; });
    const bool named = std::any_of(bodies.begin(), bodies.end(), [&](const SendBody& one) {
      return one.text != nullptr && one.text->value.text.find(name) != std::string_view::npos;
    });
    if (named && !given_already) used.push_back(&given);
  }
  // In the order of the declaration, whatever the order of the map.
  std::sort(used.begin(), used.end(),
            [](const Given* a, const Given* b) { return a->parameter < b->parameter; });
  for (const Given* given : used) {
    fields.push_back({given->parameter->name, argument(*given, bodies.front().span)});
  }
  if (fields.size() == written) return;
  auto* with = arena_.make<RecordExpr>();
  with->kind = ExprKind::kRecord;
  with->id = NodeId{next_node_++};
  with->span = options.with != nullptr ? options.with->span : bodies.front().span;
  with->fields = arena_.copy(fields);
  options.with = with;
}

const Step* StepCloner::step(const Step& source) {
  Step* made = plain(source);
  if (made == nullptr) made = compound(source);
  if (!made->label.empty()) made->label.text = label(made->label.text);
  return made;
}

// Null for a step with branches.
Step* StepCloner::plain(const Step& source) {
  switch (source.kind) {
    case StepKind::kSend: {
      auto* made = copy(*source.as<SendStep>());
      made->body = body(made->body);
      made->options = options(made->options);
      give_parameters({&made->body, 1}, made->options);
      return made;
    }
    case StepKind::kSendFirst: {
      auto* made = copy(*source.as<SendFirstStep>());
      std::vector<SendBody> bodies;
      for (const SendBody& one : made->bodies) bodies.push_back(body(one));
      made->bodies = arena_.copy(bodies);
      made->by = expr(made->by);
      made->options = options(made->options);
      give_parameters(made->bodies, made->options);
      return made;
    }
    case StepKind::kWait: {
      auto* made = copy(*source.as<WaitStep>());
      made->duration = expr(made->duration);
      return made;
    }
    case StepKind::kWaitCalendar:
      return copy(*source.as<WaitCalendarStep>());
    case StepKind::kWaitDay:
      return copy(*source.as<WaitDayStep>());
    case StepKind::kWaitAfterLast: {
      auto* made = copy(*source.as<WaitAfterLastStep>());
      made->occurrence = occurrence(made->occurrence);
      return made;
    }
    case StepKind::kDo: {
      auto* made = copy(*source.as<DoStep>());
      std::vector<const Expr*> arguments;
      for (const Expr* one : made->arguments) arguments.push_back(expr(one));
      made->arguments = arena_.copy(arguments);
      made->expansion = nullptr;
      return made;
    }
    case StepKind::kStart: {
      auto* made = copy(*source.as<StartStep>());
      made->with = same(made->with);
      return made;
    }
    case StepKind::kSet: {
      auto* made = copy(*source.as<SetStep>());
      made->target = same(made->target);
      made->value = expr(made->value);
      return made;
    }
    case StepKind::kAdd: {
      auto* made = copy(*source.as<AddStep>());
      made->value = expr(made->value);
      made->target = same(made->target);
      return made;
    }
    case StepKind::kTag:
      return copy(*source.as<TagStep>());
    case StepKind::kSubscribe:
      return copy(*source.as<SubscribeStep>());
    case StepKind::kAudience:
      return copy(*source.as<AudienceStep>());
    case StepKind::kEmit: {
      auto* made = copy(*source.as<EmitStep>());
      made->properties = same(made->properties);
      return made;
    }
    case StepKind::kNote:
      return copy(*source.as<NoteStep>());
    case StepKind::kExit:
      return copy(*source.as<ExitStep>());
    default:
      return nullptr;
  }
}

Step* StepCloner::compound(const Step& source) {
  const auto branches = [&](auto* made) {
    if (made->has_then) made->then_block = block(made->then_block);
    made->else_branch = otherwise(made->else_branch);
    return made;
  };
  switch (source.kind) {
    case StepKind::kIf: {
      auto* made = copy(*source.as<IfStep>());
      made->condition = expr(made->condition);
      made->then_block = block(made->then_block);
      made->else_branch = otherwise(made->else_branch);
      return made;
    }
    case StepKind::kMatch: {
      auto* made = copy(*source.as<MatchStep>());
      made->subject = expr(made->subject);
      std::vector<MatchArm> arms(made->arms.begin(), made->arms.end());
      for (MatchArm& arm : arms) {
        std::vector<const Expr*> values;
        for (const Expr* value : arm.values) values.push_back(expr(value));
        arm.values = arena_.copy(values);
        arm.block = block(arm.block);
      }
      made->arms = arena_.copy(arms);
      made->else_branch = otherwise(made->else_branch);
      return made;
    }
    case StepKind::kWaitMoment: {
      auto* made = copy(*source.as<WaitMomentStep>());
      made->moment = expr(made->moment);
      return branches(made);
    }
    case StepKind::kWaitCondition: {
      auto* made = copy(*source.as<WaitConditionStep>());
      made->condition = expr(made->condition);
      return branches(made);
    }
    case StepKind::kWaitFor: {
      auto* made = copy(*source.as<WaitForStep>());
      made->occurrence = occurrence(made->occurrence);
      made->engagement = same(made->engagement);
      return branches(made);
    }
    case StepKind::kWaitAny: {
      auto* made = copy(*source.as<WaitAnyStep>());
      std::vector<ast::WaitArm> arms(made->arms.begin(), made->arms.end());
      for (ast::WaitArm& arm : arms) {
        std::vector<Occurrence> occurrences;
        for (const Occurrence& one : arm.occurrences) occurrences.push_back(occurrence(one));
        arm.occurrences = arena_.copy(occurrences);
        std::vector<const EngagementExpr*> engagements;
        for (const EngagementExpr* one : arm.engagements) engagements.push_back(same(one));
        arm.engagements = arena_.copy(engagements);
        arm.block = block(arm.block);
      }
      made->arms = arena_.copy(arms);
      made->else_branch = otherwise(made->else_branch);
      return made;
    }
    case StepKind::kSplit: {
      auto* made = copy(*source.as<SplitStep>());
      std::vector<SplitArm> arms(made->arms.begin(), made->arms.end());
      for (SplitArm& arm : arms) {
        if (arm.has_block) arm.block = block(arm.block);
      }
      made->arms = arena_.copy(arms);
      return made;
    }
    case StepKind::kRepeat: {
      auto* made = copy(*source.as<RepeatStep>());
      made->until = expr(made->until);
      made->block = block(made->block);
      return made;
    }
    default: {
      auto* made = copy(*source.as<CallStep>());
      made->request = same(made->request);
      made->else_branch = otherwise(made->else_branch);
      return made;
    }
  }
}

class Expander {
 public:
  explicit Expander(Context& context) : context_(context) {
    context_.program.expansions = std::make_shared<Arena>();
    for (const File& file : context_.files) next_node_ = std::max(next_node_, file.end_node);
  }

  void run() {
    for (const File& file : context_.files) {
      for (const Decl* decl : file.decls) {
        if (const auto* steps = decl->as<StepsDecl>()) find_circle(*steps);
      }
    }
    for (const JourneyInfo& journey : context_.program.journeys) {
      journey_ = &journey;
      expanded_ = 0;
      uses_.clear();
      expand(journey.decl->steps);
      for_each_last_act(*journey.decl, [&](const Block& act, const Clause&) { expand(act.steps); });
    }
  }

 private:
  enum class Seen : uint8_t { kNot, kOpen, kDone };

  const StepsDecl* find(const DoStep& step) {
    const auto found = context_.names.sequences.find(step.sequence.text);
    return found == context_.names.sequences.end() ? nullptr : found->second->as<StepsDecl>();
  }

  // Steps that contain themselves, by way of others or at once.
  void find_circle(const StepsDecl& decl) {
    if (seen_[&decl] != Seen::kNot) return;
    seen_[&decl] = Seen::kOpen;
    path_.push_back(&decl);
    for_each_step(decl.block.steps, [&](const Step& step) {
      const auto* inner = step.as<DoStep>();
      if (inner == nullptr) return;
      inner->expansion = nullptr;
      const StepsDecl* target = find(*inner);
      if (target == nullptr) return;
      if (seen_[target] == Seen::kOpen) {
        RecursionOfSteps message{inner->span, {}};
        auto from = std::find(path_.begin(), path_.end(), target);
        for (; from != path_.end(); ++from) {
          message.circle.emplace_back((*from)->name.text);
          circular_.insert(*from);
        }
        context_.sink.report(message);
      } else {
        find_circle(*target);
      }
    });
    path_.pop_back();
    seen_[&decl] = Seen::kDone;
  }

  void expand(std::span<const Step* const> steps) {
    for (const Step* step : steps) {
      if (const auto* one = step->as<DoStep>()) {
        expand_do(*one);
      } else {
        for_each_block(*step, [&](const Block& block) { expand(block.steps); });
      }
    }
  }

  void expand_do(const DoStep& step) {
    step.expansion = nullptr;
    const StepsDecl* decl = find(step);
    if (decl == nullptr && context_.has_unread_modules) return;
    if (decl == nullptr) {
      context_.sink.report(UnknownSteps{step.sequence.span, std::string(step.sequence.text),
                                        near_names(step.sequence.text, names_of(context_.names.sequences)),
                                        context_.names.journeys.contains(step.sequence.text)});
      return;
    }
    context_.used_sequences.insert(decl);
    if (step.arguments.size() != decl->parameters.size()) {
      const size_t count = decl->parameters.size();
      context_.sink.report(WrongArgumentCount{step.sequence.span, std::string(step.sequence.text),
                                              step.arguments.size(), count, count});
      return;
    }
    if (circular_.contains(decl)) return;
    for_each_step(decl->block.steps, [&](const Step&) { ++expanded_; });
    if (expanded_ > kMaxExpandedSteps) {
      context_.sink.report(JourneyTooLarge{journey_->decl->name.span, "steps", expanded_, kMaxExpandedSteps});
      return;
    }
    Arena& arena = *context_.program.expansions;
    const uint32_t use = ++uses_[decl];
    std::string prefix(step.label.empty() ? step.sequence.text : step.label.text);
    if (step.label.empty() && use > 1) prefix += "-" + std::to_string(use);
    auto* expansion = arena.make<Expansion>();
    expansion->decl = decl;
    expansion->block = StepCloner(arena, next_node_, *decl, step.arguments, prefix).block(decl->block);
    step.expansion = expansion;
    expand(expansion->block.steps);
  }

  Context& context_;
  uint32_t next_node_ = 0;
  const JourneyInfo* journey_ = nullptr;
  uint64_t expanded_ = 0;
  std::unordered_map<const StepsDecl*, uint32_t> uses_;  // in this journey
  std::unordered_map<const StepsDecl*, Seen> seen_;
  std::vector<const StepsDecl*> path_;
  std::unordered_set<const StepsDecl*> circular_;
};

}  // namespace

void expand_steps(Context& context) { Expander(context).run(); }

}  // namespace wend

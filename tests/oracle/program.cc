#include "tests/oracle/program.h"

#include <algorithm>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/parse_liquid.h"

namespace wend::oracle {
namespace {

using namespace ast;

// Which ways lead to a place: some that passed no send, some that passed one, or none at all.
struct Ways {
  bool clean = false;
  bool sent = false;
};
Ways join(const Ways& a, const Ways& b) { return {a.clean || b.clean, a.sent || b.sent}; }

Ways walk(std::span<const Step* const> steps, Ways ways, std::set<const Step*>& after_send);

Ways walk_branch(const ElseBranch& branch, const Ways& ways, std::set<const Step*>& after_send) {
  return branch.present ? walk(branch.block.steps, ways, after_send) : ways;
}

Ways walk_step(const Step& step, const Ways& ways, std::set<const Step*>& after) {
  if (ways.sent) after.insert(&step);
  const auto then = [&](bool has, const Block& block) { return has ? walk(block.steps, ways, after) : ways; };
  switch (step.kind) {
    case StepKind::kSend:
    case StepKind::kSendFirst:
      return {false, ways.clean || ways.sent};
    case StepKind::kExit:
      return {};
    case StepKind::kIf: {
      const auto& s = *step.as<IfStep>();
      return join(then(true, s.then_block), walk_branch(s.else_branch, ways, after));
    }
    case StepKind::kMatch: {
      const auto& s = *step.as<MatchStep>();
      Ways out = s.else_branch.present ? walk(s.else_branch.block.steps, ways, after) : Ways{};
      for (const MatchArm& arm : s.arms) out = join(out, walk(arm.block.steps, ways, after));
      return out;
    }
    case StepKind::kWaitMoment: {
      const auto& s = *step.as<WaitMomentStep>();
      return join(then(s.has_then, s.then_block), walk_branch(s.else_branch, ways, after));
    }
    case StepKind::kWaitCondition: {
      const auto& s = *step.as<WaitConditionStep>();
      return join(then(s.has_then, s.then_block), walk_branch(s.else_branch, ways, after));
    }
    case StepKind::kWaitFor: {
      const auto& s = *step.as<WaitForStep>();
      return join(then(s.has_then, s.then_block), walk_branch(s.else_branch, ways, after));
    }
    case StepKind::kWaitAny: {
      const auto& s = *step.as<WaitAnyStep>();
      Ways out = walk_branch(s.else_branch, ways, after);
      for (const ast::WaitArm& arm : s.arms) out = join(out, walk(arm.block.steps, ways, after));
      return out;
    }
    case StepKind::kRepeat: {
      const auto& s = *step.as<RepeatStep>();
      const Ways once = join(ways, walk(s.block.steps, ways, after));
      return join(once, walk(s.block.steps, once, after));
    }
    case StepKind::kSplit: {
      Ways out;
      for (const SplitArm& arm : step.as<SplitStep>()->arms) out = join(out, then(arm.has_block, arm.block));
      return out;
    }
    case StepKind::kCall:
      return join(ways, walk_branch(step.as<CallStep>()->else_branch, ways, after));
    default:
      return ways;
  }
}

Ways walk(std::span<const Step* const> steps, Ways ways, std::set<const Step*>& after_send) {
  for (const Step* step : steps) ways = walk_step(*step, ways, after_send);
  return ways;
}

std::string folder_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash + 1));
}

const char* part_name(MessageItemKind kind) {
  switch (kind) {
    case MessageItemKind::kSubject:
      return "subject";
    case MessageItemKind::kBody:
      return "body";
    case MessageItemKind::kFrom:
      return "from";
    case MessageItemKind::kTo:
      return "to";
    case MessageItemKind::kReplyTo:
      return "reply_to";
    case MessageItemKind::kPreheader:
      return "preheader";
    case MessageItemKind::kHtml:
      return "html";
    case MessageItemKind::kText:
      return "text";
    default:
      return nullptr;
  }
}

}  // namespace

std::string text(std::string_view view) { return std::string(view); }

std::vector<const Block*> blocks_of(const Step& step) {
  std::vector<const Block*> blocks;
  const auto other = [&](const ElseBranch& branch) {
    if (branch.present) blocks.push_back(&branch.block);
  };
  if (const auto* branching = step.as<IfStep>()) {
    blocks.push_back(&branching->then_block);
    other(branching->else_branch);
  } else if (const auto* match = step.as<MatchStep>()) {
    for (const MatchArm& arm : match->arms) blocks.push_back(&arm.block);
    other(match->else_branch);
  } else if (const auto* moment = step.as<WaitMomentStep>()) {
    if (moment->has_then) blocks.push_back(&moment->then_block);
    other(moment->else_branch);
  } else if (const auto* condition = step.as<WaitConditionStep>()) {
    if (condition->has_then) blocks.push_back(&condition->then_block);
    other(condition->else_branch);
  } else if (const auto* wait = step.as<WaitForStep>()) {
    if (wait->has_then) blocks.push_back(&wait->then_block);
    other(wait->else_branch);
  } else if (const auto* any = step.as<WaitAnyStep>()) {
    for (const ast::WaitArm& arm : any->arms) blocks.push_back(&arm.block);
    other(any->else_branch);
  } else if (const auto* split = step.as<SplitStep>()) {
    for (const SplitArm& arm : split->arms) {
      if (arm.has_block) blocks.push_back(&arm.block);
    }
  } else if (const auto* repeat = step.as<RepeatStep>()) {
    blocks.push_back(&repeat->block);
  } else if (const auto* call = step.as<CallStep>()) {
    other(call->else_branch);
  }
  return blocks;
}

std::unique_ptr<Program> Program::load(const FileResolver& files, std::string& why) {
  auto program = std::make_unique<Program>();
  Sink sink;
  uint32_t next_node = 0;
  SourceParser parser;
  for (const std::string& path : files.list(".wend").paths) {
    const SourceFile& file = program->sources_.add(path, files.read(path).text);
    program->files_.push_back(parser.parse(file, ParseOptions{}, next_node, sink));
  }
  for (const ast::File& file : program->files_) {
    if (file.had_syntax_errors) {
      why = "a file does not parse";
      return nullptr;
    }
    if (!file.uses.empty()) {
      why = "`use` is not read by the oracle";
      return nullptr;
    }
    for (const Decl* decl : file.decls) {
      if (!program->take(*decl, files)) {
        why = "a declaration that the oracle does not know";
        return nullptr;
      }
    }
  }
  program->open_contact = program->open && program->attributes.empty();
  std::stable_sort(program->journeys.begin(), program->journeys.end(),
                   [](const Journey& a, const Journey& b) {
                     return a.priority != b.priority ? a.priority > b.priority : a.name < b.name;
                   });
  return program;
}

bool Program::take(const Decl& decl, const FileResolver& files) {
  switch (decl.kind) {
    case DeclKind::kEvent: {
      const auto& event = *decl.as<EventDecl>();
      open = false;
      EventType type{
          text(event.name.text), text(event.name.text), event.has_fields && event.fields.empty(), {}};
      if (event.wire_name != nullptr) type.wire = text(event.wire_name->value.text);
      type.fields.assign(event.fields.begin(), event.fields.end());
      events.push_back(std::move(type));
      return true;
    }
    case DeclKind::kContact:
      for (const Field* field : decl.as<ContactDecl>()->fields) attributes.push_back(field);
      return true;
    case DeclKind::kConst:
      constants[text(decl.name.text)] = decl.as<ConstDecl>()->value;
      return true;
    case DeclKind::kSegment:
      segments[text(decl.name.text)] = decl.as<SegmentDecl>();
      return true;
    case DeclKind::kScore:
      scores[text(decl.name.text)] = decl.as<ScoreDecl>();
      return true;
    case DeclKind::kPolicy:
      policies[text(decl.name.text)] = decl.as<PolicyDecl>();
      return true;
    case DeclKind::kSteps:
      sequences[text(decl.name.text)] = decl.as<StepsDecl>();
      return true;
    case DeclKind::kMessage:
      take_message(*decl.as<MessageDecl>(), files);
      return true;
    case DeclKind::kJourney:
      take_journey(*decl.as<JourneyDecl>());
      return true;
    case DeclKind::kSettings:
      for (const Setting& setting : decl.as<SettingsDecl>()->settings) {
        if (setting.kind == SettingKind::kZone) settings.zone = text(setting.zone->value.text);
        if (setting.kind == SettingKind::kLate) settings.late_ms = setting.duration_ms;
        if (setting.kind == SettingKind::kMachineOpens)
          settings.machine_opens_count = setting.word.text == "count";
      }
      return true;
    case DeclKind::kTest:
      return true;
    default:
      return false;
  }
}

liquid::Template Program::template_of(const StringLiteral& literal, FileId file) {
  Sink sink;
  return parse_liquid({literal.text, file, literal.map, 0}, sink);
}

void Program::take_message(const MessageDecl& decl, const FileResolver& files) {
  Message message;
  message.name = text(decl.name.text);
  message.channel = text(decl.channel.text);
  message.category = "marketing";
  for (const MessageItem* item : decl.items) {
    if (item->kind == MessageItemKind::kCategory) {
      message.transactional = item->category == ast::CategoryKind::kTransactional;
      message.category = message.transactional ? "transactional" : "marketing";
      if (item->category == ast::CategoryKind::kNamed) message.category = text(item->text->value.text);
    }
    if (item->kind == MessageItemKind::kTopic) message.topic = text(item->text->value.text);
    if (item->kind == MessageItemKind::kOffer) message.offer = text(item->text->value.text);
    const char* name = part_name(item->kind);
    if (name == nullptr) continue;
    message.internal = message.internal || item->kind == MessageItemKind::kTo;
    Message::Part part;
    part.html = item->kind == MessageItemKind::kHtml ||
                (item->kind == MessageItemKind::kBody && message.channel == "email");
    if (item->from_file) {
      const std::string path = folder_of(sources_.file(decl.span.file).path()) + text(item->text->value.text);
      texts_.push_back(files.read(path).text);
      Sink sink;
      part.tree = parse_liquid({texts_.back(), decl.span.file, {}, 0}, sink);
    } else {
      part.tree = template_of(item->text->value, decl.span.file);
    }
    message.parts.emplace(name, std::move(part));
  }
  messages_.emplace(message.name, std::move(message));
}

void Program::take_inline(const SendBody& body) {
  if (body.text == nullptr) return;
  Message message;
  message.name = text(body.text->value.text);
  message.channel = text(body.channel.text);
  message.inline_text = true;
  message.category = "marketing";
  message.parts.emplace("body", Message::Part{template_of(body.text->value, body.span.file), false});
  inline_.emplace(&body, std::move(message));
}

void Program::read_steps(std::span<const Step* const> steps, Journey& journey) {
  for (const Step* step : steps) {
    if (!step->label.empty()) journey.labels.insert(text(step->label.text));
    if (const auto* send = step->as<SendStep>()) {
      journey.has_send = true;
      take_inline(send->body);
    }
    if (const auto* first = step->as<SendFirstStep>()) {
      journey.has_send = true;
      for (const SendBody& body : first->bodies) take_inline(body);
    }
    for (const Block* block : blocks_of(*step)) read_steps(block->steps, journey);
  }
}

void Program::take_journey(const JourneyDecl& decl) {
  Journey journey;
  journey.name = text(decl.name.text);
  journey.decl = &decl;
  read_steps(decl.steps, journey);
  for (const Clause* clause : decl.clauses) {
    switch (clause->kind) {
      case ClauseKind::kGroup:
      case ClauseKind::kHoldout:
      case ClauseKind::kActive:
      case ClauseKind::kAdmit:
        journey.has_unknown_clause = true;
        break;
      default:
        break;
    }
    if (const auto* on = clause->as<OnClause>()) {
      journey.triggers.insert(journey.triggers.end(), on->triggers.begin(), on->triggers.end());
    }
    if (const auto* every = clause->as<EveryClause>()) journey.every.push_back(every);
    if (const auto* c = clause->as<ForClause>()) journey.for_clause = c;
    if (const auto* c = clause->as<EnterClause>()) journey.enter = c;
    if (const auto* c = clause->as<GoalClause>()) journey.goal = c;
    if (const auto* c = clause->as<ZoneClause>()) journey.zone = c;
    if (const auto* c = clause->as<PolicyClause>()) journey.policy = c;
    if (const auto* c = clause->as<GroupClause>()) journey.group = c;
    if (const auto* c = clause->as<PriorityClause>()) journey.priority = c->priority;
    if (const auto* until = clause->as<UntilClause>()) {
      journey.untils.push_back(until);
      if (until->has_block) read_steps(until->block.steps, journey);
    }
    if (const auto* lasts = clause->as<LastsClause>()) {
      journey.lasts = lasts;
      if (lasts->has_block) read_steps(lasts->block.steps, journey);
    }
  }
  walk(decl.steps, {true, false}, journey.after_send);
  journeys.push_back(std::move(journey));
}

const EventType* Program::event_by_name(const std::string& name) const {
  for (const EventType& event : events) {
    if (event.name == name) return &event;
  }
  return nullptr;
}

const EventType* Program::event_by_wire(const std::string& wire) const {
  for (const EventType& event : events) {
    if (event.wire == wire) return &event;
  }
  return nullptr;
}

const Message& Program::message_of(const SendBody& body) const {
  if (body.text != nullptr) return inline_.at(&body);
  return messages_.at(text(body.message.text));
}

}  // namespace wend::oracle

#include "compiler/emit/emit_steps.h"

#include <fmt/format.h>

#include "compiler/diagnostics/messages.h"
#include "compiler/text/utf8.h"
#include "vm/base/check.h"
#include "vm/base/hash.h"

namespace wend::emit {
namespace {

using ast::StepKind;

// Where the branches of a step begin; its header lies before.
uint32_t header_end(const ast::Step& step) {
  auto before_else = [](const ast::ElseBranch& branch, uint32_t end) {
    return branch.present ? branch.block.span.begin : end;
  };
  switch (step.kind) {
    case StepKind::kIf:
      return step.as<ast::IfStep>()->then_block.span.begin;
    case StepKind::kWaitAny: {
      const auto& wait = *step.as<ast::WaitAnyStep>();
      return wait.arms.empty() ? step.span.end : wait.arms.front().span.begin;
    }
    case StepKind::kRepeat:
      return step.as<ast::RepeatStep>()->block.span.begin;
    case StepKind::kCall:
      return before_else(step.as<ast::CallStep>()->else_branch, step.span.end);
    case StepKind::kMatch:
      return step.as<ast::MatchStep>()->subject->span.end;
    case StepKind::kWaitMoment: {
      const auto& wait = *step.as<ast::WaitMomentStep>();
      return wait.has_then ? wait.then_block.span.begin : before_else(wait.else_branch, step.span.end);
    }
    case StepKind::kWaitCondition: {
      const auto& wait = *step.as<ast::WaitConditionStep>();
      return wait.has_then ? wait.then_block.span.begin : before_else(wait.else_branch, step.span.end);
    }
    case StepKind::kWaitFor: {
      const auto& wait = *step.as<ast::WaitForStep>();
      return wait.has_then ? wait.then_block.span.begin : before_else(wait.else_branch, step.span.end);
    }
    default:
      return step.span.end;
  }
}

// Does no run come out at the end of the block? Says no for what would need a look into its branches.
bool always_leaves(const ast::Block& block) {
  return !block.steps.empty() && block.steps.back()->kind == StepKind::kExit;
}

std::string without_else(std::string text) {
  for (const std::string_view rest : {" else", " {"}) {
    if (text.size() > rest.size() && std::string_view(text).ends_with(rest))
      text.resize(text.size() - rest.size());
  }
  return text;
}

}  // namespace

BodyEmitter::BodyEmitter(Context& context, uint32_t journey)
    : context_(context), journey_(journey), code_(context.tables), expr_(context, code_) {}

void BodyEmitter::steps() {
  for (const ast::Step* each : context_.checked.journeys[journey_].decl->steps) step(*each);
  code_.plain(Opcode::kFinish);
}

uint32_t BodyEmitter::last_act(const ast::Block& act) {
  uint32_t begin = code_.here();
  block(act);
  code_.plain(Opcode::kEndAct);
  return begin;
}

uint32_t BodyEmitter::append_to_program() {
  uint32_t entry = code_.append_to_program();
  for (uint32_t index : waits_) {
    WaitRow& row = context_.program.waits[index];
    row.due_pc += entry;
    row.past_pc += entry;
    for (WaitArm& arm : row.arms) arm.target_pc += entry;
    if (!is_none(row.condition)) row.holds_pc += entry;
  }
  return entry;
}

void BodyEmitter::block(const ast::Block& block) {
  for (const ast::Step* each : block.steps) step(*each);
}

void BodyEmitter::step(const ast::Step& step) {
  switch (step.kind) {
    case StepKind::kSend:
      return send(step, step.as<ast::SendStep>()->options, nullptr, mark(step, StepRowKind::kSend));
    case StepKind::kSendFirst: {
      const auto& first = *step.as<ast::SendFirstStep>();
      return send(step, first.options, first.by, mark(step, StepRowKind::kSend));
    }
    case StepKind::kWait:
      return wait(*step.as<ast::WaitStep>(), mark(step, StepRowKind::kWait));
    case StepKind::kWaitCalendar:
      return wait_calendar(*step.as<ast::WaitCalendarStep>(), mark(step, StepRowKind::kWaitCalendar));
    case StepKind::kWaitDay:
      return wait_day(*step.as<ast::WaitDayStep>(), mark(step, StepRowKind::kWaitCalendar));
    case StepKind::kWaitMoment:
      return wait_moment(*step.as<ast::WaitMomentStep>(), mark(step, StepRowKind::kWaitMoment));
    case StepKind::kWaitCondition:
      return wait_condition(*step.as<ast::WaitConditionStep>(), mark(step, StepRowKind::kWaitCondition));
    case StepKind::kWaitFor:
      return wait_for(*step.as<ast::WaitForStep>(), mark(step, StepRowKind::kWaitFor));
    case StepKind::kWaitAny:
      return wait_any(*step.as<ast::WaitAnyStep>(), mark(step, StepRowKind::kWaitFor));
    case StepKind::kIf:
      return branch(*step.as<ast::IfStep>(), mark(step, StepRowKind::kIf));
    case StepKind::kMatch:
      mark(step, StepRowKind::kMatch);
      return match(*step.as<ast::MatchStep>());
    case StepKind::kSet:
      mark(step, StepRowKind::kSet);
      return set(*step.as<ast::SetStep>());
    case StepKind::kAdd:
      mark(step, StepRowKind::kAddScore);
      return add_score(*step.as<ast::AddStep>());
    case StepKind::kNote:
      mark(step, StepRowKind::kNote);
      return code_.x(Opcode::kNote,
                     context_.tables.string_operand(step.as<ast::NoteStep>()->text->value.text));
    case StepKind::kExit:
      mark(step, StepRowKind::kExit);
      return exit(*step.as<ast::ExitStep>());
    case StepKind::kRepeat:
      return repeat(*step.as<ast::RepeatStep>(), mark(step, StepRowKind::kRepeat));
    case StepKind::kDo:
      mark(step, StepRowKind::kDo);
      return block(step.as<ast::DoStep>()->expansion->block);
    case StepKind::kWaitAfterLast:
      return wait_after_last(*step.as<ast::WaitAfterLastStep>(), mark(step, StepRowKind::kWaitFor));
    case StepKind::kCall:
      return call(*step.as<ast::CallStep>(), mark(step, StepRowKind::kCall));
    case StepKind::kTag:
    case StepKind::kSubscribe:
    case StepKind::kAudience:
      return profile(step);
    case StepKind::kEmit:
      mark(step, StepRowKind::kEmit);
      return follow_up(step.as<ast::EmitStep>()->properties, context_.checked.info(step).event);
    case StepKind::kStart:
      mark(step, StepRowKind::kStart);
      return follow_up(step.as<ast::StartStep>()->with, context_.checked.info(step).event);
    default:  // analysis reports every other kind; this keeps a forgotten one from being left out in silence
      context_.sink.report(NotYetSupported{step.span, "this step"});
  }
}

StepIx BodyEmitter::mark(const ast::Step& step, StepRowKind kind) {
  return mark_place(step.span, step.label, kind, header_text(step));
}

StepIx BodyEmitter::mark_place(Span span, const ast::Word& label, StepRowKind kind, const std::string& text) {
  const SourceFile& file = context_.sources.file(span.file);
  LineColumn at = position(span);
  StepRow row;
  row.journey = JourneyIx{journey_};
  row.kind = kind;
  if (!label.empty()) row.label = context_.tables.string(label.text);
  row.file = context_.tables.string(file.path());
  row.line = at.line + 1;
  row.column = at.column + 1;
  row.text = context_.tables.string(text);
  StepIx index{context_.tables.add(context_.program.steps, row, "steps")};
  code_.x(Opcode::kStep, static_cast<uint16_t>(index.number));
  return index;
}

// As SourceFile::character_position, but going on from the step before: a file of one long line would else be
// counted anew from its start for every step.
LineColumn BodyEmitter::position(Span span) {
  const SourceFile& file = context_.sources.file(span.file);
  LineColumn at = file.byte_position(span.begin);
  bool goes_on = counted_.file == span.file && counted_.begin <= span.begin && counted_at_.line == at.line &&
                 counted_.end != 0;
  uint32_t from = goes_on ? counted_.begin : file.line_start(at.line);
  at.column =
      (goes_on ? counted_at_.column : 0) + count_characters(file.text().substr(from, span.begin - from));
  counted_ = span;
  counted_at_ = at;
  return at;
}

std::string BodyEmitter::header_text(const ast::Step& step) const {
  Span header = step.span;
  header.end = header_end(step);
  return header.end == step.span.end ? source_line(header) : without_else(source_line(header));
}

std::string BodyEmitter::source_line(Span span) const {
  std::string_view text = context_.sources.text(span);
  while (!text.empty() &&
         (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return one_line(text);
}

std::string BodyEmitter::routine_name(const ast::Step& step, const char* what) const {
  std::string_view journey = context_.checked.journeys[journey_].decl->name.text;
  LineColumn at = context_.sources.file(step.span.file).byte_position(step.span.begin);
  return fmt::format("{} line {} {}", journey, at.line + 1, what);
}

// ------------------------------------------------------------------------------------------------ plain
// steps

void BodyEmitter::send(const ast::Step& step, const ast::SendOptions& options, const ast::Expr* by,
                       StepIx row) {
  const uint32_t first = context_.checked.info(step).send;
  SendRow send;
  send.step = row;
  send.with = context_.expr_routine(routine_name(step, "with"), options.with);
  send.while_condition = context_.expr_routine(routine_name(step, "while"), options.while_condition);
  if (options.has_expires) send.expires_after_ms = options.expires_after_ms;
  if (options.best_hour) send.best_hour_within_ms = options.best_hour_within_ms;
  const RoutineIx preferred = context_.expr_routine(routine_name(step, "by"), by);
  for (uint32_t i = first; i <= first + context_.checked.sends[first].others; ++i) {
    const SendInfo& info = context_.checked.sends[i];
    send.message = MessageIx{info.message};
    send.others = info.others;
    send.place = info.place;
    send.by = i == first ? preferred : none_of<RoutineIx>();
    context_.program.sends[i] = send;
  }
  code_.x(Opcode::kSend, static_cast<uint16_t>(first));
}

void BodyEmitter::add_score(const ast::AddStep& step) {
  const Resolution& target = context_.checked.info(*step.target).resolution;
  WEND_CHECK(target.kind == ResolutionKind::kScore);
  Registers value(code_, 1);
  expr_.value(*step.value, value[0]);
  code_.ax(Opcode::kAddScore, value[0], static_cast<uint16_t>(target.index));
}

void BodyEmitter::set(const ast::SetStep& step) {
  const Resolution& target = context_.checked.info(*step.target).resolution;
  WEND_CHECK(target.kind == ResolutionKind::kAttribute);
  Registers value(code_, 1);
  expr_.value(*step.value, value[0]);
  code_.ax(Opcode::kSet, value[0], static_cast<uint16_t>(target.index));
}

void BodyEmitter::exit(const ast::ExitStep& step) {
  if (step.reason == nullptr) return code_.plain(Opcode::kExitPlain);
  code_.x(Opcode::kExit, context_.tables.string_operand(step.reason->value.text));
}

void BodyEmitter::branch(const ast::IfStep& step, StepIx row) {
  Code::Label otherwise;
  {
    Registers condition(code_, 1);
    expr_.value(*step.condition, condition[0]);
    code_.ax(Opcode::kBranch, condition[0], static_cast<uint16_t>(row.number));
    code_.jump_if(Opcode::kJumpUnlessTrue, condition[0], otherwise);
  }
  block(step.then_block);
  Code::Label end;
  if (step.else_branch.present && !always_leaves(step.then_block)) code_.jump(end);
  code_.bind(otherwise);
  if (step.else_branch.present) block(step.else_branch.block);
  code_.bind(end);
}

void BodyEmitter::match(const ast::MatchStep& step) {
  std::vector<Code::Label> taken(step.arms.size());
  Code::Label otherwise, end;
  {
    Registers subject(code_, 1);
    expr_.value(*step.subject, subject[0]);
    TypeRef type = context_.checked.info(*step.subject).used_type();
    for (size_t i = 0; i < step.arms.size(); ++i) {
      for (const ast::Expr* value : step.arms[i].values) {
        Registers same(code_, 1);
        if (value->as<ast::MissingExpr>() != nullptr) {
          code_.ab(Opcode::kIsMissing, same[0], subject[0]);
        } else {
          expr_.value(*value, same[0]);
          expr_.compare(ast::BinaryOp::kEq, same[0], type, subject[0],
                        context_.checked.info(*value).used_type(), same[0]);
        }
        code_.jump_if(Opcode::kJumpIfTrue, same[0], taken[i]);
      }
    }
  }
  code_.jump(otherwise);
  for (size_t i = 0; i < step.arms.size(); ++i) {
    const ast::MatchArm& arm = step.arms[i];
    code_.bind(taken[i]);
    Span head = arm.span;
    head.end = arm.block.span.begin;
    mark_place(arm.span, {}, StepRowKind::kCase, source_line(head));
    block(arm.block);
    if (!always_leaves(arm.block)) code_.jump(end);
  }
  code_.bind(otherwise);
  if (step.else_branch.present) {
    mark_place(step.else_branch.block.span, {}, StepRowKind::kCase, "else ->");
    block(step.else_branch.block);
  }
  code_.bind(end);
}

// ------------------------------------------------------------------------------------------------ waits

uint32_t BodyEmitter::put_wait(Reg due, StepIx row) {
  WaitRow wait;
  wait.step = row;
  uint32_t index = context_.tables.add(context_.program.waits, wait, "waits");
  waits_.push_back(index);
  code_.ax(Opcode::kWait, due, static_cast<uint16_t>(index));
  return index;
}

void BodyEmitter::wait_and_go_on(Reg due, StepIx row) {
  WaitRow& wait = context_.program.waits[put_wait(due, row)];
  wait.due_pc = wait.past_pc = code_.here();
}

void BodyEmitter::wait(const ast::WaitStep& step, StepIx row) {
  Registers due(code_, 2);
  const ast::Expr& length = *ast::strip_parens(step.duration);
  code_.a(Opcode::kLoadNow, due[0]);
  expr_.value(length, due[1]);
  if (context_.checked.info(length).used_type()->is(BaseType::kCalendar)) {
    code_.call(due[0], Function::kAddTimeMonths, due[0], 2);
  } else {
    code_.abc(Opcode::kAddTime, due[0], due[0], due[1]);
  }
  wait_and_go_on(due[0], row);
}

void BodyEmitter::wait_calendar(const ast::WaitCalendarStep& step, StepIx row) {
  const ast::CalendarPoint& point = step.point;
  auto clock = [&](Millis of_day_ms, Reg dst) {
    if (!point.has_clock) return code_.load_missing(dst);
    Constant constant;
    constant.tag = Tag::kClock;
    constant.i = of_day_ms;
    expr_.constant(constant, dst);
  };
  Registers due(code_, 1);
  {
    Registers arguments(code_, point.has_weekday ? 5 : 3);
    code_.a(Opcode::kLoadNow, arguments[0]);
    if (point.has_weekday) {
      code_.load_int(arguments[1], point.weekday_from);
      code_.load_int(arguments[2], point.weekday_to);
      clock(point.clock_from_ms, arguments[3]);
      clock(point.clock_to_ms, arguments[4]);
      code_.call(due[0], Function::kNextWeekday, arguments[0], 5);
    } else {
      clock(point.clock_from_ms, arguments[1]);
      clock(point.clock_to_ms, arguments[2]);
      code_.call(due[0], Function::kNextClock, arguments[0], 3);
    }
  }
  if (step.has_over) {
    // The same contact gets the same share at this step of this journey, in every compilation.
    const StepRow& place = context_.program.steps[row.index()];
    std::string salt(context_.checked.journeys[journey_].decl->name.text);
    salt += is_none(place.label) ? " " + context_.program.text(place.text)
                                 : " @" + context_.program.text(place.label);
    Registers arguments(code_, 3);
    code_.ab(Opcode::kMove, arguments[0], due[0]);
    Constant over;
    over.tag = Tag::kDuration;
    over.i = step.over_ms;
    expr_.constant(over, arguments[1]);
    code_.load_int(arguments[2], static_cast<int64_t>(hash64(salt) >> 11));
    code_.call(due[0], Function::kSpreadOver, arguments[0], 3);
  }
  wait_and_go_on(due[0], row);
}

void BodyEmitter::wait_day(const ast::WaitDayStep& step, StepIx row) {
  Registers due(code_, 1);
  {
    Registers arguments(code_, 3);
    code_.ab(Opcode::kLoadRun, arguments[0], static_cast<uint8_t>(RunField::kEnteredAt));
    code_.load_int(arguments[1], step.day);
    Constant clock;
    if (step.has_clock) {
      clock.tag = Tag::kClock;
      clock.i = step.clock_ms;
    }
    expr_.constant(clock, arguments[2]);
    code_.call(due[0], Function::kDayOfRun, arguments[0], 3);
  }
  wait_and_go_on(due[0], row);
}

void BodyEmitter::moment(Context& context, Code& code, const ast::WaitMomentStep& step, Reg dst) {
  ExprEmitter expr(context, code);
  expr.value(*step.moment, dst);
  if (!step.has_clock) return;
  Registers arguments(code, 2);
  code.ab(Opcode::kMove, arguments[0], dst);
  if (context.checked.info(*ast::strip_parens(step.moment)).used_type()->is(BaseType::kTime)) {
    code.call(arguments[0], Function::kDateOfTime, arguments[0], 1);
  }
  Constant clock;
  clock.tag = Tag::kClock;
  clock.i = step.clock_ms;
  expr.constant(clock, arguments[1]);
  code.call(dst, Function::kDateAt, arguments[0], 2);
}

void BodyEmitter::wait_moment(const ast::WaitMomentStep& step, StepIx row) {
  RoutineIx again = context_.value_routine(routine_name(step, "moment"),
                                           [&](Code& code, Reg dst) { moment(context_, code, step, dst); });
  uint32_t wait = 0;
  {
    Registers due(code_, 1);
    moment(context_, code_, step, due[0]);
    wait = put_wait(due[0], row);
  }
  context_.program.waits[wait].moment = again;
  context_.program.waits[wait].due_pc = code_.here();
  if (step.has_then) block(step.then_block);
  Code::Label end;
  if (step.else_branch.present && !(step.has_then && always_leaves(step.then_block))) code_.jump(end);
  context_.program.waits[wait].past_pc = code_.here();
  if (step.else_branch.present) block(step.else_branch.block);
  code_.bind(end);
}

WaitArm BodyEmitter::arm_of(const ast::Step& step, const ListenInfo& listen, uint32_t slot) {
  WaitArm arm;
  arm.event = EventIx{listen.event};
  arm.where = context_.expr_routine(routine_name(step, "where"), listen.where);
  if (listen.query != kNone) arm.query = context_.query(listen.query);
  if (slot != kNone) arm.slot = static_cast<uint8_t>(slot);
  return arm;
}

uint32_t BodyEmitter::put_wait_up_to(Millis up_to_ms, StepIx row) {
  Registers due(code_, 2);
  code_.a(Opcode::kLoadNow, due[0]);
  Constant limit;
  limit.tag = Tag::kDuration;
  limit.i = up_to_ms;
  expr_.constant(limit, due[1]);
  code_.abc(Opcode::kAddTime, due[0], due[0], due[1]);
  return put_wait(due[0], row);
}

// What a wait goes on with: `then` where it had what it waited for, `else` when its time is up.
template <typename Wait>
void BodyEmitter::then_or_else(uint32_t wait, const Wait& step) {
  if (step.has_then) block(step.then_block);
  Code::Label end;
  if (step.else_branch.present && !(step.has_then && always_leaves(step.then_block))) code_.jump(end);
  context_.program.waits[wait].due_pc = context_.program.waits[wait].past_pc = code_.here();
  if (step.else_branch.present) block(step.else_branch.block);
  code_.bind(end);
}

void BodyEmitter::wait_for(const ast::WaitForStep& step, StepIx row) {
  const StepInfo& info = context_.checked.info(step);
  WaitArm arm = arm_of(step, info.listen, info.slot);
  uint32_t wait = put_wait_up_to(step.up_to_ms, row);
  arm.target_pc = code_.here();
  context_.program.waits[wait].arms.push_back(arm);
  then_or_else(wait, step);
}

void BodyEmitter::wait_condition(const ast::WaitConditionStep& step, StepIx row) {
  RoutineIx condition = context_.timed_routine(routine_name(step, "until"), *step.condition);
  RoutineIx possible = context_.possible_routine(routine_name(step, "until, if possible"), *step.condition);
  uint32_t wait = put_wait_up_to(step.up_to_ms, row);
  context_.program.waits[wait].condition = condition;
  context_.program.waits[wait].possible = possible;
  context_.program.waits[wait].holds_pc = code_.here();
  then_or_else(wait, step);
}

void BodyEmitter::wait_any(const ast::WaitAnyStep& step, StepIx row) {
  const StepInfo& info = context_.checked.info(step);
  uint32_t wait = put_wait_up_to(step.up_to_ms, row);
  Code::Label end;
  for (size_t i = 0; i < step.arms.size(); ++i) {
    for (const ListenInfo& listen : info.arms[i].listens) {
      WaitArm arm = arm_of(step, listen, info.arms[i].slot);
      arm.target_pc = code_.here();
      context_.program.waits[wait].arms.push_back(arm);
    }
    block(step.arms[i].block);
    if (!always_leaves(step.arms[i].block)) code_.jump(end);
  }
  context_.program.waits[wait].due_pc = context_.program.waits[wait].past_pc = code_.here();
  if (step.else_branch.present) block(step.else_branch.block);
  code_.bind(end);
}

}  // namespace wend::emit

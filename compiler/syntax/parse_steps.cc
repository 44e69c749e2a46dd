#include <string>

#include "compiler/diagnostics/messages_syntax.h"
#include "compiler/syntax/parse_ast.h"

namespace wend::syntax {

using ast::Step;

std::span<const Step* const> AstBuilder::steps(const std::vector<G::StepContext*>& contexts) {
  std::vector<const Step*> made;
  made.reserve(contexts.size());
  for (G::StepContext* context : contexts) {
    if (failed(context)) continue;
    if (const Step* one = step(context)) made.push_back(one);
  }
  return arena_.copy(made);
}

const Step* AstBuilder::step(G::StepContext* context) {
  const antlr4::Token* label_token = nullptr;
  Step* made = nullptr;
  if (auto* simple = dynamic_cast<G::PlainStepItemContext*>(context)) {
    label_token = simple->label;
    made = plain_step(simple->simple);
  } else {
    auto* nested = static_cast<G::CompoundStepItemContext*>(context);
    label_token = nested->label;
    made = compound_step(nested->nested);
  }
  if (made == nullptr) return nullptr;
  made->span = span(context);
  made->label = label(label_token);
  made->docs = docs(context->start);
  return made;
}

// ------------------------------------------------------------------------------------------ blocks, branches

ast::Block AstBuilder::block(G::BlockContext* context) {
  ast::Block made{span(context), true, {}};
  if (failed(context)) return made;
  if (step_depth_ >= options_.max_depth) {
    report_too_deep(span(context->start), options_.max_depth);
    return made;
  }
  ++step_depth_;
  made.steps = steps(context->steps);
  --step_depth_;
  return made;
}

ast::Block AstBuilder::single(const Step* only) {
  std::vector<const Step*> steps;
  if (only != nullptr) steps.push_back(only);
  return {only == nullptr ? Span{id(), 0, 0} : only->span, false, arena_.copy(steps)};
}

ast::Block AstBuilder::branch(G::BranchContext* context) {
  if (auto* braced = dynamic_cast<G::BlockBranchContext*>(context)) return block(braced->body);
  if (auto* simple = dynamic_cast<G::StepBranchContext*>(context)) return single(plain_step(simple->simple));
  auto* clock = static_cast<G::ClockBranchContext*>(context);
  auto* made = node<ast::WaitCalendarStep>(span(context));
  made->point.has_clock = true;
  made->point.clock_from_ms = made->point.clock_to_ms = clock_of(clock->clock);
  made->point.span = span(clock->clock);
  made->has_over = clock->spread != nullptr;
  if (made->has_over) made->over_ms = duration_of(clock->spread);
  return single(made);
}

ast::ElseBranch AstBuilder::else_branch(G::ElseBranchContext* context) {
  if (context == nullptr) return {false, {}};
  if (auto* other = dynamic_cast<G::ElseOtherContext*>(context)) return {true, branch(other->other)};
  return {true, single(if_step(static_cast<G::ElseChainContext*>(context)->chain))};
}

ast::ElseBranch AstBuilder::arrow_else(G::BranchContext* context) {
  if (context == nullptr) return {false, {}};
  return {true, branch(context)};
}

// ------------------------------------------------------------------------------------------ plain steps

ast::SendBody AstBuilder::send_body(G::NameContext* channel, G::SendBodyContext* context) {
  ast::SendBody made;
  made.channel = word(channel);
  made.text = nullptr;
  made.span = channel == nullptr ? span(context) : join(span(channel), span(context));
  if (auto* declared = dynamic_cast<G::DeclaredBodyContext*>(context)) {
    made.message = word(declared->message);
  } else {
    made.text = string_expr(static_cast<G::InlineBodyContext*>(context)->text);
  }
  return made;
}

ast::SendOptions AstBuilder::send_options(const std::vector<G::SendOptionContext*>& contexts) {
  ast::SendOptions made{};
  for (G::SendOptionContext* context : contexts) {
    bool twice = false;
    if (auto* with = dynamic_cast<G::WithOptionContext*>(context)) {
      twice = made.with != nullptr;
      made.with = record(with->values);
    } else if (auto* best = dynamic_cast<G::BestHourOptionContext*>(context)) {
      twice = made.best_hour;
      made.best_hour = true;
      made.best_hour_within_ms = duration_of(best->window);
    } else if (auto* expires = dynamic_cast<G::ExpiresOptionContext*>(context)) {
      twice = made.has_expires;
      made.has_expires = true;
      made.expires_after_ms = duration_of(expires->window);
    } else {
      twice = made.while_condition != nullptr;
      made.while_condition = expr(static_cast<G::WhileOptionContext*>(context)->condition);
    }
    if (twice) {
      report_misplaced(span(context), "the same option of a `send` stands twice", "delete one of the two");
    }
  }
  return made;
}

Step* AstBuilder::plain_step(G::PlainStepContext* context) {
  const Span at = span(context);
  if (auto* send = dynamic_cast<G::SendOneContext*>(context)) {
    auto* made = node<ast::SendStep>(at);
    made->body = send_body(send->channel, send->body);
    made->options = send_options(send->options_);
    return made;
  }
  if (auto* send = dynamic_cast<G::SendFirstContext*>(context)) {
    auto* made = node<ast::SendFirstStep>(at);
    std::vector<ast::SendBody> bodies;
    for (G::ChannelBodyContext* body : send->bodies) bodies.push_back(send_body(body->channel, body->body));
    made->bodies = arena_.copy(bodies);
    made->by = send->choice == nullptr ? nullptr : expr(send->choice);
    made->options = send_options(send->options_);
    return made;
  }
  if (auto* run = dynamic_cast<G::DoStepsContext*>(context)) {
    auto* made = node<ast::DoStep>(at);
    made->sequence = word(run->sequence);
    made->arguments = arena_.copy(exprs(run->args));
    return made;
  }
  if (auto* start = dynamic_cast<G::StartJourneyContext*>(context)) {
    auto* made = node<ast::StartStep>(at);
    made->journey = word(start->journey);
    made->with = record(start->values);
    return made;
  }
  if (auto* emit = dynamic_cast<G::EmitEventContext*>(context)) {
    auto* made = node<ast::EmitStep>(at);
    made->event = word(emit->event);
    made->properties = record(emit->values);
    return made;
  }
  if (auto* note = dynamic_cast<G::NoteTextContext*>(context)) {
    auto* made = node<ast::NoteStep>(at);
    made->text = string_expr(note->text);
    return made;
  }
  if (auto* leave = dynamic_cast<G::ExitRunContext*>(context)) {
    auto* made = node<ast::ExitStep>(at);
    made->reason = string_expr(leave->reason);
    return made;
  }
  if (context->start->getType() == G::WAIT) return plain_wait(context);
  return plain_change(context);
}

Step* AstBuilder::plain_wait(G::PlainStepContext* context) {
  const Span at = span(context);
  if (auto* fixed = dynamic_cast<G::WaitLengthContext*>(context)) {
    auto* made = node<ast::WaitStep>(at);
    made->duration = length(fixed->length);
    return made;
  }
  if (auto* computed = dynamic_cast<G::WaitComputedContext*>(context)) {
    auto* made = node<ast::WaitStep>(at);
    made->duration = expr(computed->value);
    return made;
  }
  if (auto* day = dynamic_cast<G::WaitDayContext*>(context)) {
    auto* made = node<ast::WaitDayStep>(at);
    made->day = int_of(day->day);
    made->has_clock = day->clock != nullptr;
    if (made->has_clock) made->clock_ms = clock_of(day->clock);
    return made;
  }
  if (auto* quiet = dynamic_cast<G::WaitAfterLastContext*>(context)) {
    auto* made = node<ast::WaitAfterLastStep>(at);
    made->quiet_ms = duration_of(quiet->quiet);
    made->occurrence = occurrence(quiet->event);
    made->as = word(quiet->alias);
    made->has_up_to = quiet->limit != nullptr;
    if (made->has_up_to) made->up_to_ms = duration_of(quiet->limit);
    return made;
  }
  auto* made = node<ast::WaitCalendarStep>(at);
  ast::CalendarPoint& point = made->point;
  const antlr4::Token* spread = nullptr;
  if (auto* days = dynamic_cast<G::WaitWeekdayContext*>(context)) {
    point.has_weekday = true;
    point.weekday_from = point.weekday_to = weekday(days->days->begin);
    point.weekday_range = days->days->end != nullptr;
    if (point.weekday_range) point.weekday_to = weekday(days->days->end);
    point.span = span(days->days);
    if (days->hours != nullptr) {
      point.has_clock = true;
      point.clock_from_ms = point.clock_to_ms = clock_of(days->hours->begin);
      point.clock_range = days->hours->end != nullptr;
      if (point.clock_range) point.clock_to_ms = clock_of(days->hours->end);
      point.span = join(point.span, span(days->hours));
    }
    spread = days->spread;
  } else {
    auto* range = static_cast<G::WaitClockRangeContext*>(context);
    point.has_clock = true;
    point.clock_range = true;
    point.clock_from_ms = clock_of(range->begin);
    point.clock_to_ms = clock_of(range->end);
    point.span = span(range->begin, range->end);
    spread = range->spread;
  }
  made->has_over = spread != nullptr;
  if (made->has_over) made->over_ms = duration_of(spread);
  return made;
}

Step* AstBuilder::plain_change(G::PlainStepContext* context) {
  const Span at = span(context);
  if (auto* set = dynamic_cast<G::SetValueContext*>(context)) {
    auto* made = node<ast::SetStep>(at);
    made->target = member_path(set->path);
    made->value = expr(set->value);
    return made;
  }
  if (auto* add = dynamic_cast<G::AddValueContext*>(context)) {
    auto* made = node<ast::AddStep>(at);
    made->value = expr(add->value);
    made->target = member_path(add->path);
    return made;
  }
  if (auto* tag = dynamic_cast<G::TagContactContext*>(context)) {
    auto* made = node<ast::TagStep>(at);
    made->remove = tag->what->getType() == G::UNTAG;
    made->tag = string_expr(tag->tag);
    return made;
  }
  if (auto* subscription = dynamic_cast<G::SubscriptionContext*>(context)) {
    auto* made = node<ast::SubscribeStep>(at);
    made->remove = subscription->what->getType() == G::UNSUBSCRIBE;
    made->topic = string_expr(subscription->topic);
    made->channel = word(subscription->channel);
    return made;
  }
  auto* change = static_cast<G::AudienceChangeContext*>(context);
  auto* made = node<ast::AudienceStep>(at);
  made->remove = change->what->getType() == G::REMOVE;
  made->audience = string_expr(change->audience);
  return made;
}

// ------------------------------------------------------------------------------------------ compound steps

Step* AstBuilder::compound_step(G::CompoundStepContext* context) {
  if (auto* choice = dynamic_cast<G::IfElseContext*>(context)) return if_step(choice->choice);
  if (auto* wait = dynamic_cast<G::WaitUntilContext*>(context)) return wait_until(wait);
  if (auto* wait = dynamic_cast<G::WaitForContext*>(context)) return wait_for(wait);
  if (auto* wait = dynamic_cast<G::WaitAnyContext*>(context)) return wait_any(wait);
  if (auto* match = dynamic_cast<G::MatchSubjectContext*>(context)) return match_step(match);
  if (auto* split = dynamic_cast<G::SplitArmsContext*>(context)) return split_step(split);
  if (auto* repeat = dynamic_cast<G::RepeatStepsContext*>(context)) return repeat_step(repeat);
  return call_step(static_cast<G::CallConnectorContext*>(context));
}

// `else if` chains are a loop in the grammar and nest in the tree, so they count as depth.
Step* AstBuilder::if_step(G::IfStepContext* context) {
  const uint32_t end = span(context).end;
  ast::IfStep* first = nullptr;
  ast::IfStep* outer = nullptr;
  int depth = step_depth_;
  const auto add = [&](const antlr4::Token* if_token, G::ExprContext* condition, G::BranchContext* body) {
    auto* made = node<ast::IfStep>({id(), source_token(if_token).begin, end});
    if (outer == nullptr) {
      first = made;
    } else {
      outer->else_branch = {true, single(made)};
    }
    outer = made;
    made->condition = expr(condition);
    made->then_block = branch(body);
  };
  add(context->start, context->condition, context->body);
  for (G::ElseIfContext* tail : context->tails) {
    if (++depth > options_.max_depth) {
      report_too_deep(span(tail->start), options_.max_depth);
      return first;
    }
    add(tail->if_, tail->condition, tail->body);
  }
  if (context->last != nullptr) outer->else_branch = {true, branch(context->last)};
  return first;
}

Step* AstBuilder::wait_until(G::WaitUntilContext* context) {
  const Span at = span(context);
  const bool bare = context->clock == nullptr && context->limit == nullptr && context->act == nullptr &&
                    context->otherwise == nullptr;
  const ast::Expr* subject = expr(context->subject);
  if (const auto* clock = subject->as<ast::ClockExpr>(); clock != nullptr && bare) {
    auto* made = node<ast::WaitCalendarStep>(at);
    made->point.has_clock = true;
    made->point.clock_from_ms = made->point.clock_to_ms = clock->of_day_ms;
    made->point.span = subject->span;
    made->has_over = context->spread != nullptr;
    if (made->has_over) made->over_ms = duration_of(context->spread);
    return made;
  }
  if (context->spread != nullptr) {
    report_misplaced(span(context->spread), "`over` spreads a wait for a clock time or a weekday",
                     "as in `wait until monday 09:00 over 2h`");
  }
  if (context->limit != nullptr) {
    auto* made = node<ast::WaitConditionStep>(at);
    made->condition = subject;
    made->up_to_ms = duration_of(context->limit);
    made->has_then = context->act != nullptr;
    if (made->has_then) made->then_block = block(context->act);
    made->else_branch = else_branch(context->otherwise);
    return made;
  }
  auto* made = node<ast::WaitMomentStep>(at);
  made->moment = subject;
  made->has_clock = context->clock != nullptr;
  if (made->has_clock) made->clock_ms = clock_of(context->clock);
  made->has_then = context->act != nullptr;
  if (made->has_then) made->then_block = block(context->act);
  made->else_branch = else_branch(context->otherwise);
  return made;
}

AstBuilder::Awaited AstBuilder::awaited(G::AwaitedContext* context) {
  Awaited made{};
  made.occurrence.span = span(context);
  if (auto* asked = dynamic_cast<G::AwaitedEngagementContext*>(context)) {
    made.occurrence.event = word(asked->word);
    Span at = span(asked->word);
    if (asked->about != nullptr) at = join(at, span(asked->about));
    if (asked->link != nullptr) at = join(at, span(asked->link));
    made.engagement = engagement(at, asked->word, word(asked->about), asked->link);
    if (asked->condition != nullptr) made.occurrence.where = expr(asked->condition);
    return made;
  }
  auto* plain = static_cast<G::AwaitedEventContext*>(context);
  made.occurrence.event = word(plain->event);
  if (plain->condition != nullptr) made.occurrence.where = expr(plain->condition);
  return made;
}

Step* AstBuilder::wait_for(G::WaitForContext* context) {
  auto* made = node<ast::WaitForStep>(span(context));
  const Awaited event = awaited(context->event);
  made->occurrence = event.occurrence;
  made->engagement = event.engagement;
  made->as = word(context->alias);
  made->up_to_ms = duration_of(context->limit);
  made->has_then = context->act != nullptr;
  if (made->has_then) made->then_block = block(context->act);
  made->else_branch = else_branch(context->otherwise);
  return made;
}

Step* AstBuilder::wait_any(G::WaitAnyContext* context) {
  auto* made = node<ast::WaitAnyStep>(span(context));
  made->up_to_ms = duration_of(context->limit);
  std::vector<ast::WaitArm> arms;
  for (G::WaitArmContext* arm : context->arms) {
    if (failed(arm)) continue;
    std::vector<ast::Occurrence> occurrences;
    std::vector<const ast::EngagementExpr*> engagements;
    for (G::AwaitedContext* one : arm->events) {
      const Awaited event = awaited(one);
      occurrences.push_back(event.occurrence);
      engagements.push_back(event.engagement);
    }
    ast::WaitArm built{};
    built.occurrences = arena_.copy(occurrences);
    built.engagements = arena_.copy(engagements);
    built.as = word(arm->alias);
    built.block = branch(arm->body);
    built.span = span(arm);
    arms.push_back(built);
  }
  made->arms = arena_.copy(arms);
  made->else_branch = arrow_else(context->otherArm);
  return made;
}

const ast::Expr* AstBuilder::match_value(G::MatchValueContext* context) {
  if (auto* text = dynamic_cast<G::MatchTextContext*>(context)) return string_expr(text->text);
  if (auto* plain = dynamic_cast<G::MatchWordContext*>(context)) return scalar(plain->word);
  auto* number = static_cast<G::MatchNumberContext*>(context)->number;
  const ast::Expr* value = scalar(number->number);
  return number->sign == nullptr ? value : wrap(ast::UnaryOp::kNegate, number->sign, value);
}

Step* AstBuilder::match_step(G::MatchSubjectContext* context) {
  auto* made = node<ast::MatchStep>(span(context));
  made->subject = expr(context->subject);
  std::vector<ast::MatchArm> arms;
  for (G::MatchArmContext* arm : context->arms_) {
    if (failed(arm)) continue;
    std::vector<const ast::Expr*> values;
    for (G::MatchValueContext* value : arm->values) values.push_back(match_value(value));
    const auto copied = arena_.copy(values);
    arms.push_back({copied, branch(arm->body), span(arm)});
  }
  made->arms = arena_.copy(arms);
  made->else_branch = arrow_else(context->otherArm);
  return made;
}

ast::SplitArm AstBuilder::split_arm(G::SplitArmContext* context) {
  ast::SplitArm made{};
  made.span = span(context);
  G::BlockContext* body = nullptr;
  if (auto* share = dynamic_cast<G::ShareArmContext*>(context)) {
    made.name = word(share->id);
    made.percent = percent_of(share->share);
    body = share->body;
  } else {
    auto* quota = static_cast<G::QuotaArmContext*>(context);
    made.name = word(quota->id);
    made.is_quota = true;
    made.quota = int_of(quota->count);
    made.quota_window_ms = duration_of(quota->window);
    body = quota->body;
  }
  made.has_block = body != nullptr;
  if (made.has_block) made.block = block(body);
  return made;
}

Step* AstBuilder::split_step(G::SplitArmsContext* context) {
  auto* made = node<ast::SplitStep>(span(context));
  made->name = word(context->id);
  std::vector<ast::SplitArm> arms;
  for (G::SplitArmContext* arm : context->shares) {
    if (!failed(arm)) arms.push_back(split_arm(arm));
  }
  if (context->rest != nullptr && context->restBody != nullptr) {
    ast::SplitArm rest{};
    rest.name = word(context->rest);
    rest.is_rest = true;
    rest.has_block = true;
    rest.block = block(context->restBody);
    rest.span = join(span(context->rest), rest.block.span);
    arms.push_back(rest);
  }
  made->arms = arena_.copy(arms);
  made->has_winner = context->count != nullptr;
  if (made->has_winner) {
    made->winner_after = int_of(context->count);
    made->winner_at_percent = percent_of(context->confidence);
  }
  return made;
}

Step* AstBuilder::repeat_step(G::RepeatStepsContext* context) {
  auto* made = node<ast::RepeatStep>(span(context));
  made->up_to = context->up != nullptr;
  made->times = int_of(context->times);
  made->every_ms = duration_of(context->period);
  made->until = context->condition == nullptr ? nullptr : expr(context->condition);
  made->block = block(context->body);
  return made;
}

Step* AstBuilder::call_step(G::CallConnectorContext* context) {
  auto* made = node<ast::CallStep>(span(context));
  made->connector = word(context->connector);
  made->request = record(context->request);
  made->as = word(context->alias);
  made->has_up_to = context->limit != nullptr;
  if (made->has_up_to) made->up_to_ms = duration_of(context->limit);
  made->else_branch = else_branch(context->otherwise);
  return made;
}

}  // namespace wend::syntax

#include <string>

#include "compiler/diagnostics/messages_syntax.h"
#include "compiler/syntax/parse_ast.h"

namespace wend::syntax {

ast::Decl* AstBuilder::test_decl(G::TestDeclContext* context) {
  auto* made = node<ast::TestDecl>(span(context));
  made->title = string_literal(context->title);
  std::vector<ast::Word> journeys;
  for (G::NameContext* journey : context->journeys) journeys.push_back(word(journey));
  made->journeys = arena_.copy(journeys);
  std::vector<const ast::TestLine*> lines;
  for (G::TestLineContext* line : context->lines) {
    if (!failed(line)) lines.push_back(test_line(line));
  }
  made->lines = arena_.copy(lines);
  return made;
}

const ast::TestLine* AstBuilder::test_line(G::TestLineContext* context) {
  auto* made = arena_.make<ast::TestLine>();
  made->id = next_id();
  made->span = span(context);
  if (auto* contact = dynamic_cast<G::ContactLineContext*>(context)) {
    made->kind = ast::TestLineKind::kContact;
    made->contact = string_expr(contact->who);
    made->record = record(contact->values);
  } else if (auto* at = dynamic_cast<G::AtLineContext*>(context)) {
    made->kind = ast::TestLineKind::kAt;
    made->moment = moment(at->when);
    made->contact = string_expr(at->who);
    made->nobody = at->nobody != nullptr;
    test_action(at->act, *made);
  } else if (auto* after = dynamic_cast<G::AfterLineContext*>(context)) {
    made->kind = ast::TestLineKind::kAfter;
    made->after_ms = duration_of(after->length);
    made->contact = string_expr(after->who);
    made->nobody = after->nobody != nullptr;
    test_action(after->act, *made);
  } else if (auto* split = dynamic_cast<G::AssumeSplitContext*>(context)) {
    made->kind = ast::TestLineKind::kAssumeSplit;
    made->name = word(split->id);
    made->text = string_expr(split->arm);
  } else if (auto* call = dynamic_cast<G::AssumeCallContext*>(context)) {
    made->kind = ast::TestLineKind::kAssumeCall;
    made->name = word(call->id);
    made->record = record(call->values);
  } else if (auto* holdout = dynamic_cast<G::AssumeHoldoutContext*>(context)) {
    made->kind = ast::TestLineKind::kAssumeHoldout;
    made->name = word(holdout->id);
  } else if (auto* paused = dynamic_cast<G::AssumePausedContext*>(context)) {
    made->kind = ast::TestLineKind::kAssumePaused;
    made->name = word(paused->id);
  } else if (auto* provider = dynamic_cast<G::ProviderFailsContext*>(context)) {
    made->kind = ast::TestLineKind::kProviderFails;
    made->name = word(provider->id);
    made->text = string_expr(provider->error);
    if (provider->times != nullptr) made->times = int_of(provider->times);
  } else {
    auto* expect = static_cast<G::ExpectLineContext*>(context);
    made->kind = ast::TestLineKind::kExpect;
    made->contact = string_expr(expect->who);
    expectation(expect->what, *made);
  }
  return made;
}

void AstBuilder::test_action(G::TestActionContext* context, ast::TestLine& line) {
  if (context == nullptr) return;
  if (auto* event = dynamic_cast<G::EventActionContext*>(context)) {
    line.action = ast::TestActionKind::kEvent;
    line.event = event_ref(event->event);
    line.record = record(event->values);
    const bool engagement = dynamic_cast<G::EngagementEventContext*>(event->event) != nullptr;
    // `after 5m clicked`: the latest message of all.
    if (engagement && line.record == nullptr) line.action = ast::TestActionKind::kEngagement;
  } else if (auto* asked = dynamic_cast<G::EngagementActionContext*>(context)) {
    line.action = ast::TestActionKind::kEngagement;
    line.event = word(asked->word);
    line.target = word(asked->about);
    line.text = string_expr(asked->link);
  } else if (auto* identify = dynamic_cast<G::IdentifyActionContext*>(context)) {
    line.action = ast::TestActionKind::kIdentify;
    line.record = record(identify->values);
  } else if (auto* alias = dynamic_cast<G::AliasActionContext*>(context)) {
    line.action = ast::TestActionKind::kAlias;
    line.text = string_expr(alias->other);
  } else {
    line.action = ast::TestActionKind::kErase;
  }
}

void AstBuilder::expectation(G::ExpectationContext* context, ast::TestLine& line) {
  if (auto* sent = dynamic_cast<G::ExpectSentContext*>(context)) {
    line.expect = ast::ExpectKind::kSent;
    line.negated = sent->negated != nullptr;
    line.body = send_body(sent->channel, sent->body);
    if (sent->times != nullptr) line.times = int_of(sent->times);
    line.moment = moment(sent->when);
    line.with_key = word(sent->part);
    line.text = string_expr(sent->text);
  } else if (auto* nothing = dynamic_cast<G::ExpectNothingContext*>(context)) {
    line.expect = ast::ExpectKind::kNothingSent;
    line.name = word(nothing->id);
    line.channel = word(nothing->channel);
  } else if (auto* suppressed = dynamic_cast<G::ExpectSuppressedContext*>(context)) {
    line.expect = ast::ExpectKind::kSuppressed;
    line.channel = word(suppressed->channel);
    line.message = word(suppressed->message);
    line.because = word(suppressed->reason);
  } else if (auto* segment = dynamic_cast<G::ExpectSegmentContext*>(context)) {
    line.expect = ast::ExpectKind::kInSegment;
    line.name = word(segment->id);
  } else if (auto* compare = dynamic_cast<G::ExpectCompareContext*>(context)) {
    line.expect = ast::ExpectKind::kCompare;
    line.left = member_path(compare->path);
    line.right = expr(compare->value);
    const TokenType op = compare->op->getType();
    line.op = op == G::NE   ? ast::BinaryOp::kNe
              : op == G::LT ? ast::BinaryOp::kLt
              : op == G::LE ? ast::BinaryOp::kLe
              : op == G::GT ? ast::BinaryOp::kGt
              : op == G::GE ? ast::BinaryOp::kGe
              : op == G::EQ ? ast::BinaryOp::kEq
                            : ast::BinaryOp::kContains;
  } else if (auto* presence = dynamic_cast<G::ExpectPresenceContext*>(context)) {
    line.expect = ast::ExpectKind::kIs;
    line.left = member_path(presence->path);
    line.present = presence->state->getType() == G::PRESENT;
  } else {
    journey_expectation(context, line);
  }
}

// Expectations that begin with a journey and perhaps a run's key.
void AstBuilder::journey_expectation(G::ExpectationContext* context, ast::TestLine& line) {
  if (auto* waiting = dynamic_cast<G::ExpectWaitingContext*>(context)) {
    line.expect = ast::ExpectKind::kWaitingAt;
    line.name = word(waiting->id);
    line.run_key = string_expr(waiting->runKey);
    line.label = label(waiting->label);
  } else if (auto* ended = dynamic_cast<G::ExpectEndedContext*>(context)) {
    line.expect = ast::ExpectKind::kEnded;
    line.name = word(ended->id);
    line.run_key = string_expr(ended->runKey);
    line.because = word(ended->reason);
    line.because_text = string_expr(ended->text);
  } else {
    auto* converted = static_cast<G::ExpectConvertedContext*>(context);
    line.expect = ast::ExpectKind::kConverted;
    line.name = word(converted->id);
    line.run_key = string_expr(converted->runKey);
    line.negated = converted->negated != nullptr;
    if (converted->amount != nullptr) {
      const ast::Expr* value = scalar(converted->amount->number);
      const antlr4::Token* sign = converted->amount->sign;
      line.right = sign == nullptr ? value : wrap(ast::UnaryOp::kNegate, sign, value);
    }
  }
}

}  // namespace wend::syntax

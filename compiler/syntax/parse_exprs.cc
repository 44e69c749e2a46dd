#include <algorithm>
#include <string>

#include "compiler/diagnostics/messages_syntax.h"
#include "compiler/syntax/literals.h"
#include "compiler/syntax/parse_ast.h"

namespace wend::syntax {

using ast::BinaryOp;
using ast::Expr;

// ------------------------------------------------------------------------------------------ places and words

Span AstBuilder::span(const antlr4::Token* token) const {
  const SourceToken& t = source_token(token);
  return {id(), t.begin, t.end};
}

Span AstBuilder::span(const antlr4::Token* from, const antlr4::Token* to) const {
  return {id(), source_token(from).begin, source_token(to).end};
}

Span AstBuilder::span(const antlr4::ParserRuleContext* context) const {
  return span(context->start, context->stop == nullptr ? context->start : context->stop);
}

ast::Word AstBuilder::word(const antlr4::Token* token) const {
  if (token == nullptr) return {};
  return {source_token(token).text, span(token)};
}

ast::Word AstBuilder::word(const antlr4::ParserRuleContext* one_token_rule) const {
  return one_token_rule == nullptr ? ast::Word{} : word(one_token_rule->start);
}

ast::Word AstBuilder::label(const antlr4::Token* token) const {
  ast::Word with_sign = word(token);
  if (!with_sign.empty()) with_sign.text.remove_prefix(1);
  return with_sign;
}

std::span<const std::string_view> AstBuilder::docs(const antlr4::Token* token) {
  const SourceToken& t = source_token(token);
  if (t.docs_begin == t.docs_end) return {};
  return arena_.copy(
      std::vector<std::string_view>(tokens_.docs.begin() + t.docs_begin, tokens_.docs.begin() + t.docs_end));
}

void AstBuilder::report_too_deep(Span at, int limit) {
  if (!depth_reported_) report(NestedTooDeep{at, static_cast<uint32_t>(limit)});
  depth_reported_ = true;
}

void AstBuilder::report_misplaced(Span at, std::string title, std::string help) {
  report(SyntaxError{at, std::move(title), "not possible here", std::move(help), {}, {}});
}

// ------------------------------------------------------------------------------------------ literals

template <typename T>
T AstBuilder::checked(const antlr4::Token* token, const literals::Parsed<T>& parsed) {
  if (!parsed.fault.empty()) {
    report(LiteralOutOfRange{span(token), std::string(source_token(token).text), parsed.fault});
  }
  return parsed.value;
}

int64_t AstBuilder::int_of(const antlr4::Token* token) {
  return checked(token, literals::parse_int(source_token(token).text));
}
double AstBuilder::number_of(const antlr4::Token* token) {
  return checked(token, literals::parse_number(source_token(token).text));
}
double AstBuilder::percent_of(const antlr4::Token* token) {
  return checked(token, literals::parse_percent(source_token(token).text));
}
Millis AstBuilder::duration_of(const antlr4::Token* token) {
  return checked(token, literals::parse_duration(source_token(token).text));
}
Millis AstBuilder::clock_of(const antlr4::Token* token) {
  return checked(token, literals::parse_clock(source_token(token).text));
}

double AstBuilder::signed_of(G::SignedNumberContext* context) {
  const double value = number_of(context->number);
  return context->sign != nullptr ? -value : value;
}

ast::StringLiteral AstBuilder::string_literal(const antlr4::Token* token) {
  const SourceToken& t = source_token(token);
  const bool triple = t.type == G::TRIPLE;
  literals::DecodedString decoded =
      triple ? literals::decode_triple(t.text) : literals::decode_string(t.text);
  for (const auto& fault : decoded.bad_escapes) {
    report(BadEscape{{id(), t.begin + fault.begin, t.begin + fault.end},
                     std::string(t.text.substr(fault.begin, fault.end - fault.begin))});
  }
  for (uint32_t& offset : decoded.map) offset = std::min(t.begin + offset, t.end);
  return {arena_.copy(std::string_view(decoded.text)), span(token), arena_.copy(decoded.map)};
}

const ast::StringExpr* AstBuilder::string_expr(const antlr4::Token* token) {
  if (token == nullptr) return nullptr;
  auto* made = node<ast::StringExpr>(span(token));
  made->value = string_literal(token);
  return made;
}

const Expr* AstBuilder::length(const antlr4::Token* token) {
  return token == nullptr ? nullptr : scalar(token);
}

const Expr* AstBuilder::moment(G::MomentContext* context) {
  return context == nullptr ? nullptr : scalar(context->value);
}

const Expr* AstBuilder::scalar(const antlr4::Token* token) {
  const SourceToken& t = source_token(token);
  const Span at = span(token);
  switch (t.type) {
    case G::INT: {
      auto* made = node<ast::IntExpr>(at);
      made->value = int_of(token);
      return made;
    }
    case G::NUMBER: {
      auto* made = node<ast::NumberExpr>(at);
      made->value = number_of(token);
      return made;
    }
    case G::DURATION: {
      auto* made = node<ast::DurationExpr>(at);
      made->value_ms = duration_of(token);
      return made;
    }
    case G::CALENDAR: {
      auto* made = node<ast::CalendarExpr>(at);
      made->months = checked(token, literals::parse_calendar(t.text));
      return made;
    }
    case G::PERCENT: {
      auto* made = node<ast::PercentExpr>(at);
      made->percent = percent_of(token);
      return made;
    }
    case G::TIME: {
      auto* made = node<ast::TimeExpr>(at);
      const literals::Moment moment = checked(token, literals::parse_time(t.text));
      made->local_ms = moment.local_ms;
      made->has_offset = moment.has_offset;
      made->offset_ms = moment.offset_ms;
      return made;
    }
    case G::DATE: {
      auto* made = node<ast::DateExpr>(at);
      made->days = checked(token, literals::parse_date(t.text));
      return made;
    }
    case G::CLOCK: {
      auto* made = node<ast::ClockExpr>(at);
      made->of_day_ms = clock_of(token);
      return made;
    }
    case G::TRUE:
    case G::FALSE: {
      auto* made = node<ast::BoolExpr>(at);
      made->value = t.type == G::TRUE;
      return made;
    }
    case G::STRING:
    case G::TRIPLE:
      return string_expr(token);
    default:
      return node<ast::MissingExpr>(at);
  }
}

// ------------------------------------------------------------------------------------------ heights

int AstBuilder::height_of(const Expr* made) const {
  const size_t index = made->id.number - first_node_id_;
  return index < heights_.size() ? heights_[index] : 1;
}

const Expr* AstBuilder::raised(const Expr* made, int height) {
  const size_t index = made->id.number - first_node_id_;
  if (heights_.size() <= index) heights_.resize(index + 1, 1);
  heights_[index] = height;
  if (height <= options_.max_expression_height) return made;
  report_too_deep(made->span, options_.max_expression_height);
  return error_expr(made->span);
}

const Expr* AstBuilder::error_expr(Span at) { return node<ast::ErrorExpr>(at); }

const Expr* AstBuilder::binary(BinaryOp op, Span op_span, const Expr* left, const Expr* right) {
  auto* made = node<ast::BinaryExpr>(join(left->span, right->span));
  made->op = op;
  made->op_span = op_span;
  made->left = left;
  made->right = right;
  return raised(made, std::max(height_of(left), height_of(right)) + 1);
}

const Expr* AstBuilder::wrap(ast::UnaryOp op, const antlr4::Token* sign, const Expr* operand) {
  auto* made = node<ast::UnaryExpr>(join(span(sign), operand->span));
  made->op = op;
  made->operand = operand;
  return raised(made, height_of(operand) + 1);
}

// ------------------------------------------------------------------------------------------ the ladder

std::vector<const Expr*> AstBuilder::exprs(const std::vector<G::ExprContext*>& contexts) {
  std::vector<const Expr*> made;
  made.reserve(contexts.size());
  for (G::ExprContext* context : contexts) made.push_back(expr(context));
  return made;
}

const Expr* AstBuilder::expr(G::ExprContext* context) {
  const Expr* left = conjunction(context->terms[0]);
  for (size_t i = 1; i < context->terms.size(); ++i) {
    left = binary(BinaryOp::kOr, span(context->ops[i - 1]), left, conjunction(context->terms[i]));
  }
  return left;
}

const Expr* AstBuilder::conjunction(G::ConjunctionContext* context) {
  const Expr* left = negation(context->terms[0]);
  for (size_t i = 1; i < context->terms.size(); ++i) {
    left = binary(BinaryOp::kAnd, span(context->ops[i - 1]), left, negation(context->terms[i]));
  }
  return left;
}

const Expr* AstBuilder::negation(G::NegationContext* context) {
  const Expr* made = comparison(context->operand);
  for (size_t i = context->ops.size(); i-- > 0;) made = wrap(ast::UnaryOp::kNot, context->ops[i], made);
  return made;
}

const Expr* AstBuilder::comparison(G::ComparisonContext* context) {
  if (auto* plain = dynamic_cast<G::ComparedContext*>(context)) {
    const Expr* left = coalesced(plain->left);
    return plain->tail == nullptr ? left : compared(left, plain->tail);
  }
  auto* silence = static_cast<G::SilenceContext*>(context);
  auto* made = node<ast::NoExpr>(span(context));
  made->occurrence.event = event_ref(silence->event);
  made->occurrence.where = silence->condition == nullptr ? nullptr : expr(silence->condition);
  made->occurrence.span = silence->condition == nullptr
                              ? span(silence->event)
                              : join(span(silence->event), span(silence->condition));
  made->window_ms = duration_of(silence->window);
  made->window_span = span(silence->window);
  return raised(made, made->occurrence.where == nullptr ? 1 : height_of(made->occurrence.where) + 1);
}

const Expr* AstBuilder::compared(const Expr* left, G::ComparisonTailContext* tail) {
  if (auto* presence = dynamic_cast<G::PresenceTestContext*>(tail)) {
    auto* made = node<ast::IsExpr>(join(left->span, span(tail)));
    made->operand = left;
    made->present = presence->state->getType() == G::PRESENT;
    return raised(made, height_of(left) + 1);
  }
  if (auto* affix = dynamic_cast<G::AffixComparisonContext*>(tail)) {
    const bool starts = affix->op->getType() == G::STARTS;
    const Span op = {id(), source_token(affix->op).begin, source_token(affix->op).end};
    return binary(starts ? BinaryOp::kStartsWith : BinaryOp::kEndsWith, op, left, coalesced(affix->right));
  }
  auto* plain = static_cast<G::PlainComparisonContext*>(tail);
  const auto op_of = [](TokenType type) {
    switch (type) {
      case G::NE:
        return BinaryOp::kNe;
      case G::LT:
        return BinaryOp::kLt;
      case G::LE:
        return BinaryOp::kLe;
      case G::GT:
        return BinaryOp::kGt;
      case G::GE:
        return BinaryOp::kGe;
      case G::IN:
        return BinaryOp::kIn;
      case G::CONTAINS:
        return BinaryOp::kContains;
      case G::MATCHES:
        return BinaryOp::kMatches;
      default:
        return BinaryOp::kEq;
    }
  };
  return binary(op_of(plain->op->getType()), span(plain->op), left, coalesced(plain->right));
}

const Expr* AstBuilder::coalesced(G::CoalescedContext* context) {
  const Expr* left = sum(context->terms[0]);
  for (size_t i = 1; i < context->terms.size(); ++i) {
    left = binary(BinaryOp::kCoalesce, span(context->ops[i - 1]), left, sum(context->terms[i]));
  }
  return left;
}

const Expr* AstBuilder::sum(G::SumContext* context) {
  const Expr* left = product(context->terms[0]);
  for (size_t i = 1; i < context->terms.size(); ++i) {
    const BinaryOp op = context->ops[i - 1]->getType() == G::PLUS ? BinaryOp::kAdd : BinaryOp::kSub;
    left = binary(op, span(context->ops[i - 1]), left, product(context->terms[i]));
  }
  return left;
}

const Expr* AstBuilder::product(G::ProductContext* context) {
  const Expr* left = unary(context->terms[0]);
  for (size_t i = 1; i < context->terms.size(); ++i) {
    const BinaryOp op = context->ops[i - 1]->getType() == G::STAR ? BinaryOp::kMul : BinaryOp::kDiv;
    left = binary(op, span(context->ops[i - 1]), left, unary(context->terms[i]));
  }
  return left;
}

const Expr* AstBuilder::unary(G::UnaryContext* context) {
  const Expr* made = postfix(context->operand);
  for (size_t i = context->ops.size(); i-- > 0;) made = wrap(ast::UnaryOp::kNegate, context->ops[i], made);
  return made;
}

const Expr* AstBuilder::postfix(G::PostfixContext* context) {
  const Expr* made = primary(context->base);
  for (G::SuffixContext* suffix : context->suffixes) {
    const Span at = join(made->span, span(suffix));
    if (auto* member = dynamic_cast<G::MemberSuffixContext*>(suffix)) {
      auto* next = node<ast::MemberExpr>(at);
      next->object = made;
      next->key = word(member->member);
      made = raised(next, height_of(made) + 1);
    } else {
      auto* next = node<ast::IndexExpr>(at);
      next->object = made;
      next->index = expr(static_cast<G::IndexSuffixContext*>(suffix)->index);
      made = raised(next, std::max(height_of(made), height_of(next->index)) + 1);
    }
  }
  return made;
}

namespace {

ast::Root root_of(TokenType type) {
  switch (type) {
    case G::EVENT:
      return ast::Root::kEvent;
    case G::SCORE:
      return ast::Root::kScore;
    case G::RUN:
      return ast::Root::kRun;
    case G::MESSAGE:
      return ast::Root::kMessage;
    default:
      return ast::Root::kContact;
  }
}

}  // namespace

const Expr* AstBuilder::primary(G::PrimaryContext* context) {
  if (auto* value = dynamic_cast<G::LiteralPrimaryContext*>(context)) return literal(value->value);
  if (auto* named = dynamic_cast<G::NamePrimaryContext*>(context)) {
    auto* made = node<ast::NameExpr>(span(context));
    made->name = word(named->id).text;
    return made;
  }
  if (auto* rooted = dynamic_cast<G::RootPrimaryContext*>(context)) {
    auto* root = node<ast::RootExpr>(span(rooted->root));
    root->root = root_of(rooted->root->getType());
    auto* made = node<ast::MemberExpr>(span(context));
    made->object = root;
    made->key = word(rooted->member);
    made->argument = string_expr(rooted->detail);
    return raised(made, 2);
  }
  if (auto* inner = dynamic_cast<G::ParenPrimaryContext*>(context)) {
    auto* made = node<ast::ParenExpr>(span(context));
    made->inner = expr(inner->inner);
    return raised(made, height_of(made->inner) + 1);
  }
  if (auto* asked = dynamic_cast<G::EngagementPrimaryContext*>(context)) {
    return engagement(span(context), asked->word, word(asked->about), asked->link);
  }
  return call(static_cast<G::CallPrimaryContext*>(context));
}

const Expr* AstBuilder::call(G::CallPrimaryContext* context) {
  auto* made = node<ast::CallExpr>(span(context));
  made->function = word(context->function);
  std::vector<ast::Argument> arguments;
  int height = 1;
  for (G::CallArgumentContext* argument : context->args) {
    const Expr* value = expr(argument->value);
    const Expr* filter = argument->filter == nullptr ? nullptr : expr(argument->filter);
    height = std::max({height, height_of(value), filter == nullptr ? 1 : height_of(filter)});
    arguments.push_back({value, filter});
  }
  made->arguments = arena_.copy(arguments);
  return raised(made, height + 1);
}

const ast::EngagementExpr* AstBuilder::engagement(Span at, G::EngagementWordContext* word_context,
                                                  ast::Word about, const antlr4::Token* link) {
  auto* made = node<ast::EngagementExpr>(at);
  // The tokens stand in the lexer in the order of the enumeration.
  made->word = static_cast<ast::EngagementWord>(word_context->word->getType() - G::OPENED);
  made->target = about;
  made->link = string_expr(link);
  return made;
}

const Expr* AstBuilder::literal(G::LiteralContext* context) {
  if (auto* plain = dynamic_cast<G::ScalarLiteralContext*>(context)) return scalar(plain->scalar);
  if (auto* text = dynamic_cast<G::TextLiteralContext*>(context)) return string_expr(text->text);
  if (auto* fields = dynamic_cast<G::RecordValueContext*>(context)) return record(fields->record);
  auto* list = static_cast<G::ListLiteralContext*>(context);
  auto* made = node<ast::ListExpr>(span(context));
  const std::vector<const Expr*> items = exprs(list->items);
  made->items = arena_.copy(items);
  int height = 1;
  for (const Expr* item : items) height = std::max(height, height_of(item));
  return raised(made, height + 1);
}

const ast::RecordExpr* AstBuilder::record(G::RecordLiteralContext* context) {
  if (context == nullptr) return nullptr;
  auto* made = node<ast::RecordExpr>(span(context));
  std::vector<ast::RecordField> fields;
  int height = 1;
  for (G::RecordItemContext* item : context->items) {
    const Expr* value = expr(item->value);
    height = std::max(height, height_of(value));
    fields.push_back({word(item->id), value});
  }
  made->fields = arena_.copy(fields);
  // A record as such cannot be replaced by an ErrorExpr; whatever holds it is higher still and is.
  const size_t index = made->id.number - first_node_id_;
  if (heights_.size() <= index) heights_.resize(index + 1, 1);
  heights_[index] = height + 1;
  return made;
}

const ast::MemberExpr* AstBuilder::member_path(G::MemberPathContext* context) {
  const Expr* object = nullptr;
  const std::vector<G::KeyContext*>* members = nullptr;
  if (auto* rooted = dynamic_cast<G::RootPathContext*>(context)) {
    auto* root = node<ast::RootExpr>(span(rooted->root));
    root->root = root_of(rooted->root->getType());
    object = root;
    members = &rooted->members;
  } else {
    auto* named = static_cast<G::NamePathContext*>(context);
    auto* name = node<ast::NameExpr>(span(named->id));
    name->name = word(named->id).text;
    object = name;
    members = &named->members;
  }
  const ast::MemberExpr* path = nullptr;
  int height = 1;
  for (G::KeyContext* member : *members) {
    auto* made = node<ast::MemberExpr>(join(object->span, span(member)));
    made->object = object;
    made->key = word(member);
    if (++height > options_.max_expression_height) {
      report_too_deep(made->span, options_.max_expression_height);
      break;
    }
    path = made;
    object = made;
  }
  return path;
}

// ------------------------------------------------------------------------------------------ references

ast::Word AstBuilder::event_ref(G::EventRefContext* context) const { return word(context); }

ast::Occurrence AstBuilder::occurrence(G::OccurrenceContext* context) {
  return {event_ref(context->event), context->condition == nullptr ? nullptr : expr(context->condition),
          span(context)};
}

ast::SegmentRef AstBuilder::segment_ref(G::SegmentRefContext* context) {
  ast::SegmentRef made;
  made.span = span(context);
  made.condition = nullptr;
  if (auto* named = dynamic_cast<G::NamedSegmentContext*>(context)) {
    made.name = word(named->id);
  } else {
    made.condition = expr(static_cast<G::ConditionSegmentContext*>(context)->condition);
  }
  return made;
}

std::span<const ast::Word> AstBuilder::words(const std::vector<antlr4::Token*>& tokens) {
  std::vector<ast::Word> made;
  for (const antlr4::Token* token : tokens) made.push_back(word(token));
  return arena_.copy(made);
}

int AstBuilder::weekday(G::WeekdayContext* context) const {
  return static_cast<int>(context->word->getType() - G::MONDAY);
}

uint8_t AstBuilder::weekday_mask(G::WeekdaysContext* context) const {
  unsigned mask = 0;
  for (G::WeekdayContext* day : context->items) mask |= 1U << static_cast<unsigned>(weekday(day));
  return static_cast<uint8_t>(mask);
}

// ------------------------------------------------------------------------------------------ types, fields

std::span<const ast::Field* const> AstBuilder::fields(G::FieldsContext* context) {
  if (context == nullptr) return {};
  std::vector<const ast::Field*> made;
  for (G::FieldContext* item : context->items) {
    if (failed(item)) continue;
    auto* field = arena_.make<ast::Field>();
    field->id = next_id();
    field->span = span(item);
    field->key = word(item->id);
    field->type = type(item->kind);
    if (auto* plain = dynamic_cast<G::PlainDefaultContext*>(item->initial)) {
      field->default_value = literal(plain->value);
    } else if (auto* negative = dynamic_cast<G::NegativeDefaultContext*>(item->initial)) {
      field->default_value = wrap(ast::UnaryOp::kNegate, negative->sign, scalar(negative->number));
    }
    made.push_back(field);
  }
  return arena_.copy(made);
}

const ast::Type* AstBuilder::type(G::TypeContext* context) {
  auto* made = arena_.make<ast::Type>();
  made->id = next_id();
  made->span = span(context);
  made->optional = context->optional != nullptr;
  if (auto* values = dynamic_cast<G::EnumTypeContext*>(context->base)) {
    made->kind = ast::TypeKind::kEnum;
    std::vector<ast::StringLiteral> literals;
    for (const antlr4::Token* value : values->values) literals.push_back(string_literal(value));
    made->values = arena_.copy(literals);
  } else if (auto* named = dynamic_cast<G::NamedTypeContext*>(context->base)) {
    made->kind = ast::TypeKind::kNamed;
    made->name = word(named->id);
    made->argument = named->element == nullptr ? nullptr : type(named->element);
  } else {
    made->kind = ast::TypeKind::kRecord;
    made->fields = fields(static_cast<G::RecordTypeContext*>(context->base)->members);
  }
  return made;
}

}  // namespace wend::syntax

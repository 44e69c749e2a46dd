// Journeys whose entry implies that their policy leaves the contact alone: nothing of them would ever be
// sent.

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/analysis/passes.h"

namespace wend {
namespace {

using namespace ast;

// The source without blanks: what is written alike means alike where both places name the same things.
std::string without_blanks(const Context& context, Span span) {
  std::string text = context.text(span);
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  return text;
}

const Expr* segment_condition(const Context& context, std::string_view name) {
  for (const File& file : context.files) {
    for (const Decl* decl : file.decls) {
      const auto* segment = decl->as<SegmentDecl>();
      if (segment != nullptr && segment->name.text == name) return segment->condition;
    }
  }
  return nullptr;
}

// One thing that is known to hold when a run begins: a condition, or that an event did not come for so long.
struct Fact {
  const Expr* condition = nullptr;
  const Occurrence* silent = nullptr;
  Millis silent_ms = 0;
};

class Implication {
 public:
  explicit Implication(const Context& context) : context_(context) {}

  void know(const Expr& expr) {
    const Expr& inner = *strip_parens(&expr);
    const auto* binary = inner.as<BinaryExpr>();
    if (binary != nullptr && binary->op == BinaryOp::kAnd) {
      know(*binary->left);
      know(*binary->right);
      return;
    }
    if (const auto* no = inner.as<NoExpr>()) facts_.push_back({nullptr, &no->occurrence, no->window_ms});
    facts_.push_back({&inner, nullptr, 0});
    const auto* name = inner.as<NameExpr>();
    const Expr* segment = name != nullptr ? segment_condition(context_, name->name) : nullptr;
    if (segment != nullptr && depth_ < kMaxSegments) {
      ++depth_;
      know(*segment);
    }
  }
  void know(const SegmentRef& segment) {
    if (segment.condition != nullptr) return know(*segment.condition);
    if (const Expr* condition = segment_condition(context_, segment.name.text)) know(*condition);
  }
  void know_silence(const Occurrence& occurrence, Millis silent_ms) {
    facts_.push_back({nullptr, &occurrence, silent_ms});
  }

  bool implies(const Expr& expr) const {
    const Expr& inner = *strip_parens(&expr);
    if (const auto* binary = inner.as<BinaryExpr>()) {
      if (binary->op == BinaryOp::kAnd) return implies(*binary->left) && implies(*binary->right);
      if (binary->op == BinaryOp::kOr && (implies(*binary->left) || implies(*binary->right))) return true;
    }
    return std::any_of(facts_.begin(), facts_.end(), [&](const Fact& fact) { return says(fact, inner); });
  }

 private:
  static constexpr int kMaxSegments = 32;

  bool says(const Fact& fact, const Expr& expr) const {
    if (fact.condition != nullptr) {
      return without_blanks(context_, fact.condition->span) == without_blanks(context_, expr.span);
    }
    const auto* no = expr.as<NoExpr>();
    if (no == nullptr || no->occurrence.event.text != fact.silent->event.text) return false;
    if (no->window_ms > fact.silent_ms) return false;
    const Expr* asked = no->occurrence.where;
    const Expr* known = fact.silent->where;
    if (asked == nullptr || known == nullptr) return known == nullptr;
    return without_blanks(context_, asked->span) == without_blanks(context_, known->span);
  }

  const Context& context_;
  std::vector<Fact> facts_;
  int depth_ = 0;
};

void know_trigger(Implication& known, const Trigger& trigger) {
  if (trigger.kind == TriggerKind::kEnterSegment) known.know(trigger.segment);
  if (trigger.kind == TriggerKind::kSilence) known.know_silence(trigger.occurrence, trigger.silence_ms);
}

// Does the condition hold at every entry, by the clauses alone?
bool holds_at_entry(const Context& context, const JourneyDecl& decl, const Expr& condition) {
  Implication common(context);
  std::vector<const Trigger*> triggers;
  for (const Clause* clause : decl.clauses) {
    if (const auto* whom = clause->as<ForClause>()) common.know(whom->segment);
    if (const auto* on = clause->as<OnClause>()) {
      triggers.insert(triggers.end(), on->triggers.begin(), on->triggers.end());
    }
  }
  if (common.implies(condition)) return true;
  return !triggers.empty() && std::all_of(triggers.begin(), triggers.end(), [&](const Trigger* trigger) {
    Implication known = common;
    know_trigger(known, *trigger);
    return known.implies(condition);
  });
}

// The first send of the journey that the guard speaks of and that is asked by guards at all.
const SendInfo* guarded_send(const Context& context, uint32_t journey, const GuardInfo& guard) {
  for (const SendInfo& send : context.program.sends) {
    if (send.journey != journey || send.message == kNone) continue;
    const MessageInfo& message = context.program.messages[send.message];
    if (message.channel == kNone || !is_marketing(context, message)) continue;
    const bool meant = guard.channels.empty() || std::find(guard.channels.begin(), guard.channels.end(),
                                                           message.channel) != guard.channels.end();
    if (meant) return &send;
  }
  return nullptr;
}

}  // namespace

bool is_marketing(const Context& context, const MessageInfo& message) {
  if (message.channel == kNone || !context.program.channels[message.channel].reaches_person) return false;
  if (message.decl == nullptr) return true;
  for (const MessageItem* item : message.decl->items) {
    if (item->kind == MessageItemKind::kTo) return false;
    if (item->kind == MessageItemKind::kCategory && item->category == ast::CategoryKind::kTransactional) {
      return false;
    }
  }
  return true;
}

void check_hibernation(Context& context) {
  for (uint32_t i = 0; i < context.program.journeys.size(); ++i) {
    const JourneyInfo& journey = context.program.journeys[i];
    if (journey.policy == kNone) continue;
    const PolicyInfo& policy = context.program.policies[journey.policy];
    for (const GuardInfo& guard : policy.guards) {
      const ast::Guard& node = *guard.guard;
      if (node.kind != ast::GuardKind::kHibernate || node.when == nullptr || node.count > 0) continue;
      const SendInfo* send = guarded_send(context, i, guard);
      if (send == nullptr || !holds_at_entry(context, *journey.decl, *node.when)) continue;
      context.sink.report(HibernatedJourney{journey.decl->name.span, std::string(journey.decl->name.text),
                                            std::string(policy.decl->name.text), node.span,
                                            send->body->span});
      break;
    }
  }
}

}  // namespace wend

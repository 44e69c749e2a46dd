// Declarations and the clauses of journeys.

#include <algorithm>
#include <string_view>

#include "compiler/format/layout.h"

namespace wend::format {

using namespace ast;

DocPtr Layout::declaration(const Decl& decl) {
  const size_t first = tokens_.first(decl.span);
  const size_t last = tokens_.last(decl.span);
  return item(first, last, false, [&] { return declaration_document(decl, first, last); }).doc;
}

DocPtr Layout::declaration_document(const Decl& decl, size_t first, size_t last) {
  Parts items;
  switch (decl.kind) {
    case DeclKind::kEvent:
      if (!decl.as<EventDecl>()->has_fields) break;
      for (const Field* one : decl.as<EventDecl>()->fields) items.push_back(field(*one));
      return with_items(first, last, items, Parting::kCommasOnOneLine);
    case DeclKind::kContact:
      for (const Field* one : decl.as<ContactDecl>()->fields) items.push_back(field(*one));
      return with_items(first, last, items, Parting::kCommasOnOneLine);
    case DeclKind::kCatalog:
      if (tokens_.at(last).text != "}") break;
      for (const Field* one : decl.as<CatalogDecl>()->fields) items.push_back(field(*one));
      return with_items(first, last, items, Parting::kCommasOnOneLine);
    case DeclKind::kSegment:
      return range(first, last, {part(*decl.as<SegmentDecl>()->condition)});
    case DeclKind::kConst:
      return range(first, last, {part(*decl.as<ConstDecl>()->value)});
    case DeclKind::kScore:
      return score(*decl.as<ScoreDecl>(), first, last);
    case DeclKind::kChannel:
      return channel(first, last);
    case DeclKind::kMessage:
      for (const MessageItem* one : decl.as<MessageDecl>()->items) items.push_back(message_item(*one));
      return with_items(first, last, items, Parting::kBlanks);
    case DeclKind::kPolicy:
      for (const Guard* one : decl.as<PolicyDecl>()->guards) items.push_back(guard(*one));
      return with_items(first, last, items, Parting::kBlanks);
    case DeclKind::kJourney:
      return journey(*decl.as<JourneyDecl>(), first, last);
    case DeclKind::kSteps:
      return steps(*decl.as<StepsDecl>(), first, last);
    case DeclKind::kSettings:
      for (const Setting& one : decl.as<SettingsDecl>()->settings) {
        const size_t begin = tokens_.first(one.span);
        const size_t end = tokens_.last(one.span);
        items.push_back({begin, end, range(begin, end, {})});
      }
      return with_items(first, last, items, Parting::kBlanks);
    case DeclKind::kMigrate:
      for (const MigrateRule& one : decl.as<MigrateDecl>()->rules) {
        const size_t begin = tokens_.first(one.span);
        const size_t end = tokens_.last(one.span);
        items.push_back({begin, end, range(begin, end, {})});
      }
      return with_items(first, last, items, Parting::kBlanks);
    case DeclKind::kTest:
      for (const TestLine* one : decl.as<TestDecl>()->lines) items.push_back(test_line(*one));
      return with_items(first, last, items, Parting::kLines);
  }
  return range(first, last, {});
}

DocPtr Layout::with_items(size_t first, size_t last, const Parts& items, Parting parting) {
  const size_t open = items.empty() ? last - 1 : items.front().first - 1;
  return range(first, last, {{open, last, brackets(open, last, items, parting)}});
}

// `+10 opened, +5 clicked`: the comma is dropped, except behind a condition, which would otherwise go on.
DocPtr Layout::score(const ScoreDecl& score, size_t first, size_t last) {
  Parts items;
  for (const ScoreItem& one : score.items) {
    const size_t begin = tokens_.first(one.span);
    size_t end = tokens_.last(one.span);
    Parts parts;
    const Expr* condition = one.kind == ScoreItemKind::kPoints ? one.occurrence.where : nullptr;
    add(parts, condition);
    if (condition != nullptr && tokens_.at(end + 1).text == ",") ++end;
    items.push_back({begin, end, range(begin, end, std::move(parts))});
  }
  return with_items(first, last, items, Parting::kBlanks);
}

// The tree keeps what a channel has and not where; its three words begin nothing else there.
DocPtr Layout::channel(size_t first, size_t last) {
  Parts items;
  size_t open = first;
  while (tokens_.at(open).text != "{") ++open;
  for (size_t i = open + 1; i < last;) {
    size_t end = i;
    const auto begins_item = [&](size_t at) {
      const std::string_view text = tokens_.at(at).text;
      return (text == "address" || text == "consent" || text == "cost") && tokens_.at(at - 1).text != ".";
    };
    while (end + 1 < last && !begins_item(end + 1)) ++end;
    items.push_back({i, end, range(i, end, {})});
    i = end + 1;
  }
  return with_items(first, last, items, Parting::kBlanks);
}

DocPtr Layout::steps(const StepsDecl& steps, size_t first, size_t last) {
  const size_t open = tokens_.last(steps.name.span) + 1;
  const Part body = block_part(steps.block, {});
  Parts parameters;
  for (const Parameter& one : steps.parameters) {
    const size_t begin = tokens_.first(one.name.span);
    const size_t end = tokens_.last(one.type->span);
    parameters.push_back({begin, end, range(begin, end, {type(*one.type)})});
  }
  return range(first, last,
               {{open, body.first - 1, call(open, body.first - 1, std::move(parameters))}, body});
}

Layout::Part Layout::guard(const Guard& guard) {
  const size_t first = tokens_.first(guard.span);
  const size_t last = tokens_.last(guard.span);
  return item(first, last, true, [&] {
    Parts parts;
    if (guard.kind == GuardKind::kCap) {
      add(parts, guard.limit);
      add(parts, guard.segment.condition);
    }
    if (guard.kind == GuardKind::kHibernate) add(parts, guard.when);
    return range(first, last, std::move(parts));
  });
}

Layout::Part Layout::message_item(const MessageItem& item) {
  const size_t first = tokens_.first(item.span);
  const size_t last = tokens_.last(item.span);
  return this->item(first, last, true, [&] {
    Parts parts;
    if (item.kind == MessageItemKind::kData) parts.push_back(fields(first + 1, last, item.fields));
    return range(first, last, std::move(parts));
  });
}

Layout::Part Layout::test_line(const TestLine& line) {
  const size_t first = tokens_.first(line.span);
  const size_t last = tokens_.last(line.span);
  return item(first, last, true, [&] {
    Parts parts;
    add(parts, line.record);
    add(parts, line.left);
    add(parts, line.right);
    if (line.run_key != nullptr) tight_before_.insert(tokens_.first(line.run_key->span) - 1);
    return range(first, last, std::move(parts));
  });
}

// ------------------------------------------------------------------------------------------ journeys

void Layout::add_trigger(Parts& parts, const Trigger& trigger) {
  if (trigger.kind == TriggerKind::kEvent || trigger.kind == TriggerKind::kSilence) {
    add(parts, trigger.occurrence.where);
  }
  if (trigger.kind == TriggerKind::kEnterSegment || trigger.kind == TriggerKind::kLeaveSegment) {
    add(parts, trigger.segment.condition);
  }
  if (trigger.kind == TriggerKind::kDate || trigger.kind == TriggerKind::kDateOffset)
    add(parts, trigger.date);
}

Layout::Part Layout::clause(const Clause& clause) {
  const size_t first = tokens_.first(clause.span);
  const size_t last = tokens_.last(clause.span);
  return item(first, last, true, [&] {
    Parts parts;
    if (const auto* on = clause.as<OnClause>()) {
      for (const Trigger* trigger : on->triggers) add_trigger(parts, *trigger);
    }
    if (const auto* whom = clause.as<ForClause>()) add(parts, whom->segment.condition);
    if (const auto* enter = clause.as<EnterClause>()) add(parts, enter->each);
    if (const auto* until = clause.as<UntilClause>()) {
      add(parts, until->condition);
      add(parts, until->where);
      if (until->has_block) parts.push_back(block_part(until->block, parts));
    }
    if (const auto* goal = clause.as<GoalClause>()) {
      add(parts, goal->occurrence.where);
      add(parts, goal->value);
    }
    if (const auto* lasts = clause.as<LastsClause>(); lasts != nullptr && lasts->has_block) {
      parts.push_back(block_part(lasts->block, {}));
    }
    return range(first, last, std::move(parts));
  });
}

// In the order of the language's table, which is the order of the kinds; those of one kind keep theirs. What
// stands above the first clause of an anonymous journey documents the journey: there nothing moves that would
// change it.
std::vector<const Clause*> Layout::ordered_clauses(const JourneyDecl& journey) const {
  std::vector<const Clause*> written(journey.clauses.begin(), journey.clauses.end());
  std::vector<const Clause*> ordered = written;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Clause* a, const Clause* b) { return a->kind < b->kind; });
  if (!journey.anonymous || written.front() == ordered.front()) return ordered;
  const auto has_comment = [&](const Clause* clause) {
    return !clause->docs.empty() || !tokens_.at(tokens_.first(clause->span)).leading.empty();
  };
  const size_t begin = tokens_.first(journey.span);
  const bool documented = !journey.docs.empty() || tokens_.at(begin).had_leading;
  return documented || has_comment(ordered.front()) ? written : ordered;
}

DocPtr Layout::journey(const JourneyDecl& journey, size_t first, size_t last) {
  if (journey.anonymous) {
    const DocPtr line = sentence(journey, first, last);
    return line != nullptr ? line : journey_body(journey, 0);
  }
  const size_t open = tokens_.last(journey.name.span) + 1;
  return docs_.concat({range(first, open, {}), docs_.indent(kStep, journey_body(journey, last)),
                       one_line_ ? docs_.line(" ") : docs_.hard(), docs_.token(last)});
}

// Clauses, an empty line, steps. `close` is the closing brace, 0 for an anonymous journey.
DocPtr Layout::journey_body(const JourneyDecl& journey, size_t close) {
  std::vector<DocPtr> out;
  const auto next_line = [&](bool blank) { return one_line_ ? docs_.line(" ") : docs_.hard(blank); };
  bool is_first = true;
  for (const Clause* one : ordered_clauses(journey)) {
    const Part part = clause(*one);
    if (!is_first || close > 0) out.push_back(next_line(!is_first && tokens_.blank_before(part.first)));
    out.push_back(part.doc);
    is_first = false;
  }
  for (size_t i = 0; i < journey.steps.size(); ++i) {
    const Part part = step(*journey.steps[i]);
    const bool blank = i == 0 || tokens_.blank_before(part.first);
    out.push_back(next_line(blank));
    out.push_back(part.doc);
  }
  if (close > 0) {
    std::vector<AttachedComment> dangling = tokens_.take_leading(close);
    if (!dangling.empty()) {
      out.push_back(docs_.hard(dangling.front().blank_before));
      out.push_back(docs_.comments(std::move(dangling)));
    }
  }
  return docs_.concat(std::move(out));
}

// The journey on one line, nullptr where it was not written so, is too long, or would mislead: what follows a
// branch without braces on its line seems to belong to it.
DocPtr Layout::sentence(const JourneyDecl& journey, size_t first, size_t last) {
  if (!tokens_.on_one_line(first, last)) return nullptr;
  for (size_t i = 0; i + 1 < journey.steps.size(); ++i) {
    if (journey.steps[i]->kind >= StepKind::kIf) return nullptr;
  }
  const bool outer = one_line_;
  one_line_ = true;
  const DocPtr line = docs_.flat(journey_body(journey, 0));
  one_line_ = outer;
  std::string printed = print(line, tokens_, width_);
  for (const AttachedComment& comment : tokens_.at(last).trailing) {
    printed.resize(printed.size() - std::min(printed.size(), comment.text.size() + 2));
  }
  return outer || columns(printed) <= width_ ? line : nullptr;
}

}  // namespace wend::format

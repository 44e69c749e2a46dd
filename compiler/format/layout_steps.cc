// Steps, their blocks and branches.

#include <algorithm>

#include "compiler/analysis/walk.h"
#include "compiler/format/layout.h"

namespace wend::format {

using namespace ast;

namespace {

bool is_plain(const Step& step) { return step.kind < StepKind::kIf; }

}  // namespace

bool Layout::is_covered(size_t first, size_t last, bool from_above) const {
  if (!tokens_.on_one_line(first, last)) return false;
  const auto speaks = [](const AttachedComment& comment) {
    const size_t begin = comment.text.find_first_not_of("# \t");
    return begin != std::string_view::npos && comment.text.substr(begin).starts_with("wend:");
  };
  const std::vector<AttachedComment>& behind = tokens_.at(last).trailing;
  if (std::any_of(behind.begin(), behind.end(), speaks)) return true;
  const std::vector<AttachedComment>& above = tokens_.at(first).leading;
  return from_above && std::any_of(above.begin(), above.end(), speaks);
}

Layout::Part Layout::step(const Step& step) {
  const size_t first = tokens_.first(step.span);
  const size_t last = tokens_.last(step.span);
  return item(first, last, true, [&] { return step_document(step, first, last); });
}

DocPtr Layout::step_document(const Step& step, size_t first, size_t last) {
  const bool branches = step.kind == StepKind::kIf || step.kind == StepKind::kWaitMoment ||
                        step.kind == StepKind::kWaitCondition || step.kind == StepKind::kWaitFor ||
                        step.kind == StepKind::kCall;
  if (branches) return branching(step, first, last);
  Parts parts = expressions(step);
  switch (step.kind) {
    case StepKind::kSendFirst:
      parts.push_back(send_first(*step.as<SendFirstStep>()));
      break;
    case StepKind::kDo: {
      const size_t open = tokens_.last(step.as<DoStep>()->sequence.span) + 1;
      const DocPtr arguments = call(open, last, std::move(parts));
      parts = {{open, last, arguments}};
      break;
    }
    case StepKind::kRepeat:
      parts.push_back(block_part(step.as<RepeatStep>()->block, parts));
      break;
    case StepKind::kMatch:
    case StepKind::kWaitAny:
    case StepKind::kSplit: {
      const Parts inner = arms(step);
      // `winner after 1000 at 95%` may follow the arms of a `split`.
      const auto* split = step.as<SplitStep>();
      const size_t close = split != nullptr && split->has_winner ? last - 5 : last;
      const size_t open = inner.empty() ? close - 1 : inner.front().first - 1;
      parts.push_back({open, close, brackets(open, close, inner, Parting::kLines)});
      break;
    }
    default:
      break;
  }
  return range(first, last, std::move(parts));
}

Layout::Parts Layout::expressions(const Step& step) {
  Parts parts;
  for_each_expr(step, [&](const Expr& expr) { parts.push_back(part(expr)); });
  return parts;
}

Layout::Part Layout::send_first(const SendFirstStep& step) {
  Parts bodies;
  for (const SendBody& body : step.bodies) {
    const size_t first = tokens_.first(body.span);
    const size_t last = tokens_.last(body.span);
    bodies.push_back({first, last, range(first, last, {})});
  }
  const size_t open = bodies.front().first - 1;
  size_t close = bodies.back().last + 1;
  if (tokens_.at(close).text == ",") ++close;
  return {open, close, brackets(open, close, bodies, Parting::kCommas)};
}

DocPtr Layout::block(const Block& block, const Parts& head) {
  Parts steps;
  for (const Step* one : block.steps) steps.push_back(step(*one));
  const bool short_form = steps.empty() || (steps.size() == 1 && is_plain(*block.steps[0]));
  return brackets(tokens_.first(block.span), tokens_.last(block.span), steps,
                  short_form ? Parting::kBlanks : Parting::kLines, head.empty() ? nullptr : head.back().doc);
}

Layout::Part Layout::block_part(const Block& block, const Parts& head) {
  return {tokens_.first(block.span), tokens_.last(block.span), this->block(block, head)};
}

// The one step of a branch without braces, behind its condition or on the next line.
DocPtr Layout::unbraced(const Block& block, bool open) {
  const DocPtr line = docs_.line(" ");
  return docs_.group(docs_.indent(kStep, docs_.concat({line, step(*block.steps[0]).doc})),
                     open && !one_line_);
}

std::vector<Layout::Section> Layout::sections(const Step& step, size_t first, size_t last) {
  std::vector<Section> out;
  const Step* at = &step;
  size_t begin = first;
  while (true) {
    const Block* then_block = nullptr;
    const ElseBranch* otherwise = nullptr;
    const auto take = [&](const auto& compound) {
      if (compound.has_then) then_block = &compound.then_block;
      otherwise = &compound.else_branch;
    };
    if (const auto* choice = at->as<IfStep>()) {
      then_block = &choice->then_block;
      otherwise = &choice->else_branch;
    }
    if (const auto* moment = at->as<WaitMomentStep>()) take(*moment);
    if (const auto* condition = at->as<WaitConditionStep>()) take(*condition);
    if (const auto* event = at->as<WaitForStep>()) take(*event);
    if (const auto* outside = at->as<CallStep>()) otherwise = &outside->else_branch;
    const bool has_else = otherwise != nullptr && otherwise->present;
    const size_t else_token = has_else ? tokens_.first(otherwise->block.span) - 1 : last + 1;
    const size_t head_end = then_block != nullptr ? tokens_.first(then_block->span) : else_token;
    out.push_back({begin, head_end - 1, expressions(*at), then_block});
    if (!has_else) return out;
    const Block& block = otherwise->block;
    if (!block.braced && block.steps[0]->kind == StepKind::kIf) {
      at = block.steps[0];
      begin = else_token;
      continue;
    }
    out.push_back({else_token, else_token, {}, &block});
    return out;
  }
}

// A step with branches. `else` stands behind the brace of an opened block, else on a line of its own, unless
// all of the step is on one line.
DocPtr Layout::branching(const Step& step, size_t first, size_t last) {
  std::vector<DocPtr> out;
  const Block* before = nullptr;
  DocPtr before_group = nullptr;
  for (const Section& section : sections(step, first, last)) {
    if (section.first != first) {
      const DocPtr blank = docs_.text(" ");
      const DocPtr line = docs_.line(" ");
      if (before == nullptr) {
        out.push_back(blank);
      } else {
        out.push_back(before->braced ? docs_.if_open(before_group, blank, line) : line);
      }
    }
    out.push_back(range(section.first, section.head_last, section.parts));
    before = section.block;
    if (before == nullptr) continue;
    if (before->braced) {
      before_group = block(*before, section.parts);
      out.push_back(docs_.text(" "));
      out.push_back(before_group);
    } else {
      out.push_back(unbraced(*before, !tokens_.on_one_line(section.head_last, tokens_.first(before->span))));
    }
  }
  return docs_.group(docs_.concat(std::move(out)), !one_line_ && !tokens_.on_one_line(first, last));
}

Layout::Part Layout::arm(size_t first, size_t last, Parts parts, const Block* block) {
  return item(first, last, true, [&] {
    if (block != nullptr && block->braced) {
      parts.push_back(block_part(*block, {}));
    } else if (block != nullptr) {
      parts.push_back({tokens_.first(block->span), tokens_.last(block->span), unbraced(*block, false), true});
    }
    return range(first, last, std::move(parts));
  });
}

Layout::Parts Layout::arms(const Step& step) {
  Parts out;
  const auto add_else = [&](const ElseBranch& otherwise) {
    if (!otherwise.present) return;
    const size_t first = tokens_.first(otherwise.block.span) - 2;  // else ->
    out.push_back(arm(first, tokens_.last(otherwise.block.span), {}, &otherwise.block));
  };
  if (const auto* match = step.as<MatchStep>()) {
    for (const MatchArm& one : match->arms) {
      Parts parts;
      for (const Expr* value : one.values) parts.push_back(part(*value));
      out.push_back(arm(tokens_.first(one.span), tokens_.last(one.span), std::move(parts), &one.block));
    }
    add_else(match->else_branch);
  }
  if (const auto* wait = step.as<WaitAnyStep>()) {
    for (const WaitArm& one : wait->arms) {
      Parts parts;
      for (const EngagementExpr* engagement : one.engagements) add(parts, engagement);
      for (const Occurrence& occurrence : one.occurrences) add(parts, occurrence.where);
      out.push_back(arm(tokens_.first(one.span), tokens_.last(one.span), std::move(parts), &one.block));
    }
    add_else(wait->else_branch);
  }
  if (const auto* split = step.as<SplitStep>()) {
    for (const SplitArm& one : split->arms) {
      out.push_back(
          arm(tokens_.first(one.span), tokens_.last(one.span), {}, one.has_block ? &one.block : nullptr));
    }
  }
  return out;
}

}  // namespace wend::format

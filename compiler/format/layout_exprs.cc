// Expressions, types, fields, and what is printed token by token.

#include <algorithm>
#include <string_view>

#include "compiler/analysis/walk.h"
#include "compiler/format/layout.h"

namespace wend::format {

using namespace ast;

namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

bool Layout::needs_space(size_t before, size_t after) const {
  const std::string_view left = tokens_.at(before).text;
  const std::string_view right = tokens_.at(after).text;
  if (is_one_of(right, {",", ")", "]", ":", "?", ".", ".."})) return false;
  if (is_one_of(left, {"(", "[", ".", ".."})) return false;
  if (left == "{" && right == "}") return false;
  if (tight_before_.contains(after) || tight_after_.contains(before)) return false;
  const bool sign = (left == "+" || left == "-") && !operators_.contains(before);
  return !sign;
}

DocPtr Layout::range(size_t first, size_t last, Parts parts) {
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.first < b.first; });
  std::vector<DocPtr> out;
  auto next = parts.begin();
  for (size_t i = first; i <= last;) {
    const bool is_part = next != parts.end() && next->first == i;
    if (i > first && !(is_part && next->glued) && needs_space(i - 1, i)) out.push_back(docs_.text(" "));
    if (is_part) {
      out.push_back(next->doc);
      i = next->last + 1;
      ++next;
    } else {
      out.push_back(docs_.token(i));
      ++i;
    }
  }
  return docs_.concat(std::move(out));
}

Layout::Part Layout::part(const Expr& expr) {
  return {tokens_.first(expr.span), tokens_.last(expr.span), expression(expr)};
}

void Layout::add(Parts& parts, const Expr* expr) {
  if (expr != nullptr) parts.push_back(part(*expr));
}

DocPtr Layout::expression(const Expr& expr) {
  const size_t first = tokens_.first(expr.span);
  const size_t last = tokens_.last(expr.span);
  Parts parts;
  switch (expr.kind) {
    case ExprKind::kBinary: {
      const auto& binary = *expr.as<BinaryExpr>();
      if (binary.op == BinaryOp::kAnd || binary.op == BinaryOp::kOr) return chain(binary);
      operators_.insert(tokens_.first(binary.op_span));
      break;
    }
    case ExprKind::kCall: {
      for (const Argument& argument : expr.as<CallExpr>()->arguments) {
        const size_t begin = tokens_.first(argument.value->span);
        Parts inner{part(*argument.value)};
        add(inner, argument.where);
        const size_t end = inner.back().last;
        parts.push_back({begin, end, range(begin, end, std::move(inner))});
      }
      const size_t open = tokens_.last(expr.as<CallExpr>()->function.span) + 1;
      return docs_.concat({docs_.token(first), call(open, last, std::move(parts))});
    }
    case ExprKind::kList:
      for (const Expr* item : expr.as<ListExpr>()->items) parts.push_back(part(*item));
      return brackets(first, last, parts, Parting::kCommas);
    case ExprKind::kRecord:
      for (const RecordField& field : expr.as<RecordExpr>()->fields) {
        const size_t begin = tokens_.first(field.key.span);
        const size_t end = tokens_.last(field.value->span);
        parts.push_back({begin, end, range(begin, end, {part(*field.value)})});
      }
      return brackets(first, last, parts, Parting::kCommas);
    case ExprKind::kIndex:
      tight_before_.insert(tokens_.last(expr.as<IndexExpr>()->object->span) + 1);
      break;
    case ExprKind::kMember:
      if (expr.as<MemberExpr>()->argument != nullptr) {
        tight_before_.insert(tokens_.last(expr.as<MemberExpr>()->key.span) + 1);
      }
      break;
    default:
      break;
  }
  for_each_child(expr, [&](const Expr& child) { parts.push_back(part(child)); });
  return range(first, last, std::move(parts));
}

void Layout::chain_operands(const Expr& expr, BinaryOp op, std::vector<const Expr*>& operands) {
  const Expr* at = &expr;
  size_t begin = operands.size();
  while (const auto* binary = at->as<BinaryExpr>()) {
    if (binary->op != op) break;
    operands.insert(operands.begin() + static_cast<std::ptrdiff_t>(begin), binary->right);
    at = binary->left;
  }
  operands.insert(operands.begin() + static_cast<std::ptrdiff_t>(begin), at);
}

// `a and b and c`: where it is too long, each operand but the first on a line that begins with the word.
DocPtr Layout::chain(const BinaryExpr& expr) {
  std::vector<const Expr*> operands;
  chain_operands(expr, expr.op, operands);
  std::vector<DocPtr> rest;
  for (size_t i = 1; i < operands.size(); ++i) {
    rest.push_back(docs_.line(" "));
    rest.push_back(docs_.token(tokens_.first(operands[i]->span) - 1));
    rest.push_back(docs_.text(" "));
    rest.push_back(expression(*operands[i]));
  }
  return docs_.group(
      docs_.concat({expression(*operands[0]), docs_.indent(kContinuation, docs_.concat(std::move(rest)))}),
      tokens_.has_comment_inside(tokens_.first(expr.span), tokens_.last(expr.span)));
}

DocPtr Layout::call(size_t open, size_t close, Parts arguments) {
  tight_before_.insert(open);
  if (arguments.empty()) return range(open, close, {});
  std::vector<DocPtr> inner;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) {
      const size_t comma = arguments[i].first - 1;
      tokens_.settle_comma(comma);
      inner.push_back(docs_.token(comma));
    }
    inner.push_back(docs_.line(i > 0 ? " " : ""));
    inner.push_back(arguments[i].doc);
  }
  return docs_.group(
      docs_.concat({docs_.token(open), docs_.indent(kContinuation, docs_.concat(std::move(inner))),
                    docs_.line(""), docs_.token(close)}),
      tokens_.has_comment_inside(open, close));
}

Layout::Part Layout::type(const Type& type) {
  const size_t first = tokens_.first(type.span);
  const size_t last = tokens_.last(type.span);
  Parts parts;
  if (type.argument != nullptr) {
    parts.push_back(this->type(*type.argument));
    tight_before_.insert(parts.back().first - 1);
    tight_after_.insert(parts.back().first - 1);
    tight_before_.insert(parts.back().last + 1);
  }
  if (type.kind == TypeKind::kRecord) {
    parts.push_back(fields(first, type.optional ? last - 1 : last, type.fields));
  }
  return {first, last, range(first, last, std::move(parts))};
}

Layout::Part Layout::field(const Field& field) {
  const size_t first = tokens_.first(field.span);
  const size_t last = tokens_.last(field.span);
  Parts parts{type(*field.type)};
  add(parts, field.default_value);
  return {first, last, range(first, last, std::move(parts))};
}

Layout::Part Layout::fields(size_t open, size_t close, std::span<const Field* const> fields) {
  Parts parts;
  for (const Field* one : fields) parts.push_back(field(*one));
  return {open, close, brackets(open, close, parts, Parting::kCommasOnOneLine)};
}

// Settles the comments of all commas between the brackets. One behind the last item is never printed.
void Layout::remove_commas(size_t open, size_t close, const Parts& items, bool keep_between) {
  for (size_t i = 0; i < items.size(); ++i) {
    const size_t after = items[i].last + 1;
    if (after >= close || after <= open || tokens_.at(after).text != ",") continue;
    if (keep_between && i + 1 < items.size()) {
      tokens_.settle_comma(after);
    } else {
      tokens_.drop_comma(after);
    }
  }
}

DocPtr Layout::brackets(size_t open, size_t close, const Parts& items, Parting parting, DocPtr open_with) {
  const bool written_open = !tokens_.on_one_line(open, close);
  remove_commas(open, close, items, parting == Parting::kCommas);
  const bool padded = tokens_.at(open).text == "{";
  const std::string_view pad = padded ? " " : "";
  std::vector<AttachedComment> dangling = tokens_.take_leading(close);
  std::vector<DocPtr> inner;
  for (size_t i = 0; i < items.size(); ++i) {
    const bool blank = i > 0 && tokens_.blank_before(items[i].first);
    if (i > 0 && parting == Parting::kCommas) inner.push_back(docs_.token(items[i - 1].last + 1));
    if (i == 0) {
      inner.push_back(docs_.line(pad));
    } else if (parting == Parting::kLines && !one_line_) {
      inner.push_back(docs_.hard(blank));
    } else {
      inner.push_back(docs_.line(parting == Parting::kBlanks            ? "  "
                                 : parting == Parting::kCommasOnOneLine ? ", "
                                                                        : " ",
                                 blank));
    }
    inner.push_back(items[i].doc);
  }
  const bool has_comments = !dangling.empty();
  if (has_comments) {
    inner.push_back(docs_.hard(!items.empty() && dangling.front().blank_before));
    inner.push_back(docs_.comments(std::move(dangling)));
  }
  if (inner.empty()) return range(open, close, {});
  const DocPtr end = has_comments ? docs_.hard() : docs_.line(pad);
  const bool keeps_open = (written_open || parting == Parting::kLines) && !one_line_;
  return docs_.group(docs_.concat({docs_.token(open), docs_.indent(kStep, docs_.concat(std::move(inner))),
                                   end, docs_.token(close)}),
                     keeps_open, open_with);
}

}  // namespace wend::format

#include "compiler/syntax/parse_liquid.h"

#include <antlr4-runtime.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <limits>
#include <string>
#include <utility>

#include "LiquidLexer.h"
#include "LiquidParser.h"
#include "compiler/diagnostics/messages.h"
#include "compiler/diagnostics/suggest.h"
#include "compiler/syntax/lexer_table.h"
#include "compiler/syntax/parse_tokens.h"
#include "vm/base/check.h"

namespace wend {

Span TemplateText::span(size_t begin, size_t end) const {
  if (map.empty()) return {file, offset + static_cast<uint32_t>(begin), offset + static_cast<uint32_t>(end)};
  return {file, map[begin], map[end]};
}

namespace {

using antlr4::Token;
using wend_liquid_grammar::LiquidLexer;
using wend_liquid_grammar::LiquidParser;

// Tags of Liquid that this version does not run, and those that end their blocks.
constexpr std::array kLaterTags = {"for",      "assign", "capture",   "case",      "when",     "break",
                                   "continue", "cycle",  "increment", "decrement", "tablerow", "render",
                                   "include",  "liquid", "echo",      "layout",    "section"};
constexpr std::array kLaterEnds = {"endfor", "endcapture", "endcase", "endtablerow"};
constexpr std::array kTags = {"if", "elsif", "else", "endif", "unless", "endunless", "comment", "raw"};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

template <size_t N>
bool one_of(std::string_view word, const std::array<const char*, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](const char* w) { return word == w; });
}

// Reports what the parser could not read, once a bracket pair, in words made from the token and the one
// before it.
class Listener : public antlr4::BaseErrorListener {
 public:
  Listener(const TemplateText& text, syntax::TokenView& tokens, Sink& sink)
      : text_(text), tokens_(tokens), sink_(sink) {}

  void syntaxError(antlr4::Recognizer*, Token* offending, size_t, size_t, const std::string&,
                   std::exception_ptr) override {
    bool follows = std::exchange(failed_, true);
    if (offending == nullptr) return;
    size_t at = offending->getTokenIndex();
    // The blocks were found to fit, so what is wrong with them now comes from an earlier message.
    bool in_brackets =
        !is_open(offending->getType()) && at > 0 && tokens_.get(at - 1)->getType() != LiquidLexer::TAG_OPEN;
    if (follows && !in_brackets) return;
    size_t open = at;
    while (open > 0 && !is_open(tokens_.get(open)->getType())) --open;
    if (open == last_open_) return;
    last_open_ = open;
    Token* before = at > 0 ? tokens_.get(at - 1) : nullptr;
    sink_.report(TemplateSyntax{span_of(offending), problem(offending, before), std::nullopt});
  }

  bool failed() const { return failed_; }
  static bool is_open(size_t type) {
    return type == LiquidLexer::OUTPUT_OPEN || type == LiquidLexer::TAG_OPEN;
  }

 private:
  Span span_of(Token* token) const {
    size_t begin = std::min(token->getStartIndex(), text_.text.size());
    size_t end =
        token->getType() == Token::EOF ? begin : std::min(token->getStopIndex() + 1, text_.text.size());
    return text_.span(begin, end);
  }

  std::string problem(Token* token, Token* before) const {
    size_t type = token->getType();
    size_t previous = before == nullptr ? Token::EOF : before->getType();
    std::string found = token->getText();
    if (type == LiquidLexer::OTHER && (found == "\"" || found == "'")) return "this quote is not closed";
    if (previous == LiquidLexer::ELSE && type == LiquidLexer::IF) return "written `elsif` in templates";
    if (type == LiquidLexer::OTHER && found == "=") return "a comparison is written `==`";
    if (type == LiquidLexer::OTHER && found == "|") return "filters stand only in `{{ .. }}`";
    switch (previous) {
      case LiquidLexer::OUTPUT_OPEN:
        return "a name is expected here, as in `{{ contact.first_name }}`";
      case LiquidLexer::TAG_OPEN:
        return "a tag's name is expected here";
      case LiquidLexer::BAR:
        return "a filter's name is expected here";
      case LiquidLexer::DOT:
        return "a property's name is expected here";
      case LiquidLexer::LS:
        return "a whole number or a quoted name is expected here";
      case LiquidLexer::COLON:
      case LiquidLexer::COMMA:
        return "an argument is expected here";
      default:
        break;
    }
    if (type == LiquidLexer::OUTPUT_CLOSE || type == LiquidLexer::TAG_CLOSE)
      return "the bracket closes too early";
    if (type == Token::EOF) return "the template ends too early";
    return fmt::format("`{}` is not expected here", found);
  }

  const TemplateText& text_;
  syntax::TokenView& tokens_;
  Sink& sink_;
  bool failed_ = false;
  size_t last_open_ = std::numeric_limits<size_t>::max();
};

// What the parser cannot say well is found on the tokens first: brackets and blocks that are not closed. The
// parser runs only where this finds nothing, so whatever it meets lies inside one bracket pair.
class StructureCheck {
 public:
  StructureCheck(const TemplateText& text, syntax::TokenView& tokens, Sink& sink)
      : text_(text), tokens_(tokens), sink_(sink) {}

  bool run() {
    for (size_t i = 0; i < tokens_.size() && ok_; ++i) {
      if (!Listener::is_open(tokens_.get(i)->getType())) continue;
      size_t close = find_close(i);
      if (!ok_) break;
      if (tokens_.get(i)->getType() == LiquidLexer::TAG_OPEN) visit_tag(i);
      i = close;
    }
    if (ok_ && !open_.empty()) {
      const OpenTag& tag = open_.back();
      const char* end = tag.is_if ? "an `{% endif %}` is missing" : "an `{% endunless %}` is missing";
      fail(span(tag.token, tag.token + 1), end);
    }
    return ok_;
  }

 private:
  struct OpenTag {
    size_t token;
    bool is_if;
  };

  Span span(size_t first, size_t last) const {
    return text_.span(tokens_.get(first)->getStartIndex(), tokens_.get(last)->getStopIndex() + 1);
  }
  void fail(Span at, std::string problem) {
    ok_ = false;
    sink_.report(TemplateSyntax{at, std::move(problem), std::nullopt});
  }

  size_t find_close(size_t open) {
    bool output = tokens_.get(open)->getType() == LiquidLexer::OUTPUT_OPEN;
    for (size_t i = open + 1; i < tokens_.size(); ++i) {
      size_t type = tokens_.get(i)->getType();
      if (type == LiquidLexer::OUTPUT_CLOSE || type == LiquidLexer::TAG_CLOSE) return i;
      bool opens_again = type == LiquidLexer::OTHER && tokens_.get(i)->getText() == "{" &&
                         i + 1 < tokens_.size() && tokens_.get(i + 1)->getType() == LiquidLexer::OTHER &&
                         tokens_.get(i + 1)->getStartIndex() == tokens_.get(i)->getStopIndex() + 1;
      if (opens_again || type == Token::EOF) break;
    }
    fail(span(open, open), output ? "a `}}` is missing" : "a `%}` is missing");
    return open;
  }

  void visit_tag(size_t open) {
    Token* word = tokens_.get(open + 1);
    switch (word->getType()) {
      case LiquidLexer::IF:
      case LiquidLexer::UNLESS:
        open_.push_back({open, word->getType() == LiquidLexer::IF});
        if (open_.size() > kMaxTemplateDepth) {
          fail(span(open, open + 1), fmt::format("nested deeper than {} tags", kMaxTemplateDepth));
        }
        return;
      case LiquidLexer::ELSIF:
      case LiquidLexer::ELSE:
        if (open_.empty()) fail(span(open + 1, open + 1), "no `{% if %}` is open here");
        return;
      case LiquidLexer::ENDIF:
      case LiquidLexer::ENDUNLESS:
        close_block(open + 1);
        return;
      case LiquidLexer::ID:
        check_unclosed_text(open, word->getText());
        return;
      default:
        return;
    }
  }

  void close_block(size_t word) {
    bool is_if = tokens_.get(word)->getType() == LiquidLexer::ENDIF;
    if (open_.empty()) {
      fail(span(word, word), is_if ? "no `{% if %}` is open here" : "no `{% unless %}` is open here");
    } else if (open_.back().is_if != is_if) {
      fail(span(word, word), is_if ? "the open tag is `{% unless %}`" : "the open tag is `{% if %}`");
    } else {
      open_.pop_back();
    }
  }

  // `raw` and `comment` are one token with their end; as a tag they stand where the end is missing.
  void check_unclosed_text(size_t open, const std::string& word) {
    for (const char* name : {"raw", "comment"}) {
      if (word == name) fail(span(open, open + 1), fmt::format("an `{{% end{} %}}` is missing", name));
      if (word == fmt::format("end{}", name)) {
        fail(span(open + 1, open + 1), fmt::format("no `{{% {} %}}` is open here", name));
      }
    }
  }

  const TemplateText& text_;
  syntax::TokenView& tokens_;
  Sink& sink_;
  std::vector<OpenTag> open_;
  bool ok_ = true;
};

class Builder {
 public:
  Builder(const TemplateText& text, syntax::TokenView& tokens, Sink& sink)
      : text_(text), tokens_(tokens), sink_(sink) {}

  std::vector<liquid::Node> build(LiquidParser::BlockContext* block) {
    std::vector<liquid::Node> nodes;
    for (LiquidParser::ItemContext* item : block->item()) add_item(nodes, item);
    return nodes;
  }

 private:
  void add_item(std::vector<liquid::Node>& nodes, LiquidParser::ItemContext* item) {
    if (dynamic_cast<LiquidParser::TextItemContext*>(item) != nullptr) {
      size_t begin = item->getStart()->getStartIndex();
      size_t end = item->getStart()->getStopIndex() + 1;
      add_text(nodes, begin, end, trims_after(item->getStart()->getTokenIndex()),
               trims_before(item->getStart()->getTokenIndex()));
    } else if (dynamic_cast<LiquidParser::RawItemContext*>(item) != nullptr) {
      add_raw(nodes, item->getStart());
    } else if (auto* output = dynamic_cast<LiquidParser::OutputItemContext*>(item)) {
      liquid::Node node;
      node.kind = liquid::NodeKind::kOutput;
      node.span = span(output);
      node.pipeline = pipeline(output->pipeline());
      nodes.push_back(std::move(node));
    } else if (auto* if_item = dynamic_cast<LiquidParser::IfItemContext*>(item)) {
      nodes.push_back(branches(if_item, if_item->condition(), if_item->block(), if_item->elsif(),
                               if_item->elseBlock(), false));
    } else if (auto* unless = dynamic_cast<LiquidParser::UnlessItemContext*>(item)) {
      nodes.push_back(
          branches(unless, unless->condition(), unless->block(), unless->elsif(), unless->elseBlock(), true));
    } else if (auto* other = dynamic_cast<LiquidParser::OtherTagItemContext*>(item)) {
      report_tag(other);
    }
  }

  // Does the token before this text, or the one after it, take its white space?
  bool trims_after(size_t index) const {
    if (index == 0) return false;
    std::string_view before = token_text(tokens_.get(index - 1));
    return before.size() >= 3 && before[before.size() - 3] == '-' && before.back() == '}';
  }
  bool trims_before(size_t index) const {
    if (index + 1 >= tokens_.size()) return false;
    std::string_view after = token_text(tokens_.get(index + 1));
    return after.size() >= 3 && after[0] == '{' && after[2] == '-';
  }
  std::string_view token_text(Token* token) const {
    if (token->getType() == Token::EOF) return {};
    return text_.text.substr(token->getStartIndex(), token->getStopIndex() + 1 - token->getStartIndex());
  }

  void add_text(std::vector<liquid::Node>& nodes, size_t begin, size_t end, bool trim_start,
                bool trim_end) const {
    while (trim_start && begin < end && is_blank(text_.text[begin])) ++begin;
    while (trim_end && begin < end && is_blank(text_.text[end - 1])) --end;
    if (begin == end) return;
    liquid::Node node;
    node.kind = liquid::NodeKind::kText;
    node.span = text_.span(begin, end);
    node.text = text_.text.substr(begin, end - begin);
    nodes.push_back(std::move(node));
  }

  void add_raw(std::vector<liquid::Node>& nodes, Token* token) const {
    std::string_view whole = token_text(token);
    size_t first_close = whole.find("%}");
    size_t last_open = whole.rfind("{%");
    size_t base = token->getStartIndex();
    add_text(nodes, base + first_close + 2, base + last_open, whole[first_close - 1] == '-',
             whole[last_open + 2] == '-');
  }

  liquid::Node branches(LiquidParser::ItemContext* item, LiquidParser::ConditionContext* condition_context,
                        LiquidParser::BlockContext* block,
                        const std::vector<LiquidParser::ElsifContext*>& elsifs,
                        LiquidParser::ElseBlockContext* else_block, bool negated) {
    liquid::Node node;
    node.kind = liquid::NodeKind::kIf;
    node.span = span(item);
    node.branches.push_back({condition(condition_context), negated, build(block)});
    for (LiquidParser::ElsifContext* elsif : elsifs) {
      node.branches.push_back({condition(elsif->condition()), false, build(elsif->block())});
    }
    if (else_block != nullptr) node.branches.push_back({std::nullopt, false, build(else_block->block())});
    return node;
  }

  void report_tag(LiquidParser::OtherTagItemContext* tag) {
    std::string word = tag->name->getText();
    Span at = text_.span(tag->name->getStartIndex(), tag->name->getStopIndex() + 1);
    if (one_of(word, kLaterEnds)) return;  // its beginning was reported
    if (one_of(word, kLaterTags)) {
      sink_.report(NotYetSupported{at, fmt::format("the template tag `{}`", word)});
      return;
    }
    std::vector<std::string> known(kTags.begin(), kTags.end());
    known.insert(known.end(), kLaterTags.begin(), kLaterTags.end());
    sink_.report(UnknownTag{at, word, near_names(word, known)});
  }

  liquid::Condition condition(LiquidParser::ConditionContext* context) const {
    liquid::Condition result;
    result.span = span(context);
    for (LiquidParser::ComparisonContext* comparison : context->comparison()) {
      liquid::Term term;
      term.span = span(comparison);
      term.left = value(comparison->left);
      if (comparison->op != nullptr) {
        term.comparison = comparison_of(comparison->op->getType());
        term.right = value(comparison->right);
      }
      result.terms.push_back(std::move(term));
    }
    for (LiquidParser::LogicContext* logic : context->logic())
      result.and_after.push_back(logic->AND() != nullptr);
    return result;
  }

  static liquid::Comparison comparison_of(size_t type) {
    switch (type) {
      case LiquidLexer::EQ:
        return liquid::Comparison::kEq;
      case LiquidLexer::NE:
        return liquid::Comparison::kNe;
      case LiquidLexer::LT:
        return liquid::Comparison::kLt;
      case LiquidLexer::LE:
        return liquid::Comparison::kLe;
      case LiquidLexer::GT:
        return liquid::Comparison::kGt;
      case LiquidLexer::GE:
        return liquid::Comparison::kGe;
      default:
        return liquid::Comparison::kContains;
    }
  }

  liquid::Pipeline pipeline(LiquidParser::PipelineContext* context) const {
    liquid::Pipeline result;
    result.span = span(context);
    result.value = value(context->value());
    for (LiquidParser::FilterContext* filter : context->filter()) {
      liquid::Filter row;
      row.name = token_text(filter->name);
      row.name_span = text_.span(filter->name->getStartIndex(), filter->name->getStopIndex() + 1);
      row.span = text_.span(filter->name->getStartIndex(), filter->getStop()->getStopIndex() + 1);
      for (LiquidParser::ValueContext* argument : filter->args) row.arguments.push_back(value(argument));
      result.filters.push_back(std::move(row));
    }
    return result;
  }

  liquid::Value value(LiquidParser::ValueContext* context) const {
    liquid::Value result;
    result.span = span(context);
    std::string_view text = token_text(context->getStart());
    result.text =
        text_.text.substr(context->getStart()->getStartIndex(),
                          context->getStop()->getStopIndex() + 1 - context->getStart()->getStartIndex());
    if (auto* path = dynamic_cast<LiquidParser::PathValueContext*>(context)) {
      result.kind = liquid::ValueKind::kPath;
      add_parts(result, path->path());
    } else if (dynamic_cast<LiquidParser::StringValueContext*>(context) != nullptr) {
      result.kind = liquid::ValueKind::kString;
      result.text = text.substr(1, text.size() - 2);
    } else if (dynamic_cast<LiquidParser::IntValueContext*>(context) != nullptr) {
      result.kind = liquid::ValueKind::kInt;
      result.integer = whole_number(text);
    } else if (dynamic_cast<LiquidParser::NumberValueContext*>(context) != nullptr) {
      result.kind = liquid::ValueKind::kNumber;
      std::from_chars(text.data(), text.data() + text.size(), result.number);
    } else if (dynamic_cast<LiquidParser::BoolValueContext*>(context) != nullptr) {
      result.kind = liquid::ValueKind::kBool;
      result.boolean = text == "true";
    } else if (dynamic_cast<LiquidParser::EmptyValueContext*>(context) != nullptr) {
      result.kind = liquid::ValueKind::kEmpty;
    } else if (dynamic_cast<LiquidParser::BlankValueContext*>(context) != nullptr) {
      result.kind = liquid::ValueKind::kBlank;
    }
    return result;
  }

  static int64_t whole_number(std::string_view text) {
    int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range) {
      return text[0] == '-' ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
    }
    return number;
  }

  void add_parts(liquid::Value& result, LiquidParser::PathContext* path) const {
    Token* first = path->getStart();
    result.parts.push_back(
        {token_text(first), false, 0, text_.span(first->getStartIndex(), first->getStopIndex() + 1)});
    for (LiquidParser::PartContext* part : path->part()) {
      liquid::PathPart row;
      if (auto* member = dynamic_cast<LiquidParser::MemberPartContext*>(part)) {
        Token* key = member->key()->getStart();
        row.word = token_text(key);
        row.span = text_.span(key->getStartIndex(), key->getStopIndex() + 1);
      } else if (auto* index = dynamic_cast<LiquidParser::IndexPartContext*>(part)) {
        row.span = span(index);
        Token* token = index->INT() != nullptr ? index->INT()->getSymbol() : index->STRING()->getSymbol();
        std::string_view text = token_text(token);
        row.is_index = index->INT() != nullptr;
        if (row.is_index) {
          row.index = whole_number(text);
        } else {
          row.word = text.substr(1, text.size() - 2);
        }
      }
      result.parts.push_back(row);
    }
  }

  Span span(antlr4::ParserRuleContext* context) const {
    return text_.span(context->getStart()->getStartIndex(), context->getStop()->getStopIndex() + 1);
  }

  const TemplateText& text_;
  syntax::TokenView& tokens_;
  Sink& sink_;
};

syntax::Tokens cut_template(std::string_view text) {
  syntax::Tokens tokens;
  const auto push = [&tokens, text](size_t type, size_t begin, size_t end) {
    syntax::SourceToken token;
    token.type = type;
    token.begin = static_cast<uint32_t>(begin);
    token.end = static_cast<uint32_t>(end);
    token.index = static_cast<uint32_t>(tokens.all.size());
    token.text = text.substr(begin, end - begin);
    tokens.all.push_back(token);
  };
  tokens.all.reserve(text.size() / 8 + 8);
  size_t mode = 0;
  for (size_t at = 0; at < text.size();) {
    const syntax::LexerMatch match = syntax::match_token(syntax::kLiquidLexerTable, text, at, mode);
    WEND_CHECK(match.end > at);  // the last rule of each mode takes any character
    if (!match.accept.skipped) push(match.accept.type, at, match.end);
    mode = match.accept.next_mode;
    at = match.end;
  }
  push(Token::EOF, text.size(), text.size());
  return tokens;
}

}  // namespace

struct TemplateParser::Machine {
  Machine() : parser(nullptr) {}
  LiquidParser parser;
};

TemplateParser::TemplateParser() = default;
TemplateParser::~TemplateParser() = default;

liquid::Template TemplateParser::parse_with_antlr(const TemplateText& text, Sink& sink) {
  syntax::Tokens all = cut_template(text.text);
  syntax::TokenView tokens(all);
  if (!StructureCheck(text, tokens, sink).run()) return {};
  Listener listener(text, tokens, sink);
  if (machine_ == nullptr) machine_ = std::make_unique<Machine>();
  LiquidParser& parser = machine_->parser;
  parser.setTokenStream(&tokens);  // lets go of all that belonged to the text before
  parser.removeErrorListeners();
  parser.addErrorListener(&listener);
  LiquidParser::DocumentContext* document = parser.document();
  if (listener.failed()) return {};
  return {Builder(text, tokens, sink).build(document->block())};
}

liquid::Template TemplateParser::parse(const TemplateText& text, Sink& sink) {
  WEND_CHECK(text.text.size() <= kMaxTemplateBytes);
  liquid::Template result;
  if (text.text.empty()) return result;
  if (text.text.find("{{") == std::string_view::npos && text.text.find("{%") == std::string_view::npos) {
    liquid::Node node;
    node.span = text.span(0, text.text.size());
    node.text = text.text;
    result.nodes.push_back(std::move(node));
    return result;
  }
  try {
    return parse_with_antlr(text, sink);
  } catch (const std::exception& error) {
    sink.report(TemplateSyntax{text.span(0, text.text.size()), error.what(), std::nullopt});
  } catch (const char* error) {
    sink.report(TemplateSyntax{text.span(0, text.text.size()), error, std::nullopt});
  } catch (...) {
    sink.report(TemplateSyntax{text.span(0, text.text.size()), "cannot be read", std::nullopt});
  }
  return {};
}

liquid::Template parse_liquid(const TemplateText& text, Sink& sink) {
  return TemplateParser().parse(text, sink);
}

}  // namespace wend

#include "compiler/syntax/parse_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>

#include "compiler/diagnostics/messages_syntax.h"
#include "compiler/syntax/lexer_table.h"
#include "compiler/syntax/literals.h"
#include "vm/base/check.h"

namespace wend::syntax {
namespace {

using wend_grammar::WendLexer;

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t'; });
}

// The keyword's type, ID where the word is none.
TokenType type_of_word(std::string_view word) {
  static const std::unordered_map<std::string, TokenType> kWords = [] {
    std::unordered_map<std::string, TokenType> words;
    antlr4::ANTLRInputStream nothing("");
    WendLexer lexer(&nothing);
    const antlr4::dfa::Vocabulary& vocabulary = lexer.getVocabulary();
    for (TokenType type = 1; type <= vocabulary.getMaxTokenType(); ++type) {
      const std::string literal = vocabulary.getLiteralName(type);
      if (literal.size() > 2 && is_word(std::string_view(literal).substr(1, literal.size() - 2))) {
        words.emplace(literal.substr(1, literal.size() - 2), type);
      }
    }
    return words;
  }();
  const auto found = kWords.find(std::string(word));
  return found == kWords.end() ? static_cast<TokenType>(WendLexer::ID) : found->second;
}

// `CartRecovery` as `cart_recovery`.
std::string lower_snake(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c < 'A' || c > 'Z') {
      out += c;
      continue;
    }
    const bool after_small = i > 0 && name[i - 1] != '_' && (name[i - 1] < 'A' || name[i - 1] > 'Z');
    if (after_small) out += '_';
    out += static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Bytes that a string without a closing quote covers. Of the braces at the end of the line, those that close
// one of the `open` blocks of this line are the program's and not the text's, and so is one that opens a
// block.
size_t open_string_size(std::string_view token, int open) {
  size_t size = token.size();
  const auto trim = [&] {
    while (size > 1 && (token[size - 1] == ' ' || token[size - 1] == '\t')) --size;
  };
  trim();
  const auto stands_alone = [&] { return size > 2 && (token[size - 2] == ' ' || token[size - 2] == '}'); };
  if (stands_alone() && token[size - 1] == '{') {
    --size;
    trim();
    return size;
  }
  for (; open > 0 && stands_alone() && token[size - 1] == '}'; --open) {
    --size;
    trim();
  }
  return size;
}

class Cutter {
 public:
  Cutter(const SourceFile& file, const ParseOptions& options, Arena& arena, Sink& sink)
      : file_(file), text_(file.text()), options_(options), arena_(arena), sink_(sink) {}

  Tokens run() {
    tokens_.all.reserve(text_.size() / 5 + 8);
    size_t at = file_.bom_size();
    while (at < text_.size() && tokens_.errors < options_.max_errors) {
      const LexerMatch match = match_token(kWendLexerTable, text_, at);
      WEND_CHECK(match.end > at);  // the lexer's last rule takes any character
      at = take(match.accept.type, at, match.end);
    }
    push(antlr4::Token::EOF, text_.size(), text_.size());
    for (uint32_t i = 0; i < tokens_.all.size(); ++i) tokens_.all[i].index = i;
    if (tokens_.all.capacity() < tokens_.all.size() + kSpareTokens) {
      tokens_.all.reserve(tokens_.all.size() + kSpareTokens);
    }
    return std::move(tokens_);
  }

 private:
  Span span(size_t begin, size_t end) const {
    return {file_.id(), static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  SourceToken* last(size_t back = 1) {
    return tokens_.all.size() < back ? nullptr : &tokens_.all[tokens_.all.size() - back];
  }
  bool last_is(TokenType type, size_t back = 1) {
    const SourceToken* token = last(back);
    return token != nullptr && token->type == type;
  }
  template <typename Message>
  void report(const Message& message) {
    sink_.report(message);
    tokens_.faulty_lines.insert(line_);
    ++tokens_.errors;
  }

  // Takes the lexer's token; returns where to go on.
  size_t take(TokenType type, size_t begin, size_t end) {
    const std::string_view text = text_.substr(begin, end - begin);
    switch (type) {
      case WendLexer::WS:
        take_space(text);
        return end;
      case WendLexer::DOC:
      case WendLexer::COMMENT:
        take_comment(type == WendLexer::DOC, begin, end);
        return end;
      case WendLexer::STRING:
        if (text.size() == 2 && end < text_.size() && text_[end] == '"') return take_open_triple(begin);
        push(type, begin, end);
        return end;
      case WendLexer::TRIPLE:
        push(type, begin, end);
        line_ += static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
        return end;
      case WendLexer::BAD_STRING:
        end = begin + open_string_size(text, open_on_this_line());
        report(UnterminatedString{span(begin, end), false});
        push(WendLexer::STRING, begin, end, std::string(text_.substr(begin, end - begin)) + "\"");
        return end;
      case WendLexer::QUOTED:
        report_foreign(begin, end, fmt::format("\"{}\"", text.substr(1, text.size() - 2)));
        push(WendLexer::STRING, begin, end, fmt::format("\"{}\"", text.substr(1, text.size() - 2)));
        return end;
      case WendLexer::SLASH_COMMENT:
        report(ForeignKeyword{span(begin, begin + 2), "//", "#"});
        return end;
      case WendLexer::AND_SIGN:
        return take_foreign(WendLexer::AND, begin, end, "and");
      case WendLexer::OR_SIGN:
        return take_foreign(WendLexer::OR, begin, end, "or");
      case WendLexer::NOT_SIGN:
        return take_foreign(WendLexer::NOT, begin, end, "not");
      case WendLexer::NE_SIGN:
        return take_foreign(WendLexer::NE, begin, end, "!=");
      case WendLexer::EQ_SIGN:
        return take_foreign(WendLexer::EQ, begin, end, "==");
      case WendLexer::BAD_NUMBER:
        take_bad_number(begin, end);
        return end;
      case WendLexer::BAD_NAME:
        take_bad_name(begin, end);
        return end;
      case WendLexer::BAD_CHARACTER:
        return take_bad_character(begin);
      default:
        take_word(type, begin, end);
        return end;
    }
  }

  void take_space(std::string_view text) {
    const auto lines = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
    if (lines == 0) return;
    line_ += lines;
    at_line_start_ = true;
    if (lines > 1) doc_begin_ = tokens_.docs.size();  // a blank line parts documentation from what follows
  }

  void take_comment(bool documentation, size_t begin, size_t end) {
    while (end > begin && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
    tokens_.comments.push_back({span(begin, end), documentation, at_line_start_});
    if (!documentation || !at_line_start_) {
      doc_begin_ = tokens_.docs.size();
      return;
    }
    std::string_view line = text_.substr(begin + 2, end - begin - 2);
    if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    tokens_.docs.push_back(line);
  }

  // `"""` that nothing closes. The text ends in front of the first line that is indented no more than the
  // line where it began.
  size_t take_open_triple(size_t begin) {
    const size_t line_begin = file_.line_start(line_);
    const size_t indent = indentation(line_begin);
    size_t end = text_.find('\n', begin);
    while (end != std::string_view::npos) {
      const size_t next = end + 1;
      const size_t stop = std::min(text_.find('\n', next), text_.size());
      const bool blank = text_.substr(next, stop - next).find_first_not_of(" \t\r") == std::string_view::npos;
      if (!blank && indentation(next) <= indent) break;
      end = text_.find('\n', next);
    }
    if (end == std::string_view::npos) end = text_.size();
    while (end > begin + 3 && (text_[end - 1] == '\r' || text_[end - 1] == ' ')) --end;
    report(UnterminatedString{span(begin, end), true});
    push(WendLexer::TRIPLE, begin, end, std::string(text_.substr(begin, end - begin)) + "\"\"\"");
    line_ += static_cast<uint32_t>(std::count(text_.begin() + static_cast<ptrdiff_t>(begin),
                                              text_.begin() + static_cast<ptrdiff_t>(end), '\n'));
    return end;
  }

  // Blocks that opened on this line and are open still.
  int open_on_this_line() const {
    int open = 0;
    for (size_t i = tokens_.all.size(); i-- > 0 && tokens_.all[i].line == line_;) {
      if (tokens_.all[i].type == WendLexer::LB) ++open;
      if (tokens_.all[i].type == WendLexer::RB) --open;
    }
    return open;
  }

  size_t indentation(size_t line_begin) const {
    size_t n = 0;
    while (line_begin + n < text_.size() && (text_[line_begin + n] == ' ' || text_[line_begin + n] == '\t'))
      ++n;
    return n;
  }

  void report_foreign(size_t begin, size_t end, std::string_view wend) {
    report(
        ForeignKeyword{span(begin, end), std::string(text_.substr(begin, end - begin)), std::string(wend)});
  }
  size_t take_foreign(TokenType type, size_t begin, size_t end, std::string_view wend) {
    report_foreign(begin, end, wend);
    push(type, begin, end, std::string(wend));
    return end;
  }

  // A corrected length as a token.
  void push_length(size_t begin, size_t end, const std::string& length) {
    const bool calendar = length.back() == 'y' || length.ends_with("mo");
    push_length_token(calendar ? WendLexer::CALENDAR : WendLexer::DURATION, begin, end, length);
  }

  void take_bad_number(size_t begin, size_t end) {
    const std::string text(text_.substr(begin, end - begin));
    const std::optional<std::string> corrected = literals::corrected_length(text);
    report(BadNumber{span(begin, end), text, corrected.value_or("")});
    if (corrected) {
      push_length(begin, end, *corrected);
    } else {
      push(WendLexer::INT, begin, end, text.substr(0, text.find_first_not_of("0123456789_")));
    }
  }

  void take_bad_name(size_t begin, size_t end) {
    const std::string name(text_.substr(begin, end - begin));
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const TokenType type = type_of_word(lower);
    const std::string corrected = type == WendLexer::ID ? lower_snake(name) : lower;
    report(BadName{span(begin, end), name, corrected});
    push(type, begin, end, corrected);
  }

  size_t take_bad_character(size_t begin) {
    constexpr std::string_view kOpenQuote = "\xE2\x80\x9C";
    constexpr std::string_view kCloseQuote = "\xE2\x80\x9D";
    const std::string_view rest = text_.substr(begin, text_.find('\n', begin) - begin);
    if (rest.starts_with(kOpenQuote) || rest.starts_with(kCloseQuote)) {
      const size_t close = std::min(rest.find(kCloseQuote, 3), rest.find(kOpenQuote, 3));
      if (close != std::string_view::npos) {
        const std::string straight = fmt::format("\"{}\"", rest.substr(3, close - 3));
        report_foreign(begin, begin + close + 3, straight);
        push(WendLexer::STRING, begin, begin + close + 3, straight);
        return begin + close + 3;
      }
    }
    size_t end = begin + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
    const std::string text(text_.substr(begin, end - begin));
    std::string help;
    if (text == ";") help = "steps and declarations need nothing between them";
    if (text == "%") help = "a share is written `45%`; the rest of a division is `mod(a, b)`";
    if (text == "@") help = "a label is `@` and a name: `@first send email welcome`";
    // One report for a run of them.
    if (last_bad_character_end_ != begin) report(BadCharacter{span(begin, end), text, help});
    last_bad_character_end_ = end;
    tokens_.faulty_lines.insert(line_);
    return end;
  }

  // A token that the grammar knows, in the light of the ones before it.
  void take_word(TokenType type, size_t begin, size_t end) {
    const std::string_view text = text_.substr(begin, end - begin);
    const SourceToken* before = last();
    const bool close = before != nullptr && before->line == line_ && before->end <= begin &&
                       is_blank(text_.substr(before->end, begin - before->end));
    if (close && (before->type == WendLexer::INT || before->type == WendLexer::NUMBER) &&
        literals::is_unit_word(text)) {
      return merge_length(begin, end, before->text, text);
    }
    if (type == WendLexer::DURATION) {
      if (close && before->type == WendLexer::DURATION) return merge_length(begin, end, before->text, text);
      return push_length_token(type, begin, end, {});
    }
    const bool adjacent = before != nullptr && before->type == WendLexer::MINUS && before->end == begin;
    if (adjacent && last(2) != nullptr && last(2)->text == "opt" && last(2)->end == before->begin &&
        (text == "in" || text == "out")) {
      return merge_opt(begin, end, text);
    }
    if (type == WendLexer::ID && (text == "elsif" || text == "elseif" || text == "elif") &&
        (last_is(WendLexer::RB) || last_is(WendLexer::STRING) || last_is(WendLexer::ID))) {
      report_foreign(begin, end, "else if");
      push(WendLexer::ELSE, begin, end, "else");
      push(WendLexer::IF, begin, end, "if");
      return;
    }
    const size_t name_size = type == WendLexer::LABEL ? text.size() - 1 : text.size();
    if ((type == WendLexer::ID || type == WendLexer::LABEL) && name_size > options_.max_name_length) {
      report(NameTooLong{span(begin, end), static_cast<uint32_t>(name_size), options_.max_name_length});
    }
    push(type, begin, end);
  }

  // `3 days`, `1h 30m`: the last token and this one are one length.
  void merge_length(size_t begin, size_t end, std::string_view first, std::string_view second) {
    const std::string together = fmt::format("{}{}", first, second);
    const SourceToken token = *last();
    begin = token.begin;
    const std::string text(text_.substr(begin, end - begin));
    std::optional<std::string> corrected = literals::corrected_length(together);
    // `1h 30m` is right but for the blank.
    if (token.type == WendLexer::DURATION) corrected = together;
    report(BadNumber{span(begin, end), text, corrected.value_or("")});
    tokens_.all.pop_back();
    at_line_start_ = token.first_on_line;
    if (corrected) {
      push_length(begin, end, *corrected);
    } else {
      push(WendLexer::INT, begin, end, "1");
    }
  }

  void merge_opt(size_t begin, size_t end, std::string_view word) {
    begin = last(2)->begin;
    const bool in = word == "in";
    report_foreign(begin, end, in ? "opt_in" : "opt_out");
    tokens_.all.resize(tokens_.all.size() - 2);
    push(in ? WendLexer::OPT_IN : WendLexer::OPT_OUT, begin, end, in ? "opt_in" : "opt_out");
  }

  // `wait for 3d`, `delay 3d`, `pause for 3d`: a length never follows these words otherwise.
  void push_length_token(TokenType type, size_t begin, size_t end, std::string_view meant) {
    const bool with_for = last_is(WendLexer::FOR);
    SourceToken* word = last(with_for ? 2 : 1);
    const bool waits = word != nullptr && word->type == WendLexer::WAIT;
    const bool foreign =
        word != nullptr && (word->text == "delay" || word->text == "sleep" || word->text == "pause");
    if ((waits && with_for) || foreign) {
      const size_t word_end = with_for ? last()->end : word->end;
      report_foreign(word->begin, word_end, "wait");
      if (with_for) tokens_.all.pop_back();
      last()->type = WendLexer::WAIT;
      last()->text = "wait";
    }
    push(type, begin, end, meant);
  }

  // `meant` is what the token stands for where it is not the source's own text.
  void push(TokenType type, size_t begin, size_t end, std::string_view meant = {}) {
    SourceToken token;
    token.type = type;
    token.begin = static_cast<uint32_t>(begin);
    token.end = static_cast<uint32_t>(end);
    token.line = line_;
    token.first_on_line = at_line_start_;
    token.text = meant.empty() ? text_.substr(begin, end - begin) : arena_.copy(meant);
    token.docs_begin = static_cast<uint32_t>(doc_begin_);
    token.docs_end = static_cast<uint32_t>(tokens_.docs.size());
    doc_begin_ = tokens_.docs.size();
    at_line_start_ = false;
    tokens_.all.push_back(token);
  }

  const SourceFile& file_;
  std::string_view text_;
  const ParseOptions& options_;
  Arena& arena_;
  Sink& sink_;
  Tokens tokens_;
  uint32_t line_ = 0;
  bool at_line_start_ = true;
  size_t doc_begin_ = 0;  // documentation from here on belongs to the next token
  size_t last_bad_character_end_ = std::string_view::npos;
};

bool is_member_or_key(const Tokens& tokens, size_t index) {
  const bool after_dot = index > 0 && tokens.all[index - 1].type == WendLexer::DOT;
  const bool before_colon = index + 1 < tokens.all.size() && tokens.all[index + 1].type == WendLexer::COLON;
  return after_dot || before_colon;
}

}  // namespace

Tokens cut(const SourceFile& file, const ParseOptions& options, Arena& arena, Sink& sink) {
  return Cutter(file, options, arena, sink).run();
}

const SourceToken* find_too_deep(const Tokens& tokens, const ParseOptions& options) {
  int brackets = 0;
  int silences = 0;  // `no E where no E where ..`: each ends with its `for`
  int types = 0;     // `list<list<..`
  for (size_t i = 0; i < tokens.all.size(); ++i) {
    const SourceToken& token = tokens.all[i];
    switch (token.type) {
      case WendLexer::LB:
      case WendLexer::LP:
      case WendLexer::LS:
        ++brackets;
        break;
      case WendLexer::RB:
      case WendLexer::RP:
      case WendLexer::RS:
        if (brackets > 0) --brackets;
        break;
      case WendLexer::NO:
        if (!is_member_or_key(tokens, i)) ++silences;
        break;
      case WendLexer::FOR:
        if (silences > 0) --silences;
        break;
      default:
        break;
    }
    // A run of `name <`, of which a comparison has one.
    const bool opens_type = token.type == WendLexer::LT;
    const bool names_type = i + 1 < tokens.all.size() && tokens.all[i + 1].type == WendLexer::LT;
    types = opens_type ? types + 1 : names_type ? types : 0;
    if (std::max({brackets, silences, types}) > options.max_depth) return &token;
  }
  return nullptr;
}

bool starts_declaration(const Tokens& tokens, size_t index) {
  const auto type = [&tokens](size_t i) {
    return i < tokens.all.size() ? tokens.all[i].type : static_cast<TokenType>(antlr4::Token::EOF);
  };
  if (index > 0 && type(index - 1) == WendLexer::DOT) return false;
  const auto is_name = [&](size_t i) { return i < tokens.all.size() && is_word(tokens.all[i].text); };
  const TokenType third = type(index + 2);
  switch (type(index)) {
    case WendLexer::CONTACT:
    case WendLexer::SETTINGS:
      return type(index + 1) == WendLexer::LB;
    case WendLexer::TEST:
      return type(index + 1) == WendLexer::STRING;
    case WendLexer::JOURNEY:
    case WendLexer::USE:
    case WendLexer::CATALOG:
      return is_name(index + 1);
    case WendLexer::EVENT:
      return is_name(index + 1) && type(index + 1) != WendLexer::DOT;
    case WendLexer::SEGMENT:
    case WendLexer::CONST:
      return is_name(index + 1) && third == WendLexer::ASSIGN;
    case WendLexer::MESSAGE:
      return is_name(index + 1) && third == WendLexer::COLON;
    case WendLexer::SCORE:
    case WendLexer::CHANNEL:
    case WendLexer::POLICY:
    case WendLexer::MIGRATE:
      return is_name(index + 1) && third == WendLexer::LB;
    case WendLexer::STEPS:
      return is_name(index + 1) && third == WendLexer::LP;
    default:
      return false;
  }
}

bool starts_step(const Tokens& tokens, size_t index) {
  switch (tokens.all[index].type) {
    case WendLexer::LABEL:
      // `migrate j { @a -> @b }` has labels that begin no step.
      return index + 1 < tokens.all.size() && starts_step(tokens, index + 1);
    case WendLexer::ADD:
      if (index > 0 && tokens.all[index - 1].type == WendLexer::AUDIENCE) return false;
      break;
    case WendLexer::SEND:
    case WendLexer::WAIT:
    case WendLexer::IF:
    case WendLexer::MATCH:
    case WendLexer::SPLIT:
    case WendLexer::REPEAT:
    case WendLexer::START:
    case WendLexer::SET:
    case WendLexer::TAG:
    case WendLexer::UNTAG:
    case WendLexer::SUBSCRIBE:
    case WendLexer::UNSUBSCRIBE:
    case WendLexer::AUDIENCE:
    case WendLexer::CALL:
    case WendLexer::EMIT:
    case WendLexer::NOTE:
    case WendLexer::DO:
    case WendLexer::EXIT:
      break;
    default:
      return false;
  }
  return !is_member_or_key(tokens, index);
}

bool is_clause_word(TokenType type) {
  switch (type) {
    case WendLexer::ON:
    case WendLexer::EVERY:
    case WendLexer::FOR:
    case WendLexer::ENTER:
    case WendLexer::UNTIL:
    case WendLexer::GOAL:
    case WendLexer::POLICY:
    case WendLexer::GROUP:
    case WendLexer::PRIORITY:
    case WendLexer::HOLDOUT:
    case WendLexer::ACTIVE:
    case WendLexer::LASTS:
    case WendLexer::BUDGET:
    case WendLexer::ADMIT:
    case WendLexer::ZONE:
      return true;
    default:
      return false;
  }
}

bool is_declaration_word(TokenType type) {
  switch (type) {
    case WendLexer::USE:
    case WendLexer::EVENT:
    case WendLexer::CONTACT:
    case WendLexer::SEGMENT:
    case WendLexer::SCORE:
    case WendLexer::CONST:
    case WendLexer::CATALOG:
    case WendLexer::CHANNEL:
    case WendLexer::MESSAGE:
    case WendLexer::POLICY:
    case WendLexer::JOURNEY:
    case WendLexer::STEPS:
    case WendLexer::SETTINGS:
    case WendLexer::MIGRATE:
    case WendLexer::TEST:
      return true;
    default:
      return false;
  }
}

bool is_word(std::string_view text) {
  return !text.empty() && ((text.front() >= 'a' && text.front() <= 'z') || text.front() == '_');
}

}  // namespace wend::syntax

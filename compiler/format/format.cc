#include "compiler/format/format.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/format/doc.h"
#include "compiler/format/layout.h"
#include "compiler/format/token_list.h"
#include "compiler/syntax/dump.h"
#include "compiler/syntax/parse.h"

namespace wend {

using namespace format;

namespace {

// Whether every line ends in CRLF.
bool is_all_crlf(std::string_view text) {
  bool found = false;
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return false;
    found = true;
  }
  return found;
}

std::string with_lf(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out += text[i];
  }
  return out;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

ast::File parse_with_tokens(const SourceFile& file, Sink& sink) {
  ParseOptions options;
  options.keep_tokens = true;
  uint32_t next_node_id = 0;
  return parse(file, options, next_node_id, sink);
}

// A `use` line or a declaration, printed.
struct Chunk {
  bool blank_before = false;           // as written
  std::vector<AttachedComment> above;  // the comments in front of it
  bool blank_behind_comments = false;
  std::string text;
  bool one_line() const { return text.find('\n') == std::string::npos; }
};

class FileFormatter {
 public:
  FileFormatter(const ast::File& file, std::string_view source, size_t width)
      : file_(file), tokens_(file, source), layout_(tokens_, docs_, width), width_(width) {}

  std::string run() {
    for (const ast::Word& used : file_.uses) {
      const size_t name = tokens_.first(used.span);
      const size_t word = name - 1;
      add(word, [&] { return docs_.concat({docs_.token(word), docs_.text(" "), docs_.token(name)}); });
    }
    const size_t uses = chunks_.size();
    for (const ast::Decl* decl : file_.decls) {
      add(tokens_.first(decl->span), [&] { return layout_.declaration(*decl); });
    }
    add_end();
    std::string out;
    for (size_t i = 0; i < chunks_.size(); ++i) {
      const bool together = i > 0 && chunks_[i].one_line() && chunks_[i - 1].one_line() && i != uses;
      const bool is_end = i + 1 == chunks_.size();
      if (i > 0 && (chunks_[i].blank_before || (!together && !is_end))) out += '\n';
      put(chunks_[i], out);
    }
    return out;
  }

 private:
  template <typename Build>
  void add(size_t first, Build&& build) {
    Chunk chunk;
    chunk.blank_before = tokens_.blank_before(first);
    chunk.above = tokens_.take_leading(first);
    chunk.blank_behind_comments = !chunk.above.empty() && tokens_.at(first).blank_before;
    const DocPtr doc = build();
    chunk.text = print(doc, tokens_, width_);
    chunks_.push_back(std::move(chunk));
  }

  // The comments at the end of the file.
  void add_end() {
    const size_t end = tokens_.size() - 1;
    Chunk chunk;
    chunk.blank_before = !tokens_.at(end).leading.empty() && tokens_.blank_before(end);
    chunk.above = tokens_.take_leading(end);
    chunks_.push_back(std::move(chunk));
  }

  static void put(const Chunk& chunk, std::string& out) {
    for (size_t i = 0; i < chunk.above.size(); ++i) {
      if (i > 0 && chunk.above[i].blank_before) out += '\n';
      out += chunk.above[i].text;
      out += '\n';
    }
    if (chunk.text.empty()) return;
    if (chunk.blank_behind_comments) out += '\n';
    out += chunk.text;
    out += '\n';
  }

  const ast::File& file_;
  TokenList tokens_;
  DocMaker docs_;
  Layout layout_;
  size_t width_;
  std::vector<Chunk> chunks_;
};

std::vector<std::string> sorted_comments(const ast::File& file, std::string_view text) {
  std::vector<std::string> comments;
  for (const ast::Comment& comment : file.comments) {
    comments.emplace_back(text.substr(comment.span.begin, comment.span.end - comment.span.begin));
  }
  std::sort(comments.begin(), comments.end());
  return comments;
}

// Empty where the text says what the file says.
std::string difference(const ast::File& before, const SourceFile& source, const std::string& text) {
  const SourceFile again(source.id(), source.path(),
                         text);  // an anonymous journey has its name from the path
  Sink sink;
  const ast::File after = parse_with_tokens(again, sink);
  if (after.had_syntax_errors) return "the formatted text has a syntax error";
  if (dump_of_meaning(before) != dump_of_meaning(after)) return "formatting would change the meaning";
  if (sorted_comments(before, source.text()) != sorted_comments(after, text))
    return "formatting would lose a comment";
  return {};
}

}  // namespace

std::string dump_of_meaning(const ast::File& file) {
  Arena arena;
  ast::File sorted;
  sorted.id = file.id;
  sorted.uses = file.uses;
  for (const ast::Decl* decl : file.decls) {
    const auto* journey = decl->as<ast::JourneyDecl>();
    if (journey == nullptr) {
      sorted.decls.push_back(decl);
      continue;
    }
    std::vector<const ast::Clause*> clauses(journey->clauses.begin(), journey->clauses.end());
    std::stable_sort(clauses.begin(), clauses.end(),
                     [](const ast::Clause* a, const ast::Clause* b) { return a->kind < b->kind; });
    auto* copy = arena.make<ast::JourneyDecl>(*journey);
    copy->clauses = arena.copy(clauses);
    sorted.decls.push_back(copy);
  }
  return dump(sorted);
}

Formatted format_source(const SourceFile& file, Sink& sink, const FormatOptions& options) {
  const ast::File as_written = parse_with_tokens(file, sink);
  if (as_written.had_syntax_errors) return {};
  // The layout works on text without a byte-order mark and with LF.
  const SourceFile plain(file.id(), file.path(), with_lf(file.text().substr(file.bom_size())));
  Sink nothing_new;
  const ast::File parsed = parse_with_tokens(plain, nothing_new);
  const std::string text = FileFormatter(parsed, plain.text(), options.width).run();
  if (const std::string fault = difference(parsed, plain, text); !fault.empty()) return {std::nullopt, fault};
  return {is_all_crlf(file.text()) ? with_crlf(text) : text, {}};
}

}  // namespace wend

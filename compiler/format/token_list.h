#ifndef WEND_COMPILER_FORMAT_TOKEN_LIST_H_
#define WEND_COMPILER_FORMAT_TOKEN_LIST_H_

// The tokens of a file with the comments that belong to them: a comment behind a token on its line belongs to
// that token, one on a line of its own to the next token. Printing each token once therefore prints each
// comment once. One thread.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"

namespace wend::format {

struct AttachedComment {
  std::string_view text;      // from `#`, without blanks at its end
  bool blank_before = false;  // an empty line stands in front of it
};

struct FormatToken {
  std::string_view text;
  uint32_t begin = 0;
  uint32_t end = 0;
  bool blank_before = false;             // an empty line between it and its last comment, or what is in front
  bool had_leading = false;              // comments in front of it in the source, whoever has them now
  std::vector<AttachedComment> leading;  // own lines in front of it
  std::vector<AttachedComment> trailing;  // behind it on its line; at most one, which ends the line
};

class TokenList {
 public:
  // `file` was parsed with ParseOptions::keep_tokens. The last token is the end of the file, with an empty
  // text.
  TokenList(const ast::File& file, std::string_view source);

  size_t size() const { return tokens_.size(); }
  const FormatToken& at(size_t index) const { return tokens_[index]; }
  // The token that covers the byte, or the last one in front of it.
  size_t index_at(uint32_t offset) const;
  size_t first(Span span) const { return index_at(span.begin); }
  size_t last(Span span) const { return index_at(span.end == span.begin ? span.begin : span.end - 1); }

  // Whether the author wrote these tokens, both included, on one line.
  bool on_one_line(size_t first, size_t last) const;
  // Whether a comment stands between the first and the last of these tokens.
  bool has_comment_inside(size_t first, size_t last) const;
  // Whether an empty line stands in front of the token and its comments.
  bool blank_before(size_t index) const;

  // Takes the comments away from a token, for a printer that puts them elsewhere.
  std::vector<AttachedComment> take_leading(size_t index);
  // A comma printed behind what it follows takes the comment that stands between.
  void settle_comma(size_t comma);
  // A comma that is not printed leaves its comments to its neighbours.
  void drop_comma(size_t comma);

 private:
  void trail(size_t index, const std::vector<AttachedComment>& comments);

  std::string_view source_;
  std::vector<FormatToken> tokens_;
};

}  // namespace wend::format

#endif  // WEND_COMPILER_FORMAT_TOKEN_LIST_H_

#ifndef WEND_COMPILER_FORMAT_DOC_H_
#define WEND_COMPILER_FORMAT_DOC_H_

// What a layout may look like, as a document in the manner of Wadler and Oppen: text, places where a line may
// end, and groups that are printed on one line where they fit and opened at all their places where they do
// not. The printer chooses from the left, in time linear in the text but for the look-ahead of one line.
//
// Comments live in the tokens (see token_list.h): the printer ends the line behind a comment whatever the
// document says, so no comment can swallow what follows. One thread.

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/format/token_list.h"

namespace wend::format {

enum class DocKind : unsigned char {
  kToken,     // a token with its comments
  kComments,  // comments on lines of their own
  kText,      // what no token says: blanks, a comma
  kLine,      // in an open group a new line, else `text`
  kHard,      // always a new line
  kIndent,    // children, new lines in them `width` further right
  kConcat,
  kGroup,
  kIfOpen,  // children[0] where `subject` was printed open, else children[1]
};

struct Doc {
  DocKind kind;
  size_t token = 0;                       // kToken
  std::vector<AttachedComment> comments;  // kComments
  std::string_view text;                  // kText, kLine
  bool blank = false;                     // kLine, kHard: leave an empty line
  bool open = false;                      // kGroup: never on one line
  bool flat = false;                      // kGroup: always on one line
  size_t width = 0;                       // kIndent
  const Doc* subject = nullptr;           // kIfOpen, kGroup: a document in front of it; see below
  std::vector<const Doc*> children;
};
using DocPtr = const Doc*;

// Makes documents and owns them.
class DocMaker {
 public:
  DocPtr token(size_t index);
  DocPtr comments(std::vector<AttachedComment> comments);
  DocPtr text(std::string_view text);  // `text` is a literal
  DocPtr line(std::string_view flat, bool blank = false);
  DocPtr hard(bool blank = false);
  DocPtr indent(size_t width, DocPtr child);
  DocPtr concat(std::vector<DocPtr> children);
  // Open where it holds a hard line, whatever `open` says, and where the group `with` was printed open.
  DocPtr group(DocPtr child, bool open = false, DocPtr with = nullptr);
  DocPtr flat(DocPtr child);
  // `group` may be nullptr: then `closed`.
  DocPtr if_open(DocPtr group, DocPtr open, DocPtr closed);

 private:
  Doc* make(DocKind kind);
  std::deque<Doc> docs_;
};

// Columns that a text takes: its characters.
size_t columns(std::string_view text);

// Lines end in LF; the last one is not ended unless a comment does.
std::string print(DocPtr doc, const TokenList& tokens, size_t width);

}  // namespace wend::format

#endif  // WEND_COMPILER_FORMAT_DOC_H_

#ifndef WEND_COMPILER_TEXT_SPAN_H_
#define WEND_COMPILER_TEXT_SPAN_H_

#include <cstdint>

#include "vm/base/strong_id.h"

namespace wend {

// A file of the program, an index into SourceMap (see source_file.h).
using FileId = StrongId<struct FileIdTag>;

// Bytes [begin, end) of a file. The only form in which passes speak of places; SourceFile converts it to
// lines, characters and UTF-16 units.
struct Span {
  FileId file;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool empty() const { return begin == end; }
  bool operator==(const Span&) const = default;
};

}  // namespace wend

#endif  // WEND_COMPILER_TEXT_SPAN_H_

#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_HISTORY_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_HISTORY_H_

// Messages about segments, scores and catalogs. `at` is always the primary span.

#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct SegmentCircle {
  static constexpr Code kCode = Code::kSegmentCircle;
  Span at;           // the name that closes the circle
  std::string name;  // of the segment that needs itself
  Span declared_at;
  bool operator==(const SegmentCircle&) const = default;
};
Diagnostic describe(const SegmentCircle& message);

struct BadScore {
  static constexpr Code kCode = Code::kBadScore;
  Span at;  // the decay or the bounds
  std::string name;
  std::string problem;
  bool operator==(const BadScore&) const = default;
};
Diagnostic describe(const BadScore& message);

struct CatalogFileMissing {
  static constexpr Code kCode = Code::kCatalogFileMissing;
  Span at;  // the name of the file
  std::string path;
  std::vector<std::string> near;
  bool operator==(const CatalogFileMissing&) const = default;
};
Diagnostic describe(const CatalogFileMissing& message);

struct CatalogFileOutsideProject {
  static constexpr Code kCode = Code::kCatalogFileOutsideProject;
  Span at;
  std::string path;
  bool operator==(const CatalogFileOutsideProject&) const = default;
};
Diagnostic describe(const CatalogFileOutsideProject& message);

struct BadCatalogRow {
  static constexpr Code kCode = Code::kBadCatalogRow;
  Span at;              // the line of the file
  std::string catalog;
  std::string problem;  // "`lifetime` is no duration"
  Span declared_at;     // the catalog's name
  bool operator==(const BadCatalogRow&) const = default;
};
Diagnostic describe(const BadCatalogRow& message);

struct CatalogTooLarge {
  static constexpr Code kCode = Code::kCatalogTooLarge;
  Span at;  // the name of the file
  std::string catalog;
  std::string what;  // "rows", "bytes"
  uint64_t limit = 0;
  bool operator==(const CatalogTooLarge&) const = default;
};
Diagnostic describe(const CatalogTooLarge& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_HISTORY_H_

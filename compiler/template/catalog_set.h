#ifndef WEND_COMPILER_TEMPLATE_CATALOG_SET_H_
#define WEND_COMPILER_TEMPLATE_CATALOG_SET_H_

// The rows of a program's catalogs, read from their files: one JSON object a line. Every row is checked against
// the shape that the catalog declares; dates, times and durations are written as in events. What the files are
// read through is an interface; what is read is added to the SourceMap, so that messages point into it.

#include <cstddef>
#include <vector>

#include "compiler/analysis/checked.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/text/source_file.h"
#include "vm/core/program.h"
#include "wend/files.h"

namespace wend {

struct CatalogSet {
  std::vector<std::vector<CatalogEntry>> rows;  // by CheckedProgram::catalogs; ascending by key
};

struct CatalogLimits {
  size_t max_rows = 100'000;
  size_t max_bytes = 4 << 20;
};

// `files` may be null where no files can be read. Threads: any, each with its own SourceMap and Sink.
CatalogSet read_catalogs(const CheckedProgram& program, SourceMap& sources, const FileResolver* files,
                         const CatalogLimits& limits, Sink& sink);

}  // namespace wend

#endif  // WEND_COMPILER_TEMPLATE_CATALOG_SET_H_

#ifndef WEND_COMPILER_EMIT_EMIT_H_
#define WEND_COMPILER_EMIT_EMIT_H_

// Code generation: a checked program and its templates become a Program. Every row stands in the order of the
// checked program's tables, names are numbered as they are met, so the same checked program gives the same
// rows. Threads: any.

#include <string>

#include "compiler/analysis/checked.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/template/catalog_set.h"
#include "compiler/template/template_set.h"
#include "compiler/text/source_file.h"
#include "vm/core/program.h"

namespace wend {

// REQUIRES: analysis, templates and catalogs reported no error. Reports `journey_too_large` and `program_too_large`;
// after an error the result is for nothing.
Program emit_program(const CheckedProgram& checked, const TemplateSet& templates, const CatalogSet& catalogs,
                     const SourceMap& sources, Sink& sink);

}  // namespace wend

#endif  // WEND_COMPILER_EMIT_EMIT_H_

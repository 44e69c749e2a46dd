#ifndef WEND_COMPILER_TEMPLATE_LINT_TEXTS_H_
#define WEND_COMPILER_TEMPLATE_LINT_TEXTS_H_

// Lints about what messages say: text messages of many parts, subjects that no inbox shows, personal data in
// links. They look at the longest text that branches can make of what is known; what `{{ }}` prints counts only
// where its length is known. Threads: as check_templates.

#include "compiler/analysis/checked.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/template/template_set.h"

namespace wend {

// REQUIRES: the templates have no errors.
void lint_texts(const CheckedProgram& program, const TemplateSet& set, Sink& sink);

}  // namespace wend

#endif  // WEND_COMPILER_TEMPLATE_LINT_TEXTS_H_

#ifndef WEND_COMPILER_ANALYSIS_HORIZON_H_
#define WEND_COMPILER_ANALYSIS_HORIZON_H_

// Conditions that react to the passing of time (language, section 8) must say at which instant it changes them.
// Internal to compiler/analysis. One thread.

#include <string_view>

#include "compiler/analysis/context.h"

namespace wend {

// Reports what in `condition` changes with the clock at no instant that can be known. `place` for messages:
// "`until`". REQUIRES: the condition was checked.
void check_horizon(Context& context, const ast::Expr& condition, std::string_view place);
// The same for the condition of a segment, a row of `segments`. What segments ask is reported once.
void check_horizon(Context& context, uint32_t segment, std::string_view place);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_HORIZON_H_

#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_H_

// Every diagnostic as a struct with typed fields; a pass fills one in and hands it to Sink::report. Texts are
// in the messages_*.cc of the area and may be improved freely: tests compare the structs' fields.
//
// To add one: a row in catalogue.def, a struct named like the row, `describe`, a page in
// docs/diagnostics, a case that raises it. A test names whichever is missing.

#include "compiler/diagnostics/messages_bounds.h"
#include "compiler/diagnostics/messages_flow.h"
#include "compiler/diagnostics/messages_history.h"
#include "compiler/diagnostics/messages_lints.h"
#include "compiler/diagnostics/messages_names.h"
#include "compiler/diagnostics/messages_syntax.h"
#include "compiler/diagnostics/messages_project.h"
#include "compiler/diagnostics/messages_send.h"
#include "compiler/diagnostics/messages_template.h"
#include "compiler/diagnostics/messages_tests.h"
#include "compiler/diagnostics/messages_time.h"
#include "compiler/diagnostics/messages_types.h"

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_H_

#ifndef WEND_COMPILER_SYNTAX_DUMP_H_
#define WEND_COMPILER_SYNTAX_DUMP_H_

// The tree of a file as text, for people (`wend ast`) and tests: one S-expression a node, two blanks of
// indentation a level, expressions on one line. Stable: what a reader of old dumps knows stays true.
// Pure; any thread.

#include <string>

#include "compiler/syntax/ast.h"

namespace wend {

struct DumpOptions {
  bool spans = false;  // `@12..34` behind the name of every node that has one, in bytes
  bool ids = false;    // `#7`, the node's id
};

std::string dump(const ast::File& file, const DumpOptions& options = {});
std::string dump(const ast::Expr& expr, const DumpOptions& options = {});

}  // namespace wend

#endif  // WEND_COMPILER_SYNTAX_DUMP_H_

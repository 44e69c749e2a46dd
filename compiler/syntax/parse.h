#ifndef WEND_COMPILER_SYNTAX_PARSE_H_
#define WEND_COMPILER_SYNTAX_PARSE_H_

// From source text to the tree of ast.h. The wall around ANTLR: only compiler/syntax/parse*.cc and the
// internal headers parse_*.h include it, and nothing of it gets out, exceptions neither.
//
// Threads: `parse` may run on any number of threads at once (on different sinks and counters).

#include <cstdint>
#include <memory>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/ast.h"
#include "compiler/text/source_file.h"

namespace wend {

// The limits, each with its own diagnostic or none where passing it only ends the search for more errors.
struct ParseOptions {
  // Larger files are not read (SourceTooLarge).
  uint32_t max_source_bytes = 1U << 20U;
  // Brackets, blocks, types and conditions inside one another (NestedTooDeep). All later passes recurse over
  // the tree and rely on it: think before raising it.
  int max_depth = 200;
  // The height of one expression, chains of operators included: `a + b + c` has height 3 (NestedTooDeep).
  int max_expression_height = 1000;
  // Diagnostics reported for a file; the rest of the file is not looked at.
  int max_errors = 100;
  // How often the parser may set out again behind a mistake, reported or not.
  int max_recoveries = 1000;
  // Characters of a name (NameTooLong).
  uint32_t max_name_length = 64;
  // Fill ast::File::tokens, for the formatter.
  bool keep_tokens = false;
};

// Reads files one after the other; what it learnt of the grammar from one serves the next. One thread.
class SourceParser {
 public:
  SourceParser();
  ~SourceParser();
  // As `parse` below.
  ast::File parse(const SourceFile& file, const ParseOptions& options, uint32_t& next_node_id, Sink& sink);

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;  // made for the first file
};

// Reads one file. Never throws and never fails: what could not be read is reported to `sink`, left out of the
// tree (or an ErrorExpr in it) and `had_syntax_errors` is set. Nodes are numbered from `next_node_id` on,
// which is moved past them. The tree refers to the text of `file`, which has to outlive it.
ast::File parse(const SourceFile& file, const ParseOptions& options, uint32_t& next_node_id, Sink& sink);

}  // namespace wend

#endif  // WEND_COMPILER_SYNTAX_PARSE_H_

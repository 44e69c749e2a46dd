#ifndef WEND_COMPILER_ANALYSIS_TYPE_SYNTAX_H_
#define WEND_COMPILER_ANALYSIS_TYPE_SYNTAX_H_

// Types as the source writes them, read into the type table. Internal to compiler/analysis. One thread.

#include "compiler/analysis/context.h"

namespace wend {

class TypeReader {
 public:
  explicit TypeReader(Context& context) : context_(context) {}

  // The type without its `?`, which belongs to the field. An error type after a report.
  TypeRef read(const ast::Type& type);

 private:
  TypeRef read_named(const ast::Type& type);
  TypeRef read_record(const ast::Type& type);
  TypeRef read_enum(const ast::Type& type);

  Context& context_;
};

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_TYPE_SYNTAX_H_

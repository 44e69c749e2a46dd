#ifndef WEND_COMPILER_TEMPLATE_TEMPLATE_SET_H_
#define WEND_COMPILER_TEMPLATE_TEMPLATE_SET_H_

// The checked templates of a program's messages, found by message and part. Making it reads template files
// through an interface; what it reads is added to the SourceMap, so that messages point into the files.

#include <map>
#include <string>
#include <utility>

#include "compiler/analysis/checked.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/ast.h"
#include "compiler/template/checked_template.h"
#include "compiler/text/source_file.h"
#include "wend/files.h"

namespace wend {

class TemplateSet {
 public:
  // nullptr where the message does not give the part. An inline message has a body and nothing else.
  const CheckedTemplate* find(uint32_t message, ast::MessageItemKind part) const;
  void add(uint32_t message, ast::MessageItemKind part, CheckedTemplate checked);

 private:
  std::map<std::pair<uint32_t, ast::MessageItemKind>, CheckedTemplate> templates_;
};

// Reads, parses and checks the templates of every message of `program`. `files` may be null where the text
// stands alone and no files can be read.
TemplateSet check_templates(CheckedProgram& program, SourceMap& sources, const FileResolver* files,
                            Sink& sink);

// Is this part of a message of the channel HTML, so that what is printed must be escaped? `html` always is;
// the body of an email is, unless it comes from a .txt file.
bool is_html_part(std::string_view channel, const ast::MessageItem& item);

}  // namespace wend

#endif  // WEND_COMPILER_TEMPLATE_TEMPLATE_SET_H_

#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_TEMPLATE_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_TEMPLATE_H_

// Messages of area 06: templates, and the lints 16 about them. `at` lies in the template's file where the
// text comes from a file, else inside the string literal.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct TemplateFileMissing {
  static constexpr Code kCode = Code::kTemplateFileMissing;
  Span at;  // the string literal with the file's name
  std::string path;
  std::vector<std::string> near;  // files beside it
  bool operator==(const TemplateFileMissing&) const = default;
};
Diagnostic describe(const TemplateFileMissing& message);

struct TemplateSyntax {
  static constexpr Code kCode = Code::kTemplateSyntax;
  Span at;
  std::string problem;         // the label: "a `}}` is missing", "expected a filter's name"
  std::optional<Span> opened;  // what was opened and not closed
  bool operator==(const TemplateSyntax&) const = default;
};
Diagnostic describe(const TemplateSyntax& message);

struct UnknownTemplateName {
  static constexpr Code kCode = Code::kUnknownTemplateName;
  Span at;
  std::string name;
  std::vector<std::string> near;
  std::vector<std::string> known;  // names in scope
  std::string as_member;  // "contact.first_name", where a property of this name is in reach; else empty
  bool operator==(const UnknownTemplateName&) const = default;
};
Diagnostic describe(const UnknownTemplateName& message);

struct UnknownFilter {
  static constexpr Code kCode = Code::kUnknownFilter;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownFilter&) const = default;
};
Diagnostic describe(const UnknownFilter& message);

struct FilterArgument {
  static constexpr Code kCode = Code::kFilterArgument;
  Span at;
  std::string filter;
  std::string problem;  // the label: "takes one argument", "a number is wanted"
  bool operator==(const FilterArgument&) const = default;
};
Diagnostic describe(const FilterArgument& message);

struct TemplateFileOutsideProject {
  static constexpr Code kCode = Code::kTemplateFileOutsideProject;
  Span at;
  std::string path;
  bool operator==(const TemplateFileOutsideProject&) const = default;
};
Diagnostic describe(const TemplateFileOutsideProject& message);

struct UnknownTag {
  static constexpr Code kCode = Code::kUnknownTag;
  Span at;
  std::string name;
  std::vector<std::string> near;
  bool operator==(const UnknownTag&) const = default;
};
Diagnostic describe(const UnknownTag& message);

struct FilterWrongType {
  static constexpr Code kCode = Code::kFilterWrongType;
  Span at;  // the filter's name
  std::string filter;
  std::string expected;  // with its article: "a number"
  std::string found;     // a type
  Span value_at;
  bool operator==(const FilterWrongType&) const = default;
};
Diagnostic describe(const FilterWrongType& message);

// ------------------------------------------------------------------------------------------ lints

struct MissingFallback {
  static constexpr Code kCode = Code::kMissingFallback;
  Span at;                 // the path that may be missing
  std::string path;        // "contact.first_name"
  uint32_t insert_at = 0;  // where `| default: ".."` goes, a byte offset of the same file
  std::optional<Span> declared_at;
  bool operator==(const MissingFallback&) const = default;
};
Diagnostic describe(const MissingFallback& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_TEMPLATE_H_

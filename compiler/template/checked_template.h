#ifndef WEND_COMPILER_TEMPLATE_CHECKED_TEMPLATE_H_
#define WEND_COMPILER_TEMPLATE_CHECKED_TEMPLATE_H_

// A template whose names are resolved and whose filters are known: what code generation reads. Views the
// template's text and the CheckedProgram it was checked against, which must outlive it.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/analysis/checked.h"
#include "compiler/analysis/template_scope.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/liquid_ast.h"
#include "vm/core/program.h"

namespace wend {

enum class TemplateValueKind : uint8_t { kPath, kConstant, kMissing, kEmpty, kBlank };
struct TemplateValue {
  TemplateValueKind kind = TemplateValueKind::kMissing;
  PathInfo path;      // kPath
  Constant constant;  // kConstant
  TypeRef type = nullptr;
  bool optional = false;
  Span span;
};

struct TemplateFilter {
  Function function{};
  std::vector<TemplateValue> arguments;
};
struct TemplateOutput {
  TemplateValue value;
  std::vector<TemplateFilter> filters;
  bool as_it_is = false;  // `| raw`, or the last filter has escaped it: never escaped (again)
};

struct TemplateTerm {
  liquid::Comparison comparison = liquid::Comparison::kNone;
  TemplateValue left;
  TemplateValue right;
};
struct TemplateCondition {
  std::vector<TemplateTerm> terms;
  std::vector<bool> and_after;  // groups from the right, as in liquid::Condition
};

struct TemplateNode;
struct TemplateBranch {
  std::optional<TemplateCondition> condition;  // none: `else`
  bool negated = false;
  std::vector<TemplateNode> body;
};
struct TemplateNode {
  liquid::NodeKind kind = liquid::NodeKind::kText;
  std::string_view text;
  TemplateOutput output;
  std::vector<TemplateBranch> branches;
};

struct CheckedTemplate {
  bool html = false;  // escape what is printed
  std::vector<TemplateNode> nodes;
};

// Checks names, filters, their arguments and types, and draws `missing_fallback`. After errors in the sink
// the result is for nothing.
CheckedTemplate check_template(CheckedProgram& program, const TemplateScope& scope,
                               const liquid::Template& tree, bool html, Sink& sink);

}  // namespace wend

#endif  // WEND_COMPILER_TEMPLATE_CHECKED_TEMPLATE_H_

#ifndef WEND_COMPILER_SYNTAX_LIQUID_AST_H_
#define WEND_COMPILER_SYNTAX_LIQUID_AST_H_

// The tree of one template. Texts view the decoded template text, which must outlive the tree; spans point into the
// file that the text came from: the source file of an inline template, else the template's own file.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/text/span.h"

namespace wend::liquid {

// One part of a path: `first_name`, `["first name"]`, `[0]`.
struct PathPart {
  std::string_view word;
  bool is_index = false;
  int64_t index = 0;
  Span span;
};

enum class ValueKind : uint8_t { kPath, kString, kInt, kNumber, kBool, kNil, kEmpty, kBlank };
struct Value {
  ValueKind kind = ValueKind::kNil;
  Span span;
  std::string_view text;        // kString: without its quotes; kPath: as written
  int64_t integer = 0;          // kInt, saturated
  double number = 0;            // kNumber
  bool boolean = false;         // kBool
  std::vector<PathPart> parts;  // kPath; the first is a word
};

struct Filter {
  std::string_view name;
  Span name_span;
  Span span;                    // with its arguments
  std::vector<Value> arguments;
};

struct Pipeline {
  Span span;
  Value value;
  std::vector<Filter> filters;
};

enum class Comparison : uint8_t { kNone, kEq, kNe, kLt, kLe, kGt, kGe, kContains };
struct Term {
  Span span;
  Comparison comparison = Comparison::kNone;
  Value left;
  Value right;                  // where there is a comparison
};
// `a and b or c` groups from the right, as in Liquid: a and (b or c).
struct Condition {
  Span span;
  std::vector<Term> terms;
  std::vector<bool> and_after;  // between terms i and i + 1: `and`, else `or`
};

struct Node;
struct Branch {
  std::optional<Condition> condition;  // none: `else`
  bool negated = false;                // of `unless`
  std::vector<Node> body;
};

enum class NodeKind : uint8_t { kText, kOutput, kIf };
struct Node {
  NodeKind kind = NodeKind::kText;
  Span span;
  std::string_view text;        // kText
  Pipeline pipeline;            // kOutput
  std::vector<Branch> branches; // kIf
};

struct Template {
  std::vector<Node> nodes;
};

}  // namespace wend::liquid

#endif  // WEND_COMPILER_SYNTAX_LIQUID_AST_H_

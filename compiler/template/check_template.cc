#include <fmt/format.h>
#include <algorithm>
#include <string>
#include <utility>

#include "compiler/diagnostics/messages.h"
#include "compiler/diagnostics/suggest.h"
#include "compiler/template/checked_template.h"
#include "compiler/template/filters.h"

namespace wend {
namespace {

class Checker {
 public:
  Checker(CheckedProgram& program, const TemplateScope& scope, bool html, Sink& sink)
      : program_(program), scope_(scope), html_(html), sink_(sink) {}

  std::vector<TemplateNode> nodes(const std::vector<liquid::Node>& tree) {
    std::vector<TemplateNode> checked;
    for (const liquid::Node& node : tree) {
      TemplateNode row;
      row.kind = node.kind;
      row.text = node.text;
      if (node.kind == liquid::NodeKind::kOutput) row.output = output(node.pipeline);
      if (node.kind == liquid::NodeKind::kIf) row.branches = branches(node);
      checked.push_back(std::move(row));
    }
    return checked;
  }

 private:
  // ---------------------------------------------------------------------------------------- values

  TemplateValue value(const liquid::Value& written) {
    TemplateValue result;
    result.span = written.span;
    result.type = program_.type(BaseType::kMissing);
    switch (written.kind) {
      case liquid::ValueKind::kPath:
        resolve(written, result);
        break;
      case liquid::ValueKind::kString:
        set_constant(result, Tag::kString, BaseType::kString);
        result.constant.bytes = written.text;
        break;
      case liquid::ValueKind::kInt:
        set_constant(result, Tag::kInt, BaseType::kInt);
        result.constant.i = written.integer;
        break;
      case liquid::ValueKind::kNumber:
        set_constant(result, Tag::kNumber, BaseType::kNumber);
        result.constant.d = written.number;
        break;
      case liquid::ValueKind::kBool:
        set_constant(result, Tag::kBool, BaseType::kBool);
        result.constant.i = written.boolean ? 1 : 0;
        break;
      case liquid::ValueKind::kNil:
        result.optional = true;
        break;
      case liquid::ValueKind::kEmpty:
        result.kind = TemplateValueKind::kEmpty;
        break;
      case liquid::ValueKind::kBlank:
        result.kind = TemplateValueKind::kBlank;
        break;
    }
    return result;
  }

  void set_constant(TemplateValue& result, Tag tag, BaseType type) {
    result.kind = TemplateValueKind::kConstant;
    result.constant.tag = tag;
    result.type = program_.type(type);
  }

  void resolve(const liquid::Value& written, TemplateValue& result) {
    std::vector<PathPart> parts;
    for (const liquid::PathPart& part : written.parts)
      parts.push_back({part.word, part.is_index, part.index, part.span});
    result.kind = TemplateValueKind::kPath;
    result.path = resolve_path(program_, scope_, parts, sink_);
    result.type = result.path.type;
    result.optional = result.path.optional && !known_present(written.text);
    // Also where nothing was reported: a message that no journey sends has no trigger to read from.
    if (result.type->is(BaseType::kError)) result.kind = TemplateValueKind::kMissing;
    ResolutionKind kind = result.path.root.kind;
    if (kind == ResolutionKind::kMessageName || kind == ResolutionKind::kMessageChannel) {
      const MessageInfo& message = program_.messages[scope_.message];
      bool wants_name = kind == ResolutionKind::kMessageName;
      set_constant(result, Tag::kString, BaseType::kString);
      result.constant.bytes = wants_name ? message.name : program_.channels[message.channel].name;
    }
    if (kind == ResolutionKind::kUnsubscribeUrl || kind == ResolutionKind::kPreferencesUrl) {
      sink_.report(NotYetSupported{written.span, fmt::format("`{}`", written.text)});
    }
  }

  bool known_present(std::string_view path) const {
    return std::find(present_.begin(), present_.end(), path) != present_.end();
  }

  // ---------------------------------------------------------------------------------------- output

  TemplateOutput output(const liquid::Pipeline& pipeline) {
    TemplateOutput result;
    result.value = value(pipeline.value);
    if (result.value.kind == TemplateValueKind::kEmpty || result.value.kind == TemplateValueKind::kBlank) {
      sink_.report(TemplateSyntax{pipeline.value.span, "stands only in comparisons", std::nullopt});
    }
    TypeRef type = result.value.type;
    bool optional = result.value.optional;
    for (size_t i = 0; i < pipeline.filters.size(); ++i) {
      const liquid::Filter& filter = pipeline.filters[i];
      if (filter.name == "raw") {
        raw(filter, i + 1 == pipeline.filters.size(), result);
        continue;
      }
      const FunctionRow* row = find_filter(filter.name);
      if (row == nullptr) {
        std::string name(filter.name);
        sink_.report(UnknownFilter{filter.name_span, name, near_names(name, filter_names())});
        return result;
      }
      apply(*row, filter, pipeline.value.span, type, optional, result);
    }
    bool escaped = !result.filters.empty() && result.filters.back().function == Function::kFilterEscape;
    result.as_it_is = result.as_it_is || escaped;
    if (optional && wants_fallback(result.value)) {
      sink_.report(MissingFallback{pipeline.value.span, std::string(pipeline.value.text), pipeline.span.end,
                                   declared_at(result.value)});
    }
    return result;
  }

  void raw(const liquid::Filter& filter, bool last, TemplateOutput& result) {
    if (!filter.arguments.empty()) {
      sink_.report(FilterArgument{filter.span, "raw", "takes no argument"});
    } else if (!last) {
      sink_.report(FilterArgument{filter.span, "raw", "stands at the end, behind the other filters"});
    }
    result.as_it_is = true;
    // What the program itself says is its own.
    if (html_ && result.value.kind == TemplateValueKind::kPath && !result.value.type->is(BaseType::kError)) {
      sink_.report(RawHtml{filter.span, result.value.span});
    }
  }

  void apply(const FunctionRow& row, const liquid::Filter& filter, Span value_at, TypeRef& type,
             bool& optional, TemplateOutput& result) {
    std::string name(filter.name);
    std::string_view wants = filter_argument(row, 0);
    if (!filter_accepts(wants, type)) {
      sink_.report(FilterWrongType{filter.name_span, name, filter_wants(wants), type_syntax(type), value_at});
    }
    TemplateFilter checked;
    checked.function = row.function;
    size_t count = filter.arguments.size() + 1;
    if (count < row.min_args || count > row.max_args) {
      sink_.report(FilterArgument{filter.span, name, argument_count(row)});
    }
    for (size_t i = 0; i < filter.arguments.size(); ++i) {
      TemplateValue argument = value(filter.arguments[i]);
      std::string_view words = filter_argument(row, i + 1);
      bool nothing = argument.kind == TemplateValueKind::kEmpty || argument.kind == TemplateValueKind::kBlank;
      if (i + 1 < row.max_args && (nothing || !filter_accepts(words, argument.type))) {
        sink_.report(FilterArgument{argument.span, name, fmt::format("{} is wanted", filter_wants(words))});
      }
      checked.arguments.push_back(std::move(argument));
    }
    bool falls_back = row.function == Function::kFilterDefault && !checked.arguments.empty();
    optional = falls_back ? checked.arguments[0].optional : optional || may_give_missing(row.function);
    type = result_type(row, type, checked);
    result.filters.push_back(std::move(checked));
  }

  static std::string argument_count(const FunctionRow& row) {
    size_t least = row.min_args - 1U;
    size_t most = row.max_args - 1U;
    if (most == 0) return "takes no argument";
    if (least == most) return least == 1 ? "takes one argument" : fmt::format("takes {} arguments", least);
    return fmt::format("takes {} to {} arguments", least, most);
  }

  static bool may_give_missing(Function function) {
    return function == Function::kFilterFirst || function == Function::kFilterLast;
  }

  TypeRef result_type(const FunctionRow& row, TypeRef type, const TemplateFilter& filter) {
    if (row.function == Function::kFilterDefault) {
      bool same = filter.arguments.empty() || filter.arguments[0].type == type;
      return same ? type : program_.type(BaseType::kAny);
    }
    if (may_give_missing(row.function)) {
      return type->is(BaseType::kList) ? type->element : program_.type(BaseType::kAny);
    }
    std::string_view result = filter_result(row);
    if (result == "string") return program_.type(BaseType::kString);
    if (result == "number") return program_.type(BaseType::kNumber);
    if (result == "int") return program_.type(BaseType::kInt);
    return program_.type(BaseType::kAny);
  }

  // In an open program everything may be missing; only what is declared so deserves the question.
  static bool wants_fallback(const TemplateValue& value) {
    return value.kind == TemplateValueKind::kPath && !value.type->is(BaseType::kAny) &&
           !value.type->is(BaseType::kError);
  }

  std::optional<Span> declared_at(const TemplateValue& value) const {
    if (value.path.root.kind != ResolutionKind::kAttribute || !value.path.accesses.empty())
      return std::nullopt;
    Span at = program_.attributes[value.path.root.index].span;
    return at.empty() ? std::nullopt : std::optional(at);
  }

  // ---------------------------------------------------------------------------------------- conditions

  std::vector<TemplateBranch> branches(const liquid::Node& node) {
    std::vector<TemplateBranch> checked;
    for (const liquid::Branch& branch : node.branches) {
      TemplateBranch row;
      row.negated = branch.negated;
      size_t known = present_.size();
      if (branch.condition) {
        row.condition = condition(*branch.condition);
        if (!branch.negated) remember_present(*branch.condition);
      }
      row.body = nodes(branch.body);
      present_.resize(known);
      checked.push_back(std::move(row));
    }
    return checked;
  }

  // In the branch of `{% if contact.first_name %}` the name is there.
  void remember_present(const liquid::Condition& condition) {
    if (std::find(condition.and_after.begin(), condition.and_after.end(), false) != condition.and_after.end())
      return;
    for (const liquid::Term& term : condition.terms) {
      bool against_nothing =
          term.comparison == liquid::Comparison::kNe &&
          (term.right.kind == liquid::ValueKind::kNil || term.right.kind == liquid::ValueKind::kBlank);
      bool present =
          against_nothing ||
          (term.comparison != liquid::Comparison::kNe && term.right.kind != liquid::ValueKind::kNil) ||
          term.comparison == liquid::Comparison::kNone;
      if (present && term.left.kind == liquid::ValueKind::kPath) present_.push_back(term.left.text);
    }
  }

  TemplateCondition condition(const liquid::Condition& written) {
    TemplateCondition checked;
    checked.and_after = written.and_after;
    for (const liquid::Term& term : written.terms) {
      TemplateTerm row;
      row.comparison = term.comparison;
      row.left = value(term.left);
      if (term.comparison != liquid::Comparison::kNone) {
        row.right = value(term.right);
        check_comparison(term, row);
      }
      checked.terms.push_back(std::move(row));
    }
    return checked;
  }

  void check_comparison(const liquid::Term& term, const TemplateTerm& row) {
    TypeRef left = row.left.type;
    TypeRef right = row.right.type;
    bool special =
        row.right.kind != TemplateValueKind::kPath && row.right.kind != TemplateValueKind::kConstant;
    if (left->is(BaseType::kError) || right->is(BaseType::kError)) return;
    if (row.left.kind != TemplateValueKind::kPath && row.left.kind != TemplateValueKind::kConstant) {
      sink_.report(TemplateSyntax{term.left.span, "stands only on the right of a comparison", std::nullopt});
    } else if (special) {
      bool equality =
          term.comparison == liquid::Comparison::kEq || term.comparison == liquid::Comparison::kNe;
      if (!equality)
        sink_.report(
            TemplateSyntax{term.right.span, "can only be compared with `==` and `!=`", std::nullopt});
    } else if (term.comparison == liquid::Comparison::kContains) {
      check_contains(term, left, right);
    } else if (!comparable(left, right)) {
      sink_.report(TypeMismatchComparison{term.right.span, type_syntax(right), term.left.span,
                                          type_syntax(left), std::nullopt, ""});
    } else if (left->is(BaseType::kEnum) && row.right.kind == TemplateValueKind::kConstant) {
      check_enum_value(term, left);
    }
  }

  void check_contains(const liquid::Term& term, TypeRef left, TypeRef right) {
    bool text = left->is_text() && (right->is_text() || right->is(BaseType::kAny));
    bool fine = text || left->is(BaseType::kList) || left->is(BaseType::kAny) || left->is(BaseType::kError) ||
                (left->is_text() && right->is(BaseType::kError));
    if (fine) return;
    Span at = left->is_text() ? term.right.span : term.left.span;
    TypeRef type = left->is_text() ? right : left;
    sink_.report(BadOperand{at, "contains", type_syntax(type), "texts and lists", std::nullopt, ""});
  }

  void check_enum_value(const liquid::Term& term, TypeRef left) {
    std::string text(term.right.text);
    if (std::find(left->values.begin(), left->values.end(), text) != left->values.end()) return;
    EnumValueUnknown message;
    message.at = term.right.span;
    message.value = text;
    message.values = left->values;
    message.near = near_names(text, left->values);
    sink_.report(message);
  }

  static bool comparable(TypeRef left, TypeRef right) {
    auto open = [](TypeRef type) {
      return type->is(BaseType::kAny) || type->is(BaseType::kError) || type->is(BaseType::kMissing);
    };
    if (open(left) || open(right)) return true;
    if (left->is_numeric() && right->is_numeric()) return true;
    if (left->is_text() && right->is_text()) return true;
    return left->base == right->base;
  }

  CheckedProgram& program_;
  const TemplateScope& scope_;
  bool html_;
  Sink& sink_;
  std::vector<std::string_view> present_;  // paths that cannot be missing here
};

}  // namespace

CheckedTemplate check_template(CheckedProgram& program, const TemplateScope& scope,
                               const liquid::Template& tree, bool html, Sink& sink) {
  return {html, Checker(program, scope, html, sink).nodes(tree.nodes)};
}

}  // namespace wend

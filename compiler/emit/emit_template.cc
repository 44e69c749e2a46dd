// Templates as routines that append to the output.

#include "compiler/emit/context.h"
#include "compiler/emit/emit_expr.h"
#include "vm/base/check.h"

namespace wend::emit {
namespace {

class TemplateEmitter {
 public:
  TemplateEmitter(Context& context, Code& code, bool html)
      : context_(context), code_(code), expr_(context, code), html_(html) {}

  void nodes(const std::vector<TemplateNode>& nodes) {
    for (const TemplateNode& node : nodes) {
      switch (node.kind) {
        case liquid::NodeKind::kText:
          code_.x(Opcode::kTextConst, context_.tables.text_constant(node.text));
          break;
        case liquid::NodeKind::kOutput:
          output(node.output);
          break;
        case liquid::NodeKind::kIf:
          branches(node.branches);
          break;
      }
    }
  }

 private:
  void output(const TemplateOutput& output) {
    Registers result(code_, 1);
    value(output.value, result[0]);
    for (const TemplateFilter& filter : output.filters) {
      Registers arguments(code_, filter.arguments.size() + 1);
      code_.ab(Opcode::kMove, arguments[0], result[0]);
      for (size_t i = 0; i < filter.arguments.size(); ++i) value(filter.arguments[i], arguments[i + 1]);
      code_.call(result[0], filter.function, arguments.base(), filter.arguments.size() + 1);
    }
    code_.a(html_ && !output.as_it_is ? Opcode::kTextHtml : Opcode::kText, result[0]);
  }

  void value(const TemplateValue& value, Reg dst) {
    switch (value.kind) {
      case TemplateValueKind::kPath:
        return path(value.path, dst);
      case TemplateValueKind::kConstant:
        return expr_.constant(value.constant, dst);
      case TemplateValueKind::kMissing:
      case TemplateValueKind::kEmpty:
      case TemplateValueKind::kBlank:
        return code_.load_missing(dst);
    }
  }

  void path(const PathInfo& path, Reg dst) {
    expr_.name(path.root, dst);
    for (const PathAccess& access : path.accesses) {
      switch (access.kind) {
        case PathAccessKind::kMember:
          expr_.member(access.name, dst);
          break;
        case PathAccessKind::kSize:
          code_.ab(Opcode::kSize, dst, dst);
          break;
        case PathAccessKind::kIndex: {
          Registers at(code_, 1);
          code_.load_int(at[0], access.index);
          code_.abc(Opcode::kIndex, dst, dst, at[0]);
          break;
        }
      }
    }
  }

  void branches(const std::vector<TemplateBranch>& branches) {
    Code::Label end;
    for (size_t i = 0; i < branches.size(); ++i) {
      const TemplateBranch& branch = branches[i];
      Code::Label otherwise;
      if (branch.condition) {
        Registers holds(code_, 1);
        condition(*branch.condition, holds[0]);
        // `unless` takes its branch also where the value is missing, as Liquid does.
        code_.jump_if(branch.negated ? Opcode::kJumpIfTrue : Opcode::kJumpUnlessTrue, holds[0], otherwise);
      }
      nodes(branch.body);
      if (i + 1 < branches.size()) code_.jump(end);
      code_.bind(otherwise);
    }
    code_.bind(end);
  }

  // From the right: a and (b or c).
  void condition(const TemplateCondition& condition, Reg dst) {
    term(condition.terms.back(), dst);
    for (size_t i = condition.terms.size() - 1; i-- > 0;) {
      Registers left(code_, 1);
      term(condition.terms[i], left[0]);
      code_.abc(condition.and_after[i] ? Opcode::kAnd : Opcode::kOr, dst, left[0], dst);
    }
  }

  // Leaves true or false, never missing, so that what Liquid calls falsy is false.
  void term(const TemplateTerm& term, Reg dst) {
    value(term.left, dst);
    if (term.comparison == liquid::Comparison::kNone) return truth(term.left.type, dst);
    bool negated = term.comparison == liquid::Comparison::kNe;
    switch (term.right.kind) {
      case TemplateValueKind::kMissing:
        code_.ab(negated ? Opcode::kIsPresent : Opcode::kIsMissing, dst, dst);
        return;
      case TemplateValueKind::kEmpty:
        return nothing_in(dst, false, negated);
      case TemplateValueKind::kBlank:
        return nothing_in(dst, true, negated);
      default:
        break;
    }
    Registers right(code_, 1);
    value(term.right, right[0]);
    if (term.comparison == liquid::Comparison::kContains) {
      code_.abc(Opcode::kContains, dst, dst, right[0]);
      return definite(dst, false);
    }
    bool equality = term.comparison == liquid::Comparison::kEq || negated;
    ast::BinaryOp op = equality ? ast::BinaryOp::kEq : order(term.comparison);
    expr_.compare(op, dst, term.left.type, dst, term.right.type, right[0]);
    definite(dst, false);
    if (negated) code_.ab(Opcode::kNot, dst, dst);
  }

  static ast::BinaryOp order(liquid::Comparison comparison) {
    switch (comparison) {
      case liquid::Comparison::kLt:
        return ast::BinaryOp::kLt;
      case liquid::Comparison::kLe:
        return ast::BinaryOp::kLe;
      case liquid::Comparison::kGt:
        return ast::BinaryOp::kGt;
      default:
        return ast::BinaryOp::kGe;
    }
  }

  // Everything but false and missing is true.
  void truth(TypeRef type, Reg dst) {
    if (type->is(BaseType::kBool)) return definite(dst, false);
    if (!type->is(BaseType::kAny)) return code_.ab(Opcode::kIsPresent, dst, dst);
    Registers no(code_, 1);
    code_.ab(Opcode::kLoadBool, no[0], 0);
    code_.abc(Opcode::kEqAny, dst, dst, no[0]);
    definite(dst, true);
    code_.ab(Opcode::kNot, dst, dst);
  }

  // dst = dst where it is present, else `otherwise`.
  void definite(Reg dst, bool otherwise) {
    Code::Label present;
    code_.jump_if(Opcode::kJumpIfPresent, dst, present);
    code_.ab(Opcode::kLoadBool, dst, otherwise ? 1 : 0);
    code_.bind(present);
  }

  // dst = is it an empty text or list; `missing_too`: or missing.
  void nothing_in(Reg dst, bool missing_too, bool negated) {
    Code::Label present;
    Code::Label end;
    code_.jump_if(Opcode::kJumpIfPresent, dst, present);
    code_.ab(Opcode::kLoadBool, dst, missing_too ? 1 : 0);
    code_.jump(end);
    code_.bind(present);
    {
      Registers zero(code_, 1);
      code_.ab(Opcode::kSize, dst, dst);
      code_.load_int(zero[0], 0);
      code_.abc(Opcode::kEqInt, dst, dst, zero[0]);
    }
    definite(dst, false);  // a number or a time has no size and is never empty
    code_.bind(end);
    if (negated) code_.ab(Opcode::kNot, dst, dst);
  }

  Context& context_;
  Code& code_;
  ExprEmitter expr_;
  bool html_;
};

}  // namespace

RoutineIx Context::template_routine(std::string_view name, const CheckedTemplate* checked_template) {
  if (checked_template == nullptr) return none_of<RoutineIx>();
  Code code(tables);
  TemplateEmitter(*this, code, checked_template->html).nodes(checked_template->nodes);
  code.plain(Opcode::kEndText);
  RoutineRow row;
  row.registers = code.registers_used();
  row.entry = code.append_to_program();
  row.kind = RoutineKind::kTemplate;
  row.name = tables.string(name);
  return RoutineIx{tables.add(program.routines, row, "conditions and templates")};
}

}  // namespace wend::emit

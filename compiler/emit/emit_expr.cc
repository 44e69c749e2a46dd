#include "compiler/emit/emit_expr.h"

#include <utility>

#include "compiler/diagnostics/messages.h"
#include "vm/base/check.h"
#include "vm/core/value.h"

namespace wend::emit {
namespace {

using ast::BinaryOp;
using ast::ExprKind;

Constant int_like(Tag tag, int64_t payload) {
  Constant constant;
  constant.tag = tag;
  constant.i = payload;
  return constant;
}

Constant double_like(Tag tag, double payload) {
  Constant constant;
  constant.tag = tag;
  constant.d = payload;
  return constant;
}

Relation relation_of(BinaryOp op) {
  switch (op) {
    case BinaryOp::kLt:
      return Relation::kLess;
    case BinaryOp::kLe:
      return Relation::kLessEqual;
    case BinaryOp::kGt:
      return Relation::kGreater;
    case BinaryOp::kGe:
      return Relation::kGreaterEqual;
    case BinaryOp::kEq:
      return Relation::kEqual;
    default:
      return Relation::kNotEqual;
  }
}

// The instruction for `==`, `<`, `<=` of two values of one base type.
Opcode compare_opcode(BinaryOp op, BaseType type) {
  bool equal = op == BinaryOp::kEq || op == BinaryOp::kNe;
  bool strict = op == BinaryOp::kLt || op == BinaryOp::kGt;
  auto choose = [&](Opcode eq, Opcode lt, Opcode le) { return equal ? eq : strict ? lt : le; };
  switch (type) {
    case BaseType::kBool:
    case BaseType::kInt:
    case BaseType::kDuration:
    case BaseType::kCalendar:
    case BaseType::kTime:
    case BaseType::kDate:
    case BaseType::kClock:
      return choose(Opcode::kEqInt, Opcode::kLtInt, Opcode::kLeInt);
    case BaseType::kString:
    case BaseType::kEnum:
      return choose(Opcode::kEqString, Opcode::kLtString, Opcode::kLeString);
    case BaseType::kNumber:
    case BaseType::kPercent:
      return choose(Opcode::kEqNumber, Opcode::kLtNumber, Opcode::kLeNumber);
    default:
      return choose(Opcode::kEqAny, Opcode::kLtNumber, Opcode::kLeNumber);
  }
}

}  // namespace

Tag tag_of(TypeRef type) {
  switch (type->base) {
    case BaseType::kBool:
      return Tag::kBool;
    case BaseType::kInt:
      return Tag::kInt;
    case BaseType::kNumber:
      return Tag::kNumber;
    case BaseType::kString:
    case BaseType::kEnum:
      return Tag::kString;
    case BaseType::kDuration:
      return Tag::kDuration;
    case BaseType::kCalendar:
      return Tag::kCalendar;
    case BaseType::kTime:
      return Tag::kTime;
    case BaseType::kDate:
      return Tag::kDate;
    case BaseType::kClock:
      return Tag::kClock;
    case BaseType::kPercent:
      return Tag::kPercent;
    case BaseType::kList:
      return Tag::kList;
    case BaseType::kRecord:
      return Tag::kRecord;
    default:
      return Tag::kMissing;
  }
}

void ExprEmitter::value(const ast::Expr& outer, Reg dst) {
  const ast::Expr& expr = *ast::strip_parens(&outer);
  if (std::optional<Constant> folded = literal(expr)) {
    constant(*folded, dst);
    return;
  }
  raw_value(expr, dst);
  const ExprInfo& row = info(expr);
  if (row.coerce_to != nullptr) convert(row.type, row.coerce_to, dst);
}

void ExprEmitter::raw_value(const ast::Expr& expr, Reg dst) {
  switch (expr.kind) {
    case ExprKind::kTime:
      return time(*expr.as<ast::TimeExpr>(), dst);
    case ExprKind::kList:
      return list(*expr.as<ast::ListExpr>(), dst);
    case ExprKind::kRecord:
      return record(*expr.as<ast::RecordExpr>(), dst);
    case ExprKind::kName:
    case ExprKind::kEngagement:
      return name(info(expr).resolution, dst);
    case ExprKind::kMember:
      return member_of(*expr.as<ast::MemberExpr>(), dst);
    case ExprKind::kIndex:
      return index(*expr.as<ast::IndexExpr>(), dst);
    case ExprKind::kCall:
      if (info(expr).resolution.kind == ResolutionKind::kHistory) return history(expr, dst);
      return call(*expr.as<ast::CallExpr>(), dst);
    case ExprKind::kNo:
      return history(expr, dst);
    case ExprKind::kUnary:
      return unary(*expr.as<ast::UnaryExpr>(), dst);
    case ExprKind::kBinary:
      return binary(*expr.as<ast::BinaryExpr>(), dst);
    case ExprKind::kIs: {
      const auto& is = *expr.as<ast::IsExpr>();
      value(*is.operand, dst);
      return code_.ab(is.present ? Opcode::kIsPresent : Opcode::kIsMissing, dst, dst);
    }
    default:
      // Literals were taken by literal(), and analysis lets nothing else through.
      context_.sink.report(InternalError{expr.span, "an expression that cannot run reached code generation"});
      return code_.load_missing(dst);
  }
}

// ------------------------------------------------------------------------------------------------ literals

std::optional<Constant> ExprEmitter::literal(const ast::Expr& outer) const {
  const ast::Expr& expr = *ast::strip_parens(&outer);
  bool as_number_type = info(expr).coerce_to != nullptr && info(expr).coerce_to->is(BaseType::kNumber);
  switch (expr.kind) {
    case ExprKind::kString: {
      Constant constant;
      constant.tag = Tag::kString;
      constant.bytes = expr.as<ast::StringExpr>()->value.text;
      return constant;
    }
    case ExprKind::kInt: {
      int64_t number = expr.as<ast::IntExpr>()->value;
      return as_number_type ? double_like(Tag::kNumber, static_cast<double>(number))
                            : int_like(Tag::kInt, number);
    }
    case ExprKind::kNumber:
      return double_like(Tag::kNumber, expr.as<ast::NumberExpr>()->value);
    case ExprKind::kPercent:
      return double_like(Tag::kPercent, expr.as<ast::PercentExpr>()->percent);
    case ExprKind::kBool:
      return int_like(Tag::kBool, expr.as<ast::BoolExpr>()->value ? 1 : 0);
    case ExprKind::kMissing:
      return Constant{};
    case ExprKind::kDuration:
      return int_like(Tag::kDuration, expr.as<ast::DurationExpr>()->value_ms);
    case ExprKind::kCalendar:
      return int_like(Tag::kCalendar, expr.as<ast::CalendarExpr>()->months);
    case ExprKind::kClock:
      return int_like(Tag::kClock, expr.as<ast::ClockExpr>()->of_day_ms);
    case ExprKind::kDate:
      return int_like(Tag::kDate, expr.as<ast::DateExpr>()->days);
    case ExprKind::kTime: {
      const auto& time = *expr.as<ast::TimeExpr>();
      if (!time.has_offset) return std::nullopt;
      return int_like(Tag::kTime, time.local_ms - time.offset_ms);
    }
    case ExprKind::kList: {
      ListBuilder builder;
      for (const ast::Expr* item : expr.as<ast::ListExpr>()->items) {
        std::optional<Constant> element = literal(*item);
        if (!element) return std::nullopt;
        builder.add(value_of(*element));
      }
      Constant constant;
      constant.tag = Tag::kList;
      constant.bytes = builder.build();
      return constant;
    }
    case ExprKind::kName: {
      const Resolution& resolution = info(expr).resolution;
      if (resolution.kind != ResolutionKind::kConst) return std::nullopt;
      std::optional<Constant> value = literal(*resolution.constant->value);
      if (value && as_number_type && value->tag == Tag::kInt) {
        return double_like(Tag::kNumber, static_cast<double>(value->i));
      }
      return value;
    }
    case ExprKind::kUnary: {
      const auto& unary = *expr.as<ast::UnaryExpr>();
      if (unary.op != ast::UnaryOp::kNegate) return std::nullopt;
      std::optional<Constant> value = literal(*unary.operand);
      if (!value || value->i == INT64_MIN) return std::nullopt;
      if (value->tag == Tag::kInt && as_number_type)
        return double_like(Tag::kNumber, -static_cast<double>(value->i));
      if (value->tag == Tag::kInt || value->tag == Tag::kDuration) return int_like(value->tag, -value->i);
      if (value->tag == Tag::kNumber) return double_like(value->tag, -value->d);
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

void ExprEmitter::constant(const Constant& constant, Reg dst) {
  switch (constant.tag) {
    case Tag::kMissing:
      return code_.load_missing(dst);
    case Tag::kBool:
      return code_.ab(Opcode::kLoadBool, dst, constant.i != 0 ? 1 : 0);
    case Tag::kInt:
      return code_.load_int(dst, constant.i);
    default:
      return code_.ax(Opcode::kLoadConst, dst, context_.tables.constant(constant));
  }
}

void ExprEmitter::text(std::string_view text, Reg dst) {
  code_.ax(Opcode::kLoadConst, dst, context_.tables.text_constant(text));
}

void ExprEmitter::time(const ast::TimeExpr& expr, Reg dst) {
  Registers local(code_, 1);  // without an offset: read in the zone in force
  code_.load_int(local[0], expr.local_ms);
  code_.call(dst, Function::kLocalTime, local[0], 1);
}

void ExprEmitter::list(const ast::ListExpr& expr, Reg dst) {
  Registers items(code_, expr.items.size());
  for (size_t i = 0; i < expr.items.size(); ++i) value(*expr.items[i], items[i]);
  code_.collect(Opcode::kNewList, dst, items.base(), expr.items.size());
}

void ExprEmitter::record(const ast::RecordExpr& expr, Reg dst) {
  Registers pairs(code_, expr.fields.size() * 2);
  for (size_t i = 0; i < expr.fields.size(); ++i) {
    text(expr.fields[i].key.text, pairs[2 * i]);
    value(*expr.fields[i].value, pairs[2 * i + 1]);
  }
  code_.collect(Opcode::kNewRecord, dst, pairs.base(), expr.fields.size() * 2);
}

// ------------------------------------------------------------------------------------------------ names

void ExprEmitter::name(const Resolution& resolution, Reg dst) {
  Tables& tables = context_.tables;
  switch (resolution.kind) {
    case ResolutionKind::kAttribute:
      return code_.ax(Opcode::kLoadContact, dst, static_cast<uint16_t>(resolution.index));
    case ResolutionKind::kEventProperty:
      return code_.ax(Opcode::kLoadEvent, dst, tables.property(resolution.name));
    case ResolutionKind::kEventAt:
      return code_.a(Opcode::kLoadEventAt, dst);
    case ResolutionKind::kEventId:
      return code_.a(Opcode::kLoadEventId, dst);
    case ResolutionKind::kTriggerProperty:
      return code_.ax(Opcode::kLoadTrigger, dst, tables.property(resolution.name));
    case ResolutionKind::kTriggerAt:
      return code_.a(Opcode::kLoadTriggerAt, dst);
    case ResolutionKind::kTriggerId:
      return code_.a(Opcode::kLoadTriggerId, dst);
    case ResolutionKind::kBound:
      return code_.ab(Opcode::kLoadBound, dst, static_cast<uint8_t>(resolution.index));
    case ResolutionKind::kConst:
      return value(*resolution.constant->value, dst);
    case ResolutionKind::kNow:
      return code_.a(Opcode::kLoadNow, dst);
    case ResolutionKind::kToday:
      return code_.a(Opcode::kLoadToday, dst);
    case ResolutionKind::kClock:
      return code_.a(Opcode::kLoadClock, dst);
    case ResolutionKind::kRun:
      return code_.ab(Opcode::kLoadRun, dst, static_cast<uint8_t>(resolution.run_field));
    case ResolutionKind::kQuery:
      return code_.ax(Opcode::kEngaged, dst, static_cast<uint16_t>(context_.query(resolution.index).number));
    case ResolutionKind::kWith:
      return code_.ax(Opcode::kLoadWith, dst, tables.string_operand(resolution.name));
    case ResolutionKind::kSegment:
      return code_.ax(Opcode::kSegment, dst, static_cast<uint16_t>(resolution.index));
    case ResolutionKind::kScore:
      return code_.ax(Opcode::kScore, dst, static_cast<uint16_t>(resolution.index));
    default:  // members and calls have their own functions
      context_.sink.report(InternalError{Span{}, "a name without a meaning reached code generation"});
      return code_.load_missing(dst);
  }
}

void ExprEmitter::member(std::string_view key, Reg dst) {
  Registers name(code_, 1);
  text(key, name[0]);
  code_.abc(Opcode::kMember, dst, dst, name[0]);
}

void ExprEmitter::member_of(const ast::MemberExpr& expr, Reg dst) {
  const Resolution& resolution = info(expr).resolution;
  if (resolution.kind == ResolutionKind::kMember) {
    value(*expr.object, dst);
    member(resolution.name, dst);
  } else if (resolution.kind == ResolutionKind::kSize) {
    value(*expr.object, dst);
    code_.ab(Opcode::kSize, dst, dst);
  } else {
    name(resolution, dst);
  }
}

void ExprEmitter::index(const ast::IndexExpr& expr, Reg dst) {
  const Resolution& resolution = info(expr).resolution;
  if (resolution.kind == ResolutionKind::kCatalog) {
    value(*expr.index, dst);
    return code_.ax(Opcode::kCatalogRow, dst, static_cast<uint16_t>(resolution.index));
  }
  value(*expr.object, dst);
  Registers at(code_, 1);
  value(*expr.index, at[0]);
  code_.abc(Opcode::kIndex, dst, dst, at[0]);
}

void ExprEmitter::call(const ast::CallExpr& expr, Reg dst) {
  if (const auto part = timed_ ? part_of_today(context_.checked, expr) : std::nullopt) {
    return code_.ab(Opcode::kTodayPart, dst, static_cast<uint8_t>(*part));
  }
  Registers arguments(code_, expr.arguments.size());
  for (size_t i = 0; i < expr.arguments.size(); ++i) value(*expr.arguments[i].value, arguments[i]);
  code_.call(dst, info(expr).resolution.function, arguments.base(), expr.arguments.size());
}

// ------------------------------------------------------------------------------------------------ operators

void ExprEmitter::convert(TypeRef from, TypeRef to, Reg dst) {
  if (from == to || to->is(BaseType::kAny) || from->is(BaseType::kMissing)) return;
  if (from->is(BaseType::kAny)) {
    Tag tag = tag_of(to);
    if (tag != Tag::kMissing) code_.abc(Opcode::kAsType, dst, dst, static_cast<uint8_t>(tag));
  } else if (from->is(BaseType::kInt) && to->is(BaseType::kNumber)) {
    code_.ab(Opcode::kIntToNumber, dst, dst);
  }
}

void ExprEmitter::as_number(TypeRef from, Reg reg) { convert(from, type(BaseType::kNumber), reg); }

void ExprEmitter::unary(const ast::UnaryExpr& expr, Reg dst) {
  value(*expr.operand, dst);
  if (expr.op == ast::UnaryOp::kNot) return code_.ab(Opcode::kNot, dst, dst);
  BaseType operand = info(*ast::strip_parens(expr.operand)).used_type()->base;
  if (operand == BaseType::kCalendar) {
    Registers argument(code_, 1);
    code_.ab(Opcode::kMove, argument[0], dst);
    return code_.call(dst, Function::kNegateCalendar, argument[0], 1);
  }
  bool whole = operand == BaseType::kInt || operand == BaseType::kDuration;
  code_.ab(whole ? Opcode::kNegInt : Opcode::kNegNumber, dst, dst);
}

void ExprEmitter::binary(const ast::BinaryExpr& expr, Reg dst) {
  switch (expr.op) {
    case BinaryOp::kAnd:
    case BinaryOp::kOr:
      return logic(expr, dst);
    case BinaryOp::kCoalesce:
      return coalesce(expr, dst);
    case BinaryOp::kMatches:
      return matches(expr, dst);
    default:
      break;
  }
  if (const auto comparison = timed_ ? clock_comparison(context_.checked, expr) : std::nullopt) {
    return compare_clock(*comparison, dst);
  }
  TypeRef left_type = info(*ast::strip_parens(expr.left)).used_type();
  TypeRef right_type = info(*ast::strip_parens(expr.right)).used_type();
  value(*expr.left, dst);
  Registers right(code_, 1);
  value(*expr.right, right[0]);
  switch (expr.op) {
    case BinaryOp::kEq:
    case BinaryOp::kNe:
    case BinaryOp::kLt:
    case BinaryOp::kLe:
    case BinaryOp::kGt:
    case BinaryOp::kGe:
      return compare(expr.op, dst, left_type, dst, right_type, right[0]);
    case BinaryOp::kIn:
      return code_.abc(Opcode::kIn, dst, dst, right[0]);
    case BinaryOp::kContains:
      return code_.abc(Opcode::kContains, dst, dst, right[0]);
    case BinaryOp::kStartsWith:
      return code_.abc(Opcode::kStartsWith, dst, dst, right[0]);
    case BinaryOp::kEndsWith:
      return code_.abc(Opcode::kEndsWith, dst, dst, right[0]);
    default:
      return arithmetic(expr.op, dst, left_type, dst, right_type, right[0]);
  }
}

// The second operand is computed only where the first does not decide; And and Or then follow Kleene.
void ExprEmitter::logic(const ast::BinaryExpr& expr, Reg dst) {
  bool is_and = expr.op == BinaryOp::kAnd;
  Code::Label decided;
  value(*expr.left, dst);
  code_.jump_if(is_and ? Opcode::kJumpIfFalse : Opcode::kJumpIfTrue, dst, decided);
  {
    Registers right(code_, 1);
    value(*expr.right, right[0]);
    code_.abc(is_and ? Opcode::kAnd : Opcode::kOr, dst, dst, right[0]);
  }
  code_.bind(decided);
}

void ExprEmitter::coalesce(const ast::BinaryExpr& expr, Reg dst) {
  Code::Label present;
  value(*expr.left, dst);
  code_.jump_if(Opcode::kJumpIfPresent, dst, present);
  value(*expr.right, dst);
  code_.bind(present);
}

void ExprEmitter::matches(const ast::BinaryExpr& expr, Reg dst) {
  const auto* pattern = ast::strip_parens(expr.right)->as<ast::StringExpr>();
  WEND_CHECK(pattern != nullptr);
  value(*expr.left, dst);
  code_.ax(Opcode::kMatches, dst, context_.tables.regex(pattern->value.text));
}

void ExprEmitter::compare(BinaryOp op, Reg dst, TypeRef left_type, Reg left, TypeRef right_type, Reg right) {
  bool equality = op == BinaryOp::kEq || op == BinaryOp::kNe;
  BaseType base = left_type->base;
  bool one_open = left_type->is(BaseType::kAny) || right_type->is(BaseType::kAny);
  if (one_open || left_type->is(BaseType::kMissing) || right_type->is(BaseType::kMissing)) {
    base = BaseType::kAny;
    if (!equality) {  // ordered by the type that is known, else as numbers
      TypeRef known = !left_type->is(BaseType::kAny)    ? left_type
                      : !right_type->is(BaseType::kAny) ? right_type
                                                        : nullptr;
      if (known == nullptr || known->is_numeric() || known->is(BaseType::kMissing))
        known = type(BaseType::kNumber);
      convert(left_type, known, left);
      convert(right_type, known, right);
      base = known->base;
    }
  } else if (left_type->is_numeric() && right_type->is_numeric() && left_type != right_type) {
    as_number(left_type, left);
    as_number(right_type, right);
    base = BaseType::kNumber;
  }
  Opcode opcode = compare_opcode(op, base);
  bool swapped = op == BinaryOp::kGt || op == BinaryOp::kGe;
  code_.abc(opcode, dst, swapped ? right : left, swapped ? left : right);
  if (op == BinaryOp::kNe) code_.ab(Opcode::kNot, dst, dst);
}

// The other side alone is computed; the instruction reads the clock itself.
void ExprEmitter::compare_clock(const ClockComparison& comparison, Reg dst) {
  value(*comparison.other, dst);
  TypeRef type = info(*ast::strip_parens(comparison.other)).used_type();
  for (const ClockStep& step : comparison.steps) {
    Registers operand(code_, 2);
    value(*step.operand, operand[0]);
    if (step.kind == ClockStep::Kind::kLast) {
      code_.a(Opcode::kLoadNow, operand[1]);
      code_.abc(Opcode::kSubTime, operand[0], operand[1], operand[0]);
      code_.abc(Opcode::kAddTime, dst, operand[0], dst);
      continue;  // a clock that stands alone: it is the last step
    }
    TypeRef operand_type = info(*ast::strip_parens(step.operand)).used_type();
    if (step.kind == ClockStep::Kind::kFrom) {
      arithmetic(BinaryOp::kSub, dst, operand_type, operand[0], type, dst);
    } else {
      bool plus = step.kind == ClockStep::Kind::kPlus;
      arithmetic(plus ? BinaryOp::kAdd : BinaryOp::kSub, dst, type, dst, operand_type, operand[0]);
    }
    // Moments and lengths: a moment stays one beside a length, of two moments the length is left.
    bool is_moment = type->is(BaseType::kTime) || type->is(BaseType::kDate);
    bool with_moment = operand_type->is(BaseType::kTime) || operand_type->is(BaseType::kDate);
    if (with_moment) type = is_moment ? this->type(BaseType::kDuration) : operand_type;
  }
  static constexpr Opcode kOpcodes[] = {Opcode::kCompareNow, Opcode::kCompareToday, Opcode::kCompareClock};
  code_.abc(kOpcodes[static_cast<size_t>(comparison.clock)], dst, dst,
            static_cast<uint8_t>(relation_of(comparison.op)));
}

// ------------------------------------------------------------------------------------------------ arithmetic

void ExprEmitter::call_pair(Function function, Reg dst, Reg first, Reg second) {
  Registers arguments(code_, 2);
  code_.ab(Opcode::kMove, arguments[0], first);
  code_.ab(Opcode::kMove, arguments[1], second);
  code_.call(dst, function, arguments[0], 2);
}

void ExprEmitter::arithmetic(BinaryOp op, Reg dst, TypeRef left_type, Reg left, TypeRef right_type,
                             Reg right) {
  BaseType left_base = left_type->base;
  BaseType right_base = right_type->base;
  if (op == BinaryOp::kAdd && left_type->is_text() && right_type->is_text()) {
    return code_.abc(Opcode::kConcat, dst, left, right);
  }
  if (arithmetic_of_moments(op, dst, left_base, left, right_base, right)) return;
  auto is_length = [](BaseType base) { return base == BaseType::kDuration || base == BaseType::kCalendar; };
  if (is_length(left_base) || is_length(right_base)) {
    return arithmetic_of_lengths(op, dst, left_base, left, right_base, right);
  }
  if (left_base == BaseType::kInt && right_base == BaseType::kInt && op != BinaryOp::kDiv) {
    Opcode opcode = op == BinaryOp::kAdd   ? Opcode::kAddInt
                    : op == BinaryOp::kSub ? Opcode::kSubInt
                                           : Opcode::kMulInt;
    return code_.abc(opcode, dst, left, right);
  }
  as_number(left_type, left);
  as_number(right_type, right);
  switch (op) {
    case BinaryOp::kAdd:
      return code_.abc(Opcode::kAddNumber, dst, left, right);
    case BinaryOp::kSub:
      return code_.abc(Opcode::kSubNumber, dst, left, right);
    case BinaryOp::kMul:
      return code_.abc(Opcode::kMulNumber, dst, left, right);
    default:
      return code_.abc(Opcode::kDivNumber, dst, left, right);
  }
}

// Sums and differences with a time or a date. False where neither side is one.
bool ExprEmitter::arithmetic_of_moments(BinaryOp op, Reg dst, BaseType left_type, Reg left,
                                        BaseType right_type, Reg right) {
  auto is_moment = [](BaseType base) { return base == BaseType::kTime || base == BaseType::kDate; };
  if (!is_moment(left_type) && !is_moment(right_type)) return false;
  if (!is_moment(left_type)) {  // length + moment
    std::swap(left_type, right_type);
    std::swap(left, right);
  }
  bool minus = op == BinaryOp::kSub;
  bool is_time = left_type == BaseType::kTime;
  if (is_moment(right_type)) {
    if (is_time) {
      code_.abc(Opcode::kTimeBetween, dst, left, right);
    } else {
      call_pair(Function::kSubDates, dst, left, right);
    }
  } else if (right_type == BaseType::kCalendar) {
    if (minus) {
      Registers argument(code_, 1);
      code_.ab(Opcode::kMove, argument[0], right);
      code_.call(right, Function::kNegateCalendar, argument[0], 1);
    }
    call_pair(is_time ? Function::kAddTimeMonths : Function::kAddDateMonths, dst, left, right);
  } else if (is_time) {
    code_.abc(minus ? Opcode::kSubTime : Opcode::kAddTime, dst, left, right);
  } else {
    if (minus) code_.ab(Opcode::kNegInt, right, right);
    call_pair(Function::kAddDateDuration, dst, left, right);
  }
  return true;
}

// Durations and calendar lengths among themselves and with numbers.
void ExprEmitter::arithmetic_of_lengths(BinaryOp op, Reg dst, BaseType left_type, Reg left,
                                        BaseType right_type, Reg right) {
  if (op == BinaryOp::kAdd) return code_.abc(Opcode::kAddInt, dst, left, right);
  if (op == BinaryOp::kSub) return code_.abc(Opcode::kSubInt, dst, left, right);
  if (op == BinaryOp::kMul) {
    bool left_number = left_type == BaseType::kNumber || left_type == BaseType::kAny;
    bool right_number = right_type == BaseType::kNumber || right_type == BaseType::kAny;
    if (left_number) return code_.abc(Opcode::kScaleDuration, dst, right, left);
    if (right_number) return code_.abc(Opcode::kScaleDuration, dst, left, right);
    return code_.abc(Opcode::kMulInt, dst, left, right);
  }
  if (right_type == BaseType::kDuration) return code_.abc(Opcode::kDivDurations, dst, left, right);
  as_number(type(right_type), right);
  code_.abc(Opcode::kDivDuration, dst, left, right);
}

}  // namespace wend::emit

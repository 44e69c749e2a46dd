#include "compiler/analysis/checked.h"

#include <functional>

#include "vm/base/check.h"

namespace wend {
namespace {

// Fields of a record that a message prints before it stops.
constexpr ptrdiff_t kShownFields = 2;
constexpr size_t kBaseTypes = static_cast<size_t>(BaseType::kRecord) + 1;

size_t combine(size_t seed, size_t more) { return seed * 1099511628211U + more; }

size_t hash_of(const TypeInfo& type) {
  size_t hash = combine(static_cast<size_t>(type.base), std::hash<const void*>()(type.element));
  for (const RecordFieldInfo& field : type.fields) {
    hash = combine(hash, std::hash<std::string>()(field.name));
    hash = combine(hash, std::hash<const void*>()(field.type));
    hash = combine(hash, field.optional ? 1 : 0);
  }
  for (const std::string& value : type.values) hash = combine(hash, std::hash<std::string>()(value));
  return combine(hash, type.open ? 1 : 0);
}

bool same(const TypeInfo& a, const TypeInfo& b) {
  return a.base == b.base && a.element == b.element && a.fields == b.fields && a.open == b.open &&
         a.values == b.values;
}

std::string_view base_name(BaseType base) {
  switch (base) {
    case BaseType::kError:
      return "error";
    case BaseType::kAny:
      return "any";
    case BaseType::kMissing:
      return "missing";
    case BaseType::kBool:
      return "bool";
    case BaseType::kInt:
      return "int";
    case BaseType::kNumber:
      return "number";
    case BaseType::kString:
      return "string";
    case BaseType::kEnum:
      return "enum";
    case BaseType::kDuration:
      return "duration";
    case BaseType::kCalendar:
      return "calendar length";
    case BaseType::kTime:
      return "time";
    case BaseType::kDate:
      return "date";
    case BaseType::kClock:
      return "clock";
    case BaseType::kPercent:
      return "percent";
    case BaseType::kList:
      return "list";
    case BaseType::kRecord:
      return "record";
  }
  return "value";
}

}  // namespace

const RecordFieldInfo* TypeInfo::field(std::string_view name) const {
  for (const RecordFieldInfo& one : fields) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

TypeTable::TypeTable() {
  for (size_t i = 0; i < kBaseTypes; ++i) types_.push_back({.base = static_cast<BaseType>(i)});
}

TypeRef TypeTable::base(BaseType type) const {
  WEND_CHECK(type != BaseType::kEnum && type != BaseType::kList && type != BaseType::kRecord);
  return &types_[static_cast<size_t>(type)];
}

TypeRef TypeTable::list_of(TypeRef element) { return intern({.base = BaseType::kList, .element = element}); }

TypeRef TypeTable::record_of(std::vector<RecordFieldInfo> fields, bool open) {
  return intern({.base = BaseType::kRecord, .fields = std::move(fields), .open = open});
}

TypeRef TypeTable::enum_of(std::vector<std::string> values) {
  return intern({.base = BaseType::kEnum, .values = std::move(values)});
}

TypeRef TypeTable::intern(TypeInfo type) {
  const size_t hash = hash_of(type);
  auto [first, last] = by_hash_.equal_range(hash);
  for (; first != last; ++first) {
    if (same(*first->second, type)) return first->second;
  }
  types_.push_back(std::move(type));
  by_hash_.emplace(hash, &types_.back());
  return &types_.back();
}

std::string type_syntax(TypeRef type) {
  switch (type->base) {
    case BaseType::kList:
      return "list<" + type_syntax(type->element) + ">";
    case BaseType::kEnum: {
      std::string text;
      for (const std::string& value : type->values) {
        if (!text.empty()) text += " | ";
        text += '"' + value + '"';
      }
      return text;
    }
    case BaseType::kRecord: {
      if (type->fields.empty()) return "record";
      std::string text = "{ ";
      for (const RecordFieldInfo& field : type->fields) {
        if (text.size() > 2) text += ", ";
        if (&field - type->fields.data() == kShownFields) {
          text += "..";
          break;
        }
        text += field.name + ": " + type_syntax(field.type) + (field.optional ? "?" : "");
      }
      return text + " }";
    }
    default:
      return std::string(base_name(type->base));
  }
}

const PropertyInfo* EventInfo::property(std::string_view wanted) const {
  for (const PropertyInfo& one : properties) {
    if (one.name == wanted) return &one;
  }
  return nullptr;
}

const ExprInfo& CheckedProgram::info(const ast::Expr& expr) const {
  static const ExprInfo kUnseen;
  return expr.id.index() < exprs.size() ? exprs[expr.id.index()] : kUnseen;
}

const StepInfo& CheckedProgram::info(const ast::Step& step) const {
  static const StepInfo kUnseen;
  return step.id.index() < steps.size() ? steps[step.id.index()] : kUnseen;
}

}  // namespace wend

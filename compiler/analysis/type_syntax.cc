#include "compiler/analysis/type_syntax.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "compiler/diagnostics/suggest.h"

namespace wend {
namespace {

using namespace ast;

struct NamedType {
  std::string_view name;
  BaseType base;
};
constexpr std::array<NamedType, 10> kNamedTypes = {{{"any", BaseType::kAny},
                                                    {"bool", BaseType::kBool},
                                                    {"clock", BaseType::kClock},
                                                    {"date", BaseType::kDate},
                                                    {"duration", BaseType::kDuration},
                                                    {"int", BaseType::kInt},
                                                    {"number", BaseType::kNumber},
                                                    {"percent", BaseType::kPercent},
                                                    {"string", BaseType::kString},
                                                    {"time", BaseType::kTime}}};

// What other languages call them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kForeignTypes = {
    {{"array", "list"},
     {"boolean", "bool"},
     {"datetime", "time"},
     {"decimal", "number"},
     {"double", "number"},
     {"float", "number"},
     {"instant", "time"},
     {"integer", "int"},
     {"money", "number"},
     {"str", "string"},
     {"text", "string"},
     {"timestamp", "time"}}};

std::vector<std::string> near_types(std::string_view name) {
  for (const auto& [foreign, ours] : kForeignTypes) {
    if (name == foreign) return {std::string(ours)};
  }
  std::vector<std::string_view> known = {"list"};
  for (const NamedType& type : kNamedTypes) known.push_back(type.name);
  return near_names(name, known);
}

}  // namespace

TypeRef TypeReader::read(const Type& type) {
  switch (type.kind) {
    case TypeKind::kNamed:
      return read_named(type);
    case TypeKind::kEnum:
      return read_enum(type);
    case TypeKind::kRecord:
      return read_record(type);
  }
  return context_.type(BaseType::kError);
}

TypeRef TypeReader::read_named(const Type& type) {
  if (type.name.text == "list") {
    const TypeRef element = type.argument != nullptr ? read(*type.argument) : context_.type(BaseType::kAny);
    return context_.types().list_of(element);
  }
  for (const NamedType& named : kNamedTypes) {
    if (type.name.text != named.name) continue;
    if (type.argument != nullptr) break;
    return context_.type(named.base);
  }
  context_.sink.report(
      UnknownType{type.argument != nullptr ? type.span : type.name.span,
                  type.argument != nullptr ? context_.text(type.span) : std::string(type.name.text),
                  near_types(type.name.text)});
  return context_.type(BaseType::kError);
}

TypeRef TypeReader::read_enum(const Type& type) {
  std::vector<std::string> values;
  for (const StringLiteral& value : type.values) {
    const auto same_text = [&](const StringLiteral& other) { return other.text == value.text; };
    const auto first = std::find_if(type.values.begin(), type.values.end(), same_text);
    if (&*first != &value) {
      context_.sink.report(DuplicateProperty{value.span, first->span, std::string(value.text)});
      continue;
    }
    values.emplace_back(value.text);
  }
  return context_.types().enum_of(std::move(values));
}

TypeRef TypeReader::read_record(const Type& type) {
  std::vector<RecordFieldInfo> fields;
  for (const Field* field : type.fields) {
    const auto same_name = [&](const Field* other) { return other->key.text == field->key.text; };
    const auto first = std::find_if(type.fields.begin(), type.fields.end(), same_name);
    if (*first != field) {
      context_.sink.report(
          DuplicateProperty{field->key.span, (*first)->key.span, std::string(field->key.text)});
      continue;
    }
    fields.push_back({std::string(field->key.text), read(*field->type), field->type->optional});
  }
  const bool open = fields.empty();
  return context_.types().record_of(std::move(fields), open);
}

}  // namespace wend

#include "tests/oracle/input.h"

#include <algorithm>

#include "compiler/syntax/literals.h"

namespace wend::oracle {
namespace {

using Json = nlohmann::ordered_json;

Value raw(const Json& json) {
  if (json.is_boolean()) return of_bool(json.get<bool>());
  if (json.is_number_integer()) return of_int(json.get<int64_t>());
  if (json.is_number()) return of_number(json.get<double>());
  if (json.is_string()) return of_string(json.get<std::string>());
  if (json.is_array()) {
    std::vector<Value> items;
    for (const Json& item : json) items.push_back(raw(item));
    return of_list(std::move(items));
  }
  if (json.is_object()) {
    Value record = of(Type::kRecord, 0);
    for (const auto& [key, value] : json.items()) {
      if (!value.is_null()) record.record.emplace_back(key, raw(value));
    }
    return record;
  }
  return {};
}

Value decode(const Json& json, const ast::Type& type);

Value decode_record(const Json& json, std::span<const ast::Field* const> fields) {
  Value record = of(Type::kRecord, 0);
  for (const ast::Field* field : fields) {
    const auto given = json.find(std::string(field->key.text));
    if (given == json.end()) continue;
    Value value = decode(*given, *field->type);
    if (!value.missing()) record.record.emplace_back(std::string(field->key.text), std::move(value));
  }
  return record;
}

Value decode_text(const std::string& s, std::string_view type) {
  if (type == "string") return of_string(s);
  if (type == "time") {
    const auto at = parse_instant(s);
    return at ? of(Type::kTime, *at) : Value();
  }
  if (type == "date") {
    const auto day = parse_day(s);
    return day ? of(Type::kDate, *day) : Value();
  }
  if (type == "duration") return of(Type::kDuration, literals::parse_duration(s).value);
  return {};
}

Value decode(const Json& json, const ast::Type& type) {
  if (type.kind == ast::TypeKind::kEnum) {
    if (!json.is_string()) return {};
    const std::string s = json.get<std::string>();
    for (const ast::StringLiteral& value : type.values) {
      if (value.text == s) return of_string(s);
    }
    return {};
  }
  if (type.kind == ast::TypeKind::kRecord)
    return json.is_object() ? decode_record(json, type.fields) : Value();
  const std::string_view name = type.name.text;
  if (name == "any") return raw(json);
  if (name == "bool") return json.is_boolean() ? raw(json) : Value();
  if (name == "int") return json.is_number_integer() ? raw(json) : Value();
  if (name == "number") return json.is_number() ? of_number(json.get<double>()) : Value();
  if (name == "list") {
    if (!json.is_array()) return {};
    std::vector<Value> items;
    for (const Json& item : json)
      items.push_back(type.argument != nullptr ? decode(item, *type.argument) : raw(item));
    return of_list(std::move(items));
  }
  return json.is_string() ? decode_text(json.get<std::string>(), name) : Value();
}

constexpr const char* kTexts[] = {"email", "phone", "push_token", "timezone", "locale"};
constexpr const char* kSets[] = {"topics", "tags", "audiences", "consent", "refused"};

bool among(const auto& names, const std::string& name) {
  return std::any_of(std::begin(names), std::end(names), [&](const char* known) { return name == known; });
}

const ast::Field* declared(const Program& program, const std::string& name) {
  for (const ast::Field* field : program.attributes) {
    if (field->key.text == name) return field;
  }
  return nullptr;
}

}  // namespace

std::optional<Input> read_line(const std::string& line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  Input input;
  const std::string type = json.value("type", "track");
  if (type != "track" && type != "identify") return std::nullopt;
  input.is_event = type == "track";
  input.id = json.value("messageId", "line " + line);
  input.contact = json.value("userId", json.value("anonymousId", ""));
  if (input.contact.empty()) return std::nullopt;
  input.wire_name = json.value("event", "");
  const auto at = parse_instant(json.value("timestamp", ""));
  if (!at) return std::nullopt;
  input.at_ms = *at;
  input.properties = json.value("properties", Json::object());
  const Json context = json.value("context", Json::object());
  input.traits =
      input.is_event ? context.value("traits", Json::object()) : json.value("traits", Json::object());
  input.historical = json.value("historical", context.value("historical", false));
  return input;
}

Value decode_properties(const Program& program, const EventType* type, const Json& properties) {
  if (!properties.is_object()) return of(Type::kRecord, 0);
  if (program.open || type == nullptr || type->open) return raw(properties);
  return decode_record(properties, type->fields);
}

bool is_attribute(const Program& program, const std::string& name) {
  return among(kTexts, name) || among(kSets, name) || declared(program, name) != nullptr ||
         program.open_contact;
}

Value decode_attribute(const Program& program, const std::string& name, const Json& trait) {
  if (const ast::Field* field = declared(program, name)) return decode(trait, *field->type);
  if (among(kTexts, name)) return trait.is_string() ? raw(trait) : Value();
  if (among(kSets, name)) {
    std::vector<std::string> names;
    for (const Json& item : trait) {
      if (item.is_string()) names.push_back(item.get<std::string>());
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::vector<Value> items;
    for (const std::string& item : names) items.push_back(of_string(item));
    return of_list(std::move(items));
  }
  return raw(trait);
}

}  // namespace wend::oracle

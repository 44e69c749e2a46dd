// tests/conformance/template: messages and what they say. A file is a project of its own; a line `#? {..}` gives the
// data of one rendering (`contact`, `trigger`, `with`, `now`), and behind `#>` stands what each message then reads.

#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/support/compiled.h"
#include "tests/support/golden.h"
#include "vm/core/attribute_block.h"
#include "vm/core/interpreter.h"
#include "vm/core/loaded_program.h"
#include "vm/core/time_zone.h"

namespace wend {
namespace {

using nlohmann::json;
using testing_support::diagnostics_text;
using testing_support::Golden;

class Data {
 public:
  explicit Data(const Program& program) : program_(program) {}

  Value value(const json& given, TypeIx type) {
    const TypeRow& row = program_.types[type.index()];
    if (given.is_null()) return {};
    if (given.is_boolean()) return Value::of_bool(given.get<bool>());
    if (given.is_number()) return number(given, row.tag);
    if (given.is_string()) return text(given.get<std::string>(), row.tag);
    if (given.is_array()) {
      ListBuilder list;
      for (const json& element : given) list.add(value(element, row.tag == TypeTag::kList ? row.element : any()));
      return Value::of_list(keep(list.build()));
    }
    RecordBuilder record;
    for (const auto& [key, field] : given.items()) record.add(key, value(field, field_type(row, key)));
    return Value::of_record(keep(record.build()));
  }

 private:
  std::string_view keep(std::string bytes) { return kept_.emplace_back(std::move(bytes)); }

  static Value number(const json& given, TypeTag tag) {
    const bool whole = tag == TypeTag::kInt || (tag == TypeTag::kAny && given.is_number_integer());
    return whole ? Value::of_int(given.get<int64_t>()) : Value::of_number(given.get<double>());
  }
  Value text(std::string given, TypeTag tag) {
    if (tag == TypeTag::kTime) return Value::of_time(parse_rfc3339(given).value());
    if (tag == TypeTag::kDate) return Value::of_date(parse_date(given).value());
    return Value::of_string(keep(std::move(given)));
  }
  TypeIx any() const {
    for (uint32_t i = 0; i < program_.types.size(); ++i) {
      if (program_.types[i].tag == TypeTag::kAny) return TypeIx{i};
    }
    return TypeIx{0};
  }
  TypeIx field_type(const TypeRow& row, const std::string& key) const {
    for (const TypeField& field : row.fields) {
      if (program_.text(field.name) == key) return field.type;
    }
    return any();
  }

  const Program& program_;
  std::deque<std::string> kept_;
};

// What all messages of a program read, for one line of data.
class Rendering {
 public:
  Rendering(const LoadedProgram& loaded, const json& given)
      : loaded_(loaded), program_(loaded.program()), data_(program_) {
    now_ms_ = parse_rfc3339(given.value("now", "2026-03-02T10:00:00Z")).value();
    set_contact(given.value("contact", json::object()));
    set_trigger(given.value("trigger", json::object()));
    with_ = data_.value(given.value("with", json::object()), TypeIx{0});
  }

  std::string messages() {
    EvalContext context;
    context.program = &loaded_;
    context.contact = &contact_;
    context.run = &run_;
    context.with = &with_;
    context.now_ms = now_ms_;
    context.zone = &loaded_.project_zone();
    std::string all;
    for (const MessageRow& message : program_.messages) {
      const std::pair<const char*, RoutineIx> parts[] = {
          {"subject", message.subject}, {"preheader", message.preheader}, {"body", message.body},
          {"html", message.html},       {"text", message.text},           {"from", message.from},
          {"reply_to", message.reply_to}, {"to", message.to}};
      for (const auto& [part, routine] : parts) {
        if (is_none(routine)) continue;
        std::string text;
        EXPECT_TRUE(interpreter_.render(routine, context, text));
        const std::string name = message.inline_text ? "inline" : program_.text(message.name);
        all += name + " " + part + ": " + text + (text.ends_with("\n") ? "" : "\n");
      }
    }
    return all;
  }

 private:
  void set_contact(const json& given) {
    BlockBuilder attributes;
    for (uint32_t i = 0; i < program_.attributes.size(); ++i) {
      numbers_.push_back(static_cast<uint16_t>(i));
      const auto found = given.find(program_.text(program_.attributes[i].name));
      if (found != given.end()) attributes.put(numbers_[i], data_.value(*found, program_.attributes[i].type));
    }
    attributes_ = attributes.build();
    contact_.id = "ana";
    contact_.attributes = attributes_;
    contact_.attribute_numbers = numbers_;
  }

  void set_trigger(const json& given) {
    run_.trigger.event = program_.journeys[0].triggers[0].event;
    run_.trigger.at_ms = run_.entered_at_ms = now_ms_;
    BlockBuilder properties;
    for (const PropertyRow& property : program_.events[run_.trigger.event.index()].properties) {
      const auto found = given.find(program_.text(property.name));
      if (found != given.end()) properties.put(property.number, data_.value(*found, property.type));
    }
    run_.trigger.properties = properties.build();
  }

  const LoadedProgram& loaded_;
  const Program& program_;
  Data data_;
  std::vector<uint16_t> numbers_;
  std::string attributes_;
  ContactView contact_;
  RunState run_;
  Value with_;
  Millis now_ms_ = 0;
  Interpreter interpreter_;
};

class Templates : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Templates, ReadAsExpected) {
  const Golden golden = testing_support::read_golden(GetParam());
  const CompileResult result = testing_support::compile_files({{GetParam().filename().string(), golden.source}});
  ASSERT_TRUE(result.ok) << diagnostics_text(result);
  const auto loaded = LoadedProgram::load(result.image);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  std::string found;
  std::istringstream lines(golden.source);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("#? ")) continue;
    found += line.substr(1) + "\n" + Rendering(**loaded, json::parse(line.substr(3))).messages();
  }
  ASSERT_FALSE(found.empty()) << "no line of data";
  testing_support::expect_golden(golden, found);
}

INSTANTIATE_TEST_SUITE_P(Goldens, Templates, testing::ValuesIn(testing_support::golden_paths("template")),
                         [](const auto& param) { return testing_support::golden_test_name(param.param); });

}  // namespace
}  // namespace wend

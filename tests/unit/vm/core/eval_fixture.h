#ifndef WEND_TESTS_UNIT_VM_CORE_EVAL_FIXTURE_H_
#define WEND_TESTS_UNIT_VM_CORE_EVAL_FIXTURE_H_

// Evaluates one instruction or a short routine on given operands, through the whole way: image, verifier,
// interpreter.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/vm/core/program_builder.h"
#include "vm/core/interpreter.h"

namespace wend {

// What a value is, for comparing: its text form behind its tag.
inline std::string shown(const Value& value) {
  static constexpr const char* kNames[] = {"missing",  "bool",     "int",   "number", "string",
                                           "duration", "calendar", "time",  "date",   "clock",
                                           "percent",  "list",     "record"};
  std::string text = kNames[static_cast<size_t>(value.tag)];
  if (value.missing()) return text;
  text += ' ';
  append_text(text, value, utc_zone());
  return text;
}

class Evaluation : public ::testing::Test {
 protected:
  static Value str(std::string_view text) { return Value::of_string(text); }
  static Value num(double number) { return Value::of_number(number); }
  static Value whole(int64_t number) { return Value::of_int(number); }
  Value list(const std::vector<Value>& elements) {
    ListBuilder builder;
    for (const Value& element : elements) builder.add(element);
    kept_.push_back(std::make_unique<std::string>(builder.build()));
    return Value::of_list(*kept_.back());
  }
  Value record(const std::vector<std::pair<std::string, Value>>& fields) {
    RecordBuilder builder;
    for (const auto& [key, value] : fields) builder.add(key, value);
    kept_.push_back(std::make_unique<std::string>(builder.build()));
    return Value::of_record(*kept_.back());
  }

  // Runs `code` on operands loaded into registers 0, 1, ..; `code` leaves its result in register 7.
  std::string run(const std::vector<Value>& operands, const ProgramBuilder::Code& code) {
    ProgramBuilder b;
    prepare(b);
    const RoutineIx routine = b.value_routine("test", 16, [&](ProgramBuilder& p) {
      for (size_t i = 0; i < operands.size(); ++i) {
        if (operands[i].missing()) {
          p.abc(Opcode::kLoadMissing, static_cast<unsigned>(i));
        } else {
          p.ax(Opcode::kLoadConst, static_cast<unsigned>(i), p.constant(operands[i]));
        }
      }
      code(p);
      p.abc(Opcode::kReturn, 7);
    });
    const auto loaded = b.load();
    if (loaded == nullptr) return "refused";
    context.program = loaded.get();
    const Value value = interpreter->evaluate(routine, context);
    std::string text = shown(value);
    context.program = nullptr;
    return text;
  }
  std::string op(Opcode opcode, const std::vector<Value>& operands) {
    return run(operands, [&](ProgramBuilder& p) { p.abc(opcode, 7, 0, operands.size() > 1 ? 1 : 0); });
  }
  std::string call(Function function, const std::vector<Value>& arguments) {
    return run(arguments,
               [&](ProgramBuilder& p) { p.call(function, 7, 0, static_cast<unsigned>(arguments.size())); });
  }
  // What a test adds to the program before the routine.
  virtual void prepare(ProgramBuilder& /*b*/) {}

  EvalContext context;
  std::unique_ptr<Interpreter> interpreter = std::make_unique<Interpreter>();

 private:
  std::vector<std::unique_ptr<std::string>> kept_;
};

}  // namespace wend

#endif  // WEND_TESTS_UNIT_VM_CORE_EVAL_FIXTURE_H_

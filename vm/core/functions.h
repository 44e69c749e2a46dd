#ifndef WEND_VM_CORE_FUNCTIONS_H_
#define WEND_VM_CORE_FUNCTIONS_H_

// The functions of functions.def: their table, and what they do. Pure and total; safe from any thread with
// scratch memory of its own.

#include <cstdint>
#include <span>
#include <string_view>

#include "vm/core/isa.h"
#include "vm/core/scratch.h"
#include "vm/core/time_zone.h"
#include "vm/core/value.h"

namespace wend {

struct FunctionRow {
  Function function;
  std::string_view name;
  uint8_t min_args;
  uint8_t max_args;
  FunctionKind kind;
  std::string_view signature;
  std::string_view doc;
};

// All rows, by number.
std::span<const FunctionRow> function_rows();
// nullptr where no function has the number.
const FunctionRow* find_function(uint8_t number);
// By name among those that expressions may call, and among the filters of templates; nullptr for none.
const FunctionRow* find_language_function(std::string_view name);
const FunctionRow* find_filter(std::string_view name);

// What functions see besides their arguments.
struct FunctionEnvironment {
  const Zone* zone = nullptr;
  std::string_view contact_id;
  ScratchMemory* scratch = nullptr;
  uint64_t* saturations = nullptr;  // counts results that were brought into range
};

// REQUIRES: as many arguments as the row allows. The result may view the arguments' bytes or the scratch
// memory.
Value call_function(Function function, std::span<const Value> arguments,
                    const FunctionEnvironment& environment);

// "monday" .. "sunday" for 0 .. 6.
std::string_view weekday_name(int weekday);
// A Value as an instant, a day or a time of day that calendar arithmetic can bear, whatever bytes it came
// from.
Millis clamp_instant(Millis instant_ms);
int64_t clamp_day(int64_t days);
// a + b, a - b, a * b, brought into range and counted.
int64_t saturating_add(int64_t a, int64_t b, uint64_t& saturations);
int64_t saturating_sub(int64_t a, int64_t b, uint64_t& saturations);
int64_t saturating_mul(int64_t a, int64_t b, uint64_t& saturations);
// The nearest whole number, half away from zero, brought into range and counted. REQUIRES: finite.
int64_t saturating_round(double number, uint64_t& saturations);
// Instant plus duration, within the years 1 to 9999.
Millis add_to_instant(Millis instant_ms, Millis duration_ms, uint64_t& saturations);

// The parts of call_function, one a file.
namespace functions {
Value call_time(Function function, std::span<const Value> arguments, const FunctionEnvironment& environment);
Value call_text(Function function, std::span<const Value> arguments, const FunctionEnvironment& environment);
}  // namespace functions

}  // namespace wend

#endif  // WEND_VM_CORE_FUNCTIONS_H_

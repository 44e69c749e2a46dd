#ifndef WEND_TESTS_ORACLE_INPUT_H_
#define WEND_TESTS_ORACLE_INPUT_H_

// A line of an event log as the oracle reads it: the Segment spec, decoded by the program's declarations.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/oracle/state.h"

namespace wend::oracle {

struct Input {
  bool is_event = false;  // else an identify
  std::string id;
  std::string contact;
  std::string wire_name;
  Millis at_ms = 0;
  Millis received_ms = 0;
  bool historical = false;
  nlohmann::ordered_json properties;
  nlohmann::ordered_json traits;
};

// nullopt for what is no valid event.
std::optional<Input> read_line(const std::string& line);

// The declared properties of a declared event, everything of an open one.
Value decode_properties(const Program& program, const EventType* type,
                        const nlohmann::ordered_json& properties);
// An attribute from a trait.
Value decode_attribute(const Program& program, const std::string& name, const nlohmann::ordered_json& trait);
// Is it an attribute that `identify` may set?
bool is_attribute(const Program& program, const std::string& name);

}  // namespace wend::oracle

#endif  // WEND_TESTS_ORACLE_INPUT_H_

#ifndef WEND_VM_CORE_LOADED_PROGRAM_H_
#define WEND_VM_CORE_LOADED_PROGRAM_H_

// A verified program made ready to run: constants as values, regular expressions compiled, zones found,
// look-up tables. Immutable after loading and safe to use from any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"
#include "vm/core/program.h"
#include "vm/core/time_zone.h"
#include "vm/core/value.h"

namespace wend {

class RegexSet;  // regex.h

class LoadedProgram {
 public:
  // Reads, verifies and prepares. Failures as read_image and verify_program, kCorrupt for a regular
  // expression that is none, and kInvalidInput for an unknown time zone of this machine.
  static Result<std::shared_ptr<const LoadedProgram>> load(std::string_view image_bytes);
  ~LoadedProgram();

  const Program& program() const { return program_; }
  // image_name() of the bytes it was loaded from.
  const std::string& name() const { return name_; }
  const Value& constant(uint32_t index) const { return constants_[index]; }
  const Value* constants() const { return constants_.data(); }
  // What a contact has that was never given the attribute: its default, an empty list for the built-in lists,
  // or missing.
  const Value& attribute_default(AttrIx attribute) const { return attribute_defaults_[attribute.index()]; }
  // The code as the interpreter reads it (dense_code.h); same indices as program().code.
  const Instruction* dense_code() const { return dense_code_.data(); }
  const RegexSet& regexes() const { return *regexes_; }
  // The project's zone, UTC where it has none.
  const Zone& project_zone() const { return *project_zone_; }
  // The fixed zone of a journey, nullptr where it follows the contact.
  const Zone* journey_zone(JourneyIx journey) const { return journey_zones_[journey.index()]; }
  // The catalog's row with the key, a record; missing where it has none. Views the program.
  Value catalog_row(CatalogIx catalog, const Value& key) const;
  // By the name on the wire; a declared event goes before an engagement event of that name.
  std::optional<EventIx> find_event(std::string_view wire_name) const;
  // By the attribute's name.
  std::optional<AttrIx> find_attribute(std::string_view name) const;
  // Slot of a property number in the event's `properties`, or -1.
  int property_slot(EventIx event, uint16_t property) const {
    return slots_[event.index() * program_.properties.size() + property];
  }

  LoadedProgram(const LoadedProgram&) = delete;
  LoadedProgram& operator=(const LoadedProgram&) = delete;

 private:
  LoadedProgram() = default;
  Status find_zones();
  void build_tables();

  Program program_;
  std::string name_;
  std::vector<Value> constants_;
  std::vector<Value> attribute_defaults_;
  std::vector<Instruction> dense_code_;
  std::unique_ptr<RegexSet> regexes_;
  const Zone* project_zone_ = nullptr;
  std::vector<const Zone*> journey_zones_;
  std::vector<int16_t> slots_;
  std::vector<std::pair<std::string_view, EventIx>> events_by_wire_name_;  // sorted
  std::vector<std::pair<std::string_view, AttrIx>> attributes_by_name_;    // sorted
};

}  // namespace wend

#endif  // WEND_VM_CORE_LOADED_PROGRAM_H_

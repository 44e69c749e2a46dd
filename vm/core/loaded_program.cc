#include "vm/core/loaded_program.h"

#include <algorithm>

#include "vm/core/dense_code.h"
#include "vm/core/image_format.h"
#include "vm/core/regex.h"
#include "vm/core/verifier.h"

namespace wend {
namespace {

// A list of no elements: its count.
constexpr std::string_view kEmptyList("\0", 1);

bool is_builtin_list(size_t attribute) {
  return attribute >= static_cast<size_t>(BuiltinAttr::kTopics) && attribute < kBuiltinAttrs;
}

Result<const Zone*> zone_by_name(const std::string& name, std::string_view whose) {
  const Zone* zone = find_zone(name);
  if (zone != nullptr) return zone;
  return Error{ErrorKind::kInvalidInput, "this machine's time zone database has no zone `" + name +
                                             "`, which " + std::string(whose) + " names"};
}

template <typename Id>
std::optional<Id> find_sorted(const std::vector<std::pair<std::string_view, Id>>& sorted,
                              std::string_view name) {
  const auto before = [](const auto& entry, std::string_view wanted) { return entry.first < wanted; };
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), name, before);
  if (at == sorted.end() || at->first != name) return std::nullopt;
  return at->second;
}

}  // namespace

LoadedProgram::~LoadedProgram() = default;

Result<std::shared_ptr<const LoadedProgram>> LoadedProgram::load(std::string_view image_bytes) {
  WEND_ASSIGN_OR_RETURN(Program program, read_image(image_bytes));
  WEND_RETURN_IF_ERROR(verify_program(program));
  std::shared_ptr<LoadedProgram> loaded(new LoadedProgram);
  loaded->program_ = std::move(program);
  loaded->name_ = image_name(image_bytes);
  auto regexes = RegexSet::compile(loaded->program_.regexes);
  if (!regexes.ok()) return Error{ErrorKind::kCorrupt, "image: " + regexes.error().message};
  loaded->regexes_ = std::move(regexes).value();
  WEND_RETURN_IF_ERROR(loaded->find_zones());
  loaded->build_tables();
  return std::shared_ptr<const LoadedProgram>(std::move(loaded));
}

Status LoadedProgram::find_zones() {
  project_zone_ = &utc_zone();
  if (!is_none(program_.settings.zone)) {
    WEND_ASSIGN_OR_RETURN(project_zone_, zone_by_name(program_.text(program_.settings.zone), "settings"));
  }
  for (const JourneyRow& journey : program_.journeys) {
    const Zone* zone = nullptr;
    if (journey.zone == ZoneKind::kFixed) {
      const std::string whose = "journey " + program_.text(journey.name);
      WEND_ASSIGN_OR_RETURN(zone, zone_by_name(program_.text(journey.zone_name), whose));
    }
    journey_zones_.push_back(zone);
  }
  return {};
}

void LoadedProgram::build_tables() {
  // The views in constants_ point into program_, which never changes or moves again.
  for (const Constant& constant : program_.constants) constants_.push_back(value_of(constant));
  for (size_t i = 0; i < program_.attributes.size(); ++i) {
    const AttributeRow& row = program_.attributes[i];
    Value value = row.default_const == kNone ? Value() : constants_[row.default_const];
    if (value.missing() && is_builtin_list(i)) value = Value::of_list(kEmptyList);
    attribute_defaults_.push_back(value);
    attributes_by_name_.emplace_back(program_.text(row.name), AttrIx{static_cast<uint32_t>(i)});
  }
  for (const Instruction instruction : program_.code) dense_code_.push_back(to_dense(instruction));
  const size_t properties = program_.properties.size();
  slots_.assign(program_.events.size() * properties, -1);
  for (size_t e = 0; e < program_.events.size(); ++e) {
    const EventRow& event = program_.events[e];
    for (size_t slot = 0; slot < event.properties.size(); ++slot) {
      slots_[e * properties + event.properties[slot].number] = static_cast<int16_t>(slot);
    }
    events_by_wire_name_.emplace_back(program_.text(event.wire_name), EventIx{static_cast<uint32_t>(e)});
  }
  std::sort(attributes_by_name_.begin(), attributes_by_name_.end());
  std::sort(events_by_wire_name_.begin(), events_by_wire_name_.end(), [this](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const bool a_is_word = program_.events[a.second.index()].is_engagement;
    const bool b_is_word = program_.events[b.second.index()].is_engagement;
    return a_is_word != b_is_word ? b_is_word : a.second < b.second;
  });
}

std::optional<EventIx> LoadedProgram::find_event(std::string_view wire_name) const {
  return find_sorted(events_by_wire_name_, wire_name);
}

Value LoadedProgram::catalog_row(CatalogIx catalog, const Value& key) const {
  if (key.missing()) return {};
  std::string bytes;
  encode_value(bytes, key);
  const std::vector<CatalogEntry>& entries = program_.catalogs[catalog.index()].entries;
  const auto at =
      std::lower_bound(entries.begin(), entries.end(), bytes,
                       [](const CatalogEntry& entry, const std::string& wanted) { return entry.key < wanted; });
  if (at == entries.end() || at->key != bytes) return {};
  ByteReader reader(at->row);
  return decode_value(reader);
}

std::optional<AttrIx> LoadedProgram::find_attribute(std::string_view name) const {
  return find_sorted(attributes_by_name_, name);
}

}  // namespace wend

#include "vm/trace/why.h"

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "vm/core/attribute_block.h"
#include "vm/core/interpreter.h"
#include "vm/core/loaded_program.h"
#include "vm/core/time_zone.h"
#include "vm/engine/dictionary.h"
#include "vm/store/record_format.h"
#include "vm/trace/trace_text.h"

namespace wend {
namespace {

using Json = nlohmann::ordered_json;

// What the store knows of the contact, with the images that it refers to.
struct Timeline {
  std::string contact;
  ContactState state;
  std::vector<TraceEntry> entries;
  uint64_t left_out = 0;
  std::vector<std::string> attribute_names;
  TraceImages images;
  const Zone* zone = nullptr;
};

Status load_trace(const Store& store, std::string_view contact, Timeline& timeline) {
  const std::string lower = trace_key(contact, 0);
  std::string upper(contact);
  upper.push_back('\1');
  const auto it = store.iterate(Family::kTrace, lower, upper);
  for (it->seek(lower); it->valid(); it->next()) {
    WEND_RETURN_IF_ERROR(decode_trace(it->value(), timeline.entries));
  }
  return it->status();
}

Status load_images(const Store& store, Timeline& timeline) {
  WEND_ASSIGN_OR_RETURN(const std::vector<std::string> names, read_dictionary(store, "image"));
  for (size_t number = 0; number < names.size(); ++number) {
    const auto used = [&](uint32_t image) { return image == number; };
    const bool wanted = number + 1 == names.size() ||
                        std::any_of(timeline.entries.begin(), timeline.entries.end(),
                                    [&](const auto& e) { return used(e.image); }) ||
                        std::any_of(timeline.state.runs.begin(), timeline.state.runs.end(),
                                    [&](const auto& run) { return used(run.image); });
    if (!wanted) continue;
    WEND_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, store.get(Family::kImages, names[number]));
    if (!bytes.has_value()) {
      return Error{ErrorKind::kCorrupt, "image " + names[number] + " is missing from the store"};
    }
    WEND_ASSIGN_OR_RETURN(timeline.images[static_cast<uint32_t>(number)], LoadedProgram::load(*bytes));
  }
  return {};
}

// The contact's zone, else the project's of the latest image.
void find_zone_of(Timeline& timeline) {
  for (size_t i = 0; i < timeline.attribute_names.size(); ++i) {
    if (timeline.attribute_names[i] != "timezone") continue;
    const Value zone = block_get(timeline.state.attributes, static_cast<uint16_t>(i));
    if (zone.tag == Tag::kString) timeline.zone = find_zone(zone.bytes());
  }
  if (timeline.zone != nullptr) return;
  timeline.zone = timeline.images.empty() ? &utc_zone() : &timeline.images.rbegin()->second->project_zone();
}

void keep_wanted(Timeline& timeline, const WhyOptions& options) {
  if (!options.journey.empty()) {
    std::erase_if(timeline.entries, [&](const TraceEntry& entry) {
      return entry.journey != kNone && trace_journey(entry, timeline.images) != options.journey;
    });
  }
  if (timeline.entries.size() > options.max_entries) {
    timeline.left_out = timeline.entries.size() - options.max_entries;
    timeline.entries.erase(timeline.entries.begin(),
                           timeline.entries.begin() + static_cast<std::ptrdiff_t>(timeline.left_out));
  }
}

Result<Timeline> load(const Store& store, std::string_view contact, const WhyOptions& options) {
  Timeline timeline;
  timeline.contact = std::string(contact);
  WEND_ASSIGN_OR_RETURN(const std::optional<std::string> record, store.get(Family::kContacts, contact));
  if (!record.has_value()) {
    return Error{ErrorKind::kNotFound, "no contact \"" + timeline.contact + "\" is known here"};
  }
  WEND_RETURN_IF_ERROR(decode_record(*record, contact, timeline.state));
  WEND_ASSIGN_OR_RETURN(timeline.attribute_names, read_dictionary(store, "attribute"));
  WEND_RETURN_IF_ERROR(load_trace(store, contact, timeline));
  WEND_RETURN_IF_ERROR(load_images(store, timeline));
  find_zone_of(timeline);
  keep_wanted(timeline, options);
  return timeline;
}

std::string attribute_text(const Value& value, const Zone& zone) {
  std::string text;
  if (value.tag != Tag::kList) {
    append_text(text, value, zone);
    return text;
  }
  ListCursor cursor(value);
  Value element;
  while (cursor.next(element)) {
    if (!text.empty()) text += ", ";
    append_text(text, element, zone);
  }
  return text;
}

// An active run as `step` and `until` for people.
struct ActiveRun {
  std::string journey;
  uint64_t number;
  Millis entered_ms;
  std::string step;
  Millis due_ms;
  bool holds = false;  // a message, until `due_ms`
};

std::vector<ActiveRun> active_runs(const Timeline& timeline) {
  std::vector<ActiveRun> runs;
  for (const StoredRun& run : timeline.state.runs) {
    const auto image = timeline.images.find(run.image);
    if (!run.active() || image == timeline.images.end()) continue;
    const Program& program = image->second->program();
    if (run.state.journey.index() >= program.journeys.size()) continue;
    std::string step;
    Millis due_ms = std::min(run.state.due_ms, run.state.ends_at_ms);
    const std::optional<HeldSend>& held = run.state.held;
    if (held.has_value() && held->send.index() < program.sends.size()) {
      step = step_text(program, program.sends[held->send.index()].step);
      due_ms = std::min(due_ms, held->release_ms);
    }
    if (!is_none(run.state.wait) && run.state.wait.index() < program.waits.size()) {
      step = step_text(program, program.waits[run.state.wait.index()].step);
    }
    runs.push_back({program.text(program.journeys[run.state.journey.index()].name), run.state.number,
                    run.state.entered_at_ms, std::move(step), due_ms, held.has_value()});
  }
  return runs;
}

std::string local(const Zone& zone, Millis at_ms) { return format_pattern(zone, at_ms, "%Y-%m-%d %H:%M:%S"); }

// A step that was reached needs no line of its own where the next line says what came of it.
bool said_by_next(const std::vector<TraceEntry>& entries, size_t i) {
  if (entries[i].kind != TraceKind::kStep || i + 1 == entries.size()) return false;
  const TraceEntry& next = entries[i + 1];
  return next.kind != TraceKind::kStep && next.run == entries[i].run && next.step == entries[i].step &&
         next.step != kNone && next.at_ms == entries[i].at_ms;
}

// "cart_recovery", with the run's number where the timeline has several runs of the journey.
std::string run_name(const Timeline& timeline, const TraceEntry& entry, const std::string& journey) {
  const bool several =
      std::any_of(timeline.entries.begin(), timeline.entries.end(), [&](const TraceEntry& other) {
        return other.run != 0 && other.run != entry.run && other.journey == entry.journey &&
               other.image == entry.image;
      });
  return several && entry.run != 0 ? journey + " #" + std::to_string(entry.run) : journey;
}

void append_timeline(std::string& out, const Timeline& timeline) {
  std::string last_time;
  for (size_t i = 0; i < timeline.entries.size(); ++i) {
    if (said_by_next(timeline.entries, i)) continue;
    const TraceEntry& entry = timeline.entries[i];
    const std::string time = local(*timeline.zone, entry.at_ms);
    out += time == last_time ? std::string(time.size(), ' ') : time;
    last_time = time;
    out += "  ";
    const std::string journey = trace_journey(entry, timeline.images);
    if (!journey.empty()) out += run_name(timeline, entry, journey) + "  ";
    out += trace_sentence(entry, timeline.images, *timeline.zone) + "\n";
  }
}

}  // namespace

Result<std::string> why_text(const Store& store, std::string_view contact, const WhyOptions& options) {
  WEND_ASSIGN_OR_RETURN(const Timeline timeline, load(store, contact, options));
  const Zone& zone = *timeline.zone;
  std::string out = "contact " + timeline.contact + ", known since " +
                    local(zone, timeline.state.created_at_ms) + " (times in " + std::string(zone_name(zone)) +
                    ")\n";
  for (const auto& [number, value] : block_entries(timeline.state.attributes)) {
    if (number >= timeline.attribute_names.size()) continue;
    out += "  " + timeline.attribute_names[number] + ": " + attribute_text(value, zone) + "\n";
  }
  for (const ActiveRun& run : active_runs(timeline)) {
    out += (run.holds ? "holds a message in " : "waits in ") + run.journey + " (run " +
           std::to_string(run.number) + ") at " + run.step + ", until " + local(zone, run.due_ms) +
           " at the latest\n";
  }
  out += "\n";
  if (timeline.left_out > 0)
    out += "(" + std::to_string(timeline.left_out) + " older entries are left out)\n";
  append_timeline(out, timeline);
  return out;
}

Result<std::string> why_json(const Store& store, std::string_view contact, const WhyOptions& options) {
  WEND_ASSIGN_OR_RETURN(const Timeline timeline, load(store, contact, options));
  const Zone& zone = *timeline.zone;
  Json out;
  out["contact"] = timeline.contact;
  out["created_at"] = format_rfc3339(timeline.state.created_at_ms);
  out["zone"] = zone_name(zone);
  out["attributes"] = Json::object();
  for (const auto& [number, value] : block_entries(timeline.state.attributes)) {
    if (number >= timeline.attribute_names.size()) continue;
    out["attributes"][timeline.attribute_names[number]] = attribute_text(value, utc_zone());
  }
  out["active_runs"] = Json::array();
  for (const ActiveRun& run : active_runs(timeline)) {
    Json json;
    json["journey"] = run.journey;
    json["run"] = run.number;
    json["entered_at"] = format_rfc3339(run.entered_ms);
    json["step"] = run.step;
    json["until"] = run.due_ms == kNever ? Json() : Json(format_rfc3339(run.due_ms));
    out["active_runs"].push_back(std::move(json));
  }
  out["left_out"] = timeline.left_out;
  out["trace"] = Json::array();
  for (const TraceEntry& entry : timeline.entries) {
    Json json;
    json["at"] = format_rfc3339(entry.at_ms);
    json["kind"] = trace_kind_name(entry.kind);
    const std::string journey = trace_journey(entry, timeline.images);
    if (!journey.empty()) json["journey"] = journey;
    if (entry.run != 0) json["run"] = entry.run;
    const std::optional<StepPlace> place = trace_step(entry, timeline.images);
    if (place.has_value()) {
      json["step"] = place->name;
      json["file"] = place->file;
      json["line"] = place->line;
      json["source"] = place->source;
    }
    json["text"] = trace_sentence(entry, timeline.images, utc_zone());
    out["trace"].push_back(std::move(json));
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wend

#include "compiler/analysis/context.h"

#include <algorithm>

#include "compiler/diagnostics/suggest.h"

namespace wend {

ExprInfo& Context::info(const ast::Expr& expr) {
  if (expr.id.index() >= program.exprs.size()) program.exprs.resize(expr.id.index() + 1);
  return program.exprs[expr.id.index()];
}

StepInfo& Context::info(const ast::Step& step) {
  if (step.id.index() >= program.steps.size()) program.steps.resize(step.id.index() + 1);
  return program.steps[step.id.index()];
}

uint32_t Context::find_event(const ast::Word& name) {
  if (auto found = names.events.find(name.text); found != names.events.end()) {
    used_events.insert(found->second);
    return found->second;
  }
  const bool unknown = !program.open_events && !has_unread_modules;
  if (unknown) {
    sink.report(UnknownEvent{name.span, std::string(name.text), near_names(name.text, event_names()), {}});
  }
  // Also after the report: every further use of the name means this event and is no second mistake.
  EventInfo event;
  event.name = event.wire_name = std::string(name.text);
  event.open = true;
  const auto row = static_cast<uint32_t>(program.events.size());
  program.events.push_back(std::move(event));
  names.events.emplace(name.text, row);
  used_events.insert(row);
  return row;
}

uint32_t Context::find_segment(const ast::Word& name) {
  if (auto found = names.segment_rows.find(name.text); found != names.segment_rows.end()) return found->second;
  if (!has_unread_modules) {
    sink.report(UnknownSegment{name.span, std::string(name.text), near_names(name.text, names_of(names.segments)),
                               names.events.contains(name.text)});
  }
  return kNone;
}

uint32_t Context::find_attribute(std::string_view name) {
  if (auto found = names.attributes.find(name); found != names.attributes.end()) return found->second;
  if (!program.open_contact) return kNone;
  AttributeInfo attribute;
  attribute.name = std::string(name);
  attribute.type = type(BaseType::kAny);
  attribute.optional = true;
  const auto row = static_cast<uint32_t>(program.attributes.size());
  program.attributes.push_back(std::move(attribute));
  names.attributes.emplace(name, row);
  return row;
}

void Context::note_property(uint32_t event, std::string_view name) {
  if (event == kNone || !program.events[event].open || program.events[event].property(name) != nullptr)
    return;
  program.events[event].properties.push_back({std::string(name), {}, type(BaseType::kAny), true});
}

void Context::note_local_time(Span at, uint32_t journey) {
  if (journey != kNone && program.journeys[journey].zone) return;
  local_time_without_zone.push_back(at);
}

std::vector<std::string> Context::event_names() const {
  std::vector<std::string> known;
  for (const EventInfo& event : program.events) {
    if (event.decl != nullptr) known.push_back(event.name);
  }
  return known;
}
std::vector<std::string> Context::attribute_names() const { return names_of(names.attributes); }
std::vector<std::string> Context::message_names() const { return names_of(names.messages); }

}  // namespace wend

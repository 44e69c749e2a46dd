#include "compiler/analysis/members.h"

#include <algorithm>

#include "compiler/diagnostics/suggest.h"

namespace wend {

EventProperty find_event_property(CheckedProgram& program, const std::vector<uint32_t>& events,
                                  std::string_view name) {
  EventProperty found;
  for (const uint32_t event : events) {
    EventInfo& row = program.events[event];
    const PropertyInfo* property = row.property(name);
    if (property == nullptr && row.open) {
      row.properties.push_back({std::string(name), {}, program.type(BaseType::kAny), true});
      property = &row.properties.back();
    }
    if (property == nullptr) {
      found.lacking = event;
      return found;
    }
    found.optional = found.optional || property->optional;
    if (found.type == nullptr || found.type == property->type) {
      found.type = property->type;
    } else if (found.type->is_text() && property->type->is_text()) {
      found.type = program.type(BaseType::kString);
    } else {
      found.type = program.type(BaseType::kAny);  // either: its use decides
    }
  }
  return found;
}

UnknownProperty unknown_event_property(const CheckedProgram& program, const EventProperty& property,
                                       std::string_view name, Span at) {
  const EventInfo& event = program.events[property.lacking];
  std::vector<std::string> candidates = {"at", "id"};
  for (const PropertyInfo& one : event.properties) candidates.push_back(one.name);
  UnknownProperty message{
      at, std::string(name), PropertyOwner::kEvent, event.name, near_names(name, candidates), {}};
  if (event.decl != nullptr) message.declared_at = event.decl->name.span;
  return message;
}

std::vector<uint32_t> trigger_events(const CheckedProgram& program, uint32_t journey) {
  std::vector<uint32_t> events;
  if (journey == kNone) return events;
  for (const TriggerInfo& trigger : program.journeys[journey].triggers) {
    if (trigger.listen.event == kNone) continue;
    if (std::find(events.begin(), events.end(), trigger.listen.event) == events.end()) {
      events.push_back(trigger.listen.event);
    }
  }
  if (const uint32_t start = program.journeys[journey].start_event; start != kNone) events.push_back(start);
  return events;
}

void keep_property(CheckedProgram& program, uint32_t journey, std::string_view name) {
  if (journey == kNone) return;
  std::vector<std::string_view>& kept = program.journeys[journey].kept_properties;
  if (std::find(kept.begin(), kept.end(), name) == kept.end()) kept.push_back(name);
}

TypeRef bound_event_type(const CheckedProgram& program, uint32_t event) {
  const EventInfo& row = program.events[event];
  std::vector<RecordFieldInfo> fields = {{"at", program.type(BaseType::kTime), false},
                                         {"id", program.type(BaseType::kString), false}};
  if (!row.open) {
    for (const PropertyInfo& property : row.properties) {
      fields.push_back({property.name, property.type, property.optional});
    }
  }
  return program.types->record_of(std::move(fields), row.open);
}

std::optional<RunMember> find_run_member(const CheckedProgram& program, uint32_t journey,
                                         std::string_view name) {
  if (name == "entered_at") return RunMember{RunField::kEnteredAt, program.type(BaseType::kTime), false};
  if (name == "count") return RunMember{RunField::kCount, program.type(BaseType::kInt), false};
  if (name == "pass") return RunMember{RunField::kPass, program.type(BaseType::kInt), false};
  if (name == "id") return RunMember{RunField::kId, program.type(BaseType::kString), false};
  if (name != "key") return std::nullopt;
  RunMember key{RunField::kKey, program.type(BaseType::kAny), true};
  if (journey == kNone) return key;
  const ast::EnterClause* enter = program.journeys[journey].enter;
  if (enter == nullptr || enter->each == nullptr) return key;
  const TypeRef type = program.info(*enter->each).type;
  if (type == nullptr) return key;
  key.type = type->is(BaseType::kList) ? type->element : type;
  key.optional = key.type->is(BaseType::kAny);
  return key;
}

std::vector<std::string> run_member_names() { return {"entered_at", "count", "key", "id", "pass"}; }

Member find_member(const CheckedProgram& program, TypeRef type, std::string_view name) {
  const bool sized = type->is_text() || type->is(BaseType::kList) || type->is(BaseType::kRecord);
  switch (type->base) {
    case BaseType::kError:
      return {type, false, false};
    case BaseType::kAny:
      if (name == "size") return {program.type(BaseType::kInt), true, true};
      return {type, true, false};
    case BaseType::kRecord:
      if (const RecordFieldInfo* field = type->field(name)) return {field->type, field->optional, false};
      if (type->open) return {program.type(BaseType::kAny), true, false};
      break;
    case BaseType::kList: {
      if (name == "size") break;
      const TypeRef element = type->element;
      if (!element->is(BaseType::kRecord) && !element->is(BaseType::kAny)) return {};
      const Member member = find_member(program, element, name);
      if (member.type == nullptr || member.is_size) return {};
      return {program.types->list_of(member.type), false, false};
    }
    default:
      break;
  }
  if (sized && name == "size") return {program.type(BaseType::kInt), false, true};
  return {};
}

}  // namespace wend

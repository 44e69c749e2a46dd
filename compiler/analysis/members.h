#ifndef WEND_COMPILER_ANALYSIS_MEMBERS_H_
#define WEND_COMPILER_ANALYSIS_MEMBERS_H_

// What stands behind a dot: the lookups that expressions and templates share. Internal to compiler/analysis.
// One thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/analysis/checked.h"
#include "compiler/diagnostics/messages.h"

namespace wend {

// The property `name` where any of several events may be meant.
struct EventProperty {
  TypeRef type = nullptr;
  bool optional = false;
  uint32_t lacking = kNone;  // an event that has no such property; then the rest means nothing
};
EventProperty find_event_property(CheckedProgram& program, const std::vector<uint32_t>& events,
                                  std::string_view name);
UnknownProperty unknown_event_property(const CheckedProgram& program, const EventProperty& property,
                                       std::string_view name, Span at);

// Events that may have started a run of the journey; each once.
std::vector<uint32_t> trigger_events(const CheckedProgram& program, uint32_t journey);
// Marks a property of the trigger as read after entry.
void keep_property(CheckedProgram& program, uint32_t journey, std::string_view name);

// The record that `as NAME` binds: properties, `at`, `id`.
TypeRef bound_event_type(const CheckedProgram& program, uint32_t event);

struct RunMember {
  RunField field = RunField::kEnteredAt;
  TypeRef type = nullptr;
  bool optional = false;
};
// `run.key` has the type of the journey's key. `journey` may be kNone.
std::optional<RunMember> find_run_member(const CheckedProgram& program, uint32_t journey,
                                         std::string_view name);
std::vector<std::string> run_member_names();

// A member of a value of `type`; its type is null where there is none.
struct Member {
  TypeRef type = nullptr;
  bool optional = false;
  bool is_size = false;
};
Member find_member(const CheckedProgram& program, TypeRef type, std::string_view name);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_MEMBERS_H_

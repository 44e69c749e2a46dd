#include "compiler/analysis/template_scope.h"

#include <algorithm>

#include "compiler/analysis/members.h"
#include "compiler/diagnostics/messages.h"
#include "compiler/diagnostics/suggest.h"
#include "vm/base/check.h"

namespace wend {
namespace {

class PathResolver {
 public:
  PathResolver(CheckedProgram& program, Sink& sink) : program_(program), sink_(sink) {}

  PathInfo resolve(const TemplateScope& scope, std::span<const PathPart> parts);
  // Takes what is left of `parts` after `info`.
  PathInfo follow(PathInfo info, std::span<const PathPart> parts, uint32_t bound_event = kNone);

 private:
  PathInfo failed() const {
    PathInfo info;
    info.type = program_.type(BaseType::kError);
    return info;
  }
  PathInfo root(ResolutionKind kind, TypeRef type, bool optional, std::string_view name = {},
                uint32_t index = kNone) {
    PathInfo info;
    info.type = type;
    info.optional = optional;
    info.root.kind = kind;
    info.root.name = name;
    info.root.index = index;
    return info;
  }
  PathInfo contact(const PathPart& part);
  PathInfo trigger(const TemplateScope& scope, const PathPart& word, const PathPart& part);
  PathInfo run(const TemplateScope& scope, const PathPart& part);
  PathInfo message(const PathPart& part);
  PathInfo unknown(const TemplateScope& scope, const PathPart& part);

  CheckedProgram& program_;
  Sink& sink_;
};

PathInfo PathResolver::resolve(const TemplateScope& scope, std::span<const PathPart> parts) {
  WEND_CHECK(!parts.empty() && !parts[0].is_index);
  const std::string_view word = parts[0].word;
  const TypeRef text = program_.type(BaseType::kString);
  for (const BoundName& bound : scope.bound) {
    if (bound.name != word) continue;
    if (bound.event == kNone) return failed();
    const TypeRef type = bound_event_type(program_, bound.event);
    return follow(root(ResolutionKind::kBound, type, bound.optional, word, bound.slot), parts.subspan(1),
                  bound.event);
  }
  for (const WithValue& value : scope.with) {
    if (value.name != word) continue;
    return follow(root(ResolutionKind::kWith, value.type, value.optional, word), parts.subspan(1));
  }
  if (word == "unsubscribe_url")
    return follow(root(ResolutionKind::kUnsubscribeUrl, text, false), parts.subspan(1));
  if (word == "preferences_url")
    return follow(root(ResolutionKind::kPreferencesUrl, text, false), parts.subspan(1));
  const bool is_root =
      word == "contact" || word == "trigger" || word == "event" || word == "run" || word == "message";
  if (!is_root) return unknown(scope, parts[0]);
  if (parts.size() < 2 || parts[1].is_index) {
    sink_.report(NotInScope{parts[0].span, std::string(word), "a template",
                            "one of its properties, as in `" + std::string(word) + ".NAME`,"});
    return failed();
  }
  PathInfo info;
  if (word == "contact") {
    info = contact(parts[1]);
  } else if (word == "run") {
    info = run(scope, parts[1]);
  } else if (word == "message") {
    info = message(parts[1]);
  } else {
    info = trigger(scope, parts[0], parts[1]);
  }
  return follow(std::move(info), parts.subspan(2));
}

PathInfo PathResolver::contact(const PathPart& part) {
  for (uint32_t i = 0; i < program_.attributes.size(); ++i) {
    const AttributeInfo& attribute = program_.attributes[i];
    if (attribute.name == part.word) {
      return root(ResolutionKind::kAttribute, attribute.type, attribute.optional, part.word, i);
    }
  }
  if (program_.open_contact) {
    program_.attributes.push_back({std::string(part.word), {}, program_.type(BaseType::kAny), true, nullptr});
    const auto index = static_cast<uint32_t>(program_.attributes.size() - 1);
    return root(ResolutionKind::kAttribute, program_.type(BaseType::kAny), true, part.word, index);
  }
  std::vector<std::string> names;
  for (const AttributeInfo& attribute : program_.attributes) names.push_back(attribute.name);
  sink_.report(UnknownProperty{
      part.span, std::string(part.word), PropertyOwner::kContact, {}, near_names(part.word, names), {}});
  return failed();
}

PathInfo PathResolver::trigger(const TemplateScope& scope, const PathPart& word, const PathPart& part) {
  if (scope.journeys.empty()) return failed();  // nothing sends it: a lint says so
  if (scope.trigger_events.empty()) {
    sink_.report(NotInScope{word.span, std::string(word.word), "a message of a journey that no event starts",
                            "`contact`"});
    return failed();
  }
  if (part.word == "at") return root(ResolutionKind::kTriggerAt, program_.type(BaseType::kTime), false);
  if (part.word == "id") return root(ResolutionKind::kTriggerId, program_.type(BaseType::kString), false);
  const EventProperty property = find_event_property(program_, scope.trigger_events, part.word);
  if (property.lacking != kNone) {
    sink_.report(unknown_event_property(program_, property, part.word, part.span));
    return failed();
  }
  for (const uint32_t journey : scope.journeys) keep_property(program_, journey, part.word);
  return root(ResolutionKind::kTriggerProperty, property.type, property.optional, part.word);
}

PathInfo PathResolver::run(const TemplateScope& scope, const PathPart& part) {
  const uint32_t journey = scope.journeys.size() == 1 ? scope.journeys[0] : kNone;
  const std::optional<RunMember> member = find_run_member(program_, journey, part.word);
  if (!member) {
    sink_.report(UnknownProperty{part.span,
                                 std::string(part.word),
                                 PropertyOwner::kRun,
                                 {},
                                 near_names(part.word, run_member_names()),
                                 {}});
    return failed();
  }
  if (member->field == RunField::kPass && !scope.in_repeat) {
    sink_.report(NotInScope{part.span, "run.pass", "a message that is sent outside of `repeat`, too,",
                            "the rest of `run`"});
    return failed();
  }
  PathInfo info = root(ResolutionKind::kRun, member->type, member->optional, part.word);
  info.root.run_field = member->field;
  return info;
}

PathInfo PathResolver::message(const PathPart& part) {
  const TypeRef text = program_.type(BaseType::kString);
  if (part.word == "name") return root(ResolutionKind::kMessageName, text, false);
  if (part.word == "channel") return root(ResolutionKind::kMessageChannel, text, false);
  const std::vector<std::string> names = {"name", "channel"};
  sink_.report(UnknownProperty{
      part.span, std::string(part.word), PropertyOwner::kMessage, {}, near_names(part.word, names), {}});
  return failed();
}

PathInfo PathResolver::unknown(const TemplateScope& scope, const PathPart& part) {
  UnknownTemplateName message;
  message.at = part.span;
  message.name = std::string(part.word);
  message.known = {"contact", "event", "trigger", "run", "message", "unsubscribe_url", "preferences_url"};
  for (const BoundName& bound : scope.bound) message.known.emplace_back(bound.name);
  for (const WithValue& value : scope.with) message.known.emplace_back(value.name);
  message.near = near_names(part.word, message.known);
  for (const uint32_t event : scope.trigger_events) {
    if (program_.events[event].property(part.word) != nullptr) message.as_member = "trigger." + message.name;
  }
  for (const AttributeInfo& attribute : program_.attributes) {
    if (attribute.name == part.word) message.as_member = "contact." + message.name;
  }
  sink_.report(message);
  return failed();
}

PathInfo PathResolver::follow(PathInfo info, std::span<const PathPart> parts, uint32_t bound_event) {
  for (const PathPart& part : parts) {
    if (info.type->is(BaseType::kError)) return info;
    if (part.is_index) {
      if (!info.type->is(BaseType::kList) && !info.type->is(BaseType::kAny)) {
        sink_.report(NotIndexable{part.span, type_syntax(info.type)});
        return failed();
      }
      if (info.type->is(BaseType::kList)) info.type = info.type->element;
      info.optional = true;
      info.accesses.push_back({PathAccessKind::kIndex, {}, part.index});
      continue;
    }
    const Member member = find_member(program_, info.type, part.word);
    if (member.type == nullptr) {
      if (bound_event != kNone) {
        const EventProperty lacking{nullptr, false, bound_event};
        sink_.report(unknown_event_property(program_, lacking, part.word, part.span));
        return failed();
      }
      const TypeRef record = info.type->is(BaseType::kList) ? info.type->element : info.type;
      if (record->is(BaseType::kRecord)) {
        std::vector<std::string> names;
        for (const RecordFieldInfo& field : record->fields) names.push_back(field.name);
        sink_.report(UnknownProperty{
            part.span, std::string(part.word), PropertyOwner::kRecord, {}, near_names(part.word, names), {}});
      } else {
        sink_.report(NoMember{part.span, std::string(part.word), type_syntax(info.type), part.span});
      }
      return failed();
    }
    if (bound_event != kNone && part.word != "at" && part.word != "id") {
      find_event_property(program_, {bound_event}, part.word);  // an open event learns what it is asked for
    }
    bound_event = kNone;
    const bool mapped = info.type->is(BaseType::kList) && !member.is_size;
    info.optional = info.optional || (member.optional && !mapped);
    info.type = member.type;
    info.accesses.push_back({member.is_size ? PathAccessKind::kSize : PathAccessKind::kMember, part.word, 0});
  }
  return info;
}

}  // namespace

PathInfo resolve_path(CheckedProgram& program, const TemplateScope& scope, std::span<const PathPart> parts,
                      Sink& sink) {
  return PathResolver(program, sink).resolve(scope, parts);
}

PathInfo resolve_members(CheckedProgram& program, TypeRef type, bool optional,
                         std::span<const PathPart> parts, Sink& sink) {
  PathInfo info;
  info.type = type;
  info.optional = optional;
  return PathResolver(program, sink).follow(std::move(info), parts);
}

}  // namespace wend

// What names, member paths, elements and engagement words mean.

#include <algorithm>

#include "compiler/analysis/members.h"
#include "compiler/analysis/passes.h"
#include "compiler/analysis/types.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {

using namespace ast;

namespace {

// A constant is checked in a scope that has nothing.
Scope constant_scope() {
  Scope scope;
  scope.has_contact = false;
  scope.here = "a constant";
  scope.has = "literals and other constants";
  return scope;
}

}  // namespace

void check_constant_value(Context& context, const ConstDecl& constant) {
  ConstantState& state = context.constant_states[&constant];
  if (state != ConstantState::kUnseen) return;
  state = ConstantState::kOpen;
  const Scope scope = constant_scope();
  ExprChecker(context, scope).check_constant(*constant.value, constant.name.text);
  context.constant_states[&constant] = ConstantState::kChecked;
}

ExprChecker::Typed ExprChecker::type_of_name(const NameExpr& expr) {
  Resolution& resolution = context_.info(expr).resolution;
  const auto moment = [&](ResolutionKind kind, BaseType base, bool local) -> Typed {
    if (!constant_.empty()) {
      context_.sink.report(ConstantNotConstant{expr.span, std::string(constant_)});
      return error();
    }
    if (local) context_.note_local_time(expr.span, scope_.journey);
    context_.info(expr).resolution.kind = kind;
    return {type(base), false};
  };
  for (const BoundName& bound : scope_.bound) {
    if (bound.name != expr.name) continue;
    if (bound.event == kNone) return error();
    resolution.kind = ResolutionKind::kBound;
    resolution.index = bound.slot;
    return {bound_event_type(context_.program, bound.event), bound.optional};
  }
  if (expr.name == "now") return moment(ResolutionKind::kNow, BaseType::kTime, false);
  if (expr.name == "today") return moment(ResolutionKind::kToday, BaseType::kDate, true);
  if (expr.name == "clock") return moment(ResolutionKind::kClock, BaseType::kClock, true);
  const Names& names = context_.names;
  if (auto constant = names.constants.find(expr.name); constant != names.constants.end()) {
    context_.used_constants.insert(constant->second);
    if (context_.constant_states[constant->second] == ConstantState::kOpen) {
      context_.sink.report(ConstantCircle{expr.span, std::string(constant_)});
      return error();
    }
    check_constant_value(context_, *constant->second);
    const ExprInfo& value = info(*constant->second->value);
    if (value.type->is(BaseType::kError)) return error();
    Resolution& row = context_.info(expr).resolution;  // checking the value may have moved the table
    row.kind = ResolutionKind::kConst;
    row.constant = constant->second;
    return {value.used_type(), value.optional};
  }
  if (auto segment = names.segment_rows.find(expr.name); segment != names.segment_rows.end()) {
    if (!may_ask_history(expr, "a segment")) return error();
    check_segment(context_, segment->second, expr.span);
    Resolution& row = context_.info(expr).resolution;
    row.kind = ResolutionKind::kSegment;
    row.index = segment->second;
    return {type(BaseType::kBool), false};
  }
  if (names.catalogs.contains(expr.name)) {
    context_.sink.report(NotInScope{expr.span, std::string(expr.name), "an expression without a key",
                                    "one of its rows, as in `" + std::string(expr.name) + "[event.sku]`,"});
    return error();
  }
  return unknown_name(expr);
}

ExprChecker::Typed ExprChecker::unknown_name(const NameExpr& expr) {
  if (context_.has_unread_modules) return error();
  if (expr.name == "trigger") {
    context_.sink.report(NotInScope{expr.span, "trigger", "an expression without a dot",
                                    "one of its properties, as in `trigger.total`,"});
    return error();
  }
  UnknownName message{expr.span, std::string(expr.name), {}, {}};
  for (const uint32_t event : scope_.looked_at) {
    if (context_.program.events[event].property(expr.name) == nullptr) continue;
    message.as_member = (scope_.event_is_trigger ? "trigger." : "event.") + message.name;
  }
  if (message.as_member.empty() && scope_.has_contact && context_.names.attributes.contains(expr.name)) {
    message.as_member = "contact." + message.name;
  }
  std::vector<std::string> candidates = {"now", "today", "clock", "trigger", "contact", "event", "run"};
  for (const BoundName& bound : scope_.bound) candidates.emplace_back(bound.name);
  for (const std::string& constant : names_of(context_.names.constants)) candidates.push_back(constant);
  for (const std::string& segment : names_of(context_.names.segments)) candidates.push_back(segment);
  message.near = near_names(expr.name, candidates);
  context_.sink.report(message);
  return error();
}

ExprChecker::Typed ExprChecker::type_of_member(const MemberExpr& expr) {
  if (const auto* root = expr.object->as<RootExpr>()) return type_of_root(expr, root->root);
  if (const auto* name = expr.object->as<NameExpr>(); name != nullptr && name->name == "trigger") {
    const bool shadowed = std::any_of(scope_.bound.begin(), scope_.bound.end(),
                                      [](const BoundName& bound) { return bound.name == "trigger"; });
    if (!shadowed) return type_of_event(expr, name->span, true);
  }
  return type_of_value_member(expr);
}

ExprChecker::Typed ExprChecker::type_of_root(const MemberExpr& expr, Root root) {
  if (!constant_.empty()) {
    context_.sink.report(ConstantNotConstant{expr.span, std::string(constant_)});
    return error();
  }
  switch (root) {
    case Root::kContact:
      return type_of_contact(expr);
    case Root::kEvent:
      return type_of_event(expr, expr.object->span, false);
    case Root::kRun:
      return type_of_run(expr);
    case Root::kScore:
      return type_of_score(expr);
    case Root::kMessage:
      context_.sink.report(NotInScope{expr.object->span, "message", "a journey",
                                      "an engagement word, as in `opened MESSAGE`,"});
      return error();
  }
  return error();
}

ExprChecker::Typed ExprChecker::type_of_score(const MemberExpr& expr) {
  if (!scope_.has_contact) {
    context_.sink.report(
        NotInScope{expr.object->span, "score", std::string(scope_.here), std::string(scope_.has)});
    return error();
  }
  const auto score = context_.names.score_rows.find(expr.key.text);
  if (score == context_.names.score_rows.end()) {
    if (!context_.has_unread_modules) {
      context_.sink.report(UnknownScore{expr.key.span, std::string(expr.key.text),
                                        near_names(expr.key.text, names_of(context_.names.scores))});
    }
    return error();
  }
  Resolution& resolution = context_.info(expr).resolution;
  resolution.kind = ResolutionKind::kScore;
  resolution.index = score->second;
  return {type(BaseType::kNumber), false};
}

ExprChecker::Typed ExprChecker::type_of_contact(const MemberExpr& expr) {
  if (!scope_.has_contact) {
    context_.sink.report(
        NotInScope{expr.object->span, "contact", std::string(scope_.here), std::string(scope_.has)});
    return error();
  }
  const uint32_t attribute = context_.find_attribute(expr.key.text);
  if (attribute == kNone) {
    if (context_.has_unread_modules) return error();
    context_.sink.report(UnknownProperty{expr.key.span,
                                         std::string(expr.key.text),
                                         PropertyOwner::kContact,
                                         {},
                                         near_names(expr.key.text, context_.attribute_names()),
                                         {}});
    return error();
  }
  Resolution& resolution = context_.info(expr).resolution;
  resolution.kind = ResolutionKind::kAttribute;
  resolution.index = attribute;
  const AttributeInfo& row = context_.program.attributes[attribute];
  return {row.type, row.optional};
}

// `event.x` and `trigger.x`. Where several events are possible, all must have the property.
ExprChecker::Typed ExprChecker::type_of_event(const MemberExpr& expr, Span word, bool trigger_word) {
  if (!constant_.empty()) {
    context_.sink.report(ConstantNotConstant{expr.span, std::string(constant_)});
    return error();
  }
  const bool as_trigger = trigger_word ? !scope_.trigger_is_looked_at : scope_.event_is_trigger;
  std::vector<uint32_t> events = scope_.looked_at;
  if (trigger_word && !scope_.trigger_is_looked_at) {
    events.clear();
    if (!scope_.arriving.empty()) {
      events = scope_.arriving;
    } else if (scope_.has_trigger) {
      events = trigger_events(context_.program, scope_.journey);
    }
  }
  if (events.empty()) {
    if (scope_.has_trigger && context_.unknown_triggers.contains(scope_.journey)) return error();
    context_.sink.report(NotInScope{word, trigger_word ? "trigger" : "event", std::string(scope_.here),
                                    std::string(scope_.has)});
    return error();
  }
  Resolution& resolution = context_.info(expr).resolution;
  resolution.name = expr.key.text;
  if (expr.key.text == "at" || expr.key.text == "id") {
    const bool time = expr.key.text == "at";
    if (as_trigger) {
      resolution.kind = time ? ResolutionKind::kTriggerAt : ResolutionKind::kTriggerId;
    } else {
      resolution.kind = time ? ResolutionKind::kEventAt : ResolutionKind::kEventId;
    }
    return {type(time ? BaseType::kTime : BaseType::kString), false};
  }
  const EventProperty property = find_event_property(context_.program, events, expr.key.text);
  if (property.lacking != kNone) {
    if (context_.has_unread_modules) return error();
    context_.sink.report(unknown_event_property(context_.program, property, expr.key.text, expr.key.span));
    return error();
  }
  resolution.kind = as_trigger ? ResolutionKind::kTriggerProperty : ResolutionKind::kEventProperty;
  if (as_trigger && scope_.arriving.empty()) keep_property(context_.program, scope_.journey, expr.key.text);
  return {property.type, property.optional};
}

ExprChecker::Typed ExprChecker::type_of_run(const MemberExpr& expr) {
  if (!scope_.has_run) {
    context_.sink.report(
        NotInScope{expr.object->span, "run", std::string(scope_.here), std::string(scope_.has)});
    return error();
  }
  const std::optional<RunMember> member = find_run_member(context_.program, scope_.journey, expr.key.text);
  if (!member) {
    if (expr.key.text == "arm") {
      context_.not_yet(expr.span, "`run." + std::string(expr.key.text) + "`");
    } else {
      context_.sink.report(UnknownProperty{expr.key.span,
                                           std::string(expr.key.text),
                                           PropertyOwner::kRun,
                                           {},
                                           near_names(expr.key.text, run_member_names()),
                                           {}});
    }
    return error();
  }
  if (member->field == RunField::kPass && !scope_.in_repeat) {
    context_.sink.report(
        NotInScope{expr.span, "run.pass", "a step outside of `repeat`", "the rest of `run`"});
    return error();
  }
  Resolution& resolution = context_.info(expr).resolution;
  resolution.kind = ResolutionKind::kRun;
  resolution.run_field = member->field;
  return {member->type, member->optional};
}

// A property of a value: of a record, of every record of a list, `.size`.
ExprChecker::Typed ExprChecker::type_of_value_member(const MemberExpr& expr) {
  const ExprInfo object = check(*expr.object);
  if (object.type->is(BaseType::kError)) return error();
  const Resolution base = info(*expr.object).resolution;
  const uint32_t asked = history_record(*expr.object);
  if (base.kind == ResolutionKind::kBound) {
    for (const BoundName& bound : scope_.bound) {
      if (bound.slot == base.index && expr.key.text != "at" && expr.key.text != "id") {
        context_.note_property(bound.event, expr.key.text);
      }
    }
  }
  const Member member = find_member(context_.program, object.type, expr.key.text);
  if (member.type == nullptr) {
    const TypeRef record = object.type->is(BaseType::kList) ? object.type->element : object.type;
    if (asked != kNone) {
      const EventProperty lacking{.lacking = context_.program.history_uses[asked].event};
      context_.sink.report(unknown_event_property(context_.program, lacking, expr.key.text, expr.key.span));
      return error();
    }
    if (base.kind == ResolutionKind::kBound) {
      for (const BoundName& bound : scope_.bound) {
        if (bound.slot != base.index || bound.event == kNone) continue;
        const EventProperty lacking{.lacking = bound.event};
        context_.sink.report(unknown_event_property(context_.program, lacking, expr.key.text, expr.key.span));
        return error();
      }
    }
    if (record->is(BaseType::kRecord)) {
      std::vector<std::string> fields;
      for (const RecordFieldInfo& field : record->fields) fields.push_back(field.name);
      context_.sink.report(UnknownProperty{expr.key.span,
                                           std::string(expr.key.text),
                                           PropertyOwner::kRecord,
                                           {},
                                           near_names(expr.key.text, fields),
                                           declared_at(*expr.object)});
    } else {
      context_.sink.report(
          NoMember{expr.key.span, std::string(expr.key.text), type_syntax(object.type), expr.object->span});
    }
    return error();
  }
  if (asked != kNone) note_history_member(asked, expr.key.text, member.is_size);
  Resolution& resolution = context_.info(expr).resolution;
  resolution.kind = member.is_size ? ResolutionKind::kSize : ResolutionKind::kMember;
  resolution.name = expr.key.text;
  // A list of what its elements have leaves out the missing ones.
  const bool mapped = object.type->is(BaseType::kList) && !member.is_size;
  return {member.type, object.optional || (member.optional && !mapped)};
}

// The row of a catalog by its key.
ExprChecker::Typed ExprChecker::type_of_catalog_row(const IndexExpr& expr, uint32_t catalog) {
  if (!constant_.empty()) {
    context_.sink.report(ConstantNotConstant{expr.span, std::string(constant_)});
    return error();
  }
  const CatalogInfo& row = context_.program.catalogs[catalog];
  const TypeRef wanted = row.key;
  const TypeRef record = row.row;
  const ExprInfo key = check(*expr.index, wanted);
  if (key.type->is(BaseType::kError) || wanted->is(BaseType::kError)) return error();
  use_as(*expr.index, wanted);
  const TypeRef found = used(*expr.index);
  if (found != wanted && !(found->is_text() && wanted->is_text())) {
    context_.sink.report(WrongTypeFor{
        expr.index->span, "the key of `" + std::string(context_.program.catalogs[catalog].decl->name.text) + "`",
        type_syntax(wanted), shown(*expr.index), context_.program.catalogs[catalog].decl->key.span});
    return error();
  }
  Resolution& resolution = context_.info(expr).resolution;
  resolution.kind = ResolutionKind::kCatalog;
  resolution.index = catalog;
  return {record, true};
}

ExprChecker::Typed ExprChecker::type_of_index(const IndexExpr& expr) {
  if (const auto* name = expr.object->as<NameExpr>()) {
    const bool bound = std::any_of(scope_.bound.begin(), scope_.bound.end(),
                                   [&](const BoundName& one) { return one.name == name->name; });
    const auto catalog = context_.names.catalog_rows.find(name->name);
    if (!bound && catalog != context_.names.catalog_rows.end()) return type_of_catalog_row(expr, catalog->second);
  }
  const ExprInfo object = check(*expr.object);
  const ExprInfo index = check(*expr.index);
  if (object.type->is(BaseType::kError)) return error();
  if (object.type->is(BaseType::kAny)) {
    use_as(*expr.index, type(BaseType::kInt));
    return {type(BaseType::kAny), true};
  }
  if (!object.type->is(BaseType::kList)) {
    context_.sink.report(NotIndexable{expr.object->span, type_syntax(object.type)});
    return error();
  }
  if (!index.type->is(BaseType::kInt) && !index.type->is(BaseType::kAny) &&
      !index.type->is(BaseType::kError)) {
    context_.sink.report(
        WrongTypeFor{expr.index->span, "the place in a list", "int", shown(*expr.index), std::nullopt});
    return error();
  }
  use_as(*expr.index, type(BaseType::kInt));
  return {object.type->element, true};
}

ExprChecker::Typed ExprChecker::type_of_engagement(const EngagementExpr& expr) {
  if (!constant_.empty()) {
    context_.sink.report(ConstantNotConstant{expr.span, std::string(constant_)});
    return error();
  }
  if (!scope_.has_run) {
    context_.sink.report(
        NotInScope{expr.span, context_.text(expr.span), std::string(scope_.here), std::string(scope_.has)});
    return error();
  }
  const uint32_t query = resolve_query(context_, expr, scope_.journey, scope_.sent);
  if (query == kNone) return error();
  Resolution& resolution = context_.info(expr).resolution;
  resolution.kind = ResolutionKind::kQuery;
  resolution.index = query;
  return {type(BaseType::kBool), context_.program.queries[query].scope != QueryScope::kContact};
}

}  // namespace wend

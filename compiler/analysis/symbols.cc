// Who declares what: one walk over the declarations of all files. Order of files and declarations never
// matters, so that every later pass finds all names.

#include <algorithm>
#include <array>
#include <string>

#include "compiler/analysis/passes.h"
#include "compiler/analysis/type_syntax.h"
#include "compiler/diagnostics/suggest.h"
#include "compiler/syntax/modules.h"
#include "vm/core/time_zone.h"

namespace wend {
namespace {

using namespace ast;

constexpr std::array<std::string_view, 4> kReservedConstants = {"now", "today", "clock", "trigger"};

class SymbolCollector {
 public:
  explicit SymbolCollector(Context& context) : context_(context), program_(context.program) {}

  void run() {
    add_builtins();
    for (const File& file : context_.files) {
      for (const Word& module : file.uses) check_use(module);
      for (const Decl* decl : file.decls) {
        if (!file.library) of_project_.emplace(replace_key(*decl), decl->name.span);
        if (decl->kind == DeclKind::kEvent) ++declared_events_;
        if (decl->kind == DeclKind::kContact) ++contact_blocks_;
      }
    }
    program_.open_events = declared_events_ == 0;
    program_.open_contact = program_.open_events && contact_blocks_ == 0;
    // Messages say their channels, so these come first.
    for (const File& file : context_.files) {
      for (const Decl* decl : file.decls) {
        if (const auto* channel = decl->as<ChannelDecl>()) collect_channel(*channel);
      }
    }
    for (const File& file : context_.files) {
      for (const Decl* decl : file.decls) {
        if (!file.library || !is_replaced(*decl)) collect(*decl);
      }
    }
    sort_rows();
  }

 private:
  void add_builtins();
  void check_use(const Word& module);
  // What a declaration of the project and one of the library have in common where the first replaces the
  // second.
  static std::pair<DeclKind, std::string_view> replace_key(const Decl& decl);
  bool is_replaced(const Decl& decl);
  void collect(const Decl& decl);
  void collect_event(const EventDecl& decl);
  void collect_contact(const ContactDecl& decl);
  void collect_attribute(const Field& field);
  void collect_const(const ConstDecl& decl);
  void collect_catalog(const CatalogDecl& decl);
  void collect_message(const MessageDecl& decl);
  void collect_journey(const JourneyDecl& decl);
  void collect_policy(const PolicyDecl& decl);
  void collect_channel(const ChannelDecl& decl);
  void collect_settings(const SettingsDecl& decl);
  void collect_setting(const Setting& setting);
  // False after the report that `map` has the name already.
  template <typename Map, typename Row>
  bool declare(Map& map, const Decl& decl, std::string_view kind, Row row);
  void sort_rows();

  Context& context_;
  CheckedProgram& program_;
  size_t declared_events_ = 0;
  size_t contact_blocks_ = 0;
  std::unordered_map<std::string, Span> first_declared_;  // "event cart_abandoned"
  std::map<std::pair<SettingKind, std::string>, Span> settings_;
  std::map<std::pair<DeclKind, std::string_view>, Span> of_project_;
};

void SymbolCollector::check_use(const Word& module) {
  if (find_stdlib_module(module.text) != nullptr) return;
  // What nothing declares may have been meant to come from there.
  context_.has_unread_modules = true;
  std::vector<std::string> known;
  for (const StdlibModule& one : stdlib_modules()) known.emplace_back(one.name);
  context_.sink.report(
      UnknownModule{module.span, std::string(module.text), near_names(module.text, known), known});
}

std::pair<DeclKind, std::string_view> SymbolCollector::replace_key(const Decl& decl) {
  // Events and segments share one namespace.
  const DeclKind kind = decl.kind == DeclKind::kSegment ? DeclKind::kEvent : decl.kind;
  return {kind, decl.name.text};
}

// Blocks without a name (contact, settings) add up instead.
bool SymbolCollector::is_replaced(const Decl& decl) {
  if (decl.name.empty()) return false;
  const auto own = of_project_.find(replace_key(decl));
  if (own == of_project_.end()) return false;
  context_.shadowed_stdlib.push_back({own->second, decl.name.span});
  return true;
}

void SymbolCollector::add_builtins() {
  const TypeRef text = context_.type(BaseType::kString);
  const TypeRef texts = context_.types().list_of(text);
  struct Builtin {
    std::string_view name;
    TypeRef type;
    bool optional;
  };
  // In the order of BuiltinAttr.
  const std::array<Builtin, kBuiltinAttrs> attributes = {
      {{"id", text, false},
       {"created_at", context_.type(BaseType::kTime), false},
       {"email", text, true},
       {"phone", text, true},
       {"push_token", text, true},
       {"timezone", text, true},
       {"locale", text, true},
       {"topics", texts, false},
       {"tags", texts, false},
       {"audiences", texts, false},
       {"consent", texts, false},
       {"refused", texts, false}}};
  for (const Builtin& builtin : attributes) {
    context_.names.attributes.emplace(builtin.name, static_cast<uint32_t>(program_.attributes.size()));
    program_.attributes.push_back({std::string(builtin.name), {}, builtin.type, builtin.optional, nullptr});
  }
  constexpr std::array<std::string_view, kEngagementWords> kWords = {
      "opened", "clicked", "delivered", "bounced", "failed", "replied", "complained", "suppressed", "sent"};
  for (size_t i = 0; i < kWords.size(); ++i) {
    EventInfo event;
    event.name = event.wire_name = std::string(kWords[i]);
    event.word = static_cast<wend::EngagementWord>(i);
    event.properties = {{"message", {}, text, false},
                        {"channel", {}, text, false},
                        {"journey", {}, text, false},
                        {"link", {}, text, true},
                        {"reason", {}, text, true}};
    context_.names.events.emplace(kWords[i], static_cast<uint32_t>(i));
    program_.events.push_back(std::move(event));
  }
  struct Channel {
    std::string_view name;
    uint32_t address;
    bool reaches_person;
  };
  constexpr auto kEmail = static_cast<uint32_t>(BuiltinAttr::kEmail);
  constexpr auto kPhone = static_cast<uint32_t>(BuiltinAttr::kPhone);
  constexpr auto kPushToken = static_cast<uint32_t>(BuiltinAttr::kPushToken);
  // In the order of BuiltinChannel. A message inside the application finds its contact by its id.
  constexpr std::array<Channel, 6> kChannels = {{{"email", kEmail, true},
                                                 {"sms", kPhone, true},
                                                 {"push", kPushToken, true},
                                                 {"inapp", kNone, true},
                                                 {"webhook", kNone, false},
                                                 {"audience", kNone, false}}};
  for (const Channel& channel : kChannels) {
    context_.names.channels.emplace(channel.name, static_cast<uint32_t>(program_.channels.size()));
    program_.channels.push_back({std::string(channel.name), channel.address, channel.reaches_person});
  }
}

template <typename Map, typename Row>
bool SymbolCollector::declare(Map& map, const Decl& decl, std::string_view kind, Row row) {
  const std::string key = std::string(kind) + " " + std::string(decl.name.text);
  if (!map.emplace(decl.name.text, row).second) {
    context_.sink.report(DuplicateName{
        decl.name.span, first_declared_[key], std::string(kind), {}, std::string(decl.name.text)});
    return false;
  }
  first_declared_.emplace(key, decl.name.span);
  return true;
}

void SymbolCollector::collect(const Decl& decl) {
  Names& names = context_.names;
  switch (decl.kind) {
    case DeclKind::kEvent:
      collect_event(*decl.as<EventDecl>());
      return;
    case DeclKind::kContact:
      collect_contact(*decl.as<ContactDecl>());
      return;
    case DeclKind::kConst:
      collect_const(*decl.as<ConstDecl>());
      return;
    case DeclKind::kMessage:
      collect_message(*decl.as<MessageDecl>());
      return;
    case DeclKind::kJourney:
      collect_journey(*decl.as<JourneyDecl>());
      return;
    case DeclKind::kSettings:
      collect_settings(*decl.as<SettingsDecl>());
      return;
    case DeclKind::kSegment: {
      // Events and segments share one namespace.
      const std::string event_key = "event " + std::string(decl.name.text);
      if (auto event = first_declared_.find(event_key); event != first_declared_.end()) {
        context_.sink.report(
            DuplicateName{decl.name.span, event->second, "segment", "event", std::string(decl.name.text)});
      }
      if (declare(names.segments, decl, "segment", &decl))
        program_.segments.push_back({decl.as<SegmentDecl>()});
      return;
    }
    case DeclKind::kScore:
      if (!declare(names.scores, decl, "score", &decl)) return;
      program_.scores.emplace_back().decl = decl.as<ScoreDecl>();
      return;
    case DeclKind::kCatalog:
      if (declare(names.catalogs, decl, "catalog", &decl)) collect_catalog(*decl.as<CatalogDecl>());
      return;
    case DeclKind::kChannel:
      return;  // collected before
    case DeclKind::kPolicy:
      collect_policy(*decl.as<PolicyDecl>());
      return;
    case DeclKind::kSteps:
      declare(names.sequences, decl, "steps", &decl);
      return;
    case DeclKind::kMigrate:
      return;  // speaks of journeys: checked after them
    case DeclKind::kTest:
      return;  // check_tests() reads these
  }
}

void SymbolCollector::collect_event(const EventDecl& decl) {
  Names& names = context_.names;
  const auto row = static_cast<uint32_t>(program_.events.size());
  if (auto segment = names.segments.find(decl.name.text); segment != names.segments.end()) {
    context_.sink.report(DuplicateName{decl.name.span, segment->second->name.span, "event", "segment",
                                       std::string(decl.name.text)});
  }
  if (auto builtin = names.events.find(decl.name.text);
      builtin != names.events.end() && builtin->second < kEngagementWords) {
    return;  // the parser says that it is a word of the language
  }
  if (!declare(names.events, decl, "event", row)) return;
  EventInfo event;
  event.name = std::string(decl.name.text);
  event.wire_name = decl.wire_name != nullptr ? std::string(decl.wire_name->value.text) : event.name;
  event.decl = &decl;
  event.open = decl.fields.empty();
  TypeReader reader(context_);
  std::unordered_map<std::string_view, Span> seen;
  for (const Field* field : decl.fields) {
    if (!seen.emplace(field->key.text, field->key.span).second) {
      context_.sink.report(
          DuplicateProperty{field->key.span, seen[field->key.text], std::string(field->key.text)});
      continue;
    }
    if (field->key.text == "at" || field->key.text == "id") {
      context_.sink.report(
          NameShadowsBuiltin{field->key.span, std::string(field->key.text), "property",
                             field->key.text == "at" ? "the event's own time" : "the event's own id"});
      continue;
    }
    if (field->default_value != nullptr)
      context_.not_yet(field->default_value->span, "a default of an event's property");
    event.properties.push_back(
        {std::string(field->key.text), field->span, reader.read(*field->type), field->type->optional});
  }
  program_.events.push_back(std::move(event));
}

void SymbolCollector::collect_contact(const ContactDecl& decl) {
  for (const Field* field : decl.fields) collect_attribute(*field);
}

void SymbolCollector::collect_attribute(const Field& field) {
  TypeReader reader(context_);
  const TypeRef type = reader.read(*field.type);
  const bool optional = field.type->optional && field.default_value == nullptr;
  if (auto found = context_.names.attributes.find(field.key.text); found != context_.names.attributes.end()) {
    const AttributeInfo& first = program_.attributes[found->second];
    const bool same = first.type == type || type->is(BaseType::kError) || first.type->is(BaseType::kError);
    if (same && field.default_value == nullptr) return;
    if (found->second < kBuiltinAttrs) {
      context_.sink.report(NameShadowsBuiltin{field.key.span, std::string(field.key.text), "attribute",
                                              "an attribute that every contact has"});
    } else {
      context_.sink.report(DuplicateProperty{field.key.span, first.span, std::string(field.key.text)});
    }
    return;
  }
  context_.names.attributes.emplace(field.key.text, static_cast<uint32_t>(program_.attributes.size()));
  program_.attributes.push_back(
      {std::string(field.key.text), field.key.span, type, optional, field.default_value});
}

void SymbolCollector::collect_const(const ConstDecl& decl) {
  if (std::find(kReservedConstants.begin(), kReservedConstants.end(), decl.name.text) !=
      kReservedConstants.end()) {
    context_.sink.report(NameShadowsBuiltin{decl.name.span, std::string(decl.name.text), "constant",
                                            decl.name.text == "trigger"
                                                ? "the event that started the run"
                                                : "the moment at which a condition is asked"});
    return;
  }
  declare(context_.names.constants, decl, "constant", &decl);
}

// A row of a catalog: the shape, and the key where the shape does not name it.
void SymbolCollector::collect_catalog(const CatalogDecl& decl) {
  CatalogInfo catalog;
  catalog.decl = &decl;
  catalog.key = context_.type(BaseType::kString);
  TypeReader reader(context_);
  std::vector<RecordFieldInfo> fields;
  std::unordered_map<std::string_view, Span> seen;
  for (const Field* field : decl.fields) {
    if (!seen.emplace(field->key.text, field->key.span).second) {
      context_.sink.report(
          DuplicateProperty{field->key.span, seen[field->key.text], std::string(field->key.text)});
      continue;
    }
    const TypeRef type = reader.read(*field->type);
    if (field->default_value != nullptr)
      context_.not_yet(field->default_value->span, "a default of a catalog's property");
    const bool is_key = field->key.text == decl.key.text;
    if (is_key && (type->is(BaseType::kList) || type->is(BaseType::kRecord) || type->is(BaseType::kAny))) {
      context_.sink.report(WrongTypeFor{field->type->span, "the key of a catalog", "string", type_syntax(type),
                                        decl.key.span});
    } else if (is_key) {
      catalog.key = type;
    }
    fields.push_back({std::string(field->key.text), type, field->type->optional && !is_key});
  }
  const bool open = fields.empty();
  if (!seen.contains(decl.key.text)) fields.push_back({std::string(decl.key.text), catalog.key, false});
  catalog.row = context_.types().record_of(std::move(fields), open);
  program_.catalogs.push_back(catalog);
}

void SymbolCollector::collect_message(const MessageDecl& decl) {
  const auto row = static_cast<uint32_t>(program_.messages.size());
  if (!declare(context_.names.messages, decl, "message", row)) return;
  MessageInfo message;
  message.name = std::string(decl.name.text);
  message.decl = &decl;
  if (auto channel = context_.names.channels.find(decl.channel.text);
      channel != context_.names.channels.end()) {
    message.channel = channel->second;
  }
  TypeReader reader(context_);
  std::unordered_map<std::string_view, Span> seen;
  for (const MessageItem* item : decl.items) {
    for (const Field* field : item->fields) {
      if (!seen.emplace(field->key.text, field->key.span).second) {
        context_.sink.report(
            DuplicateProperty{field->key.span, seen[field->key.text], std::string(field->key.text)});
        continue;
      }
      message.scope.with.push_back({field->key.text, reader.read(*field->type), field->type->optional});
    }
  }
  program_.messages.push_back(std::move(message));
}

void SymbolCollector::collect_journey(const JourneyDecl& decl) {
  const auto row = static_cast<uint32_t>(program_.journeys.size());
  if (!declare(context_.names.journeys, decl, "journey", row)) return;
  JourneyInfo journey;
  journey.decl = &decl;
  program_.journeys.push_back(std::move(journey));
}

void SymbolCollector::collect_policy(const PolicyDecl& decl) {
  const auto row = static_cast<uint32_t>(program_.policies.size());
  if (!declare(context_.names.policies, decl, "policy", row)) return;
  PolicyInfo policy;
  policy.decl = &decl;
  program_.policies.push_back(std::move(policy));
}

// Its address is resolved when all attributes are known.
void SymbolCollector::collect_channel(const ChannelDecl& decl) {
  if (!declare(context_.names.own_channels, decl, "channel", &decl)) return;
  const auto row = static_cast<uint32_t>(program_.channels.size());
  const auto [found, is_new] = context_.names.channels.emplace(decl.name.text, row);
  if (is_new) program_.channels.push_back({std::string(decl.name.text), kNone, true});
  ChannelInfo& channel = program_.channels[found->second];
  channel.decl = &decl;
  if (decl.consent != nullptr) channel.consent = std::string(decl.consent->value.text);
  if (decl.has_cost) channel.cost = decl.cost;
}

void SymbolCollector::collect_settings(const SettingsDecl& decl) {
  for (const Setting& setting : decl.settings) collect_setting(setting);
}

void SymbolCollector::collect_setting(const Setting& setting) {
  static constexpr std::array<std::string_view, 6> kWords = {"zone",     "late",     "machine_opens",
                                                             "catch_up", "language", "lint"};
  const std::string_view word = kWords[static_cast<size_t>(setting.kind)];
  const std::string lint =
      setting.kind == SettingKind::kLint ? std::string(setting.word.text) : std::string();
  auto [first, is_new] = settings_.emplace(std::pair(setting.kind, lint), setting.span);
  if (!is_new) {
    context_.sink.report(
        DuplicateSetting{setting.span, first->second, std::string(word) + (lint.empty() ? "" : " " + lint)});
    return;
  }
  SettingsInfo& settings = program_.settings;
  switch (setting.kind) {
    case SettingKind::kZone: {
      const std::string zone(setting.zone->value.text);
      if (find_zone(zone) == nullptr) context_.sink.report(UnknownZone{setting.zone->span, zone, {}});
      settings.zone = zone;
      return;
    }
    case SettingKind::kLate:
      settings.late_ms = setting.duration_ms;
      return;
    case SettingKind::kCatchUp:
      settings.catch_up_ms = setting.duration_ms;
      context_.not_yet(setting.span, "`catch_up`");
      return;
    case SettingKind::kMachineOpens:
      if (setting.word.text != "count" && setting.word.text != "ignore") {
        context_.sink.report(BadSetting{setting.word.span, "machine_opens", "neither `count` nor `ignore`",
                                        "`machine_opens ignore` is the default"});
      }
      settings.machine_opens_count = setting.word.text == "count";
      return;
    case SettingKind::kLanguage:
      if (setting.number != 1) {
        context_.sink.report(BadSetting{setting.span, "language", "this version of Wend knows language 1",
                                        "write `language 1`"});
      }
      return;
    case SettingKind::kLint:
      return;  // the last pass reads these
  }
}

void SymbolCollector::sort_rows() {
  std::sort(program_.journeys.begin(), program_.journeys.end(),
            [](const JourneyInfo& a, const JourneyInfo& b) { return a.decl->name.text < b.decl->name.text; });
  const auto by_name = [](const auto& a, const auto& b) { return a.decl->name.text < b.decl->name.text; };
  const auto number = [](const auto& rows, auto& map) {
    for (uint32_t i = 0; i < rows.size(); ++i) map[rows[i].decl->name.text] = i;
  };
  std::sort(program_.segments.begin(), program_.segments.end(), by_name);
  std::sort(program_.scores.begin(), program_.scores.end(), by_name);
  std::sort(program_.catalogs.begin(), program_.catalogs.end(), by_name);
  number(program_.segments, context_.names.segment_rows);
  number(program_.scores, context_.names.score_rows);
  number(program_.catalogs, context_.names.catalog_rows);
  std::sort(program_.messages.begin(), program_.messages.end(),
            [](const MessageInfo& a, const MessageInfo& b) { return a.name < b.name; });
  for (uint32_t i = 0; i < program_.journeys.size(); ++i) {
    context_.names.journeys[program_.journeys[i].decl->name.text] = i;
  }
  std::sort(program_.policies.begin(), program_.policies.end(),
            [](const PolicyInfo& a, const PolicyInfo& b) { return a.decl->name.text < b.decl->name.text; });
  for (uint32_t i = 0; i < program_.policies.size(); ++i) {
    context_.names.policies[program_.policies[i].decl->name.text] = i;
  }
  for (uint32_t i = 0; i < program_.messages.size(); ++i) {
    context_.names.messages[program_.messages[i].decl->name.text] = i;
    program_.messages[i].scope.message = i;
  }
}

}  // namespace

void collect_symbols(Context& context) { SymbolCollector(context).run(); }

}  // namespace wend

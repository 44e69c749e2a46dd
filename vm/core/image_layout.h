#ifndef WEND_VM_CORE_IMAGE_LAYOUT_H_
#define WEND_VM_CORE_IMAGE_LAYOUT_H_

// The order of the fields of every row in an image, written once for the writer and the reader
// (docs/formats/image.md). DO NOT CHANGE what a released version wrote: a new version gets functions of its
// own.
//
// An archive offers, each on a reference to the field:
//   text(string)  number(unsigned)  signed_number(int32, Millis)  flag(bool)  real(double)  id(StrongId)
//   index(uint32 that may be kNone)  choice(enum, highest value)  rows(vector, function of one row)

#include "vm/core/program.h"

namespace wend::image_layout {

constexpr char kMagic[] = {'W', 'E', 'N', 'D'};
constexpr size_t kHeaderBytes = 16;  // magic, version, flags, body size, checksum

// DO NOT CHANGE THESE VALUES.
enum class Section : uint8_t {
  kSettings = 1,
  kStrings = 2,
  kConstants = 3,
  kProperties = 4,
  kRegexes = 5,
  kTypes = 6,
  kEvents = 7,
  kAttributes = 8,
  kChannels = 9,
  kMessages = 10,
  kRoutines = 11,
  kSteps = 12,
  kSends = 13,
  kWaits = 14,
  kQueries = 15,
  kJourneys = 16,
  kCode = 17,
  kPolicies = 18,
  kHistories = 33,
  kHistoryQueries = 34,
  kSegments = 35,
  kScores = 36,
  kCatalogs = 37,
};

template <typename Archive>
void visit(Archive& a, SettingsRow& r) {
  a.id(r.zone);
  a.signed_number(r.late_ms);
  a.signed_number(r.catch_up_ms);
  a.flag(r.machine_opens_count);
  a.flag(r.open_events);
  a.number(r.language);
}

template <typename Archive>
void visit(Archive& a, TypeField& r) {
  a.id(r.name);
  a.id(r.type);
  a.flag(r.optional);
}

template <typename Archive>
void visit(Archive& a, TypeRow& r) {
  a.choice(r.tag, TypeTag::kAny);
  a.id(r.element);
  a.rows(r.fields, [](Archive& b, TypeField& field) { visit(b, field); });
  a.flag(r.open_record);
  a.rows(r.values, [](Archive& b, StringIx& value) { b.id(value); });
}

template <typename Archive>
void visit(Archive& a, PropertyRow& r) {
  a.id(r.name);
  a.number(r.number);
  a.id(r.type);
  a.flag(r.optional);
}

template <typename Archive>
void visit(Archive& a, EventRow& r) {
  a.id(r.name);
  a.id(r.wire_name);
  a.flag(r.open);
  a.flag(r.is_engagement);
  a.choice(r.word, EngagementWord::kSent);
  a.rows(r.properties, [](Archive& b, PropertyRow& property) { visit(b, property); });
}

template <typename Archive>
void visit(Archive& a, AttributeRow& r) {
  a.id(r.name);
  a.id(r.type);
  a.flag(r.optional);
  a.index(r.default_const);
}

template <typename Archive>
void visit(Archive& a, ChannelRow& r) {
  a.id(r.name);
  a.id(r.address);
  a.id(r.consent);
  a.real(r.cost);
  a.flag(r.reaches_person);
}

template <typename Archive>
void visit(Archive& a, MessageRow& r) {
  a.id(r.name);
  a.id(r.channel);
  a.flag(r.inline_text);
  a.choice(r.category, CategoryKind::kNamed);
  a.id(r.category_name);
  a.id(r.topic);
  a.id(r.offer);
  a.id(r.subject);
  a.id(r.preheader);
  a.id(r.body);
  a.id(r.html);
  a.id(r.text);
  a.id(r.from);
  a.id(r.reply_to);
  a.id(r.to);
}

template <typename Archive>
void visit(Archive& a, RoutineRow& r) {
  a.number(r.entry);
  a.number(r.registers);
  a.choice(r.kind, RoutineKind::kTemplate);
  a.id(r.name);
}

template <typename Archive>
void visit(Archive& a, StepRow& r) {
  a.id(r.journey);
  a.choice(r.kind, StepRowKind::kWaitCondition);
  a.id(r.label);
  a.id(r.file);
  a.number(r.line);
  a.number(r.column);
  a.id(r.text);
}

template <typename Archive>
void visit(Archive& a, SendRow& r) {
  a.id(r.step);
  a.id(r.message);
  a.id(r.with);
  a.id(r.while_condition);
  a.signed_number(r.expires_after_ms);
  a.signed_number(r.best_hour_within_ms);
  a.number(r.others);
  a.number(r.place);
  a.id(r.by);
}

template <typename Archive>
void visit(Archive& a, QueryRow& r) {
  a.choice(r.word, EngagementWord::kSent);
  a.choice(r.scope, QueryScope::kSend);
  a.index(r.target);
  a.id(r.link);
}

template <typename Archive>
void visit(Archive& a, WaitArm& r) {
  a.id(r.event);
  a.id(r.where);
  a.id(r.query);
  a.number(r.slot);
  a.number(r.target_pc);
}

template <typename Archive>
void visit(Archive& a, WaitRow& r) {
  a.id(r.step);
  a.number(r.due_pc);
  a.number(r.past_pc);
  a.id(r.moment);
  a.number(r.passes);
  a.number(r.repeat);
  a.signed_number(r.quiet_ms);
  a.signed_number(r.limit_ms);
  a.rows(r.arms, [](Archive& b, WaitArm& arm) { visit(b, arm); });
  a.id(r.condition);
  a.id(r.possible);
  a.number(r.holds_pc);
}

template <typename Archive>
void visit(Archive& a, TriggerRow& r) {
  a.id(r.event);
  a.id(r.where);
  a.id(r.text);
}

template <typename Archive>
void visit(Archive& a, UntilRow& r) {
  a.id(r.event);
  a.id(r.where);
  a.id(r.query);
  a.index(r.act_pc);
  a.id(r.cause);
}

template <typename Archive>
void visit(Archive& a, GoalRow& r) {
  a.id(r.event);
  a.id(r.where);
  a.id(r.value);
  a.signed_number(r.within_ms);
}

template <typename Archive>
void visit(Archive& a, JourneyRow& r) {
  a.id(r.name);
  a.id(r.docs);
  a.number(r.entry_pc);
  a.number(r.registers);
  a.number(r.slots);
  a.rows(r.triggers, [](Archive& b, TriggerRow& trigger) { visit(b, trigger); });
  a.id(r.for_condition);
  a.choice(r.enter, EnterMode::kRestart);
  a.signed_number(r.enter_per_ms);
  a.id(r.each);
  a.rows(r.untils, [](Archive& b, UntilRow& until) { visit(b, until); });
  a.rows(r.goals, [](Archive& b, GoalRow& goal) { visit(b, goal); });
  a.signed_number(r.lasts_ms);
  a.index(r.lasts_act_pc);
  a.signed_number(r.priority);
  a.id(r.group);
  a.id(r.policy);
  a.choice(r.zone, ZoneKind::kFixed);
  a.id(r.zone_name);
  a.rows(r.kept_properties, [](Archive& b, uint16_t& property) { b.number(property); });
}

template <typename Archive>
void visit(Archive& a, GuardRow& r) {
  a.choice(r.kind, GuardKind::kThrottle);
  a.rows(r.channels, [](Archive& b, ChannelIx& channel) { b.id(channel); });
  a.id(r.text);
  a.choice(r.consent, ConsentMode::kNotAsked);
  a.choice(r.scope, CapScope::kOffer);
  a.id(r.category);
  a.number(r.count);
  a.id(r.limit);
  a.id(r.condition);
  a.signed_number(r.window_ms);
  a.number(r.from_ms);
  a.number(r.to_ms);
  a.number(r.weekday_mask);
  a.flag(r.drop);
}

template <typename Archive>
void visit(Archive& a, PolicyRow& r) {
  a.id(r.name);
  a.rows(r.guards, [](Archive& b, GuardRow& guard) { visit(b, guard); });
}

template <typename Archive>
void visit(Archive& a, HistoryRow& r) {
  const auto property = [](Archive& b, uint16_t& number) { b.number(number); };
  a.id(r.key);
  a.id(r.event);
  a.id(r.filter);
  a.rows(r.totals, property);
  a.signed_number(r.retention_ms);
  a.number(r.keeps_last);
  a.flag(r.keeps_first);
  a.rows(r.kept, property);
}

template <typename Archive>
void visit(Archive& a, HistoryQueryRow& r) {
  a.id(r.history);
  a.choice(r.aggregate, HistoryAggregate::kSilent);
  a.id(r.filter);
  a.rows(r.properties, [](Archive& b, uint16_t& number) { b.number(number); });
  a.number(r.at_most);
  a.id(r.text);
}

template <typename Archive>
void visit(Archive& a, SegmentRow& r) {
  a.id(r.name);
  a.id(r.condition);
}

template <typename Archive>
void visit(Archive& a, ScoreRule& r) {
  a.id(r.event);
  a.id(r.where);
  a.real(r.points);
}

template <typename Archive>
void visit(Archive& a, ScoreRow& r) {
  a.id(r.name);
  a.rows(r.rules, [](Archive& b, ScoreRule& rule) { visit(b, rule); });
  a.real(r.decay_percent);
  a.signed_number(r.decay_every_ms);
  a.real(r.low);
  a.real(r.high);
}

template <typename Archive>
void visit(Archive& a, CatalogEntry& r) {
  a.text(r.key);
  a.text(r.row);
}

template <typename Archive>
void visit(Archive& a, CatalogRow& r) {
  a.id(r.name);
  a.rows(r.entries, [](Archive& b, CatalogEntry& entry) { visit(b, entry); });
}

// All sections of a body in their order. `section(kind, content)` frames one.
template <typename Archive>
void visit_body(Archive& a, Program& p) {
  const auto text = [](Archive& b, std::string& s) { b.text(s); };
  const auto row = [](Archive& b, auto& r) { visit(b, r); };
  a.section(Section::kSettings, [&] {
    a.text(p.compiler_version);
    visit(a, p.settings);
  });
  a.section(Section::kStrings, [&] { a.rows(p.strings, text); });
  a.section(Section::kConstants,
            [&] { a.rows(p.constants, [](Archive& b, Constant& c) { b.constant(c); }); });
  a.section(Section::kProperties, [&] { a.rows(p.properties, text); });
  a.section(Section::kRegexes, [&] { a.rows(p.regexes, text); });
  a.section(Section::kTypes, [&] { a.rows(p.types, row); });
  a.section(Section::kEvents, [&] { a.rows(p.events, row); });
  a.section(Section::kAttributes, [&] { a.rows(p.attributes, row); });
  a.section(Section::kChannels, [&] { a.rows(p.channels, row); });
  a.section(Section::kMessages, [&] { a.rows(p.messages, row); });
  a.section(Section::kRoutines, [&] { a.rows(p.routines, row); });
  a.section(Section::kSteps, [&] { a.rows(p.steps, row); });
  a.section(Section::kSends, [&] { a.rows(p.sends, row); });
  a.section(Section::kWaits, [&] { a.rows(p.waits, row); });
  a.section(Section::kQueries, [&] { a.rows(p.queries, row); });
  a.section(Section::kJourneys, [&] { a.rows(p.journeys, row); });
  a.section(Section::kHistories, [&] { a.rows(p.histories, row); });
  a.section(Section::kHistoryQueries, [&] { a.rows(p.history_queries, row); });
  a.section(Section::kSegments, [&] { a.rows(p.segments, row); });
  a.section(Section::kScores, [&] { a.rows(p.scores, row); });
  a.section(Section::kCatalogs, [&] { a.rows(p.catalogs, row); });
  a.section(Section::kCode, [&] { a.code(p.code); });
  a.section(Section::kPolicies, [&] { a.rows(p.policies, row); });
}

}  // namespace wend::image_layout

#endif  // WEND_VM_CORE_IMAGE_LAYOUT_H_

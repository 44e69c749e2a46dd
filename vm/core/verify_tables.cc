#include "vm/core/verify_tables.h"

#include <algorithm>
#include <string>
#include <vector>

namespace wend {
namespace {

// Events times properties: the table of slots that loading makes has that many entries.
constexpr size_t kMaxSlotTable = size_t{1} << 24;
constexpr size_t kMaxEventProperties = 32767;
// How deep types may nest; reading JSON follows them.
constexpr int kMaxTypeDepth = 64;

// Remembers the first thing that is wrong. Checks after it do nothing.
class TableVerifier {
 public:
  explicit TableVerifier(const Program& program) : p_(program) {}

  Status run() {
    sizes();
    settings();
    constants();
    types();
    events();
    attributes();
    channels_and_messages();
    routines();
    steps_and_sends();
    queries();
    waits();
    policies();
    journeys();
    histories();
    segments_and_scores();
    catalogs();
    if (error_.empty()) return {};
    return Error{ErrorKind::kCorrupt, "image: " + error_};
  }

 private:
  void at(const char* table, size_t row) {
    table_ = table;
    row_ = row;
  }
  void check(bool holds, const char* what) {
    if (holds || !error_.empty()) return;
    error_ = std::string(table_) + " " + std::to_string(row_) + ": " + what;
  }
  template <typename Id>
  void id(Id ix, size_t size, const char* what) {
    check(ix.index() < size, what);
  }
  template <typename Id>
  void optional_id(Id ix, size_t size, const char* what) {
    check(is_none(ix) || ix.index() < size, what);
  }
  void text(StringIx ix) { id(ix, p_.strings.size(), "a name is out of range"); }
  void optional_text(StringIx ix) { optional_id(ix, p_.strings.size(), "a text is out of range"); }
  void routine(RoutineIx ix, RoutineKind kind) {
    optional_id(ix, p_.routines.size(), "a routine is out of range");
    if (error_.empty() && !is_none(ix)) {
      check(p_.routines[ix.index()].kind == kind, "a routine is of the wrong kind");
    }
  }
  void value_routine(RoutineIx ix) { routine(ix, RoutineKind::kValue); }

  void sizes() {
    at("table", 0);
    const size_t tables[] = {p_.constants.size(), p_.attributes.size(), p_.properties.size(),
                             p_.steps.size(),     p_.sends.size(),      p_.waits.size(),
                             p_.queries.size(),   p_.regexes.size(),    p_.history_queries.size(),
                             p_.segments.size(),  p_.scores.size(),     p_.catalogs.size()};
    for (const size_t rows : tables) {
      check(rows <= kMaxTableRows, "it has more rows than an instruction can name");
      ++row_;
    }
    check(p_.code.size() <= kMaxInstructions, "there are too many instructions");
    check(p_.events.size() < kNone && p_.strings.size() < kNone, "there are too many rows");
    check(p_.properties.empty() || p_.events.size() <= kMaxSlotTable / p_.properties.size(),
          "there are too many events and properties");
  }

  void settings() {
    at("settings", 0);
    optional_text(p_.settings.zone);
    check(p_.settings.late_ms >= 0 && p_.settings.catch_up_ms >= 0, "a length is negative");
    check(p_.settings.language == 1, "the language version is unknown");
  }

  void constants() {
    for (size_t i = 0; i < p_.constants.size() && error_.empty(); ++i) {
      at("constant", i);
      const Constant& c = p_.constants[i];
      check(static_cast<uint8_t>(c.tag) <= kMaxTag, "its tag is unknown");
      if (c.tag == Tag::kNumber || c.tag == Tag::kPercent) {
        check(!Value::of_number(c.d).missing(), "its number is not finite");
      }
      if (c.tag == Tag::kBool) check(c.i == 0 || c.i == 1, "it is neither true nor false");
      if (c.tag == Tag::kList || c.tag == Tag::kRecord) {
        check(c.bytes.size() <= UINT32_MAX && value_well_formed(Value::of_view(c.tag, c.bytes)),
              "its encoding is malformed");
      }
    }
  }

  static bool type_tag_exists(TypeTag tag) {
    const auto number = static_cast<uint8_t>(tag);
    return (number >= 1 && number <= kMaxTag) || tag == TypeTag::kEnum || tag == TypeTag::kAny;
  }

  void types() {
    for (size_t i = 0; i < p_.types.size() && error_.empty(); ++i) {
      at("type", i);
      const TypeRow& row = p_.types[i];
      check(type_tag_exists(row.tag), "its tag is unknown");
      check(row.tag != TypeTag::kList || !is_none(row.element), "a list has no element type");
      optional_id(row.element, p_.types.size(), "an element type is out of range");
      for (const TypeField& field : row.fields) {
        text(field.name);
        id(field.type, p_.types.size(), "a field's type is out of range");
      }
      for (const StringIx value : row.values) text(value);
    }
    if (!error_.empty()) return;
    depths_.assign(p_.types.size(), kUnknownDepth);
    for (size_t i = 0; i < p_.types.size() && error_.empty(); ++i) {
      at("type", i);
      check(type_depth(i, 0) <= kMaxTypeDepth, "it holds itself or nests too deeply");
    }
  }

  // Levels below the type, itself included; more than kMaxTypeDepth for a cycle.
  int type_depth(size_t type, int above) {
    if (above > kMaxTypeDepth) return kMaxTypeDepth + 1;
    if (depths_[type] != kUnknownDepth) return depths_[type];
    const TypeRow& row = p_.types[type];
    int below = is_none(row.element) ? 0 : type_depth(row.element.index(), above + 1);
    for (const TypeField& field : row.fields) {
      if (below > kMaxTypeDepth) break;
      below = std::max(below, type_depth(field.type.index(), above + 1));
    }
    // A result cut off by the limit is not remembered as if it were the type's own; the caller fails anyway.
    if (below <= kMaxTypeDepth) depths_[type] = below + 1;
    return below + 1;
  }

  void events() {
    at("event", 0);
    check(p_.events.size() >= kEngagementWords, "the engagement events are not there");
    for (size_t i = 0; i < p_.events.size() && error_.empty(); ++i) {
      at("event", i);
      const EventRow& row = p_.events[i];
      text(row.name);
      text(row.wire_name);
      const bool first_ones = i < kEngagementWords;
      check(row.is_engagement == first_ones, "engagement events come first, and only they");
      if (first_ones) check(static_cast<size_t>(row.word) == i, "engagement events are out of order");
      check(row.properties.size() <= kMaxEventProperties, "it has too many properties");
      int previous = -1;
      for (const PropertyRow& property : row.properties) {
        text(property.name);
        id(property.type, p_.types.size(), "a property's type is out of range");
        check(property.number < p_.properties.size(), "a property's number is out of range");
        check(property.number > previous, "properties are out of order");
        previous = property.number;
      }
    }
  }

  void attributes() {
    at("attribute", 0);
    check(p_.attributes.size() >= kBuiltinAttrs, "the built-in attributes are not there");
    for (size_t i = 0; i < p_.attributes.size() && error_.empty(); ++i) {
      at("attribute", i);
      const AttributeRow& row = p_.attributes[i];
      text(row.name);
      id(row.type, p_.types.size(), "its type is out of range");
      check(row.default_const == kNone || row.default_const < p_.constants.size(),
            "its default is out of range");
    }
  }

  void channels_and_messages() {
    for (size_t i = 0; i < p_.channels.size() && error_.empty(); ++i) {
      at("channel", i);
      const ChannelRow& row = p_.channels[i];
      text(row.name);
      optional_id(row.address, p_.attributes.size(), "its address is out of range");
      optional_text(row.consent);
    }
    for (size_t i = 0; i < p_.messages.size() && error_.empty(); ++i) {
      at("message", i);
      const MessageRow& row = p_.messages[i];
      text(row.name);
      id(row.channel, p_.channels.size(), "its channel is out of range");
      optional_text(row.category_name);
      check(row.category != CategoryKind::kNamed || !is_none(row.category_name), "its category has no name");
      optional_text(row.topic);
      optional_text(row.offer);
      for (const RoutineIx part :
           {row.subject, row.preheader, row.body, row.html, row.text, row.from, row.reply_to, row.to}) {
        routine(part, RoutineKind::kTemplate);
      }
    }
  }

  void routines() {
    for (size_t i = 0; i < p_.routines.size() && error_.empty(); ++i) {
      at("routine", i);
      const RoutineRow& row = p_.routines[i];
      text(row.name);
      check(row.entry < p_.code.size(), "its entry is out of range");
      check(row.registers <= kMaxRegisters, "it has too many registers");
    }
  }

  // The rows of a `send first` stand one behind the other, of one step.
  void send_first(const SendRow& row, size_t i) {
    const size_t count = p_.sends.size();
    check(row.place <= i && row.others < count - i, "what it chooses from is out of range");
    check(row.place == 0 || row.others == 0, "it both chooses and is chosen from");
    if (!error_.empty()) return;
    const SendRow& first = p_.sends[i - row.place];
    check(first.place == 0 && first.others >= row.place, "nothing chooses from it");
    check(first.step == row.step, "it belongs to another step than what chooses from it");
    for (size_t k = 1; k <= row.others; ++k)
      check(p_.sends[i + k].place == k, "its choices are out of order");
  }

  void steps_and_sends() {
    for (size_t i = 0; i < p_.steps.size() && error_.empty(); ++i) {
      at("step", i);
      const StepRow& row = p_.steps[i];
      id(row.journey, p_.journeys.size(), "its journey is out of range");
      optional_text(row.label);
      text(row.file);
      text(row.text);
    }
    for (size_t i = 0; i < p_.sends.size() && error_.empty(); ++i) {
      at("send", i);
      const SendRow& row = p_.sends[i];
      id(row.step, p_.steps.size(), "its step is out of range");
      id(row.message, p_.messages.size(), "its message is out of range");
      value_routine(row.with);
      value_routine(row.while_condition);
      check(row.expires_after_ms >= 0, "it expires after a negative time");
      check(row.best_hour_within_ms >= 0, "its best hour lies within a negative time");
      value_routine(row.by);
      send_first(row, i);
    }
  }

  void queries() {
    for (size_t i = 0; i < p_.queries.size() && error_.empty(); ++i) {
      at("query", i);
      const QueryRow& row = p_.queries[i];
      if (row.scope == QueryScope::kMessage)
        check(row.target < p_.messages.size(), "its message is out of range");
      if (row.scope == QueryScope::kSend) check(row.target < p_.sends.size(), "its send is out of range");
      optional_text(row.link);
    }
  }

  void waits() {
    for (size_t i = 0; i < p_.waits.size() && error_.empty(); ++i) {
      at("wait", i);
      const WaitRow& row = p_.waits[i];
      id(row.step, p_.steps.size(), "its step is out of range");
      value_routine(row.moment);
      value_routine(row.condition);
      value_routine(row.possible);
      check(row.quiet_ms >= 0 && row.limit_ms >= 0, "a length is negative");
      if (!error_.empty()) return;
      const JourneyRow& journey = p_.journeys[p_.steps[row.step.index()].journey.index()];
      for (const WaitArm& arm : row.arms) {
        id(arm.event, p_.events.size(), "an arm's event is out of range");
        value_routine(arm.where);
        optional_id(arm.query, p_.queries.size(), "an arm's query is out of range");
        check(arm.slot == kNoSlot || arm.slot < journey.slots, "an arm's slot is out of range");
      }
    }
  }

  void guard(const GuardRow& row) {
    for (const ChannelIx channel : row.channels) {
      id(channel, p_.channels.size(), "a guard's channel is out of range");
    }
    text(row.text);
    optional_text(row.category);
    check(row.scope != CapScope::kCategory || !is_none(row.category), "a cap's category has no name");
    value_routine(row.limit);
    value_routine(row.condition);
    check(row.kind != GuardKind::kHibernate || !is_none(row.condition), "a hibernation has no condition");
    check(row.window_ms >= 0, "a guard's window is negative");
    check(row.kind != GuardKind::kThrottle || (row.count > 0 && row.window_ms > 0),
          "a throttle lets nothing through");
    check(row.from_ms < kMillisPerDay && row.to_ms < kMillisPerDay, "a time of day is out of range");
    check(row.weekday_mask < 128, "a weekday is unknown");
  }

  void policies() {
    for (size_t i = 0; i < p_.policies.size() && error_.empty(); ++i) {
      at("policy", i);
      const PolicyRow& row = p_.policies[i];
      text(row.name);
      GuardKind previous = GuardKind::kConsent;
      for (const GuardRow& one : row.guards) {
        check(one.kind >= previous, "guards are out of order");
        previous = one.kind;
        guard(one);
      }
    }
  }

  void journeys() {
    for (size_t i = 0; i < p_.journeys.size() && error_.empty(); ++i) {
      at("journey", i);
      const JourneyRow& row = p_.journeys[i];
      text(row.name);
      optional_text(row.docs);
      check(row.entry_pc < p_.code.size(), "its entry is out of range");
      check(row.registers <= kMaxRegisters, "it has too many registers");
      check(row.slots < kNoSlot, "it has too many slots");
      for (const TriggerRow& trigger : row.triggers) {
        id(trigger.event, p_.events.size(), "a trigger's event is out of range");
        value_routine(trigger.where);
        text(trigger.text);
      }
      optional_text(row.group);
      optional_id(row.policy, p_.policies.size(), "its policy is out of range");
      value_routine(row.for_condition);
      value_routine(row.each);
      for (const UntilRow& until : row.untils) {
        optional_id(until.event, p_.events.size(), "an until's event is out of range");
        value_routine(until.where);
        check(!is_none(until.event) || !is_none(until.where), "an until has neither event nor condition");
        optional_id(until.query, p_.queries.size(), "an until's query is out of range");
        text(until.cause);
      }
      check(row.goals.size() <= 1, "it has more than one goal");
      for (const GoalRow& goal : row.goals) {
        id(goal.event, p_.events.size(), "a goal's event is out of range");
        value_routine(goal.where);
        value_routine(goal.value);
        check(goal.within_ms >= 0, "a goal's time is negative");
      }
      check(row.lasts_ms >= 0 && row.enter_per_ms >= 0, "a length is negative");
      optional_text(row.zone_name);
      check(row.zone != ZoneKind::kFixed || !is_none(row.zone_name), "its fixed zone has no name");
      int previous = -1;
      for (const uint16_t property : row.kept_properties) {
        check(property < p_.properties.size(), "a kept property is out of range");
        check(property > previous, "kept properties are out of order");
        previous = property;
      }
    }
  }

  void property_numbers(const std::vector<uint16_t>& numbers) {
    int previous = -1;
    for (const uint16_t property : numbers) {
      check(property < p_.properties.size(), "a kept property is out of range");
      check(property > previous, "kept properties are out of order");
      previous = property;
    }
  }

  void histories() {
    for (size_t i = 0; i < p_.histories.size() && error_.empty(); ++i) {
      at("history", i);
      const HistoryRow& row = p_.histories[i];
      text(row.key);
      id(row.event, p_.events.size(), "its event is out of range");
      value_routine(row.filter);
      property_numbers(row.totals);
      property_numbers(row.kept);
      check(row.retention_ms >= 0, "it is kept for a negative time");
    }
    for (size_t i = 0; i < p_.history_queries.size() && error_.empty(); ++i) {
      at("history query", i);
      const HistoryQueryRow& row = p_.history_queries[i];
      id(row.history, p_.histories.size(), "its history is out of range");
      value_routine(row.filter);
      property_numbers(row.properties);
      const bool of_property =
          row.aggregate >= HistoryAggregate::kSum && row.aggregate <= HistoryAggregate::kDistinct;
      check(!of_property || row.properties.size() == 1, "it needs one property");
      text(row.text);
    }
  }

  void segments_and_scores() {
    for (size_t i = 0; i < p_.segments.size() && error_.empty(); ++i) {
      at("segment", i);
      text(p_.segments[i].name);
      check(!is_none(p_.segments[i].condition), "it has no condition");
      value_routine(p_.segments[i].condition);
    }
    for (size_t i = 0; i < p_.scores.size() && error_.empty(); ++i) {
      at("score", i);
      const ScoreRow& row = p_.scores[i];
      text(row.name);
      for (const ScoreRule& rule : row.rules) {
        id(rule.event, p_.events.size(), "an event is out of range");
        value_routine(rule.where);
      }
      check(row.low <= row.high, "its bounds are the wrong way round");
      check(row.decay_percent >= 0 && row.decay_percent <= 100, "its decay is no share");
      check(row.decay_every_ms >= 0, "it decays at a negative length");
    }
  }

  void catalogs() {
    for (size_t i = 0; i < p_.catalogs.size() && error_.empty(); ++i) {
      at("catalog", i);
      text(p_.catalogs[i].name);
      const std::string* previous = nullptr;
      for (const CatalogEntry& entry : p_.catalogs[i].entries) {
        ByteReader reader(entry.row);
        const Value row = decode_value(reader);
        check(reader.ok() && reader.at_end() && row.tag == Tag::kRecord && value_well_formed(row),
              "a row is no record");
        check(previous == nullptr || *previous < entry.key, "keys are out of order");
        previous = &entry.key;
      }
    }
  }

  static constexpr int kUnknownDepth = -1;

  const Program& p_;
  const char* table_ = "";
  size_t row_ = 0;
  std::string error_;
  std::vector<int> depths_;
};

}  // namespace

Status verify_tables(const Program& program) { return TableVerifier(program).run(); }

}  // namespace wend

#ifndef WEND_VM_CORE_PROGRAM_H_
#define WEND_VM_CORE_PROGRAM_H_

// What an image holds, as plain data: the compiler fills a Program, image_format writes and reads it, the
// verifier proves it sound, the interpreter and the engine run it. Rows refer to each other by index.
//
// Everything an image says about the user's source (names, lines) serves people: traces, disassembly,
// reports.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/clock.h"
#include "vm/base/strong_id.h"
#include "vm/core/isa.h"
#include "vm/core/value.h"

namespace wend {

using StringIx = StrongId<struct StringIxTag>;
using TypeIx = StrongId<struct TypeIxTag>;
using RoutineIx = StrongId<struct RoutineIxTag>;
using EventIx = StrongId<struct EventIxTag>;
using AttrIx = StrongId<struct AttrIxTag>;
using ChannelIx = StrongId<struct ChannelIxTag>;
using MessageIx = StrongId<struct MessageIxTag>;
using JourneyIx = StrongId<struct JourneyIxTag>;
using StepIx = StrongId<struct StepIxTag>;
using SendIx = StrongId<struct SendIxTag>;
using WaitIx = StrongId<struct WaitIxTag>;
using QueryIx = StrongId<struct QueryIxTag>;
using PolicyIx = StrongId<struct PolicyIxTag>;
using HistoryIx = StrongId<struct HistoryIxTag>;
using HistoryQueryIx = StrongId<struct HistoryQueryIxTag>;
using SegmentIx = StrongId<struct SegmentIxTag>;
using ScoreIx = StrongId<struct ScoreIxTag>;
using CatalogIx = StrongId<struct CatalogIxTag>;

// "None" for every index type: RoutineIx{kNone} means there is no such routine.
constexpr uint32_t kNone = 0xFFFFFFFF;
template <typename Id>
constexpr bool is_none(Id id) {
  return id.number == kNone;
}
template <typename Id>
constexpr Id none_of() {
  return Id{kNone};
}

// DO NOT CHANGE THE VALUES of the enums below: they are stored in images and records.

enum class TypeTag : uint8_t {  // those of Tag, and:
  kBool = 1,
  kInt = 2,
  kNumber = 3,
  kString = 4,
  kDuration = 5,
  kCalendar = 6,
  kTime = 7,
  kDate = 8,
  kClock = 9,
  kPercent = 10,
  kList = 11,
  kRecord = 12,
  kEnum = 20,
  kAny = 255,
};

struct TypeField {
  StringIx name;
  TypeIx type;
  bool optional = false;
};
// Shape of a property or attribute, for reading JSON.
struct TypeRow {
  TypeTag tag = TypeTag::kAny;
  TypeIx element = none_of<TypeIx>();  // kList
  std::vector<TypeField> fields;       // kRecord; empty with `open_record` for any fields
  bool open_record = false;
  std::vector<StringIx> values;  // kEnum
};

enum class EngagementWord : uint8_t {
  kOpened = 0,
  kClicked = 1,
  kDelivered = 2,
  kBounced = 3,
  kFailed = 4,
  kReplied = 5,
  kComplained = 6,
  kSuppressed = 7,
  kSent = 8,
};
constexpr size_t kEngagementWords = 9;
// "opened", "clicked", ...
std::string_view engagement_word_name(EngagementWord word);

struct PropertyRow {
  StringIx name;
  uint16_t number =
      0;  // the image's number of this property name, the same in all events; index into `properties`
  TypeIx type;
  bool optional = false;  // `T?`: absence is no schema violation
};
struct EventRow {
  StringIx name;       // as the program calls it
  StringIx wire_name;  // as it arrives
  bool open = false;   // properties are `any` and may have any name
  bool is_engagement = false;
  EngagementWord word = EngagementWord::kOpened;  // where is_engagement
  // Declared properties, and of an open event those that the program reads; ascending by number.
  std::vector<PropertyRow> properties;
};

// The first attributes of every image, in this order. Types: string, time, string .. string, list<string> ...
enum class BuiltinAttr : uint8_t {
  kId = 0,
  kCreatedAt = 1,
  kEmail = 2,
  kPhone = 3,
  kPushToken = 4,
  kTimezone = 5,
  kLocale = 6,
  kTopics = 7,
  kTags = 8,
  kAudiences = 9,
  kConsent = 10,
  kRefused = 11,
};
constexpr size_t kBuiltinAttrs = 12;
struct AttributeRow {
  StringIx name;
  TypeIx type;
  bool optional = false;
  uint32_t default_const = kNone;  // constant, or kNone
};

struct ChannelRow {
  StringIx name;
  AttrIx address = none_of<AttrIx>();      // none: the channel needs no address (webhook, audience)
  StringIx consent = none_of<StringIx>();  // name under which consent is kept; by default the channel's
  double cost = 0;
  bool reaches_person = true;
};

enum class CategoryKind : uint8_t { kMarketing = 0, kTransactional = 1, kNamed = 2 };
struct MessageRow {
  StringIx name;  // of an inline message: its template text
  ChannelIx channel;
  bool inline_text = false;
  CategoryKind category = CategoryKind::kMarketing;
  StringIx category_name = none_of<StringIx>();
  StringIx topic = none_of<StringIx>();
  StringIx offer = none_of<StringIx>();
  // Template routines, none where the part is not given.
  RoutineIx subject = none_of<RoutineIx>(), preheader = none_of<RoutineIx>(), body = none_of<RoutineIx>(),
            html = none_of<RoutineIx>(), text = none_of<RoutineIx>(), from = none_of<RoutineIx>(),
            reply_to = none_of<RoutineIx>(), to = none_of<RoutineIx>();
};

// A routine is code of its own that computes one value (Return) or one text (EndText): conditions, keys,
// moments, templates. `entry` is an index into `code`; the code reaches to the next routine or journey.
enum class RoutineKind : uint8_t { kValue = 0, kTemplate = 1 };
struct RoutineRow {
  uint32_t entry = 0;
  uint8_t registers = 0;
  RoutineKind kind = RoutineKind::kValue;
  StringIx name;  // for people: "cart_recovery until order_completed"
};

enum class StepRowKind : uint8_t {
  kSend = 0,
  kWait = 1,
  kWaitFor = 2,
  kWaitMoment = 3,
  kWaitCalendar = 4,
  kIf = 5,
  kSet = 6,
  kNote = 7,
  kExit = 8,
  kMatch = 9,
  kCase = 10,  // an arm of a match that a run takes
  kRepeat = 20,
  kDo = 21,
  kTag = 22,
  kSubscribe = 23,
  kAudience = 24,
  kEmit = 25,
  kStart = 26,
  kCall = 27,
  kAddScore = 33,
  kWaitCondition = 40,
};
struct StepRow {
  JourneyIx journey;
  StepRowKind kind = StepRowKind::kNote;
  StringIx label = none_of<StringIx>();
  StringIx file;
  uint32_t line = 0;    // 1-based
  uint32_t column = 0;  // 1-based, in characters
  StringIx text;        // the step's source on one line, at most 80 characters
};

struct SendRow {
  StepIx step;
  MessageIx message;
  RoutineIx with = none_of<RoutineIx>();  // a record
  RoutineIx while_condition = none_of<RoutineIx>();
  Millis expires_after_ms = kNever;
  Millis best_hour_within_ms = 0;  // `at best hour within`; 0: at any hour
  // The messages of a `send first` are rows one behind the other; the instruction names the first, which says
  // how many follow it and by which text (the name of a channel) one of them is preferred. `place` says how
  // far behind the first a row stands.
  uint32_t others = 0;
  uint32_t place = 0;
  RoutineIx by = none_of<RoutineIx>();
};

// What an engagement word in a condition asks about.
enum class QueryScope : uint8_t {
  kLastSend = 0,  // the last send step the run reached
  kContact = 1,   // any message of the contact since the run began
  kMessage = 2,   // the latest send of message `target` in this run
  kSend = 3,      // the send row `target` of this run
};
struct QueryRow {
  EngagementWord word = EngagementWord::kOpened;
  QueryScope scope = QueryScope::kLastSend;
  uint32_t target = kNone;
  StringIx link = none_of<StringIx>();  // clicked .. on "link"
};

// What is remembered of a contact's events of one kind (vm/core/history.h): how many came, the first and the
// last, and what the expressions of the program need besides.
struct HistoryRow {
  StringIx key;  // event and filter in words; the store numbers rows by it, so that a changed project keeps them
  EventIx event;
  RoutineIx filter = none_of<RoutineIx>();  // asks nothing but the event; none: every one
  std::vector<uint16_t> totals;             // properties with a running sum, minimum and maximum; ascending
  // The times of single events, and the properties `kept` of each, are kept so long; 0: not, kNever: for ever.
  Millis retention_ms = 0;
  uint32_t keeps_last = 0;   // so many of the latest are kept, however old
  bool keeps_first = false;  // the `kept` properties of the first are kept
  std::vector<uint16_t> kept;  // ascending; the property named `id` is the event's own id
};

enum class HistoryAggregate : uint8_t {
  kCount = 0,     // how many
  kSum = 1,       // of the property; 0 for none
  kAvg = 2,       // missing for none, as the following two
  kMin = 3,
  kMax = 4,
  kDistinct = 5,  // how many different values of the property
  kLast = 6,      // the latest as a record of `at` and the properties; missing for none
  kFirst = 7,
  kLastList = 8,  // the latest so many, oldest first
  kSince = 9,     // time since the latest; missing for none
  kSilent = 10,   // a bool: none came for the time given, counted from the latest or the contact's creation
};
// What an expression asks of a HistoryRow. The instruction says whether within a window.
struct HistoryQueryRow {
  HistoryIx history;
  HistoryAggregate aggregate = HistoryAggregate::kCount;
  // Asks more than the event, so it is asked of each kept event when the value is wanted; none: all of them.
  RoutineIx filter = none_of<RoutineIx>();
  std::vector<uint16_t> properties;  // kSum to kDistinct: the one; kLast to kLastList: fields of the record
  uint32_t at_most = 0;              // kLastList
  StringIx text;                     // for people: "count(order_completed, 30d)"
};

struct SegmentRow {
  StringIx name;
  RoutineIx condition;  // asks the contact only, in the contact's own zone; missing counts as false
};

// Points for one event.
struct ScoreRule {
  EventIx event;
  RoutineIx where = none_of<RoutineIx>();
  double points = 0;
};
struct ScoreRow {
  StringIx name;
  std::vector<ScoreRule> rules;
  double decay_percent = 0;   // of the value goes
  Millis decay_every_ms = 0;  // at each step of this length since the first points; 0: never
  double low = 0;
  double high = 0;
};

struct CatalogEntry {
  std::string key;  // encoded value
  std::string row;  // encoded record
};
struct CatalogRow {
  StringIx name;
  std::vector<CatalogEntry> entries;  // ascending by key, byte by byte; each key once
};

constexpr uint8_t kNoSlot = 255;
// One event that a wait listens for.
struct WaitArm {
  EventIx event;
  RoutineIx where = none_of<RoutineIx>();
  QueryIx query = none_of<QueryIx>();  // engagement events: it must also be true of this
  uint8_t slot = kNoSlot;              // where to bind the event
  uint32_t target_pc = 0;
};
// How a wait begins, with due instant D from the instruction's register and logical time N:
//   an arm whose query is already true: goes on at that arm; an arm's query is missing (nothing handed over):
//   goes on at due_pc if no other arm could come; D missing or D < N: goes on at past_pc;  D == N: goes on at
//   due_pc;  else it waits until D, then due_pc.
// While it waits and `moment` is given, the moment is computed anew whenever an attribute changed.
// With a `condition` it goes on at holds_pc as soon as that is true: at once, at an event of the contact, when an
// attribute changes, or when time makes it so before D. Where `possible` is given and not true at the start, the
// condition can never become true (nothing was handed over): it goes on at due_pc at once.
// The wait between two passes of a `repeat` (`passes` > 0) goes on at past_pc at once where that loop has had so
// many passes; else due_pc is the head of the loop, and going there counts one pass more.
// With `quiet_ms` an arm's event does not end the wait: it waits so long again from then, at most `limit_ms` in
// all.
struct WaitRow {
  StepIx step;
  uint32_t due_pc = 0;
  uint32_t past_pc = 0;
  RoutineIx moment = none_of<RoutineIx>();
  uint32_t passes = 0;
  uint8_t repeat = 0;  // where `passes`: how many loops this one lies in
  Millis quiet_ms = 0;
  Millis limit_ms = kNever;
  std::vector<WaitArm> arms;
  RoutineIx condition = none_of<RoutineIx>();
  RoutineIx possible = none_of<RoutineIx>();
  uint32_t holds_pc = 0;  // where there is a condition
};

enum class GuardKind : uint8_t { kConsent = 0, kHibernate = 1, kCap = 2, kQuiet = 3, kThrottle = 12 };
enum class ConsentMode : uint8_t { kOptIn = 0, kOptOut = 1, kNotAsked = 2 };
enum class CapScope : uint8_t { kChannels = 0, kCategory = 1, kOffer = 2 };
// One guard of a policy (language, section 6). Which fields have a meaning depends on the kind.
struct GuardRow {
  GuardKind kind = GuardKind::kConsent;
  std::vector<ChannelIx> channels;  // empty: every channel that reaches a person
  StringIx text;                    // for people: "cap 3 per 7d"
  ConsentMode consent = ConsentMode::kOptOut;
  CapScope scope = CapScope::kChannels;
  StringIx category = none_of<StringIx>();  // kCap, kCategory: counts what has this category
  // kCap: how many fit into the window, where `limit` gives no other number. kHibernate: how many sends fell
  // into the silence before it counts; 0: it counts at once. kThrottle: how many go to providers in the
  // window.
  uint32_t count = 0;
  RoutineIx limit = none_of<RoutineIx>();  // kCap: an int; missing lets nothing through
  RoutineIx condition = none_of<RoutineIx>();  // kHibernate: `when`; kCap: whom it is for, none: everyone
  Millis window_ms = 0;  // kCap, kThrottle; kHibernate with a count: how far back sends are counted
  uint32_t from_ms = 0, to_ms = 0;         // kQuiet: times of day; from >= to: over midnight
  uint8_t weekday_mask = 0;                // kQuiet: bit 0 Monday .. 6 Sunday on which it begins; 0: every day
  bool drop = false;                       // kQuiet: suppressed instead of held
};
struct PolicyRow {
  StringIx name;
  std::vector<GuardRow> guards;  // in the order in which they are asked: ascending by kind
};

enum class EnterMode : uint8_t { kAgain = 0, kOnce = 1, kOncePer = 2, kRestart = 3 };
struct TriggerRow {
  EventIx event;
  RoutineIx where = none_of<RoutineIx>();
  StringIx text;  // for people: "on cart_abandoned where event.total >= 30"
};
struct UntilRow {
  EventIx event = none_of<EventIx>();       // none: ends the run as soon as `where` is true
  RoutineIx where = none_of<RoutineIx>();
  QueryIx query = none_of<QueryIx>();
  uint32_t act_pc = kNone;  // last act in the journey's body
  StringIx cause;           // for people, and what `ended because` says: the event's name, or the condition
};
struct GoalRow {
  EventIx event;
  RoutineIx where = none_of<RoutineIx>();
  RoutineIx value = none_of<RoutineIx>();
  Millis within_ms = 0;
};
enum class ZoneKind : uint8_t { kContactThenProject = 0, kFixed = 1 };
struct JourneyRow {
  StringIx name;
  StringIx docs = none_of<StringIx>();
  uint32_t entry_pc = 0;
  uint8_t registers = 0;  // of the body, last acts included
  uint8_t slots = 0;      // events bound with `as`
  std::vector<TriggerRow> triggers;
  RoutineIx for_condition = none_of<RoutineIx>();
  EnterMode enter = EnterMode::kAgain;
  Millis enter_per_ms = 0;
  RoutineIx each = none_of<RoutineIx>();
  std::vector<UntilRow> untils;
  std::vector<GoalRow> goals;  // at most one
  Millis lasts_ms = 0;         // the default is written out by the compiler
  uint32_t lasts_act_pc = kNone;
  int32_t priority = 0;
  StringIx group = none_of<StringIx>();   // a contact is in one journey of a group
  PolicyIx policy = none_of<PolicyIx>();  // none: the built-in one
  ZoneKind zone = ZoneKind::kContactThenProject;
  StringIx zone_name = none_of<StringIx>();
  // Properties of the trigger that are kept with a run (numbers, ascending): what its steps and conditions
  // read.
  std::vector<uint16_t> kept_properties;
};

struct Constant {
  Tag tag = Tag::kMissing;
  int64_t i = 0;
  double d = 0;
  std::string bytes;  // string text; encoded list or record
};
// As the VM works with it. Text, lists and records view the constant.
Value value_of(const Constant& constant);

struct SettingsRow {
  StringIx zone = none_of<StringIx>();  // project zone; none: the program uses no local time, UTC stands in
  Millis late_ms = 24 * kMillisPerHour;
  Millis catch_up_ms = 15 * kMillisPerMinute;
  bool machine_opens_count = false;
  bool open_events = false;  // the program declares no events: any event name may arrive
  uint32_t language = 1;
};

struct Program {
  std::string compiler_version;
  SettingsRow settings;
  std::vector<std::string> strings;
  std::vector<Constant> constants;
  std::vector<std::string> properties;  // names; the index is the property number
  std::vector<std::string> regexes;
  std::vector<TypeRow> types;
  std::vector<EventRow> events;          // the first kEngagementWords are the engagement events, in order
  std::vector<AttributeRow> attributes;  // the first kBuiltinAttrs are built in
  std::vector<ChannelRow> channels;
  std::vector<MessageRow> messages;
  std::vector<RoutineRow> routines;
  std::vector<StepRow> steps;
  std::vector<SendRow> sends;
  std::vector<WaitRow> waits;
  std::vector<QueryRow> queries;
  std::vector<JourneyRow> journeys;
  std::vector<HistoryRow> histories;
  std::vector<HistoryQueryRow> history_queries;
  std::vector<SegmentRow> segments;  // by name
  std::vector<ScoreRow> scores;      // by name
  std::vector<CatalogRow> catalogs;  // by name
  std::vector<Instruction> code;
  std::vector<PolicyRow> policies;

  const std::string& text(StringIx ix) const { return strings[ix.index()]; }
  // The row that the instruction of a send step names: of a `send first` the first of its rows.
  SendIx first_of(SendIx send) const { return SendIx{send.number - sends[send.index()].place}; }
};

}  // namespace wend

#endif  // WEND_VM_CORE_PROGRAM_H_

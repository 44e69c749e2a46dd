#ifndef WEND_COMPILER_ANALYSIS_CHECKED_H_
#define WEND_COMPILER_ANALYSIS_CHECKED_H_

// What analysis knows about a program once every name is resolved and every expression has a type: the input
// of code generation. Facts about a node stand in side tables by its id; facts about the program (events,
// attributes, channels, messages, journeys) in tables whose rows refer to each other by index. Nothing here
// is said twice: where a row points to its AST node, what the node says is not repeated.
//
// A CheckedProgram views the AST, the SourceMap's text and its own TypeTable, which must outlive it. It is
// complete only where the Sink that analysis reported to has no errors; after errors it serves tools, never
// code generation. Threads: built by one thread; read from any afterwards.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/syntax/arena.h"
#include "compiler/syntax/ast.h"
#include "compiler/text/span.h"
#include "vm/base/clock.h"
#include "vm/core/isa.h"
#include "vm/core/program.h"
#include "vm/simulate/test_plan.h"

namespace wend {

// ------------------------------------------------------------------------------------------------ types

enum class BaseType : uint8_t {
  kError,    // a mistake was reported inside; fits everywhere, so that nothing is reported twice
  kAny,      // known only when the program runs; its use says what it must be (ExprInfo::coerce_to)
  kMissing,  // the literal `missing`
  kBool,
  kInt,
  kNumber,
  kString,
  kEnum,
  kDuration,
  kCalendar,
  kTime,
  kDate,
  kClock,
  kPercent,
  kList,
  kRecord,
};

struct TypeInfo;
using TypeRef = const TypeInfo*;  // interned: equal types are equal pointers

struct RecordFieldInfo {
  std::string name;
  TypeRef type = nullptr;
  bool optional = false;
  bool operator==(const RecordFieldInfo&) const = default;
};

struct TypeInfo {
  BaseType base = BaseType::kError;
  TypeRef element = nullptr;              // kList
  std::vector<RecordFieldInfo> fields{};  // kRecord, in the order of the declaration
  bool open = false;                      // kRecord: any field may be there, of type `any`
  std::vector<std::string> values{};      // kEnum, in the order of the declaration

  const RecordFieldInfo* field(std::string_view name) const;  // nullptr where there is none
  bool is(BaseType wanted) const { return base == wanted; }
  bool is_text() const { return base == BaseType::kString || base == BaseType::kEnum; }
  bool is_numeric() const { return base == BaseType::kInt || base == BaseType::kNumber; }
};

// Owns every type of a program; addresses stay valid for its life.
class TypeTable {
 public:
  TypeTable();
  TypeTable(const TypeTable&) = delete;
  TypeTable& operator=(const TypeTable&) = delete;

  TypeRef base(BaseType type) const;  // not for kEnum, kList, kRecord
  TypeRef list_of(TypeRef element);
  TypeRef record_of(std::vector<RecordFieldInfo> fields, bool open = false);
  TypeRef enum_of(std::vector<std::string> values);

 private:
  TypeRef intern(TypeInfo type);
  std::deque<TypeInfo> types_;
  std::multimap<size_t, TypeRef> by_hash_;
};

// As the language writes it: "list<string>", "\"gold\" | \"silver\"". For messages, so a long record is cut
// short.
std::string type_syntax(TypeRef type);

// ------------------------------------------------------------------------------------------------
// expressions

enum class ResolutionKind : uint8_t {
  kNothing,        // the node needs none: literals, operators, brackets
  kAttribute,      // contact.x: `index` in CheckedProgram::attributes
  kEventProperty,  // `name` of the event being looked at (inside `where`, `each`, `value`)
  kEventAt,
  kEventId,
  kTriggerProperty,  // `name` of the event that started the run; also `event.x` in the body
  kTriggerAt,
  kTriggerId,
  kBound,   // a NameExpr: the event in slot `index`, a record with `at` and `id`
  kMember,  // field `name` of the object's record; of a list of records the list of those fields
  kSize,    // `.size` of a text, list or record
  kConst,   // `constant`: its value expression is checked and free of run-time names
  kNow,
  kToday,
  kClock,
  kRun,          // `run_field`
  kFunction,     // a CallExpr: `function`
  kQuery,        // an EngagementExpr: `index` in CheckedProgram::queries
  kHistory,      // a CallExpr or NoExpr: `index` in CheckedProgram::history_uses
  kSegment,      // a NameExpr: `index` in CheckedProgram::segments
  kScore,        // score.x: `index` in CheckedProgram::scores
  kCatalog,      // an IndexExpr: the row of the catalog `index` with that key
  kWith,         // `name`: a value given to the message by `with`
  kMessageName,  // templates only, as the rest: the message's own name, its channel
  kMessageChannel,
  kUnsubscribeUrl,
  kPreferencesUrl,
};

struct Resolution {
  ResolutionKind kind = ResolutionKind::kNothing;
  uint32_t index = kNone;
  std::string_view name;
  RunField run_field = RunField::kEnteredAt;
  Function function{};
  const ast::ConstDecl* constant = nullptr;
};

struct ExprInfo {
  TypeRef type = nullptr;  // never null for an expression that was checked
  bool optional = false;   // its value may be missing
  // What its user needs where that differs from `type`: `any` checked by its use (AsType), int used as number
  // (IntToNumber), a text literal used as a time, date or duration never (that is an error). Null: as it is.
  TypeRef coerce_to = nullptr;
  Resolution resolution;

  TypeRef used_type() const { return coerce_to != nullptr ? coerce_to : type; }
};

// What an engagement word asks about.
struct QueryInfo {
  EngagementWord word = EngagementWord::kOpened;
  QueryScope scope = QueryScope::kLastSend;
  uint32_t target = kNone;  // kMessage: in messages; kSend: in sends
  const ast::StringExpr* link = nullptr;
};

// ------------------------------------------------------------------------------------------------ the
// program

struct PropertyInfo {
  std::string name;
  Span span;  // its declaration; empty for what an open event is asked for
  TypeRef type = nullptr;
  bool optional = false;
};

struct EventInfo {
  std::string name;
  std::string wire_name;
  const ast::EventDecl* decl = nullptr;  // null: built in, or any name of an open program
  bool open = false;                     // properties are `any` and may have any name
  std::optional<EngagementWord> word;    // engagement events: the first kEngagementWords rows, in order
  // Declared properties; of an open event those the program reads, so far as it has been checked. `at` and
  // `id` are never among them.
  std::vector<PropertyInfo> properties;

  const PropertyInfo* property(std::string_view wanted) const;  // nullptr where there is none
};

struct AttributeInfo {
  std::string name;
  Span span;  // empty for builtins
  TypeRef type = nullptr;
  bool optional = false;
  const ast::Expr* default_value = nullptr;
};

struct ChannelInfo {
  std::string name;
  uint32_t address = kNone;  // in attributes; kNone: needs none
  bool reaches_person = true;
  const ast::ChannelDecl* decl = nullptr;  // null: built in, and nothing declares it anew
  std::string consent{};                   // the name under which consent is kept; empty: the channel's
  double cost = 0;
};
// The channels of every program, in this order, at the start of CheckedProgram::channels.
enum class BuiltinChannel : uint8_t { kEmail, kSms, kPush, kInapp, kWebhook, kAudience };

// A name from `as`. Slots are numbered over the whole program by name, so that one template may be sent from
// several journeys.
struct BoundName {
  std::string_view name;
  uint32_t slot = 0;
  uint32_t event = kNone;  // in events
  bool optional = false;   // some path comes here without it
};

struct WithValue {
  std::string_view name;
  TypeRef type = nullptr;
  bool optional = false;
};

// What a message's templates may name. For a declared message it holds what is true at every step that sends
// it.
struct TemplateScope {
  uint32_t message = kNone;
  std::vector<uint32_t> journeys;        // that send it
  std::vector<uint32_t> trigger_events;  // events that may have started the run; empty: none can be named
  bool in_repeat = false;                // every step that sends it stands in a `repeat`
  std::vector<BoundName> bound;
  std::vector<WithValue> with;  // declared `data`; of an inline message the `with` of its step
};

struct MessageInfo {
  std::string name;                        // of an inline message its template text
  const ast::MessageDecl* decl = nullptr;  // null: inline
  const ast::StringExpr* text = nullptr;   // inline
  uint32_t channel = kNone;
  TemplateScope scope;
};

// What a send step sends; a `send first` has a row for each of its messages, one behind the other.
struct SendInfo {
  const ast::Step* step = nullptr;
  const ast::SendBody* body = nullptr;
  uint32_t journey = kNone;
  uint32_t message = kNone;
  uint32_t place = 0;   // among the messages of the step
  uint32_t others = 0;  // of the first: how many follow
};

// An event that a trigger, `until`, `goal` or wait listens for.
struct ListenInfo {
  uint32_t event = kNone;
  const ast::Expr* where = nullptr;
  uint32_t query = kNone;  // engagement words in `until` and waits: it must also be true of this
};
struct TriggerInfo {
  const ast::Trigger* trigger = nullptr;
  ListenInfo listen;
};
struct UntilInfo {
  const ast::UntilClause* clause = nullptr;
  ListenInfo listen;
  const ast::Expr* condition = nullptr;  // ends the run as soon as it is true; then there is no event
};
struct GoalInfo {
  const ast::GoalClause* clause = nullptr;
  ListenInfo listen;
  Millis within_ms = 7 * kMillisPerDay;
};

// An arm of a wait for the first of several events.
struct WaitArmInfo {
  std::vector<ListenInfo> listens;
  uint32_t slot = kNone;  // with `as`
};

// A guard of a policy; what it says of numbers and times is its node's.
struct GuardInfo {
  const ast::Guard* guard = nullptr;
  std::vector<uint32_t> channels;  // in channels; empty: every channel that reaches a person
};
struct PolicyInfo {
  const ast::PolicyDecl* decl = nullptr;
  std::vector<GuardInfo> guards;  // in the order of the source
};

struct StepInfo {
  uint32_t send = kNone;          // SendStep, SendFirstStep: in sends, the first of the step
  ListenInfo listen;              // WaitForStep
  uint32_t slot = kNone;          // WaitForStep with `as`
  std::vector<WaitArmInfo> arms;  // WaitAnyStep
  // EmitStep, StartStep: the event that follows, in events; of a start the one that stands for it.
  uint32_t event = kNone;
};

// A call of a history function, or `no E for D`.
struct HistoryUse {
  const ast::Expr* expr = nullptr;
  uint32_t journey = kNone;  // in whose scope it stands
  uint32_t event = kNone;    // kNone after a report
  HistoryAggregate aggregate = HistoryAggregate::kCount;
  const ast::Expr* where = nullptr;
  const ast::Expr* window = nullptr;  // a duration or calendar length
  Millis silence_ms = 0;              // kSilent
  std::string_view property;          // kSum to kDistinct
  uint32_t at_most = 0;               // kLastList
  // kLast, kFirst, kLastList: is the record used as a whole, else these properties of it (`at` is always there).
  bool whole = false;
  std::vector<std::string_view> members;
  // Set by plan_history: the row it is answered from, and whether `where` is asked only then.
  uint32_t history = kNone;
  bool filter_when_asked = false;

  bool windowed() const { return window != nullptr || aggregate == HistoryAggregate::kSilent; }
};
// What is remembered of an event: program.h, HistoryRow.
struct HistoryInfo {
  std::string key;
  uint32_t event = kNone;
  const ast::Expr* filter = nullptr;
  std::vector<std::string_view> totals;
  Millis retention_ms = 0;
  uint32_t keeps_last = 0;
  bool keeps_first = false;
  std::vector<std::string_view> kept;  // "id" is the event's id
};

struct SegmentInfo {
  const ast::SegmentDecl* decl = nullptr;
};

struct ScoreRuleInfo {
  uint32_t event = kNone;
  const ast::Expr* where = nullptr;
  double points = 0;
};
// A score without `between` has these bounds: sums stay exact within them.
constexpr double kMostPoints = 1e15;
struct ScoreInfo {
  const ast::ScoreDecl* decl = nullptr;
  std::vector<ScoreRuleInfo> rules;
  double decay_percent = 0;
  Millis decay_every_ms = 0;  // 0: points never decay
  double low = -kMostPoints;
  double high = kMostPoints;
};

struct CatalogInfo {
  const ast::CatalogDecl* decl = nullptr;
  TypeRef key = nullptr;  // string, unless the shape says another
  TypeRef row = nullptr;  // a record; open where the catalog declares no shape
};

constexpr Millis kDefaultLastsMs = 90 * kMillisPerDay;

struct JourneyInfo {
  const ast::JourneyDecl* decl = nullptr;
  std::vector<TriggerInfo> triggers;
  const ast::Expr* for_condition = nullptr;
  uint32_t for_segment = kNone;  // `for SEGMENT`: in segments
  const ast::EnterClause* enter = nullptr;  // null: `again`, no key
  std::vector<UntilInfo> untils;
  std::optional<GoalInfo> goal;
  const ast::LastsClause* lasts = nullptr;  // null: kDefaultLastsMs
  int64_t priority = 0;
  std::string_view group;   // empty: none
  uint32_t policy = kNone;  // in policies: the one it names, else `marketing`; kNone: the built-in one
  std::optional<std::string> zone;  // `zone "Europe/Paris"`; else the contact's, else the project's
  std::optional<Millis> longest_ms;  // of the longest way through its steps; nullopt: data decides
  uint32_t slots = 0;               // one more than the highest slot its waits bind
  // The event that stands for a `start` of it, in events; kNone where nothing starts it but its triggers.
  uint32_t start_event = kNone;
  // Names of trigger properties that its steps, conditions and templates read after entry, so far as checked.
  std::vector<std::string_view> kept_properties;

  Millis lasts_ms() const { return lasts != nullptr ? lasts->at_most_ms : kDefaultLastsMs; }
};

struct SettingsInfo {
  std::optional<std::string> zone;
  Millis late_ms = 24 * kMillisPerHour;
  Millis catch_up_ms = 15 * kMillisPerMinute;
  bool machine_opens_count = false;
  uint32_t language = 1;
};

struct CheckedProgram {
  std::shared_ptr<TypeTable> types = std::make_shared<TypeTable>();
  std::shared_ptr<Arena> expansions;  // owns what every `do` stands for
  bool open_events = false;   // the program declares no events
  bool open_contact = false;  // nor a contact: attributes that nothing declares are `any`
  SettingsInfo settings;
  std::vector<EventInfo> events;
  std::vector<AttributeInfo> attributes;  // the first kBuiltinAttrs are built in
  std::vector<ChannelInfo> channels;
  std::vector<MessageInfo> messages;  // declared ones by name, then inline ones in the order of the source
  std::vector<SendInfo> sends;
  std::vector<QueryInfo> queries;
  std::vector<JourneyInfo> journeys;  // by name
  TestPlan tests;                     // beside the image
  std::vector<PolicyInfo> policies;   // by name
  std::vector<SegmentInfo> segments;  // by name, as the following
  std::vector<ScoreInfo> scores;
  std::vector<CatalogInfo> catalogs;
  std::vector<HistoryUse> history_uses;
  std::vector<HistoryInfo> histories;  // by key

  // Side tables by NodeId::index(); nodes that were not reached have empty entries.
  std::vector<ExprInfo> exprs;
  std::vector<StepInfo> steps;

  const ExprInfo& info(const ast::Expr& expr) const;
  const StepInfo& info(const ast::Step& step) const;

  TypeRef type(BaseType base) const { return types->base(base); }
};

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_CHECKED_H_

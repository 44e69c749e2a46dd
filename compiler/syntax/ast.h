#ifndef WEND_COMPILER_SYNTAX_AST_H_
#define WEND_COMPILER_SYNTAX_AST_H_

// The abstract syntax tree of a file: dumb nodes with public fields, allocated in the arena of their Ast,
// immutable after parsing. Every node has an id that is dense over the whole program, so that a pass keeps
// what it finds in a side table indexed by id and never in the node.
//
// Strings are views into the source text or the arena. A pointer that may be null is marked "may be null".
// Where a part failed to parse, an expression is ErrorExpr and a step or declaration is left out.
// Node kinds follow grammar/WendParser.g4; read that first.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/syntax/arena.h"
#include "compiler/text/span.h"
#include "vm/base/clock.h"
#include "vm/base/strong_id.h"

namespace wend::ast {

using NodeId = StrongId<struct NodeIdTag>;

// A word of the source with its place.
struct Word {
  std::string_view text;
  Span span;
  bool empty() const { return text.empty(); }
};

// A string literal. `text` is decoded (escapes resolved, triple quotes unindented). `map` says for each byte of
// `text` which byte of the file it came from (text.size() + 1 entries), for positions inside templates.
struct StringLiteral {
  std::string_view text;
  Span span;
  std::span<const uint32_t> map;
};

// ------------------------------------------------------------------------------------------ expressions

enum class ExprKind : uint8_t {
  kError, kString, kInt, kNumber, kDuration, kCalendar, kPercent, kTime, kDate, kClock, kBool, kMissing,
  kList, kRecord, kName, kRoot, kMember, kIndex, kCall, kEngagement, kUnary, kBinary, kIs, kNo, kParen,
};

struct Expr {
  ExprKind kind;
  NodeId id;
  Span span;

  // The node as T, or nullptr where it is another kind.
  template <typename T>
  const T* as() const {
    return kind == T::kKind ? static_cast<const T*>(this) : nullptr;
  }
};

#define WEND_EXPR(NAME, KIND) \
  struct NAME : Expr {        \
    static constexpr ExprKind kKind = ExprKind::KIND;

WEND_EXPR(ErrorExpr, kError) };
WEND_EXPR(StringExpr, kString) StringLiteral value; };
WEND_EXPR(IntExpr, kInt) int64_t value; };              // saturated; a literal out of range is a diagnostic
WEND_EXPR(NumberExpr, kNumber) double value; };
WEND_EXPR(DurationExpr, kDuration) Millis value_ms; };
WEND_EXPR(CalendarExpr, kCalendar) int64_t months; };    // 1y is 12
WEND_EXPR(PercentExpr, kPercent) double percent; };      // 45% is 45.0
WEND_EXPR(BoolExpr, kBool) bool value; };
WEND_EXPR(MissingExpr, kMissing) };
WEND_EXPR(ClockExpr, kClock) Millis of_day_ms; };
WEND_EXPR(DateExpr, kDate) int64_t days; };              // days since 1970-01-01
WEND_EXPR(TimeExpr, kTime)
  Millis local_ms;      // as written, read as if it were UTC
  bool has_offset;      // false: to be read in the zone in force
  Millis offset_ms;     // what to subtract from local_ms for UTC, where has_offset
};
WEND_EXPR(ListExpr, kList) std::span<const Expr* const> items; };
struct RecordField {
  Word key;
  const Expr* value;
};
WEND_EXPR(RecordExpr, kRecord) std::span<const RecordField> fields; };
// a constant, segment, `trigger`, `now`, an `as` name, ...
WEND_EXPR(NameExpr, kName) std::string_view name; };
enum class Root : uint8_t { kContact, kEvent, kScore, kRun, kMessage };
// `contact` in `contact.x`; only as object of MemberExpr
WEND_EXPR(RootExpr, kRoot) Root root; };
WEND_EXPR(MemberExpr, kMember)
  const Expr* object;
  Word key;
  const StringExpr* argument;  // run.arm("split"); may be null
};
WEND_EXPR(IndexExpr, kIndex)
  const Expr* object;
  const Expr* index;
};
struct Argument {
  const Expr* value;
  const Expr* where;  // count(E where ..); may be null
};
WEND_EXPR(CallExpr, kCall)
  Word function;
  std::span<const Argument> arguments;
};
// In the order of language.md section 3.
enum class EngagementWord : uint8_t {
  kOpened, kClicked, kDelivered, kBounced, kFailed, kReplied, kComplained, kSuppressed, kSent,
};
WEND_EXPR(EngagementExpr, kEngagement)
  EngagementWord word;
  Word target;                 // a message or a label; empty where the word stands alone
  const StringExpr* link;      // on "checkout"; may be null
};
enum class UnaryOp : uint8_t { kNot, kNegate };
WEND_EXPR(UnaryExpr, kUnary)
  UnaryOp op;
  const Expr* operand;
};
enum class BinaryOp : uint8_t {
  kOr, kAnd, kEq, kNe, kLt, kLe, kGt, kGe, kIn, kContains, kMatches, kStartsWith, kEndsWith, kCoalesce,
  kAdd, kSub, kMul, kDiv,
};
WEND_EXPR(BinaryExpr, kBinary)
  BinaryOp op;
  Span op_span;
  const Expr* left;
  const Expr* right;
};
WEND_EXPR(IsExpr, kIs)
  const Expr* operand;
  bool present;  // `is present`, else `is missing`
};
// An event reference with an optional filter: `order_completed where event.total > 30`.
struct Occurrence {
  Word event;        // an event's name or an engagement word
  const Expr* where; // may be null
  Span span;
};
WEND_EXPR(NoExpr, kNo)
  Occurrence occurrence;
  Millis window_ms;
  Span window_span;
};
struct Parameter;
WEND_EXPR(ParenExpr, kParen)
  const Expr* inner;
  // Where the brackets stand for a parameter of `steps`, which one; `inner` is what `do` gave. May be null.
  const Parameter* parameter;
};
#undef WEND_EXPR

// ------------------------------------------------------------------------------------------ types, fields

enum class TypeKind : uint8_t { kNamed, kEnum, kRecord };
struct Field;
struct Type {
  NodeId id;
  Span span;
  TypeKind kind;
  bool optional;                             // `T?`
  // kNamed: bool int number string duration time date clock list any ...
  Word name;
  const Type* argument;                      // kNamed: list<T>; may be null
  std::span<const StringLiteral> values;     // kEnum
  std::span<const Field* const> fields;      // kRecord
};
struct Field {
  NodeId id;
  Span span;
  Word key;
  const Type* type;
  const Expr* default_value;  // may be null
};

// ------------------------------------------------------------------------------------------ steps

enum class StepKind : uint8_t {
  kSend, kSendFirst, kWait, kWaitCalendar, kWaitDay, kWaitAfterLast, kDo, kStart, kSet, kAdd, kTag, kSubscribe,
  kAudience, kEmit, kNote, kExit,
  kIf, kMatch, kWaitMoment, kWaitCondition, kWaitFor, kWaitAny, kSplit, kRepeat, kCall,
};

struct Step {
  StepKind kind;
  NodeId id;
  Span span;   // from the label, if there is one, to the last token
  Word label;  // without `@`; empty where there is none
  std::span<const std::string_view> docs;

  template <typename T>
  const T* as() const {
    return kind == T::kKind ? static_cast<const T*>(this) : nullptr;
  }
};

struct Block {
  Span span;       // with the braces; of the one step where the branch is unbraced
  bool braced;
  std::span<const Step* const> steps;
};

// `segmentRef`: a name or a parenthesised condition.
struct SegmentRef {
  Word name;         // empty where it is a condition
  const Expr* condition;  // may be null
  Span span;
};

#define WEND_STEP(NAME, KIND) \
  struct NAME : Step {        \
    static constexpr StepKind kKind = StepKind::KIND;

struct SendBody {
  Word channel;            // empty where left out
  Word message;            // empty where the text is inline
  const StringExpr* text;  // inline template; may be null
  Span span;
};
struct SendOptions {
  const RecordExpr* with;      // may be null
  bool best_hour;
  Millis best_hour_within_ms;
  bool has_expires;
  Millis expires_after_ms;
  const Expr* while_condition; // may be null
};
WEND_STEP(SendStep, kSend)
  SendBody body;
  SendOptions options;
};
WEND_STEP(SendFirstStep, kSendFirst)
  std::span<const SendBody> bodies;
  const Expr* by;  // may be null
  SendOptions options;
};
WEND_STEP(WaitStep, kWait) const Expr* duration; };          // `wait 20m`, `wait 6mo`, `wait (EXPR)`
struct CalendarPoint {
  bool has_weekday;
  int weekday_from;   // 0 Monday .. 6 Sunday
  int weekday_to;     // the same day where there is no range
  bool weekday_range;
  bool has_clock;
  Millis clock_from_ms;
  Millis clock_to_ms; // the same where there is no range
  bool clock_range;
  Span span;
};
WEND_STEP(WaitCalendarStep, kWaitCalendar)
  CalendarPoint point;
  bool has_over;
  Millis over_ms;
};
WEND_STEP(WaitDayStep, kWaitDay)
  int64_t day;
  bool has_clock;
  Millis clock_ms;
};
WEND_STEP(WaitAfterLastStep, kWaitAfterLast)
  Millis quiet_ms;
  Occurrence occurrence;
  Word as;             // may be empty
  bool has_up_to;
  Millis up_to_ms;
};
struct StepsDecl;
// The steps that a `do` stands for: a copy of the declaration's, with nodes, labels and arguments of its own.
struct Expansion {
  const StepsDecl* decl;
  Block block;
};
WEND_STEP(DoStep, kDo)
  Word sequence;
  std::span<const Expr* const> arguments;
  // Set by the check of the whole program (compiler/analysis/expand.cc), which owns it; null before that and
  // where the steps are unknown or contain themselves.
  mutable const Expansion* expansion;
};
WEND_STEP(StartStep, kStart)
  Word journey;
  const RecordExpr* with;  // may be null
};
WEND_STEP(SetStep, kSet)
  const MemberExpr* target;
  const Expr* value;
};
WEND_STEP(AddStep, kAdd)
  const Expr* value;
  const MemberExpr* target;
};
WEND_STEP(TagStep, kTag)
  bool remove;
  const StringExpr* tag;
};
WEND_STEP(SubscribeStep, kSubscribe)
  bool remove;
  const StringExpr* topic;  // may be null
  Word channel;             // empty where a topic is given
};
WEND_STEP(AudienceStep, kAudience)
  bool remove;
  const StringExpr* audience;
};
WEND_STEP(EmitStep, kEmit)
  Word event;
  const RecordExpr* properties;  // may be null
};
WEND_STEP(NoteStep, kNote) const StringExpr* text; };
WEND_STEP(ExitStep, kExit) const StringExpr* reason; };      // may be null

struct ElseBranch {
  bool present;
  Block block;  // `else if` is an unbraced block of one IfStep
};
WEND_STEP(IfStep, kIf)
  const Expr* condition;
  Block then_block;
  ElseBranch else_branch;
};
struct MatchArm {
  std::span<const Expr* const> values;  // literals
  Block block;
  Span span;
};
WEND_STEP(MatchStep, kMatch)
  const Expr* subject;
  std::span<const MatchArm> arms;
  ElseBranch else_branch;
};
WEND_STEP(WaitMomentStep, kWaitMoment)   // `wait until contact.renewal_date - 7d at 09:00 {..} else ..`
  const Expr* moment;
  bool has_clock;
  Millis clock_ms;
  bool has_then;
  Block then_block;
  ElseBranch else_branch;   // may be absent; analysis asks for it where the moment may be missing or past
};
WEND_STEP(WaitConditionStep, kWaitCondition)
  const Expr* condition;
  Millis up_to_ms;
  bool has_then;
  Block then_block;
  ElseBranch else_branch;
};
WEND_STEP(WaitForStep, kWaitFor)
  Occurrence occurrence;
  // `wait for clicked first on "x"`; set where the event is such a word, else null
  const EngagementExpr* engagement;
  Word as;
  Millis up_to_ms;
  bool has_then;
  Block then_block;
  ElseBranch else_branch;
};
struct WaitArm {
  std::span<const Occurrence> occurrences;
  std::span<const EngagementExpr* const> engagements;  // parallel to occurrences; null where not a word
  Word as;
  Block block;
  Span span;
};
WEND_STEP(WaitAnyStep, kWaitAny)
  Millis up_to_ms;
  std::span<const WaitArm> arms;
  ElseBranch else_branch;
};
struct SplitArm {
  Word name;            // may be empty
  bool is_quota;
  double percent;       // where not a quota
  int64_t quota;        // where a quota: `5000 per 1d`
  Millis quota_window_ms;
  bool is_rest;
  bool has_block;
  Block block;
  Span span;
};
WEND_STEP(SplitStep, kSplit)
  Word name;
  std::span<const SplitArm> arms;   // `rest` last, if there is one
  bool has_winner;
  int64_t winner_after;
  double winner_at_percent;
};
WEND_STEP(RepeatStep, kRepeat)
  bool up_to;
  int64_t times;
  Millis every_ms;
  const Expr* until;  // may be null
  Block block;
};
WEND_STEP(CallStep, kCall)
  Word connector;
  const RecordExpr* request;  // may be null
  Word as;
  bool has_up_to;
  Millis up_to_ms;
  ElseBranch else_branch;
};
#undef WEND_STEP

// ------------------------------------------------------------------------------------------ clauses

enum class ClauseKind : uint8_t {
  kOn, kEvery, kFor, kEnter, kUntil, kGoal, kPolicy, kGroup, kPriority, kHoldout, kActive, kLasts, kBudget, kAdmit,
  kZone,
};
struct Clause {
  ClauseKind kind;
  NodeId id;
  Span span;
  std::span<const std::string_view> docs;

  template <typename T>
  const T* as() const {
    return kind == T::kKind ? static_cast<const T*>(this) : nullptr;
  }
};

enum class TriggerKind : uint8_t { kEvent, kEnterSegment, kLeaveSegment, kSilence, kDate, kDateOffset, kMoment };
struct Trigger {
  TriggerKind kind;
  NodeId id;
  Span span;
  Occurrence occurrence;     // kEvent, kSilence
  SegmentRef segment;        // kEnterSegment, kLeaveSegment
  Millis silence_ms;         // kSilence
  const Expr* date;          // kDate, kDateOffset: the date; kMoment: a TimeExpr or DateExpr; may be null
  bool yearly;
  bool before;               // kDateOffset: before, else after
  const Expr* offset;        // kDateOffset: DurationExpr or CalendarExpr; may be null
  bool has_clock;
  Millis clock_ms;
};

#define WEND_CLAUSE(NAME, KIND) \
  struct NAME : Clause {        \
    static constexpr ClauseKind kKind = ClauseKind::KIND;

WEND_CLAUSE(OnClause, kOn) std::span<const Trigger* const> triggers; };
enum class EveryKind : uint8_t { kDay, kWeekdays, kMonthDay, kMonthLast };
WEND_CLAUSE(EveryClause, kEvery)
  EveryKind every;
  uint8_t weekday_mask;   // bit 0 Monday .. bit 6 Sunday
  int64_t month_day;
  Millis clock_ms;
  bool has_over;
  Millis over_ms;
};
WEND_CLAUSE(ForClause, kFor) SegmentRef segment; };
enum class EnterMode : uint8_t { kAgain, kOnce, kOncePer, kRestart };
WEND_CLAUSE(EnterClause, kEnter)
  EnterMode mode;
  bool mode_written;
  Millis per_ms;      // kOncePer
  const Expr* each;   // may be null
};
WEND_CLAUSE(UntilClause, kUntil)
  const Expr* condition;   // a NameExpr of an event, an EngagementExpr, or a condition
  const Expr* where;       // may be null
  bool has_block;
  Block block;
};
WEND_CLAUSE(GoalClause, kGoal)
  Occurrence occurrence;
  bool has_within;
  Millis within_ms;
  const Expr* value;       // may be null
};
WEND_CLAUSE(PolicyClause, kPolicy) Word name; };
WEND_CLAUSE(GroupClause, kGroup) Word name; };
WEND_CLAUSE(PriorityClause, kPriority) int64_t priority; };
WEND_CLAUSE(HoldoutClause, kHoldout) double percent; };
WEND_CLAUSE(ActiveClause, kActive)
  const Expr* from;        // TimeExpr or DateExpr; may be null
  const Expr* to;          // may be null
};
WEND_CLAUSE(LastsClause, kLasts)
  Millis at_most_ms;
  bool has_block;
  Block block;
};
WEND_CLAUSE(BudgetClause, kBudget)
  int64_t count;
  Millis window_ms;
};
enum class AdmitThen : uint8_t { kUnwritten, kSkip, kQueue };
WEND_CLAUSE(AdmitClause, kAdmit)
  int64_t count;
  Millis window_ms;
  AdmitThen then;
};
WEND_CLAUSE(ZoneClause, kZone)
  const StringExpr* zone;  // null: `zone contact`
};
#undef WEND_CLAUSE

// ------------------------------------------------------------------------------------------ policies, messages

enum class GuardKind : uint8_t { kConsent, kCap, kQuiet, kHibernate, kPause, kThrottle };
enum class ConsentMode : uint8_t { kOptIn, kOptOut, kNone };
struct Guard {
  GuardKind kind;
  NodeId id;
  Span span;
  std::span<const Word> channels;  // empty: every channel
  ConsentMode consent;             // kConsent
  const StringExpr* category;      // kCap: cap category "promo"; may be null
  bool offer;                      // kCap: cap offer
  const Expr* limit;               // kCap: an IntExpr or a parenthesised expression; may be null
  int64_t count;                   // kHibernate: after N sends (0: none); kPause: of N; kThrottle: N
  Millis window_ms;                // kCap, kThrottle
  SegmentRef segment;              // kCap: for SEGMENT; span empty where there is none
  Millis quiet_from_ms, quiet_to_ms;
  uint8_t weekday_mask;            // kQuiet: 0 means every day
  bool quiet_drop;                 // kQuiet: then drop
  const Expr* when;                // kHibernate; may be null
  bool bounces;                    // kPause: bounces, else complaints
  double percent;                  // kPause
};

enum class MessageItemKind : uint8_t {
  kSubject, kBody, kFrom, kTo, kReplyTo, kPreheader, kHtml, kText, kCategory, kTopic, kOffer, kData,
};
enum class CategoryKind : uint8_t { kMarketing, kTransactional, kNamed };
struct MessageItem {
  MessageItemKind kind;
  NodeId id;
  Span span;
  bool from_file;                        // template items: `file "x.html"`
  // template items (inline text or file name), topic, offer, named category; may be null
  const StringExpr* text;
  CategoryKind category;
  std::span<const Field* const> fields;  // kData
};

// ------------------------------------------------------------------------------------------ tests

enum class TestLineKind : uint8_t {
  kContact, kAt, kAfter, kAssumeSplit, kAssumeCall, kAssumeHoldout, kAssumePaused, kProviderFails, kExpect,
};
enum class TestActionKind : uint8_t { kNone, kEvent, kEngagement, kIdentify, kAlias, kErase };
enum class ExpectKind : uint8_t {
  kSent, kNothingSent, kSuppressed, kInSegment, kWaitingAt, kEnded, kConverted, kCompare, kIs,
};
struct TestLine {
  TestLineKind kind;
  NodeId id;
  Span span;
  const StringExpr* contact;       // kContact, kAt, kAfter, kExpect: whom it is about; may be null
  bool nobody;                     // kAt, kAfter
  const RecordExpr* record;        // attributes, event properties, traits, call answer; may be null
  const Expr* moment;              // kAt: TimeExpr or DateExpr; kExpect sent .. on MOMENT; may be null
  Millis after_ms;                 // kAfter
  TestActionKind action;
  Word event;                      // action event, or the engagement word
  Word target;                     // engagement: message or label
  // engagement link, alias, split arm, provider error, with .. contains; may be null
  const StringExpr* text;
  // assumed split, call, holdout, paused channel; provider channel; expected journey
  Word name;
  int64_t times;                   // `2 times`; 0 where not written
  ExpectKind expect;
  bool negated;                    // not sent, not converted
  SendBody body;                   // expect sent
  Word channel;                    // expect nothing sent on, suppressed CHANNEL
  Word message;                    // expect suppressed CHANNEL MESSAGE
  Word because;                    // a key; empty where a string or nothing is given
  const StringExpr* because_text;  // may be null
  const StringExpr* run_key;       // journey["c1"]; may be null
  Word label;                      // waiting at @label
  Word with_key;                   // expect sent .. with KEY contains "x"
  const Expr* left;                // kCompare, kIs: the member path; may be null
  const Expr* right;               // kCompare; kConverted: the value; may be null
  BinaryOp op;                     // kCompare
  bool present;                    // kIs
};

// ------------------------------------------------------------------------------------------ declarations

enum class DeclKind : uint8_t {
  kEvent, kContact, kSegment, kScore, kConst, kCatalog, kChannel, kMessage, kPolicy, kJourney, kSteps, kSettings,
  kMigrate, kTest,
};
struct Decl {
  DeclKind kind;
  NodeId id;
  Span span;
  Word name;  // empty for contact, settings; the test's title is in TestDecl
  std::span<const std::string_view> docs;

  template <typename T>
  const T* as() const {
    return kind == T::kKind ? static_cast<const T*>(this) : nullptr;
  }
};

#define WEND_DECL(NAME, KIND) \
  struct NAME : Decl {        \
    static constexpr DeclKind kKind = DeclKind::KIND;

WEND_DECL(EventDecl, kEvent)
  const StringExpr* wire_name;   // may be null
  bool has_fields;               // false: `event foo`; true and empty: `event foo {}`
  std::span<const Field* const> fields;
};
WEND_DECL(ContactDecl, kContact) std::span<const Field* const> fields; };
WEND_DECL(SegmentDecl, kSegment) const Expr* condition; };
enum class ScoreItemKind : uint8_t { kPoints, kDecay, kBetween };
struct ScoreItem {
  ScoreItemKind kind;
  Span span;
  double points;           // signed
  Occurrence occurrence;
  double decay_percent;
  Millis decay_every_ms;
  double low, high;
};
WEND_DECL(ScoreDecl, kScore) std::span<const ScoreItem> items; };
WEND_DECL(ConstDecl, kConst) const Expr* value; };
WEND_DECL(CatalogDecl, kCatalog)
  Word key;
  const StringExpr* file;
  std::span<const Field* const> fields;
};
WEND_DECL(ChannelDecl, kChannel)
  const MemberExpr* address;    // may be null
  const StringExpr* consent;    // may be null
  bool has_cost;
  double cost;
};
WEND_DECL(MessageDecl, kMessage)
  Word channel;
  std::span<const MessageItem* const> items;
};
WEND_DECL(PolicyDecl, kPolicy) std::span<const Guard* const> guards; };
WEND_DECL(JourneyDecl, kJourney)
  bool anonymous;               // a file that starts with a clause; `name` is made from the file's name
  std::span<const Clause* const> clauses;
  std::span<const Step* const> steps;
};
struct Parameter {
  Word name;
  const Type* type;
};
WEND_DECL(StepsDecl, kSteps)
  std::span<const Parameter> parameters;
  Block block;
};
enum class SettingKind : uint8_t { kZone, kLate, kMachineOpens, kCatchUp, kLanguage, kLint };
enum class LintLevel : uint8_t { kOff, kWarn, kError };
struct Setting {
  SettingKind kind;
  Span span;
  const StringExpr* zone;   // may be null
  Millis duration_ms;       // kLate, kCatchUp
  Word word;                // kMachineOpens: count or ignore; kLint: the lint's name
  int64_t number;           // kLanguage
  LintLevel level;          // kLint
};
WEND_DECL(SettingsDecl, kSettings) std::span<const Setting> settings; };
struct MigrateRule {
  Word from;
  Word to;        // empty: `exit`
  Span span;
};
WEND_DECL(MigrateDecl, kMigrate) std::span<const MigrateRule> rules; };
WEND_DECL(TestDecl, kTest)
  StringLiteral title;
  std::span<const Word> journeys;   // `of ..`
  std::span<const TestLine* const> lines;
};
#undef WEND_DECL

struct Comment {
  Span span;
  bool documentation;  // `##`
  bool own_line;       // nothing but white space before it on its line
};

// One parsed file. Owns its nodes.
struct File {
  FileId id;
  std::vector<Word> uses;             // `use NAME`
  std::vector<const Decl*> decls;     // in the order of the source; the anonymous journey first
  std::vector<Comment> comments;      // in the order of the source
  std::vector<Span> tokens;           // without comments; only where ParseOptions::keep_tokens asks for them
  bool had_syntax_errors = false;
  bool library = false;               // a module of the standard library
  uint32_t end_node = 0;              // no node of the file has this id or a higher one
  std::unique_ptr<Arena> arena;
};

// The expression without any parentheses around it.
inline const Expr* strip_parens(const Expr* expr) {
  while (const auto* paren = expr->as<ParenExpr>()) expr = paren->inner;
  return expr;
}

}  // namespace wend::ast

#endif  // WEND_COMPILER_SYNTAX_AST_H_

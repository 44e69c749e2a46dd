#ifndef WEND_VM_ENGINE_CONTACT_STEP_H_
#define WEND_VM_ENGINE_CONTACT_STEP_H_

// One contact, one step at a time: applies inputs and due timers to a contact's state by the rules of the
// language (sections 5 to 9) and collects what they cause. Knows no store and no clock. Its parts lie in
// files of their own:
//
//   contact_step.cc  order of inputs and timers, duplicates, lateness, attributes
//   runs.cc          driving the interpreter: steps, waits, `until`, the end of a run
//   conditions.cc    conditions that time can change
//   entries.cc       triggers, `for`, `enter`, conversions
//   sends.cc         the hand-over of messages, held ones
//   guards.cc        policies: who may be sent what, and when
//   remember.cc      history and scores
//   profile.cc       tags, consent, audiences; events that journeys emit
//   engagement.cc    opens, clicks, bounces: whose they are and what they change
//
// Nothing here may depend on how inputs were batched: what is pruned from the state is never looked at once
// it could be pruned.
//
// Threads: one object a worker. Failures: kCorrupt for a record that fits no image, and those of the
// dictionary.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vm/base/result.h"
#include "vm/core/interpreter.h"
#include "vm/engine/counters.h"
#include "vm/engine/dictionary.h"
#include "vm/engine/engine.h"
#include "vm/engine/event.h"
#include "vm/engine/images.h"
#include "vm/engine/property_decoder.h"
#include "vm/store/record_format.h"
#include "vm/trace/trace_format.h"

namespace wend {

// Limits of a contact's record. What is over them goes, the oldest first.
constexpr size_t kMaxRunsOfJourney = 100;
constexpr size_t kMaxRecentEvents = 4096;
constexpr size_t kMaxRecentDeliveries = 64;
constexpr Millis kDeliveryMemoryMs = 90 * kMillisPerDay;
constexpr size_t kMaxCountedSends = 1000;
constexpr size_t kMaxEngagements = 64;
constexpr size_t kMaxBadAddresses = 32;
constexpr size_t kMaxLinks = 32;
constexpr size_t kMaxEntryKeys = 1000;
constexpr size_t kMaxAttributes = 500;
constexpr size_t kMaxFollowUps = 100;
constexpr size_t kMaxEffectsOfStep = 10000;  // of one activation of a run: a fence for images that loop

// What all workers share.
struct EngineParts {
  const Images& images;
  Dictionary& attributes;
  const EngineOptions& options;
};

// What the contacts of a batch cause beside their records.
struct BatchEffects {
  struct Entry {
    std::string key;
    std::string value;
  };
  std::vector<Entry> outbox;
  CounterSums counters;
  uint64_t timers = 0;  // due moments processed
  uint64_t deliveries = 0;

  void clear() {
    outbox.clear();
    counters.clear();
    timers = 0;
    deliveries = 0;
  }
};

class ContactStep {
 public:
  explicit ContactStep(const EngineParts& parts);

  // Applies `inputs` in order, then every timer due at or before `advance_to_ms` (kMinInstant: none).
  // `record` is the stored record, empty for a contact that the store does not know.
  Status process(std::string_view contact, std::string_view record, std::span<const Input* const> inputs,
                 Millis advance_to_ms, BatchEffects& effects);

  // After process(): was anything changed that must be stored?
  bool changed() const { return changed_; }
  const ContactState& state() const { return state_; }
  // The timer's place before and after; equal where it stays.
  Millis old_timer_ms() const { return old_timer_ms_; }
  // Entries to be appended to the trace, the first of them being number first_trace_entry().
  const std::vector<TraceEntry>& trace() const { return trace_; }
  uint64_t first_trace_entry() const { return state_.trace_entries - trace_.size(); }

 private:
  // An event while it is handled, decoded once for each image that wants it.
  struct Arrived {
    std::string_view name;
    std::string_view id;
    Millis at_ms = 0;
    std::string_view record;
    bool late = false;
    bool in_history = false;  // remember_event() and score_event() have seen it
    bool in_scores = false;
    std::optional<EngagementWord> word;
    struct Decoded {
      const Image* image;
      std::vector<Value> values;
      EventView view;
      bool known;
      std::vector<std::string_view> violations;  // properties; they view the image
    };
    std::vector<std::unique_ptr<Decoded>> decoded;
  };
  // An event that follows from the one at hand: of the engine (`sent`, `suppressed`), or emitted.
  struct FollowUp {
    std::optional<EngagementWord> word;
    std::string name;  // on the wire, of an emitted one
    std::string id;
    std::string record;
  };
  // How an activation of a run left off.
  enum class Left { kWaiting, kEnded, kActDone };

  // contact_step.cc
  Status load(std::string_view contact, std::string_view record);
  Status handle(const Input& input);
  bool is_duplicate(uint64_t id_hash) const;
  void remember(uint64_t id_hash, Millis at_ms);
  void fire_timers(Millis up_to_ms);
  void fire_at(Millis due_ms);
  void fire_contact_timers(Millis due_ms);
  Status apply_traits(std::string_view record);
  void set_attribute(const Image& image, AttrIx attribute, const Value& value);
  void attributes_changed(bool late = false);
  void drain_follow_ups();
  void forget_old_events();
  void prune();
  Millis next_due() const;
  // The contact's timer of this key, made where there is none. Valid until the next call.
  ContactTimer& timer(ContactTimerKind kind, uint16_t owner, uint32_t index);
  const Arrived::Decoded& decode(Arrived& event, const Image& image);
  const EventView* view(Arrived& event, const Image& image);
  void dispatch(Arrived& event);
  TraceEntry& note(TraceKind kind, std::string_view text = {}, std::string_view more = {},
                   int64_t number = 0);
  TraceEntry& note(const StoredRun& run, TraceKind kind, std::string_view text = {},
                   std::string_view more = {}, int64_t number = 0);

  // runs.cc
  const Image& image_of(const StoredRun& run) const;
  // In the contact's own zone: segments, scores.
  EvalContext contact_context(const Image& image, const EventView* event);
  EvalContext context(const Image& image, JourneyIx journey, const RunState* run, const EventView* event);
  Left resume(StoredRun& run, uint32_t pc);
  Left run_steps(StoredRun& run, uint32_t pc);
  std::optional<uint32_t> begin_wait(StoredRun& run, WaitIx wait, const Value& due);
  // Where the run goes on when its wait is over; a wait between two passes counts the next.
  uint32_t due_pc(StoredRun& run, const WaitRow& wait);
  void trace_marks(const StoredRun& run);
  void run_events(Arrived& event);
  bool try_untils(StoredRun& run, Arrived& event);
  void end_by_until(StoredRun& run, const UntilRow& until);
  bool try_wait(StoredRun& run, Arrived& event);
  void move_wait(StoredRun& run);
  void end_run(StoredRun& run, std::string_view reason, std::string_view because);
  bool last_act(StoredRun& run, uint32_t act_pc, std::string_view reason, std::string_view because);
  void leave_wait(StoredRun& run);

  // conditions.cc
  bool holds(const EvalContext& eval, RoutineIx condition, Millis& check_ms);
  const UntilRow* until_that_holds(const Image& image, const RunState& run, Millis& check_ms);
  bool try_until_conditions(StoredRun& run);
  bool try_wait_condition(StoredRun& run, bool late);
  std::optional<uint32_t> begin_condition(StoredRun& run, const WaitRow& wait);
  bool ask_again(StoredRun& run, bool late);

  // entries.cc
  void convert(Arrived& event);
  bool goal_open(const StoredRun& run) const;
  void enter_all(Arrived& event);
  void try_enter(const EntryCandidate& candidate, const EventView& view);
  bool trigger_holds(const EntryCandidate& candidate, const EventView& view);
  bool group_lets_in(JourneyIx journey, const EventView* event, std::string_view trigger_text);
  void outrank(JourneyIx journey);
  bool may_enter(JourneyIx journey, const std::string& key, std::string_view trigger_text);
  bool until_holds_already(JourneyIx journey, const std::string& key, const EventView& view);
  void enter(JourneyIx journey, const std::string& key, const EventView& view);
  JourneyHistory& history(uint16_t journey);
  std::string key_text(const std::string& key) const;
  void ignored(JourneyIx journey, TraceIgnored why, std::string_view trigger_text);

  // remember.cc
  void remember_event(Arrived& event);
  void add_to_row(const HistoryNeed& need, Arrived& event, const EventView& seen);
  void score_event(Arrived& event);
  void change_score(const Image& image, ScoreIx score, double points, Millis at_ms);
  void add_score(const StoredRun& run, ScoreIx score, const Value& points);
  void prune_histories();

  // sends.cc
  struct Verdict {
    SuppressReason reason = SuppressReason::kNotSuppressed;
    Millis release_ms = kNever;  // held until then, because of `reason`
    bool held() const { return release_ms != kNever; }
  };
  // What a send step takes: its only row, or one of those of a `send first`.
  struct Choice {
    SendIx send;
    std::string to;
    Verdict verdict;
    bool cut = false;  // the address was
  };
  bool send(StoredRun& run, SendIx first, uint32_t next_pc, const HeldSend* held_before = nullptr);
  std::vector<SendIx> choices_of(const Image& image, SendIx first, const EvalContext& eval);
  std::string address_of(const Image& image, const MessageRow& message, const EvalContext& eval, bool& cut);
  Choice choose(const Image& image, SendIx first, const EvalContext& eval);
  void apply_options(const Image& image, const SendRow& row, Millis since_ms, const EvalContext& eval,
                     Verdict& verdict);
  void hand_over(StoredRun& run, SendIx send, uint64_t number, std::string_view address);
  void put_line(const Delivery& delivery, uint64_t line_number);
  Delivery line_head(const StoredRun& run, StepIx step, uint64_t number) const;
  Delivery delivery_head(const StoredRun& run, SendIx send, uint64_t number) const;
  void release(StoredRun& run);
  void release_all(Millis due_ms);
  void cancel_held(StoredRun& run);
  void render_all(const MessageRow& message, const EvalContext& eval, Delivery& delivery);
  void count_delivery(const Delivery& delivery);
  void follow_up(const Delivery& delivery, EngagementWord word);
  bool anybody_listens(EngagementWord word) const;

  // guards.cc
  Verdict decide(const Image& image, SendIx send, std::string_view address, const EvalContext& eval);
  bool address_works(const Image& image, const ChannelRow& channel, std::string_view address) const;
  bool consents(const Image& image, const PolicyRow* policy, const MessageRow& message) const;
  bool hibernates(const Image& image, const GuardRow& guard, const EvalContext& eval);
  bool cap_is_full(const Image& image, const GuardRow& guard, const MessageRow& message,
                   const EvalContext& eval);
  Verdict quiet(const PolicyRow& policy, const MessageRow& message, const Zone& zone) const;
  void count_send(const Image& image, const MessageRow& message, uint64_t number);
  Millis counting_window() const;
  bool counts_open_hours() const;
  void forget_counted();

  // profile.cc
  // False for an effect of another kind.
  bool profile_effect(StoredRun& run, const Effect& effect);
  bool change_list(const Image& image, BuiltinAttr list, std::string_view name, bool add);
  void change_audience(StoredRun& run, StepIx step, std::string_view audience, bool join);
  void request(StoredRun& run, const Effect& effect);
  void emit(StoredRun& run, EventIx event, const Value& record);

  // engagement.cc
  void engage(Arrived& event);
  RecentDelivery* delivery_of(const Arrived& event);
  bool apply_engagement(EngagementWord word, RecentDelivery* delivery, std::string_view link, Millis at_ms);
  void remember_engagement(EngagementWord word, std::string_view link, Millis at_ms);
  void count_open_hour(EngagementWord word, Millis at_ms);
  void give_place_back(EngagementWord word, const RecentDelivery* delivery, const Arrived& event);
  void spoil_address(EngagementWord word, const RecentDelivery* delivery, const Arrived& event);
  void dispatch_engagement(Arrived& event, EngagementWord word, const RecentDelivery* delivery);
  std::string engagement_record(std::string_view record, const RecentDelivery* delivery) const;

  const EngineParts parts_;
  Interpreter interpreter_;
  PropertyDecoder decoder_;

  // Of the contact at hand.
  std::string contact_;
  ContactState state_;
  bool known_ = false;  // has a record or has just got one
  bool changed_ = false;
  Millis old_timer_ms_ = kNever;
  const Zone* contact_zone_ = nullptr;  // nullptr: none known
  bool attributes_dirty_ = false;
  std::vector<TraceEntry> trace_;
  TraceEntry discarded_;  // what note() gives where no trace is kept
  std::vector<FollowUp> follow_ups_;
  std::vector<TraceMark> marks_;
  ContactView view_;
  BatchEffects* effects_ = nullptr;
};

// The engagement word that an event's name on the wire stands for; Segment's e-mail events count, too.
std::optional<EngagementWord> engagement_of_name(std::string_view wire_name);

// Ids shown to the outside: unique in a store, the same after a crash.
std::string delivery_id(std::string_view contact, uint64_t number);
std::string run_id(std::string_view contact, uint64_t number);
std::string emitted_id(std::string_view contact, uint64_t number);
// The number in a delivery's id; nullopt where it is none of this contact.
std::optional<uint64_t> delivery_number(std::string_view contact, std::string_view id);

}  // namespace wend

#endif  // WEND_VM_ENGINE_CONTACT_STEP_H_

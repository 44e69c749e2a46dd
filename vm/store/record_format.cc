#include "vm/store/record_format.h"

#include <limits>

#include "vm/base/bytes.h"

namespace wend {
namespace {

// Bits of the record's flags: which parts follow. DO NOT CHANGE THESE VALUES.
enum Part : uint64_t {
  kHasTimer = 1,
  kHasAttributes = 2,
  kHasRuns = 4,
  kHasEvents = 8,
  kHasJourneys = 16,
  kHasEngagements = 32,
  kHasDeliveries = 64,
  kHasBadAddresses = 128,
  kHasCounted = 256,
  kHasOpenHours = 512,
  kHasEmitted = 1024,
  kHasContactTimers = 4096,
  kHasHistory = uint64_t{1} << 33,
  kHasScores = uint64_t{1} << 34,
};
constexpr uint64_t kAllParts = 2047 | kHasContactTimers | kHasHistory | kHasScores;

// Bits of a history row's flags.
enum HistoryPart : uint64_t {
  kHistoryHasFirst = 1,
  kHistoryHasTotals = 2,
  kHistoryHasLog = 4,
  kHistoryIsCut = 8,
};
constexpr uint64_t kAllHistoryParts = 15;

// Bits of a run's flags.
enum RunPart : uint64_t {
  kRunEnded = 1,
  kRunConverted = 2,
  kRunHanded = 4,
  kRunHasKey = 8,
  kRunWaits = 16,
  kRunHasDue = 32,
  kRunHasEnd = 64,
  kRunHasLastSend = 128,
  kRunHasSlots = 256,
  kRunHasSends = 512,
  kRunHeld = 1024,
  kRunRepeats = 2048,
  kRunHasWaitCheck = 4096,
  kRunHasUntilCheck = 8192,
  kRunHasCall = 16384,
};
constexpr uint64_t kAllRunParts = 32767;

// No instant lies further from 1970; so sums of instants and lengths never overflow.
constexpr Millis kFurthestInstant = Millis{1} << 53;

// Differences of instants wrap instead of overflowing, so that damaged bytes are harmless.
int64_t minus(Millis a, Millis b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
Millis plus(Millis a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

class Writer {
 public:
  Writer(std::string& out, Millis base_ms) : out_(out), base_ms_(base_ms) {}

  void number(uint64_t n) { put_varint(out_, n); }
  void instant(Millis at_ms) { put_svarint(out_, minus(at_ms, base_ms_)); }
  void bytes(std::string_view b) { put_bytes(out_, b); }
  void hash(uint64_t h) { put_u64(out_, h); }
  void links(const std::vector<std::string>& links) {
    number(links.size());
    for (const std::string& link : links) bytes(link);
  }
  void kept(const KeptEvent& event) {
    number(event.event.number);
    instant(event.at_ms);
    bytes(event.id);
    bytes(event.properties);
  }
  void real(double d) { put_f64(out_, d); }
  void run(const StoredRun& run);
  // The lowest bits of the first number say which instants and marks follow.
  void timer(const ContactTimer& timer) {
    const bool due = timer.due_ms != kNever;
    const bool mark = timer.mark != kNoMark;
    number(static_cast<uint64_t>(timer.kind) << 2 | (due ? 1U : 0U) | (mark ? 2U : 0U));
    number(timer.owner);
    number(timer.index);
    if (due) instant(timer.due_ms);
    if (mark) put_svarint(out_, timer.mark);
  }
  void history(const ContactHistory& history);

 private:
  std::string& out_;
  Millis base_ms_;
};

void Writer::run(const StoredRun& run) {
  const RunState& state = run.state;
  uint64_t flags = 0;
  if (run.ended) flags |= kRunEnded;
  if (run.converted) flags |= kRunConverted;
  if (run.handed) flags |= kRunHanded;
  if (!state.key.empty()) flags |= kRunHasKey;
  if (!is_none(state.wait)) flags |= kRunWaits;
  if (state.due_ms != kNever) flags |= kRunHasDue;
  if (state.ends_at_ms != kNever) flags |= kRunHasEnd;
  if (state.last_send != kNone) flags |= kRunHasLastSend;
  if (!state.slots.empty()) flags |= kRunHasSlots;
  if (!state.sends.empty()) flags |= kRunHasSends;
  if (state.held.has_value()) flags |= kRunHeld;
  if (state.wait_check_ms != kNever) flags |= kRunHasWaitCheck;
  if (state.until_check_ms != kNever) flags |= kRunHasUntilCheck;
  if (!state.passes.empty()) flags |= kRunRepeats;
  if (state.call != 0) flags |= kRunHasCall;
  number(flags);
  number(run.image);
  number(state.journey.number);
  number(state.number);
  number(static_cast<uint64_t>(state.count));
  instant(state.entered_at_ms);
  kept(state.trigger);
  if ((flags & kRunHasKey) != 0) bytes(state.key);
  if ((flags & kRunWaits) != 0) {
    number(state.wait.number);
    instant(state.wait_since_ms);
  }
  if ((flags & kRunHasDue) != 0) instant(state.due_ms);
  if ((flags & kRunHasEnd) != 0) instant(state.ends_at_ms);
  if ((flags & kRunHasLastSend) != 0) number(state.last_send);
  if ((flags & kRunHasSlots) != 0) {
    number(state.slots.size());
    for (const std::optional<KeptEvent>& slot : state.slots) {
      number(slot.has_value() ? 1 : 0);
      if (slot.has_value()) kept(*slot);
    }
  }
  if ((flags & kRunHasSends) != 0) {
    number(state.sends.size());
    for (const SendStatus& send : state.sends) {
      number(send.send.number);
      number(static_cast<uint64_t>(send.outcome) | static_cast<uint64_t>(send.reason) << 2);
      number(send.engaged);
      instant(send.at_ms);
      number(send.delivery);
      links(send.links_clicked);
    }
  }
  if (state.held.has_value()) {
    number(state.held->send.number);
    number(state.held->next_pc);
    instant(state.held->since_ms);
    instant(state.held->release_ms);
    number(state.held->delivery);
    bytes(state.held->ending);
    bytes(state.held->ending_because);
  }
  if ((flags & kRunRepeats) != 0) {
    number(state.passes.size());
    for (const uint32_t pass : state.passes) number(pass);
  }
  if ((flags & kRunHasWaitCheck) != 0) instant(state.wait_check_ms);
  if ((flags & kRunHasUntilCheck) != 0) instant(state.until_check_ms);
  if ((flags & kRunHasCall) != 0) number(state.call);
}

void Writer::history(const ContactHistory& history) {
  uint64_t flags = 0;
  if (!history.first.empty()) flags |= kHistoryHasFirst;
  if (!history.totals.empty()) flags |= kHistoryHasTotals;
  if (!history.log.empty()) flags |= kHistoryHasLog;
  if (history.cut_ms != kNever) flags |= kHistoryIsCut;
  number(history.number);
  number(flags);
  number(static_cast<uint64_t>(history.count));
  instant(history.first_ms);
  instant(history.last_ms);
  if ((flags & kHistoryHasFirst) != 0) bytes(history.first);
  if ((flags & kHistoryHasTotals) != 0) {
    number(history.totals.size());
    for (const HistoryTotal& total : history.totals) {
      number(total.property);
      number(static_cast<uint64_t>(total.numbers));
      real(total.sum);
      bytes(total.least);
      bytes(total.most);
    }
  }
  if ((flags & kHistoryHasLog) != 0) {
    number(history.log.size());
    instant(history.log.oldest_ms());
    bytes(history.log.bytes());
  }
  if ((flags & kHistoryIsCut) != 0) instant(history.cut_ms);
}

class Reader {
 public:
  Reader(std::string_view bytes, Millis base_ms) : in_(bytes), base_ms_(base_ms) {}

  bool ok() const { return ok_ && in_.ok(); }
  bool at_end() const { return in_.at_end(); }
  void set_base(Millis base_ms) { base_ms_ = base_ms; }

  uint64_t number() { return in_.varint(); }
  uint64_t number_up_to(uint64_t most) {
    const uint64_t n = in_.varint();
    if (n <= most) return n;
    ok_ = false;
    return 0;
  }
  uint32_t index() { return static_cast<uint32_t>(number_up_to(kNone)); }
  // Every element takes at least one byte, so damaged counts can't ask for much memory.
  size_t count() { return static_cast<size_t>(number_up_to(in_.remaining())); }
  Millis absolute() { return in_range(in_.svarint()); }
  Millis instant() { return in_range(plus(base_ms_, in_.svarint())); }
  std::string_view bytes() { return in_.bytes(); }
  std::string text() { return std::string(in_.bytes()); }
  uint64_t hash() { return in_.u64(); }
  std::vector<std::string> links() {
    std::vector<std::string> links(count());
    for (std::string& link : links) link = text();
    return links;
  }
  KeptEvent kept() {
    KeptEvent event;
    event.event = EventIx{index()};
    event.at_ms = instant();
    event.id = text();
    event.properties = text();
    return event;
  }
  void fail() { ok_ = false; }
  double real() {
    const double d = in_.f64();
    if (!(d - d == 0)) ok_ = false;
    return d;
  }
  StoredRun run();
  ContactTimer timer() {
    ContactTimer timer;
    const uint64_t head = number_up_to(0xFF << 2 | 3);
    timer.kind = static_cast<ContactTimerKind>(head >> 2);
    timer.owner = static_cast<uint16_t>(number_up_to(0xFFFF));
    timer.index = index();
    if ((head & 1U) != 0) timer.due_ms = instant();
    if ((head & 2U) != 0) timer.mark = in_.svarint();
    return timer;
  }
  ContactHistory history();

 private:
  void sends(RunState& state);
  Millis in_range(Millis at_ms) {
    if (at_ms >= -kFurthestInstant && at_ms <= kFurthestInstant) return at_ms;
    ok_ = false;
    return 0;
  }

  ByteReader in_;
  Millis base_ms_;
  bool ok_ = true;
};

void Reader::sends(RunState& state) {
  state.sends.resize(count());
  for (SendStatus& send : state.sends) {
    send.send = SendIx{index()};
    const uint64_t outcome = number_up_to(3 | uint64_t{11} << 2);
    send.outcome = static_cast<SendOutcome>(outcome & 3U);
    send.reason = static_cast<SuppressReason>(outcome >> 2);
    if ((outcome & 3U) > 2) ok_ = false;
    send.engaged = static_cast<uint16_t>(number_up_to(0xFFFF));
    send.at_ms = instant();
    send.delivery = number();
    send.links_clicked = links();
    if (!ok()) return;
  }
}

StoredRun Reader::run() {
  StoredRun run;
  RunState& state = run.state;
  const uint64_t flags = number_up_to(kAllRunParts);
  run.ended = (flags & kRunEnded) != 0;
  run.converted = (flags & kRunConverted) != 0;
  run.handed = (flags & kRunHanded) != 0;
  run.image = index();
  state.journey = JourneyIx{index()};
  state.number = number();
  state.count = static_cast<int64_t>(number_up_to(std::numeric_limits<int64_t>::max()));
  state.entered_at_ms = instant();
  state.trigger = kept();
  if ((flags & kRunHasKey) != 0) state.key = text();
  if ((flags & kRunWaits) != 0) {
    state.wait = WaitIx{index()};
    state.wait_since_ms = instant();
  }
  if ((flags & kRunHasDue) != 0) state.due_ms = instant();
  if ((flags & kRunHasEnd) != 0) state.ends_at_ms = instant();
  if ((flags & kRunHasLastSend) != 0) state.last_send = index();
  if ((flags & kRunHasSlots) != 0) {
    state.slots.resize(count());
    for (std::optional<KeptEvent>& slot : state.slots) {
      if (number_up_to(1) == 1) slot = kept();
      if (!ok()) return run;
    }
  }
  if ((flags & kRunHasSends) != 0) sends(state);
  if ((flags & kRunHeld) != 0 && ok()) {
    HeldSend& held = state.held.emplace();
    held.send = SendIx{index()};
    held.next_pc = index();
    held.since_ms = instant();
    held.release_ms = instant();
    held.delivery = number();
    held.ending = text();
    held.ending_because = text();
  }
  if ((flags & kRunRepeats) != 0 && ok()) {
    state.passes.resize(count());
    for (uint32_t& pass : state.passes) pass = static_cast<uint32_t>(number_up_to(kNone));
  }
  if ((flags & kRunHasWaitCheck) != 0) state.wait_check_ms = instant();
  if ((flags & kRunHasUntilCheck) != 0) state.until_check_ms = instant();
  if ((flags & kRunHasCall) != 0) state.call = number();
  if (state.last_send != kNone && state.last_send >= state.sends.size()) ok_ = false;
  return run;
}

ContactHistory Reader::history() {
  ContactHistory history;
  history.number = static_cast<uint16_t>(number_up_to(0xFFFF));
  const uint64_t flags = number_up_to(kAllHistoryParts);
  history.count = static_cast<int64_t>(number_up_to(std::numeric_limits<int64_t>::max()));
  history.first_ms = instant();
  history.last_ms = instant();
  if ((flags & kHistoryHasFirst) != 0) history.first = text();
  if ((flags & kHistoryHasTotals) != 0) {
    history.totals.resize(count());
    for (HistoryTotal& total : history.totals) {
      total.property = static_cast<uint16_t>(number_up_to(0xFFFF));
      total.numbers = static_cast<int64_t>(number_up_to(std::numeric_limits<int64_t>::max()));
      total.sum = real();
      total.least = text();
      total.most = text();
      if (!ok()) return history;
    }
  }
  if ((flags & kHistoryHasLog) != 0) {
    const auto size = static_cast<size_t>(number_up_to(kMaxOccurrences));
    const Millis oldest_ms = instant();
    if (!history.log.restore(size, oldest_ms, bytes())) ok_ = false;
  }
  if ((flags & kHistoryIsCut) != 0) history.cut_ms = instant();
  return history;
}

void write_memory(Writer& w, const ContactState& s) {
  if (!s.history.empty()) {
    w.number(s.history.size());
    for (const ContactHistory& history : s.history) w.history(history);
  }
  if (!s.scores.empty()) {
    w.number(s.scores.size());
    for (const ContactScore& score : s.scores) {
      w.number(score.number);
      w.real(score.value);
      w.instant(score.anchor_ms);
    }
  }
}

void read_memory(Reader& r, uint64_t flags, ContactState& s) {
  int previous = -1;
  const auto in_order = [&](uint16_t number) {
    if (number <= previous) r.fail();
    previous = number;
  };
  if ((flags & kHasHistory) != 0 && r.ok()) {
    const size_t count = r.count();
    for (size_t i = 0; i < count && r.ok(); ++i) {
      s.history.push_back(r.history());
      in_order(s.history.back().number);
    }
  }
  previous = -1;
  if ((flags & kHasScores) != 0 && r.ok()) {
    s.scores.resize(r.count());
    for (ContactScore& score : s.scores) {
      score.number = static_cast<uint16_t>(r.number_up_to(0xFFFF));
      in_order(score.number);
      score.value = r.real();
      score.anchor_ms = r.instant();
      if (!r.ok()) return;
    }
  }
}

void write_parts(Writer& w, const ContactState& s) {
  if (!s.runs.empty()) {
    w.number(s.runs.size());
    for (const StoredRun& run : s.runs) w.run(run);
  }
  if (!s.recent_events.empty()) {
    w.number(s.recent_events.size());
    for (const RecentEvent& event : s.recent_events) {
      w.hash(event.id_hash);
      w.instant(event.at_ms);
    }
  }
  if (!s.journeys.empty()) {
    w.number(s.journeys.size());
    for (const JourneyHistory& history : s.journeys) {
      w.number(history.journey);
      w.number(static_cast<uint64_t>(history.starts));
      w.instant(history.last_start_ms);
      w.number(history.keys.size());
      for (const EntryKey& key : history.keys) {
        w.hash(key.key_hash);
        w.instant(key.last_start_ms);
      }
    }
  }
  if (!s.engagements.empty()) {
    w.number(s.engagements.size());
    for (const ContactEngagement& engagement : s.engagements) {
      w.number(static_cast<uint64_t>(engagement.word));
      w.instant(engagement.at_ms);
      w.bytes(engagement.link);
    }
  }
  if (!s.deliveries.empty()) {
    w.number(s.deliveries.size());
    for (const RecentDelivery& delivery : s.deliveries) {
      w.number(delivery.number);
      w.number(delivery.image);
      w.number(delivery.send.number);
      w.number(delivery.run);
      w.instant(delivery.at_ms);
      w.number(delivery.engaged);
      w.links(delivery.links_clicked);
      w.hash(delivery.address_hash);
    }
  }
  if (!s.bad_addresses.empty()) {
    w.number(s.bad_addresses.size());
    for (const BadAddress& bad : s.bad_addresses) {
      w.bytes(bad.channel);
      w.number(static_cast<uint64_t>(bad.word));
      w.hash(bad.address_hash);
    }
  }
  if (!s.counted.empty()) {
    w.number(s.counted.size());
    for (const CountedSend& sent : s.counted) {
      w.instant(sent.at_ms);
      w.number(sent.delivery);
      w.bytes(sent.channel);
      w.bytes(sent.category);
      w.bytes(sent.offer);
    }
  }
  if (s.has_open_hours()) {
    for (const uint16_t opens : s.open_hours) w.number(opens);
  }
  if (!s.timers.empty()) {
    w.number(s.timers.size());
    for (const ContactTimer& timer : s.timers) w.timer(timer);
  }
  if (s.next_emitted != 1) w.number(s.next_emitted);
}

void read_histories(Reader& r, ContactState& s) {
  s.journeys.resize(r.count());
  for (JourneyHistory& history : s.journeys) {
    history.journey = static_cast<uint16_t>(r.number_up_to(0xFFFF));
    history.starts = static_cast<int64_t>(r.number_up_to(std::numeric_limits<int64_t>::max()));
    history.last_start_ms = r.instant();
    history.keys.resize(r.count());
    for (EntryKey& key : history.keys) {
      key.key_hash = r.hash();
      key.last_start_ms = r.instant();
    }
    if (!r.ok()) return;
  }
}

void read_deliveries(Reader& r, ContactState& s) {
  s.deliveries.resize(r.count());
  for (RecentDelivery& delivery : s.deliveries) {
    delivery.number = r.number();
    delivery.image = r.index();
    delivery.send = SendIx{r.index()};
    delivery.run = r.number();
    delivery.at_ms = r.instant();
    delivery.engaged = static_cast<uint16_t>(r.number_up_to(0xFFFF));
    delivery.links_clicked = r.links();
    delivery.address_hash = r.hash();
    if (!r.ok()) return;
  }
}

void read_parts(Reader& r, uint64_t flags, ContactState& s) {
  if ((flags & kHasRuns) != 0) {
    const size_t count = r.count();
    for (size_t i = 0; i < count && r.ok(); ++i) s.runs.push_back(r.run());
  }
  if ((flags & kHasEvents) != 0) {
    s.recent_events.resize(r.count());
    for (RecentEvent& event : s.recent_events) {
      event.id_hash = r.hash();
      event.at_ms = r.instant();
    }
  }
  if ((flags & kHasJourneys) != 0 && r.ok()) read_histories(r, s);
  if ((flags & kHasEngagements) != 0 && r.ok()) {
    s.engagements.resize(r.count());
    for (ContactEngagement& engagement : s.engagements) {
      engagement.word = static_cast<EngagementWord>(r.number_up_to(kEngagementWords - 1));
      engagement.at_ms = r.instant();
      engagement.link = r.text();
    }
  }
  if ((flags & kHasDeliveries) != 0 && r.ok()) read_deliveries(r, s);
  if ((flags & kHasBadAddresses) != 0 && r.ok()) {
    s.bad_addresses.resize(r.count());
    for (BadAddress& bad : s.bad_addresses) {
      bad.channel = r.text();
      bad.word = static_cast<EngagementWord>(r.number_up_to(kEngagementWords - 1));
      bad.address_hash = r.hash();
    }
  }
  if ((flags & kHasCounted) != 0 && r.ok()) {
    s.counted.resize(r.count());
    for (CountedSend& sent : s.counted) {
      sent.at_ms = r.instant();
      sent.delivery = r.number();
      sent.channel = r.text();
      sent.category = r.text();
      sent.offer = r.text();
    }
  }
  if ((flags & kHasOpenHours) != 0 && r.ok()) {
    for (uint16_t& opens : s.open_hours) opens = static_cast<uint16_t>(r.number_up_to(0xFFFF));
  }
  if ((flags & kHasContactTimers) != 0 && r.ok()) {
    s.timers.resize(r.count());
    for (ContactTimer& timer : s.timers) {
      timer = r.timer();
      if (!r.ok()) return;
    }
  }
  if ((flags & kHasEmitted) != 0) s.next_emitted = r.number();
}

}  // namespace

std::string encode_record(const ContactState& s) {
  std::string out;
  out.reserve(128 + s.attributes.size() + 96 * s.runs.size() + 12 * s.recent_events.size());
  put_u8(out, kRecordVersion);
  uint64_t flags = 0;
  if (s.timer_ms != kNever) flags |= kHasTimer;
  if (!s.attributes.empty()) flags |= kHasAttributes;
  if (!s.runs.empty()) flags |= kHasRuns;
  if (!s.recent_events.empty()) flags |= kHasEvents;
  if (!s.journeys.empty()) flags |= kHasJourneys;
  if (!s.engagements.empty()) flags |= kHasEngagements;
  if (!s.deliveries.empty()) flags |= kHasDeliveries;
  if (!s.bad_addresses.empty()) flags |= kHasBadAddresses;
  if (!s.counted.empty()) flags |= kHasCounted;
  if (s.has_open_hours()) flags |= kHasOpenHours;
  if (!s.timers.empty()) flags |= kHasContactTimers;
  if (!s.history.empty()) flags |= kHasHistory;
  if (!s.scores.empty()) flags |= kHasScores;
  if (s.next_emitted != 1) flags |= kHasEmitted;
  put_varint(out, flags);
  put_svarint(out, s.clock_ms);
  Writer w(out, s.clock_ms);
  w.instant(s.created_at_ms);
  w.instant(s.arrived_ms);
  w.number(s.next_run);
  w.number(s.next_delivery);
  w.number(s.trace_entries);
  if ((flags & kHasTimer) != 0) w.instant(s.timer_ms);
  if ((flags & kHasAttributes) != 0) w.bytes(s.attributes);
  write_parts(w, s);
  write_memory(w, s);
  return out;
}

Status decode_record(std::string_view bytes, std::string_view contact, ContactState& s) {
  const auto place = [&] { return "the record of contact \"" + std::string(contact) + "\""; };
  if (bytes.empty()) return Error{ErrorKind::kCorrupt, place() + " is empty"};
  const auto version = static_cast<uint8_t>(bytes[0]);
  if (version > kRecordVersion) {
    return Error{ErrorKind::kNewerVersion, place() + " has version " + std::to_string(version) +
                                               "; this program knows versions up to " +
                                               std::to_string(kRecordVersion)};
  }
  s = ContactState();
  Reader r(bytes.substr(1), 0);
  const uint64_t flags = r.number();
  s.clock_ms = r.absolute();
  r.set_base(s.clock_ms);
  s.created_at_ms = r.instant();
  s.arrived_ms = r.instant();
  s.next_run = r.number();
  s.next_delivery = r.number();
  s.trace_entries = r.number();
  if ((flags & kHasTimer) != 0) s.timer_ms = r.instant();
  if ((flags & kHasAttributes) != 0) s.attributes = r.text();
  if (r.ok()) read_parts(r, flags, s);
  read_memory(r, flags, s);
  if (version == 0 || (flags & ~kAllParts) != 0 || !r.ok() || !r.at_end()) {
    return Error{ErrorKind::kCorrupt, place() + " is damaged"};
  }
  return {};
}

void put_instant_be(std::string& out, Millis at_ms) {
  put_u64_be(out, static_cast<uint64_t>(at_ms) ^ (uint64_t{1} << 63));
}

Millis instant_from_be(uint64_t big_endian) { return static_cast<Millis>(big_endian ^ (uint64_t{1} << 63)); }

std::string timer_key(Millis due_ms, std::string_view contact) {
  std::string key;
  key.reserve(8 + contact.size());
  put_instant_be(key, due_ms);
  key.append(contact);
  return key;
}

bool parse_timer_key(std::string_view key, Millis& due_ms, std::string_view& contact) {
  ByteReader reader(key);
  due_ms = instant_from_be(reader.u64_be());
  contact = key.substr(std::min<size_t>(8, key.size()));
  return reader.ok() && !contact.empty();
}

}  // namespace wend

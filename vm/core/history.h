#ifndef WEND_VM_CORE_HISTORY_H_
#define WEND_VM_CORE_HISTORY_H_

// What is remembered of a contact's events (language, section 7), and what expressions read of it. A row of
// history (program.h, HistoryRow) is kept by the store's number of its content. It has the number of events,
// the first and the last instant, running sums, and a log of single events where windows or filters ask for
// them.
//
// Windows are exact: (now - length, now] by event time. Events of one instant stand in the order of their
// arrival. Of one row at most kMaxOccurrences single events are kept; the oldest go first, and what is asked
// beyond them is a lower bound.
//
// Pure; one thread an object. Instants are milliseconds since 1970.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/bytes.h"
#include "vm/base/clock.h"
#include "vm/core/program.h"
#include "vm/core/value.h"

namespace wend {

// Single events that one row keeps of a contact, and the bytes that their properties may take each.
constexpr size_t kMaxOccurrences = 1000;
constexpr size_t kMaxOccurrenceBytes = 1024;

// The log: times and properties (attribute blocks by the store's numbers of property names), oldest first, in
// one string: for each a varint of twice the time since the one before, one more where properties follow as
// bytes (docs/formats/record.md).
class OccurrenceLog {
 public:
  OccurrenceLog() = default;
  // From stored parts; false where they are malformed.
  bool restore(size_t count, Millis oldest_ms, std::string_view bytes);

  size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  // REQUIRES: not empty.
  Millis oldest_ms() const { return oldest_ms_; }
  Millis latest_ms() const { return latest_ms_; }
  const std::string& bytes() const { return bytes_; }

  // Behind all that are not later.
  void insert(Millis at_ms, std::string_view block);
  void drop_oldest();

 private:
  friend class OccurrenceCursor;
  void append(Millis at_ms, std::string_view block);

  size_t count_ = 0;
  Millis oldest_ms_ = 0;
  Millis latest_ms_ = 0;
  std::string bytes_;
};

struct Occurrence {
  Millis at_ms = 0;
  std::string_view block;  // views the log
};
// Walks a log from its oldest entry.
class OccurrenceCursor {
 public:
  explicit OccurrenceCursor(const OccurrenceLog& log);
  bool next(Occurrence& occurrence);

 private:
  ByteReader reader_;
  size_t left_;
  Millis at_ms_;
};

// Running figures of one property. Only numbers are summed; `least` and `most` are of values that have an order.
struct HistoryTotal {
  uint16_t property = 0;  // the store's number
  int64_t numbers = 0;    // how many values were numbers
  double sum = 0;
  std::string least, most;  // encoded values; empty for none
};

struct ContactHistory {
  uint16_t number = 0;  // the store's, of the row's content
  int64_t count = 0;
  Millis first_ms = 0;  // where count > 0
  Millis last_ms = 0;
  Millis cut_ms = kNever;            // the latest event that went because there were too many; kNever: none did
  std::string first;                 // block of the first one's kept properties
  std::vector<HistoryTotal> totals;  // ascending by property
  OccurrenceLog log;
};

// What a row keeps, by the store's numbers; of several images that know the row, what any of them needs.
struct HistoryKeeping {
  std::vector<uint16_t> totals;  // ascending
  std::vector<uint16_t> kept;    // ascending
  Millis retention_ms = 0;
  uint32_t keeps_last = 0;
  bool keeps_first = false;

  bool keeps_log() const { return retention_ms > 0 || keeps_last > 0; }
};

// Adds an event. `value_of(property)` gives its value by the store's number of the property, missing where it
// has none. `now_ms` is the contact's clock: the log takes in nothing older than the row keeps. What the answer
// says is to be counted.
struct HistoryAdded {
  bool cut = false;        // an event that a window may still ask for went
  bool first_cut = false;  // for the first time in this row
  bool shortened = false;  // a property was left out
};
HistoryAdded add_to_history(ContactHistory& history, const HistoryKeeping& keeping, Millis at_ms, Millis now_ms,
                            const std::function<Value(uint16_t property)>& value_of);
// Forgets events that no window reaches at `now_ms` or later.
void prune_history(ContactHistory& history, const HistoryKeeping& keeping, Millis now_ms);

// The row of a contact, nullptr where nothing is remembered. `all` ascends by number.
const ContactHistory* find_history(std::span<const ContactHistory> all, uint16_t number);
ContactHistory& history_for(std::vector<ContactHistory>& all, uint16_t number);

// A question to a row.
struct HistoryQuestion {
  HistoryAggregate aggregate = HistoryAggregate::kCount;
  std::span<const uint16_t> properties;  // the store's numbers
  std::span<const std::string_view> names;  // of these properties: fields of a record
  uint32_t at_most = 0;
  bool windowed = false;
  Millis window_ms = 0;  // where windowed
  Millis now_ms = 0;
  Millis created_at_ms = 0;  // of the contact
  // Which of the kept events count; empty: all.
  std::function<bool(const Occurrence&)> filter;
};
struct HistoryAnswer {
  Value value;  // lists and records view `bytes` of the call
  // The earliest instant after now at which the value changes with no event, by a window that moves on; kNever
  // for none. The value of kSince grows with every instant and has no such instant.
  Millis changes_at_ms = kNever;
  bool lower_bound = false;
};
// `history` may be null. What a list or record needs is put into `bytes`, which must outlive the answer.
HistoryAnswer ask_history(const ContactHistory* history, const HistoryQuestion& question, std::string& bytes);

// ------------------------------------------------------------------------------------------------ scores

// Points of a contact, by the store's number of the score's name.
struct ContactScore {
  uint16_t number = 0;
  double value = 0;
  // Steps of decay are counted from here: the first points, moved on by whole steps.
  Millis anchor_ms = 0;
};
// The value at an instant that is not before the anchor. `score` may be null: no points yet.
double score_at(const ScoreRow& row, const ContactScore* score, Millis now_ms);
// The next step of decay that changes the value; kNever for none.
Millis score_changes_at(const ScoreRow& row, const ContactScore* score, Millis now_ms);
// Adds points of an event at `at_ms`, handled at `now_ms`. Points of an event that comes late have decayed by the
// steps since then. The value is brought into the score's bounds.
void add_points(const ScoreRow& row, std::vector<ContactScore>& all, uint16_t number, double points, Millis at_ms,
                Millis now_ms);
const ContactScore* find_score(std::span<const ContactScore> all, uint16_t number);

}  // namespace wend

#endif  // WEND_VM_CORE_HISTORY_H_

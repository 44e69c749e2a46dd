#include "vm/core/history.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "vm/core/attribute_block.h"

namespace wend {
namespace {

// Instants lie within the years 1 to 9999 and lengths may be anything; the difference saturates.
Millis minus(Millis instant_ms, Millis length_ms) {
  Millis result = 0;
  if (__builtin_sub_overflow(instant_ms, length_ms, &result)) return length_ms < 0 ? INT64_MAX : INT64_MIN;
  return result;
}
Millis plus(Millis instant_ms, Millis length_ms) {
  Millis result = 0;
  if (__builtin_add_overflow(instant_ms, length_ms, &result)) return kNever;
  return result;
}

std::optional<double> as_number(const Value& value) {
  if (value.tag == Tag::kNumber) return value.d;
  if (value.tag == Tag::kInt) return static_cast<double>(value.i);
  return std::nullopt;
}

// Is `a` less than `b`? nullopt where the two have no order.
std::optional<bool> is_less(const Value& a, const Value& b) {
  const std::optional<double> x = as_number(a);
  const std::optional<double> y = as_number(b);
  if (x && y) return *x < *y;
  if (a.tag != b.tag) return std::nullopt;
  switch (a.tag) {
    case Tag::kString:
      return a.bytes() < b.bytes();
    case Tag::kDuration:
    case Tag::kTime:
    case Tag::kDate:
    case Tag::kClock:
      return a.i < b.i;
    case Tag::kPercent:
      return a.d < b.d;
    default:
      return std::nullopt;
  }
}
bool has_order(const Value& value) { return is_less(value, value).has_value(); }

std::string encoded(const Value& value) {
  std::string bytes;
  encode_value(bytes, value);
  return bytes;
}
Value decoded(std::string_view bytes) {
  if (bytes.empty()) return {};
  ByteReader reader(bytes);
  return decode_value(reader);
}

// Keeps the smaller or, with `greater`, the larger of two values.
void keep_extreme(std::string& kept, const Value& value, bool greater) {
  if (!has_order(value)) return;
  if (kept.empty()) {
    kept = encoded(value);
    return;
  }
  const Value old = decoded(kept);
  const std::optional<bool> less = greater ? is_less(old, value) : is_less(value, old);
  if (less.value_or(false)) kept = encoded(value);
}

void add_to_total(HistoryTotal& total, const Value& value) {
  if (const std::optional<double> number = as_number(value)) {
    ++total.numbers;
    total.sum += *number;
  }
  keep_extreme(total.least, value, false);
  keep_extreme(total.most, value, true);
}

HistoryTotal& total_of(ContactHistory& history, uint16_t property) {
  const auto at = std::lower_bound(history.totals.begin(), history.totals.end(), property,
                                   [](const HistoryTotal& total, uint16_t p) { return total.property < p; });
  if (at != history.totals.end() && at->property == property) return *at;
  HistoryTotal fresh;
  fresh.property = property;
  return *history.totals.insert(at, std::move(fresh));
}

// The kept properties as a block of at most kMaxOccurrenceBytes; what does not fit is left out.
std::string kept_block(const HistoryKeeping& keeping, const std::function<Value(uint16_t)>& value_of,
                       bool& shortened) {
  if (keeping.kept.empty()) return {};
  BlockBuilder block;
  size_t bytes = 0;
  bool any = false;
  for (const uint16_t property : keeping.kept) {
    const Value value = value_of(property);
    if (value.missing()) continue;
    const size_t size = encoded(value).size() + 6;  // and its place in the block
    if (bytes + size > kMaxOccurrenceBytes) {
      shortened = true;
      continue;
    }
    bytes += size;
    any = true;
    block.put(property, value);
  }
  return any ? block.build() : std::string();
}

}  // namespace

// ------------------------------------------------------------------------------------------------ the log

void OccurrenceLog::append(Millis at_ms, std::string_view block) {
  if (count_ == 0) oldest_ms_ = latest_ms_ = at_ms;
  const auto delta = static_cast<uint64_t>(at_ms - latest_ms_);
  put_varint(bytes_, delta << 1 | (block.empty() ? 0U : 1U));
  if (!block.empty()) put_bytes(bytes_, block);
  latest_ms_ = at_ms;
  ++count_;
}

void OccurrenceLog::insert(Millis at_ms, std::string_view block) {
  if (count_ == 0 || at_ms >= latest_ms_) return append(at_ms, block);
  OccurrenceLog longer;
  OccurrenceCursor cursor(*this);
  Occurrence one;
  bool done = false;
  while (cursor.next(one)) {
    if (!done && one.at_ms > at_ms) {
      longer.append(at_ms, block);
      done = true;
    }
    longer.append(one.at_ms, one.block);
  }
  *this = std::move(longer);
}

void OccurrenceLog::drop_oldest() {
  if (count_ <= 1) {
    *this = OccurrenceLog();
    return;
  }
  ByteReader reader(bytes_);
  if ((reader.varint() & 1U) != 0) reader.bytes();
  const uint64_t head = reader.varint();
  const size_t head_end = bytes_.size() - reader.remaining();
  oldest_ms_ += static_cast<Millis>(head >> 1);
  --count_;
  // The new oldest entry begins with no distance.
  bytes_.replace(0, head_end, 1, static_cast<char>(head & 1U));
}

bool OccurrenceLog::restore(size_t count, Millis oldest_ms, std::string_view bytes) {
  ByteReader reader(bytes);
  Millis at_ms = oldest_ms;
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    const uint64_t head = reader.varint();
    if ((i == 0 && head > 1) || (head >> 1) > static_cast<uint64_t>(kMaxInstant - kMinInstant)) return false;
    at_ms += static_cast<Millis>(head >> 1);
    if (at_ms > kMaxInstant) return false;
    if ((head & 1U) != 0) reader.bytes();
  }
  if (!reader.ok() || !reader.at_end() || oldest_ms < kMinInstant) return false;
  count_ = count;
  oldest_ms_ = oldest_ms;
  latest_ms_ = at_ms;
  bytes_.assign(bytes);
  return true;
}

OccurrenceCursor::OccurrenceCursor(const OccurrenceLog& log)
    : reader_(log.bytes_), left_(log.count_), at_ms_(log.oldest_ms_) {}

bool OccurrenceCursor::next(Occurrence& occurrence) {
  if (left_ == 0) return false;
  --left_;
  const uint64_t head = reader_.varint();
  at_ms_ += static_cast<Millis>(head >> 1);
  occurrence.at_ms = at_ms_;
  occurrence.block = (head & 1U) != 0 ? reader_.bytes() : std::string_view();
  return true;
}

// ------------------------------------------------------------------------------------------------ keeping

void prune_history(ContactHistory& history, const HistoryKeeping& keeping, Millis now_ms) {
  if (keeping.retention_ms == kNever) return;
  const Millis gone_ms = minus(now_ms, keeping.retention_ms);
  OccurrenceLog& log = history.log;
  while (log.size() > keeping.keeps_last && log.oldest_ms() <= gone_ms) log.drop_oldest();
}

HistoryAdded add_to_history(ContactHistory& history, const HistoryKeeping& keeping, Millis at_ms, Millis now_ms,
                            const std::function<Value(uint16_t)>& value_of) {
  HistoryAdded added;
  const bool is_first = history.count == 0 || at_ms < history.first_ms;
  if (is_first) history.first_ms = at_ms;
  history.last_ms = history.count == 0 ? at_ms : std::max(history.last_ms, at_ms);
  ++history.count;
  for (const uint16_t property : keeping.totals) add_to_total(total_of(history, property), value_of(property));
  if (!keeping.keeps_first && !keeping.keeps_log()) return added;
  const std::string block = kept_block(keeping, value_of, added.shortened);
  if (is_first && keeping.keeps_first) history.first = block;
  if (!keeping.keeps_log()) return added;
  history.log.insert(at_ms, block);
  prune_history(history, keeping, now_ms);
  while (history.log.size() > kMaxOccurrences) {
    added.cut = true;
    added.first_cut = added.first_cut || history.cut_ms == kNever;
    history.cut_ms = history.cut_ms == kNever ? history.log.oldest_ms()
                                              : std::max(history.cut_ms, history.log.oldest_ms());
    history.log.drop_oldest();
  }
  return added;
}

const ContactHistory* find_history(std::span<const ContactHistory> all, uint16_t number) {
  const auto at = std::lower_bound(all.begin(), all.end(), number,
                                   [](const ContactHistory& row, uint16_t n) { return row.number < n; });
  return at != all.end() && at->number == number ? &*at : nullptr;
}

ContactHistory& history_for(std::vector<ContactHistory>& all, uint16_t number) {
  const auto at = std::lower_bound(all.begin(), all.end(), number,
                                   [](const ContactHistory& row, uint16_t n) { return row.number < n; });
  if (at != all.end() && at->number == number) return *at;
  ContactHistory fresh;
  fresh.number = number;
  return *all.insert(at, std::move(fresh));
}

// ------------------------------------------------------------------------------------------------ asking

namespace {

// Answers from the running figures: no window, and every event counts.
bool answer_from_totals(const ContactHistory* history, const HistoryQuestion& q, HistoryAnswer& answer) {
  if (q.filter) return false;
  const HistoryTotal* total = nullptr;
  if (history != nullptr && !q.properties.empty()) {
    for (const HistoryTotal& one : history->totals) {
      if (one.property == q.properties[0]) total = &one;
    }
  }
  switch (q.aggregate) {
    case HistoryAggregate::kSince:
      if (q.windowed) return false;
      if (history != nullptr && history->count > 0)
        answer.value = Value::of_duration(minus(q.now_ms, history->last_ms));
      return true;
    case HistoryAggregate::kSilent: {
      const bool any = history != nullptr && history->count > 0;
      const Millis ends_ms = plus(any ? history->last_ms : q.created_at_ms, q.window_ms);
      answer.value = Value::of_bool(ends_ms <= q.now_ms);
      if (ends_ms > q.now_ms) answer.changes_at_ms = ends_ms;
      return true;
    }
    case HistoryAggregate::kCount:
      if (q.windowed) return false;
      answer.value = Value::of_int(history == nullptr ? 0 : history->count);
      return true;
    case HistoryAggregate::kSum:
      if (q.windowed) return false;
      answer.value = Value::of_number(total == nullptr ? 0 : total->sum);
      return true;
    case HistoryAggregate::kAvg:
      if (q.windowed) return false;
      if (total != nullptr && total->numbers > 0)
        answer.value = Value::of_number(total->sum / static_cast<double>(total->numbers));
      return true;
    case HistoryAggregate::kMin:
    case HistoryAggregate::kMax:
      if (q.windowed) return false;
      if (total != nullptr)
        answer.value = decoded(q.aggregate == HistoryAggregate::kMin ? total->least : total->most);
      return true;
    default:
      return false;
  }
}

void add_record(RecordBuilder& record, const HistoryQuestion& q, const Occurrence& one) {
  record.add("at", Value::of_time(one.at_ms));
  for (size_t i = 0; i < q.properties.size(); ++i) {
    const Value value = block_get(one.block, q.properties[i]);
    if (!value.missing()) record.add(q.names[i], value);
  }
}

Value record_of(const HistoryQuestion& q, const Occurrence& one, std::string& bytes) {
  RecordBuilder record;
  add_record(record, q, one);
  record.build_into(bytes);
  return Value::of_record(bytes);
}

Value list_of(const HistoryQuestion& q, std::span<const Occurrence> found, std::string& bytes) {
  ListBuilder list;
  for (const Occurrence& one : found.subspan(found.size() - std::min<size_t>(found.size(), q.at_most))) {
    std::string record;
    list.add(record_of(q, one, record));
  }
  list.build_into(bytes);
  return Value::of_list(bytes);
}

// Whole numbers and numbers of one value are one.
std::string distinct_key(const Value& value) {
  const std::optional<double> number = as_number(value);
  return encoded(number ? Value::of_number(*number) : value);
}

Value count_distinct(const HistoryQuestion& q, std::span<const Occurrence> found) {
  std::vector<std::string> keys;
  for (const Occurrence& one : found) {
    const Value value = block_get(one.block, q.properties[0]);
    if (!value.missing()) keys.push_back(distinct_key(value));
  }
  std::sort(keys.begin(), keys.end());
  return Value::of_int(std::unique(keys.begin(), keys.end()) - keys.begin());
}

Value fold_values(const HistoryQuestion& q, std::span<const Occurrence> found) {
  double sum = 0;
  int64_t numbers = 0;
  Value extreme;
  for (const Occurrence& one : found) {
    const Value value = block_get(one.block, q.properties[0]);
    if (const std::optional<double> number = as_number(value)) {
      sum += *number;
      ++numbers;
    }
    if (!has_order(value)) continue;
    const bool greater = q.aggregate == HistoryAggregate::kMax;
    const std::optional<bool> better = greater ? is_less(extreme, value) : is_less(value, extreme);
    if (extreme.missing() || better.value_or(false)) extreme = value;
  }
  if (q.aggregate == HistoryAggregate::kSum) return Value::of_number(sum);
  if (q.aggregate != HistoryAggregate::kAvg) return extreme;
  return numbers == 0 ? Value() : Value::of_number(sum / static_cast<double>(numbers));
}

Value value_of_found(const HistoryQuestion& q, std::span<const Occurrence> found, std::string& bytes) {
  switch (q.aggregate) {
    case HistoryAggregate::kCount:
      return Value::of_int(static_cast<int64_t>(found.size()));
    case HistoryAggregate::kDistinct:
      return count_distinct(q, found);
    case HistoryAggregate::kLast:
      return found.empty() ? Value() : record_of(q, found.back(), bytes);
    case HistoryAggregate::kFirst:
      return found.empty() ? Value() : record_of(q, found.front(), bytes);
    case HistoryAggregate::kLastList:
      return list_of(q, found, bytes);
    case HistoryAggregate::kSince:
      return found.empty() ? Value() : Value::of_duration(minus(q.now_ms, found.back().at_ms));
    default:
      return fold_values(q, found);
  }
}

// `no E where .. for D` with a filter that asks more than the event.
void answer_silence(const ContactHistory* history, const HistoryQuestion& q, std::span<const Occurrence> found,
                    HistoryAnswer& answer) {
  Millis since_ms = q.created_at_ms;
  // An event before the contact's creation was imported later: the contact is known at least since then.
  if (history != nullptr && history->count > 0) since_ms = std::min(since_ms, history->first_ms);
  if (!found.empty()) since_ms = found.back().at_ms;
  const Millis ends_ms = plus(since_ms, q.window_ms);
  answer.value = Value::of_bool(ends_ms <= q.now_ms);
  if (ends_ms > q.now_ms) answer.changes_at_ms = ends_ms;
}

}  // namespace

HistoryAnswer ask_history(const ContactHistory* history, const HistoryQuestion& q, std::string& bytes) {
  HistoryAnswer answer;
  if (answer_from_totals(history, q, answer)) return answer;
  if (q.aggregate == HistoryAggregate::kFirst && !q.filter && !q.windowed) {
    if (history != nullptr && history->count > 0)
      answer.value = record_of(q, {history->first_ms, history->first}, bytes);
    return answer;
  }
  std::vector<Occurrence> found;
  const bool silence = q.aggregate == HistoryAggregate::kSilent;
  const Millis after_ms = q.windowed && !silence ? minus(q.now_ms, q.window_ms) : INT64_MIN;
  if (history != nullptr) {
    OccurrenceCursor cursor(history->log);
    Occurrence one;
    while (cursor.next(one)) {
      if (one.at_ms <= after_ms || one.at_ms > q.now_ms) continue;
      if (!q.filter || q.filter(one)) found.push_back(one);
    }
    answer.lower_bound = history->cut_ms != kNever && history->cut_ms > after_ms;
  }
  if (silence) {
    answer_silence(history, q, found, answer);
    return answer;
  }
  answer.value = value_of_found(q, found, bytes);
  if (q.windowed && !found.empty()) answer.changes_at_ms = plus(found.front().at_ms, q.window_ms);
  return answer;
}

// ------------------------------------------------------------------------------------------------ scores

namespace {

// Values nearer to nothing than this are nothing; so decay comes to an end.
constexpr double kLeastPoints = 1e-9;

double in_bounds(const ScoreRow& row, double value) { return std::min(std::max(value, row.low), row.high); }

double decay_once(const ScoreRow& row, double value) {
  const double less = value * (1 - row.decay_percent / 100);
  return in_bounds(row, std::abs(less) < kLeastPoints ? 0 : less);
}

// Step by step, because a score is kept in its bounds after every change.
double decayed(const ScoreRow& row, double value, int64_t steps) {
  for (int64_t i = 0; i < steps; ++i) {
    const double next = decay_once(row, value);
    if (next == value) break;
    value = next;
  }
  return value;
}

int64_t steps_between(const ScoreRow& row, Millis from_ms, Millis to_ms) {
  if (row.decay_every_ms <= 0 || row.decay_percent <= 0) return 0;
  const Millis passed_ms = minus(to_ms, from_ms);
  const Millis steps = passed_ms / row.decay_every_ms;
  return passed_ms < 0 && passed_ms % row.decay_every_ms != 0 ? steps - 1 : steps;
}

}  // namespace

const ContactScore* find_score(std::span<const ContactScore> all, uint16_t number) {
  const auto at = std::lower_bound(all.begin(), all.end(), number,
                                   [](const ContactScore& score, uint16_t n) { return score.number < n; });
  return at != all.end() && at->number == number ? &*at : nullptr;
}

double score_at(const ScoreRow& row, const ContactScore* score, Millis now_ms) {
  if (score == nullptr) return in_bounds(row, 0);
  return decayed(row, in_bounds(row, score->value), steps_between(row, score->anchor_ms, now_ms));
}

Millis score_changes_at(const ScoreRow& row, const ContactScore* score, Millis now_ms) {
  if (score == nullptr || row.decay_every_ms <= 0 || row.decay_percent <= 0) return kNever;
  const double value = score_at(row, score, now_ms);
  if (decay_once(row, value) == value) return kNever;
  const int64_t steps = std::max<int64_t>(0, steps_between(row, score->anchor_ms, now_ms));
  return plus(score->anchor_ms, (steps + 1) * row.decay_every_ms);
}

void add_points(const ScoreRow& row, std::vector<ContactScore>& all, uint16_t number, double points, Millis at_ms,
                Millis now_ms) {
  auto at = std::lower_bound(all.begin(), all.end(), number,
                             [](const ContactScore& score, uint16_t n) { return score.number < n; });
  if (at == all.end() || at->number != number) {
    ContactScore fresh;
    fresh.number = number;
    fresh.value = in_bounds(row, 0);
    fresh.anchor_ms = std::min(at_ms, now_ms);
    at = all.insert(at, fresh);
  }
  const int64_t steps = std::max<int64_t>(0, steps_between(row, at->anchor_ms, now_ms));
  const double before = decayed(row, in_bounds(row, at->value), steps);
  at->anchor_ms = plus(at->anchor_ms, steps * std::max<Millis>(row.decay_every_ms, 0));
  // Steps that have passed since the event itself.
  const int64_t late = std::max<int64_t>(0, -steps_between(row, at->anchor_ms, std::min(at_ms, now_ms)));
  double rest = points;
  for (int64_t i = 0; i < late && rest != 0; ++i) {
    rest *= 1 - row.decay_percent / 100;
    if (std::abs(rest) < kLeastPoints) rest = 0;
  }
  at->value = in_bounds(row, before + rest);
}

}  // namespace wend

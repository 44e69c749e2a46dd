#include "vm/engine/timer_queue.h"

#include <algorithm>
#include <utility>

#include "vm/base/hash.h"
#include "vm/store/record_format.h"

namespace wend {

size_t shard_of(std::string_view contact) { return hash64(contact) % kShards; }

TimerQueue::TimerQueue(Store& store, size_t workers) : store_(store), pending_(workers) {}

Result<std::vector<DueTimer>> TimerQueue::take(size_t worker, Millis now_ms, size_t limit) {
  std::vector<DueTimer> due;
  std::vector<bool> found(pending_.size(), false);
  {
    const std::lock_guard lock(mutex_);
    std::deque<DueTimer>& mine = pending_[worker];
    if (mine.size() < limit && next_look_ms_ <= now_ms) {
      WEND_RETURN_IF_ERROR(scan(now_ms, limit * pending_.size(), found));
    }
    while (!mine.empty() && due.size() < limit) {
      due.push_back(std::move(mine.front()));
      mine.pop_front();
    }
  }
  for (size_t other = 0; other < found.size(); ++other) {
    if (found[other] && other != worker && wake_) wake_(other);
  }
  return due;
}

Status TimerQueue::scan(Millis now_ms, size_t limit, std::vector<bool>& found) {
  const std::string start = low_.begin_scan();
  std::string stop = start;
  const auto it = store_.iterate(Family::kTimers, start, {});
  size_t count = 0;
  next_look_ms_ = kNever;
  for (it->seek(start); it->valid(); it->next()) {
    DueTimer timer;
    std::string_view contact;
    if (!parse_timer_key(it->key(), timer.due_ms, contact)) {
      low_.end_scan(start);
      return Error{ErrorKind::kCorrupt, "a timer's key in the store is damaged"};
    }
    if (timer.due_ms > now_ms || count == limit) {
      stop.assign(it->key());
      next_look_ms_ = timer.due_ms;
      break;
    }
    // The next scan begins after this key, which its commit will erase.
    stop.assign(it->key());
    stop.push_back('\0');
    timer.contact.assign(contact);
    const size_t worker = worker_of(contact, pending_.size());
    pending_[worker].push_back(std::move(timer));
    found[worker] = true;
    ++count;
  }
  low_.end_scan(stop);
  return it->status();
}

Result<Millis> TimerQueue::next_due() {
  const std::lock_guard lock(mutex_);
  Millis due = kNever;
  for (const std::deque<DueTimer>& pending : pending_) {
    if (!pending.empty()) due = std::min(due, pending.front().due_ms);
  }
  const std::string start = low_.begin_scan();
  const auto it = store_.iterate(Family::kTimers, start, {});
  it->seek(start);
  std::string stop = start;
  Millis first = kNever;
  if (it->valid()) {
    stop.assign(it->key());
    std::string_view contact;
    if (!parse_timer_key(stop, first, contact)) {
      low_.end_scan(start);
      return Error{ErrorKind::kCorrupt, "a timer's key in the store is damaged"};
    }
  }
  low_.end_scan(stop);
  next_look_ms_ = first;
  WEND_RETURN_IF_ERROR(it->status());
  return std::min(due, first);
}

Millis TimerQueue::next_look() {
  const std::lock_guard lock(mutex_);
  return next_look_ms_;
}

void TimerQueue::note_put(Millis due_ms, std::string_view contact) {
  const std::lock_guard lock(mutex_);
  low_.lower(timer_key(due_ms, contact));
  next_look_ms_ = std::min(next_look_ms_, due_ms);
}

}  // namespace wend

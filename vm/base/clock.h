#ifndef WEND_VM_BASE_CLOCK_H_
#define WEND_VM_BASE_CLOCK_H_

// Time as a parameter. Nothing below the engine's edge reads a clock; whoever needs "now" is given one.

#include <cstdint>

namespace wend {

// An instant or a length in milliseconds. Instants count from 1970-01-01T00:00:00Z, leap seconds ignored.
using Millis = int64_t;

constexpr Millis kMillisPerSecond = 1000;
constexpr Millis kMillisPerMinute = 60 * kMillisPerSecond;
constexpr Millis kMillisPerHour = 60 * kMillisPerMinute;
constexpr Millis kMillisPerDay = 24 * kMillisPerHour;

// The later bound of all instants that Wend handles: 9999-12-31T23:59:59.999Z. "Never" is kNever.
constexpr Millis kMaxInstant = 253402300799999;
constexpr Millis kMinInstant = -62135596800000;  // 0001-01-01T00:00:00Z
constexpr Millis kNever = INT64_MAX;

// Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  // The current instant; may jump in either direction when the machine's clock is set.
  virtual Millis now_ms() const = 0;
};

// The machine's clock.
class SystemClock : public Clock {
 public:
  Millis now_ms() const override;
};

// A clock that stands where it was put: replay, simulation, tests. Not synchronised: one thread.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Millis start_ms = 0) : now_ms_(start_ms) {}
  Millis now_ms() const override { return now_ms_; }
  void set(Millis now_ms) { now_ms_ = now_ms; }

 private:
  Millis now_ms_;
};

}  // namespace wend

#endif  // WEND_VM_BASE_CLOCK_H_

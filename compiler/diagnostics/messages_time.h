#ifndef WEND_COMPILER_DIAGNOSTICS_MESSAGES_TIME_H_
#define WEND_COMPILER_DIAGNOSTICS_MESSAGES_TIME_H_

// Messages about conditions that react to the passing of time (area 04, and the lints 14 about them).

#include <string>

#include "compiler/diagnostics/diagnostic.h"

namespace wend {

struct NoInstantOfChange {
  static constexpr Code kCode = Code::kNoInstantOfChange;
  enum class Remedy : uint8_t {
    kAlone,      // compare the clock alone
    kOtherSide,  // a calendar length belongs to the other side
    kToday,      // a part of today instead of a part of now
    kDays,       // a window in days instead of months
  };
  Span at;
  std::string text;   // its source
  std::string clock;  // "now", "today", "clock"
  std::string place;  // "`until`"
  Remedy remedy = Remedy::kAlone;
  std::string rewritten;  // kToday: what to write instead
  bool operator==(const NoInstantOfChange&) const = default;
};
Diagnostic describe(const NoInstantOfChange& message);

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_MESSAGES_TIME_H_

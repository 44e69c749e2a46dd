// Names of stored enums, as the language spells them.
#include <iterator>

#include "vm/core/program.h"
#include "vm/core/run_state.h"

namespace wend {
namespace {

constexpr std::string_view kWords[] = {"opened",  "clicked",    "delivered",  "bounced", "failed",
                                       "replied", "complained", "suppressed", "sent"};
static_assert(std::size(kWords) == kEngagementWords);

constexpr std::string_view kReasons[] = {"",       "address", "consent", "hibernate", "cap", "quiet",
                                         "paused", "expires", "while",   "",          "",    "best_hour"};
static_assert(std::size(kReasons) == static_cast<size_t>(SuppressReason::kBestHour) + 1);

}  // namespace

std::string_view engagement_word_name(EngagementWord word) { return kWords[static_cast<size_t>(word)]; }

std::string_view suppress_reason_name(SuppressReason reason) { return kReasons[static_cast<size_t>(reason)]; }

}  // namespace wend

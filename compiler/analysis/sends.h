#ifndef WEND_COMPILER_ANALYSIS_SENDS_H_
#define WEND_COMPILER_ANALYSIS_SENDS_H_

// Which messages a run can have sent when it comes to a place: a forward analysis over the steps. It settles
// what an engagement word alone asks about (the last send, or the contact's messages where none can precede)
// and finds the questions about messages that no path has sent. Internal to compiler/analysis. One thread.

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/analysis/context.h"

namespace wend {

// The send rows that some path from the entry to a place passes, ascending.
struct SendState {
  std::vector<uint32_t> sends;
  // A construct that cannot run yet stands before: anything may have been sent.
  bool unknown = false;

  void add(uint32_t send);
  void merge(const SendState& other);
};

// Every send of the journey: what may precede `until`, `goal` and the last acts.
SendState all_sends(const Context& context, uint32_t journey);

// "opened", "clicked", ...
std::string_view engagement_word_text(ast::EngagementWord word);

// The query of an engagement word at a place; reports names that mean nothing and messages that no path has
// sent. kNone after a report.
uint32_t resolve_query(Context& context, const ast::EngagementExpr& expr, uint32_t journey,
                       const SendState& state);

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_SENDS_H_

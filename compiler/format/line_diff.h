#ifndef WEND_COMPILER_FORMAT_LINE_DIFF_H_
#define WEND_COMPILER_FORMAT_LINE_DIFF_H_

// The difference of two texts line by line, in the unified form that `patch` and `git apply` read. Pure; any
// thread.

#include <string>
#include <string_view>

namespace wend {

// Empty where the texts are equal. The shortest edit script (Myers, "An O(ND) Difference Algorithm", 1986);
// texts that differ in more than `kMostEdits` lines are shown as removed and added whole.
std::string unified_diff(std::string_view before, std::string_view after, const std::string& path);

}  // namespace wend

#endif  // WEND_COMPILER_FORMAT_LINE_DIFF_H_

#ifndef WEND_VM_CORE_REGEX_H_
#define WEND_VM_CORE_REGEX_H_

// The regular expressions of a program, in RE2's syntax: matching takes time linear in the text, whatever the
// pattern. Immutable after compile() and safe from any thread.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vm/base/result.h"

namespace wend {

// kInvalidInput with RE2's reason.
Status check_regex(std::string_view pattern);

class RegexSet {
 public:
  // kInvalidInput where a pattern is not one; says which.
  static Result<std::unique_ptr<RegexSet>> compile(const std::vector<std::string>& patterns);
  ~RegexSet();

  // Has the text a match anywhere? REQUIRES: index below the number of patterns.
  bool matches(size_t index, std::string_view text) const;

 private:
  struct Patterns;
  RegexSet();
  std::unique_ptr<Patterns> patterns_;
};

}  // namespace wend

#endif  // WEND_VM_CORE_REGEX_H_

// The only file that includes RE2.
#include "vm/core/regex.h"

#include <re2/re2.h>

#include <string>

namespace wend {
namespace {

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(4 << 20);
  return options;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct RegexSet::Patterns {
  std::vector<std::unique_ptr<const RE2>> compiled;
};

RegexSet::RegexSet() : patterns_(std::make_unique<Patterns>()) {}
RegexSet::~RegexSet() = default;

Status check_regex(std::string_view pattern) {
  const RE2 regex(piece(pattern), options());
  if (regex.ok()) return {};
  return Error{ErrorKind::kInvalidInput, regex.error()};
}

Result<std::unique_ptr<RegexSet>> RegexSet::compile(const std::vector<std::string>& patterns) {
  std::unique_ptr<RegexSet> set(new RegexSet);
  for (size_t i = 0; i < patterns.size(); ++i) {
    auto regex = std::make_unique<const RE2>(piece(patterns[i]), options());
    if (!regex->ok()) {
      return Error{ErrorKind::kInvalidInput,
                   "regular expression " + std::to_string(i) + ": " + regex->error()};
    }
    set->patterns_->compiled.push_back(std::move(regex));
  }
  return set;
}

bool RegexSet::matches(size_t index, std::string_view text) const {
  return RE2::PartialMatch(piece(text), *patterns_->compiled[index]);
}

}  // namespace wend

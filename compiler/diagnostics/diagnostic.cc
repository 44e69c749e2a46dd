#include "compiler/diagnostics/diagnostic.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace wend {
namespace {

auto order_of(const Diagnostic& d) {
  return std::tuple(d.primary.span.file.number, d.primary.span.begin, static_cast<uint16_t>(d.code),
                    d.primary.span.end);
}

bool comes_before(const Diagnostic& a, const Diagnostic& b) {
  if (order_of(a) != order_of(b)) return order_of(a) < order_of(b);
  // Only for one order whatever pass ran first; texts decide among findings of one code at one place.
  return std::tie(a.title, a.primary.text) < std::tie(b.title, b.primary.text);
}

}  // namespace

void Sink::add(Diagnostic diagnostic) {
  if (diagnostic.level == Level::kOff) return;
  // Errors count even where the list of their file is full: the program is refused all the same.
  if (diagnostic.level >= Level::kError) ++errors_;
  const size_t file = diagnostic.primary.span.file.index();
  if (file >= per_file_.size()) per_file_.resize(file + 1, 0);
  if (per_file_[file] >= max_per_file_) {
    ++dropped_;
    return;
  }
  ++per_file_[file];
  all_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Sink::take_sorted() {
  std::vector<Diagnostic> sorted = std::exchange(all_, {});
  std::stable_sort(sorted.begin(), sorted.end(), comes_before);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

}  // namespace wend

#include "compiler/diagnostics/apply_fixes.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace wend {
namespace {

bool overlap(const Edit& a, const Edit& b) {
  if (a.span.begin == b.span.begin) return true;
  return a.span.begin < b.span.end && b.span.begin < a.span.end;
}

// Edits of one file that were accepted, none of which overlap.
class Accepted {
 public:
  bool takes(const Edit& edit) const {
    return std::none_of(edits_.begin(), edits_.end(),
                        [&](const Edit& other) { return !(other == edit) && overlap(other, edit); });
  }
  void add(const Edit& edit) {
    if (std::find(edits_.begin(), edits_.end(), edit) == edits_.end()) edits_.push_back(edit);
  }
  std::string apply_to(std::string_view text) {
    std::sort(edits_.begin(), edits_.end(),
              [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
    std::string result;
    size_t at = 0;
    for (const Edit& edit : edits_) {
      result += text.substr(at, edit.span.begin - at);
      result += edit.text;
      at = edit.span.end;
    }
    result += text.substr(at);
    return result;
  }

 private:
  std::vector<Edit> edits_;
};

bool fits(const Edit& edit, const SourceMap& sources) {
  return edit.span.begin <= edit.span.end && edit.span.end <= sources.file(edit.span.file).text().size();
}

// Edits of one fix that contradict each other are a mistake of the pass that made it; such a fix is left out.
bool agrees_with_itself(const Fix& fix) {
  for (size_t i = 0; i < fix.edits.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (fix.edits[i].span.file == fix.edits[j].span.file && overlap(fix.edits[i], fix.edits[j]))
        return false;
    }
  }
  return true;
}

const Fix* first_applicable(const Diagnostic& diagnostic, Applicability most) {
  for (const Fix& fix : diagnostic.fixes) {
    if (fix.applicability != Applicability::kShown && fix.applicability <= most && !fix.edits.empty())
      return &fix;
  }
  return nullptr;
}

}  // namespace

FixedTexts apply_fixes(std::span<const Diagnostic> diagnostics, const SourceMap& sources,
                       Applicability most) {
  std::map<FileId, Accepted> accepted;
  FixedTexts result;
  for (const Diagnostic& diagnostic : diagnostics) {
    const Fix* fix = first_applicable(diagnostic, most);
    if (fix == nullptr) continue;
    const bool all_fit =
        agrees_with_itself(*fix) && std::all_of(fix->edits.begin(), fix->edits.end(), [&](const Edit& edit) {
          return fits(edit, sources) && accepted[edit.span.file].takes(edit);
        });
    if (!all_fit) {
      ++result.skipped;
      continue;
    }
    ++result.applied;
    for (const Edit& edit : fix->edits) accepted[edit.span.file].add(edit);
  }
  for (auto& [file, edits] : accepted) {
    const std::string_view old_text = sources.file(file).text();
    std::string text = edits.apply_to(old_text);
    if (text != old_text) result.texts.emplace(file, std::move(text));
  }
  return result;
}

}  // namespace wend

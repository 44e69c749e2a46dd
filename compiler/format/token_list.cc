#include "compiler/format/token_list.h"

#include <algorithm>
#include <utility>

namespace wend::format {

TokenList::TokenList(const ast::File& file, std::string_view source) : source_(source) {
  tokens_.reserve(file.tokens.size() + 1);
  for (const Span& span : file.tokens) {
    tokens_.push_back(
        {source.substr(span.begin, span.end - span.begin), span.begin, span.end, false, false, {}, {}});
  }
  const auto size = static_cast<uint32_t>(source.size());
  tokens_.push_back({{}, size, size, false, false, {}, {}});
  uint32_t previous_end = 0;
  const auto is_blank_before = [&](uint32_t begin) {
    const std::string_view between = source.substr(previous_end, begin - previous_end);
    return std::count(between.begin(), between.end(), '\n') > 1;
  };
  auto comment = file.comments.begin();
  for (size_t i = 0; i < tokens_.size(); ++i) {
    for (; comment != file.comments.end() && comment->span.begin < tokens_[i].begin; ++comment) {
      const AttachedComment attached{
          source.substr(comment->span.begin, comment->span.end - comment->span.begin),
          is_blank_before(comment->span.begin)};
      const bool behind = !comment->own_line && i > 0;
      (behind ? tokens_[i - 1].trailing : tokens_[i].leading).push_back(attached);
      previous_end = comment->span.end;
    }
    tokens_[i].had_leading = !tokens_[i].leading.empty();
    tokens_[i].blank_before = is_blank_before(tokens_[i].begin);
    previous_end = tokens_[i].end;
  }
}

size_t TokenList::index_at(uint32_t offset) const {
  const auto after = std::upper_bound(tokens_.begin(), tokens_.end(), offset,
                                      [](uint32_t at, const FormatToken& token) { return at < token.begin; });
  return after == tokens_.begin() ? 0 : static_cast<size_t>(after - tokens_.begin()) - 1;
}

bool TokenList::on_one_line(size_t first, size_t last) const {
  const std::string_view text =
      source_.substr(tokens_[first].begin, tokens_[last].end - tokens_[first].begin);
  return text.find('\n') == std::string_view::npos;
}

bool TokenList::has_comment_inside(size_t first, size_t last) const {
  for (size_t i = first; i < last; ++i) {
    if (!tokens_[i].trailing.empty() || !tokens_[i + 1].leading.empty()) return true;
  }
  return false;
}

bool TokenList::blank_before(size_t index) const {
  const FormatToken& token = tokens_[index];
  return token.leading.empty() ? token.blank_before : token.leading.front().blank_before;
}

std::vector<AttachedComment> TokenList::take_leading(size_t index) {
  return std::exchange(tokens_[index].leading, {});
}

void TokenList::trail(size_t index, const std::vector<AttachedComment>& comments) {
  for (const AttachedComment& comment : comments) {
    FormatToken& token = tokens_[index];
    if (token.trailing.empty()) {
      token.trailing.push_back(comment);
    } else {
      std::vector<AttachedComment>& next = tokens_[index + 1].leading;
      next.insert(next.begin(), comment);
    }
  }
}

void TokenList::settle_comma(size_t comma) {
  const std::vector<AttachedComment> own = std::exchange(tokens_[comma].trailing, {});
  const std::vector<AttachedComment> leading = take_leading(comma);
  std::vector<AttachedComment>& next = tokens_[comma + 1].leading;
  next.insert(next.begin(), leading.begin(), leading.end());
  std::vector<AttachedComment> all = std::exchange(tokens_[comma - 1].trailing, {});
  all.insert(all.end(), own.begin(), own.end());
  trail(comma, all);
}

void TokenList::drop_comma(size_t comma) {
  settle_comma(comma);
  trail(comma - 1, std::exchange(tokens_[comma].trailing, {}));
  std::vector<AttachedComment> moved =
      take_leading(comma);  // a second comment behind what the comma followed
  std::vector<AttachedComment>& next = tokens_[comma + 1].leading;
  next.insert(next.begin(), moved.begin(), moved.end());
}

}  // namespace wend::format

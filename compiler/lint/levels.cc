#include "compiler/lint/levels.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/analysis/context.h"
#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/messages.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {
namespace {

struct Allow {
  Span comment;
  std::string name;
  std::optional<Code> code;
  uint32_t first_line = 0;
  uint32_t last_line = 0;
  bool used = false;
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<Code> find_lint(std::string_view name) {
  for (const CatalogueRow& row : catalogue()) {
    if (row.name == name && is_lint(row.code)) return row.code;
  }
  return std::nullopt;
}

std::vector<std::string_view> lint_names() {
  std::vector<std::string_view> names;
  for (const CatalogueRow& row : catalogue()) {
    if (is_lint(row.code)) names.push_back(row.name);
  }
  return names;
}

class LevelSetter {
 public:
  LevelSetter(const std::vector<ast::File>& files, const SourceMap& sources) : sources_(sources) {
    for (const ast::File& file : files) {
      read_settings(file);
      for (const ast::Comment& comment : file.comments) read_comment(file, comment);
    }
  }

  std::vector<Diagnostic> apply(std::vector<Diagnostic> found, bool lints_ran) {
    std::vector<Diagnostic> kept;
    for (Diagnostic& one : found) keep(std::move(one), kept);
    for (const Diagnostic& one : own_.all()) keep(one, kept);
    for (const Allow& allow : allows_) {
      if (allow.used || !lints_ran) continue;
      keep(describe(UnusedAllow{allow.comment, allow.name}), kept);
    }
    return kept;
  }

 private:
  void read_settings(const ast::File& file);
  void read_comment(const ast::File& file, const ast::Comment& comment);
  void cover(const ast::File& file, const ast::Comment& comment, Allow& allow) const;
  void keep(Diagnostic one, std::vector<Diagnostic>& kept);
  uint32_t line_of(FileId file, uint32_t offset) const {
    return sources_.file(file).byte_position(offset).line;
  }

  const SourceMap& sources_;
  Sink own_;
  std::map<Code, Level> levels_;
  std::vector<Allow> allows_;
};

void LevelSetter::read_settings(const ast::File& file) {
  for (const ast::Decl* decl : file.decls) {
    const auto* settings = decl->as<ast::SettingsDecl>();
    if (settings == nullptr) continue;
    for (const ast::Setting& setting : settings->settings) {
      if (setting.kind != ast::SettingKind::kLint) continue;
      const std::optional<Code> code = find_lint(setting.word.text);
      if (!code) {
        own_.report(UnknownLint{setting.word.span, std::string(setting.word.text),
                                near_names(setting.word.text, lint_names())});
        continue;
      }
      const Level level = setting.level == ast::LintLevel::kOff    ? Level::kOff
                          : setting.level == ast::LintLevel::kWarn ? Level::kWarning
                                                                   : Level::kError;
      levels_.emplace(*code, level);
    }
  }
}

// # wend: allow NAME -- REASON
void LevelSetter::read_comment(const ast::File& file, const ast::Comment& comment) {
  std::string_view text = sources_.text(comment.span);
  text.remove_prefix(std::min(text.find_first_not_of('#'), text.size()));
  text = trim(text);
  constexpr std::string_view kMark = "wend:";
  if (!text.starts_with(kMark)) return;
  text = trim(text.substr(kMark.size()));
  constexpr std::string_view kAllow = "allow";
  const bool is_allow = text.starts_with(kAllow) && text.size() > kAllow.size() &&
                        (text[kAllow.size()] == ' ' || text[kAllow.size()] == '\t');
  if (!is_allow) {
    own_.report(BadAllow{comment.span, "`wend:` is followed by something else than `allow NAME`"});
    return;
  }
  text = trim(text.substr(kAllow.size()));
  const size_t dashes = text.find("--");
  const std::string_view name = trim(text.substr(0, dashes));
  const std::string_view reason =
      dashes == std::string_view::npos ? std::string_view() : trim(text.substr(dashes + 2));
  if (reason.empty()) {
    own_.report(BadAllow{comment.span, "without a reason"});
    return;
  }
  Allow allow;
  allow.comment = comment.span;
  allow.name = std::string(name);
  allow.code = find_lint(name);
  if (!allow.code) {
    const auto offset = static_cast<uint32_t>(name.data() - sources_.file(comment.span.file).text().data());
    const Span at{comment.span.file, offset, offset + static_cast<uint32_t>(name.size())};
    own_.report(UnknownLint{at, allow.name, near_names(name, lint_names())});
    return;
  }
  cover(file, comment, allow);
  allows_.push_back(std::move(allow));
}

// A comment behind code speaks of its line; one on a line of its own of the next line of code, and of the
// whole declaration where one begins there.
void LevelSetter::cover(const ast::File& file, const ast::Comment& comment, Allow& allow) const {
  const SourceFile& source = sources_.file(file.id);
  uint32_t line = line_of(file.id, comment.span.begin);
  if (comment.own_line) {
    const auto is_code = [&](uint32_t at) {
      const std::string_view text = trim(source.line_text(at));
      return !text.empty() && text.front() != '#';
    };
    do {
      ++line;
    } while (line < source.line_count() && !is_code(line));
  }
  allow.first_line = allow.last_line = line;
  if (!comment.own_line) return;
  for (const ast::Decl* decl : file.decls) {
    if (line_of(file.id, decl->span.begin) == line) allow.last_line = line_of(file.id, decl->span.end);
  }
}

void LevelSetter::keep(Diagnostic one, std::vector<Diagnostic>& kept) {
  if (!is_lint(one.code)) {
    kept.push_back(std::move(one));
    return;
  }
  const Span at = one.primary.span;
  const uint32_t line = line_of(at.file, at.begin);
  bool allowed = false;
  for (Allow& allow : allows_) {
    const bool covers = allow.code == one.code && allow.comment.file == at.file && line >= allow.first_line &&
                        line <= allow.last_line;
    if (!covers) continue;
    allow.used = true;
    allowed = true;
  }
  if (allowed) return;
  if (auto level = levels_.find(one.code); level != levels_.end()) one.level = level->second;
  if (one.level != Level::kOff) kept.push_back(std::move(one));
}

}  // namespace

std::vector<Diagnostic> apply_levels(const std::vector<ast::File>& files, const SourceMap& sources,
                                     std::vector<Diagnostic> found, bool lints_ran) {
  return LevelSetter(files, sources).apply(std::move(found), lints_ran);
}

}  // namespace wend

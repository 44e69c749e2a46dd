#include "compiler/diagnostics/render_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diagnostics/catalogue.h"
#include "compiler/diagnostics/fixed_lines.h"
#include "compiler/diagnostics/line_layout.h"
#include "compiler/diagnostics/wording.h"

namespace wend {
namespace {

constexpr size_t kMinNumberWidth = 2;
constexpr size_t kMaxExplained = 6;

std::string_view ansi_of(Style style, Level level) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kFrame:
      return "\x1b[1;34m";
    case Style::kTitle:
      return "\x1b[1m";
    case Style::kSecondary:
      return "\x1b[36m";
    case Style::kChanged:
      return "\x1b[32m";
    case Style::kLevel:
      break;
  }
  switch (level) {
    case Level::kWarning:
      return "\x1b[1;33m";
    case Level::kNote:
      return "\x1b[1;36m";
    case Level::kBug:
      return "\x1b[1;35m";
    default:
      return "\x1b[1;31m";
  }
}

// Line number -> the marks on it. A mark over several lines is drawn on its first.
using MarkedLines = std::map<uint32_t, std::vector<Mark>>;

struct FileBlock {
  const SourceFile* file = nullptr;
  Span first;  // what its heading points at
  MarkedLines lines;
};

// A file without text stands for a folder or for a file that could not be read.
bool stands_for_path(const SourceFile& file) { return file.text().empty(); }

class TextRenderer {
 public:
  TextRenderer(const Diagnostic& diagnostic, const SourceMap& sources, const TextOptions& options)
      : diagnostic_(diagnostic), sources_(sources), options_(options) {
    add_label(diagnostic.primary, true);
    for (const Label& label : diagnostic.secondary) add_label(label, false);
    for (const Fix& fix : diagnostic.fixes) fixes_.push_back(fixed_lines(fix, sources));
    number_width_ = widest_number();
  }

  std::string render() {
    const std::string heading =
        options_.heading.empty() ? fmt::format("{}[{}]", level_name(diagnostic_.level), code_text(diagnostic_.code))
                                 : options_.heading;
    line({{Style::kLevel, heading},
          {Style::kTitle, ": " + printable(diagnostic_.title)}});
    for (size_t i = 0; i < blocks_.size(); ++i) write_block(blocks_[i], i == 0);
    const bool more = !fixes_.empty() || !diagnostic_.notes.empty() || !diagnostic_.help.empty();
    if (more && drew_source_) line(gutter("|"));
    for (size_t i = 0; i < fixes_.size(); ++i) write_fix(diagnostic_.fixes[i], fixes_[i]);
    for (const std::string& note : diagnostic_.notes) write_remark("note", note);
    for (const std::string& help : diagnostic_.help) write_remark("help", help);
    return std::move(out_);
  }

 private:
  void add_label(const Label& label, bool primary) {
    const SourceFile& file = sources_.file(label.span.file);
    auto block =
        std::find_if(blocks_.begin(), blocks_.end(), [&](const FileBlock& b) { return b.file == &file; });
    if (block == blocks_.end()) block = blocks_.insert(block, FileBlock{&file, label.span, {}});
    const bool heads = block == blocks_.begin() ? primary : label.span.begin < block->first.begin;
    if (heads) block->first = label.span;
    const LineColumn begin = file.byte_position(label.span.begin);
    const LineColumn end = file.byte_position(label.span.end);
    const std::string_view text = file.line_text(begin.line);
    uint32_t end_column = end.column;
    if (end.line != begin.line) {
      const size_t last = text.find_last_not_of(" \t");
      end_column = last == std::string_view::npos ? begin.column : static_cast<uint32_t>(last + 1);
    }
    block->lines[begin.line].push_back({begin.column, std::max(begin.column, end_column), primary ? '^' : '-',
                                        primary ? Style::kLevel : Style::kSecondary, primary, label.text});
  }

  size_t widest_number() const {
    uint32_t largest = 0;
    for (const FileBlock& block : blocks_) largest = std::max(largest, block.lines.rbegin()->first + 1);
    for (const auto& lines : fixes_) {
      for (const FixedLine& one : lines) largest = std::max(largest, one.number);
    }
    return std::max(kMinNumberWidth, std::to_string(largest).size());
  }

  void write_block(const FileBlock& block, bool primary) {
    const std::string indent(number_width_, ' ');
    std::string where = printable(block.file->path());
    if (!stands_for_path(*block.file)) {
      const LineColumn at = block.file->character_position(block.first.begin);
      where += fmt::format(":{}:{}", at.line + 1, at.column + 1);
    }
    line({{Style::kFrame, indent + (primary ? "--> " : "::: ")}, {Style::kPlain, where}});
    if (stands_for_path(*block.file)) {
      for (const auto& [number, marks] : block.lines) {
        for (const Mark& mark : marks) {
          if (!mark.text.empty()) line({{Style::kFrame, indent + " = "}, {mark.style, printable(mark.text)}});
        }
      }
      return;
    }
    if (primary) line(gutter("|"));
    drew_source_ = true;
    uint32_t previous = 0;
    bool first = true;
    for (const auto& [number, marks] : block.lines) {
      // A single line between two marked ones is shown: "..." would take the same room.
      if (!first && number == previous + 2) write_source_line(*block.file, previous + 1, {});
      if (!first && number > previous + 2) line({{Style::kFrame, "..."}});
      write_source_line(*block.file, number, marks);
      previous = number;
      first = false;
    }
  }

  void write_source_line(const SourceFile& file, uint32_t number, const std::vector<Mark>& marks) {
    const LineLayout layout = lay_out_line(file.line_text(number), marks, options_.max_line_width);
    write_laid_out(number + 1, "|", layout, Style::kPlain);
  }

  void write_laid_out(uint32_t number, std::string_view bar, const LineLayout& layout, Style style) {
    Row row = {{Style::kFrame, fmt::format("{:>{}} {}", number, number_width_, bar)}};
    if (!layout.source.empty()) row.push_back({style, " " + layout.source});
    line(std::move(row));
    for (const Row& below : layout.below) {
      Row with_gutter = gutter("| ");
      with_gutter.insert(with_gutter.end(), below.begin(), below.end());
      line(std::move(with_gutter));
    }
  }

  void write_fix(const Fix& fix, const std::vector<FixedLine>& lines) {
    write_remark("help", fix.title);
    const SourceFile* file = nullptr;
    for (const FixedLine& one : lines) {
      const SourceFile& its_file = sources_.file(one.file);
      const bool seen = std::any_of(blocks_.begin(), blocks_.end(),
                                    [&](const FileBlock& b) { return b.file == &its_file; });
      if (&its_file != file && (!seen || file != nullptr)) {
        line({{Style::kFrame, std::string(number_width_, ' ') + "::: "},
              {Style::kPlain, fmt::format("{}:{}", printable(its_file.path()), one.number)}});
      }
      file = &its_file;
      std::vector<Mark> marks;
      for (const auto& [begin, end] : one.changed)
        marks.push_back({begin, end, '~', Style::kChanged, marks.empty(), ""});
      const LineLayout layout = lay_out_line(one.text, marks, options_.max_line_width);
      switch (one.kind) {
        case FixedLine::Kind::kChanged:
          write_laid_out(one.number, "|", layout, Style::kPlain);
          break;
        case FixedLine::Kind::kInserted:
          write_laid_out(one.number, "+", layout, Style::kChanged);
          break;
        case FixedLine::Kind::kDeleted:
          write_laid_out(one.number, "-", layout, Style::kLevel);
          break;
      }
    }
  }

  void write_remark(std::string_view word, std::string_view text) {
    line({{Style::kTitle, fmt::format("{}:", word)}, {Style::kPlain, " " + printable(text)}});
  }

  Row gutter(std::string_view bar) const {
    return {{Style::kFrame, fmt::format("{:>{}} {}", "", number_width_, bar)}};
  }

  void line(Row row) {
    while (!row.empty() && row.back().text.find_last_not_of(' ') == std::string::npos) row.pop_back();
    for (size_t i = 0; i < row.size(); ++i) {
      std::string text = row[i].text;
      if (i + 1 == row.size()) text.erase(text.find_last_not_of(' ') + 1);
      const std::string_view ansi = options_.color ? ansi_of(row[i].style, diagnostic_.level) : "";
      out_ += ansi;
      out_ += text;
      if (!ansi.empty()) out_ += "\x1b[0m";
    }
    out_ += '\n';
  }

  const Diagnostic& diagnostic_;
  const SourceMap& sources_;
  const TextOptions& options_;
  std::vector<FileBlock> blocks_;  // the primary label's file first
  std::vector<std::vector<FixedLine>> fixes_;
  size_t number_width_ = kMinNumberWidth;
  bool drew_source_ = false;
  std::string out_;
};

bool has_fix_up_to(const Diagnostic& diagnostic, Applicability most) {
  return std::any_of(diagnostic.fixes.begin(), diagnostic.fixes.end(),
                     [most](const Fix& fix) { return fix.applicability <= most && !fix.edits.empty(); });
}

std::string fixable_text(std::span<const Diagnostic> diagnostics) {
  size_t safe = 0;
  size_t all = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    safe += has_fix_up_to(diagnostic, Applicability::kSafe) ? 1 : 0;
    all += has_fix_up_to(diagnostic, Applicability::kSuggested) ? 1 : 0;
  }
  if (all == 0) return {};
  if (safe == 0) return fmt::format("; {} fixable with `wend check --fix --unsafe`", all);
  if (safe == all) return fmt::format("; {} fixable with `wend check --fix`", safe);
  return fmt::format("; {} fixable with `wend check --fix`, {} with `--fix --unsafe`", safe, all);
}

}  // namespace

std::string render_text(const Diagnostic& diagnostic, const SourceMap& sources, const TextOptions& options) {
  return TextRenderer(diagnostic, sources, options).render();
}

std::string render_text(std::span<const Diagnostic> diagnostics, const SourceMap& sources,
                        const TextOptions& options, size_t dropped) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += render_text(diagnostic, sources, options) + "\n";
  const std::string summary = summary_line(diagnostics, dropped);
  return summary.empty() ? text : text + summary + "\n";
}

std::string summary_line(std::span<const Diagnostic> diagnostics, size_t dropped) {
  if (diagnostics.empty() && dropped == 0) return {};
  size_t bugs = 0;
  size_t errors = 0;
  size_t lints = 0;
  size_t warnings = 0;
  std::set<Code> codes;
  for (const Diagnostic& diagnostic : diagnostics) {
    codes.insert(diagnostic.code);
    if (diagnostic.level == Level::kBug) {
      ++bugs;
    } else if (diagnostic.level == Level::kError) {
      ++errors;
    } else if (is_lint(diagnostic.code)) {
      ++lints;
    } else {
      ++warnings;
    }
  }
  std::string text;
  const auto add = [&text](size_t count, std::string_view what) {
    if (count > 0) text += (text.empty() ? "" : ", ") + count_of(count, what);
  };
  add(bugs, "bug");
  add(errors, "error");
  add(warnings, "warning");
  add(lints, "lint");
  if (dropped > 0) text += fmt::format("{}{} more not shown", text.empty() ? "" : ", ", dropped);
  text += fixable_text(diagnostics);
  if (codes.empty()) return text;
  text += ". More: `wend explain";
  size_t explained = 0;
  for (const Code code : codes) {
    if (++explained > kMaxExplained) break;
    text += " " + code_text(code);
  }
  return text + "`";
}

}  // namespace wend

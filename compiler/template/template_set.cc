#include "compiler/template/template_set.h"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <vector>

#include "compiler/diagnostics/messages.h"
#include "compiler/diagnostics/suggest.h"
#include "compiler/syntax/parse_liquid.h"
#include "compiler/template/lint_texts.h"
#include "compiler/text/project_path.h"

namespace wend {
namespace {

bool has_suffix(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool is_template_part(ast::MessageItemKind kind) {
  switch (kind) {
    case ast::MessageItemKind::kCategory:
    case ast::MessageItemKind::kTopic:
    case ast::MessageItemKind::kOffer:
    case ast::MessageItemKind::kData:
      return false;
    default:
      return true;
  }
}

class SetBuilder {
 public:
  SetBuilder(CheckedProgram& program, SourceMap& sources, const FileResolver* files, Sink& sink)
      : program_(program), sources_(sources), files_(files), sink_(sink) {}

  TemplateSet build() {
    for (uint32_t index = 0; index < program_.messages.size(); ++index) {
      const MessageInfo& message = program_.messages[index];
      if (message.decl == nullptr) {
        if (message.text != nullptr)
          add(index, ast::MessageItemKind::kBody, literal_text(*message.text), false);
        continue;
      }
      const std::string channel = message.channel == kNone ? "" : program_.channels[message.channel].name;
      for (const ast::MessageItem* item : message.decl->items) {
        if (!is_template_part(item->kind) || item->text == nullptr) continue;
        std::optional<TemplateText> text =
            item->from_file ? file_text(*item->text) : literal_text(*item->text);
        if (text) add(index, item->kind, text, is_html_part(channel, *item));
      }
    }
    return std::move(set_);
  }

 private:
  std::optional<TemplateText> literal_text(const ast::StringExpr& expr) {
    if (expr.value.text.size() <= kMaxTemplateBytes) {
      return TemplateText{expr.value.text, expr.span.file, expr.value.map, 0};
    }
    sink_.report(
        TemplateSyntax{expr.span, fmt::format("longer than {} bytes", kMaxTemplateBytes), std::nullopt});
    return std::nullopt;
  }

  void add(uint32_t message, ast::MessageItemKind part, const std::optional<TemplateText>& text, bool html) {
    if (!text) return;
    liquid::Template tree = parser_.parse(*text, sink_);
    set_.add(message, part, check_template(program_, program_.messages[message].scope, tree, html, sink_));
  }

  std::optional<TemplateText> file_text(const ast::StringExpr& name) {
    std::string written(name.value.text);
    std::string folder = folder_of(sources_.file(name.span.file).path());
    std::optional<std::string> path = project_path(folder, written);
    if (!path) {
      sink_.report(TemplateFileOutsideProject{name.span, written});
      return std::nullopt;
    }
    const SourceFile* file = sources_.find(*path);
    if (file == nullptr) file = read(name.span, written, *path);
    if (file == nullptr) return std::nullopt;
    return TemplateText{file->text().substr(file->bom_size()), file->id(), {}, file->bom_size()};
  }

  const SourceFile* read(Span at, const std::string& written, const std::string& path) {
    FileText text = files_ == nullptr ? FileText{FileFault::kNotFound, "", ""} : files_->read(path);
    switch (text.fault) {
      case FileFault::kReadable:
        break;
      case FileFault::kNotFound:
        sink_.report(TemplateFileMissing{at, written, near(written, path)});
        return nullptr;
      case FileFault::kOutside:
        sink_.report(TemplateFileOutsideProject{at, written});
        return nullptr;
      case FileFault::kTooLarge:
      case FileFault::kUnreadable:
        sink_.report(FileUnreadable{Span{sources_.add(path, "").id(), 0, 0}, text.reason});
        return nullptr;
    }
    std::optional<TextFault> fault = SourceFile::find_fault(text.text, kMaxTemplateBytes);
    if (!fault) return &sources_.add(path, std::move(text.text));
    report_fault(path, *fault);
    return nullptr;
  }

  void report_fault(const std::string& path, const TextFault& fault) {
    std::string reason = fmt::format("a template has at most {} bytes", kMaxTemplateBytes);
    if (fault.kind == TextFault::Kind::kInvalidUtf8)
      reason = fmt::format("not valid UTF-8 from byte {} on", fault.offset);
    if (fault.kind == TextFault::Kind::kNulByte) reason = fmt::format("a NUL byte at byte {}", fault.offset);
    sink_.report(FileUnreadable{Span{sources_.add(path, "").id(), 0, 0}, reason});
  }

  // Files with the same ending in the folder where the file was looked for, written as the literal would name
  // them.
  std::vector<std::string> near(const std::string& written, const std::string& path) const {
    if (files_ == nullptr) return {};
    std::string folder = folder_of(path);
    std::string base = path.substr(folder.size());
    size_t dot = base.rfind('.');
    if (dot == std::string::npos) return {};
    std::vector<std::string> beside;
    for (const std::string& candidate : files_->list(base.substr(dot)).paths) {
      if (folder_of(candidate) == folder) beside.push_back(candidate.substr(folder.size()));
    }
    std::vector<std::string> near = near_names(base, beside);
    for (std::string& name : near) name = folder_of(written) + name;
    return near;
  }

  CheckedProgram& program_;
  SourceMap& sources_;
  const FileResolver* files_;
  Sink& sink_;
  TemplateParser parser_;
  TemplateSet set_;
};

}  // namespace

const CheckedTemplate* TemplateSet::find(uint32_t message, ast::MessageItemKind part) const {
  auto found = templates_.find({message, part});
  return found == templates_.end() ? nullptr : &found->second;
}

void TemplateSet::add(uint32_t message, ast::MessageItemKind part, CheckedTemplate checked) {
  templates_.insert_or_assign({message, part}, std::move(checked));
}

bool is_html_part(std::string_view channel, const ast::MessageItem& item) {
  if (item.kind == ast::MessageItemKind::kHtml) return true;
  if (item.kind != ast::MessageItemKind::kBody || channel != "email") return false;
  return !(item.from_file && item.text != nullptr && has_suffix(item.text->value.text, ".txt"));
}

TemplateSet check_templates(CheckedProgram& program, SourceMap& sources, const FileResolver* files,
                            Sink& sink) {
  TemplateSet set = SetBuilder(program, sources, files, sink).build();
  if (!sink.has_errors()) lint_texts(program, set, sink);
  return set;
}

}  // namespace wend

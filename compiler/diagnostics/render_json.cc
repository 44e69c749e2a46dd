#include "compiler/diagnostics/render_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "compiler/diagnostics/catalogue.h"

namespace wend {
namespace {

using Json = nlohmann::ordered_json;

Json position_json(const SourceFile& file, uint32_t offset) {
  const LineColumn at = file.character_position(offset);
  return {{"line", at.line + 1}, {"col", at.column + 1}, {"byte", offset}};
}

Json range_json(const SourceFile& file, Span span) {
  return {{"start", position_json(file, span.begin)}, {"end", position_json(file, span.end)}};
}

Json label_json(const Label& label, const SourceMap& sources, bool primary) {
  const SourceFile& file = sources.file(label.span.file);
  return {{"file", file.path()},
          {"range", range_json(file, label.span)},
          {"text", label.text},
          {"primary", primary}};
}

Json fix_json(const Fix& fix, const SourceMap& sources) {
  Json edits = Json::array();
  for (const Edit& edit : fix.edits) {
    edits.push_back({{"file", sources.file(edit.span.file).path()},
                     {"start_byte", edit.span.begin},
                     {"end_byte", edit.span.end},
                     {"text", edit.text}});
  }
  return {{"title", fix.title}, {"applicability", applicability_name(fix.applicability)}, {"edits", edits}};
}

}  // namespace

std::string render_json(const Diagnostic& diagnostic, const SourceMap& sources) {
  const SourceFile& file = sources.file(diagnostic.primary.span.file);
  Json labels = Json::array({label_json(diagnostic.primary, sources, true)});
  for (const Label& label : diagnostic.secondary) labels.push_back(label_json(label, sources, false));
  Json fixes = Json::array();
  for (const Fix& fix : diagnostic.fixes) fixes.push_back(fix_json(fix, sources));
  const std::string code = code_text(diagnostic.code);
  const Json json = {{"code", code},
                     {"name", code_name(diagnostic.code)},
                     {"level", level_name(diagnostic.level)},
                     {"title", diagnostic.title},
                     {"file", file.path()},
                     {"range", range_json(file, diagnostic.primary.span)},
                     {"labels", labels},
                     {"notes", diagnostic.notes},
                     {"help", diagnostic.help},
                     {"fixes", fixes},
                     {"doc", fmt::format("docs/diagnostics/{}.md", code)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string render_json(std::span<const Diagnostic> diagnostics, const SourceMap& sources) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += render_json(diagnostic, sources) + "\n";
  return text;
}

std::string_view applicability_name(Applicability applicability) {
  switch (applicability) {
    case Applicability::kSafe:
      return "safe";
    case Applicability::kSuggested:
      return "suggested";
    case Applicability::kShown:
      return "shown";
  }
  return "shown";
}

}  // namespace wend

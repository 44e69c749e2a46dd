#include "compiler/lint/add_allow.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "compiler/diagnostics/catalogue.h"
#include "compiler/syntax/parse.h"

namespace wend {
namespace {

// One source file and where comments can stand in it.
class AllowPlaces {
 public:
  explicit AllowPlaces(const SourceFile& file) : source_(file) {
    ParseOptions options;
    options.keep_tokens = true;
    uint32_t next_node = 0;
    Sink ignored;
    parsed_ = parse(file, options, next_node, ignored);
  }

  // The line above which a comment covers the finding.
  uint32_t line_for(Span at) const {
    uint32_t line = line_of(at.begin);
    if (inside_token(source_.line_start(line))) {
      for (const ast::Decl* decl : parsed_.decls) {
        if (decl->span.begin <= at.begin && at.begin < decl->span.end) line = line_of(decl->span.begin);
      }
    }
    while (line > 0 && starts_with_docs(line - 1)) --line;
    return line;
  }
  std::string indentation(uint32_t line) const {
    const std::string_view text = source_.line_text(line);
    return std::string(text.substr(0, std::min(text.find_first_not_of(" \t"), text.size())));
  }
  uint32_t start_of(uint32_t line) const { return line == 0 ? source_.bom_size() : source_.line_start(line); }

 private:
  uint32_t line_of(uint32_t offset) const { return source_.byte_position(offset).line; }
  bool inside_token(uint32_t offset) const {
    return std::any_of(parsed_.tokens.begin(), parsed_.tokens.end(),
                       [offset](const Span& token) { return token.begin < offset && offset < token.end; });
  }
  bool starts_with_docs(uint32_t line) const {
    const std::string_view text = source_.line_text(line);
    const size_t first = text.find_first_not_of(" \t");
    return first != std::string_view::npos && text.substr(first).starts_with("##");
  }

  const SourceFile& source_;
  ast::File parsed_;
};

}  // namespace

FixedTexts add_allows(std::span<const Diagnostic> findings, const SourceMap& sources,
                      const std::string& reason) {
  FixedTexts result;
  // By file and line, from the last on: the names to allow there.
  std::map<FileId, std::map<uint32_t, std::set<std::string>, std::greater<>>> wanted;
  std::map<FileId, AllowPlaces> places;
  for (const Diagnostic& finding : findings) {
    const FileId file = finding.primary.span.file;
    const bool silenced =
        is_lint(finding.code) && finding.code != Code::kUnusedAllow && finding.code != Code::kBadAllow;
    if (!silenced || !sources.file(file).path().ends_with(".wend")) {
      ++result.skipped;
      continue;
    }
    const AllowPlaces& where = places.try_emplace(file, sources.file(file)).first->second;
    wanted[file][where.line_for(finding.primary.span)].emplace(code_name(finding.code));
    ++result.applied;
  }
  for (const auto& [file, lines] : wanted) {
    std::string text(sources.file(file).text());
    const AllowPlaces& where = places.at(file);
    const std::string line_end = text.find("\r\n") == std::string::npos ? "\n" : "\r\n";
    for (const auto& [line, names] : lines) {
      std::string comments;
      for (const std::string& name : names) {
        comments += where.indentation(line) + "# wend: allow " + name + " -- " + reason + line_end;
      }
      text.insert(where.start_of(line), comments);
    }
    result.texts.emplace(file, std::move(text));
  }
  return result;
}

}  // namespace wend

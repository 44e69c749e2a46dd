#ifndef WEND_COMPILER_ANALYSIS_CONTEXT_H_
#define WEND_COMPILER_ANALYSIS_CONTEXT_H_

// What the passes of one check share: the program as it is built, the names that the project declares, and
// what was used of them. Internal to compiler/analysis and compiler/lint. One thread.

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/analysis/checked.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/messages.h"
#include "compiler/syntax/ast.h"
#include "compiler/text/source_file.h"

namespace wend {

// Slots of `as` names that an image can number.
constexpr size_t kMaxSlots = 250;

// Declarations by name. Views are into the AST or into rows of the program.
struct Names {
  std::unordered_map<std::string_view, uint32_t> events;
  std::unordered_map<std::string_view, uint32_t> attributes;
  std::unordered_map<std::string_view, uint32_t> channels;
  std::unordered_map<std::string_view, uint32_t> messages;  // declared ones
  std::unordered_map<std::string_view, uint32_t> journeys;
  std::unordered_map<std::string_view, uint32_t> slots;  // names from `as`
  std::unordered_map<std::string_view, uint32_t> policies;
  std::unordered_map<std::string_view, const ast::ConstDecl*> constants;
  std::unordered_map<std::string_view, uint32_t> segment_rows, score_rows, catalog_rows;
  // Declarations of kinds that have no rows, or also by their rows above. Sequences cannot run yet: who uses
  // one of them is told nothing more.
  std::unordered_map<std::string_view, const ast::Decl*> segments, scores, catalogs, sequences;
  // Channels that the project declares, new ones and built-in ones declared anew.
  std::unordered_map<std::string_view, const ast::Decl*> own_channels;
};

enum class ConstantState : uint8_t { kUnseen, kOpen, kChecked };

class Context {
 public:
  Context(const std::vector<ast::File>& files_of_program, const SourceMap& source_map,
          CheckedProgram& checked, Sink& messages)
      : files(files_of_program), sources(source_map), program(checked), sink(messages) {}

  const std::vector<ast::File>& files;
  const SourceMap& sources;
  CheckedProgram& program;
  Sink& sink;
  Names names;

  // The program uses modules that do not exist: a name that nothing declares may have been meant to come from
  // there.
  bool has_unread_modules = false;

  // Engagement words that stand directly behind `not`, for messages.
  std::unordered_set<const ast::Expr*> negated;

  // What was named somewhere, for the lint about unused declarations.
  std::unordered_set<uint32_t> used_events;
  std::unordered_set<const ast::Decl*> used_constants;
  std::unordered_set<uint32_t> used_policies;
  std::unordered_set<const ast::Decl*> used_sequences;

  // Journeys with a trigger that cannot run yet: what `trigger` has is not known.
  std::unordered_set<uint32_t> unknown_triggers;
  // Declarations of the project, each with the one of the standard library that it replaces.
  std::vector<std::pair<Span, Span>> shadowed_stdlib;

  // Where a journey first binds a name.
  std::map<std::pair<uint32_t, std::string_view>, Span> bound_at;

  // Constants may name each other: each is checked when it is first needed, and a circle is found on the way.
  std::unordered_map<const ast::ConstDecl*, ConstantState> constant_states;
  // Segments likewise, by row.
  std::unordered_map<uint32_t, ConstantState> segment_states;
  uint32_t open_segments = 0;  // that are being checked because one needs the other

  ExprInfo& info(const ast::Expr& expr);
  StepInfo& info(const ast::Step& step);
  TypeTable& types() { return *program.types; }
  TypeRef type(BaseType base) const { return program.types->base(base); }

  // The source of a node.
  std::string text(Span span) const { return std::string(sources.text(span)); }
  uint32_t line_of(Span span) const { return sources.file(span.file).byte_position(span.begin).line + 1; }

  // Says once that a construct cannot run yet. `what` is quoted as written: "`split`".
  void not_yet(Span at, std::string what) { sink.report(NotYetSupported{at, std::move(what)}); }

  // The event of this name, made where the program is open. kNone after a report. Marks it used.
  uint32_t find_event(const ast::Word& name);
  // The attribute of this name, made where contacts are open; kNone where there is none (no report).
  uint32_t find_attribute(std::string_view name);
  // The segment of this name; kNone after a report (or where an unread module may declare it).
  uint32_t find_segment(const ast::Word& name);
  // Records that a property of an open event is read; nothing for the others.
  void note_property(uint32_t event, std::string_view name);
  // Records that a place uses local time and its journey (may be kNone) has no zone of its own.
  void note_local_time(Span at, uint32_t journey);

  std::vector<std::string> event_names() const;
  std::vector<std::string> attribute_names() const;
  std::vector<std::string> message_names() const;

  std::vector<Span> local_time_without_zone;
  // Segments whose flips start or end something, so that they must say when time changes them.
  std::unordered_set<uint32_t> segments_react;
};

// Names of a map of declarations, for suggestions; sorted.
template <typename Map>
std::vector<std::string> names_of(const Map& map) {
  std::vector<std::string> names;
  for (const auto& [name, row] : map) names.emplace_back(name);
  return names;
}

// The row of the engagement event, and back.
inline uint32_t engagement_event(wend::EngagementWord word) { return static_cast<uint32_t>(word); }
inline wend::EngagementWord engagement_word(ast::EngagementWord word) {
  return static_cast<wend::EngagementWord>(word);
}

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_CONTEXT_H_

#ifndef WEND_COMPILER_EMIT_CONTEXT_H_
#define WEND_COMPILER_EMIT_CONTEXT_H_

// What all parts of code generation share. Internal to compiler/emit.

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "compiler/emit/code_builder.h"
#include "compiler/emit/emit.h"

namespace wend::emit {

struct Context {
  const CheckedProgram& checked;
  const TemplateSet& templates;
  const SourceMap& sources;
  Sink& sink;
  Program& program;
  Tables& tables;

  // A routine that computes the value which `emit` puts into the register it is given.
  RoutineIx value_routine(std::string_view name, const std::function<void(Code&, Reg)>& emit);
  // A routine that computes `expr`; none where it is null.
  RoutineIx expr_routine(std::string_view name, const ast::Expr* expr);
  // Membership of a segment of the checked program, or `condition` where it is not null; none where there is neither.
  RoutineIx segment_routine(std::string_view name, const ast::Expr* condition, uint32_t segment);
  // The checked program's row of a segment; kNone for an empty name.
  uint32_t segment_index(std::string_view name) const;
  // The same for a condition that reacts to the passing of time: its routine knows when time changes it.
  RoutineIx timed_routine(std::string_view name, const ast::Expr& condition);
  // Whether `condition` can ever become true while a run waits: not where all hangs on what became of a message
  // that was never handed over. None where nothing in it asks for such a message.
  RoutineIx possible_routine(std::string_view name, const ast::Expr& condition);
  RoutineIx template_routine(std::string_view name, const CheckedTemplate* checked_template);
  // The program's row of a query of the checked program.
  QueryIx query(uint32_t index);
  // Likewise of a row of `history_uses`.
  HistoryQueryIx history_query(uint32_t index);

  std::unordered_map<uint32_t, HistoryQueryIx> history_queries{};  // by row of `history_uses`
};

// Source on one line, white space collapsed, at most 80 characters.
std::string one_line(std::string_view source);

// The type row of a type.
TypeIx type_row(Context& context, TypeRef type);
// The tag that values of the type carry; kMissing for `any` and the types that no value has.
Tag tag_of(TypeRef type);

// The parts of emit_program, in their order.
void emit_settings(Context& context);
void emit_events(Context& context);
void emit_attributes(Context& context);
void emit_channels(Context& context);
void emit_catalogs(Context& context, const CatalogSet& catalogs);
void emit_histories(Context& context);
void emit_segments(Context& context);
void emit_scores(Context& context);
void emit_messages(Context& context);
void emit_policies(Context& context);
void emit_journeys(Context& context);

}  // namespace wend::emit

#endif  // WEND_COMPILER_EMIT_CONTEXT_H_

#include "compiler/emit/emit.h"

#include "compiler/diagnostics/messages.h"
#include "compiler/emit/context.h"
#include "compiler/emit/emit_expr.h"
#include "compiler/text/utf8.h"
#include "vm/base/version.h"

namespace wend {
namespace emit {

RoutineIx Context::value_routine(std::string_view name, const std::function<void(Code&, Reg)>& emit) {
  Code code(tables);
  Reg result = code.push();
  emit(code, result);
  code.a(Opcode::kReturn, result);
  RoutineRow row;
  row.registers = code.registers_used();
  row.entry = code.append_to_program();
  row.kind = RoutineKind::kValue;
  row.name = tables.string(name);
  return RoutineIx{tables.add(program.routines, row, "conditions and templates")};
}

RoutineIx Context::expr_routine(std::string_view name, const ast::Expr* expr) {
  if (expr == nullptr) return none_of<RoutineIx>();
  return value_routine(name, [&](Code& code, Reg dst) { ExprEmitter(*this, code).value(*expr, dst); });
}

RoutineIx Context::segment_routine(std::string_view name, const ast::Expr* condition, uint32_t segment) {
  if (condition != nullptr || segment == kNone) return expr_routine(name, condition);
  return value_routine(name, [&](Code& code, Reg dst) {
    code.ax(Opcode::kSegment, dst, static_cast<uint16_t>(segment));
  });
}

uint32_t Context::segment_index(std::string_view name) const {
  for (uint32_t i = 0; i < checked.segments.size(); ++i) {
    if (checked.segments[i].decl->name.text == name) return i;
  }
  return kNone;
}

QueryIx Context::query(uint32_t index) {
  const QueryInfo& query = checked.queries[index];
  QueryRow row;
  row.word = query.word;
  row.scope = query.scope;
  row.target = query.target;
  if (query.link != nullptr) row.link = tables.string(query.link->value.text);
  return QueryIx{tables.query(row)};
}

std::string one_line(std::string_view source) {
  constexpr size_t kMaxCharacters = 80;
  std::string text;
  bool blank = false;
  for (char c : source) {
    bool is_blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!is_blank) {
      if (blank && !text.empty()) text += ' ';
      text += c;
    }
    blank = is_blank;
  }
  if (count_characters(text) <= kMaxCharacters) return text;
  size_t end = 0;
  for (size_t count = 0; count < kMaxCharacters - 3; ++count) end += decode_utf8(text, end).size;
  return text.substr(0, end) + "...";
}

}  // namespace emit

namespace {

// Tables that no journey or message fills have no place of their own to blame: the first file stands for the
// program.
bool report_overflow(emit::Tables& tables, Sink& sink) {
  emit::Tables::Overflow overflow = tables.take_overflow();
  if (overflow.what.empty()) return false;
  sink.report(ProgramTooLarge{Span{FileId{0}, 0, 0}, overflow.what, overflow.found, overflow.limit});
  return true;
}

}  // namespace

Program emit_program(const CheckedProgram& checked, const TemplateSet& templates, const CatalogSet& catalogs,
                     const SourceMap& sources, Sink& sink) {
  Program program;
  program.compiler_version = kWendVersion;
  emit::Tables tables(program);
  emit::Context context{checked, templates, sources, sink, program, tables};
  emit::emit_settings(context);
  emit::emit_events(context);
  emit::emit_attributes(context);
  emit::emit_channels(context);
  emit::emit_catalogs(context, catalogs);
  emit::emit_histories(context);
  emit::emit_segments(context);
  emit::emit_scores(context);
  if (report_overflow(tables, sink)) return program;
  emit::emit_messages(context);
  if (sink.has_errors()) return program;
  emit::emit_policies(context);
  if (report_overflow(tables, sink)) return program;
  emit::emit_journeys(context);
  return program;
}

}  // namespace wend

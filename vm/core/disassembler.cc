#include "vm/core/disassembler.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

#include "vm/core/disassemble_tables.h"
#include "vm/core/functions.h"
#include "vm/core/interpreter.h"
#include "vm/core/opcode_table.h"

namespace wend {
namespace {

// One routine or body, in order of its place in code.
struct Part {
  uint32_t begin = 0;
  std::string title;
};

std::vector<Part> parts_of(const Program& p) {
  std::vector<Part> parts;
  for (size_t i = 0; i < p.journeys.size(); ++i) {
    const JourneyRow& row = p.journeys[i];
    parts.push_back({row.entry_pc, fmt::format("journey {} {} ({} registers, {} slots)", i,
                                               text_or_mark(p, row.name), row.registers, row.slots)});
  }
  for (size_t i = 0; i < p.routines.size(); ++i) {
    const RoutineRow& row = p.routines[i];
    const char* kind = row.kind == RoutineKind::kValue ? "value" : "text";
    parts.push_back({row.entry, fmt::format("routine {} {} ({}, {} registers)", i, text_or_mark(p, row.name),
                                            kind, row.registers)});
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.begin < b.begin; });
  return parts;
}

std::string quoted_constant(const Program& p, size_t index) {
  return index < p.constants.size() ? constant_text(p.constants[index]) : "?";
}

constexpr std::string_view kRelations[] = {"<", "<=", ">", ">=", "==", "!="};
constexpr std::string_view kTodayParts[] = {"weekday", "month", "year"};
constexpr std::string_view kRunFields[] = {"entered_at", "count", "key", "pass", "id", "call"};

// What an operand stands for, for the remark at the end of the line; empty where its number says it all.
std::string remark_of(const Program& p, const OperandValue& operand) {
  const auto n = static_cast<size_t>(operand.number);
  switch (operand.kind) {
    case Operand::kConst16Field:
      return quoted_constant(p, n);
    case Operand::kString16Field:
      return text_or_mark(p, StringIx{static_cast<uint32_t>(n)});
    case Operand::kAttr16Field:
      return n < p.attributes.size() ? "contact." + text_or_mark(p, p.attributes[n].name) : "?";
    case Operand::kProp16Field:
      return n < p.properties.size() ? p.properties[n] : "?";
    case Operand::kQuery16Field:
      return n < p.queries.size() ? query_text(p, p.queries[n]) : "?";
    case Operand::kRegex16Field:
      return n < p.regexes.size() ? "/" + p.regexes[n] + "/" : "?";
    case Operand::kStep16Field:
      return n < p.steps.size() ? text_or_mark(p, p.steps[n].text) : "?";
    case Operand::kSend16Field:
      return n < p.sends.size() ? message_name(p, p.sends[n].message) : "?";
    case Operand::kHistory16Field:
      return n < p.history_queries.size() ? text_or_mark(p, p.history_queries[n].text) : "?";
    case Operand::kSegment16Field:
      return n < p.segments.size() ? text_or_mark(p, p.segments[n].name) : "?";
    case Operand::kScore16Field:
      return n < p.scores.size() ? "score." + text_or_mark(p, p.scores[n].name) : "?";
    case Operand::kCatalog16Field:
      return n < p.catalogs.size() ? text_or_mark(p, p.catalogs[n].name) : "?";
    case Operand::kRelation8Field:
      return n < std::size(kRelations) ? std::string(kRelations[n]) : "?";
    case Operand::kPart8Field:
      return n < std::size(kTodayParts) ? std::string(kTodayParts[n]) + "(today)" : "?";
    case Operand::kEvent16Field:
      return n < p.events.size() ? text_or_mark(p, p.events[n].name) : "?";
    case Operand::kRun8Field:
      return n < std::size(kRunFields) ? "run." + std::string(kRunFields[n]) : "?";
    default:
      return {};
  }
}

std::string operand_text(const OperandValue& operand, uint32_t pc) {
  switch (operand.kind) {
    case Operand::kNoneField:
      return {};
    case Operand::kDstField:
    case Operand::kSrcField:
    case Operand::kDstSrcField:
      return fmt::format("r{}", operand.number);
    case Operand::kBaseField:
      return fmt::format("r{}..", operand.number);
    case Operand::kJump16Field:
    case Operand::kJump24Field:
      return fmt::format("-> {}", int64_t{pc} + 1 + operand.number);
    case Operand::kConst16Field:
      return fmt::format("c{}", operand.number);
    case Operand::kFunc8Field: {
      const FunctionRow* row = find_function(static_cast<uint8_t>(operand.number));
      return row != nullptr ? std::string(row->name) : fmt::format("f{}", operand.number);
    }
    default:
      return fmt::format("{}", operand.number);
  }
}

std::string instruction_text(const Program& p, uint32_t pc) {
  const Instruction ins = p.code[pc];
  const OpcodeRow* row = find_opcode(static_cast<uint8_t>(ins & 0xFFU));
  if (row == nullptr) return fmt::format("{:5}  ?{:08x}", pc, ins);
  std::string operands;
  std::string remark;
  for (const OperandValue& operand : operands_of(*row, ins)) {
    const std::string text = operand_text(operand, pc);
    if (!text.empty()) operands += (operands.empty() ? "" : " ") + text;
    const std::string what = remark_of(p, operand);
    if (!what.empty()) remark = what;
  }
  std::string line = fmt::format("{:5}  {:16} {}", pc, row->name, operands);
  if (!remark.empty()) line = fmt::format("{:40} ; {}", line, remark);
  while (line.back() == ' ') line.pop_back();
  return line;
}

void append_source(std::string& out, const Program& p, uint32_t pc, const DisassemblyOptions& options) {
  if (!options.source_line || opcode_of(p.code[pc]) != Opcode::kStep || x16_of(p.code[pc]) >= p.steps.size())
    return;
  const StepRow& step = p.steps[x16_of(p.code[pc])];
  const std::string file = text_or_mark(p, step.file);
  const std::string_view line = options.source_line(file, step.line);
  if (!line.empty()) out += fmt::format("  | {}:{}  {}\n", file, step.line, line);
}

void append_code(std::string& out, const Program& p, const DisassemblyOptions& options) {
  const std::vector<Part> parts = parts_of(p);
  size_t next = 0;
  for (uint32_t pc = 0; pc < p.code.size(); ++pc) {
    for (; next < parts.size() && parts[next].begin <= pc; ++next) {
      if (!out.empty()) out += '\n';
      out += parts[next].title + '\n';
    }
    append_source(out, p, pc, options);
    out += instruction_text(p, pc) + '\n';
  }
}

}  // namespace

std::string disassemble(const Program& program, const DisassemblyOptions& options) {
  std::string out;
  if (options.tables) append_tables(out, program);
  if (options.code) append_code(out, program, options);
  return out;
}

}  // namespace wend

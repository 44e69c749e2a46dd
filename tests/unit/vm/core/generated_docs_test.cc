// Pages of docs/ that are made from tables of the source. WEND_UPDATE=1 rewrites them.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/vm/core/golden_file.h"
#include "vm/core/functions.h"
#include "vm/core/opcode_table.h"

namespace wend {
namespace {

constexpr const char* kOperandNames[] = {"", "Dst", "Src", "DstSrc", "Base", "Count8", "Imm8", "Int16",
                                         "Jump16", "Jump24", "Const16", "String16", "Attr16", "Prop16",
                                         "Query16", "Regex16", "Step16", "Send16", "Wait16", "Event16",
                                         "Run8", "Func8", "Slot8", "History16", "Segment16", "Score16",
                                         "Catalog16", "Relation8", "Part8"};
static_assert(std::size(kOperandNames) == static_cast<size_t>(Operand::kPart8Field) + 1);
constexpr const char* kFlowNames[] = {"next", "jump", "branch", "return", "effect", "wait", "end"};
static_assert(std::size(kFlowNames) == static_cast<size_t>(Flow::kEnd) + 1);

// Text for a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

TEST(GeneratedDocs, Opcodes) {
  std::string page =
      "# Opcodes\n\n"
      "Made from `vm/core/opcodes.def`; `WEND_UPDATE=1` with the VM's tests rewrites it. The encoding is "
      "described in\n"
      "`vm/core/isa.h`, the verifier's rules in `vm/core/verifier.h`.\n\n"
      "A 16-bit operand stands in bits 16 to 31 of the instruction, a 24-bit one in bits 8 to 31. *Dst* is a "
      "register\n"
      "written, *Src* one read, *DstSrc* both, *Base* the first of several that are read. Unless its text "
      "says otherwise,\n"
      "an instruction with a missing operand gives missing; so does one that finds a value of a kind it has "
      "no use for.\n"
      "Instructions on numbers take whole numbers, too.\n\n"
      "Flow: *next* goes on; *jump* and *branch* go forwards; *return* ends a routine; *effect* hands "
      "something to the\n"
      "engine, which resumes behind it with cleared registers; *wait* goes on where its row says; *end* ends "
      "the run.\n\n"
      "| number | name | A | B | C | flow | what it does |\n|---|---|---|---|---|---|---|\n";
  for (const OpcodeRow& row : kOpcodeRows) {
    page += "| " + std::to_string(static_cast<int>(row.opcode)) + " | `" + std::string(row.name) + "` |";
    for (const Operand operand : row.operands) {
      const std::string name = kOperandNames[static_cast<size_t>(operand)];
      page += name.empty() ? " |" : " " + name + " |";
    }
    page += std::string(" ") + kFlowNames[static_cast<size_t>(row.flow)] + " | " + cell(row.doc) + " |\n";
  }
  expect_golden("docs/internals/opcodes.md", page);
}

void append_functions(std::string& page, std::initializer_list<FunctionKind> kinds) {
  page += "| name | signature | what it gives |\n|---|---|---|\n";
  for (const FunctionRow& row : function_rows()) {
    if (std::find(kinds.begin(), kinds.end(), row.kind) == kinds.end()) continue;
    page += "| `" + std::string(row.name) + "` | `" + cell(row.signature) + "` | " + cell(row.doc) + " |\n";
  }
}

TEST(GeneratedDocs, Functions) {
  std::string page =
      "# Functions and filters\n\n"
      "Made from `vm/core/functions.def`; `WEND_UPDATE=1` with the VM's tests rewrites it.\n\n"
      "Functions are pure and total: an argument that is missing, or that the function has no use for, gives "
      "missing.\n"
      "Whole numbers that would leave the 64-bit range stop at its end, and the engine counts that.\n\n"
      "## In expressions\n\n";
  append_functions(page, {FunctionKind::kLanguage, FunctionKind::kBoth});
  page +=
      "\n## Filters in templates\n\n"
      "The value before the bar is the first argument: `{{ contact.first_name | default: \"Hello\" }}`. "
      "Filters of text take\n"
      "any single value as it would print.\n\n";
  append_functions(page, {FunctionKind::kFilter, FunctionKind::kBoth});
  page +=
      "\n## What the compiler calls\n\n"
      "These have no name in the language; operators and steps are compiled to them. Local times follow the "
      "zone in\n"
      "force: a local time that a change of the clocks skips means the first instant after the gap, one that "
      "comes twice\n"
      "means the first. A span of clocks reaches from the moment of its beginning to the moment of its end, "
      "also where\n"
      "the clocks change in between. Days that a zone left out (30 December 2011 in Pacific/Apia) have no "
      "moments.\n\n";
  append_functions(page, {FunctionKind::kInternal});
  expect_golden("docs/language/functions.md", page);
}

}  // namespace
}  // namespace wend

#include "vm/core/disassembler.h"

#include <gtest/gtest.h>

#include "tests/unit/vm/core/golden_file.h"
#include "tests/unit/vm/core/sample_program.h"
#include "vm/base/hash.h"

namespace wend {
namespace {

TEST(Disassembler, PrintsTheSample) {
  ProgramBuilder b = make_sample_program();
  expect_golden("tests/unit/vm/core/golden/sample.disasm", disassemble(b.program, {}));
}

TEST(Disassembler, PrintsSourceLinesAboveTheirStep) {
  ProgramBuilder b = make_sample_program();
  DisassemblyOptions options;
  options.tables = false;
  options.source_line = [](std::string_view file, uint32_t line) -> std::string_view {
    EXPECT_EQ(file, "test.wend");
    return line == 1 ? "  wait 20m  # a while" : "";
  };
  const std::string text = disassemble(b.program, options);
  EXPECT_NE(text.find("  | test.wend:1    wait 20m  # a while\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("test.wend:2"), std::string::npos);
  EXPECT_EQ(text.find("\njourneys\n"), std::string::npos);
}

TEST(Disassembler, BearsProgramsThatWereNeverVerified) {
  ProgramBuilder b = make_sample_program();
  uint64_t state = 17;
  for (int i = 0; i < 2000; ++i) {
    Program damaged = b.program;
    for (int j = 0; j < 8; ++j) {
      damaged.code[splitmix64(state) % damaged.code.size()] = static_cast<Instruction>(splitmix64(state));
    }
    damaged.strings.resize(splitmix64(state) % (damaged.strings.size() + 1));
    damaged.queries.clear();
    EXPECT_FALSE(disassemble(damaged, {}).empty());
  }
}

}  // namespace
}  // namespace wend

// tests/conformance/disasm: a program and the code that it becomes. What changes here changes images: check that the
// new code does what the old one did.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/compiled.h"
#include "tests/support/golden.h"
#include "vm/core/disassembler.h"
#include "vm/core/image_format.h"
#include "vm/core/verifier.h"

namespace wend {
namespace {

using testing_support::diagnostics_text;
using testing_support::Golden;

class Disasm : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Disasm, IsAsWritten) {
  const Golden golden = testing_support::read_golden(GetParam());
  const std::string name = GetParam().filename().string();
  const CompileResult result = testing_support::compile_files({{name, golden.source}});
  ASSERT_TRUE(result.ok) << diagnostics_text(result);
  testing_support::expect_golden(golden, disassemble(result.program, {}));
}

TEST_P(Disasm, IsSoundAndSurvivesTheImage) {
  const Golden golden = testing_support::read_golden(GetParam());
  const CompileResult result = testing_support::compile_files({{"a.wend", golden.source}});
  ASSERT_TRUE(result.ok) << diagnostics_text(result);
  const Status sound = verify_program(result.program);
  EXPECT_TRUE(sound.ok()) << sound.error().message;
  const Result<Program> read = read_image(result.image);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(disassemble(*read, {}), disassemble(result.program, {}));
  EXPECT_EQ(write_image(*read), result.image);
}

INSTANTIATE_TEST_SUITE_P(Goldens, Disasm, testing::ValuesIn(testing_support::golden_paths("disasm")),
                         [](const auto& param) { return testing_support::golden_test_name(param.param); });

}  // namespace
}  // namespace wend

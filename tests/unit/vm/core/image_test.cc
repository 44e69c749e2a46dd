#include <gtest/gtest.h>

#include "tests/unit/vm/core/golden_file.h"
#include "tests/unit/vm/core/sample_program.h"
#include "vm/base/hash.h"
#include "vm/core/attribute_block.h"
#include "vm/core/disassembler.h"
#include "vm/core/image_format.h"
#include "vm/core/interpreter.h"
#include "vm/core/verifier.h"

namespace wend {
namespace {

// The body with a header that fits it, so that damage gets past the checksum.
std::string with_header(const std::string& body) {
  std::string image = "WEND";
  put_u16(image, kImageVersion);
  put_u16(image, 0);
  put_u32(image, static_cast<uint32_t>(body.size()));
  put_u32(image, crc32c(body));
  return image + body;
}

// Whatever comes out of the reader may be verified, printed and, if sound, run.
void exercise(const std::string& image) {
  const Result<Program> program = read_image(image);
  if (!program.ok()) return;
  EXPECT_FALSE(disassemble(*program, {}).empty());
  if (!verify_program(*program).ok()) return;
  auto loaded = LoadedProgram::load(image);
  if (!loaded.ok()) return;
  EvalContext context;
  context.program = loaded->get();
  ContactView contact;
  context.contact = &contact;
  Interpreter interpreter;
  const Program& p = (*loaded)->program();
  for (uint32_t i = 0; i < p.routines.size(); ++i) {
    std::string out;
    if (p.routines[i].kind == RoutineKind::kValue) {
      interpreter.evaluate(RoutineIx{i}, context);
    } else {
      interpreter.render(RoutineIx{i}, context, out);
    }
  }
  for (uint32_t j = 0; j < p.journeys.size(); ++j) {
    RunState run;
    run.journey = JourneyIx{j};
    context.run = &run;
    uint32_t pc = p.journeys[j].entry_pc;
    for (int step = 0; step < 100; ++step) {
      const Effect effect = interpreter.resume(pc, context, nullptr);
      const bool goes_on = effect.kind == EffectKind::kSend || effect.kind == EffectKind::kSet ||
                           effect.kind == EffectKind::kNote;
      if (!goes_on && effect.kind != EffectKind::kWait) break;
      pc = goes_on ? effect.next_pc : p.waits[effect.operand].due_pc;
    }
  }
}

TEST(Image, RoundTrips) {
  ProgramBuilder b = make_sample_program();
  const std::string image = b.image();
  const Result<Program> back = read_image(image);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(write_image(*back), image);
  EXPECT_EQ(disassemble(*back, {}), disassemble(b.program, {}));
  EXPECT_TRUE(verify_program(*back).ok());
  EXPECT_EQ(image_name(image).size(), 16U);
  EXPECT_NE(image_name(image), image_name(image + "x"));
}

TEST(Image, GoldenOfVersionOneLoadsAndSteps) {
  ProgramBuilder b = make_sample_program();
  if (updating_goldens()) expect_golden("tests/unit/vm/core/golden/image_v1.bin", b.image());
  const std::string image = read_repository_file("tests/unit/vm/core/golden/image_v1.bin");
  auto loaded = LoadedProgram::load(image);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const LoadedProgram& program = **loaded;
  EXPECT_EQ(program.name(), image_name(image));
  EXPECT_EQ(zone_name(program.project_zone()), "Europe/Paris");
  EXPECT_EQ(zone_name(*program.journey_zone(JourneyIx{0})), "Europe/Paris");

  Interpreter interpreter;
  RunState run;
  run.entered_at_ms = 1000;
  BlockBuilder kept;
  kept.put(1, Value::of_number(80));
  run.trigger.properties = kept.build();
  EvalContext context;
  context.program = &program;
  context.run = &run;
  context.now_ms = 1000;
  Effect effect = interpreter.resume(program.program().journeys[0].entry_pc, context, nullptr);
  ASSERT_EQ(effect.kind, EffectKind::kWait);
  EXPECT_EQ(effect.value.i, 1000 + 20 * kMillisPerMinute);
  effect = interpreter.resume(program.program().waits[0].due_pc, context, nullptr);
  ASSERT_EQ(effect.kind, EffectKind::kSend);
  std::string subject;
  EXPECT_TRUE(interpreter.render(program.program().messages[0].subject, context, subject));
  EXPECT_EQ(subject, "80 euros left \"behind\"");
  effect = interpreter.resume(program.program().journeys[0].untils[0].act_pc, context, nullptr);
  EXPECT_EQ(effect.kind, EffectKind::kNote);
  effect = interpreter.resume(effect.next_pc, context, nullptr);
  ASSERT_EQ(effect.kind, EffectKind::kSet);
  EXPECT_EQ(effect.operand, 12U);
  EXPECT_EQ(effect.value.d, 80);
  effect = interpreter.resume(effect.next_pc, context, nullptr);
  EXPECT_EQ(effect.kind, EffectKind::kEndAct);
}

TEST(Image, TheGoldenIsWhatIsWrittenToday) {
  ProgramBuilder b = make_sample_program();
  EXPECT_EQ(to_hex(hash64(b.image())),
            to_hex(hash64(read_repository_file("tests/unit/vm/core/golden/image_v1.bin"))));
}

TEST(Image, RefusesWhatItCantRead) {
  ProgramBuilder b = make_sample_program();
  const std::string good = b.image();
  const auto refused = [](std::string image) {
    const Result<Program> program = read_image(image);
    EXPECT_FALSE(program.ok());
    return program.ok() ? Error{} : program.error();
  };
  EXPECT_EQ(refused("").kind, ErrorKind::kCorrupt);
  EXPECT_EQ(refused("WEND").kind, ErrorKind::kCorrupt);
  EXPECT_EQ(refused("#!/bin/sh and so on").message,
            "this is not a Wend image: it does not begin with `WEND`");
  std::string newer = good;
  newer[4] = 2;
  EXPECT_EQ(refused(newer).kind, ErrorKind::kNewerVersion);
  EXPECT_EQ(refused(newer).message, "image: it has version 2, and this Wend reads up to version 1");
  std::string older = good;
  older[4] = 0;
  EXPECT_EQ(refused(older).kind, ErrorKind::kCorrupt);
  std::string flags = good;
  flags[6] = 1;
  EXPECT_EQ(refused(flags).kind, ErrorKind::kCorrupt);
  EXPECT_EQ(refused(good + "x").kind, ErrorKind::kCorrupt);
  EXPECT_EQ(refused(with_header(good.substr(16) + "x")).message,
            "image: section `policies`: bytes are left over behind it");
}

TEST(Image, EveryChangedByteIsRefused) {
  ProgramBuilder b = make_sample_program();
  const std::string good = b.image();
  for (size_t at = 0; at < good.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string image = good;
      image[at] = static_cast<char>(image[at] ^ flip);
      EXPECT_FALSE(read_image(image).ok()) << at;
    }
  }
  for (size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(read_image(good.substr(0, n)).ok()) << n;
}

TEST(Image, DamageBehindTheChecksumNeverCrashes) {
  ProgramBuilder b = make_sample_program();
  const std::string body = b.image().substr(16);
  for (size_t at = 0; at < body.size(); ++at) {
    for (const int byte : {0, 1, 2, 7, 0x7F, 0x80, 0xFE, 0xFF, body[at] + 1, body[at] - 1, body[at] ^ 0x40}) {
      std::string damaged = body;
      damaged[at] = static_cast<char>(byte);
      exercise(with_header(damaged));
    }
  }
  for (size_t n = 0; n < body.size(); ++n) EXPECT_FALSE(read_image(with_header(body.substr(0, n))).ok()) << n;
}

TEST(Image, RandomDamageNeverCrashes) {
  ProgramBuilder b = make_sample_program();
  const std::string body = b.image().substr(16);
  uint64_t state = 23;
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = body;
    for (uint64_t j = 0; j <= splitmix64(state) % 4; ++j) {
      damaged[splitmix64(state) % damaged.size()] = static_cast<char>(splitmix64(state));
    }
    exercise(with_header(damaged));
  }
  for (int i = 0; i < 3000; ++i) {
    std::string noise(splitmix64(state) % 64, '\0');
    for (char& c : noise) c = static_cast<char>(splitmix64(state));
    EXPECT_FALSE(read_image(with_header(noise)).ok());
  }
}

TEST(Image, CountsThatLieCostNoMemory) {
  // A section of strings that claims 2^60 rows.
  std::string settings;
  put_bytes(settings, "test");
  settings.append("\0\0\0\0\0\x01", 6);
  std::string strings;
  put_varint(strings, uint64_t{1} << 60);
  std::string body;
  put_u8(body, 1);
  put_bytes(body, settings);
  put_u8(body, 2);
  put_bytes(body, strings);
  const Result<Program> program = read_image(with_header(body));
  ASSERT_FALSE(program.ok());
  EXPECT_EQ(program.error().message, "image: section `strings`: there are fewer rows than it says");
}

}  // namespace
}  // namespace wend

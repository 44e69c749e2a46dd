// What the verifier refuses of histories, segments, scores and catalogs.
#include <gmock/gmock.h>

#include <functional>
#include <string>

#include "tests/unit/vm/core/sample_program.h"
#include "vm/core/verifier.h"

namespace wend {
namespace {

using testing::HasSubstr;

std::string refusal(const std::function<void(ProgramBuilder&)>& spoil) {
  ProgramBuilder b = make_sample_program();
  spoil(b);
  const Status status = verify_program(b.program);
  return status.ok() ? "accepted" : status.error().message;
}

// A routine that is true where the contact is in segment 0, or where query 0 counts anything.
RoutineIx asks(ProgramBuilder& b, Opcode opcode) {
  return b.value_routine("asks", 1, [&](ProgramBuilder& p) {
    p.ax(opcode, 0, 0);
    p.abc(Opcode::kReturn, 0);
  });
}

TEST(VerifierOfHistory, TheSampleIsAccepted) {
  EXPECT_EQ(refusal([](ProgramBuilder&) {}), "accepted");
  EXPECT_EQ(refusal([](ProgramBuilder& b) { asks(b, Opcode::kSegment); }), "accepted");
}

TEST(VerifierOfHistory, RefusesRoutinesThatCallThemselves) {
  constexpr const char* kCircle = "it calls itself, or calls are nested too deeply";
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.segments[0].condition = asks(b, Opcode::kSegment); }),
              HasSubstr(kCircle));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.history_queries[0].filter = asks(b, Opcode::kHistory); }),
              HasSubstr(kCircle));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.history_queries[0].filter = asks(b, Opcode::kSegment); }),
              HasSubstr(kCircle));
}

TEST(VerifierOfHistory, RefusesChainsThatAreTooLong) {
  const auto chain = [](uint32_t length) {
    return refusal([&](ProgramBuilder& b) {
      RoutineIx below = b.value_routine("end", 1, [](ProgramBuilder& p) {
        p.abc(Opcode::kLoadBool, 0, 1);
        p.abc(Opcode::kReturn, 0);
      });
      for (uint32_t i = 1; i < length; ++i) {
        b.program.segments.push_back({b.program.segments[0].name, below});
        const auto row = static_cast<uint32_t>(b.program.segments.size() - 1);
        below = b.value_routine("link", 1, [&](ProgramBuilder& p) {
          p.ax(Opcode::kSegment, 0, row);
          p.abc(Opcode::kReturn, 0);
        });
      }
    });
  };
  EXPECT_EQ(chain(kMaxRoutineDepth), "accepted");
  EXPECT_THAT(chain(kMaxRoutineDepth + 1), HasSubstr("nested too deeply"));
}

TEST(VerifierOfHistory, RefusesRowsOutOfRange) {
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.histories[0].event = EventIx{999}; }),
              HasSubstr("history 0: its event"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.histories[0].kept = {999}; }), HasSubstr("kept property"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.histories[0].kept = {1, 0}; }), HasSubstr("out of order"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.histories[0].retention_ms = -1; }), HasSubstr("negative"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.history_queries[0].history = HistoryIx{9}; }),
              HasSubstr("history query 0"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.history_queries[0].aggregate = HistoryAggregate::kSum; }),
              HasSubstr("needs one property"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.segments[0].condition = none_of<RoutineIx>(); }),
              HasSubstr("segment 0"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.scores[0].low = 101; }), HasSubstr("wrong way round"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.scores[0].decay_percent = 101; }), HasSubstr("no share"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.scores[0].rules[0].event = EventIx{999}; }),
              HasSubstr("score 0"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) { b.program.catalogs[0].entries[0].row = "x"; }), HasSubstr("no record"));
  EXPECT_THAT(refusal([](ProgramBuilder& b) {
                b.program.catalogs[0].entries.push_back(b.program.catalogs[0].entries[0]);
              }),
              HasSubstr("keys are out of order"));
  for (const Opcode opcode : {Opcode::kHistory, Opcode::kSegment, Opcode::kScore, Opcode::kCatalogRow}) {
    EXPECT_THAT(refusal([&](ProgramBuilder& b) {
                  b.value_routine("asks", 1, [&](ProgramBuilder& p) {
                    p.ax(opcode, 0, 7);
                    p.abc(Opcode::kReturn, 0);
                  });
                }),
                HasSubstr("is out of range"));
  }
}

}  // namespace
}  // namespace wend

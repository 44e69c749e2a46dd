#include "wend/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "tests/support/compiled.h"
#include "vm/core/attribute_block.h"
#include "vm/core/image_format.h"
#include "vm/core/interpreter.h"
#include "vm/core/loaded_program.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing_support::compile_files;
using testing_support::compile_source;
using testing_support::diagnostics_text;

constexpr const char* kSentence =
    "on cart_abandoned wait 20m if not opened send sms \"Your cart is waiting: {{ event.url }}\"\n";

std::vector<Code> codes(const CompileResult& result) {
  std::vector<Code> found;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.level >= Level::kError) found.push_back(diagnostic.code);
  }
  return found;
}

TEST(Compile, TheSentenceRuns) {
  const CompileResult result = compile_source(kSentence);
  ASSERT_TRUE(result.ok) << diagnostics_text(result);
  const auto loaded = LoadedProgram::load(result.image);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const LoadedProgram& program = **loaded;
  ASSERT_THAT(program.program().journeys, SizeIs(1));
  const JourneyRow& journey = program.program().journeys[0];
  EXPECT_EQ(program.program().text(journey.name), "main");
  ASSERT_THAT(journey.triggers, SizeIs(1));
  const EventIx event = journey.triggers[0].event;
  EXPECT_EQ(program.find_event("cart_abandoned"), event);

  // The run as an engine keeps it: entered now, its trigger with the property that the text reads.
  constexpr Millis kEntered = 1'772'445'600'000;
  RunState run;
  run.journey = JourneyIx{0};
  run.entered_at_ms = kEntered;
  run.trigger.event = event;
  run.trigger.at_ms = kEntered;
  ASSERT_THAT(journey.kept_properties, SizeIs(1));
  BlockBuilder properties;
  properties.put(journey.kept_properties[0], Value::of_string("https://x.example/c1"));
  run.trigger.properties = properties.build();

  ContactView contact;
  contact.id = "ana";
  EvalContext context;
  context.program = &program;
  context.contact = &contact;
  context.run = &run;
  context.now_ms = kEntered;
  context.zone = &program.project_zone();

  Interpreter interpreter;
  const Effect wait = interpreter.resume(journey.entry_pc, context, nullptr);
  ASSERT_EQ(wait.kind, EffectKind::kWait);
  EXPECT_EQ(wait.value.i, kEntered + 20 * kMillisPerMinute);

  context.now_ms = wait.value.i;
  std::vector<TraceMark> marks;
  const Effect send = interpreter.resume(program.program().waits[wait.operand].due_pc, context, &marks);
  ASSERT_EQ(send.kind, EffectKind::kSend);
  ASSERT_THAT(marks, SizeIs(3));  // the `if` is reached, it is true, the `send` is reached
  EXPECT_EQ(marks[1].kind, TraceMark::Kind::kTrue);
  const SendRow& row = program.program().sends[send.operand];
  const MessageRow& message = program.program().messages[row.message.index()];
  EXPECT_TRUE(message.inline_text);
  std::string text;
  EXPECT_TRUE(interpreter.render(message.body, context, text));
  EXPECT_EQ(text, "Your cart is waiting: https://x.example/c1");

  const Effect end = interpreter.resume(send.next_pc, context, nullptr);
  EXPECT_EQ(end.kind, EffectKind::kFinish);
}

TEST(Compile, AContactWhoOpenedGetsNothing) {
  const CompileResult result = compile_source(kSentence);
  ASSERT_TRUE(result.ok);
  const auto loaded = LoadedProgram::load(result.image);
  ASSERT_TRUE(loaded.ok());
  const LoadedProgram& program = **loaded;
  RunState run;
  run.entered_at_ms = 1000;
  const ContactEngagement opened{EngagementWord::kOpened, 5000, ""};
  ContactView contact;
  contact.engagements = std::span(&opened, 1);
  EvalContext context;
  context.program = &program;
  context.contact = &contact;
  context.run = &run;
  context.now_ms = 10000;
  context.zone = &program.project_zone();
  Interpreter interpreter;
  const Effect end = interpreter.resume(program.program().waits[0].due_pc, context, nullptr);
  EXPECT_EQ(end.kind, EffectKind::kFinish);
}

// A project in several files with every kind of reference between them.
std::map<std::string, std::string> project() {
  return {
      {"events.wend",
       "settings { zone \"Europe/Paris\" }\nevent cart { total: number, url: string }\n"
       "event order { total: number }\ncontact { first_name: string? }\n"},
      {"messages/reminder.wend",
       "message reminder: email { subject \"Hi {{ contact.first_name | default: 'you' }}\"\n"
       "  body file \"reminder.html\" }\n"},
      {"messages/reminder.html", "<p>{{ trigger.total }}</p>"},
      {"a.wend", "journey a { on cart until order wait 1h send email reminder }\n"},
      {"b.wend",
       "journey b { on cart where event.total > 30 goal order wait until 09:00 send sms \"{{ trigger.url "
       "}}\" }\n"},
  };
}

// Lists a project's files in the wrong order.
class ReversedFiles : public MemoryFiles {
 public:
  using MemoryFiles::MemoryFiles;
  FileList list(const std::string& extension) const override {
    FileList list = MemoryFiles::list(extension);
    std::reverse(list.paths.begin(), list.paths.end());
    return list;
  }
};

TEST(Compile, TheSameFilesGiveTheSameBytesInAnyOrder) {
  const CompileResult first = compile_files(project());
  ASSERT_TRUE(first.ok) << diagnostics_text(first);
  EXPECT_EQ(compile_files(project()).image, first.image);
  EXPECT_EQ(compile_project(ReversedFiles(project()), {}).image, first.image);
  EXPECT_FALSE(first.image.empty());
}

TEST(Compile, ChecksWithoutAnImage) {
  CompileOptions options;
  options.emit = false;
  const CompileResult result = compile_files(project(), options);
  EXPECT_TRUE(result.ok);
  EXPECT_TRUE(result.image.empty());
  auto broken = project();
  broken["messages/reminder.html"] = "<p>{{ trigger.totl }}</p>";
  const CompileResult with_error = compile_files(broken, options);
  EXPECT_FALSE(with_error.ok);
  EXPECT_THAT(codes(with_error), ElementsAre(Code::kUnknownProperty));
}

TEST(Compile, AFolderWithoutSources) {
  const CompileResult result = compile_files({{"readme.md", "nothing"}});
  EXPECT_THAT(codes(result), ElementsAre(Code::kNoWendFiles));
  EXPECT_FALSE(result.ok);
  EXPECT_TRUE(result.image.empty());
}

TEST(Compile, AProgramWithoutJourneys) {
  EXPECT_THAT(codes(compile_source("")), ElementsAre(Code::kEmptyProgram));
  EXPECT_THAT(codes(compile_source("event order { total: number }\n")), ElementsAre(Code::kEmptyProgram));
}

TEST(Compile, TooManyFiles) {
  CompileOptions options;
  options.max_files = 3;
  EXPECT_THAT(codes(compile_files(project(), options)), ElementsAre(Code::kProgramTooLarge));
  options.max_files = 4;
  EXPECT_TRUE(compile_files(project(), options).ok);
}

// A resolver whose files cannot be read.
class RefusedFiles : public MemoryFiles {
 public:
  using MemoryFiles::MemoryFiles;
  FileText read(const std::string&) const override {
    return {FileFault::kUnreadable, "", "Permission denied"};
  }
};

TEST(Compile, AnUnreadableFileIsNamed) {
  const CompileResult result =
      compile_project(RefusedFiles(std::map<std::string, std::string>{{"cart.wend", kSentence}}), {});
  EXPECT_THAT(diagnostics_text(result), HasSubstr("cart.wend"));
  EXPECT_THAT(diagnostics_text(result), HasSubstr("Permission denied"));
  EXPECT_THAT(codes(result), testing::Contains(Code::kFileUnreadable));
}

TEST(Compile, TemplateFiles) {
  auto files = project();
  files.erase("messages/reminder.html");
  files["messages/remainder.html"] = "";
  CompileResult result = compile_files(files);
  ASSERT_THAT(codes(result), ElementsAre(Code::kTemplateFileMissing));
  EXPECT_THAT(result.diagnostics[0].fixes, SizeIs(1));

  files = project();
  files["messages/reminder.wend"] =
      "message reminder: email { subject \"x\"  body file \"../../secret.html\" }\n";
  EXPECT_THAT(codes(compile_files(files)), ElementsAre(Code::kTemplateFileOutsideProject));
  files["messages/reminder.wend"] = "message reminder: email { subject \"x\"  body file \"/etc/passwd\" }\n";
  EXPECT_THAT(codes(compile_files(files)), ElementsAre(Code::kTemplateFileOutsideProject));
  files["messages/reminder.wend"] = "message reminder: email { subject \"x\"  body file \"../top.html\" }\n";
  files["top.html"] = "text";
  EXPECT_TRUE(compile_files(files).ok);
  files["top.html"] = "not \xFF text";
  EXPECT_THAT(codes(compile_files(files)), ElementsAre(Code::kFileUnreadable));
}

TEST(Compile, AFaultInATemplateFileIsShownThere) {
  auto files = project();
  files["messages/reminder.html"] = "\xEF\xBB\xBF<p>\n  {{ trigger.totl }}</p>";
  const CompileResult result = compile_files(files);
  EXPECT_THAT(diagnostics_text(result), HasSubstr("messages/reminder.html:2:14"));
}

TEST(Compile, ATemplateFileIsHtmlUnlessItIsText) {
  auto html = project();
  const CompileResult escaped = compile_files(html);
  html["messages/reminder.wend"] = "message reminder: email { subject \"x\"  body file \"reminder.txt\" }\n";
  html["messages/reminder.txt"] = "{{ trigger.total }}";
  const CompileResult plain = compile_files(html);
  ASSERT_TRUE(escaped.ok);
  ASSERT_TRUE(plain.ok) << diagnostics_text(plain);
  auto count = [](const Program& program, Opcode op) {
    return std::count_if(program.code.begin(), program.code.end(),
                         [&](Instruction i) { return opcode_of(i) == op; });
  };
  EXPECT_EQ(count(escaped.program, Opcode::kTextHtml), 1);
  EXPECT_EQ(count(plain.program, Opcode::kTextHtml), 0);
}

TEST(Compile, AMessageThatNobodySendsMayReadATrigger) {
  const CompileResult result = compile_source(
      "event order { total: number }\n"
      "message later: sms { body \"{{ trigger.total }}{% if trigger.x == 'y' %}{{ event.z | upcase }}{% "
      "endif %}\" }\n"
      "journey j { on order send sms \"x\" }\n");
  EXPECT_TRUE(result.ok) << diagnostics_text(result);
}

TEST(Compile, AHugeJourneyIsRefusedNotMiscompiled) {
  std::string source = "on order if event.total > 1 {\n";
  for (int i = 0; i < 20000; ++i) source += "note \"x\"\n";
  source += "}\n";
  const CompileResult result = compile_source(source);
  EXPECT_THAT(codes(result), ElementsAre(Code::kJourneyTooLarge));
  EXPECT_TRUE(result.image.empty());
}

TEST(Compile, AnExpressionWithTooManyValues) {
  std::string source = "on order if event.total in [";
  for (int i = 0; i < 300; ++i) source += "event.p" + std::to_string(i) + ", ";
  source += "event.q] { note \"x\" }\n";
  EXPECT_THAT(codes(compile_source(source)), ElementsAre(Code::kJourneyTooLarge));
}

TEST(Compile, ColumnsAreCountedInCharactersAlongALine) {
  const CompileResult fixed = compile_source("\xEF\xBB\xBFon order note \"ü€\" note \"b\"\n  note \"c\" note \"d\"\n");
  ASSERT_TRUE(fixed.ok) << diagnostics_text(fixed);
  std::vector<std::pair<uint32_t, uint32_t>> places;
  for (const StepRow& step : fixed.program.steps) places.emplace_back(step.line, step.column);
  EXPECT_THAT(places, ElementsAre(std::pair(1U, 10U), std::pair(1U, 20U), std::pair(2U, 3U), std::pair(2U, 12U)));
}

TEST(Compile, AFileOfOneLongLineTakesNoLonger) {
  std::string source = "on order ";
  for (int i = 0; i < 15000; ++i) source += "note \"x\" ";
  const CompileResult result = compile_source(source);
  ASSERT_TRUE(result.ok) << diagnostics_text(result);
  EXPECT_EQ(result.program.steps.back().column, 10U + 9U * 14999U);
}

TEST(Compile, StepsAreNamedForPeople) {
  const CompileResult result =
      compile_source("on order\n  wait  20m\n  @first if event.total   > 30\n  { note \"ü\" }\n");
  ASSERT_TRUE(result.ok) << diagnostics_text(result);
  const Program& program = result.program;
  ASSERT_THAT(program.steps, SizeIs(3));
  EXPECT_EQ(program.text(program.steps[0].text), "wait 20m");
  EXPECT_EQ(program.steps[0].line, 2U);
  EXPECT_EQ(program.steps[0].column, 3U);
  EXPECT_EQ(program.text(program.steps[1].label), "first");
  EXPECT_EQ(program.text(program.steps[1].text), "@first if event.total > 30");
  EXPECT_EQ(program.text(program.steps[2].text), "note \"ü\"");
  EXPECT_EQ(program.text(program.steps[2].file), "main.wend");
}

}  // namespace
}  // namespace wend

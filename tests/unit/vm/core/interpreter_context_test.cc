// Instructions that look at the contact, the event, the run and the clock, and templates.
#include <gtest/gtest.h>

#include "tests/unit/vm/core/eval_fixture.h"
#include "vm/core/attribute_block.h"

namespace wend {
namespace {

class Context : public Evaluation {
 protected:
  void prepare(ProgramBuilder& b) override {
    event_ = b.event("order", {"total", "url", "at"});
    b.attribute("total_spent", b.constant(num(5)));
    b.attribute("nickname");
    total_ = b.property("total");
    unread_ = b.property("unread");
    message_ = b.message("reminder", ChannelIx{0}, "text");
    const JourneyIx journey = b.journey("j");
    step_ = b.step(journey, StepRowKind::kSend, "send");
    b.send_row(step_, message_);
    b.send_row(step_, message_);
    b.begin_body(journey, 0);
    b.abc(Opcode::kFinish);
  }
  std::string load(Opcode opcode, uint32_t x) {
    return run({}, [&](ProgramBuilder& p) { p.ax(opcode, 7, x); });
  }
  std::string load(Opcode opcode) {
    return run({}, [&](ProgramBuilder& p) { p.abc(opcode, 7); });
  }
  std::string load_property(Opcode opcode, std::string_view name) {
    return run({}, [&](ProgramBuilder& p) { p.ax(opcode, 7, p.property(name)); });
  }
  std::string engaged(EngagementWord word, QueryScope scope, uint32_t target = kNone,
                      const char* link = nullptr) {
    return run({}, [&](ProgramBuilder& p) {
      const StringIx text = link == nullptr ? none_of<StringIx>() : p.string(link);
      p.ax(Opcode::kEngaged, 7, p.query({word, scope, target, text}));
    });
  }

  EventIx event_;
  MessageIx message_;
  StepIx step_;
  uint16_t total_ = 0;
  uint16_t unread_ = 0;
};

TEST_F(Context, ContactAttributes) {
  EXPECT_EQ(load(Opcode::kLoadContact, 12), "number 5");  // no contact at all: defaults
  BlockBuilder attributes;
  attributes.put(40, num(250));
  attributes.put(41, list({str("vip")}));
  const std::string block = attributes.build();
  std::vector<uint16_t> numbers(14, 0xFFFF);
  numbers[12] = 40;
  numbers[static_cast<size_t>(BuiltinAttr::kTags)] = 41;
  ContactView contact;
  contact.id = "ana";
  contact.created_at_ms = 1000;
  contact.attributes = block;
  contact.attribute_numbers = numbers;
  context.contact = &contact;
  EXPECT_EQ(load(Opcode::kLoadContact, static_cast<uint32_t>(BuiltinAttr::kId)), "string ana");
  EXPECT_EQ(load(Opcode::kLoadContact, static_cast<uint32_t>(BuiltinAttr::kCreatedAt)),
            "time 1970-01-01T00:00:01Z");
  EXPECT_EQ(load(Opcode::kLoadContact, static_cast<uint32_t>(BuiltinAttr::kEmail)), "missing");
  EXPECT_EQ(load(Opcode::kLoadContact, static_cast<uint32_t>(BuiltinAttr::kTags)), "list vip");
  EXPECT_EQ(load(Opcode::kLoadContact, static_cast<uint32_t>(BuiltinAttr::kConsent)), "list ");
  EXPECT_EQ(load(Opcode::kLoadContact, 12), "number 250");
  EXPECT_EQ(load(Opcode::kLoadContact, 13), "missing");
  contact.attribute_numbers = {};
  EXPECT_EQ(load(Opcode::kLoadContact, 12), "number 5");
}

TEST_F(Context, EventAndTrigger) {
  EXPECT_EQ(load_property(Opcode::kLoadEvent, "total"), "missing");
  EXPECT_EQ(load_property(Opcode::kLoadTrigger, "total"), "missing");
  EXPECT_EQ(load(Opcode::kLoadEventAt), "missing");
  EXPECT_EQ(load(Opcode::kLoadTriggerId), "missing");
  const Value values[] = {num(20), str("https://x.example"), Value()};
  EventView event;
  event.event = event_;
  event.event = EventIx{9};
  event.at_ms = 2000;
  event.id = "e2";
  event.values = values;
  context.event = &event;
  EXPECT_EQ(load_property(Opcode::kLoadEvent, "total"), "number 20");
  EXPECT_EQ(load_property(Opcode::kLoadEvent, "url"), "string https://x.example");
  EXPECT_EQ(load_property(Opcode::kLoadEvent, "unread"), "missing");
  EXPECT_EQ(load_property(Opcode::kLoadTrigger, "total"), "number 20");  // before an entry
  EXPECT_EQ(load(Opcode::kLoadTriggerId), "string e2");
  event.values = std::span<const Value>(values, 1);
  EXPECT_EQ(load_property(Opcode::kLoadEvent, "url"), "missing");

  RunState run_state;
  BlockBuilder kept;
  kept.put(total_, num(80));
  run_state.trigger = {EventIx{9}, 1000, "e1", kept.build()};
  context.run = &run_state;
  EXPECT_EQ(load_property(Opcode::kLoadTrigger, "total"), "number 80");
  EXPECT_EQ(load_property(Opcode::kLoadEvent, "total"), "number 20");
  EXPECT_EQ(load(Opcode::kLoadTriggerAt), "time 1970-01-01T00:00:01Z");
  EXPECT_EQ(load(Opcode::kLoadTriggerId), "string e1");
  EXPECT_EQ(load(Opcode::kLoadEventAt), "time 1970-01-01T00:00:02Z");
  context.event = nullptr;
  EXPECT_EQ(load_property(Opcode::kLoadEvent, "total"), "number 80");
  EXPECT_EQ(load(Opcode::kLoadEventId), "string e1");
}

struct Bound : Context {
  void prepare(ProgramBuilder& b) override {
    Context::prepare(b);
    b.row(JourneyIx{0}).slots = 2;
  }
};
TEST_F(Bound, EventsAreRecords) {
  const auto bound = [&](unsigned slot) {
    return run({}, [&](ProgramBuilder& p) { p.abc(Opcode::kLoadBound, 7, slot); });
  };
  EXPECT_EQ(bound(0), "missing");
  RunState run_state;
  run_state.slots.resize(1);
  context.run = &run_state;
  EXPECT_EQ(bound(0), "missing");
  EXPECT_EQ(bound(1), "missing");
  BlockBuilder kept;
  kept.put(0, num(80));
  kept.put(2, num(1));  // a property named `at` gives way to the event's own
  run_state.slots[0] = KeptEvent{EventIx{9}, 1000, "e1", kept.build()};
  EXPECT_EQ(bound(0), "record {\"total\":80,\"at\":\"1970-01-01T00:00:01Z\",\"id\":\"e1\"}");
}

TEST_F(Context, RunFields) {
  const auto field = [&](RunField f) {
    return run({}, [&](ProgramBuilder& p) { p.abc(Opcode::kLoadRun, 7, static_cast<unsigned>(f)); });
  };
  EXPECT_EQ(field(RunField::kCount), "missing");
  RunState run_state;
  run_state.entered_at_ms = 5000;
  run_state.count = 3;
  run_state.number = 17;
  context.run = &run_state;
  EXPECT_EQ(field(RunField::kEnteredAt), "time 1970-01-01T00:00:05Z");
  EXPECT_EQ(field(RunField::kCount), "int 3");
  EXPECT_EQ(field(RunField::kKey), "missing");
  EXPECT_EQ(field(RunField::kPass), "missing");
  EXPECT_EQ(field(RunField::kId), "int 17");
  encode_value(run_state.key, str("c1"));
  EXPECT_EQ(field(RunField::kKey), "string c1");
}

TEST_F(Context, ClockOfTheZoneInForce) {
  context.now_ms = parse_rfc3339("2026-03-01T23:30:00Z").value();
  EXPECT_EQ(load(Opcode::kLoadNow), "time 2026-03-01T23:30:00Z");
  EXPECT_EQ(load(Opcode::kLoadToday), "date 2026-03-01");  // no zone: the project's, here UTC
  context.zone = find_zone("Europe/Paris");
  EXPECT_EQ(load(Opcode::kLoadToday), "date 2026-03-02");
  EXPECT_EQ(load(Opcode::kLoadClock), "clock 00:30");
}

TEST_F(Context, ValuesGivenToAMessage) {
  const auto with = [&](const char* name) {
    return run({}, [&](ProgramBuilder& p) { p.ax(Opcode::kLoadWith, 7, p.string(name).number); });
  };
  EXPECT_EQ(with("code"), "missing");
  const Value values = record({{"code", str("X1")}});
  context.with = &values;
  EXPECT_EQ(with("code"), "string X1");
  EXPECT_EQ(with("other"), "missing");
}

TEST_F(Context, EngagementOfARunsSends) {
  using W = EngagementWord;
  EXPECT_EQ(engaged(W::kOpened, QueryScope::kLastSend), "missing");
  RunState run_state;
  context.run = &run_state;
  EXPECT_EQ(engaged(W::kSent, QueryScope::kLastSend), "missing");
  run_state.sends.push_back(
      {SendIx{0}, SendOutcome::kHanded, SuppressReason::kNotSuppressed, 0, 1000, 1, {}});
  run_state.last_send = 0;
  EXPECT_EQ(engaged(W::kSent, QueryScope::kLastSend), "bool true");
  EXPECT_EQ(engaged(W::kSuppressed, QueryScope::kLastSend), "bool false");
  EXPECT_EQ(engaged(W::kOpened, QueryScope::kLastSend), "bool false");
  run_state.sends[0].engaged =
      1U << static_cast<unsigned>(W::kOpened) | 1U << static_cast<unsigned>(W::kClicked);
  run_state.sends[0].links_clicked = {"checkout"};
  EXPECT_EQ(engaged(W::kOpened, QueryScope::kLastSend), "bool true");
  EXPECT_EQ(engaged(W::kBounced, QueryScope::kLastSend), "bool false");
  EXPECT_EQ(engaged(W::kClicked, QueryScope::kSend, 0, "checkout"), "bool true");
  EXPECT_EQ(engaged(W::kClicked, QueryScope::kSend, 0, "home"), "bool false");
  EXPECT_EQ(engaged(W::kClicked, QueryScope::kSend, 1), "missing");

  // A second pass over another step of the same message is suppressed.
  run_state.sends.push_back({SendIx{1}, SendOutcome::kSuppressed, SuppressReason::kCap, 0, 2000, 0, {}});
  run_state.last_send = 1;
  EXPECT_EQ(engaged(W::kSent, QueryScope::kLastSend), "bool false");
  EXPECT_EQ(engaged(W::kSuppressed, QueryScope::kLastSend), "bool true");
  EXPECT_EQ(engaged(W::kOpened, QueryScope::kLastSend), "missing");
  EXPECT_EQ(engaged(W::kSuppressed, QueryScope::kMessage, 0), "bool true");
  EXPECT_EQ(engaged(W::kOpened, QueryScope::kSend, 0), "bool true");
  run_state.sends[1].outcome = SendOutcome::kHeld;
  EXPECT_EQ(engaged(W::kSent, QueryScope::kLastSend), "missing");
  EXPECT_EQ(engaged(W::kSuppressed, QueryScope::kLastSend), "missing");
  EXPECT_EQ(engaged(W::kClicked, QueryScope::kLastSend), "missing");
}

TEST_F(Context, EngagementOfAContact) {
  using W = EngagementWord;
  EXPECT_EQ(engaged(W::kOpened, QueryScope::kContact), "bool false");
  const ContactEngagement engagements[] = {{W::kOpened, 1000, ""}, {W::kClicked, 3000, "checkout"}};
  ContactView contact;
  contact.engagements = engagements;
  context.contact = &contact;
  EXPECT_EQ(engaged(W::kOpened, QueryScope::kContact), "bool true");
  RunState run_state;
  run_state.entered_at_ms = 1000;
  context.run = &run_state;
  EXPECT_EQ(engaged(W::kOpened, QueryScope::kContact), "bool true");
  run_state.entered_at_ms = 1001;
  EXPECT_EQ(engaged(W::kOpened, QueryScope::kContact), "bool false");
  EXPECT_EQ(engaged(W::kClicked, QueryScope::kContact), "bool true");
  EXPECT_EQ(engaged(W::kClicked, QueryScope::kContact, kNone, "checkout"), "bool true");
  EXPECT_EQ(engaged(W::kClicked, QueryScope::kContact, kNone, "home"), "bool false");
}

class Templates : public Evaluation {
 protected:
  // Renders what `code` appends, behind "> ".
  std::string render(const ProgramBuilder::Code& code) {
    ProgramBuilder b;
    const RoutineIx routine = b.text_routine("t", 4, code);
    const auto loaded = b.load();
    context.program = loaded.get();
    std::string out = "> ";
    whole_ = interpreter->render(routine, context, out);
    return out;
  }
  std::string text(const Value& value, Opcode opcode = Opcode::kText) {
    return render([&](ProgramBuilder& p) {
      p.ax(Opcode::kLoadConst, 0, p.constant(value));
      p.abc(opcode, 0);
    });
  }
  bool whole_ = true;
};

TEST_F(Templates, Texts) {
  EXPECT_EQ(render([](ProgramBuilder& p) {
              p.ax(Opcode::kTextConst, 0, p.constant(Value::of_string("Hello ")));
              p.abc(Opcode::kText, 3);
              p.ax(Opcode::kLoadInt, 0, 3);
              p.abc(Opcode::kText, 0);
            }),
            "> Hello 3");
  EXPECT_EQ(text(str("<b>")), "> <b>");
  EXPECT_EQ(text(str("<b>\"'&"), Opcode::kTextHtml), "> &lt;b&gt;&quot;&#39;&amp;");
  EXPECT_EQ(text(list({str("<"), whole(1)}), Opcode::kTextHtml), "> &lt;1");
}

TEST_F(Templates, ValuesPrintAsPeopleWriteThem) {
  EXPECT_EQ(text(num(80)), "> 80");
  EXPECT_EQ(text(num(0.1)), "> 0.1");
  EXPECT_EQ(text(num(-0.0)), "> 0");
  EXPECT_EQ(text(num(1234567)), "> 1234567");
  EXPECT_EQ(text(num(1e21)), "> 1e+21");
  EXPECT_EQ(text(num(1.0 / 3)), "> 0.3333333333333333");
  EXPECT_EQ(text(Value::of_percent(45)), "> 45%");
  EXPECT_EQ(text(Value::of_bool(false)), "> false");
  EXPECT_EQ(text(Value::of_duration(90 * kMillisPerMinute)), "> 1h30m");
  EXPECT_EQ(text(Value::of_calendar(14)), "> 14mo");
  EXPECT_EQ(text(Value::of_date(*parse_date("2026-03-02"))), "> 2026-03-02");
  EXPECT_EQ(text(Value::of_clock(9 * kMillisPerHour)), "> 09:00");
  EXPECT_EQ(text(Value::of_time(0)), "> 1970-01-01T00:00:00Z");
  EXPECT_EQ(text(list({str("a"), list({whole(1), whole(2)}), Value()})), "> a12");
  EXPECT_EQ(text(record({{"a", list({whole(1), Value()})}, {"b\n", str("\x01")}})),
            "> {\"a\":[1,null],\"b\\n\":\"\\u0001\"}");
  context.zone = find_zone("Europe/Paris");
  EXPECT_EQ(text(Value::of_time(0)), "> 1970-01-01T01:00:00+01:00");
}

TEST_F(Templates, AreCutAtTheLimitBeforeACharacter) {
  interpreter = std::make_unique<Interpreter>(InterpreterLimits{5, 1000});
  EXPECT_EQ(text(str("ab\xC3\xA9"
                     "c")),
            "> ab\xC3\xA9"
            "c");
  EXPECT_TRUE(whole_);
  EXPECT_EQ(interpreter->limit_hits(), 0U);
  EXPECT_EQ(text(str("abcd\xC3\xA9")), "> abcd");
  EXPECT_FALSE(whole_);
  EXPECT_EQ(interpreter->limit_hits(), 1U);
}

}  // namespace
}  // namespace wend

// The `test` blocks: names, contacts and times of their lines, and the plan that the runner works by.
// Whatever is looked up is only looked up: a test makes no event and no attribute, so that images are the
// same without it.

#include <algorithm>
#include <array>
#include <limits>

#include "compiler/analysis/passes.h"
#include "compiler/analysis/test_values.h"
#include "compiler/analysis/walk.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {
namespace {

using namespace ast;
using PlanLine = wend::TestLine;

const std::vector<std::string> kSuppressReasons = {"address", "consent", "hibernate", "cap",
                                                   "quiet",   "paused",  "expires",   "while"};
const std::vector<std::string> kEndings = {"finished",  "until",     "expired", "restarted",
                                           "outranked", "cancelled", "erased"};
const std::vector<std::string> kParts = {"subject", "preheader", "body", "html",
                                         "text",    "from",      "to",   "reply_to"};

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The lines of one test.
class TestChecker {
 public:
  TestChecker(Context& context, const TestDecl& decl)
      : context_(context), program_(context.program), decl_(decl), values_(context) {}

  void run() {
    PlannedTest test;
    test.name = std::string(decl_.title.text);
    test.file = context_.sources.file(decl_.span.file).path();
    test.line = context_.line_of(decl_.span);
    for (const Word& journey : decl_.journeys) {
      if (check_journey(journey)) test.journeys.emplace_back(journey.text);
    }
    collect_contacts();
    for (const ast::TestLine* line : decl_.lines) check_line(*line);
    // Whoever exists from the beginning comes first, the oldest before the others.
    for (PlanLine& contact : contacts_lines_) contact.at_ms = std::min(contact.at_ms, first_ms_);
    std::stable_sort(contacts_lines_.begin(), contacts_lines_.end(),
                     [](const PlanLine& a, const PlanLine& b) { return a.at_ms < b.at_ms; });
    test.assumptions = std::move(assumptions_);
    test.lines = std::move(contacts_lines_);
    test.lines.insert(test.lines.end(), std::make_move_iterator(lines_.begin()),
                      std::make_move_iterator(lines_.end()));
    program_.tests.tests.push_back(std::move(test));
  }

 private:
  void collect_contacts();
  void check_line(const ast::TestLine& line);
  void check_assumption(const ast::TestLine& line);
  void check_timed(const ast::TestLine& line, PlanLine& planned);
  void check_action(const ast::TestLine& line, PlanLine& planned);
  void check_expectation(const ast::TestLine& line, PlanLine& planned);
  void check_sent(const ast::TestLine& line, TestExpectation& expect);
  void check_message_of(const SendBody& body, TestExpectation& expect);
  void check_ended(const ast::TestLine& line, TestExpectation& expect);
  void check_attribute(const ast::TestLine& line, TestExpectation& expect);
  bool check_journey(const Word& name);
  bool check_channel(const Word& name);
  bool check_message(const Word& name, bool label_possible);
  void check_label(const Word& label, const Word& journey);
  // The contact a line is about; empty after a report.
  std::string contact_of(const ast::TestLine& line);
  PlanLine plan(const ast::TestLine& line) const {
    PlanLine planned;
    planned.place = {line.span.file.number, line.span.begin, line.span.end};
    return planned;
  }

  Context& context_;
  CheckedProgram& program_;
  const TestDecl& decl_;
  TestValues values_;
  Assumptions assumptions_;
  std::vector<std::string> contacts_;  // of the test, in the order of the source
  std::vector<PlanLine> contacts_lines_;
  std::vector<PlanLine> lines_;
  bool started_ = false;
  Millis now_ms_ = 0;
  Millis first_ms_ = kMaxInstant;
  Span reached_at_;
};

void TestChecker::collect_contacts() {
  for (const ast::TestLine* line : decl_.lines) {
    if (line->contact == nullptr || line->kind == ast::TestLineKind::kExpect) continue;
    std::string name(line->contact->value.text);
    if (!has(contacts_, name)) contacts_.push_back(std::move(name));
  }
}

std::string TestChecker::contact_of(const ast::TestLine& line) {
  if (line.contact != nullptr) return std::string(line.contact->value.text);
  if (contacts_.size() == 1) return contacts_.front();
  context_.sink.report(WhichContact{line.span, contacts_});
  return {};
}

void TestChecker::check_line(const ast::TestLine& line) {
  PlanLine planned = plan(line);
  switch (line.kind) {
    case ast::TestLineKind::kContact: {
      planned.kind = wend::TestLineKind::kContact;
      planned.contact = std::string(line.contact->value.text);
      std::optional<Millis> created;
      planned.record = values_.attributes(line.record, &created);
      planned.at_ms = created.value_or(kMaxInstant);
      contacts_lines_.push_back(std::move(planned));
      return;
    }
    case ast::TestLineKind::kAt:
    case ast::TestLineKind::kAfter:
      check_timed(line, planned);
      break;
    case ast::TestLineKind::kProviderFails:
      planned.kind = wend::TestLineKind::kProviderFails;
      check_channel(line.name);
      planned.name = std::string(line.name.text);
      planned.text = std::string(line.text->value.text);
      planned.times = line.times;
      break;
    case ast::TestLineKind::kExpect:
      planned.kind = wend::TestLineKind::kExpect;
      if (!started_) context_.sink.report(NoTimeYet{line.span, true});
      started_ = true;  // once is enough
      check_expectation(line, planned);
      break;
    case ast::TestLineKind::kAssumeSplit:
    case ast::TestLineKind::kAssumeCall:
    case ast::TestLineKind::kAssumeHoldout:
    case ast::TestLineKind::kAssumePaused:
      check_assumption(line);
      return;
  }
  lines_.push_back(std::move(planned));
}

// Goes into the table that the engine is handed; what the engine does not decide yet is reported.
void TestChecker::check_assumption(const ast::TestLine& line) {
  const std::string name(line.name.text);
  switch (line.kind) {
    case ast::TestLineKind::kAssumeSplit:
      assumptions_.splits[name] = std::string(line.text->value.text);
      context_.not_yet(line.span, "`assume split`");
      return;
    case ast::TestLineKind::kAssumeCall:
      assumptions_.calls[name] = values_.properties(line.record, nullptr);
      context_.not_yet(line.span, "`assume call`");
      return;
    case ast::TestLineKind::kAssumeHoldout:
      if (check_journey(line.name)) assumptions_.holdouts.insert(name);
      context_.not_yet(line.span, "`assume holdout`");
      return;
    default:
      if (check_channel(line.name)) assumptions_.paused.insert(name);
      context_.not_yet(line.span, "`assume paused`");
      return;
  }
}

void TestChecker::check_timed(const ast::TestLine& line, PlanLine& planned) {
  if (line.kind == ast::TestLineKind::kAt) {
    const Millis at_ms = values_.instant(*line.moment);
    if (started_ && at_ms < now_ms_) {
      context_.sink.report(TimeGoesBack{
          line.moment->span, format_pattern(values_.zone(), now_ms_, "%Y-%m-%d %H:%M"), reached_at_});
    } else {
      now_ms_ = at_ms;
    }
    if (!started_) first_ms_ = now_ms_;
    started_ = true;
  } else if (!started_) {
    context_.sink.report(NoTimeYet{line.span, false});
    started_ = true;  // once is enough
  } else {
    now_ms_ = line.after_ms > kMaxInstant - now_ms_ ? kMaxInstant : now_ms_ + line.after_ms;
  }
  reached_at_ = line.span;
  planned.at_ms = now_ms_;
  check_action(line, planned);
}

void TestChecker::check_action(const ast::TestLine& line, PlanLine& planned) {
  switch (line.action) {
    case TestActionKind::kNone:
      planned.kind = wend::TestLineKind::kTime;
      return;
    case TestActionKind::kAlias:
      context_.not_yet(line.span, "`alias`");
      return;
    case TestActionKind::kErase:
      context_.not_yet(line.span, "`erase`");
      return;
    default:
      break;
  }
  if (line.nobody) {
    context_.not_yet(line.span, "an event of nobody");
    return;
  }
  planned.contact = contact_of(line);
  if (line.action == TestActionKind::kIdentify) {
    planned.kind = wend::TestLineKind::kIdentify;
    planned.record = values_.attributes(line.record, nullptr);
  } else if (line.action == TestActionKind::kEngagement) {
    planned.kind = wend::TestLineKind::kEngagement;
    planned.name = std::string(line.event.text);
    planned.target = std::string(line.target.text);
    if (line.text != nullptr) planned.text = std::string(line.text->value.text);
    if (!line.target.text.empty()) check_message(line.target, true);
  } else {
    planned.kind = wend::TestLineKind::kEvent;
    planned.name = std::string(line.event.text);
    const EventInfo* event = nullptr;
    if (const auto row = context_.names.events.find(line.event.text); row != context_.names.events.end()) {
      event = &program_.events[row->second];
      context_.used_events.insert(row->second);
      planned.name = event->wire_name;
    } else if (!program_.open_events && !context_.has_unread_modules) {
      context_.sink.report(UnknownEvent{
          line.event.span, planned.name, near_names(line.event.text, context_.event_names()), {}});
    }
    planned.record = values_.properties(line.record, event);
  }
}

bool TestChecker::check_journey(const Word& name) {
  if (context_.names.journeys.contains(name.text)) return true;
  context_.sink.report(UnknownJourney{name.span, std::string(name.text),
                                      near_names(name.text, names_of(context_.names.journeys))});
  return false;
}

bool TestChecker::check_channel(const Word& name) {
  if (context_.names.channels.contains(name.text) || context_.names.own_channels.contains(name.text))
    return true;
  std::vector<std::string> known;
  for (const ChannelInfo& channel : program_.channels) known.push_back(channel.name);
  context_.sink.report(
      UnknownChannel{name.span, std::string(name.text), near_names(name.text, known), known});
  return false;
}

bool TestChecker::check_message(const Word& name, bool label_possible) {
  if (context_.names.messages.contains(name.text) || context_.has_unread_modules) return true;
  const bool is_label = std::any_of(program_.sends.begin(), program_.sends.end(),
                                    [&](const SendInfo& send) { return send.step->label.text == name.text; });
  if (label_possible && is_label) return true;
  context_.sink.report(UnknownMessage{name.span, std::string(name.text),
                                      near_names(name.text, context_.message_names()), label_possible});
  return false;
}

void TestChecker::check_label(const Word& label, const Word& journey) {
  const auto row = context_.names.journeys.find(journey.text);
  if (row == context_.names.journeys.end()) return;
  std::vector<std::string> labels;
  for_each_step_of(*program_.journeys[row->second].decl, [&](const Step& step) {
    if (!step.label.text.empty()) labels.emplace_back(step.label.text);
  });
  if (has(labels, label.text)) return;
  Span name = label.span;  // without its `@`
  if (context_.sources.text(name).starts_with("@")) ++name.begin;
  context_.sink.report(
      UnknownLabel{name, std::string(label.text), std::string(journey.text), near_names(label.text, labels)});
}

void TestChecker::check_expectation(const ast::TestLine& line, PlanLine& planned) {
  TestExpectation& expect = planned.expect;
  expect.negated = line.negated;
  if (line.contact != nullptr && !has(contacts_, line.contact->value.text)) {
    const std::string name(line.contact->value.text);
    context_.sink.report(UnknownContact{line.contact->span, name, near_names(name, contacts_)});
  }
  // What is said of messages may be said of everybody.
  const bool of_messages = line.expect == ExpectKind::kSent || line.expect == ExpectKind::kNothingSent ||
                           line.expect == ExpectKind::kSuppressed;
  if (line.contact != nullptr || !of_messages) planned.contact = contact_of(line);
  const bool of_journey = line.expect == ExpectKind::kWaitingAt || line.expect == ExpectKind::kEnded ||
                          line.expect == ExpectKind::kConverted;
  if (of_journey) {
    check_journey(line.name);
    expect.journey = std::string(line.name.text);
    expect.has_key = line.run_key != nullptr;
    if (expect.has_key) expect.key = std::string(line.run_key->value.text);
  }
  switch (line.expect) {
    case ExpectKind::kSent:
      expect.kind = TestExpectKind::kSent;
      check_sent(line, expect);
      return;
    case ExpectKind::kNothingSent:
      expect.kind = TestExpectKind::kNothingSent;
      if (!line.name.text.empty()) check_journey(line.name);
      if (!line.channel.text.empty()) check_channel(line.channel);
      expect.journey = std::string(line.name.text);
      expect.channel = std::string(line.channel.text);
      return;
    case ExpectKind::kSuppressed:
      expect.kind = TestExpectKind::kSuppressed;
      if (!line.channel.text.empty()) check_channel(line.channel);
      if (!line.message.text.empty()) check_message(line.message, false);
      if (!line.because.text.empty() && !has(kSuppressReasons, line.because.text)) {
        context_.sink.report(UnknownReason{line.because.span, std::string(line.because.text),
                                           near_names(line.because.text, kSuppressReasons), kSuppressReasons,
                                           false});
      }
      expect.channel = std::string(line.channel.text);
      expect.message = std::string(line.message.text);
      expect.reason = std::string(line.because.text);
      return;
    case ExpectKind::kInSegment:
      context_.not_yet(line.span, "`expect in`");
      return;
    case ExpectKind::kWaitingAt:
      expect.kind = TestExpectKind::kWaitingAt;
      check_label(line.label, line.name);
      expect.label = std::string(line.label.text);
      return;
    case ExpectKind::kEnded:
      expect.kind = TestExpectKind::kEnded;
      check_ended(line, expect);
      return;
    case ExpectKind::kConverted:
      expect.kind = TestExpectKind::kConverted;
      if (line.right != nullptr) {
        if (const std::optional<Value> value = values_.value(*line.right)) {
          expect.has_value = true;
          encode_value(expect.value, *value);
        }
      }
      return;
    case ExpectKind::kCompare:
    case ExpectKind::kIs:
      check_attribute(line, expect);
      return;
  }
}

void TestChecker::check_sent(const ast::TestLine& line, TestExpectation& expect) {
  check_message_of(line.body, expect);
  expect.times = line.times;
  if (line.moment != nullptr) {
    // A moment without seconds is that minute, a date that day.
    expect.has_moment = true;
    expect.from_ms = values_.instant(*line.moment);
    if (const auto* date = line.moment->as<DateExpr>()) {
      expect.to_ms = from_local_ms(values_.zone(), (date->days + 1) * kMillisPerDay);
    } else {
      const bool whole_minute = expect.from_ms % kMillisPerMinute == 0;
      expect.to_ms = expect.from_ms + (whole_minute ? kMillisPerMinute : kMillisPerSecond);
    }
  }
  if (line.text == nullptr) return;
  if (!has(kParts, line.with_key.text)) {
    context_.sink.report(UnknownPart{line.with_key.span, std::string(line.with_key.text),
                                     near_names(line.with_key.text, kParts), kParts});
  }
  expect.part = std::string(line.with_key.text);
  expect.contains = std::string(line.text->value.text);
}

void TestChecker::check_message_of(const SendBody& body, TestExpectation& expect) {
  if (!body.channel.text.empty()) check_channel(body.channel);
  expect.channel = std::string(body.channel.text);
  if (body.text == nullptr) {
    if (!body.message.text.empty() && check_message(body.message, false) && !expect.channel.empty()) {
      const auto row = context_.names.messages.find(body.message.text);
      if (row != context_.names.messages.end()) {
        const MessageInfo& message = program_.messages[row->second];
        const bool known = message.channel != kNone && context_.names.channels.contains(body.channel.text);
        if (known && program_.channels[message.channel].name != expect.channel) {
          context_.sink.report(ChannelMismatch{body.channel.span, expect.channel, message.name,
                                               program_.channels[message.channel].name,
                                               message.decl->name.span});
        }
      }
    }
    expect.message = std::string(body.message.text);
    return;
  }
  expect.message = std::string(body.text->value.text);
  const bool sent_somewhere =
      std::any_of(program_.messages.begin(), program_.messages.end(),
                  [&](const auto& m) { return m.text != nullptr && m.name == expect.message; });
  if (sent_somewhere) return;
  std::vector<std::string> texts;
  for (const MessageInfo& message : program_.messages) {
    if (message.text != nullptr && texts.size() < 3) texts.push_back(context_.text(message.text->span));
  }
  context_.sink.report(UnknownMessage{body.text->span, expect.message, texts, false});
}

void TestChecker::check_ended(const ast::TestLine& line, TestExpectation& expect) {
  expect.has_exit_text = line.because_text != nullptr;
  if (expect.has_exit_text) expect.exit_text = std::string(line.because_text->value.text);
  expect.reason = std::string(line.because.text);
  if (expect.reason.empty() || has(kEndings, expect.reason)) return;
  if (context_.names.events.contains(line.because.text) || program_.open_events ||
      context_.has_unread_modules)
    return;
  std::vector<std::string> candidates = context_.event_names();
  candidates.insert(candidates.end(), kEndings.begin(), kEndings.end());
  context_.sink.report(
      UnknownReason{line.because.span, expect.reason, near_names(expect.reason, candidates), kEndings, true});
}

void TestChecker::check_attribute(const ast::TestLine& line, TestExpectation& expect) {
  expect.kind = line.expect == ExpectKind::kIs ? TestExpectKind::kIs : TestExpectKind::kCompare;
  expect.present = line.present;
  // contact . attribute . field ..: outermost first.
  std::vector<const MemberExpr*> path;
  const Expr* object = line.left;
  while (const auto* member = object->as<MemberExpr>()) {
    path.push_back(member);
    object = member->object;
  }
  std::reverse(path.begin(), path.end());
  if (const auto* root = object->as<RootExpr>(); root == nullptr || root->root != Root::kContact) {
    if (root != nullptr) {
      context_.not_yet(object->span, "`score`");
    } else {
      context_.sink.report(NotInScope{object->span, context_.text(object->span), "a test", "`contact`"});
    }
    return;
  }
  expect.attribute = std::string(path.front()->key.text);
  TypeRef type = context_.type(BaseType::kAny);
  std::optional<Span> declared;
  const auto row = context_.names.attributes.find(expect.attribute);
  if (row != context_.names.attributes.end()) {
    type = program_.attributes[row->second].type;
    if (!program_.attributes[row->second].span.empty()) declared = program_.attributes[row->second].span;
  } else if (!program_.open_contact && !context_.has_unread_modules) {
    context_.sink.report(UnknownProperty{path.front()->key.span,
                                         expect.attribute,
                                         PropertyOwner::kContact,
                                         {},
                                         near_names(expect.attribute, context_.attribute_names()),
                                         {}});
    return;
  }
  for (size_t i = 1; i < path.size(); ++i) {
    const Word& key = path[i]->key;
    expect.fields.emplace_back(key.text);
    if (!type->is(BaseType::kRecord)) {
      if (!type->is(BaseType::kAny)) {
        context_.sink.report(
            UnknownProperty{key.span, std::string(key.text), PropertyOwner::kRecord, {}, {}, {}});
        return;
      }
      continue;
    }
    const RecordFieldInfo* field = type->field(key.text);
    if (field == nullptr && !type->open) {
      context_.sink.report(
          UnknownProperty{key.span, std::string(key.text), PropertyOwner::kRecord, {}, {}, {}});
      return;
    }
    type = field != nullptr ? field->type : context_.type(BaseType::kAny);
  }
  if (line.right == nullptr) return;
  const std::optional<Value> value = values_.value(*line.right);
  if (!value) return;
  if (value->missing()) {
    const Span comparison{line.left->span.file, line.left->span.begin, line.right->span.end};
    context_.sink.report(
        CompareWithMissing{comparison, line.op != BinaryOp::kNe, context_.text(line.left->span)});
    return;
  }
  static constexpr std::array kOps = {TestCompare::kEq, TestCompare::kNe, TestCompare::kLt,
                                      TestCompare::kLe, TestCompare::kGt, TestCompare::kGe};
  const bool contains = line.op == BinaryOp::kContains;
  expect.compare = contains ? TestCompare::kContains
                            : kOps[static_cast<size_t>(line.op) - static_cast<size_t>(BinaryOp::kEq)];
  if (contains && type->is(BaseType::kList)) type = type->element;
  values_.check(*line.right, {context_.text(line.left->span), type, false, declared});
  expect.has_value = true;
  encode_value(expect.value, *value);
}

}  // namespace

void check_tests(Context& context) {
  // Tests are about a sound program: what is wrong with it would be reported once more in every test that
  // uses it.
  if (context.sink.has_errors()) return;
  for (const File& file : context.files) {
    if (file.had_syntax_errors) return;
  }
  for (const File& file : context.files) {
    for (const Decl* decl : file.decls) {
      if (const auto* test = decl->as<TestDecl>()) TestChecker(context, *test).run();
    }
  }
}

}  // namespace wend

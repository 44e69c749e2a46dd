#ifndef WEND_TESTS_UNIT_VM_CORE_SAMPLE_PROGRAM_H_
#define WEND_TESTS_UNIT_VM_CORE_SAMPLE_PROGRAM_H_

// A program with something in every table: the golden image, the disassembly and the verifier's tests use it.
//
//   journey cart_recovery: wait 20m, send email cart_reminder, wait for clicked up to 1h, if not opened send
//   sms.

#include "tests/unit/vm/core/program_builder.h"

namespace wend {

// DO NOT CHANGE what this builds: golden/image_v1.bin was made of it.
inline ProgramBuilder make_sample_program() {
  ProgramBuilder b;
  b.program.settings.zone = b.string("Europe/Paris");
  TypeRow tier;
  tier.tag = TypeTag::kEnum;
  tier.values = {b.string("gold"), b.string("silver")};
  b.program.types.push_back(tier);
  const TypeIx tier_type{static_cast<uint32_t>(b.program.types.size() - 1)};
  const TypeIx number = b.type(TypeTag::kNumber);
  TypeRow item;
  item.tag = TypeTag::kRecord;
  item.fields = {{b.string("sku"), TypeIx{0}, false}, {b.string("tier"), tier_type, true}};
  b.program.types.push_back(item);
  TypeRow items;
  items.tag = TypeTag::kList;
  items.element = TypeIx{static_cast<uint32_t>(b.program.types.size() - 1)};
  b.program.types.push_back(items);
  const EventIx cart = b.event("cart_abandoned", {"cart_id", "total", "items"});
  b.program.events[cart.index()].wire_name = b.string("Cart Abandoned");
  b.program.events[cart.index()].properties[1].type = number;
  b.program.events[cart.index()].properties[2].type =
      TypeIx{static_cast<uint32_t>(b.program.types.size() - 1)};
  const EventIx order = b.event("order_completed", {"cart_id", "total"});
  const AttrIx spent = b.attribute("total_spent", b.constant(Value::of_number(0)));
  b.regex("^[A-Z]{2}$");

  const RoutineIx big = b.value_routine("cart_recovery where", 3, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadEvent, 0, p.property("total"));
    p.ax(Opcode::kLoadInt, 1, 30);
    p.abc(Opcode::kLeNumber, 2, 1, 0);
    p.abc(Opcode::kReturn, 2);
  });
  const RoutineIx same_cart = b.value_routine("cart_recovery until", 3, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadEvent, 0, p.property("cart_id"));
    p.ax(Opcode::kLoadTrigger, 1, p.property("cart_id"));
    p.abc(Opcode::kEqString, 2, 0, 1);
    p.abc(Opcode::kReturn, 2);
  });
  const RoutineIx order_value = b.value_routine("cart_recovery goal value", 1, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadEvent, 0, p.property("total"));
    p.abc(Opcode::kReturn, 0);
  });
  const RoutineIx french = b.value_routine("cart_recovery for", 2, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadContact, 0, static_cast<uint32_t>(BuiltinAttr::kLocale));
    p.call(Function::kUpper, 0, 0, 1);
    p.ax(Opcode::kMatches, 0, 0);
    p.ax(Opcode::kLoadContact, 1, spent.number);
    p.abc(Opcode::kIsPresent, 1, 1);
    p.abc(Opcode::kAnd, 0, 0, 1);
    p.abc(Opcode::kReturn, 0);
  });
  const MessageIx reminder = b.message("cart_reminder", ChannelIx{0}, "<p>Your cart is waiting</p>");
  b.program.messages[reminder.index()].subject =
      b.text_routine("cart_reminder subject", 2, [&](ProgramBuilder& p) {
        p.ax(Opcode::kLoadTrigger, 0, p.property("total"));
        p.abc(Opcode::kText, 0);
        p.ax(Opcode::kTextConst, 0, p.constant(Value::of_string(" euros left \"behind\"")));
      });
  const MessageIx sms = b.message("Your cart is waiting", ChannelIx{1}, "Your cart is waiting");
  b.program.messages[sms.index()].inline_text = true;

  const JourneyIx journey = b.journey("cart_recovery");
  b.trigger(journey, cart, big);
  b.row(journey).for_condition = french;
  b.row(journey).enter = EnterMode::kOncePer;
  b.row(journey).enter_per_ms = 7 * kMillisPerDay;
  b.row(journey).untils.push_back({order, same_cart, none_of<QueryIx>(), kNone, b.string("order_completed")});
  b.row(journey).goals.push_back({order, none_of<RoutineIx>(), order_value, 3 * kMillisPerDay});
  b.row(journey).kept_properties = {b.property("cart_id"), b.property("total")};
  b.row(journey).slots = 1;
  b.row(journey).zone = ZoneKind::kFixed;
  b.row(journey).zone_name = b.string("Europe/Paris");
  PolicyRow policy;
  policy.name = b.string("marketing");
  GuardRow cap;
  cap.kind = GuardKind::kCap;
  cap.text = b.string("cap sms 1 per 1d for (..)");
  cap.channels = {ChannelIx{1}};
  cap.count = 1;
  cap.condition = french;
  cap.window_ms = kMillisPerDay;
  GuardRow quiet;
  quiet.kind = GuardKind::kQuiet;
  quiet.text = b.string("quiet 21:00..08:00 then drop");
  quiet.from_ms = static_cast<uint32_t>(21 * kMillisPerHour);
  quiet.to_ms = static_cast<uint32_t>(8 * kMillisPerHour);
  quiet.weekday_mask = 65;
  quiet.drop = true;
  policy.guards = {cap, quiet};
  b.program.policies.push_back(policy);
  b.row(journey).policy = PolicyIx{0};
  const StepIx wait = b.step(journey, StepRowKind::kWait, "wait 20m");
  const StepIx first = b.step(journey, StepRowKind::kSend, "@first send email cart_reminder");
  const StepIx wait_for = b.step(journey, StepRowKind::kWaitFor, "wait for clicked up to 1h");
  const StepIx ask = b.step(journey, StepRowKind::kIf, "if not opened");
  const StepIx nudge = b.step(journey, StepRowKind::kSend, "send sms \"Your cart is waiting\"");
  b.program.steps[first.index()].label = b.string("first");
  const uint16_t wait_row = b.wait_row(wait);
  const uint16_t wait_for_row = b.wait_row(wait_for);
  const uint16_t first_send = b.send_row(first, reminder);
  const uint16_t nudge_send = b.send_row(nudge, sms);
  b.program.sends[nudge_send].expires_after_ms = 2 * kMillisPerHour;
  const uint16_t clicked =
      b.query({EngagementWord::kClicked, QueryScope::kSend, first_send, b.string("checkout")});
  const uint16_t opened =
      b.query({EngagementWord::kOpened, QueryScope::kLastSend, kNone, none_of<StringIx>()});

  b.begin_body(journey, 2);
  const auto after_wait = b.label();
  const auto after_clicked = b.label();
  const auto after_hour = b.label();
  const auto done = b.label();
  const auto bought = b.label();
  b.ax(Opcode::kStep, 0, wait.number);
  b.abc(Opcode::kLoadNow, 0);
  b.ax(Opcode::kLoadConst, 1, b.constant(Value::of_duration(20 * kMillisPerMinute)));
  b.abc(Opcode::kAddTime, 0, 0, 1);
  b.ax(Opcode::kWait, 0, wait_row);
  b.wait_targets(wait_row, after_wait, after_wait);
  b.bind(after_wait);
  b.ax(Opcode::kStep, 0, first.number);
  b.ax(Opcode::kSend, 0, first_send);
  b.ax(Opcode::kStep, 0, wait_for.number);
  b.abc(Opcode::kLoadNow, 0);
  b.ax(Opcode::kLoadConst, 1, b.constant(Value::of_duration(kMillisPerHour)));
  b.abc(Opcode::kAddTime, 0, 0, 1);
  b.ax(Opcode::kWait, 0, wait_for_row);
  b.wait_targets(wait_for_row, after_hour, after_hour);
  b.wait_arm(wait_for_row, EventIx{static_cast<uint32_t>(EngagementWord::kClicked)}, after_clicked,
             none_of<RoutineIx>(), QueryIx{clicked}, 0);
  b.bind(after_clicked);
  b.ax(Opcode::kExit, 0, b.string("came back").number);
  b.bind(after_hour);
  b.ax(Opcode::kStep, 0, ask.number);
  b.ax(Opcode::kEngaged, 0, opened);
  b.abc(Opcode::kNot, 0, 0);
  b.ax(Opcode::kBranch, 0, ask.number);
  b.jump_if(Opcode::kJumpUnlessTrue, 0, done);
  b.ax(Opcode::kStep, 0, nudge.number);
  b.ax(Opcode::kSend, 0, nudge_send);
  b.bind(done);
  b.abc(Opcode::kFinish);
  b.bind(bought);
  b.ax(Opcode::kNote, 0, b.string("bought").number);
  b.ax(Opcode::kLoadTrigger, 0, b.property("total"));
  b.ax(Opcode::kSet, 0, spent.number);
  b.abc(Opcode::kEndAct);
  b.act_at(journey, 0, bought);
  b.finish();
  const RoutineIx dear = b.value_routine("history where", 2, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadEvent, 0, p.property("total"));
    p.ax(Opcode::kLoadTrigger, 1, p.property("total"));
    p.abc(Opcode::kLtNumber, 0, 1, 0);
    p.abc(Opcode::kReturn, 0);
  });
  HistoryRow bought_before;
  bought_before.key = b.string("order_completed");
  bought_before.event = order;
  bought_before.totals = {b.property("total")};
  bought_before.retention_ms = 365 * kMillisPerDay;
  bought_before.keeps_last = 2;
  bought_before.keeps_first = true;
  bought_before.kept = {b.property("total")};
  b.program.histories = {bought_before};
  HistoryQueryRow question;
  question.filter = dear;
  question.text = b.string("count(order_completed where event.total > trigger.total, 365d)");
  b.program.history_queries = {question};
  const RoutineIx vip_condition = b.value_routine("segment vip", 2, [&](ProgramBuilder& p) {
    p.ax(Opcode::kLoadConst, 0, p.constant(Value::of_duration(365 * kMillisPerDay)));
    p.ax(Opcode::kHistoryWithin, 0, 0);
    p.ax(Opcode::kLoadInt, 1, 5);
    p.abc(Opcode::kLeInt, 0, 1, 0);
    p.abc(Opcode::kReturn, 0);
  });
  b.program.segments = {{b.string("vip"), vip_condition}};
  b.program.scores = {{b.string("interest"), {{cart, none_of<RoutineIx>(), 2.5}}, 50, 30 * kMillisPerDay, 0, 100}};
  RecordBuilder product;
  product.add("sku", Value::of_string("a"));
  const std::string fields = product.build();
  CatalogEntry entry;
  encode_value(entry.key, Value::of_string("a"));
  encode_value(entry.row, Value::of_record(fields));
  b.program.catalogs = {{b.string("products"), {entry}}};
  return b;
}

}  // namespace wend

#endif  // WEND_TESTS_UNIT_VM_CORE_SAMPLE_PROGRAM_H_

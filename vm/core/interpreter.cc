// Rules for whoever edits the loop below:
//
//   1. Bytecode is verified before it comes here: registers, table rows and jump targets are in range, and
//   code moves
//      forwards only. Data is not: a register may hold missing or a value of any tag, and bytes inside lists
//      and records may be malformed. An instruction that finds a tag it has no use for gives missing. Nothing
//      here is undefined.
//   2. Registers are cleared at every entry. They do not live across an effect: code after one starts afresh.
//   3. An instruction reads all operands before it writes A, because A may be B or C.
//   4. Whatever is made while running goes into scratch memory, which never moves; conditions that only
//   compare make
//      nothing and so allocate nothing.
//   5. VM_CASE(op) begins an opcode, VM_NEXT() ends it; both hide whether dispatch is a computed goto or a
//   switch.
//   6. Results depend on the context and nothing else: no clock, no locale, no addresses, no order of a hash
//   table.
#include "vm/core/interpreter.h"

#include <algorithm>
#include <optional>

#include "vm/core/attribute_block.h"
#include "vm/core/dense_code.h"
#include "vm/core/frame.h"
#include "vm/core/functions.h"
#include "vm/core/horizon.h"
#include "vm/core/regex.h"
#include "vm/core/text_case.h"
#include "vm/core/value_ops.h"

namespace wend {

struct Interpreter::Scratch {
  explicit Scratch(size_t max_bytes) : memory(max_bytes) {}

  Value registers[kMaxRegisters];
  ScratchMemory memory;
  std::string bytes;  // for what is built before it is kept
  ListBuilder list;
  RecordBuilder record;
  // Registers of routines that are called from routines, by depth; made when first needed.
  std::vector<std::unique_ptr<Value[]>> levels;
};

namespace {

// A frame for one call, with cleared registers and scratch memory. `Scratch` is the interpreter's.
template <typename Scratch>
Frame new_frame(Scratch& scratch, uint32_t registers, const EvalContext& context, uint64_t& saturations,
                uint64_t& lower_bounds) {
  scratch.memory.reset();
  std::fill_n(scratch.registers, registers, Value());
  const Zone& zone = context.zone != nullptr ? *context.zone : context.program->project_zone();
  Frame frame{context,      *context.program, zone,        scratch.memory, scratch.bytes,
              scratch.list, scratch.record,   saturations, scratch.levels, lower_bounds};
  frame.refusals_before = scratch.memory.refusals();
  return frame;
}

Value contact_attribute(const Frame& f, AttrIx attribute) {
  const ContactView* contact = f.context.contact;
  if (contact != nullptr) {
    if (attribute.number == static_cast<uint32_t>(BuiltinAttr::kId)) return Value::of_string(contact->id);
    if (attribute.number == static_cast<uint32_t>(BuiltinAttr::kCreatedAt)) {
      return Value::of_time(contact->created_at_ms);
    }
    if (attribute.index() < contact->attribute_numbers.size()) {
      const Value value = block_get(contact->attributes, contact->attribute_numbers[attribute.index()]);
      if (!value.missing()) return value;
    }
  }
  return f.program.attribute_default(attribute);
}

Value property_of(const Frame& f, const EventView& event, uint16_t property) {
  const int slot = f.program.property_slot(event.event, property);
  return slot >= 0 && static_cast<size_t>(slot) < event.values.size()
             ? event.values[static_cast<size_t>(slot)]
             : Value();
}
Value property_of(const KeptEvent& event, uint16_t property) { return block_get(event.properties, property); }

// The event being looked at and the trigger of the run; where one of them is not there the other stands for
// it.
struct EventPair {
  const EventView* view;
  const KeptEvent* kept;
};
EventPair looked_at(const EvalContext& context) {
  if (context.event != nullptr) return {context.event, nullptr};
  return {nullptr, context.run == nullptr ? nullptr : &context.run->trigger};
}
EventPair trigger_of(const EvalContext& context) {
  if (context.run != nullptr) return {nullptr, &context.run->trigger};
  return {context.arriving != nullptr ? context.arriving : context.event, nullptr};
}
Value pair_property(const Frame& f, const EventPair& pair, uint16_t property) {
  if (pair.view != nullptr) return property_of(f, *pair.view, property);
  return pair.kept != nullptr ? property_of(*pair.kept, property) : Value();
}
Value pair_at(const EventPair& pair) {
  if (pair.view != nullptr) return Value::of_time(pair.view->at_ms);
  return pair.kept != nullptr ? Value::of_time(pair.kept->at_ms) : Value();
}
Value pair_id(const EventPair& pair) {
  if (pair.view != nullptr) return Value::of_string(pair.view->id);
  return pair.kept != nullptr ? Value::of_string(pair.kept->id) : Value();
}

Value bound_event(Frame& f, uint8_t slot) {
  const RunState* run = f.context.run;
  if (run == nullptr || slot >= run->slots.size() || !run->slots[slot].has_value()) return {};
  const KeptEvent& event = *run->slots[slot];
  const std::vector<std::string>& names = f.program.program().properties;
  for (const auto& [number, value] : block_entries(event.properties)) {
    // `at` and `id` are always the event's own.
    if (number < names.size() && names[number] != "at" && names[number] != "id")
      f.record.add(names[number], value);
  }
  f.record.add("at", Value::of_time(event.at_ms));
  f.record.add("id", Value::of_string(event.id));
  f.record.build_into(f.bytes);
  return f.memory.keep(Tag::kRecord, f.bytes);
}

Value run_field(const RunState* run, RunField field) {
  if (run == nullptr) return {};
  switch (field) {
    case RunField::kEnteredAt:
      return Value::of_time(run->entered_at_ms);
    case RunField::kCount:
      return Value::of_int(run->count);
    case RunField::kKey: {
      if (run->key.empty()) return {};
      ByteReader reader(run->key);
      return decode_value(reader);
    }
    case RunField::kId:
      return Value::of_int(static_cast<int64_t>(run->number));
    case RunField::kCall:
      return run->call == 0 ? Value() : Value::of_int(static_cast<int64_t>(run->call));
    case RunField::kPass:
      return run->passes.empty() ? Value() : Value::of_int(run->passes.back());
  }
  return {};
}

Value member(Frame& f, const Value& whole, const Value& name) {
  if (name.tag != Tag::kString) return {};
  if (whole.tag == Tag::kRecord) return record_field(whole, name.bytes());
  if (whole.tag != Tag::kList) return {};
  ListCursor cursor(whole);
  Value element;
  while (cursor.next(element)) {
    const Value field = record_field(element, name.bytes());
    if (!field.missing()) f.list.add(field);
  }
  f.list.build_into(f.bytes);
  return f.memory.keep(Tag::kList, f.bytes);
}

// False, and counted, where a list or record of these values would exceed the scratch memory.
bool fits(Frame& f, const Value* first, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) bytes += first[i].size;
  if (bytes <= f.memory.max_bytes()) return true;
  f.memory.refuse();
  return false;
}

Value new_list(Frame& f, const Value* first, size_t count) {
  if (!fits(f, first, count)) return {};
  for (size_t i = 0; i < count; ++i) f.list.add(first[i]);
  f.list.build_into(f.bytes);
  return f.memory.keep(Tag::kList, f.bytes);
}

Value new_record(Frame& f, const Value* first, size_t count) {
  if (!fits(f, first, count)) return {};
  for (size_t i = 0; i + 1 < count; i += 2) {
    if (first[i].tag == Tag::kString) f.record.add(first[i].bytes(), first[i + 1]);
  }
  f.record.build_into(f.bytes);
  return f.memory.keep(Tag::kRecord, f.bytes);
}

Value call(Frame& f, uint8_t function, const Value* first, size_t count) {
  const FunctionEnvironment environment{
      &f.zone, f.context.contact != nullptr ? f.context.contact->id : std::string_view(), &f.memory,
      &f.saturations};
  return call_function(static_cast<Function>(function), {first, count}, environment);
}

// Cuts the output at its limit, before a character that would not fit whole. False where it had to.
bool keep_within_limit(Frame& f) {
  std::string& out = *f.out;
  if (out.size() <= f.max_out_bytes) return true;
  size_t end = f.max_out_bytes;
  while (end > 0 && (static_cast<uint8_t>(out[end]) & 0xC0U) == 0x80U) --end;
  out.resize(end);
  f.cut = true;
  return false;
}

void mark(Frame& f, uint16_t step, TraceMark::Kind kind) {
  if (f.marks != nullptr) f.marks->push_back({StepIx{step}, kind});
}

Value timed(const Frame& f, const TimedBool& found) {
  lower_horizon(f.context, found.changes_ms);
  return Value::of_bool(found.holds);
}

Value part_of_today(const Frame& f, TodayPart part) {
  const TimedPart found = today_part(part, f.zone, f.context.now_ms);
  lower_horizon(f.context, found.changes_ms);
  return part == TodayPart::kWeekday ? Value::of_string(weekday_name(static_cast<int>(found.value)))
                                     : Value::of_int(found.value);
}

TraceMark::Kind mark_kind(const Value& condition) {
  if (condition.tag != Tag::kBool) return TraceMark::Kind::kMissing;
  return condition.i != 0 ? TraceMark::Kind::kTrue : TraceMark::Kind::kFalse;
}

#if defined(__GNUC__)
#define WEND_COMPUTED_GOTO 1
#else
#define WEND_COMPUTED_GOTO 0
#endif

#if WEND_COMPUTED_GOTO
#define VM_BEGIN() VM_NEXT()
#define VM_CASE(op) op_##op:
#define VM_NEXT()               \
  do {                          \
    ins = code[pc++];           \
    goto* kLabels[ins & 0xFFU]; \
  } while (false)
#define VM_END()
#else
#define VM_BEGIN()    \
  for (;;) {          \
    ins = code[pc++]; \
    switch (static_cast<DenseOp>(ins & 0xFFU)) {
#define VM_CASE(op) case DenseOp::k##op:
#define VM_NEXT() break
#define VM_END() \
  }              \
  }
#endif

#define RA regs[a_of(ins)]
#define RB regs[b_of(ins)]
#define RC regs[c_of(ins)]
#define VM_EFFECT(effect_kind, operand_value, effect_value)                         \
  do {                                                                              \
    *f.effect = {EffectKind::effect_kind, operand_value, effect_value, pc, f.step}; \
    return;                                                                         \
  } while (false)

// Runs from `pc` to a return, the end of a text, or an effect, and leaves what came of it in the frame.
void run(Frame& f, Value* const regs, uint32_t pc) {
#if WEND_COMPUTED_GOTO
  static const void* const kLabels[] = {
#define WEND_OPCODE(number, enumerator, name, a, b, c, flow, doc) &&op_##enumerator,
#include "vm/core/opcodes.def"
#undef WEND_OPCODE
  };
#endif
  const Instruction* const code = f.program.dense_code();
  const Value* const constants = f.program.constants();
  const EvalContext& context = f.context;
  Instruction ins = 0;
  double x = 0;
  double y = 0;
  VM_BEGIN();

  VM_CASE(Move) {
    RA = RB;
    VM_NEXT();
  }
  VM_CASE(LoadConst) {
    RA = constants[x16_of(ins)];
    VM_NEXT();
  }
  VM_CASE(LoadInt) {
    RA = Value::of_int(s16_of(ins));
    VM_NEXT();
  }
  VM_CASE(LoadBool) {
    RA = Value::of_bool(b_of(ins) != 0);
    VM_NEXT();
  }
  VM_CASE(LoadMissing) {
    RA = Value();
    VM_NEXT();
  }
  VM_CASE(LoadContact) {
    RA = contact_attribute(f, AttrIx{x16_of(ins)});
    VM_NEXT();
  }
  VM_CASE(LoadEvent) {
    RA = context.event != nullptr ? property_of(f, *context.event, x16_of(ins))
                                  : pair_property(f, looked_at(context), x16_of(ins));
    VM_NEXT();
  }
  VM_CASE(LoadEventAt) {
    RA = pair_at(looked_at(context));
    VM_NEXT();
  }
  VM_CASE(LoadEventId) {
    RA = pair_id(looked_at(context));
    VM_NEXT();
  }
  VM_CASE(LoadTrigger) {
    RA = pair_property(f, trigger_of(context), x16_of(ins));
    VM_NEXT();
  }
  VM_CASE(LoadTriggerAt) {
    RA = pair_at(trigger_of(context));
    VM_NEXT();
  }
  VM_CASE(LoadTriggerId) {
    RA = pair_id(trigger_of(context));
    VM_NEXT();
  }
  VM_CASE(LoadBound) {
    RA = bound_event(f, b_of(ins));
    VM_NEXT();
  }
  VM_CASE(LoadRun) {
    RA = run_field(context.run, static_cast<RunField>(b_of(ins)));
    VM_NEXT();
  }
  VM_CASE(LoadNow) {
    RA = Value::of_time(context.now_ms);
    VM_NEXT();
  }
  VM_CASE(LoadToday) {
    RA = Value::of_date(days_of_local(to_local_ms(f.zone, context.now_ms)));
    VM_NEXT();
  }
  VM_CASE(LoadClock) {
    const Millis local_ms = to_local_ms(f.zone, context.now_ms);
    RA = Value::of_clock(local_ms - days_of_local(local_ms) * kMillisPerDay);
    VM_NEXT();
  }
  VM_CASE(LoadWith) {
    const std::string& name = f.program.program().strings[x16_of(ins)];
    RA = context.with != nullptr ? record_field(*context.with, name) : Value();
    VM_NEXT();
  }

  VM_CASE(IntToNumber) {
    RA = as_type(RB, Tag::kNumber);
    VM_NEXT();
  }
  VM_CASE(AsType) {
    RA = as_type(RB, static_cast<Tag>(c_of(ins)));
    VM_NEXT();
  }
  VM_CASE(AddInt) {
    const Value& b = RB;
    const Value& c = RC;
    RA = b.tag == c.tag && has_tag(b, kLengths)
             ? Value::of_int_like(b.tag, saturating_add(b.i, c.i, f.saturations))
             : Value();
    VM_NEXT();
  }
  VM_CASE(SubInt) {
    const Value& b = RB;
    const Value& c = RC;
    RA = b.tag == c.tag && has_tag(b, kLengths)
             ? Value::of_int_like(b.tag, saturating_sub(b.i, c.i, f.saturations))
             : Value();
    VM_NEXT();
  }
  VM_CASE(MulInt) {
    RA = mul_int(RB, RC, f.saturations);
    VM_NEXT();
  }
  VM_CASE(NegInt) {
    const Value& b = RB;
    RA = has_tag(b, kLengths) ? Value::of_int_like(b.tag, saturating_sub(0, b.i, f.saturations)) : Value();
    VM_NEXT();
  }
  VM_CASE(AddNumber) {
    RA = numbers(RB, RC, x, y) ? Value::of_number(x + y) : Value();
    VM_NEXT();
  }
  VM_CASE(SubNumber) {
    RA = numbers(RB, RC, x, y) ? Value::of_number(x - y) : Value();
    VM_NEXT();
  }
  VM_CASE(MulNumber) {
    RA = numbers(RB, RC, x, y) ? Value::of_number(x * y) : Value();
    VM_NEXT();
  }
  VM_CASE(DivNumber) {
    RA = numbers(RB, RC, x, y) && y != 0 ? Value::of_number(x / y) : Value();
    VM_NEXT();
  }
  VM_CASE(NegNumber) {
    RA = numbers(RB, RB, x, y) ? Value::of_number(-x) : Value();
    VM_NEXT();
  }
  VM_CASE(ScaleDuration) {
    RA = scale_duration(RB, RC, false, f.saturations);
    VM_NEXT();
  }
  VM_CASE(DivDuration) {
    RA = scale_duration(RB, RC, true, f.saturations);
    VM_NEXT();
  }
  VM_CASE(AddTime) {
    const Value& b = RB;
    const Value& c = RC;
    RA = b.tag == Tag::kTime && c.tag == Tag::kDuration
             ? Value::of_time(add_to_instant(b.i, c.i, f.saturations))
             : Value();
    VM_NEXT();
  }
  VM_CASE(SubTime) {
    const Value& b = RB;
    const Value& c = RC;
    RA = b.tag == Tag::kTime && c.tag == Tag::kDuration
             ? Value::of_time(add_to_instant(b.i, c.i == INT64_MIN ? INT64_MAX : -c.i, f.saturations))
             : Value();
    VM_NEXT();
  }
  VM_CASE(TimeBetween) {
    const Value& b = RB;
    const Value& c = RC;
    RA = both(b, c, Tag::kTime) ? Value::of_duration(saturating_sub(b.i, c.i, f.saturations)) : Value();
    VM_NEXT();
  }
  VM_CASE(Concat) {
    const Value& b = RB;
    const Value& c = RC;
    RA = both(b, c, Tag::kString) ? f.memory.keep_two(Tag::kString, b.bytes(), c.bytes()) : Value();
    VM_NEXT();
  }
  VM_CASE(DivDurations) {
    const Value& b = RB;
    const Value& c = RC;
    RA = both(b, c, Tag::kDuration) && c.i != 0
             ? Value::of_number(static_cast<double>(b.i) / static_cast<double>(c.i))
             : Value();
    VM_NEXT();
  }

  VM_CASE(EqInt) {
    RA = comparable_ints(RB, RC) ? Value::of_bool(RB.i == RC.i) : Value();
    VM_NEXT();
  }
  VM_CASE(LtInt) {
    RA = comparable_ints(RB, RC) ? Value::of_bool(RB.i < RC.i) : Value();
    VM_NEXT();
  }
  VM_CASE(LeInt) {
    RA = comparable_ints(RB, RC) ? Value::of_bool(RB.i <= RC.i) : Value();
    VM_NEXT();
  }
  VM_CASE(EqNumber) {
    RA = comparable_numbers(RB, RC, x, y) ? Value::of_bool(x == y) : Value();
    VM_NEXT();
  }
  VM_CASE(LtNumber) {
    RA = comparable_numbers(RB, RC, x, y) ? Value::of_bool(x < y) : Value();
    VM_NEXT();
  }
  VM_CASE(LeNumber) {
    RA = comparable_numbers(RB, RC, x, y) ? Value::of_bool(x <= y) : Value();
    VM_NEXT();
  }
  VM_CASE(EqString) {
    RA = both(RB, RC, Tag::kString) ? Value::of_bool(RB.bytes() == RC.bytes()) : Value();
    VM_NEXT();
  }
  VM_CASE(LtString) {
    RA = both(RB, RC, Tag::kString) ? Value::of_bool(RB.bytes() < RC.bytes()) : Value();
    VM_NEXT();
  }
  VM_CASE(LeString) {
    RA = both(RB, RC, Tag::kString) ? Value::of_bool(RB.bytes() <= RC.bytes()) : Value();
    VM_NEXT();
  }
  VM_CASE(EqAny) {
    RA = !RB.missing() && !RC.missing() ? Value::of_bool(values_equal(RB, RC)) : Value();
    VM_NEXT();
  }
  VM_CASE(Not) {
    RA = RB.tag == Tag::kBool ? Value::of_bool(RB.i == 0) : Value();
    VM_NEXT();
  }
  VM_CASE(And) {
    RA = kleene_and(RB, RC);
    VM_NEXT();
  }
  VM_CASE(Or) {
    RA = kleene_or(RB, RC);
    VM_NEXT();
  }
  VM_CASE(IsMissing) {
    RA = Value::of_bool(RB.missing());
    VM_NEXT();
  }
  VM_CASE(IsPresent) {
    RA = Value::of_bool(!RB.missing());
    VM_NEXT();
  }
  VM_CASE(In) {
    RA = is_element(RB, RC);
    VM_NEXT();
  }
  VM_CASE(Contains) {
    RA = contains(RB, RC);
    VM_NEXT();
  }
  VM_CASE(StartsWith) {
    RA = both(RB, RC, Tag::kString) ? Value::of_bool(RB.bytes().starts_with(RC.bytes())) : Value();
    VM_NEXT();
  }
  VM_CASE(EndsWith) {
    RA = both(RB, RC, Tag::kString) ? Value::of_bool(RB.bytes().ends_with(RC.bytes())) : Value();
    VM_NEXT();
  }
  VM_CASE(Matches) {
    Value& a = RA;
    a = a.tag == Tag::kString ? Value::of_bool(f.program.regexes().matches(x16_of(ins), a.bytes())) : Value();
    VM_NEXT();
  }
  VM_CASE(Member) {
    RA = member(f, RB, RC);
    VM_NEXT();
  }
  VM_CASE(Index) {
    RA = RC.tag == Tag::kInt ? list_at(RB, RC.i) : Value();
    VM_NEXT();
  }
  VM_CASE(Size) {
    const Value& b = RB;
    const bool counted = b.tag == Tag::kString || b.tag == Tag::kList || b.tag == Tag::kRecord;
    RA = counted ? Value::of_int(element_count(b)) : Value();
    VM_NEXT();
  }
  VM_CASE(Call) {
    RA = call(f, b_of(ins), regs + c_of(ins), a_of(code[pc]));
    VM_NEXT();
  }
  VM_CASE(Args) { VM_NEXT(); }
  VM_CASE(NewList) {
    RA = new_list(f, regs + b_of(ins), a_of(code[pc]));
    VM_NEXT();
  }
  VM_CASE(NewRecord) {
    RA = new_record(f, regs + b_of(ins), a_of(code[pc]));
    VM_NEXT();
  }
  VM_CASE(Engaged) {
    RA = Interpreter::engagement(f.program.program().queries[x16_of(ins)], context);
    VM_NEXT();
  }

  VM_CASE(Jump) {
    pc += static_cast<uint32_t>(s24_of(ins));
    VM_NEXT();
  }
  VM_CASE(JumpIfTrue) {
    if (RA.is_true()) pc += static_cast<uint32_t>(s16_of(ins));
    VM_NEXT();
  }
  VM_CASE(JumpUnlessTrue) {
    if (!RA.is_true()) pc += static_cast<uint32_t>(s16_of(ins));
    VM_NEXT();
  }
  VM_CASE(JumpIfFalse) {
    if (is_false(RA)) pc += static_cast<uint32_t>(s16_of(ins));
    VM_NEXT();
  }
  VM_CASE(JumpIfPresent) {
    if (!RA.missing()) pc += static_cast<uint32_t>(s16_of(ins));
    VM_NEXT();
  }
  VM_CASE(Return) {
    // Field by field: the processor can't forward a value that was just stored in parts to one wide load.
    const Value& a = RA;
    f.result.tag = a.tag;
    f.result.size = a.size;
    f.result.i = a.i;
    return;
  }

  VM_CASE(TextConst) {
    f.out->append(constants[x16_of(ins)].bytes());
    if (!keep_within_limit(f)) return;
    VM_NEXT();
  }
  VM_CASE(Text) {
    append_text(*f.out, RA, f.zone);
    if (!keep_within_limit(f)) return;
    VM_NEXT();
  }
  VM_CASE(TextHtml) {
    if (RA.tag == Tag::kString) {
      append_html_escaped(*f.out, RA.bytes());
    } else {
      f.bytes.clear();
      append_text(f.bytes, RA, f.zone);
      append_html_escaped(*f.out, f.bytes);
    }
    if (!keep_within_limit(f)) return;
    VM_NEXT();
  }
  VM_CASE(EndText) { return; }

  VM_CASE(Step) {
    f.step = x16_of(ins);
    mark(f, x16_of(ins), TraceMark::Kind::kReached);
    VM_NEXT();
  }
  VM_CASE(Branch) {
    mark(f, x16_of(ins), mark_kind(RA));
    VM_NEXT();
  }
  VM_CASE(Send) { VM_EFFECT(kSend, x16_of(ins), Value()); }
  VM_CASE(Wait) { VM_EFFECT(kWait, x16_of(ins), RA.tag == Tag::kTime ? RA : Value()); }
  VM_CASE(Set) { VM_EFFECT(kSet, x16_of(ins), RA); }
  VM_CASE(Note) { VM_EFFECT(kNote, x16_of(ins), Value()); }
  VM_CASE(Exit) { VM_EFFECT(kExit, x16_of(ins), Value()); }
  VM_CASE(ExitPlain) { VM_EFFECT(kExitPlain, 0, Value()); }
  VM_CASE(Finish) { VM_EFFECT(kFinish, 0, Value()); }
  VM_CASE(EndAct) { VM_EFFECT(kEndAct, 0, Value()); }
  VM_CASE(Repeat) { VM_EFFECT(kRepeat, b_of(ins), Value()); }
  VM_CASE(EndRepeat) { VM_EFFECT(kEndRepeat, b_of(ins), Value()); }
  VM_CASE(Tag) { VM_EFFECT(kTag, x16_of(ins), Value()); }
  VM_CASE(Untag) { VM_EFFECT(kUntag, x16_of(ins), Value()); }
  VM_CASE(Subscribe) { VM_EFFECT(kSubscribe, x16_of(ins), Value()); }
  VM_CASE(Unsubscribe) { VM_EFFECT(kUnsubscribe, x16_of(ins), Value()); }
  VM_CASE(JoinAudience) { VM_EFFECT(kJoinAudience, x16_of(ins), RA); }
  VM_CASE(LeaveAudience) { VM_EFFECT(kLeaveAudience, x16_of(ins), RA); }
  VM_CASE(Emit) { VM_EFFECT(kEmit, x16_of(ins), RA); }
  VM_CASE(Request) { VM_EFFECT(kRequest, x16_of(ins), RA); }

  VM_CASE(History) {
    RA = ask(f, HistoryQueryIx{x16_of(ins)}, nullptr);
    VM_NEXT();
  }
  VM_CASE(HistoryWithin) {
    Value& a = RA;
    a = a.tag == Tag::kDuration ? ask(f, HistoryQueryIx{x16_of(ins)}, &a.i) : Value();
    VM_NEXT();
  }
  VM_CASE(Segment) {
    RA = segment(f, SegmentIx{x16_of(ins)});
    VM_NEXT();
  }
  VM_CASE(Score) {
    RA = score(f, ScoreIx{x16_of(ins)});
    VM_NEXT();
  }
  VM_CASE(CatalogRow) {
    Value& a = RA;
    a = f.program.catalog_row(CatalogIx{x16_of(ins)}, a);
    VM_NEXT();
  }
  VM_CASE(AddScore) { VM_EFFECT(kAddScore, x16_of(ins), RA); }
  VM_CASE(CompareNow) {
    const auto relation = static_cast<Relation>(c_of(ins));
    RA = RB.tag == Tag::kTime ? timed(f, compare_now(relation, context.now_ms, RB.i)) : Value();
    VM_NEXT();
  }
  VM_CASE(CompareToday) {
    const auto relation = static_cast<Relation>(c_of(ins));
    RA = RB.tag == Tag::kDate ? timed(f, compare_today(relation, f.zone, context.now_ms, RB.i)) : Value();
    VM_NEXT();
  }
  VM_CASE(CompareClock) {
    const auto relation = static_cast<Relation>(c_of(ins));
    RA = RB.tag == Tag::kClock ? timed(f, compare_clock(relation, f.zone, context.now_ms, RB.i)) : Value();
    VM_NEXT();
  }
  VM_CASE(TodayPart) {
    RA = part_of_today(f, static_cast<TodayPart>(b_of(ins)));
    VM_NEXT();
  }

  VM_END();
}

#undef VM_EFFECT
#undef RA
#undef RB
#undef RC
#undef VM_BEGIN
#undef VM_CASE
#undef VM_NEXT
#undef VM_END

}  // namespace

Value call_routine(Frame& f, RoutineIx routine, const EvalContext& context) {
  if (f.depth >= kMaxRoutineDepth) return {};  // the verifier lets no such program through
  if (f.levels.size() <= f.depth) f.levels.push_back(std::make_unique<Value[]>(kMaxRegisters));
  const RoutineRow& row = f.program.program().routines[routine.index()];
  Value* const regs = f.levels[f.depth].get();
  std::fill_n(regs, row.registers, Value());
  const Zone& zone = context.zone != nullptr ? *context.zone : f.program.project_zone();
  Frame inner{context,  f.program,     zone,     f.memory,       f.bytes,    f.list,
              f.record, f.saturations, f.levels, f.lower_bounds, f.depth + 1};
  run(inner, regs, row.entry);
  return inner.result;
}

Interpreter::Interpreter(InterpreterLimits limits)
    : scratch_(std::make_unique<Scratch>(limits.max_scratch_bytes)), limits_(limits) {}

Interpreter::~Interpreter() = default;

Value Interpreter::evaluate(RoutineIx routine, const EvalContext& context) {
  const RoutineRow& row = context.program->program().routines[routine.index()];
  Frame f = new_frame(*scratch_, row.registers, context, saturations_, lower_bounds_);
  run(f, scratch_->registers, row.entry);
  limit_hits_ += f.limit_hits();
  return f.result;
}

bool Interpreter::render(RoutineIx routine, const EvalContext& context, std::string& out) {
  const RoutineRow& row = context.program->program().routines[routine.index()];
  Frame f = new_frame(*scratch_, row.registers, context, saturations_, lower_bounds_);
  f.out = &out;
  f.max_out_bytes = out.size() + limits_.max_text_bytes;
  run(f, scratch_->registers, row.entry);
  limit_hits_ += f.limit_hits();
  return !f.cut;
}

Effect Interpreter::resume(uint32_t pc, const EvalContext& context, std::vector<TraceMark>* marks) {
  const JourneyRow& row = context.program->program().journeys[context.run->journey.index()];
  Frame f = new_frame(*scratch_, row.registers, context, saturations_, lower_bounds_);
  Effect effect;
  f.effect = &effect;
  f.marks = marks;
  run(f, scratch_->registers, pc);
  limit_hits_ += f.limit_hits();
  return effect;
}

}  // namespace wend

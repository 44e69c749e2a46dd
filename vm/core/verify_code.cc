#include "vm/core/verify_code.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "vm/core/functions.h"
#include "vm/core/opcode_table.h"

namespace wend {
namespace {

// Code of one routine or one journey body: [begin, end).
struct Region {
  enum class Kind { kValue, kTemplate, kBody } kind;
  uint32_t begin;
  uint32_t end;
  uint32_t registers;
  uint32_t slots;    // that `load_bound` may name
  uint32_t journey;  // of a body
  std::string name;  // "routine 3", "journey 1"
};

bool is_args_user(Opcode opcode) {
  return opcode == Opcode::kCall || opcode == Opcode::kNewList || opcode == Opcode::kNewRecord;
}

// Which regions may hold an instruction.
bool allowed(const OpcodeRow& row, Region::Kind kind) {
  switch (row.opcode) {
    case Opcode::kReturn:
      return kind == Region::Kind::kValue;
    case Opcode::kTextConst:
    case Opcode::kText:
    case Opcode::kTextHtml:
    case Opcode::kEndText:
      return kind == Region::Kind::kTemplate;
    case Opcode::kStep:
    case Opcode::kBranch:
      return kind == Region::Kind::kBody;
    default:
      break;
  }
  const bool effect = row.flow == Flow::kEffect || row.flow == Flow::kWait || row.flow == Flow::kEnd;
  return !effect || kind == Region::Kind::kBody;
}

class CodeVerifier {
 public:
  explicit CodeVerifier(const Program& program) : p_(program) {}

  Status run() {
    collect_regions();
    for (size_t i = 0; i < regions_.size() && error_.empty(); ++i) region(regions_[i]);
    places();
    calls();
    if (error_.empty()) return {};
    return Error{ErrorKind::kCorrupt, "image: " + error_};
  }

 private:
  void fail(uint32_t pc, const Region& region, std::string_view what) {
    if (!error_.empty()) return;
    error_ = "instruction " + std::to_string(pc) + " of " + region.name + ": " + std::string(what);
  }

  void collect_regions() {
    uint32_t most_slots = 0;
    std::vector<uint32_t> entries;
    for (const JourneyRow& journey : p_.journeys) {
      most_slots = std::max<uint32_t>(most_slots, journey.slots);
      entries.push_back(journey.entry_pc);
    }
    for (const RoutineRow& routine : p_.routines) entries.push_back(routine.entry);
    std::sort(entries.begin(), entries.end());
    const auto end_of = [&](uint32_t entry) {
      const auto next = std::upper_bound(entries.begin(), entries.end(), entry);
      return next == entries.end() ? static_cast<uint32_t>(p_.code.size()) : *next;
    };
    for (size_t i = 0; i < p_.journeys.size(); ++i) {
      const JourneyRow& row = p_.journeys[i];
      regions_.push_back({Region::Kind::kBody, row.entry_pc, end_of(row.entry_pc), row.registers, row.slots,
                          static_cast<uint32_t>(i), "journey " + std::to_string(i)});
    }
    for (size_t i = 0; i < p_.routines.size(); ++i) {
      const RoutineRow& row = p_.routines[i];
      const auto kind = row.kind == RoutineKind::kValue ? Region::Kind::kValue : Region::Kind::kTemplate;
      regions_.push_back({kind, row.entry, end_of(row.entry), row.registers, most_slots, kNone,
                          "routine " + std::to_string(i)});
    }
    if (!p_.code.empty() && (entries.empty() || entries.front() != 0)) {
      error_ = "instruction 0: it belongs to no routine or journey";
    }
    // Equal entries would let a few bytes of code be checked as often as there are rows.
    const auto twice = std::adjacent_find(entries.begin(), entries.end());
    if (error_.empty() && twice != entries.end()) {
      error_ = "instruction " + std::to_string(*twice) + ": two routines or journeys begin here";
    }
  }

  void region(const Region& r) {
    heads_.clear();
    for (uint32_t pc = r.begin; pc < r.end && error_.empty(); ++pc) instruction(r, pc);
    if (!error_.empty()) return;
    if (!heads_.empty()) return fail(r.end - 1, r, "a loop is not closed");
    const OpcodeRow& last = *find_row(p_.code[r.end - 1]);
    // Jumps go forwards and stay inside, so whatever runs arrives at an instruction that does not go on, if
    // the last one is such. A wait goes on only where its row says.
    const bool closed = last.flow == Flow::kReturn || last.flow == Flow::kEnd || last.flow == Flow::kWait;
    if (!closed) fail(r.end - 1, r, "the code runs out of its end");
  }

  void instruction(const Region& r, uint32_t pc) {
    const Instruction ins = p_.code[pc];
    const OpcodeRow* row = find_row(ins);
    if (row == nullptr) return fail(pc, r, "there is no such opcode");
    if (!allowed(*row, r.kind)) return fail(pc, r, "`" + std::string(row->name) + "` has no place here");
    if (!unused_bits_are_zero(*row, ins)) return fail(pc, r, "unused bits are not 0");
    for (const OperandValue& operand : operands_of(*row, ins)) this->operand(r, pc, operand);
    special(r, pc, row->opcode);
  }

  void operand(const Region& r, uint32_t pc, const OperandValue& operand) {
    const auto below = [&](size_t size, const char* what) {
      if (static_cast<size_t>(operand.number) >= size) fail(pc, r, what);
    };
    switch (operand.kind) {
      case Operand::kNoneField:
      case Operand::kCount8Field:
      case Operand::kImm8Field:
      case Operand::kInt16Field:
      case Operand::kBaseField:  // checked with its count
        return;
      case Operand::kDstField:
      case Operand::kSrcField:
      case Operand::kDstSrcField:
        return below(r.registers, "a register is out of range");
      case Operand::kJump16Field:
      case Operand::kJump24Field:
        return jump(r, pc, operand.number);
      case Operand::kConst16Field:
        return below(p_.constants.size(), "a constant is out of range");
      case Operand::kString16Field:
        return below(p_.strings.size(), "a string is out of range");
      case Operand::kAttr16Field:
        return below(p_.attributes.size(), "an attribute is out of range");
      case Operand::kProp16Field:
        return below(p_.properties.size(), "a property is out of range");
      case Operand::kQuery16Field:
        return below(p_.queries.size(), "a query is out of range");
      case Operand::kRegex16Field:
        return below(p_.regexes.size(), "a regular expression is out of range");
      case Operand::kStep16Field:
        return below(p_.steps.size(), "a step is out of range");
      case Operand::kSend16Field:
        return below(p_.sends.size(), "a send is out of range");
      case Operand::kWait16Field:
        return below(p_.waits.size(), "a wait is out of range");
      case Operand::kEvent16Field:
        return below(p_.events.size(), "an event is out of range");
      case Operand::kRun8Field:
        return below(static_cast<size_t>(RunField::kCall) + 1, "a field of the run is out of range");
      case Operand::kFunc8Field:
        if (find_function(static_cast<uint8_t>(operand.number)) == nullptr)
          fail(pc, r, "there is no such function");
        return;
      case Operand::kSlot8Field:
        return below(r.slots, "a slot is out of range");
      case Operand::kHistory16Field:
        return below(p_.history_queries.size(), "a history query is out of range");
      case Operand::kSegment16Field:
        return below(p_.segments.size(), "a segment is out of range");
      case Operand::kScore16Field:
        return below(p_.scores.size(), "a score is out of range");
      case Operand::kCatalog16Field:
        return below(p_.catalogs.size(), "a catalog is out of range");
      case Operand::kRelation8Field:
        return below(static_cast<size_t>(Relation::kNotEqual) + 1, "there is no such relation");
      case Operand::kPart8Field:
        return below(static_cast<size_t>(TodayPart::kYear) + 1, "there is no such part of a day");
    }
  }

  void jump(const Region& r, uint32_t pc, int32_t distance) {
    if (distance < 0) return fail(pc, r, "it jumps backwards");
    const uint64_t target = uint64_t{pc} + 1 + static_cast<uint64_t>(distance);
    if (target >= r.end) return fail(pc, r, "it jumps out of its code");
    if (is_args(static_cast<uint32_t>(target))) fail(pc, r, "it jumps onto an `args`");
  }

  // What operands alone don't say.
  void special(const Region& r, uint32_t pc, Opcode opcode) {
    const Instruction ins = p_.code[pc];
    if (!error_.empty()) return;
    if (is_args_user(opcode)) return arguments(r, pc, opcode);
    switch (opcode) {
      case Opcode::kArgs:
        if (pc == r.begin || !is_args_user(opcode_of(p_.code[pc - 1]))) fail(pc, r, "an `args` stands alone");
        return;
      case Opcode::kLoadBool:
        if (b_of(ins) > 1) fail(pc, r, "a bool is neither 0 nor 1");
        return;
      case Opcode::kAsType:
        if (c_of(ins) == 0 || c_of(ins) > kMaxTag) fail(pc, r, "there is no such tag");
        return;
      case Opcode::kTextConst:
        if (p_.constants[x16_of(ins)].tag != Tag::kString) fail(pc, r, "the constant is not a text");
        return;
      case Opcode::kStep:
      case Opcode::kBranch:
        return own_step(r, pc, StepIx{x16_of(ins)});
      case Opcode::kSend:
        if (p_.sends[x16_of(ins)].place != 0) return fail(pc, r, "the send is only chosen from");
        return own_step(r, pc, p_.sends[x16_of(ins)].step);
      case Opcode::kWait:
        own_step(r, pc, p_.waits[x16_of(ins)].step);
        return wait(r, pc, p_.waits[x16_of(ins)]);
      case Opcode::kRepeat:
        return repeat(r, pc, b_of(ins));
      case Opcode::kEndRepeat:
        return end_repeat(r, pc, b_of(ins));
      case Opcode::kJoinAudience:
      case Opcode::kLeaveAudience:
        return own_step(r, pc, StepIx{x16_of(ins)});
      case Opcode::kEmit:
        // Engagement is the engine's own to say.
        if (x16_of(ins) < kEngagementWords) fail(pc, r, "the event can't be emitted");
        return;
      case Opcode::kSet:
        if (x16_of(ins) <= static_cast<uint16_t>(BuiltinAttr::kCreatedAt))
          fail(pc, r, "the attribute can't be set");
        return;
      default:
        return;
    }
  }

  // Every loop ends: the only way back is that of a wait which counts passes up to its limit and leads to the
  // head of the innermost loop that is open in the order of the code. What lies between can only begin loops
  // further in, so nothing sets its count back: of the ways back in any circle, that of the outermost loop
  // counts up each time round.
  void wait(const Region& r, uint32_t pc, const WaitRow& row) {
    if (!error_.empty()) return;
    const auto leads_back = [&](uint32_t target) { return target >= r.begin && target <= pc; };
    for (const WaitArm& arm : row.arms) {
      if (leads_back(arm.target_pc)) return fail(pc, r, "an event leads backwards");
    }
    if (leads_back(row.past_pc)) return fail(pc, r, "the way past it leads backwards");
    if (row.passes == 0) {
      if (leads_back(row.due_pc)) fail(pc, r, "it leads backwards and counts no passes");
      return;
    }
    if (heads_.empty() || row.repeat != heads_.size() - 1 || row.due_pc != heads_.back())
      fail(pc, r, "it does not lead to the head of its loop");
  }

  void repeat(const Region& r, uint32_t pc, uint8_t depth) {
    if (depth != heads_.size()) return fail(pc, r, "a loop begins at the wrong depth");
    heads_.push_back(pc + 1);
  }
  void end_repeat(const Region& r, uint32_t pc, uint8_t depth) {
    if (heads_.empty() || depth != heads_.size() - 1) return fail(pc, r, "no such loop is open");
    heads_.pop_back();
  }

  void arguments(const Region& r, uint32_t pc, Opcode opcode) {
    const Instruction ins = p_.code[pc];
    if (pc + 1 >= r.end || opcode_of(p_.code[pc + 1]) != Opcode::kArgs)
      return fail(pc, r, "an `args` must follow");
    const uint32_t base = opcode == Opcode::kCall ? c_of(ins) : b_of(ins);
    const uint32_t count = a_of(p_.code[pc + 1]);
    if (base + count > r.registers) return fail(pc, r, "an argument's register is out of range");
    if (opcode == Opcode::kNewRecord && count % 2 != 0) return fail(pc, r, "a key has no value");
    if (opcode != Opcode::kCall) return;
    const FunctionRow& function = *find_function(b_of(ins));
    if (count < function.min_args || count > function.max_args)
      fail(pc, r, "the number of arguments is wrong");
  }

  void own_step(const Region& r, uint32_t pc, StepIx step) {
    if (p_.steps[step.index()].journey.number != r.journey)
      fail(pc, r, "the step belongs to another journey");
  }

  // Places in bodies that rows name: where waits go on, and last acts.
  void places() {
    for (size_t i = 0; i < p_.waits.size() && error_.empty(); ++i) {
      const WaitRow& wait = p_.waits[i];
      const Region& body = regions_[p_.steps[wait.step.index()].journey.index()];
      const std::string name = "wait " + std::to_string(i);
      place(body, wait.due_pc, name);
      place(body, wait.past_pc, name);
      for (const WaitArm& arm : wait.arms) place(body, arm.target_pc, name);
      if (!is_none(wait.condition)) place(body, wait.holds_pc, name);
    }
    for (size_t i = 0; i < p_.journeys.size() && error_.empty(); ++i) {
      const JourneyRow& journey = p_.journeys[i];
      for (const UntilRow& until : journey.untils) act(regions_[i], until.act_pc);
      act(regions_[i], journey.lasts_act_pc);
    }
  }

  void place(const Region& body, uint32_t pc, const std::string& who) {
    if (!error_.empty() || (pc >= body.begin && pc < body.end && !is_args(pc))) return;
    error_ = who + ": it goes on at instruction " + std::to_string(pc) + ", which is not one of " + body.name;
  }

  // A last act ends the run: it may not come to a wait. Jumps go forwards, so one sweep finds what it
  // reaches.
  void act(const Region& body, uint32_t pc) {
    if (pc == kNone) return;
    place(body, pc, body.name);
    if (!error_.empty()) return;
    std::vector<bool> reached(body.end - body.begin, false);
    reached[pc - body.begin] = true;
    for (uint32_t at = pc; at < body.end; ++at) {
      if (!reached[at - body.begin]) continue;
      const OpcodeRow& row = *find_row(p_.code[at]);
      if (row.flow == Flow::kWait) return fail(at, body, "a last act waits");
      const bool jumps = row.flow == Flow::kJump || row.flow == Flow::kBranch;
      if (jumps) {
        const int32_t distance = row.opcode == Opcode::kJump ? s24_of(p_.code[at]) : s16_of(p_.code[at]);
        reached[at - body.begin + 1 + static_cast<uint32_t>(distance)] = true;
      }
      const bool goes_on = row.flow == Flow::kNext || row.flow == Flow::kBranch || row.flow == Flow::kEffect;
      if (goes_on) reached[at - body.begin + 1] = true;
    }
  }

  // Routines call routines through segments and the filters of history queries: never in a circle, never too
  // deep. REQUIRES: every operand was checked.
  void calls() {
    for (size_t i = 0; i < p_.routines.size() && error_.empty(); ++i) {
      depths_.resize(p_.routines.size(), kUnknown);
      if (call_depth(static_cast<uint32_t>(i), 0) > kMaxRoutineDepth)
        error_ = "routine " + std::to_string(i) + ": it calls itself, or calls are nested too deeply";
    }
  }

  // Calls below the routine, itself included; more than the limit for a circle.
  uint32_t call_depth(uint32_t routine, uint32_t above) {
    if (above > kMaxRoutineDepth) return kMaxRoutineDepth + 1;
    if (depths_[routine] != kUnknown) return depths_[routine];
    const Region& region = regions_[p_.journeys.size() + routine];
    uint32_t below = 0;
    for (uint32_t pc = region.begin; pc < region.end && below <= kMaxRoutineDepth; ++pc) {
      const RoutineIx called = called_by(p_.code[pc]);
      if (!is_none(called)) below = std::max(below, call_depth(called.number, above + 1));
    }
    if (below <= kMaxRoutineDepth) depths_[routine] = below + 1;
    return below + 1;
  }

  RoutineIx called_by(Instruction ins) const {
    switch (opcode_of(ins)) {
      case Opcode::kSegment:
        return p_.segments[x16_of(ins)].condition;
      case Opcode::kHistory:
      case Opcode::kHistoryWithin:
        return p_.history_queries[x16_of(ins)].filter;
      default:
        return none_of<RoutineIx>();
    }
  }

  bool is_args(uint32_t pc) const { return opcode_of(p_.code[pc]) == Opcode::kArgs; }
  const OpcodeRow* find_row(Instruction instruction) const { return rows_[instruction & 0xFFU]; }

  static std::array<const OpcodeRow*, 256> row_table() {
    std::array<const OpcodeRow*, 256> table{};
    for (const OpcodeRow& row : kOpcodeRows) table[static_cast<uint8_t>(row.opcode)] = &row;
    return table;
  }

  const Program& p_;
  const std::array<const OpcodeRow*, 256> rows_ = row_table();
  std::vector<Region> regions_;  // bodies first: regions_[i] is that of journey i
  std::vector<uint32_t> heads_;  // of the loops that are open at the instruction at hand
  std::string error_;
  static constexpr uint32_t kUnknown = 0;  // a depth is at least 1
  std::vector<uint32_t> depths_;           // by routine
};

}  // namespace

Status verify_code(const Program& program) { return CodeVerifier(program).run(); }

}  // namespace wend

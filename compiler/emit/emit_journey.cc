// Journeys: their clauses as rows and routines, their bodies through BodyEmitter.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/messages.h"
#include "compiler/emit/context.h"
#include "compiler/emit/emit_steps.h"

namespace wend::emit {
namespace {

class JourneyEmitter {
 public:
  JourneyEmitter(Context& context, uint32_t index)
      : context_(context),
        index_(index),
        info_(context.checked.journeys[index]),
        name_(info_.decl->name.text) {}

  JourneyRow emit() {
    JourneyRow row;
    row.name = context_.tables.string(name_);
    row.docs = docs();
    if (info_.slots > kNoSlot) context_.tables.note_overflow("names bound with `as`", info_.slots, kNoSlot);
    row.slots = static_cast<uint8_t>(info_.slots);
    row.priority = static_cast<int32_t>(std::clamp<int64_t>(info_.priority, INT32_MIN, INT32_MAX));
    if (!info_.group.empty()) row.group = context_.tables.string(info_.group);
    row.policy = PolicyIx{info_.policy};
    row.lasts_ms = info_.lasts_ms();
    if (info_.zone) {
      row.zone = ZoneKind::kFixed;
      row.zone_name = context_.tables.string(*info_.zone);
    }
    entry(row);
    ends(row);
    body(row);
    for (std::string_view property : info_.kept_properties) {
      row.kept_properties.push_back(context_.tables.property(property));
    }
    std::sort(row.kept_properties.begin(), row.kept_properties.end());
    row.kept_properties.erase(std::unique(row.kept_properties.begin(), row.kept_properties.end()),
                              row.kept_properties.end());
    return row;
  }

 private:
  StringIx docs() const {
    if (info_.decl->docs.empty()) return none_of<StringIx>();
    std::string text;
    for (std::string_view line : info_.decl->docs) {
      if (!text.empty()) text += '\n';
      text += line;
    }
    return context_.tables.string(text);
  }

  std::string_view event_name(uint32_t event) const { return context_.checked.events[event].name; }
  QueryIx query(const ListenInfo& listen) const {
    return listen.query == kNone ? none_of<QueryIx>() : context_.query(listen.query);
  }

  void entry(JourneyRow& row) {
    for (const TriggerInfo& trigger : info_.triggers) {
      TriggerRow listed;
      listed.event = EventIx{trigger.listen.event};
      listed.where = context_.expr_routine(fmt::format("{} on {}", name_, event_name(trigger.listen.event)),
                                           trigger.listen.where);
      listed.text =
          context_.tables.string(one_line("on " + std::string(context_.sources.text(trigger.trigger->span))));
      row.triggers.push_back(listed);
    }
    if (info_.start_event != kNone) {
      TriggerRow started;
      started.event = EventIx{info_.start_event};
      started.text = context_.tables.string(event_name(info_.start_event));
      row.triggers.push_back(started);
    }
    row.for_condition = context_.segment_routine(fmt::format("{} for", name_), info_.for_condition, info_.for_segment);
    if (info_.enter == nullptr) return;
    switch (info_.enter->mode) {
      case ast::EnterMode::kAgain:
        row.enter = EnterMode::kAgain;
        break;
      case ast::EnterMode::kOnce:
        row.enter = EnterMode::kOnce;
        break;
      case ast::EnterMode::kOncePer:
        row.enter = EnterMode::kOncePer;
        break;
      case ast::EnterMode::kRestart:
        row.enter = EnterMode::kRestart;
        break;
    }
    if (row.enter == EnterMode::kOncePer) row.enter_per_ms = info_.enter->per_ms;
    row.each = context_.expr_routine(fmt::format("{} each", name_), info_.enter->each);
  }

  void ends(JourneyRow& row) {
    for (const UntilInfo& until : info_.untils) {
      UntilRow listed;
      if (until.condition != nullptr) {
        std::string source = one_line(context_.sources.text(until.condition->span));
        listed.where = context_.timed_routine(fmt::format("{} until {}", name_, source), *until.condition);
        listed.cause = context_.tables.string(source);
        row.untils.push_back(listed);
        continue;
      }
      std::string_view cause = event_name(until.listen.event);
      listed.event = EventIx{until.listen.event};
      listed.where = context_.expr_routine(fmt::format("{} until {}", name_, cause), until.listen.where);
      listed.query = query(until.listen);
      listed.cause = context_.tables.string(cause);
      row.untils.push_back(listed);
    }
    if (!info_.goal) return;
    GoalRow goal;
    std::string_view event = event_name(info_.goal->listen.event);
    goal.event = EventIx{info_.goal->listen.event};
    goal.where = context_.expr_routine(fmt::format("{} goal {}", name_, event), info_.goal->listen.where);
    goal.value = context_.expr_routine(fmt::format("{} goal value", name_), info_.goal->clause->value);
    goal.within_ms = info_.goal->within_ms;
    row.goals.push_back(goal);
  }

  void body(JourneyRow& row) {
    BodyEmitter body(context_, index_);
    body.steps();
    for (size_t i = 0; i < info_.untils.size(); ++i) {
      const ast::UntilClause& clause = *info_.untils[i].clause;
      if (clause.has_block) row.untils[i].act_pc = body.last_act(clause.block);
    }
    if (info_.lasts != nullptr && info_.lasts->has_block)
      row.lasts_act_pc = body.last_act(info_.lasts->block);
    row.registers = body.registers_used();
    row.entry_pc = body.append_to_program();
    for (UntilRow& until : row.untils) {
      if (until.act_pc != kNone) until.act_pc += row.entry_pc;
    }
    if (row.lasts_act_pc != kNone) row.lasts_act_pc += row.entry_pc;
  }

  Context& context_;
  uint32_t index_;
  const JourneyInfo& info_;
  std::string_view name_;
};

}  // namespace

void emit_journeys(Context& context) {
  context.program.sends.resize(context.checked.sends.size());
  for (uint32_t index = 0; index < context.checked.journeys.size(); ++index) {
    JourneyRow row = JourneyEmitter(context, index).emit();
    context.tables.add(context.program.journeys, std::move(row), "journeys");
    Tables::Overflow overflow = context.tables.take_overflow();
    if (overflow.what.empty()) continue;
    Span at = context.checked.journeys[index].decl->name.span;
    context.sink.report(JourneyTooLarge{at, overflow.what, overflow.found, overflow.limit});
    return;
  }
}

}  // namespace wend::emit

#include "vm/core/disassemble_tables.h"

#include <fmt/format.h>

#include "vm/core/interpreter.h"

namespace wend {
namespace {

std::string type_name(const Program& p, TypeIx ix, int depth = 4) {
  if (ix.index() >= p.types.size()) return "?";
  const TypeRow& row = p.types[ix.index()];
  static constexpr const char* kNames[] = {"?",        "bool",     "int",   "number", "string",
                                           "duration", "calendar", "time",  "date",   "clock",
                                           "percent",  "list",     "record"};
  const auto number = static_cast<size_t>(row.tag);
  if (row.tag == TypeTag::kAny) return "any";
  if (row.tag == TypeTag::kList && depth > 0)
    return fmt::format("list<{}>", type_name(p, row.element, depth - 1));
  if (row.tag == TypeTag::kRecord && depth > 0) {
    std::string fields;
    for (const TypeField& field : row.fields) {
      fields += fmt::format("{}{}: {}{}", fields.empty() ? "" : ", ", text_or_mark(p, field.name),
                            type_name(p, field.type, depth - 1), field.optional ? "?" : "");
    }
    if (row.open_record) fields += fields.empty() ? ".." : ", ..";
    return "{ " + fields + " }";
  }
  if (row.tag == TypeTag::kEnum) {
    std::string values;
    for (const StringIx value : row.values) {
      values += fmt::format("{}\"{}\"", values.empty() ? "" : " | ", text_or_mark(p, value));
    }
    return values;
  }
  return number < std::size(kNames) ? kNames[number] : "?";
}

std::string routine_text(const char* word, RoutineIx ix) {
  return is_none(ix) ? std::string() : fmt::format(" {} routine {}", word, ix.number);
}

std::string event_name(const Program& p, EventIx ix) {
  return ix.index() < p.events.size() ? text_or_mark(p, p.events[ix.index()].name) : "?";
}

void append_settings(std::string& out, const Program& p) {
  const SettingsRow& s = p.settings;
  out += fmt::format("wend program, language {}, compiler {}\n", s.language, p.compiler_version);
  out += fmt::format("settings zone {}, late {}, catch_up {}{}{}\n",
                     is_none(s.zone) ? "none" : text_or_mark(p, s.zone), format_duration(s.late_ms),
                     format_duration(s.catch_up_ms), s.machine_opens_count ? ", machine opens count" : "",
                     s.open_events ? ", any event" : "");
}

void append_events(std::string& out, const Program& p) {
  if (p.events.size() > kEngagementWords) out += "\nevents\n";
  for (size_t i = kEngagementWords; i < p.events.size(); ++i) {
    const EventRow& row = p.events[i];
    out += fmt::format("  {} {}", i, text_or_mark(p, row.name));
    if (row.wire_name != row.name) out += fmt::format(" = \"{}\"", text_or_mark(p, row.wire_name));
    const char* separator = " { ";
    for (const PropertyRow& property : row.properties) {
      out += fmt::format("{}#{} {}: {}{}", separator, property.number, text_or_mark(p, property.name),
                         type_name(p, property.type), property.optional ? "?" : "");
      separator = ", ";
    }
    if (row.open) out += std::string(separator) + "..";
    out += row.properties.empty() && !row.open ? "\n" : " }\n";
  }
}

void append_attributes(std::string& out, const Program& p) {
  if (p.attributes.size() > kBuiltinAttrs) out += "\nattributes\n";
  for (size_t i = kBuiltinAttrs; i < p.attributes.size(); ++i) {
    const AttributeRow& row = p.attributes[i];
    out += fmt::format("  {} {}: {}{}", i, text_or_mark(p, row.name), type_name(p, row.type),
                       row.optional ? "?" : "");
    if (row.default_const < p.constants.size()) out += " = " + constant_text(p.constants[row.default_const]);
    out += '\n';
  }
}

void append_messages(std::string& out, const Program& p) {
  if (!p.messages.empty()) out += "\nmessages\n";
  for (size_t i = 0; i < p.messages.size(); ++i) {
    const MessageRow& row = p.messages[i];
    const bool known = row.channel.index() < p.channels.size();
    out += fmt::format("  {} {}: {}", i, message_name(p, MessageIx{static_cast<uint32_t>(i)}),
                       known ? text_or_mark(p, p.channels[row.channel.index()].name) : "?");
    if (row.category == CategoryKind::kTransactional) out += ", transactional";
    if (row.category == CategoryKind::kNamed) out += ", category " + text_or_mark(p, row.category_name);
    if (!is_none(row.topic)) out += ", topic " + text_or_mark(p, row.topic);
    if (!is_none(row.offer)) out += ", offer " + text_or_mark(p, row.offer);
    out += routine_text("subject", row.subject) + routine_text("preheader", row.preheader) +
           routine_text("body", row.body) + routine_text("html", row.html) + routine_text("text", row.text) +
           routine_text("from", row.from) + routine_text("reply_to", row.reply_to) +
           routine_text("to", row.to);
    out += '\n';
  }
}

void append_sends_and_waits(std::string& out, const Program& p) {
  if (!p.sends.empty()) out += "\nsends\n";
  for (size_t i = 0; i < p.sends.size(); ++i) {
    const SendRow& row = p.sends[i];
    out += fmt::format("  {} step {}: {}{}{}", i, row.step.number, message_name(p, row.message),
                       routine_text("with", row.with), routine_text("while", row.while_condition));
    if (row.best_hour_within_ms != 0)
      out += ", at best hour within " + format_duration(row.best_hour_within_ms);
    if (row.expires_after_ms != kNever) out += ", expires after " + format_duration(row.expires_after_ms);
    if (row.others != 0) out += fmt::format(", first of {}{}", row.others + 1, routine_text("by", row.by));
    if (row.place != 0) out += fmt::format(", chosen from by {}", i - row.place);
    out += '\n';
  }
  if (!p.waits.empty()) out += "\nwaits\n";
  for (size_t i = 0; i < p.waits.size(); ++i) {
    const WaitRow& row = p.waits[i];
    out += fmt::format("  {} step {}: due -> {}, past -> {}{}\n", i, row.step.number, row.due_pc, row.past_pc,
                       routine_text("moment", row.moment));
    if (row.passes > 0) {
      out.pop_back();
      out += fmt::format(", {} passes of repeat {}\n", row.passes, row.repeat);
    }
    if (row.quiet_ms > 0) {
      out.pop_back();
      out += ", anew " + format_duration(row.quiet_ms) + " after each";
      if (row.limit_ms != kNever) out += " up to " + format_duration(row.limit_ms);
      out += '\n';
    }
    for (const WaitArm& arm : row.arms) {
      out += fmt::format("    on {}{}", event_name(p, arm.event), routine_text("where", arm.where));
      if (arm.query.index() < p.queries.size()) out += " and " + query_text(p, p.queries[arm.query.index()]);
      if (arm.slot != kNoSlot) out += fmt::format(" as slot {}", arm.slot);
      out += fmt::format(" -> {}\n", arm.target_pc);
    }
    if (!is_none(row.condition)) {
      out += fmt::format("    on{}{} -> {}\n", routine_text("condition", row.condition),
                         routine_text("if possible", row.possible), row.holds_pc);
    }
  }
}

void append_policies(std::string& out, const Program& p) {
  if (!p.policies.empty()) out += "\npolicies\n";
  for (size_t i = 0; i < p.policies.size(); ++i) {
    out += fmt::format("  {} {}\n", i, text_or_mark(p, p.policies[i].name));
    for (const GuardRow& guard : p.policies[i].guards) {
      out += "    " + text_or_mark(p, guard.text) + routine_text("limit", guard.limit) +
             routine_text("condition", guard.condition) + '\n';
    }
  }
}

void append_enter(std::string& out, const JourneyRow& row) {
  static constexpr const char* kModes[] = {"again", "once", "once", "restart"};
  const auto mode = static_cast<size_t>(row.enter);
  out += fmt::format("    enter {}", mode < std::size(kModes) ? kModes[mode] : "?");
  if (row.enter == EnterMode::kOncePer) out += " per " + format_duration(row.enter_per_ms);
  out += routine_text("each", row.each) + '\n';
}

void append_journey(std::string& out, const Program& p, const JourneyRow& row) {
  for (const TriggerRow& trigger : row.triggers) {
    out += fmt::format("    on {}{}\n", event_name(p, trigger.event), routine_text("where", trigger.where));
  }
  if (!is_none(row.for_condition)) out += "   " + routine_text("for", row.for_condition) + '\n';
  append_enter(out, row);
  for (const UntilRow& until : row.untils) {
    out += fmt::format("    until {}{}", is_none(until.event) ? "condition" : event_name(p, until.event),
                       routine_text("where", until.where));
    if (until.query.index() < p.queries.size())
      out += " and " + query_text(p, p.queries[until.query.index()]);
    if (until.act_pc != kNone) out += fmt::format(" -> {}", until.act_pc);
    out += '\n';
  }
  for (const GoalRow& goal : row.goals) {
    out += fmt::format("    goal {}{}{} within {}\n", event_name(p, goal.event),
                       routine_text("where", goal.where), routine_text("value", goal.value),
                       format_duration(goal.within_ms));
  }
  out += "    lasts at most " + format_duration(row.lasts_ms);
  if (row.lasts_act_pc != kNone) out += fmt::format(" -> {}", row.lasts_act_pc);
  out += '\n';
  if (row.policy.index() < p.policies.size()) {
    out += fmt::format("    policy {}\n", text_or_mark(p, p.policies[row.policy.index()].name));
  }
  if (!is_none(row.group)) out += fmt::format("    group {}\n", text_or_mark(p, row.group));
  if (row.priority != 0) out += fmt::format("    priority {}\n", row.priority);
  if (row.zone == ZoneKind::kFixed) out += fmt::format("    zone \"{}\"\n", text_or_mark(p, row.zone_name));
  if (row.kept_properties.empty()) return;
  out += "    keeps";
  for (const uint16_t property : row.kept_properties) {
    out += " " + (property < p.properties.size() ? p.properties[property] : std::string("?"));
  }
  out += '\n';
}

std::string property_names(const Program& p, const std::vector<uint16_t>& numbers) {
  std::string names;
  for (const uint16_t number : numbers) {
    names += (names.empty() ? "" : ", ") + (number < p.properties.size() ? p.properties[number] : std::string("?"));
  }
  return names;
}

void append_history(std::string& out, const Program& p) {
  if (!p.histories.empty()) out += "\nhistory\n";
  for (size_t i = 0; i < p.histories.size(); ++i) {
    const HistoryRow& row = p.histories[i];
    out += fmt::format("  {} {}{}", i, text_or_mark(p, row.key), routine_text("filter", row.filter));
    if (!row.totals.empty()) out += ", totals of " + property_names(p, row.totals);
    if (row.retention_ms == kNever) out += ", each for ever";
    if (row.retention_ms > 0 && row.retention_ms != kNever)
      out += ", each for " + format_duration(row.retention_ms);
    if (row.keeps_last > 0) out += fmt::format(", the last {}", row.keeps_last);
    if (row.keeps_first) out += ", the first";
    if (!row.kept.empty()) out += " with " + property_names(p, row.kept);
    out += '\n';
  }
  if (!p.history_queries.empty()) out += "\nquestions to the history\n";
  for (size_t i = 0; i < p.history_queries.size(); ++i) {
    const HistoryQueryRow& row = p.history_queries[i];
    out += fmt::format("  {} history {}: {}{}\n", i, row.history.number, text_or_mark(p, row.text),
                       routine_text("filter", row.filter));
  }
}

void append_segments_and_scores(std::string& out, const Program& p) {
  if (!p.segments.empty()) out += "\nsegments\n";
  for (size_t i = 0; i < p.segments.size(); ++i) {
    out += fmt::format("  {} {}{}\n", i, text_or_mark(p, p.segments[i].name),
                       routine_text("condition", p.segments[i].condition));
  }
  if (!p.scores.empty()) out += "\nscores\n";
  for (size_t i = 0; i < p.scores.size(); ++i) {
    const ScoreRow& row = p.scores[i];
    out += fmt::format("  {} {} between {} and {}", i, text_or_mark(p, row.name), row.low, row.high);
    if (row.decay_every_ms > 0)
      out += fmt::format(", decay {}% every {}", row.decay_percent, format_duration(row.decay_every_ms));
    out += '\n';
    for (const ScoreRule& rule : row.rules) {
      out += fmt::format("    {:+} {}{}\n", rule.points, event_name(p, rule.event), routine_text("where", rule.where));
    }
  }
  if (!p.catalogs.empty()) out += "\ncatalogs\n";
  for (size_t i = 0; i < p.catalogs.size(); ++i) {
    out += fmt::format("  {} {}, {} rows\n", i, text_or_mark(p, p.catalogs[i].name), p.catalogs[i].entries.size());
  }
}

}  // namespace

std::string text_or_mark(const Program& program, StringIx ix) {
  return ix.index() < program.strings.size() ? program.strings[ix.index()] : "?";
}

std::string message_name(const Program& p, MessageIx ix) {
  if (ix.index() >= p.messages.size()) return "?";
  const MessageRow& row = p.messages[ix.index()];
  return row.inline_text ? "\"" + text_or_mark(p, row.name) + "\"" : text_or_mark(p, row.name);
}

std::string constant_text(const Constant& constant) {
  Value value;
  switch (constant.tag) {
    case Tag::kMissing:
      return "missing";
    case Tag::kNumber:
    case Tag::kPercent:
      value = Value::of_double(constant.tag, constant.d);
      break;
    case Tag::kString:
    case Tag::kList:
    case Tag::kRecord:
      value = Value::of_view(constant.tag, constant.bytes);
      break;
    default:
      value = Value::of_int_like(constant.tag, constant.i);
  }
  // Inside a record, texts are quoted and escaped and lists have brackets; so the value goes in and comes
  // out.
  if (value.tag == Tag::kString || value.tag == Tag::kList) {
    RecordBuilder wrapper;
    wrapper.add("", value);
    const std::string record = wrapper.build();
    std::string text;
    append_text(text, Value::of_record(record), utc_zone());
    return text.substr(4, text.size() - 5);  // {"":VALUE}
  }
  std::string text;
  append_text(text, value, utc_zone());
  return text;
}

std::string query_text(const Program& p, const QueryRow& query) {
  std::string text(query.word <= EngagementWord::kSent ? engagement_word_name(query.word) : "?");
  switch (query.scope) {
    case QueryScope::kLastSend:
      text += " last send";
      break;
    case QueryScope::kContact:
      text += " any message";
      break;
    case QueryScope::kMessage:
      text += " message " + message_name(p, MessageIx{query.target});
      break;
    case QueryScope::kSend:
      text += fmt::format(" send {}", query.target);
      break;
  }
  if (!is_none(query.link)) text += " on \"" + text_or_mark(p, query.link) + "\"";
  return text;
}

void append_tables(std::string& out, const Program& p) {
  append_settings(out, p);
  append_events(out, p);
  append_attributes(out, p);
  append_messages(out, p);
  append_sends_and_waits(out, p);
  append_policies(out, p);
  append_history(out, p);
  append_segments_and_scores(out, p);
  if (!p.journeys.empty()) out += "\njourneys\n";
  for (size_t i = 0; i < p.journeys.size(); ++i) {
    out += fmt::format("  {} {}\n", i, text_or_mark(p, p.journeys[i].name));
    append_journey(out, p, p.journeys[i]);
  }
}

}  // namespace wend

#include "tests/oracle/compare.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "vm/simulate/simulator.h"
#include "vm/trace/trace_format.h"

namespace wend::oracle {
namespace {

constexpr size_t kMostDifferences = 8;  // lines shown of a contact

std::string delivery_text(const std::string& at, const std::string& journey, const std::string& channel,
                          const std::string& message, const std::string& status, const std::string& to) {
  return "delivery " + at + " " + journey + " " + channel + " [" + message + "] " + status + " to " + to;
}

// The engine numbers runs as it likes; here they count from 1 for each contact.
class RunNumbers {
 public:
  std::string of(uint64_t run) {
    return std::to_string(numbers_.try_emplace(run, numbers_.size() + 1).first->second);
  }

 private:
  std::map<uint64_t, size_t> numbers_;
};

std::string said(const TraceEntry& entry) {
  switch (entry.kind) {
    case TraceKind::kEntered:
      return "entered " + entry.text;
    case TraceKind::kEnded:
      return "ended " + entry.more + (entry.text.empty() ? "" : " " + entry.text);
    case TraceKind::kConverted:
      return "converted by " + entry.text + " " + entry.more;
    case TraceKind::kNote:
      return "note " + entry.text;
    case TraceKind::kHanded:
      return "send " + entry.text + " handed to " + entry.more;
    case TraceKind::kSuppressed:
      return "send " + entry.text + " suppressed " + entry.more;
    default:
      return "";
  }
}

void read_traces(const Store& store, const wend::Program& program, Outcome& outcome, std::string& failure) {
  const auto it = store.iterate(Family::kTrace, {}, {});
  std::string contact;
  RunNumbers runs;
  for (it->seek({}); it->valid(); it->next()) {
    const std::string_view key = it->key();
    const std::string owner(key.substr(0, key.find('\0')));
    if (owner != contact) {
      contact = owner;
      runs = RunNumbers();
    }
    std::vector<TraceEntry> entries;
    if (const Status status = decode_trace(it->value(), entries); !status.ok())
      failure = status.error().message;
    for (const TraceEntry& entry : entries) {
      std::string line;
      if (entry.kind == TraceKind::kAttribute) {
        // An instant as it is, in whatever zone it is written.
        const std::optional<Millis> instant = parse_instant(entry.more);
        line = "contact." + entry.text + " = " + (instant ? rfc3339(utc(), *instant) : entry.more);
      } else if (const std::string what = said(entry);
                 !what.empty() && entry.journey < program.journeys.size()) {
        line = program.text(program.journeys[entry.journey].name) + " #" + runs.of(entry.run) + " " + what;
      }
      if (!line.empty()) outcome[contact].push_back(rfc3339(utc(), entry.at_ms) + "  " + line);
    }
  }
}

void add_part(std::string& line, const char* name, const std::string& text) {
  if (!text.empty()) line += std::string(" | ") + name + ": " + text;
}

}  // namespace

Outcome run_oracle(const Program& program, const std::vector<std::string>& log, Sabotage sabotage) {
  std::map<std::string, World> worlds;
  Millis clock = kMinInstant;
  for (const std::string& line : log) {
    std::optional<Input> input = read_line(line);
    if (!input) continue;
    if (!input->historical) clock = std::max(clock, input->at_ms);
    input->received_ms = std::max(clock, input->at_ms);
    worlds.try_emplace(input->contact, program, input->contact, sabotage).first->second.take(*input);
  }
  Outcome outcome;
  for (auto& [contact, world] : worlds) {
    world.finish();
    std::vector<std::string> lines = world.timeline();
    for (const Delivery& d : world.deliveries()) {
      const std::string status = d.handed ? "sent" : "suppressed " + d.reason;
      std::string line = delivery_text(rfc3339(utc(), d.at_ms), d.journey->name, d.message->channel,
                                       d.message->name, status, d.to);
      for (const char* part : {"subject", "preheader", "body", "html", "text", "from", "reply_to"}) {
        const auto text = d.texts.find(part);
        if (text != d.texts.end()) add_part(line, part, text->second);
      }
      lines.push_back(std::move(line));
    }
    if (!lines.empty()) outcome.emplace(contact, std::move(lines));
  }
  return outcome;
}

Outcome run_engine(const CompileResult& compiled, const std::vector<std::string>& log, std::string& failure) {
  Outcome deliveries;
  SimulationOptions options;
  options.on_delivery = [&](const wend::Delivery& d) {
    std::string status(delivery_status_name(d.status));
    if (!d.reason.empty()) status += " " + d.reason;
    std::string line = delivery_text(rfc3339(utc(), d.at_ms), d.journey, d.channel, d.message, status, d.to);
    add_part(line, "subject", d.subject);
    add_part(line, "preheader", d.preheader);
    add_part(line, "body", d.body);
    add_part(line, "html", d.html);
    add_part(line, "text", d.text);
    add_part(line, "from", d.from);
    add_part(line, "reply_to", d.reply_to);
    deliveries[d.contact].push_back(std::move(line));
    return Status();
  };
  size_t next = 0;
  const auto source = [&]() -> Result<std::optional<std::string_view>> {
    if (next == log.size()) return std::optional<std::string_view>();
    return std::optional<std::string_view>(log[next++]);
  };
  const auto result = simulate(compiled.image, source, options);
  if (!result.ok()) {
    failure = result.error().message;
    return {};
  }
  Outcome outcome;
  read_traces(*result->store, compiled.program, outcome, failure);
  for (auto& [contact, lines] : deliveries) {
    outcome[contact].insert(outcome[contact].end(), lines.begin(), lines.end());
  }
  return outcome;
}

std::string side_by_side(const Outcome& engine, const Outcome& oracle) {
  Outcome all = engine;
  all.insert(oracle.begin(), oracle.end());
  std::string out;
  for (const auto& [contact, ignored] : all) {
    const auto left = engine.find(contact), right = oracle.find(contact);
    const std::vector<std::string> none;
    const std::vector<std::string>& a = left != engine.end() ? left->second : none;
    const std::vector<std::string>& b = right != oracle.end() ? right->second : none;
    if (a == b) continue;
    out += "contact " + contact + "\n";
    size_t differ = 0;
    for (size_t k = 0; k < std::max(a.size(), b.size()) && differ < kMostDifferences; ++k) {
      const std::string engine_line = k < a.size() ? a[k] : "(nothing)";
      const std::string oracle_line = k < b.size() ? b[k] : "(nothing)";
      if (differ == 0 && engine_line == oracle_line) {
        out += "  both    " + engine_line + "\n";
        continue;
      }
      ++differ;
      out += "  engine  " + engine_line + "\n  oracle  " + oracle_line + "\n";
    }
  }
  return out;
}

}  // namespace wend::oracle

#include "compiler/driver/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace wend {
namespace {

// A table whose columns are as wide as their content; the first column is text, the others are numbers.
class Table {
 public:
  explicit Table(std::vector<std::string> heads) { rows_.push_back(std::move(heads)); }
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  std::string text(size_t text_columns) const {
    std::vector<size_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_) {
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], characters(row[i]));
    }
    std::string out;
    for (size_t r = 0; r < rows_.size(); ++r) {
      out += line(rows_[r], widths, text_columns);
      if (r == 0) {
        std::string rule = "  ";
        for (const size_t width : widths) rule += std::string(width, '-') + "  ";
        out += rule.substr(0, rule.size() - 2) + "\n";
      }
    }
    return out;
  }

 private:
  static size_t characters(std::string_view text) {
    size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
  }

  static std::string line(const std::vector<std::string>& row, const std::vector<size_t>& widths,
                          size_t text_columns) {
    std::string out = " ";
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - characters(row[i]), ' ');
      out += i < text_columns ? " " + row[i] + pad + " " : " " + pad + row[i] + " ";
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out + "\n";
  }

  std::vector<std::vector<std::string>> rows_;
};

// 12345 as "12,345".
std::string grouped(int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return number < 0 ? "-" + digits : digits;
}

// 12345.5 as "12,345.50".
std::string money(double value) {
  const std::string text = fmt::format("{:.2f}", value);
  const size_t dot = text.size() - 3;
  return grouped(std::strtoll(text.substr(0, dot).c_str(), nullptr, 10)) + text.substr(dot);
}

// A name cut to fit a table: inline messages are named by their whole text.
std::string short_name(const std::string& name, size_t max_characters) {
  std::string flat = name;
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  size_t characters = 0;
  for (size_t i = 0; i < flat.size(); ++i) {
    if ((static_cast<unsigned char>(flat[i]) & 0xC0U) == 0x80U) continue;
    if (++characters > max_characters) return flat.substr(0, i) + "...";
  }
  return flat;
}

std::string journeys_table(const EngineReport& report) {
  std::vector<std::string> reasons;
  bool goals = false;
  for (const JourneyReport& journey : report.journeys) {
    for (const auto& [reason, count] : journey.ended) {
      if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) reasons.push_back(reason);
    }
    goals = goals || journey.converted > 0;
  }
  std::sort(reasons.begin(), reasons.end());
  std::vector<std::string> heads = {"journey", "entered", "waiting"};
  heads.insert(heads.end(), reasons.begin(), reasons.end());
  if (goals) heads.insert(heads.end(), {"goals", "rate", "value"});
  Table table(heads);
  for (const JourneyReport& journey : report.journeys) {
    std::vector<std::string> row = {journey.journey, grouped(journey.entered), grouped(journey.waiting)};
    for (const std::string& reason : reasons) {
      const auto found = journey.ended.find(reason);
      row.push_back(grouped(found == journey.ended.end() ? 0 : found->second));
    }
    if (goals) {
      const double rate = journey.entered == 0 ? 0.0
                                               : 100.0 * static_cast<double>(journey.converted) /
                                                     static_cast<double>(journey.entered);
      row.push_back(grouped(journey.converted));
      row.push_back(fmt::format("{:.1f}%", rate));
      row.push_back(journey.value == 0.0 ? "" : money(journey.value));
    }
    table.add(row);
  }
  return table.text(1);
}

std::string messages_table(const EngineReport& report) {
  constexpr size_t kMaxNameCharacters = 40;
  std::vector<std::string> columns;
  const auto note = [&columns](const std::string& name) {
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
  };
  note("sent");
  for (const MessageReport& message : report.messages) {
    for (const auto& [status, count] : message.by_status) note(status);
  }
  std::vector<std::string> engaged;
  for (const MessageReport& message : report.messages) {
    for (const auto& [word, count] : message.engaged) {
      if (std::find(engaged.begin(), engaged.end(), word) == engaged.end()) engaged.push_back(word);
    }
  }
  std::vector<std::string> heads = {"message", "channel", "journey"};
  heads.insert(heads.end(), columns.begin(), columns.end());
  heads.insert(heads.end(), engaged.begin(), engaged.end());
  Table table(heads);
  const auto number = [](const std::map<std::string, int64_t>& counts, const std::string& name) {
    const auto found = counts.find(name);
    return grouped(found == counts.end() ? 0 : found->second);
  };
  for (const MessageReport& message : report.messages) {
    std::vector<std::string> row = {short_name(message.message, kMaxNameCharacters), message.channel,
                                    message.journey};
    for (const std::string& status : columns) row.push_back(number(message.by_status, status));
    for (const std::string& word : engaged) row.push_back(number(message.engaged, word));
    table.add(row);
  }
  return table.text(3);
}

std::string reasons_text(const EngineReport& report) {
  std::map<std::string, int64_t> reasons;
  for (const MessageReport& message : report.messages) {
    for (const auto& [reason, count] : message.by_reason) reasons[reason] += count;
  }
  std::string out;
  for (const auto& [reason, count] : reasons) {
    out += (out.empty() ? "  suppressed because of " : ", ") + reason + ": " + grouped(count);
  }
  return out.empty() ? out : out + "\n";
}

// "20,000 contacts, 125,291 events": the totals as they are said, in this order; others by their name behind
// them.
std::string totals_text(const EngineReport& report) {
  struct Phrase {
    const char* name;
    const char* one;
    const char* many;
  };
  static constexpr Phrase kPhrases[] = {
      {"contacts", "contact", "contacts"},
      {"events", "event", "events"},
      {"identifies", "identification", "identifications"},
      {"timers", "timer fired", "timers fired"},
      {"duplicates", "duplicate left out", "duplicates left out"},
      {"late", "event too late to start or continue anything",
       "events too late to start or continue anything"},
      {"refused", "event refused", "events refused"},
      {"clamped", "event from the future", "events from the future"},
      {"unknown_events", "event of an undeclared name", "events of undeclared names"},
      {"missing_keys", "entry without a key", "entries without a key"},
      {"too_many_runs", "entry over the limit of runs", "entries over the limit of runs"},
      {"cut_texts", "text cut at the limit", "texts cut at the limit"},
  };
  std::map<std::string, int64_t> left = report.totals;
  std::string out;
  const auto add = [&out](const std::string& text) { out += (out.empty() ? "\n  " : ", ") + text; };
  for (const Phrase& phrase : kPhrases) {
    const auto found = left.find(phrase.name);
    if (found == left.end()) continue;
    if (found->second != 0)
      add(grouped(found->second) + " " + (found->second == 1 ? phrase.one : phrase.many));
    left.erase(found);
  }
  for (const auto& [name, count] : left) {
    std::string words = name;
    std::replace(words.begin(), words.end(), '_', ' ');
    if (count != 0) add(grouped(count) + " " + words);
  }
  return out.empty() ? out : out + "\n";
}

}  // namespace

std::string summary_text(const EngineReport& report) {
  std::string out;
  if (!report.journeys.empty()) out += journeys_table(report);
  if (!report.messages.empty()) out += "\n" + messages_table(report) + reasons_text(report);
  out += totals_text(report);
  for (const SchemaReport& row : report.schema) {
    out += fmt::format("  {} values of `{}.{}` were not of the declared type and count as missing\n",
                       grouped(row.violations), row.event, row.property);
  }
  return out;
}

std::string summary_json(const EngineReport& report) {
  nlohmann::ordered_json out;
  out["journeys"] = nlohmann::ordered_json::array();
  for (const JourneyReport& journey : report.journeys) {
    out["journeys"].push_back({{"journey", journey.journey},
                               {"entered", journey.entered},
                               {"waiting", journey.waiting},
                               {"ended", journey.ended},
                               {"ended_because", journey.ended_because},
                               {"converted", journey.converted},
                               {"value", journey.value}});
  }
  out["messages"] = nlohmann::ordered_json::array();
  for (const MessageReport& message : report.messages) {
    out["messages"].push_back({{"message", message.message},
                               {"channel", message.channel},
                               {"journey", message.journey},
                               {"by_status", message.by_status},
                               {"by_reason", message.by_reason},
                               {"engaged", message.engaged}});
  }
  out["schema_violations"] = nlohmann::ordered_json::array();
  for (const SchemaReport& row : report.schema) {
    out["schema_violations"].push_back(
        {{"event", row.event}, {"property", row.property}, {"violations", row.violations}});
  }
  out["totals"] = report.totals;
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace wend

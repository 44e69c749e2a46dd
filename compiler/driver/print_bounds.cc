#include "compiler/driver/print_bounds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "compiler/analysis/bounds.h"
#include "compiler/diagnostics/wording.h"

namespace wend {
namespace {

constexpr size_t kMostColumns = 110;

std::string counted(int64_t number) {
  if (number >= kCountless) return "more than 1,000,000,000,000";
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

// "  reads       a, b, c", broken where a line is full.
std::string line_of(std::string_view head, const std::vector<std::string>& items) {
  std::string out = fmt::format("  {:<13} ", head);
  const size_t indent = out.size();
  size_t column = indent;
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string text = items[i] + (i + 1 < items.size() ? "," : "");
    if (column > indent && column + 1 + text.size() > kMostColumns) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text;
    column += text.size();
  }
  return out + "\n";
}

std::string journey_text(const ProvenJourney& journey) {
  std::string out = journey.name + "\n";
  out += line_of("takes", {duration_text(journey.longest_ms) + " at most" +
                           (journey.longest_by_lasts ? ", by `lasts at most`" : "")});
  out += line_of("ways", {counted(journey.ways)});
  std::vector<std::string> sent;
  for (const ChannelMost& row : journey.sent) sent.push_back(counted(row.most) + " " + row.channel);
  out += line_of("sends at most", {sent.empty() ? "nothing" : fmt::format("{}", fmt::join(sent, ", ")) + " a run"});
  if (!journey.events.empty()) out += line_of("reads", journey.events);
  std::string bytes = counted(journey.run_bytes) + " bytes a run at most";
  if (!journey.kept_texts.empty()) bytes += fmt::format(", and what {} hold", fmt::join(journey.kept_texts, ", "));
  if (journey.most_runs > 1) bytes += "; up to " + counted(journey.most_runs) + " runs at a time";
  if (!journey.kept.empty()) out += line_of("keeps", journey.kept);
  out += line_of("stores", {bytes});
  return out;
}

}  // namespace

std::string bounds_text(const ProjectBounds& bounds) {
  std::string out;
  for (const ProvenJourney& journey : bounds.journeys) out += journey_text(journey) + "\n";
  if (bounds.week.empty()) return out;
  out += "All journeys together, marketing to one contact in any 7 days:\n";
  for (const WeekMost& row : bounds.week) {
    const std::string channel = row.channel.empty() ? "all channels" : row.channel;
    std::string most = row.most ? counted(*row.most) + " at most" + (row.by_caps ? ", by a cap" : "")
                                : fmt::format("no bound: `{}` may begin any number of times", row.unbounded);
    out += line_of(channel, {std::move(most)});
  }
  return out;
}

std::string bounds_json(const ProjectBounds& bounds) {
  using Json = nlohmann::ordered_json;
  Json journeys = Json::array();
  for (const ProvenJourney& journey : bounds.journeys) {
    Json sent = Json::object();
    for (const ChannelMost& row : journey.sent) sent[row.channel] = row.most;
    journeys.push_back({{"journey", journey.name},
                        {"longest_ms", journey.longest_ms},
                        {"longest_by_lasts", journey.longest_by_lasts},
                        {"ways", journey.ways},
                        {"ways_saturated", journey.ways >= kCountless},
                        {"most_sent", sent},
                        {"reads", journey.events},
                        {"keeps", journey.kept},
                        {"keeps_unbounded", journey.kept_texts},
                        {"run_bytes", journey.run_bytes},
                        {"most_runs", journey.most_runs}});
  }
  Json week = Json::array();
  for (const WeekMost& row : bounds.week) {
    Json one;
    one["channel"] = row.channel.empty() ? Json(nullptr) : Json(row.channel);
    one["most"] = row.most ? Json(*row.most) : Json(nullptr);
    one["by_caps"] = row.by_caps;
    if (!row.most) one["unbounded_by"] = row.unbounded;
    week.push_back(std::move(one));
  }
  Json out;
  out["summary"] = {{"journeys", std::move(journeys)}, {"week", std::move(week)}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wend

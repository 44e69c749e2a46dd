#include "compiler/driver/coverage_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace wend {
namespace {

std::string figures_text(const CoverageFigures& figures) {
  const char* steps = figures.steps == 1 ? "step" : "steps";
  std::string text =
      fmt::format("{}%, {} of {} {}", figures.percent(), figures.steps_reached, figures.steps, steps);
  if (figures.outcomes > 0) {
    text += fmt::format(" and {} of {} outcomes", figures.outcomes_reached, figures.outcomes);
  }
  return text;
}

// What is to be listed of a journey: outcomes of a step that was never reached say nothing new.
std::vector<const CoveragePoint*> missed_of(const Coverage& coverage, const std::string& journey) {
  std::vector<const CoveragePoint*> missed;
  const CoveragePoint* step = nullptr;
  for (const CoveragePoint& point : coverage.points()) {
    if (point.journey != journey) continue;
    if (point.outcome.empty()) step = &point;
    if (point.reached) continue;
    const bool of_step = step != nullptr && step->file == point.file && step->line == point.line &&
                         step->column == point.column;
    if (!point.outcome.empty() && of_step && !step->reached) continue;
    missed.push_back(&point);
  }
  return missed;
}

}  // namespace

std::string coverage_text(const Coverage& coverage) {
  std::string out = "coverage: " + figures_text(coverage.total()) + "\n";
  for (const CoverageFigures& journey : coverage.journeys()) {
    out += "  " + journey.journey + ": " + figures_text(journey) + "\n";
    for (const CoveragePoint* point : missed_of(coverage, journey.journey)) {
      out += fmt::format("    {}:{}: {}: {}\n", point->file, point->line, point->text, point->missed);
    }
  }
  return out;
}

std::string coverage_json(const Coverage& coverage) {
  std::string out;
  for (const CoverageFigures& journey : coverage.journeys()) {
    nlohmann::ordered_json line;
    line["coverage"] = journey.journey;
    line["percent"] = journey.percent();
    line["steps"] = journey.steps;
    line["steps_reached"] = journey.steps_reached;
    line["outcomes"] = journey.outcomes;
    line["outcomes_reached"] = journey.outcomes_reached;
    line["missed"] = nlohmann::ordered_json::array();
    for (const CoveragePoint* point : missed_of(coverage, journey.journey)) {
      nlohmann::ordered_json one;
      one["file"] = point->file;
      one["line"] = point->line;
      one["column"] = point->column;
      one["step"] = point->text;
      one["outcome"] = point->outcome.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(point->outcome);
      line["missed"].push_back(std::move(one));
    }
    out += line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  return out;
}

}  // namespace wend

#include "vm/engine/history_plan.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "vm/engine/images.h"

namespace wend {
namespace {

void unite_numbers(std::vector<uint16_t>& all, const std::vector<uint16_t>& more) {
  std::vector<uint16_t> both;
  std::set_union(all.begin(), all.end(), more.begin(), more.end(), std::back_inserter(both));
  all = std::move(both);
}

void add_sources(HistoryNeed& need, const Image& image, const std::vector<uint16_t>& properties) {
  for (const uint16_t property : properties) {
    const uint16_t number = image.property_numbers()[property];
    const auto at =
        std::lower_bound(need.sources.begin(), need.sources.end(), number,
                         [](const HistoryNeed::Source& source, uint16_t n) { return source.number < n; });
    if (at != need.sources.end() && at->number == number) continue;
    need.sources.insert(at, {number, &image, property, image.program().properties[property] == "id"});
  }
}

std::vector<uint16_t> store_numbers(const Image& image, const std::vector<uint16_t>& properties) {
  std::vector<uint16_t> numbers;
  for (const uint16_t property : properties) numbers.push_back(image.property_numbers()[property]);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

void unite_row(HistoryNeed& need, const Image& image, const HistoryRow& row) {
  HistoryKeeping& keeping = need.keeping;
  unite_numbers(keeping.totals, store_numbers(image, row.totals));
  unite_numbers(keeping.kept, store_numbers(image, row.kept));
  keeping.retention_ms = std::max(keeping.retention_ms, row.retention_ms);
  keeping.keeps_last = std::max(keeping.keeps_last, row.keeps_last);
  keeping.keeps_first = keeping.keeps_first || row.keeps_first;
  add_sources(need, image, row.totals);
  add_sources(need, image, row.kept);
}

}  // namespace

HistoryPlan HistoryPlan::unite(const std::vector<const Image*>& images) {
  std::map<uint16_t, HistoryNeed> needs;
  for (const Image* image : images) {
    const std::vector<HistoryRow>& rows = image->program().histories;
    for (uint32_t i = 0; i < rows.size(); ++i) {
      const uint16_t number = image->history_numbers()[i];
      const auto [at, is_new] = needs.try_emplace(number);
      if (is_new) {
        at->second.number = number;
        at->second.image = image;
        at->second.row = HistoryIx{i};
      }
      unite_row(at->second, *image, rows[i]);
    }
  }
  HistoryPlan plan;
  for (auto& [number, need] : needs) {
    const auto index = static_cast<uint32_t>(plan.needs_.size());
    const auto same = [&](const OfImage& one) { return one.image == need.image; };
    auto of = std::find_if(plan.images_.begin(), plan.images_.end(), same);
    if (of == plan.images_.end()) {
      plan.images_.push_back({need.image, {}});
      of = std::prev(plan.images_.end());
      of->needs.resize(need.image->program().events.size());
    }
    of->needs[need.image->program().histories[need.row.index()].event.index()].push_back(index);
    plan.needs_.push_back(std::move(need));
  }
  return plan;
}

const HistoryNeed* HistoryPlan::find(uint16_t number) const {
  const auto at = std::lower_bound(needs_.begin(), needs_.end(), number,
                                   [](const HistoryNeed& need, uint16_t n) { return need.number < n; });
  return at != needs_.end() && at->number == number ? &*at : nullptr;
}

}  // namespace wend

// What a contact's events leave behind: history and scores (language, section 7).

#include <algorithm>
#include <cmath>

#include "vm/engine/contact_step.h"

namespace wend {

// Before anything looks at the event, so that it counts itself. Once an event, whoever comes first.
void ContactStep::remember_event(Arrived& event) {
  if (event.in_history) return;
  event.in_history = true;
  for (const HistoryPlan::OfImage& of : parts_.images.history().images()) {
    const EventView* seen = view(event, *of.image);
    if (seen == nullptr) continue;
    for (const uint32_t need : of.needs[seen->event.index()])
      add_to_row(parts_.images.history().needs()[need], event, *seen);
  }
}

void ContactStep::add_to_row(const HistoryNeed& need, Arrived& event, const EventView& seen) {
  const HistoryRow& row = need.image->program().histories[need.row.index()];
  if (!is_none(row.filter)) {
    EvalContext eval;
    eval.program = &need.image->loaded();
    eval.event = &seen;
    eval.now_ms = state_.clock_ms;
    if (!interpreter_.evaluate(row.filter, eval).is_true()) return;
  }
  const auto value_of = [&](uint16_t property) -> Value {
    for (const HistoryNeed::Source& source : need.sources) {
      if (source.number != property) continue;
      if (source.is_event_id) return Value::of_string(event.id);
      const EventView* from = view(event, *source.image);
      if (from == nullptr) return {};
      const int slot = source.image->loaded().property_slot(from->event, source.property);
      return slot >= 0 ? from->values[static_cast<size_t>(slot)] : Value();
    }
    return {};
  };
  const HistoryAdded added = add_to_history(history_for(state_.history, need.number), need.keeping, event.at_ms,
                                            state_.clock_ms, value_of);
  if (added.cut) effects_->counters.total("history_over_limit");
  if (added.first_cut) note(TraceKind::kHistoryCut, need.image->text(row.key));
  if (added.shortened) effects_->counters.total("history_values_too_long");
}

// Points of the current image's scores for the event. Once an event.
void ContactStep::score_event(Arrived& event) {
  if (event.in_scores) return;
  event.in_scores = true;
  const Image& image = parts_.images.current();
  const std::vector<ScoreRow>& scores = image.program().scores;
  if (scores.empty()) return;
  const EventView* seen = view(event, image);
  if (seen == nullptr) return;
  for (uint32_t i = 0; i < scores.size(); ++i) {
    for (const ScoreRule& rule : scores[i].rules) {
      if (rule.event != seen->event) continue;
      if (!is_none(rule.where) &&
          !interpreter_.evaluate(rule.where, contact_context(image, seen)).is_true())
        continue;
      change_score(image, ScoreIx{i}, rule.points, event.at_ms);
    }
  }
}

void ContactStep::change_score(const Image& image, ScoreIx score, double points, Millis at_ms) {
  const ScoreRow& row = image.program().scores[score.index()];
  const uint16_t number = image.score_numbers()[score.index()];
  const double before = score_at(row, find_score(state_.scores, number), state_.clock_ms);
  add_points(row, state_.scores, number, points, at_ms, state_.clock_ms);
  const double after = score_at(row, find_score(state_.scores, number), state_.clock_ms);
  if (before == after) return;
  std::string text;
  append_text(text, Value::of_number(after), image.loaded().project_zone());
  attributes_dirty_ = true;  // conditions may ask for it
  note(TraceKind::kScore, image.text(row.name), text);
}

void ContactStep::add_score(const StoredRun& run, ScoreIx score, const Value& points) {
  double number = 0;
  if (points.tag == Tag::kNumber) number = points.d;
  if (points.tag == Tag::kInt) number = static_cast<double>(points.i);
  if (points.missing()) {
    effects_->counters.total("added_missing");
    return;
  }
  change_score(image_of(run), score, number, state_.clock_ms);
}

// Forgets what no window reaches any more, and rows that no program asks for.
void ContactStep::prune_histories() {
  const HistoryPlan& plan = parts_.images.history();
  std::erase_if(state_.history, [&](ContactHistory& history) {
    const HistoryNeed* need = plan.find(history.number);
    if (need == nullptr) return true;
    prune_history(history, need->keeping, state_.clock_ms);
    return false;
  });
}

}  // namespace wend

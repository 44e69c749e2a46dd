// What conditions recall of a contact: segments, scores, history.

#include <optional>
#include <span>
#include <vector>

#include "vm/core/attribute_block.h"
#include "vm/core/frame.h"
#include "vm/core/history.h"

namespace wend {
namespace {

uint16_t store_number(std::span<const uint16_t> numbers, size_t index) {
  return index < numbers.size() ? numbers[index] : static_cast<uint16_t>(index);
}

// An event of the history as the filter of a query looks at it.
class OccurrenceView {
 public:
  OccurrenceView(Frame& f, const HistoryRow& row, std::span<const uint16_t> numbers)
      : frame_(f), context_(f.context) {
    const Program& program = f.program.program();
    values_.resize(program.events[row.event.index()].properties.size());
    for (const uint16_t property : row.kept) {
      const uint16_t number = store_number(numbers, property);
      if (program.properties[property] == "id") id_number_ = number;
      const int slot = f.program.property_slot(row.event, property);
      if (slot >= 0) slots_.push_back({static_cast<size_t>(slot), number});
    }
    context_.arriving = f.context.arriving != nullptr ? f.context.arriving : f.context.event;
    context_.event = &view_;
    view_.event = row.event;
    view_.values = values_;
  }

  bool passes(RoutineIx filter, const Occurrence& one) {
    view_.at_ms = one.at_ms;
    for (const Slot& slot : slots_) values_[slot.index] = block_get(one.block, slot.number);
    const Value id = id_number_ ? block_get(one.block, *id_number_) : Value();
    view_.id = id.tag == Tag::kString ? id.bytes() : std::string_view();
    return call_routine(frame_, filter, context_).is_true();
  }

 private:
  struct Slot {
    size_t index;
    uint16_t number;
  };
  Frame& frame_;
  EvalContext context_;
  EventView view_;
  std::vector<Value> values_;
  std::vector<Slot> slots_;
  std::optional<uint16_t> id_number_;
};

}  // namespace

Value segment(Frame& f, SegmentIx ix) {
  EvalContext context;
  context.program = f.context.program;
  context.contact = f.context.contact;
  context.now_ms = f.context.now_ms;
  context.zone = f.context.contact != nullptr ? f.context.contact->own_zone : nullptr;
  context.horizon_ms = f.context.horizon_ms;
  return Value::of_bool(
      call_routine(f, f.program.program().segments[ix.index()].condition, context).is_true());
}

Value score(const Frame& f, ScoreIx ix) {
  const ContactView* contact = f.context.contact;
  const ContactScore* kept =
      contact == nullptr ? nullptr
                         : find_score(contact->scores, store_number(contact->score_numbers, ix.index()));
  const ScoreRow& row = f.program.program().scores[ix.index()];
  if (f.context.horizon_ms != nullptr)
    lower_horizon(f.context, score_changes_at(row, kept, f.context.now_ms));
  return Value::of_number(score_at(row, kept, f.context.now_ms));
}

Value ask(Frame& f, HistoryQueryIx ix, const Millis* window_ms) {
  const Program& program = f.program.program();
  const HistoryQueryRow& query = program.history_queries[ix.index()];
  const HistoryRow& row = program.histories[query.history.index()];
  static constexpr ContactView kNobody;
  const ContactView& contact = f.context.contact != nullptr ? *f.context.contact : kNobody;
  std::vector<uint16_t> numbers;
  std::vector<std::string_view> names;
  for (const uint16_t property : query.properties) {
    numbers.push_back(store_number(contact.property_numbers, property));
    names.push_back(program.properties[property]);
  }
  HistoryQuestion question;
  question.aggregate = query.aggregate;
  question.properties = numbers;
  question.names = names;
  question.at_most = query.at_most;
  question.windowed = window_ms != nullptr;
  if (window_ms != nullptr) question.window_ms = *window_ms;
  question.now_ms = f.context.now_ms;
  question.created_at_ms = contact.created_at_ms;
  std::optional<OccurrenceView> view;
  if (!is_none(query.filter)) {
    view.emplace(f, row, contact.property_numbers);
    question.filter = [&](const Occurrence& one) { return view->passes(query.filter, one); };
  }
  const ContactHistory* history =
      find_history(contact.history, store_number(contact.history_numbers, query.history.index()));
  std::string bytes;
  const HistoryAnswer answer = ask_history(history, question, bytes);
  if (answer.lower_bound) ++f.lower_bounds;
  lower_horizon(f.context, answer.changes_at_ms);
  const Tag tag = answer.value.tag;
  if (tag == Tag::kRecord || tag == Tag::kList || tag == Tag::kString)
    return f.memory.keep(tag, answer.value.bytes());
  return answer.value;
}

}  // namespace wend

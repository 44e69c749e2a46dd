// Steps that change the profile: tags, consent, audiences. Calls of connectors, and the events that journeys
// emit.

#include <algorithm>
#include <utility>

#include "vm/core/attribute_block.h"
#include "vm/core/time_zone.h"
#include "vm/engine/contact_step.h"

namespace wend {

bool ContactStep::profile_effect(StoredRun& run, const Effect& effect) {
  const Image& image = image_of(run);
  const auto name = [&]() -> std::string_view { return image.text(StringIx{effect.operand}); };
  switch (effect.kind) {
    case EffectKind::kTag:
    case EffectKind::kUntag:
      change_list(image, BuiltinAttr::kTags, name(), effect.kind == EffectKind::kTag);
      return true;
    case EffectKind::kSubscribe:
    case EffectKind::kUnsubscribe: {
      const bool consents = effect.kind == EffectKind::kSubscribe;
      change_list(image, BuiltinAttr::kConsent, name(), consents);
      change_list(image, BuiltinAttr::kRefused, name(), !consents);
      return true;
    }
    case EffectKind::kJoinAudience:
    case EffectKind::kLeaveAudience:
      change_audience(run, StepIx{effect.operand}, std::string(effect.value.bytes()),
                      effect.kind == EffectKind::kJoinAudience);
      return true;
    case EffectKind::kRequest:
      request(run, effect);
      return true;
    case EffectKind::kEmit:
      emit(run, EventIx{effect.operand}, effect.value);
      return true;
    default:
      return false;
  }
}

// False where the list has (or lacks) the name already.
bool ContactStep::change_list(const Image& image, BuiltinAttr list, std::string_view name, bool add) {
  const AttrIx attribute{static_cast<uint32_t>(list)};
  const Value old = block_get(state_.attributes, image.attribute_numbers()[attribute.index()]);
  ListBuilder changed;
  bool had = false;
  if (old.tag == Tag::kList) {
    ListCursor cursor(old);
    Value element;
    while (cursor.next(element)) {
      const bool same = element.tag == Tag::kString && element.bytes() == name;
      had = had || same;
      if (add || !same) changed.add(element);
    }
  }
  if (had == add) return false;
  if (add) changed.add(Value::of_string(name));
  const std::string bytes = changed.build();
  set_attribute(image, attribute, Value::of_list(bytes));  // sorts it
  return true;
}

// An audience lives outside, too: whoever keeps it learns of every change by a line on its channel.
void ContactStep::change_audience(StoredRun& run, StepIx step, std::string_view audience, bool join) {
  if (!change_list(image_of(run), BuiltinAttr::kAudiences, audience, join)) return;
  const uint64_t number = state_.next_delivery++;
  Delivery delivery = line_head(run, step, number);
  delivery.channel = "audience";
  delivery.message = std::string(audience);
  delivery.category = "transactional";  // no guard is asked
  delivery.body = join ? "add" : "remove";
  note(run, TraceKind::kAudience, audience, delivery.body, static_cast<int64_t>(number)).step = step.number;
  put_line(delivery, number);
}

// The answer comes back as an event "answer CONNECTOR" with the number of this delivery.
void ContactStep::request(StoredRun& run, const Effect& effect) {
  const std::string& connector = image_of(run).text(StringIx{effect.operand});
  const uint64_t number = state_.next_delivery++;
  run.state.call = number;
  Delivery delivery = line_head(run, StepIx{effect.step}, number);
  append_text(delivery.body, effect.value, utc_zone());
  delivery.channel = connector;
  delivery.message = connector;
  delivery.category = "transactional";  // no guard is asked
  delivery.call = true;
  note(run, TraceKind::kCall, connector, delivery.body, static_cast<int64_t>(number)).step = effect.step;
  put_line(delivery, number);
}

void ContactStep::emit(StoredRun& run, EventIx event, const Value& record) {
  const Image& image = image_of(run);
  const std::string& name = image.text(image.program().events[event.index()].wire_name);
  std::string bytes;
  if (record.tag == Tag::kRecord) bytes.assign(record.bytes());
  follow_ups_.push_back({std::nullopt, name, emitted_id(contact_, state_.next_emitted++), std::move(bytes)});
}

}  // namespace wend

#include "vm/simulate/test_expect.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "vm/core/attribute_block.h"
#include "vm/core/interpreter.h"
#include "vm/core/time_zone.h"
#include "vm/engine/dictionary.h"
#include "vm/simulate/test_runs.h"

namespace wend {
namespace {

constexpr size_t kMostListed = 5;

std::string quote_text(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string value_text(const Value& value, const Zone& zone) {
  if (value.missing()) return "missing";
  if (value.tag == Tag::kString) return quote_text(value.bytes());
  if (value.tag != Tag::kList) {
    std::string text;
    append_text(text, value, zone);
    return text;
  }
  std::string text = "[";
  ListCursor cursor(value);
  Value element;
  while (cursor.next(element)) text += (text.size() > 1 ? ", " : "") + value_text(element, zone);
  return text + "]";
}

std::optional<double> number_of(const Value& value) {
  if (value.tag == Tag::kInt) return static_cast<double>(value.i);
  if (value.tag == Tag::kNumber) return value.d;
  return std::nullopt;
}

Value decoded(const std::string& bytes) {
  ByteReader reader(bytes);
  return decode_value(reader);
}

std::string_view part_of(const Delivery& delivery, std::string_view part) {
  if (part == "subject") return delivery.subject;
  if (part == "preheader") return delivery.preheader;
  if (part == "html") return delivery.html;
  if (part == "text") return delivery.text;
  if (part == "from") return delivery.from;
  if (part == "to") return delivery.to;
  if (part == "reply_to") return delivery.reply_to;
  return delivery.body;
}

// ------------------------------------------------------------------------------------------ messages

class Messages {
 public:
  Messages(const TestExpectation& expect, std::string_view contact, const TestWorld& world)
      : expect_(expect), contact_(contact), world_(world), zone_(world.program.project_zone()) {}

  Verdict sent() const {
    Verdict verdict;
    const auto count = static_cast<int64_t>(
        std::count_if(world_.deliveries.begin(), world_.deliveries.end(), [&](const Delivery& delivery) {
          return delivery.status == DeliveryStatus::kSent && is_meant(delivery) && in_moment(delivery) &&
                 has_part(delivery);
        }));
    const bool found = expect_.times > 0 ? count == expect_.times : count > 0;
    verdict.holds = found != expect_.negated;
    verdict.expected = (expect_.negated ? "not sent: " : "sent: ") + wanted();
    if (expect_.times > 0) verdict.expected += times_text(expect_.times);
    if (expect_.has_moment) verdict.expected += ", at " + moment_text();
    if (!expect_.part.empty())
      verdict.expected += ", with " + expect_.part + " containing " + quote_text(expect_.contains);
    verdict.got = outcomes([&](const Delivery& delivery) { return is_meant(delivery); });
    if (verdict.got.empty()) verdict.got = all_outcomes();
    return verdict;
  }

  Verdict nothing_sent() const {
    const auto meant = [&](const Delivery& delivery) {
      return delivery.status == DeliveryStatus::kSent && is_for(delivery) &&
             (expect_.journey.empty() || delivery.journey == expect_.journey) && on_channel(delivery);
    };
    Verdict verdict;
    verdict.holds = std::none_of(world_.deliveries.begin(), world_.deliveries.end(), meant);
    verdict.expected = "nothing sent";
    if (!contact_.empty()) verdict.expected += " to " + std::string(contact_);
    if (!expect_.journey.empty()) verdict.expected += " by " + expect_.journey;
    if (!expect_.channel.empty()) verdict.expected += " on " + expect_.channel;
    verdict.got = outcomes(meant);
    return verdict;
  }

  Verdict suppressed() const {
    Verdict verdict;
    verdict.holds =
        std::any_of(world_.deliveries.begin(), world_.deliveries.end(), [&](const Delivery& delivery) {
          return delivery.status == DeliveryStatus::kSuppressed && is_meant(delivery) &&
                 (expect_.reason.empty() || delivery.reason == expect_.reason);
        });
    verdict.expected = "suppressed: " + wanted();
    if (!expect_.reason.empty()) verdict.expected += ", because " + expect_.reason;
    verdict.got = outcomes([&](const Delivery& delivery) { return is_meant(delivery); });
    if (verdict.got.empty()) verdict.got = all_outcomes();
    return verdict;
  }

 private:
  bool is_for(const Delivery& delivery) const { return contact_.empty() || delivery.contact == contact_; }
  bool on_channel(const Delivery& delivery) const {
    return expect_.channel.empty() || delivery.channel == expect_.channel;
  }
  bool is_meant(const Delivery& delivery) const {
    return is_for(delivery) && on_channel(delivery) &&
           (expect_.message.empty() || delivery.message == expect_.message);
  }
  bool in_moment(const Delivery& delivery) const {
    return !expect_.has_moment || (delivery.at_ms >= expect_.from_ms && delivery.at_ms < expect_.to_ms);
  }
  bool has_part(const Delivery& delivery) const {
    return expect_.part.empty() ||
           part_of(delivery, expect_.part).find(expect_.contains) != std::string_view::npos;
  }

  static std::string times_text(int64_t times) {
    return ", " + std::to_string(times) + (times == 1 ? " time" : " times");
  }
  std::string moment_text() const {
    const bool day = expect_.to_ms - expect_.from_ms > kMillisPerHour;
    return day ? format_pattern(zone_, expect_.from_ms, "%Y-%m-%d") : moment_in(expect_.from_ms, zone_);
  }
  std::string wanted() const {
    std::string text = expect_.channel;
    if (!expect_.message.empty()) {
      const bool is_name =
          std::any_of(world_.program.program().messages.begin(), world_.program.program().messages.end(),
                      [&](const MessageRow& row) {
                        return !row.inline_text && world_.program.program().text(row.name) == expect_.message;
                      });
      text += (text.empty() ? "" : " ") + (is_name ? expect_.message : quote_text(expect_.message));
    }
    if (text.empty()) text = "a message";
    return contact_.empty() ? text : text + " to " + std::string(contact_);
  }

  std::string outcome(const Delivery& delivery) const {
    std::string text = delivery.status == DeliveryStatus::kSent ? "sent: " : "suppressed: ";
    text += delivery.channel + " " + message_text(delivery) + " to " + delivery.contact + " at " +
            moment_in(delivery.at_ms, zone_);
    if (!delivery.reason.empty()) text += ", because " + delivery.reason;
    if (!expect_.part.empty() && delivery.status == DeliveryStatus::kSent)
      text += ", with " + expect_.part + " " + quote_text(part_of(delivery, expect_.part));
    return text;
  }

  // The latest few that `wanted` takes; empty for none.
  template <typename Wanted>
  std::string outcomes(const Wanted& is_wanted) const {
    std::vector<std::string> all;
    for (const Delivery& delivery : world_.deliveries) {
      if (is_wanted(delivery)) all.push_back(outcome(delivery));
    }
    std::string text;
    const size_t first = all.size() > kMostListed ? all.size() - kMostListed : 0;
    if (first > 0) text = std::to_string(first) + " earlier ones; ";
    for (size_t i = first; i < all.size(); ++i) text += (i == first ? "" : "; ") + all[i];
    return text;
  }
  std::string all_outcomes() const {
    const std::string text = outcomes([&](const Delivery& delivery) { return is_for(delivery); });
    return text.empty() ? "nothing was sent or suppressed" : "only " + text;
  }

  const TestExpectation& expect_;
  std::string_view contact_;
  const TestWorld& world_;
  const Zone& zone_;
};

// ------------------------------------------------------------------------------------------ runs

Result<Verdict> judge_run(const TestExpectation& expect, std::string_view contact, const TestWorld& world) {
  const Program& program = world.program.program();
  const Zone& zone = world.program.project_zone();
  WEND_ASSIGN_OR_RETURN(const std::vector<RunStory> runs, read_runs(contact, expect.journey, world));
  const auto run = std::find_if(runs.rbegin(), runs.rend(),
                                [&](const RunStory& r) { return !expect.has_key || r.key == expect.key; });
  const std::string who = expect.journey + (expect.has_key ? "[" + quote_text(expect.key) + "]" : "");
  Verdict verdict;
  bool known = false;
  WEND_ASSIGN_OR_RETURN(const ContactState state, read_state(contact, world, known));
  const StepRow* step = run == runs.rend() ? nullptr : waiting_step(state, run->number, program);
  if (run == runs.rend()) {
    verdict.got = std::string(contact) + " never entered " + who;
  } else if (run->ended) {
    verdict.got = ending_text(*run, zone);
  } else if (step != nullptr) {
    verdict.got = "waiting at " + (is_none(step->label) ? "" : "@" + program.text(step->label) + ", ") +
                  "line " + std::to_string(step->line) + ", " + program.text(step->text);
  }
  switch (expect.kind) {
    case TestExpectKind::kWaitingAt:
      verdict.expected = who + " waiting at @" + expect.label;
      verdict.holds = step != nullptr && !is_none(step->label) && program.text(step->label) == expect.label;
      break;
    case TestExpectKind::kEnded: {
      verdict.expected = who + " ended";
      if (!expect.reason.empty()) verdict.expected += " because " + expect.reason;
      if (expect.has_exit_text) verdict.expected += " because " + quote_text(expect.exit_text);
      if (run == runs.rend() || !run->ended) break;
      const bool by_reason = expect.reason.empty() || run->reason == expect.reason ||
                             (run->reason == "until" && run->because == expect.reason);
      const bool by_text =
          !expect.has_exit_text || (run->reason == "exit" && run->because == expect.exit_text);
      verdict.holds = by_reason && by_text;
      break;
    }
    default: {
      verdict.expected = who + (expect.negated ? " not converted" : " converted");
      const bool converted = run != runs.rend() && run->converted;
      bool worth = true;
      if (expect.has_value) {
        const Value wanted = decoded(expect.value);
        verdict.expected += " with value " + value_text(wanted, zone);
        double value = 0;
        const char* end = converted ? run->value.data() + run->value.size() : nullptr;
        worth = converted && std::from_chars(run->value.data(), end, value).ptr == end &&
                !run->value.empty() && number_of(wanted) == value;
      }
      verdict.holds = (converted && worth) != expect.negated;
      if (converted) verdict.got = "converted" + (run->value.empty() ? "" : " with value " + run->value);
      if (run != runs.rend() && !converted) verdict.got = "not converted; " + verdict.got;
      break;
    }
  }
  return verdict;
}

// ------------------------------------------------------------------------------------------ attributes

Result<Value> read_attribute(const TestExpectation& expect, std::string_view contact,
                             const ContactState& state, const TestWorld& world) {
  const std::optional<AttrIx> attribute = world.program.find_attribute(expect.attribute);
  if (attribute == AttrIx{static_cast<uint32_t>(BuiltinAttr::kId)}) return Value::of_string(contact);
  if (attribute == AttrIx{static_cast<uint32_t>(BuiltinAttr::kCreatedAt)})
    return Value::of_time(state.created_at_ms);
  WEND_ASSIGN_OR_RETURN(const std::vector<std::string> names, read_dictionary(world.store, "attribute"));
  Value value;
  for (size_t number = 0; number < names.size(); ++number) {
    if (names[number] == expect.attribute) value = block_get(state.attributes, static_cast<uint16_t>(number));
  }
  if (value.missing() && attribute.has_value()) value = world.program.attribute_default(*attribute);
  for (const std::string& field : expect.fields) value = record_field(value, field);
  return value;
}

std::string_view compare_text(TestCompare compare) {
  switch (compare) {
    case TestCompare::kEq:
      return "==";
    case TestCompare::kNe:
      return "!=";
    case TestCompare::kLt:
      return "<";
    case TestCompare::kLe:
      return "<=";
    case TestCompare::kGt:
      return ">";
    case TestCompare::kGe:
      return ">=";
    case TestCompare::kContains:
      return "contains";
  }
  return {};
}

// -1, 0, 1; nullopt where the values have no order between them.
std::optional<int> order(const Value& a, const Value& b) {
  const auto sign = [](auto x, auto y) { return x < y ? -1 : (y < x ? 1 : 0); };
  if (a.tag == Tag::kInt && b.tag == Tag::kInt) return sign(a.i, b.i);
  const std::optional<double> x = number_of(a);
  const std::optional<double> y = number_of(b);
  if (x && y) return sign(*x, *y);
  if (a.tag != b.tag) return std::nullopt;
  switch (a.tag) {
    case Tag::kString:
      return sign(a.bytes(), b.bytes());
    case Tag::kDuration:
    case Tag::kTime:
    case Tag::kDate:
    case Tag::kClock:
      return sign(a.i, b.i);
    case Tag::kPercent:
      return sign(a.d, b.d);
    default:
      return std::nullopt;
  }
}

bool contains(const Value& whole, const Value& part) {
  if (whole.tag == Tag::kString && part.tag == Tag::kString) {
    return whole.bytes().find(part.bytes()) != std::string_view::npos;
  }
  if (whole.tag != Tag::kList) return false;
  ListCursor cursor(whole);
  Value element;
  while (cursor.next(element)) {
    if (!element.missing() && values_equal(element, part)) return true;
  }
  return false;
}

// A missing side makes every comparison false, as in a condition.
bool compare(TestCompare how, const Value& left, const Value& right) {
  if (left.missing() || right.missing()) return false;
  const std::optional<int> ordered = order(left, right);
  switch (how) {
    case TestCompare::kEq:
      return values_equal(left, right);
    case TestCompare::kNe:
      return !values_equal(left, right);
    case TestCompare::kLt:
      return ordered && *ordered < 0;
    case TestCompare::kLe:
      return ordered && *ordered <= 0;
    case TestCompare::kGt:
      return ordered && *ordered > 0;
    case TestCompare::kGe:
      return ordered && *ordered >= 0;
    case TestCompare::kContains:
      return contains(left, right);
  }
  return false;
}

Result<Verdict> judge_attribute(const TestExpectation& expect, std::string_view contact,
                                const TestWorld& world) {
  const Zone& zone = world.program.project_zone();
  bool known = false;
  WEND_ASSIGN_OR_RETURN(const ContactState state, read_state(contact, world, known));
  WEND_ASSIGN_OR_RETURN(const Value value, read_attribute(expect, contact, state, world));
  std::string path = "contact." + expect.attribute;
  for (const std::string& field : expect.fields) path += "." + field;
  Verdict verdict;
  if (expect.kind == TestExpectKind::kIs) {
    verdict.expected = path + (expect.present ? " is present" : " is missing");
    verdict.holds = value.missing() != expect.present;
  } else {
    const Value wanted = decoded(expect.value);
    verdict.expected =
        path + " " + std::string(compare_text(expect.compare)) + " " + value_text(wanted, zone);
    verdict.holds = compare(expect.compare, value, wanted);
  }
  verdict.got = known ? path + " is " + value_text(value, zone) : std::string(contact) + " is not known";
  return verdict;
}

}  // namespace

std::string message_text(const Delivery& delivery) {
  return delivery.inline_message ? quote_text(delivery.message) : delivery.message;
}

Result<Verdict> judge(const TestExpectation& expect, std::string_view contact, const TestWorld& world) {
  switch (expect.kind) {
    case TestExpectKind::kSent:
      return Messages(expect, contact, world).sent();
    case TestExpectKind::kNothingSent:
      return Messages(expect, contact, world).nothing_sent();
    case TestExpectKind::kSuppressed:
      return Messages(expect, contact, world).suppressed();
    case TestExpectKind::kWaitingAt:
    case TestExpectKind::kEnded:
    case TestExpectKind::kConverted:
      return judge_run(expect, contact, world);
    case TestExpectKind::kCompare:
    case TestExpectKind::kIs:
      break;
  }
  return judge_attribute(expect, contact, world);
}

}  // namespace wend

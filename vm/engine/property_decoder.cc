#include "vm/engine/property_decoder.h"

#include <optional>
#include <utility>

#include "vm/core/time_zone.h"

namespace wend {
namespace {

std::optional<int> two_digits(std::string_view text) {
  if (text.size() < 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
    return std::nullopt;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// A birthday whose year nobody knows is kept in the year 4, a leap year.
std::optional<int64_t> parse_yearless(std::string_view text) {
  if (text.size() != 7 || text.substr(0, 2) != "--" || text[4] != '-') return std::nullopt;
  const std::optional<int> month = two_digits(text.substr(2));
  const std::optional<int> day = two_digits(text.substr(5));
  if (!month || !day) return std::nullopt;
  const CivilDate date{4, *month, *day};
  if (!civil_exists(date)) return std::nullopt;
  return days_from_civil(date);
}

std::optional<int64_t> read_date(std::string_view text) {
  if (const std::optional<int64_t> days = parse_date(text)) return days;
  if (const std::optional<int64_t> days = parse_yearless(text)) return days;
  // A full time stands for the day that it names where it was written.
  if (parse_rfc3339(text).has_value()) return parse_date(text.substr(0, 10));
  return std::nullopt;
}

std::optional<Millis> read_clock(std::string_view text) {
  if (text.size() != 5 && text.size() != 8) return std::nullopt;
  const std::optional<int> hour = two_digits(text);
  const std::optional<int> minute = two_digits(text.substr(3));
  const std::optional<int> second = text.size() == 8 ? two_digits(text.substr(6)) : std::optional<int>(0);
  if (text[2] != ':' || (text.size() == 8 && text[5] != ':')) return std::nullopt;
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return *hour * kMillisPerHour + *minute * kMillisPerMinute + *second * kMillisPerSecond;
}

Value from_text(TypeTag tag, std::string_view text) {
  std::optional<int64_t> read;
  switch (tag) {
    case TypeTag::kTime:
      read = parse_rfc3339(text);
      return read ? Value::of_time(*read) : Value();
    case TypeTag::kDate:
      read = read_date(text);
      return read ? Value::of_date(*read) : Value();
    case TypeTag::kClock:
      read = read_clock(text);
      return read ? Value::of_clock(*read) : Value();
    case TypeTag::kDuration:
      read = parse_duration(text);
      return read ? Value::of_duration(*read) : Value();
    default:
      return {};
  }
}

bool scalar_fits(TypeTag type, Tag tag) { return static_cast<uint8_t>(type) == static_cast<uint8_t>(tag); }

}  // namespace

void PropertyDecoder::decode_event(const Program& program, const EventRow& event, std::string_view record,
                                   std::vector<Value>& values, std::vector<std::string_view>& violations) {
  values.clear();
  const Value whole = Value::of_record(record);
  for (const PropertyRow& property : event.properties) {
    const std::string& name = program.text(property.name);
    const Value given = record.empty() ? Value() : record_field(whole, name);
    bool wrong = false;
    const Value value = decode(program, property.type, given, wrong);
    // An open event promises nothing, and an engagement event comes from providers with what they have.
    const bool promised = !event.open && !event.is_engagement;
    if (promised && (wrong || (given.missing() && !property.optional))) violations.push_back(name);
    values.push_back(value);
  }
}

Value PropertyDecoder::decode(const Program& program, TypeIx type, const Value& value, bool& wrong) {
  if (value.missing()) return {};
  const TypeRow& row = program.types[type.index()];
  switch (row.tag) {
    case TypeTag::kAny:
      return value;
    case TypeTag::kNumber:
      if (value.tag == Tag::kInt) return Value::of_number(static_cast<double>(value.i));
      break;
    case TypeTag::kEnum:
      if (value.tag == Tag::kString) {
        for (const StringIx allowed : row.values) {
          if (program.text(allowed) == value.bytes()) return value;
        }
      }
      wrong = true;
      return {};
    case TypeTag::kList:
      return decode_list(program, row, value, wrong);
    case TypeTag::kRecord:
      return decode_record(program, row, value, wrong);
    default:
      break;
  }
  if (scalar_fits(row.tag, value.tag)) return value;
  if (value.tag == Tag::kString) {
    const Value read = from_text(row.tag, value.bytes());
    if (!read.missing()) return read;
  }
  wrong = true;
  return {};
}

Value PropertyDecoder::decode_list(const Program& program, const TypeRow& type, const Value& value,
                                   bool& wrong) {
  if (value.tag != Tag::kList) {
    wrong = true;
    return {};
  }
  if (is_none(type.element) || program.types[type.element.index()].tag == TypeTag::kAny) return value;
  ListBuilder list;
  ListCursor cursor(value);
  Value element;
  while (cursor.next(element)) list.add(decode(program, type.element, element, wrong));
  return keep(list.build(), Tag::kList);
}

Value PropertyDecoder::decode_record(const Program& program, const TypeRow& type, const Value& value,
                                     bool& wrong) {
  if (value.tag != Tag::kRecord) {
    wrong = true;
    return {};
  }
  if (type.open_record) return value;
  RecordBuilder record;
  for (const TypeField& field : type.fields) {
    const std::string& name = program.text(field.name);
    const Value given = record_field(value, name);
    if (given.missing() && !field.optional) wrong = true;
    const Value decoded = decode(program, field.type, given, wrong);
    if (!decoded.missing()) record.add(name, decoded);
  }
  return keep(record.build(), Tag::kRecord);
}

Value PropertyDecoder::keep(std::string bytes, Tag tag) {
  made_.push_back(std::move(bytes));
  return Value::of_view(tag, made_.back());
}

}  // namespace wend

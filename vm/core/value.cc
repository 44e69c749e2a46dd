#include "vm/core/value.h"

#include <cmath>

namespace wend {
namespace {

bool is_int_like(Tag tag) {
  switch (tag) {
    case Tag::kInt:
    case Tag::kDuration:
    case Tag::kCalendar:
    case Tag::kTime:
    case Tag::kDate:
    case Tag::kClock:
      return true;
    default:
      return false;
  }
}

Value malformed(ByteReader& reader) {
  reader.fail();
  return {};
}

Value decode_view(ByteReader& reader, Tag tag) {
  const std::string_view view = reader.bytes();
  if (!reader.ok() || view.size() > UINT32_MAX) return malformed(reader);
  return Value::of_view(tag, view);
}

bool well_formed(const Value& value, int depth) {
  if (value.tag != Tag::kList && value.tag != Tag::kRecord) return true;
  if (depth == 0) return false;
  ByteReader reader(value.bytes());
  const uint64_t count = reader.varint();
  for (uint64_t i = 0; i < count; ++i) {
    if (value.tag == Tag::kRecord) reader.bytes();
    const Value element = decode_value(reader);
    if (!reader.ok() || !well_formed(element, depth - 1)) return false;
  }
  return reader.ok() && reader.at_end();
}

bool equal_at_depth(const Value& a, const Value& b, int depth);

bool lists_equal(const Value& a, const Value& b, int depth) {
  if (element_count(a) != element_count(b)) return false;
  ListCursor left(a);
  ListCursor right(b);
  Value x;
  Value y;
  while (true) {
    const bool more = left.next(x);
    if (more != right.next(y)) return false;
    if (!more) return true;
    if (!equal_at_depth(x, y, depth)) return false;
  }
}

// Fields are a set: the order in which they were written does not matter.
bool records_equal(const Value& a, const Value& b, int depth) {
  if (element_count(a) != element_count(b)) return false;
  RecordCursor left(a);
  RecordCursor in_step(b);
  std::string_view key;
  std::string_view other_key;
  Value x;
  Value y;
  bool same_order = true;
  while (left.next(key, x)) {
    same_order = same_order && in_step.next(other_key, y) && other_key == key;
    if (!same_order) y = record_field(b, key);
    if (!equal_at_depth(x, y, depth)) return false;
  }
  return true;
}

bool equal_at_depth(const Value& a, const Value& b, int depth) {
  if (a.tag != b.tag) {
    if (a.tag == Tag::kInt && b.tag == Tag::kNumber) return static_cast<double>(a.i) == b.d;
    if (a.tag == Tag::kNumber && b.tag == Tag::kInt) return a.d == static_cast<double>(b.i);
    return false;
  }
  switch (a.tag) {
    case Tag::kMissing:
      return true;
    case Tag::kNumber:
    case Tag::kPercent:
      return a.d == b.d;
    case Tag::kString:
      return a.bytes() == b.bytes();
    case Tag::kList:
      return depth == 0 ? a.bytes() == b.bytes() : lists_equal(a, b, depth - 1);
    case Tag::kRecord:
      return depth == 0 ? a.bytes() == b.bytes() : records_equal(a, b, depth - 1);
    default:
      return a.i == b.i;
  }
}

}  // namespace

void encode_value(std::string& out, const Value& value) {
  put_u8(out, static_cast<uint8_t>(value.tag));
  switch (value.tag) {
    case Tag::kMissing:
      return;
    case Tag::kBool:
      return put_u8(out, value.i != 0 ? 1 : 0);
    case Tag::kNumber:
    case Tag::kPercent:
      return put_f64(out, value.d);
    case Tag::kString:
    case Tag::kList:
    case Tag::kRecord:
      return put_bytes(out, value.bytes());
    default:
      return put_svarint(out, value.i);
  }
}

Value decode_value(ByteReader& reader) {
  const uint8_t byte = reader.u8();
  if (!reader.ok() || byte > kMaxTag) return malformed(reader);
  const auto tag = static_cast<Tag>(byte);
  switch (tag) {
    case Tag::kMissing:
      return {};
    case Tag::kBool: {
      const uint8_t b = reader.u8();
      return reader.ok() && b <= 1 ? Value::of_bool(b == 1) : malformed(reader);
    }
    case Tag::kNumber:
    case Tag::kPercent: {
      const double d = reader.f64();
      if (!reader.ok() || !std::isfinite(d)) return malformed(reader);
      return tag == Tag::kNumber ? Value::of_number(d) : Value::of_percent(d);
    }
    case Tag::kString:
    case Tag::kList:
    case Tag::kRecord:
      return decode_view(reader, tag);
    default: {
      const int64_t i = reader.svarint();
      return reader.ok() && is_int_like(tag) ? Value::of_int_like(tag, i) : malformed(reader);
    }
  }
}

bool value_well_formed(const Value& value) { return well_formed(value, kMaxValueDepth); }

int64_t element_count(const Value& value) {
  if (value.tag == Tag::kString) {
    int64_t characters = 0;
    for (const char c : value.bytes()) characters += (static_cast<uint8_t>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return characters;
  }
  if (value.tag != Tag::kList && value.tag != Tag::kRecord) return 0;
  ByteReader reader(value.bytes());
  const uint64_t count = reader.varint();
  // Every element takes at least a byte, so a count beyond that is malformed and nothing can be read.
  return count <= reader.remaining() ? static_cast<int64_t>(count) : 0;
}

Value list_at(const Value& list, int64_t index) {
  if (list.tag != Tag::kList) return {};
  const int64_t count = element_count(list);
  if (index < 0) index += count;
  if (index < 0 || index >= count) return {};
  ListCursor cursor(list);
  Value element;
  for (int64_t i = 0; i <= index; ++i) {
    if (!cursor.next(element)) return {};
  }
  return element;
}

Value record_field(const Value& record, std::string_view key) {
  RecordCursor cursor(record);
  std::string_view name;
  Value value;
  while (cursor.next(name, value)) {
    if (name == key) return value;
  }
  return {};
}

bool values_equal(const Value& a, const Value& b) { return equal_at_depth(a, b, kMaxValueDepth); }

ListCursor::ListCursor(const Value& list)
    : reader_(list.tag == Tag::kList ? list.bytes() : std::string_view()), left_(0) {
  if (list.tag == Tag::kList) left_ = reader_.varint();
}

bool ListCursor::next(Value& element) {
  if (left_ == 0) return false;
  --left_;
  element = decode_value(reader_);
  if (!reader_.ok()) left_ = 0;
  return reader_.ok();
}

RecordCursor::RecordCursor(const Value& record)
    : reader_(record.tag == Tag::kRecord ? record.bytes() : std::string_view()), left_(0) {
  if (record.tag == Tag::kRecord) left_ = reader_.varint();
}

bool RecordCursor::next(std::string_view& key, Value& value) {
  if (left_ == 0) return false;
  --left_;
  key = reader_.bytes();
  value = decode_value(reader_);
  if (!reader_.ok()) left_ = 0;
  return reader_.ok();
}

void ListBuilder::add(const Value& element) {
  ++count_;
  encode_value(elements_, element);
}

std::string ListBuilder::build() const {
  std::string out;
  put_varint(out, count_);
  return out.append(elements_);
}

void ListBuilder::build_into(std::string& out) {
  out.clear();
  put_varint(out, count_);
  out.append(elements_);
  elements_.clear();
  count_ = 0;
}

void RecordBuilder::add(std::string_view key, const Value& value) {
  ++count_;
  put_bytes(fields_, key);
  encode_value(fields_, value);
}

std::string RecordBuilder::build() const {
  std::string out;
  put_varint(out, count_);
  return out.append(fields_);
}

void RecordBuilder::build_into(std::string& out) {
  out.clear();
  put_varint(out, count_);
  out.append(fields_);
  fields_.clear();
  count_ = 0;
}

}  // namespace wend

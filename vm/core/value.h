#ifndef WEND_VM_CORE_VALUE_H_
#define WEND_VM_CORE_VALUE_H_

// A value of the language as the VM holds it: 16 bytes, trivially copyable. Strings, lists and records are
// views: into an image, an event, a contact record or the interpreter's scratch memory, whose owner must
// outlive the value. Values that are kept are encoded (see `encode_value`).

#include <cstdint>
#include <string>
#include <string_view>

#include "vm/base/bytes.h"
#include "vm/base/clock.h"

namespace wend {

// DO NOT CHANGE THESE VALUES: they are stored in images and records (docs/formats/values.md).
enum class Tag : uint8_t {
  kMissing = 0,
  kBool = 1,
  kInt = 2,
  kNumber = 3,
  kString = 4,
  kDuration = 5,  // milliseconds
  kCalendar = 6,  // months
  kTime = 7,      // instant, milliseconds since 1970-01-01T00:00:00Z
  kDate = 8,      // days since 1970-01-01
  kClock = 9,     // milliseconds of the day
  kPercent = 10,
  kList = 11,
  kRecord = 12,
};
constexpr uint8_t kMaxTag = 12;

struct Value {
  Tag tag = Tag::kMissing;
  uint32_t size = 0;  // kString: bytes of text; kList, kRecord: bytes of the encoding
  union {
    int64_t i = 0;    // kBool (0, 1), kInt, kDuration, kCalendar, kTime, kDate, kClock
    double d;         // kNumber, kPercent
    const char* p;    // kString: the text; kList, kRecord: the encoded elements, see below
  };

  bool missing() const { return tag == Tag::kMissing; }
  bool is_true() const { return tag == Tag::kBool && i != 0; }
  // REQUIRES: the tag is kString, kList or kRecord.
  std::string_view bytes() const { return {p, size}; }

  static Value of_bool(bool b) { return of_int_like(Tag::kBool, b ? 1 : 0); }
  static Value of_int(int64_t n) { return of_int_like(Tag::kInt, n); }
  static Value of_duration(Millis ms) { return of_int_like(Tag::kDuration, ms); }
  static Value of_calendar(int64_t months) { return of_int_like(Tag::kCalendar, months); }
  static Value of_time(Millis at_ms) { return of_int_like(Tag::kTime, at_ms); }
  static Value of_date(int64_t days) { return of_int_like(Tag::kDate, days); }
  static Value of_clock(Millis of_day_ms) { return of_int_like(Tag::kClock, of_day_ms); }
  // NaN and infinities become missing (language, section 2).
  static Value of_number(double number) { return of_double(Tag::kNumber, number); }
  static Value of_percent(double percent) { return of_double(Tag::kPercent, percent); }
  static Value of_string(std::string_view text) { return of_view(Tag::kString, text); }
  static Value of_list(std::string_view encoded) { return of_view(Tag::kList, encoded); }
  static Value of_record(std::string_view encoded) { return of_view(Tag::kRecord, encoded); }
  static Value of_int_like(Tag tag, int64_t payload) {
    Value v;
    v.tag = tag;
    v.i = payload;
    return v;
  }
  static Value of_double(Tag tag, double number) {
    Value v;
    // Infinity minus infinity and anything with NaN is NaN, which no comparison holds for.
    if (!(number - number == 0)) return v;
    v.tag = tag;
    v.d = number;
    return v;
  }
  static Value of_view(Tag tag, std::string_view view) {
    Value v;
    v.tag = tag;
    v.size = static_cast<uint32_t>(view.size());
    v.p = view.data();
    return v;
  }
};
static_assert(sizeof(Value) == 16);

// The stored form (docs/formats/values.md): one tag byte, then
//   missing: nothing; bool: u8; int, duration, calendar, time, date, clock: zigzag varint;
//   number, percent: 8 bytes little-endian; string: varint length, bytes;
//   list: varint byte length, then (varint count, values); record: varint byte length, then (varint count,
//   (varint length, key bytes, value)*), keys in the order they were written, each once.
// The `p`/`size` of a list or record Value cover what follows its byte length.
void encode_value(std::string& out, const Value& value);

// Reads one value; strings, lists and records view the reader's bytes. After malformed bytes reader.ok() is
// false and the result is missing. Nested values are checked when they are looked at.
Value decode_value(ByteReader& reader);

// Nesting of lists and records that is looked into. What lies deeper compares byte by byte, prints as nothing and
// is refused by `value_well_formed`.
constexpr int kMaxValueDepth = 64;

// True where the encoding inside a list or record is well formed throughout; scalars and strings always are.
bool value_well_formed(const Value& value);

// Number of elements of a list or fields of a record, characters (code points) of a string; 0 for others.
int64_t element_count(const Value& value);
// The element of a list; negative counts from the end; missing when out of range or not a list.
Value list_at(const Value& list, int64_t index);
// The field of a record; missing when absent or not a record.
Value record_field(const Value& record, std::string_view key);

// Equal in the sense of `==` for two present values: int and number compare as numbers, values of other
// differing tags are unequal, lists and records compare element by element.
bool values_equal(const Value& a, const Value& b);

// Walks the elements of a list value. Ends early where the encoding is malformed.
class ListCursor {
 public:
  explicit ListCursor(const Value& list);
  // False at the end; else `element` is the next one.
  bool next(Value& element);

 private:
  ByteReader reader_;
  uint64_t left_;
};

// Walks the fields of a record value, likewise.
class RecordCursor {
 public:
  explicit RecordCursor(const Value& record);
  bool next(std::string_view& key, Value& value);

 private:
  ByteReader reader_;
  uint64_t left_;
};

// Builds the encoded elements of a list or record for Value::of_list and Value::of_record.
class ListBuilder {
 public:
  void add(const Value& element);
  std::string build() const;
  // The same into memory that is used again and again; the list is empty afterwards.
  void build_into(std::string& out);

 private:
  uint64_t count_ = 0;
  std::string elements_;
};
class RecordBuilder {
 public:
  // REQUIRES: `key` was not added before.
  void add(std::string_view key, const Value& value);
  std::string build() const;
  void build_into(std::string& out);

 private:
  uint64_t count_ = 0;
  std::string fields_;
};

}  // namespace wend

#endif  // WEND_VM_CORE_VALUE_H_

#include "vm/core/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "vm/base/hash.h"

namespace wend {
namespace {

std::string encoded(const Value& value) {
  std::string out;
  encode_value(out, value);
  return out;
}

Value decoded(std::string_view bytes) {
  ByteReader reader(bytes);
  const Value value = decode_value(reader);
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.at_end());
  return value;
}

std::string list_of(const std::vector<Value>& values) {
  ListBuilder builder;
  for (const Value& value : values) builder.add(value);
  return builder.build();
}

// Random values; the bytes of views are kept in `keep`.
Value random_value(uint64_t& state, std::vector<std::unique_ptr<std::string>>& keep, int depth) {
  const uint64_t draw = splitmix64(state);
  const auto payload = static_cast<int64_t>(splitmix64(state) >> (draw >> 8) % 64);
  const auto store = [&](std::string text) {
    keep.push_back(std::make_unique<std::string>(std::move(text)));
    return std::string_view(*keep.back());
  };
  switch (draw % (depth > 0 ? 12 : 10)) {
    case 0:
      return Value::of_bool(payload % 2 == 0);
    case 1:
      return Value::of_int(payload);
    case 2:
      return Value::of_number(static_cast<double>(payload) / 7);
    case 3:
      return Value::of_string(store(std::string(draw % 200, static_cast<char>('a' + draw % 26))));
    case 4:
      return Value::of_duration(-payload);
    case 5:
      return Value::of_calendar(payload % 1000);
    case 6:
      return Value::of_time(payload);
    case 7:
      return Value::of_date(payload);
    case 8:
      return Value::of_clock(payload % kMillisPerDay);
    case 9:
      return Value::of_percent(static_cast<double>(payload % 101));
    case 10: {
      ListBuilder builder;
      for (uint64_t i = 0; i < (draw >> 20) % 5; ++i) builder.add(random_value(state, keep, depth - 1));
      return Value::of_list(store(builder.build()));
    }
    default: {
      RecordBuilder builder;
      for (uint64_t i = 0; i < (draw >> 20) % 5; ++i) {
        builder.add("k" + std::to_string(i), random_value(state, keep, depth - 1));
      }
      return Value::of_record(store(builder.build()));
    }
  }
}

TEST(Value, NotANumberIsMissing) {
  EXPECT_TRUE(Value::of_number(std::nan("")).missing());
  EXPECT_TRUE(Value::of_number(std::numeric_limits<double>::infinity()).missing());
  EXPECT_TRUE(Value::of_percent(-std::numeric_limits<double>::infinity()).missing());
  EXPECT_EQ(Value::of_percent(45).tag, Tag::kPercent);
}

TEST(Value, EncodingIsTheDocumentedOne) {
  EXPECT_EQ(encoded({}), std::string("\x00", 1));
  EXPECT_EQ(encoded(Value::of_bool(true)), "\x01\x01");
  EXPECT_EQ(encoded(Value::of_int(-1)), "\x02\x01");
  EXPECT_EQ(encoded(Value::of_int(300)), "\x02\xD8\x04");
  EXPECT_EQ(encoded(Value::of_number(1.0)), std::string("\x03\0\0\0\0\0\0\xF0\x3F", 9));
  EXPECT_EQ(encoded(Value::of_string("FR")),
            "\x04\x02"
            "FR");
  const std::string list = list_of({Value::of_int(1), Value::of_bool(false)});
  EXPECT_EQ(encoded(Value::of_list(list)), std::string("\x0B\x05\x02\x02\x02\x01\x00", 7));
}

TEST(Value, RoundTripsAnything) {
  uint64_t state = 7;
  for (int i = 0; i < 3000; ++i) {
    std::vector<std::unique_ptr<std::string>> keep;
    const Value value = random_value(state, keep, 3);
    const std::string bytes = encoded(value);
    const Value back = decoded(bytes);
    EXPECT_EQ(back.tag, value.tag);
    EXPECT_TRUE(values_equal(value, back));
    EXPECT_TRUE(value_well_formed(back));
    EXPECT_EQ(encoded(back), bytes);
  }
}

TEST(Value, RandomBytesNeverCrashAndNeverReadOutside) {
  uint64_t state = 11;
  for (int i = 0; i < 20000; ++i) {
    std::vector<char> bytes(splitmix64(state) % 40);
    for (char& c : bytes) {
      const uint64_t draw = splitmix64(state);
      c = static_cast<char>((draw >> 8) % 3 == 0 ? draw % 16 : draw);
    }
    // A vector of exactly the size, so that a sanitizer sees one byte too many.
    ByteReader reader(std::string_view(bytes.data(), bytes.size()));
    const Value value = decode_value(reader);
    if (!reader.ok()) {
      EXPECT_TRUE(value.missing());
      continue;
    }
    element_count(value);
    list_at(value, 1);
    list_at(value, -1);
    record_field(value, "k");
    EXPECT_TRUE(values_equal(value, value));
    value_well_formed(value);
  }
}

TEST(Value, TruncatedBytesAreRefused) {
  const std::string list = list_of({Value::of_string("abc"), Value::of_number(2.5)});
  for (const Value& value :
       {Value::of_list(list), Value::of_string("x"), Value::of_number(1), Value::of_int(1 << 20)}) {
    const std::string bytes = encoded(value);
    for (size_t n = 0; n < bytes.size(); ++n) {
      ByteReader reader(std::string_view(bytes).substr(0, n));
      decode_value(reader);
      EXPECT_FALSE(reader.ok()) << n;
    }
  }
}

TEST(Value, DeepNestingIsNotFollowed) {
  std::string inner;
  put_varint(inner, 0);
  for (int i = 0; i < 100000; ++i) {
    std::string outer;
    put_varint(outer, 1);
    put_u8(outer, static_cast<uint8_t>(Tag::kList));
    put_varint(outer, inner.size());
    if (i > 200) break;
    inner = outer + inner;
  }
  EXPECT_FALSE(value_well_formed(Value::of_list(inner)));
  EXPECT_TRUE(values_equal(Value::of_list(inner), Value::of_list(inner)));
}

TEST(Value, ListsAndRecordsAreLookedInto) {
  const std::string list = list_of({Value::of_int(1), Value::of_string("b"), Value::of_bool(true)});
  const Value value = Value::of_list(list);
  EXPECT_EQ(element_count(value), 3);
  EXPECT_EQ(list_at(value, 0).i, 1);
  EXPECT_EQ(list_at(value, -2).bytes(), "b");
  EXPECT_TRUE(list_at(value, 3).missing());
  EXPECT_TRUE(list_at(value, -4).missing());
  EXPECT_TRUE(list_at(value, INT64_MIN).missing());
  EXPECT_TRUE(list_at(Value::of_int(1), 0).missing());

  RecordBuilder builder;
  builder.add("sku", Value::of_string("s1"));
  builder.add("price", Value::of_number(9.5));
  const std::string bytes = builder.build();
  const Value record = Value::of_record(bytes);
  EXPECT_EQ(element_count(record), 2);
  EXPECT_EQ(record_field(record, "price").d, 9.5);
  EXPECT_TRUE(record_field(record, "nothing").missing());
  EXPECT_TRUE(record_field(value, "sku").missing());
}

TEST(Value, CountsCharactersNotBytes) {
  EXPECT_EQ(element_count(Value::of_string("naïve €")), 7);
  EXPECT_EQ(element_count(Value::of_string("")), 0);
}

TEST(Value, EqualityAcrossTags) {
  EXPECT_TRUE(values_equal(Value::of_int(3), Value::of_number(3.0)));
  EXPECT_TRUE(values_equal(Value::of_number(3.0), Value::of_int(3)));
  EXPECT_FALSE(values_equal(Value::of_int(3), Value::of_duration(3)));
  EXPECT_FALSE(values_equal(Value::of_string("3"), Value::of_int(3)));
  EXPECT_TRUE(values_equal(Value::of_list(list_of({Value::of_int(1)})),
                           Value::of_list(list_of({Value::of_number(1)}))));
  EXPECT_FALSE(values_equal(Value::of_list(list_of({Value::of_int(1)})), Value::of_list(list_of({}))));
}

TEST(Value, RecordsAreEqualInAnyOrder) {
  RecordBuilder one;
  one.add("a", Value::of_int(1));
  one.add("b", Value::of_int(2));
  RecordBuilder two;
  two.add("b", Value::of_int(2));
  two.add("a", Value::of_int(1));
  RecordBuilder three;
  three.add("a", Value::of_int(1));
  three.add("c", Value::of_int(2));
  const std::string a = one.build();
  const std::string b = two.build();
  const std::string c = three.build();
  EXPECT_TRUE(values_equal(Value::of_record(a), Value::of_record(b)));
  EXPECT_FALSE(values_equal(Value::of_record(a), Value::of_record(c)));
}

}  // namespace
}  // namespace wend

#include "vm/engine/property_decoder.h"

#include <gmock/gmock.h>

#include "tests/unit/vm/core/program_builder.h"

namespace wend {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Decoding {
  ProgramBuilder b;
  PropertyDecoder decoder;

  // The value as text of its tag and payload; "wrong" where it is refused.
  std::string as(TypeIx type, const Value& value) {
    bool wrong = false;
    const Value got = decoder.decode(b.program, type, value, wrong);
    if (wrong) return "wrong";
    switch (got.tag) {
      case Tag::kMissing:
        return "missing";
      case Tag::kNumber:
        return "number " + std::to_string(got.d).substr(0, 4);
      case Tag::kString:
        return "string " + std::string(got.bytes());
      default:
        return "tag " + std::to_string(static_cast<int>(got.tag)) + " " + std::to_string(got.i);
    }
  }
  std::string as(TypeTag tag, const Value& value) { return as(b.type(tag), value); }
  static Value text(std::string_view bytes) { return Value::of_string(bytes); }
};

TEST(PropertyDecoder, CoercesOnlyWhatTheLanguageSays) {
  Decoding d;
  EXPECT_EQ(d.as(TypeTag::kNumber, Value::of_int(3)), "number 3.00");
  EXPECT_EQ(d.as(TypeTag::kInt, Value::of_int(3)), "tag 2 3");
  EXPECT_EQ(d.as(TypeTag::kInt, Value::of_number(3)), "wrong");
  EXPECT_EQ(d.as(TypeTag::kInt, d.text("3")), "wrong");
  EXPECT_EQ(d.as(TypeTag::kString, Value::of_int(3)), "wrong");
  EXPECT_EQ(d.as(TypeTag::kBool, d.text("true")), "wrong");
  EXPECT_EQ(d.as(TypeTag::kBool, Value::of_bool(true)), "tag 1 1");
  EXPECT_EQ(d.as(TypeTag::kTime, d.text("2026-03-02T09:00:00Z")), "tag 7 1772442000000");
  EXPECT_EQ(d.as(TypeTag::kTime, d.text("soon")), "wrong");
  EXPECT_EQ(d.as(TypeTag::kTime, Value::of_int(1772442000)), "wrong");
  EXPECT_EQ(d.as(TypeTag::kDate, d.text("1970-01-02")), "tag 8 1");
  EXPECT_EQ(d.as(TypeTag::kDate, d.text("1970-01-02T23:30:00-05:00")), "tag 8 1");
  EXPECT_EQ(d.as(TypeTag::kDate, d.text("--02-29")), "tag 8 " + std::to_string(days_from_civil({4, 2, 29})));
  EXPECT_EQ(d.as(TypeTag::kDate, d.text("--02-30")), "wrong");
  EXPECT_EQ(d.as(TypeTag::kClock, d.text("09:30")), "tag 9 34200000");
  EXPECT_EQ(d.as(TypeTag::kClock, d.text("24:00")), "wrong");
  EXPECT_EQ(d.as(TypeTag::kDuration, d.text("1h30m")), "tag 5 5400000");
  EXPECT_EQ(d.as(TypeTag::kDuration, d.text("1 hour")), "wrong");
  EXPECT_EQ(d.as(TypeTag::kAny, d.text("x")), "string x");
  EXPECT_EQ(d.as(TypeTag::kString, Value()), "missing");
  TypeRow plan;
  plan.tag = TypeTag::kEnum;
  plan.values = {d.b.string("gold"), d.b.string("silver")};
  d.b.program.types.push_back(plan);
  const TypeIx type{static_cast<uint32_t>(d.b.program.types.size() - 1)};
  EXPECT_EQ(d.as(type, d.text("gold")), "string gold");
  EXPECT_EQ(d.as(type, d.text("Gold")), "wrong");
}

TEST(PropertyDecoder, GivesListsAndRecordsTheirTypesInside) {
  Decoding d;
  TypeRow item;
  item.tag = TypeTag::kRecord;
  item.fields = {{d.b.string("price"), d.b.type(TypeTag::kNumber), false},
                 {d.b.string("sku"), d.b.type(TypeTag::kString), true}};
  d.b.program.types.push_back(item);
  TypeRow items;
  items.tag = TypeTag::kList;
  items.element = TypeIx{static_cast<uint32_t>(d.b.program.types.size() - 1)};
  d.b.program.types.push_back(items);
  const TypeIx type{static_cast<uint32_t>(d.b.program.types.size() - 1)};

  RecordBuilder first;
  first.add("price", Value::of_int(2));
  first.add("colour", Value::of_string("red"));
  const std::string first_bytes = first.build();
  RecordBuilder second;
  second.add("price", Value::of_string("two"));
  const std::string second_bytes = second.build();
  ListBuilder good, bad;
  good.add(Value::of_record(first_bytes));
  bad.add(Value::of_record(first_bytes));
  bad.add(Value::of_record(second_bytes));
  const std::string good_bytes = good.build();
  const std::string bad_bytes = bad.build();

  bool wrong = false;
  const Value typed = d.decoder.decode(d.b.program, type, Value::of_list(good_bytes), wrong);
  EXPECT_FALSE(wrong);
  const Value one = list_at(typed, 0);
  EXPECT_EQ(record_field(one, "price").tag, Tag::kNumber);
  EXPECT_TRUE(record_field(one, "colour").missing()) << "what is not declared is left out";
  const Value mixed = d.decoder.decode(d.b.program, type, Value::of_list(bad_bytes), wrong);
  EXPECT_TRUE(wrong);
  EXPECT_EQ(element_count(mixed), 2);
  EXPECT_TRUE(record_field(list_at(mixed, 1), "price").missing());
  wrong = false;
  EXPECT_TRUE(d.decoder.decode(d.b.program, type, Value::of_int(1), wrong).missing());
  EXPECT_TRUE(wrong);
}

TEST(PropertyDecoder, ReportsWhatAnEventPromisedAndDidNotKeep) {
  Decoding d;
  const EventIx order = d.b.event("order", {"total", "coupon", "id"});
  EventRow& row = d.b.program.events[order.index()];
  row.properties[0].type = d.b.type(TypeTag::kNumber);
  row.properties[0].optional = false;
  row.properties[2].optional = false;
  RecordBuilder record;
  record.add("total", Value::of_string("much"));
  record.add("coupon", Value::of_string("x"));
  const std::string bytes = record.build();
  std::vector<Value> values;
  std::vector<std::string_view> violations;
  d.decoder.decode_event(d.b.program, row, bytes, values, violations);
  ASSERT_EQ(values.size(), 3U);
  EXPECT_TRUE(values[0].missing());
  EXPECT_EQ(values[1].bytes(), "x");
  EXPECT_THAT(violations, ElementsAre("total", "id"));
  violations.clear();
  row.open = true;
  d.decoder.decode_event(d.b.program, row, {}, values, violations);
  EXPECT_THAT(violations, IsEmpty());
}

}  // namespace
}  // namespace wend

#include "vm/engine/event_json.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "vm/core/value.h"

namespace wend {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Millis kArrival = 1772442000000;  // 2026-03-02T09:00:00Z

Input read(std::string_view json) {
  EventJsonReader reader;
  Result<Input> input = reader.read_event(json, kArrival);
  EXPECT_TRUE(input.ok()) << input.error().message;
  return input.ok() ? *input : Input();
}
std::string refusal(std::string_view json, EventEndpoint endpoint = EventEndpoint::kAny) {
  EventJsonReader reader;
  const Result<Input> input = reader.read_event(json, kArrival, endpoint);
  EXPECT_FALSE(input.ok()) << json;
  if (input.ok()) return {};
  EXPECT_EQ(input.error().kind, ErrorKind::kInvalidInput);
  return input.error().message;
}
Value property(const Input& input, std::string_view name) {
  return record_field(Value::of_record(input.properties), name);
}

TEST(EventJson, ReadsATrack) {
  const Input input = read(
      R"({"type":"track","messageId":"m1","userId":"c42","event":"Order Completed",
          "timestamp":"2026-03-02T10:00:00.250+01:00",
          "properties":{"total":80,"rate":1.5,"gift":true,"note":null,"items":[{"sku":"a"},{"sku":"b"}]},
          "context":{"traits":{"plan":"paid"}}})");
  EXPECT_EQ(input.kind, InputKind::kTrack);
  EXPECT_EQ(input.id, "m1");
  EXPECT_EQ(input.contact, "c42");
  EXPECT_EQ(input.event, "Order Completed");
  EXPECT_EQ(input.at_ms, kArrival + 250);
  EXPECT_EQ(input.received_ms, kArrival);
  EXPECT_FALSE(input.historical);
  EXPECT_EQ(property(input, "total").tag, Tag::kInt);
  EXPECT_EQ(property(input, "total").i, 80);
  EXPECT_EQ(property(input, "rate").d, 1.5);
  EXPECT_TRUE(property(input, "gift").is_true());
  EXPECT_TRUE(property(input, "note").missing());
  EXPECT_EQ(element_count(Value::of_record(input.properties)), 4) << "null is left out";
  const Value second = list_at(property(input, "items"), 1);
  EXPECT_EQ(record_field(second, "sku").bytes(), "b");
  EXPECT_EQ(record_field(Value::of_record(input.traits), "plan").bytes(), "paid");
}

TEST(EventJson, ReadsAnIdentifyAndKeepsNullInItsTraits) {
  const Input input = read(R"({"type":"identify","userId":7,"traits":{"email":"a@x.example","phone":null}})");
  EXPECT_EQ(input.kind, InputKind::kIdentify);
  EXPECT_EQ(input.contact, "7");
  EXPECT_EQ(input.at_ms, kArrival);
  EXPECT_EQ(element_count(Value::of_record(input.traits)), 2);
}

TEST(EventJson, PagesAndScreensAreEvents) {
  const Input page = read(R"({"type":"page","userId":"u","name":"Home","properties":{"path":"/"}})");
  EXPECT_EQ(page.event, "page");
  EXPECT_EQ(property(page, "name").bytes(), "Home");
  EXPECT_EQ(property(page, "path").bytes(), "/");
  const Input screen = read(R"({"type":"screen","anonymousId":"u","name":"Home"})");
  EXPECT_EQ(screen.event, "screen");
  EXPECT_EQ(property(screen, "name").bytes(), "Home");
  const Input own = read(R"({"type":"page","userId":"u","name":"Home","properties":{"name":"Own"}})");
  EXPECT_EQ(property(own, "name").bytes(), "Own");
}

TEST(EventJson, TheIdWithoutMessageIdIsThatOfTheBytes) {
  const Input a = read(R"({"type":"track","userId":"u","event":"e"})");
  const Input b = read(R"({ "type":"track", "userId":"u", "event":"e" })");
  const Input c = read(R"({"type":"track","userId":"u","event":"f"})");
  EXPECT_EQ(a.id.size(), 33U);
  EXPECT_EQ(a.id, b.id);
  EXPECT_NE(a.id, c.id);
}

TEST(EventJson, TimesFallBack) {
  const auto at = [](std::string_view fields) {
    return read(R"({"type":"track","userId":"u","event":"e")" + std::string(fields) + "}").at_ms;
  };
  EXPECT_EQ(at(R"(,"timestamp":null,"originalTimestamp":"2026-03-02T09:00:01Z","sentAt":"2026")"),
            kArrival + 1000);
  EXPECT_EQ(at(R"(,"sentAt":"2026-03-02T09:00:02Z")"), kArrival + 2000);
  EXPECT_EQ(at(""), kArrival);
}

TEST(EventJson, TheLastOfTwoEqualKeysCounts) {
  const Input input =
      read(R"({"type":"track","userId":"a","userId":"b","event":"e","properties":{"x":1,"x":2}})");
  EXPECT_EQ(input.contact, "b");
  EXPECT_EQ(property(input, "x").i, 2);
  EXPECT_EQ(element_count(Value::of_record(input.properties)), 1);
  std::string many = R"({"type":"track","userId":"u","event":"e","properties":{)";
  for (int i = 0; i < 40; ++i) many += "\"k" + std::to_string(i % 20) + "\":" + std::to_string(i) + ",";
  many += "\"z\":0}}";
  const Input wide = read(many);
  EXPECT_EQ(element_count(Value::of_record(wide.properties)), 21);
  EXPECT_EQ(property(wide, "k3").i, 23);
}

TEST(EventJson, NumbersAndTexts) {
  const Input input = read(
      R"({"type":"track","userId":"u","event":"e","properties":{"big":9007199254740993,
          "huge":18446744073709551615,
          "zero":-0.0,"smile":"\ud83d\ude00","accent":"é","nul":"a\u0000b"}})");
  EXPECT_EQ(property(input, "big").i, 9007199254740993);
  EXPECT_EQ(property(input, "huge").tag, Tag::kNumber);
  EXPECT_EQ(property(input, "smile").bytes(), "\xF0\x9F\x98\x80");
  EXPECT_EQ(property(input, "accent").bytes(), "\xC3\xA9");
  EXPECT_EQ(property(input, "nul").bytes(), std::string_view("a\0b", 3));
}

TEST(EventJson, ImportsSaySo) {
  EXPECT_TRUE(read(R"({"type":"track","userId":"u","event":"e","historical":true})").historical);
  EXPECT_TRUE(read(R"({"type":"track","userId":"u","event":"e","context":{"historical":true}})").historical);
}

TEST(EventJson, RefusalsNameTheField) {
  const struct {
    const char* json;
    const char* says;
  } cases[] = {
      {"", "not valid JSON: there is nothing"},
      {"[]", "an event is a JSON object, not an array"},
      {"3", "an event is a JSON object, not a number"},
      {R"({"type":"track","userId":"u","event":"e")", "not valid JSON at byte 40"},
      {R"({"type":"track",,})", "not valid JSON at byte 16"},
      {"{\"type\":\"tr\xFF\"}", "not valid JSON at byte 11: the bytes are not UTF-8"},
      {R"({"a":"\ud800"})", "not valid JSON at byte"},
      {R"({"a":1e999})", "a number is malformed or too large"},
      {R"({"a":184467440737095516160})", "a number is malformed or too large"},
      {R"({"userId":"u","event":"e"})", "type: is missing"},
      {R"({"type":7,"userId":"u"})", "type: must be text, not a number"},
      {R"({"type":"group","userId":"u"})", "type: \"group\" is not supported yet"},
      {R"({"type":"alias","userId":"u"})", "type: \"alias\" is not supported yet"},
      {R"({"type":"trakc","userId":"u"})", "type: \"trakc\" is not known"},
      {R"({"type":"track","event":"e"})", "userId: is missing, and so is anonymousId"},
      {R"({"type":"track","userId":"","event":"e"})", "userId: is missing"},
      {R"({"type":"track","userId":1.5,"event":"e"})", "userId: must be text or a whole number"},
      {R"({"type":"track","userId":"a\u0000b","event":"e"})", "userId: must not contain a NUL"},
      {R"({"type":"track","userId":"u"})", "event: is missing"},
      {R"({"type":"track","userId":"u","event":["e"]})", "event: must be text, not an array"},
      {R"({"type":"track","userId":"u","event":"e","timestamp":"yesterday"})",
       "timestamp: \"yesterday\" is no time"},
      {R"({"type":"track","userId":"u","event":"e","timestamp":1700000000})",
       "timestamp: must be a time as text"},
      {R"({"type":"track","userId":"u","event":"e","properties":[1]})",
       "properties: must be an object, not an array"},
      {R"({"type":"track","userId":"u","event":"e","context":"x"})", "context: must be an object, not text"},
      {R"({"type":"track","userId":"u","event":"e","context":{"traits":3}})",
       "context.traits: must be an object"},
      {R"({"type":"identify","userId":"u","traits":true})", "traits: must be an object, not true or false"},
      {R"({"type":"track","userId":"u","event":"e","historical":1})", "historical: must be true or false"},
  };
  for (const auto& c : cases) EXPECT_THAT(refusal(c.json), HasSubstr(c.says)) << c.json;
  const std::string long_id(256, 'x');
  EXPECT_THAT(refusal(R"({"type":"track","event":"e","userId":")" + long_id + "\"}"),
              HasSubstr("userId: has 256 bytes"));
  EXPECT_THAT(refusal(R"({"type":"track","userId":"u","event":")" + long_id + "\"}"),
              HasSubstr("event: has 256 bytes"));
  EXPECT_THAT(refusal(R"({"type":"track","userId":"u","event":"e","properties":{")" + long_id + "\":1}}"),
              HasSubstr("properties: the name"));
}

TEST(EventJson, LimitsHold) {
  EventJsonLimits limits;
  limits.max_event_bytes = 200;
  limits.max_depth = 4;
  limits.max_batch_events = 2;
  EventJsonReader reader(limits);
  const Result<Input> large = reader.read_event(std::string(201, ' '), kArrival);
  ASSERT_FALSE(large.ok());
  EXPECT_THAT(large.error().message, HasSubstr("201 bytes; at most 200"));
  const auto nested = [&](const std::string& value) {
    return reader.read_event(R"({"type":"track","userId":"u","event":"e","properties":{"x":)" + value + "}}",
                             kArrival);
  };
  EXPECT_TRUE(nested("[[1]]").ok());
  const Result<Input> deep = nested("[[[1]]]");
  ASSERT_FALSE(deep.ok());
  EXPECT_THAT(deep.error().message, HasSubstr("nested more than 4 deep"));
  const std::string e = R"({"type":"track","userId":"u","event":"e"})";
  EXPECT_TRUE(reader.read_body("{\"batch\":[" + e + "," + e + "]}", kArrival, EventEndpoint::kBatch).ok());
  const auto many =
      reader.read_body("{\"batch\":[" + e + "," + e + "," + e + "]}", kArrival, EventEndpoint::kBatch);
  ASSERT_FALSE(many.ok());
  EXPECT_THAT(many.error().message, HasSubstr("more than 2 events"));
  // Two megabytes of nested brackets are refused at once.
  EventJsonReader roomy(EventJsonLimits{.max_event_bytes = 4 << 20});
  EXPECT_FALSE(roomy.read_event(std::string(2 << 20, '['), kArrival).ok());
  EXPECT_FALSE(roomy.read_event(std::string(2 << 20, '{'), kArrival).ok());
}

TEST(EventJson, ABodyIsAllOrNothing) {
  EventJsonReader reader;
  const std::string good = R"({"type":"track","userId":"u","event":"e"})";
  const auto both =
      reader.read_body("{\"batch\":[" + good + "," + good + "]}", kArrival, EventEndpoint::kAny);
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->size(), 2U);
  EXPECT_EQ((*both)[0].id, (*both)[1].id) << "sent twice is sent once";
  const auto bad = reader.read_body("{\"batch\":[" + good + R"(,{"type":"track","event":"e"}]})", kArrival,
                                    EventEndpoint::kBatch);
  ASSERT_FALSE(bad.ok());
  EXPECT_THAT(bad.error().message, HasSubstr("batch[1].userId: is missing"));
  const auto single = reader.read_body(R"({"userId":"u","event":"e"})", kArrival, EventEndpoint::kTrack);
  ASSERT_TRUE(single.ok());
  EXPECT_EQ(single->size(), 1U);
  EXPECT_THAT(refusal(good, EventEndpoint::kIdentify), HasSubstr("this address takes \"identify\""));
  for (const char* body : {"{}", R"({"batch":3})", R"({"batch":[3]})"}) {
    EXPECT_FALSE(reader.read_body(body, kArrival, EventEndpoint::kBatch).ok()) << body;
  }
  EXPECT_TRUE(reader.read_body(R"({"batch":[]})", kArrival, EventEndpoint::kBatch).ok());
}

// The folder of data for tests, if it is there.
std::optional<std::filesystem::path> data_folder(const std::string& below) {
  const char* given = std::getenv("WEND_DATA_DIR");
  const std::filesystem::path root = given != nullptr
                                         ? std::filesystem::path(given)
                                         : std::filesystem::path(WEND_SOURCE_DIR) / ".." / "shared" / "data";
  const std::filesystem::path folder = root / below;
  if (!std::filesystem::exists(folder)) return std::nullopt;
  return folder;
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(EventJson, PassesTheJsonTestSuite) {
  const auto folder = data_folder("json/test_parsing");
  if (!folder.has_value()) GTEST_SKIP() << "no JSONTestSuite here";
  EventJsonReader reader;
  size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string name = entry.path().filename().string();
    const std::string json = file_text(entry.path());
    const Result<Input> whole = reader.read_event(json, kArrival);
    const Result<Input> inside = reader.read_event(
        R"({"type":"track","userId":"u","event":"e","properties":{"x":)" + json + "}}", kArrival);
    ++seen;
    if (name[0] == 'y') {
      // As the whole event it has no type and is often no object, but it is JSON.
      const std::string said = whole.ok() ? std::string() : whole.error().message;
      EXPECT_THAT(said, Not(HasSubstr("not valid JSON"))) << name;
      EXPECT_TRUE(inside.ok()) << name << ": " << inside.error().message;
    } else if (name[0] == 'n') {
      ASSERT_FALSE(whole.ok()) << name;
      EXPECT_TRUE(whole.error().message.find("not valid JSON") != std::string::npos ||
                  whole.error().message.find("nested") != std::string::npos)
          << name << ": " << whole.error().message;
      EXPECT_FALSE(inside.ok()) << name;
    }
  }
  EXPECT_GT(seen, 300U);
}

TEST(EventJson, ReadsWhatSegmentDocuments) {
  const auto folder = data_folder("segment");
  if (!folder.has_value()) GTEST_SKIP() << "no documented payloads here";
  std::ifstream file(*folder / "segment_documented_payloads.jsonl");
  EventJsonReader reader;
  const std::map<std::string, EventEndpoint> endpoints = {{"track", EventEndpoint::kTrack},
                                                          {"identify", EventEndpoint::kIdentify},
                                                          {"page", EventEndpoint::kPage},
                                                          {"screen", EventEndpoint::kScreen},
                                                          {"batch", EventEndpoint::kBatch}};
  std::map<std::string, int> accepted, refused;  // by type
  for (std::string line; std::getline(file, line);) {
    nlohmann::json payload = nlohmann::json::parse(line);
    if (!payload["valid_json"].get<bool>()) {
      const std::string raw = payload["raw"].get<std::string>();
      EXPECT_FALSE(reader.read_body(raw, kArrival, EventEndpoint::kAny).ok()) << raw;
      continue;
    }
    const std::string address = payload["endpoint"].is_string() ? payload["endpoint"].get<std::string>() : "";
    const std::string name = address.substr(address.rfind('/') + 1);
    const auto endpoint = endpoints.find(name);
    // Many pages show an event without the fields that all have in common.
    nlohmann::json& body = payload["body"];
    if (!body.contains("userId") && !body.contains("anonymousId")) body["userId"] = "u";
    const auto inputs = reader.read_body(
        body.dump(), kArrival, endpoint == endpoints.end() ? EventEndpoint::kAny : endpoint->second);
    const std::string type = endpoint != endpoints.end() ? name : body.value("type", name);
    ++(inputs.ok() ? accepted : refused)[type];
    if (inputs.ok()) continue;
    if (type == "batch") {  // as documented, one of its times has a month of one digit
      EXPECT_THAT(inputs.error().message,
                  HasSubstr("batch[2].timestamp: \"2015-2-02T00:30:08.276Z\" is no time"));
      continue;
    }
    EXPECT_TRUE(type == "group" || type == "alias" || type.empty()) << inputs.error().message << "\n"
                                                                    << body.dump();
  }
  EXPECT_EQ(accepted["identify"], 4);
  EXPECT_EQ(accepted["page"], 3);
  EXPECT_EQ(accepted["screen"], 3);
  EXPECT_EQ(accepted["track"], 53);
  EXPECT_EQ(refused["batch"], 1);
  EXPECT_EQ(refused["group"] + refused["alias"], 6);
}

TEST(EventJson, RandomDamageIsNeverAccident) {
  const std::string good = R"({"type":"track","userId":"u","event":"e","sentAt":"2026-03-02T10:00Z",)"
                           R"("properties":{"a":[1,{"b":2}]}})";
  ASSERT_EQ(read(good).at_ms, kArrival + kMillisPerHour);
  EventJsonReader reader;
  uint64_t state = 9;
  for (int i = 0; i < 20000; ++i) {
    std::string bad = good;
    for (int k = 0; k < 3; ++k) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      bad[(state >> 33) % bad.size()] = static_cast<char>(state >> 20);
    }
    if (i % 3 == 0) bad.resize((state >> 40) % bad.size());
    const Result<Input> input = reader.read_event(bad, kArrival);
    if (!input.ok()) {
      EXPECT_FALSE(input.error().message.empty());
      continue;
    }
    std::string text;
    RecordCursor cursor(Value::of_record(input->properties));
    std::string_view key;
    for (Value value; cursor.next(key, value);) encode_value(text, value);
  }
}

}  // namespace
}  // namespace wend

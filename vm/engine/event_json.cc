#include "vm/engine/event_json.h"

#include <simdjson.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>
#include <utility>

#include "vm/base/bytes.h"
#include "vm/base/hash.h"
#include "vm/core/time_zone.h"
#include "vm/core/value.h"

namespace wend {
namespace {

namespace dom = simdjson::dom;

Error refuse(std::string message) { return Error{ErrorKind::kInvalidInput, std::move(message)}; }

std::string_view kind_name(dom::element_type type) {
  switch (type) {
    case dom::element_type::ARRAY:
      return "an array";
    case dom::element_type::OBJECT:
      return "an object";
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
      return "a number";
    case dom::element_type::STRING:
      return "text";
    case dom::element_type::BOOL:
      return "true or false";
    case dom::element_type::NULL_VALUE:
      return "null";
  }
  return "something else";
}

// Only used after a text was refused: the byte at which a slower parser gives up. Bytes are counted from 0.
class ErrorFinder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) override {
    place_ = position > 0 ? position - 1 : 0;
    return false;
  }
  std::optional<size_t> place() const { return place_; }

 private:
  std::optional<size_t> place_;
};

Error syntax_error(std::string_view json, simdjson::error_code code, const EventJsonLimits& limits) {
  if (code == simdjson::DEPTH_ERROR) {
    return refuse("the JSON is nested more than " + std::to_string(limits.max_depth) + " deep");
  }
  if (code == simdjson::CAPACITY || code == simdjson::MEMALLOC) return refuse("the JSON is too large");
  ErrorFinder finder;
  nlohmann::json::sax_parse(json.begin(), json.end(), &finder);
  std::string where;
  if (finder.place().has_value()) {
    where = " at byte " + std::to_string(std::min(*finder.place(), json.size()));
  }
  switch (code) {
    case simdjson::EMPTY:
      return refuse("not valid JSON: there is nothing");
    case simdjson::UTF8_ERROR:
      return refuse("not valid JSON" + where + ": the bytes are not UTF-8");
    case simdjson::NUMBER_ERROR:
      return refuse("not valid JSON" + where + ": a number is malformed or too large");
    case simdjson::STRING_ERROR:
    case simdjson::UNCLOSED_STRING:
    case simdjson::UNESCAPED_CHARS:
      return refuse("not valid JSON" + where + ": a text is malformed or has no end");
    default:
      return refuse("not valid JSON" + where);
  }
}

// Turns JSON into the stored form of values.
class Encoder {
 public:
  explicit Encoder(const EventJsonLimits& limits) : limits_(limits) {}

  // The fields of a record, as Value::of_record takes them. `keep_null`: null means "clear", as for
  // attributes.
  Result<std::string> record(const dom::object& object, std::string_view path, bool keep_null) {
    std::vector<std::pair<std::string_view, dom::element>> fields;
    fields.reserve(object.size());
    std::unordered_map<std::string_view, size_t> places;
    const bool many = object.size() > kFewFields;
    for (const dom::key_value_pair field : object) {
      if (field.key.size() > limits_.max_name_bytes) {
        return refuse(std::string(path) + ": the name \"" + std::string(field.key.substr(0, 40)) +
                      "..\" has more than " + std::to_string(limits_.max_name_bytes) + " bytes");
      }
      size_t place = fields.size();
      if (many) {
        place = places.try_emplace(field.key, place).first->second;
      } else {
        for (size_t i = 0; i < fields.size(); ++i) {
          if (fields[i].first == field.key) place = i;
        }
      }
      if (place == fields.size()) {
        fields.emplace_back(field.key, field.value);
      } else {
        fields[place].second = field.value;  // a key that stands twice: the last one counts
      }
    }
    std::string out;
    std::string encoded;
    uint64_t count = 0;
    for (const auto& [key, value] : fields) {
      if (value.is_null() && !keep_null) continue;
      put_bytes(encoded, key);
      WEND_RETURN_IF_ERROR(value_of(value, path, encoded));
      ++count;
    }
    put_varint(out, count);
    out += encoded;
    return out;
  }

 private:
  static constexpr size_t kFewFields = 16;

  Status value_of(const dom::element& element, std::string_view path, std::string& out) {
    switch (element.type()) {
      case dom::element_type::ARRAY: {
        const dom::array array = element.get_array().value_unsafe();
        std::string elements;
        uint64_t count = 0;
        for (const dom::element item : array) {
          WEND_RETURN_IF_ERROR(value_of(item, path, elements));
          ++count;
        }
        std::string list;
        put_varint(list, count);
        list += elements;
        encode_value(out, Value::of_list(list));
        return {};
      }
      case dom::element_type::OBJECT: {
        WEND_ASSIGN_OR_RETURN(const std::string fields,
                              record(element.get_object().value_unsafe(), path, false));
        encode_value(out, Value::of_record(fields));
        return {};
      }
      case dom::element_type::INT64:
        encode_value(out, Value::of_int(element.get_int64().value_unsafe()));
        return {};
      case dom::element_type::UINT64:
        encode_value(out, Value::of_number(static_cast<double>(element.get_uint64().value_unsafe())));
        return {};
      case dom::element_type::DOUBLE:
        encode_value(out, Value::of_number(element.get_double().value_unsafe()));
        return {};
      case dom::element_type::STRING:
        encode_value(out, Value::of_string(element.get_string().value_unsafe()));
        return {};
      case dom::element_type::BOOL:
        encode_value(out, Value::of_bool(element.get_bool().value_unsafe()));
        return {};
      case dom::element_type::NULL_VALUE:
        encode_value(out, Value());
        return {};
    }
    return {};
  }

  const EventJsonLimits& limits_;
};

// The last field of the name; nullopt where there is none or it is null.
std::optional<dom::element> field(const dom::object& object, std::string_view name) {
  std::optional<dom::element> found;
  for (const dom::key_value_pair pair : object) {
    if (pair.key == name) found = pair.value;
  }
  if (found.has_value() && found->is_null()) return std::nullopt;
  return found;
}

// One event of the Segment spec.
class EventReader {
 public:
  EventReader(const dom::object& object, const EventJsonLimits& limits, std::string place)
      : object_(object), limits_(limits), encoder_(limits), place_(std::move(place)) {}

  Result<Input> read(Millis received_ms, EventEndpoint endpoint);

 private:
  Error wrong(std::string_view field_name, const std::string& what) const {
    return refuse(place_ + std::string(field_name) + ": " + what);
  }
  Result<std::string> type(EventEndpoint endpoint) const;
  Result<std::string> id(std::string_view name) const;
  Result<std::string> text(std::string_view name) const;
  Result<std::string> name_of_event(std::string_view name) const;
  Result<std::optional<Millis>> instant(std::string_view name) const;
  Result<std::optional<dom::object>> object_field(const dom::object& of, std::string_view name,
                                                  std::string_view path) const;
  Status read_contact(Input& input) const;
  Status read_time(Input& input, Millis received_ms) const;
  Status read_context(Input& input);
  Status read_page(Input& input, const std::string& type);

  const dom::object& object_;
  const EventJsonLimits& limits_;
  Encoder encoder_;
  const std::string place_;  // "batch[3]." or empty
};

Result<std::string> EventReader::text(std::string_view name) const {
  const std::optional<dom::element> element = field(object_, name);
  if (!element.has_value()) return std::string();
  if (!element->is_string())
    return wrong(name, "must be text, not " + std::string(kind_name(element->type())));
  return std::string(element->get_string().value_unsafe());
}

// An id is text, or a whole number, which is taken as its digits.
Result<std::string> EventReader::id(std::string_view name) const {
  const std::optional<dom::element> element = field(object_, name);
  if (!element.has_value()) return std::string();
  std::string id;
  if (element->is_string()) {
    id = std::string(element->get_string().value_unsafe());
  } else if (element->is_int64()) {
    id = std::to_string(element->get_int64().value_unsafe());
  } else if (element->is_uint64()) {
    id = std::to_string(element->get_uint64().value_unsafe());
  } else {
    return wrong(name, "must be text or a whole number, not " + std::string(kind_name(element->type())));
  }
  if (id.size() > limits_.max_id_bytes) {
    return wrong(name, "has " + std::to_string(id.size()) + " bytes; at most " +
                           std::to_string(limits_.max_id_bytes) + " are allowed");
  }
  if (id.find('\0') != std::string::npos) return wrong(name, "must not contain a NUL character");
  return id;
}

Result<std::string> EventReader::type(EventEndpoint endpoint) const {
  static constexpr std::string_view kNames[] = {"", "track", "identify", "page", "screen", ""};
  const std::string_view expected = kNames[static_cast<size_t>(endpoint)];
  WEND_ASSIGN_OR_RETURN(std::string given, text("type"));
  if (given.empty()) {
    if (expected.empty()) return wrong("type", "is missing; it is \"track\" or \"identify\"");
    return std::string(expected);
  }
  if (given == "group" || given == "alias") return wrong("type", "\"" + given + "\" is not supported yet");
  if (given != "track" && given != "identify" && given != "page" && given != "screen") {
    return wrong("type", "\"" + given.substr(0, 40) + "\" is not known; it is \"track\" or \"identify\"");
  }
  if (!expected.empty() && given != expected) {
    return wrong("type", "is \"" + given + "\", but this address takes \"" + std::string(expected) + "\"");
  }
  return given;
}

Result<std::optional<Millis>> EventReader::instant(std::string_view name) const {
  const std::optional<dom::element> element = field(object_, name);
  if (!element.has_value()) return std::optional<Millis>();
  if (!element->is_string()) {
    return wrong(name, "must be a time as text like \"2026-03-02T10:00:00Z\", not " +
                           std::string(kind_name(element->type())));
  }
  const std::string_view given = element->get_string().value_unsafe();
  const std::optional<Millis> at = parse_rfc3339(given);
  if (!at.has_value()) {
    return wrong(name,
                 "\"" + std::string(given.substr(0, 40)) + "\" is no time like \"2026-03-02T10:00:00Z\"");
  }
  return std::optional<Millis>(*at);
}

Result<std::optional<dom::object>> EventReader::object_field(const dom::object& of, std::string_view name,
                                                             std::string_view path) const {
  const std::optional<dom::element> element = field(of, name);
  if (!element.has_value()) return std::optional<dom::object>();
  if (!element->is_object()) {
    return wrong(path, "must be an object, not " + std::string(kind_name(element->type())));
  }
  return std::optional<dom::object>(element->get_object().value_unsafe());
}

Status EventReader::read_contact(Input& input) const {
  WEND_ASSIGN_OR_RETURN(input.contact, id("userId"));
  if (!input.contact.empty()) return {};
  WEND_ASSIGN_OR_RETURN(input.contact, id("anonymousId"));
  if (input.contact.empty()) return wrong("userId", "is missing, and so is anonymousId: whose event is it?");
  return {};
}

Status EventReader::read_time(Input& input, Millis received_ms) const {
  input.at_ms = received_ms;
  for (const std::string_view name : {"timestamp", "originalTimestamp", "sentAt"}) {
    WEND_ASSIGN_OR_RETURN(const std::optional<Millis> at, instant(name));
    if (!at.has_value()) continue;
    input.at_ms = *at;
    break;
  }
  return {};
}

Status EventReader::read_context(Input& input) {
  const std::optional<dom::element> historical = field(object_, "historical");
  if (historical.has_value()) {
    if (!historical->is_bool()) return wrong("historical", "must be true or false");
    input.historical = historical->get_bool().value_unsafe();
  }
  WEND_ASSIGN_OR_RETURN(const std::optional<dom::object> context,
                        object_field(object_, "context", "context"));
  if (!context.has_value()) return {};
  const std::optional<dom::element> imported = field(*context, "historical");
  if (imported.has_value() && imported->is_bool() && imported->get_bool().value_unsafe())
    input.historical = true;
  WEND_ASSIGN_OR_RETURN(const std::optional<dom::object> traits,
                        object_field(*context, "traits", "context.traits"));
  if (traits.has_value() && input.traits.empty()) {
    WEND_ASSIGN_OR_RETURN(input.traits, encoder_.record(*traits, place_ + "context.traits", true));
  }
  return {};
}

Result<std::string> EventReader::name_of_event(std::string_view name) const {
  WEND_ASSIGN_OR_RETURN(std::string event, text(name));
  if (event.empty()) return wrong(name, "is missing: a track needs the event's name");
  if (event.size() > limits_.max_name_bytes) {
    return wrong(name, "has " + std::to_string(event.size()) + " bytes; at most " +
                           std::to_string(limits_.max_name_bytes) + " are allowed");
  }
  return event;
}

// A page or screen is the event of that name; where the page has a name, it is the property `name`.
Status EventReader::read_page(Input& input, const std::string& type) {
  input.event = type;
  WEND_ASSIGN_OR_RETURN(const std::string name, text("name"));
  if (name.empty()) return {};
  const Value given = input.properties.empty() ? Value() : Value::of_record(input.properties);
  if (!given.missing() && !record_field(given, "name").missing()) return {};
  // The count is the first number of the record; the new field goes to the end.
  ByteReader reader(input.properties);
  const uint64_t count = input.properties.empty() ? 0 : reader.varint();
  std::string record;
  put_varint(record, count + 1);
  if (!input.properties.empty()) record.append(reader.raw(reader.remaining()));
  put_bytes(record, "name");
  encode_value(record, Value::of_string(name));
  input.properties = std::move(record);
  return {};
}

Result<Input> EventReader::read(Millis received_ms, EventEndpoint endpoint) {
  Input input;
  input.received_ms = received_ms;
  WEND_ASSIGN_OR_RETURN(const std::string kind, type(endpoint));
  input.kind = kind == "identify" ? InputKind::kIdentify : InputKind::kTrack;
  WEND_RETURN_IF_ERROR(read_contact(input));
  WEND_RETURN_IF_ERROR(read_time(input, received_ms));
  if (input.kind == InputKind::kIdentify) {
    WEND_ASSIGN_OR_RETURN(const std::optional<dom::object> traits, object_field(object_, "traits", "traits"));
    if (traits.has_value()) {
      WEND_ASSIGN_OR_RETURN(input.traits, encoder_.record(*traits, place_ + "traits", true));
    }
  } else {
    WEND_ASSIGN_OR_RETURN(const std::optional<dom::object> properties,
                          object_field(object_, "properties", "properties"));
    if (properties.has_value()) {
      WEND_ASSIGN_OR_RETURN(input.properties, encoder_.record(*properties, place_ + "properties", false));
    }
    if (kind == "track") {
      WEND_ASSIGN_OR_RETURN(input.event, name_of_event("event"));
    } else {
      WEND_RETURN_IF_ERROR(read_page(input, kind));
    }
  }
  WEND_RETURN_IF_ERROR(read_context(input));
  WEND_ASSIGN_OR_RETURN(input.id, id("messageId"));
  if (input.id.empty()) {
    const std::string bytes = simdjson::minify(object_);
    input.id = "#" + to_hex(hash64(bytes)) + to_hex(hash64(bytes, 1));
  }
  return input;
}

}  // namespace

struct EventJsonReader::Parser {
  explicit Parser(size_t max_depth) : allocated(parser.allocate(kFirstCapacity, max_depth + 1)) {}

  // Parses into `root`, which lives until the next call.
  simdjson::error_code parse(std::string_view json, dom::element& root) {
    if (allocated != simdjson::SUCCESS) return allocated;
    return parser.parse(json.data(), json.size()).get(root);
  }

  static constexpr size_t kFirstCapacity = 4096;
  dom::parser parser;
  const simdjson::error_code allocated;
};

EventJsonReader::EventJsonReader(EventJsonLimits limits)
    : parser_(std::make_unique<Parser>(limits.max_depth)), limits_(limits) {}
EventJsonReader::~EventJsonReader() = default;

Result<Input> EventJsonReader::read_event(std::string_view json, Millis received_ms, EventEndpoint endpoint) {
  if (json.size() > limits_.max_event_bytes) {
    return refuse("the event has " + std::to_string(json.size()) + " bytes; at most " +
                  std::to_string(limits_.max_event_bytes) + " are allowed");
  }
  dom::element root;
  const simdjson::error_code code = parser_->parse(json, root);
  if (code != simdjson::SUCCESS) return syntax_error(json, code, limits_);
  if (!root.is_object())
    return refuse("an event is a JSON object, not " + std::string(kind_name(root.type())));
  const dom::object object = root.get_object().value_unsafe();
  return EventReader(object, limits_, {}).read(received_ms, endpoint);
}

Result<std::vector<Input>> EventJsonReader::read_body(std::string_view json, Millis received_ms,
                                                      EventEndpoint endpoint) {
  if (json.size() > limits_.max_body_bytes) {
    return refuse("the body has " + std::to_string(json.size()) + " bytes; at most " +
                  std::to_string(limits_.max_body_bytes) + " are allowed");
  }
  dom::element root;
  const simdjson::error_code code = parser_->parse(json, root);
  if (code != simdjson::SUCCESS) return syntax_error(json, code, limits_);
  if (!root.is_object())
    return refuse("the body is a JSON object, not " + std::string(kind_name(root.type())));
  const dom::object object = root.get_object().value_unsafe();
  std::vector<Input> inputs;
  const std::optional<dom::element> batch = field(object, "batch");
  if (endpoint != EventEndpoint::kBatch && !(endpoint == EventEndpoint::kAny && batch.has_value())) {
    if (json.size() > limits_.max_event_bytes) {
      return refuse("the event has " + std::to_string(json.size()) + " bytes; at most " +
                    std::to_string(limits_.max_event_bytes) + " are allowed");
    }
    WEND_ASSIGN_OR_RETURN(Input input, EventReader(object, limits_, {}).read(received_ms, endpoint));
    inputs.push_back(std::move(input));
    return inputs;
  }
  if (!batch.has_value()) return refuse("batch: is missing");
  if (!batch->is_array())
    return refuse("batch: must be an array, not " + std::string(kind_name(batch->type())));
  const dom::array events = batch->get_array().value_unsafe();
  size_t index = 0;
  for (const dom::element element : events) {
    const std::string place = "batch[" + std::to_string(index++) + "]";
    if (index > limits_.max_batch_events) {
      return refuse("batch: holds more than " + std::to_string(limits_.max_batch_events) + " events");
    }
    if (!element.is_object()) {
      return refuse(place + ": must be an object, not " + std::string(kind_name(element.type())));
    }
    const dom::object event = element.get_object().value_unsafe();
    WEND_ASSIGN_OR_RETURN(Input input,
                          EventReader(event, limits_, place + ".").read(received_ms, EventEndpoint::kAny));
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace wend

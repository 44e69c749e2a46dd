// wend.json: what is read, what is refused and in which words.

#include "vm/server/config.h"

#include <gmock/gmock.h>

namespace wend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

std::optional<std::string> test_environment(const std::string& name) {
  if (name == "KEY") return "from-the-environment";
  if (name == "EMPTY") return "";
  if (name == "LINES") return "two\nlines";
  return std::nullopt;
}

Result<ServerConfig> read(const std::string& text) {
  return parse_config(text, "wend.json", test_environment);
}

std::string failure(const std::string& text) {
  const Result<ServerConfig> config = read(text);
  if (config.ok()) return "accepted";
  EXPECT_EQ(config.error().kind, ErrorKind::kInvalidInput);
  return config.error().message;
}

TEST(Config, AnEmptyObjectGivesTheDefaults) {
  const auto config = read("{}");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->listen, "127.0.0.1:8080");
  EXPECT_TRUE(config->write_keys.empty());
  EXPECT_EQ(config->durability, "sync");
  EXPECT_EQ(config->dedupe_memory_ms, 7 * kMillisPerDay);
  EXPECT_TRUE(config->connectors.empty());
}

TEST(Config, ReadsEveryKey) {
  const auto config = read(R"({
    // A comment.
    "$schema": "wend.schema.json",
    "listen": "[::1]:0", "write_keys": ["${KEY}", "b"], "durability": "none", "workers": 3,
    "queue_capacity": 5, "dedupe_memory": "1h30m", "trace": false,
    "limits": {"max_body_bytes": 2048, "max_event_bytes": 1024, "max_batch_events": 7, "max_connections": 8,
               "max_header_bytes": 4096, "read_timeout": "250ms"},
    /* Another. */
    "connectors": {
      "sms": {"type": "webhook", "url": "https://u:p@x.example/a?b", "secret": "s-${KEY}", "timeout": "3s",
              "max_attempts": 4, "backoff_first": "10ms", "backoff_max": "1m", "allow_private": true,
              "headers": {"X-A": "b${EMPTY}", "Authorization": "Bearer ${KEY}"}},
      "*": {"type": "file", "path": "out.ndjson"}
    }})");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->listen, "[::1]:0");
  EXPECT_THAT(config->write_keys, ElementsAre("from-the-environment", "b"));
  EXPECT_EQ(config->durability, "none");
  EXPECT_EQ(config->workers, 3);
  EXPECT_EQ(config->queue_capacity, 5);
  EXPECT_EQ(config->dedupe_memory_ms, 90 * kMillisPerMinute);
  EXPECT_FALSE(config->trace);
  EXPECT_EQ(config->limits.max_body_bytes, 2048);
  EXPECT_EQ(config->limits.max_event_bytes, 1024);
  EXPECT_EQ(config->limits.max_batch_events, 7);
  EXPECT_EQ(config->limits.max_connections, 8);
  EXPECT_EQ(config->limits.max_header_bytes, 4096);
  EXPECT_EQ(config->limits.read_timeout_ms, 250);
  const ConnectorConfig& sms = config->connectors.at("sms");
  EXPECT_EQ(sms.kind, ConnectorKind::kWebhook);
  EXPECT_EQ(sms.url, "https://u:p@x.example/a?b");
  EXPECT_EQ(sms.secret, "s-from-the-environment");
  EXPECT_EQ(sms.timeout_ms, 3000);
  EXPECT_EQ(sms.max_attempts, 4);
  EXPECT_EQ(sms.backoff_first_ms, 10);
  EXPECT_EQ(sms.backoff_max_ms, 60'000);
  EXPECT_TRUE(sms.allow_private);
  EXPECT_THAT(sms.headers,
              ElementsAre(Pair("Authorization", "Bearer from-the-environment"), Pair("X-A", "b")));
  EXPECT_EQ(config->connectors.at("*").kind, ConnectorKind::kFile);
  EXPECT_EQ(config->connectors.at("*").path, "out.ndjson");
}

struct Bad {
  const char* text;
  const char* message;  // after "wend.json"
};
class BadConfig : public testing::TestWithParam<Bad> {};

TEST_P(BadConfig, IsRefusedWithTheKeyAndTheReason) {
  EXPECT_EQ(failure(GetParam().text), std::string("wend.json") + GetParam().message);
}

const Bad kBad[] = {
    {"", ":1: this is not JSON"},
    {"{\n\"a\": 1,\n]", ":3: this is not JSON"},
    {"{\"listen\": \"\xff\"}", ":1: this is not JSON"},
    {R"({"workers": 1e999})", ": a number is too large"},
    {"[]", ": expected an object, found a list"},
    {R"({"listne": "x"})", ": /listne: no such key; did you mean `listen`?"},
    {R"({"Workers": 1})", ": /Workers: no such key; did you mean `workers`?"},
    {R"({"connector": {}})", ": /connector: no such key; did you mean `connectors`?"},
    {R"({"limits": {"max_body_byte": 1}})",
     ": /limits/max_body_byte: no such key; did you mean `max_body_bytes`?"},
    {R"({"limits": {"q": 1}})",
     ": /limits/q: no such key; there are: max_body_bytes, max_event_bytes, max_batch_events, "
     "max_connections, "
     "max_header_bytes, read_timeout"},
    {R"({"limits": []})", ": /limits: expected an object, found a list"},
    {R"({"trace": 1})", ": /trace: expected true or false, found a number"},
    {R"({"workers": "1"})", ": /workers: expected a whole number, found a string"},
    {R"({"workers": 1.5})", ": /workers: expected a whole number, found a number"},
    {R"({"workers": 0})", ": /workers: must be from 1 to 64"},
    {R"({"workers": 18446744073709551615})", ": /workers: must be from 1 to 64"},
    {R"({"dedupe_memory": 7})", ": /dedupe_memory: expected a duration such as \"10s\", found a number"},
    {R"({"dedupe_memory": "soon"})",
     ": /dedupe_memory: expected a duration such as \"10s\", \"5m\" or \"7d\""},
    {R"({"dedupe_memory": "99999999999999999999d"})",
     ": /dedupe_memory: expected a duration such as \"10s\", \"5m\" or \"7d\""},
    {R"({"dedupe_memory": "-1s"})", ": /dedupe_memory: must be from 0ms to 365d"},
    {R"({"limits": {"read_timeout": "2h"}})", ": /limits/read_timeout: must be from 10ms to 1h"},
    {R"({"durability": "perhaps"})", ": /durability: must be \"sync\" or \"none\""},
    {R"({"write_keys": "x"})", ": /write_keys: expected a list of strings, found a string"},
    {R"({"write_keys": ["a", null]})", ": /write_keys/1: expected a string, found null"},
    {R"({"write_keys": ["${EMPTY}"]})", ": /write_keys/0: must not be empty"},
    {R"({"write_keys": ["a:b"]})",
     ": /write_keys/0: cannot have `:`, a line end or another control character, because senders show it as "
     "a "
     "user name"},
    {R"({"listen": "${NOWHERE}"})", ": /listen: the environment variable `NOWHERE` is not set"},
    {R"({"listen": "${KEY"})", ": /listen: `${` is not closed"},
    {R"({"connectors": {"": {"type": "file"}}})",
     ": /connectors/: a channel has a name; `*` is for all others"},
    {R"({"connectors": []})", ": /connectors: expected an object, found a list"},
    {R"({"connectors": {"sms": 1}})", ": /connectors/sms: expected an object, found a number"},
    {R"({"connectors": {"sms": {}}})", ": /connectors/sms: `type` is missing: \"file\" or \"webhook\""},
    {R"({"connectors": {"sms": {"type": 1}}})", ": /connectors/sms/type: must be \"file\" or \"webhook\""},
    {R"({"connectors": {"sms": {"type": "file", "url": "http://x"}}})",
     ": /connectors/sms/url: no such key; there are: path, type"},
    {R"({"connectors": {"sms": {"type": "webhook"}}})",
     ": /connectors/sms/url: a webhook needs a URL that begins with http:// or https://"},
    {R"({"connectors": {"sms": {"type": "webhook", "url": "file:///etc/passwd"}}})",
     ": /connectors/sms/url: a webhook needs a URL that begins with http:// or https://"},
    {R"({"connectors": {"sms": {"type": "webhook", "url": "https:///path"}}})",
     ": /connectors/sms/url: a webhook needs a URL that begins with http:// or https://"},
    {R"({"connectors": {"sms": {"type": "webhook", "url": "http://x", "secret": "${EMPTY}"}}})",
     ": /connectors/sms/secret: must not be empty; leave it out to send unsigned"},
    {R"({"connectors": {"sms": {"type": "webhook", "url": "http://x", "headers": {"A": "${LINES}"}}}})",
     ": /connectors/sms/headers/A: a header cannot have a line end or another control character"},
    {R"({"connectors": {"sms": {"type": "webhook", "url": "http://x", "headers": {"A: b": "c"}}}})",
     ": /connectors/sms/headers/A: b: is no name of a header"},
    {R"({"connectors": {"sms": {"type": "webhook", "url": "http://x", "headers": {"wend-signature": "c"}}}})",
     ": /connectors/sms/headers/wend-signature: this header is set by wend itself"},
    {R"({"connectors": {"sms": {"type": "webhook", "url": "http://x", "headers": {"A": 1}}}})",
     ": /connectors/sms/headers/A: expected a string, found a number"},
};
INSTANTIATE_TEST_SUITE_P(Table, BadConfig, testing::ValuesIn(kBad));

TEST(Config, NoMessageShowsAValue) {
  for (const char* text :
       {R"({"durability": "hunter2"})", R"({"write_keys": ["hunter2:x"]})", R"({"write_keys": "hunter2"})",
        R"({"write_keys": ["hunter2" "x"]})", R"({"write_keys": ["hunter2${NOWHERE}"]})",
        R"({"connectors": {"a": {"type": "webhook", "url": "hunter2"}}})",
        R"({"connectors": {"a": {"type": "webhook", "url": "http://x", "headers": {"A": "hunter2\n"}}}})",
        R"({"connectors": {"a": {"type": "webhook", "url": "http://x", "secret": "hunter2", "secrets": 1}}})",
        R"({"connectors": {"a": {"type": "webhook", "url": "http://x", "headers": ["hunter2"]}}})"}) {
    const std::string message = failure(text);
    EXPECT_THAT(message, HasSubstr("wend.json")) << text;
    EXPECT_THAT(message, Not(HasSubstr("hunter2"))) << text;
  }
}

TEST(Config, ReadsTheProcessEnvironment) {
  ASSERT_EQ(setenv("WEND_TEST_CONFIG_KEY", "value", 1), 0);
  EXPECT_EQ(process_environment()("WEND_TEST_CONFIG_KEY"), "value");
  ASSERT_EQ(unsetenv("WEND_TEST_CONFIG_KEY"), 0);
  EXPECT_EQ(process_environment()("WEND_TEST_CONFIG_KEY"), std::nullopt);
}

TEST(Config, ListenAddresses) {
  const auto good = [](const char* text, const char* host, uint16_t port, bool loopback) {
    const auto address = parse_listen_address(text);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(address->host, host);
    EXPECT_EQ(address->port, port);
    EXPECT_EQ(address->loopback, loopback) << text;
  };
  good("127.0.0.1:8080", "127.0.0.1", 8080, true);
  good("127.9.9.9:0", "127.9.9.9", 0, true);
  good("localhost:1", "localhost", 1, true);
  good("[::1]:65535", "::1", 65535, true);
  good("0.0.0.0:80", "0.0.0.0", 80, false);
  good("[::]:80", "::", 80, false);
  good("10.0.0.1:80", "10.0.0.1", 80, false);
  for (const char* text : {"", ":", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                           "127.0.0.1:-1", "127.0.0.1:80x", "::1:80", "[]:80", "[::1]", "[::1:80",
                           "127.0.0.1.example:80", "engine.example:80", "127.1:80"}) {
    EXPECT_FALSE(parse_listen_address(text).ok()) << text;
  }
  EXPECT_EQ(parse_listen_address("x").error().message,
            "`x` is no address to listen on; write HOST:PORT, for example 127.0.0.1:8080 or [::1]:8080");
}

}  // namespace
}  // namespace wend

// The whole way of an event: bytes on a socket, an engine, a commit, an answer.

#include "vm/server/ingest_api.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/vm/server/live_engine.h"
#include "tests/unit/vm/server/loopback.h"
#include "vm/server/metrics_api.h"

namespace wend {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const char kGo[] = R"({"userId":"ana","event":"go","messageId":"m1"})";

class Ingest {
 public:
  explicit Ingest(EngineOptions engine_options = {}, IngestOptions options = {}) : live_(engine_options) {
    options.queue_capacity = engine_options.queue_capacity;
    add_ingest_api(router_, live_.engine(), live_.clock(), options);
    add_observation_api(router_, {&live_.engine(), nullptr, &router_, &started_});
    auto server = HttpServer::start({}, [this](ServerRequest request, Respond respond) {
      router_.handle(std::move(request), std::move(respond));
    });
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
    started_ = server_.get();
  }
  ~Ingest() {
    live_.gate().release();
    server_->stop();
    live_.engine().stop();
  }

  RawAnswer post(const std::string& path, const std::string& body, const std::string& fields = "") {
    RawClient client(port());
    return client.ask(post_request(path, body, fields));
  }
  RawAnswer get(const std::string& path) {
    RawClient client(port());
    return client.ask(get_request(path));
  }
  uint16_t port() const { return server_->port(); }
  LiveEngine& live() { return live_; }
  const Router& router() const { return router_; }

 private:
  LiveEngine live_;
  Router router_;
  std::atomic<const HttpServer*> started_{nullptr};
  std::unique_ptr<HttpServer> server_;
};

TEST(IngestApi, StartsJourneysThatCanBeStarted) {
  Ingest ingest;
  const std::string path = "/v1/journeys/asked/start";
  EXPECT_EQ(ingest.post(path, R"({"userId":"ana","messageId":"s1","properties":{"by":"support"}})").status,
            200);
  EXPECT_EQ(ingest.post(path, R"({"userId":"ana","messageId":"s1","properties":{"by":"support"}})").status,
            200);
  // Whatever event the body names, it is the start.
  EXPECT_EQ(ingest.post(path, R"({"userId":"ben","event":"go"})").status, 200);
  const auto report = read_report(ingest.live().engine().store());
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->journeys.size(), 1U);
  EXPECT_EQ(report->journeys[0].journey, "asked");
  EXPECT_EQ(report->journeys[0].entered, 2);  // ana's second was the same one
  EXPECT_EQ(ingest.post(path, "{}").status, 400);
  EXPECT_EQ(ingest.post(path, "no object").status, 400);
  // It has a trigger, and no step starts it.
  EXPECT_EQ(ingest.post("/v1/journeys/keeps/start", R"({"userId":"ana"})").status, 404);
}

TEST(IngestApi, TakesEvents) {
  Ingest ingest;
  const RawAnswer answer = ingest.post("/v1/track", kGo);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"accepted\":1}\n");
  EXPECT_EQ(ingest.live().total("events"), 1);
  EXPECT_EQ(ingest.post("/v1/identify", R"({"userId":"ana","traits":{"email":"a@x.example"}})").status, 200);
  EXPECT_EQ(ingest.live().total("identifies"), 1);
  EXPECT_EQ(ingest.post("/v1/page", R"({"userId":"ana","name":"Home"})").status, 200);
  EXPECT_EQ(ingest.post("/v1/screen", R"({"anonymousId":"x","name":"Home"})").status, 200);
  const RawAnswer batch = ingest.post(
      "/v1/batch",
      R"({"batch":[{"type":"track","userId":"bo","event":"go","messageId":"1"},{"type":"identify","userId":"bo"}]})");
  EXPECT_EQ(batch.body, "{\"accepted\":2}\n");
  EXPECT_EQ(ingest.post("/v1/batch", R"({"batch":[]})").body, "{\"accepted\":0}\n");
  EXPECT_EQ(ingest.live().waiting(), 2U) << "a message each for ana and bo";
  EXPECT_EQ(ingest.post("/v1/track", kGo).status, 200) << "the same id again is accepted";
  EXPECT_EQ(ingest.live().total("duplicates"), 1);
  EXPECT_EQ(ingest.live().waiting(), 2U);
}

TEST(IngestApi, ContentTypes) {
  Ingest ingest;
  for (const char* good :
       {"", "Content-Type: application/json\r\n", "Content-Type: text/plain\r\n",
        "Content-Type: Application/JSON ; charset=utf-8\r\n", "Content-Encoding: identity\r\n"}) {
    EXPECT_EQ(ingest.post("/v1/track", kGo, good).status, 200) << good;
  }
  for (const char* bad :
       {"Content-Type: text/html\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/jsonx\r\n", "Content-Encoding: gzip\r\n"}) {
    const RawAnswer answer = ingest.post("/v1/track", kGo, bad);
    EXPECT_EQ(answer.status, 415) << bad;
    EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
  }
}

TEST(IngestApi, NamesTheFieldThatIsWrong) {
  Ingest ingest;
  const std::pair<std::string, std::string> cases[] = {
      {"", "JSON"},
      {"{", "JSON"},
      {"[1]", "object"},
      {"{\"userId\":\"\xff\"}", "JSON"},
      {std::string(3000, '{'), ""},
      {R"({"event":"go"})", "userId"},
      {R"({"userId":1.5,"event":"go"})", "userId"},
      {R"({"userId":"ana"})", "event"},
      {R"({"userId":"ana","event":"go","timestamp":"noon"})", "timestamp"},
      {R"({"userId":"ana","event":"go","properties":3})", "properties"},
      {R"({"type":"identify","userId":"ana"})", "type"},
  };
  for (const auto& [body, named] : cases) {
    const RawAnswer answer = ingest.post("/v1/track", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_THAT(answer.body, StartsWith("{\"title\":\"not a valid event\",\"status\":400,\"detail\":\""))
        << body;
    EXPECT_THAT(answer.body, HasSubstr(named)) << body;
  }
  const RawAnswer batch = ingest.post(
      "/v1/batch",
      R"({"batch":[{"type":"track","userId":"ana","event":"go"},{"type":"track","event":"go"}]})");
  EXPECT_EQ(batch.status, 400);
  EXPECT_THAT(batch.body, HasSubstr("batch[1].userId"));
  EXPECT_EQ(ingest.live().waiting(), 0U) << "a bad event refuses all of its request";
}

TEST(IngestApi, AsksForTheWriteKey) {
  IngestOptions options;
  options.write_keys = {"another", "open sesame"};
  Ingest ingest({}, options);
  EXPECT_EQ(ingest.post("/v1/track", kGo, "Authorization: Basic b3BlbiBzZXNhbWU6\r\n").status, 200);
  EXPECT_EQ(ingest.post("/v1/track", kGo, "Authorization: basic b3BlbiBzZXNhbWU6\r\n").status, 200);
  EXPECT_EQ(ingest.post("/v1/track", kGo, "Authorization: Basic YW5vdGhlcjpwYXNzd29yZA==\r\n").status, 200);
  for (const char* fields :
       {"", "Authorization: \r\n", "Authorization: Basic\r\n", "Authorization: Basic \r\n",
        "Authorization: Basic %%%%\r\n", "Authorization: Basic =\r\n", "Authorization: Basic ====\r\n",
        "Authorization: Basic Og==\r\n", "Authorization: Bearer b3BlbiBzZXNhbWU6\r\n",
        "Authorization: Basic b3BlbiBzZXNhbWV4Og==\r\n", "Authorization: Basic b3BlbiBzZXNhbQ==\r\n",
        "Authorization: Basic OmFub3RoZXI=\r\n", "Authorization: another\r\n"}) {
    const RawAnswer answer = ingest.post("/v1/track", kGo, fields);
    EXPECT_EQ(answer.status, 401) << fields;
    EXPECT_EQ(answer.field("WWW-Authenticate"), "Basic realm=\"wend\"") << fields;
    EXPECT_THAT(answer.body, Not(HasSubstr("sesame"))) << fields;
  }
  EXPECT_EQ(ingest.post("/v1/track", kGo, "Authorization: Basic " + std::string(5000, 'a') + "\r\n").status,
            401);
  EXPECT_EQ(ingest.get("/healthz").status, 200) << "needs none";
}

TEST(IngestApi, ReadsUserNamesOfBasicAuth) {
  EXPECT_EQ(basic_auth_user("Basic YTpi"), "a");
  EXPECT_EQ(basic_auth_user("BASIC YWI="), "ab");
  EXPECT_EQ(basic_auth_user("Basic YWI"), "ab") << "padding left out";
  EXPECT_EQ(basic_auth_user("Basic"), "");
  EXPECT_EQ(basic_auth_user("Digest YTpi"), "");
  EXPECT_TRUE(equal_in_constant_time("key", "key"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time("key", "kez"));
  EXPECT_FALSE(equal_in_constant_time("key", "key "));
  EXPECT_FALSE(equal_in_constant_time("key", ""));
}

TEST(IngestApi, OtherPathsAndMethods) {
  Ingest ingest;
  EXPECT_EQ(ingest.post("/v1/trakc", kGo).status, 404);
  EXPECT_EQ(ingest.post("/v1/track/", kGo).status, 404);
  EXPECT_EQ(ingest.get("/").status, 404);
  const RawAnswer get = ingest.get("/v1/track");
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(get.field("Allow"), "POST");
  const RawAnswer post = ingest.post("/metrics", "");
  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(post.field("Allow"), "GET, HEAD");
  RawClient client(ingest.port());
  client.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read(true).status, 200);
  const auto counts = ingest.router().counts();
  EXPECT_EQ(counts.at({"other", 404}), 3U) << "unknown paths share one name";
  EXPECT_EQ(counts.at({"/v1/track", 405}), 1U);
}

TEST(IngestApi, AnswersOnlyAfterTheCommit) {
  Ingest ingest;
  ingest.live().gate().hold();
  RawClient client(ingest.port());
  client.send(post_request("/v1/track", kGo));
  ASSERT_TRUE(eventually([&] { return ingest.live().gate().waiting() == 1; }));
  EXPECT_FALSE(client.readable_within(100));
  EXPECT_EQ(ingest.live().total("events"), 0);
  ingest.live().gate().release();
  EXPECT_EQ(client.read().status, 200);
  EXPECT_EQ(ingest.live().total("events"), 1);
}

TEST(IngestApi, AFullQueueAnswers429) {
  EngineOptions engine;
  engine.queue_capacity = 2;
  Ingest ingest(engine);
  ingest.live().gate().hold();
  RawClient first(ingest.port());
  RawClient second(ingest.port());
  first.send(post_request("/v1/track", R"({"userId":"ana","event":"go","messageId":"m1"})"));
  second.send(post_request("/v1/track", R"({"userId":"ana","event":"go","messageId":"m2"})"));
  ASSERT_TRUE(eventually([&] { return ingest.live().engine().stats().queued == 2; }));
  const RawAnswer full = ingest.post("/v1/track", R"({"userId":"ana","event":"go","messageId":"m3"})");
  EXPECT_EQ(full.status, 429);
  EXPECT_EQ(full.field("Retry-After"), "1");
  ingest.live().gate().release();
  EXPECT_EQ(first.read().status, 200);
  EXPECT_EQ(second.read().status, 200);
  ASSERT_TRUE(eventually([&] { return ingest.live().engine().stats().queued == 0; }));
  EXPECT_EQ(ingest.live().total("events"), 2) << "nothing of the refused request was taken";
  EXPECT_EQ(ingest.post("/v1/track", R"({"userId":"ana","event":"go","messageId":"m3"})").status, 200);
  const std::string event = R"({"type":"track","userId":"ana","event":"go"})";
  EXPECT_EQ(ingest.post("/v1/batch", "{\"batch\":[" + event + "," + event + "," + event + "]}").status, 413)
      << "it would never fit, so that sending it again is no use";
}

TEST(IngestApi, AFailedCommitIsNotAcknowledged) {
  Ingest ingest;
  EXPECT_EQ(ingest.get("/readyz").status, 200);
  ingest.live().store().fail_commit(ingest.live().store().commits() + 1, Fault::kLost);
  const RawAnswer failed = ingest.post("/v1/track", kGo);
  EXPECT_EQ(failed.status, 503);
  EXPECT_THAT(failed.body, HasSubstr("send them again later"));
  EXPECT_EQ(ingest.post("/v1/track", kGo).status, 503) << "and so is everything after it";
  EXPECT_EQ(ingest.get("/readyz").status, 503);
  EXPECT_EQ(ingest.get("/healthz").status, 200);
  EXPECT_EQ(ingest.live().total("events"), 0);
}

TEST(IngestApi, AStoppedEngineAnswers503) {
  Ingest ingest;
  ingest.live().engine().stop();
  EXPECT_EQ(ingest.post("/v1/track", kGo).status, 503);
}

// Every sample line, by name and labels.
std::map<std::string, double> samples(const std::string& text) {
  std::map<std::string, double> all;
  std::istringstream lines(text);
  std::string family;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) family = line.substr(7, line.find(' ', 7) - 7);
    if (line.starts_with("#")) continue;
    EXPECT_TRUE(line.starts_with(family)) << line << " is not of " << family;
    const size_t space = line.rfind(' ');
    EXPECT_TRUE(all.emplace(line.substr(0, space), std::stod(line.substr(space + 1))).second)
        << line << " twice";
  }
  return all;
}

TEST(Metrics, TellWhatHappened) {
  Ingest ingest;
  EXPECT_EQ(ingest.post("/v1/track", kGo).status, 200);
  EXPECT_EQ(ingest.post("/v1/track", R"({"userId":"ana","event":"later","messageId":"m2"})").status, 200);
  EXPECT_EQ(ingest.post("/v1/track", "{").status, 400);
  const RawAnswer answer = ingest.get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  auto all = samples(answer.body);
  EXPECT_EQ(all["wend_inputs_total"], 2);
  EXPECT_EQ(all["wend_queue_inputs"], 0);
  EXPECT_GE(all["wend_http_connections"], 1);
  EXPECT_EQ(all["wend_http_requests_total{route=\"/v1/track\",code=\"200\"}"], 2);
  EXPECT_EQ(all["wend_http_requests_total{route=\"/v1/track\",code=\"400\"}"], 1);
  EXPECT_EQ(all["wend_journey_entered_total{journey=\"hooks\"}"], 1);
  EXPECT_EQ(all["wend_journey_waiting{journey=\"waits\"}"], 1);
  EXPECT_EQ(all["wend_journey_ended_total{journey=\"hooks\",reason=\"finished\"}"], 1);
  EXPECT_EQ(all["wend_messages_total{journey=\"hooks\",message=\"hooked\",channel=\"hook\",status=\"sent\"}"],
            1);
  EXPECT_EQ(all["wend_store_total{what=\"events\"}"], 2);
  EXPECT_EQ(all["wend_report_ok"], 1);
}

TEST(Metrics, EveryFamilyIsDescribedOnce) {
  Ingest ingest;
  EXPECT_EQ(ingest.post("/v1/track", kGo).status, 200);
  std::istringstream lines(ingest.get("/metrics").body);
  std::set<std::string> helped;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("# ")) continue;
    const std::string name = line.substr(7, line.find(' ', 7) - 7);
    if (line.starts_with("# HELP ")) {
      EXPECT_TRUE(helped.insert(name).second) << line;
      EXPECT_EQ(line.back(), '.') << line;
    }
    if (line.starts_with("# TYPE ")) {
      EXPECT_EQ(line.ends_with(" counter"), name.ends_with("_total")) << line;
    }
  }
  EXPECT_GT(helped.size(), 15U);
}

TEST(Metrics, MayBeAskedWhileTheEngineWorks) {
  Ingest ingest;
  std::atomic<bool> done{false};
  std::thread sender([&] {
    RawClient client(ingest.port());
    for (int i = 0; i < 300; ++i) {
      const std::string id = std::to_string(i);
      client.ask(post_request("/v1/track", R"({"userId":"c)" + id + R"(","event":"later","messageId":"m"})"));
    }
    done = true;
  });
  double last = 0;
  do {
    auto all = samples(ingest.get("/metrics").body);
    const double entered = all["wend_journey_entered_total{journey=\"waits\"}"];
    EXPECT_GE(entered, last);
    EXPECT_EQ(all["wend_journey_waiting{journey=\"waits\"}"], entered) << "one moment of the store";
    last = entered;
  } while (!done);
  sender.join();
  EXPECT_EQ(samples(ingest.get("/metrics").body)["wend_journey_entered_total{journey=\"waits\"}"], 300);
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(IngestApi, PassesTheJsonTestSuite) {
  const char* given = std::getenv("WEND_DATA_DIR");
  const std::filesystem::path root = given != nullptr
                                         ? std::filesystem::path(given)
                                         : std::filesystem::path(WEND_SOURCE_DIR) / "../shared/data";
  const std::filesystem::path folder = root / "json/test_parsing";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no JSONTestSuite here";
  Ingest ingest;
  RawClient client(ingest.port());
  size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const std::string json = file_text(entry.path());
    ++seen;
    EXPECT_EQ(client.ask(post_request("/v1/track", json)).status, 400) << name << " is no event";
    const int inside =
        client.ask(post_request("/v1/track", R"({"userId":"u","event":"e","properties":{"x":)" + json + "}}"))
            .status;
    if (name[0] == 'y') {
      EXPECT_EQ(inside, 200) << name;
    } else if (name[0] == 'n') {
      EXPECT_EQ(inside, 400) << name;
    } else {
      EXPECT_TRUE(inside == 200 || inside == 400) << name << ": " << inside;
    }
  }
  EXPECT_GT(seen, 300U);
}

}  // namespace
}  // namespace wend

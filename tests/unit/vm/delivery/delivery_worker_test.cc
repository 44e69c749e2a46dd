// From a commit of the engine to the outside: webhooks that fail, stops and restarts.

#include "vm/delivery/delivery_worker.h"

#include <gmock/gmock.h>

#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "tests/unit/vm/delivery/receiver.h"
#include "tests/unit/vm/server/live_engine.h"
#include "tests/unit/vm/store/temp_folder.h"

namespace wend {
namespace {

using testing::HasSubstr;

// An engine with its deliveries, which can be stopped and started again.
class DeliveryWorkerTest : public testing::Test {
 protected:
  ~DeliveryWorkerTest() override { live_.gate().release(); }

  static WebhookLane lane(const Receiver& receiver) {
    WebhookLane lane;
    lane.webhook.url = receiver.url();
    lane.webhook.allow_private = true;
    lane.webhook.timeout_ms = 500;
    lane.backoff_first_ms = 10;
    lane.backoff_max_ms = 40;
    return lane;
  }
  void start() {
    auto file = FileConnector::open(path_, live_.engine().outbox(), live_.store(), Durability::kSync);
    ASSERT_TRUE(file.ok()) << file.error().message;
    file_ = std::move(*file);
    options_.log = [this](const std::string& line) {
      const std::lock_guard<std::mutex> lock(log_mutex_);
      log_ += line + "\n";
    };
    worker_ = std::make_unique<DeliveryWorker>(live_.engine(), *file_, live_.clock(), options_);
  }
  // Stops everything in the order of the live mode and starts it anew.
  void restart() {
    live_.engine().stop();
    worker_->stop(/*drain=*/true);
    worker_.reset();
    file_.reset();
    live_.restart();
    start();
  }
  std::vector<nlohmann::json> lines() const {
    std::vector<nlohmann::json> all;
    std::ifstream in(path_);
    for (std::string line; std::getline(in, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }
  std::string log() {
    const std::lock_guard<std::mutex> lock(log_mutex_);
    return log_;
  }

  TempFolder folder_;
  const std::string path_ = folder_.file("out.ndjson");
  LiveEngine live_;
  DeliveryOptions options_;
  std::mutex log_mutex_;
  std::string log_;
  std::unique_ptr<FileConnector> file_;
  std::unique_ptr<DeliveryWorker> worker_;
};

TEST_F(DeliveryWorkerTest, TheAnswerToACallComesBackAsAnEvent) {
  const std::string body = R"({"sky":"rain","wend_ok":false})";
  Receiver receiver({Receiver::answer("503 Later"), "HTTP/1.1 200 OK\r\nContent-Length: " +
                                                        std::to_string(body.size()) + "\r\n\r\n" + body});
  options_.webhooks.emplace("weather", lane(receiver));
  start();
  live_.give("ana", "ask", "m1");
  ASSERT_TRUE(eventually([&] { return live_.waiting() == 0 && worker_->stats().accepted == 1; }));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[1].body, R"({"city":"Oslo"})");
  EXPECT_EQ(requests[0].field("Idempotency-Key"), requests[1].field("Idempotency-Key"));
  const auto why = why_text(live_.store(), "ana");
  ASSERT_TRUE(why.ok());
  EXPECT_THAT(*why, HasSubstr("ended: exit (answered)"));
}

TEST_F(DeliveryWorkerTest, ACallThatIsRefusedTakesTheOtherWay) {
  Receiver receiver({Receiver::answer("404 Not Found"), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nrain!"});
  options_.webhooks.emplace("weather", lane(receiver));
  start();
  size_t refused = 0;
  for (const char* contact : {"ana", "ben"}) {
    live_.give(contact, "ask", "m1");
    ++refused;
    ASSERT_TRUE(eventually([&] { return lines().size() == refused; }));
    const auto why = why_text(live_.store(), contact);
    ASSERT_TRUE(why.ok());
    EXPECT_THAT(*why, HasSubstr("ended: exit (refused)"));
  }
  EXPECT_THAT(log(), HasSubstr("the answer is no JSON object"));
  const auto filed = lines();
  ASSERT_EQ(filed.size(), 2U);
  EXPECT_EQ(filed[0]["status"], "failed");
  EXPECT_EQ(filed[0]["channel"], "weather");
}

TEST_F(DeliveryWorkerTest, FailsTwiceThenIsAcceptedWithOneKey) {
  Receiver receiver({Receiver::answer("500 Oops"), Receiver::answer("503 Later")});
  options_.webhooks.emplace("hook", lane(receiver));
  start();
  live_.give("ana", "go", "m1");
  ASSERT_TRUE(eventually([&] { return live_.waiting() == 0 && worker_->stats().accepted == 1; }));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 3U);
  const std::string key = requests[0].field("Idempotency-Key");
  EXPECT_FALSE(key.empty());
  for (const auto& request : requests) {
    EXPECT_EQ(request.field("Idempotency-Key"), key);
    EXPECT_EQ(request.body, requests[0].body);
  }
  EXPECT_EQ(nlohmann::json::parse(requests[0].body)["delivery"], key);
  EXPECT_EQ(worker_->stats().retried, 2U);
  EXPECT_EQ(worker_->stats().waiting, 0U);
  EXPECT_THAT(log(), HasSubstr("delivery " + key + " will be tried again: 500 from "));
  EXPECT_TRUE(lines().empty()) << "a message that was handed over is no line";
}

TEST_F(DeliveryWorkerTest, WaitsAsLongAsTheReceiverAsks) {
  Receiver receiver({Receiver::answer("429 Slow Down", "Retry-After: 1\r\n")});
  options_.webhooks.emplace("hook", lane(receiver));
  start();
  live_.give("ana", "go", "m1");
  ASSERT_TRUE(eventually([&] { return worker_->stats().accepted == 1; }));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_GE(requests[1].at - requests[0].at, std::chrono::milliseconds(990));
}

TEST_F(DeliveryWorkerTest, ARefusalIsALineAndAnEvent) {
  Receiver receiver({Receiver::answer("400 Bad Request")});
  options_.webhooks.emplace("hook", lane(receiver));
  start();
  live_.give("ana", "go", "m1");
  ASSERT_TRUE(eventually([&] { return live_.waiting() == 0 && !lines().empty(); }));
  const auto all = lines();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0]["status"], "failed");
  EXPECT_EQ(all[0]["reason"], "400 from " + receiver.url(""));
  EXPECT_EQ(all[0]["delivery"], receiver.requests()[0].field("Idempotency-Key"));
  EXPECT_EQ(receiver.count(), 1U);
  EXPECT_EQ(worker_->stats().failed, 1U);
  const auto report = read_report(live_.store());
  ASSERT_TRUE(report.ok());
  int64_t failed = 0;
  for (const MessageReport& message : report->messages) {
    const auto found = message.engaged.find("failed");
    if (message.message == "hooked" && found != message.engaged.end()) failed += found->second;
  }
  EXPECT_EQ(failed, 1) << "the engine knows it of this message";
}

TEST_F(DeliveryWorkerTest, GivesUpAfterTheLastAttempt) {
  Receiver receiver(std::deque<std::string>(10, Receiver::answer("503 Later")));
  WebhookLane three = lane(receiver);
  three.max_attempts = 3;
  options_.webhooks.emplace("hook", three);
  start();
  live_.give("ana", "go", "m1");
  ASSERT_TRUE(eventually([&] { return live_.waiting() == 0 && !lines().empty(); }));
  EXPECT_EQ(receiver.count(), 3U);
  EXPECT_EQ(lines()[0]["status"], "failed");
}

TEST_F(DeliveryWorkerTest, APrivateHostIsRefusedUnlessAllowed) {
  Receiver receiver;
  WebhookLane outside = lane(receiver);
  outside.webhook.allow_private = false;
  options_.webhooks.emplace("hook", outside);
  start();
  live_.give("ana", "go", "m1");
  ASSERT_TRUE(eventually([&] { return !lines().empty(); }));
  EXPECT_THAT(lines()[0]["reason"], HasSubstr("private network"));
  EXPECT_EQ(receiver.count(), 0U);
}

TEST_F(DeliveryWorkerTest, ARestartSendsWhatWasLeftWithTheSameKey) {
  Receiver receiver(std::deque<std::string>(3, Receiver::answer("503 Later")));
  WebhookLane slow = lane(receiver);
  slow.backoff_first_ms = slow.backoff_max_ms = kMillisPerHour;
  options_.webhooks.emplace("hook", slow);
  start();
  for (int i = 0; i < 3; ++i) live_.give("ana", "go", "m" + std::to_string(i));
  ASSERT_TRUE(eventually([&] { return receiver.count() == 3; }));
  restart();
  ASSERT_TRUE(eventually([&] { return live_.waiting() == 0; }));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 6U);
  std::multiset<std::string> keys;
  for (const auto& request : requests) keys.insert(request.field("Idempotency-Key"));
  for (const std::string& key : keys) EXPECT_EQ(keys.count(key), 2U);
  EXPECT_TRUE(lines().empty());
}

TEST_F(DeliveryWorkerTest, ChannelsGoWhereTheConfigurationSays) {
  Receiver receiver;
  options_.webhooks.emplace("*", lane(receiver));
  options_.file_channels.insert("disk");
  start();
  live_.give("ana", "keep", "m1");
  live_.give("ana", "go", "m2");
  ASSERT_TRUE(eventually([&] { return live_.waiting() == 0 && live_.total("events") == 2; }));
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0]["channel"], "disk");
  ASSERT_EQ(receiver.count(), 1U);
  EXPECT_EQ(nlohmann::json::parse(receiver.requests()[0].body)["channel"], "hook");
  EXPECT_EQ(worker_->stats().filed, 1U);
}

TEST_F(DeliveryWorkerTest, AStopWritesTheFileAndLeavesWebhooks) {
  Receiver receiver(std::deque<std::string>(100, Receiver::answer("503 Later")));
  options_.webhooks.emplace("hook", lane(receiver));
  options_.webhooks.at("hook").max_attempts = 1000;
  start();
  for (int i = 0; i < 50; ++i) {
    live_.give("ana", "keep", "k" + std::to_string(i));
    live_.give("ana", "go", "g" + std::to_string(i));
  }
  live_.engine().stop();
  worker_->stop(/*drain=*/true);
  EXPECT_TRUE(worker_->health().ok());
  EXPECT_EQ(lines().size(), 50U);
  EXPECT_EQ(live_.waiting(), 50U);
}

TEST_F(DeliveryWorkerTest, AStopDoesNotWaitForASilentReceiver) {
  Receiver receiver({"..."});
  WebhookLane patient = lane(receiver);
  patient.webhook.timeout_ms = 10 * kMillisPerMinute;
  options_.webhooks.emplace("hook", patient);
  options_.stop_grace_ms = 50;
  start();
  live_.give("ana", "go", "m1");
  ASSERT_TRUE(eventually([&] { return receiver.count() == 1; }));
  const auto began = std::chrono::steady_clock::now();
  worker_->stop(/*drain=*/true);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
  EXPECT_EQ(live_.waiting(), 1U);
}

TEST_F(DeliveryWorkerTest, AFullLaneStopsNothingForGood) {
  Receiver receiver({"", "", ""});
  options_.webhooks.emplace("hook", lane(receiver));
  options_.max_lane_entries = 2;
  start();
  for (int i = 0; i < 20; ++i) {
    live_.give("ana", "go", "g" + std::to_string(i));
    live_.give("ana", "keep", "k" + std::to_string(i));
  }
  ASSERT_TRUE(eventually([&] { return worker_->stats().accepted == 20 && lines().size() == 20; }));
  EXPECT_TRUE(eventually([&] { return live_.waiting() == 0; }));
}

TEST_F(DeliveryWorkerTest, AStopWithAFullLane) {
  Receiver receiver({"..."});
  options_.webhooks.emplace("hook", lane(receiver));
  options_.webhooks.at("hook").webhook.timeout_ms = kMillisPerMinute;
  options_.max_lane_entries = 1;
  options_.stop_grace_ms = 0;
  start();
  for (int i = 0; i < 5; ++i) live_.give("ana", "go", "g" + std::to_string(i));
  ASSERT_TRUE(eventually([&] { return worker_->stats().waiting == 1 && receiver.count() == 1; }));
  worker_->stop(/*drain=*/true);
  EXPECT_EQ(live_.waiting(), 5U);
}

TEST_F(DeliveryWorkerTest, AnEngineThatHasStoppedKeepsWhatFailed) {
  Receiver receiver({Receiver::answer("400 Bad Request")});
  options_.webhooks.emplace("hook", lane(receiver));
  live_.give("ana", "go", "m1");
  live_.engine().stop();
  start();
  ASSERT_TRUE(eventually([&] { return receiver.count() == 1; }));
  worker_->stop(/*drain=*/true);
  EXPECT_EQ(live_.waiting(), 1U) << "the event `failed` would be lost otherwise";
  EXPECT_TRUE(lines().empty());
}

TEST_F(DeliveryWorkerTest, AFailureOfTheDiskStopsDeliveries) {
  start();
  live_.store().fail_commit(live_.store().commits() + 2,
                            Fault::kLost);  // the event's commit, then the file's
  live_.give("ana", "keep", "m1");
  ASSERT_TRUE(eventually([&] { return !worker_->health().ok(); }));
  EXPECT_THAT(log(), HasSubstr("delivery stopped: "));
  restart();
  ASSERT_TRUE(eventually([&] { return live_.waiting() == 0; }));
  EXPECT_EQ(lines().size(), 1U);
}

}  // namespace
}  // namespace wend

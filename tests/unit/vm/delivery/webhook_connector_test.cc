// What a webhook sends and how it takes the answers.

#include "vm/delivery/webhook_connector.h"

#include <gmock/gmock.h>

#include "tests/unit/vm/delivery/receiver.h"
#include "vm/engine/delivery_line.h"

namespace wend {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Kind = WebhookOutcome::Kind;

constexpr Millis kNow = 1'700'000'000'123;

Delivery delivery() {
  Delivery delivery;
  delivery.id = "0123-4";
  delivery.contact = "ana";
  delivery.channel = "hook";
  delivery.body = "Grüße";
  return delivery;
}

WebhookOptions options_for(const Receiver& receiver) {
  WebhookOptions options;
  options.url = receiver.url();
  options.allow_private = true;
  return options;
}

TEST(Webhook, PostsTheLineOfTheDelivery) {
  Receiver receiver;
  WebhookOptions options = options_for(receiver);
  options.url = receiver.url("/hook?token=t");
  options.secret = "s3cret";
  options.headers = {{"Authorization", "Bearer x"}, {"X-Empty", ""}};
  WebhookConnector connector(options);
  EXPECT_EQ(connector.attempt(delivery(), kNow).kind, Kind::kAccepted);
  EXPECT_EQ(connector.attempt(delivery(), kNow).kind, Kind::kAccepted);
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2U);
  const Receiver::Request& request = requests[0];
  std::string line;
  append_delivery_line(line, delivery());
  EXPECT_EQ(request.body + "\n", line);
  EXPECT_THAT(request.head, StartsWith("POST /hook?token=t HTTP/1.1\r\n"));
  EXPECT_EQ(request.field("Content-Type"), "application/json");
  EXPECT_EQ(request.field("Idempotency-Key"), "0123-4");
  EXPECT_EQ(request.field("Authorization"), "Bearer x");
  EXPECT_THAT(request.head, HasSubstr("\r\nX-Empty:"));
  EXPECT_THAT(request.field("User-Agent"), StartsWith("wend/"));
  EXPECT_THAT(request.head, Not(HasSubstr("Expect")));
  EXPECT_EQ(request.field("Wend-Signature"), webhook_signature("s3cret", kNow, request.body));
}

TEST(Webhook, SignaturesAreTheHmacOfTimeAndBody) {
  // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
  EXPECT_EQ(webhook_signature("key", kNow, "{}"),
            "t=1700000000,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae");
  EXPECT_NE(webhook_signature("key", kNow, "{}"), webhook_signature("kez", kNow, "{}"));
}

TEST(Webhook, AnswersTellWhetherToComeAgain) {
  const std::pair<const char*, Kind> cases[] = {
      {"200 OK", Kind::kAccepted},          {"204 No Content", Kind::kAccepted},
      {"301 Moved", Kind::kRefused},        {"400 Bad Request", Kind::kRefused},
      {"401 Unauthorized", Kind::kRefused}, {"404 Not Found", Kind::kRefused},
      {"408 Timeout", Kind::kRetry},        {"410 Gone", Kind::kRefused},
      {"425 Too Early", Kind::kRetry},      {"429 Slow Down", Kind::kRetry},
      {"500 Oops", Kind::kRetry},           {"503 Later", Kind::kRetry},
  };
  std::deque<std::string> answers;
  for (const auto& [status, kind] : cases) {
    answers.push_back(Receiver::answer(status, "Location: http://127.0.0.1:1/\r\n"));
  }
  Receiver receiver(answers);
  WebhookConnector connector(options_for(receiver));
  for (const auto& [status, kind] : cases) {
    const WebhookOutcome outcome = connector.attempt(delivery(), kNow);
    EXPECT_EQ(outcome.kind, kind) << status;
    if (kind != Kind::kAccepted) {
      EXPECT_EQ(outcome.reason, std::string(status).substr(0, 3) + " from " + receiver.url(""));
    }
  }
  EXPECT_EQ(receiver.count(), std::size(cases)) << "redirects are not followed";
}

TEST(Webhook, ReadsRetryAfter) {
  const std::pair<const char*, Millis> cases[] = {
      {"7", 7000},      {" 12 ", 12'000}, {"0", 0},   {"999999", kMillisPerDay},
      {"123456789", 0}, {"-1", 0},        {"1.5", 0}, {"Wed, 21 Oct 2037 07:28:00 GMT", 0},
      {"", 0}};
  std::deque<std::string> answers;
  for (const auto& [value, ms] : cases) {
    answers.push_back(Receiver::answer("429 Slow Down", std::string("retry-after: ") + value + "\r\n"));
  }
  Receiver receiver(answers);
  WebhookConnector connector(options_for(receiver));
  for (const auto& [value, ms] : cases) {
    EXPECT_EQ(connector.attempt(delivery(), kNow).retry_after_ms, ms) << value;
  }
}

TEST(Webhook, NoAnswerIsTriedAgain) {
  Receiver receiver({"", "...", "no HTTP at all\r\n\r\n"});
  WebhookOptions options = options_for(receiver);
  options.timeout_ms = 200;
  WebhookConnector connector(options);
  for (const char* what : {"hung up", "silent", "no HTTP"}) {
    const WebhookOutcome outcome = connector.attempt(delivery(), kNow);
    EXPECT_EQ(outcome.kind, Kind::kRetry) << what;
    EXPECT_THAT(outcome.reason, StartsWith(receiver.url("") + ": ")) << what;
  }
  EXPECT_EQ(connector.attempt(delivery(), kNow).kind, Kind::kAccepted);
  std::string gone;
  {
    Receiver closed;
    gone = closed.url();
  }
  options.url = gone;
  EXPECT_EQ(WebhookConnector(options).attempt(delivery(), kNow).kind, Kind::kRetry);
}

TEST(Webhook, AnEndlessAnswerHasItsStatus) {
  Receiver receiver({"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(200'000, 'x')});
  WebhookOptions options = options_for(receiver);
  EXPECT_EQ(WebhookConnector(options).attempt(delivery(), kNow).kind, Kind::kAccepted);
}

TEST(Webhook, AnAttemptCanBeCutShort) {
  Receiver receiver({"..."});
  WebhookOptions options = options_for(receiver);
  options.timeout_ms = 10 * kMillisPerMinute;
  WebhookConnector connector(options);
  const WebhookOutcome outcome = connector.attempt(delivery(), kNow, [&] { return receiver.count() == 1; });
  EXPECT_EQ(outcome.kind, Kind::kStopped);
}

TEST(Webhook, PrivateHostsAreRefused) {
  Receiver receiver;
  const std::string port = receiver.url("").substr(receiver.url("").rfind(':'));
  for (const std::string host : {"127.0.0.1",       "localhost",     "127.1",       "0.0.0.0",
                                 "0x7f000001",      "2130706433",    "[::1]",       "[::ffff:127.0.0.1]",
                                 "10.0.0.1",        "172.16.0.1",    "192.168.1.1", "169.254.169.254",
                                 "100.64.0.1",      "[fe80::1]",     "[fd00::1]",   "[64:ff9b::7f00:1]",
                                 "[2002:7f00:1::]", "[::127.0.0.1]", "224.0.0.1",   "[ff02::1]"}) {
    WebhookOptions options;
    options.url = "http://" + host + port + "/";
    options.timeout_ms = 5000;
    const WebhookOutcome outcome = WebhookConnector(options).attempt(delivery(), kNow);
    EXPECT_EQ(outcome.kind, Kind::kRefused) << host << ": " << outcome.reason;
    EXPECT_THAT(outcome.reason, HasSubstr("private network")) << host;
  }
  EXPECT_EQ(receiver.count(), 0U);
}

TEST(Webhook, ReasonsHoldNoSecrets) {
  Receiver receiver({Receiver::answer("404 Not Found"), Receiver::answer("500 Oops")});
  WebhookOptions options = options_for(receiver);
  const std::string url = receiver.url("/hunter2/hunter2?hunter2#hunter2");
  options.url = "http://user:hunter2@" + url.substr(7);
  options.secret = "hunter2";
  options.headers = {{"Authorization", "hunter2"}};
  WebhookConnector connector(options);
  EXPECT_EQ(connector.attempt(delivery(), kNow).reason, "404 from " + receiver.url(""));
  EXPECT_EQ(connector.attempt(delivery(), kNow).reason, "500 from " + receiver.url(""));
  options.url = "http://user:hunter2@127.0.0.1:1/hunter2";
  EXPECT_THAT(WebhookConnector(options).attempt(delivery(), kNow).reason, Not(HasSubstr("hunter2")));
  options.url = "ftp://user:hunter2@127.0.0.1/hunter2";
  const WebhookOutcome other = WebhookConnector(options).attempt(delivery(), kNow);
  EXPECT_NE(other.kind, Kind::kAccepted) << "only http and https are spoken";
  EXPECT_THAT(other.reason, Not(HasSubstr("hunter2")));
}

TEST(Webhook, BackoffGrowsToItsLimitAndIsSpread) {
  EXPECT_EQ(backoff_ms("d", 3, 1000, 60'000), backoff_ms("d", 3, 1000, 60'000));
  std::set<Millis> different;
  for (int64_t attempt = 1; attempt <= 2000; ++attempt) {
    const Millis full = attempt >= 7 ? 60'000 : 1000 << (attempt - 1);
    const Millis wait = backoff_ms("delivery", attempt, 1000, 60'000);
    EXPECT_GE(wait, full / 2) << attempt;
    EXPECT_LE(wait, full) << attempt;
    different.insert(wait);
  }
  EXPECT_GT(different.size(), 500U);
  EXPECT_GT(backoff_ms("d", 1000, 1, 7 * kMillisPerDay), 0) << "no overflow";
}

}  // namespace
}  // namespace wend

// The HTTP server against a client that sends what it wants.

#include "vm/server/http_server.h"

#include <gmock/gmock.h>

#include <atomic>
#include <deque>
#include <mutex>

#include "tests/unit/vm/server/loopback.h"

namespace wend {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Answers with what was asked; keeps the answers of /hold for later.
class Echo {
 public:
  explicit Echo(HttpServerOptions options = {}) {
    auto server = HttpServer::start(options, [this](ServerRequest request, Respond respond) {
      ++requests;
      if (request.path == "/drop") return;
      ServerResponse response;
      response.content_type = "text/plain";
      response.body = request.method + " " + request.path + " ? " + request.query + " [" + request.body + "]";
      if (request.path != "/hold") return respond(std::move(response));
      const std::lock_guard<std::mutex> lock(mutex_);
      held_.push_back([respond, response] { respond(response); });
      ++holding;
    });
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
  }

  HttpServer& server() { return *server_; }
  uint16_t port() const { return server_->port(); }
  void release() {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& answer : held_) answer();
    held_.clear();
  }
  void end() { server_.reset(); }

  std::atomic<int> requests{0}, holding{0};

 private:
  std::mutex mutex_;
  std::deque<std::function<void()>> held_;  // outlives the server: answers may come too late
  std::unique_ptr<HttpServer> server_;
};

HttpServerOptions small() {
  HttpServerOptions options;
  options.max_header_bytes = 1024;
  options.max_body_bytes = 2000;
  return options;
}

TEST(HttpServer, AnswersAndKeepsTheConnection) {
  Echo echo;
  RawClient client(echo.port());
  const RawAnswer first = client.ask(post_request("/a?b=c?d", "body"));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "POST /a ? b=c?d [body]");
  EXPECT_EQ(first.field("Content-Type"), "text/plain");
  EXPECT_EQ(client.ask(get_request("/")).body, "GET / ?  []");
  EXPECT_EQ(echo.server().connections(), 1U);
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  Echo echo;
  RawClient client(echo.port());
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += post_request("/" + std::to_string(i), std::string(100, 'x'));
  client.send(requests);
  for (int i = 0; i < 20; ++i)
    EXPECT_THAT(client.read().body, StartsWith("POST /" + std::to_string(i) + " "));
}

TEST(HttpServer, AnswersWholeRequestsOfASenderThatHasEnded) {
  Echo echo;
  RawClient client(echo.port());
  client.send(post_request("/1", "x") + post_request("/2", "y"));
  client.end_sending();
  EXPECT_EQ(client.read().body, "POST /1 ?  [x]");
  EXPECT_EQ(client.read().body, "POST /2 ?  [y]");
  EXPECT_TRUE(client.closed());
}

TEST(HttpServer, ReadsChunkedBodies) {
  Echo echo;
  RawClient client(echo.port());
  const std::string head = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(client.ask(head + "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: t\r\n\r\n").body,
            "POST /c ?  [abcdefg]");
  EXPECT_EQ(client.ask(head + "0\r\n\r\n").body, "POST /c ?  []");
  EXPECT_EQ(client.ask(head + "zz\r\n").status, 400);
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  Echo echo;
  RawClient client(echo.port());
  client.send("HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n");
  const RawAnswer answer = client.read(/*head=*/true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Content-Length"), "13");
  EXPECT_EQ(client.ask(get_request("/next")).body, "GET /next ?  []");
}

TEST(HttpServer, ClosesWhereTheSenderAsks) {
  Echo echo;
  RawClient closing(echo.port());
  EXPECT_EQ(closing.ask(get_request("/", "Connection: close\r\n")).field("Connection"), "close");
  EXPECT_TRUE(closing.closed());
  RawClient old(echo.port());
  const RawAnswer answer = old.ask("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(answer.head, StartsWith("HTTP/1.0 200"));
  EXPECT_TRUE(old.closed());
  RawClient kept(echo.port());
  EXPECT_EQ(kept.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").field("Connection"), "keep-alive");
  EXPECT_EQ(kept.ask("GET / HTTP/1.0\r\n\r\n").status, 200);
}

TEST(HttpServer, InvitesABodyThatWaitsForIt) {
  Echo echo(small());
  RawClient client(echo.port());
  client.send("POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  EXPECT_EQ(client.ask("body").body, "POST /e ?  [body]");
  RawClient large(echo.port());
  EXPECT_EQ(
      large.ask("POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2001\r\n\r\n").status,
      413);
}

TEST(HttpServer, RefusesLargeBodies) {
  Echo echo(small());
  RawClient fits(echo.port());
  EXPECT_EQ(fits.ask(post_request("/", std::string(2000, 'x'))).status, 200);
  // All of the body is on its way when the answer comes, and the sender still gets to read it.
  RawClient announced(echo.port());
  const RawAnswer answer = announced.ask(post_request("/", std::string(3'000'000, 'x')));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.body,
            "{\"title\":\"body too large\",\"status\":413,\"detail\":\"a request may have 2000 bytes\"}\n");
  EXPECT_TRUE(announced.closed());
  RawClient chunked(echo.port());
  EXPECT_EQ(chunked
                .ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d1\r\n" +
                     std::string(2001, 'x') + "\r\n0\r\n\r\n")
                .status,
            413);
  RawClient huge(echo.port());
  EXPECT_EQ(huge.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551615\r\n\r\n").status,
            413);
  EXPECT_EQ(echo.requests, 1);
}

TEST(HttpServer, RefusesLargeHeaders) {
  Echo echo(small());
  RawClient field(echo.port());
  EXPECT_EQ(field.ask(get_request("/", "X-Long: " + std::string(2000, 'x') + "\r\n")).status, 431);
  RawClient target(echo.port());
  EXPECT_EQ(target.ask(get_request("/" + std::string(2000, 'x'))).status, 431);
  RawClient many(echo.port());
  std::string fields;
  for (int i = 0; i < 200; ++i) fields += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(many.ask(get_request("/", fields)).status, 431);
  RawClient endless(echo.port());
  endless.send("GET / HTTP/1.1\r\nX-Long: " + std::string(500'000, 'x'));
  EXPECT_EQ(endless.read().status, 431);
  EXPECT_EQ(echo.requests, 0);
}

TEST(HttpServer, RefusesWhatIsNoRequest) {
  Echo echo;
  for (const std::string& request : {
           std::string("hello\r\n\r\n"),
           std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 13),
           std::string("GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
           std::string("GET /\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nHost x\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nHost: x\r\n y: z\0\r\n\r\n", 35),
           std::string("GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: seven\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}"),
           // Two ways to tell the length: what a proxy before us believes is not what we would.
           std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: "
                       "chunked\r\n\r\n0\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: "
                       "2\r\n\r\n0\r\n\r\n"),
       }) {
    RawClient client(echo.port());
    const RawAnswer answer = client.ask(request);
    EXPECT_EQ(answer.status, 400) << request;
    EXPECT_THAT(answer.body, HasSubstr("not an HTTP request")) << request;
    EXPECT_TRUE(client.closed()) << request;
  }
  EXPECT_EQ(echo.requests, 0);
  EXPECT_TRUE(eventually([&] { return echo.server().connections() == 0; }));
}

TEST(HttpServer, DoesNotWaitForSlowSenders) {
  HttpServerOptions options;
  options.read_timeout_ms = 150;
  Echo echo(options);
  RawClient silent(echo.port());
  RawClient half(echo.port());
  half.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
  RawClient slow(echo.port());
  std::atomic<bool> ended{false};
  // A byte now and then does not prolong the time for a request.
  std::thread dripping([&] {
    slow.send("GET / HTTP/1.1\r\nX: ");
    while (!ended) {
      slow.send("y");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  EXPECT_EQ(slow.read().status, 0);
  ended = true;
  dripping.join();
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(half.closed());
  EXPECT_TRUE(eventually([&] { return echo.server().connections() == 0; }));
  EXPECT_EQ(echo.requests, 0);
}

TEST(HttpServer, AHandlerMayTakeLongerThanTheTimeOut) {
  HttpServerOptions options;
  options.read_timeout_ms = 50;
  Echo echo(options);
  RawClient client(echo.port());
  client.send(get_request("/hold"));
  ASSERT_TRUE(eventually([&] { return echo.holding == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  echo.release();
  EXPECT_EQ(client.read().body, "GET /hold ?  []");
}

TEST(HttpServer, TurnsAwayWhatIsOverTheLimit) {
  HttpServerOptions options;
  options.max_connections = 2;
  Echo echo(options);
  RawClient first(echo.port());
  EXPECT_EQ(first.ask(get_request("/")).status, 200);
  {
    RawClient second(echo.port());
    EXPECT_EQ(second.ask(get_request("/")).status, 200);
    RawClient third(echo.port());
    const RawAnswer refused = third.ask(get_request("/"));
    EXPECT_EQ(refused.status, 503);
    EXPECT_THAT(refused.body, HasSubstr("too many connections"));
    EXPECT_TRUE(third.closed());
    EXPECT_EQ(first.ask(get_request("/")).status, 200) << "those before go on";
  }
  ASSERT_TRUE(eventually([&] { return echo.server().connections() == 1; }));
  RawClient fourth(echo.port());
  EXPECT_EQ(fourth.ask(get_request("/")).status, 200);
}

TEST(HttpServer, AnAnswerThatIsNeverGivenIs500) {
  Echo echo;
  RawClient client(echo.port());
  EXPECT_EQ(client.ask(get_request("/drop")).status, 500);
}

TEST(HttpServer, StopEndsIdleConnectionsAtOnce) {
  Echo echo;
  RawClient used(echo.port());
  EXPECT_EQ(used.ask(get_request("/")).status, 200);
  RawClient silent(echo.port());
  ASSERT_TRUE(eventually([&] { return echo.server().connections() == 2; }));
  const auto began = std::chrono::steady_clock::now();
  echo.server().stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_TRUE(used.closed());
  EXPECT_TRUE(silent.closed());
  RawClient late(echo.port());
  EXPECT_FALSE(late.connected());
}

TEST(HttpServer, StopWaitsForAnswersUnderWay) {
  Echo echo;
  RawClient client(echo.port());
  client.send(get_request("/hold"));
  ASSERT_TRUE(eventually([&] { return echo.holding == 1; }));
  std::thread answering([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    echo.release();
  });
  echo.server().stop();
  answering.join();
  const RawAnswer answer = client.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(client.closed());
}

TEST(HttpServer, AnAnswerAfterTheStopIsForNobody) {
  HttpServerOptions options;
  options.stop_timeout_ms = 20;
  Echo echo(options);
  RawClient client(echo.port());
  client.send(get_request("/hold"));
  RawClient other(echo.port());
  other.send(get_request("/hold"));
  ASSERT_TRUE(eventually([&] { return echo.holding == 2; }));
  echo.server().stop();
  EXPECT_TRUE(client.closed());
  echo.release();
}

TEST(HttpServer, AnAnswerMayOutliveTheServer) {
  HttpServerOptions options;
  options.stop_timeout_ms = 20;
  Echo echo(options);
  RawClient client(echo.port());
  client.send(get_request("/hold"));
  ASSERT_TRUE(eventually([&] { return echo.holding == 1; }));
  echo.end();
  EXPECT_TRUE(client.closed());
  echo.release();
}

TEST(HttpServer, ManySendersAtOnce) {
  HttpServerOptions options;
  options.threads = 4;
  Echo echo(options);
  std::atomic<int> answered{0};
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 8; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < 10; ++i) {
        RawClient client(echo.port());
        const std::string path = "/" + std::to_string(sender) + "/" + std::to_string(i);
        for (int again = 0; again < 5; ++again) {
          if (client.ask(post_request(path, "x")).body == "POST " + path + " ?  [x]") ++answered;
        }
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(answered, 400);
}

TEST(HttpServer, SaysWhichAddressItCannotHave) {
  Echo echo;
  HttpServerOptions options;
  options.port = echo.port();
  const auto taken = HttpServer::start(options, [](const ServerRequest&, const Respond&) {});
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().kind, ErrorKind::kIo);
  EXPECT_THAT(taken.error().message,
              StartsWith("cannot listen on 127.0.0.1:" + std::to_string(echo.port()) + ": "));
}

}  // namespace
}  // namespace wend

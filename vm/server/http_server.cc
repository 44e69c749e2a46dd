#include "vm/server/http_server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include "vm/server/problem.h"

namespace wend {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

// How long and how much of what a sender still sends is read after the last answer, so that closing does not
// reset the connection before the answer is read.
constexpr std::chrono::milliseconds kLinger{2000};
constexpr uint64_t kMaxLingerBytes = 64 << 20;
// Connections over the limit that may be told so at one time; more are closed without a word.
constexpr uint64_t kMaxRefusals = 64;
// Before the next accept() after one that failed, for instance for want of file descriptors.
constexpr std::chrono::milliseconds kAcceptPause{100};

class Session;

// Shared by the server, its sessions and the answers still to come; outlives all of them.
struct Shared {
  HttpServerOptions options;
  RequestHandler handler;
  std::atomic<uint64_t> connections{0};
  std::atomic<bool> stopping{false};

  std::mutex mutex;
  // Protected by mutex.
  bool running = true;                                     // false when no thread serves any more
  std::map<Session*, std::weak_ptr<Session>> sessions;     // all
  std::map<Session*, std::shared_ptr<Session>> answering;  // those whose answer is not written yet
};

std::string text_of(beast::string_view view) { return std::string(view.data(), view.size()); }

class Session : public std::enable_shared_from_this<Session> {
 public:
  static std::shared_ptr<Session> make(tcp::socket socket, const std::shared_ptr<Shared>& shared) {
    auto session = std::make_shared<Session>(std::move(socket), shared);
    const std::lock_guard<std::mutex> lock(shared->mutex);
    shared->sessions.emplace(session.get(), session);
    return session;
  }
  Session(tcp::socket socket, std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)),
        shared_(std::move(shared)),
        buffer_(shared_->options.max_header_bytes + 65536) {
    ++shared_->connections;
  }
  ~Session() {
    const std::lock_guard<std::mutex> lock(shared_->mutex);
    shared_->sessions.erase(this);
    --shared_->connections;
  }

  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read_header(); });
  }
  void refuse_for_lack_of_room() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] {
      self->respond(problem(503, "too many connections", "try again in a moment"), /*keep_alive=*/false);
    });
  }
  // From any thread. The mutex of `shared` may be held.
  void answer(ServerResponse response) {
    asio::post(stream_.get_executor(), [self = shared_from_this(), response = std::move(response)]() mutable {
      self->respond(std::move(response), self->keep_alive_ && !self->shared_->stopping);
    });
  }
  void close_where_idle() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (!self->busy_ && !self->lingering_) self->stream_.close();
    });
  }

 private:
  void read_header() {
    parser_.emplace();
    parser_->header_limit(shared_->options.max_header_bytes);
    parser_->body_limit(shared_->options.max_body_bytes);
    head_ = false;
    version_ = 11;
    // One time-out for the whole request: sending slowly does not prolong it.
    stream_.expires_after(std::chrono::milliseconds(shared_->options.read_timeout_ms));
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code error, size_t) { self->on_header(error); });
  }

  void on_header(beast::error_code error) {
    if (error) return on_error(error);
    const auto& message = parser_->get();
    version_ = message.version();
    if (version_ >= 11 && message.count(http::field::host) == 0) {
      return respond(problem(400, "not an HTTP request", "the header Host is missing"), false);
    }
    if (version_ >= 11 && beast::iequals(message[http::field::expect], "100-continue")) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      return asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                               [self = shared_from_this()](beast::error_code failed, size_t) {
                                 if (!failed) self->read_body();
                               });
    }
    read_body();
  }

  void read_body() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) {
                       if (error) return self->on_error(error);
                       self->handle();
                     });
  }

  void on_error(beast::error_code error) {
    if (error == http::error::body_limit) {
      const std::string limit = std::to_string(shared_->options.max_body_bytes);
      return respond(problem(413, "body too large", "a request may have " + limit + " bytes"), false);
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      const std::string limit = std::to_string(shared_->options.max_header_bytes);
      return respond(problem(431, "header too large", "the header of a request may have " + limit + " bytes"),
                     false);
    }
    const bool malformed = error.category() == make_error_code(http::error::bad_method).category();
    const bool gone =
        !malformed || error == http::error::end_of_stream || error == http::error::partial_message;
    if (gone) return;  // the connection closes with the session
    respond(problem(400, "not an HTTP request", error.message()), false);
  }

  void handle();

  void respond(ServerResponse response, bool keep_alive) {
    busy_ = true;
    response_.emplace();
    response_->version(version_);
    response_->result(static_cast<unsigned>(response.status));
    response_->set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) response_->set(name, value);
    response_->keep_alive(keep_alive);
    const size_t size = response.body.size();
    if (!head_) response_->body() = std::move(response.body);
    response_->content_length(size);
    stream_.expires_after(std::chrono::milliseconds(shared_->options.read_timeout_ms));
    http::async_write(stream_, *response_,
                      [self = shared_from_this(), keep_alive](beast::error_code error, size_t) {
                        self->after_answer(error, keep_alive);
                      });
  }

  void after_answer(beast::error_code error, bool keep_alive) {
    busy_ = false;
    {
      const std::lock_guard<std::mutex> lock(shared_->mutex);
      shared_->answering.erase(this);
    }
    if (error) return;
    if (keep_alive && !shared_->stopping) return read_header();
    // Says that nothing more comes and lets the other side read what was sent.
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    if (ignored) return;
    lingering_ = true;
    stream_.expires_after(kLinger);
    linger(0);
  }

  void linger(uint64_t bytes) {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(std::min<size_t>(buffer_.max_size(), 65536)),
                            [self = shared_from_this(), bytes](beast::error_code error, size_t more) {
                              if (!error && bytes + more < kMaxLingerBytes) self->linger(bytes + more);
                            });
  }

  beast::tcp_stream stream_;
  std::shared_ptr<Shared> shared_;
  beast::flat_buffer buffer_;
  bool lingering_ = false;  // the last answer is sent
  // Of the request at hand.
  bool busy_ = false;  // it is complete and its answer not written
  bool keep_alive_ = false;
  bool head_ = false;
  unsigned version_ = 11;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
};

// The way back for one answer. It may outlive the session, the server and its threads.
class Reply {
 public:
  Reply(std::shared_ptr<Shared> shared, std::weak_ptr<Session> session)
      : shared_(std::move(shared)), session_(std::move(session)) {}
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  // A handler that drops its Respond must not leave the sender waiting.
  ~Reply() {
    if (!sent_) send(problem(500, "no answer", "the request was dropped"));
  }
  void send(ServerResponse response) {
    if (sent_.exchange(true)) return;
    // As long as the mutex is held and the server runs, the session cannot end: `answering` holds it.
    const std::lock_guard<std::mutex> lock(shared_->mutex);
    if (!shared_->running) return;
    if (const std::shared_ptr<Session> session = session_.lock()) session->answer(std::move(response));
  }

 private:
  std::shared_ptr<Shared> shared_;
  std::weak_ptr<Session> session_;
  std::atomic<bool> sent_{false};
};

void Session::handle() {
  http::request<http::string_body>& message = parser_->get();
  ServerRequest request;
  request.method = text_of(message.method_string());
  const std::string target = text_of(message.target());
  const size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  request.content_type = text_of(message[http::field::content_type]);
  request.content_encoding = text_of(message[http::field::content_encoding]);
  request.authorization = text_of(message[http::field::authorization]);
  request.body = std::move(message.body());
  keep_alive_ = message.keep_alive();
  head_ = message.method() == http::verb::head;
  busy_ = true;
  {
    const std::lock_guard<std::mutex> lock(shared_->mutex);
    shared_->answering.emplace(this, shared_from_this());
  }
  stream_.expires_never();  // from here the handler decides how long it takes
  const auto reply = std::make_shared<Reply>(shared_, weak_from_this());
  shared_->handler(std::move(request),
                   [reply](ServerResponse response) { reply->send(std::move(response)); });
}

}  // namespace

struct HttpServer::Impl {
  explicit Impl(const HttpServerOptions& options, RequestHandler handler)
      : shared(std::make_shared<Shared>()),
        io(options.threads),
        work(asio::make_work_guard(io)),
        acceptor(asio::make_strand(io)),
        pause(acceptor.get_executor()) {
    shared->options = options;
    shared->handler = std::move(handler);
  }

  Status listen() {
    const HttpServerOptions& options = shared->options;
    beast::error_code error;
    const auto fail = [&](const beast::error_code& code) {
      return Error{ErrorKind::kIo, "cannot listen on " + options.host + ":" + std::to_string(options.port) +
                                       ": " + code.message()};
    };
    const std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
    const asio::ip::address address = asio::ip::make_address(host, error);
    if (error) return fail(error);
    const tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail(error);
    port = acceptor.local_endpoint(error).port();
    if (error) return fail(error);
    return {};
  }

  void accept() {
    acceptor.async_accept(asio::make_strand(io), [this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || shared->stopping) return;
      if (error) {
        pause.expires_after(kAcceptPause);
        return pause.async_wait([this](beast::error_code cancelled) {
          if (!cancelled && !shared->stopping) accept();
        });
      }
      take(std::move(socket));
      accept();
    });
  }

  void take(tcp::socket socket) {
    const uint64_t open = shared->connections;
    if (open >= shared->options.max_connections + kMaxRefusals) return;  // closes
    beast::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto session = Session::make(std::move(socket), shared);
    if (open >= shared->options.max_connections) {
      session->refuse_for_lack_of_room();
    } else {
      session->start();
    }
  }

  void stop() {
    if (shared->stopping.exchange(true)) return;
    asio::post(acceptor.get_executor(), [this] {
      beast::error_code ignored;
      acceptor.close(ignored);
      pause.cancel();
    });
    close_idle();
    // Requests under way get the time to be answered, and their senders a moment to read the answer.
    wait_until(std::chrono::milliseconds(shared->options.stop_timeout_ms), [this] {
      const std::lock_guard<std::mutex> lock(shared->mutex);
      return shared->answering.empty();
    });
    wait_until(kLinger / 4, [this] { return shared->connections == 0; });
    io.stop();
    for (std::thread& thread : threads) thread.join();
    std::map<Session*, std::shared_ptr<Session>> given_up;  // ends after the lock: sessions take it, too
    const std::lock_guard<std::mutex> lock(shared->mutex);
    shared->running = false;
    given_up.swap(shared->answering);
  }

  void close_idle() {
    std::vector<std::shared_ptr<Session>> all;  // ends after the lock: the last owner of a session takes it
    {
      const std::lock_guard<std::mutex> lock(shared->mutex);
      for (const auto& [address, weak] : shared->sessions) all.push_back(weak.lock());
    }
    for (const std::shared_ptr<Session>& session : all) {
      if (session != nullptr) session->close_where_idle();
    }
  }

  template <typename Condition>
  static void wait_until(std::chrono::milliseconds at_most, const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  std::shared_ptr<Shared> shared;
  asio::io_context io;
  // Sessions that wait for their handler's answer have nothing to do in `io`; its threads must stay all the
  // same.
  asio::executor_work_guard<asio::io_context::executor_type> work;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  uint16_t port = 0;
  std::vector<std::thread> threads;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() { stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerOptions& options,
                                                      RequestHandler handler) {
  auto impl = std::make_unique<Impl>(options, std::move(handler));
  Impl* const raw = impl.get();
  WEND_RETURN_IF_ERROR(impl->listen());
  impl->accept();
  for (int i = 0; i < options.threads; ++i) {
    impl->threads.emplace_back([raw] { raw->io.run(); });
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

uint16_t HttpServer::port() const { return impl_->port; }

void HttpServer::stop() { impl_->stop(); }

uint64_t HttpServer::connections() const { return impl_->shared->connections; }

}  // namespace wend

#include "vm/server/http_server.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "vm/server/problem.h"

namespace wend {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

// Shared by the server and its sessions; outlives both.
struct Shared {
  HttpServerOptions options;
  RequestHandler handler;
  std::atomic<uint64_t> connections{0};
  std::atomic<int64_t> answering{0};  // requests whose answer is not written yet
  std::atomic<bool> stopping{false};
};

std::string text_of(beast::string_view view) { return std::string(view.data(), view.size()); }

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)),
        shared_(std::move(shared)),
        buffer_(shared_->options.max_header_bytes + 65536) {
    ++shared_->connections;
  }
  ~Session() {
    if (answering_) --shared_->answering;
    --shared_->connections;
  }

  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read(); });
  }
  void refuse_for_lack_of_room() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] {
      self->respond(problem(503, "too many connections", "try again in a moment"), /*keep_alive=*/false);
    });
  }

 private:
  void read() {
    parser_.emplace();
    parser_->header_limit(shared_->options.max_header_bytes);
    parser_->body_limit(shared_->options.max_body_bytes);
    stream_.expires_after(std::chrono::milliseconds(shared_->options.read_timeout_ms));
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) { self->on_read(error); });
  }

  void on_read(beast::error_code error) {
    if (!error) return handle();
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
    if (gone) return close();
    respond(problem(400, "not an HTTP request", error.message()), false);
  }

  void handle() {
    http::request<http::string_body>& message = parser_->get();
    ServerRequest request;
    request.method = text_of(message.method_string());
    const std::string target = text_of(message.target());
    const size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.content_type = text_of(message[http::field::content_type]);
    request.authorization = text_of(message[http::field::authorization]);
    request.body = std::move(message.body());
    const bool keep_alive = message.keep_alive();
    const bool head = message.method() == http::verb::head;
    answering_ = true;
    ++shared_->answering;
    stream_.expires_never();  // from here the handler decides how long it takes
    Respond respond_later = [self = shared_from_this(), keep_alive, head](ServerResponse response) {
      asio::post(self->stream_.get_executor(),
                 [self, keep_alive, head, response = std::move(response)]() mutable {
                   self->respond(std::move(response), keep_alive && !self->shared_->stopping, head);
                 });
    };
    shared_->handler(std::move(request), std::move(respond_later));
  }

  void respond(ServerResponse response, bool keep_alive, bool head = false) {
    response_.emplace();
    response_->result(static_cast<unsigned>(response.status));
    response_->set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) response_->set(name, value);
    response_->keep_alive(keep_alive);
    const size_t size = response.body.size();
    if (!head) response_->body() = std::move(response.body);
    response_->content_length(size);
    stream_.expires_after(std::chrono::milliseconds(shared_->options.read_timeout_ms));
    http::async_write(stream_, *response_,
                      [self = shared_from_this(), keep_alive](beast::error_code error, size_t) {
                        if (self->answering_) --self->shared_->answering;
                        self->answering_ = false;
                        if (error || !keep_alive) return self->close();
                        self->read();
                      });
  }

  // Says that nothing more comes and lets the other side read what was sent.
  void close() {
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  std::shared_ptr<Shared> shared_;
  beast::flat_buffer buffer_;
  bool answering_ = false;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
};

}  // namespace

struct HttpServer::Impl {
  explicit Impl(const HttpServerOptions& options, RequestHandler handler)
      : shared(std::make_shared<Shared>()), io(options.threads), acceptor(asio::make_strand(io)) {
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
      if (!error) {
        beast::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        const bool full = shared->connections >= shared->options.max_connections;
        const auto session = std::make_shared<Session>(std::move(socket), shared);
        if (full) {
          session->refuse_for_lack_of_room();
        } else {
          session->start();
        }
      }
      accept();
    });
  }

  void stop() {
    if (shared->stopping.exchange(true)) return;
    asio::post(acceptor.get_executor(), [this] {
      beast::error_code ignored;
      acceptor.close(ignored);
    });
    // Sessions that wait for a request end by their time-out; those with an answer under way get the time to
    // send it.
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(shared->options.stop_timeout_ms);
    while (shared->answering > 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    io.stop();
    for (std::thread& thread : threads) thread.join();
  }

  std::shared_ptr<Shared> shared;
  asio::io_context io;
  tcp::acceptor acceptor;
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

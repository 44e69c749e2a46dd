#ifndef WEND_TESTS_UNIT_VM_DELIVERY_RECEIVER_H_
#define WEND_TESTS_UNIT_VM_DELIVERY_RECEIVER_H_

// The other end of a webhook: remembers what came as it stood on the wire, and answers as it is told.

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/vm/server/loopback.h"

namespace wend {

class Receiver {
 public:
  struct Request {
    std::string head, body;
    std::chrono::steady_clock::time_point at;
    std::string field(const std::string& name) const { return RawAnswer{0, head, {}}.field(name); }
  };

  // `answers` are given one after the other, then 200. An empty one hangs up, "..." keeps silent.
  explicit Receiver(std::deque<std::string> answers = {}) : answers_(std::move(answers)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 16), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Receiver() {
    stopping_ = true;
    thread_.join();
    close(listener_);
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  std::string url(const std::string& path = "/hook") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<Request> requests() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return requests_;
  }
  size_t count() const { return requests().size(); }

  static std::string answer(const std::string& status, const std::string& fields = "") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n" + fields + "\r\n";
  }

 private:
  void serve() {
    while (!stopping_) {
      if (!ready(listener_)) continue;
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      while (!stopping_ && exchange(fd)) {
      }
      close(fd);
    }
  }
  static bool ready(int fd) {
    pollfd waiting{fd, POLLIN, 0};
    return poll(&waiting, 1, 5) > 0;
  }
  bool more(int fd, std::string& text) const {
    while (!stopping_) {
      if (!ready(fd)) continue;
      char bytes[16384];
      const ssize_t n = recv(fd, bytes, sizeof bytes, 0);
      if (n <= 0) return false;
      text.append(bytes, static_cast<size_t>(n));
      return true;
    }
    return false;
  }
  // One request and its answer; false where the connection has ended.
  bool exchange(int fd) {
    std::string text;
    size_t end = 0;
    while ((end = text.find("\r\n\r\n")) == std::string::npos) {
      if (!more(fd, text)) return false;
    }
    Request request{text.substr(0, end + 2), text.substr(end + 4), std::chrono::steady_clock::now()};
    const size_t length = std::stoul("0" + request.field("Content-Length"));
    while (request.body.size() < length) {
      if (!more(fd, request.body)) return false;
    }
    std::string answer = Receiver::answer("200 OK");
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      requests_.push_back(std::move(request));
      if (!answers_.empty()) {
        answer = answers_.front();
        answers_.pop_front();
      }
    }
    if (answer.empty()) return false;
    if (answer == "...") {
      std::string ignored;
      while (more(fd, ignored)) {
      }
      return false;
    }
    return ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(answer.size());
  }

  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  // Protected by mutex_.
  std::deque<std::string> answers_;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace wend

#endif  // WEND_TESTS_UNIT_VM_DELIVERY_RECEIVER_H_

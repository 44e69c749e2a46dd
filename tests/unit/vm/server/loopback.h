#ifndef WEND_TESTS_UNIT_VM_SERVER_LOOPBACK_H_
#define WEND_TESTS_UNIT_VM_SERVER_LOOPBACK_H_

// A client that sends exactly the bytes it is given, to a port of this machine.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace wend {

constexpr int kPatienceMs = 30'000;  // against hanging only: nothing depends on it

// True as soon as the condition holds.
inline bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

// One answer as it stood on the wire.
struct RawAnswer {
  int status = 0;  // 0: the connection ended without one
  std::string head;
  std::string body;

  // The value of a field; empty where there is none.
  std::string field(const std::string& name) const {
    const size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

class RawClient {
 public:
  explicit RawClient(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }

  // Stops quietly where the other side has closed.
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  void end_sending() { shutdown(fd_, SHUT_WR); }

  // The next answer; `head` for one to a HEAD request, which has a length but no body.
  RawAnswer read(bool head = false) {
    RawAnswer answer;
    size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return answer;
    }
    answer.head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    if (head || answer.status == 100) return answer;
    const std::string given = answer.field("Content-Length");
    const size_t length = given.empty() ? 0 : std::stoul(given);
    while (buffer_.size() < length && fill()) {
    }
    answer.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return answer;
  }
  RawAnswer ask(std::string_view request) {
    send(request);
    return read();
  }
  // Whether anything, or the end, comes in this time.
  bool readable_within(int ms) {
    pollfd waiting{fd_, POLLIN, 0};
    return poll(&waiting, 1, ms) > 0;
  }
  // Waits until the other side ends the connection; false where it sent something before.
  bool closed() { return buffer_.empty() && !fill(); }

 private:
  bool fill() {
    pollfd waiting{fd_, POLLIN, 0};
    if (poll(&waiting, 1, kPatienceMs) <= 0) {
      ADD_FAILURE() << "nothing came for " << kPatienceMs << " ms";
      return false;
    }
    char bytes[16384];
    const ssize_t n = recv(fd_, bytes, sizeof bytes, 0);
    if (n <= 0) return false;
    buffer_.append(bytes, static_cast<size_t>(n));
    return true;
  }

  int fd_;
  bool connected_ = false;
  std::string buffer_;
};

inline std::string post_request(const std::string& path, const std::string& body,
                                const std::string& fields = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: test\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
inline std::string get_request(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n";
}

}  // namespace wend

#endif  // WEND_TESTS_UNIT_VM_SERVER_LOOPBACK_H_

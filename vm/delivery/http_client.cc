#include "vm/delivery/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "vm/base/version.h"

namespace wend {
namespace {

constexpr size_t kMaxAnswerBytes = 65536;
constexpr size_t kMaxReadBytes = 65536;

struct Exchange {
  const HttpRequest* request = nullptr;
  size_t body_bytes = 0;
  bool body_cut = false;
  bool refused_private = false;
  HttpResponse response;
};

bool private_v4(uint32_t address) {
  const auto within = [address](uint32_t network, int bits) {
    return (address ^ network) >> (32 - bits) == 0;
  };
  return within(0x00000000, 8) || within(0x0A000000, 8) || within(0x64400000, 10) || within(0x7F000000, 8) ||
         within(0xA9FE0000, 16) || within(0xAC100000, 12) || within(0xC0000000, 24) ||
         within(0xC0A80000, 16) || within(0xC6120000, 15) || within(0xE0000000, 3);
}

uint32_t v4_at(const uint8_t* bytes) {
  return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
         static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
}

// Loopback, private, link-local, shared, multicast and reserved ranges (RFC 6890), also where an IPv6 address
// holds such an IPv4 address.
bool is_private(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return private_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6) return true;
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof v6);
  const uint8_t* b = v6.sin6_addr.s6_addr;
  static constexpr uint8_t kNat64[12] = {0, 0x64, 0xFF, 0x9B};  // 64:ff9b::/96
  const bool nat64 = std::equal(kNat64, kNat64 + 12, b);
  if (nat64 || IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) || IN6_IS_ADDR_V4COMPAT(&v6.sin6_addr)) {
    return private_v4(v4_at(b + 12));
  }
  if (b[0] == 0x20 && b[1] == 0x02) return private_v4(v4_at(b + 2));  // 6to4
  const bool unique_local = (b[0] & 0xFEU) == 0xFCU;
  return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) || IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr) ||
         IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr) || IN6_IS_ADDR_SITELOCAL(&v6.sin6_addr) ||
         IN6_IS_ADDR_MULTICAST(&v6.sin6_addr) || unique_local;
}

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto* exchange = static_cast<Exchange*>(user);
  if (!exchange->request->allow_private && is_private(&address->addr)) {
    exchange->refused_private = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

size_t on_body(char* data, size_t size, size_t count, void* user) {
  auto* exchange = static_cast<Exchange*>(user);
  std::string& body = exchange->response.body;
  const size_t room = kMaxAnswerBytes - std::min(kMaxAnswerBytes, body.size());
  body.append(data, std::min(room, size * count));
  exchange->body_bytes += size * count;
  exchange->body_cut = exchange->body_bytes > kMaxReadBytes;
  return exchange->body_cut ? 0 : size * count;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* exchange = static_cast<const Exchange*>(user);
  return exchange->request->cancelled && exchange->request->cancelled() ? 1 : 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' '))
    text.remove_suffix(1);
  return text;
}

size_t on_header(char* data, size_t size, size_t count, void* user) {
  static constexpr std::string_view kName = "retry-after:";
  constexpr Millis kMaxRetryAfterMs = kMillisPerDay;
  const std::string_view line(data, size * count);
  if (line.size() > kName.size() && strncasecmp(line.data(), kName.data(), kName.size()) == 0) {
    const std::string_view value = trimmed(line.substr(kName.size()));
    if (!value.empty() && value.size() <= 8 &&
        value.find_first_not_of("0123456789") == std::string_view::npos) {
      const Millis ms = std::strtoll(std::string(value).c_str(), nullptr, 10) * kMillisPerSecond;
      static_cast<Exchange*>(user)->response.retry_after_ms = std::min(ms, kMaxRetryAfterMs);
    }
  }
  return size * count;
}

}  // namespace

struct HttpClient::Impl {
  CURL* handle = nullptr;
};

HttpClient::HttpClient() : impl_(std::make_unique<Impl>()) {
  // Thread-safe since libcurl 7.84, and counted.
  curl_global_init(CURL_GLOBAL_DEFAULT);
  impl_->handle = curl_easy_init();
  WEND_CHECK(impl_->handle != nullptr);
}

HttpClient::~HttpClient() {
  curl_easy_cleanup(impl_->handle);
  curl_global_cleanup();
}

Result<HttpResponse> HttpClient::post(const HttpRequest& request) {
  CURL* curl = impl_->handle;
  curl_easy_reset(curl);  // keeps connections
  Exchange exchange;
  exchange.request = &request;
  char message[CURL_ERROR_SIZE] = "";
  curl_slist* headers = nullptr;
  for (const auto& [name, value] : request.headers)
    headers = curl_slist_append(headers, (value.empty() ? name + ";" : name + ": " + value).c_str());
  headers = curl_slist_append(headers, "Expect:");  // no 100-continue: bodies are small
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_USERAGENT, ("wend/" + std::string(kWendVersion)).c_str());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);
  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(headers);
  // An answer that goes on and on has its status all the same.
  const bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && exchange.body_cut);
  if (code == CURLE_ABORTED_BY_CALLBACK) return Error{ErrorKind::kClosed, "the attempt was cut short"};
  // A host may have addresses of both kinds; what counts is whether one of them answered.
  if (!answered && exchange.refused_private) {
    return Error{ErrorKind::kInvalidInput,
                 "the host is in a private network; set `allow_private` where that is meant"};
  }
  if (!answered) {
    return Error{ErrorKind::kIo,
                 message[0] != '\0' ? std::string(message) : std::string(curl_easy_strerror(code))};
  }
  exchange.response.status = static_cast<int>(status);
  return exchange.response;
}

}  // namespace wend

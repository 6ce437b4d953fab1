#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace hermes::testing {

struct HttpAnswer {
  unsigned status = 0;  // 0 where none came.
  std::string head;
  std::multimap<std::string, std::string> headers;  // By the name in lower case.
  std::string body;

  /// The first value; empty if there is none.
  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

/// One connection to a server of this machine, byte by byte. Nothing waits longer than ten seconds.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    const int at_once = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
    is_connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient() { close(); }

  bool is_connected() const { return is_connected_; }

  /// False once the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Sends nothing more, and still reads.
  void end() { ::shutdown(socket_, SHUT_WR); }

  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

  /// Closes so that the server hears of it at once.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close();
  }

  /// The next response; `to_head`, if its body does not come.
  HttpAnswer receive(bool to_head = false) {
    HttpAnswer answer;
    std::size_t end;
    while ((end = input_.find("\r\n\r\n")) == input_.npos) {
      if (!more()) return answer;
    }
    answer.head = take(end + 4);
    parse(answer);
    if (to_head || answer.status < 200 || answer.status == 204 || answer.status == 304) {
      return answer;
    }
    const auto size = std::strtoull(answer.header("content-length").c_str(), nullptr, 10);
    while (input_.size() < size) {
      if (!more()) return {};
    }
    answer.body = take(size);
    return answer;
  }

  /// So many bytes, or what came of them until the end.
  std::string take_exactly(std::size_t count) {
    while (input_.size() < count && more()) {
    }
    return take(std::min(count, input_.size()));
  }

  HttpAnswer exchange(std::string_view request, bool to_head = false) {
    send(request);
    return receive(to_head);
  }

  /// The next chunk of a body that comes in chunks; empty for the last, or where none comes.
  std::string chunk() {
    std::size_t end;
    while ((end = input_.find("\r\n")) == input_.npos) {
      if (!more()) return {};
    }
    const auto size = std::strtoull(take(end + 2).c_str(), nullptr, 16);
    while (input_.size() < size + 2) {
      if (!more()) return {};
    }
    auto data = take(size);
    take(2);
    return data;
  }

  /// Waits for the end; true if the server closes without another byte.
  bool is_closed() { return input_.empty() && !more() && !timed_out_; }

 private:
  bool more() {
    std::array<char, 65536> buffer;
    const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) timed_out_ = true;
    if (count <= 0) return false;
    input_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  std::string take(std::size_t count) {
    auto taken = input_.substr(0, count);
    input_.erase(0, count);
    return taken;
  }

  static void parse(HttpAnswer& answer) {
    std::string_view rest = answer.head;
    answer.status = static_cast<unsigned>(std::atoi(answer.head.c_str() + sizeof("HTTP/1.1")));
    rest.remove_prefix(rest.find("\r\n") + 2);
    while (!rest.starts_with("\r\n")) {
      const auto line = rest.substr(0, rest.find("\r\n"));
      std::string name(line.substr(0, line.find(": ")));
      for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      answer.headers.emplace(name, line.substr(name.size() + 2));
      rest.remove_prefix(line.size() + 2);
    }
  }

  int socket_;
  bool is_connected_ = false;
  bool timed_out_ = false;
  std::string input_;
};

}  // namespace hermes::testing

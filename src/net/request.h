#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/headers.h"

namespace hermes::net {

/// A request whose header has arrived in full and keeps to RFC 9112 or RFC 9113.
struct Request {
  std::string method = {};  // As sent: "GET".
  std::string target = {};  // "/path?query", in ASCII; or "*".
  std::string host = {};    // Without its port; empty where the client names none.
  unsigned version = 11;    // 10 for HTTP/1.0, 20 for HTTP/2.
  Headers headers = {};     // Names as sent: in lower case with HTTP/2.
  std::string body = {};
  bool is_whole = true;  // `body` is all that comes; if not, it is empty.
  std::optional<std::uint64_t> length = std::nullopt;  // Of the body, where the client says so.
  bool is_secure = false;                              // It came by TLS.
  std::string peer = {};                               // The client's IP address.
};

}  // namespace hermes::net

#pragma once

#include <string>

#include "net/headers.h"

namespace hermes::net {

/// A request that has arrived in full and keeps to RFC 9112.
struct Request {
  std::string method = {};  // As sent: "GET".
  std::string target = {};  // "/path?query", in ASCII; or "*".
  std::string host = {};    // Without its port; empty where the client names none.
  unsigned version = 11;    // 10 for HTTP/1.0.
  Headers headers = {};
  std::string body = {};
  std::string peer = {};  // The client's IP address.
};

}  // namespace hermes::net

#pragma once

// Pages of other origins that may read an app's answers, from the "http" section of its manifest:
//
//   "cors": {"origins": ["https://shop.example.com"], "methods": ["GET", "POST"],
//            "headers": ["content-type"], "expose": ["x-total"], "credentials": true,
//            "max_age": 600}
//
// "*" as the one origin is everybody, which does not go with credentials. What a browser asks
// beforehand, by OPTIONS, the gateway answers itself. Without the section, nobody may.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "net/request.h"
#include "net/response.h"

namespace hermes::http_gateway {

class Cors {
 public:
  /// `value` is that of "cors". Errors name the place.
  static Result<Cors> read(const json::Value& value);

  /// The answer to a question that a browser asks beforehand, but for what `allow` adds; nullopt
  /// for any other request.
  std::optional<net::Response> preflight(const net::Request& request) const;

  /// Adds to an answer to a request with this Origin header who may read it.
  void allow(std::optional<std::string_view> origin, net::Headers& headers) const;

 private:
  bool has(std::string_view origin) const;

  std::vector<std::string> origins_;
  std::string methods_ = "GET, HEAD, POST";
  std::string headers_;
  std::string expose_;
  bool credentials_ = false;
  std::int64_t max_age_ = 5;
};

}  // namespace hermes::http_gateway

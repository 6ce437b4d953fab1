#pragma once

// Where an app's modules may have the gateway fetch an answer, from the "http" section of the
// manifest:
//
//   "redirects": ["https://api.example.com/v1/", "http://127.0.0.1:9000/"]
//
// Each is a scheme, a host, a port if it is not that of the scheme, and what the path begins with.
// The app needs the permission for the host, too: "outbound:api.example.com".

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "net/outbound_request.h"

namespace hermes::http_gateway {

/// An absolute URL of http or https, in its parts.
struct Url {
  net::Destination to;
  std::string authority;  // As the Host header has it.
  std::string target;     // The path and the query, without the fragment.

  /// nullopt also for one with a user, with a dot segment or with what is not printable ASCII.
  static std::optional<Url> parse(std::string_view text);
};

class RedirectRules {
 public:
  /// `value` is that of "redirects". Errors name the place.
  static Result<RedirectRules> read(const json::Value& value);

  bool allows(const Url& url) const;

 private:
  std::vector<Url> prefixes_;
};

}  // namespace hermes::http_gateway

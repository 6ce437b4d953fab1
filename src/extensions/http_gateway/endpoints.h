#pragma once

// The endpoints of an app, from the "http" section of its manifest:
//
//   "http": {
//     "endpoints": [{ "id": "upload", "module": "board", "methods": ["POST"],
//                     "path": "/files/[a-z]+", "content_types": ["image/*"] }],
//     "default": true
//   }
//
// An endpoint takes a request if its `path`, an RE2 expression, matches the whole path as it was
// sent, without the query; if `methods` names the method; and if `content_types` names the type of
// the body, should there be one. What is absent restricts nothing.
//
// Of several that take a request, the one wins whose expression begins with the longest literal
// text, then the first in the manifest: /files/new before /files/[a-z]+ before /.*.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "runtime/app.h"

namespace re2 {
class RE2;
}

namespace hermes::http_gateway {

/// Requests that go to one module.
struct Endpoint {
  std::string id;
  runtime::ModuleId module;
  std::vector<std::string> methods;  // Empty: any. With GET comes HEAD.
  std::shared_ptr<const re2::RE2> path;
  std::vector<std::string> content_types;  // Empty: any. In lower case; "image/*" for a family.

  bool takes_method(std::string_view method) const;
  bool takes_type(std::string_view content_type) const;
};

/// What is matched: views that live as long as the match takes.
struct Question {
  std::string_view method;
  std::string_view path;
  bool has_body = false;
  std::string_view content_type = {};
};

/// The path is that of an endpoint, and none takes the request.
struct WrongMethod {
  std::string allowed;  // "GET, HEAD, POST"
};
struct WrongType {};
struct NoEndpoint {};

using Match = std::variant<const Endpoint*, NoEndpoint, WrongMethod, WrongType>;

class Endpoints {
 public:
  /// What the manifest of `app` says; none if it says nothing. Errors name the place.
  static Result<Endpoints> read(const runtime::App& app);

  Match match(const Question& question) const;

  /// In the order in which they are asked.
  const std::vector<Endpoint>& all() const { return endpoints_; }

  /// Whether the app answers to the machine itself: http://localhost.
  bool is_default() const { return is_default_; }

 private:
  std::vector<Endpoint> endpoints_;
  bool is_default_ = false;
};

/// How many characters every match of the expression begins with.
std::size_t literal_prefix(std::string_view expression);

}  // namespace hermes::http_gateway

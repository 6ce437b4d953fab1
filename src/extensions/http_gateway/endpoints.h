#pragma once

// The endpoints of an app, from the "http" section of its manifest:
//
//   "endpoints": [{ "id": "upload", "module": "board", "methods": ["POST"],
//                   "path": "/files/[a-z]+", "content_types": ["image/*"],
//                   "auth": "required" }]
//
// An endpoint takes a request if its `path`, an RE2 expression, matches the whole path in its
// normal form (normal_path.h), without the query; if `methods` names the method; and if
// `content_types` names the type of the body, should there be one. What is absent restricts
// nothing; but one that has a `body_schema` takes no other body than JSON.
//
// Of several that take a request, the most specific wins. They are asked in this order:
//
//   1. whose expression begins with the longer literal text: /items/new before /items/[0-9]+
//   2. whose expression is nothing but literal text:         /items before /items.*
//   3. that names methods, before one that takes any
//   4. that names content types, before one that takes any
//   5. that stands first in the manifest

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "runtime/app.h"
#include "schema/json_schema.h"

namespace re2 {
class RE2;
}

namespace hermes::http_gateway {

/// What an endpoint asks of its client.
enum class AuthLevel : std::uint8_t { None, Optional, Required };

/// Requests that go to one module.
struct Endpoint {
  std::string id;
  runtime::ModuleId module;
  std::vector<std::string> methods;  // Empty: any. With GET comes HEAD.
  std::shared_ptr<const re2::RE2> path;
  // Empty: any. In lower case; "image/*" for a family, "*+json" for a suffix.
  std::vector<std::string> content_types;
  std::optional<schema::JsonSchema> body_schema;
  AuthLevel auth = AuthLevel::None;
  std::optional<bool> cancel_on_disconnect;  // Absent: GET and HEAD only.

  bool takes_path(std::string_view sent) const;
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
  /// `value` is that of "endpoints" in the manifest of `app`. Errors name the place.
  static Result<Endpoints> read(const json::Value& value, const runtime::App& app);

  Match match(const Question& question) const;

  /// In the order in which they are asked.
  const std::vector<Endpoint>& all() const { return endpoints_; }

 private:
  std::vector<Endpoint> endpoints_;
};

/// The text that every match of an expression begins with.
struct Literal {
  std::size_t size = 0;  // In characters.
  bool is_all = false;   // There is nothing but that.
};
Literal literal_of(std::string_view expression);

/// "required", "optional" or "none".
Result<AuthLevel> read_auth_level(const json::Value& value);
std::string_view name(AuthLevel level);

/// A module of the app. Errors name the place.
Result<runtime::ModuleId> read_module(const json::Value& value, const runtime::App& app);

/// What matches the whole of a path. Errors name the place.
Result<std::shared_ptr<const re2::RE2>> read_path_expression(const json::Value& value);

}  // namespace hermes::http_gateway

#pragma once

// Who judges the clients of an app, from the "http" section of its manifest:
//
//   "auth": {"module": "guard", "api": "required", "files": "none",
//            "cache": {"seconds": 30, "headers": ["authorization"]}}
//
// `module` exports hermes:http-gateway/event-auth. An endpoint has its own level; `api` is that of
// what goes to the modules in turn, `files` that of the files. What the module lets pass is asked
// anew for each request, but for `seconds` where the values of `headers` are the same.

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "extensions/http_gateway/endpoints.h"
#include "runtime/app.h"

namespace hermes::http_gateway {

struct AuthRules {
  runtime::ModuleId module = {};  // Empty if the app has none.
  AuthLevel api = AuthLevel::None;
  AuthLevel files = AuthLevel::None;
  std::chrono::seconds cache_for{0};
  std::vector<std::string> cache_by = {};  // Names of headers, in lower case.

  /// `value` is that of "auth". Errors name the place.
  static Result<AuthRules> read(const json::Value& value, const runtime::App& app);
};

}  // namespace hermes::http_gateway

#pragma once

// The "http" section of a manifest:
//
//   "http": {"default": true, "endpoints": […], "auth": {…}, "files": {…}, "cors": {…},
//            "redirects": […], "ipfs": true}
//
// The parts are told in the headers of the same names; all of it, in docs/gateway.md.

#include <optional>

#include "base/result.h"
#include "extensions/http_gateway/auth_rules.h"
#include "extensions/http_gateway/cors.h"
#include "extensions/http_gateway/endpoints.h"
#include "extensions/http_gateway/file_rules.h"
#include "extensions/http_gateway/redirect_rules.h"
#include "runtime/app.h"

namespace hermes::http_gateway {

struct Section {
  Endpoints endpoints = {};
  bool is_default = false;  // It answers where the host names no app.
  AuthRules auth = {};
  FileRules files = {};
  std::optional<Cors> cors = std::nullopt;
  RedirectRules redirects = {};
  bool has_content = false;  // "ipfs": /ipfs/… is content of IPFS.

  /// What the manifest of `app` says. Errors name the place.
  static Result<Section> read(const runtime::App& app);
};

}  // namespace hermes::http_gateway

#ifndef HERMES_CXX_HTTP_H
#define HERMES_CXX_HTTP_H

// For worlds that export hermes:http-gateway/event.

#include <string>
#include <utility>
#include <vector>

#include "hermes/cxx/text.h"
#include "hermes/http.h"

namespace hermes::http {

struct Response {
  uint16_t code;
  const char* content_type;
  std::string body;
  std::vector<std::pair<const char*, std::string>> headers = {};  // Others.
};

inline std::string_view path_of(const hermes_string_t& path) {
  return view(hermes_http_path(path));
}

/// The first value of that header, whose name is in lower case; empty without one.
inline std::string_view header(const hermes_http_gateway_api_headers_t& headers,
                               std::string_view name) {
  for (size_t i = 0; i < headers.len; ++i) {
    const auto& [found, values] = headers.ptr[i];
    if (view(found) == name && values.len > 0) return view(values.ptr[0]);
  }
  return {};
}

/// Returns true, for `reply` to return.
inline bool answer(hermes_http_gateway_api_http_gateway_response_t* into,
                   const Response& response) {
  hermes_http_answer_bytes(into, response.code, response.content_type, response.body.data(),
                           response.body.size());
  for (const auto& [name, value] : response.headers) {
    hermes_http_add_header(into, name, value.c_str());
  }
  return true;
}

}  // namespace hermes::http

#endif

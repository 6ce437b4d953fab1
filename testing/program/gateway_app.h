#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/app_folder.h"

namespace hermes::testing {

/// An app whose modules are the guests named, with this section "http" and other members.
inline AppFolder gateway_app(std::string_view name, std::initializer_list<std::string_view> guests,
                             std::string_view http, std::string_view more = {}) {
  std::string modules;
  for (const auto guest : guests) {
    modules += concat(modules.empty() ? "" : ", ", R"({"component": ")", guest, R"(.wasm"})");
  }
  return AppFolder(concat(R"({"name": ")", name, R"(", "version": "1.0.0", "modules": [)", modules,
                          R"(], "http": )", http, more, "}"),
                   guests);
}

/// A request for the app.
inline std::string get(std::string_view app, std::string_view path, std::string_view lines = {}) {
  return concat("GET ", path, " HTTP/1.1\r\nhost: ", app, ".localhost\r\n", lines, "\r\n");
}

inline std::string post(std::string_view app, std::string_view path, std::string_view type,
                        std::string_view body) {
  return concat("POST ", path, " HTTP/1.1\r\nhost: ", app, ".localhost\r\ncontent-type: ", type,
                "\r\ncontent-length: ", body.size(), "\r\n\r\n", body);
}

}  // namespace hermes::testing

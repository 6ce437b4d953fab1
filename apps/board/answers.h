#pragma once

// What the API of a board answers with.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "hermes/cxx/http.h"
#include "json.h"

namespace board {

inline hermes::http::Response json(uint16_t code, std::string body) {
  return {code, "application/json", std::move(body)};
}

/// `reason` is for people.
inline hermes::http::Response refusal(uint16_t code, std::string_view reason) {
  return json(code, "{\"error\":" + quoted(reason) + "}");
}

}  // namespace board

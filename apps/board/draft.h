#pragma once

// What a page posts, as JSON: {"name":"Ada","text":"Hello"}

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "hermes/cxx/http.h"

namespace board {

inline constexpr size_t kMaxName = 40;   // Characters.
inline constexpr size_t kMaxText = 500;  // Characters.

struct Draft {
  std::string name;
  std::string text;
};

/// Or the response that says what is wrong with it.
std::variant<Draft, hermes::http::Response> read_draft(std::string_view body,
                                                       std::string_view content_type);

}  // namespace board

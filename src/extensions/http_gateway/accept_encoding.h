#pragma once

#include <string_view>
#include <vector>

namespace hermes::http_gateway {

/// How a file can be compressed beforehand, and where it lies then: "app.js.br".
struct Coding {
  std::string_view name;    // As Content-Encoding has it.
  std::string_view suffix;  // Of the file's name.

  bool operator==(const Coding&) const = default;
};

inline constexpr Coding kCodings[] = {{"zstd", ".zst"}, {"br", ".br"}, {"gzip", ".gz"}};

/// Those that an Accept-Encoding header (RFC 9110, section 12.5.3) prefers to the file as it is,
/// the best first; of equals, in the order above.
std::vector<Coding> accepted_codings(std::string_view value);

}  // namespace hermes::http_gateway

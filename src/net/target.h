#pragma once

#include <optional>
#include <string_view>

namespace hermes::net {

/// The host of "host:port", "[::1]:80" without the brackets; nullopt for what is no authority.
std::optional<std::string_view> host_of(std::string_view authority);

/// A request target in its parts.
struct Target {
  std::string_view path;                                     // With the query; "*" for OPTIONS.
  std::optional<std::string_view> authority = std::nullopt;  // Of "http://authority/path".
};

/// nullopt for a target that does not go with the method, and for one that is not printable ASCII.
std::optional<Target> parse_target(std::string_view method, std::string_view target);

}  // namespace hermes::net

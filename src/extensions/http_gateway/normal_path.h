#pragma once

#include <string>
#include <string_view>

namespace hermes::http_gateway {

/// The path in the form in which all that mean the same are one (RFC 3986, section 6.2.2): "%61" is
/// "a", "%2f" is "%2F", and "/a/./b/../c" is "/a/c". So is "//a//c", which many take for it. So no
/// spelling of a path gets around an endpoint.
std::string normal_path(std::string_view path);

}  // namespace hermes::http_gateway

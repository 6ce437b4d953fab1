#pragma once

#include <string_view>

namespace hermes::net {

/// The Content-Type of a file by the end of its name, with the charset where it is text.
/// "application/octet-stream" for an ending that is not known.
std::string_view content_type(std::string_view path);

}  // namespace hermes::net

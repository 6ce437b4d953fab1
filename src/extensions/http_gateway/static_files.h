#pragma once

#include <string_view>

#include "base/result.h"
#include "net/request.h"
#include "net/response.h"
#include "vfs/tree.h"

namespace hermes::http_gateway {

/// Answers with the file that the path of `request` names, or with what there is to say: that there
/// is none, that it has not changed, that a directory ends with a slash.
///
/// A directory is its index.html. Names that begin with a dot are not served.
net::Response serve_file(const vfs::Tree& tree, const net::Request& request);

}  // namespace hermes::http_gateway

#pragma once

#include <filesystem>
#include <memory>

#include <boost/asio/ssl/context.hpp>

#include "base/result.h"

namespace hermes::net {

/// What a client of TLS trusts: the machine's certificates, and those of `ca_file` (PEM), unless it
/// is empty. TLS 1.2 and 1.3.
Result<std::shared_ptr<boost::asio::ssl::context>> client_tls(const std::filesystem::path& ca_file);

}  // namespace hermes::net

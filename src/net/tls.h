#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/ssl/context.hpp>

#include "base/result.h"

namespace hermes::net {

/// What a client of TLS trusts: the machine's certificates, and those of a file. TLS 1.2 and 1.3.
/// Thread-safe.
class ClientTls {
 public:
  /// Reads the file (PEM), unless its name is empty.
  static Result<std::shared_ptr<ClientTls>> open(const std::filesystem::path& ca_file);

  /// With the machine's certificates, which the first caller reads: there are so many that an
  /// engine that asks nobody starts a quarter sooner without.
  boost::asio::ssl::context& context();

 private:
  explicit ClientTls(boost::asio::ssl::context context) : context_(std::move(context)) {}

  boost::asio::ssl::context context_;
  std::once_flag has_machine_;
};

}  // namespace hermes::net

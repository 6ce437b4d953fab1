#pragma once

#include <memory>
#include <span>

#include "base/guarded.h"
#include "base/result.h"
#include "net/server_tls.h"

namespace hermes::net {

/// The certificates that new connections of a server get, which may be read anew while it serves;
/// connections that are open keep theirs. Thread-safe.
class ServerCertificates {
 public:
  static Result<std::shared_ptr<ServerCertificates>> open(std::span<const CertificateFiles> files);

  /// Whether they are others than before. After an error, those of before stay.
  Result<bool> reread(std::span<const CertificateFiles> files);

  std::shared_ptr<const ServerTls> current() const;

 private:
  explicit ServerCertificates(std::shared_ptr<const ServerTls> tls) : current_(std::move(tls)) {}

  Guarded<std::shared_ptr<const ServerTls>> current_;
};

}  // namespace hermes::net

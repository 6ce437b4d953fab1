#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hermes::net {

/// Of one certificate: it and what leads to its authority (PEM), and its private key (PEM).
struct CertificateFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;

  bool operator==(const CertificateFiles&) const = default;
};

/// TLS 1.2 and 1.3 of a server that may have several names. A client gets the first that is for the
/// name it asks for; one that names none, or another, gets the first of all. Offers h2 and http/1.1
/// by ALPN.
///
/// Never changes; thread-safe. Outlives the connections that use it.
class ServerTls {
 public:
  /// Reads the files of all. Fails where one is missing or not valid, where a key does not belong
  /// to its certificate, and for none at all.
  static Result<std::shared_ptr<const ServerTls>> open(std::span<const CertificateFiles> files);

  /// What a connection begins with.
  SSL_CTX* context() const { return contexts_.front().get(); }

  bool has_same_certificates(const ServerTls& other) const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  using Context = std::unique_ptr<SSL_CTX, Free>;

  static Result<Context> open_one(const CertificateFiles& files);
  static int on_server_name(SSL* tls, int* alert, void* self);

  std::vector<Context> contexts_;
};

}  // namespace hermes::net

#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "testing/engine/temporary_directory.h"

namespace hermes::testing {

/// A certificate and its key.
struct Certificate {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;
};

/// An authority for tests, made anew, and certificates that it signs.
class Certificates {
 public:
  Certificates();

  /// What a client has to trust, as a file of PEM.
  std::filesystem::path authority_file() const { return directory_.path() / "ca.pem"; }

  /// For a name as in "DNS:example.com" or "IP:127.0.0.1". It was good from an hour ago.
  Certificate issue(const std::string& name,
                    std::chrono::seconds until = std::chrono::hours(1)) const;

  /// Writes both as files of PEM.
  static void write(const Certificate& certificate, const std::filesystem::path& certificate_file,
                    const std::filesystem::path& key_file);

  /// Signed by nobody but itself.
  static Certificate self_signed(const std::string& name);

 private:
  TemporaryDirectory directory_;
  Certificate authority_;
};

}  // namespace hermes::testing

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "package/sha256.h"

struct x509_st;
struct evp_pkey_st;

namespace hermes::package {

/// An X.509 certificate. Copies share it.
class Certificate {
 public:
  static Result<Certificate> from_der(std::string_view der);
  /// All of a PEM file, which has one at least.
  static Result<std::vector<Certificate>> from_pem(std::string_view text, std::string_view file);

  std::string der() const;
  std::string pem() const;
  /// SHA-256 of it: what `openssl x509 -fingerprint -sha256` shows.
  Digest digest() const;
  /// SHA-256 of its public key, as SubjectPublicKeyInfo in DER. Whoever has the key of an authority
  /// with ECDSA can sign the same certificate again, with another digest, but the same key in it.
  Digest key_digest() const;
  /// "CN=Ada Lovelace,O=Analytical Engines", with no control characters.
  std::string subject() const;
  UtcTime valid_until() const;

  /// Whether its key is of Ed25519 and may sign packages.
  Result<> may_sign() const;
  /// Whether its key made this Ed25519 signature.
  bool has_signed(std::string_view message, std::string_view signature) const;

  x509_st* get() const { return certificate_.get(); }

 private:
  explicit Certificate(x509_st* certificate);

  std::shared_ptr<x509_st> certificate_;
};

/// A private key of Ed25519.
class PrivateKey {
 public:
  /// From a PEM file, as `openssl genpkey` writes it. Asks at the terminal for its pass phrase, if
  /// it has one.
  static Result<PrivateKey> from_pem(std::string_view text, std::string_view file);

  bool belongs_to(const Certificate& certificate) const;
  Result<std::string> sign(std::string_view message) const;

 private:
  explicit PrivateKey(evp_pkey_st* key);

  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace hermes::package

#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "package/certificate.h"

namespace hermes::package {

/// In the directory of a trust store: certificates and keys that are trusted no more, by their
/// digests, a line each: "91ab…", "key 91ab…".
inline constexpr auto kRevokedFile = "revoked.txt";
inline constexpr std::string_view kRevokedKey = "key";

/// Whom the person who runs the engine trusts: the certificates in a directory, but for those that
/// its kRevokedFile names.
class Trust {
 public:
  /// Of a directory that is not there: nobody.
  static Result<Trust> open(const std::filesystem::path& directory);

  /// Whether the chain of the signer in front leads to a trusted certificate, and all of it may be
  /// used at that time. Code::NotFound: nobody here trusts the signer; another code: the chain is
  /// wrong in itself.
  Result<> check(std::span<const Certificate> chain, UtcTime now) const;

  /// Fails if one of them is revoked, or the key of one.
  Result<> check_revoked(std::span<const Certificate> chain) const;

  const std::vector<Certificate>& certificates() const { return certificates_; }
  const std::set<Digest>& revoked() const { return revoked_.certificates; }
  const std::set<Digest>& revoked_keys() const { return revoked_.keys; }

 private:
  struct Revoked {
    std::set<Digest> certificates;
    std::set<Digest> keys;

    bool has(const Certificate& one) const;
    static Result<Revoked> read(const std::filesystem::path& file);
  };

  std::vector<Certificate> certificates_;
  Revoked revoked_;
};

}  // namespace hermes::package

#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "package/certificate.h"

namespace hermes::package {

/// In the directory of a trust store: certificates that are trusted no more.
inline constexpr auto kRevokedFile = "revoked.txt";

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

  /// Fails if one of them is revoked.
  Result<> check_revoked(std::span<const Certificate> chain) const;

  const std::vector<Certificate>& certificates() const { return certificates_; }
  const std::set<Digest>& revoked() const { return revoked_; }

 private:
  std::vector<Certificate> certificates_;
  std::set<Digest> revoked_;
};

}  // namespace hermes::package

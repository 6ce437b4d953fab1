#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "package/certificate.h"
#include "package/cose.h"
#include "package/trust.h"

namespace hermes::package {

/// Somebody who signed a package, and what keeps us from believing them.
struct Signer {
  enum class Role : std::uint8_t { Author, Publisher };

  Role role = Role::Author;
  Certificate certificate;
  /// Why they are not trusted here: the person who starts the engine can overrule that.
  std::optional<Error> doubt = std::nullopt;
};

/// The certificates that come with a signature, the signer's first. `entry` is where it stands.
Result<std::vector<Certificate>> chain_of(const CoseSignature& signature, std::string_view entry);

/// Who signed this list of digests: the author first, publishers after those whom they
/// counter-sign. Fails for a signature that is wrong, and for a certificate that is revoked.
Result<std::vector<Signer>> check_signatures(std::string_view signatures, std::string_view digests,
                                             const Trust& trust, UtcTime now);

/// Who signs, and for what: a key and its certificate, with those that lead to a trusted one.
struct SigningKey {
  PrivateKey key;
  std::vector<Certificate> chain;

  /// Of files in PEM. Fails if they do not belong together, or the certificate is not for signing.
  static Result<SigningKey> read(const std::string& key_file, const std::string& certificate_file);
};

/// `signatures`, empty if there are none yet, and one more: of an author, or the counter-signature
/// of a publisher on that of the author.
Result<std::string> add_signature(std::string_view signatures, std::string_view digests,
                                  const SigningKey& by, Signer::Role role);

}  // namespace hermes::package

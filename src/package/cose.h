#pragma once

// COSE_Sign (RFC 9052) over the list of digests, as docs/formats/package.md section 4 has it. Here
// is the form alone; who signed, and whether it is right, is in signatures.h.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "package/sha256.h"

namespace hermes::package {

inline constexpr std::size_t kSignatureBytes = std::size_t{256} << 10;

struct CoseSignature {
  Digest certificate{};                                // SHA-256 of the signer's.
  std::vector<std::string> chain;                      // Certificates in DER, the signer's first.
  std::string signature;                               // 64 bytes.
  std::vector<CoseSignature> counter_signatures = {};  // Which have none themselves.

  bool operator==(const CoseSignature&) const = default;
};

struct CoseSign {
  std::vector<CoseSignature> signatures;  // The author's first.

  /// Of text in that very form: nothing more, and nothing in another encoding. `entry` is where it
  /// stands.
  static Result<CoseSign> parse(std::string_view text,
                                std::string_view entry = "META/signatures.cose");
  std::string encode() const;
};

/// What the holder of that certificate signs (Sig_structure).
std::string to_be_signed(const Digest& certificate, std::string_view payload);

/// What a publisher with that certificate signs of the author's signature (Countersign_structure).
std::string to_be_counter_signed(const CoseSignature& author, const Digest& certificate);

}  // namespace hermes::package

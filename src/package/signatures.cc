#include "package/signatures.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/strings.h"
#include "package/file_io.h"

namespace hermes::package {
namespace {

constexpr std::size_t kPem = std::size_t{64} << 10;

std::string who(const Certificate& certificate) {
  return concat("'", certificate.subject(), "' (", to_hex(certificate.digest()), ")");
}

std::optional<Error> doubt_of(std::span<const Certificate> chain, const Trust& trust, UtcTime now) {
  auto checked = chain.front().may_sign();
  if (checked) checked = trust.check(chain, now);
  if (checked) return std::nullopt;
  return std::move(checked).error().context(who(chain.front()));
}

// Checks one signature on `message`.
Result<Signer> check(const CoseSignature& signature, std::string_view message, Signer::Role role,
                     const Trust& trust, UtcTime now) {
  const auto chain = TRY(chain_of(signature, "META/signatures.cose"));
  const auto& certificate = chain.front();
  if (!certificate.has_signed(message, signature.signature)) {
    return Error(Code::Corrupt, concat("the signature by ", who(certificate), " is wrong"));
  }
  TRY(trust.check_revoked(chain));
  return Signer{role, certificate, doubt_of(chain, trust, now)};
}

Result<> check_unique(const std::vector<CoseSignature>& signatures) {
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    const auto& certificate = signatures[i].certificate;
    const auto others = std::span(signatures).first(i);
    if (std::ranges::find(others, certificate, &CoseSignature::certificate) != others.end()) {
      return Error(Code::InvalidArgument, concat("the holder of the certificate ",
                                                 to_hex(certificate), " has signed twice"));
    }
  }
  return {};
}

CoseSignature unsigned_by(const SigningKey& key) {
  CoseSignature signature{.certificate = key.chain.front().digest(), .chain = {}, .signature = {}};
  for (const auto& one : key.chain) signature.chain.push_back(one.der());
  return signature;
}

}  // namespace

Result<std::vector<Certificate>> chain_of(const CoseSignature& signature, std::string_view entry) {
  std::vector<Certificate> chain;
  for (const auto& der : signature.chain) {
    chain.push_back(TRY(Certificate::from_der(der).context(concat(entry, ": x5chain"))));
  }
  if (chain.front().digest() == signature.certificate) return chain;
  return Error(Code::Corrupt,
               concat(entry, ": x5chain does not begin with the certificate of x5t"));
}

Result<std::vector<Signer>> check_signatures(std::string_view signatures, std::string_view digests,
                                             const Trust& trust, UtcTime now) {
  const auto sign = TRY(CoseSign::parse(signatures));
  TRY(check_unique(sign.signatures));
  std::vector<Signer> signers;
  for (const auto& one : sign.signatures) {
    const auto message = to_be_signed(one.certificate, digests);
    signers.push_back(TRY(check(one, message, Signer::Role::Author, trust, now)));
    TRY(check_unique(one.counter_signatures));
    for (const auto& counter : one.counter_signatures) {
      const auto countered = to_be_counter_signed(one, counter.certificate);
      signers.push_back(TRY(check(counter, countered, Signer::Role::Publisher, trust, now)));
    }
  }
  return signers;
}

Result<SigningKey> SigningKey::read(const std::string& key_file,
                                    const std::string& certificate_file) {
  auto private_key = TRY(PrivateKey::from_pem(TRY(read_file(key_file, kPem)), key_file));
  auto chain = TRY(Certificate::from_pem(TRY(read_file(certificate_file, kPem)), certificate_file));
  SigningKey key{std::move(private_key), std::move(chain)};
  const auto& certificate = key.chain.front();
  if (!key.key.belongs_to(certificate)) {
    return Error(Code::InvalidArgument, concat("the certificate in '", certificate_file,
                                               "' is not for the key in '", key_file, "'"));
  }
  TRY(certificate.may_sign().context(concat("'", certificate_file, "'")));
  return key;
}

Result<std::string> add_signature(std::string_view signatures, std::string_view digests,
                                  const SigningKey& by, Signer::Role role) {
  CoseSign sign;
  if (!signatures.empty()) sign = TRY(CoseSign::parse(signatures));
  auto signature = unsigned_by(by);
  const bool counters = role == Signer::Role::Publisher;
  if (counters && sign.signatures.empty()) {
    return Error(Code::InvalidArgument, "nobody has signed it yet whom a publisher counter-signs");
  }
  signature.signature = TRY(
      by.key.sign(counters ? to_be_counter_signed(sign.signatures.front(), signature.certificate)
                           : to_be_signed(signature.certificate, digests)));
  auto& to = counters ? sign.signatures.front().counter_signatures : sign.signatures;
  to.push_back(std::move(signature));
  TRY(check_unique(to));
  auto encoded = sign.encode();
  // Not more than is read again.
  TRY(CoseSign::parse(encoded));
  if (encoded.size() <= kSignatureBytes) return encoded;
  return Error(Code::LimitReached, "there are too many signatures");
}

}  // namespace hermes::package

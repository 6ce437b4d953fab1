#include "package/certificate.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "base/escape.h"
#include "base/strings.h"
#include "package/openssl.h"

namespace hermes::package {
namespace {

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Null for a certificate whose key OpenSSL cannot read.
EVP_PKEY* ed25519_key(X509* certificate) {
  auto* key = X509_get0_pubkey(certificate);
  ERR_clear_error();
  return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? key : nullptr;
}

using Context = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Usages = Owned<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;

bool allows_code_signing(X509* certificate) {
  const Usages usages(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  if (!usages) return false;
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
    const int usage = OBJ_obj2nid(sk_ASN1_OBJECT_value(usages.get(), i));
    if (usage == NID_code_sign || usage == NID_anyExtendedKeyUsage) return true;
  }
  return false;
}

}  // namespace

Certificate::Certificate(x509_st* certificate) : certificate_(certificate, X509_free) {}

Result<Certificate> Certificate::from_der(std::string_view der) {
  const auto* at = bytes(der);
  X509* found = d2i_X509(nullptr, &at, static_cast<long>(der.size()));
  ERR_clear_error();
  if (!found) return Error(Code::Corrupt, "it is no X.509 certificate");
  Certificate certificate(found);
  if (at == bytes(der) + der.size()) return certificate;
  return Error(Code::Corrupt, "something follows the certificate");
}

Result<std::vector<Certificate>> Certificate::from_pem(std::string_view text,
                                                       std::string_view file) {
  const auto source = memory(text);
  std::vector<Certificate> certificates;
  while (X509* found = PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)) {
    certificates.push_back(Certificate(found));
  }
  const bool whole = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (whole && !certificates.empty()) return certificates;
  return Error(Code::InvalidArgument, concat("'", file, "' is no file of certificates in PEM"));
}

std::string Certificate::der() const {
  unsigned char* data = nullptr;
  const int size = i2d_X509(get(), &data);
  const Owned<unsigned char, free_by_openssl> owner(data);
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(std::max(size, 0))};
}

std::string Certificate::pem() const {
  const auto to = memory();
  PEM_write_bio_X509(to.get(), get());
  return content(to.get());
}

Digest Certificate::digest() const {
  return sha256(der());
}

Digest Certificate::key_digest() const {
  unsigned char* data = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(get()), &data);
  const Owned<unsigned char, free_by_openssl> owner(data);
  ERR_clear_error();
  return sha256({reinterpret_cast<const char*>(data), static_cast<std::size_t>(std::max(size, 0))});
}

std::string Certificate::subject() const {
  const auto to = memory();
  X509_NAME_print_ex(to.get(), X509_get_subject_name(get()), 0,
                     XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  return escape_controls(content(to.get()));
}

UtcTime Certificate::valid_until() const {
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(get()), &time) != 1) return {};
  return std::chrono::sys_seconds(std::chrono::seconds(timegm(&time)));
}

Result<> Certificate::may_sign() const {
  if (!ed25519_key(get())) return Error(Code::Denied, "its key is not of Ed25519");
  const auto flags = X509_get_extension_flags(get());
  if ((flags & EXFLAG_INVALID) != 0) return Error(Code::Corrupt, "its extensions are damaged");
  if ((flags & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(get()) & KU_DIGITAL_SIGNATURE) == 0) {
    return Error(Code::Denied, "its key usage does not allow digital signatures");
  }
  if ((flags & EXFLAG_XKUSAGE) != 0 && !allows_code_signing(get())) {
    return Error(Code::Denied, "its extended key usage does not allow code signing");
  }
  return {};
}

bool Certificate::has_signed(std::string_view message, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  auto* key = ed25519_key(get());
  const bool right = context && key &&
                     EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
                     EVP_DigestVerify(context.get(), bytes(signature), signature.size(),
                                      bytes(message), message.size()) == 1;
  ERR_clear_error();
  return right;
}

PrivateKey::PrivateKey(evp_pkey_st* key) : key_(key, EVP_PKEY_free) {}

Result<PrivateKey> PrivateKey::from_pem(std::string_view text, std::string_view file) {
  EVP_PKEY* found = PEM_read_bio_PrivateKey(memory(text).get(), nullptr, nullptr, nullptr);
  ERR_clear_error();
  if (!found) {
    return Error(Code::InvalidArgument, concat("'", file, "' is no private key in PEM"));
  }
  PrivateKey key(found);
  if (EVP_PKEY_get_base_id(found) == EVP_PKEY_ED25519) return key;
  return Error(Code::InvalidArgument, concat("the key in '", file, "' is not of Ed25519"));
}

bool PrivateKey::belongs_to(const Certificate& certificate) const {
  const auto* key = ed25519_key(certificate.get());
  return key && EVP_PKEY_eq(key_.get(), key) == 1;
}

Result<std::string> PrivateKey::sign(std::string_view message) const {
  const Context context(EVP_MD_CTX_new());
  std::string signature(64, '\0');
  auto size = signature.size();
  if (context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes(message), message.size()) == 1 &&
      size == signature.size()) {
    return signature;
  }
  ERR_clear_error();
  return Error(Code::Denied, "the key cannot sign");
}

}  // namespace hermes::package

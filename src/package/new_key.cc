#include "package/new_key.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <chrono>

#include "base/utf8.h"
#include "package/openssl.h"

namespace hermes::package {
namespace {

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Made = Owned<X509, X509_free>;
using Extension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using Number = Owned<BIGNUM, BN_free>;

constexpr int kSerialBits = 127;
constexpr std::size_t kName = 64;  // As X.520 has it.
constexpr std::chrono::days kValid(730);

bool add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  const Number number(BN_new());
  return number && BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_times(X509* certificate, UtcTime now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto from = seconds.time_since_epoch().count();
  const auto until = (seconds + kValid).time_since_epoch().count();
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr;
}

bool set_name(X509* certificate, const std::string& name) {
  auto* subject = X509_get_subject_name(certificate);
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()),
                                    static_cast<int>(name.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1;
}

Made make_certificate(EVP_PKEY* key, const std::string& name, UtcTime now) {
  Made made(X509_new());
  constexpr long kVersion3 = 2;
  const bool done = made && X509_set_version(made.get(), kVersion3) == 1 &&
                    set_serial(made.get()) && set_times(made.get(), now) &&
                    set_name(made.get(), name) && X509_set_pubkey(made.get(), key) == 1 &&
                    add_extension(made.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(made.get(), NID_key_usage, "critical,digitalSignature") &&
                    add_extension(made.get(), NID_ext_key_usage, "codeSigning") &&
                    add_extension(made.get(), NID_subject_key_identifier, "hash") &&
                    X509_sign(made.get(), key, nullptr) != 0;
  return done ? std::move(made) : nullptr;
}

}  // namespace

Result<NewKey> make_key(const std::string& name, UtcTime now) {
  if (name.empty() || name.size() > kName || !is_utf8(name)) {
    return Error(Code::InvalidArgument, "a name has 1 to 64 bytes of UTF-8");
  }
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const auto certificate = key ? make_certificate(key.get(), name, now) : nullptr;
  const auto key_pem = memory();
  const auto pem = memory();
  if (!certificate || PEM_write_bio_X509(pem.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    ERR_clear_error();
    return Error(Code::Denied, "OpenSSL makes no key");
  }
  const auto chain = TRY(Certificate::from_pem(content(pem.get()), "certificate"));
  return NewKey{content(key_pem.get()), chain.front()};
}

}  // namespace hermes::package

#include "testing/servers/certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <stdexcept>

namespace hermes::testing {
namespace {

using std::chrono::seconds;

void expect(bool holds) {
  if (!holds) throw std::runtime_error("OpenSSL makes no certificate");
}

void add_extension(X509& certificate, int kind, const std::string& value) {
  auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  expect(extension != nullptr && X509_add_ext(&certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// Signed by `by`, or by itself if that is null.
Certificate make(const std::string& subject, const std::string& name, seconds until,
                 const Certificate* by) {
  static std::atomic<int> serial = 1;
  Certificate made{{X509_new(), X509_free}, {EVP_EC_gen("P-256"), EVP_PKEY_free}};
  auto* const x509 = made.certificate.get();
  expect(x509 != nullptr && made.key);
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
  X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x509), until.count());
  X509_set_pubkey(x509, made.key.get());
  auto* const subject_name = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(subject_name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
  X509_set_issuer_name(x509, by ? X509_get_subject_name(by->certificate.get()) : subject_name);
  add_extension(*x509, NID_basic_constraints, name.empty() ? "critical,CA:true" : "CA:false");
  if (!name.empty()) add_extension(*x509, NID_subject_alt_name, name);
  expect(X509_sign(x509, by ? by->key.get() : made.key.get(), EVP_sha256()) != 0);
  return made;
}

}  // namespace

Certificates::Certificates() : authority_(make("authority", "", std::chrono::hours(1), nullptr)) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(authority_file().c_str(), "w"), std::fclose);
  expect(file && PEM_write_X509(file.get(), authority_.certificate.get()) == 1);
}

void Certificates::write(const Certificate& certificate,
                         const std::filesystem::path& certificate_file,
                         const std::filesystem::path& key_file) {
  using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  const File first(std::fopen(certificate_file.c_str(), "w"), std::fclose);
  expect(first && PEM_write_X509(first.get(), certificate.certificate.get()) == 1);
  const File second(std::fopen(key_file.c_str(), "w"), std::fclose);
  expect(second && PEM_write_PrivateKey(second.get(), certificate.key.get(), nullptr, nullptr, 0,
                                        nullptr, nullptr) == 1);
}

Certificate Certificates::issue(const std::string& name, seconds until) const {
  return make("server", name, until, &authority_);
}

Certificate Certificates::self_signed(const std::string& name) {
  return make("server", name, std::chrono::hours(1), nullptr);
}

}  // namespace hermes::testing

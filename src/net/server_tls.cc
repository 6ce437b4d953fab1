#include "net/server_tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"

namespace hermes::net {
namespace {

// Of TLS 1.2: keys that are forgotten, and ciphers that authenticate. Those of 1.3 all do.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* kGroups = "X25519:P-256:P-384";

// In the order of our preference.
constexpr std::array<std::string_view, 2> kProtocols{"h2", "http/1.1"};

std::string reason() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* text = ERR_reason_error_string(code);
  return text ? text : "unknown error";
}

Error bad_file(std::string_view what, const std::filesystem::path& file) {
  return Error(Code::InvalidArgument, concat(what, " '", file.string(), "': ", reason()));
}

bool is_same(X509* a, X509* b) {
  return X509_cmp(a, b) == 0;
}

// What leads from the certificate to its authority.
bool has_same_chain(SSL_CTX* a, SSL_CTX* b) {
  STACK_OF(X509)* of_a = nullptr;
  STACK_OF(X509)* of_b = nullptr;
  SSL_CTX_get0_chain_certs(a, &of_a);
  SSL_CTX_get0_chain_certs(b, &of_b);
  const int count = std::max(0, sk_X509_num(of_a));  // -1: there is none.
  if (count != std::max(0, sk_X509_num(of_b))) return false;
  for (int i = 0; i < count; ++i) {
    if (!is_same(sk_X509_value(of_a, i), sk_X509_value(of_b, i))) return false;
  }
  return true;
}

// Chooses of what the client offers; refuses one that offers other protocols only.
int on_protocols(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                 const unsigned char* offered, unsigned size, void*) {
  for (const auto protocol : kProtocols) {
    for (unsigned i = 0; i < size; i += 1U + offered[i]) {
      const std::string_view one(reinterpret_cast<const char*>(offered + i + 1), offered[i]);
      if (i + 1U + offered[i] > size || one != protocol) continue;
      *chosen = offered + i + 1;
      *chosen_size = offered[i];
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

Result<ServerTls::Context> ServerTls::open_one(const CertificateFiles& files) {
  ERR_clear_error();
  Context context(SSL_CTX_new(TLS_server_method()));
  if (!context) return Error(Code::OutOfMemory, concat("TLS: ", reason()));
  auto* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(raw, kCiphers);
  SSL_CTX_set1_groups_list(raw, kGroups);
  SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                               SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);  // Tickets hold the sessions.
  SSL_CTX_set_num_tickets(raw, 1);
  SSL_CTX_set_alpn_select_cb(raw, on_protocols, nullptr);
  // A key with a passphrase would ask the terminal for it.
  SSL_CTX_set_default_passwd_cb(raw, [](char*, int, int, void*) { return 0; });
  if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1) {
    return bad_file("certificate", files.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return bad_file("private key", files.key);
  }
  if (SSL_CTX_check_private_key(raw) != 1) {
    ERR_clear_error();
    return Error(Code::InvalidArgument,
                 concat("private key '", files.key.string(),
                        "': it is not that of the certificate '", files.certificate.string(), "'"));
  }
  return context;
}

Result<std::shared_ptr<const ServerTls>> ServerTls::open(std::span<const CertificateFiles> files) {
  if (files.empty()) return Error(Code::InvalidArgument, "TLS needs a certificate");
  auto tls = std::make_shared<ServerTls>();
  for (const auto& one : files) {
    auto context = TRY(open_one(one));
    tls->contexts_.push_back(std::move(context));
  }
  SSL_CTX_set_tlsext_servername_callback(tls->context(), on_server_name);
  SSL_CTX_set_tlsext_servername_arg(tls->context(), tls.get());
  return std::shared_ptr<const ServerTls>(std::move(tls));
}

bool ServerTls::has_same_certificates(const ServerTls& other) const {
  return std::ranges::equal(contexts_, other.contexts_, [](const auto& a, const auto& b) {
    return is_same(SSL_CTX_get0_certificate(a.get()), SSL_CTX_get0_certificate(b.get())) &&
           has_same_chain(a.get(), b.get());
  });
}

int ServerTls::on_server_name(SSL* tls, int*, void* self) {
  const char* name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
  if (!name) return SSL_TLSEXT_ERR_NOACK;
  for (const auto& context : static_cast<const ServerTls*>(self)->contexts_) {
    auto* certificate = SSL_CTX_get0_certificate(context.get());
    if (X509_check_host(certificate, name, 0, 0, nullptr) != 1) continue;
    SSL_set_SSL_CTX(tls, context.get());
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

}  // namespace hermes::net

#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hermes::testing {

/// One connection of TLS to a server of this machine, whose certificate is looked at and not
/// trusted. Nothing waits longer than ten seconds.
class TlsClient {
 public:
  struct Options {
    std::string server_name = {};  // Empty: none is asked for.
    std::string protocols = {};    // Of ALPN, each with its size in front: "\2h2".
    int version = 0;               // TLS1_2_VERSION; 0: any.
    const char* ciphers = nullptr;
  };

  TlsClient(std::uint16_t port, const Options& options) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_security_level(context_.get(), 0);
    if (options.version != 0) {
      SSL_CTX_set_min_proto_version(context_.get(), options.version);
      SSL_CTX_set_max_proto_version(context_.get(), options.version);
    }
    if (options.ciphers) SSL_CTX_set_cipher_list(context_.get(), options.ciphers);
    tls_.reset(SSL_new(context_.get()));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return;
    if (!options.server_name.empty()) {
      SSL_set_tlsext_host_name(tls_.get(), options.server_name.c_str());
    }
    if (!options.protocols.empty()) {
      SSL_set_alpn_protos(tls_.get(),
                          reinterpret_cast<const unsigned char*>(options.protocols.data()),
                          static_cast<unsigned>(options.protocols.size()));
    }
    SSL_set_fd(tls_.get(), socket_);
    is_connected_ = SSL_connect(tls_.get()) == 1;
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient() { ::close(socket_); }

  /// Whether the handshake succeeded.
  bool is_connected() const { return is_connected_; }

  /// Whether the server's certificate is for that name.
  bool is_for(std::string_view name) const {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        SSL_get1_peer_certificate(tls_.get()), X509_free);
    return certificate &&
           X509_check_host(certificate.get(), name.data(), name.size(), 0, nullptr) == 1;
  }

  std::string version() const { return SSL_get_version(tls_.get()); }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(tls_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }

  bool send(std::string_view bytes) {
    std::size_t sent = 0;
    return SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent) == 1;
  }

  /// All up to the end of the connection, or `count` bytes of it.
  std::string receive(std::size_t count) {
    std::string all;
    std::array<char, 65536> buffer;
    while (all.size() < count) {
      std::size_t read = 0;
      if (SSL_read_ex(tls_.get(), buffer.data(), std::min(buffer.size(), count - all.size()),
                      &read) != 1) {
        break;
      }
      all.append(buffer.data(), read);
    }
    return all;
  }

 private:
  struct Free {
    void operator()(SSL* tls) const { SSL_free(tls); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  std::unique_ptr<SSL_CTX, Free> context_{SSL_CTX_new(TLS_client_method())};
  std::unique_ptr<SSL, Free> tls_;
  int socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  bool is_connected_ = false;
};

}  // namespace hermes::testing

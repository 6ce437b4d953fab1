#include "net/outbound_connection.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>

#include <boost/asio/ssl/error.hpp>

namespace hermes::net {

using boost::system::error_code;

// The name is checked by OpenSSL itself, with the chain; a wildcard is the whole first label.
error_code OutboundConnection::start_tls(boost::asio::ssl::context& context, const Host& host) {
  tls_.emplace(socket_, context);
  auto* const tls = tls_->native_handle();
  auto* const wanted = SSL_get0_param(tls);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool is_set =
      host.address ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host.name.c_str()) == 1
                   : X509_VERIFY_PARAM_set1_host(wanted, host.name.data(), host.name.size()) == 1 &&
                         SSL_set_tlsext_host_name(tls, host.name.c_str()) == 1;
  constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  if (is_set && SSL_set_alpn_protos(tls, kHttp11.data(), kHttp11.size()) == 0) return {};
  const auto error = ERR_get_error();
  return {static_cast<int>(error), boost::asio::error::get_ssl_category()};
}

std::string OutboundConnection::distrust() const {
  if (!tls_) return {};
  const auto result =
      SSL_get_verify_result(const_cast<OutboundConnection*>(this)->tls_->native_handle());
  return result == X509_V_OK ? std::string() : X509_verify_cert_error_string(result);
}

bool OutboundConnection::is_quiet() {
  char byte;
  const auto count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void OutboundConnection::set_no_delay() {
  error_code ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

void OutboundConnection::close() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace hermes::net

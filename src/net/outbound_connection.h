#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "net/address.h"
#include "net/socket.h"

namespace hermes::net {

/// A connection to a server, with TLS or without. Only its reactor's thread touches it, and what is
/// under way keeps it.
///
/// A handler takes an error_code, that of `read` also a count.
class OutboundConnection {
 public:
  explicit OutboundConnection(boost::asio::io_context& context) : socket_(context) {}

  void connect(const Address& address, std::uint16_t port, auto handler) {
    boost::system::error_code ignored;
    socket_.close(ignored);
    address_ = address;
    socket_.async_connect({address, port}, std::move(handler));
  }

  /// That it was last told to connect to.
  const Address& address() const { return address_; }

  /// Makes it one of TLS; an error where the host cannot be asked for.
  boost::system::error_code start_tls(boost::asio::ssl::context& context, const Host& host);
  void handshake(auto handler) {
    tls_->async_handshake(boost::asio::ssl::stream_base::client, std::move(handler));
  }

  /// Why the server's certificate is not trusted; empty where that is not what went wrong.
  std::string distrust() const;

  /// `bytes` stay until the handler is called.
  void write(const std::string& bytes, auto handler) {
    auto done = [handler = std::move(handler)](boost::system::error_code error,
                                               std::size_t) mutable { handler(error); };
    if (tls_) return boost::asio::async_write(*tls_, boost::asio::buffer(bytes), std::move(done));
    boost::asio::async_write(socket_, boost::asio::buffer(bytes), std::move(done));
  }

  void read(std::span<char> room, auto handler) {
    const auto buffer = boost::asio::buffer(room.data(), room.size());
    if (tls_) return tls_->async_read_some(buffer, std::move(handler));
    socket_.async_read_some(buffer, std::move(handler));
  }

  /// Between requests: whether the server has neither closed nor sent anything.
  bool is_quiet();

  void set_no_delay();

  /// What is under way ends with an error.
  void close();

 private:
  Socket socket_;
  Address address_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;
};

}  // namespace hermes::net

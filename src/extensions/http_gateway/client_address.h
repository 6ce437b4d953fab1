#pragma once

// Who the client is, where proxies stand between. A proxy writes whom it has the request from into
// Forwarded (RFC 7239) or X-Forwarded-For; anybody else can write it too, so only the word of
// proxies that the operator trusts counts, from the nearest on:
//
//   connection from 10.0.0.2, trusted: 10.0.0.0/8
//   X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.0.0.1     the client is 203.0.113.7

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "base/result.h"
#include "net/headers.h"

namespace hermes::http_gateway {

/// Networks of addresses.
class Networks {
 public:
  /// "10.0.0.0/8, ::1"; none for an empty text.
  static Result<Networks> parse(std::string_view text);

  bool has(const boost::asio::ip::address& address) const;
  bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    boost::asio::ip::address address;
    unsigned bits;
  };
  std::vector<Network> networks_;
};

/// The client's address, where `peer` is that of the connection.
std::string client_address(std::string_view peer, const net::Headers& headers,
                           const Networks& trusted);

/// The addresses that a Forwarded header names as `for`, in its order; nullopt for one that is
/// hidden or no address. Nothing for a header that is malformed.
std::optional<std::vector<std::optional<boost::asio::ip::address>>> parse_forwarded(
    std::string_view value);

}  // namespace hermes::http_gateway

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/ip/address.hpp>

namespace hermes::net {

using Address = boost::asio::ip::address;

/// An IPv4 address that is written as one of IPv6, ::ffff:1.2.3.4, as what it is.
Address unmapped(const Address& address);

/// Whether anybody on the Internet may be there: neither this machine nor its link, nor a private
/// network, nor what is kept for other purposes.
bool is_public(const Address& address);

/// A host as a URI has it.
struct Host {
  std::string name;                               // In lower case; of IPv6 without brackets.
  std::optional<Address> address = std::nullopt;  // Where the name is one.

  bool operator==(const Host&) const = default;
};

/// "example.com", "93.184.216.34" or "[2606:2800::1]"; nullopt for all else. Refused are the forms
/// of an address that readers understand differently: 2130706433, 0177.0.0.1, 0x7f.1, 127.1 and
/// [::ffff:127.0.0.1].
std::optional<Host> parse_host(std::string_view text);

struct HostAndPort {
  Host host;
  std::optional<std::uint16_t> port;  // Where there is one; never 0.
};

/// "example.com:80", "[2606:2800::1]"; nullopt for all else.
std::optional<HostAndPort> parse_host_and_port(std::string_view text);

}  // namespace hermes::net

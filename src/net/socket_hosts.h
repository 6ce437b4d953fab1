#pragma once

// Whom the sockets of an app may reach. Its manifest names each:
//
//   "permissions": ["tcp:db.example.com:5432", "udp:192.0.2.7:53", "tcp:127.0.0.1"]

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/address.h"

namespace hermes::net {

enum class Transport : std::uint8_t { Tcp, Udp };

/// "tcp"
std::string_view name(Transport transport);

/// The default: none.
class SocketHosts {
 public:
  /// Those among an app's permissions.
  static Result<SocketHosts> among(const std::set<std::string>& permissions);

  /// Whether there is one that sockets of that kind may reach.
  bool has_any(Transport transport) const;

  /// Whether the host itself is named, for whatever: what may be looked up.
  bool has(const Host& host) const;

  /// Whether any socket may go to this address of a host that is named: if it is public, or is
  /// itself named.
  bool may_connect(const Address& address) const;

  /// Whether a socket may reach the address: if it is itself named, or is a public one of one of
  /// these hosts, which was looked up, and which is named. With this port or with none.
  bool may_reach(Transport transport, const Address& address, std::uint16_t port,
                 std::span<const std::string> hosts) const;

 private:
  struct Entry {
    Transport transport;
    HostAndPort to;  // Without a port, every one.
  };

  std::vector<Entry> entries_;
};

}  // namespace hermes::net

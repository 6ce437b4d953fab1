#pragma once

// Which hosts an app may send requests to. Its manifest names each:
//
//   "permissions": ["outbound:api.example.com", "outbound:127.0.0.1:8080"]

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/address.h"

namespace hermes::net {

/// The default: none.
class OutboundHosts {
 public:
  /// Those among an app's permissions.
  static Result<OutboundHosts> among(const std::set<std::string>& permissions);

  /// Whether the host itself is named, with this port or with none.
  bool has(const Host& host, std::uint16_t port) const;

  /// Whether a connection may go to this address, when the host has it: if it is public, or is
  /// itself named.
  bool may_connect(const Address& address, std::uint16_t port) const;

 private:
  std::vector<HostAndPort> entries_;  // Without a port, every one.
};

}  // namespace hermes::net

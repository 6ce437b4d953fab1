#include "net/socket_hosts.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/strings.h"

namespace hermes::net {

std::string_view name(Transport transport) {
  return transport == Transport::Tcp ? "tcp" : "udp";
}

Result<SocketHosts> SocketHosts::among(const std::set<std::string>& permissions) {
  SocketHosts hosts;
  for (const auto& permission : permissions) {
    for (const auto transport : {Transport::Tcp, Transport::Udp}) {
      const auto prefix = concat(name(transport), ":");
      if (!permission.starts_with(prefix)) continue;
      auto to = parse_host_and_port(std::string_view(permission).substr(prefix.size()));
      if (!to) {
        return Error(Code::InvalidArgument,
                     concat("permission '", permission,
                            "': expected a name, an IPv4 address or an [IPv6 address], and "
                            "perhaps a port, as in ",
                            prefix, "example.com:5432"));
      }
      hosts.entries_.push_back({transport, *std::move(to)});
    }
  }
  return hosts;
}

bool SocketHosts::has_any(Transport transport) const {
  return std::ranges::find(entries_, transport, &Entry::transport) != entries_.end();
}

bool SocketHosts::has(const Host& host) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) { return entry.to.host == host; });
}

bool SocketHosts::may_connect(const Address& address) const {
  const auto real = unmapped(address);
  return is_public(real) || std::ranges::any_of(entries_, [&](const Entry& entry) {
           return entry.to.host.address == real;
         });
}

bool SocketHosts::may_reach(Transport transport, const Address& address, std::uint16_t port,
                            std::span<const std::string> hosts) const {
  const auto real = unmapped(address);
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    const auto& [host, only] = entry.to;
    if (entry.transport != transport || only.value_or(port) != port) return false;
    if (host.address) return host.address == real;
    return is_public(real) && std::ranges::find(hosts, host.name) != hosts.end();
  });
}

}  // namespace hermes::net

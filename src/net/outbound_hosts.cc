#include "net/outbound_hosts.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace hermes::net {
namespace {

constexpr std::string_view kPermission = "outbound:";

}  // namespace

Result<OutboundHosts> OutboundHosts::among(const std::set<std::string>& permissions) {
  OutboundHosts hosts;
  for (const auto& permission : permissions) {
    if (!permission.starts_with(kPermission)) continue;
    auto entry = parse_host_and_port(std::string_view(permission).substr(kPermission.size()));
    if (!entry) {
      return Error(Code::InvalidArgument,
                   concat("permission '", permission,
                          "': expected a name, an IPv4 address or an [IPv6 address], and perhaps "
                          "a port, as in outbound:example.com:443"));
    }
    hosts.entries_.push_back(*std::move(entry));
  }
  return hosts;
}

bool OutboundHosts::has(const Host& host, std::uint16_t port) const {
  return std::ranges::any_of(entries_, [&](const HostAndPort& entry) {
    return entry.host == host && entry.port.value_or(port) == port;
  });
}

bool OutboundHosts::may_connect(const Address& address, std::uint16_t port) const {
  const auto real = unmapped(address);
  return is_public(real) || std::ranges::any_of(entries_, [&](const HostAndPort& entry) {
           return entry.host.address == real && entry.port.value_or(port) == port;
         });
}

}  // namespace hermes::net
